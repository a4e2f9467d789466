"""Outcomes as JUnit XML: a suite for each page on each host, a case for each thing that was looked at."""

from __future__ import annotations

from collections.abc import Iterator

from runbook.outcomes import PageOutcome, Report, Result, StepOutcome
from runbook.report import junit
from runbook.report.outcomes import changes, shown


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
        ("sandbox", page.sandbox),
    )
    properties = tuple((name, str(value)) for name, value in known if value)
    output = [line for step in page.steps for line in _changes(step)]
    return junit.Suite(
        name, tuple(cases), page.date.removesuffix("Z"), page.host or host, page.seconds, properties, tuple(output)
    )


def _changes(step: StepOutcome) -> Iterator[str]:
    """What a sandbox saw of a step."""
    if step.changes:
        yield f"step {step.number}: {step.title}"
    yield from (line.text.strip() for line in changes(step))


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
