"""Commands in prose, by what stands around their line: on the page, in the paragraph, in the list."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Final

from runbook.extract import inline
from runbook.extract.answers import Read
from runbook.extract.calls import TemplateReader
from runbook.extract.cues import Cue, cue_of, is_instruction, is_purpose, lists_needs
from runbook.extract.inline_weights import Around
from runbook.extract.paths import is_file_name
from runbook.extract.prose import Line, behind, last_sentence
from runbook.extract.recorder import WHOLE_LINE
from runbook.extract.units import Unit, shown_rows
from runbook.extract.unmarked import Found
from runbook.extract.whole_lines import unticked
from runbook.inlines import plain
from runbook.looks import as_command, first_word, operates, prose_words
from runbook.model import Break, Heading, Paragraph, Styled
from runbook.prompts import prompt_of
from runbook.typed import split_remark
from runbook.words import words

NEAR: Final = 40
"""Lines of a paragraph that say something of one of them: those before it, and its first ones."""
_WRAPS: Final = 40
"""Characters of a line that its author broke because it was long."""


_LONG: Final = 400
"""Characters that are looked at of what stands around a line."""
_BESIDE: Final = 4
"""Items of a list that are looked at before one and behind it."""


def _is_of_program(text: str) -> bool:
    """Whether a line, in a language that is written in other letters, is a program's name with its operands, and no word of that language."""
    if not text.isascii() or " " not in text.strip():
        return False
    return first_word(text) in words("programs") - words("everyday") or operates(text)


def _runs_known(text: str) -> bool:
    """Whether a line is a known program with its operands, and no word of everyday language."""
    program = first_word(text)
    return " " in text.strip() and program in words("programs") and program not in words("everyday") and as_command(text) >= 3


def _only_code(unit: Unit) -> str:
    """The code that is all of a unit; "" where there are words."""
    block = unit.block
    only = block.children[0] if isinstance(block, Paragraph) and len(block.children) == 1 else None
    return plain(only.children).strip() if isinstance(only, Styled) and only.style == "code" else ""


