"""What a command is there for: whether it is run for what it prints, and whether a line surely is one."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from runbook.looks import as_command, first_word, is_cmdlet
from runbook.words import words

_SHOWS: Final = re.compile(
    r".* (?:status|list|show|info|ps|images|version|get|describe|view|top|-v|-V|-l|-h|--?version|--?list|--?status|--?info)(?: .*)?"
)
"""What a program is asked for, whichever it is: to be seen."""


_COMPOUND: Final = ("if ", "while ", "until ", "for ", "case ")


@lru_cache(maxsize=4096)
def surely_typed(text: str) -> bool:
    """Whether a line is a command by more than its form: of a known program or a path, or with an option."""
    if as_command(text) < 3:
        return False
    word = first_word(text)
    return (
        word in words("programs")
        or text.lstrip().startswith(_COMPOUND)
        or " -" in text
        or "/" in word
        or "." in word
        or is_cmdlet(word)
    )


@lru_cache(maxsize=1024)
def asks_to_see(text: str) -> bool:
    """Whether a command is there for what it prints, and that goes nowhere else."""
    if ">" in text or text.endswith("&"):
        return False
    return first_word(text) in words("prints") or (" " in text and _SHOWS.fullmatch(text) is not None)
