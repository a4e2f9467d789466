"""What stands in tables and notices: the commands in cells, as alternatives where rows or columns are for systems, and code in boxes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from runbook.extract.counted_rows import CountedRow, cell_text, counted_rows
from runbook.extract.marking import MarkReader
from runbook.extract.marks import Mark, title_of
from runbook.extract.paths import is_file_name
from runbook.extract.platforms import platform_of
from runbook.extract.units import Unit
from runbook.inlines import plain
from runbook.model import (
    Block,
    Branch,
    Cell,
    Choice,
    Command,
    Container,
    Lines,
    ListBlock,
    Note,
    Paragraph,
    Preformatted,
    Prose,
    Table,
)
from runbook.words import word_set

DEDENTED: Final = ("code", "space", "indented")
"""Kinds of blocks whose rows are set in by blanks that are none of theirs."""


class EnclosedReader(MarkReader):
    """Takes tables and notices for prose, and what is to be done in them for nodes behind it."""

    def _table(self, block: Table) -> None:
        """A table stays prose; the commands in its cells follow it, as alternatives where each row is for another system."""
        if rows := counted_rows(block, self.tongue):
            self._counted(block, rows)
            return
        self.tokens.append(Prose(block.lines, (block,)))
        branches: list[Branch] = []
        start = len(self.tokens)
        heads = [cell_text(cell.blocks) for cell in block.rows[0].cells] if block.rows else []
        if len(heads) > 1 and all(map(platform_of, heads)):
            self._columns(block, heads)
            return
        columns = {at for at, head in enumerate(heads) if self._heads_commands(head)}
        for row in block.rows:
            before = len(self.tokens)
            label = cell_text(row.cells[0].blocks) if row.cells else ""
            path = label.strip() if " " not in label.strip() and is_file_name(label) else None
            for at, cell in enumerate(row.cells):
                self._cell(cell.blocks, path, typed=at in columns)
            body = tuple(token for token in self.tokens[before:] if not isinstance(token, Mark))
            if body and platform_of(label):
                branches.append(Branch(label, body, row.lines))
        if len(branches) > 1 and sum(len(branch.body) for branch in branches) == len(self.tokens) - start:
            self.tokens[start:] = [Choice("alternative", tuple(branches), (branches[0].lines[0], branches[-1].lines[1]))]
            self._command = None

    def _counted(self, block: Table, rows: Sequence[CountedRow]) -> None:
        """A table whose rows are steps: a mark for each, and what its cells say."""
        above = block.rows[: len(block.rows) - len(rows)]
        typed = [self._heads_commands(cell_text(cell.blocks)) for cell in above[0].cells] if above else []
        if above or block.caption or block.lines[0] < rows[0].row.lines[0]:
            shown = (replace(block, rows=above),) if above or block.caption else ()
            self.tokens.append(Prose((block.lines[0], max(block.lines[0], rows[0].row.lines[0] - 1)), shown))
        for counted in rows:
            row = counted.row
            title, _ = title_of(counted.text)
            self.tokens.append(Mark("item", counted.number, counted.text, title, row.lines, list_id=-block.lines[0]))
            first = min(1, counted.at)
            for at, cell in enumerate(row.cells[first:], first):
                lines = (row.lines[0], cell.lines[1]) if at == first else cell.lines
                self._counted_cell(cell, lines, typed=typed[at : at + 1] == [True])

    def _counted_cell(self, cell: Cell, lines: Lines, *, typed: bool) -> None:
        """A cell of a step: its words, but for those that are nothing but a command, and what is to be done."""
        start = len(self.tokens)
        if cell.blocks:
            self.tokens.append(Prose(lines, cell.blocks))
        self._cell(cell.blocks, typed=typed)
        only = self.tokens[-1]
        if len(self.tokens) == start + 2 and isinstance(only, Command) and only.text == cell_text(cell.blocks):
            self.tokens[start:] = [only]
            self._command = start

    def _heads_commands(self, head: str) -> bool:
        """Whether the head of a column says that commands stand below it."""
        return not word_set(head).isdisjoint(("command", "commands", "cmd")) or self.tongue.says("command", head)

    def _columns(self, block: Table, heads: Sequence[str]) -> None:
        """A table with a column for each system: what a row has for one of them is done on that, without any mark too."""
        for row in block.rows[1:]:
            start = len(self.tokens)
            branches: list[Branch] = []
            for head, cell in zip(heads, row.cells, strict=False):
                before = len(self.tokens)
                self._cell(cell.blocks, alone=True)
                if body := tuple(token for token in self.tokens[before:] if not isinstance(token, Mark)):
                    branches.append(Branch(head, body, row.lines))
            if len(branches) > 1:
                self.tokens[start:] = [Choice("alternative", tuple(branches), row.lines)]
                self._command = None

    def _notice(self, unit: Unit, block: Container) -> None:
        self.tokens.append(Note(block.lines, unit.notice, block.blocks))
        self._noticed(block.blocks)

    def _noticed(self, blocks: Sequence[Block]) -> None:
        """What is to be done in a notice follows it, read as on the page itself."""
        for block in blocks:
            match block:
                case Preformatted():
                    self._code(block.rows, block.language.casefold(), dedent=block.kind in DEDENTED)
                case ListBlock():
                    for item in block.items:
                        self._noticed(item.blocks)
                case Container():
                    self._noticed(block.blocks)
                case _:
                    self._cell((block,))
                    if isinstance(block, Paragraph):
                        self.trail.lead.append(plain(block.children))
                        self.trail.adjacent = False
