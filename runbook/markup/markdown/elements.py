"""Elements of raw HTML that hold blocks: collapsible parts, tables, lists; each may be closed many Markdown blocks later."""

from __future__ import annotations

import re
from typing import Any, Final, Literal

from msgspec import Struct
from msgspec.structs import replace

from runbook.model import Block, Cell, Container, Inline, Item, ListBlock, Paragraph, Table, TableRow, Text
from runbook.patterns import pattern

_SPAN: Final = pattern(r"\b(colspan|rowspan)\s*=\s*[\"']?(\d{1,4})", re.IGNORECASE)
_START: Final = pattern(r"\b(?:start|value)\s*=\s*[\"']?(\d{1,4})\b", re.IGNORECASE)
_INSIDE: Final = {
    "caption": ("table",), "tr": ("table",), "td": ("tr",), "th": ("tr",), "dt": ("dl",), "dd": ("dl",), "li": ("ol", "ul"),
}  # fmt: skip
"""What an element must stand in one of."""

_LISTS: Final[dict[str, Literal["ol", "ul", "dl"]]] = {"ol": "ol", "ul": "ul", "dl": "dl"}
_ITEMS: Final[dict[str, Literal["li", "dt", "dd"]]] = {"li": "li", "dt": "dt", "dd": "dd"}


class _Open(Struct):
    """An element that is open: `outer` are the blocks around it, `parts` the rows, cells or items that it holds."""

    name: str
    attributes: str
    first: int
    outer: list[Block]
    parts: list[Any]
    title: str = ""
    caption: tuple[Inline, ...] = ()


class Elements:
    """Gathers blocks: `blocks` are those of the innermost open element. At most `limit` elements are open; others are nothing."""

    def __init__(self, limit: int) -> None:
        self.blocks: list[Block] = []
        self.stack: list[_Open] = []
        self.limit = limit

    def entitle(self, title: str) -> bool:
        """Gives the open <details> its title; false where there is none that wants it."""
        if not self.stack or self.stack[-1].name != "details" or self.stack[-1].title or self.blocks:
            return False
        self.stack[-1].title = title
        return True

    def start(self, name: str, attributes: str, line: int) -> None:
        """An element begins; what can't stand around it ends."""
        inside = _INSIDE.get(name)
        if inside is not None:
            around = self._innermost(*inside)
            if inside == ("tr",) and around <= self._innermost("table"):
                self.start("tr", "", line)
                around = self._innermost("tr")
            if around < 0:
                return
            while len(self.stack) > around + 1:
                self._close(line)
            if name in _ITEMS:
                self._stray(self.stack[around])
        if len(self.stack) < self.limit:
            self.stack.append(_Open(name, attributes, line, self.blocks, []))
            self.blocks = []

    def end(self, name: str, line: int) -> None:
        """An element ends, with all that is open in it."""
        at = self._innermost(name)
        if at > self._innermost("table", *(_LISTS if name == "li" else ())) or name == "table":
            while 0 <= at < len(self.stack) - 1:
                self._close(line)
            if at >= 0:
                if name in _LISTS and self.stack[at].parts:
                    self._stray(self.stack[at])
                self._close(line)

    def finished(self) -> list[Block]:
        """All blocks, every element closed."""
        while self.stack:
            self._close(self.blocks[-1].lines[1] if self.blocks else self.stack[-1].first)
        return self.blocks

    def _innermost(self, *names: str) -> int:
        return next((i for i in range(len(self.stack) - 1, -1, -1) if self.stack[i].name in names), -1)

    def _stray(self, around: _Open) -> None:
        """Blocks that stand in a list outside of its items belong to the item before, or before the list."""
        if around.parts and self.blocks:
            last = around.parts[-1]
            around.parts[-1] = replace(
                last, blocks=last.blocks + tuple(self.blocks), lines=(last.lines[0], self.blocks[-1].lines[1])
            )
        else:
            around.outer += self.blocks
        self.blocks = []

    def _close(self, line: int) -> None:
        """Closes the innermost element. Blocks that stand in a table outside of its cells come before it; those below the last
        item of a list that nothing closes come behind it."""
        top, inside = self.stack.pop(), self.blocks
        self.blocks = top.outer
        lines = top.first, max(top.first, line)
        name = top.name
        around = self.stack[-1] if self.stack else None
        if name == "details":
            self.blocks.append(Container("details", tuple(inside), lines, top.title))
        elif name == "table":
            self.blocks += inside
            if top.parts:
                self.blocks.append(Table(tuple(top.parts), lines, top.caption))
            elif top.caption:
                self.blocks.append(Paragraph(top.caption, lines))
        elif name in _LISTS:
            if top.parts:
                lines = (top.first, top.parts[-1].lines[1]) if inside else lines
                self.blocks.append(ListBlock(_LISTS[name], tuple(top.parts), lines))
            self.blocks += inside
        elif around is None or around.name not in _INSIDE[name]:
            self.blocks += inside
        elif name == "tr":
            self.blocks += inside
            if top.parts:
                around.parts.append(TableRow(tuple(top.parts), lines))
        elif name == "caption":
            around.caption = _running(inside)
        elif name in ("td", "th"):
            spans = {key.lower(): max(1, int(value)) for key, value in _SPAN.findall(top.attributes)}
            around.parts.append(Cell(name == "th", tuple(inside), lines, spans.get("colspan", 1), spans.get("rowspan", 1)))
        else:
            around.parts.append(Item(_ITEMS[name], tuple(inside), lines, _number(top, around)))


def _number(item: _Open, around: _Open) -> int | None:
    """The number that an item's attributes, its list's, or the item before give it."""
    given = _START.search(item.attributes) or (None if around.parts else _START.search(around.attributes))
    if given is not None or not around.parts or around.parts[-1].number is None:
        return int(given[1]) if given is not None else None
    return int(around.parts[-1].number) + 1


def _running(blocks: list[Block]) -> tuple[Inline, ...]:
    """The running text of some blocks."""
    out: list[Inline] = []
    for block in blocks:
        if isinstance(block, Paragraph):
            out += [Text(" "), *block.children] if out else block.children
    return tuple(out)
