"""Several recordings of one command: what differed is a hole, what never did is a word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from runbook.expect.holes import recogniser, whole
from runbook.expect.normal import displayed, to_bytes
from runbook.model import Elision, Hole, PatternRow

_SOFT = frozenset({"int", "float", "size", "percent", "version", "ip", "host", "path", "hex"})
"""Types whose values are words where independent runs agree; dates, ids and the like vary though two runs may agree by chance."""
_CANDIDATES = ("int", "float", "percent", "size", "ip", "mac", "uuid", "ip6", "date", "duration", "version", "tty", "hex", "url")
_MOST = 400
"""Rows that are aligned; in longer recordings the first alone counts, since aligning takes more than linear time."""


class Cell(NamedTuple):
    """A word of a row, or a value that may have blanks in it: its text, and the pieces inferred from it."""

    text: str
    pieces: tuple[str | Hole, ...]

    @property
    def key(self) -> tuple[str, ...]:
        """What must be equal for two cells to be the same."""
        return tuple(part if isinstance(part, str) else "\0" + part.hole for part in self.pieces)


class Recorded(NamedTuple):
    """A row of a recording in cells; an elision and a blank row have none."""

    cells: tuple[Cell, ...]
    elision: bool = False

    @property
    def key(self) -> tuple[tuple[str, ...], ...] | bool:
        """What must be equal for two rows to be taken for the same at first sight."""
        return self.elision or tuple(cell.key for cell in self.cells)


def refined(texts: Sequence[Sequence[str]], patterns: Sequence[tuple[PatternRow, ...]]) -> tuple[PatternRow, ...]:
    """The rows of the first recording, with what the others tell; where one has rows that another lacks, an elision."""
    runs: dict[tuple[Recorded, ...], None] = {}
    for text, rows in zip(texts, patterns, strict=True):
        if len(text) <= _MOST:
            runs.setdefault(tuple(_recorded(displayed(line), row) for line, row in zip(text, rows, strict=True)))
    if len(runs) < 2:
        return patterns[0]
    first, *others = runs
    merged = list(first)
    settled = True
    for other in others:
        merged, independent = _joined(merged, other)
        settled = settled and independent
    return tuple(_row(row, settled) for row in merged)


# --- rows in cells ----------------------------------------------------------------------------------------------------


def _recorded(text: str, row: PatternRow) -> Recorded:
    if isinstance(row, Elision):
        return Recorded((), True)
    values = _values(text.replace("\u00a0", " ").rstrip(), row)
    cells: list[Cell] = []
    whole_text = ""
    pieces: list[str | Hole] = []
    for value, piece in values:
        parts = re.split(r"(\s+)", value) if isinstance(piece, str) else [value]
        for part in parts:
            if isinstance(piece, str) and part.isspace():
                if pieces:
                    cells.append(Cell(whole_text, tuple(pieces)))
                whole_text, pieces = "", []
            elif part or not isinstance(piece, str):
                whole_text += part
                pieces.append(part if isinstance(piece, str) else piece)
    if pieces:
        cells.append(Cell(whole_text, tuple(pieces)))
    return Recorded(tuple(cells))


def _values(text: str, row: tuple[str | Hole, ...]) -> Iterator[tuple[str, str | Hole]]:
    """The row's pieces, each with its recorded text."""
    at = 0
    for k, piece in enumerate(row):
        if isinstance(piece, str):
            yield piece, piece
            at += len(piece)
            continue
        after = row[k + 1] if k + 1 < len(row) else None
        if after is None:
            end = len(text)
        elif isinstance(after, str):
            end = text.find(after, at)
            while end >= 0 and piece.hole != "plural" and not _is(piece.hole, text[at:end]) and text.find(after, end + 1) >= 0:
                end = text.find(after, end + 1)
        else:
            end = at
        end = at if end < 0 else end
        yield text[at:end], piece
        at = end


def _is(hole: str, value: str) -> bool:
    text = re.sub(r"\s+", " ", to_bytes(value))
    return whole(recogniser(hole), text, 0, len(text))


# --- joining ----------------------------------------------------------------------------------------------------------


