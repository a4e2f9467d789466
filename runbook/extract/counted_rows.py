"""Tables whose first column counts steps, a row each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from runbook.extract.asking import asks_by_words
from runbook.extract.markers import marker
from runbook.extract.tongues import Tongue
from runbook.inlines import plain
from runbook.model import Block, Paragraph, Table, TableRow
from runbook.words import word_set, words

_NUMBER: Final = re.compile(r"(?P<number>\d{1,2})\s?[.):]?")
_LONGEST: Final = 200
"""Characters of a cell at most that begins with a marker."""
_COUNTS: Final = frozenset("# no no. nr nr. n\u00b0 n\u00ba \u2116 num num. number n. lp. p.\u010d. \u5e8f\u53f7".split()) | {""}
"""What stands above a column that counts."""


class CountedRow(NamedTuple):
    """A row with its number, the words that it has behind that, in which of its cells these stand, and whether a word says that it is a step."""

    row: TableRow
    number: str
    text: str
    at: int
    said: bool


def cell_text(blocks: Sequence[Block]) -> str:
    """The words of a cell's paragraphs."""
    return " ".join(plain(block.children) for block in blocks if type(block) is Paragraph).strip()


def counted_rows(block: Table, tongue: Tongue) -> list[CountedRow]:
    """The rows of a table that are steps: below the first one, or from it on, numbers count up from 1 in the first column, and the words
    behind them ask for something: half of them where a column's head or the rows say "step", else two thirds. Empty for any other table."""
    if len(block.rows) < 2 or len(block.rows[-1].cells) < 2:
        return []
    first = _counted(block.rows[0])
    rows: list[CountedRow] = []
    for row in block.rows[0 if first else 1 :]:
        counted = _counted(row)
        if counted is None or counted.number != str(len(rows) + 1):
            return []
        rows.append(counted)
    if len(rows) < 2:
        return []
    heads = [] if first else [cell_text(cell.blocks).casefold() for cell in block.rows[0].cells]
    steps = all(row.said for row in rows) or any(not word_set(head).isdisjoint(words("step_words")) for head in heads)
    if heads and not (steps or heads[0] in _COUNTS):
        return []
    asking = sum(asks_by_words(row.text, tongue) for row in rows)
    return rows if 3 * asking >= 2 * len(rows) or (steps and 2 * asking >= len(rows)) else []


def _counted(row: TableRow) -> CountedRow | None:
    """A row whose first cell is nothing but a number, perhaps behind the word for a step, or begins with a marker."""
    text = cell_text(row.cells[0].blocks) if len(row.cells) > 1 else ""
    if not text or (text[0].isalpha() and len(text) > _LONGEST):
        return None
    at, beside = next(((at, said) for at, cell in enumerate(row.cells[1:], 1) if (said := cell_text(cell.blocks))), (1, ""))
    match = _NUMBER.fullmatch(text)
    if match is not None:
        return CountedRow(row, str(int(match["number"])), beside, at, said=False)
    mark = marker(f"{text} {{}}")
    if mark is None or mark.loose or not mark.number.isdecimal():
        return None
    behind = text[mark.length :]
    return CountedRow(row, str(int(mark.number)), behind or beside, 0 if behind else at, mark.said)
