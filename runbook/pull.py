"""Bringing a folder up to date with a wiki: what changed there is fetched, the rest stays, and all of it takes effect at once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Literal

from msgspec import Struct, structs

from runbook.model import Diagnostic, Revision, SourceError, text_sha1
from runbook.slug import slug, unique
from runbook.sources import pulled
from runbook.sources.api import Wiki
from runbook.sources.api_records import Fetched, Info, Wanted
from runbook.sources.pulled import TEMPLATE, Pulled, State

What = Literal[
    "new", "changed", "moved", "protected", "recategorised", "restored", "deleted", "no longer selected", "not readable"
]


class Change(Struct, frozen=True):
    """What happened to a page since the last pull. `before` is its title then where it was moved, `old` its revision then; `why` what
    is to be known besides. A page that is not readable any more keeps its last text."""

    what: What
    title: str
    old: int | None = None
    revision: Revision = Revision()
    before: str | None = None
    why: str = ""


class Outcome(Struct, frozen=True):
    """What a pull did: changes in the order of titles, how many pages stand in the folder now, and how many of those were left
    alone; `requests` counts what was asked of the API, `missing` the titles that were asked for and are not there."""

    folder: str
    changes: tuple[Change, ...]
    pages: int
    same: int
    requests: int
    missing: tuple[str, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def pull(wiki: Wiki, folder: Path, wanted: Wanted, *, templates: bool = False, prune: bool = False) -> Outcome:
    """Makes `folder` hold the wanted pages as the wiki has them now, with the templates that they use when asked for.

    With `prune`, what is not wanted any more leaves the folder; without, it stays as it is. A page's file keeps its name for as long
    as the page keeps its title. Raises SourceError when the wiki can't be read, or gives no page at all; then nothing changes.
    """
    before = pulled.read_state(folder)
    site = wiki.site()
    if before.wiki and site.wiki != before.wiki:
        raise SourceError(
            str(folder), f"holds pages of another wiki ({before.wiki}), not of {site.wiki}: choose another name for it"
        )
    with pulled.replacing(folder) as new:
        run = _Run(wiki, folder, new, before)
        run.select(wanted, prune=prune)
        run.fetch()
        if templates:
            run.fetch_templates()
        return run.finish(site.wiki, prune=prune, templates=templates)


class _Run:
    """One pull: what stood there, what the wiki lists now, and the new state as it grows."""

    def __init__(self, wiki: Wiki, folder: Path, new: Path, before: State) -> None:
        self.wiki = wiki
        self.folder = folder
        self.new = new
        # Pages that came from a file have no number until the wiki is asked.
        self.old = {page.id or -place: page for place, page in enumerate(before.pages, 1)}
        self.listed: dict[int, Info] = {}
        self.held: dict[int, Pulled] = {}
        self.names: set[str] = set()
        self.written: set[int] = set()
        self.changes: list[Change] = []
        self.missing: list[str] = []
        self.notes: list[Diagnostic] = []

    def select(self, wanted: Wanted, *, prune: bool) -> None:
        """Lists what is wanted, and looks for what became of known pages that are not listed."""
        unnumbered = {page.title: number for number, page in self.old.items() if number < 0}
        for found in self.wiki.infos(wanted):
            if found.missing or found.invalid or not found.pageid:
                self.missing.append(found.title)
            else:
                self.listed[found.pageid] = found
                if found.title in unnumbered and found.pageid not in self.old:
                    self.old[found.pageid] = structs.replace(self.old.pop(unnumbered[found.title]), id=found.pageid)
        if not self.listed:
            raise SourceError(self.wiki.name, "gives none of the pages that are wanted; nothing was changed")
        unlisted = [number for number, page in self.old.items() if number not in self.listed and page.namespace != TEMPLATE]
        for number in (number for number in unlisted if prune and number < 0):
            left = self.old[number]
            self.changes.append(Change("no longer selected", left.title, left.revision.id))
        for found in self.wiki.numbered([number for number in unlisted if number > 0]) if prune else ():
            page = self.old.get(found.pageid)
            if page is not None:
                self.gone(page, found)
        for number in () if prune else unlisted:
            if self.is_whole(self.old[number]):
                self.held[number] = self.old[number]
        self.names |= {page.file for page in self.old.values()}

    def gone(self, page: Pulled, found: Info) -> None:
        """Tells why a page leaves the folder."""
        what: What = "deleted" if found.missing else "no longer selected"
        moved = found.title if found.title != page.title and not found.missing else ""
        why = "it is a redirect now" if found.redirect else f"it is {moved!r} now" if moved else ""
        self.changes.append(Change(what, page.title, page.revision.id, why=why))

    def fetch(self) -> None:
        """Fetches those listed pages that are not as they were; of those that were only rendered anew, what is known besides."""
        stale, anew = list[int](), list[int]()
        for number, found in self.listed.items():
            old = self.old.get(number)
            if old is None or old.revision.id != found.lastrevid or not self.is_whole(old):
                stale.append(number)
            elif old.touched != found.touched:
                anew.append(number)
            else:
                self.hold(self.renamed(old, found), old)
        for fetched in self.wiki.fetch_pages(stale):
            if fetched.id in self.listed:
                self.take(fetched)
        for uses in self.wiki.fetch_uses(anew):
            if uses.id in self.listed:
                old = self.old[uses.id]
                page = self.renamed(old, self.listed[uses.id])
                self.hold(structs.replace(page, categories=uses.categories, templates=uses.templates), old)

    def is_whole(self, old: Pulled) -> bool:
        """Whether a page's file is what was pulled; one that was changed or lost here is fetched again."""
        try:
            return text_sha1((self.folder / old.file).read_text("utf-8", "surrogatepass")) == old.revision.sha1
        except (OSError, UnicodeDecodeError):
            return False

    def renamed(self, old: Pulled, found: Info) -> Pulled:
        """The same page under the title and with the protection that it has now."""
        protection = tuple(sorted(f"{each.type}={each.level}" for each in found.protection))
        file = old.file if old.title == found.title else self.file_of(found.title)
        return structs.replace(
            old, file=file, title=found.title, namespace=found.ns, touched=found.touched, protection=protection
        )

    def file_of(self, title: str) -> str:
        """A new file name for a title: its slug, kept apart from every other."""
        stems = {name.removesuffix(".wiki") for name in self.names}
        name = unique(slug(title), stems) + ".wiki"
        self.names.add(name)
        return name

    def take(self, fetched: Fetched) -> None:
        """Takes a fetched page into the new state; where its text can't be had, the last one stays."""
        old = self.old.get(fetched.id)
        found = self.listed[fetched.id]
        if fetched.page is None:
            if old is not None and self.is_whole(old):
                self.held[old.id] = structs.replace(old, touched="")
            self.changes.append(Change("not readable", fetched.title, old.revision.id if old else None, why=fetched.why))
            return
        self.notes += fetched.page.diagnostics
        start = old or Pulled(self.file_of(found.title), found.title, fetched.id, Revision())
        page = structs.replace(
            self.renamed(start, found),
            revision=fetched.page.revision,
            categories=fetched.categories,
            templates=fetched.templates,
        )
        (self.new / page.file).write_bytes(fetched.page.text.encode("utf-8", "surrogatepass"))
        self.written.add(page.id)
        self.hold(page, old)

    def hold(self, page: Pulled, old: Pulled | None) -> None:
        """Adds a page to the new state and tells what changed."""
        self.held[page.id] = page
        number = old.revision.id if old else None
        if old is None:
            self.changes.append(Change("new", page.title, None, page.revision))
            return
        if old.title != page.title:
            self.changes.append(Change("moved", page.title, number, page.revision, old.title))
        elif old.revision.id != page.revision.id:
            self.changes.append(Change("changed", page.title, number, page.revision))
        elif page.id in self.written:
            why = "its file was changed or lost here"
            self.changes.append(Change("restored", page.title, number, page.revision, why=why))
        if old.protection != page.protection:
            why = ", ".join(page.protection) or "no longer protected"
            self.changes.append(Change("protected", page.title, number, page.revision, why=why))
        if old.categories != page.categories and old.revision.id == page.revision.id:
            why = ", ".join(page.categories) or "in no category any more"
            self.changes.append(Change("recategorised", page.title, number, page.revision, why=why))

    def fetch_templates(self) -> None:
        """Fetches the templates that held pages use, as pages of their own namespace."""
        used = sorted({title for page in self.held.values() for title in page.templates})
        self.listed = {
            found.pageid: found
            for found in self.wiki.named(used)
            if found.pageid and found.pageid not in self.held and not found.missing and found.contentmodel == "wikitext"
        }
        self.fetch()

    def finish(self, wiki: str | None, *, prune: bool, templates: bool) -> Outcome:
        """Puts the new state in place, unless it is the old one."""
        for number, page in self.old.items():
            kept = page.namespace == TEMPLATE and not (prune and templates)
            if kept and number not in self.held and self.is_whole(page):
                self.held[number] = page
        state = State(wiki, tuple(self.held.values()))
        for number, page in self.held.items():
            if number not in self.written:
                pulled.keep(self.folder / self.old[number].file, self.new / page.file)
        if self.written or _settled(state) != _settled(State(wiki, tuple(self.old.values()))):
            pulled.commit(self.new, self.folder, state)
        touched = {change.title for change in self.changes}
        same = sum(page.title not in touched for page in state.pages)
        changes = tuple(sorted(self.changes, key=lambda change: (change.title, change.what)))
        return Outcome(
            str(self.folder), changes, len(state.pages), same, self.wiki.requests, tuple(self.missing), tuple(self.notes)
        )


def _settled(state: State) -> State:
    """A state without what says nothing of the pages: that the wiki rendered one anew is no reason to write the index."""
    pages = sorted((structs.replace(page, touched="") for page in state.pages), key=lambda page: page.file)
    return structs.replace(state, pages=tuple(pages))


def titles_in(text: str, name: str) -> Iterator[str]:
    """The titles of a list, one a line; blank lines and those that begin with "#" (which no title may) are left out.
    Raises SourceError for what can be no title."""
    for number, line in enumerate(text.splitlines(), 1):
        title = line.strip()
        if title and not title.startswith("#"):
            yield checked_title(title, f"{name}:{number}")


def checked_title(title: str, where: str) -> str:
    """A title that may be asked for. Raises SourceError for characters that none can have."""
    wrong = next((char for char in title if char in "<>[]{}|#" or char < " "), None)
    if wrong is not None or not title.strip():
        raise SourceError(where, f"no title: {title[:60]!r} has {wrong!r} in it" if wrong else "an empty title")
    return title


def checked_titles(titles: Iterable[str], where: str) -> tuple[str, ...]:
    return tuple(checked_title(title, where) for title in titles)
