"""The wikitext parser on 64 KB of one repeated piece: each is read whole, and no line is searched again and again."""

from __future__ import annotations

import sys
from typing import SupportsIndex

import pytest
from runbook import markup
from runbook.markup.wikitext import inline
from runbook.model import Page

SIZE = 65536
UNCLOSED = ("[http://x ", "[http://x ''a", "[[:", "[[a|", "[[File:a|", "[[File:a|[[b]]", "http://a&lt;", "[//a&lt;")
STYLED = ("<i><b>\n*a\n", "<b>\n\na", "''a\n*", "<i><b><s><u><tt><code>\n*a\n")


class Watched(str):
    """A line that counts how many of its characters are looked at in searches."""

    seen = 0

    def find(self, sub: str, start: SupportsIndex | None = 0, end: SupportsIndex | None = sys.maxsize) -> int:
        first, last = int(start or 0), int(end or 0)
        at = super().find(sub, first, last)
        self.seen += (at if at >= 0 else min(last, len(self))) - first
        return at


def repeated(unit: str) -> str:
    return (unit * (SIZE // len(unit) + 1))[:SIZE]


@pytest.mark.parametrize("reading", ["author", "mediawiki"])
@pytest.mark.parametrize("unit", [*UNCLOSED, *STYLED])
def test_a_page_of_one_piece_is_read_whole(unit: str, reading: markup.Reading) -> None:
    text = repeated(unit)
    document = markup.parse(Page("Case", text), reading=reading)
    covered = {n for block in document.blocks for n in range(block.lines[0], block.lines[1] + 1)}
    assert {n for n, line in enumerate(text.split("\n"), 1) if line.strip()} <= covered


@pytest.mark.parametrize("tail", ["", "]", "]]"])
@pytest.mark.parametrize("unit", UNCLOSED)
def test_a_line_is_searched_for_closers_a_few_times_at_most(unit: str, tail: str) -> None:
    line = Watched(repeated(unit) + tail)
    inline.tokens(line, 0, len(line), author=False)
    assert line.seen < 20 * len(line)


def test_an_address_ends_before_an_escaped_bracket_in_link_text_too() -> None:
    found = inline.tokens(text := "[[a|http://x&lt;b]]", 0, len(text), author=False)
    assert ("text", "<") in {token[2:4] for token in found}
