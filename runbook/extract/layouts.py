"""Tables that only lay a page out: what stands in their cells is read as if it stood on the page itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from runbook.extract.cues import is_instruction
from runbook.extract.platforms import platform_of
from runbook.extract.tongues import Tongue
from runbook.model import Block, Cell, ListBlock, Paragraph, Table, plain


def cells_with_steps(table: Table, tongue: Tongue) -> list[Block]:
    """The blocks of a table's cells, in order, where the numbered lists of a cell ask for something, and neither rows nor columns are
    alternatives for systems; none else."""
    cells = [cell for row in table.rows for cell in row.cells]
    if not any(_is_procedure(cell, tongue) for cell in cells):
        return []
    labels = [cells[0], *(row.cells[0] for row in table.rows[1:] if row.cells), *table.rows[0].cells]
    if sum(bool(platform_of(_words(cell.blocks))) for cell in labels) > 1:
        return []
    return [block for cell in cells for block in cell.blocks]


def _is_procedure(cell: Cell, tongue: Tongue) -> bool:
    items = [item for block in cell.blocks if type(block) is ListBlock and block.kind == "ol" for item in block.items]
    return len(items) > 1 and 2 * sum(is_instruction(_words(item.blocks[:1]), tongue) for item in items) >= len(items)


def _words(blocks: Sequence[Block]) -> str:
    return " ".join(_paragraphs(blocks)).strip()


def _paragraphs(blocks: Sequence[Block]) -> Iterator[str]:
    return (plain(block.children) for block in blocks if isinstance(block, Paragraph))
