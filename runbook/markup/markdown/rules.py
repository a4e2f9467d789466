"""The parser, and what it knows beyond CommonMark.

markdown-it-py tells the lines of blocks but not where inline tokens stand: a state of our own notes the offset of each in
``token.meta["at"]``, relative to the block's content.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Mapping
from functools import cache
from typing import Any, Final, Literal

from markdown_it import MarkdownIt
from markdown_it.parser_inline import ParserInline
from markdown_it.ruler import RuleOptionsType
from markdown_it.rules_block import StateBlock, blockquote, html_block, paragraph
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

from runbook.markup.markdown.fences import Fence, fence, fences_in
from runbook.markup.markdown.frames import frame, frames_in
from runbook.patterns import pattern

DEPTH: Final = 30
"""How deep block tokens may nest (a list takes two levels); what lies deeper is a paragraph as written."""
_WIKI_LINK: Final = 400
_STEPS: Final = 4
"""How many tokens may be skipped for each character of a block in search of the ends of links."""
_LINK_DEPTH: Final = 6
_ADMONITION: Final = pattern(r'(?:!!!|\?\?\?\+?)[ \t]+([A-Za-z][\w-]*)(?:[ \t]+[\w-]+)*+(?:[ \t]+"(.*)")?[ \t]*\Z')
_DEFINITION: Final = pattern(r":[ \t]{1,3}(?=\S)")
_TERMS: Final = 6
"""How many terms may share a definition."""
_NOTE: Final = pattern(r"\[\^([^\]\[\s^]{1,80})\]:[ \t]*")
_NOTE_MARK: Final = pattern(r"\[\^([^\]\[\s^]{1,80})\]")
_TAB: Final = pattern(r'===[!+]*[ \t]+"(.*)"[ \t]*\Z')


class _Places(StateInline):
    """Notes where each token begins."""

    def __init__(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> None:
        self._buffer: list[str] = []
        self._begun = 0
        self._last_target: int | None = None
        self.steps = _STEPS * len(src) + 1000
        super().__init__(src, md, env, tokens)

    def exhausted(self) -> bool:
        """Whether looking for the ends of brackets has taken all the steps that the text may take; from here on they are text."""
        if self.steps < 0:
            self.env["left"][self.env["line"]] = "too many brackets without an end stand here: they are left as text"
        return self.steps < 0

    def last_target(self) -> int:
        """Where the last target of a link in parentheses may begin, -1 without any."""
        if self._last_target is None:
            self._last_target = self.src.rfind("](")
        return self._last_target

    @property
    def pending(self) -> str:
        if len(self._buffer) > 1:
            self._buffer = ["".join(self._buffer)]
        return self._buffer[0] if self._buffer else ""

    @pending.setter
    def pending(self, value: str) -> None:
        if value and not self._buffer:
            self._begun = self.pos
        self._buffer = [value] if value else []

    def append_pending(self, text: str) -> None:
        if not self._buffer:
            self._begun = self.pos
        self._buffer.append(text)

    def pushPending(self) -> Token:  # noqa: N802 - the library's name
        token = super().pushPending()
        token.meta["at"] = self._begun
        return token

    def push(self, ttype: str, tag: str, nesting: Literal[-1, 0, 1]) -> Token:
        token = super().push(ttype, tag, nesting)
        token.meta["at"] = self.pos
        return token


class _Inline(ParserInline):
    def skipToken(self, state: StateInline) -> None:  # noqa: N802 - the library's name
        if isinstance(state, _Places):
            state.steps -= 1
        super().skipToken(state)

    def parse(self, src: str, md: MarkdownIt, env: Any, tokens: list[Token]) -> list[Token]:
        state = _Places(src, md, env, tokens)
        self.tokenize(state)
        for rule in self.ruler2.getRules(""):
            rule(state)
        return state.tokens


def _bracket(state: Any, silent: bool) -> bool:
    """A bracket that can't begin a link or a picture is text: looking for its end, at each of many, is what takes long."""
    start = state.pos
    if state.src[start] == "!" and state.src.startswith("![", start):
        width = 2
    elif state.src[start] == "[":
        width = 1
    else:
        return False
    may_link = state.level < _LINK_DEPTH and (state.last_target() > start or state.env.get("references"))
    if may_link and not state.exhausted():
        return False
    if not silent:
        state.append_pending(state.src[start : start + width])
    state.pos = start + width
    return True


