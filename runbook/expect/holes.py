"""The types of holes, each with the small fixed recognisers of its values.

A recogniser is a regular expression in the subset that Python's `re` and every POSIX awk read alike: no backslashes, no counted
repetition, nothing lazy, no looking around; it works on bytes. The longest match of any recogniser of a type is the type's match.
templates/match.awk holds the same table, written by `awk_table`.
"""

from __future__ import annotations

import re
from functools import cache
from typing import NamedTuple

WINDOW = 128
"""A value of a closed type is looked for in so many bytes: what keeps hostile lines linear."""

_D = "[0-9]"
_H = "[0-9A-Fa-f]"
_NUMBER = "[0-9]+([.,][0-9]+)*"
_TINY = "[0-9]+([.][0-9]+)?e[-+][0-9]+"
_YEAR = "(19|20)[0-9][0-9]"
_MONTH = "(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*"
_WEEKDAY = "(Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*"
_CLOCK = "[0-9]?[0-9]:[0-9][0-9](:[0-9][0-9]([.,][0-9]+)?)?( ?[AaPp]M)?"
_MOMENT_CLOCK = "[0-9]?[0-9]:[0-9][0-9](:[0-9][0-9])?([ap]m)?"
_ZONE = "( ?[-+][0-9][0-9]:?[0-9][0-9]| ?Z| [A-Z][A-Z][A-Z]?[A-Z]?)"
_DAY = "[0-9]?[0-9]"
_UNIT = "(years?|y|months?|mo|weeks?|w|days?|d|hours?|hrs?|h|minutes?|mins?|msecs?|ms|m|seconds?|secs?|s|usecs?|us|nsecs?|ns)"
_BYTES = "([kKMGTPEZYgmt]i?)?([bB](its?|ytes?|ps)?)?(/s(ec)?)?"
_BYTES_APART = "([kKMGTPEZY]i?[bB]?|[bB])(its?|ytes?|ps)?(/s(ec)?)?"

