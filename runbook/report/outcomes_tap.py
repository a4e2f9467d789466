"""Outcomes as TAP 14 (https://testanything.org/tap-version-14-specification.html): a test point for each thing that was looked at.
Pages follow one another without subtests, which many readers pass over."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from runbook.outcomes import PageOutcome, Report, Result
from runbook.report.outcomes import changes, shown
from runbook.visible import printable

_DIRECTIVE = re.compile(r"#\s*(?=skip|todo)", re.IGNORECASE)


def tap(report: Report) -> Iterator[str]:
    """The lines of the report; every text in them is visible and can't be taken for a directive."""
    points = [line for page in report.pages for line in _points(page, alone=len(report.pages) == 1)]
    yield "TAP version 14"
    yield f"1..{sum(isinstance(point, _Point) for point in points)}"
    number = 0
    for point in points:
        if isinstance(point, _Point):
            number += 1
            yield f"{'ok' if point.ok else 'not ok'} {number} - {point.words}"
        else:
            yield point


class _Point:
    """A test point that has no number yet."""

    def __init__(self, ok: bool, words: str) -> None:
        self.ok = ok
        self.words = words


def _points(page: PageOutcome, *, alone: bool) -> Iterator[_Point | str]:
    title = _escaped(f"{page.host}: {page.page.title}" if page.host else page.page.title)
    lead = "" if alone else f"{title}: "
    revision = "" if page.page.revision is None else f", revision {page.page.revision}"
    yield f"# {title}{revision}"
    for step in page.steps:
        yield f"# step {step.number}: {_escaped(step.title)}"
        for result in step.results:
            yield from _result(lead, result)
        yield from (f"#   {_escaped(line.text.strip())}" for line in changes(step))
    if page.problem:
        yield _Point(False, f"{lead}the script")
        yield from _yaml([("message", page.problem), ("severity", "error")], [])
    for words in page.summary:
        yield f"# {_escaped(words)}"


def _result(lead: str, result: Result) -> Iterator[_Point | str]:
    name = lead + _escaped(f"{result.id} {result.what}")
    failed = result.verdict in ("fails", "follows")
    yield _Point(not failed, name if result.verdict != "not-run" else f"{name} # SKIP {_escaped(result.reason)}")
    if failed:
        said = [("message", result.reason or "it does not hold"), ("severity", "fail")]
        if result.follows_from:
            said.append(("may follow from", result.follows_from))
        yield from _yaml(said, [line.text for line in shown(result, "")])


def _yaml(said: Sequence[tuple[str, str]], lines: Sequence[str]) -> Iterator[str]:
    yield "  ---"
    for key, value in said:
        yield f"  {key}: {_quoted(value)}"
    if lines:
        yield "  detail:"
        for line in lines:
            yield f"    - {_quoted(line)}"
    yield "  ..."


def _quoted(text: str) -> str:
    """A double-quoted scalar, in JSON and YAML alike: nothing is left in it that the two escape differently."""
    return json.dumps(printable(text).replace("\t", "\\t"), ensure_ascii=False)


def _escaped(text: str) -> str:
    """A description: "#" begins a directive, escaped or not for readers that know no escapes."""
    words = " ".join(printable(text.replace("\n", " ")).split())
    return _DIRECTIVE.sub("#·", words).replace("\\", "\\\\").replace("#", "\\#")