def _joined(rows: Sequence[Recorded], other: Sequence[Recorded]) -> tuple[list[Recorded], bool]:
    """The rows with what `other` tells; and whether the two are independent runs: whether a value that varies did."""
    out: list[Recorded] = []
    independent = False
    keys = SequenceMatcher(None, [row.key for row in rows], [row.key for row in other], autojunk=False)
    for kind, a, b, c, d in keys.get_opcodes():
        pairs = (
            list(zip(rows[a:b], other[c:d], strict=False)) if kind == "equal" or b - a == d - c else _alike(rows[a:b], other[c:d])
        )
        for mine, theirs in pairs:
            if mine is None or theirs is None or mine.elision or theirs.elision:
                blank = (mine or theirs) and not (mine or theirs).cells and not (mine or theirs).elision  # type: ignore[union-attr]
                if not blank and not (out and out[-1].elision):
                    out.append(Recorded((), True))
                continue
            row, varied = _same(mine, theirs)
            independent = independent or varied
            out.append(row)
    return out, independent


def _alike(mine: Sequence[Recorded], theirs: Sequence[Recorded]) -> list[tuple[Recorded | None, Recorded | None]]:
    """Rows paired in order, those which share most of their words; the others alone."""
    out: list[tuple[Recorded | None, Recorded | None]] = []
    at = 0
    for row in mine:
        best = next((j for j in range(at, min(len(theirs), at + 20)) if _share(row, theirs[j]) >= 0.5), None)
        if best is None:
            out.append((row, None))
            continue
        out += [(None, theirs[j]) for j in range(at, best)]
        out.append((row, theirs[best]))
        at = best + 1
    return out + [(None, row) for row in theirs[at:]]


def _share(a: Recorded, b: Recorded) -> float:
    mine, theirs = {cell.key for cell in a.cells}, {cell.key for cell in b.cells}
    return len(mine & theirs) / max(1, len(mine), len(theirs))


def _same(mine: Recorded, theirs: Recorded) -> tuple[Recorded, bool]:
    """Two recordings of one row in one; and whether a value of it varied."""
    cells: list[Cell] = []
    varied = False
    keys = SequenceMatcher(None, [cell.key for cell in mine.cells], [cell.key for cell in theirs.cells], autojunk=False)
    for kind, a, b, c, d in keys.get_opcodes():
        if b - a == d - c:
            for one, two in zip(mine.cells[a:b], theirs.cells[c:d], strict=True):
                varied = varied or (one.text != two.text and (kind == "equal" or (_digits(one.text) and _digits(two.text))))
                cells.append(one if one.text == two.text else _varying(one, two))
        else:
            cells.append(Cell("\0", (Hole("text"),)))
    return Recorded(tuple(cells)), varied


def _digits(text: str) -> bool:
    return any(c.isdigit() for c in text)


def _varying(one: Cell, two: Cell) -> Cell:
    """A cell whose text differed: "\\0" as its text says so from now on."""
    if one.key == two.key:
        return Cell("\0", one.pieces)
    if len(one.pieces) == 1 and isinstance(one.pieces[0], Hole) and _is(one.pieces[0].hole, two.text):
        return Cell("\0", one.pieces)
    start, end = _common(one.text, two.text)
    a, b = one.text[start : len(one.text) - end], two.text[start : len(two.text) - end]
    hole = next((name for name in _CANDIDATES if _is(name, a) and _is(name, b)), "word")
    if hole == "word" and (not a or not b or one.text == "\0"):
        start, end = 0, 0
    tail = one.text[len(one.text) - end :]
    pieces: list[str | Hole] = [one.text[:start], Hole(hole), tail]
    return Cell("\0", tuple(piece for piece in pieces if piece != ""))


def _common(a: str, b: str) -> tuple[int, int]:
    """The lengths of what two words begin and end with in common, cut at characters that part names and numbers."""
    most = min(len(a), len(b))
    start = next((k for k in range(most) if a[k] != b[k]), most)
    while start and (a[start - 1].isalnum() or a[start - 1] in "._-"):
        start -= 1
    end = next((k for k in range(most - start) if a[-1 - k] != b[-1 - k]), most - start)
    while end and (a[-end].isalnum() or a[-end] in "._-"):
        end -= 1
    return start, end


def _row(row: Recorded, settled: bool) -> PatternRow:
    if row.elision:
        return Elision()
    out: list[str | Hole] = []
    for cell in row.cells:
        kept = settled and cell.text != "\0" and all(isinstance(part, str) or part.hole in _SOFT for part in cell.pieces)
        parts: tuple[str | Hole, ...] = (cell.text,) if kept else cell.pieces
        for part in (" ", *parts) if out else parts:
            if out and isinstance(part, str) and isinstance(out[-1], str):
                out[-1] += part
            else:
                out.append(part)
    return tuple(out)
