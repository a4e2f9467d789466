"""Parts of a script that a page explains one after the other: nobody types `PORT=$1`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from runbook.extract.fillings import set_in, unquoted
from runbook.extract.setting import Setting, Use
from runbook.looks import as_command
from runbook.words import languages

_GIVEN: Final = re.compile(r"(?<![\\$\w])\$(?:[1-9#@*](?!\w)|\{[1-9#@*]\})")
"""What a script was called with."""
_IN_SCRIPT: Final = re.compile(r"\s*(?:(?:if|elif|while|until|for|case|shift)\b|[A-Za-z_]\w*=)")
_FUNCTION: Final = re.compile(r"\s*(?:function\s+\w+|[\w\-]+\s*\(\s*\))|.*\b(?:awk|alias|set\s+--|sh\s+-c|ssh)\b")
"""Where the same signs stand for something else, that may be typed."""
_SCRIPT: Final = re.compile(r"\bscripts?\b|\.(?:sh|bash|zsh)\b", re.IGNORECASE)


def part_of_script(setting: Setting) -> Use | None:
    """Lines of a shell that use what a script was called with, where the words before speak of one; and such that use what parts of it
    before have set."""
    language = setting.language
    if language and language not in languages("shell") and language not in languages("session"):
        return None
    if setting.scripted:
        return "file" if any(_uses(text, setting.scripted) for text in setting.texts) and not any(setting.prompts()) else None
    if not any("$" in text for text in setting.texts) or any(map(_FUNCTION.match, setting.texts)):
        return None
    if not any(_GIVEN.search(unquoted(text)) and _is_shells(text) for text in setting.texts) or any(setting.prompts()):
        return None
    spoken = setting.path or setting.far_path or any(map(_SCRIPT.search, setting.section))
    return "file" if spoken else "listing"


def _is_shells(text: str) -> bool:
    return _IN_SCRIPT.match(text) is not None or (text.lstrip()[:1].islower() and as_command(text) >= 2)


_VARIABLE: Final = re.compile(r"\$\{?(\w+)")


def _uses(text: str, names: frozenset[str]) -> bool:
    return "$" in text and not names.isdisjoint(_VARIABLE.findall(text))


def names_set(texts: Sequence[str]) -> frozenset[str]:
    """The names of the variables that lines of a shell set."""
    return frozenset(name for text in texts for name in set_in(text))