def _wiki_link(state: StateInline, silent: bool) -> bool:
    """`[[Page]]` and `[[text|Page]]`, as the wikis of GitHub and Gollum write links."""
    start = state.pos
    if not state.src.startswith("[[", start):
        return False
    end = state.src.find("]]", start + 2, min(state.posMax, start + _WIKI_LINK))
    inside = state.src[start + 2 : end] if end > 0 else ""
    if not inside.strip() or "\n" in inside or "[" in inside or "]" in inside or state.src[end + 2 : end + 3] in ("(", "["):
        return False
    if not silent:
        token = state.push("wiki_link", "", 0)
        text, bar, target = inside.partition("|")
        token.content, token.attrs = text.strip(), {"href": (target if bar else text).strip()}
    state.pos = end + 2
    return True


def _indented_block(state: StateBlock, start: int, end: int, kind: str, name: str, title: str) -> None:
    """The tokens of a block whose body are the lines below `start` that are indented by four."""
    last = start + 1
    for n in range(start + 1, end):
        if not state.isEmpty(n):
            if state.sCount[n] - state.blkIndent < 4:
                break
            last = n + 1
    opened = state.push(f"{kind}_open", "div", 1)
    opened.map, opened.info, opened.content = [start, last], name, title
    indent, line_max, parent = state.blkIndent, state.lineMax, state.parentType
    state.blkIndent, state.lineMax, state.parentType = indent + 4, last, "root"
    state.md.block.tokenize(state, start + 1, last)
    state.blkIndent, state.lineMax, state.parentType = indent, line_max, parent
    state.push(f"{kind}_close", "div", -1)
    state.line = last


def _line(state: StateBlock, n: int) -> str:
    return state.src[state.bMarks[n] + state.tShift[n] : state.eMarks[n]]


def _quote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A block quote. Each looks ahead at all lines that may go on a paragraph of it without a mark; where many did so in vain, only
    lines with the mark belong to it."""
    if not silent and state.env["lookups"] < 0:
        last = start + 1
        while last < end and state.src.startswith(">", state.bMarks[last] + state.tShift[last]):
            last += 1
        if last < end and not state.isEmpty(last):
            state.env["left"][last] = "too many lines go on quotes without a mark: from here on only marked lines belong to one"
        end = last
    return blockquote(state, start, end, silent)


def _html(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A block of HTML, as CommonMark has it; if a `<pre>` begins in one that a blank line would end, up to where it is closed. For an author
    a line with nothing but an anchor, a picture or a style's tag hides no Markdown below it."""
    if (
        state.env["author"]
        and state.src.startswith("<", state.bMarks[start] + state.tShift[start])
        and _LONE_TAG.match(_line(state, start))
    ):
        return False
    if not html_block(state, start, end, silent):
        return False
    if silent:
        return True
    token = state.tokens[-1]
    low = token.content.lower()
    if (opened := low.rfind("<pre")) < 0 or low.find("</pre", opened) >= 0:
        return True
    closed = _closes_pre(state)
    at = bisect_left(closed, state.line)
    if at < len(closed) and closed[at] < end:
        state.line = closed[at] + 1
        token.map = [start, state.line]
        token.content = state.getLines(start, state.line, state.blkIndent, True)
    return True


_LONE_TAG: Final = pattern(
    r"</?(?:a|abbr|b|big|br|em|font|i|img|ins|kbd|mark|q|s|samp|small|span|strong|sub|sup|tt|u|var|wbr)(?=[\s/>])[^<>]*>\s*\Z",
    re.IGNORECASE,
)
"""A tag of phrasing content (HTML Standard, 3.2.5.2.5) that stands alone on its line: CommonMark begins a block of HTML with it (4.6, 7)."""


def _closes_pre(state: StateBlock) -> list[int]:
    """The lines of the page that close a `<pre>`: looked for once."""
    found: list[int] | None = state.env.get("closes_pre")
    if found is None:
        found = [n for n in range(state.lineMax) if "</pre" in state.src[state.bMarks[n] : state.eMarks[n]].lower()]
        state.env["closes_pre"] = found
    return found


