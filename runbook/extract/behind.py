"""What stands behind a block of code and names the file that it is: "… to the end of /etc/lamps", "Save it as lamps.py", `gcc lamps.c`."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Final

from runbook.extract.paths import file_in, saved_as, script_in
from runbook.extract.prose import Line, sentences
from runbook.extract.units import Unit, shown_rows
from runbook.looks import as_command
from runbook.model import Row
from runbook.patterns import pattern
from runbook.prompts import prompt_of
from runbook.words import source_endings, word_set, words

_BESIDE: Final = (
    "right after ",
    "right before ",
    "right below ",
    "right above ",
    "just after ",
    "just before ",
    "directly after ",
    "directly before ",
)
_BEHIND: Final = (
    "to the ", "to your ", "in the ", "in your ", "into ", "at the end of ", "to /", "to ~", "in /", "somewhere in ", "at the top of ", "at the bottom of ",
    "below the ", "above the ", *_BESIDE,
)  # fmt: skip
"""How a sentence goes on behind content for a file, to say where it belongs."""
_NAME: Final = pattern(r"[\w./~+\-]*\w")
_FEW: Final = 4
"""Lines of a block behind that are looked at for the command which runs the one before."""


_ARTICLES: Final = ("the", "a", "an", "your", "this", "in", "into", "to", "of")


def ends_in_article(lead: Sequence[str]) -> bool:
    """Whether some prose ends where a sentence can't: "add this into the"."""
    return bool(lead) and lead[-1].rstrip().rpartition(" ")[2] in _ARTICLES


def told_behind(lines: Sequence[Line], *, broken: bool = False) -> str | None:
    """The file that the first line of a paragraph gives to the content before it: "add this line: … to the file X"; `broken` that the
    words before the content end in the midst of a sentence."""
    first = lines[0].text.strip() if lines else ""
    if not first:
        return None
    if saved := saved_as(sentences(first)[0]):
        return saved
    goes_on = first[0].islower()
    if not (first.casefold().startswith(_BEHIND) or (broken and goes_on)):
        return None
    sentence = sentences(first)[0]
    # "In the file X, find the line": that begins with the file of what comes next.
    other = not goes_on and not word_set(sentence).isdisjoint(words("verbs"))
    return None if other else file_in(sentence) or script_in(sentence)


def run_behind(
    language: str, units: Sequence[Unit], lines: Callable[[Unit], Sequence[Line]], known: Callable[[str], bool]
) -> str | None:
    """The file of a block's language that a command right behind the block compiles, runs or applies, where nothing names it before."""
    endings = source_endings(language)
    if not endings:
        return None
    for unit in units:
        rows = shown_rows(unit.block)
        for text in _typed(rows[:_FEW]) if rows else _told(lines(unit)):
            if as_command(text) >= 3 and (named := _named(text, endings)) is not None:
                return None if known(named) else named
        if rows:
            break
    return None


def _typed(rows: Sequence[Row]) -> Iterator[str]:
    for row in rows:
        prompt = prompt_of(row.text)
        yield row.text.strip() if prompt is None else prompt.rest


def _told(lines: Sequence[Line]) -> Iterator[str]:
    for line in lines[:_FEW]:
        yield from (span.text for span in line.spans if span.style in ("code", "backtick"))


def _named(text: str, endings: tuple[str, ...]) -> str | None:
    """The operand of a command that is a file with one of some endings."""
    if not any(ending in text for ending in endings):
        return None
    named = (word.rpartition("=")[2].lstrip("@<") for word in text.split()[1:])
    return next((word for word in named if word.endswith(endings) and _NAME.fullmatch(word)), None)
