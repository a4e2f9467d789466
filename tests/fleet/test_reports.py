"""A report with several hosts: as a matrix for people, as JUnit and TAP, and what `runbook accept` takes from it."""

from __future__ import annotations

import junitparser
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace
from runbook.accept import of_report
from runbook.expect import DiffLine
from runbook.model import Page, Revision, SourceError, text_sha1, to_json
from runbook.outcomes import PageOutcome, Report, Result, ScriptPage, StepOutcome, report_from_json
from runbook.report.fleet import matrix
from runbook.report.outcomes_junit import xml
from runbook.report.outcomes_tap import tap
from runbook.visible import printable, width

DATE = "2026-01-31T10:00:00Z"
SHA1 = text_sha1("text")


def run(host: str, title: str, exit_code: int, printed: str = "", problem: str | None = None) -> PageOutcome:
    """A page on a host; `printed` is what did not hold there."""
    results: tuple[Result, ...] = (Result("1.1", "command", "uname", "holds"),)
    if printed:
        diff = (DiffLine("-", "running"), DiffLine("+", printed))
        results += (Result("1.2", "command", "state", "fails", "other output", command="state", output=(printed,), diff=diff),)
    page = ScriptPage(title, "0" * 64, source=f"{title}.wiki", sha1=SHA1)
    steps = () if problem else (StepOutcome("look", 1, "Look", "fails" if printed else "holds", results),)
    return PageOutcome(page, "fails" if printed else "holds", exit_code, DATE, 1.0, (), steps, problem, host)


def report(*pages: PageOutcome) -> Report:
    return Report(generator="runbook", date=DATE, host="hosts.ini", pages=pages)


def text(found: Report, columns: int = 80) -> list[str]:
    return [printable(line.text) for line in matrix(found, columns)]


FOUR = report(
    run("web1", "Web", 0),
    run("web2", "Web", 1, "stopped"),
    run("web3", "Web", 1, "stopped"),
    run("db1", "Web", 2, problem="unreachable: no route"),
    run("web1", "Disk", 0),
    run("web2", "Disk", 0),
    run("web3", "Disk", 3),
    run("db1", "Disk", 2, problem="unreachable: no route"),
)


def test_the_matrix_says_for_each_host_where_it_stands() -> None:
    assert text(FOUR)[:8] == [
        " 1 2",
        " ✓ ✓  web1",
        " ✗ ✓  web2",
        " ✗ ·  web3",
        " ! !  db1",
        " 1  Web",
        " 2  Disk",
        "✓ holds   ✗ does not hold   ! could not be verified   · nothing could be checked",
    ]
    assert text(FOUR)[-1].startswith("2 pages on 4 hosts of hosts.ini: 3 holds, 2 does not hold, 2 could not be verified")


def test_what_does_not_hold_is_told_once_with_its_hosts() -> None:
    lines = text(FOUR)
    assert lines.count("           + stopped") == 1
    assert "      on web2, web3:" in lines
    assert "  ! db1: unreachable: no route" in lines


def test_different_outputs_are_told_apart() -> None:
    lines = text(report(run("a", "Web", 1, "stopped"), run("b", "Web", 1, "failed")))
    assert [line for line in lines if line.startswith("      on ")] == ["      on a:", "      on b:"]


def test_many_hosts_and_pages_fit_into_a_terminal() -> None:
    wide = report(
        *(run(f"host-{n}.example.org", f"頁 {m} " + "long " * 30, 0) for m in range(45) for n in range(120)),
    )
    assert max(width(line) for line in text(wide)) <= 80
    assert sum("host-119.example.org" in line for line in text(wide)) == 3  # blocks of 18 pages


def test_fewer_hosts_than_pages_go_across() -> None:
    lines = text(report(*(run(host, title, 0) for title in ("A", "B", "C") for host in ("x", "y"))))
    assert lines[:6] == [" 1 2", " ✓ ✓  A", " ✓ ✓  B", " ✓ ✓  C", " 1  x", " 2  y"]


@given(st.text(max_size=60), st.text(max_size=60), st.integers(20, 200))
def test_no_name_breaks_a_line(host: str, title: str, columns: int) -> None:
    for line in matrix(report(run(host, title, 1, title), run("b", title, 2, problem=host)), columns):
        assert "\n" not in printable(line.text)


def test_junit_and_tap_name_the_host_of_each_case() -> None:
    suites = list(junitparser.JUnitXml.fromstring(xml(FOUR).encode()))
    assert [(suite.name, suite.hostname) for suite in suites][:2] == [("web1: Web", "web1"), ("web2: Web", "web2")]
    assert {case.classname for case in suites[1]} == {"web2: Web.look"}
    assert "not ok 3 - web2: Web: 1.2 state" in list(tap(FOUR))


def test_the_json_of_a_report_keeps_the_hosts() -> None:
    assert report_from_json(to_json(FOUR)) == FOUR


def test_accept_wants_one_host() -> None:
    page = Page(title="Web", text="text", markup="wikitext", revision=Revision(sha1=SHA1))
    assert of_report(FOUR, "run.json", page, "web2").outputs == {"1.2": ("stopped",)}
    with pytest.raises(SourceError, match="on web1, web2, web3, db1; choose one with --host NAME"):
        of_report(FOUR, "run.json", page)
    with pytest.raises(SourceError, match="on web9"):
        of_report(FOUR, "run.json", page, "web9")
    alone = replace(FOUR, pages=tuple(replace(each, host="") for each in FOUR.pages[:1]))
    assert of_report(alone, "run.json", page).note == f"hosts.ini, {DATE}"
