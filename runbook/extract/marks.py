"""The author's own step markers: numbered items, "3." at the beginning of a line, "Step 3", numbered headings."""

from __future__ import annotations

import re
from functools import cache
from typing import Final, final

from msgspec import Struct

from runbook.model import Lines
from runbook.patterns import pattern
from runbook.words import alternation, word_rows, words


@final
class Mark(Struct, frozen=True, gc=False):
    """A step marker: `number` as the author wrote it (null for list items), `text` all the prose of the marked line, `title` what of it
    becomes the title; `kind` how it is marked; `level` 0 at the top; `lines` of the marked line or item; `loose` that nothing but a blank
    stands behind the number, so that only a whole run of them marks anything; `said` that a word says that it is a step."""

    kind: str
    number: str | None
    text: str
    title: str
    lines: Lines
    level: int = 0
    list_id: int = 0
    heading_level: int = 0
    loose: bool = False
    said: bool = False


ROMAN: Final = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
"""1 to 12 as the Romans wrote them."""

_WIDE: Final = "\u3001\uff0e\uff09\uff1a"
"""Signs behind a number that need no blank after them: a comma, a full stop, a parenthesis and a colon as wide as Chinese letters."""

_NUMBER: Final = re.compile(
    r"(?:\((?P<inside>\d{1,3}[a-z]?)\)|"
    r"(?P<number>\d{1,3}(?:\.\d{1,2})*[a-z]?)(?:\.?\)\.?|\.[-\u2013]?|/|[\u00ba\u00aa\u00b0]\)?[.:]?-?|\s?[:\u2013\u2014]))\s+(?=\S)|"
    r"[(\uff08](?P<round>\d{1,2})[)\uff09]\s?(?=[^\W\d_\x00-\u02ff])|(?P<circle>[\u2460-\u2473])[.\u3001]?\s?(?=\S)|"
    rf"(?P<wide>\d{{1,3}})\s?[{_WIDE}]\s*(?=\S)|"
    r"(?P<key>\d)\ufe0f?\u20e3\s*(?=\S)|"
    r"#(?P<hash>\d{1,2})[.:)]?\s+(?=\S)|"
    r"(?P<dash>\d{1,2})\s?-\s+(?=[^\W\d_])|"
    r"(?P<tight>\d{1,2})\.(?=[A-Z][a-z]|[^\W\d_\x00-\u02ff])"
)
_LOOSE: Final = re.compile(r"(?P<number>\d{1,2}) {1,4}(?=[^\W\d_])(?![a-z\u00df-\u00ff\u0430-\u044f])")
"""A number and a capital: "1 On the client, …"."""
_SUB: Final = re.compile(r"\d+(?:\.\d+|[a-z])")
_HEADING_NUMBER: Final = re.compile(
    rf"(?P<number>\d{{1,3}}(?:\.\d{{1,2}})*)(?:(?:[.):,/]|\s[-\u2013])?\s+|\.?[{_WIDE}]\s*|\.(?=[^\W\d_\x00-\u02ff])|[.)](?=[^\W\d_]{{3}})|\.(?=\uff08)|\ufe0f?\u20e3\s*)(?=[^\W\d]|\.[a-z]|[\u00a1\u00bf\uff08])"
)
_DECORATION: Final = re.compile(r"(?:[^\w\s\x00-\u02ff\u3000-\u30ff\uff00-\uffef]+\s+)?")
"""Pictures before a heading's number."""


_NUMERALS: Final = "\u4e00\u4e8c\u4e09\u56db\u4e94\u516d\u4e03\u516b\u4e5d\u5341"
"""1 to 10 in Chinese, as in "\u7b2c\u4e00\u6b65", the first step."""

_WRITTEN: Final = re.compile(rf"(?P<number>[{_NUMERALS}])[\u3001\uff0e.]\s*(?=\S)")


def _written(match: re.Match[str]) -> str:
    return str(_NUMERALS.index(match["number"]) + 1)


