"""Markdown to blocks: CommonMark with tables, MkDocs' and GitHub's admonitions, front matter. The only user of markdown-it-py."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Final

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock
from markdown_it.token import Token

from runbook.markup import markdown_inline as inline
from runbook.markup.cover import cover
from runbook.model import (
    Cell,
    Container,
    Document,
    Heading,
    Hidden,
    Item,
    LineIndex,
    Lines,
    ListBlock,
    Meaning,
    Page,
    Paragraph,
    Preformatted,
    Row,
    Rule,
    Table,
    TableRow,
    Text,
)

_ADMONITION = re.compile(r'(?:!!!|\?\?\?\+?)[ \t]+([\w-]+)[^"\n]*(?:"([^"\n]*)")?[ \t]*\Z')
_ALERT = re.compile(r"\[!(\w+)\][ \t]*(?:\n|\Z)")
_FRONT = re.compile(r"---[ \t]*\r?\n(?:(?!---[ \t]*\r?(?:\n|\Z))[^\n]*\n)*+---[ \t]*\r?(?:\n|\Z)")
_LONE_RETURN = re.compile(r"\r(?!\n)")
_PRE = re.compile(r"\s*<pre\b([^<>]*)>(?:\s*<code\b[^<>]*>)?(.*?)(?:</code>\s*)?</pre>\s*\Z", re.S | re.I)
_COMMENT = re.compile(r"\s*<!--(.*?)-->\s*\Z", re.S)
_TAGS_ONLY = re.compile(r"(?:\s*+</?[A-Za-z][^<>]*+>)*+\s*\Z")


def _admonition(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A block rule: `!!! kind "Title"` and the lines below it that are indented by four."""
    if state.is_code_block(start):
        return False
    line = state.src[state.bMarks[start] + state.tShift[start] : state.eMarks[start]]
    match = _ADMONITION.match(line)
    if match is None:
        return False
    if silent:
        return True
    last = start + 1
    for n in range(start + 1, end):
        if not state.isEmpty(n):
            if state.sCount[n] - state.blkIndent < 4:
                break
            last = n + 1
    opened = state.push("admonition_open", "div", 1)
    opened.map, opened.info, opened.content = [start, last], match[1].lower(), match[2] or ""
    indent, line_max = state.blkIndent, state.lineMax
    state.blkIndent, state.lineMax = indent + 4, last
    state.md.block.tokenize(state, start + 1, last)
    state.blkIndent, state.lineMax = indent, line_max
    state.push("admonition_close", "div", -1)
    state.line = last
    return True


@cache
def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    parser.block.ruler.before("fence", "admonition", _admonition, {"alt": ["paragraph", "reference", "blockquote", "list"]})
    return parser


