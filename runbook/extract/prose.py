"""Prose as physical lines and sentences, with its inline spans."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from runbook.inlines import plain, template_text
from runbook.line_index import LineIndex
from runbook.model import (
    Break,
    Image,
    Inline,
    Lines,
    Link,
    Row,
    Styled,
    Template,
    Text,
)


class Span(Struct, frozen=True, gc=False):
    """An inline span which may hold a command or a file's name: `text`, where it stands in its line's text, and how it is marked
    ("code", "bold", "italic", "quote", "backtick", …)."""

    text: str
    start: int
    end: int
    style: str


class Line(Struct, frozen=True, gc=False):
    """A line of prose as seen: its source line, its nodes, its text as read, its spans; `turns` are the further lines of the source that
    it takes, each with where in its text it begins."""

    n: int
    nodes: tuple[Inline, ...]
    text: str
    spans: tuple[Span, ...]
    turns: tuple[tuple[int, int], ...]

    @property
    def end(self) -> int:
        """The last of its source lines."""
        return self.turns[-1][1] if self.turns else self.n

    def source_line(self, at: int) -> int:
        """The source line in which the character number `at` of the text stands."""
        return max((line for begins, line in self.turns if begins <= at), default=self.n)


_CODE_STYLES: Final = {"code", "tt", "kbd", "samp"}
_MARKED_STYLES: Final = {"bold", "italic"}
_QUOTED: Final = re.compile(
    r"``(?P<d>[^`\n]{1,300})``|`(?P<b>[^`\n]{1,300})`|\"(?P<q>[^\"\n]{2,300})\"|(?<!\w)'(?P<s>[^'\n]{2,300})'(?!\w)|"
    r"[\u201c\u201e](?P<c>[^\u201c\u201d\u201e\n]{2,300})[\u201c\u201d]|\u00ab\s?(?P<g>[^\u00ab\u00bb\n]{2,300}?)\s?\u00bb"
)
_SENTENCE_END: Final = re.compile(
    r"[.!?\n\u3002\uff01\uff1f](?:(?<=\n)\n*|(?<=[\u3002\uff01\uff1f])()|"
    r"(?<=[.!?])([\"')\]]*\s+)(?=[\"'(\[]?(?![a-z\u00df-\u00ff\u0430-\u044f])\w))"
)
"""What stands between two sentences is the last group of a match, or all of it where it has none."""


def lines_of(nodes: Sequence[Inline], index: LineIndex, lines: Lines) -> list[Line]:
    """The physical lines of inline nodes that stand on the source lines `lines`."""
    first = lines[0]
    if first == lines[1] and nodes:
        exact = tuple([_exact(node) for node in nodes if type(node) is not Text or node.text])
        if Break in map(type, exact):
            return [_line(first, part) for part in _broken(exact)]
        line = _line(first, exact)
        if "\n" not in line.text:
            return [line] if line.nodes else []
    rows: list[tuple[int, list[Inline]]] = [(first, [])]
    for node in nodes:
        _distribute(node, index, rows)
    last = len(index.starts)
    return [
        _line(min(n, last), tuple(part), _turns(n, part, index))
        for n, parts in rows
        if parts
        for part in (_broken(parts) if Break in map(type, parts) else (parts,))
    ]


def _broken(nodes: Sequence[Inline]) -> Iterator[tuple[Inline, ...]]:
    """The nodes of a line of the source as the lines that its line breaks make of it; each keeps the break at its end."""
    start = 0
    holds = False
    for at, node in enumerate(nodes, 1):
        if not isinstance(node, Break):
            holds = True
        elif holds:
            yield tuple(nodes[start:at])
            start, holds = at, False
    if start < len(nodes):
        yield tuple(nodes[start:])


def _turns(n: int, parts: Sequence[Inline], index: LineIndex) -> tuple[tuple[int, int], ...]:
    """Where in the text of a line that begins in the source line `n` further lines of the source begin, and which: code over several
    lines shows in one, and so do tags and comments."""
    if index.line(max(0, parts[-1].at[1] - 1)) <= n:
        return ()
    found: list[tuple[int, int]] = []
    length = 0
    for node in parts:
        begins = _first(node, index)
        ends = index.line(max(0, node.at[1] - 1)) if _is_code(node) else begins
        found += [(at, line) for at, line in ((length, begins), (length + 1, ends)) if line > n]
        n = max(n, begins, ends)
        length += len(_shown(node))
    return tuple(found)


def _is_code(node: Inline) -> bool:
    """Whether a node is code, all of which shows in one line."""
    return type(node) is Styled and node.style in _CODE_STYLES and "\n" not in plain(node.children)


def _exact(node: Inline) -> Inline:
    """Text with as many characters in the source as it shows; any other node as it is."""
    if type(node) is not Text or node.at[1] - node.at[0] == len(node.text):
        return node
    return Text(node.text, (node.at[0], node.at[0] + len(node.text)))


def _distribute(node: Inline, index: LineIndex, rows: list[tuple[int, list[Inline]]]) -> None:
    """Adds a node to the last of some rows, or rows of its own. A new line of the source is no new row by itself: it may have begun
    within a tag, a comment or code, where nobody sees it."""
    if type(node) is Text:
        n = _first(node, index) if node.at != (0, 0) else rows[-1][0]
        if n > rows[-1][0] and node.text.strip() and _breaks_off(rows[-1][1]):
            rows.append((n, []))
        if "\n" not in node.text:
            if node.text:
                rows[-1][1].append(_exact(node))
            return
        pieces = node.text.split("\n")
        offset = node.at[0]
        numbers = _line_numbers(node, pieces, index, max(n, rows[-1][0]))
        for i, piece in enumerate(pieces):
            if i:
                rows.append((numbers[i], []))
            if piece:
                rows[-1][1].append(Text(piece, (offset, offset + len(piece))))
            offset += len(piece) + 1
        return
    n = _first(node, index) if node.at != (0, 0) else rows[-1][0]
    if n > rows[-1][0] and (_breaks_off(rows[-1][1]) or n > index.line(node.at[0])):
        rows.append((n, []))
    if (type(node) is Styled or type(node) is Link) and "\n" in plain(node.children):
        inner: list[tuple[int, list[Inline]]] = [(rows[-1][0], [])]
        for child in node.children:
            _distribute(child, index, inner)
        if inner[0][1]:
            rows[-1][1].append(replace(node, children=tuple(inner[0][1])))
        rows.extend((m, [replace(node, children=tuple(parts))]) for m, parts in inner[1:])
        return
    rows[-1][1].append(node)


def _breaks_off(nodes: Sequence[Inline]) -> bool:
    """Whether what comes behind some nodes is seen in a line of its own."""
    return not nodes or isinstance(nodes[-1], Break)


def _first(node: Inline, index: LineIndex) -> int:
    """The source line in which a node begins; code, in which its content does."""
    code = type(node) is Styled and node.style in _CODE_STYLES
    return index.line(_content(node, index.text) if code else node.at[0])  # type: ignore[arg-type]


def _content(node: Styled, source: str) -> int:
    """Where the content of inline code begins whose mark stands on a line of its own; else where the code begins."""
    start, end = node.at
    at = start
    while at < end and source[at] == "`":
        at += 1
    return at + 1 if start < at < end and source[at] == "\n" else start


def _line_numbers(node: Text, pieces: Sequence[str], index: LineIndex, first: int) -> list[int]:
    """The source line of each line of a text node. Where its source has more lines than it (a comment went out), the words tell."""
    start, end = node.at
    if len(pieces) == 1 or index.text.count("\n", start, end) == len(pieces) - 1:
        return list(range(first, first + len(pieces)))
    numbers = [first]
    for piece in pieces[1:]:
        words = piece.strip()
        found = index.text.find(words, start, end) if words and start >= 0 else -1
        start = found + len(words) if found >= 0 else -1 if words else start
        numbers.append(max(index.line(found) if found >= 0 else 0, numbers[-1] + 1))
    return numbers


def behind(line: Line, length: int) -> Line:
    """A line without its first characters, a marker's; its spans keep only what stands behind these."""
    spans = (replace(span, start=span.start - length, end=span.end - length) for span in line.spans if span.start >= length)
    turns = ((at - length, n) for at, n in line.turns)
    return replace(line, text=line.text[length:], spans=tuple(spans), turns=tuple(turns))


