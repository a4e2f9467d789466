"""Puts the stripped text of one stretch, or of an expanded template, into that of another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, Final

import msgspec

from runbook.line_index import LineIndex
from runbook.markup.wikitext.source import MARK, Context, Stripped
from runbook.model import At, Lines, Page, Row
from runbook.patterns import pattern

MAX_DEPTH: Final = 12
"""How deep arguments, functions and expanded templates may nest; what lies deeper stays as a placeholder or as text."""
_OWN_LINE: Final = pattern(r"\{\||[:;#*]")


def deeper(context: Context) -> Context:
    """The same context one level deeper; what it gathers goes into the same lists."""
    return replace(context, depth=context.depth + 1)


def aside(context: Context) -> Context:
    """A context one level deeper that gathers for itself: for text that decides something and isn't shown."""
    return replace(context, depth=context.depth + 1, diagnostics=[], told=set(), hidden=[], categories=[])


def splice(context: Context, out: Stripped, start: int, end: int) -> bool:
    """Append what page[start:end] gives without the white space around it; false when that lies too deep."""
    if context.depth >= MAX_DEPTH:
        return False
    text = context.text
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    append(out, context.strip(deeper(context), start, end))
    return True


def append(out: Stripped, inner: Stripped) -> None:
    """Append a stripped text of the same page; its nodes get new marks."""
    _own_line(out, inner)
    _renumber(out, inner)
    out.nodes += inner.nodes
    out.copy_from(inner, 0, len(inner.text))


def include(context: Context, out: Stripped, at: At, text: str, calls: frozenset[str]) -> None:
    """Append what `text`, which stands for the call at `at`, gives; `calls` are the templates that are being expanded in it."""
    lines = context.index.lines(at)
    page = Page(context.page.title, text, wiki=context.page.wiki)
    inner = context.strip(
        replace(context, page=page, index=FixedIndex(text, lines), depth=context.depth + 1, calls=calls), 0, len(text)
    )
    _own_line(out, inner)
    _renumber(out, inner)
    out.nodes += [placed(node, at, lines) for node in inner.nodes]
    out.write(inner.text, at[0])


def _own_line(out: Stripped, inner: Stripped) -> None:
    """A list or table that a call gives begins a line of its own (Parser::braceSubstitution)."""
    if out.first and _OWN_LINE.match(inner.text):
        out.write("\n", inner.map(0))


def _renumber(out: Stripped, inner: Stripped) -> None:
    shift = len(out.nodes)
    if shift and inner.nodes:
        inner.text = inner.text.translate({MARK + i: MARK + i + shift for i in range(len(inner.nodes))})


# --- places ---------------------------------------------------------------------------------------------------------------


class FixedIndex(LineIndex):
    """Lines of an expanded text: always those of the call."""

    def __init__(self, text: str, lines: Lines) -> None:
        super().__init__(text)
        self.fixed = lines

    def line(self, offset: int) -> int:
        return self.fixed[0]

    def lines(self, at: At) -> Lines:
        return self.fixed


_PLACED: Final[dict[str, Callable[[Any, At, Lines], Any]]] = {
    "at": lambda _, at, lines: at,  # noqa: ARG005
    "rows": lambda value, _, lines: tuple(Row(lines[0], row.text) if isinstance(row, Row) else row for row in value),
}


def placed(node: Any, at: At, lines: Lines) -> Any:
    """A node out of an expanded text with the call's place, and all nodes in it likewise."""
    changes: dict[str, Any] = {}
    for name in node.__struct_fields__:
        value = getattr(node, name)
        if name in _PLACED:
            value = _PLACED[name](value, at, lines)
        if isinstance(value, tuple) and value and isinstance(value[0], msgspec.Struct) and not isinstance(value[0], Row):
            value = tuple(placed(child, at, lines) for child in value)
        if value is not getattr(node, name):
            changes[name] = value
    return msgspec.structs.replace(node, **changes) if changes else node


def arguments_of(split: list[tuple[str, At]], text: str) -> Mapping[str, str]:
    """Values by name as a definition gets them: named ones without the white space around them."""
    return {name: text[a:b] if name.isdigit() else text[a:b].strip() for name, (a, b) in split}