@cache
def _step() -> re.Pattern[str]:
    return re.compile(
        rf"(?:(?:{alternation('step_words')})\s*(?:n[o\u00b0]\.?\s*|#\s*|-)?"
        rf"(?P<number>\d{{1,3}}(?:[a-z]\b)?|[{_NUMERALS}]|(?<!\w)(?:[ivxIVX]{{1,4}}|[a-h](?=\s*[.:)\u2013\u2014])|(?:{alternation('number_words')})\b))|"
        rf"(?P<other>\d{{1,3}})\s*(?:-?(?:\u00e8re|\u00e8me|eme|er|re|e|\u0439|\u044b\u0439)|[.\u00ba\u00aa]|\u756a\u76ee\u306e)?\s*(?:{alternation('step_words')})|"
        rf"\u7b2c\s*(?P<ordinal>\d{{1,3}}|[{_NUMERALS}])\s*\u6b65[\u9aa4\u9a5f]?)"
        r"(?P<end>\s*[.:)\u2013\u2014\uff1a\uff09\u3001-]+\s*|\s+|\Z)",
        re.IGNORECASE,
    )


@cache
def _step_beginnings() -> frozenset[str]:
    """The first two letters of the words for a step: a quick look before the pattern."""
    return frozenset(word[:2] for word in words("step_words")) | {f"\u7b2c{numeral}" for numeral in _NUMERALS}


_BOX: Final = re.compile(r"\s*(?:[-\u2013\u2022]\s+(?=[\d(\[]))?(?:\[[ xX]\]\s+)?")
"""A stroke or a box to tick before a number: "[ ] Step 1", "- 1) …"."""
_BOXED: Final = frozenset("[-\u2013\u2022")


def _lead(text: str) -> int:
    """How many characters stand before a line's marker: blanks, a stroke, and a box to tick."""
    box = _BOX.match(text) if not _BOXED.isdisjoint(text[:8]) else None
    return box.end() if box is not None else len(text) - len(text.lstrip())


def line_mark(text: str) -> tuple[str, int, int] | None:
    """The number, its length with all that belongs to the marker, and the nesting level, where a line of prose begins with a marker."""
    lead = _lead(text)
    start = text[lead : lead + 40]
    match = _NUMBER.match(start) or _LOOSE.match(start) if start[:1].isdigit() or start[:1] in "(#\uff08" else None
    if match is not None and match.re is _LOOSE:
        return match["number"], lead + match.end(), 0
    if match is not None:
        circle = match["circle"]
        number = str(ord(circle) - 0x245F) if circle else next(group for group in match.groups() if group)
        return number, lead + match.end(), 1 if _SUB.match(number) else 0
    if start[:1] in _NUMERALS and (written := _WRITTEN.match(start)) is not None:
        return _written(written), lead + written.end(), 0
    if not start[:1].isdigit() and start[:2].casefold() not in _step_beginnings():
        return None
    step = _step().match(start)
    if step is not None and (
        step["end"].strip() or step["ordinal"] or lead + step.end() >= len(text) or not text[lead + step.end()].islower()
    ):
        return _step_number(step), lead + step.end(), 0
    return None


def is_counted(text: str) -> bool:
    """Whether a line begins with "Step 3", "3)" or "3.": a number alone, or before a colon, may be anything's."""
    mark = line_mark(text)
    return mark is not None and (says_step(text) or not _SIGNS.isdisjoint(text[: mark[1]]))


_SIGNS: Final = frozenset(").")


def says_step(text: str) -> bool:
    """Whether the marker that a line begins with has a word for a step: "Step 3: the wheel", "3. lépés"."""
    start = _lead(text)
    if text[start : start + 1].isdigit():
        return _step().match(text[start : start + 40]) is not None
    return text[start : start + 2].casefold() in _step_beginnings()


_ORDINAL: Final = pattern(r"(?P<word>[^\W\d_][\w\-]{3,15}),\s+(?=\S)")


@cache
def _ordinals() -> dict[str, str]:
    return {word: str(number) for number, row in enumerate(word_rows("ordinals"), 1) for word in row.split()}


