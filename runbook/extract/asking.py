"""Whether the words behind a marker ask for something: by verbs that a table knows, or by their form alone."""

from __future__ import annotations

from typing import Final

from runbook.extract.cues import is_request
from runbook.extract.tongues import ENGLISH, Tongue
from runbook.looks import as_command
from runbook.patterns import pattern
from runbook.untyped import is_menu_path
from runbook.words import words

_OBJECT: Final = pattern(
    r"(?P<verb>[A-Za-z]{3,14})\s+(?:the|an?|your|this|these|it|them|all|each|any|every|both|another|\d+)\s+[\w\"'(`]|(?P<alone>[A-Za-z]{3,14})\s+(?:it|them)\b"
)
"""A word with its object behind it: what only a verb has in English."""
_FIRST: Final = pattern(r"(?P<verb>[A-Za-z]{3,12})\s+(?!(?:of|is|are|was|and|or|for)\b)[\w\"'(`]")
"""A word with more behind it than what it is the name of."""
_TOGETHER: Final = pattern(r"(?:we|you)\s+(?:(?:now|then|also|just|simply)\s+)?(?P<verb>[a-z]+)\b", 2)
"""What author and reader do: "We install the mill"."""


def asks_by_words(text: str, tongue: Tongue = ENGLISH) -> bool:
    """Whether the words of a step ask for something. They begin with a verb, are nothing but a command, or a way through menus."""
    if is_request(text, tongue):
        return True
    first = text.strip().partition("\n")[0]
    if not first or _orders(first):
        return bool(first)
    whole = "/" in first or " -" in first or first.count(" ") > 1  # "docker image" is a thing
    return (whole and as_command(first) >= _SURE) or _is_way(first)


_SURE: Final = 3
_SHORT: Final = 3
"""Words of a menu's entry at most."""
_ARROW: Final = pattern(r"\s*(?:--*>+|=>|[\u2192\u25b8\u276f]|>{1,2})\s*")


def _is_way(text: str) -> bool:
    """Whether a line is a way through menus: short names with arrows between them."""
    return is_menu_path(text) and all(len(name.split()) <= _SHORT for name in _ARROW.split(text))


def _orders(text: str) -> bool:
    """Whether a line of English begins with a verb that no table may know: a word with its object behind it, which isn't the past."""
    together = _TOGETHER.match(text)
    if together is not None and together["verb"].casefold() in words("verbs"):
        return True
    known = _FIRST.match(text)
    if known is not None and known["verb"].casefold() in words("step_verbs"):
        return True
    match = _OBJECT.match(text)
    word = (match["verb"] or match["alone"]).casefold() if match is not None else ""
    return word != "" and not word.endswith(_NO_ORDER) and word not in words("no_verbs") and word not in words("stop_words")


_NO_ORDER: Final = ("ed", "ing", "s", "ly")
"""How no verb ends that asks for something: the past, what one does, what something does; an adverb."""
