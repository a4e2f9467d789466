"""What an element becomes when it is closed: a node of the model."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any, Final

from runbook.inlines import template_text
from runbook.markup.wikitext import tags
from runbook.markup.wikitext.source import Context
from runbook.markup.wikitext.strip import parse_attributes
from runbook.model import (
    At,
    Break,
    Cell,
    Container,
    Heading,
    Inline,
    Item,
    Link,
    ListBlock,
    Paragraph,
    Preformatted,
    Row,
    Styled,
    Table,
    TableRow,
    Template,
    Text,
)

_BLANK: Final = " \t\n\r\f\v"
_BLANKS: Final = frozenset(_BLANK)


@dataclass(slots=True)
class Frame:
    """An open block element: what has been put into it, and the lines that it touches."""

    tag: str
    attributes: str
    first: int
    last: int
    blocks: list[Any] = field(default_factory=list)
    foster: list[Any] = field(default_factory=list)
    """What stood in a table outside of its cells: blocks, and running text as (nodes, lines)."""
    fostered: bool = False


def inline(name: str, data: Any, children: tuple[Inline, ...], at: At) -> Inline:
    """A closed inline element."""
    if name == "a":
        kind, target = data
        return Link(target, children, kind, at)
    return Styled(tags.STYLE_NAMES.get(name, name), children, at)


def place(node: Inline) -> At:
    return node.at


def trim(root: list[Inline]) -> tuple[Inline, ...]:
    """A paragraph's nodes without white space at both ends; none when nothing in it can be seen."""
    while root and type(root[0]) is Text and (node := root[0]).text[:1] in _BLANKS:
        text = node.text.lstrip(_BLANK)
        if text:
            root[0] = Text(text, (node.at[0] + len(node.text) - len(text), node.at[1]))
            break
        del root[0]
    while root and type(root[-1]) is Text and (node := root[-1]).text[-1:] in _BLANKS:
        text = node.text.rstrip(_BLANK)
        if text:
            root[-1] = Text(text, (node.at[0], max(node.at[0] + 1, node.at[1] - len(node.text) + len(text))))
            break
        root.pop()
    return tuple(root) if any(map(visible, root)) else ()


def visible(node: Inline) -> bool:
    kind = type(node)
    if kind is Text:
        return not node.text.isspace() and node.text != ""  # type: ignore[union-attr]
    if kind is Styled or kind is Link:
        return any(map(visible, node.children))  # type: ignore[union-attr]
    return kind is not Break


def flat(blocks: list[Any]) -> tuple[Inline, ...]:
    """The inline nodes of some blocks, in order, with line ends between them."""
    out: list[Inline] = []
    for block in blocks:
        out += [Text("\n", out[-1].at)] if out else []
        out += _inlines_of(block)
    return tuple(out)


def _inlines_of(block: Any) -> list[Inline]:
    match block:
        case Paragraph() | Heading():
            return list(block.children)
        case Preformatted():
            return list(block.children) or [Text("\n".join(row.text for row in block.rows))]
        case Template():
            return [block]
        case ListBlock():
            return list(flat([inner for item in block.items for inner in item.blocks]))
        case Container():
            return list(flat(list(block.blocks)))
        case Table():
            return list(flat([inner for row in block.rows for cell in row.cells for inner in cell.blocks]))
    return []


# --- rows of preformatted text --------------------------------------------------------------------------------------------


def leaves(nodes: tuple[Inline, ...], out: list[tuple[str, At]]) -> None:
    """The texts of inline nodes with their places, in order."""
    for node in nodes:
        if type(node) is Text:
            out.append((node.text, node.at))
        elif type(node) is Styled or type(node) is Link:
            leaves(node.children, out)
        elif type(node) is Break:
            out.append(("\n", node.at))
        elif type(node) is Template:
            out.append((template_text(node), node.at))


def rows(context: Context, nodes: tuple[Inline, ...]) -> tuple[Row, ...]:
    """The lines of preformatted running text, each with the line of its first character."""
    found: list[tuple[str, At]] = []
    leaves(nodes, found)
    out: list[Row] = []
    line_of = context.index.line
    current, n = "", 0
    for text, at in found:
        exact = len(text) == at[1] - at[0]
        pos = 0
        while True:
            end = text.find("\n", pos)
            if not n and pos < len(text):
                n = line_of(at[0] + pos if exact else at[0])
            if end < 0:
                current += text[pos:]
                break
            out.append(Row(n, current + text[pos:end]))
            current, n, pos = "", 0, end + 1
    if current:
        out.append(Row(n, current))
    return tuple(out)


# --- blocks ---------------------------------------------------------------------------------------------------------------


def _paragraph(context: Context, frame: Frame, parent: str) -> list[Any]:
    return frame.blocks


def _heading(context: Context, frame: Frame, parent: str) -> list[Any]:
    children: list[Inline] = []
    blocks: list[Any] = []
    for part in frame.blocks:
        if isinstance(part, tuple):
            children += part
        else:
            blocks.append(part)
    return [Heading(int(frame.tag[1]), tuple(children), (frame.first, frame.last)), *blocks]


