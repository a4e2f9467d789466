"""Blocks out of markdown-it-py's flat list of tokens."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any, Final

from markdown_it.token import Token
from msgspec.structs import replace

from runbook.inlines import plain
from runbook.markup.markdown import html, inline
from runbook.markup.markdown.elements import Elements
from runbook.markup.markdown.places import Places, Source
from runbook.markup.markdown.rules import document_parser, element_parser
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
)
from runbook.patterns import pattern

_NUMBERED: Final = pattern(r"=[\d+]*\Z")
"""What HackMD writes behind a language to number the lines."""
_ALERT: Final = pattern(r"\[!(\w+)\]\s*\Z")
_DEPTH: Final = 24
"""How many elements of raw HTML may be open at a time."""
_DEEPER: Final = 2
"""Blanks more that make a numbered item another's."""
_TAB: Final = pattern(r"\[([^\]]+)\]")
_INFO: Final = pattern(r"\s*+([^\s{]*+)\s*(.*)", re.DOTALL)


def _as_tab(block: Block) -> Block:
    """A block of code as a tab, where its info string has a label in brackets."""
    label = _TAB.search(block.info) if isinstance(block, Preformatted) else None
    return Container("tab", (block,), block.lines, label[1]) if label is not None else block


class Builder:
    """Reads tokens from first to last; `blocks()` gives the page's."""

    def __init__(self, text: str, tokens: list[Token], *, author: bool) -> None:
        self.source = Source(text)
        self.author = author
        self.tokens = tokens
        self.pos = 0
        self.notes = self._notes()
        shown = (each for before, each in zip([None, *tokens], tokens, strict=False) if not before or before.type != "note_open")
        self.marked = {child.content for each in shown for child in each.children or [] if child.type == "note_mark"}
        self.told: set[str] = set()
        self.open = 0

    def _notes(self) -> dict[str, tuple[Inline, ...]]:
        """What the page's footnotes say, by their labels."""
        found: dict[str, tuple[Inline, ...]] = {}
        for opened, token in zip(self.tokens, self.tokens[1:], strict=False):
            if opened.type == "note_open" and opened.info not in found:
                places = Places(self.source, token.content, (token.map or [0])[0])
                found[opened.info] = inline.nodes(token.children or [], places, {}, author=self.author)
        return found

    def blocks(self, closer: str = "") -> list[Block]:
        """The blocks up to the token `closer`, which is taken too."""
        into = Elements(_DEPTH - self.open)
        while self.pos < len(self.tokens):
            token = self.tokens[self.pos]
            self.pos += 1
            if token.type == closer:
                break
            self.open += len(into.stack)
            if token.type == "html_block":
                self._html(token, into)
            elif token.type in _MAKERS:
                into.blocks.append(_MAKERS[token.type](self, token))
            self.open -= len(into.stack)
        return into.finished()

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
        return inline.nodes(token.children or [], places, self.notes, author=self.author)

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
        language = _NUMBERED.sub("", language.lower())
        return Preformatted("fence", _rows(token.content, lines[0] + 1), lines, language, info)

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
        if token.type != "ordered_list_open":
            return ListBlock("ul", tuple(items), self._lines(token))
        return ListBlock("ol", self._nested(items) if self.author else tuple(items), self._lines(token))

    def _nested(self, items: Sequence[Item]) -> tuple[Item, ...]:
        """The items of a list as their author meant them: those that are set in further than the first belong to the one before, though
        two blanks, which is what most put there, are too few for Markdown."""
        out: list[Item] = []
        for deeper, group in groupby(items, self._is_deeper_than(items[0])):
            inner = tuple(group)
            if deeper:
                lines = inner[0].lines[0], inner[-1].lines[1]
                last = out.pop()
                inner = (replace(last, blocks=(*last.blocks, ListBlock("ol", inner, lines)), lines=(last.lines[0], lines[1])),)
            out += inner
        return tuple(out)

    def _is_deeper_than(self, first: Item) -> Callable[[Item], bool]:
        def indent(item: Item) -> int:
            begin, end = self.source.span(item.lines[0] - 1)
            line = self.source.text[begin:end]
            written = line.lstrip(" ")
            return len(line) - len(written) if written[:1].isdigit() else 0  # what is quoted begins with its mark

        least = indent(first) + _DEEPER
        return lambda item: indent(item) >= least

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
        """An admonition, a content tab, or a group of code blocks of which each is one."""
        title = plain(
            inline.nodes(
                document_parser().parseInline(token.content)[0].children or [],
                Places(self.source, "", 0),
                {},
                author=self.author,
            )
        )
        blocks = self.blocks("admonition_close")
        if token.info == "code-group":
            return Container("tabs", tuple(map(_as_tab, blocks)), self._lines(token))
        return Container(token.info, tuple(blocks), self._lines(token), title)

    def definitions(self, token: Token) -> Block:
        """A definition list."""
        items: list[Item] = []
        while (part := self.tokens[self.pos]).type != "dl_close":
            self.pos += 1
            lines = self._lines(part)
            if part.type == "dt_open":
                items.append(Item("dt", (Paragraph(self._inlines(), lines, bare=True),), lines))
            elif part.type == "dd_open":
                items.append(Item("dd", tuple(self.blocks("dd_close")), lines))
        self.pos += 1
        return ListBlock("dl", tuple(items), self._lines(token))

    def note(self, token: Token) -> Block:
        """What a footnote says: seen where its mark stands, and here when there is none."""
        children, lines = self._inlines(), self._lines(token)
        if token.info in self.marked and token.info not in self.told:
            self.told.add(token.info)
            return Hidden("footnote", token.info, lines)
        return Paragraph(children, lines)

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

    def _html(self, token: Token, into: Elements) -> None:
        """Adds what an HTML block holds."""
        head, counted = (token.map or [0])[0] + 1, 0
        for piece in html.pieces(token.content):
            head += token.content.count("\n", counted, piece.start)
            counted = piece.start
            lines = head, head + token.content.count("\n", counted, max(piece.start, piece.end - 1))
            if piece.kind == "summary":
                if not into.entitle(piece.text):
                    into.blocks.append(Paragraph((Text(piece.text, self.source.span(head - 1)),), lines))
            elif piece.kind == "open":
                into.start(piece.text, piece.attributes, head)
            elif piece.kind == "close":
                into.end(piece.text, lines[1])
            elif piece.kind == "comment":
                into.blocks.append(Hidden("comment", piece.text, lines))
            elif piece.kind == "code":
                skip = piece.text.startswith("\n")
                rows = _rows(piece.text[skip:], head + skip)
                parted = tuple(Row(row.n, part) for row in rows for part in row.text.split(html.BREAK))
                into.blocks.append(Preformatted("pre", parted, lines, info=piece.attributes))
            else:
                into.blocks.append(self._html_text(piece, lines))

    def _html_text(self, piece: html.Piece, lines: Lines) -> Block:
        token = element_parser().parseInline(piece.text)[0]
        children = inline.nodes(token.children or [], Places(self.source, piece.text, lines[0] - 1), {}, author=self.author)
        if inline.blank(children):
            return Hidden("tag", piece.text, lines)
        return Heading(int(piece.attributes), children, lines) if piece.kind == "heading" else Paragraph(children, lines)


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
    "dl_open": Builder.definitions,
    "note_open": Builder.note,
    "hr": Builder.rule,
    "table_open": Builder.table,
}
