"""The author's word: directives in comments, overrides beside the pages. Neither makes more run unasked."""

from __future__ import annotations

import pytest
from runbook.extract import Project, extract
from runbook.extract.overrides import parse as parse_overrides
from runbook.markup import parse
from runbook.model import EFFECTS, Command, Elision, FileEdit, Listing, Page, Runbook, SourceError, walk


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
    assert (second.host, second.cwd) == (None, None)
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
        ('["Other".steps.a]\nhots = "x"\n["Case".steps.look]\nhost = 1\n', "overrides.toml:2"),
    ],
)
def test_bad_overrides_are_refused_with_their_place(text: str, where: str) -> None:
    with pytest.raises(SourceError) as refused:
        parse_overrides(text, "overrides.toml")
    assert refused.value.where == where
