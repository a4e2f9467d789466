"""What an update did, as lines for people."""

from __future__ import annotations

from collections.abc import Iterator

from runbook.report import changes
from runbook.report.lines import Line, Style, count
from runbook.update import Outcome


def updated(found: Outcome, content: str, *, dry: bool) -> Iterator[Line]:
    """The drift that was taken over, page by page; then files, what is to be looked at, and the lock."""
    if found.drift is not None:
        yield from changes.drift(found.drift)
        yield Line("")
    for wrote in found.wrote:
        title = f" ({wrote.title})" if wrote.title else ""
        yield Line(f"{wrote.what}: {content}/{wrote.file}{title}", _STYLES.get(wrote.what, ""))
    for note in found.notes:
        yield Line(note.message, "notice")
    told = _LOCKS[found.lock] if not dry else _WOULD[found.lock]
    yield Line(f"{content}/runbook.lock: {told}, {count(found.pages, 'page')}")


_STYLES: dict[str, Style] = {"new": "new", "removed": "old"}
_LOCKS = {"new": "new", "changed": "renewed", "same": "as it was"}
_WOULD = {"new": "would be new", "changed": "would be renewed", "same": "as it is"}