RECOGNISERS: dict[str, tuple[str, ...]] = {
    "int": ("[-+]?[0-9]+(,[0-9][0-9][0-9])*",),
    "pid": ("[0-9]+",),
    "float": (f"[-+]?{_NUMBER}", "[-+]?[.][0-9]+", f"[-+]?{_TINY}", "-?nan", "-?inf"),
    "percent": ("[-+]?[0-9]+([.,][0-9]+)? ?%", "-"),
    "size": (f"{_NUMBER}{_BYTES}", f"{_NUMBER} {_BYTES_APART}", "--[.]-[KMG]?B?/s"),
    "duration": (
        f"{_NUMBER} ?{_UNIT}(,? ?(and )?{_NUMBER} ?{_UNIT})*[0-9]*",
        "([0-9]+ days?,? |[0-9]+[-:])?[0-9]+:[0-9][0-9](:[0-9][0-9])?([.,][0-9]+)?[ms]?",
        "[0-9]+([.,][0-9]+)?[-+]?",
        f"{_TINY} ?{_UNIT}?",
        "([Aa]bout |[Ll]ess than )?an? (few )?(second|minute|hour|day|week|month|year)s?",
    ),
    "lapse": (
        f"({_NUMBER}{_UNIT})+[0-9]*",
        f"{_NUMBER} {_UNIT}",
        "([0-9]+[-:])?[0-9]+:[0-9][0-9](:[0-9][0-9])?([.,][0-9]+)?[ms]?",
        f"{_NUMBER}",
    ),
    "moment": (_MOMENT_CLOCK, f"{_WEEKDAY}[0-9]*", f"{_MONTH}[0-9]*", f"{_DAY}{_MONTH}[0-9]*", _YEAR),
    "time": (_CLOCK, f"{_CLOCK}{_ZONE}"),
    "date": (
        f"{_YEAR}([-/.])[0-9][0-9]([-/.])[0-9][0-9](([T ]| at |, )({_CLOCK}))?({_ZONE})?",
        # One recogniser for each form: mawk 1.3.4 loses matches in groups that are optional and nested.
        f"({_WEEKDAY},? )?{_MONTH} ?{_DAY}",
        f"({_WEEKDAY},? )?{_MONTH} ?{_DAY},? {_CLOCK}({_ZONE})?",
        f"({_WEEKDAY},? )?{_MONTH} ?{_DAY},? {_CLOCK} {_YEAR}({_ZONE})?",
        f"({_WEEKDAY},? )?{_MONTH} ?{_DAY},? {_CLOCK} [A-Z][A-Z][A-Z][A-Z]? {_YEAR}({_ZONE})?",
        f"({_WEEKDAY},? )?{_MONTH} ?{_DAY},? {_YEAR}((,| at)? {_CLOCK}({_ZONE})?)?",
        f"({_WEEKDAY},? )?{_DAY}[-/ ]{_MONTH}[-/ ,]+{_YEAR}([ :]{_CLOCK}({_ZONE})?)?",
        f"{_WEEKDAY} {_YEAR}-[0-9][0-9]-[0-9][0-9]( {_CLOCK}({_ZONE})?)?",
        f"{_DAY}([/.]){_DAY}([/.])({_YEAR}|[0-9][0-9])(,? {_CLOCK}({_ZONE})?)?",
        f"({_WEEKDAY} )?{_CLOCK}({_ZONE})?",
        f"{_WEEKDAY}[0-9]*",
        f"{_MONTH}[0-9]*",
        f"{_DAY}{_MONTH}[0-9]*",
        f"{_YEAR}([01][0-9][0-3][0-9](T?[0-9]+Z?)?)?",
    ),
    "version": ("[0-9][0-9A-Za-z.+~:_-]*",),
    "ip": ("[0-9]+[.][0-9]+[.][0-9]+[.][0-9]+",),
    "ip6": ("[0-9A-Fa-f]*:[0-9A-Fa-f:]*:[0-9A-Fa-f]*([0-9.]*)(%[0-9A-Za-z]+)?",),
    "mac": (f"{_H}{_H}" + f"[:-]{_H}{_H}" * 5,),
    "uuid": (_H * 8 + f"-{_H}{_H}{_H}{_H}" * 3 + "-" + _H * 12,),
    "hex": ("(0[xX])?[0-9A-Fa-f]+", f"{_H}{_H}(:{_H}{_H})+:?"),
    "hash": ("[0-9A-Za-z+/=:]+",),
    "tty": ("(pts|tty|vc)/?[A-Za-z]*[0-9]*", "console", "[?]", ":[0-9]+([.][0-9]+)?", "-"),
    "user": ("[0-9A-Za-z_][0-9A-Za-z_.-]*[$+]?",),
    "host": ("[0-9A-Za-z]([0-9A-Za-z_.:-]*[0-9A-Za-z])?",),
    "path": ("[^ ]+",),
    "url": ("[a-z]+://[^ ]+",),
    "bar": ("#+", "=*>? ?", "-+", "[*]+", "_+", "~+", "[.]+", "=+", "[|/-]"),
    "plural": ("s?",),
    "share": (" ?[0-9]+([.,][0-9]+)? ?%?",),
    "word": ("[^ ]+",),
    "text": (".*",),
}
"""Type of hole: its recognisers. `word` is any one word, `text` any rest, inferred from several recordings (`text` also where a
picture stands); `share` a number in a list whose blanks give way to wide ones ("0.0 ni, 99.9 id", "0.0 ni,100.0 id")."""

OPEN = frozenset({"host", "path", "url", "user", "word", "text", "version", "hash", "bar"})
"""Types whose values may be longer than the window."""


class Recogniser(NamedTuple):
    """The compiled recognisers of a type, and how many bytes they may look at."""

    parts: tuple[re.Pattern[str], ...]
    window: int


@cache
def recogniser(hole: str) -> Recogniser:
    """The recogniser of a type; an unknown type (a newer format's) is any one word."""
    name = hole if hole in RECOGNISERS else "word"
    return Recogniser(tuple(re.compile(part) for part in RECOGNISERS[name]), 1 << 30 if name in OPEN else WINDOW)


def longest(found: Recogniser, text: str, at: int) -> int:
    """Where the longest value of the type that begins at `at` ends; -1 for none."""
    stop = at + found.window
    end = -1
    for part in found.parts:
        m = part.match(text, at, stop)
        if m and m.end() > end:
            end = m.end()
    return end


def whole(found: Recogniser, text: str, at: int, end: int) -> bool:
    """Whether text[at:end] is a value of the type."""
    return any(part.fullmatch(text, at, end) for part in found.parts)


def awk_table() -> str:
    """The recognisers as assignments in awk: the block that templates/match.awk must hold."""
    lines = [f'  re["{name}", {i}] = "^({part})"' for name, parts in RECOGNISERS.items() for i, part in enumerate(parts, 1)]
    wide = " ".join(sorted(OPEN))
    return "\n".join([*lines, f'  split("{wide}", wide_names, " ")'])
