"""Where the pages of a source go when they are taken over: what stands in content/ now, and what shall."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from msgspec import Struct, structs

from runbook import names, sources
from runbook.model import Diagnostic, Page, Revision, SourceError, text_sha1
from runbook.slug import slug, unique
from runbook.sources import files, pulled
from runbook.sources.pulled import TEMPLATE, Pulled, State

UNNAMED = "pages"
"""The folder of new pages whose source names no wiki."""


class Wrote(Struct, frozen=True):
    """A file of content/ that an update wrote or removed, with the page in it ("" where it held several)."""

    what: Literal["new", "changed", "removed"]
    file: str
    title: str


class Plan(Struct, frozen=True):
    """What content/ shall be: its `pages` as they will be read from there, the new states of `folders` by name, `texts` of files in
    those, `files` that stand in no index, what is `removed` besides, and the `templates` that come along. `moved` are the titles that
    pages had before by those they have now."""

    pages: tuple[Page, ...]
    folders: tuple[tuple[str, State], ...] = ()
    texts: Mapping[Path, bytes] = {}
    files: Mapping[Path, bytes] = {}
    removed: tuple[Path, ...] = ()
    templates: tuple[Page, ...] = ()
    moved: Mapping[str, str] = {}
    wrote: tuple[Wrote, ...] = ()
    notes: tuple[Diagnostic, ...] = ()


class Taken(Struct, frozen=True):
    """The pages of a source; `whole`: there are no others, so that those are gone which it lacks. `folder` is where new ones go, by
    default one named after their wiki."""

    pages: tuple[Page, ...]
    whole: bool = False
    folder: str | None = None


class _Here(Struct, frozen=True):
    """A page as it stands in content/: in `file`, alone with an index entry or without, or with others (`alone` false)."""

    title: str
    file: Path
    wiki: str | None
    revision: Revision
    sha1: str
    alone: bool
    entry: Pulled | None = None


def is_own(file: Path) -> bool:
    """Whether a file holds one page's text as it is."""
    return file.suffix.lower() in files.SUFFIXES


def plan(content: Path, taken: Taken | None) -> Plan:
    """What `content` shall be when `taken` is taken over; as it stands without that. Raises SourceError for a source that has a page
    twice, and for a content/ without pages."""
    here = _read(content)
    if taken is None:
        if not here:
            raise SourceError(str(content), "no pages in it; name a SOURCE to take pages over from")
        return Plan(tuple(here))
    return _Planning(content, here, taken).plan()


def _read(content: Path) -> list[Page]:
    if not content.is_dir() or not any(sources.source_files(content)):
        return []
    return list(sources.read_directory(content))


def same_wiki(one: str | None, other: str | None) -> bool:
    """Whether two addresses may be of one wiki: sources give that of index.php or the root of its pages, or none."""
    if one is None or other is None or one == other:
        return True
    return one.endswith("/") != other.endswith("/") and urlsplit(one).netloc == urlsplit(other).netloc


