"""XML as a stream of flat events, from sources that can't be trusted: no DTD, no entities, no other encoding than UTF-8,
bounded depth, bounded text nodes, bounded tokens.

The parser is expat as defusedxml sets it up (forbid_dtd); its handlers are ours, because feeds and dumps are wide and shallow
and need neither a tree nor attributes of most elements.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import NamedTuple, NoReturn
from xml.parsers.expat import ExpatError, errors

from defusedxml.common import DTDForbidden, EntitiesForbidden, ExternalReferenceForbidden  # type: ignore[import-untyped]
from defusedxml.ElementTree import DefusedXMLParser  # type: ignore[import-untyped]

from runbook.model import SourceError

DEPTH_LIMIT = 64
"""A feed is 5 deep, an export 6; whoever nests deeper means no good."""
TEXT_LIMIT = 32 << 20
"""Characters in one text node: sixteen times MediaWiki's largest page ($wgMaxArticleSize)."""
TOKEN_LIMIT = 4 << 20
"""Bytes in one tag, comment or processing instruction."""
CHUNK = 1 << 18
NAMES_LIMIT = 1000
_UNIT_DEPTH = 8
"""How deep elements of a unit lie that are read without expat."""
_CONTROLS = bytes(code for code in range(32) if code not in b"\t\n\r")
_TAG = re.compile(r'<(/?[a-z][a-z0-9]*)((?: [A-Za-z:0-9]+="[^"<&]*")*) ?(/?)>(?:([^<]*)(</\1>))?[^<]*')
_ATTRIBUTE = re.compile(r'([A-Za-z0-9]+)="([^"]*)"')
_ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&#039;", "'"))
_UTF8 = {"utf-8", "utf8", "us-ascii", "ascii"}


class Event(NamedTuple):
    """One start tag (`attributes` a dict, text "") or end tag (`attributes` None, `text` what stood in it if it has no children).

    `line` is told for start tags only: counting lines costs as much as parsing."""

    tag: str
    attributes: dict[str, str] | None
    text: str = ""
    line: int = 0


class _RefusedError(Exception):
    pass


