"""Extraction beside mwparserfromhell.parse alone, on the same pages in the same run, one core."""

from __future__ import annotations

import platform
import sys
import time
from collections.abc import Callable, Sequence

import mwparserfromhell
from runbook.extract import extract_many
from runbook.markup import parse
from runbook.model import Page, to_json

from bench.pages import page

PAGES = 200
ROUNDS = 3


def _rate(work: Callable[[Sequence[Page]], object], pages: Sequence[Page]) -> float:
    """Pages a second of processor time: the best of some rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.process_time()
        work(pages)
        best = min(best, time.process_time() - start)
    return len(pages) / best


def _peer(pages: Sequence[Page]) -> None:
    for one in pages:
        mwparserfromhell.parse(one.text)


def _tree(pages: Sequence[Page]) -> None:
    for one in pages:
        parse(one)


def _json(pages: Sequence[Page]) -> None:
    for runbook in extract_many(pages):
        to_json(runbook)


def main() -> int:
    pages = [Page(f"Page {number}", page(number)) for number in range(PAGES)]
    mean = sum(len(one.text) for one in pages) / len(pages)
    print(f"{PAGES} pages, {mean / 1000:.1f} kB in the mean; Python {platform.python_version()}, {platform.machine()}, one core")
    rows = (("mwparserfromhell.parse alone", _peer), ("wikitext to block tree", _tree), ("wikitext to runbook JSON", _json))
    peer = 0.0
    for name, work in rows:
        rate = _rate(work, pages)
        peer = peer or rate
        print(f"{name:32} {rate:8.0f} pages/s   {rate / peer:5.2f} of the first")
    return 0


if __name__ == "__main__":
    sys.exit(main())
