"""What of a line counts: its text as a terminal leaves it, in bytes, runs of blanks as one.

templates/match.awk does the same in the same order.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from runbook.patterns import pattern

_ESCAPES: Final = pattern(
    "\x1b\\[[0-9;:?<=>]*[ -/]*[@-~]"  # colours and cursor movements
    "|\x1b\\][^\x07\x1b]*(?:\x07|\x1b\\\\)?"  # titles and links
    "|\x1b[ -/]+[0-~]"
    "|\x1b[0-~]"
)
_OVERSTRUCK: Final = pattern("(?:[\xc0-\xff][\x80-\xbf]+|[^\x08])\x08")
"""In bytes: a character and the backspace after it."""
_BLANKS: Final = pattern("(?:[ \t\v\f]|\xc2\xa0)+")
"""In bytes, a no-break space too: wikis put it where a terminal shows a blank, and some languages into numbers."""
_PLAIN: Final = pattern(r"[!-~]+(?: [!-~]+)*")


def displayed(line: str) -> str:
    """The line as a terminal would leave it: escapes gone, what a carriage return wrote over gone; blanks as they are."""
    if "\0" in line:  # which no shell could hand over
        line = line.replace("\0", "")
    if "\x1b" in line:
        line = _ESCAPES.sub("", line)
    if "\r" in line:
        line = next((part for part in reversed(line.split("\r")) if part.strip(" \t\v\f")), "")
    if "\x08" in line:
        line = from_bytes(_struck(to_bytes(line)))
    return line


def _struck(line: str) -> str:
    """The bytes of a line without what a backspace took back."""
    return _OVERSTRUCK.sub("", line).replace("\x08", "") if "\x08" in line else line


def to_bytes(text: str) -> str:
    """The text's UTF-8 bytes, one character each."""
    return text if text.isascii() else text.encode("utf-8", "surrogatepass").decode("latin-1")


def from_bytes(text: str) -> str:
    """The inverse of `to_bytes`, for showing: what is no UTF-8 gets a replacement character."""
    return text if text.isascii() else text.encode("latin-1", "replace").decode("utf-8", "replace")


def squeezed(text: str) -> str:
    """Runs of blanks as one, none at either end."""
    return text if _PLAIN.fullmatch(text) else _BLANKS.sub(" ", text).strip(" ")


def normal(line: str) -> str:
    """The bytes of a line that are compared."""
    return line if _PLAIN.fullmatch(line) else squeezed(to_bytes(displayed(line)))


def normal_lines(lines: Iterable[str]) -> list[tuple[int, str]]:
    """The lines that count, each with its index: blank lines never do."""
    return [(i, text) for i, line in enumerate(lines) if (text := normal(line))]


def split_lines(text: str | Sequence[str]) -> list[str]:
    """The lines of a recording or an output given as one text or as lines; a last newline begins no line."""
    if not isinstance(text, str):
        return [part for line in text for part in line.rstrip("\n").split("\n")]
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    return lines
