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


_LOOSE = 150
"""Rows in any order that are paired by likeness."""


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


Range = tuple[int, int]


def refined(
    texts: Sequence[Sequence[str]],
    patterns: Sequence[tuple[PatternRow, ...]],
    loose: Sequence[Sequence[Range]],
    *,
    independent: bool = True,
) -> Iterator[tuple[PatternRow, ...]]:
    """The rows of the first recording, with what the others tell; where one has rows that another lacks, an elision. `loose`: of each
    recording the ranges of rows that come in any order. The strictest rows come first, for the caller to take the first that hold for
    all recordings: where words were put in, more than one reading of a row is possible, and a matcher tries one. What never differed becomes
    a word only where the runs are `independent`."""
    runs: dict[tuple[Recorded, ...], Sequence[Range]] = {}
    for text, rows, ranges in zip(texts, patterns, loose, strict=True):
        if len(text) <= _MOST:
            runs.setdefault(tuple(recorded(displayed(line), row) for line, row in zip(text, rows, strict=True)), ranges)
    if len(runs) < 2:
        yield patterns[0]
        return
    first, *others = runs
    merged = list(first)
    settled = independent
    for other in others:
        merged, varied = _joined(merged, in_order_of(first, runs[first], other, runs[other]))
        settled = settled and varied
    rows = tuple(_row(row, settled) for row in merged)
    yield rows
    yield tuple(_open_ended(row) for row in rows)
    yield tuple(Elision() if isinstance(row, Elision) or Hole("text") in row else row for row in rows)
    yield (Elision(),)


def _open_ended(row: PatternRow) -> PatternRow:
    """The row up to what may be any text."""
    return row if isinstance(row, Elision) or Hole("text") not in row else row[: row.index(Hole("text")) + 1]


def in_order_of(
    rows: Sequence[Recorded], ranges: Sequence[Range], other: Sequence[Recorded], its_ranges: Sequence[Range]
) -> Sequence[Recorded]:
    """The other recording's rows, those that may come in any order beside the ones most like them."""
    if len(ranges) != len(its_ranges):
        return other
    out = list(other)
    for (a, b), (c, d) in zip(ranges, its_ranges, strict=True):
        if max(b - a, d - c) <= _LOOSE:
            out[c:d] = _beside(rows[a:b], other[c:d])
    return out


def _beside(mine: Sequence[Recorded], theirs: Sequence[Recorded]) -> list[Recorded]:
    """Rows in the order of those that they are most like, best pairs first; the rest behind."""
    scores = sorted(((_likeness(one, two), -i, -j) for i, one in enumerate(mine) for j, two in enumerate(theirs)), reverse=True)
    partner: dict[int, int] = {}
    taken: set[int] = set()
    for score, i, j in scores:
        if score > 0 and -i not in partner and -j not in taken:
            partner[-i] = -j
            taken.add(-j)
    paired = [theirs[partner[i]] for i in range(len(mine)) if i in partner]
    return paired + [row for j, row in enumerate(theirs) if j not in taken]


def _likeness(one: Recorded, two: Recorded) -> int:
    """How much two rows say the same: words that are equal count most, by their length, values of one type a little."""
    mine, theirs = ({cell.text: len(cell.text) for cell in row.cells if _is_word(cell)} for row in (one, two))
    return 10 * sum(size for text, size in mine.items() if text in theirs) + (one.key == two.key)


def _is_word(cell: Cell) -> bool:
    return all(isinstance(piece, str) for piece in cell.pieces) and _letters(cell.text)


def _letters(text: str) -> bool:
    return any(char.isalpha() for char in text)


# --- rows in cells ----------------------------------------------------------------------------------------------------


def recorded(text: str, row: PatternRow) -> Recorded:
    """A row of a recording in cells, by the pattern inferred from it."""
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
    ends = _ends(text, row)
    if ends is None:
        yield text, text
        return
    at = 0
    for piece, end in zip(row, ends, strict=True):
        yield text[at:end], piece
        at = end


def _ends(text: str, row: tuple[str | Hole, ...]) -> list[int] | None:
    """Where each piece of the row ends in its text; None when they don't make up the text. Each pair of a piece and a place is tried once."""
    failed: set[tuple[int, int]] = set()
    ends: list[int] = []
    choices = [_candidates(text, row, 0, 0)]
    while choices:
        if len(ends) == len(choices):
            ends.pop()
        end = next(choices[-1], None)
        if end is None:
            choices.pop()
            continue
        ends.append(end)
        if len(ends) == len(row):
            if end == len(text):
                return ends
        elif (len(ends), end) not in failed:
            failed.add((len(ends), end))
            choices.append(_candidates(text, row, len(ends), end))
    return None if row else []


def _candidates(text: str, row: tuple[str | Hole, ...], k: int, at: int) -> Iterator[int]:
    """Where piece k could end when it begins at `at`."""
    if k >= len(row):
        return
    piece = row[k]
    if isinstance(piece, str):
        if text.startswith(piece, at):
            yield at + len(piece)
        return
    after = row[k + 1] if k + 1 < len(row) else None
    if after is None:
        places: Iterator[int] = iter((len(text),))
    elif isinstance(after, str):
        places = (m.start() for m in re.finditer(re.escape(after), text[at:]))
        places = (at + place for place in places)
    else:
        places = iter(range(at, len(text) + 1))
    yield from (end for end in places if _is(piece.hole, text[at:end]))


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
            if mine is None or theirs is None or mine.elision or theirs.elision or bool(mine.cells) != bool(theirs.cells):
                blank = all(not row.cells and not row.elision for row in (mine, theirs) if row is not None)
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
                cells.append(one if one.text == two.text else varying(one, two))
        else:
            cells.append(Cell("\0", (Hole("text"),)))
    return Recorded(tuple(cells)), varied


def _digits(text: str) -> bool:
    return any(c.isdigit() for c in text)


def varying(one: Cell, two: Cell) -> Cell:
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
        any_text = Hole("text") in (parts[0], out[-1] if out else None)  # which takes in the blanks around it
        for part in (" ", *parts) if out and not any_text else parts:
            if out and isinstance(part, str) and isinstance(out[-1], str):
                out[-1] += part
            elif not (out and part == out[-1] == Hole("text")):
                out.append(part)
    return tuple(out)
