"""Tables that only lay a page out, and templates that are steps: what they hold is read as if it stood on the page itself."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from runbook.extract.cues import is_instruction
from runbook.extract.platforms import platform_of
from runbook.extract.tongues import Tongue
from runbook.inlines import plain
from runbook.model import Block, Cell, ListBlock, Paragraph, Table, Template, Text


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


def step_called(call: Template) -> list[Block]:
    """The blocks of a call that is a step by the row of its template, and has a number, behind its marker; none of another call."""
    if call.meaning is None or call.meaning.kind != "layout" or not call.meaning.value:
        return []
    number = next((one.text.strip() for one in call.arguments if one.text.strip().isdecimal()), "")
    if not number:
        return []
    said = [block for one in call.arguments if one.text.strip() != number for block in one.blocks]
    marker = Text(call.meaning.value.replace("{}", number), (call.at[0], call.at[0]))
    first = said[0] if said else None
    if isinstance(first, Paragraph):
        return [replace(first, children=(marker, *first.children), lines=(call.lines[0], first.lines[1])), *said[1:]]
    return [Paragraph((marker,), (call.lines[0], call.lines[0])), *said]


def _is_procedure(cell: Cell, tongue: Tongue) -> bool:
    items = [item for block in cell.blocks if type(block) is ListBlock and block.kind == "ol" for item in block.items]
    return len(items) > 1 and 2 * sum(is_instruction(_words(item.blocks[:1]), tongue) for item in items) >= len(items)


def _words(blocks: Sequence[Block]) -> str:
    return " ".join(_paragraphs(blocks)).strip()


def _paragraphs(blocks: Sequence[Block]) -> Iterator[str]:
    return (plain(block.children) for block in blocks if isinstance(block, Paragraph))
