"""Runbooks made by hand, one change at a time: the verdict is exactly that change. Edits of pages are in test_edits.py."""

from __future__ import annotations

from typing import Any

import pytest
from runbook.drift import KINDS, Change, Drift, compare
from runbook.drift.records import from_json
from runbook.model import (
    Command,
    Effect,
    Elision,
    Expectation,
    FileEdit,
    Hole,
    Listing,
    Manual,
    Node,
    Note,
    Output,
    PageInfo,
    Paragraph,
    Parameter,
    Picture,
    Prose,
    Revision,
    Runbook,
    Step,
    Text,
    to_json,
)
from runbook.report import changes as report


def prose(text: str, line: int = 1) -> Prose:
    return Prose((line, line), (Paragraph((Text(text),), (line, line)),))


def command(
    text: str, line: int = 1, *, effects: tuple[Effect, ...] = (), expected: Expectation | None = None, **more: Any
) -> Command:
    return Command(lines=(line, line), text=text, prompt="#", effects=effects, expected=expected, **more)


def expectation(*lines: str, patterns: tuple[Any, ...] = ()) -> Expectation:
    return Expectation((2, 1 + len(lines)), lines, patterns=patterns)


def edit(path: str, *content: str) -> FileEdit:
    return FileEdit((1, len(content)), path, path, "append", content)


def step(name: str, *body: Node, title: str = "", number: str | None = None) -> Step:
    return Step(name, number, title or name, True, (1, 9), body)


def runbook(*steps: Step, title: str = "Page", revision: int = 1, **more: Any) -> Runbook:
    page = PageInfo(title, "https://wiki.example/index.php", None, "wikitext", Revision(id=revision, user="Ann", comment="why"))
    return Runbook(page=page, **{"preamble": (), "closing": (), **more}, steps=steps)


def changes(old: Runbook, new: Runbook) -> list[Change]:
    return [change for page in compare([old], [new]).pages for change in page.all_changes()]


def kinds(old: Runbook, new: Runbook) -> list[str]:
    return [change.kind for change in changes(old, new)]


MAKE = step("build", prose("Build it with the usual tools"), command("make", 2), command("make install", 3))


def test_equal_pages_do_not_drift() -> None:
    assert compare([runbook(MAKE)], [runbook(MAKE, revision=2)]) == Drift(pages=(), same=1)


SAME = (command("uname -r"), command("ls -l /etc"), command("cat /etc/passwd"))
ONE_CHANGE: list[tuple[str, Node, Node]] = [
    ("reworded", prose("Install the tools"), prose("Install these tools")),
    ("command-changed", command("vzctl start 345"), command("vzctl start 345 --wait")),
    ("command-changed", command("reboot"), command("systemctl isolate rescue")),
    ("command-changed", command("ls", as_root=False), command("ls", as_root=True)),
    ("command-changed", command("ls", host="a"), command("ls", host="b")),
    ("file-edit-changed", edit("/etc/a.conf", "x=1", "y=2"), edit("/etc/a.conf", "x=1", "y=3")),
    ("file-edit-changed", edit("/etc/a.conf", "x=1"), edit("/etc/b.conf", "x=1")),
    ("output-changed", Output((1, 1), ("is running",)), Output((1, 1), ("is stopped",))),
    ("output-varies", Output((1, 1), ("since 2008-04-28",)), Output((1, 1), ("since 2026-01-31",))),
    ("notice-changed", Note((1, 1), "note", text="careful"), Note((1, 1), "warning", text="careful")),
    ("picture-changed", Picture((1, 1), "a.png"), Picture((1, 1), "a.png", "seen from above")),
    ("listing-changed", Listing((1, 1), ("int main;",), "c"), Listing((1, 1), ("int main(void);",), "c")),
]


@pytest.mark.parametrize(("kind", "old", "new"), ONE_CHANGE, ids=[f"{kind}-{n}" for n, (kind, _, _) in enumerate(ONE_CHANGE)])
def test_one_changed_thing_is_one_change(kind: str, old: Node, new: Node) -> None:
    assert kinds(runbook(step("s", *SAME, old)), runbook(step("s", *SAME, new))) == [kind]


@pytest.mark.parametrize(
    ("added", "removed", "node"),
    [
        ("command-added", "command-removed", command("halt")),
        ("file-edit-added", "file-edit-removed", edit("/etc/a.conf", "x=1")),
        ("output-added", "output-removed", Output((1, 1), ("total 0",))),
        ("manual-added", "manual-removed", Manual((1, 1), "Switch it off and on", "reboot")),
        ("reworded", "reworded", prose("Something more to read")),
    ],
)
def test_new_and_gone_things(added: str, removed: str, node: Node) -> None:
    without, with_it = runbook(step("s", *SAME)), runbook(step("s", *SAME, node))
    assert kinds(without, with_it) == [added]
    assert kinds(with_it, without) == [removed]


