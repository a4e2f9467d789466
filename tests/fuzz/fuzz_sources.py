"""Feeds damaged feeds, exports, diffs and packed files to their readers: nothing but a SourceError, and what is read quickly is what expat reads.

    python tests/fuzz/fuzz_sources.py [--seconds 10] [--seed 1]

Prints each input that fails, as Python bytes; ends with 1 when there was one.
"""

from __future__ import annotations

import argparse
import bz2
import contextlib
import gzip
import lzma
import random
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from runbook import sources
from runbook.model import SourceError
from runbook.sources import selection, tablediff, xmlstream

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


def seeds() -> list[bytes]:
    return [EXPORT, *(path.read_bytes() for path in sorted(DATA.glob("*.*")) if path.suffix in {".atom", ".rss"})]


def damaged(chance: random.Random, given: list[bytes]) -> Iterator[bytes]:
    while True:
        data = bytearray(chance.choice(given))
        for _ in range(chance.randint(1, 6)):
            at, end = sorted(chance.randrange(len(data) + 1) for _ in range(2))
            match chance.randrange(4):
                case 0:
                    data[at:at] = chance.choice(PIECES)
                case 1:
                    del data[at : min(end, at + chance.choice([1, 20, 2000]))]
                case 2:
                    data[at:at] = data[at : min(end, at + 300)]
                case _:
                    data[at : at + 1] = bytes([chance.randrange(256)])
        pack = chance.choice([None, None, None, None, gzip.compress, bz2.compress, lzma.compress])
        packed = bytearray(pack(bytes(data))) if pack else data
        if pack and chance.random() < 0.7:
            packed[chance.randrange(len(packed))] ^= 1 << chance.randrange(8)
        yield bytes(packed)


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


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    chance = random.Random(asked.seed)
    until, count, failed = time.monotonic() + asked.seconds, 0, 0
    for data in damaged(chance, seeds()):
        why = trouble(data, chance.choice([1, 7, 100, 1 << 18]))
        if why:
            failed += 1
            print(f"{why}: {data!r}")
        count += 1
        if time.monotonic() > until or failed > 5:
            break
    print(f"{count} inputs, {failed} failed")
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
