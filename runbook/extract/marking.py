"""The marks with which items and lines of prose begin, as tokens before their words."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from runbook.extract.lettered import Letter, begins, follows, letter_at
from runbook.extract.marks import Mark, is_counted, is_loose, line_mark, ordinal_mark, says_step, title_of
from runbook.extract.prose import Line
from runbook.extract.prose_commands import ProseReader
from runbook.extract.units import Opening, Unit, opened_by
from runbook.inlines import plain
from runbook.model import Paragraph, Preformatted, Template

_BARE_NUMBER: Final = 8
"""A line shorter than that may be nothing but a number, of the step that the block right below it is."""
_LETTERED: Final = -1
"""The level of a marker that is a letter, until it is known what it counts."""


class MarkReader(ProseReader):
    """Takes note of marks."""

    _letter: Letter | None = None

    def _mark_item(self, opening: Opening, text: str) -> None:
        title, _ = title_of(text)
        self._told_host = None
        self.trail.marked = True
        number = str(opening.number if opening.number is not None else opening.position + 1)
        line = opening.lines[0]
        self.tokens.append(Mark("item", number, text, title, (line, opening.lines[1]), list_id=opening.list_id))

    def _set_in(self, unit: Unit, at: int, text: str) -> bool:
        """Whether a line begins a paragraph that is only set in (":1. …"), a term (";Step 1"), or a bullet with a number behind it
        ("* Step 1"), with no mark around it under its heading."""
        if at or not unit.openings:
            return False
        return (unit.path in (("dd",), ("dt",)) and not self.trail.marked) or (unit.path == ("ul",) and is_counted(text))

    def _marker(self, lines: Sequence[Line], at: int) -> tuple[str, int, int] | None:
        """The marker with which a line of prose begins. A word that counts is noted as one by itself: it is still the line's."""
        line = lines[at]
        if at == 0 and (ordinal := _bold_ordinal(line)) is not None:
            self._mark_line(line, lines, (*ordinal, 0), kind="ordinal")
            return None
        mark = line_mark(line.text) or self._lettered(line.text)
        if mark is None and len(lines) == 1 and len(line.text) < _BARE_NUMBER and self._code_follows():
            return line_mark(f"{line.text.rstrip()} {{}}")  # the block stands for the words behind the number
        if mark is not None and at and is_loose(line.text) and not is_loose(lines[at - 1].text):
            return None  # a number at the beginning of a line in the midst of a sentence
        return mark

    def _lettered(self, text: str) -> tuple[str, int, int] | None:
        """The letter with which a line begins, where it is the first that counts or comes after the last one."""
        letter = letter_at(text)
        if letter is None or not (begins(letter) or (self._letter is not None and follows(letter, self._letter))):
            return None
        self._letter = letter
        return letter.name, letter.length, _LETTERED

    def _code_follows(self) -> bool:
        """Whether a block of code, or a template's call, comes next."""
        following = self._next()
        return following is not None and isinstance(following.block, (Preformatted, Template))

    def _called_below(self) -> str:
        """The words of the definition or the call right below, which tells to open a file."""
        following = self._next()
        call = following.block if following is not None else None
        if isinstance(call, Paragraph) and self._defined():
            return plain(call.children).strip()
        path = opened_by(call) if isinstance(call, Template) else None
        return f"{call.name} {path}" if isinstance(call, Template) and path is not None else ""

    def _mark_line(self, line: Line, lines: Sequence[Line], mark: tuple[str, int, int], kind: str = "number") -> None:
        number, length, level = mark
        if level == _LETTERED:
            kind, level = "letter", 0
        if not level:
            self._told_host = None
        rest = line.text[length:]
        after = bisect_right(lines, line.n, key=lambda other: other.n)
        following = [other.text for other in lines[after : after + 2]]
        title, _ = title_of(rest or self._called_below())
        self.tokens.append(
            Mark(
                kind,
                number,
                "\n".join([rest, *following]),
                title,
                (line.n, line.n),
                level=level,
                loose=is_loose(line.text),
                said=kind == "number" and says_step(line.text),
            )
        )


def _bold_ordinal(line: Line) -> tuple[str, int] | None:
    """The number that a word in bold at the beginning of a line counts, and the word's length."""
    first = line.spans[0] if line.spans else None
    return ordinal_mark(line.text) if first is not None and first.style == "bold" and first.start == 0 else None