def line_of(row: Row) -> Line:
    """A row of code that holds words, as a line of prose."""
    return _line(row.n, (Text(row.text, (0, len(row.text))),))


def _line(n: int, nodes: tuple[Inline, ...], turns: tuple[tuple[int, int], ...] = ()) -> Line:
    spans: list[Span] = []
    if len(nodes) == 1 and type(nodes[0]) is Text:
        whole = nodes[0].text
    else:
        whole, spans = _shown_with_spans(nodes)
    if "`" in whole or "\u201c" in whole or "\u00ab" in whole or whole.count('"') > 1 or whole.count("'") > 1:
        spans.extend(_quoted_spans(whole, tuple(spans)))
    if len(spans) > 1:
        spans.sort(key=lambda span: span.start)
    return Line(n, nodes, whole, tuple(spans), turns)


def _shown_with_spans(nodes: tuple[Inline, ...]) -> tuple[str, list[Span]]:
    text: list[str] = []
    spans: list[Span] = []
    length = 0
    for node in nodes:
        if type(node) is Text:
            shown = node.text
        else:
            shown = _shown(node)
            if type(node) is Styled:
                spans.extend(_styled_spans(node, shown, length))
            elif type(node) is Template and node.meaning is not None and node.meaning.kind in ("inline", "command"):
                spans.append(Span(shown, length, length + len(shown), "code"))
        text.append(shown)
        length += len(shown)
    return "".join(text), spans


