"""Sources: files, feeds, exports -> pages. The only XML, and, in `api` and `web`, the only network; reading fetches nothing.

A source that can't be read raises `model.SourceError` with file and line; what is odd but readable is a diagnostic of its page;
what is odd and belongs to no page (an entry without text) is told to the caller's `tell`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from runbook.model import Diagnostic, Markup, Page, SourceError

from . import dump, feed, files, pulled, unpack, xmlstream
from .dump import Entry, Selection
from .feed import Feed

__all__ = [
    "Entry",
    "Feed",
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
_XML = (".atom", ".rss", ".xml")
_PACKED = tuple(f".xml{suffix}" for suffix in (".gz", ".bz2", ".xz", ".zst"))
_CHUNK = 1 << 18
_FEED_ROOTS = {"feed", "rss"}
_STARTS = frozenset((*feed.STARTS, *dump.STARTS))
_ENDS = feed.ENDS | dump.ENDS | dump.FIELDS


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
    selection: Selection | None = None,
) -> Iterator[Page]:
    """The pages of a file, one at a time: a feed or MediaWiki export (by its content), or a file of wikitext or Markdown (by its
    suffix; `markup` overrides it). `known` has pages by title that diffs in feeds may start from; `selection` says which pages of
    an export are wanted: without it all that are no redirect, template, module, talk page or the like.

    Raises SourceError: before the first page, but for an export, which may end badly after some.
    """
    markup = markup or _markup_of(path.name)
    try:
        if markup:
            data = _whole(path)
            yield pulled.described(files.read_text(data, str(path), markup), path, data)
        else:
            yield from _read_xml(_chunks(path), str(path), tell, known or {}, selection or Selection())
    except OSError as error:
        raise SourceError(str(path), error.strerror or str(error)) from None


def read_bytes(
    data: bytes,
    name: str,
    *,
    markup: Markup | None = None,
    tell: Tell = ignore,
    known: Mapping[str, Page] | None = None,
    selection: Selection | None = None,
) -> Iterator[Page]:
    """As `read`, of what is already in memory, such as standard input; `name` is what messages call it.

    Without `markup` and a suffix, what begins as an XML document does, or is compressed, is XML, and anything else wikitext.
    """
    markup = markup or _markup_of(name)
    if markup is None and not name.lower().endswith((*_XML, *_PACKED)) and not _looks_like_xml(data):
        markup = "wikitext"
    if markup:
        yield files.read_text(data, name, markup)
    else:
        yield from _read_xml([data], name, tell, known or {}, selection or Selection())


def read_directory(
    path: Path, *, tell: Tell = ignore, known: Mapping[str, Page] | None = None, selection: Selection | None = None
) -> Iterator[Page]:
    """The pages of all sources below a directory, in the order of their paths. Hidden files, links that lead out of it and files of
    other kinds are left alone. Raises SourceError when it holds no source."""
    if not path.is_dir():
        raise SourceError(str(path), "no such directory")
    sources = list(source_files(path))
    if not sources:
        raise SourceError(str(path), f"no sources in it: looked for {' '.join((*_XML, *_PACKED, *files.SUFFIXES))}")
    roles = (selection or Selection()).roles
    for source in sources:
        entry = pulled.entry_of(source)
        if entry is None or pulled.role(entry) in roles:
            yield from read(source, tell=tell, known=known, selection=selection)


def source_files(directory: Path) -> Iterator[Path]:
    """The files below a directory that `read_directory` reads, sorted."""
    root = directory.resolve()
    for path in sorted(directory.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(directory).parts)
        if not hidden and is_source(path) and path.is_file() and path.resolve().is_relative_to(root):
            yield path


def read_feed(path: Path) -> Feed:
    """A feed as it is: its kind, and what each entry gives. Raises SourceError, also for an export."""
    try:
        root, events = _open(_chunks(path), str(path))
        if root.tag not in _FEED_ROOTS:
            raise SourceError(f"{path}:{root.line}", "no feed")
        return feed.read_feed(root, events, str(path))
    except OSError as error:
        raise SourceError(str(path), error.strerror or str(error)) from None


def read_entries(path: Path, selection: Selection = dump.EVERYTHING, *, tell: Tell = ignore) -> Iterator[Entry]:
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
    """The templates of an export, or those that were pulled into folders below a directory: their names without namespace, and their
    texts. Empty when there are none."""
    if path.is_dir():
        entries = ((source, pulled.entry_of(source)) for source in source_files(path))
        found = (page for source, entry in entries if entry and pulled.role(entry) == "template" for page in read(source))
        return {_name(page.title): page.text for page in found}
    wanted = Selection(roles=frozenset({"template"}), history=False)
    try:
        return {_name(entry.page.title): entry.page.text for entry in read_entries(path, wanted)}
    except dump.NothingSelectedError:
        return {}


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
        return stream.read(files.SIZE_LIMIT + 1)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _read_xml(chunks: Iterable[bytes], name: str, tell: Tell, known: Mapping[str, Page], selection: Selection) -> Iterator[Page]:
    root, events = _open(chunks, name)
    if root.tag in _FEED_ROOTS:
        yield from _feed_pages(feed.read_feed(root, events, name), tell, known)
    else:
        yield from (entry.page for entry in dump.read_dump(root, events, name, selection, tell))


def _feed_pages(found: Feed, tell: Tell, known: Mapping[str, Page]) -> list[Page]:
    """The pages of a feed. Raises SourceError when no entry gives one."""
    pages, missing = feed.pages(found, known)
    if not pages:
        reasons = "; ".join(diagnostic.message for diagnostic in missing[:3])
        raise SourceError(found.name, f"no entry of this feed ({found.kind}) gives a page's text: {reasons}")
    for diagnostic in missing:
        tell(diagnostic)
    return pages


def _open(chunks: Iterable[bytes], name: str) -> tuple[xmlstream.Event, Iterator[xmlstream.Event]]:
    """The root of a feed or export, and the events after it. Raises SourceError for anything else: no XML, HTML pages, API errors."""
    events = xmlstream.events(_refuse_html(unpack.unpack(chunks, name), name), name, _STARTS, _ENDS)
    root = next(events)
    if root.tag == "api":
        raise SourceError(f"{name}:{root.line}", "an answer of the wiki's API, most likely an error, not a feed or export")
    if root.tag not in {*_FEED_ROOTS, "mediawiki"}:
        raise SourceError(f"{name}:{root.line}", f"its root element is {root.tag[:40]!r}: neither a feed nor a MediaWiki export")
    return root, events


def _refuse_html(chunks: Iterable[bytes], name: str) -> Iterator[bytes]:
    """The chunks unchanged, unless the first begins an HTML page, which wikis send as an error, also with status 200."""
    first = True
    for chunk in chunks:
        start = chunk[:1000].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
        if first and start.startswith((b"<!doctype html", b"<html")):
            what = f"an HTML page{_html_title(chunk)}, not a feed or export: is the address right, is a login needed?"
            raise SourceError(f"{name}:1", what)
        first = False
        yield chunk


def _html_title(chunk: bytes) -> str:
    text = chunk[:20000].decode("utf-8", "replace")
    at, end = text.find("<title>"), text.find("</title>")
    return f" ({text[at + 7 : end].strip()[:80]!r})" if 0 <= at < end else ""
