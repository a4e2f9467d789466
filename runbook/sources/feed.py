"""Atom and RSS feeds of MediaWiki: which kind a feed is, what each entry can give, and the pages in it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Literal

from msgspec import Struct, structs

from runbook.model import Diagnostic, Page, Revision, SourceError, text_sha1

from . import address, tablediff
from .odd import title_diagnostics
from .summary import Summary, read_summary, split_note
from .xmlstream import Event

Kind = Literal["contributions", "history", "recent changes", "new pages", "watchlist"]
Gives = Literal["text", "diff", "link", "nothing"]

Fetch = Callable[[Sequence["Entry"]], Iterable[Page]]
"""Gives the revisions that entries tell of, as pages; the latest of a page where the entry names no revision."""
SIZE_LIMIT = 256 << 20
"""Characters of one feed; $wgFeedLimit (50) entries of the largest page are 100 MB."""

STARTS = ("link", "entry", "item")
_FIELDS = {
    "title": "title",
    "id": "id",
    "guid": "id",
    "updated": "time",
    "pubDate": "time",
    "summary": "html",
    "description": "html",
    "name": "user",
    "creator": "user",
    "link": "link",
    "language": "language",
}
ENDS = frozenset({"entry", "item", *_FIELDS})


class Entry(Struct, frozen=True):
    """One entry: which revision of which page it tells of, and what it gives of it.

    `gives` "text": `text` is the revision's exact text; "diff": `diff` turns the text of `base` into it; "link" and "nothing": the
    page changed, and the text must come from elsewhere. `base` is the revision before (0: the page is new; None: not told).
    `where` names file, line and entry.
    """

    where: str
    title: str
    gives: Gives
    revision: Revision
    wiki: str | None = None
    url: str | None = None
    text: str = ""
    diff: str = ""
    base: int | None = None
    diagnostics: tuple[Diagnostic, ...] = ()


class Feed(Struct, frozen=True):
    """A feed as a list of what it tells, newest first as the wiki wrote it."""

    name: str
    kind: Kind
    title: str
    entries: tuple[Entry, ...]
    diagnostics: tuple[Diagnostic, ...] = ()


class Help(Struct, frozen=True):
    """What helps where a feed itself doesn't give a text: pages by title that its diffs may start from, and who else gives texts."""

    known: Mapping[str, Page] = {}
    fetch: Fetch | None = None


class _Raw(Struct):
    line: int
    number: int = 0
    title: str = ""
    id: str = ""
    time: str = ""
    html: str = ""
    user: str = ""
    link: str = ""
    language: str = ""
    self_link: str = ""


def read_feed(root: Event, events: Iterable[Event], name: str) -> Feed:
    """The feed whose root element was `root`. Raises SourceError for one without entries."""
    channel, raws = _gather(root, events, name)
    if not raws:
        raise SourceError(f"{name}:{root.line}", "a feed without entries: nothing changed, or the address asks for too little")
    summaries = [read_summary(raw.html) for raw in raws]
    _refuse_error(raws, summaries, name)
    links = [_links(raw) for raw in raws]
    kind = _kind(channel, raws, summaries, [address.place(link) if link else None for link, _ in links])
    entries = tuple(map(_Reader(name, kind, channel).entry, raws, summaries))
    return Feed(name, kind, channel.title, _following(entries) if kind == "history" else entries)


def _following(entries: tuple[Entry, ...]) -> tuple[Entry, ...]:
    """The entries of a history, which leaves out no revision, with the one before as the base of each."""
    older = [entry.revision.id for entry in entries[1:]] + [None]
    return tuple(
        structs.replace(entry, base=before) if entry.base is None and before and before < (entry.revision.id or 0) else entry
        for entry, before in zip(entries, older, strict=True)
    )


