"""Paragraphs that show what a command printed: words before them announce that, and they are set off, or have a machine's form."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from runbook.extract.cues import Cue, is_instruction
from runbook.extract.printed import MESSAGE
from runbook.extract.prose import Line
from runbook.inlines import plain
from runbook.looks import as_command, as_prose
from runbook.model import Image, Link
from runbook.patterns import pattern
from runbook.printouts import is_printed
from runbook.untyped import asks_back, fails
from runbook.words import AnyCase, holds_one

_LONGEST: Final = 60
"""Lines of a paragraph that show an output at most."""
_ENDS: Final = (".", "!", "?", ":", "\u3002")
_SIGNS: Final = "0123456789=/_<>[]{}%@|"
"""One of these is in most lines that a program prints, and in few of its author's."""
_VALUE: Final = pattern(r"[\w .\-]{2,30}: \S+")
"""A name and its value."""
_COLUMNS: Final = pattern(r"\S(?: {2,}|\t)\S")


_ASKS: Final = AnyCase(r"\W*(?:how|why|what|where|who|which|when|can|could|is|are|does|i)\s.*\w\s*\?\s*\Z")
"""How readers ask, and programs hardly."""


def announces(cue: Cue, lead: str) -> bool:
    """Whether words lead up to what is seen, and to nothing else: with a colon, or in the midst of a sentence."""
    return cue.see and not (cue.file or cue.lines or cue.undone) and (cue.leads or not lead.rstrip().endswith(_ENDS))


def is_seen(lines: Sequence[Line], *, set_off: bool) -> bool:
    """Whether the lines of a paragraph that is announced show an output; `set_off` that it stands in a quote or is set in."""
    if len(lines) > _LONGEST or _labels(lines[-1]):
        return False
    if any(as_command(line.text) >= 3 or _leads_away(line) for line in lines):
        return False
    set_off = set_off or all(is_marked(line) and not as_prose(line.text) for line in lines)
    return all(_of_program(line) or (set_off and not _of_author(line)) for line in lines)


def is_question(lines: Sequence[Line]) -> bool:
    """Whether lines are what a program asks."""
    if lines and _ASKS.begins(lines[-1].text):
        return False
    return bool(lines) and asks_back(lines[-1].text) and not _labels(lines[-1]) and not any(map(_of_author, lines[:-1]))


def _labels(line: Line) -> bool:
    """Whether a line is a label, in bold or the like, of what comes next."""
    return line.text.rstrip().endswith((":", "\uff1a")) and is_marked(line, "code", "backtick")


def is_marked(line: Line, *but: str) -> bool:
    """Whether some emphasis or code is all of a line, in another style than these."""
    text = line.text.strip()
    return any(span.end - span.start >= len(text) and span.style != "quote" and span.style not in but for span in line.spans)


def _leads_away(line: Line) -> bool:
    """Whether a line has a picture, or a link to another page."""
    return any(
        isinstance(node, Image) or (isinstance(node, Link) and plain(node.children) not in node.target) for node in line.nodes
    )


def _of_author(line: Line) -> bool:
    """Whether a line is a sentence of its author's, tells to do something, or shows a picture."""
    text = line.text.strip()
    return not text or (as_prose(text) and text.endswith(_ENDS)) or is_instruction(text)


def _of_program(line: Line) -> bool:
    """Whether a line surely is a program's."""
    text = line.text.strip()
    if is_printed(text) or fails(text) or asks_back(text) or (MESSAGE.search(text[:200]) is not None and ":" in text):
        return True
    if text.endswith(_ENDS) or is_instruction(text) or not _plain(line):
        return False
    return (
        _COLUMNS.search(text) is not None
        or (holds_one(text, _SIGNS) and (text[0].islower() or not as_prose(text)))
        or _VALUE.fullmatch(text) is not None
    )


def _plain(line: Line) -> bool:
    """Whether nothing within a line is marked, but perhaps all of it."""
    return not line.spans or is_marked(line)
