"""The author's word: directives in comments, overrides beside the pages. Neither makes more run unasked."""

from __future__ import annotations

import pytest
from runbook.extract import Project, extract, extract_many
from runbook.extract.explain import explain
from runbook.extract.overrides import parse as parse_overrides
from runbook.lint import lint
from runbook.markup import parse
from runbook.model import (
    EFFECTS,
    Choice,
    Command,
    Elision,
    FileEdit,
    Listing,
    Markup,
    Page,
    Runbook,
    SourceError,
    Step,
    to_json,
)
from runbook.plan import plan
from runbook.render.site import pages
from runbook.walking import walk


def runbook_of(text: str, overrides: str = "") -> Runbook:
    project = Project(overrides=parse_overrides(overrides, "overrides.toml"))
    return extract(parse(Page("Case", text), reading="author"), project)


def commands(runbook: Runbook) -> list[Command]:
    return [node for node in walk((*runbook.preamble, *runbook.steps, *runbook.closing)) if isinstance(node, Command)]


def page(comment: str, block: str = " # uname -r\n 5.10.0") -> str:
    return f"1. Look\n\n<!-- runbook: {comment} -->\n{block}\n\n2. Again\n\n # uname -r\n 5.10.0\n"


def test_exact_means_every_character() -> None:
    first, second = commands(runbook_of(page("expect=exact")))
    assert first.expected is not None
    assert second.expected is not None
    assert first.expected.patterns == (("5.10.0",),)
    assert second.expected.patterns != first.expected.patterns


def test_any_means_whatever_it_prints() -> None:
    expected = commands(runbook_of(page("expect=any")))[0].expected
    assert expected is not None
    assert expected.patterns == (Elision(),)


def test_host_shell_directory_and_exit_status() -> None:
    first, second = commands(runbook_of(page("host=db1 cwd=/srv exit=3")))
    assert (first.host, first.cwd, first.expected and first.expected.exit) == ("db1", "/srv", 3)
    assert (second.host, second.cwd) == (None, ".")
    assert commands(runbook_of(page("shell=mysql")))[0].effects == ("unknown",)


def test_skip_leaves_code_to_be_read() -> None:
    runbook = runbook_of(page("skip"))
    assert len(commands(runbook)) == 1
    assert any(isinstance(node, Listing) and "uname" in node.text[0] for node in walk((*runbook.preamble, *runbook.steps)))


def test_a_block_is_a_file() -> None:
    edits = [node for node in walk(runbook_of(page("file='/etc/a b'", " x = 1")).steps) if isinstance(node, FileEdit)]
    assert [(edit.path, edit.content) for edit in edits] == [("/etc/a b", ("x = 1",))]


@pytest.mark.parametrize("effect", EFFECTS[1:])
def test_effects_are_only_raised(effect: str) -> None:
    first, second = commands(runbook_of(page(f"effect={effect}")))
    assert set(first.effects) == {"read", effect}
    assert second.effects == ("read",)


def test_another_language_does_not_run_unasked_as_shell() -> None:
    for prompt in ("mysql> ", ">>> "):
        (before,) = commands(runbook_of(f"== A ==\n {prompt}date\n"))
        (after,) = commands(runbook_of(f"== A ==\n<!-- runbook: shell=sh -->\n {prompt}date\n"))
        (over,) = commands(runbook_of(f"== A ==\n {prompt}date\n", '["Case".steps.a]\nshell = "sh"\n'))
        assert before.effects == ("unknown",)
        assert after.shell == over.shell == "sh"
        assert "unknown" in after.effects
        assert "unknown" in over.effects


@pytest.mark.parametrize("comment", ["runbok: skip", "runboook: file=/etc/x", "run-book: secret abc", "Runbock: param A=1"])
def test_a_misspelt_prefix_is_told(comment: str) -> None:
    runbook = runbook_of(f"1. Look\n\n<!-- {comment} -->\n # uname -r\n")
    odd = [found for found in runbook.diagnostics if found.severity != "info"]
    assert [(found.code, found.lines) for found in odd] == [("directive-not-understood", (3, 3))]


def test_other_comments_are_none_of_ours() -> None:
    for comment in ("TODO: skip this", "rubric: file of the month", "note: param A", "runbooks: see below"):
        assert not [each for each in runbook_of(f"<!-- {comment} -->\n # ls\n").diagnostics if each.severity != "info"]


def test_read_can_not_be_claimed() -> None:
    runbook = runbook_of(page("effect=read", " # rm -rf /srv/x"))
    assert "delete" in commands(runbook)[0].effects
    assert "directive-not-understood" in {found.code for found in runbook.diagnostics}


@pytest.mark.parametrize(
    "comment", ["bla", "exit=x", "expect=maybe", "file", "skip=1", "param 9=1", "param", "", "host='a", "param A=1 type=x"]
)
def test_what_is_not_understood_is_told_with_its_line(comment: str) -> None:
    told = [found for found in runbook_of(page(comment)).diagnostics if found.code == "directive-not-understood"]
    assert [found.lines for found in told] == [(3, 3)]


