"""A drift for other programs: SARIF 2.1.0, JUnit XML, GitHub's annotations, Markdown for a comment."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any
from xml.sax.saxutils import quoteattr

from runbook.drift import KINDS, SEVERITIES, Change, Drift, PageDrift, Severity, StepDrift
from runbook.visible import printable, printable_json

_LIMIT = 60_000
"""Characters of a comment; GitHub takes 65,536."""
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
    return f"{where}: {KINDS[change.kind].words}{note}"


def sarif(found: Drift, severity: Severity) -> str:
    """SARIF 2.1.0; regions are lines of the page's text as it is now."""
    del severity
    kinds = list(KINDS)
    rules = [{"id": kind, "shortDescription": {"text": KINDS[kind].words}} for kind in kinds]
    results = []
    for page, step, change in _told(found):
        location: dict[str, Any] = {"artifactLocation": {"uri": _uri(page.title)}}
        if change.new_lines:
            location["region"] = {"startLine": change.new_lines[0], "endLine": change.new_lines[1]}
        results.append(
            {
                "ruleId": change.kind,
                "ruleIndex": kinds.index(change.kind),
                "level": _LEVELS[change.severity],
                "message": {"text": printable(_words(page, step, change))},
                "locations": [{"physicalLocation": location}],
            }
        )
    driver = {"name": "runbook", "rules": rules}
    log = {
        "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }
    return printable_json(json.dumps(log, indent=2)) + "\n"


def _uri(title: str) -> str:
    """A relative address for a page, of characters that none objects to."""
    from urllib.parse import quote  # noqa: PLC0415  # for this format alone

    return quote(title.replace(" ", "_").encode("utf-8", "replace"), safe="") + ".wiki"


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
        line = f",line={change.new_lines[0]},endLine={change.new_lines[1]}" if change.new_lines else ""
        head = f"::{_COMMANDS[change.severity]} title={_property(KINDS[change.kind].words)}{line}::"
        out.append(head + _data(_words(page, step, change)) + "\n")
    return "".join(out)


def _data(text: str) -> str:
    return printable(text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A"))


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")


def markdown(found: Drift, severity: Severity) -> str:
    """Markdown for a pull request's comment; what a page says is text in it, never markup, a mention or a link."""
    del severity
    if not found.pages:
        return "No drift.\n"
    out, size, left = [], 0, 0
    for page in found.pages:
        block = [f"### {_text(page.title)}", ""]
        for _, step, change in _told(Drift(pages=(page,), same=0)):
            sign = "**!** " if change.kind == "effect-raised" else ""
            block.append(f"- {sign}{_text(_words(page, step, change)[len(page.title) :].lstrip(':, '))}")
            shown = [f"-{line}" for line in change.old[:12]] + [f"+{line}" for line in change.new[:12]]
            block += _fenced(shown) if shown else []
        text = "\n".join(block) + "\n\n"
        if size + len(text) > _LIMIT:
            left += 1
            continue
        out.append(text)
        size += len(text)
    more = f"… and {left} more changed pages, too much for a comment\n" if left else ""
    return "".join(out) + more


def _text(text: str) -> str:
    """Text with every sign that means something in Markdown, HTML or to GitHub (@mention, #1, an address) made plain."""
    return (
        re.sub(r"[^\w\s]", lambda found: f"&#{ord(found[0])};", printable(text)).replace("_", "&#95;").replace("www", "w&#119;w")
    )


def _fenced(lines: list[str]) -> list[str]:
    shown = [printable(line) for line in lines]
    longest = max((len(run) for line in shown for run in re.findall(r"`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"  {fence}diff", *(f"  {line}" for line in shown), f"  {fence}"]


FORMATS: dict[str, Callable[[Drift, Severity], str]] = {
    "sarif": sarif,
    "junit": junit,
    "github": github,
    "markdown": markdown,
}
