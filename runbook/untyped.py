"""Lines that nobody types at a prompt, by their form: failures, questions back and their answers, signatures, ways through menus, keys."""

from __future__ import annotations

import re
from typing import Final

from runbook.looks import KEYS, PLACEHOLDER, as_command
from runbook.patterns import pattern
from runbook.words import word_set

_MENU: Final = pattern(r".*\S\s*(?:--+>|->|=>|[\u2192\u25b8\u276f]|>{1,2})\s*(?:[A-Z<\[(]|\Z)")


_ASKS_BACK: Final = pattern(
    r".*(?:[\[(](?:y(?:es)?(?:/n(?:o)?)?(?:/[\w?]{1,6}){0,4}|n(?:o)?/y(?:es)?)[\])]|\?(?:\s*[\[(][^\[\]()]{0,40}[\])])?|\w\s*[\[(][^\[\]()]{0,40}[\])]\s*:)\s*:?\s*[yYnN]?\Z",
    re.IGNORECASE,
)


_FAILURE: Final = pattern(
    r"\b(?:error \w?\d+|(?:fatal )?error:|errno|not recognized|no such file|does not exist|cannot (?:open|find|stat)|command not found|"
    r"permission denied|segmentation fault|traceback|unable to|failed to|can't open|error opening|is not (?:installed|available|found))",
    re.IGNORECASE,
)


_FAILING: Final = frozenset(
    "error errno not no cannot command permission segmentation traceback tracebacks unable failed can is".split()
)
"""One of these stands in each message that `_FAILURE` finds."""


def fails(text: str) -> bool:
    """Whether a line is a message of failure."""
    return not _FAILING.isdisjoint(word_set(text)) and _FAILURE.search(text) is not None


def asks_back(text: str) -> bool:
    """Whether a line is what a program asks the person at the terminal: "Continue? [Y/n]", "Where? [/srv]:"."""
    end = text.rstrip()[-200:]
    asked = end[-1:] in "?:])yYnN" and text[:1] not in "[(" and _ASKS_BACK.match(end) is not None
    return asked and as_command(text) < 3


_ANSWERED: Final = pattern(
    r"[^?\[\]()]*(?:\?\s*(?:[\[(][^\[\]()]*[\])])?:?\s+|[\[(][^\[\]()]*[\])]\s*(?:\[[^\[\]]*\])?:\s*)\S{1,30}"
)


def is_answered(text: str) -> bool:
    """Whether a line is what a program asks with what was typed behind it: "How many? (3) 4", "Where [/srv]:/opt"."""
    return ("?" in text or ")" in text or "]" in text) and _ANSWERED.fullmatch(text.strip()) is not None and as_command(text) < 3


_SIGNATURE: Final = pattern(r"--\s+\S.*<[^<>@\s]+@[^<>\s]+>.*")


def is_signature(text: str) -> bool:
    """Whether a line is its author's name and address, as below a letter."""
    return text.lstrip().startswith("--") and _SIGNATURE.fullmatch(text.strip()) is not None


def is_menu_path(text: str) -> bool:
    """A path through menus: "Device Drivers ---> Virtio drivers"."""
    if ">" not in text and "\u2192" not in text and "\u25b8" not in text and "\u276f" not in text:
        return False
    if "</" in text or "/>" in text:
        return False  # an element of XML
    text = PLACEHOLDER.sub("_", text).partition(" #")[0]
    return not text.lstrip().startswith("<") and _MENU.match(text) is not None and as_command(text) < 3


_KEYS_ALONE: Final = frozenset(("Enter", "Return", "Esc", "Escape", "Tab", "ENTER", "ESC", "Entr\u00e9e", "Eingabe", "Intro"))


def is_keys(text: str) -> bool:
    """Whether a line is nothing but keys to press: "Ctrl + O", "Enter"."""
    line = text.strip()
    return line in _KEYS_ALONE or (line[:1] in "CcAaSsWw" and len(line) < 24 and KEYS.match(line) is not None)
