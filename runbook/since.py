"""What changed since pages were taken over: against the lock, in full words where the committed copy is the one it speaks of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace

from runbook import sources
from runbook.drift import Drift, Known, PageDrift, PageState, compare, compare_known
from runbook.drift.records import change
from runbook.lock import Ids, Lock, LockedPage
from runbook.model import Page, Revision, Runbook, text_sha1

Extract = Callable[[Iterable[Page]], Iterator[tuple[Page, Runbook]]]


def compare_with_lock(lock: Lock, folder: Path, new: Sequence[tuple[Page, Runbook]], extract: Extract, *, whole: bool) -> Drift:
    """The drift of pages since the lock in `folder`; `extract` makes runbooks of the committed copies. `whole`: the new pages are all
    there are, so that others are gone; else nothing is said of those."""
    ids = Ids.of(lock)
    met = [(page, runbook, ids.page(page.title, page.wiki)) for page, runbook in new]
    differing = [(p, r, known) for p, r, known in met if known is None or known.sha1 != text_sha1(p.text)]
    copies = _copies(folder, [known for _, _, known in differing if known is not None], extract)
    found = [_page(runbook, known, copies) for _, runbook, known in differing]
    seen = {known.key for _, _, known in met if known is not None}
    gone = [_gone(page) for page in lock.pages if whole and page.key not in seen]
    pages = [each for each in found if each is not None]
    return Drift(pages=(*pages, *gone), same=len(new) - len(pages))


def _page(runbook: Runbook, known: LockedPage | None, copies: dict[tuple[str, str], Runbook]) -> PageDrift | None:
    if known is None:
        return next(iter(compare([], [runbook]).pages), None)
    copy = copies.get((known.title, known.sha1))
    if copy is None:
        return compare_known(Known(_state(known), known.steps, known.parameters), runbook)
    was = replace(copy.page, revision=_revision(known), wiki=copy.page.wiki or known.wiki)
    return next(iter(compare([replace(copy, page=was)], [runbook]).pages), None)


def _copies(folder: Path, wanted: Sequence[LockedPage], extract: Extract) -> dict[tuple[str, str], Runbook]:
    """The runbooks of the committed copies that are exactly what was locked, by title and digest."""
    keys = {(page.title, page.sha1) for page in wanted}
    if not keys or not any(sources.source_files(folder)):
        return {}
    pages = (page for page in sources.read_directory(folder) if (page.title, text_sha1(page.text)) in keys)
    return {(page.title, text_sha1(page.text)): runbook for page, runbook in extract(pages)}


def _state(page: LockedPage) -> PageState:
    return PageState(page.title, page.wiki, page.url, _revision(page))


def _revision(page: LockedPage) -> Revision:
    return Revision(page.revision.id, None, page.revision.timestamp, page.revision.user)


def _gone(page: LockedPage) -> PageDrift:
    return PageDrift("removed", _state(page), None, None, (change("page-removed"),), ())
