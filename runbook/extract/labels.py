"""A few words above a block that say all that it is: a configuration, lines to be put into a file, or what is seen."""

from __future__ import annotations

from typing import Final, Literal

from runbook.extract.paths import is_file_name
from runbook.extract.tongues import Tongue
from runbook.words import words

Label = Literal["content", "lines", ""]

_LONGEST: Final = 70
"""Characters of a sentence that is no more than a label."""
_MANY: Final = 12
_WORDS: Final = 4
_SIGNS: Final = 14
"""Words, or signs of a language that parts none, of a label in another language."""
_MARKS: Final = "\"'`*_:.,;()\u201c\u201d\uff1a\u3002"
_SEQUENCE: Final = frozenset("and so now then next also finally afterwards afterward please just first".split())
_OTHERS: Final = frozenset("this that these the following like as follows something it in".split())
_HELD: Final = frozenset("config configuration settings conf content contents".split())
_OF_FILE: Final = frozenset(
    "sample example finished resulting complete text look looks read reads contain contains content contents excerpt lines part".split()
)
_ADDING: Final = frozenset("add append insert paste".split())
_CHANGING: Final = frozenset("change edit modify make alter".split())
_INTO: Final = frozenset("to into like reads becomes".split())
_OBJECTS: Final = frozenset("it this that them".split())
_READS: Final = frozenset("read reads".split())
_MUST: Final = frozenset("should must will would has needs to be".split())
_BECOMES: Final = _SEQUENCE | _OTHERS | _MUST | _CHANGING | _INTO | _OBJECTS | _READS | frozenset("look looks say so".split())
_ADDS: Final = _SEQUENCE | _OTHERS | _ADDING
_SHOWING: Final = frozenset(
    (
        "show shows shown print prints printed display displays displayed give gives returns returned respond responds response answer answers report reports "
        "yield yields produce produces output outputs says appear appears"
    ).split()
)
"""Words that alone lead up to what is seen, at the end of a sentence."""
_SEES: Final = frozenset("get see got saw".split())
_WHO: Final = frozenset("you we i and should will would you'll we'll".split())
_MEETS: Final = frozenset("greeted presented rewarded met welcomed".split())
_AFTER: Final = _OTHERS | frozenset(
    "with by out back up similar to result text line lines message me us you here now below on screen then".split()
)
"""What may stand behind words that lead up to what is seen."""


_CALLING: Final = _HELD | _OF_FILE | _ADDING | _CHANGING | frozenset(("file", "my", "our"))
_LEADING: Final = _SHOWING | _SEES | _MEETS | frozenset("tells told results resulting".split())


def label_of(last: str, found: frozenset[str], tongue: Tongue) -> Label:
    """What the last sentence before a block, with the words `found`, calls that, where it is no more than a label; "" for any other."""
    if len(last) > _LONGEST:
        return ""
    if not found.isdisjoint(_CALLING):
        said = [word.strip(_MARKS) for word in last.casefold().split(None, _MANY)]
        label = _in_english(said, led=last.rstrip().endswith((":", "\uff1a"))) if len(said) <= _MANY else ""
        if label:
            return label
    if not tongue.speaks or not _is_short(last):
        return ""
    if any(tongue.says(role, last) for role in ("run", "command", "see", "printed")):
        return ""
    ended = last.rstrip().endswith((".", "\u3002"))
    if not ended and (tongue.says("settings", last) or tongue.says("content", last)):
        return "content"
    return "lines" if (ended or last.rstrip().endswith((":", "\uff1a"))) and tongue.says("add", last) else ""


def _in_english(said: list[str], *, led: bool) -> Label:
    found = frozenset(said)
    odd = found - words("label_words") - {""}
    named = len(odd) == 1 and is_file_name(next(iter(odd)))
    if not odd or named:
        called = not found.isdisjoint(_HELD) or ((named or "file" in found) and not found.isdisjoint(_OF_FILE))
        if called or (named and not found.isdisjoint(("my", "our"))):
            return "content"
    if (led or len(said) > 1) and not found.isdisjoint(_ADDING) and found <= _ADDS:
        return "lines"
    if found.isdisjoint(_OBJECTS) or not found <= _BECOMES:
        return ""
    reads = "it" in found and not found.isdisjoint(_READS)
    return "lines" if reads or not (found.isdisjoint(_CHANGING) or found.isdisjoint(_INTO)) else ""


def ends_seen(last: str, found: frozenset[str]) -> str | None:
    """The words of a sentence, with the words `found`, before those with which it leads up to what is seen next; None where it doesn't."""
    if found.isdisjoint(_LEADING):
        return None
    before = last.rstrip(" \t\n:\uff1a*_")
    behind = ""
    while True:
        before, _, word = before.rpartition(" ")
        word = word.strip("\n\t(").casefold()
        if (
            word in _SHOWING
            or (word in _MEETS and behind in ("with", "by"))
            or (word == "in" and before.casefold().endswith(("results", "resulting")))
        ):
            return before
        if word in _SEES and before.rpartition(" ")[2].casefold() in _WHO:
            return before
        if word in ("tells", "told") and behind in ("me", "us", "you"):
            return before
        if not before or word not in _AFTER:
            return None
        behind = word


def _is_short(last: str) -> bool:
    """Whether a sentence has so few words, or signs, that it can't say more than what follows is."""
    said = last.strip(" \t\n*_'`:\uff1a.\u3002")
    return len(said.split()) <= _WORDS if said.isascii() or " " in said else len(said) <= _SIGNS or ord(max(said)) < 0x3000