def _pre(context: Context, frame: Frame, parent: str) -> list[Any]:
    out: list[Any] = []
    nodes: list[Inline] = []
    for part in frame.blocks:
        if isinstance(part, list):
            nodes += part
        else:
            if nodes:
                out.append(_pre_block(context, frame, nodes))
            nodes = []
            out.append(part)
    if nodes or not out:
        out.append(_pre_block(context, frame, nodes))
    return [node for node in out if not (context.author and isinstance(node, Preformatted) and not node.rows)]


def _pre_block(context: Context, frame: Frame, nodes: list[Inline]) -> Preformatted:
    space = frame.attributes == "space"
    if not space and nodes and isinstance(first := nodes[0], Text) and first.text.startswith("\n"):
        nodes = [Text(first.text[1:], (first.at[0] + 1, first.at[1])), *nodes[1:]]
    lines = rows(context, tuple(nodes))
    while lines and not lines[-1].text.strip() and space:
        lines = lines[:-1]
    styled = tuple(nodes) if any(not isinstance(node, Text) for node in nodes) else ()
    info = "" if space else frame.attributes.strip()
    return Preformatted("space" if space else "pre", lines, (frame.first, frame.last), info=info, children=styled)


def _list(context: Context, frame: Frame, parent: str) -> list[Any]:
    items: list[Item] = []
    if frame.blocks and not any(type(part) is Item for part in frame.blocks):
        return [Container(frame.tag, tuple(frame.blocks), (frame.first, frame.last))]
    before = list(takewhile(lambda part: type(part) is Paragraph, frame.blocks))
    for part in frame.blocks[len(before) :]:
        if type(part) is Item:
            items.append(part)
        elif items:
            last = items[-1]
            items[-1] = Item(last.kind, (*last.blocks, part), (last.lines[0], max(last.lines[1], part.lines[1])), last.number)
        else:
            items.append(Item("dd" if frame.tag == "dl" else "li", (part,), part.lines))
    first = items[0].lines[0] if before else frame.first
    return [*before, ListBlock(frame.tag, tuple(items), (first, frame.last))]  # type: ignore[arg-type]


def _item(context: Context, frame: Frame, parent: str) -> list[Any]:
    lines = (frame.first, frame.last)
    if parent in tags.LISTS:
        return [Item(frame.tag, tuple(frame.blocks), lines)]  # type: ignore[arg-type]
    return [Container(frame.tag, tuple(frame.blocks), lines)]


def _span(attributes: str, name: str) -> int:
    value = parse_attributes(attributes).get(name, "1").strip() if name in attributes.lower() else "1"
    return min(int(value), 1000) if value.isascii() and value.isdigit() and len(value) < 5 and int(value) else 1


def _cell(context: Context, frame: Frame, parent: str) -> list[Any]:
    attributes = frame.attributes
    columns, rows_ = (_span(attributes, "colspan"), _span(attributes, "rowspan")) if "span" in attributes.lower() else (1, 1)
    return [Cell(frame.tag == "th", tuple(frame.blocks), (frame.first, frame.last), columns, rows_)]


def _caption(context: Context, frame: Frame, parent: str) -> list[Any]:
    out: list[Inline] = []
    for block in frame.blocks:
        if isinstance(block, Paragraph):
            out += block.children
    return [tuple(out)]


def _row(context: Context, frame: Frame, parent: str) -> list[Any]:
    cells = tuple(part for part in frame.blocks if type(part) is Cell)
    return [TableRow(cells, (frame.first, frame.last))]


def _table(context: Context, frame: Frame, parent: str) -> list[Any]:
    caption: tuple[Inline, ...] = ()
    found: list[TableRow] = []
    for part in frame.blocks:
        if type(part) is TableRow:
            found.append(part)
        elif isinstance(part, tuple):
            caption += part
    foster = [Paragraph(trim(part[0]), part[1], bare=True) if isinstance(part, tuple) else part for part in frame.foster]
    return [*foster, Table(tuple(found), (frame.first, frame.last), caption)]


def _container(context: Context, frame: Frame, parent: str) -> list[Any]:
    return [Container(frame.tag, tuple(frame.blocks), (frame.first, frame.last))]


_CLOSERS: Final[dict[str, Callable[[Context, Frame, str], list[Any]]]] = {
    "p": _paragraph,
    "pre": _pre,
    "tr": _row,
    "td": _cell,
    "th": _cell,
    "caption": _caption,
    "table": _table,
    **dict.fromkeys(tags.HEADINGS, _heading),
    **dict.fromkeys(tags.LISTS, _list),
    **dict.fromkeys(tags.ITEMS, _item),
}


def block(context: Context, frame: Frame, parent: str) -> list[Any]:
    """The nodes that a closed element leaves in its parent (named `parent`)."""
    return _CLOSERS.get(frame.tag, _container)(context, frame, parent)
