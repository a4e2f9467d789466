"""Fuzz target: damaged feeds, exports, diffs and packed files. Nothing but a SourceError comes of them, and what is read quickly is what
expat reads."""

from __future__ import annotations

import bz2
import contextlib
import gzip
import lzma
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runbook import sources
from runbook.model import SourceError
from runbook.sources import selection, tablediff, xmlstream

from fuzz.budget import budget

DATA = Path(__file__).parents[1] / "data" / "sources"
PIECES = (
    b"<", b">", b"</", b"/>", b"&", b"&lt;", b"&amp;", b"&#10;", b"&x;", b'"', b"'", b"=", b" ", b"\n", b"\r", b"\0", b"\xff", b"\xef\xbb\xbf", b"]]>", b"<![CDATA[",
    b"<!--", b"-->", b"<?x ?>", b"<!DOCTYPE x>", b"<page>", b"</page>", b"<revision>", b"</revision>", b"<text>", b'<text bytes="1">', b"</text>", b"<title>x</title>",
    b"<redirect title='x' />", b"<ns>10</ns>", b"<id>9</id>", b"<contributor/>", b"<entry>", b"</entry>", b"<summary>", b"</summary>", b"&lt;br /&gt;\n", b"&lt;tr&gt;",
    b"&lt;td class='diff-marker'&gt;", b"&lt;/td&gt;", b"<timestamp>2020</timestamp>", b"<sha1>0</sha1>", b"xml:space=\"preserve\"", b"\xe2\x80\xa8", b"9" * 30,
)  # fmt: skip
EXPORT = (
    b'<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en"><siteinfo><base>http://w/M</base><namespaces>'
    b'<namespace key="0" /><namespace key="10" case="x">Template</namespace></namespaces></siteinfo>\n'
    + b"".join(
        b"<page>\n<title>P%d &amp; x</title><ns>0</ns><id>1</id>\n<revision><id>%d</id><timestamp>2020-01-01T00:00:00Z</timestamp><contributor>"
        b'<username>A</username><id>3</id></contributor><comment>c</comment><model>wikitext</model><text bytes="9" xml:space="preserve">a &lt;b&gt;\n'
        b"\xc3\xa9</text><sha1>0</sha1></revision></page>\n" % (number, number)
        for number in range(4)
    )
    + b"</mediawiki>"
)


SEEDS = [EXPORT, *(path.read_bytes() for path in sorted(DATA.glob("*.*")) if path.suffix in {".atom", ".rss"})]
PACKS: tuple[Callable[[bytes], bytes], ...] = (bytes, bytes, bytes, gzip.compress, bz2.compress, lzma.compress)


class Damage(NamedTuple):
    """So much is deleted at a place, then written twice, then something put in."""

    at: int
    deleted: int = 0
    repeated: int = 0
    put: bytes = b""

    def done(self, data: bytes) -> bytes:
        at = self.at % (len(data) + 1)
        rest = data[at + self.deleted :]
        return data[:at] + self.put + rest[: self.repeated] + rest


SIZES = st.sampled_from((0, 0, 1, 20, 300, 2000))
DAMAGES = st.lists(
    st.builds(Damage, st.integers(0, 1 << 16), SIZES, SIZES, st.sampled_from(PIECES) | st.binary(max_size=2)), max_size=6
)


def damaged(data: bytes, damages: Sequence[Damage], pack: Callable[[bytes], bytes], bit: int) -> bytes:
    """An input with damages, packed, one bit of the packing flipped (0: none)."""
    for damage in damages:
        data = damage.done(data)
    packed = bytearray(pack(data))
    if pack is not bytes and bit and packed:
        packed[bit // 8 % len(packed)] ^= 1 << bit % 8
    return bytes(packed)


def events(data: bytes, size: int) -> list[xmlstream.Event]:
    pieces = (data[at : at + size] for at in range(0, len(data), size))
    return list(xmlstream.events(pieces, "x", sources._STARTS, sources._ENDS))


def trouble(data: bytes, size: int) -> str:
    """Why an input fails, or ""."""
    try:
        list(sources.read_bytes(data, "x.xml", selection=selection.EVERYTHING))
    except SourceError:
        pass
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    with contextlib.suppress(tablediff.DiffError):
        tablediff.apply(data.decode("utf-8", "replace"), "a\nb")
    head, mark, rest = data.partition(b"<siteinfo>")
    if not mark or b"<!" in data or b"<?" in data:
        return ""
    try:
        slow = [event[:3] for event in events(head + mark + b"<!-- expat reads all that follows -->" + rest, size)]
    except SourceError:
        return ""
    return "" if [event[:3] for event in events(data, size)] == slow else "read quickly, it is something else"


@budget(1200)
@given(st.sampled_from(SEEDS), DAMAGES, st.sampled_from(PACKS), st.integers(0, 1 << 15), st.sampled_from((1, 7, 100, 1 << 18)))
def test_damaged_sources(seed: bytes, damages: list[Damage], pack: Callable[[bytes], bytes], bit: int, size: int) -> None:
    assert not trouble(damaged(seed, damages, pack, bit), size)


def test_the_target_sees_sources_that_are_read_wrongly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runbook.sources.xmlstream._unescaped", lambda text: text)
    assert "read quickly" in trouble(EXPORT, 1 << 18)
    monkeypatch.setattr("runbook.sources.dump.read_dump", lambda *_: 1 / 0)
    assert "ZeroDivisionError" in trouble(EXPORT, 1 << 18)