class _Reading:
    """One parse: the handlers gather events until the stream takes them.

    Expat reads the structure, and all that is not plain. What is plain is taken from the bytes, several times faster: units (an
    export's <page>, its <revision>) that end in the same piece and have nothing but tags, text and the entities of XML, and in the others the
    contents of bulk elements (its <text>). From the first comment, CDATA section or processing instruction on, expat reads
    everything, since "<" may then mean something else.
    """

    def __init__(self, name: str, starts: Collection[str], ends: Collection[str], units: Sequence[str], bulk: str) -> None:
        self.name = name
        self.events: list[Event] = []
        self.starts = starts
        self.ends = ends
        self.bulk = bulk
        self.mark = f"<{bulk}".encode()
        self.units = [(f"<{unit}>".encode(), f"</{unit}>".encode()) for unit in units]
        self.tags: dict[str, str] = {}
        self.pieces: list[str] = []
        self.size = self.depth = self.fed = self.skipped = self.skipped_lines = 0
        self.opened = ""
        self.all_plain = True
        self.tail = self.rest = self.searched = b""
        self.lacking: set[bytes] = set()
        self.parser = DefusedXMLParser(target=None, encoding=None, forbid_dtd=True).parser
        self.parser.StartElementHandler = self.start
        self.parser.EndElementHandler = self.end
        self.parser.CharacterDataHandler = self.data
        self.parser.XmlDeclHandler = self.declaration
        self.parser.DefaultHandlerExpand = None
        self.parser.CommentHandler = None
        self.parser.ordered_attributes = False
        self.parser.buffer_text = True
        self.parser.buffer_size = 1 << 16

    def declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in _UTF8:
            raise _RefusedError(f"it declares the encoding {encoding[:40]!r}; only UTF-8 is read: convert it first")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            raise _RefusedError(f"its elements are nested more than {DEPTH_LIMIT} deep")
        self.pieces.clear()
        self.size = 0
        tag = self.opened = self.tags.get(name) or self.local(name)
        if tag in self.starts or self.depth == 1:
            plain = {key.rpartition("}")[2]: value for key, value in attributes.items()} if attributes else {}
            self.events.append(Event(tag, plain, "", self.line()))

    def end(self, name: str) -> None:
        self.depth -= 1
        opened, self.opened = self.opened, ""
        tag = self.tags[name]
        if tag in self.ends:
            self.events.append(Event(tag, None, "".join(self.pieces) if opened else ""))
        self.pieces.clear()
        self.size = 0

    def data(self, text: str) -> None:
        self.size += len(text)
        if self.size > TEXT_LIMIT:
            raise _RefusedError(f"it holds a text of more than {TEXT_LIMIT >> 20} million characters")
        self.pieces.append(text)

    def local(self, name: str) -> str:
        """`name` without its namespace, remembered: an element comes a million times."""
        if len(self.tags) > NAMES_LIMIT:
            raise _RefusedError(f"it has more than {NAMES_LIMIT} different elements")
        return self.tags.setdefault(name, name.rpartition("}")[2])

    def line(self) -> int:
        return int(self.parser.CurrentLineNumber) + self.skipped_lines

    def read(self, pieces: Iterator[bytes]) -> Iterator[list[Event]]:
        """Reads all pieces; gives the events after each."""
        for piece in pieces:
            buffer, at = self.rest + piece, 0
            self.rest = b""
            while at < len(buffer):
                buffer, at = self.step(buffer, at, pieces)
            if len(self.rest) > TOKEN_LIMIT or self.fed - max(self.parser.CurrentByteIndex, 0) > TOKEN_LIMIT + CHUNK:
                self.refuse(f"it holds a tag or comment of more than {TOKEN_LIMIT >> 20} million bytes")
            yield self.events
            self.events = []
        self.parse(self.rest)
        self.parse(b"", last=True)
        yield self.events

    def step(self, buffer: bytes, at: int, more: Iterator[bytes]) -> tuple[bytes, int]:
        """Reads from `at` up to and with the next unit, or the next bulk element's content; gives where to go on, maybe in a later
        piece."""
        unit, end = self.next_unit(buffer, at)
        if end:
            self.structure(buffer[at:unit])
            data = buffer[unit:end]
            if not (self.all_plain and self.depth and self.unit(data)):
                self.structure(data)
            return buffer, end
        found = buffer.find(self.mark, at) if self.all_plain else -1
        end = buffer.find(b">", found) + 1 if found >= 0 else len(buffer)
        if found < 0 and self.all_plain:
            found = buffer.rfind(b"<", at)  # a tag that begins here may end in the next piece
            end = len(buffer) if found < 0 or buffer.find(b">", found) >= 0 else 0
        if not end:
            self.structure(buffer[at:found])
            self.rest = buffer[found:]
            return b"", 0
        self.structure(buffer[at:end])
        if self.all_plain and self.opened == self.bulk and found >= 0:
            return self.content(buffer, end, more)
        return buffer, end

    def next_unit(self, buffer: bytes, at: int) -> tuple[int, int]:
        """Where the next unit begins and ends that ends in this piece; (0, 0) without one. A piece is searched once for each kind."""
        if buffer is not self.searched:
            self.searched, self.lacking = buffer, set()
        best = (0, 0)
        for start, end in self.units if self.all_plain else ():
            found = buffer.find(start, at, best[0] or len(buffer)) if start not in self.lacking else -1
            if found < 0:
                if not best[1]:
                    self.lacking.add(start)
                continue
            ended = buffer.find(end, found)
            if ended < 0:
                self.lacking.add(start)
            else:
                best = (found, ended + len(end))
        return best

    def structure(self, part: bytes) -> None:
        """Reads a part that ends before a tag or with one."""
        if self.all_plain:
            start = part.find(b"?>") + 2 if not self.fed and part.startswith(b"<?xml") else 0
            self.all_plain = part.find(b"<!", start) < 0 and part.find(b"<?", start) < 0
        if self.all_plain and self.depth and not self.opened and part.isspace():
            self.skip(part)
        else:
            self.parse(part)

    def unit(self, data: bytes) -> bool:
        """Takes a whole unit; False when expat has to read it."""
        text = _decoded(data)
        tags = _TAG.findall(text) if text is not None else []
        events: list[Event] = []
        open_tags: list[str] = []
        starts, ends, line, new, pairs = self.starts, self.ends, self.line(), tuple.__new__, 0
        for name, attributes, empty, content, closed in tags:
            if name in starts:
                events.append(new(Event, (name, dict(_ATTRIBUTE.findall(attributes)) if attributes else {}, "", line)))
            if closed:
                pairs += 1
                if name in ends:
                    plain = _unescaped(content) if "&" in content else content
                    if plain is None or empty:
                        return False
                    events.append(new(Event, (name, None, plain, 0)))
            elif name[0] == "/":
                if not open_tags or open_tags.pop() != name[1:]:
                    return False
                if name[1:] in ends:
                    events.append(new(Event, (name[1:], None, "", 0)))
            elif empty:
                if name in ends:
                    events.append(new(Event, (name, None, "", 0)))
            else:
                open_tags.append(name)
                if len(open_tags) > _UNIT_DEPTH:
                    return False
        if open_tags or text is None or text.count("<") != len(tags) + pairs:
            return False
        self.events += events
        self.pieces.clear()
        self.size, self.opened = 0, ""
        self.skip(data)
        return True

    def skip(self, part: bytes) -> None:
        self.skipped += len(part)
        self.skipped_lines += part.count(b"\n")

    def content(self, buffer: bytes, at: int, more: Iterator[bytes]) -> tuple[bytes, int]:
        """Reads the content of a bulk element, which begins at `at`; gives where to go on."""
        end = buffer.find(b"<", at)
        content = buffer[at : end if end >= 0 else None]
        if end < 0:
            held, size = [content], len(content)
            while end < 0:
                if size > 4 * TEXT_LIMIT:
                    self.refuse(f"it holds a text of more than {TEXT_LIMIT >> 20} million characters")
                buffer = next(more, b"")
                if not buffer:
                    break
                end = buffer.find(b"<")
                held.append(buffer[: end if end >= 0 else None])
                size += len(held[-1])
            content = b"".join(held)
        text = _plain(content) if end >= 0 else None
        if text is None:
            self.parse(content)
        else:
            self.take(text)
            self.skip(content)
        return buffer, max(end, 0)

    def take(self, text: str) -> None:
        try:
            self.data(text)
        except _RefusedError as refused:
            self.refuse(str(refused))

    def parse(self, piece: bytes, *, last: bool = False) -> None:
        if not (piece or last):
            return
        try:
            self.parser.Parse(piece, last)
        except _RefusedError as refused:
            self.refuse(str(refused))
        except (DTDForbidden, EntitiesForbidden, ExternalReferenceForbidden):
            self.refuse("it has a document type declaration or entities, which no wiki sends; refused unread")
        except ExpatError as error:
            start = self.fed - len(self.tail)
            what = _not_xml(error, self.tail + piece, self.parser.ErrorByteIndex - start, start + self.skipped, self.depth)
            raise SourceError(f"{self.name}:{error.lineno + self.skipped_lines}", what) from None
        self.fed += len(piece)
        self.tail = piece[-CHUNK:]

    def refuse(self, what: str) -> NoReturn:
        raise SourceError(f"{self.name}:{self.line()}", what) from None


