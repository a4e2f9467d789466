"""Blocks as plain lines of text, for the guide in a terminal."""

from __future__ import annotations

from collections.abc import Iterator

from runbook.inlines import plain, template_text
from runbook.model import (
    Block,
    Container,
    Heading,
    ListBlock,
    Paragraph,
    Preformatted,
    Table,
    Template,
)


def block_lines(blocks: tuple[Block, ...]) -> Iterator[str]:
    """The lines that a reader sees of some blocks, without markup; list items begin with "* " or their number."""
    for block in blocks:
        match block:
            case Paragraph() | Heading():
                yield from _joined(plain(block.children))
            case ListBlock():
                for n, item in enumerate(block.items, 1):
                    mark = f"{n}. " if block.kind == "ol" else "* "
                    for i, line in enumerate(block_lines(item.blocks)):
                        yield (mark if i == 0 else " " * len(mark)) + line
            case Preformatted():
                yield from ("    " + row.text for row in block.rows)
            case Table():
                for row in block.rows:
                    yield " | ".join(" ".join(block_lines(cell.blocks)) for cell in row.cells)
            case Container():
                yield from block_lines(block.blocks)
            case Template():
                yield from _joined(template_text(block))
            case _:
                pass


def _joined(text: str) -> Iterator[str]:
    """A paragraph as one line: the page's own line breaks say nothing in prose."""
    if line := " ".join(text.split()):
        yield line
