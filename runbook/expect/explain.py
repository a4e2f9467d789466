"""Why an output is not what a pattern stands for: which row has no partner, which line comes nearest, what in it differs.

Rows and lines are aligned along the longest chain of pairs that match and keep the order (rows that may come in any order are
paired first and take no part in the chain); what is left between two links is compared with its neighbours only, so that the
work grows with the number of lines and not with its square.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence

from msgspec import Struct

from runbook.expect.matching import Choices
from runbook.expect.normal import from_bytes
from runbook.expect.pattern import Line, Segment, fits, follow, shown

_TRIES = 8
_NEIGHBOURS = 6


class Difference(Struct, frozen=True):
    """A row without partner. `row` is its index in the pattern, `expected` how it reads with holes in angle quotes; `line` and
    `actual` are the nearest line (0-based index) if any comes near; `wanted` and `found` what differs in it."""

    row: int
    expected: str
    line: int | None = None
    actual: str = ""
    wanted: str = ""
    found: str = ""


class Mismatch(Struct, frozen=True):
    """Why an output does not hold: rows without partner, then lines (0-based index and text) that no row stands for; `held` are the
    rows that have one, each with its line."""

    missing: tuple[Difference, ...] = ()
    added: tuple[tuple[int, str], ...] = ()
    held: tuple[tuple[int, int], ...] = ()

    def sentences(self) -> tuple[str, ...]:
        """The mismatch in words, a line each."""
        return tuple(self._sentences())

    def _sentences(self) -> Iterator[str]:
        for one in self.missing:
            if one.line is None:
                yield f"missing: {one.expected}"
            else:
                yield f'line {one.line + 1}: expected {one.wanted}, found {one.found}, in "{one.actual}" (expected: {one.expected})'
        for number, text in self.added:
            yield f"line {number + 1}: not expected: {text}"


def explain(segments: Sequence[Segment], numbered: Sequence[tuple[int, str]]) -> Mismatch:
    """Why the normal lines (index, text) do not match. Only called when they don't, so it always names something."""
    texts = [text for _, text in numbered]
    rows = [line for segment in segments for block in segment for line in block.lines]
    free = {line.number for segment in segments for block in segment if not block.ordered for line in block.lines}
    pairs = _aligned(rows, free, texts)
    held = tuple((rows[i].number, numbered[j][0]) for i, j in sorted(pairs.items()))
    taken = set(pairs.values())
    missing = []
    for i, j in _nearest(rows, texts, pairs, taken):
        missing.append(_difference(rows[i], None if j is None else numbered[j]))
        if j is not None and missing[-1].line is not None:
            taken.add(j)
    added = () if len(segments) > 1 else tuple((n, from_bytes(text)) for j, (n, text) in enumerate(numbered) if j not in taken)
    if not missing and not added:
        return Mismatch((), _out_of_place(segments, rows, numbered, pairs), held)
    return Mismatch(tuple(missing), added, held)


def _out_of_place(
    segments: Sequence[Segment], rows: Sequence[Line], numbered: Sequence[tuple[int, str]], pairs: dict[int, int]
) -> tuple[tuple[int, str], ...]:
    """The lines that are too much where each row has its line, but lines stand between them where the pattern leaves none out."""
    starts = {segment[0].lines[0].number for segment in segments[1:] if segment}
    taken = set(pairs.values())
    stray: list[tuple[int, str]] = []
    before = -1
    for i, row in enumerate(rows):
        j = pairs[i]
        if row.number not in starts and (i or segments[0]):
            stray += [(numbered[k][0], from_bytes(numbered[k][1])) for k in range(before + 1, j) if k not in taken]
        before = j
    if segments[-1]:
        stray += [(number, from_bytes(text)) for number, text in numbered[before + 1 :]]
    return tuple(stray) or ((numbered[0][0], from_bytes(numbered[0][1])),)