class ProseReader(TemplateReader):
    """Finds the commands in lines of prose."""

    def _commands_in(self, line: Line, lines: Sequence[Line], pending: Sequence[Read], unit: Unit) -> list[Found]:
        def told() -> bool:
            needed = " " not in line.text.strip() and bool(self.trail.lead) and lists_needs(self.trail.lead[-1])
            return (not needed and self._told(pending, unit)) or self._in_sequence(unit)

        def among() -> bool:
            if len(lines) > 1 and sum(as_command(other.text) >= 3 for other in lines[:NEAR]) > 1:
                return True
            if self._beside_commands(unit) or (self.tongue.scripted and _is_of_program(line.text)):
                return True
            if self._ran_before(line.text):
                return True
            before = [other.text for other, _ in pending[-NEAR:]] or (self.trail.lead[-1:] if "dd" in unit.path else [])
            return any(is_instruction(text, self.tongue) for text in before)

        def led() -> bool:
            if len(lines) > 2 and 2 * sum(as_command(other.text) >= 3 for other in lines[:NEAR]) > len(lines[:NEAR]):
                return True
            before = last_sentence(self.trail.lead[-1]) if self.trail.lead else ""
            alone = line is lines[0] and not pending and (not unit.path or "/" in line.text)
            if alone and not before and len(lines) == 1 and is_instruction(self.trail.heading, self.tongue):
                program = first_word(line.text)
                return " " in line.text.strip() and program in words("operated") and program not in words("everyday")
            if not (alone and before.rstrip().endswith((":", "\uff1a"))) or (
                " " not in line.text.strip() and lists_needs(before)
            ):
                return False
            return is_instruction(before, self.tongue) or is_purpose(before) or _runs_known(line.text)

        found = inline.commands_in(
            line,
            told=told,
            quoted=unit.quoted,
            among=among,
            led=led,
            wrapped=self._wrapped(line, pending),
            tongue=self.tongue,
            ran=self._programs,
            item=bool(unit.openings),
            around=partial(self._around, pending),
        )
        if found and found[0].rule == "line-is-a-command" and "dt" in unit.path and self._defined():
            return []
        return self._not_below(found, line, lines)

    def _around(self, pending: Sequence[Read] = ()) -> Around:
        """What stands around a line with so many lines of its paragraph before it."""
        trail, following = self.trail, self._next()
        said = pending[-1][0].text if pending else trail.lead[-1] if trail.lead else ""
        facts = {
            "in other words": self.tongue.speaks,
            "adjacent": trail.adjacent,
            "after edit": trail.after_edit,
            "ran before": trail.ran,
            "file open": trail.open_file is not None,
            "last": following is None,
            "code next": self._followed(),
            "heading next": following is not None and type(following.block) is Heading,
        }
        return Around(
            trail.heading,
            cue_of(last_sentence(said[-_LONG:]), self.tongue) if said else Cue(),
            frozenset(name for name, held in facts.items() if held),
            self._blocks,
            self._programs,
        )

    def _told(self, pending: Sequence[Read], unit: Unit) -> bool:
        before = " ".join([line.text for line, _ in pending[-NEAR:]]) or (self.trail.lead[-1] if self.trail.lead else "")
        if not before:
            return unit.quoted
        cue = cue_of(before, self.tongue)
        if unit.quoted and self._command is not None and not pending:
            return cue.run or not cue.see
        leads = before.rstrip().endswith((":", "\uff1a")) or (cue.command and not pending)
        return (unit.quoted or bool(unit.path) or leads) and cue.run

    def _numbered(self, line: Line, length: int, lines: Sequence[Line]) -> list[Found]:
        """The commands of a line behind its marker of so many characters, but for one at its end that the block right below shows."""
        said = behind(line, length)
        found = inline.commands_in(said, tongue=self.tongue, around=self._around)
        ends = bool(found) and line is lines[-1] and not said.text[found[-1].end :].strip(" .:")
        return found[:-1] if ends and self._shown_below(found[-1], said) else found

    def _not_below(self, found: list[Found], line: Line, lines: Sequence[Line]) -> list[Found]:
        """The commands of a line but for a last one that the block right below the paragraph shows."""
        return found[:-1] if found and line is lines[-1] and self._shown_below(found[-1], line) else found

    def _ran_before(self, text: str) -> bool:
        """Whether a line begins with the name of a program which ran on this page before, and which is no everyday word, with options, paths or a
        word that tells it what to do."""
        program = first_word(text)
        told = " -" in text or "/" in text or operates(text)
        return program in self._programs and program not in words("everyday") and told

    def _wrapped(self, line: Line, pending: Sequence[Read]) -> str:
        """The line before, where a sentence goes on from it that its author broke; "" elsewhere."""
        if not pending or pending[-1][0].n + 1 != line.n:
            return ""
        if self.page.markup != "markdown" and not (line.text[:1].islower() or line.text[:1] in "\"'`("):
            return ""
        before = pending[-1][0].text.rstrip()
        if any(isinstance(node, Break) for node in pending[-1][0].nodes):
            return ""
        return before if len(before) > _WRAPS and before[-1] not in ".:;!?" else ""

    def _defined(self) -> bool:
        """Whether words that say what this is come next: the definition of a term."""
        following = self._next()
        return following is not None and "dd" in following.path and isinstance(following.block, Paragraph)

    def _beside_commands(self, unit: Unit) -> bool:
        """Whether an item of the same list right beside a unit is surely nothing but a command."""
        beside = (self._units[i] for i in (self._at - 1, self._at + 1) if 0 <= i < len(self._units))
        texts = (plain(one.block.children) for one in beside if one.path == unit.path and isinstance(one.block, Paragraph))
        typed = (text for text in map(unticked, texts) if " " in text and first_word(text) in words("programs"))
        return any(as_command(text) >= 3 and not prose_words(text) for text in typed)

    def _in_sequence(self, unit: Unit) -> bool:
        """Whether a unit is one of three numbered items or more, side by side, that are each nothing but code in small letters, of which
        one surely is a command: they are typed one after the other."""
        if not unit.openings or unit.openings[0].kind != "ol":
            return False
        around = self._units[max(0, self._at - _BESIDE) : self._at + _BESIDE + 1]
        coded = [_only_code(one) for one in around if one.openings and one.openings[0].list_id == unit.openings[0].list_id]
        sure = any(" " in text and as_command(text) >= 2 for text in coded)
        return len(coded) > 2 and _only_code(unit)[:1].islower() and sure and sum(text[:1].islower() for text in coded) > 2

    def _shown_below(self, found: Found, line: Line) -> bool:
        """Whether a sentence only names what the block right below it starts or holds: "Start `parted`:", "`backup.sh`:"."""
        name = found.entry.text
        following = self._next()
        if found.rule in WHOLE_LINE or following is None or not self._followed():
            return False
        if line.text.rstrip().endswith(":") and name[0] != "." and " " not in name and is_file_name(name):
            return True
        rows = shown_rows(following.block)
        first = next((row.text for row in rows if row.text.strip()), "")
        prompt = prompt_of(first)
        shown = (prompt.rest if prompt is not None else first.strip()).removeprefix("sudo ")
        return (first_word(shown) if " " not in name else split_remark(shown)[0]) == name
