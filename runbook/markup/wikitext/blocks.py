"""Lines to blocks: paragraphs, lists, leading-space text, headings (MediaWiki's BlockLevelPass, line by line)."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Any, Final

from runbook.markup.wikitext import closing, inline, tags
from runbook.markup.wikitext.source import MARK, MARKS, Context, Stripped
from runbook.markup.wikitext.tree import Tree
from runbook.model import Container, Inline, ListBlock, Preformatted, Row, Template
from runbook.patterns import pattern

MAX_PREFIX: Final = 25
_PREFIX: Final = re.compile(rf"[*#:;]{{1,{MAX_PREFIX}}}")
_HEADING: Final = pattern(r"(=+)([^\n]*?)(=+)[ \t\r]*\Z")
_RULE: Final = pattern(r"-{4,}")
_OPENS: Final = frozenset(["table", "h1", "h2", "h3", "h4", "h5", "h6", "pre", "p", "ul", "ol", "dl"])
_EITHER: Final = frozenset(["tr", "caption", "dt", "dd", "li"])
_NEVER: Final = frozenset(["center", "blockquote", "div", "hr"])
_ANTI: Final = frozenset(("td", "th"))
_MARK_BLOCKS: Final = (Preformatted, Container, ListBlock)
_MARK: Final = pattern(f"[{MARKS}]")
_TEMPLATES_ALONE: Final = re.compile(rf"[ \t]*(?:[{MARKS}][ \t]*)+\Z")
_LISTS: Final = {"*": ("ul", "li"), "#": ("ol", "li"), ":": ("dl", "dd"), ";": ("dl", "dt")}


class BlockPass:
    """One run over a stripped text. Names follow BlockLevelPass::execute: `last_prefix` the list prefix of the line before,
    `pending` a paragraph which the next text will open, `paragraph` what is open ("", "p" or "pre"), `in_block` inside a block
    element, where no paragraphs are made."""

    def __init__(self, context: Context, stripped: Stripped) -> None:
        self.context = context
        self.stripped = stripped
        self.text = stripped.text
        self.tree = Tree(context, stripped, context.index.line(stripped.map(0)))
        self.last_prefix = ""
        self.term_open = False
        self.pending = False
        self.paragraph = ""
        self.in_block = False
        self.in_pre = False
        self.in_quote = False
        self.special = -1
        self.tabs: list[Row] = []
        self.tabs_from = 0

    def run(self) -> list[Any]:
        text = self.text
        start, size = 0, len(text)
        positions, line_of = self.stripped.map, self.context.index.line
        plain = len(positions.outs) == 1
        number = line_of(positions(0))
        tree = self.tree
        while start <= size:
            end = text.find("\n", start)
            if end < 0:
                end = size
            if plain:
                tree.line = tree.last = number
                number += 1
            else:
                place = positions.place(start, end)
                tree.line = tree.last = line_of(positions(start) if place is None else place[0])
                if place is None and end > start:
                    tree.last = max(tree.line, line_of(positions(end - 1)))
                if end > start and text[end - 1] >= "\U000f0000":
                    tree.last = max(tree.last, _last_line(tree.nodes[ord(text[end - 1]) - MARK], tree.last, line_of))
            self._line(start, end)
            start = end + 1
        return self._finish()

    def _line(self, start: int, end: int) -> None:
        text = self.text
        first = text[start] if start < end else ""
        if self.context.author and first == "\t" and not self.in_pre and self._tab(start, end):
            return
        if self.tabs and not (first == "" or text[start:end].isspace()):
            self._end_tabs()
        if first == "=" and not self.in_pre and self._heading(start, end):
            return
        if first == "-" and (rule := _RULE.match(text, start, end)):
            self._enter_block(False)
            self.tree.rule()
            start = rule.end()
            found = inline.tokens(text, start, end, author=self.context.author)
            self._note_blocks(found)
            self.tree.inline(found, start, min(end + 1, len(text)))
            return
        if self.special < start:
            self._look_for_special(start)
        found = inline.tokens(text, start, end, author=self.context.author) if self.special < end else []
        if first and first in "*#:;" and not self.in_pre:
            self._item(start, end, found)
        else:
            self._text(start, end, found)

    def _look_for_special(self, start: int) -> None:
        """Where the next character from `start` on stands that may begin a token: looked for once for all the lines before it."""
        found = inline.SPECIAL.search(self.text, start)
        self.special = found.start() if found is not None else len(self.text)

    # --- headings -----------------------------------------------------------------------------------------------------

    def _heading(self, start: int, end: int) -> bool:
        text = self.text
        stop = end
        while stop > start and text[stop - 1] in " \t\r\n":
            stop -= 1
        lead, trail = _run(text, start, stop)
        level = min(lead, trail, 6)
        if lead == stop - start:
            level = min((lead - 1) // 2, 6)
        if level < 1:
            return False
        self._enter_block(False)
        tree = self.tree
        tree.start(f"h{level}")
        a, b = start + level, stop - level
        tree.inline(inline.tokens(text, a, b, author=self.context.author), a, b)
        tree.end(f"h{level}")
        return True

    # --- lists --------------------------------------------------------------------------------------------------------

    def _item(self, start: int, end: int, found: list[Any]) -> None:
        text = self.text
        match = _PREFIX.match(text, start, end)
        prefix = match[0] if match else text[start]
        same = prefix.replace(";", ":")
        body = start + len(prefix)
        _, _, pre_opens, pre_closes = _block_tags(found, self.tree) if found else (False, False, False, False)
        self.in_pre = pre_opens
        if self.last_prefix == same:
            self._next_item(prefix[-1])
            self.pending = False
            if prefix[-1] == ";":
                body, found = self._term(body, end, found)
        else:
            body, found = self._change(prefix, same, body, end, found)
        if pre_closes:
            self.in_pre = False
        a, b = _trim(text, body, end)
        self.tree.inline(found, a, b)

    def _change(self, prefix: str, same: str, body: int, end: int, found: list[Any]) -> tuple[int, list[Any]]:
        """Close the lists that this prefix doesn't share with the last, continue the innermost shared one, open the new ones."""
        last = self.last_prefix
        common = _common(prefix, last)
        self.pending = False
        for char in reversed(last[common:]):
            self._close_list(char)
        if len(prefix) <= common and common > 0:
            self._next_item(prefix[common - 1])
        if self.term_open and common > 0 and prefix[common - 1] == ":":
            self._next_item(":")
        for char in prefix[common:]:
            self._close_text()
            for tag in _LISTS[char]:
                self.tree.start(tag)
            if char == ";":
                self.term_open = True
                body, found = self._term(body, end, found)
        self.last_prefix = same
        return body, found

    def _next_item(self, char: str) -> None:
        tree = self.tree
        if char in "*#":
            tree.end("li", explicit=False)
            tree.start("li")
            return
        tree.end("dt" if self.term_open else "dd", explicit=False)
        self.term_open = char == ";"
        tree.start("dt" if self.term_open else "dd")

    def _close_list(self, char: str) -> None:
        tree = self.tree
        if char == ":":
            tree.end("dt" if self.term_open else "dd", explicit=False)
            self.term_open = False
            tree.end("dl", explicit=False)
        else:
            tree.end("li", explicit=False)
            tree.end("ul" if char == "*" else "ol", explicit=False)

    def _close_lists(self) -> None:
        for char in reversed(self.last_prefix):
            self._close_list(char)
        self.last_prefix = ""

    def _term(self, body: int, end: int, found: list[Any]) -> tuple[int, list[Any]]:
        """`; term : definition` on one line (BlockLevelPass::findColonNoLinks): what is left after the colon."""
        colon = _colon(self.text, body, end, found)
        if colon < 0:
            return body, found
        cut = bisect_left(found, colon, key=lambda token: token[0])
        a, b = _trim(self.text, body, colon)
        self.tree.inline(found[:cut], a, b)
        self._next_item(":")
        return colon + 1, found[cut:]

    # --- paragraphs ---------------------------------------------------------------------------------------------------

    def _text(self, start: int, end: int, found: list[Any]) -> None:
        if self.last_prefix:
            self.pending = False
            self._close_lists()
        if found and self._templates_alone(start, end, found):
            return
        opens = closes = False
        if found:
            opens, closes = self._note_blocks(found)
        a = start
        if not (opens or closes) and not self.in_block and not self.in_pre:
            a = self._open_text(start, end)
        if not self.pending:
            self.tree.inline(found, a, min(end + 1, len(self.text)))

    def _note_blocks(self, found: list[Any]) -> tuple[bool, bool]:
        """Whether block elements begin or end here, which ends the paragraph."""
        opens, closes, pre_opens, pre_closes = _block_tags(found, self.tree)
        if not self.in_pre:
            self.in_pre = pre_opens
        if opens or closes:
            self.pending = False
            if not self.in_pre or pre_opens:
                self._close_text()
            if pre_opens and not pre_closes:
                self.in_pre = True
            for token in found:
                if token[3] == "blockquote":
                    self.in_quote = token[2] == "start"
            self.in_block = not closes
        if pre_closes:
            self.in_pre = False
        return opens, closes

    def _open_text(self, start: int, end: int) -> int:
        """Open a paragraph or leading-space text as this line wants; where its text begins."""
        text = self.text
        blank = start == end or text[start:end].isspace()
        if text[start : start + 1] == " " and (self.paragraph == "pre" or not blank) and not self.in_quote:
            if self.paragraph != "pre":
                self.pending = False
                self._close_text()
                self.tree.start("pre", "space")
                self.paragraph = "pre"
            return start + 1
        if blank:
            if self.pending:
                self.pending = False
                self._new_paragraph()
            elif self.paragraph != "p":
                self._close_text()
                self.pending = True
            else:
                self.pending = True
        elif self.pending or self.paragraph != "p":
            self.pending = False
            self._new_paragraph()
        return start

    def _new_paragraph(self) -> None:
        self._close_text()
        self.tree.start("p")
        self.paragraph = "p"

    def _close_text(self) -> None:
        if self.paragraph:
            self.tree.end(self.paragraph, explicit=False)
            self.paragraph = ""
        self.in_pre = False

    def _enter_block(self, inside: bool) -> None:
        self._close_lists()
        self.pending = False
        self._close_text()
        self.in_block = inside

    def _finish(self) -> list[Any]:
        self._end_tabs()
        self._close_lists()
        self._close_text()
        return self.tree.close()

    # --- the author's reading -----------------------------------------------------------------------------------------

    def _templates_alone(self, start: int, end: int, found: list[Any]) -> bool:
        """Calls on a line of their own are blocks."""
        tree = self.tree
        if found[0][2] != "mark" or not self.context.author or self.in_pre or any(token[2] != "mark" for token in found):
            return False
        if not _TEMPLATES_ALONE.match(self.text, start, end):
            return False
        nodes = [tree.nodes[ord(token[3]) - MARK] for token in found]
        if not all(isinstance(node, Template) and _stands_alone(node) for node in nodes):
            return False
        self.pending = False
        self._close_text()
        for node in nodes:
            tree.block(node)  # type: ignore[arg-type]
        return True

    def _tab(self, start: int, end: int) -> bool:
        """A line that begins with a tab: code to its author."""
        if self.text[start:end].isspace() or _MARK.search(self.text, start, end):
            return False
        if not self.tabs:
            if self.tree.frames[-1].tag in {"table", "tr"} or self.in_block:
                return False
            self._enter_block(False)
            self.tabs_from = self.tree.line
        self._fill_tabs()
        self.tabs.append(Row(self.tree.line, self._flat(start + 1, end)))
        return True

    def _fill_tabs(self) -> None:
        """Blank lines between tab-indented ones belong to them."""
        if self.tabs:
            self.tabs += [Row(n, "") for n in range(self.tabs[-1].n + 1, self.tree.line)]

    def _flat(self, start: int, end: int) -> str:
        from runbook.markup.wikitext.rows import decode  # noqa: PLC0415

        return decode(self.text[start:end])

    def _end_tabs(self) -> None:
        if self.tabs:
            rows, self.tabs = tuple(self.tabs), []
            self.tree.block(Preformatted("indented", rows, (rows[0].n, rows[-1].n)))


