"""Two sides of a change as lines: one above the other, or beside each other where there is room; the words that differ are marked."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from itertools import zip_longest

from runbook.report.lines import Line, Style, count

_SHOWN = 12
"""Lines of one side that are shown."""
_WIDE = 110
"""Columns from which the sides stand beside each other."""
_WORD = re.compile(r"\w+|\s+|[^\w\s]")
_LONGEST = 400
"""Characters of a line up to which its words are compared."""

Marks = tuple[tuple[int, int], ...]


def sides(old: Sequence[str], new: Sequence[str], indent: str, width: int) -> Iterator[Line]:
    """The lines of both sides within `width` columns; 0 for what is no terminal, where nothing is marked."""
    pairs = [_marked(a, b) for a, b in zip(old, new, strict=True)] if width and len(old) == len(new) else []
    column = (width - len(indent) - 7) // 2
    fits = all(len(text) <= column and text.isascii() and text.isprintable() for text in (*old, *new))
    if old and new and width >= _WIDE and fits:
        yield from _beside(old, new, pairs, indent, column)
        return
    yield from _one("-", old, [pair[0] for pair in pairs], indent, "old")
    yield from _one("+", new, [pair[1] for pair in pairs], indent, "new")


def _one(sign: str, texts: Sequence[str], marks: list[Marks], indent: str, style: Style) -> Iterator[Line]:
    lead = f"{indent}  {sign} "
    for text, marked in zip_longest(texts[:_SHOWN], marks[: min(_SHOWN, len(texts))], fillvalue=()):
        yield Line(f"{lead}{text}", style, tuple((a + len(lead), b + len(lead)) for a, b in marked))
    if len(texts) > _SHOWN:
        yield Line(f"{lead}… {count(len(texts) - _SHOWN, 'more line')}", style)


def _beside(old: Sequence[str], new: Sequence[str], pairs: list[tuple[Marks, Marks]], indent: str, column: int) -> Iterator[Line]:
    for n, (left, right) in enumerate(zip_longest(old, new, fillvalue="")):
        if n == _SHOWN:
            yield Line(f"{indent}  … {count(max(len(old), len(new)) - _SHOWN, 'more line')}")
            return
        lead = f"{indent}  "
        start = len(lead) + column + 3
        marks = pairs[n] if n < len(pairs) else ((), ())
        placed = (*((a + len(lead), b + len(lead)) for a, b in marks[0]), *((a + start, b + start) for a, b in marks[1]))
        yield Line(f"{lead}{left:<{column}} │ {right}", "", placed)


def _marked(old: str, new: str) -> tuple[Marks, Marks]:
    """Where the words of two lines differ; nothing where they have little in common, or nothing at all differs."""
    if max(len(old), len(new)) > _LONGEST:
        return (), ()
    words = _WORD.findall(old), _WORD.findall(new)
    matcher = SequenceMatcher(None, *words, autojunk=False)
    if matcher.ratio() < 0.5:
        return (), ()
    places = [(0, *_ends(side)) for side in words]
    codes = [code for code in matcher.get_opcodes() if code[0] != "equal"]
    left = tuple((places[0][a], places[0][b]) for _, a, b, _, _ in codes if a < b)
    right = tuple((places[1][a], places[1][b]) for _, _, _, a, b in codes if a < b)
    return left, right


def _ends(words: Sequence[str]) -> Iterator[int]:
    at = 0
    for word in words:
        at += len(word)
        yield at
