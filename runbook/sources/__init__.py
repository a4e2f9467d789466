"""Sources: files, feeds, exports -> pages. The only XML; nothing here fetches anything.

A source that can't be read raises `model.SourceError` with file and line; what is odd but readable is a diagnostic of its page;
what is odd and belongs to no page (an entry without text) is told to the caller's `tell`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from runbook.model import Diagnostic, Markup, Page, SourceError

from . import feed, files, xmlstream
from .feed import Feed

__all__ = ["Feed", "is_source", "read", "read_bytes", "read_directory", "read_feed"]

Tell = Callable[[Diagnostic], object]
_XML = (".atom", ".rss", ".xml")
_CHUNK = 1 << 18


def ignore(_diagnostic: Diagnostic) -> None:
    """Tells nobody."""


def is_source(path: Path) -> bool:
    """Whether a file's name says that `read` can read it."""
    name = path.name.lower()
    return not name.startswith(".") and name.endswith((*files.SUFFIXES, *_XML))


def read(
    path: Path, *, markup: Markup | None = None, tell: Tell = ignore, known: Mapping[str, Page] | None = None
) -> Iterator[Page]:
    """The pages of a file, one at a time: a feed or MediaWiki export (by its content), or a file of wikitext or Markdown (by its
    suffix, or `markup`, which also overrides it). `known` has pages by title that diffs in feeds may start from.

    Raises SourceError, before the first page where the whole can be judged by then; an export may end badly after some.
    """
    markup = markup or _markup_of(path.name)
    try:
        if markup:
            yield files.read_text(_whole(path), str(path), markup)
        else:
            yield from _read_xml(_chunks(path), str(path), tell, known or {})
    except OSError as error:
        raise SourceError(str(path), error.strerror or str(error)) from None


def read_bytes(
    data: bytes, name: str, *, markup: Markup | None = None, tell: Tell = ignore, known: Mapping[str, Page] | None = None
) -> Iterator[Page]:
    """As `read`, of what is already in memory, such as standard input; `name` is what messages call it.

    Without `markup` and a suffix, what begins with "<?xml", "<feed", "<rss" or "<mediawiki" is XML, and anything else wikitext.
    """
    markup = markup or _markup_of(name) or (None if name.lower().endswith(_XML) or looks_like_xml(data) else "wikitext")
    if markup:
        yield files.read_text(data, name, markup)
    else:
        yield from _read_xml([data], name, tell, known or {})


def read_directory(path: Path, *, tell: Tell = ignore, known: Mapping[str, Page] | None = None) -> Iterator[Page]:
    """The pages of all sources below a directory, in the order of their paths. Hidden files, links that lead out of it and files of
    other kinds are left alone. Raises SourceError when it holds no source."""
    if not path.is_dir():
        raise SourceError(str(path), "no such directory")
    sources = list(source_files(path))
    if not sources:
        raise SourceError(str(path), f"no sources in it: looked for {' '.join((*_XML, *files.SUFFIXES))}")
    for source in sources:
        yield from read(source, tell=tell, known=known)


def source_files(directory: Path) -> Iterator[Path]:
    """The files below a directory that `read_directory` reads, sorted."""
    root = directory.resolve()
    for path in sorted(directory.rglob("*")):
        hidden = any(part.startswith(".") for part in path.relative_to(directory).parts)
        if not hidden and is_source(path) and path.is_file() and path.resolve().is_relative_to(root):
            yield path


def read_feed(path: Path) -> Feed:
    """A feed as it is: its kind, and what each entry gives. Raises SourceError, also for an export."""
    with path.open("rb") as stream:
        root, events = _open(iter(lambda: stream.read(_CHUNK), b""), str(path))
        if root.tag not in _FEED_ROOTS:
            raise SourceError(f"{path}:{root.line}", "no feed")
        return feed.read_feed(root, events, str(path))


def looks_like_xml(data: bytes) -> bool:
    """Whether bytes begin as a feed or an export does; an HTML page counts, so that it is refused and not read as wikitext."""
    start = data[:200].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    return start.startswith((b"<?xml", b"<feed", b"<rss", b"<mediawiki", b"<!doctype", b"<html"))


def _markup_of(name: str) -> Markup | None:
    return next((markup for suffix, markup in files.SUFFIXES.items() if name.lower().endswith(suffix)), None)


def _whole(path: Path) -> bytes:
    with path.open("rb") as stream:
        return stream.read(files.SIZE_LIMIT + 1)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            yield chunk


def _read_feed(
    root: xmlstream.Event, events: Iterator[xmlstream.Event], name: str, tell: Tell, known: Mapping[str, Page]
) -> Iterator[Page]:
    found, missing = feed.pages(feed.read_feed(root, events, name), known)
    if not found:
        reasons = "; ".join(diagnostic.message for diagnostic in missing[:3])
        raise SourceError(name, f"no entry gives a page's text: {reasons}")
    for diagnostic in missing:
        tell(diagnostic)
    yield from found


_FEED_ROOTS = {"feed", "rss"}


def _read_xml(chunks: Iterable[bytes], name: str, tell: Tell, known: Mapping[str, Page]) -> Iterator[Page]:
    root, events = _open(chunks, name)
    if root.tag in _FEED_ROOTS:
        yield from _read_feed(root, events, name, tell, known)
    else:
        raise SourceError(f"{name}:{root.line}", f"its root element is <{root.tag[:40]}>: neither a feed nor a MediaWiki export")


def _open(chunks: Iterable[bytes], name: str) -> tuple[xmlstream.Event, Iterator[xmlstream.Event]]:
    """The root of an XML document and the events after it. Raises SourceError for no XML, and for HTML pages and API errors."""
    events = xmlstream.events(_refuse_html(chunks, name), name, feed.STARTS)
    root = next(events)
    return root, events


def _refuse_html(chunks: Iterable[bytes], name: str) -> Iterator[bytes]:
    """The chunks unchanged, unless the first begins an HTML page, which wikis send as an error, also with status 200."""
    first = True
    for chunk in chunks:
        start = chunk[:1000].removeprefix(b"\xef\xbb\xbf").lstrip().lower()
        if first and start.startswith((b"<!doctype html", b"<html")):
            raise SourceError(
                f"{name}:1", f"an HTML page, not a feed or export{_html_title(chunk)}; is the address right, is a login needed?"
            )
        first = False
        yield chunk


def _html_title(chunk: bytes) -> str:
    text = chunk[:20000].decode("utf-8", "replace")
    at, end = text.find("<title>"), text.find("</title>")
    return f" ({text[at + 7 : end].strip()[:80]!r})" if 0 <= at < end else ""
