"""Runs of marks that count up together: the items of a list, numbered lines, words that count, headings."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence

from runbook.extract.marks import ROMAN, Mark
from runbook.extract.recorder import Token
from runbook.inlines import plain
from runbook.model import (
    Command,
    FileEdit,
    Listing,
    Output,
    Paragraph,
    Prose,
    SectionHeading,
)


def mark_of(tokens: Sequence[Token], i: int) -> Mark:
    token = tokens[i]
    assert type(token) is Mark
    return token


def item_runs(tokens: Sequence[Token]) -> Iterator[list[int]]:
    """The outer items of each numbered list."""
    return (_outer(tokens, run) for run in _lists(tokens))


def _lists(tokens: Sequence[Token]) -> Iterator[list[int]]:
    """The items of each numbered list; a list that code, a sentence that goes on after it, or paragraphs between numbers that count on
    have split is one. So is what anything has split into lists of a single item, which nobody writes: those go with their neighbours."""
    run: list[int] = []
    split = True
    sizes = Counter(token.list_id for token in tokens if type(token) is Mark and token.kind == "item")
    for i, token in enumerate(tokens):
        if run and type(token) is SectionHeading:
            yield run
            run = []
        elif type(token) is Mark and token.kind == "item":
            last = mark_of(tokens, run[-1]) if run else token
            goes_on = 1 < _value(token.number) == _value(last.number) + 1 or 1 in (sizes[token.list_id], sizes[last.list_id])
            if run and split and token.list_id != last.list_id and not goes_on:
                yield run
                run = []
            run.append(i)
            split = False
        elif run and token.lines[0] > mark_of(tokens, run[-1]).lines[1]:
            split = split or not holds_together(token)
    if run:
        yield run


def _outer(tokens: Sequence[Token], run: Sequence[int]) -> list[int]:
    """A run of items without those that count anew from 1 before the outer numbers go on: they were to be set in."""
    values = [_value(mark_of(tokens, i).number) for i in run]
    places: dict[int, list[int]] = {}
    for at, value in enumerate(values):
        places.setdefault(value, []).append(at)
    kept: list[int] = []
    at = 0
    while at < len(run):
        last = _value(mark_of(tokens, kept[-1]).number) if kept else 0
        if values[at] == 1 and last > 1:
            found = places.get(last + 1, [])
            later = bisect_right(found, at)
            if later < len(found) and values[found[later] - 1] != last:
                at = found[later]
        kept.append(run[at])
        at += 1
    return kept


def holds_together(token: Token) -> bool:
    """Whether a token below a list's item still belongs to the item: code, and a paragraph in the middle of a sentence ("to", "or")."""
    if isinstance(token, Prose):
        block = token.blocks[0] if token.blocks else None
        return isinstance(block, Paragraph) and plain(block.children).lstrip()[:1].islower()
    return isinstance(token, (Command, FileEdit, Listing, Output))


Signs = Sequence[tuple[int, Mark | SectionHeading]]
"""The marks and headings among the tokens of a page, with their places."""


def word_runs(signs: Signs) -> Iterator[list[int]]:
    """Runs of lines that words count ("First, …", "Second, …"): a single one counts nothing."""
    return (run for run in number_runs(signs, "ordinal") if len(run) > 1)


def number_runs(signs: Signs, kind: str = "number", *, said: bool = False) -> Iterator[list[int]]:
    """Runs of "N." lines that count up from 0 or 1, from where a list ended, or below the next heading from where the last one did, a number
    twice or left out being a slip of the author's; other numbers at the beginning of lines are no marks. A heading deeper than the one above a run parts
    none of it. Those that a word `said` to be steps are counted by themselves, from any number."""
    run: list[int] = []
    last = before = listed = -1
    level = above = 0
    for i, token in signs:
        if type(token) is SectionHeading:
            level = token.level
            if level > above and run:
                continue
            if run:
                yield run
                before = last
            run, last, listed = [], -1, -1
            continue
        if token.kind == "item" and not token.level:
            listed = _value(token.number)
        if token.kind != kind or token.level or token.said != said:
            continue
        value = _value(token.number)
        if run and (last < value <= last + 2 or value == last > 1 or (said and value > last)):
            run.append(i)
        elif value in (0, 1) or said or value == listed + 1 > 2 or (not run and value == before + 1 > 1):
            if run:
                yield run
            run, above = [i], level
        else:
            continue
        last = value
    if run:
        yield run


def _value(number: str | None) -> int:
    if number is None:
        return -1
    if number.isdecimal():
        return int(number)
    small = number.casefold()
    if small in ROMAN:
        return ROMAN.index(small) + 1
    return ord(small) - ord("a") + 1 if len(small) == 1 and "a" <= small <= "z" else -1


def heading_runs(signs: Signs) -> Iterator[list[int]]:
    """The headings that count steps; and runs of numbered headings of one level that count up from 0 or 1 (at least three on a page that
    goes on from another), the deeper ones below them being runs of their own."""
    yield [i for i, token in signs if type(token) is Mark and token.kind == "heading-step"]
    values: dict[int, int] = {}
    found: list[list[int]] = []
    runs: dict[int, list[int]] = {}
    for i, token in signs:
        if type(token) is SectionHeading:
            found.extend(runs.pop(level) for level in [level for level in runs if level > token.level])
            continue
        if token.kind != "heading-number":
            continue
        level, value = token.heading_level, _value(token.number)
        values[i] = value
        run = runs.get(level, [])
        last = values[run[-1]] if run else -1
        if run and (0 < value - last <= 2 or value == last > 1):
            run.append(i)
        elif value in (0, 1) or not run:
            found += [run] if run else []
            runs[level] = [i]
    yield from (run for run in (*found, *runs.values()) if len(run) > (1 if values[run[0]] < 2 else 2))
