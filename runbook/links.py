"""The links of a page to pages of its wiki and elsewhere, wherever they stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from runbook.model import Container, Footnote, Inline, Link, ListBlock, Manual, Node, Note, Paragraph, Prose, Styled, Table


def links(node: Node) -> Iterator[Link]:
    """The links in what a node says, in order; those of nodes within it are theirs."""
    if isinstance(node, Prose | Note | Manual):
        for block in node.blocks:
            yield from _of_block(block)


def _of_block(block: object) -> Iterator[Link]:
    match block:
        case Paragraph():
            yield from _of_inlines(block.children)
        case ListBlock():
            for item in block.items:
                for inner in item.blocks:
                    yield from _of_block(inner)
        case Container():
            for inner in block.blocks:
                yield from _of_block(inner)
        case Table():
            for row in block.rows:
                for cell in row.cells:
                    for inner in cell.blocks:
                        yield from _of_block(inner)


def _of_inlines(nodes: Sequence[Inline]) -> Iterator[Link]:
    for node in nodes:
        if isinstance(node, Link):
            yield node
        elif isinstance(node, Styled | Footnote):
            yield from _of_inlines(node.children)