def pages(feed: Feed, help_: Help) -> tuple[list[Page], list[Diagnostic]]:
    """The pages that a feed gives, in the order of their newest entries, and a diagnostic for each entry that gives none.

    The texts (and histories) of known pages serve as bases of diffs; what can't be rebuilt is fetched where that is possible. Of
    several revisions of a page the newest is the page, the others its history. A known page of which the feed tells that it changed, and
    not how, is as it is known, with a warning.
    """
    found: dict[str, list[tuple[Entry, Page]]] = {}
    missing_texts: list[tuple[Entry, str]] = []
    for entry, (text, why) in zip(feed.entries, _texts(feed, help_.known), strict=True):
        if text is None:
            missing_texts.append((entry, why))
        else:
            found.setdefault(entry.title, []).append((entry, _page(entry, text, feed.name)))
    unknown = _fetched(missing_texts, help_.fetch, found)
    result = {title: _newest(revisions) for title, revisions in found.items()}
    missing = list(feed.diagnostics)
    for entry, why in unknown:
        missing += (*entry.diagnostics, Diagnostic("entry-without-text", "warning", f"{entry.where}: {why}"))
        page = result.get(entry.title) or help_.known.get(entry.title)
        if page is not None and _is_newer(entry.revision, page.revision):
            result[entry.title] = _outdated(page, entry)
    return list(result.values()), missing


def _fetched(
    missing: list[tuple[Entry, str]], fetch: Fetch | None, found: dict[str, list[tuple[Entry, Page]]]
) -> list[tuple[Entry, str]]:
    """Adds to `found` what `fetch` gives of entries without text; gives back those that it doesn't know either."""
    if fetch is None or not missing:
        return missing
    by_number, by_title = dict[tuple[str, int | None], Page](), dict[str, Page]()
    for page in fetch([entry for entry, _ in missing]):
        by_number[page.title, page.revision.id] = by_title[page.title] = page
    unknown = []
    for entry, why in missing:
        key = entry.title, entry.revision.id
        page_or_none = by_number.get(key) if entry.revision.id else by_title.get(entry.title)
        if page_or_none is None:
            unknown.append((entry, f"{why}; the wiki doesn't give it either"))
        elif all(known.revision.id != page_or_none.revision.id for _, known in found.get(entry.title, [])):
            told = structs.replace(entry, revision=page_or_none.revision)
            found.setdefault(entry.title, []).append((told, page_or_none))
    return unknown


def _outdated(page: Page, entry: Entry) -> Page:
    """The page with a warning that a newer revision exists; once is enough."""
    if any(diagnostic.code == "newer-revision-unknown" for diagnostic in page.diagnostics):
        return page
    what = f"{entry.where}: this page has changed since revision {page.revision.id or 'here'}, and the feed doesn't give the newer text"
    return structs.replace(page, diagnostics=(*page.diagnostics, Diagnostic("newer-revision-unknown", "warning", what)))


def _is_newer(told: Revision, known: Revision) -> bool:
    """Whether a revision that a feed tells of is newer than one at hand; it is when nothing says that it isn't."""
    if told.id and known.id:
        return told.id > known.id
    return not (told.timestamp and known.timestamp) or told.timestamp > known.timestamp


def _order(revision: Revision) -> tuple[str, int]:
    return revision.timestamp or "", revision.id or 0


def _gather(root: Event, events: Iterable[Event], name: str) -> tuple[_Raw, list[_Raw]]:
    """What stands in the feed's head, and its entries, as strings."""
    channel = _Raw(root.line, language=(root.attributes or {}).get("lang", ""))
    raws: list[_Raw] = []
    current = channel
    size = 0
    for event in events:
        size += len(event.text)
        if size > SIZE_LIMIT:
            raise SourceError(f"{name}:{event.line}", f"a feed of more than {SIZE_LIMIT >> 20} million characters")
        if event.attributes is not None:
            if event.tag == "link":
                _atom_link(current, event.attributes)
            else:
                current = _Raw(event.line, len(raws) + 1)
                raws.append(current)
        elif event.tag in {"entry", "item"}:
            current = channel
        elif event.tag in _FIELDS and event.text.strip():
            field = _FIELDS[event.tag]
            if not getattr(current, field):
                setattr(current, field, event.text)
    return channel, raws


def _atom_link(current: _Raw, attributes: dict[str, str]) -> None:
    relation, href = attributes.get("rel", "alternate"), attributes.get("href", "")
    if relation == "self":
        current.self_link = href
    elif relation == "alternate" and not current.link:
        current.link = href


