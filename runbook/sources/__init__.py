"""Sources: files, feeds, exports -> pages. The only XML, and, in `api` and `web`, the only network; reading fetches nothing.

A source that can't be read raises `model.SourceError` with file and line; what is odd but readable is a diagnostic of its page;
what is odd and belongs to no page (an entry without text) is told to the caller's `tell`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from runbook import names
from runbook.model import Diagnostic, Markup, Page, SourceError

from . import dump, feed, files, pulled, unpack, xmlstream
from .feed import Feed
from .selection import EVERYTHING, Entry, NothingSelectedError, Selection

__all__ = [
    "Entry",
    "Feed",
    "NothingSelectedError",
    "Selection",
    "is_source",
    "read",
    "read_bytes",
    "read_directory",
    "read_entries",
    "read_feed",
    "source_files",
    "templates",
]

Tell = Callable[[Diagnostic], object]
Fetch = feed.Fetch
_XML = (".atom", ".rss", ".xml")
_PACKED = tuple(f".xml{suffix}" for suffix in (".gz", ".bz2", ".xz", ".zst"))
_CHUNK = 1 << 18
_FEED_ROOTS = {"feed", "rss"}
_STARTS = frozenset((*feed.STARTS, *dump.STARTS))
_ENDS = feed.ENDS | dump.ENDS | dump.FIELDS


class NoTextError(SourceError):
    """A feed of which no entry gives a text by itself."""


def ignore(_diagnostic: Diagnostic) -> None:
    """Tells nobody."""


def is_source(path: Path) -> bool:
    """Whether a file's name says that `read` can read it."""
    name = path.name.lower()
    return not name.startswith(".") and name.endswith((*files.SUFFIXES, *_XML, *_PACKED))


def read(
    path: Path,
    *,
    markup: Markup | None = None,
    tell: Tell = ignore,
    known: Mapping[str, Page] | None = None,
    fetch: Fetch | None = None,
    selection: Selection | None = None,
) -> Iterator[Page]:
    """The pages of a file, one at a time: a feed or MediaWiki export (by its content), or a file of wikitext or Markdown (by its
    suffix; `markup` overrides it). `known` has pages by title that diffs in feeds may start from, `fetch` gives those texts that a
    feed doesn't; `selection` says which pages are wanted: without it all that are no redirect, template, module, talk page or the
    like, as far as the source tells them apart.

    Raises SourceError: before the first page, but for an export, which may end badly after some.
    """
    markup = markup or _markup_of(path.name)
    selection = selection or Selection()
    try:
        if markup:
            data = _whole(path)
            page = pulled.described(files.read_text(data, str(path), markup), path, data)
            yield from _selected([page], selection, pulled.entry_of(path), str(path))
        else:
            yield from _read_xml(_chunks(path), str(path), tell, feed.Help(known or {}, fetch), selection)
    except OSError as error:
        raise SourceError(str(path), error.strerror or str(error)) from None


def read_bytes(
    data: bytes,
    name: str,
    *,
    markup: Markup | None = None,
    tell: Tell = ignore,
    known: Mapping[str, Page] | None = None,
    fetch: Fetch | None = None,
    selection: Selection | None = None,
) -> Iterator[Page]:
    """As `read`, of what is already in memory, such as standard input; `name` is what messages call it.

    Without `markup` and a suffix, what begins as an XML document does, or is compressed, is XML, and anything else wikitext.
    """
    markup = markup or _markup_of(name)
    if markup is None and not name.lower().endswith((*_XML, *_PACKED)) and not _looks_like_xml(data):
        markup = "wikitext"
    selection = selection or Selection()
    if markup:
        yield from _selected([files.read_text(data, name, markup)], selection, None, name)
    else:
        yield from _read_xml([data], name, tell, feed.Help(known or {}, fetch), selection)


