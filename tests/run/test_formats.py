"""What a report says in each format, read by readers that are not ours; hostile text is seen and does nothing."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import jsonschema
import junitparser
import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st
from runbook import outcomes
from runbook.expect import DiffLine
from runbook.model import to_json
from runbook.outcomes import PageOutcome, Report, Result, ScriptPage, StepOutcome, exit_code, report_from_json
from runbook.report import outcomes as lines
from runbook.report.outcomes_junit import xml
from runbook.report.outcomes_tap import tap
from runbook.visible import printable, printable_json
from tap.parser import Parser

HARMFUL = [
    "\x1b]0;owned\x07\x1b[2J",
    "a\u202eb\u2066c",
    "x # SKIP not me",
    "x # todo",
    "not ok 1 - 1..0",
    "\nok 7 - forged\nBail out!",
    "  ...\n---\nforged: yes",
    "]]><x/>&amp;<!--",
    "\ufffe\uffff\x00\x0b\ud800",
    "\\# \\\\ \\",
    "'\"` $(id) {{ x }} !!python/object",
    "\u2028\u2029\u0085",
    "",
]


def report(text: str, *, problem: str | None = None) -> Report:
    """A report with that text wherever text of a page or an output can stand."""
    found = [
        Result("1.1", "command", text, "holds", text),
        Result("1.2", "command", text, "fails", text, (text, "more"), None, text, 1, (text,)),
        Result("1.2", "check", f"then: {text}", "follows", text, (), "1.2"),
        Result("1.3", "manual", text, "not-run", text),
    ]
    page = ScriptPage(text, "0" * 64, "https://wiki.example/", None, text, 7, "1" * 40)
    step = StepOutcome("a-step", 1, text, "fails", tuple(found))
    outcome = PageOutcome(page, "fails", 2 if problem else 1, "2026-01-31T10:00:00Z", 1.5, (text,), (step,), problem)
    return Report(generator="runbook", date="2026-01-31T10:00:00Z", host=text, pages=(outcome, outcome))


hostile = st.sampled_from(HARMFUL) | st.text(max_size=40)


def visible(text: str) -> bool:
    return all(printable(line) == line for line in text.split("\n"))


@given(hostile)
def test_tap_is_read_as_it_was_meant(text: str) -> None:
    told = "\n".join(tap(report(text, problem="went wrong"))) + "\n"
    assert visible(told)
    points = [line for line in told.split("\n") if line.startswith(("ok ", "not ok "))]
    assert [re.sub(r"\\.", "", line).count("#") for line in points] == [0, 0, 0, 1, 0] * 2
    read = list(Parser().parse_text(told))
    assert {line.category for line in read} <= {"version", "plan", "diagnostic", "test"}
    (plan,) = [line for line in read if line.category == "plan"]
    points = [line for line in read if line.category == "test"]
    assert plan.expected_tests == len(points) == 10
    assert [(point.ok, point.skip, point.todo) for point in points[:5]] == [
        (True, False, False),
        (False, False, False),
        (False, False, False),
        (True, "#" not in text, False),  # this reader knows no escapes: what is skipped is fine to it at worst
        (False, False, False),
    ]
    assert points[1].yaml_block["detail"] == [printable(text).replace("\t", "\\t"), "more"]
    assert points[2].yaml_block["may follow from"] == "1.2"
    assert points[4].yaml_block["message"] == "went wrong"


@given(hostile)
def test_junit_fits_jenkins_schemas_and_is_read_as_it_was_meant(jenkins: list[xmlschema.XMLSchema], text: str) -> None:
    told = xml(report(text, problem="went wrong"))
    assert visible(told)
    for schema in jenkins:
        schema.validate(told)
    read = junitparser.JUnitXml.fromstring(told.encode())
    assert (read.tests, read.failures, read.errors) == (10, 4, 2)
    suite = next(iter(read))
    assert suite.name == printable(text)
    cases = list(suite)
    assert [[type(one).__name__ for one in case.result] for case in cases] == [
        [],
        ["Failure"],
        ["Failure"],
        ["Skipped"],
        ["Error"],
    ]
    assert cases[2].result[0].message.endswith("(may follow from 1.2)")


@given(hostile)
def test_json_says_exactly_what_was_found_and_fits_the_schema(text: str) -> None:
    found = report(text.encode("utf-8", "replace").decode())
    told = printable_json(to_json(found, indent=2))
    assert visible(told)
    assert report_from_json(told) == found
    jsonschema.validate(json.loads(told), outcomes.schema())


@given(hostile)
def test_text_for_people_names_every_failure(text: str) -> None:
    told = [line.text for line in lines.outcomes(report(text))]
    assert sum("1.2  " in line for line in told) == 4
    assert any("2 pages on" in line and "2 does not hold" in line for line in told)


def test_endless_lines_and_long_diffs_are_cut() -> None:
    diff = (
        DiffLine("+", "x" * 100_000, ((0, 5), (50, 99_000), (99_001, 99_002))),
        *(DiffLine("-", f"row {n}") for n in range(500)),
    )
    told = list(lines.diff_lines(diff, "  "))
    assert len(told) < 50
    assert told[0].text.endswith("… (100000 characters)")
    assert len(told[0].text) < 500
    assert all(0 <= a < b <= len(told[0].text) for a, b in told[0].marks)
    assert told[-1].text == "  … 461 more lines"


def pages(*exits: int) -> tuple[PageOutcome, ...]:
    page = ScriptPage("A", "0" * 64)
    return tuple(PageOutcome(page, "holds", code, "", 0.0) for code in exits)


def chains() -> Iterator[Any]:
    worst = [0, 3, 1, 2]
    for n, code in enumerate(worst):
        for other in worst[: n + 1]:
            yield code, other


@pytest.mark.parametrize(("code", "other"), [*chains()])
def test_the_worst_page_decides_the_exit_code(code: int, other: int) -> None:
    assert exit_code(pages(code, other)) == exit_code(pages(other, code)) == exit_code(pages(code)) == code


def test_no_page_and_a_signal_have_exit_codes_too() -> None:
    assert exit_code(()) == 3
    assert exit_code(pages(0, -9)) == 2
