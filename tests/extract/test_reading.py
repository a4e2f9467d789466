"""Promises of extraction that hold for every page."""

from __future__ import annotations

import string
from collections.abc import Callable

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from runbook.extract.pages import structure
from runbook.extract.paths import file_in
from runbook.markup import parse
from runbook.model import Command, FileEdit, Page, Runbook, Step, runbook_from_json, to_json
from runbook.walking import walk

PAGE = """\
Words before.

1. Stop the daemon

 # systemctl stop foo

2. Move its data

 # cd /srv
 # mv foo foo.old

3. Configure it

Add this line to /etc/foo.conf:
<pre>
data=/srv/new
</pre>

4. Start it again

 # systemctl start foo
 # systemctl is-active foo
 active
"""


def runbook_of(text: str) -> Runbook:
    return structure(parse(Page("Case", text), reading="author"))


def ids(runbook: Runbook) -> list[str]:
    return [node.id for node in walk(runbook.steps) if isinstance(node, Step)]


EDITS = [
    ("a typo in the title", "2. Move its data", "2. Move its dta"),
    ("another title", "2. Move its data", "2. Put the old data away"),
    ("one flag of a command", "mv foo foo.old", "mv -v foo foo.old"),
    ("another command", "mv foo foo.old", "cp -a foo foo.old"),
    ("one more command", " # mv foo foo.old", " # mv foo foo.old\n # sync"),
    ("one command less", " # cd /srv\n", ""),
    ("prose added", "2. Move its data", "2. Move its data\n\nThis takes a while."),
    ("output added", " # mv foo foo.old", " # mv foo foo.old\n renamed 'foo' -> 'foo.old'"),
    ("a warning added", "2. Move its data\n", "2. Move its data\n\nWarning: nothing may run.\n"),
    ("the step goes", "2. Move its data\n\n # cd /srv\n # mv foo foo.old\n\n3.", "2."),
]


@pytest.mark.parametrize(("before", "after"), [edit[1:] for edit in EDITS], ids=[edit[0] for edit in EDITS])
def test_the_other_steps_keep_their_ids(before: str, after: str) -> None:
    assert before in PAGE
    old = ids(runbook_of(PAGE))
    new = ids(runbook_of(PAGE.replace(before, after)))
    assert set(old) - {"move-its-data"} <= set(new)


PAGES = {
    "numbers": PAGE,
    "items": "# Stop the daemon\n#: <code>systemctl stop foo</code>\n# Move its data\n#: <code>cd /srv</code>\n#: <code>mv foo foo.old</code>\n"
    "# Configure it\n#: <code>foo-config --set a=1</code>\n# Start it again\n#: <code>systemctl start foo</code>\n",
    "headings": "== Step 1: Stop the daemon ==\n # systemctl stop foo\n== Step 2: Move its data ==\n # cd /srv\n # mv foo foo.old\n"
    "== Step 3: Configure it ==\n # foo-config --set a=1\n== Step 4: Start it again ==\n # systemctl start foo\n",
    "sections": "== Stop the daemon ==\n # systemctl stop foo\n== Move its data ==\n # cd /srv\n # mv foo foo.old\n"
    "== Configure it ==\n # foo-config --set a=1\n=== Look at it ===\n # foo-config --show\n a=1\n== Start it again ==\n # systemctl start foo\n",
    "paragraphs": "Stop the daemon:\n # systemctl stop foo\nMove its data:\n # cd /srv\n # mv foo foo.old\nConfigure it:\n # foo-config --set a=1\n"
    "Start it again:\n # systemctl start foo\n",
}
IN_PLACE = [
    ("a typo in the title", lambda text: text.replace("Move its data", "Move its dta")),
    ("another title", lambda text: text.replace("Move its data", "Put the old data away")),
    ("a longer title", lambda text: text.replace("Move its data", "Move its data to another place, where there is more room")),
    ("one flag of a command", lambda text: text.replace("mv foo foo.old", "mv -v foo foo.old")),
    ("another command", lambda text: text.replace("mv foo foo.old", "cp -a foo foo.old")),
    ("two commands in one", lambda text: text.replace("mv foo foo.old", "mv foo foo.old && sync")),
    ("another directory", lambda text: text.replace("cd /srv", "cd /var/lib")),
    ("another file", lambda text: text.replace("foo.old", "foo.before")),
    ("a placeholder", lambda text: text.replace("mv foo", "mv <directory>")),
    ("the title of another step", lambda text: text.replace("Move its data", "Stop the daemon")),
]


@pytest.mark.parametrize("kind", PAGES)
@pytest.mark.parametrize("edit", [edit for _, edit in IN_PLACE], ids=[name for name, _ in IN_PLACE])
def test_an_edit_of_one_step_leaves_all_other_ids(kind: str, edit: Callable[[str], str]) -> None:
    before, after = ids(runbook_of(PAGES[kind])), ids(runbook_of(edit(PAGES[kind])))
    assert edit(PAGES[kind]) != PAGES[kind]
    edited = next(i for i, name in enumerate(before) if name.startswith("move-its-data"))
    assert len(before) >= 4
    assert [*after[:edited], *after[edited + 1 :]] == [*before[:edited], *before[edited + 1 :]]


@pytest.mark.parametrize("kind", PAGES)
@given(
    words=st.lists(
        st.sampled_from(("look", "again", "mv", "data", "<x>", "the", "foo", "1.2", "|", "/srv")), min_size=1, max_size=6
    )
)
@settings(max_examples=25, deadline=None)
def test_whatever_a_title_becomes_the_other_ids_stay(kind: str, words: list[str]) -> None:
    before = ids(runbook_of(PAGES[kind]))
    after = ids(runbook_of(PAGES[kind].replace("Move its data", "Move " + " ".join(words))))
    assert [name for name in before if name != "move-its-data"] == [
        name for name in after if name in before and name != "move-its-data"
    ]