def events(
    chunks: Iterable[bytes],
    name: str,
    starts: Collection[str],
    ends: Collection[str],
    units: Sequence[str] = ("page", "revision"),
    bulk: str = "text",
) -> Iterator[Event]:
    """The start tags of an XML document's root and of elements named in `starts`, and the end tags of those in `ends`, in order.

    Names lose their namespaces. `units` name elements that come often and are rather small, the outer first, `bulk` the one that holds most of the
    text. Memory: a chunk's events and one text node.
    Raises SourceError for what is no XML, for DTDs and entities, and past the limits of this module.
    """
    for found in _Reading(name, starts, ends, units, bulk).read(_pieces(chunks, name)):
        yield from found


def _pieces(chunks: Iterable[bytes], name: str) -> Iterator[bytes]:
    """The chunks, none empty and none too large, without byte order mark."""
    first = True
    for chunk in chunks:
        for at in range(0, len(chunk), CHUNK):
            piece = chunk[at : at + CHUNK]
            if first:
                first = False
                piece = piece.removeprefix(codecs.BOM_UTF8)
                _refuse_other_encodings(piece, name)
            if piece:
                yield piece


def _decoded(content: bytes) -> str | None:
    """The characters of a part, or None when it is better left to expat: rare, wrong, or with carriage returns."""
    if b"\r" in content or b"]]>" in content or len(content.translate(None, _CONTROLS)) != len(content):
        return None
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return None
    return None if not text.isascii() and ("\ufffe" in text or "\uffff" in text) else text


def _unescaped(text: str) -> str | None:
    """Character data without its entities, None when it has others than MediaWiki writes."""
    for entity, char in _ENTITIES:
        text = text.replace(entity, char)
    if text.count("&") != text.count("&amp;"):
        return None
    return text.replace("&amp;", "&")


def _plain(content: bytes) -> str | None:
    """The text of character data, None when it is better left to expat."""
    text = _decoded(content)
    return _unescaped(text) if text is not None and "&" in text else text


def _not_xml(error: ExpatError, data: bytes, at: int, start: int, depth: int) -> str:
    """What to say of an error at `data[at]`, `data` being `start` bytes into the file: the encoding when the bytes are not UTF-8."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data[at : at + 4])
    except UnicodeDecodeError as bad:
        return f"not UTF-8: byte 0x{data[at + bad.start]:02x} at offset {start + at + bad.start}"
    nothing = errors.codes[errors.XML_ERROR_NO_ELEMENTS]
    if error.code == nothing and not depth:
        return "not XML: nothing is in it"
    ended = error.code in {nothing, errors.codes[errors.XML_ERROR_UNCLOSED_TOKEN], errors.codes[errors.XML_ERROR_PARTIAL_CHAR]}
    message = "it ends in the middle" if ended else errors.messages[error.code]
    return f"not XML: {message}, column {error.offset + 1}"


def _refuse_other_encodings(start: bytes, name: str) -> None:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in start[:4]:
        raise SourceError(f"{name}:1", "not UTF-8: it looks like UTF-16 or UTF-32; convert it first")
