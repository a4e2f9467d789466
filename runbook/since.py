"""What changed since pages were taken over: against the lock, in full words where the committed copy is the one it speaks of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from runbook import sources
from runbook.drift import Drift, Known, PageDrift, PageState, compare, compare_known
from runbook.drift.records import change
from runbook.lock import Ids, Lock, LockedPage
from runbook.model import Page, Revision, Runbook, text_sha1

Extract = Callable[[Iterable[Page]], Iterator[tuple[Page, Runbook]]]


class News(Struct, frozen=True):
    """What a wiki tells besides the texts of its pages: the titles that pages had before (by those they have now), which were deleted,
    and what protects others, by title."""

    moved: Mapping[str, str] = {}
    deleted: frozenset[str] = frozenset()
    protected: Mapping[str, str] = {}


NO_NEWS = News()


def compare_with_lock(
    lock: Lock,
    folder: Path,
    new: Sequence[tuple[Page, Runbook]],
    extract: Extract,
    *,
    whole: Callable[[LockedPage], bool] = lambda _: False,
    news: News = NO_NEWS,
    templates: Callable[[str], str] | None = None,
) -> Drift:
    """The drift of pages since the lock in `folder`; `extract` makes runbooks of the committed copies. A locked page that is not among
    the new ones is gone where `whole` says that it would be; of others nothing is said. `templates` gives the digest of those that a text
    uses now: a page is another one, too, when these are others."""
    ids = Ids.of(lock)
    met = [(page, runbook, ids.page(news.moved.get(page.title, page.title), page.wiki)) for page, runbook in new]
    others = {known.key for page, _, known in met if known and templates and templates(page.text) != known.templates}
    differing = [(p, r, known) for p, r, known in met if known is None or known.key in others or _differs(p, known, news)]
    # Of a copy that is read with other templates than before, only the digests are right.
    copies = _copies(folder, [known for _, _, known in differing if known is not None and known.key not in others], extract)
    found = [_told(page, _page(runbook, known, copies), known, news) for page, runbook, known in differing]
    seen = {known.key for _, _, known in met if known is not None}
    gone = [_gone(page, news) for page in lock.pages if page.key not in seen and whole(page)]
    pages = [each for each in found if each is not None]
    return Drift(pages=(*pages, *gone), same=len(new) - len(pages))


def _differs(page: Page, known: LockedPage, news: News) -> bool:
    return known.sha1 != text_sha1(page.text) or page.title != known.title or page.title in news.protected or _unknown(page)


def _unknown(page: Page) -> bool:
    return any(found.code == "newer-revision-unknown" for found in page.diagnostics)


def _told(page: Page, found: PageDrift | None, known: LockedPage | None, news: News) -> PageDrift | None:
    """A page's drift with what is told of it besides its text."""
    more = []
    if page.title in news.protected:
        more.append(change("page-protected", new=(news.protected[page.title],)))
    if _unknown(page):
        more.append(change("page-unknown"))
    if known is not None and known.title != page.title and not (found and any(c.kind == "page-moved" for c in found.changes)):
        more.append(change("page-moved", old=(known.title,), new=(page.title,)))
    if not more:
        return found
    if found is None:
        state = PageState(page.title, page.wiki, page.url, page.revision)
        return PageDrift("changed", _state(known) if known else None, state, None, tuple(more), ())
    return replace(found, changes=(*more, *found.changes))


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


def _gone(page: LockedPage, news: News) -> PageDrift:
    kind = "page-deleted" if page.title in news.deleted else "page-removed"
    return PageDrift("removed", _state(page), None, None, (change(kind),), ())
