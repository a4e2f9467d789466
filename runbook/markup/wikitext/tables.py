"""Table markup to table tags, line by line (MediaWiki's Parser::handleTables)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from runbook.markup.wikitext.source import MARKS, Stripped
from runbook.patterns import pattern

MAX_OPEN: Final = 20
_START: Final = pattern(r"(:*+)[ \t]*+\{\|")
_ROW: Final = re.compile(r"\|-+")
_UNSAFE: Final = re.compile(f"[<>\n{MARKS}]")
_TRIM: Final = " \t\n\r\v\0"


@dataclass(slots=True)
class _Table:
    """An open table: its open cell's tag, whether a row is open, whether there was one, and the next row's attributes."""

    cell: str = ""
    row: bool = False
    rows: bool = False
    attributes: str = ""


class _Writer:
    """Writes the text of `source` anew, with tags for table markup."""

    def __init__(self, source: Stripped) -> None:
        self.source = source
        self.text = source.text
        self.out = Stripped(source.map(0))
        self.out.nodes = source.nodes
        self.open: list[_Table] = []
        self.indent = 0

    def run(self) -> Stripped:
        text, size = self.text, len(self.text)
        start = 0
        while start <= size:
            if not self.open:
                before, start = start, self._next_table(start)
                self._copy(before, start)
            end = text.find("\n", start)
            end = size if end < 0 else end
            self._line(start, end)
            if end < size:
                self._copy(end, end + 1)
            start = end + 1
        while self.open:
            self._close_all(size)
        return self.out.finish()

    def _next_table(self, start: int) -> int:
        """Where the next line begins that may open a table; the end of the text when there is none."""
        at = self.text.find("{|", start)
        return self.text.rfind("\n", start, at) + 1 or start if at >= 0 else len(self.text)

    def _copy(self, start: int, end: int) -> None:
        if start < end:
            self.out.copy_from(self.source, start, end)

    def _tag(self, piece: str, at: int) -> None:
        self.out.write(piece, self.source.map(at))

    def _line(self, start: int, end: int) -> None:
        text = self.text
        a, b = _trim(text, start, end)
        first = text[a] if a < b else ""
        if first in "{:" and first and (match := _START.match(text, a, b)) and len(self.open) < MAX_OPEN:
            self.indent = min(len(match[1]), 20)
            self._tag("<dl><dd>" * self.indent + f"<table{_attributes(text[match.end() : b])}>", a)
            self.open.append(_Table())
        elif not self.open or not first or first not in "|!":
            self._copy(start, end)
        elif text.startswith("|}", a):
            self._end(a, b)
        elif text.startswith("|-", a):
            self._row(a, b)
        else:
            self._cells(a, b)

    def _end(self, a: int, b: int) -> None:
        table = self.open.pop()
        close = f"</{table.cell}>" if table.cell else ""
        close += "</tr>" if table.row else ""
        close += "" if table.rows else "<tr><td></td></tr>"
        self._tag(close + "</table>", a)
        self._copy(a + 2, b)
        self._tag("</dd></dl>" * self.indent, a)

    def _row(self, a: int, b: int) -> None:
        table = self.open[-1]
        match = _ROW.match(self.text, a, b)
        table.attributes = _attributes(self.text[match.end() if match else a : b])
        self._tag((f"</{table.cell}>" if table.cell else "") + ("</tr>" if table.row else ""), a)
        table.cell, table.row, table.rows = "", False, True

    def _cells(self, a: int, b: int) -> None:
        text = self.text
        kind = "caption" if text.startswith("|+", a) else ("th" if text[a] == "!" else "td")
        pos = a + (2 if kind == "caption" else 1)
        while True:
            cut = text.find("||", pos, b)
            if kind == "th" and (other := text.find("!!", pos, b if cut < 0 else cut + 1)) >= 0:
                cut = other
            self._cell(kind, pos, b if cut < 0 else cut)
            if cut < 0:
                return
            pos = cut + 2

    def _cell(self, kind: str, a: int, b: int) -> None:
        text, table = self.text, self.open[-1]
        before = f"</{table.cell}>\n" if table.cell else ""
        if kind != "caption":
            if not table.row:
                before += f"<tr{table.attributes}>\n"
            table.row, table.rows, table.attributes = True, True, ""
        table.cell = kind
        attributes = ""
        bar = text.find("|", a, b)
        if bar >= 0 and text.find("[[", a, bar) < 0 and text.find("-{", a, bar) < 0:
            attributes = _attributes(text[a:bar])
            a = bar + 1
        a, b = _trim(text, a, b)
        self._tag(f"{before}<{kind}{attributes}>", a if a < len(text) else len(text) - 1)
        self._copy(a, b)

    def _close_all(self, at: int) -> None:
        """A table that nobody ends is ended with the text."""
        table = self.open.pop()
        pieces = "\n</td>" if table.cell else ""
        pieces += "\n</tr>" if table.row else ""
        pieces += "" if table.rows else "\n<tr><td></td></tr>"
        self._tag(pieces + "\n</table>", max(at - 1, 0))


def _trim(text: str, a: int, b: int) -> tuple[int, int]:
    while a < b and text[a] in _TRIM:
        a += 1
    while b > a and text[b - 1] in _TRIM:
        b -= 1
    return a, b


def _attributes(text: str) -> str:
    text = _UNSAFE.sub("", text).strip().rstrip("/")
    return " " + text if text else ""


def write(stripped: Stripped) -> Stripped:
    """The same text with tags for tables, rows and cells."""
    if "{|" not in stripped.text:
        return stripped
    return _Writer(stripped).run()
