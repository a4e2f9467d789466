"""Numbers that are the author's own: the id of a machine or a job, a port that the page chooses. Most numbers aren't: sizes, times, modes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache
from typing import Final

from runbook.extract.fillings import Place
from runbook.looks import first_word
from runbook.patterns import pattern

_NOUN: Final = (
    r"\w*port|(?:vm|ct|dom|job|u|g|p|prod|client|user|node|server|cluster|session|task)[_\-]?id|process(?:[_\-]?id)?"
    r"|vlan|table|vrf|asn?|lun|pin|display"
)
_HOST: Final = r"(?:(?<=[^\W\d])|(?<=[\]*)])|(?<=\.\d)|(?<=\.\d\d)|(?<=\.\d\d\d))"
_KINDS: Final = pattern(r"(?:localhost|127\.0\.0\.1|rsa|dsa|ec)\Z", re.IGNORECASE)
"""What a colon and a number stand behind that tell no port of somebody's: a program's on the reader's own machine, a key's length."""
_LISTENS: Final = range(1024, 65536)
"""Ports that a page chooses: the ones below have their fixed meaning."""
_COUNTING: Final = frozenset(
    "sleep timeout head tail seq kill nice renice chmod umask install test watch split dd truncate".split()
)
_OPERANDS: Final = 3
"""In how many commands of one program a number stands as an operand that is an id there."""
_ID_DIGITS: Final = 3
_PRINTED_DIGITS: Final = 4


_NAMED: Final = re.compile(
    rf"(?<![\w\-])(?:--?)?(?P<noun>{_NOUN})[\"']?(?:\s?[=:#]\s?|\s{{1,8}})[\"'(]?(?P<value>\d++)(?![\w.]|-\d)", re.IGNORECASE
)
_BEHIND: Final = re.compile(rf"{_HOST}:(?P<port>\d++)(?![\w:.]|-\d)|\s-p\s?(?P<option>\d++)(?!\w)")


@lru_cache(maxsize=1024)
def _named(text: str) -> tuple[tuple[str, str], ...]:
    """(number, what a line calls it) of all that have a name there."""
    return tuple((match["value"], match["noun"]) for match in _NAMED.finditer(text))


@lru_cache(maxsize=1024)
def _ports(text: str) -> frozenset[str]:
    """The numbers behind a host of somebody's own, or behind "-p", in a line."""
    found = (match for match in _BEHIND.finditer(text) if not _KINDS.search(text, 0, match.start()))
    return frozenset(match["port"] or match["option"] for match in found)


def called(value: str, places: Sequence[Place]) -> str:
    """What the page calls a number where it is typed or written, else where it was printed ("port 8080", "--vlan 12", "uid=1000"); a port
    for what stands behind a host or "-p". Empty where nothing says it."""
    typed = [place.text for place in places if place.kind != "output" and not _is_remark(place)]
    printed = [place.text for place in places if place.kind == "output"]
    listens = int(value) in _LISTENS
    for noun in (noun for text in (*typed, *printed) for number, noun in _named(text) if number == value):
        if listens or not noun.casefold().endswith("port"):
            return noun
    return "port" if listens and any(value in _ports(text) for text in typed) else ""


def is_own(value: str, found: Sequence[Place], seen: Collection[str]) -> bool:
    """Whether a number that stands in the lines `found` is one that the reader must replace; `seen` are all values of the page."""
    if value.startswith("0"):
        return False
    typed = [place for place in found if place.kind != "output"]
    if _within(value, seen) or (typed and called(value, found)):
        return True
    commands = [place for place in typed if place.kind == "command" and not _is_remark(place)]
    return (len(value) >= _PRINTED_DIGITS and is_printed_before(value, found)) or _is_operand(value, commands)


def _is_remark(place: Place) -> bool:
    return place.text.lstrip().startswith(("#", "//", ";"))


def _within(value: str, seen: Collection[str]) -> bool:
    """Whether a number stands in a name as well (345 in test345.my.org): the author's own numbering."""
    if len(value) < _ID_DIGITS:
        return False
    return any(
        value in other and not other.isdecimal() and re.search(rf"[A-Za-z]{value}(?!\d)", other) is not None for other in seen
    )


def is_printed_before(value: str, found: Sequence[Place]) -> bool:
    """Whether a value was printed, and is typed afterwards as a word: the id that something got on the author's machine."""
    printed = [place.line for place in found if place.kind == "output" and _stands_free(value, place.text)]
    typed = (place for place in found if place.kind == "command" and not _is_remark(place))
    return bool(printed) and any(place.line > printed[0] and _is_word(value, place.text) for place in typed)


def _is_word(value: str, text: str) -> bool:
    """Whether a value is a word of a command, or, but for numbers, what a setting in one is set to ("port=7f31…")."""
    return any(word == value or (word.endswith(f"={value}") and not value.isdecimal()) for word in text.split()[1:])


def _is_operand(value: str, commands: Sequence[Place]) -> bool:
    """Whether commands of one program have a number for an operand, and each does something else with it."""
    if len(value) < _ID_DIGITS:
        return False
    programs: dict[str, set[str]] = {}
    for place in commands:
        if any(word == value for word in operands(place.text)):
            programs.setdefault(first_word(place.text), set()).add(place.text)
    return any(name not in _COUNTING and len(texts) >= _OPERANDS for name, texts in programs.items())


def operands(text: str) -> Iterator[str]:
    """The words of a command that are neither its program nor an option nor what follows an option."""
    before = "-"
    for word in text.split():
        if not before.startswith("-") and not word.startswith("-"):
            yield word.lstrip(":").rstrip(";,")
        before = word if word not in ("sudo", "&&", "||", ";", "|") else "-"


def _stands_free(value: str, text: str) -> bool:
    """Whether a number stands between blanks, or ends a sentence: no part of a time, a size or a name."""
    return re.search(rf"(?<![^\s(\[#]){value}(?![^\s)\].,;])", text) is not None
