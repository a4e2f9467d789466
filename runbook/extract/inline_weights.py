"""Whether code in a sentence is to be run or only spoken of, where no rule tells or one is often wrong: all that speaks for it, weighed.

The words around some code, its own, what it looks like and what the page has around the line are weighed against each other, with weights
fitted to labelled pages. Words that deny, or say that somebody else runs something, are never outweighed.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from itertools import chain
from typing import Final

from msgspec import Struct

from runbook.extract.cues import Cue
from runbook.extract.paths import is_file_name
from runbook.extract.prose import Line, Span
from runbook.extract.weighing import shape
from runbook.looks import as_command, first_word, lacks_operand, prose_words
from runbook.patterns import pattern
from runbook.weights import weights
from runbook.words import words

UNSURE: Final = frozenset(("told-to-run-inline", "instruction-ends-in-code"))
"""Rules that are wrong in one piece of code of eight or more on pages that nobody had seen when they were made."""
_RUN: Final = 0.75
_SPOKEN_OF: Final = 0.1
"""How likely it must be that code is to be run where no rule tells; and at most, to outweigh a rule."""

_BARE: Final = 2
"""What a word by itself must look like for a command at least: names of things are never run."""
_LONG: Final = 200
"""Characters that are looked at of code, and before it."""
_BEHIND: Final = 80
_WORDS: Final = pattern(r"[^\W\d_]+(?:['\u2019-][^\W\d_]+)*|\d+|`|[:.,;?!()=/\[\]>-]")
_SENTENCES: Final = pattern(r"(?<=[.;!?])\s+(?=[A-Z(\"'`])|(?<=[\u3002\uff1b\uff01\uff1f])")
_NEAR: Final = 2
"""Words right before and behind of which the place tells something."""
_FORMS: Final = {
    name: pattern(source)
    for name, source in {
        "option": r"\s--?\w",
        "path": r"(?:^|\s)[~.]?/\w",
        "begins with a place": r"^[/~]",
        "begins here": r"^\.\.?/",
        "pipe": r"[|&;]",
        "redirection": r"[<>]",
        "variable": r"\$",
        "equals": r"=",
        "parenthesis": r"\(",
        "address": r"://",
        "capital": r"^[A-Z]",
        "ending": r"\.\w",
        "at": r"\w@\w",
        "elision": r"\.\.\.|\u2026",
        "placeholder": r"<[\w -]+>",
        "quoted": r"[\"']",
        "capitals": r"\b[A-Z_]{3,}\b",
        "underscore": r"_",
        "colon": r":",
        "digit": r"\d",
        "dash": r"^-",
        "semicolon": r";\s*$",
    }.items()
}
_CUES: Final = ("run", "command", "see", "file", "lines", "edits")


class Around(Struct, frozen=True, gc=False):
    """What stands around a line on its page: the words of the heading above it, what the sentence before says, names of facts, how many
    blocks of code the page has, the programs that ran."""

    heading: str
    cue: Cue
    facts: frozenset[str]
    blocks: int
    ran: Container[str]


def weighed(rule: str, line: Line, span: Span, around: Callable[[], Around], wrapped: str) -> str:
    """What makes a span a command: `rule`, or "" where it is outweighed; where there is none, "weighed-in-a-sentence" or ""."""
    text = span.text.strip()
    if rule not in UNSURE and (rule or (" " not in text and as_command(text) < _BARE)):
        return rule
    table = weights("inline")
    share = table.shares(features(line, span, around(), wrapped))[table.kinds.index("run")]
    if rule:
        return "" if share < _SPOKEN_OF else rule
    return "weighed-in-a-sentence" if share > _RUN else ""


def features(line: Line, span: Span, around: Around, wrapped: str) -> set[str]:
    """All that may speak for or against that a span is to be run, in time that doesn't grow with the line; `wrapped` is the line before,
    where the sentence goes on from it."""
    text = span.text.strip()[:_LONG]
    return set(chain(_of_code(text, span), _of_sentence(line, span, wrapped), _of_page(text, around)))


def _of_code(text: str, span: Span) -> Iterator[str]:
    parts = text.split()
    program = first_word(text)
    yield f"set as {span.style}"
    yield f"like {max(-2, min(6, as_command(text)))}"
    yield f"like {max(-2, min(6, as_command(text, in_code=False)))} in words"
    yield f"words {min(5, len(parts))}"
    yield "known" if program in words("programs") else "unknown"
    for name, held in (
        ("everyday", program in words("everyday")),
        ("operated", program in words("operated")),
        ("lacks operand", lacks_operand(text)),
        ("is a file", is_file_name(text)),
        ("begins with a file", is_file_name(program)),
        ("has words", prose_words(text) > 0),
    ):
        if held:
            yield name
    for name, form in _FORMS.items():
        if form.search(text) is not None:
            yield name
    yield f"program {program[:20]}"
    if len(parts) > 1:
        yield f"second {parts[1][:16]}"
    else:
        yield f"alone {shape(text)[:8]}"


def _of_sentence(line: Line, span: Span, wrapped: str) -> Iterator[str]:
    """The words before and behind, and where in its line and sentence it stands."""
    start = line.text[max(0, span.start - _LONG) : span.start]
    before = _SENTENCES.split(f"{wrapped[-120:]} {start}" if wrapped else start)[-1]
    said = _words(before)[-10:]
    for at, word in enumerate(reversed(said)):
        yield f"before {word}"
        if at < _NEAR:
            yield f"before {at} {word}"
    if not said:
        yield "begins"
    if not start.strip():
        yield "begins line"
    behind = line.text[span.end : span.end + _BEHIND]
    following = _words(behind)[:4]
    for at, word in enumerate(following):
        yield f"behind {word}"
        if at < _NEAR:
            yield f"behind {at} {word}"
    if not behind.strip():
        yield "ends line"
    elif not behind.strip(" .:;,)"):
        yield "ends sentence"
    others = line.spans[:_MOST]
    yield f"code {min(4, sum(other.style in _CODE for other in others))}"
    yield f"code before {min(3, sum(other.end <= span.start for other in others))}"


_CODE: Final = ("code", "backtick")
_MOST: Final = 12
"""Spans of a line that are counted."""


def _of_page(text: str, around: Around) -> Iterator[str]:
    for word in _words(around.heading[:_LONG])[:10]:
        yield f"heading {word}"
    for name in _CUES:
        if getattr(around.cue, name):
            yield f"cue {name}"
    yield from around.facts
    count = around.blocks
    yield f"blocks {count if count < 2 else '2-4' if count < 5 else '5-9' if count < 10 else 'many'}"
    if first_word(text) in around.ran:
        yield "ran"


def _words(text: str) -> list[str]:
    return [word[:20] for word in _WORDS.findall(text.lower())]
