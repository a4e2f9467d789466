"""The marks with which items and lines of prose begin, as tokens before their words."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from runbook.extract.lettered import Letter, begins, follows, letter_at
from runbook.extract.markers import Marker, marker, ordinal
from runbook.extract.marks import Mark, title_of
from runbook.extract.prose import Line
from runbook.extract.prose_commands import ProseReader
from runbook.extract.units import Opening, Unit, opened_by
from runbook.inlines import plain
from runbook.model import Link, Paragraph, Preformatted, Template

_BARE_NUMBER: Final = 8
"""A line shorter than that may be nothing but a number, of the step that the block right below it is."""
_TELLS_VALUE: Final = (":", "-", "\u2013", "\u2014", ",")
"""What stands behind a bullet's number that is rather a value, of which the bullet tells: "* 0: off"."""
_LETTERED: Final = -1
"""The level of a marker that is a letter, until it is known what it counts."""


class MarkReader(ProseReader):
    """Takes note of marks."""

    _letter: Letter | None = None

    def _mark_item(self, opening: Opening, text: str) -> None:
        """Takes note of an item. A marker that its author wrote in front of its words too is none of these."""
        own = marker(text) if text else None
        if own is not None and (not own.loose or not opening.position or own.number == str(opening.position + 1)):
            text = text[own.length :]
        title, _ = title_of(text)
        self._told_host = None
        self.trail.marked = True
        number = str(opening.number if opening.number is not None else opening.position + 1)
        line = opening.lines[0]
        said = own is not None and own.said
        self.tokens.append(Mark("item", number, text, title, (line, opening.lines[1]), list_id=opening.list_id, said=said))

    def _set_in(self, unit: Unit, at: int, text: str) -> bool:
        """Whether a line begins a paragraph that is only set in (":1. …"), a term (";Step 1"), or a bullet with a number behind it
        ("* Step 1"), with no mark around it under its heading."""
        if at or not unit.openings:
            return False
        if unit.path == ("ul",):
            mark = marker(text)
            return mark is not None and (mark.said or not mark.loose)
        return unit.path in (("dd",), ("dt",)) and not self.trail.marked

    def _marker(self, lines: Sequence[Line], at: int, *, bullet: bool) -> Marker | None:
        """The marker with which a line of prose begins. A word that counts is noted as one by itself: it is still the line's."""
        line = lines[at]
        if at == 0 and (counted := _bold_ordinal(line)) is not None:
            self._mark_line(line, lines, counted, kind="ordinal")
            return None
        if line.text.startswith("[") and type(line.nodes[0]) is Link:
            return None  # the wiki's own number, of a link without words
        mark = marker(line.text) or self._lettered(line.text)
        if mark is None and len(line.text) < _BARE_NUMBER and (at + 1 < len(lines) or self._words_follow()):
            return marker(f"{line.text.rstrip()} {{}}")  # what comes next stands for the words behind the number
        if mark is not None and at and mark.loose and not ((before := marker(lines[at - 1].text)) and before.loose):
            return None  # a number at the beginning of a line in the midst of a sentence
        if bullet and mark is not None and line.text[: mark.length].rstrip().endswith(_TELLS_VALUE):
            return mark._replace(loose=not mark.said)
        return mark

    def _lettered(self, text: str) -> Marker | None:
        """The letter with which a line begins, where it is the first that counts or comes after the last one."""
        letter = letter_at(text)
        if letter is None or not (begins(letter) or (self._letter is not None and follows(letter, self._letter))):
            return None
        self._letter = letter
        return Marker(letter.name, letter.length, _LETTERED)

    def _words_follow(self) -> bool:
        """Whether words, a block of code, or a template's call come next."""
        following = self._next()
        return following is not None and isinstance(following.block, (Paragraph, Preformatted, Template))

    def _called_below(self) -> str:
        """The words of the definition or the call right below, which tells to open a file."""
        following = self._next()
        call = following.block if following is not None else None
        if isinstance(call, Paragraph) and self._defined():
            return plain(call.children).strip()
        path = opened_by(call) if isinstance(call, Template) else None
        return f"{call.name} {path}" if isinstance(call, Template) and path is not None else ""

    def _mark_line(self, line: Line, lines: Sequence[Line], mark: Marker, kind: str = "number") -> None:
        level = mark.level
        if level == _LETTERED:
            kind, level = "letter", 0
        if not level:
            self._told_host = None
        rest = line.text[mark.length :]
        after = bisect_right(lines, line.n, key=lambda other: other.n)
        following = [other.text for other in lines[after : after + 2]]
        title, _ = title_of(rest or self._called_below())
        self.tokens.append(
            Mark(
                kind,
                mark.number,
                "\n".join([rest, *following]),
                title,
                (line.n, line.n),
                level=level,
                loose=mark.loose,
                said=mark.said,
            )
        )


def _bold_ordinal(line: Line) -> Marker | None:
    """The marker that a word in bold at the beginning of a line is."""
    first = line.spans[0] if line.spans else None
    return ordinal(line.text) if first is not None and first.style == "bold" and first.start == 0 else None