def read_directory(
    path: Path,
    *,
    tell: Tell = ignore,
    known: Mapping[str, Page] | None = None,
    fetch: Fetch | None = None,
    selection: Selection | None = None,
) -> Iterator[Page]:
    """The pages of all sources below a directory, in the order of their paths. Hidden files, links that lead out of it and files of
    other kinds are left alone. Raises SourceError when it holds no source, or none of its pages is selected."""
    if not path.is_dir():
        raise SourceError(str(path), "no such directory")
    sources = list(source_files(path))
    if not sources:
        raise SourceError(str(path), f"no sources in it: looked for {' '.join((*_XML, *_PACKED, *files.SUFFIXES))}")
    selection = selection or Selection()
    found = False
    for source in sources:
        entry = pulled.entry_of(source)
        if entry is not None and pulled.role(entry) not in selection.roles:
            continue
        try:
            for page in read(source, tell=tell, known=known, fetch=fetch, selection=selection):
                found = True
                yield page
        except NothingSelectedError:
            continue  # that there are pages in others is enough
    if not found and not selection.is_open:
        raise NothingSelectedError(str(path), "no page in it is selected")


def source_files(directory: Path) -> Iterator[Path]:
    """The files below a directory that `read_directory` reads, sorted."""
    root = directory.resolve()
    for path in sorted(directory.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(directory).parts)
        if not hidden and is_source(path) and path.is_file() and path.resolve().is_relative_to(root):
            yield path


def is_feed(path: Path) -> bool:
    """Whether a file is a feed by its content. Raises SourceError for what is neither a feed nor an export."""
    try:
        return _open(_chunks(path), str(path))[0].tag in _FEED_ROOTS
    except OSError as error:
        raise SourceError(str(path), error.strerror or str(error)) from None


def read_feed(path: Path) -> Feed:
    """A feed as it is: its kind, and what each entry gives. Raises SourceError, also for an export."""
    try:
        root, events = _open(_chunks(path), str(path))
        if root.tag not in _FEED_ROOTS:
            raise SourceError(f"{path}:{root.line}", "no feed")
        return feed.read_feed(root, events, str(path))
    except OSError as error:
        raise SourceError(str(path), error.strerror or str(error)) from None


def read_entries(path: Path, selection: Selection = EVERYTHING, *, tell: Tell = ignore) -> Iterator[Entry]:
    """The selected pages of an export with what they are there for: redirects, templates and modules too, unless `selection.roles`
    leaves them out. Raises SourceError as `read` does, also for a feed."""
    try:
        root, events = _open(_chunks(path), str(path))
        if root.tag != "mediawiki":
            raise SourceError(f"{path}:{root.line}", "no MediaWiki export")
        yield from dump.read_dump(root, events, str(path), selection, tell)
    except OSError as error:
        raise SourceError(str(path), error.strerror or str(error)) from None


def templates(path: Path) -> dict[str, str]:
    """The templates of an export; those in a directory, or beside a file of text: files that say so in their names, that were pulled,
    or that are in exports and feeds there. Their names without namespace, and their texts. Raises SourceError as `read` does."""
    if path.is_dir() or _is_text(path):
        beside = (
            source_files(path) if path.is_dir() else (each for each in sorted(path.parent.iterdir()) if _markup_of(each.name))
        )
        found = [text for source in beside for text in _templates_of(source)]
    else:
        found = list(_templates_of(path))
    return dict(found)


def _is_text(path: Path) -> bool:
    """Whether a file that is read is a page's text, by its name or, where that does not tell, by how it begins."""
    if path.name.lower().endswith((*_XML, *_PACKED)):
        return False
    return bool(_markup_of(path.name)) or not _looks_like_xml(next(_chunks(path), b""))


def _templates_of(path: Path) -> Iterator[tuple[str, str]]:
    """The templates in a file, by name."""
    if _markup_of(path.name):
        entry = pulled.entry_of(path)
        if pulled.role(entry) != "template" if entry else names.of_title(files.title_of(path.name)) != "template":
            return
    try:
        for page in read(path, selection=Selection(roles=frozenset({"template", "page"}), history=False)):
            if names.of_title(page.title) == "template" or _markup_of(path.name):
                yield _name(page.title), page.text
    except (NothingSelectedError, NoTextError):
        return