def test_steps_added_removed_moved_and_renamed() -> None:
    first, last = step("get", command("wget x")), step("run", command("./foo --serve"))
    more = step("look", command("uptime"))
    assert kinds(runbook(first, last), runbook(first, more, last)) == ["step-added", "command-added"]
    assert kinds(runbook(first, more, last), runbook(first, last)) == ["step-removed", "command-removed"]
    assert kinds(runbook(first, MAKE, last), runbook(MAKE, first, last)) == ["step-moved"]
    assert kinds(runbook(MAKE), runbook(step("compile", *MAKE.body, title="Compile"))) == ["step-renamed"]


def test_a_nested_step_that_gets_another_parent_moved() -> None:
    inner = step("inner", command("wget a b c"))
    old = runbook(step("a", command("one"), inner), step("b", command("two")))
    new = runbook(step("a", command("one")), step("b", command("two"), inner))
    assert kinds(old, new) == ["step-moved"]


def test_steps_that_follow_an_inserted_one_are_not_renumbered_news() -> None:
    numbered = [step(name, command(f"run {name}"), number=str(n)) for n, name in enumerate("abc", 1)]
    later = [step(name, command(f"run {name}"), number=str(n)) for n, name in enumerate("abc", 2)]
    assert kinds(runbook(*numbered), runbook(step("new", command("date"), number="1"), *later)) == ["step-added", "command-added"]
    assert kinds(runbook(*numbered), runbook(*later)) == ["step-renumbered"] * 3


def test_a_step_split_in_two_and_merged_again() -> None:
    tail = (prose("Then look at it"), command("ls /usr"))
    whole, parts = runbook(step("a", *MAKE.body, *tail)), runbook(step("a", *MAKE.body), step("b", *tail))
    assert kinds(whole, parts) == ["step-split"]
    assert kinds(parts, whole) == ["step-merged"]


def test_a_command_that_goes_to_another_step_moved() -> None:
    one, two = (command("wget a"), command("tar xf a")), (command("make b"), command("make install"))
    wanders = command("service foo stop")
    found = changes(runbook(step("a", *one, wanders), step("b", *two)), runbook(step("a", *one), step("b", wanders, *two)))
    assert [change.kind for change in found] == ["command-moved"]
    assert found[0].note == "moved from 'a' to 'b'"


def test_commands_that_change_places_moved() -> None:
    assert kinds(runbook(step("a", *SAME)), runbook(step("a", SAME[1], SAME[0], SAME[2]))) == ["command-moved"]


@pytest.mark.parametrize(
    ("old", "new", "raised"),
    [
        (("read",), ("delete",), True),
        (("modify",), ("modify", "power"), True),
        (("delete",), ("read",), False),
        (("delete",), ("delete", "create"), False),
        ((), ("delete",), False),
    ],
)
def test_a_raised_effect_is_the_first_thing_told(old: tuple[Effect, ...], new: tuple[Effect, ...], raised: bool) -> None:
    before, after = command("find /tmp", effects=old), command("find /tmp -delete", effects=new)
    assert kinds(runbook(step("a", before)), runbook(step("a", after))) == ["effect-raised"] * raised + ["command-changed"]


def test_a_new_command_graver_than_all_before_it_raises_the_step() -> None:
    calm, grave = command("ls", effects=("read",)), command("rm -r /var/tmp/x", effects=("delete",))
    assert kinds(runbook(step("a", calm)), runbook(step("a", calm, grave))) == ["effect-raised", "command-added"]


def recorded(date: str, state: str = "running", day: str = "date") -> Runbook:
    patterns = ((Hole(day), f" foo {state}"), Elision())
    return runbook(
        step("a", command("service foo status", expected=expectation(f"{date} foo {state}", "...", patterns=patterns)))
    )


def test_an_output_that_differs_only_in_what_varies_is_no_drift() -> None:
    found = changes(recorded("2008-04-28"), recorded("2026-01-31"))
    assert [(change.kind, change.severity) for change in found] == [("output-varies", "info")]
    assert found[0].old == ("2008-04-28 foo running",)


def test_an_output_whose_words_changed_is_drift() -> None:
    assert kinds(recorded("2008-04-28"), recorded("2008-04-28", "stopped")) == ["output-changed"]
    assert kinds(recorded("2008-04-28"), recorded("12:30:01", day="time")) == ["output-changed"]


