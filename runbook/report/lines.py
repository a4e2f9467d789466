"""Lines for people. Nothing here is printed: that is for the command line, with colours, and for pytest, without."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from msgspec import Struct

from runbook.visible import printable, width

Style = Literal["", "title", "old", "new", "grave", "faint", "written", "notice"]


class Line(Struct, frozen=True):
    """A line of a report; `text` may hold anything a wiki wrote. `marks` are parts of it, [from, to), that stand out."""

    text: str
    style: Style = ""
    marks: tuple[tuple[int, int], ...] = ()


def count(number: int, noun: str) -> str:
    """ "1 page", "2 pages"."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def pieces(line: Line) -> list[tuple[str, bool]]:
    """The line's text, printable, cut where marks begin and end; with each piece whether it is marked."""
    out: list[tuple[str, bool]] = []
    at = 0
    for start, end in line.marks:
        out += [(printable(line.text[at:start]), False), (printable(line.text[start:end]), True)]
        at = end
    return [*out, (printable(line.text[at:]), False)]


def plain(line: Line) -> Iterator[str]:
    """The line without colours, printable; what is marked is pointed at from a second line below."""
    cut = pieces(line)
    yield "".join(piece for piece, _ in cut)
    if line.marks:
        yield "".join(("^" if marked else " ") * width(piece) for piece, marked in cut).rstrip()
