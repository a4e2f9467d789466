"""The pattern as lines of printable ASCII, which templates/match.awk reads.

`= TEXT` is a row: a hole is `%{type}`, any other byte that is no printable ASCII, and `%`, is `%XX`; `*` is an elision; `<` and `>`
stand around rows that may come in any order. Blank rows are left out, since they never count.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.expect.pattern import Pattern, Piece, compiled
from runbook.patterns import pattern

_UNSAFE = pattern(r"[^ -$&-~]")


def encode(pattern: Pattern) -> str:
    """The pattern's lines, joined by newlines; "" for a pattern without rows."""
    return "\n".join(_lines(pattern))


def _lines(pattern: Pattern) -> Iterator[str]:
    for i, segment in enumerate(compiled(pattern)):
        if i:
            yield "*"
        for block in segment:
            if not block.ordered:
                yield "<"
            for line in block.lines:
                yield "= " + "".join(map(_encoded, line.pieces))
            if not block.ordered:
                yield ">"


def _encoded(piece: Piece) -> str:
    if isinstance(piece, str):
        return _UNSAFE.sub(lambda m: f"%{ord(m[0]):02X}", piece)
    return f"%{{{piece.hole}}}"
