"""Letters and Roman numerals that mark steps: "a) …", "(b) …", "C. …", "iv) …"."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from runbook.extract.marks import ROMAN, Mark
from runbook.model import SectionHeading
from runbook.patterns import pattern

_ROWS: Final = (
    tuple("abcdefghijklmnopqrstuvwxyz"),
    tuple(ROMAN),
    tuple("\u0430\u0431\u0432\u0433\u0434\u0435\u0436\u0437\u0438\u043a\u043b\u043c\u043d"),
    tuple("\u03b1\u03b2\u03b3\u03b4\u03b5\u03b6"),
)
"""What counts, in order: the letters of the Latin, Cyrillic and Greek scripts, and Roman numerals."""
_FIRST: Final = frozenset(row[0] for row in _ROWS)
_LETTER: Final = pattern(
    r"(?P<open>\(?)(?P<letter>[^\W\d_]{1,4})(?P<close>[.)\uff09])[ \t\u00a0]+(?=[^\s.,;:)=])(?![^\W\d_][.)]\s?[^\W\d_]?[.)])"
)
"""A letter and a sign, with words behind them: no initials ("I. B. M. …"), no abbreviation in more letters ("i. e.")."""


class Letter(NamedTuple):
    """A marker as it stands at the beginning of a line: its `form` is the signs around it, and whether it is a capital."""

    name: str
    form: str
    length: int


def letter_at(text: str) -> Letter | None:
    """The letter that a line of prose begins with."""
    lead = len(text) - len(text.lstrip())
    if ")" not in text[lead : lead + 6] and text[lead + 1 : lead + 5].find(".") < 0:
        return None
    match = _LETTER.match(text, lead)
    if match is None:
        return None
    letter = match["letter"]
    if not (letter.islower() or letter.isupper()):
        return None
    form = f"{match['open']}{'A' if letter.isupper() else 'a'}{match['close']}"
    return Letter(letter, form, match.end())


def begins(letter: Letter) -> bool:
    """Whether a letter may be the first of a run."""
    return letter.name.casefold() in _FIRST


def follows(letter: Letter, last: Letter) -> bool:
    """Whether a letter comes right after another of the same form."""
    return letter.form == last.form and _follows(letter.name, last.name)


def _follows(name: str, last: str) -> bool:
    name, last = name.casefold(), last.casefold()
    return any(last in row and row.index(last) + 1 < len(row) and row[row.index(last) + 1] == name for row in _ROWS)


def letter_runs(signs: Sequence[tuple[int, Mark | SectionHeading]], true: set[int]) -> Iterator[tuple[list[int], bool]]:
    """Runs of lines that letters count, two or more, and whether they count what belongs to a step: `true` are the other marks that begin
    steps, and below one of these under the same heading they do."""
    run: list[int] = []
    last = ""
    headed = within = False
    for i, token in signs:
        if type(token) is Mark and token.kind == "letter":
            name = token.number or ""
            if not (run and _follows(name, last)):
                yield from _whole(run, within)
                run = [] if name.casefold() not in _FIRST else [i]
                last = ""
            run += [i] if last else []
            last = name
            continue
        yield from _whole(run, within)
        run, last = [], ""
        if type(token) is SectionHeading:
            within, headed = headed, False
        elif token.kind.startswith("heading"):
            headed = i in true
        else:
            within = within or i in true
    yield from _whole(run, within)


def _whole(run: list[int], within: bool) -> Sequence[tuple[list[int], bool]]:
    return ((run, within),) if len(run) > 1 else ()
