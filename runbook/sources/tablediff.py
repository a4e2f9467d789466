"""Diffs as MediaWiki shows them in feeds (HTML tables), applied to the text that they start from.

Three markups are in use: TableDiffFormatter to 1.34 (the marker is the cell's text, blanks are "&#160; "), from 1.35 on (the marker is
`data-marker`, blanks are no-break spaces), and the wikidiff2 extension (blanks as they are, moved paragraphs with a link as marker).
FeedUtils::applyDiffStyle turns most classes into styles, so that sides are told by the cells' order, not by their classes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Literal

from msgspec import Struct

_TAG = re.compile(r"<[^<>]*>")
_MARKER = re.compile(r"""data-marker=["']([^"']*)["']""")
_SPAN = re.compile(r"""colspan=["']?(\d)""")
_LEFT_LINE = re.compile(r"mw-diff-left-l(\d{1,7})")
_PLAIN_BLANKS = re.compile("^ | $|(?<![\u00a0 ])  ")
_NBSP = "\u00a0"


class DiffError(Exception):
    """A diff that can't be read, or doesn't fit the text."""


class Row(Struct, frozen=True):
    """One row: a line that both texts have, a line taken away, a line added, or both of these; or the older text's line number at which
    the following rows begin. `old` and `new` are HTML without the outer element, None where a side has no line."""

    kind: Literal["lines", "number"]
    old: str | None = None
    new: str | None = None
    same: bool = False
    number: int = 0


def apply(html: str, base: str) -> str:
    """The newer text, from the older one and the table between them. Raises DiffError when they don't fit.

    Every unchanged and every removed line of the table is compared with `base`. A no-break space of the author that stands before a
    blank can't be told from a shown blank, and becomes one.
    """
    rows = list(read_rows(html))
    if not any(row.kind == "lines" for row in rows):
        raise DiffError("no line in it")
    cells = [cell for row in rows for cell in (row.old, row.new) if cell is not None]
    plain = any(_PLAIN_BLANKS.search(cell) for cell in cells)
    lines, out, at = base.split("\n"), list[str](), 0
    for row in rows:
        if row.kind == "number":
            if not at <= row.number - 1 <= len(lines):
                raise DiffError(f"line {row.number} is not there")
            out += lines[at : row.number - 1]
            at = row.number - 1
            continue
        if row.old is not None:
            if at >= len(lines) or _loose(_words(row.old)) != _loose(lines[at]):
                raise DiffError(f"line {at + 1} reads otherwise")
            at += 1
        if row.same:
            out.append(lines[at - 1])
        elif row.new is not None:
            out.append(_words(row.new) if plain else _words(_blanks(row.new)))
    return "\n".join(out + lines[at:])


def read_rows(html: str) -> Iterator[Row]:
    """The rows of a diff table, in order; those without lines (titles, notices) are left out. Linear; raises DiffError."""
    html = html.replace("&#160;", _NBSP).replace("&nbsp;", _NBSP)
    for part in html.split("<tr")[1:]:
        cells = list(_cells(part))
        if any("diff-lineno" in attributes for attributes, _ in cells):
            yield Row("number", number=_number(cells))
            continue
        sides = _sides(cells)
        if sides is None:
            continue
        (old, old_marker), (new, new_marker) = sides
        same = old is not None and new is not None and not old_marker and not new_marker
        yield Row("lines", old, new, same)


def _cells(part: str) -> Iterator[tuple[str, str]]:
    """The attributes and the content of each cell of a row."""
    for piece in part.split("</td>")[:-1]:
        at = piece.find("<td")
        end = piece.find(">", at)
        if at >= 0 and end > 0:
            yield piece[at + 3 : end], piece[end + 1 :]


def _sides(cells: list[tuple[str, str]]) -> tuple[tuple[str | None, str], tuple[str | None, str]] | None:
    """Line and marker of both sides; None for a row without markers."""
    found: list[tuple[str | None, str]] = []
    marker: str | None = None
    marked = False
    for attributes, content in cells:
        if "diff-marker" in attributes:
            told = _MARKER.search(attributes)
            marker = unescape(told[1]) if told else _words(content)
            marker = marker.strip().strip(_NBSP)
            marked = True
        elif marker is not None:
            found.append((_inside(content), marker))
            marker = None
        elif (span := _SPAN.search(attributes)) and span[1] == "2":
            found.append((None, ""))
    if not marked:
        return None
    if len(found) != 2:
        raise DiffError("a row that has not two sides")
    return found[0], found[1]


def _inside(cell: str) -> str:
    """A cell's line as HTML: without the <div> around it, and without what stands for an empty line."""
    cell = cell.strip("\n\t")
    if cell.startswith("<div"):
        cell = cell.partition(">")[2].removesuffix("</div>")
    return "" if cell in {_NBSP, "<br />", "<br/>", "<br>"} or _TAG.sub("", cell) == _NBSP else cell


def _blanks(html: str) -> str:
    """The inverse of TableDiffFormatter::escapeWhiteSpace."""
    if html.startswith((_NBSP + " ", _NBSP + _NBSP + " ")):
        html = html[1:]
    if html.endswith(" " + _NBSP):
        html = html[:-1]
    return html.replace(_NBSP + " ", "  ")


def _words(html: str) -> str:
    return unescape(_TAG.sub("", html)) if "<" in html or "&" in html else html


def _loose(text: str) -> str:
    """A line for comparison: runs of blanks as one."""
    return " ".join(text.replace(_NBSP, " ").split())


def _number(cells: list[tuple[str, str]]) -> int:
    """The older text's line number: from the id, or from the words in whatever digits the language has ("Zeile 1.024:")."""
    attributes, content = next(cell for cell in cells if "diff-lineno" in cell[0])
    told = _LEFT_LINE.search(attributes)
    digits = told[1] if told else "".join(char for char in content if char.isdecimal())[:7]
    if not digits:
        raise DiffError("a part without line number")
    return int(digits)