def test_outputs_without_patterns_are_compared_as_they_are() -> None:
    old, new = (runbook(step("a", command("date", expected=expectation(day)))) for day in ("Mon", "Tue"))
    assert kinds(old, new) == ["output-changed"]


def test_an_expected_exit_status_that_changed_is_drift() -> None:
    old, new = (
        runbook(step("a", command("test", expected=Expectation((2, 2), ("x",), patterns=(("x",),), exit=code))))
        for code in (None, 1)
    )
    assert [(change.kind, change.note) for change in changes(old, new)] == [("output-changed", "exit status was 0, is 1")]


def with_parameter(name: str, value: str, *, secret: bool = False) -> Runbook:
    parameter = Parameter(name, value, "id", secret, (1, 2))
    return runbook(step("a", command(f"vzctl start {value}"), command(f"vzctl stop {value}")), parameters=(parameter,))


@pytest.mark.parametrize("name", ["id", "another"])
def test_a_changed_parameter_is_told_once_and_what_follows_it_is_not_counted(name: str) -> None:
    found = changes(with_parameter("id", "345"), with_parameter(name, "777"))
    assert [change.kind for change in found] == ["parameter-changed", "parameter-value", "parameter-value"]
    assert (found[0].old, found[0].new) == (("id = 345",), (f"{name} = 777",))


def test_a_secret_is_never_told() -> None:
    found = compare([with_parameter("key", "hunter2", secret=True)], [with_parameter("key", "tr0ub4dor", secret=True)])
    told = to_json(found) + "".join(line.text for line in report.drift(found))
    assert "parameter value changed" in told
    assert "hunter2" not in told
    assert "tr0ub4dor" not in told


def test_pages_new_gone_and_renamed() -> None:
    other = runbook(step("x", command("uptime"), prose("How long does it run")), title="Other")
    found = compare(
        [runbook(MAKE), other], [runbook(MAKE, title="Moved here"), runbook(step("z", prose("Entirely new")), title="New")]
    )
    assert {page.title: page.status for page in found.pages} == {"Moved here": "changed", "New": "added", "Other": "removed"}
    assert [change.kind for page in found.pages for change in page.all_changes()] == ["page-moved", "page-added", "page-removed"]


def test_what_stands_around_the_steps_is_compared_too() -> None:
    old, new = (
        runbook(MAKE, preamble=(prose("Read this"),)),
        runbook(MAKE, preamble=(prose("Read that"),), closing=(prose("Done"),)),
    )
    found = compare([old], [new])
    assert [(each.new.part, [change.kind for change in each.changes]) for each in found.pages[0].steps if each.new] == [
        ("preamble", ["reworded"]),
        ("closing", ["reworded"]),
    ]


def test_every_page_says_who_when_and_why_and_where_the_wiki_shows_it() -> None:
    page = compare([runbook(MAKE, revision=7)], [runbook(step("build", command("make all")), revision=8)]).pages[0]
    assert page.old is not None
    assert page.new is not None
    assert (page.old.revision.id, page.new.revision) == (7, Revision(id=8, user="Ann", comment="why"))
    assert page.diff == "https://wiki.example/index.php?diff=8&oldid=7"


def test_json_round_trip_and_kinds() -> None:
    found = compare([runbook(MAKE)], [runbook(step("build", command("make -j2"), command("rm x", effects=("delete",))))])
    assert from_json(to_json(found)) == found
    assert {change.kind for page in found.pages for change in page.all_changes()} <= set(KINDS)


def test_the_report_reads_top_to_bottom() -> None:
    old = runbook(step("b", command("make", 4, effects=("read",)), title="Build it", number="2"))
    new = runbook(step("b", command("make clean", 5, effects=("delete",)), title="Build it", number="2"), revision=2)
    assert "\n".join(line.text for line in report.drift(compare([old], [new]))) == (
        "Page: 1 step changed\n"
        "  was revision 1 by Ann: why\n"
        "  now revision 2 by Ann: why\n"
        "  https://wiki.example/index.php?diff=2&oldid=1\n"
        "\n"
        "  Step 2 'Build it': effects raised, command changed\n"
        "    ! line 4 (now 5): effects raised (make clean)\n"
        "      - read\n"
        "      + delete\n"
        "    * line 4 (now 5): command changed\n"
        "      - make\n"
        "      + make clean\n"
        "\n"
        "1 page changed, 0 the same: effects raised 1, command changed 1"
    )


def test_the_report_of_nothing_says_so() -> None:
    assert [line.text for line in report.drift(compare([runbook(MAKE)], [runbook(MAKE)]))] == ["no drift: 1 page the same"]
