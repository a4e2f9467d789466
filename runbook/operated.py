"""Programs that are told what to do by a word behind their name, whichever programs these are."""

from __future__ import annotations

from functools import cache
from typing import Final

from runbook.words import holds_one, words

_LONGEST: Final = 40
"""Letters that a program's name has at most."""
_JOINING: Final = str.maketrans("_-:+", "    ")
_OPERANDS: Final = 12
"""More operands than a person types behind such a word."""
_ENDS: Final = (",", ";", ":", "?", "!", "...")
"""How words of a sentence end, and lines of a program's source; operands hardly."""
_STOPS: Final = frozenset(("=", ":=", "=>", "->", "|", "{", "(", "-", "\u2013"))
"""What stands in a setting, in a row or a title, and is no operand."""
_OF_SERVICES: Final = frozenset(("start", "stop", "restart", "reload", "force-reload", "status", "on", "off"))
"""What is done to a service, said behind its name."""


_JOINTS: Final = (" | ", " && ", "; ")
"""What joins commands in a line."""
_OPERANDS_TOO: Final = frozenset(("all", "any", "no", "on", "off", "up"))
"""Words of sentences that operands are, too."""


@cache
def _of_sentences() -> frozenset[str]:
    return words("stop_words") - _OPERANDS_TOO


_OF_MESSAGES: Final = frozenset("cannot please unable failed error warning without".split())
"""Words of what programs say."""


@cache
def _no_names() -> frozenset[str]:
    return words("verbs") | words("openers") | words("stop_words") | words("everyday") | _OF_MESSAGES


def is_operated(program: str, rest: str, *, alone: bool = True) -> bool:
    """Whether a name that nobody may know is a program's, as what follows tells it to do something in a word: "mill install sail", "mill
    add-sail red", "mill lamp restart"; with `alone` also where nothing follows that word. A verb, a word of sentences or an everyday one
    is no such name."""
    order, _, operands = first_of_line(rest).strip().partition(" ")
    known = order in words("orders")
    if not known and not _tells(order, operands):
        return False
    if not (operands or alone) or program in _no_names() or not is_name(program):
        return False
    found = operands.partition(" #")[0].split()
    if len(found) > _OPERANDS:
        return False
    return not any(one in _of_sentences() or one in _STOPS or (one.endswith(_ENDS) and one[0] != '"') for one in found)


def is_name(word: str) -> bool:
    """Whether a word has the form of a program's name: small letters, numbers, strokes."""
    plain = word.translate(_JOINING).replace(" ", "")
    return 1 < len(word) <= _LONGEST and word[0].isalpha() and plain.isalnum() and plain.islower() and plain.isascii()


def first_of_line(line: str) -> str:
    """The first of the commands that a line joins: "quern grind" of "quern grind; exec bash"."""
    for joint in _JOINTS:
        if joint in line:
            line = line.partition(joint)[0]
    return line


def _tells(order: str, operands: str) -> bool:
    """Whether a word that is no order by itself is one with what follows: with a noun joined to it, as a service's name, or as what an
    order behind it is about ("mill lamp add red")."""
    first, _, more = operands.partition(" ")
    if operands in _OF_SERVICES:
        return is_name(order)
    if more and first in words("orders"):
        return is_name(order) and order not in _no_names()
    if "=" in order or not holds_one(order, "-_:") or not (operands or "_" in order):
        return False
    verb = order.translate(_JOINING).partition(" ")[0]
    return verb == "set" or (verb in words("orders") and verb in words("verbs"))
