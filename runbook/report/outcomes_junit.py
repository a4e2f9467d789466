"""Outcomes as JUnit XML: a suite for each page on each host, a case for each thing that was looked at."""

from __future__ import annotations

from runbook.outcomes import PageOutcome, Report, Result, StepOutcome
from runbook.report import junit
from runbook.report.outcomes import shown


def xml(report: Report) -> str:
    """The whole document."""
    return junit.xml([_suite(page, report.host) for page in report.pages])


def _suite(page: PageOutcome, host: str) -> junit.Suite:
    name = f"{page.host}: {page.page.title}" if page.host else page.page.title
    cases = [_case(name, step, result) for step in page.steps for result in step.results]
    if page.problem:
        cases.append(junit.Case(name, "the script", error=page.problem))
    known = (
        ("wiki", page.page.wiki),
        ("url", page.page.url),
        ("revision", page.page.revision),
        ("source", page.page.source),
        ("script", page.page.script),
    )
    properties = tuple((name, str(value)) for name, value in known if value)
    return junit.Suite(name, tuple(cases), page.date.removesuffix("Z"), page.host or host, page.seconds, properties)


def _case(suite: str, step: StepOutcome, result: Result) -> junit.Case:
    follows = f" (may follow from {result.follows_from})" if result.follows_from else ""
    failed = result.verdict in ("fails", "follows")
    return junit.Case(
        classname=f"{suite}.{step.id}",
        name=f"{result.id} {result.what}",
        failure=(result.reason or "it does not hold") + follows if failed else "",
        skipped=result.reason or "not checked" if result.verdict == "not-run" else "",
        lines=tuple(line.text for line in shown(result, "")) if failed else (),
    )
