"""Where the cells of a table stand once row and column spans are resolved as HTML wants them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import NamedTuple

from runbook.model import Cell, TableRow

_WIDEST = 64
"""Columns a span may cover: a page can ask for any number."""
_SPANNED = 512
"""Columns in which cells may span at all: what lies further right can't make the search for a free place long."""


class _Placed(NamedTuple):
    cell: Cell
    row: int
    column: int
    width: int
    height: int


def layout(rows: Sequence[TableRow]) -> list[list[tuple[Cell, int, int]]]:
    """Rows of (cell, column span, row span) that follow HTML's table model: no cell overlaps another or leaves the table, and
    no row or column is without a cell that begins in it."""
    placed = _place(rows)
    columns = sorted({p.column for p in placed})
    begun = sorted({p.row for p in placed})
    row_at = {row: i for i, row in enumerate(begun)}
    out: list[list[tuple[Cell, int, int]]] = [[] for _ in begun]
    for p in placed:
        width = bisect_left(columns, p.column + p.width) - bisect_left(columns, p.column)
        height = bisect_left(begun, p.row + p.height) - bisect_left(begun, p.row)
        out[row_at[p.row]].append((p.cell, width, height))
    return out


def _place(rows: Sequence[TableRow]) -> list[_Placed]:
    placed: list[_Placed] = []
    busy: dict[int, int] = {}  # column -> first row that is free again
    for number, row in enumerate(rows):
        column = 0
        for cell in row.cells:
            while busy.get(column, 0) > number:
                column += 1
            width = 1
            spans = column < _SPANNED
            while spans and width < min(cell.colspan, _WIDEST) and busy.get(column + width, 0) <= number:
                width += 1
            height = max(1, min(cell.rowspan, len(rows) - number)) if spans else 1
            placed.append(_Placed(cell, number, column, width, height))
            busy.update(dict.fromkeys(range(column, column + width), number + height))
            column += width
    return placed
