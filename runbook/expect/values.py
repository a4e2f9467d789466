"""Whether two recordings of one command are two runs of it, or one is a correction of the other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from runbook.expect.infer import context_of, rows_of, unordered
from runbook.expect.normal import displayed, split_lines
from runbook.expect.refine import Cell, Recorded, in_order_of, recorded, varying
from runbook.model import Hole
from runbook.patterns import pattern

_NUMBER = pattern(r"\d+")


def only_values_differ(
    one: Sequence[str], other: Sequence[str], *, command: str = "", parameters: Mapping[str, str] | None = None
) -> bool:
    """Whether two recordings have the same rows, and in these the same words but for values: numbers, dates, addresses and the like.

    A word that differs ("ok", "failed"), a row more or less, and anything in what shows settings is what an author has changed: what
    differs there does not vary by itself.
    """
    context = context_of(command, parameters or {})
    if context.settings:
        return False
    texts = split_lines(one), split_lines(other)
    mine, theirs = (
        [recorded(displayed(line), row) for line, row in zip(text, rows_of(text, context), strict=True)] for text in texts
    )
    loose = [tuple(unordered(text, context)) for text in texts]
    theirs = list(in_order_of(mine, loose[0], theirs, loose[1]))
    return len(mine) == len(theirs) and all(map(_same_words, mine, theirs))


def _same_words(one: Recorded, other: Recorded) -> bool:
    return one.elision == other.elision and len(one.cells) == len(other.cells) and all(map(_same, one.cells, other.cells))


def _same(one: Cell, other: Cell) -> bool:
    if one.text == other.text or one.key == other.key:
        return True
    if not (_NUMBER.search(one.text) and _NUMBER.search(other.text)):
        return False
    typed = all(piece.hole not in {"word", "text"} for piece in varying(one, other).pieces if isinstance(piece, Hole))
    return typed or _NUMBER.sub("0", one.text) == _NUMBER.sub("0", other.text)
