"""What a pull did, as lines for people."""

from __future__ import annotations

from collections.abc import Iterator

from runbook.pull import Outcome
from runbook.report.lines import Line, Style, count


def pulled(found: Outcome) -> Iterator[Line]:
    """What a pull did, a page a line, with who made the revision and why."""
    for change in found.changes:
        revision = change.revision
        numbers = " -> ".join(str(number) for number in (change.old, revision.id) if number)
        told = ", ".join(each for each in (revision.user, revision.timestamp) if each)
        said = f": {revision.comment}" if revision.comment else ""
        title = f"{change.before} -> {change.title}" if change.before else change.title
        details = f"revision {numbers}" if numbers else ""
        if change.what in {"new", "changed", "moved"}:
            details += f" by {told}{said}" if told else ""
        elif change.why:
            details = change.why
        yield Line(f"{change.what}: {title}" + (f" ({details})" if details else ""), _PULLED.get(change.what, ""))
    for title in found.missing:
        yield Line(f"not there: {title}", "grave")
    yield Line(f"{found.folder}: {count(found.pages, 'page')}, {found.same} as before; {count(found.requests, 'request')}")


_PULLED: dict[str, Style] = {"new": "new", "deleted": "old", "no longer selected": "old", "not readable": "grave"}