def _admonition(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`!!! kind "Title"` or `??? kind "Title"`, as Python-Markdown and PyMdown Extensions read them."""
    state.env["lookups"] -= silent
    if state.is_code_block(start):
        return False
    match = _ADMONITION.match(_line(state, start))
    if match is None:
        return False
    if not silent:
        _indented_block(state, start, end, "admonition", match[1].lower(), match[2] or "")
    return True


def _tab(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`=== "Label"`, as PyMdown Extensions' content tabs."""
    if state.is_code_block(start):
        return False
    match = _TAB.match(_line(state, start))
    if match is None:
        return False
    if not silent:
        _indented_block(state, start, end, "admonition", "tab", match[1])
    return True


def _too_deep(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Whatever nests deeper than anyone writes: a paragraph of its source, so that no text is lost and no stack exhausted."""
    if state.level < DEPTH or silent:
        return False
    last = start + 1
    while last < end and not state.isEmpty(last) and state.sCount[last] >= state.blkIndent:
        last += 1
    state.env["left"][start] = "this lies deeper in lists and quotes than is read: it is left as text"
    state.push("paragraph_open", "p", 1).map = [start, last]
    token = state.push("inline", "", 0)
    token.map, token.children, token.content = [start, last], [], state.getLines(start, last, state.blkIndent, False).strip()
    state.push("paragraph_close", "p", -1)
    state.line = last
    return True


_SET_IN: Final = pattern(r"(?:\A|\n)[^\s>#|*+\-`~<][^\n]*\n(?:\t| {4})[$%] \S")
"""A line of words and right below it a prompt, set in as code is."""


_LINES_ABOVE: Final = 40
"""Lines of a paragraph at most that stands right above code."""


def _above_code(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A paragraph up to a line that is set in as code is. CommonMark goes on with the paragraph there; not so an author who sets in what
    is typed without an empty line before it."""
    if silent or not state.env["set_in"]:
        return False
    lines = range(start + 1, min(end, start + _LINES_ABOVE))
    n = next((n for n in lines if state.isEmpty(n) or state.sCount[n] - state.blkIndent >= 4), end)
    if n == end or state.isEmpty(n):
        return False
    line_max, state.lineMax = state.lineMax, n
    paragraph(state, start, n, False)
    state.lineMax = line_max
    return True


def _starts_definition(state: StateBlock, n: int) -> re.Match[str] | None:
    if state.isEmpty(n) or not 0 <= state.sCount[n] - state.blkIndent < 4:
        return None
    return _DEFINITION.match(_line(state, n))


def _terms(state: StateBlock, start: int, end: int) -> tuple[int, int] | None:
    """The line after the terms that begin at `start`, and the line of their first definition; null where none follows."""
    n = start
    while n < end and n - start <= _TERMS and not state.isEmpty(n) and not _starts_definition(state, n):
        stops = state.md.block.ruler.getRules("paragraph") if n > start else []
        if state.sCount[n] < state.blkIndent or any(rule(state, n, end, True) for rule in stops):
            return None
        n += 1
    last = n
    n += n < end and state.isEmpty(n)
    return (last, n) if start < last and n < end and _starts_definition(state, n) else None


def _definitions(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """Terms and their definitions, as PHP Markdown Extra and Python-Markdown read them: lines of terms, then `:   text`."""
    found = _terms(state, start, end)
    if found is None or silent:
        return False
    opened = state.push("dl_open", "dl", 1)
    n = start
    while found is not None:
        for term in range(n, found[0]):
            state.push("dt_open", "dt", 1).map = [term, term + 1]
            token = state.push("inline", "", 0)
            token.map, token.children, token.content = [term, term + 1], [], _line(state, term).strip()
            state.push("dt_close", "dt", -1)
        n = found[1]
        while n < end and (match := _starts_definition(state, n)) is not None:
            state.line = _definition(state, n, end, match.end())
            n = state.skipEmptyLines(state.line)
        found = _terms(state, n, end) if n < end else None
    opened.map = [start, state.line]
    state.push("dl_close", "dl", -1)
    return True


def _definition(state: StateBlock, start: int, end: int, width: int) -> int:
    """The tokens of one definition, whose marker is `width` wide; gives the line after it."""
    last, blank = start + 1, False
    while last < end and (state.isEmpty(last) or state.sCount[last] - state.blkIndent >= 4 or not blank):
        if _starts_definition(state, last):
            break
        blank = state.isEmpty(last)
        last += 1
    opened = state.push("dd_open", "dd", 1)
    before = state.blkIndent, state.lineMax, state.parentType, state.tShift[start], state.sCount[start]
    state.blkIndent, state.lineMax, state.parentType = state.blkIndent + 4, last, "root"
    state.tShift[start] += width
    state.sCount[start] = state.blkIndent
    state.md.block.tokenize(state, start, last)
    state.blkIndent, state.lineMax, state.parentType, state.tShift[start], state.sCount[start] = before
    opened.map = [start, state.line]
    state.push("dd_close", "dd", -1)
    return state.line


def _note(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`[^label]: text`, what a footnote says."""
    if state.is_code_block(start):
        return False
    match = _NOTE.match(_line(state, start))
    if match is None:
        return False
    if silent:
        return True
    last = start + 1
    while last < end and not state.isEmpty(last) and not _NOTE.match(_line(state, last)):
        last += 1
    state.env.setdefault("notes", set()).add(match[1])
    opened = state.push("note_open", "", 1)
    opened.map, opened.info = [start, last], match[1]
    token = state.push("inline", "", 0)
    content = state.getLines(start, last, state.blkIndent, False).strip()[match.end() :]
    token.map, token.children, token.content = [start, last], [], content.strip()
    state.push("note_close", "", -1)
    state.line = last
    return True


def _note_mark(state: StateInline, silent: bool) -> bool:
    """`[^label]`, where the page has such a footnote."""
    match = _NOTE_MARK.match(state.src, state.pos)
    if match is None or match[1] not in state.env.get("notes", ()):
        return False
    if not silent:
        state.push("note_mark", "", 0).content = match[1]
    state.pos = match.end()
    return True


def _inline_blocks(state: StateCore) -> None:
    """Reads running text, and keeps in mind where it stands."""
    for token in state.tokens:
        if token.type == "inline":
            state.env["line"] = token.map[0] if token.map else 0
            state.md.inline.parse(token.content, state.md, state.env, token.children if token.children is not None else [])


def read(text: str, unclosed: Mapping[int, Fence], *, author: bool) -> tuple[list[Token], dict[int, str]]:
    """The tokens of a page, and what was left as text to keep within bounds: why, by line (0-based). `unclosed` says where fences end
    whose end was forgotten; `author` that what the author meant is wanted, where CommonMark has it otherwise."""
    env: dict[str, Any] = {
        "author": author,
        "set_in": author and sum(1 for _ in _SET_IN.finditer(text)) > 1,
        "left": {},
        "line": 0,
        "lookups": 1000 + len(text) // 8,
        "frames": frames_in(text),
        "fences": {**unclosed, **fences_in(text)},
    }
    return document_parser().parse(text, env), env["left"]


@cache
def document_parser() -> MarkdownIt:
    """The parser for pages."""
    parser = MarkdownIt("commonmark")
    parser.inline = _Inline()
    parser.configure("commonmark", {"maxNesting": DEPTH + 10}).enable(["table", "strikethrough"])
    also: RuleOptionsType = {"alt": ["paragraph", "reference", "blockquote", "list"]}
    parser.block.ruler.before("table", "too_deep", _too_deep)
    parser.block.ruler.at("blockquote", _quote, also)
    parser.block.ruler.at("html_block", _html, also)
    parser.block.ruler.before("fence", "frame", frame, also)
    parser.block.ruler.before("fence", "other_fence", fence, also)
    parser.block.ruler.before("fence", "admonition", _admonition, also)
    parser.block.ruler.before("fence", "tab", _tab, also)
    parser.block.ruler.before("reference", "note", _note, also)
    parser.block.ruler.before("paragraph", "definitions", _definitions)
    parser.block.ruler.before("definitions", "above_code", _above_code)
    parser.core.ruler.at("inline", _inline_blocks)
    parser.inline.ruler.before("link", "note_mark", _note_mark)
    parser.inline.ruler.after("note_mark", "wiki_link", _wiki_link)
    parser.inline.ruler.after("wiki_link", "bracket", _bracket)
    return parser


@cache
def element_parser() -> MarkdownIt:
    """The parser for text inside raw HTML: only tags and entities mean something."""
    parser = MarkdownIt("zero")
    parser.inline = _Inline()
    parser.configure("zero", {"html": True})
    parser.inline.ruler.enableOnly(["text", "newline", "html_inline", "entity"])
    return parser
