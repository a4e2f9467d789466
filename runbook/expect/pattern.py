"""Patterns: what `infer` makes of recordings, and the form in which `match` and the script compare them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

from msgspec import Struct

from runbook.expect.holes import RECOGNISERS, Recogniser, longest, recogniser, whole
from runbook.expect.normal import from_bytes, squeezed, to_bytes
from runbook.model import Elision, Hole, PatternRow


class Pattern(Struct, frozen=True, gc=False):
    """A recorded output as it must come again.

    `rows` are the recording's rows, one each, blank ones and elisions included; `unordered` are ranges of rows [from, to) that may
    come in any order; `exit` is the exit status to expect, None for 0, "nonzero" where the recording shows a failure.
    """

    rows: tuple[PatternRow, ...]
    unordered: tuple[tuple[int, int], ...] = ()
    exit: int | Literal["nonzero"] | None = None


class Gap(NamedTuple):
    """A hole, ready to be matched."""

    hole: str
    found: Recogniser


Piece: TypeAlias = str | Gap


class Line(NamedTuple):
    """A row, ready to be matched: `number` is its index in the pattern; `first` and `last` its literal outermost words, if it has such."""

    number: int
    pieces: tuple[Piece, ...]
    first: str
    last: str


class Block(NamedTuple):
    """Lines that follow one another; in any order unless `ordered`."""

    lines: tuple[Line, ...]
    ordered: bool


Segment: TypeAlias = tuple[Block, ...]
"""What stands between two elisions: a fixed number of lines."""


def pieces_of(row: tuple[str | Hole, ...]) -> tuple[Piece, ...]:
    """A row's literals in bytes with blanks squeezed, and its holes; adjacent literals in one."""
    out: list[Piece] = []
    literal = ""
    for part in row:
        if isinstance(part, str):
            literal += part
            continue
        _add_literal(out, literal, end=False)
        literal = ""
        out.append(Gap(part.hole if part.hole in RECOGNISERS else "word", recogniser(part.hole)))
    _add_literal(out, literal, end=True)
    return tuple(out)


def _add_literal(out: list[Piece], literal: str, *, end: bool) -> None:
    text = to_bytes(literal)
    text = squeezed(f"{'x' if out else ''}{text}{'' if end else 'x'}")
    text = text[bool(out) : len(text) - (not end)]
    if text:
        out.append(text)


def _line(number: int, row: tuple[str | Hole, ...]) -> Line | None:
    pieces = pieces_of(row)
    if not pieces:
        return None
    first = last = ""
    head, tail = pieces[0], pieces[-1]
    if isinstance(head, str):
        first = head.split(" ", 1)[0] if " " in head or len(pieces) == 1 else ""
    if isinstance(tail, str):
        last = tail.rsplit(" ", 1)[1] if " " in tail else tail if len(pieces) == 1 else ""
    return Line(number, pieces, first, last)


@lru_cache(maxsize=256)
def compiled(pattern: Pattern) -> tuple[Segment, ...]:
    """The segments between the pattern's elisions; a pattern without one has one segment, n elisions make n + 1."""
    segments: list[Segment] = []
    blocks: list[Block] = []
    for start, end, ordered in _ranges(pattern):
        lines: list[Line] = []
        for number in range(start, end):
            row = pattern.rows[number]
            if isinstance(row, Elision):
                blocks.append(Block(tuple(lines), ordered))
                segments.append(tuple(block for block in blocks if block.lines))
                blocks, lines = [], []
            elif line := _line(number, row):
                lines.append(line)
        blocks.append(Block(tuple(lines), ordered))
    segments.append(tuple(block for block in blocks if block.lines))
    return tuple(segments)


def _ranges(pattern: Pattern) -> Iterator[tuple[int, int, bool]]:
    """The pattern's rows in stretches: from, to, ordered. Ranges that overlap or lie outside are cut to what is left."""
    at = 0
    count = len(pattern.rows)
    for start, end in sorted(pattern.unordered):
        start, end = max(start, at), min(end, count)
        if start >= end:
            continue
        if at < start:
            yield at, start, True
        yield start, end, False
        at = end
    if at < count:
        yield at, count, True


def follow(pieces: Sequence[Piece], text: str) -> tuple[int, int] | None:
    """None when the text matches; else the piece that has no partner and where in the text it was looked for.

    A hole takes the longest value of its type after which the next literal follows; nothing is tried twice.
    """
    at = 0
    count = len(pieces)
    i = 0
    while i < count:
        piece = pieces[i]
        if isinstance(piece, str):
            if not text.startswith(piece, at):
                return i, at
            at += len(piece)
        else:
            end = longest(piece.found, text, at)
            if end < 0:
                return i, at
            after = pieces[i + 1] if i + 1 < count else None
            end = _fitting(piece, text, at, end, after)
            if end < 0:
                return i, at
            at = end
        i += 1
    return None if at == len(text) else (count, at)


def _fitting(gap: Gap, text: str, at: int, end: int, after: Piece | None) -> int:
    """The end of the longest value in text[at:end] that `after` follows (None: the line's end); `end` itself when none does."""
    if isinstance(after, Gap) or (after is None and end == len(text)) or (after is not None and text.startswith(after, end)):
        return end
    if after is None:
        return end
    stop = end - 1 + len(after)
    for _ in range(32):
        place = text.rfind(after, at, stop)
        if place < at:
            return end
        if whole(gap.found, text, at, place):
            return place
        stop = place + len(after) - 1
    return end


def fits(line: Line, text: str) -> bool:
    """Whether the text is what the line stands for."""
    if line.first and not text.startswith(line.first):
        return False
    if line.last and not text.endswith(line.last):
        return False
    return follow(line.pieces, text) is None


def shown(pieces: Sequence[Piece]) -> str:
    """A row for people: holes in angle quotes."""
    return "".join(from_bytes(piece) if isinstance(piece, str) else f"‹{piece.hole}›" for piece in pieces)
