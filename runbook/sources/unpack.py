"""Compressed exports, unpacked as a stream: told by their first bytes, never trusted in their sizes."""

from __future__ import annotations

import bz2
import importlib
import lzma
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any, Protocol

from runbook.model import SourceError

PIECE = 1 << 18
"""Bytes that are handed on at a time, however much a block unpacks to."""
MEMORY_LIMIT = 256 << 20
"""Bytes that an xz or zstd stream may ask for as its window (xz -9 asks for 65 MB, zstd --long=27 for 128 MB)."""
_ZSTD_FEED = 256
"""Bytes of zstd that are unpacked at a time: a block of 4 can become 128 kB (RFC 8878, 3.1.1.2.2), so these 8 MB at most."""
RATIO_LIMIT = 300
RATIO_FROM = 256 << 20
"""Past this many unpacked bytes, a stream that is smaller by more than RATIO_LIMIT is a bomb; text with all its history gains 30 to 150."""


class _Decompressor(Protocol):
    """What bz2, lzma and zstd have in common."""

    @property
    def eof(self) -> bool: ...
    @property
    def needs_input(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class _Gzip:
    """zlib in the shape of the others; its trailer (CRC-32 and size, RFC 1952) is checked by zlib."""

    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)

    @property
    def eof(self) -> bool:
        return self._inner.eof

    @property
    def needs_input(self) -> bool:
        return not self._inner.unconsumed_tail

    @property
    def unused_data(self) -> bytes:
        return self._inner.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        return self._inner.decompress(self._inner.unconsumed_tail + data, max_length)


class _ZstdPackage:
    """The zstandard package in the shape of the others: its decompressobj has no limit per call, so it is fed little by little."""

    def __init__(self, module: Any) -> None:
        self._inner = module.ZstdDecompressor(max_window_size=MEMORY_LIMIT).decompressobj()
        self._waiting = b""

    @property
    def eof(self) -> bool:
        return bool(self._inner.eof)

    @property
    def needs_input(self) -> bool:
        return not self._waiting

    @property
    def unused_data(self) -> bytes:
        return bytes(self._inner.unused_data) + self._waiting

    def decompress(self, data: bytes, max_length: int) -> bytes:
        data = self._waiting + data
        self._waiting = data[_ZSTD_FEED:]
        return bytes(self._inner.decompress(data[:_ZSTD_FEED]))


def _zstd() -> _Decompressor:
    known: dict[str, Callable[[Any], _Decompressor]] = {"compression.zstd": _zstd_standard, "zstandard": _ZstdPackage}
    for name, make in known.items():
        try:
            return make(importlib.import_module(name))
        except ImportError:
            continue
    raise LookupError("reading .zst needs Python 3.14 or the package zstandard: pip install wiki-runbook[zstd]")


def _zstd_standard(module: Any) -> _Decompressor:
    limit = MEMORY_LIMIT.bit_length() - 1
    found: _Decompressor = module.ZstdDecompressor(options={module.DecompressionParameter.window_log_max: limit})
    return found


_FORMATS: dict[bytes, tuple[str, Callable[[], _Decompressor]]] = {
    b"\x1f\x8b": ("gzip", _Gzip),
    b"BZh": ("bzip2", bz2.BZ2Decompressor),
    b"\xfd7zXZ\0": ("xz", lambda: lzma.LZMADecompressor(lzma.FORMAT_XZ, memlimit=MEMORY_LIMIT)),
    b"\x28\xb5\x2f\xfd": ("zstd", _zstd),
}


def is_packed(data: bytes) -> bool:
    """Whether bytes begin as one of the compressed formats does."""
    return data.startswith(tuple(_FORMATS))


def unpack(chunks: Iterable[bytes], name: str) -> Iterator[bytes]:
    """The chunks, unpacked when their first bytes are those of gzip, bzip2, xz or zstd; in pieces of at most PIECE bytes or so.

    Several streams after one another are read as one, as their tools do. Raises SourceError for what is damaged, cut off,
    longer or shorter than it says, a bomb, or needs a package that isn't there.
    """
    source = iter(chunks)
    first = next(source, b"")
    for magic, (label, make) in _FORMATS.items():
        if first.startswith(magic):
            return _stream(chain([first], source), name, magic, label, make)
    return chain([first], source)


def _stream(source: Iterator[bytes], name: str, magic: bytes, label: str, make: Callable[[], _Decompressor]) -> Iterator[bytes]:
    try:
        yield from _bounded(source, name, magic, label, make)
    except (OSError, EOFError, ValueError, zlib.error, lzma.LZMAError, LookupError) as error:
        raise SourceError(name, f"not readable as {label}: {error}") from None
    except SourceError:
        raise
    except Exception as error:
        if type(error).__name__ != "ZstdError":  # of whichever package read it; there is no common base
            raise
        raise SourceError(name, f"not readable as {label}: {error}") from None


def _bounded(source: Iterator[bytes], name: str, magic: bytes, label: str, make: Callable[[], _Decompressor]) -> Iterator[bytes]:
    taken = given = 0
    inner = make()
    for chunk in source:
        taken += len(chunk)
        data = chunk
        while data or not inner.needs_input:
            if inner.eof:
                data = data.lstrip(b"\0") if label == "gzip" else data  # gzip(1) allows padding
                if not data:
                    break
                if not data.startswith(magic[: len(data)]):
                    raise SourceError(name, f"bytes that are no {label} follow its end")
                inner = make()
            piece = inner.decompress(data, PIECE)
            data = inner.unused_data if inner.eof else b""
            given += len(piece)
            if given > RATIO_FROM and given > taken * RATIO_LIMIT:
                raise SourceError(name, f"it unpacks to more than {RATIO_LIMIT} times its size: a bomb")
            if piece:
                yield piece
            if inner.eof and not data:
                break
    if not inner.eof:
        raise SourceError(name, f"cut off: the {label} stream doesn't end")
