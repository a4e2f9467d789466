"""Code that is closed by a second opening tag, as authors forget the slash: `<code>mill --grind<code>`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

CODE: Final = frozenset(("code", "tt", "kbd", "samp"))
"""Elements in which no other one of the same name makes sense."""


class Tag(Struct, frozen=True):
    """A tag of a line: its element, whether it closes that, where it begins and ends."""

    name: str
    closes: bool
    start: int
    end: int


def meant_as_ends(text: str, tags: Sequence[Tag]) -> set[int]:
    """Which opening tags of a line, by their numbers, are meant to close what one before them opens: the second of two of the same element
    with some code between them, where a closing tag does not follow that would be the partner of the second."""
    found: set[int] = set()
    for name in CODE.intersection(tag.name for tag in tags):
        same = [(i, tag) for i, tag in enumerate(tags) if tag.name == name]
        at = 0
        while at + 1 < len(same):
            (_, first), (number, second) = same[at], same[at + 1]
            opened = at + 2 == len(same) or not same[at + 2][1].closes
            if not (first.closes or second.closes) and opened and text[first.end : second.start].strip():
                found.add(number)
            at += 1 + (second.closes or number in found)
    return found