def _links(raw: _Raw) -> tuple[str | None, str | None]:
    """The entry's own address and its id, as far as they are web addresses."""
    return address.web(raw.link), address.web(raw.id)


def _refuse_error(raws: list[_Raw], summaries: list[Summary], name: str) -> None:
    """ApiFeedWatchlist tells its errors as a feed of one entry without address, date and author."""
    if len(raws) == 1 and not (raws[0].time or raws[0].user) and summaries[0].shape == "words" and not address.web(raws[0].link):
        raise SourceError(f"{name}:{raws[0].line}", f"an error told as a feed: {raws[0].title[:80]!r}: {raws[0].html[:200]!r}")


def _kind(channel: _Raw, raws: list[_Raw], summaries: list[Summary], places: list[address.Place | None]) -> Kind:
    """Which kind a feed is, from what its entries look like; feeds of one kind mix shapes (a log entry has no text)."""
    shapes = {summary.shape for summary in summaries}
    told = [found for found in places if found is not None]
    if "source" in shapes:
        asked = "feedcontributions" in channel.self_link
        own = any(found.diff for found in told) or _names_user(channel.link, {raw.user for raw in raws})
        return "contributions" if asked or own else "new pages"
    if any(found.relative for found in told):
        return "history"
    if not all(summary.shape == "words" and not raw.html.startswith("<p>") for summary, raw in zip(summaries, raws, strict=True)):
        titles = {found.title for found in told if found.title}
        same = len(titles) == 1 and not titles & {raw.title for raw in raws}
        return "history" if same else "recent changes"
    return "watchlist"


def _names_user(link: str, users: set[str]) -> bool:
    """Whether a feed's own page is one about the only author of its entries (Special:Contributions/User)."""
    target = address.web(link)
    if target is None or len(users) != 1:
        return False
    return address.ends_with(target, "/" + users.pop())


class _Reader:
    """What all entries of one feed share."""

    def __init__(self, name: str, kind: Kind, channel: _Raw) -> None:
        self.name = name
        self.kind = kind
        self.language = channel.language
        self.own = address.web(channel.self_link)

    def entry(self, raw: _Raw, summary: Summary) -> Entry:
        link, identity = _links(raw)
        at = address.place(link or "", raw.title) if link else address.Place(None)
        by_id = address.place(identity, raw.title) if identity else address.Place(None)
        title = (at.title or raw.title.strip()) if self.kind == "history" else raw.title.strip()
        where = f"{self.name}:{raw.line}: entry {raw.number} ({_short(title)})"
        number = by_id.diff or at.diff or None
        base = self.base(summary, at if at.diff else by_id)
        user, comment = self.who(raw, summary)
        timestamp = None if self.kind == "new pages" else iso_time(raw.time)
        notes = [*title_diagnostics(title, where, self.language), *self.dropped(raw, link, where)]
        wiki = self.index(at.wiki or by_id.wiki)
        text = summary.text if summary.shape in {"source", "page"} else ""
        return Entry(
            where,
            title,
            _gives(summary, base, number),
            Revision(number, timestamp=timestamp, user=user, comment=comment, sha1=text_sha1(text) if text else None),
            wiki,
            address.permalink(wiki, title, number) or link,
            text,
            summary.diff,
            base,
            tuple(notes),
        )

    def who(self, raw: _Raw, summary: Summary) -> tuple[str | None, str | None]:
        """User and comment. A new-page entry has its page's creator as author and its last editor in the summary."""
        user = raw.user.strip() or None
        if summary.shape == "source":
            return split_note(summary.note, user)
        if self.kind == "watchlist" and user:
            return user, summary.note.removesuffix(f"({user})").rstrip()
        return user, summary.note

    def index(self, wiki: str | None) -> str | None:
        """The wiki's index.php where the feed's own address tells it, instead of the page root that links without query tell."""
        if wiki is None or not wiki.endswith("/") or not self.own:
            return wiki
        own = address.place(self.own).wiki
        return own if own and own.endswith("/index.php") else wiki

    def base(self, summary: Summary, at: address.Place) -> int | None:
        if summary.shape == "page":
            return 0
        return at.oldid if at.oldid and self.kind == "recent changes" else None

    def dropped(self, raw: _Raw, link: str | None, where: str) -> Iterator[Diagnostic]:
        if raw.link and link is None:
            what = f"{where}: its link {_short(raw.link)} is no http or https address; left out"
            yield Diagnostic("link-dropped", "warning", what)


