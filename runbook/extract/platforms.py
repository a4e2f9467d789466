"""Which systems titles, labels and cells name."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from runbook.words import words

_TITLE_WORD: Final = re.compile(r"[A-Za-z0-9_\-\u00c0-\u024f]+|[^\W\u0000-\u024f]+")


def title_words(title: str) -> list[str]:
    """The words of a title or label in lower case."""
    return _TITLE_WORD.findall(title.casefold())


@lru_cache(maxsize=512)
def only_system(text: str) -> str:
    """The system or tool that a label names; "" where it says more than that something is for it."""
    found = title_words(text)
    named = [word for word in found if word in words("platforms") or word in words("platform_tools")]
    return named[0] if named and all(word in named or word in words("platform_cues") or word.isdigit() for word in found) else ""


@lru_cache(maxsize=512)
def platform_of(title: str) -> str:
    """The system that a section's title names, when the title says little else; "" otherwise. Tools that may as well be used one after
    the other are named by a title that says nothing else."""
    found = title_words(title)
    named = [word for word in found if word in words("platforms")]
    return named[0] if named and len(found) <= 6 else only_system(title)