class _Planning:
    """One plan as it grows."""

    def __init__(self, content: Path, here: list[Page], taken: Taken) -> None:
        self.content = content
        self.taken = taken
        self.after: dict[tuple[Path, str], Page] = {(Path(page.source), page.title): page for page in here}
        self.states = {path.parent.name: pulled.read_state(path.parent) for path in content.glob(f"*/{pulled.INDEX}")}
        self.entries = {name: {page.file: page for page in state.pages} for name, state in self.states.items()}
        self.here: dict[str, list[_Here]] = {}
        self.numbered: dict[tuple[str, int], _Here] = {}
        for each in (*map(self._of_page, here), *self._templates()):
            self.here.setdefault(each.title, []).append(each)
            if each.entry and each.entry.id:
                self.numbered[each.file.parent.name, each.entry.id] = each
        self.names = {name: {Path(file).stem for file in entries} for name, entries in self.entries.items()}
        self.kept: set[tuple[Path, str]] = set()
        self.opened: set[Path] = set()
        self.touched: set[str] = set()
        self.texts: dict[Path, bytes] = {}
        self.files: dict[Path, bytes] = {}
        self.removed: list[Path] = []
        self.templates: list[Page] = []
        self.moved: dict[str, str] = {}
        self.wrote: list[Wrote] = []
        self.notes: list[Diagnostic] = []

    def _of_page(self, page: Page) -> _Here:
        file = Path(page.source)
        entry = pulled.entry_of(file) if is_own(file) and file.parent.parent == self.content else None
        revision = entry.revision if entry else page.revision
        return _Here(page.title, file, page.wiki, revision, text_sha1(page.text), is_own(file), entry)

    def _templates(self) -> Iterable[_Here]:
        for name, state in self.states.items():
            for page in state.pages:
                if page.namespace == TEMPLATE:
                    sha1 = page.revision.sha1 or ""
                    yield _Here(page.title, self.content / name / page.file, state.wiki, page.revision, sha1, True, page)

    def plan(self) -> Plan:
        for page in _newest(self.taken.pages):
            self.take(page)
        for container in sorted(self.opened):
            self.open(container)
        if self.taken.whole:
            self.drop()
        pages = tuple(sorted(self.after.values(), key=lambda page: Path(page.source)))
        folders = tuple(
            (name, State(self.states[name].wiki, tuple(self.entries[name].values()))) for name in sorted(self.touched)
        )
        order = sorted(self.wrote, key=lambda each: (each.file, each.what))
        return Plan(
            pages,
            folders,
            self.texts,
            self.files,
            tuple(self.removed),
            tuple(self.templates),
            self.moved,
            tuple(order),
            tuple(self.notes),
        )

    def take(self, page: Page) -> None:
        """Takes one page over, unless what is here is the same or newer."""
        source = pulled.entry_of(Path(page.source)) if page.source and is_own(Path(page.source)) else None
        here = self.find(page, source)
        if here is None:
            self.add(page, source)
            return
        self.kept.add((here.file, here.title))
        old, new = here.revision.id, page.revision.id
        if old is not None and new is not None and new < old:
            what = f"{page.title}: revision {new} is older than {old}, which is here: left alone"
            self.notes.append(Diagnostic("older-revision", "warning", what))
        elif here.title != page.title:
            self.moved[page.title] = here.title
            self.remove(here)
            self.add(page, source)
        elif here.sha1 != text_sha1(page.text) or (new is not None and new != old):
            self.replace(here, page, source)

    def find(self, page: Page, source: Pulled | None) -> _Here | None:
        """The page as it stands here: by its title, else by its number, which a move doesn't change."""
        titled = [each for each in self.here.get(page.title, ()) if same_wiki(each.wiki, page.wiki)]
        if titled:
            return next((each for each in titled if each.wiki == page.wiki), titled[0])
        return self.numbered.get((self.folder_of(page.wiki), source.id)) if source and source.id else None

    def replace(self, here: _Here, page: Page, source: Pulled | None) -> None:
        if not here.alone:
            self.opened.add(here.file)
            del self.after[here.file, here.title]
            self.add(page, source)
        elif here.entry is None:
            data = _bytes(page)
            self.files[here.file] = data
            self.hold(page, here.file, data, None, None)
            self.wrote.append(Wrote("changed", self.short(here.file), page.title))
        else:
            self.put(here.file, page, source or here.entry)
            self.wrote.append(Wrote("changed", self.short(here.file), page.title))

    def add(self, page: Page, source: Pulled | None) -> None:
        """Gives a page a file of its own."""
        name = self.folder_of(page.wiki)
        taken = self.names.setdefault(name, {path.stem for path in (self.content / name).glob("*")})
        stem = unique(slug(page.title), taken)
        taken.add(stem)
        file = self.content / name / (stem + (".md" if page.markup == "markdown" else ".wiki"))
        self.states.setdefault(name, State(page.wiki))
        self.put(file, page, source)
        self.wrote.append(Wrote("new", self.short(file), page.title))

    def put(self, file: Path, page: Page, source: Pulled | None) -> None:
        """Enters a page into the index of its folder."""
        name, data = file.parent.name, _bytes(page)
        start = source or Pulled("", "", 0, Revision(), TEMPLATE if names.of_title(page.title) == "template" else 0)
        revision = structs.replace(page.revision, sha1=text_sha1(page.text))
        entry = structs.replace(start, file=file.name, title=page.title, revision=revision)
        self.entries.setdefault(name, {})[file.name] = entry
        self.texts[file] = data
        self.touched.add(name)
        self.hold(page, file, data, entry, self.states[name].wiki)

    def hold(self, page: Page, file: Path, data: bytes, entry: Pulled | None, wiki: str | None) -> None:
        """Keeps a page as it will be read from its file."""
        read = files.read_text(data, str(file), page.markup)
        if entry is not None:
            read = pulled.told(read, data, entry, wiki)
        if entry is not None and entry.namespace == TEMPLATE:
            self.templates.append(read)
        else:
            self.after[file, page.title] = structs.replace(read, title=page.title)

    def open(self, container: Path) -> None:
        """Gives the other pages of a feed or export files of their own too, since one of them changed, and removes it."""
        wanted = sources.Selection(roles=frozenset({"page", "template"}), history=False)
        for page in sources.read(container, selection=wanted):
            if (container, page.title) in self.after:
                del self.after[container, page.title]
                self.kept.add((container, page.title))
                self.add(page, None)
            elif page.title not in self.here:
                self.add(page, None)
        self.removed.append(container)
        self.wrote.append(Wrote("removed", self.short(container), ""))

    def drop(self) -> None:
        """Removes the pages of an index that the whole source lacks."""
        wikis = {page.wiki for page in self.taken.pages}
        for here in [each for group in self.here.values() for each in group]:
            if here.entry is None or here.entry.namespace == TEMPLATE or (here.file, here.title) in self.kept:
                continue
            if any(here.wiki == wiki or (here.wiki and wiki and same_wiki(here.wiki, wiki)) for wiki in wikis):
                self.remove(here)

    def remove(self, here: _Here) -> None:
        name = here.file.parent.name
        self.after.pop((here.file, here.title), None)
        if self.entries.get(name, {}).pop(here.file.name, None):
            self.touched.add(name)
        self.wrote.append(Wrote("removed", self.short(here.file), here.title))

    def folder_of(self, wiki: str | None) -> str:
        """The folder of a wiki's pages: the one that has them, else one named after it."""
        if self.taken.folder is not None:
            return self.taken.folder
        known = [name for name, state in self.states.items() if state.wiki == wiki]
        known += [name for name, state in self.states.items() if state.wiki and wiki and same_wiki(state.wiki, wiki)]
        if known:
            return known[0]
        return unique(slug(urlsplit(wiki).netloc), self.states) if wiki else unique(UNNAMED, self.states)

    def short(self, file: Path) -> str:
        return file.relative_to(self.content).as_posix()


def _bytes(page: Page) -> bytes:
    return page.text.encode("utf-8", "surrogatepass")


def _newest(pages: Iterable[Page]) -> Iterable[Page]:
    """The pages, each once: its newest revision. Raises SourceError where that can't be told."""
    found: dict[tuple[str, str | None], Page] = {}
    for page in pages:
        key = page.title, page.wiki
        other = found.get(key)
        if other is None or (other.revision.id or 0) < (page.revision.id or 0):
            found[key] = page
        elif other.text != page.text and (other.revision.id is None or page.revision.id is None):
            raise SourceError(page.source, f"has the page {page.title!r} twice, also in {other.source}; one of them must go")
    return found.values()
