"""What stands in tables and notices: the commands in cells, as alternatives where rows or columns are for systems, and code in boxes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from runbook.extract.marks import Mark
from runbook.extract.paths import is_file_name
from runbook.extract.platforms import platform_of
from runbook.extract.prose_commands import ProseReader
from runbook.extract.units import Unit
from runbook.model import (
    Block,
    Branch,
    Choice,
    Container,
    ListBlock,
    Note,
    Paragraph,
    Preformatted,
    Prose,
    Table,
    plain,
)
from runbook.words import word_set

DEDENTED: Final = ("code", "space", "indented")
"""Kinds of blocks whose rows are set in by blanks that are none of theirs."""


class EnclosedReader(ProseReader):
    """Takes tables and notices for prose, and what is to be done in them for nodes behind it."""

    def _table(self, block: Table) -> None:
        """A table stays prose; the commands in its cells follow it, as alternatives where each row is for another system."""
        self.tokens.append(Prose(block.lines, (block,)))
        branches: list[Branch] = []
        start = len(self.tokens)
        heads = [_cell_text(cell.blocks) for cell in block.rows[0].cells] if block.rows else []
        if len(heads) > 1 and all(map(platform_of, heads)):
            self._columns(block, heads)
            return
        columns = {at for at, head in enumerate(heads) if self._heads_commands(head)}
        for row in block.rows:
            before = len(self.tokens)
            label = _cell_text(row.cells[0].blocks) if row.cells else ""
            path = label.strip() if " " not in label.strip() and is_file_name(label) else None
            for at, cell in enumerate(row.cells):
                self._cell(cell.blocks, path, typed=at in columns)
            body = tuple(token for token in self.tokens[before:] if not isinstance(token, Mark))
            if body and platform_of(label):
                branches.append(Branch(label, body, row.lines))
        if len(branches) > 1 and sum(len(branch.body) for branch in branches) == len(self.tokens) - start:
            self.tokens[start:] = [Choice("alternative", tuple(branches), (branches[0].lines[0], branches[-1].lines[1]))]
            self._command = None

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


def _cell_text(blocks: Sequence[Block]) -> str:
    return " ".join(plain(block.children) for block in blocks if isinstance(block, Paragraph)).strip()
