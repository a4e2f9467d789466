"""How fast exports are read, and in how much memory: a throw-away export of pages of the given mean size, one core.

python -m bench.sources [--megabytes 100] [--page 6000] [--keep FILE]
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from xml.sax.saxutils import escape

from runbook import sources
from runbook.model import text_sha1

from bench.pages import page

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits.zfill(31)


def write(path: Path, size: int, mean: int) -> int:
    """Writes an export of `size` bytes as Special:Export does, its pages `mean` bytes long; gives how many there are."""
    chance = random.Random(1)
    parts = [part for number in range(60) for part in page(number).split("\n\n")]
    written = number = 0
    with path.open("w", encoding="utf-8") as stream:
        stream.write('<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11" xml:lang="en"><siteinfo>')
        stream.write(
            '<base>https://wiki.example/wiki/Main_Page</base><namespaces><namespace key="0" /></namespaces></siteinfo>\n'
        )
        while written < size:
            number += 1
            text, wanted = "", chance.uniform(0, 2 * mean)
            while len(text) < wanted:
                text += chance.choice(parts) + "\n\n"
            sha1 = _base36(int(text_sha1(text), 16))
            written += stream.write(
                f"  <page>\n    <title>Page {number}</title>\n    <ns>0</ns>\n    <id>{number}</id>\n    <revision>\n      <id>{number}</id>\n"
                f"      <timestamp>2024-01-01T00:00:00Z</timestamp>\n      <contributor>\n        <username>Ann</username>\n        <id>3</id>\n"
                f"      </contributor>\n      <comment>an edit</comment>\n      <model>wikitext</model>\n      <format>text/x-wiki</format>\n"
                f'      <text bytes="{len(text.encode())}" sha1="{sha1}" xml:space="preserve">{escape(text)}</text>\n'
                f"      <sha1>{sha1}</sha1>\n    </revision>\n  </page>\n"
            )
        stream.write("</mediawiki>\n")
    return number


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--megabytes", type=int, default=100)
    parser.add_argument("--page", type=int, default=6000, help="bytes of a page in the mean")
    parser.add_argument("--keep", metavar="FILE", help="leave the export there")
    asked = parser.parse_args()
    with TemporaryDirectory() as folder:
        path = Path(asked.keep or Path(folder) / "export.xml")
        pages = write(path, asked.megabytes * 1_000_000, asked.page)
        size = path.stat().st_size
        start = time.process_time()
        read = sum(1 for _ in sources.read_entries(path))
        rate = size / 1e6 / (time.process_time() - start)
        assert read == pages
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{pages} pages, {size / 1e6:.0f} MB of XML: {rate:.0f} MB/s of processor time, {peak:.0f} MB of memory at most")
    return 0


if __name__ == "__main__":
    sys.exit(main())
