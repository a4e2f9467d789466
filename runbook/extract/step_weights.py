"""Whether a run of marks that rules take for steps, or that they leave open, is one: all that speaks for it, weighed.

A list that asks for something is mostly a procedure, but also what a program does, what there is to choose from, or what must hold may begin
with words that ask. The words of the marked lines, those that lead up to them, and what stands below them are weighed against each other, with
weights fitted to labelled pages.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import chain, pairwise
from typing import Final

from runbook.extract.before_marks import heading_above, words_before
from runbook.extract.mark_runs import mark_of
from runbook.extract.marks import Mark
from runbook.extract.prose import last_sentence
from runbook.extract.recorder import Token
from runbook.model import Command, FileEdit, ListBlock, Listing, Output, Prose, SectionHeading
from runbook.patterns import pattern
from runbook.weights import weights

_SURE: Final = 0.7
_OF_TWO: Final = 0.9
"""How likely it must be that a run is something else than what the rules say; two marks say less than more of them do."""

_TWO: Final = 2
_MARKS: Final = 20
_TOKENS: Final = 8
_LONG: Final = 300
"""Marks that are looked at, tokens below each, and characters of what they say."""
_WORD: Final = pattern(r"[^\W_]+")
_SAID: Final = pattern(r"[^\W\d_]+|\d+|[:?!.]")
_JOINED: Final = pattern("[\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
"""A letter of a script that sets no blanks between words, or whose words have endings of their own."""
_COLONS: Final = (":", "\uff1a")
_STOPS: Final = (".", "\u3002")
_QUESTIONS: Final = ("?", "\uff1f")
_LABEL: Final = pattern(r"\W*\w[^:.]{0,40}[:\uff1a]\s*\S")
_DASHED: Final = pattern(r"[^:.]{1,40}\s[-\u2013\u2014]\s")
_ENDED: Final = pattern(r"[.\u3002]\s+\S")
_FEW: Final = 3
_MUCH: Final = 120


def outweighed(tokens: Sequence[Token], headings: Sequence[int], run: Sequence[int], *, steps: bool) -> bool:
    """Whether it is far more likely that a run of marks is something else than `steps` says. What calls itself a step is one, and one mark
    by itself says too little."""
    if len(run) == 1 or not may_be_told_of(mark_of(tokens, run[0])):
        return False
    table = weights("steps")
    shares = table.shares(features(tokens, headings, run))
    return shares[table.kinds.index("other" if steps else "steps")] > (_OF_TWO if len(run) == _TWO else _SURE)


def may_be_told_of(mark: Mark) -> bool:
    """Whether a mark of that form may also stand before what is no step."""
    return not mark.said and mark.kind in ("item", "number", "heading-number")


def features(tokens: Sequence[Token], headings: Sequence[int], run: Sequence[int]) -> set[str]:
    """All that may speak for or against a run of marks, in time that grows with nothing but the logarithm of how many headings there are."""
    seen = run[:_MARKS]
    marks = [mark_of(tokens, i) for i in seen]
    below = [_below(tokens, i) for i in seen]
    return set(
        chain(
            (f"is {marks[0].kind}", f"marks {len(run) if len(run) < 6 else 'many'}"),
            _of_lines([mark.text[:_LONG] for mark in marks], (mark.loose for mark in marks)),
            _of_words(marks),
            _of_below(below, marks),
            _of_words_before(tokens, headings, run[0]),
            _of_after(tokens, run[-1]),
        )
    )


def _below(tokens: Sequence[Token], i: int) -> Sequence[Token]:
    """What stands below a mark, up to the next one or a heading."""
    found: list[Token] = []
    start = i + 2 if i + 1 < len(tokens) and type(tokens[i + 1]) is SectionHeading else i + 1
    for token in tokens[start : start + _TOKENS]:
        if type(token) is Mark or type(token) is SectionHeading:
            break
        found.append(token)
    return found


def _share(name: str, held: Sequence[bool]) -> str:
    """How many quarters of the marks hold something."""
    return f"{name} {round(4 * sum(held) / len(held))}"


def _of_lines(texts: Sequence[str], loose: Iterator[bool]) -> Iterator[str]:
    """How the marked lines are written."""
    lines = [text.partition("\n")[0].strip() for text in texts]
    counts = [len(line.split()) for line in lines]
    yield _share("colon", [line.endswith(_COLONS) for line in lines])
    yield _share("stop", [line.endswith(_STOPS) for line in lines])
    yield _share("question", [line.endswith(_QUESTIONS) for line in lines])
    yield _share("label", [_LABEL.match(line) is not None for line in lines])
    yield _share("dash", [_DASHED.match(line) is not None for line in lines])
    yield _share("empty", [not line for line in lines])
    yield _share("long", [len(text) > _MUCH for text in texts])
    yield _share("short", [n <= _FEW and not _JOINED.search(line) for n, line in zip(counts, lines, strict=True)])
    yield _share("word", [n == 1 for n in counts])
    yield _share("small", [line[:1].islower() for line in lines])
    yield _share("capitals", [n > 1 and _capitals(line) >= 0.7 * n for n, line in zip(counts, lines, strict=True)])
    yield _share("sentences", [_ENDED.search(text) is not None for text in texts])
    yield _share("loose", list(loose))
    yield f"length {min(6, sum(map(len, lines)) // len(lines) // 20)}"


def _capitals(line: str) -> int:
    return sum(word[:1].isupper() for word in line.split())


def _of_words(marks: Sequence[Mark]) -> Iterator[str]:
    """The words of the marked lines: those with which they begin, and all of the first ones."""
    for mark in marks:
        words = [word.casefold() for word in _WORD.findall(mark.text[:_LONG])[:14]]
        yield from (f"has {word[:30]}" for word in words)
        yield from (f"near {word[:30]}" for word in words[:3])
        if words:
            yield f"begins {words[0][:30]}"
            yield f"begins {' '.join(words[:2])[:40]}"
        if _JOINED.search(mark.text[:30]):
            yield from _pairs("".join(words)[:14])


def _pairs(letters: str) -> Iterator[str]:
    """Two letters each: as good as words where no blanks part these."""
    return (f"pair {letters[i : i + 2]}" for i in range(len(letters) - 1))


def _of_below(below: Sequence[Sequence[Token]], marks: Sequence[Mark]) -> Iterator[str]:
    """What stands in the items, or below the headings."""
    kinds = [{type(token) for token in tokens} for tokens in below]
    yield _share("command", [Command in found for found in kinds])
    yield _share("edit", [FileEdit in found for found in kinds])
    yield _share("code", [not found.isdisjoint((Command, FileEdit, Listing, Output)) for found in kinds])
    yield _share("list", [any(map(_is_list, tokens)) for tokens in below])
    yield _share(
        "command in line", [any(_is_within(token, mark) for token in tokens) for tokens, mark in zip(below, marks, strict=True)]
    )


def _is_list(token: Token) -> bool:
    return type(token) is Prose and bool(token.blocks) and type(token.blocks[-1]) is ListBlock


def _is_within(token: Token, mark: Mark) -> bool:
    return type(token) is Command and token.lines[0] <= mark.lines[1]


def _of_words_before(tokens: Sequence[Token], headings: Sequence[int], at: int) -> Iterator[str]:
    """The words of the heading, and of the sentence that leads up to the marks."""
    heading = _WORD.findall(heading_above(tokens, headings, at)[:_LONG].casefold())[:10]
    yield from (f"heading {word[:30]}" for word in heading)
    yield f"heading words {min(5, len(heading))}"
    text = words_before(tokens, at).strip()[-_LONG:]
    ends = next((name for name, signs in _ENDS if text.endswith(signs)), "other" if text else "none")
    yield f"before ends {ends}"
    if ends != "colon":
        return
    said = _SAID.findall(last_sentence(text).casefold())[-16:]
    yield from (f"said {word[:30]}" for word in said)
    yield from (f"said last {word[:30]}" for word in said[-4:])
    yield from (f"said {one[:20]} {two[:20]}" for one, two in pairwise(said))
    yield f"said words {min(4, len(said) // 4)}"


_ENDS: Final = (("colon", _COLONS), ("stop", _STOPS), ("question", _QUESTIONS))


def _of_after(tokens: Sequence[Token], last: int) -> Iterator[str]:
    """What comes right after the last item."""
    end = mark_of(tokens, last).lines[1]
    after = next((token for token in tokens[last + 1 : last + 1 + _TOKENS] if token.lines[0] > end), None)
    yield f"then {type(after).__name__}"
    if type(after) is Prose:
        yield f"then {'list' if _is_list(after) else 'words'}"
