"""Rows of code and lines of prose cut to shape."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from runbook.extract.prose import Line
from runbook.extract.tongues import ENGLISH, NOTICES, Tongue
from runbook.extract.units import Unit
from runbook.inlines import plain
from runbook.looks import as_command
from runbook.model import Block, Inline, Item, Lines, ListBlock, Paragraph, Row, Styled, Template, Text
from runbook.patterns import pattern
from runbook.prompts import prompt_of

_NOTE_WORDS: Final = (
    ("note", "note"), ("nb", "note"), ("n.b", "note"), ("warning", "warning"), ("caution", "warning"), ("danger", "warning"), ("attention", "warning"),
    ("important", "important"), ("tip", "tip"), ("hint", "tip"), ("remark", "note"), ("remember", "note"), ("beware", "warning"),
)  # fmt: skip
_NOTE_STARTS: Final = tuple(word for word, _ in _NOTE_WORDS)


_LABELS: Final = {word: kind for word, kind in _NOTE_WORDS if word not in ("remember", "attention", "hint")}
"""Labels that may stand on a line of their own: "**Note**", "[!WARNING]"."""


def span(rows: Sequence[Row]) -> Lines:
    return rows[0].n, rows[-1].n


def dedented(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Rows without the blanks that all of them begin with: those are the markup's."""
    indents = [len(row.text) - len(row.text.lstrip()) for row in rows if row.text.strip()]
    shared = min(indents, default=0)
    return tuple(Row(row.n, row.text[shared:]) for row in rows) if shared else tuple(rows)


def joined(lines: Sequence[Line]) -> tuple[Inline, ...]:
    if len(lines) == 1:
        return lines[0].nodes
    nodes: list[Inline] = []
    for i, line in enumerate(lines):
        if i:
            nodes.append(Text("\n"))
        nodes.extend(line.nodes)
    return tuple(nodes)


def wrap(block: Paragraph, unit: Unit) -> Block:
    """A paragraph of a list item as a list of that one item, so that it is still seen to be one; merged with its neighbours later."""
    if not unit.path or unit.path[-1] not in ("ul", "ol", "dt"):
        return block
    if unit.path == ("ol",):
        return block
    kind = unit.path[-1]
    if kind == "dt":
        return ListBlock("dl", (Item("dt", (block,), block.lines),), block.lines)
    return ListBlock("ul" if kind == "ul" else "ol", (Item("li", (block,), block.lines),), block.lines)


def noticed(block: Paragraph) -> Template | None:
    """The template without arguments before the words of a paragraph that makes a notice of it."""
    words = [node for node in block.children if not isinstance(node, Text) or node.text.strip()]
    first = words[0] if len(words) > 1 else None
    found = isinstance(first, Template) and first.meaning is not None and first.meaning.kind == "notice" and not first.arguments
    return first if found and isinstance(first, Template) else None


def notices_in(block: Paragraph) -> list[Template]:
    """The notices that templates make in the midst of a paragraph."""
    return [node for node in block.children if isinstance(node, Template) and is_notice(node)]


def is_notice(node: Inline) -> bool:
    """Whether a node is a template's notice with its own words."""
    return isinstance(node, Template) and node.meaning is not None and node.meaning.kind == "notice" and bool(node.arguments)


def label_kind(text: str) -> str:
    """The kind of notice whose label is all of the first line of a paragraph, "" when it is none."""
    first = text.lstrip()[:24].partition("\n")[0]
    return _LABELS.get(first.strip("'\"*_[]!: ").casefold(), "") if len(first) < 24 else ""


def bold_label_kind(block: Paragraph) -> str:
    """The kind of notice whose label is set in bold before the words of a paragraph ("**Note** the key stays"), "" when there is none."""
    first = next((node for node in block.children if type(node) is not Text or node.text.strip()), None)
    label = noticed(block) if type(first) is Template else None
    if label is not None and label.meaning is not None:
        return label.meaning.notice
    if type(first) is not Styled or first.style not in ("bold", "strong", "b"):
        return ""
    return _LABELS.get(plain((first,)).strip("!: \n").casefold(), "")


def note_kind(text: str, tongue: Tongue = ENGLISH) -> str:
    """The kind of notice that a paragraph is by the label with which it begins, "" when it is none."""
    if alone := label_kind(text):
        return alone
    head = text.lstrip(" '\"*_").casefold()[:24]
    for word, kind in _NOTE_WORDS if head.startswith(_NOTE_STARTS) else ():
        if head.startswith(word) and head[len(word) : len(word) + 1] in (":", "!", " ", ".", ""):
            rest = head[len(word) :].lstrip(" '\"0123456789")
            if rest.startswith((":", "!", "-", "\u2013")):
                return kind
    for kind in NOTICES if tongue.speaks else ():
        length = tongue.opens(kind, head)
        if length and head[length:].lstrip(" '\"*\u00a0").startswith((":", "!", "-", "\u2013", "\uff1a", "\uff01")):
            return kind
    return ""


_NUMBERED: Final = pattern(r"\s*(\d{1,3})(?:[.:)|]\s?|\s+|\Z)(.*)")


def unnumbered(rows: Sequence[Row]) -> Sequence[Row]:
    """The rows of a listing whose lines are numbered from 1 on, most of them commands, without the numbers."""
    if len(rows) < _FEWEST or not rows[0].text.lstrip().startswith("1"):
        return rows
    out: list[Row] = []
    for row in rows:
        match = _NUMBERED.fullmatch(row.text)
        if match is None or int(match[1]) != len(out) + 1:
            return rows
        out.append(Row(row.n, match[2]))
    typed = sum(as_command(row.text) >= 3 or ((prompt := prompt_of(row.text)) is not None and prompt.sure) for row in out)
    return out if 2 * typed > len(out) else rows


_FEWEST: Final = 3
"""Lines that count is worth a look."""
