"""Blocks out of markdown-it-py's flat list of tokens."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Final

from markdown_it.token import Token
from msgspec import Struct

from runbook.markup.markdown import html, inline
from runbook.markup.markdown.places import Places, Source
from runbook.markup.markdown.rules import element_parser
from runbook.model import (
    Block,
    Cell,
    Container,
    Heading,
    Hidden,
    Inline,
    Item,
    Lines,
    ListBlock,
    Paragraph,
    Preformatted,
    Row,
    Rule,
    Table,
    TableRow,
    Text,
    plain,
)

_ALERT: Final = re.compile(r"\[!(\w+)\]\s*\Z")
_INFO: Final = re.compile(r"\s*+([^\s{]*+)\s*(.*)", re.DOTALL)


class _Part(Struct):
    """A <details> that is still open."""

    title: str
    first: int
    outer: list[Block]


class Builder:
    """Reads tokens from first to last; `blocks()` gives the page's."""

    def __init__(self, text: str, tokens: list[Token]) -> None:
        self.source = Source(text)
        self.tokens = tokens
        self.pos = 0

    def blocks(self, closer: str = "") -> list[Block]:
        """The blocks up to the token `closer`, which is taken too."""
        out: list[Block] = []
        parts: list[_Part] = []
        while self.pos < len(self.tokens):
            token = self.tokens[self.pos]
            self.pos += 1
            if token.type == closer:
                break
            if token.type == "html_block":
                out = self._html(token, out, parts)
            elif token.type in _MAKERS:
                out.append(_MAKERS[token.type](self, token))
        while parts:
            out = _closed(parts, out, out[-1].lines[1] if out else parts[-1].first)
        return out

    def _lines(self, token: Token) -> Lines:
        """First and last line that isn't blank."""
        first, last = token.map or (0, 1)
        while last - 1 > first and self.source.blank(last - 1):
            last -= 1
        return first + 1, max(first + 1, last)

    def _inlines(self, start: int = 0) -> tuple[Inline, ...]:
        """The nodes of the inline token that comes next; they stand at or after the offset `start`."""
        token = self.tokens[self.pos]
        if token.type != "inline":
            return ()
        self.pos += 1
        places = Places(self.source, token.content, (token.map or [0])[0], start=start)
        return inline.nodes(token.children or [], places)

    # --- one for each kind of token -----------------------------------------------------------------------------------

    def heading(self, token: Token) -> Block:
        """A heading."""
        return Heading(int(token.tag[1]), self._inlines(), self._lines(token))

    def paragraph(self, token: Token) -> Block:
        """Running text; what holds nothing visible (a comment within a line) is none."""
        content = self.tokens[self.pos].content
        children = self._inlines()
        lines = self._lines(token)
        return Hidden("comment", content, lines) if inline.blank(children) else Paragraph(children, lines, bare=token.hidden)

    def fence(self, token: Token) -> Block:
        """Fenced code: the first word of the info string is the language, `{.sh #x}` the way of attribute lists too."""
        match = _INFO.match(token.info.strip())
        language, info = (match[1], match[2].strip()) if match else ("", "")
        if not language and info.startswith("{"):
            language = next((word.strip("{}.") for word in info.split() if word.strip("{").startswith(".")), "")
        lines = self._lines(token)
        return Preformatted("fence", _rows(token.content, lines[0] + 1), lines, language.lower(), info)

    def indented(self, token: Token) -> Block:
        """Code by its indent."""
        lines = self._lines(token)
        rows = _rows(token.content, lines[0])
        return Preformatted("indented", rows[: lines[1] - lines[0] + 1], lines)

    def list_block(self, token: Token) -> Block:
        """A list, ordered or not."""
        items: list[Item] = []
        while self.pos < len(self.tokens):
            item = self.tokens[self.pos]
            self.pos += 1
            if item.type != "list_item_open":
                break
            number = int(item.info) if item.info.isdecimal() else None
            items.append(Item("li", tuple(self.blocks("list_item_close")), self._lines(item), number))
        return ListBlock("ol" if token.type == "ordered_list_open" else "ul", tuple(items), self._lines(token))

    def quote(self, token: Token) -> Block:
        """A block quote, or an alert as GitHub has them: its first line says `[!NOTE]`."""
        blocks = self.blocks("blockquote_close")
        first = blocks[0] if blocks else None
        if isinstance(first, Paragraph):
            cut = next((i for i, node in enumerate(first.children) if node == Text("\n", node.at)), len(first.children))
            match = _ALERT.match(plain(first.children[:cut]))
            if match:
                rest = first.children[cut + 1 :]
                kept = [Paragraph(rest, (first.lines[0] + 1, first.lines[1]))] if rest else []
                return Container(match[1].lower(), (*kept, *blocks[1:]), self._lines(token))
        return Container("blockquote", tuple(blocks), self._lines(token))

    def admonition(self, token: Token) -> Block:
        """An admonition or a content tab."""
        return Container(token.info, tuple(self.blocks("admonition_close")), self._lines(token), token.content)

    def rule(self, token: Token) -> Block:
        """A thematic break."""
        return Rule(self._lines(token))

    def table(self, token: Token) -> Block:
        """A table; each of its rows is a line."""
        rows: list[TableRow] = []
        cells: list[Cell] = []
        line: Lines = (1, 1)
        start = 0
        while (part := self.tokens[self.pos]).type != "table_close":
            self.pos += 1
            if part.type == "tr_open":
                cells, line = [], self._lines(part) if part.map else line
                start = self.source.span(line[0] - 1)[0]
            elif part.type in ("th_open", "td_open"):
                children = self._inlines(start)
                start = max([start, *(child.at[1] for child in children)])
                cells.append(Cell(part.type == "th_open", (Paragraph(children, line, bare=True),) if children else (), line))
            elif part.type == "tr_close":
                rows.append(TableRow(tuple(cells), line))
        self.pos += 1
        return Table(tuple(rows), self._lines(token))

    # --- raw HTML -----------------------------------------------------------------------------------------------------

    def _html(self, token: Token, out: list[Block], parts: list[_Part]) -> list[Block]:
        """Adds what an HTML block holds; gives the list that the blocks after it go to."""
        first = (token.map or [0])[0]
        for piece in html.pieces(token.content):
            head = first + 1 + token.content.count("\n", 0, piece.start)
            lines = head, first + 1 + token.content.count("\n", 0, max(piece.start, piece.end - 1))
            if piece.kind == "open" and piece.attributes:
                if parts and not parts[-1].title and not out:
                    parts[-1].title = piece.text
                else:
                    out.append(Paragraph((Text(piece.text, self.source.span(head - 1)),), lines))
            elif piece.kind == "open":
                if len(parts) < 10:
                    parts.append(_Part("", head, out))
                    out = []
            elif piece.kind == "close":
                out = _closed(parts, out, lines[1]) if parts else out
            elif piece.kind == "comment":
                out.append(Hidden("comment", piece.text, lines))
            elif piece.kind == "code":
                skip = piece.text.startswith("\n")
                out.append(Preformatted("pre", _rows(piece.text[skip:], head + skip), lines, info=piece.attributes))
            else:
                out.append(self._html_text(piece, lines))
        return out

    def _html_text(self, piece: html.Piece, lines: Lines) -> Block:
        token = element_parser().parseInline(piece.text)[0]
        children = inline.nodes(token.children or [], Places(self.source, piece.text, lines[0] - 1))
        return Hidden("tag", piece.text, lines) if inline.blank(children) else Paragraph(children, lines)


def _closed(parts: list[_Part], inside: list[Block], last: int) -> list[Block]:
    part = parts.pop()
    part.outer.append(Container("details", tuple(inside), (part.first, max(part.first, last)), part.title))
    return part.outer


def _rows(content: str, first: int) -> tuple[Row, ...]:
    return tuple(Row(first + i, line) for i, line in enumerate(content.removesuffix("\n").split("\n"))) if content else ()


_MAKERS: Final[dict[str, Callable[[Builder, Token], Any]]] = {
    "heading_open": Builder.heading,
    "paragraph_open": Builder.paragraph,
    "fence": Builder.fence,
    "code_block": Builder.indented,
    "bullet_list_open": Builder.list_block,
    "ordered_list_open": Builder.list_block,
    "blockquote_open": Builder.quote,
    "admonition_open": Builder.admonition,
    "hr": Builder.rule,
    "table_open": Builder.table,
}