def _aligned(rows: Sequence[Line], free: set[int], texts: Sequence[str]) -> dict[int, int]:
    """Rows (by place) to the texts that they match: those in any order by first come, the others along the longest chain."""
    choices = Choices(texts)
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for i, row in enumerate(rows):
        if row.number in free:
            j = next((j for j in _candidates(row, i, choices) if j not in taken and fits(row, texts[j])), None)
            if j is not None:
                pairs[i] = j
                taken.add(j)
    wanted = [
        (i, j)
        for i, row in enumerate(rows)
        if row.number not in free
        for j in sorted((j for j in _candidates(row, i, choices) if j not in taken and fits(row, texts[j])), reverse=True)
    ]
    pairs.update(_chain(wanted))
    return pairs


def _candidates(row: Line, i: int, choices: Choices) -> Sequence[int]:
    """A few texts which the row could match, those near its own place first."""
    near = choices.near(row)
    middle = bisect_left(near, i)
    return near[max(0, middle - _TRIES) : middle + _TRIES]


def _chain(pairs: Sequence[tuple[int, int]]) -> dict[int, int]:
    """The longest chain of pairs that rises in both; `pairs` is sorted by the first rising, the second falling."""
    ends: list[int] = []
    at: list[int] = []
    back: list[int] = [-1] * len(pairs)
    for k, (_, j) in enumerate(pairs):
        place = bisect_left(ends, j)
        if place == len(ends):
            ends.append(j)
            at.append(k)
        else:
            ends[place] = j
            at[place] = k
        back[k] = at[place - 1] if place else -1
    out: dict[int, int] = {}
    k = at[-1] if at else -1
    while k >= 0:
        out[pairs[k][0]] = pairs[k][1]
        k = back[k]
    return out


def _nearest(
    rows: Sequence[Line], texts: Sequence[str], pairs: dict[int, int], taken: set[int]
) -> Iterator[tuple[int, int | None]]:
    """For each row without partner: the line without one that is most like it among its neighbours, None when none is."""
    loose = [j for j in range(len(texts)) if j not in taken]
    words = {j: set(texts[j].split(" ")) for j in loose}
    partners = sorted(pairs.items())
    rows_paired = [i for i, _ in partners]
    used: set[int] = set()
    for i, row in enumerate(rows):
        if i in pairs:
            continue
        place = bisect_right(rows_paired, i)
        after = partners[place - 1][1] if place else -1
        shift = i - (rows_paired[place - 1] if place else -1)
        middle = bisect_left(loose, after + shift)
        wanted = _words(row)
        best, best_score = None, 0.0
        for j in loose[max(0, middle - _NEIGHBOURS) : middle + _NEIGHBOURS]:
            score = _likeness(wanted, words[j]) - abs(j - after - shift) / 1000
            if j not in used and score > max(best_score, 0.2):
                best, best_score = j, score
        if best is not None:
            used.add(best)
        yield i, best


def _words(row: Line) -> set[str]:
    return {word for piece in row.pieces if isinstance(piece, str) for word in piece.split(" ") if word}


def _likeness(wanted: set[str], words: set[str]) -> float:
    if not wanted:
        return 0.5
    return len(wanted & words) / len(wanted)


def _difference(row: Line, near: tuple[int, str] | None) -> Difference:
    expected = shown(row.pieces)
    if near is None:
        return Difference(row.number, expected)
    number, text = near
    failed = follow(row.pieces, text)
    if failed is None:  # it matches, but something else stands between
        return Difference(row.number, expected)
    wanted, found = _where(row, text, *failed)
    return Difference(row.number, expected, number, from_bytes(text), wanted, found)


def _where(row: Line, text: str, piece: int, at: int) -> tuple[str, str]:
    """The first word that differs: what the row wants there, what stands there."""
    wanted = "the end of the line"
    if piece < len(row.pieces):
        part = row.pieces[piece]
        if isinstance(part, str):
            same = next((k for k, c in enumerate(part) if text[at + k : at + k + 1] != c), len(part))
            start = part.rfind(" ", 0, same) + 1
            at += start
            word = part[start:].split(" ", 1)[0] or part[start:].strip()
            wanted = f'"{from_bytes(word)}"'
        else:
            wanted = f"a value of type {part.hole}"
    begin = text.rfind(" ", 0, at) + 1
    word = text[begin:].split(" ", 1)[0]
    return wanted, f'"{from_bytes(word)}"' if word else "the end of the line"