def _shown(node: Inline) -> str:
    if type(node) is Text:
        return node.text
    if type(node) is Styled or type(node) is Link:
        return _shown_of(node.children)
    if type(node) is Break:
        return " "
    if type(node) is Image:
        return node.alt
    if type(node) is Template:
        if node.meaning is None:
            return last_words(node)
        return "" if node.meaning.kind == "notice" else template_text(node)
    return ""


def _shown_of(nodes: tuple[Inline, ...]) -> str:
    if len(nodes) == 1:
        return _shown(nodes[0])
    return "".join([_shown(node) for node in nodes])


def last_words(call: Template) -> str:
    """What a template of unknown meaning shows in a sentence, as far as one can tell: its last positional argument (the text of a link),
    else its name in braces."""
    positional = [argument for argument in call.arguments if argument.name.isdigit() and len(argument.rows) == 1]
    return positional[-1].rows[0].text.strip() if positional else template_text(call)


def _styled_spans(node: Styled, shown: str, start: int) -> Iterator[Span]:
    """The spans of a node that shows a text from `start` on."""
    if node.style in _CODE_STYLES:
        yield Span(shown, start, start + len(shown), "code")
        return
    styled = [child for child in node.children if type(child) is Styled]
    if node.style in _MARKED_STYLES:
        inner = next((child for child in styled if child.style in _CODE_STYLES), None) if styled else None
        style = "code" if inner is not None and _shown(inner).strip() == shown.strip() else node.style
        yield Span(shown, start, start + len(shown), style)
        if style == "code":
            return
    offset = start
    for child in node.children if styled else ():
        text = _shown(child)
        if type(child) is Styled:
            yield from _styled_spans(child, text, offset)
        offset += len(text)


def _quoted_spans(text: str, taken: Sequence[Span]) -> Iterator[Span]:
    for match in _QUOTED.finditer(text):
        kind = match.lastgroup or "q"
        if any(span.style == "code" and span.start < match.end() and match.start() < span.end for span in taken):
            continue
        yield Span(match[kind], match.start(), match.end(), "backtick" if kind in "db" else "quote")


_WRAPPED: Final = 45
"""What is longer and breaks off without a sign was wrapped by its author's editor."""


def _goes_on(text: str, start: int, end: int) -> bool:
    """Whether the sentence of a long line goes on in the next one, which begins in small letters, or with a mark."""
    line = max(start, text.rfind("\n", 0, end) + 1)
    return (
        end - line >= _WRAPPED
        and text[end - 1] not in ".:;!?"
        and (text[end + 1 : end + 2].islower() or text[end + 1 : end + 2] in tuple("`(\"'/"))
    )


@lru_cache(maxsize=512)
def sentences(text: str) -> tuple[str, ...]:
    """The sentences of some prose, in order."""
    parts: list[str] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        end, following = match.span(match.lastindex or 0)
        if text[end : end + 1] == "\n" and _goes_on(text, start, end):
            continue
        parts.append(text[start:end].strip())
        start = following
    parts.append(text[start:].strip())
    return tuple(filter(None, parts))


def last_sentence(text: str) -> str:
    """The last sentence of some prose; "" when there is none."""
    found = sentences(text)
    return found[-1] if found else ""
