"""What is refused, with file and line, in bounded time and memory."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import zstandard
from runbook import sources
from runbook.model import SourceError
from runbook.sources import unpack, xmlstream

BOMB = '<!DOCTYPE f [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]><feed><title>&b;</title></feed>'
OUTSIDE = '<!DOCTYPE f [<!ENTITY x SYSTEM "file:///etc/passwd">]><feed><title>&x;</title></feed>'
BAD = {
    "empty": (b"", ":1: not XML: nothing is in it"),
    "text": (b"hello", "not XML"),
    "unclosed": (b"<feed>\n<entry>", ":2: not XML"),
    "cut after a page": (b"<mediawiki>\n<page><title>x</title>\n</page>\n<page>", ":4: not XML: it ends in the middle"),
    "cut between pages": (b"<mediawiki>\n<page><title>x</title>\n</page>\n", ":4: not XML: it ends in the middle"),
    "cut in a tag": (b"<feed>\n<ent", ":2: not XML: it ends in the middle"),
    "crossed": (b"<feed>\n\n<a></feed>", ":3: not XML: mismatched tag"),
    "bomb": (BOMB.encode(), "document type declaration"),
    "external entity": (OUTSIDE.encode(), "document type declaration"),
    "external DTD": (b'<!DOCTYPE feed SYSTEM "http://127.0.0.1:9/x.dtd"><feed/>', "document type declaration"),
    "undeclared entity": (b"<feed>&x;</feed>", "not XML: undefined entity"),
    "HTML": (b"<!DOCTYPE html>\n<html><head><title>Login required</title>", "an HTML page .'Login required'."),
    "HTML after blanks": (b"\n\n <HTML lang=en>", "an HTML page"),
    "XHTML": (b'<?xml version="1.0"?><html xmlns="http://www.w3.org/1999/xhtml"></html>', "'html'"),
    "API error": (b'<?xml version="1.0"?><api><error code="readapidenied"/></api>', "the wiki's API"),
    "no entries": (b'<feed xmlns="http://www.w3.org/2005/Atom"><title>x</title></feed>', "without entries"),
    "no items": (b"<rss><channel><title>x</title></channel></rss>", "without entries"),
    "no pages": (b"<mediawiki></mediawiki>", "without pages"),
    "other": (b"<opml/>", "'opml'"),
    "deep": (b"<feed>" * 200_000, "nested more than"),
    "deep in a page": (b"<mediawiki><page>" + b"<a>" * 200_000, "nested more than"),
    "not UTF-8": (b"<feed>\n\xe9</feed>", ":2: not UTF-8: byte 0xe9 at offset 7"),
    "no text at all": (b",/\x12\xc1\x07", ":1: not UTF-8: byte 0xc1 at offset 3"),
    "not UTF-8 in a text": (b"<mediawiki><page><revision>\n<text>a\nb\xff</text>", ":3: not UTF-8: byte 0xff at offset 37"),
    "declared": (b'<?xml version="1.0" encoding="ISO-8859-1"?><feed/>', "'ISO-8859-1'"),
    "UTF-16": ("<feed/>".encode("utf-16"), "UTF-16"),
    "UTF-16 without mark": ("<feed/>".encode("utf-16-le"), "UTF-16"),
    "control": (b"<mediawiki><page><revision><text>a\x07b</text>", "not XML"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_xml_is_refused_with_its_place(name: str) -> None:
    data, words = BAD[name]
    with pytest.raises(SourceError, match=words) as caught:
        list(sources.read_bytes(data, "x.atom"))
    assert caught.value.where.startswith("x.atom:")


def chunks(start: bytes, filler: bytes, times: int) -> Iterator[bytes]:
    yield start
    for _ in range(times):
        yield filler


@pytest.mark.parametrize(
    ("start", "filler"),
    [
        (b"<feed><summary>", b"x" * 100_000),
        (b"<feed><summary>", b"&lt;" * 25_000),
        (b"<mediawiki><page><revision><text>", b"x" * 100_000),
        (b"<feed><!--", b"x" * 100_000),
        (b'<feed a="', b"x" * 100_000),
        (b'<mediawiki><text a="', b"x" * 100_000),
        (b"<feed><?x ", b"x" * 100_000),
        (b"<feed><![CDATA[", b"x" * 100_000),
        (b"<mediawiki><" + b"x" * 10, b"x" * 100_000),
    ],
)
def test_a_gigabyte_in_one_piece_is_refused_early(monkeypatch: pytest.MonkeyPatch, start: bytes, filler: bytes) -> None:
    monkeypatch.setattr(xmlstream, "TEXT_LIMIT", 1 << 20)
    monkeypatch.setattr(xmlstream, "TOKEN_LIMIT", 1 << 20)
    tracemalloc.start()
    with pytest.raises(SourceError, match="it holds a"):
        list(xmlstream.events(chunks(start, filler, 10_000), "x.xml", {"text"}, {"text"}))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 20 << 20


def test_plain_files_that_are_no_text_are_refused(tmp_path: Path) -> None:
    for name, content, words in [
        ("a.wiki", b"ok\nna\xefve\n", r"a\.wiki:2: not UTF-8: byte 0xef at offset 5"),
        ("b.md", b"a\n\nb\0", r"b\.md:3: a binary file"),
        ("c.mw", "text".encode("utf-16"), "UTF-16"),
    ]:
        path = tmp_path / name
        path.write_bytes(content)
        with pytest.raises(SourceError, match=words):
            list(sources.read(path))


def test_files_and_directories_that_are_not_there(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="No such file"):
        list(sources.read(tmp_path / "none.atom"))
    with pytest.raises(SourceError, match="No such file"):
        sources.read_feed(tmp_path / "none.atom")
    with pytest.raises(SourceError, match="no such directory"):
        list(sources.read_directory(tmp_path / "none"))
    (tmp_path / ".hidden.wiki").write_text("x")
    (tmp_path / "runbook.lock").write_text("x")
    (tmp_path / "overrides.toml").write_text("x")
    with pytest.raises(SourceError, match="no sources in it"):
        list(sources.read_directory(tmp_path))


PACKERS = {"gzip": gzip.compress, "bzip2": bz2.compress, "xz": lzma.compress, "zstd": zstandard.ZstdCompressor().compress}


@pytest.mark.parametrize("label", PACKERS)
def test_damaged_archives_are_refused(write: Any, label: str) -> None:
    pages = [write.page(f"P{number}", write.revision(f"text {number * 7919 % 1000}")) for number in range(300)]
    packed = PACKERS[label](write.export(*pages))
    for broken in (packed[:-1], packed[: len(packed) // 2], packed[:9], packed + b"more"):
        with pytest.raises(SourceError, match=f"{label}"):
            list(sources.read_bytes(broken, "x.xml.gz"))


def test_a_gzip_that_lies_about_its_size_or_sum_is_refused(write: Any) -> None:
    packed = gzip.compress(write.export(write.page("P", write.revision("text"))))
    for broken in (packed[:-4] + b"\0\0\0\1", packed[:-8] + b"abcd" + packed[-4:]):
        with pytest.raises(SourceError, match="not readable as gzip"):
            list(sources.read_bytes(broken, "x.xml.gz"))


@pytest.mark.parametrize("label", PACKERS)
def test_a_bomb_is_refused_in_little_memory(monkeypatch: pytest.MonkeyPatch, label: str) -> None:
    monkeypatch.setattr(unpack, "RATIO_FROM", 2 << 20)
    packed = PACKERS[label](b"<mediawiki>" + b" " * (30 << 20))
    tracemalloc.start()
    with pytest.raises(SourceError, match="a bomb"):
        list(sources.read_bytes(packed, "x.xml.gz"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 << 20


def test_xz_may_not_ask_for_any_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack, "MEMORY_LIMIT", 1 << 20)
    with pytest.raises(SourceError, match="not readable as xz"):
        list(sources.read_bytes(lzma.compress(b"<mediawiki/>", preset=6), "x.xml.xz"))