class _Builder:
    """Blocks out of the flat list of tokens."""

    def __init__(self, page: Page, tokens: list[Token]) -> None:
        self.page = page
        self.index = LineIndex(page.text)
        self.tokens = tokens
        self.pos = 0
        self.hidden: list[Hidden] = []

    def blocks(self, closer: str = "") -> list[Any]:
        """The blocks up to the token `closer`, which is taken too."""
        out: list[Any] = []
        while self.pos < len(self.tokens):
            token = self.tokens[self.pos]
            self.pos += 1
            if token.type == closer:
                break
            make = _MAKERS.get(token.type)
            if make:
                out += make(self, token)
        return out

    def lines(self, token: Token) -> Lines:
        first, last = token.map or [0, 1]
        return first + 1, max(first + 1, self.last(first, last))

    def last(self, first: int, last: int) -> int:
        """The last line that isn't blank of those from `first` up to but without `last` (0-based)."""
        starts, text = self.index.starts, self.page.text
        while last - 1 > first:
            begin = starts[last - 1] if last - 1 < len(starts) else len(text)
            end = starts[last] if last < len(starts) else len(text)
            if text[begin:end].strip(" \t\r\n>"):
                break
            last -= 1
        return last

    def inlines(self, token: Token) -> tuple[Any, ...]:
        """The nodes of the inline token that follows an opener."""
        child = self.tokens[self.pos]
        if child.type != "inline":
            return ()
        self.pos += 1
        first, last = child.map or token.map or [0, 1]
        starts = self.index.starts
        start = starts[first] if first < len(starts) else len(self.page.text)
        end = starts[last] if last < len(starts) else len(self.page.text)
        return inline.nodes(child.children or [], self.page.text, start, end)

    # --- one for each kind of token -----------------------------------------------------------------------------------

    def heading(self, token: Token) -> list[Any]:
        children = self.inlines(token)
        self.pos += 1
        return [Heading(int(token.tag[1]), children, self.lines(token))]

    def paragraph(self, token: Token) -> list[Any]:
        children = self.inlines(token)
        self.pos += 1
        return [Paragraph(children, self.lines(token), bare=token.hidden)]

    def fence(self, token: Token) -> list[Any]:
        words = token.info.strip().split(None, 1)
        language = words[0] if words else ""
        rest = words[1].strip() if len(words) > 1 else ""
        if language.startswith("{"):
            rest = token.info.strip()
            language = next((word.strip("{}.") for word in rest.split() if word.strip("{") and "=" not in word), "")
        first = (token.map or [0, 1])[0]
        return [Preformatted("fence", _rows(token.content, first + 2), self.lines(token), language.lower(), rest)]

    def indented(self, token: Token) -> list[Any]:
        return [Preformatted("indented", _rows(token.content, (token.map or [0, 1])[0] + 1), self.lines(token))]

    def list_(self, token: Token) -> list[Any]:
        kind = "ol" if token.type == "ordered_list_open" else "ul"
        items: list[Item] = []
        while self.pos < len(self.tokens):
            item = self.tokens[self.pos]
            self.pos += 1
            if item.type != "list_item_open":
                break
            number = int(item.info) if item.info.isdigit() else None
            blocks = tuple(self.blocks("list_item_close"))
            items.append(Item("li", blocks, self.lines(item), number))
        return [ListBlock(kind, tuple(items), self.lines(token))]  # type: ignore[arg-type]

    def quote(self, token: Token) -> list[Any]:
        blocks = self.blocks("blockquote_close")
        name = "blockquote"
        if blocks and isinstance(first := blocks[0], Paragraph) and first.children and isinstance(first.children[0], Text):
            match = _ALERT.match(first.children[0].text)
            if match:
                name = match[1].lower()
                rest = first.children[1:]
                while rest and isinstance(rest[0], Text) and not rest[0].text.strip():
                    rest = rest[1:]
                blocks[:1] = [Paragraph(rest, (first.lines[0] + 1, first.lines[1]))] if rest else []
        return [Container(name, tuple(blocks), self.lines(token))]

    def admonition(self, token: Token) -> list[Any]:
        return [Container(token.info, tuple(self.blocks("admonition_close")), self.lines(token), token.content)]

    def rule(self, token: Token) -> list[Any]:
        return [Rule(self.lines(token))]

    def table(self, token: Token) -> list[Any]:
        rows: list[TableRow] = []
        cells: list[Cell] = []
        line: Lines = (1, 1)
        while (part := self.tokens[self.pos]).type != "table_close":
            self.pos += 1
            if part.type == "tr_open":
                cells, line = [], self.lines(part) if part.map else line
            elif part.type in {"th_open", "td_open"}:
                children = self.inlines(part)
                cells.append(Cell(part.type == "th_open", (Paragraph(children, line, bare=True),) if children else (), line))
            elif part.type == "tr_close":
                rows.append(TableRow(tuple(cells), line))
        self.pos += 1
        return [Table(tuple(rows), self.lines(token))]

    def html(self, token: Token) -> list[Any]:
        lines = self.lines(token)
        if match := _COMMENT.match(token.content):
            return [Hidden("comment", match[1].strip(), lines)]
        if match := _PRE.match(token.content):
            content = inline.decode(match[2])
            first = lines[0] + token.content[: match.start(2)].count("\n")
            if content.startswith("\n"):
                content, first = content[1:], first + 1
            return [Preformatted("pre", _rows(content, first), lines, info=match[1].strip())]
        if _TAGS_ONLY.match(token.content):
            return [Hidden("tag", token.content.strip(), lines)]
        start = self.index.starts[lines[0] - 1]
        text = token.content.strip()
        return [Paragraph((Text(text, (start, start + len(text))),), lines)]


def _rows(content: str, first: int) -> tuple[Row, ...]:
    content = content.removesuffix("\n")
    return tuple(Row(first + i, line) for i, line in enumerate(content.split("\n"))) if content else ()


_MAKERS: Final[dict[str, Callable[[_Builder, Token], list[Any]]]] = {
    "heading_open": _Builder.heading,
    "paragraph_open": _Builder.paragraph,
    "fence": _Builder.fence,
    "code_block": _Builder.indented,
    "bullet_list_open": _Builder.list_,
    "ordered_list_open": _Builder.list_,
    "blockquote_open": _Builder.quote,
    "admonition_open": _Builder.admonition,
    "hr": _Builder.rule,
    "table_open": _Builder.table,
    "html_block": _Builder.html,
}


def parse(page: Page, author: bool, meanings: Mapping[str, Meaning], definitions: Mapping[str, str]) -> Document:  # noqa: ARG001
    """The block tree of a Markdown page; both readings are the same. Never raises."""
    text = _LONE_RETURN.sub(" ", page.text)
    front = _FRONT.match(text)
    if front:
        text = "\n" * front[0].count("\n") + text[front.end() :]
    builder = _Builder(page, _parser().parse(text))
    found = builder.blocks()
    if front:
        last = max(1, front[0].count("\n") + (not front[0].endswith("\n")))
        found.insert(0, Hidden("front-matter", front[0].strip().strip("-").strip(), (1, last)))
    return Document(page, cover(page.text, tuple(found), builder.hidden))