def test_declared_parameters() -> None:
    text = "1. Enter\n\n<!-- runbook: param CTID=345 type=integer secret -->\n # enter 345\n # list 345\n"
    found = {parameter.name: parameter for parameter in runbook_of(text).parameters}
    assert (found["CTID"].value, found["CTID"].type, found["CTID"].secret) == ("345", "integer", True)


OVERRIDES = """
["Case".steps.look]
expect = "any"
effect = ["delete"]
host = "db1"

["Case".parameters.KERNEL]
value = "5.10.0"
"""


def test_overrides_are_for_the_step_they_name() -> None:
    runbook = runbook_of("1. Look\n\n # uname -r\n 5.10.0\n\n2. Again\n\n # uname -r\n 5.10.0\n", OVERRIDES)
    first, second = commands(runbook)
    assert (first.host, set(first.effects)) == ("db1", {"read", "delete"})
    assert (second.host, second.effects) == (None, ("read",))
    assert "KERNEL" in {parameter.name for parameter in runbook.parameters}


def test_an_override_without_its_step_is_told() -> None:
    runbook = runbook_of("1. Look\n\n # uname -r\n", '["Case".steps.lok]\nskip = true\n')
    assert [found.code for found in runbook.diagnostics] == ["override-without-step"]
    assert "overrides.toml:1" in runbook.diagnostics[0].message
    assert "'look'" in runbook.diagnostics[0].message


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("a = ", "overrides.toml"),
        ('\n["Case".steps.look]\nrun = true\n', "overrides.toml:3"),
        ('["Case".steps.look]\neffect = ["none"]\n', "overrides.toml:2"),
        ('["Case".steps.look]\nexpect = "often"\n', "overrides.toml:2"),
        ('["Case".steps.look]\nexit = 256\n', "overrides.toml:2"),
        ('\n["Case".steps.look]\neffect = ["delete", "read"]\n', "overrides.toml:2"),
        ('["Other".steps.a]\nhots = "x"\n["Case".steps.look]\nhost = 1\n', "overrides.toml:2"),
    ],
)
def test_bad_overrides_are_refused_with_their_place(text: str, where: str) -> None:
    with pytest.raises(SourceError) as refused:
        parse_overrides(text, "overrides.toml")
    assert refused.value.where == where


SKIPPED = [
    ("wikitext", "<!-- runbook: skip -->\nRun <code>rm -rf /srv/x</code> now.\n\n # ls /\n"),
    ("wikitext", "Do it:\n<!-- runbook: skip -->\n<pre>\n# rm -rf /srv/x\n</pre>\n # ls /\n"),
    ("wikitext", " # ls /\n<!-- runbook: skip -->\n # rm -rf /srv/x\n"),
    ("wikitext", "# Clean\n#: <!-- runbook: skip -->\n#: <code>rm -rf /srv/x y</code>\n# Run <code>ls /</code>\n"),
    ("wikitext", "<!-- runbook: skip -->\n{{RootCmd|rm -rf /srv/x}}\n{{RootCmd|ls /}}\n"),
    ("wikitext", "<!-- runbook: skip -->\n{|\n| <code>rm -rf /srv/x</code>\n|}\n # ls /\n"),
    ("wikitext", "Run <code>ls /</code> first.\n<!-- runbook: skip -->\nThen run <code>rm -rf /srv/x</code> too.\n"),
    ("markdown", "<!-- runbook: skip -->\n\n```sh\nrm -rf /srv/x\n```\n\n```sh\nls /\n```\n"),
    ("markdown", "- one\n\n  <!-- runbook: skip -->\n\n  ```sh\n  rm -rf /srv/x\n  ```\n\n- two\n\n  ```sh\n  ls /\n  ```\n"),
]


@pytest.mark.parametrize(("markup", "text"), SKIPPED)
def test_skip_is_for_what_stands_next_wherever_that_is(markup: Markup, text: str) -> None:
    runbook = next(extract_many([Page("Case", text, markup=markup)]))
    assert [command.text for command in commands(runbook)] == ["ls /"]


def test_a_directive_in_the_midst_of_a_block_is_for_the_rest_of_it() -> None:
    first, second = commands(runbook_of(" # uname -r\n<!-- runbook: host=db1 -->\n # uname -m\n"))
    assert (first.host, second.host) == (None, "db1")


def test_a_shell_makes_the_lines_of_a_block_its_commands() -> None:
    runbook = runbook_of("<!-- runbook: shell=mysql -->\n<pre>\nSELECT 1;\nDROP TABLE x;\n</pre>\n")
    assert [(command.text, command.shell, command.effects) for command in commands(runbook)] == [
        ("SELECT 1;", "mysql", ("unknown",)),
        ("DROP TABLE x;", "mysql", ("unknown",)),
    ]


def test_output_belongs_to_the_command_before() -> None:
    (command,) = commands(runbook_of(" # foo\n<!-- runbook: output expect=exact -->\n<pre>\nls -l\n</pre>\n"))
    assert command.expected is not None
    assert command.expected.text == ("ls -l",)


