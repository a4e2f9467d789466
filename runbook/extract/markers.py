"""What an author writes before a step: "3.", "(3)", "③", "三、", "Step 3:", "3rd step", at the beginning of a line, an item, a cell, a heading."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final, NamedTuple

from runbook.patterns import pattern
from runbook.words import alternation, word_rows, words


class Marker(NamedTuple):
    """A marker: its number as the author wrote it, its length with all that stands before it and belongs to it, its nesting `level` (1 for
    "1.2" and "1a"), `loose` that nothing but a blank stands behind the number, or a word that may count anything before it, so that only a
    whole run marks anything, `said` that a word says that it is a step."""

    number: str
    length: int
    level: int = 0
    loose: bool = False
    said: bool = False


_WIDE: Final = "\u3001\uff0e\uff09\uff1a"
"""Signs behind a number that need no blank after them: a comma, a full stop, a parenthesis and a colon as wide as Chinese letters."""

_NUMERALS: Final = "\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5341"
"""1 to 10 in Chinese, as in "\u7b2c\u4e00\u6b65", the first step."""

_SINGLE: Final = "\u2460-\u249b\u24ea-\u24fe\u2776-\u2793\u3220-\u3229\u3280-\u3289\U0001f51f"
"""Numbers that are one sign: in a circle, in brackets, with a full stop, on a key."""

_NUMBER: Final = re.compile(
    r"[(\[\uff08\u3010](?P<inside>\d{1,3}[a-z]?)[)\]\uff09\u3011](?:[.:]?\s+(?=\S)|(?=[^\W\d_]))|"
    r"(?P<number>\d{1,3}(?:\.\d{1,2})*[a-z]?)(?:\\?\.?\)\.?|\\?\.[-\u2013]?|/|\.?[\u00ba\u00aa\u00b0]\)?[.:]?-?|\s?[:\u2013\u2014])\s+(?=\S)|"
    rf"(?P<wide>\d{{1,3}})\s?\.?[{_WIDE}]\s*(?=\S)|"
    rf"(?P<single>[{_SINGLE}])[.\u3001:)]?\s*(?=\S)|"
    r"(?P<key>(?:\d\ufe0f?\u20e3){1,2})\s*(?=\S)|"
    r"#(?P<hash>\d{1,2})(?:[.:)]|\s-)?\s+(?=\S)|"
    r"(?P<dash>\d{1,2})\s?-\s+(?=[^\s\d])|"
    r"(?P<comma>\d{1,2}),\s+(?=[^\W\d_])(?![a-z\u00df-\u00ff\u0430-\u044f])|"
    r"(?P<tight>\d{1,2})[.)](?=[A-Z][a-z]|[^\W\d_\x00-\u02ff])|"
    rf"[(\uff08](?P<round>[{_NUMERALS}]{{1,3}})[)\uff09]\s*(?=\S)|"
    rf"(?P<written>[{_NUMERALS}]{{1,3}})[\u3001\uff0e.]\s*(?=\S)"
)
_LOOSE: Final = re.compile(r"(?P<number>\d{1,2}) {1,4}(?=[^\W\d_])(?![a-z\u00df-\u00ff\u0430-\u044f])")
"""A number and a capital: "1 On the client, …"."""
_OF_HEADING: Final = re.compile(
    r"(?P<number>\d{1,3})(?:,?\s+|[.)](?=[^\W\d_]{3})|\.(?=\uff08))(?=[^\W\d]|\.[a-z]|[\u00a1\u00bf\uff08])"
)
"""What only a heading begins with: "3 the wheel", "3.wheel"."""
_SUB: Final = re.compile(r"\d+(?:\.\d+|[a-z])")
_OPEN: Final = "([#\uff08\u3010"
"""With what a number may begin that isn't a digit."""

_LEAD: Final = re.compile(
    r"\s*(?:[-*\u2013\u2014\u2022]\s+(?=[\w(\[#])|(?:\*{1,3}|[=#]{2,6}\s?)(?=\w)|"
    rf"(?:(?![{_SINGLE}])[^\w\s\x00-\u200c\u200e-\u218f\u3000-\u30ff\uff00-\uffef])+\s*){{0,2}}(?:\[[ xX]\]\s+)?"
)
"""What stands before a marker: a stroke, pictures, a box to tick: "[ ] Step 1", "- 1) …"; signs of a heading that is none for the markup."""

_COUNT: Final = rf"\d{{1,3}}(?:[a-z]\b)?|[{_NUMERALS}]{{1,3}}"
_OF_ALL: Final = r"(?:\s*(?:/|of|von|de|di|van|\u0438\u0437)\s*\d{1,2}\b)?"
"""How many there are: "Step 1 of 5"."""


def _counted_by(table: str) -> str:
    """The form of a word of a table with its number."""
    return (
        rf"(?:{alternation(table)})\s*(?:n[o\u00b0\u00ba]\.?\s*|[#\u2116]\s*|-|\.)?"
        rf"(?P<number>{_COUNT}|(?<!\w)(?:[ivxIVX]{{1,4}}|[a-h](?=\s*[.:)\u2013\u2014])|(?:{alternation('number_words')})\b)){_OF_ALL}"
    )


