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
    """A physical line of prose: its source line, its nodes, its text as read, its spans; `end` is another line than `n` where the last
    span is code over several lines (in Markdown that shows in one)."""

    n: int
    nodes: tuple[Inline, ...]
    text: str
    spans: tuple[Span, ...]
    end: int


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
        _line(min(n, last), tuple(part), _end(part, index))
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


def _end(parts: Sequence[Inline], index: LineIndex) -> int:
    """The source line in which the code ends that a line ends with; 0 where it ends with anything else."""
    node = parts[-1]
    code = type(node) is Styled and node.style in _CODE_STYLES and "\n" not in plain(node.children)
    return index.line(node.at[1] - 1) if code else 0


def _exact(node: Inline) -> Inline:
    """Text with as many characters in the source as it shows; any other node as it is."""
    if type(node) is not Text or node.at[1] - node.at[0] == len(node.text):
        return node
    return Text(node.text, (node.at[0], node.at[0] + len(node.text)))


def _distribute(node: Inline, index: LineIndex, rows: list[tuple[int, list[Inline]]]) -> None:
    start = node.at[0]
    n = index.line(start) if node.at != (0, 0) or start else rows[-1][0]
    if type(node) is Text:
        if n > rows[-1][0] and node.text.strip():
            rows.append((n, []))
        if "\n" not in node.text:
            if node.text:
                rows[-1][1].append(_exact(node))
            return
        pieces = node.text.split("\n")
        offset = start
        numbers = _line_numbers(node, pieces, index, rows[-1][0])
        for i, piece in enumerate(pieces):
            if i:
                rows.append((numbers[i], []))
            if piece:
                rows[-1][1].append(Text(piece, (offset, offset + len(piece))))
            offset += len(piece) + 1
        return
    if type(node) is Styled and node.style in _CODE_STYLES:
        n = max(n, index.line(_content(node, index.text)))
    if n > rows[-1][0]:
        rows.append((n, []))
    if (type(node) is Styled or type(node) is Link) and "\n" in plain(node.children):
        inner: list[tuple[int, list[Inline]]] = [(rows[-1][0], [])]
        for child in node.children:
            _distribute(child, index, inner)
        rows[-1][1].append(replace(node, children=tuple(inner[0][1])))
        rows.extend((m, [replace(node, children=tuple(parts))]) for m, parts in inner[1:])
        return
    rows[-1][1].append(node)


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
    return replace(line, text=line.text[length:], spans=tuple(spans))


def line_of(row: Row) -> Line:
    """A row of code that holds words, as a line of prose."""
    return _line(row.n, (Text(row.text, (0, len(row.text))),))


def _line(n: int, nodes: tuple[Inline, ...], end: int = 0) -> Line:
    spans: list[Span] = []
    if len(nodes) == 1 and type(nodes[0]) is Text:
        whole = nodes[0].text
    else:
        whole, spans = _shown_with_spans(nodes)
    if "`" in whole or "\u201c" in whole or "\u00ab" in whole or whole.count('"') > 1 or whole.count("'") > 1:
        spans.extend(_quoted_spans(whole, tuple(spans)))
    if len(spans) > 1:
        spans.sort(key=lambda span: span.start)
    return Line(n, nodes, whole, tuple(spans), max(n, end))


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