def _gives(summary: Summary, base: int | None, number: int | None) -> Gives:
    """What an entry gives. Recent changes merge a user's consecutive edits, and those of one second sometimes into a diff of a
    revision with itself: no diff of use."""
    if base and number and base >= number:
        return "nothing"
    match summary.shape:
        case "source" | "page":
            return "text" if summary.text else "nothing"
        case "diff":
            return "diff"
        case "link":
            return "link"
        case "words":
            return "nothing"


_WHY: dict[Gives, str] = {
    "diff": "gives only a diff, and the text that it starts from is not at hand; the page changed, its text is unknown",
    "link": "gives only a link to a diff, too large for the feed; the page changed, its text is unknown",
    "nothing": "gives no text: the revision is blank or hidden, or the feed tells only that something happened",
    "text": "",
}


def _texts(feed: Feed, known: Mapping[str, Page]) -> list[tuple[str | None, str]]:
    """For each entry its text, or why there is none. Diffs are applied oldest first, each to what is known by then."""
    bases: dict[tuple[str, int | None], str] = {}
    for title, page in known.items():
        for revision in (*page.history, page):
            bases[title, revision.revision.id] = revision.text
    latest: dict[str, int | None] = {}  # of histories, whose entries follow one another without gap and don't name their base
    results: dict[int, tuple[str | None, str]] = {}
    order = list(reversed(range(len(feed.entries))))
    if feed.kind == "recent changes":  # which tell the edits of one second in any order
        order.sort(key=lambda at: _order(feed.entries[at].revision))
    for at in order:
        entry = feed.entries[at]
        told = entry.revision.id is not None
        text = entry.text if entry.gives == "text" else bases.get((entry.title, entry.revision.id)) if told else None
        why = _WHY[entry.gives]
        if text is None and entry.gives == "diff":
            base = bases.get((entry.title, entry.base if entry.base is not None else latest.get(entry.title)))
            if base is not None:
                try:
                    text = tablediff.apply(entry.diff, base)
                except tablediff.DiffError as error:
                    why = f"its diff doesn't fit the text at hand ({error}); the page changed, its text is unknown"
        if text is not None:
            bases[entry.title, entry.revision.id] = text
            latest[entry.title] = entry.revision.id
        else:
            latest.pop(entry.title, None)
        results[at] = (text, why)
    return [results[at] for at in range(len(feed.entries))]


def _page(entry: Entry, text: str, source: str) -> Page:
    revision = structs.replace(entry.revision, sha1=text_sha1(text), parent=entry.base or None)
    return Page(entry.title, text, "wikitext", entry.wiki, entry.url, revision, source, diagnostics=entry.diagnostics)


def _newest(revisions: list[tuple[Entry, Page]]) -> Page:
    """One page of its revisions in a feed: the newest by date, then by number, then by place."""
    if len(revisions) == 1:
        return revisions[0][1]
    ordered = sorted(revisions, key=lambda pair: _order(pair[1].revision), reverse=True)
    (entry, page), older = ordered[0], [pair[1] for pair in ordered[1:]]
    what = (
        f"{entry.where}: the feed has {len(ordered)} revisions of this page; this one is the newest, the others are its history"
    )
    note = Diagnostic("several-revisions", "info", what)
    return structs.replace(page, history=tuple(older), diagnostics=(*page.diagnostics, note))


def iso_time(text: str) -> str | None:
    """A feed's time in ISO 8601 as Atom writes it; RSS's (RFC 822) is converted, and anything else None."""
    text = text.strip()
    try:
        if text[:4].isdigit():
            datetime.fromisoformat(text)
            return text
        return parsedate_to_datetime(text).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (ValueError, TypeError, OverflowError, IndexError):
        return None


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")