_END: Final = r"(?P<end>\s*[.:)\]\u2013\u2014\uff1a\uff09\u3011\u3001|>\u2192-]+\s*|\s+|\Z)"


@cache
def _step() -> re.Pattern[str]:
    return re.compile(
        rf"[(\[\u3010]?(?:{_counted_by('step_words')}|"
        rf"(?:(?P<spelt>{'|'.join(_ordinals())})\s|(?P<other>\d{{1,3}})\s*"
        r"(?:-?(?:st|nd|rd|th|\u00e8re|\u00e8me|eme|er|re|e|\u0439|\u044b\u0439)|\.(?:er|\u00ba|\u00aa)|[.\u00ba\u00aa]|\u756a\u76ee\u306e)?)"
        rf"\s*(?:{alternation('step_words')})|"
        rf"\u7b2c\s*(?P<ordinal>\d{{1,3}}|[{_NUMERALS}]{{1,3}})\s*\u6b65[\u9aa4\u9a5f]?){_END}",
        re.IGNORECASE,
    )


@cache
def _stage() -> re.Pattern[str]:
    return re.compile(rf"{_counted_by('stage_words')}{_END}", re.IGNORECASE)


@cache
def _beginnings() -> frozenset[str]:
    """The first letters of what begins with a word: a quick look before the patterns."""
    said = (*words("step_words"), *words("stage_words"))
    return frozenset(
        [word[:2] for word in said] + [word[:4] for word in _ordinals()] + [f"\u7b2c{one}" for one in f"{_NUMERALS}0123456789 "]
    )


def _lead(text: str) -> int:
    """How many characters stand before a line's marker: blanks, a stroke, pictures, and a box to tick."""
    if text[:1].isalnum():
        return 0
    match = _LEAD.match(text)
    return match.end() if match is not None else 0


def marker(text: str, *, heading: bool = False) -> Marker | None:
    """The marker with which a text begins, which is a heading's or a line's of prose. A heading needs no sign behind its number."""
    lead = _lead(text)
    start = text[lead : lead + 60]
    first = start[:1]
    if first.isnumeric() or first in _OPEN:
        match = _NUMBER.match(start)
        if match is not None:
            number = _read(next(filter(None, match.groups())))
            behind = start[match.end() : match.end() + 2].casefold()
            said = _said(start, lead) if behind in _beginnings() else None  # "7. Step: the wheel"
            return said or Marker(number, lead + match.end(), 1 if _SUB.match(number) else 0)
        if (said := _said(start, lead)) is not None:
            return said
        match = _OF_HEADING.match(start) if heading else _LOOSE.match(start)
        return Marker(match["number"], lead + match.end(), loose=not heading) if match is not None else None
    low = start[:4].casefold()
    return _said(start, lead, heading=heading) if low[:2] in _beginnings() or low in _beginnings() else None


def _said(start: str, lead: int, *, heading: bool = False) -> Marker | None:
    """The marker with a word in it at the beginning of a text: "Step 3: the wheel", "3. l\u00e9p\u00e9s". One without a sign behind it, and
    with a small letter after that, is the beginning of a sentence, but in a heading."""
    step = _step().match(start)
    found = step or (_stage().match(start) if start.partition(" ")[0].casefold() in words("stage_words") else None)
    if found is None:
        return None
    if step is not None:
        number = step["number"] or step["other"] or step["ordinal"] or step["spelt"]
        ended = step["ordinal"] or (not step["spelt"] and (heading or not start[step.end() : step.end() + 1].islower()))
    else:
        number, ended = found["number"], heading
    if not (found["end"].strip() or ended):
        return None
    return Marker(_read(number), lead + found.end(), loose=step is None, said=step is not None)


def _read(number: str) -> str:
    """A number as digits, where it was written with other signs or in words; else as it is."""
    if number[-1] == "\u20e3":
        return "".join(sign for sign in number if sign.isdecimal())
    if number[0] in _NUMERALS:
        tens, _, ones = number.rpartition("\u5341")
        return str((10 * (_NUMERALS.find(tens) + 1 or 1) if "\u5341" in number else 0) + _NUMERALS.find(ones or "\u3000") + 1)
    if len(number) == 1 and not number.isdecimal() and not number.isalpha():
        return "10" if number == "\U0001f51f" else str(int(unicodedata.numeric(number)))
    small = number.casefold()
    named = word_rows("number_words")
    if small in named:
        return str(named.index(small) + 1)
    if small in _ordinals():
        return _ordinals()[small]
    return str(int(number)) if number.isdecimal() and not number.isascii() else small


_ORDINAL: Final = pattern(r"(?P<word>[^\W\d_][\w\-]{3,15})[,:]\s+(?=\S)|(?P<number>\d{1,2})(?:st|nd|rd|th)[,.:]\s+(?=\S)")


@cache
def _ordinals() -> dict[str, str]:
    return {word: str(number) for number, row in enumerate(word_rows("ordinals"), 1) for word in row.split()}


def ordinal(text: str) -> Marker | None:
    """The marker that is a word that counts, where a line's bold beginning, or a heading, begins with one: "First, start the mill"."""
    match = _ORDINAL.match(text)
    number = (match["number"] or _ordinals().get(match["word"].casefold())) if match is not None else None
    return Marker(number, match.end()) if match is not None and number is not None else None
