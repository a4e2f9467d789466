"""XML as a stream of flat events, from sources that can't be trusted: no DTD, no entities, no other encoding than UTF-8,
bounded depth, bounded text nodes, bounded tokens.

The parser is expat as defusedxml sets it up (forbid_dtd); its handlers are ours, because feeds and dumps are wide and shallow
and need neither a tree nor attributes of most elements.
"""

from __future__ import annotations

import codecs
from collections.abc import Collection, Iterable, Iterator
from typing import NamedTuple
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
_UTF8 = {"utf-8", "utf8", "us-ascii", "ascii"}


class Event(NamedTuple):
    """One start tag (`attributes` a dict, text "") or end tag (`attributes` None, `text` what stood in it after its last child)."""

    tag: str
    attributes: dict[str, str] | None
    text: str
    line: int


class _RefusedError(Exception):
    pass


class _Gatherer:
    """The handlers of one parse: they gather events until the stream takes them."""

    def __init__(self, starts: Collection[str]) -> None:
        self.events: list[Event] = []
        self.starts = starts
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
        self.pieces: list[str] = []
        self.size = 0
        self.depth = 0

    def declaration(self, _version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in _UTF8:
            raise _RefusedError(f"it declares the encoding {encoding[:40]!r}; only UTF-8 is read: convert it first")

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.depth += 1
        if self.depth > DEPTH_LIMIT:
            raise _RefusedError(f"its elements are nested more than {DEPTH_LIMIT} deep")
        self.pieces.clear()
        self.size = 0
        tag = name.rpartition("}")[2]
        if self.depth == 1 or tag in self.starts:
            plain = {key.rpartition("}")[2]: value for key, value in attributes.items()}
            self.events.append(Event(tag, plain, "", self.parser.CurrentLineNumber))

    def end(self, name: str) -> None:
        self.depth -= 1
        self.events.append(Event(name.rpartition("}")[2], None, "".join(self.pieces), self.parser.CurrentLineNumber))
        self.pieces.clear()
        self.size = 0

    def data(self, text: str) -> None:
        self.size += len(text)
        if self.size > TEXT_LIMIT:
            raise _RefusedError(f"it holds a text of more than {TEXT_LIMIT >> 20} million characters")
        self.pieces.append(text)


def events(chunks: Iterable[bytes], name: str, starts: Collection[str]) -> Iterator[Event]:
    """The end tags of an XML document in UTF-8 in order, with the start tags of its root and of elements named in `starts`.

    Names lose their namespaces. Memory: a chunk's events and one text node. Raises SourceError for what is no XML, for DTDs and
    entities, and past the limits of this module.
    """
    gatherer = _Gatherer(starts)
    fed = 0
    tail = b""
    for chunk in chunks:
        for at in range(0, len(chunk), CHUNK):
            piece = chunk[at : at + CHUNK]
            if fed == 0:
                piece = piece.removeprefix(codecs.BOM_UTF8)
                _refuse_other_encodings(piece, name)
            _parse(gatherer, piece, name, tail, fed)
            fed += len(piece)
            tail = piece
            if fed - max(gatherer.parser.CurrentByteIndex, 0) > TOKEN_LIMIT + CHUNK:
                raise SourceError(
                    _where(name, gatherer), f"it holds a tag or comment of more than {TOKEN_LIMIT >> 20} million bytes"
                )
            yield from gatherer.events
            gatherer.events.clear()
    _parse(gatherer, None, name, tail, fed)
    yield from gatherer.events


def _parse(gatherer: _Gatherer, piece: bytes | None, name: str, tail: bytes, fed: int) -> None:
    parser = gatherer.parser
    try:
        parser.Parse(piece or b"", piece is None)
    except _RefusedError as refused:
        raise SourceError(_where(name, gatherer), str(refused)) from None
    except (DTDForbidden, EntitiesForbidden, ExternalReferenceForbidden):
        what = "it has a document type declaration or entities, which no wiki sends; refused unread"
        raise SourceError(_where(name, gatherer), what) from None
    except ExpatError as error:
        data = tail + (piece or b"")
        raise SourceError(f"{name}:{error.lineno}", _not_xml(error, data, fed - len(tail), parser.ErrorByteIndex)) from None


def _where(name: str, gatherer: _Gatherer) -> str:
    return f"{name}:{gatherer.parser.CurrentLineNumber}"


def _not_xml(error: ExpatError, data: bytes, start: int, offset: int) -> str:
    """What to say of an error at `offset`, where `data` begins at `start`: the encoding when the bytes there are not UTF-8."""
    at = offset - start
    try:
        codecs.getincrementaldecoder("utf-8")().decode(data[at : at + 4])
    except UnicodeDecodeError:
        return f"not UTF-8: byte 0x{data[at]:02x} at offset {offset}"
    if error.code == errors.codes[errors.XML_ERROR_NO_ELEMENTS]:
        return "not XML: nothing is in it"
    ended = error.code in {errors.codes[errors.XML_ERROR_UNCLOSED_TOKEN], errors.codes[errors.XML_ERROR_PARTIAL_CHAR]}
    message = "it ends in the middle" if ended else errors.messages[error.code]
    return f"not XML: {message}, column {error.offset + 1}"


def _refuse_other_encodings(start: bytes, name: str) -> None:
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or b"\0" in start[:4]:
        raise SourceError(f"{name}:1", "not UTF-8: it looks like UTF-16 or UTF-32; convert it first")