def test_repeated_titles_are_numbered() -> None:
    assert ids(runbook_of("1. Wait\n\n # sleep 1\n\n2. Wait\n\n # sleep 2\n")) == ["wait", "wait-2"]


PIECES = st.sampled_from(
    [
        "# item\n", "* bullet\n", "#: more\n", "; term\n", ": said\n", " # ls -l\n", " $ cd /x\n", " total 4\n", "\n", "1. First\n", "2) Second\n",
        "== Heading ==\n", "=== Step 3: x ===\n", "<code>\n", "</code>\n", "<pre>", "</pre>\n", "{{Note|x}}\n", "{{bc|# ls}}\n", "{|\n| a || b\n|}\n",
        "Run <code>make all</code>.\n", "Add this line to /etc/x:\n", "a = b\n", "<!-- runbook: skip -->\n", "```sh\n", "```\n", "'''1.''' Do\n", "or\n",
        "If so:\n", "You should see\n", "<syntaxhighlight lang=bash>\n", "</syntaxhighlight>\n", "mysql> SELECT 1\n", "....\n", "&lt;x&gt; \u2013a\n",
    ]
)  # fmt: skip
TEXTS = st.lists(PIECES | st.text(string.printable, max_size=12), max_size=25).map("".join)


@settings(max_examples=250, deadline=None)
@given(TEXTS)
@example("<pre></pre>\n # ls -l\n")
def test_any_text_gives_a_runbook_that_survives_json(text: str) -> None:
    runbook = runbook_of(text)
    assert runbook_from_json(to_json(runbook)) == runbook
    last = text.count("\n") + 1
    for node in walk((*runbook.preamble, *runbook.steps, *runbook.closing)):
        assert 1 <= node.lines[0] <= node.lines[1] <= last
    assert len(set(ids(runbook))) == len(ids(runbook))


@settings(max_examples=100, deadline=None)
@given(TEXTS)
def test_reading_twice_gives_the_same(text: str) -> None:
    assert to_json(runbook_of(text)) == to_json(runbook_of(text))


def test_the_tracked_directory_places_an_edit() -> None:
    edits = [
        node
        for node in walk(runbook_of("1. Edit\n\n # cd /etc/foo\n\nAdd this line to foo.conf:\n a=1\n").steps)
        if isinstance(node, FileEdit)
    ]
    assert [(edit.path, edit.target) for edit in edits] == [("foo.conf", "/etc/foo/foo.conf")]


@pytest.mark.parametrize(
    ("line", "typed"),
    [
        ("# rpm \u2013qa | grep samba", "rpm -qa | grep samba"),
        ("# ntlm_auth \u2013-request-nt-key", "ntlm_auth --request-nt-key"),
        ("# ls \u2014all", "ls --all"),
        ("# echo \u201cyes\u201d", 'echo "yes"'),
        ("# printf 'a\u2013b'", "printf 'a\u2013b'"),
    ],
)
def test_typography_is_mended_where_it_was_typed(line: str, typed: str) -> None:
    runbook = runbook_of(f"1. Ask\n\n {line}\n")
    assert [node.text for node in walk(runbook.steps) if isinstance(node, Command)] == [typed]
    mended = [found for found in runbook.diagnostics if found.code == "mended-typography"]
    assert bool(mended) == (line[2:] != typed)
    assert all(line[2:] in found.message or repr(line[2:])[1:-1] in found.message for found in mended)


@pytest.mark.parametrize("mark", ["{}. ", "{}) ", "({}) ", "'''{}.''' ", "Step {}: "])
def test_steps_may_be_many(mark: str) -> None:
    page = "\n\n".join(f"{mark.format(n)}Stop the lamp {n}" for n in range(1, 121))
    assert [step.number for step in runbook_of(page).steps] == [str(n) for n in range(1, 121)]


@pytest.mark.parametrize(
    ("sentence", "name"),
    [
        ("You can create the Public and private key of the lamp by", None),
        ("Then edit the Makefile and add the lamp.", "Makefile"),
        ("Now open Recipe, then write:", "Recipe"),
    ],
)
def test_a_word_with_a_capital_names_a_file_where_it_is_edited(sentence: str, name: str | None) -> None:
    assert file_in(sentence) == name


EXAMPLE = """\
- To set up the relay, fill the fields of the config file
- Here's an example:

```
# This program is free, and comes as it is.
# Lamps come from the porch, which
# "lampctl start" and "lampctl halt" know.
relay {
  source = "porch"
  # Colours
  aws {
    colour: "amber"
    place: "door"
  }
  brokers: "{{relayBrokers}}"
  streams {
    in { raw: "{{in}}", buffer { byteLimit: 4 } }
    #  appName: "relay"
    out {
      good: "{{good}}"

      # every lamp
      partitionKey: "lamp"
    }
  }
}
```
"""


def test_one_line_that_looks_typed_does_not_change_what_words_say_of_a_configuration() -> None:
    """The words of two items: that it is about a file says the first, that an example comes the second, which says little."""
    runbook = structure(parse(Page("Case", EXAMPLE, markup="markdown"), reading="author"))
    (edit,) = (node for node in walk(runbook.steps) if isinstance(node, FileEdit))
    assert edit.rule == "looks-like-configuration"