def _name(title: str) -> str:
    return title.partition(":")[2] or title


def _markup_of(name: str) -> Markup | None:
    return next((markup for suffix, markup in files.SUFFIXES.items() if name.lower().endswith(suffix)), None)


def _looks_like_xml(data: bytes) -> bool:
    """Whether bytes begin as a feed or an export does; an HTML page counts, so that it is refused and not read as wikitext."""
    start = data[:200].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return unpack.is_packed(data) or start.startswith((b"<?xml", b"<feed", b"<rss", b"<mediawiki", b"<!doctype", b"<html"))


def _whole(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(files.FILE_LIMIT + 1)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _selected(pages: Iterable[Page], selection: Selection, entry: pulled.Pulled | None, name: str) -> Iterator[Page]:
    """Those pages that are selected, of a source that says nothing but their titles, unless its index has an `entry`.
    Raises NothingSelectedError when there are none."""
    found = False
    for page in pages:
        namespace = entry.namespace if entry else 0 if ":" not in page.title else -1
        if selection.wants_title(page.title, namespace) and selection.wants(Entry(page, namespace, "page")):
            found = True
            yield page
    if not found:
        raise NothingSelectedError(name, "no page in it is selected")


def _read_xml(chunks: Iterable[bytes], name: str, tell: Tell, known: feed.Help, selection: Selection) -> Iterator[Page]:
    root, events = _open(chunks, name)
    if root.tag in _FEED_ROOTS:
        yield from _selected(_feed_pages(feed.read_feed(root, events, name), tell, known), selection, None, name)
    else:
        yield from (entry.page for entry in dump.read_dump(root, events, name, selection, tell))


def _feed_pages(found: Feed, tell: Tell, known: feed.Help) -> list[Page]:
    """The pages of a feed. Raises SourceError when no entry gives one."""
    pages, missing = feed.pages(found, known)
    if not pages:
        reasons = "; ".join(diagnostic.message for diagnostic in missing[:3])
        raise NoTextError(found.name, f"no entry of this feed ({found.kind}) gives a page's text: {reasons}")
    for diagnostic in missing:
        tell(diagnostic)
    return pages


def _open(chunks: Iterable[bytes], name: str) -> tuple[xmlstream.Event, Iterator[xmlstream.Event]]:
    """The root of a feed or export, and the events after it. Raises SourceError for anything else: no XML, HTML pages, API errors."""
    events = xmlstream.events(_refuse_others(unpack.unpack(chunks, name), name), name, _STARTS, _ENDS)
    root = next(events)
    if root.tag == "api":
        raise SourceError(f"{name}:{root.line}", "an answer of the wiki's API, most likely an error, not a feed or export")
    if root.tag not in {*_FEED_ROOTS, "mediawiki"}:
        raise SourceError(f"{name}:{root.line}", f"its root element is {root.tag[:40]!r}: neither a feed nor a MediaWiki export")
    return root, events


def _refuse_others(chunks: Iterable[bytes], name: str) -> Iterator[bytes]:
    """The chunks unchanged, unless the first begins an HTML page, which wikis send as an error, also with status 200, or a text in a
    file whose name does not say what it is."""
    first = True
    for chunk in chunks:
        start = chunk[:1000].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
        if first and start.startswith((b"<!doctype html", b"<html")):
            what = f"an HTML page{_html_title(chunk)}, not a feed or export: is the address right, is a login needed?"
            raise SourceError(f"{name}:1", what)
        if first and not start.startswith(b"<") and not name.lower().endswith((*_XML, *_PACKED)):
            what = f"neither a feed nor an export, and its name tells no markup ({', '.join(files.SUFFIXES)}): say which with --markup"
            raise SourceError(name, what)
        first = False
        yield chunk


def _html_title(chunk: bytes) -> str:
    text = chunk[:20000].decode("utf-8", "replace")
    at, end = text.find("<title>"), text.find("</title>")
    return f" ({text[at + 7 : end].strip()[:80]!r})" if 0 <= at < end else ""