@pytest.mark.parametrize(
    ("comment", "told"),
    [
        ("<!-- runbook: skpi -->", "did you mean 'skip'?"),
        ("<!-- runbook: expct=exact -->", "did you mean 'expect'?"),
        ("<!-- runbook: harmless -->", "is no directive"),
        ("<!-- runbook: effect=read -->", "none that can be added"),
        ("<!-- runbook skip -->", "the colon is missing"),
        ("<!-- runbook: skip=yes -->", "takes no value"),
        ("<!-- runbook: file= -->", "needs a value"),
        ("<!-- runbook: param 1x=2 -->", "should be NAME=VALUE"),
        ("<!-- runbook: secret -->", "needs more"),
    ],
)
def test_a_slip_is_told_where_it_stands(comment: str, told: str) -> None:
    """Also between lines of code, where the wiki takes comments out before it looks at anything else."""
    found = [one for one in runbook_of(f" # ls /\n{comment}\n # ls /etc\n").diagnostics if one.code == "directive-not-understood"]
    assert [one.lines for one in found] == [(2, 2)]
    assert told in found[0].message


def test_a_directive_that_nothing_follows_is_told() -> None:
    codes = [(one.code, one.lines) for one in runbook_of(" # ls /\n<!-- runbook: skip -->\n").diagnostics]
    assert ("directive-without-code", (2, 2)) in codes


def test_code_that_shows_a_directive_says_nothing() -> None:
    runbook = runbook_of("Write this:\n<pre>\n<!-- runbook: skip -->\n</pre>\n # ls /\n")
    assert [command.text for command in commands(runbook)][-1] == "ls /"
    assert not [one for one in runbook.diagnostics if one.code.startswith("directive")]


def test_declared_values_are_found_where_they_stand() -> None:
    text = "<!-- runbook: param CTID=345 type=integer -->\n<!-- runbook: secret hunter2x -->\n # vzctl start 345\n # login hunter2x\n"
    found = [(one.name, one.type, one.secret, one.lines) for one in runbook_of(text).parameters]
    assert found == [("CTID", "integer", False, (1, 3)), ("SECRET", "string", True, (2, 4))]


HARMFUL = " # rm -rf /srv/x\n"
CLAIMS = [
    f"<!-- runbook: {claim} -->\n{HARMFUL}"
    for claim in ("effect=read", "harmless", "expect=any", "exit=0", "shell=sh", "cwd=/", "host=db1", "")
]


@pytest.mark.parametrize("text", CLAIMS)
def test_nothing_that_a_page_says_lowers_an_effect(text: str) -> None:
    (command,) = commands(runbook_of(text))
    assert "delete" in command.effects


def test_nothing_that_an_override_says_lowers_an_effect() -> None:
    for said in ('effect = ["create"]', 'expect = "any"', "exit = 0", 'shell = "sh"', 'cwd = "/"', 'host = "db1"'):
        (command,) = commands(runbook_of(f"1. Look\n\n{HARMFUL}", f'["Case".steps.look]\n{said}\n'))
        assert "delete" in command.effects, said


def test_secrets_are_in_no_name_that_steps_and_branches_are_known_by() -> None:
    """Ids stand in addresses, both in reports; on the site nothing has the value but the download that is the page as data."""
    value = "s3cr3t99"
    text = (
        f"# Run <code>mysql -p{value} shop</code>.\n# Then run <code>mysqldump -p{value} shop</code>.\n\n== Or so ==\nDo one of these:\n"
        f"* <code>mysql -p{value} mill</code>\n* <code>mariadb -p{value} mill</code>\nOr run <code>mysql -p{value} x</code>:\n # ls\n"
    )
    runbook = runbook_of(text)
    nodes = list(walk((*runbook.preamble, *runbook.steps, *runbook.closing)))
    ids = [node.id for node in nodes if isinstance(node, Step)]
    labels = [branch.label for node in nodes if isinstance(node, Choice) for branch in node.branches]
    assert [name for name in ids if "secret" in name]
    assert "mysql -p(secret) mill" in labels
    assert not [name for name in (*ids, *labels) if value in name]
    site = pages([runbook], script=None)
    assert [path for path, shown in site.items() if value in shown.casefold()] == ["case/runbook.json"]


def test_secrets_are_left_out_of_what_people_see() -> None:
    """The values stand in plans, explanations and findings as "(secret)", whether found or declared."""
    value = "S3cr3t99"
    text = f"1. Set it up\n # mysql -u root -p{value} shop\n # echo {value} > > /tmp/x\n2. Edit /etc/foo.conf and add:\n password = {value}\n"
    runbook = runbook_of(text)
    shown = [to_json(each) for each in (*plan(runbook), *explain(runbook, text), *lint(runbook))]
    assert shown
    assert value in to_json(runbook)
    assert not [each for each in shown if value in each]
    assert [each for each in shown if "(secret)" in each]
