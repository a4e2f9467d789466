"""The diff of an output against a pattern: complete, marked where it differs, nothing where it holds."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runbook.expect import DiffLine, Pattern, diff, infer, match, rows_of
from runbook.model import Elision, Hole

DF = ("Filesystem Size Used Avail Use% Mounted on", "/dev/sda1 20G 3.1G 16G 17% /", "tmpfs 500M 0 500M 0% /run")


def marked(line: DiffLine) -> list[str]:
    return [line.text[a:b] for a, b in line.marks]


def test_what_holds_has_no_diff() -> None:
    assert diff(infer([DF], command="df -h"), [line.replace("20G", "40G") for line in DF]) == ()


def test_lines_missing_added_and_changed_stand_where_they_belong() -> None:
    told = diff(infer([DF], command="df -h"), [DF[0], DF[1].replace("sda1", "vdb7"), "a stray line"])
    assert [(line.sign, line.text) for line in told] == [
        (" ", DF[0]),
        ("-", "/dev/sda1 ‹size› ‹size› ‹size› ‹percent› /"),
        ("+", "/dev/vdb7 20G 3.1G 16G 17% /"),
        ("+", "a stray line"),
        ("-", "tmpfs ‹size› ‹size› ‹size› ‹percent› /run"),
    ]
    assert [marked(line) for line in told if line.marks] == [["/dev/sda1"], ["/dev/vdb7"]]


@pytest.mark.parametrize(
    ("recorded", "actual", "gone", "came"),
    [
        ("State: running; ok", "State: stopped; ok", ["running;"], ["stopped;"]),
        ("Since Mon Apr 28 10:46:13 2008 by ann", "Since Tue May  3 11:00:00 2011 by bob", ["ann"], ["bob"]),
        ("one two three", "one three", ["two"], []),
        ("one three", "one two three", [], ["two"]),
        ("a b c d", "a x y d", ["b c"], ["x y"]),
        ("größer 漢字 alt", "größer 漢字 neu", ["alt"], ["neu"]),
    ],
)
def test_the_words_that_differ_are_marked(recorded: str, actual: str, gone: list[str], came: list[str]) -> None:
    told = {line.sign: marked(line) for line in diff(infer([[recorded]]), [actual])}
    assert (told["-"], told["+"]) == (gone, came)


def test_an_elision_is_shown_once_and_swallows_what_it_stands_for() -> None:
    pattern = Pattern((("begin",), Elision(), ("end",)))
    assert [(line.sign, line.text) for line in diff(pattern, ["begin", "x", "y", "END"])][:2] == [(" ", "begin"), (" ", "…")]


def test_rows_are_shown_with_their_holes_by_name() -> None:
    assert rows_of(Pattern((("up ", Hole("int"), " days"), ("",), Elision()))) == ("up ‹int› days", "…")


words = st.lists(st.sampled_from("alpha beta 12 [OK] 3.1G x ‹".split()), max_size=5).map(" ".join)
texts = st.lists(words, max_size=6)


@given(texts, texts)
def test_every_line_and_row_is_told_once(recorded: list[str], actual: list[str]) -> None:
    pattern = infer([recorded])
    told = diff(pattern, actual)
    assert bool(told) == (match(pattern, actual) is not None)
    if told:
        assert [line.text for line in told if line.sign != "-"] == [" ".join(line.split()) for line in actual if line.strip()]
        assert len([line for line in told if line.sign != "+"]) == len(rows_of(pattern))
        for line in told:
            assert all(0 <= a < b <= len(line.text) for a, b in line.marks)
