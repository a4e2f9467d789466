"""What two readings of a page have in common, whatever they were written in: shapes of blocks, and runbooks without places."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import Any

from msgspec import Struct
from msgspec.structs import asdict

from runbook.extract.prose import last_words
from runbook.inlines import template_text
from runbook.model import (
    Block,
    Branch,
    Break,
    Container,
    Footnote,
    Heading,
    Hidden,
    Image,
    Inline,
    Item,
    Link,
    ListBlock,
    Listing,
    Node,
    Note,
    Paragraph,
    Preformatted,
    Prose,
    Runbook,
    Step,
    Styled,
    Table,
    Template,
    Text,
)
from runbook.render.markdown_tree import call_text

_EDGE = re.compile(r"[ \t]*\n[ \t\n]*")
_PLACES = frozenset("lines cols at rule spans from_ diagnostics".split())


# --- blocks -----------------------------------------------------------------------------------------------------------


def shapes(blocks: Iterable[Block]) -> list[Any]:
    """What blocks say, without where they stand: kinds, nesting, words, code to the character."""
    return [shape for block in blocks if (shape := _shape(block)) is not None]


def _shape(block: Block) -> Any:
    match block:
        case Heading():
            return ("heading", block.level, _inlines(block.children))
        case Paragraph():
            children = _inlines(block.children)
            return ("paragraph", children) if children else None
        case ListBlock():
            first = next((item.number for item in block.items if item.number is not None), 1)
            return ("list", block.kind, *(_item(item, first + i, block.kind) for i, item in enumerate(block.items)))
        case Preformatted():
            return ("code", block.language, block.info, *(row.text for row in block.rows))
        case Table():
            rows = tuple(
                tuple((cell.header, cell.colspan, cell.rowspan, *shapes(cell.blocks)) for cell in row.cells) for row in block.rows
            )
            return ("table", _inlines(block.caption), rows)
        case Container():
            return (block.name, " ".join(block.title.split()), *shapes(block.blocks))
        case Hidden():
            return ("comment", block.text) if block.kind == "comment" and block.text else None
        case Template():
            return ("template", block.name)
        case _:
            return ("rule",)


def _item(item: Item, number: int, kind: str) -> Any:
    return (item.kind, (item.number or number) if kind == "ol" else None, *shapes(item.blocks))


def _inlines(nodes: Iterable[Inline]) -> tuple[Any, ...]:
    out: list[Any] = []
    for node in nodes:
        shape = _inline(node)
        if isinstance(shape, str) and out and isinstance(out[-1], str):
            out[-1] += shape
        elif shape != "":
            out.append(shape)
    out = [_EDGE.sub("\n", each) if isinstance(each, str) else each for each in out]
    if out and isinstance(out[0], str):
        out[0] = out[0].lstrip()
    if out and isinstance(out[-1], str):
        out[-1] = out[-1].rstrip()
    return tuple(each for each in out if each != "")


def _inline(node: Inline) -> Any:
    match node:
        case Text():
            return node.text
        case Styled():
            return (node.style, *_inlines(node.children))
        case Link():
            return ("link", node.kind, node.target, *_inlines(node.children))
        case Image():
            return ("image", node.target, node.alt)
        case Footnote():
            return ("footnote", *_inlines(node.children))
        case Break():
            return ("break",)
        case Template():
            return ("template", node.name)


# --- runbooks ---------------------------------------------------------------------------------------------------------


def essence(runbook: Runbook) -> dict[str, Any]:
    """A runbook without what depends on its markup: places, rules, the revision, how prose is dressed. Two pages that ask for the
    same have equal ones."""
    parts = {name: _nodes(getattr(runbook, name)) for name in ("preamble", "steps", "closing")}
    parameters = sorted((each.name, each.value, each.type, each.secret) for each in runbook.parameters)
    return {"title": runbook.page.title, "categories": runbook.page.categories, "parameters": parameters, **parts}


def rows(runbook: Runbook) -> Iterator[tuple[int, Any]]:
    """The nodes of a runbook in reading order, each with its first line and what of it does not depend on markup."""
    for node in _flat((*runbook.preamble, *runbook.steps, *runbook.closing)):
        if not _nodes((node,)):
            continue
        shape = _node(node)
        yield node.lines[0], {key: value for key, value in shape.items() if key not in ("body", "branches")}


def _flat(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        for inner in (getattr(node, "body", ()), *(branch.body for branch in getattr(node, "branches", ()))):
            yield from _flat(inner)


def _nodes(nodes: Iterable[Node]) -> list[Any]:
    """Nodes that say something."""
    return [_node(node) for node in nodes if not _empty(node)]


def _empty(node: Node) -> bool:
    if isinstance(node, Prose):
        return not words(node.blocks)
    return isinstance(node, Listing) and not any(line.strip() for line in node.text)


def _node(node: Any) -> Any:
    match node:
        case Prose():
            return {"kind": "prose", "text": words(node.blocks)}
        case Note():
            return {"kind": "note", "note": node.kind, "text": words(node.blocks) or node.text.split()}
        case Listing():
            text = [line.rstrip() for line in node.text]
            return {"kind": "listing", "text": "\n".join(text).strip("\n")}
        case Step() | Branch() | Struct():
            return {
                "kind": type(node).__name__,
                **{key: _value(value) for key, value in asdict(node).items() if key not in _PLACES},
            }
    return node


def _value(value: Any) -> Any:
    if isinstance(value, Struct):
        return _node(value)
    if isinstance(value, tuple):
        if value and isinstance(value[0], Paragraph | ListBlock | Container | Table | Template):
            return words(value)
        return _nodes(value) if value and isinstance(value[0], Node) else [_value(each) for each in value]
    return value


def words(blocks: Iterable[Block]) -> list[str]:
    """The words that some blocks show, in order."""
    return " ".join(_shown(blocks)).split()


def _shown(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Paragraph() | Heading():
                yield _line(block.children)
            case Preformatted():
                yield from (row.text for row in block.rows)
            case ListBlock():
                for item in block.items:
                    yield from _shown(item.blocks)
            case Container():
                yield from _shown(block.blocks)
            case Table():
                yield _line(block.caption)
                for row in block.rows:
                    for cell in row.cells:
                        yield from _shown(cell.blocks)
            case Template(meaning=None):
                yield call_text(block)
            case Template():
                yield _line((block,)) or (block.meaning.value if block.meaning and block.meaning.value else block.name)
            case _:
                pass


def _line(nodes: Iterable[Inline]) -> str:
    out: list[str] = []
    for node in nodes:
        match node:
            case Template():
                out.append(template_text(node) if node.meaning is not None else last_words(node))
            case Image():
                out.append(" ".join(node.alt.split()))
            case Break():
                out.append(" ")
            case Styled() | Link():
                out.append(_line(node.children))
            case Text():
                out.append(node.text)
            case Footnote():
                pass
    return "".join(out)
