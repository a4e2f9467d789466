"""Lists whose items are each one line of what their author could as well have set as a block of code."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise, takewhile
from typing import Final

from runbook.extract.plain_sessions import is_worded
from runbook.extract.prose import Line, lines_of
from runbook.extract.units import Unit
from runbook.file_lines import config_share
from runbook.line_index import LineIndex
from runbook.looks import as_command
from runbook.model import Paragraph, Row
from runbook.words import holds_one

_SIGNS: Final = " =:"
"""One of these stands in lines of files, and in no mere name."""
_KINDS: Final = ("ul", "dd")


def code_of(line: Line) -> str | None:
    """The code that is all of a line; None where there is something else."""
    if not line.spans:
        return None
    text = line.text.strip()
    only = next((span for span in line.spans if line.text[span.start : span.end].strip() == text), None)
    return only.text.strip() if only is not None and only.style in ("code", "backtick") else None


def rows_of_list(units: Sequence[Unit], at: int, index: LineIndex) -> list[Row]:
    """The items of a list without numbers that begins with unit number `at`, where each is a line of code, or of no words; [] where
    one is not."""
    opening = units[at].openings[-1] if units[at].openings else None
    if opening is None or opening.position or opening.kind not in _KINDS:
        return []
    rows: list[Row] = []
    for unit in takewhile(lambda unit: unit.path[: opening.level + 1] == units[at].path, units[at:]):
        begins = unit.openings[-1] if unit.openings else None
        if begins is None or (rows and begins.position == 0):
            return rows if begins is not None and begins.list_id != opening.list_id and begins.level == opening.level else []
        row = _row_of(unit, index)
        if row is None:
            return []
        rows.append(row)
    return rows if any(holds_one(row.text, _SIGNS) for row in rows) else []


def rows_set_in(units: Sequence[Unit], at: int, index: LineIndex) -> list[Row]:
    """The lines set in by a colon that begin with unit number `at`, where they are typed, one after the other: the first of two or more
    surely is, so are most, and none is words; else []."""
    opening = units[at].openings[-1] if units[at].openings else None
    if opening is None or opening.kind != "dd" or opening.position:
        return []
    rows: list[Row] = []
    for unit in takewhile(lambda unit: unit.path == units[at].path, units[at:]):
        begins = unit.openings[-1] if unit.openings else None
        if begins is None or begins.list_id != opening.list_id or unit.notice or not isinstance(unit.block, Paragraph):
            return []
        lines = lines_of(unit.block.children, index, unit.lines)
        if not lines or (not rows and not _is_typed(lines[0].text)) or any(map(_tells, lines)):
            return []
        rows += [Row(line.n, line.text.rstrip()) for line in lines]
    typed = sum(_is_typed(row.text, 2) or above.text.endswith("\\") for above, row in pairwise([Row(0, ""), *rows]))
    return rows if len(rows) > 1 and 2 * typed >= len(rows) else []


def _tells(line: Line) -> bool:
    """Whether a line is its author's words, or marked as something."""
    return bool(line.spans) or (as_command(line.text) < 2 and is_worded(line))


def _is_typed(text: str, least: int = 3) -> bool:
    return as_command(text) >= least and not text.endswith((".", ":", ","))


def _row_of(unit: Unit, index: LineIndex) -> Row | None:
    if not isinstance(unit.block, Paragraph) or unit.notice or unit.lines[0] != unit.lines[1]:
        return None
    lines = lines_of(unit.block.children, index, unit.lines)
    if len(lines) != 1:
        return None
    text = code_of(lines[0]) or (lines[0].text.strip() if _is_setting(lines[0]) else "")
    return Row(lines[0].n, text) if text else None


def _is_setting(line: Line) -> bool:
    """Whether a line without any mark has the form of a configuration's, and is no explanation of a letter."""
    text = line.text.strip()
    marked = any(span.style != "quote" for span in line.spans)
    plain_line = not marked and not is_worded(line) and text[1:2] not in " =:"
    return plain_line and config_share([text], perhaps=False) == 1 and as_command(text) < 3