def _stands_alone(node: Template) -> bool:
    return node.meaning is None or node.meaning.kind not in {"inline", "link", "escape"}


def _last_line(node: Any, last: int, line_of: Any) -> int:
    """The line on which a node ends that stands at a line's end."""
    lines = getattr(node, "lines", None)
    if lines:
        return int(lines[1])
    at = getattr(node, "at", (0, 0))
    return int(line_of(max(at[0], at[1] - 1))) if at[1] else last


def _run(text: str, start: int, stop: int) -> tuple[int, int]:
    """How many = begin and end text[start:stop]."""
    lead = start
    while lead < stop and text[lead] == "=":
        lead += 1
    trail = stop
    while trail > start and text[trail - 1] == "=":
        trail -= 1
    return lead - start, stop - trail


def _common(a: str, b: str) -> int:
    n = min(len(a), len(b))
    for i in range(n):
        if a[i] != b[i]:
            return i
    return n


def _trim(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in " \t\n\r\v\0":
        start += 1
    while end > start and text[end - 1] in " \t\n\r\v\0":
        end -= 1
    return start, end


def _block_tags(found: list[Any], tree: Tree) -> tuple[bool, bool, bool, bool]:
    """Whether tags in a line open or close a block for the paragraph's sake, and whether a <pre> opens or closes."""
    opens = closes = pre_opens = pre_closes = False
    for token in found:
        kind, name = token[2], token[3]
        if kind == "mark":
            node = tree.nodes[ord(name) - MARK]
            if isinstance(node, _MARK_BLOCKS) or (type(node) is Template and tree.is_block(node)):
                closes = True
                if not (type(node) is Preformatted and node.kind == "syntaxhighlight"):
                    opens = True
        elif name in tags.BLOCKS or name == "hr":
            start = kind == "start"
            opens |= name in _EITHER or (name in _OPENS if start else name in _ANTI)
            closes |= name in _NEVER or (name in _ANTI if start else name in _OPENS)
            if name == "pre":
                pre_opens |= start
                pre_closes |= not start
    return opens, closes, pre_opens, pre_closes


def _colon(text: str, start: int, end: int, found: list[Any]) -> int:
    """The first colon outside of elements and links, or -1."""
    level, pos = 0, start
    for a, b, kind, name, data in found:
        if level == 0 and pos < a:
            colon = text.find(":", pos, a)
            if colon >= 0:
                return colon
        pos = max(pos, b)
        if kind == "start" and not (name in tags.VOID and text.startswith("/>", b - 2)):
            level += 1
        elif kind == "end":
            level = max(0, level - 1)
        elif kind == "quotes":
            for op, _ in data:
                level = level + 1 if op == "start" else max(0, level - 1)
    return text.find(":", pos, end) if level == 0 else -1


def build(context: Context, stripped: Stripped) -> list[Any]:
    """The blocks of a stripped text."""
    return BlockPass(context, stripped).run()


def running(context: Context, stripped: Stripped) -> tuple[Inline, ...]:
    """The inline nodes of a stripped text; of blocks that stand in it, the text."""
    tree = Tree(context, stripped, context.index.line(stripped.map(0)))
    start, size = 0, len(stripped.text)
    while start < size:
        end = stripped.text.find("\n", start)
        end = size if end < 0 else end
        tree.inline(inline.tokens(stripped.text, start, end, author=True), start, min(end + 1, size))
        start = end + 1
    return closing.flat(tree.close())
