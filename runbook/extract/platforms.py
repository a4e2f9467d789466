"""Which systems titles, labels and cells name."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from runbook.extract.prose import Line, sentences
from runbook.patterns import pattern
from runbook.words import AnyCase, words

_FOR_SYSTEM: Final = AnyCase(
    r"\s+\(?(?:on|for|under|auf|unter|f\u00fcr|sous|sur|pour|en|para|su|per|no|na|\u0434\u043b\u044f|\u043d\u0430|\u0432)\s+(?P<system>\w+)"
)
"""For which system some code is: "on Windows"."""
_OR: Final = pattern(r"(?:[,;/(]|\b(?:or|and|oder|und|ou|et|o|y|e|of|en|i|lub|\u0438\u043b\u0438|\u0438))\s*\Z")
_TITLE_WORD: Final = re.compile(r"[A-Za-z0-9_\-\u00c0-\u024f]+|[^\W\u0000-\u024f]+")


def title_words(title: str) -> list[str]:
    """The words of a title or label in lower case."""
    return _TITLE_WORD.findall(title.casefold().replace("red hat", "redhat").replace("-based", " based"))


@lru_cache(maxsize=512)
def only_system(text: str) -> str:
    """The system or tool that a label names; "" where it says more than that something is for it."""
    found = title_words(text)
    if "the" in found and ("machine" in found or "box" in found):
        return ""  # one of two machines
    named = [word for word in found if word in words("platforms") or word in words("platform_tools")]
    return named[0] if named and all(word in named or word in words("platform_cues") or word.isdigit() for word in found) else ""


@lru_cache(maxsize=512)
def platform_of(title: str) -> str:
    """The system that a section's title names, when the title says little else; "" otherwise. Tools that may as well be used one after
    the other are named by a title that says nothing else."""
    found = title_words(title)
    named = [word for word in found if word in words("platforms")]
    return named[0] if named and len(found) <= 6 else only_system(title)


def for_one_system(line: Line, before: str, after: str) -> bool:
    """Whether the words `after` some code say for which system it is, where a line begins with such code, or goes on with another."""
    system = _FOR_SYSTEM.match(after)
    if system is None or system["system"].casefold() not in words("platforms"):
        return False
    return not before.strip(" \"'`(") or (not line.text[: line.spans[0].start].strip() and _OR.search(before) is not None)


_ON: Final = frozenset("on for under in with auf unter bei f\u00fcr sous sur pour en para su per no em op voor".split())
_OF_ONE_PLACE: Final = pattern(
    r"\b(?:the|your|both|each|every|any|all)\s+(?:\w+\s+){0,2}(?:machines?|box(?:es)?|hosts?|computers?|pcs?|laptops?|guests?|nodes?|clients?|sides?|platforms?|systems?)\b"
)


@lru_cache(maxsize=512)
def in_sentence(text: str) -> tuple[str, frozenset[str]]:
    """The one system on which a sentence says that something is done, and its other words ("To turn the mill on Debian, run:"); "" and
    none, where it names none or several, or one of two machines."""
    found = title_words(text)
    named = [at for at, word in enumerate(found) if word in words("platforms")]
    if not named or len(sentences(text)) > 1 or _OF_ONE_PLACE.search(text.casefold()):
        return "", frozenset()
    if _ON.isdisjoint(found[max(0, named[0] - 4) : named[0]]) or "not" in found:
        return "", frozenset()
    other = frozenset(
        word for word in found if not (word in words("platforms") or word in words("platform_cues") or word.isdigit())
    )
    return (found[named[0]], other) if other else ("", other)
