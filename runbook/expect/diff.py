"""An output held against a pattern, line by line, as a reader wants to see it: what was expected above what came, the words that
differ marked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, NamedTuple

from msgspec import Struct

from runbook.expect.explain import Difference
from runbook.expect.normal import from_bytes, normal_lines, split_lines
from runbook.expect.pattern import Pattern, Piece, compiled, follow, pieces_of, shown
from runbook.expect.verdict import match
from runbook.model import Elision

_MOST_CELLS = 2500
"""Pairs of words that are looked at in two lines; in longer lines only what they begin and end with in common goes unmarked."""
_WIDEST = 6
"""Words that one value can span: "Mon Apr 28 10:46:13 CEST 2008"."""


class DiffLine(Struct, frozen=True, omit_defaults=True):
    """A line of a diff: " " as expected, "-" expected and not there, "+" there and not expected; holes in angle quotes.
    `marks` are the parts of the text, [from, to), that make it differ from its partner."""

    sign: Literal[" ", "-", "+"]
    text: str
    marks: tuple[tuple[int, int], ...] = ()


def diff(pattern: Pattern, actual: Sequence[str]) -> tuple[DiffLine, ...]:
    """The output's lines against the pattern, all of them; nothing when it holds."""
    found = match(pattern, actual)
    if found is None:
        return ()
    held = {line: row for row, line in found.held}
    near = {one.line: one for one in found.missing if one.line is not None}
    lone = {one.row: one for one in found.missing if one.line is None}
    added = {line for line, _ in found.added}
    elided = any(isinstance(row, Elision) for row in pattern.rows)
    waiting = sorted({*lone, *(n for n, row in enumerate(pattern.rows) if isinstance(row, Elision))})
    out: list[DiffLine] = []
    for line, text in normal_lines(split_lines(actual)):
        row = held[line] if line in held else near[line].row if line in near else None
        if row is None:
            out += [DiffLine("+", from_bytes(text))] if line in added or not elided else []
            continue
        while waiting and waiting[0] < row:
            out.append(_without_partner(lone.get(waiting.pop(0))))
        out += [DiffLine(" ", from_bytes(text))] if line in held else _pair(pattern, near[line], text)
    return (*out, *(_without_partner(lone.get(n)) for n in waiting))


def rows_of(pattern: Pattern) -> tuple[str, ...]:
    """The pattern's rows for people, holes in angle quotes; blank rows, which never count, left out."""
    numbered = {line.number: line for segment in compiled(pattern) for block in segment for line in block.lines}
    every = enumerate(pattern.rows)
    return tuple(
        "…" if isinstance(row, Elision) else shown(numbered[n].pieces)
        for n, row in every
        if isinstance(row, Elision) or n in numbered
    )


def _without_partner(row: Difference | None) -> DiffLine:
    return DiffLine(" ", "…") if row is None else DiffLine("-", row.expected)


def _pair(pattern: Pattern, found: Difference, text: str) -> Iterator[DiffLine]:
    row = pattern.rows[found.row]
    wanted = _words(() if isinstance(row, Elision) else pieces_of(row))
    here, there = _differing(wanted, text.split(" "))
    yield DiffLine("-", found.expected, _marks([shown(word.pieces) for word in wanted], here))
    yield DiffLine("+", from_bytes(text), _marks([from_bytes(word) for word in text.split(" ")], there))


class _Word(NamedTuple):
    """A word of a row: literals and holes without a blank in the literals; `wide` when a hole may stand for several words."""

    pieces: tuple[Piece, ...]
    wide: bool


def _words(pieces: Sequence[Piece]) -> list[_Word]:
    words: list[list[Piece]] = [[]]
    for piece in pieces:
        if not isinstance(piece, str):
            words[-1].append(piece)
            continue
        for n, part in enumerate(piece.split(" ")):
            if n:
                words.append([])
            if part:
                words[-1].append(part)
    return [_Word(tuple(word), any(not isinstance(piece, str) for piece in word)) for word in words if word]


def _differing(wanted: Sequence[_Word], words: Sequence[str]) -> tuple[set[int], set[int]]:
    """The words on each side that have no partner on the other, so that as few as possible have none."""
    rows, columns = len(wanted), len(words)
    if rows * columns > _MOST_CELLS:
        return _middle(wanted, words)
    cost = [[0] * (columns + 1) for _ in range(rows + 1)]
    took = [[0] * (columns + 1) for _ in range(rows + 1)]
    for i in range(rows, -1, -1):
        for j in range(columns, -1, -1):
            cost[i][j], took[i][j] = _cheapest(wanted, words, cost, i, j)
    return _walked(took, rows, columns)


_DROP, _SKIP, _SWAP = -1, -2, -3


def _cheapest(wanted: Sequence[_Word], words: Sequence[str], cost: list[list[int]], i: int, j: int) -> tuple[int, int]:
    """What it costs from word i of the row and j of the line on, and the first move: how many words of the line are its partner."""
    if i == len(wanted) or j == len(words):
        return len(wanted) - i + len(words) - j, _SKIP if i == len(wanted) else _DROP
    best = min((cost[i + 1][j] + 1, _DROP), (cost[i][j + 1] + 1, _SKIP), (cost[i + 1][j + 1] + 1, _SWAP))
    for many in range(1, min(_WIDEST if wanted[i].wide else 1, len(words) - j) + 1):
        if cost[i + 1][j + many] <= best[0] and follow(wanted[i].pieces, " ".join(words[j : j + many])) is None:
            best = (cost[i + 1][j + many], many)
    return best


def _walked(took: list[list[int]], rows: int, columns: int) -> tuple[set[int], set[int]]:
    here: set[int] = set()
    there: set[int] = set()
    i = j = 0
    while i < rows or j < columns:
        move = took[i][j]
        if move in (_DROP, _SWAP):
            here.add(i)
        if move in (_SKIP, _SWAP):
            there.add(j)
        i += move != _SKIP
        j += move if move > 0 else move != _DROP
    return here, there


def _middle(wanted: Sequence[_Word], words: Sequence[str]) -> tuple[set[int], set[int]]:
    most = min(len(wanted), len(words))
    start = next((k for k in range(most) if follow(wanted[k].pieces, words[k]) is not None), most)
    end = next((k for k in range(most - start) if follow(wanted[-1 - k].pieces, words[-1 - k]) is not None), most - start)
    return set(range(start, len(wanted) - end)), set(range(start, len(words) - end))


def _marks(words: Sequence[str], which: set[int]) -> tuple[tuple[int, int], ...]:
    """The places of some words in a line of words with a blank between; neighbours in one mark."""
    out: list[tuple[int, int]] = []
    at = 0
    for n, word in enumerate(words):
        if n in which:
            if n - 1 in which:
                out[-1] = (out[-1][0], at + len(word))
            else:
                out.append((at, at + len(word)))
        at += len(word) + 1
    return tuple(out)
