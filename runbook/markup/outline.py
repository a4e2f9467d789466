"""A tree of blocks as compact text, for reading and for tests: a line a block, nested ones indented, source lines in front."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from runbook.model import (
    Break,
    Container,
    Document,
    Footnote,
    Heading,
    Hidden,
    Image,
    Link,
    ListBlock,
    Paragraph,
    Preformatted,
    Rule,
    Styled,
    Table,
    Template,
    Text,
)


def outline(document: Document) -> str:
    """The outline of a document."""
    return "\n".join(_blocks(document.blocks, 0))


def _blocks(blocks: Iterable[Any], depth: int) -> Iterator[str]:
    for block in blocks:
        yield from _block(block, depth)


def _at(depth: int, lines: tuple[int, int], text: str) -> str:
    span = str(lines[0]) if lines[0] == lines[1] else f"{lines[0]}-{lines[1]}"
    return f"{'  ' * depth}{span} {text}".rstrip()


def _block(block: Any, depth: int) -> Iterator[str]:
    match block:
        case Paragraph():
            yield _at(depth, block.lines, ("text " if block.bare else "p ") + inlines(block.children))
        case Heading():
            yield _at(depth, block.lines, f"h{block.level} {inlines(block.children)}")
        case Preformatted():
            extra = " ".join(part for part in (block.language, block.info) if part)
            yield _at(depth, block.lines, f"pre {block.kind} {extra}")
            for row in block.rows:
                yield f"{'  ' * (depth + 1)}{row.n}|{row.text}"
        case ListBlock():
            yield _at(depth, block.lines, block.kind)
            for item in block.items:
                yield _at(depth + 1, item.lines, item.kind + (f" {item.number}." if item.number is not None else ""))
                yield from _blocks(item.blocks, depth + 2)
        case Table():
            yield from _table(block, depth)
        case Container():
            yield _at(depth, block.lines, f"<{block.name}> {block.title}")
            yield from _blocks(block.blocks, depth + 1)
        case Template():
            yield from _template(block, depth)
        case Hidden():
            yield _at(depth, block.lines, f"hidden {block.kind} {block.text!r}")
        case Rule():
            yield _at(depth, block.lines, "hr")


def _table(table: Table, depth: int) -> Iterator[str]:
    yield _at(depth, table.lines, f"table {inlines(table.caption)}")
    for row in table.rows:
        yield _at(depth + 1, row.lines, "tr")
        for cell in row.cells:
            spans = f" {cell.colspan}x{cell.rowspan}" if (cell.colspan, cell.rowspan) != (1, 1) else ""
            yield _at(depth + 2, cell.lines, ("th" if cell.header else "td") + spans)
            yield from _blocks(cell.blocks, depth + 3)


def _template(call: Template, depth: int) -> Iterator[str]:
    yield _at(depth, call.lines, f"template {call.name} ({call.meaning.kind if call.meaning else 'unknown'})")
    for argument in call.arguments:
        yield f"{'  ' * (depth + 1)}{argument.name}="
        if argument.blocks:
            yield from _blocks(argument.blocks, depth + 2)
        else:
            for row in argument.rows:
                yield f"{'  ' * (depth + 2)}{row.n}|{row.text}"


def inlines(nodes: Iterable[Any]) -> str:
    """Inline nodes on one line: text as it is, the rest as (name text)."""
    out = ""
    for node in nodes:
        match node:
            case Text():
                out += node.text.replace("\n", "\\n")
            case Styled():
                out += f"({node.style} {inlines(node.children)})"
            case Link():
                out += f"(link {node.target}: {inlines(node.children)})"
            case Image():
                out += f"(image {node.target}: {node.alt})"
            case Break():
                out += "(br)"
            case Footnote():
                name = " ".join(part for part in (node.group, node.name) if part)
                out += f"(note {name}: {inlines(node.children)})" if name else f"(note {inlines(node.children)})"
            case Template():
                values = "|".join(f"{a.name}={' '.join(row.text for row in a.rows)}" for a in node.arguments)
                out += f"(template {node.name} {values})".replace(" )", ")")
    return out
