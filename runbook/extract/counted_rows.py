"""Tables whose first column counts steps, a row each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from runbook.extract.cues import is_request
from runbook.extract.marks import line_mark
from runbook.extract.tongues import Tongue
from runbook.inlines import plain
from runbook.model import Block, Paragraph, Table, TableRow
from runbook.words import word_set, words

_NUMBER: Final = re.compile(r"(?P<number>\d{1,2})\s?[.):]?")
_COUNTS: Final = frozenset("# no no. nr nr. n\u00b0 n\u00ba \u2116 num num. number n. lp. p.\u010d. \u5e8f\u53f7".split()) | {""}
"""What stands above a column that counts."""


class CountedRow(NamedTuple):
    """A row with its number and the words that it has beside that."""

    row: TableRow
    number: str
    text: str


def cell_text(blocks: Sequence[Block]) -> str:
    """The words of a cell's paragraphs."""
    return " ".join(plain(block.children) for block in blocks if type(block) is Paragraph).strip()


def counted_rows(block: Table, tongue: Tongue) -> list[CountedRow]:
    """The rows of a table that are steps: below the first one, or from it on, numbers count up from 1 in the first column, and the words
    beside them ask for something: half of them where a column's head says "step", else all. Empty for any other table."""
    if len(block.rows) < 2 or len(block.rows[-1].cells) < 2:
        return []
    first = _number(block.rows[0])
    rows = [CountedRow(row, _number(row), _beside(row)) for row in block.rows[0 if first else 1 :]]
    if len(rows) < 2 or [row.number for row in rows] != [str(at + 1) for at in range(len(rows))]:
        return []
    heads = [] if first else [cell_text(cell.blocks).casefold() for cell in block.rows[0].cells]
    steps = any(not word_set(head).isdisjoint(words("step_words")) for head in heads)
    if heads and not (steps or heads[0] in _COUNTS):
        return []
    asking = sum(is_request(row.text, tongue) for row in rows)
    return rows if asking >= len(rows) or (steps and 2 * asking >= len(rows)) else []


def _number(row: TableRow) -> str:
    """The number that is all of a row's first cell, or stands there behind the word for a step; "" for none."""
    text = cell_text(row.cells[0].blocks) if len(row.cells) > 1 else ""
    if not text or len(text) > 20:
        return ""
    match = _NUMBER.fullmatch(text)
    if match is not None:
        return match["number"]
    mark = line_mark(text)
    return mark[0] if mark is not None and mark[1] == len(text) and mark[0].isdecimal() else ""


def _beside(row: TableRow) -> str:
    """The words of a row behind its number: those of the first cell that has any."""
    return next(filter(None, (cell_text(cell.blocks) for cell in row.cells[1:])), "")