def ordinal_mark(text: str) -> tuple[str, int] | None:
    """The number and the length of a marker that is a word, where a line's bold beginning is one: "First, start the mill"."""
    match = _ORDINAL.match(text)
    number = _ordinals().get(match["word"].casefold()) if match is not None else None
    return (number, match.end()) if match is not None and number is not None else None


def is_loose(text: str) -> bool:
    """Whether a line of prose begins with a number and nothing but a blank behind it."""
    start = text.lstrip()[:40]
    return start[:1].isdigit() and _LOOSE.match(start) is not None


def _step_number(step: re.Match[str]) -> str:
    number = (step["number"] or step["other"] or step["ordinal"]).casefold()
    if number in _NUMERALS:
        return str(_NUMERALS.index(number) + 1)
    named = word_rows("number_words")
    return str(named.index(number) + 1) if number in named else number


def heading_mark(text: str) -> tuple[str, int, str] | None:
    """The number, the length of the marker and its form ("step" or "number"), where a heading begins with one."""
    decoration = _DECORATION.match(text)
    start = decoration.end() if decoration is not None else 0
    step = _step().match(text[:60], start)
    if step is not None:
        return _step_number(step), step.end(), "step"
    match = _HEADING_NUMBER.match(text[:40], start)
    if match is not None and "." not in match["number"]:
        return match["number"], match.end(), "number"
    written = _WRITTEN.match(text, start)
    return (_written(written), written.end(), "number") if written is not None else None


_TITLE_END: Final = re.compile(
    r"(?:(?<=[^\WA-Z_])|(?<=[)\"'\]\u00bb\u201d])|(?<=[A-Z][A-Z]))(?<!\A\d)(?<!\A\d\d)[.!?](?=\s+(?![a-z\u00df-\u00ff\u0430-\u044f\d])[\w(\"'\u00ab\u201e\u201c])|"
    r"(?:\.{2,}|[:.\u2026])(?=\s*\Z)|[\u3002\uff01\uff1f]|\n"
)


_SENTENCE_SIGNS: Final = tuple(".:;!?\u2026\u3002\uff01\uff1f\uff1a")
_LONG_LINE: Final = 45
"""What is longer and breaks off without a sign was wrapped by its author's editor."""


def _wrapped(text: str, end: int) -> bool:
    """Whether the sentence of a line goes on in the next one."""
    line = text[text.rfind("\n", 0, end) + 1 : end].rstrip()
    return not line.endswith(_SENTENCE_SIGNS) and (text[end + 1 : end + 2].islower() or len(line) >= _LONG_LINE)


def title_of(text: str, limit: int = 110) -> tuple[str, int]:
    """The title in the first words of a step (its first sentence, cut at a word where it is long) and how much of `text` it covers. A
    line that its author's editor broke goes on in the next."""
    lead = len(text) - len(text.lstrip())
    body = text[lead:]
    match = next((end for end in _TITLE_END.finditer(body) if end[0] != "\n" or not _wrapped(body, end.start())), None)
    end = match.start() if match else len(body.rstrip())
    covered = lead + (match.end() if match else len(body))
    title = " ".join(body[:end].split())
    if len(title) <= limit:
        return title, covered
    cut = title[:limit].rsplit(" ", 1)[0].rstrip(" ,;:")
    return f"{cut} …", 0


_SENTENCE_END: Final = re.compile(r"[.!?](?:\s|\Z)|[\u3002\uff01\uff1f]")


def says_done(text: str) -> bool:
    """Whether a numbered line only says that something is finished, or names what is needed before: nothing to carry out."""
    first = _SENTENCE_END.split(text.strip().lstrip(".\u2026 "), maxsplit=1)[0].casefold().rstrip(".! ")
    if len(first) >= 90:
        return False
    return first in words("done") or (
        _done_phrases().search(first) is not None and not first.startswith(tuple(words("conditions")))
    )


@cache
def _done_phrases() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(phrase) for phrase in sorted(words("done")) if " " in phrase))
