"""Feeds made-up pages to the parsers of wikitext and Markdown: no exception, no line lost, no page slower than a second a 64 KB.

    python tests/fuzz/fuzz_markup.py [--seconds 10] [--seed 1] [--markup wikitext] [--combinations 2]

Random pages; with --combinations N each row of up to N pieces, repeated to 64 KB instead. Prints each page that fails, as a Python
string; ends with 1 when there was one. What it found is kept in tests/markup/test_growth.py.
"""

from __future__ import annotations

import argparse
import itertools
import random
import sys
import time
from collections.abc import Iterator
from typing import get_args

from runbook import markup
from runbook.model import Markup, Page, to_json

SIZE = 65_536
SLOWEST = 1.0
"""Seconds for a page of SIZE characters; a smaller one may take a tenth of that and its share of the rest."""
PIECES: dict[Markup, tuple[str, ...]] = {
    "wikitext": (
        "{{", "}}", "{{{", "}}}", "{{a|", "{{bc|", "{{Box|text=", "{{#if:x|", "{{#switch:a|", "{{lc:", "{{#tag:ref|", "|", "=", "[[", "]]", "[", "]",
        "[[:", "[[a|", "[[a|b\n", "[[File:a|thumb|", "[[Datei:a|", "[[Category:a]]", "[http://x ", "http://a", "[//a&lt;", "<pre>", "</pre>", "<code>",
        "</code>", "<nowiki>", "</nowiki>", "<!--", "-->", "{|", "|}", "|-", "!", "!!", "||", "''", "'''", "'''''", "<b>", "</b>", "<i>", "<div>", "</div>",
        "<li>", "<ul>", "<td>", "<table>", "</p>", "<p>", "<s>", "<tt>", "*", "#", ":", ";", "==", "<ref>", "</ref>", "<references>", "<gallery>", "<source>",
        "</source>", "&lt;", "__TOC__", "__", "<br>", "<includeonly>", "<blockquote>", "<div\n", "x", "a ", "\n", "\n\n", " ", "\t", "\r\n", "\0", "\U000f0000",
    ),
    "markdown": (
        "[", "]", "](", ")", "![", "*", "**", "_", "`", "``", "<", ">", "<!--", "-->", "<a ", "> ", "- ", "1. ", "    ", "|", "a|b\n-|-\n", "!!! x\n", "??? x\n",
        '=== "t"\n', "[[", "]]", "\\", "&amp;", "~~", "<details>\n", "</details>\n", "<pre>", "</pre>", "<summary>", "```\n", "\t", "\n", "\n\n", "[a]: b\n",
        "[^a]", "[^a]: b\n", ": ", "<b>", "</b>", "<table>", "<td>", "=\n", "---\n", "# ", "a", " ", "\r", "\r\n", "\0", "\x0b", "+", "<div>", "http://a",
    ),
}  # fmt: skip


def repeated(unit: str, size: int) -> str:
    return (unit * (size // len(unit) + 1))[:size]


def random_pages(source: random.Random, pieces: tuple[str, ...]) -> Iterator[str]:
    while True:
        if source.random() < 0.3:
            yield repeated("".join(source.choices(pieces, k=source.randint(1, 4))), source.choice([4096, SIZE]))
        else:
            yield "".join(source.choices(pieces, k=source.randint(1, 400)))


def combinations(pieces: tuple[str, ...], count: int) -> Iterator[str]:
    for length in range(1, count + 1):
        for unit in itertools.product(pieces, repeat=length):
            yield repeated("".join(unit), SIZE)


def trouble(text: str, kind: Markup, slowest: float = SLOWEST) -> str:
    """Why a page fails, or ""; `slowest` is how many seconds of processor time a page of SIZE characters may take."""
    for reading in get_args(markup.Reading):
        start = time.process_time()
        try:
            document = markup.parse(Page("Fuzz", text, kind), reading=reading)
        except Exception as error:
            return f"{reading}: {error!r}"
        if time.process_time() - start > slowest * (0.1 + 0.9 * len(text) / SIZE):
            return f"{reading}: {time.process_time() - start:.2f} s"
        covered = {n for block in document.blocks for n in range(block.lines[0], block.lines[1] + 1)}
        lost = [n for n, line in enumerate(text.split("\n"), 1) if line.strip() and n not in covered]
        if lost:
            return f"{reading}: lines lost: {lost[:5]}"
        to_json(document)
    return ""


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--seconds", type=float, default=10, help="when to stop")
    arguments.add_argument("--seed", type=int, default=1)
    arguments.add_argument("--markup", choices=get_args(Markup), help="only this one")
    arguments.add_argument("--combinations", type=int, default=0, metavar="N")
    options = arguments.parse_args()
    kinds: list[Markup] = [options.markup] if options.markup else list(get_args(Markup))
    failed = pages = 0
    for kind in kinds:
        end = time.monotonic() + options.seconds / len(kinds)
        source = random.Random(options.seed)
        for text in (
            combinations(PIECES[kind], options.combinations) if options.combinations else random_pages(source, PIECES[kind])
        ):
            if time.monotonic() > end:
                break
            pages += 1
            if why := trouble(text, kind):
                failed += 1
                print(kind, why, repr(text[:200]), len(text))
    print(f"{pages} pages, {failed} failures, seed {options.seed}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
