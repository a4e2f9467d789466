"""Lines for people. Nothing here is printed: the command line makes each line safe and prints it."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

Style = Literal["", "title", "old", "new", "grave", "faint", "written", "notice"]


class Line(Struct, frozen=True):
    """A line of a report; `text` may hold anything a wiki wrote. `marks` are parts of it, [from, to), that stand out."""

    text: str
    style: Style = ""
    marks: tuple[tuple[int, int], ...] = ()


def count(number: int, noun: str) -> str:
    """ "1 page", "2 pages"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
