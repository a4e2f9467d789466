"""A drift for other programs: SARIF 2.1.0, JUnit XML, GitHub's annotations, Markdown for a comment."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from hashlib import sha256
from typing import Any
from urllib.parse import quote
from xml.sax.saxutils import quoteattr

from runbook.drift import KINDS, SEVERITIES, Change, Drift, PageDrift, Severity, StepDrift
from runbook.report.changes import by
from runbook.report.changes_markdown import markdown
from runbook.visible import printable, printable_json

_LEVELS = {"error": "error", "warning": "warning", "info": "note"}
_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}


def _told(found: Drift) -> Iterator[tuple[PageDrift, StepDrift | None, Change]]:
    for page in found.pages:
        for change in page.changes:
            yield page, None, change
        for step in page.steps:
            for change in step.changes:
                yield page, step, change


def _words(page: PageDrift, step: StepDrift | None, change: Change) -> str:
    state = (step.new or step.old) if step else None
    where = f"{page.title}, {state.title or state.part}" if state else page.title
    note = f" ({change.note})" if change.note else ""
    told = by(page)
    return f"{where}: {KINDS[change.kind].words}{note}" + (f" [{told}]" if told else "")


def _file(page: PageDrift) -> str:
    return page.new.source if page.new else page.old.source if page.old else ""


def sarif(found: Drift, severity: Severity) -> str:
    """SARIF 2.1.0; regions are lines of the page's text as it is now, in its file, or in one named after it where it has none."""
    del severity
    kinds = list(KINDS)
    rules = [
        {
            "id": kind,
            "shortDescription": {"text": KINDS[kind].words},
            "defaultConfiguration": {"level": _LEVELS[KINDS[kind].severity]},
        }
        for kind in kinds
    ]
    results = []
    for page, step, change in _told(found):
        location: dict[str, Any] = {"artifactLocation": {"uri": _uri(page)}}
        if change.new_lines:
            location["region"] = {"startLine": change.new_lines[0], "endLine": change.new_lines[1]}
        result: dict[str, Any] = {
            "ruleId": change.kind,
            "ruleIndex": kinds.index(change.kind),
            "level": _LEVELS[change.severity],
            "message": {"text": printable(_words(page, step, change))},
            "locations": [{"physicalLocation": location}],
            "partialFingerprints": {"runbookChange/v1": _fingerprint(page, step, change)},
        }
        if page.diff:
            result["properties"] = {"diff": printable(page.diff)}
        results.append(result)
    driver = {"name": "runbook", "rules": rules}
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }
    return printable_json(json.dumps(log, indent=2)) + "\n"


def _uri(page: PageDrift) -> str:
    """A relative address for a page, of characters that none objects to."""
    path = _file(page) or page.title.replace(" ", "_").replace("/", "%2F") + ".wiki"
    return quote(path.encode("utf-8", "replace"), safe="/" if _file(page) else "")


def _fingerprint(page: PageDrift, step: StepDrift | None, change: Change) -> str:
    """What makes a change the same one in the next run."""
    state = (step.new or step.old) if step else None
    parts = (page.title, state.id if state else "", change.kind, *change.old, "", *change.new)
    return sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


def junit(found: Drift, severity: Severity) -> str:
    """JUnit XML: a suite for each page that changed, a case for each change; those from `severity` on are failures."""
    least = SEVERITIES.index(severity)
    out = ['<?xml version="1.0" encoding="UTF-8"?>', "<testsuites>"]
    for page in found.pages:
        rows = [(step, change) for each, step, change in _told(Drift(pages=(page,), same=0)) if each is page]
        failed = sum(SEVERITIES.index(change.severity) >= least for _, change in rows)
        out.append(f'<testsuite name={_attribute(page.title)} tests="{len(rows)}" failures="{failed}" errors="0" skipped="0">')
        for step, change in rows:
            words = _words(page, step, change)
            case = f"<testcase classname={_attribute(page.title)} name={_attribute(words)}"
            if SEVERITIES.index(change.severity) >= least:
                out.append(f"{case}><failure type={_attribute(change.kind)} message={_attribute(words)}/></testcase>")
            else:
                out.append(f"{case}/>")
        out.append("</testsuite>")
    return "\n".join([*out, "</testsuites>", ""])


def _attribute(text: str) -> str:
    return quoteattr(printable(text).replace("\t", " "))


def github(found: Drift, severity: Severity) -> str:
    """GitHub's workflow commands, a line each."""
    del severity
    out = []
    for page, step, change in _told(found):
        place = f"file={_property(_file(page))}," if _file(page) else ""
        if place and change.new_lines:
            place += f"line={change.new_lines[0]},endLine={change.new_lines[1]},"
        head = f"::{_COMMANDS[change.severity]} {place}title={_property(KINDS[change.kind].words)}::"
        out.append(head + _data(_words(page, step, change)) + "\n")
    return "".join(out)


def _data(text: str) -> str:
    return printable(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


FORMATS: dict[str, Callable[[Drift, Severity], str]] = {
    "sarif": sarif,
    "junit": junit,
    "github": github,
    "markdown": markdown,
}
