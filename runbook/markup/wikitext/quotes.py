"""Bold and italics out of runs of apostrophes: MediaWiki's Parser::doQuotes, with the same corrections."""

from __future__ import annotations

from typing import Any, Final

Token = tuple[int, int, str, str, Any]

Op = tuple[str, str]
_I: Final[Op] = ("start", "i")
_B: Final[Op] = ("start", "b")
_NI: Final[Op] = ("end", "i")
_NB: Final[Op] = ("end", "b")

_STEPS: Final[dict[tuple[str, int], tuple[tuple[Op, ...], str]]] = {
    ("", 2): ((_I,), "i"),
    ("b", 2): ((_I,), "bi"),
    ("i", 2): ((_NI,), ""),
    ("bi", 2): ((_NI,), "b"),
    ("ib", 2): ((_NB, _NI, _B), "b"),
    ("", 3): ((_B,), "b"),
    ("i", 3): ((_B,), "ib"),
    ("b", 3): ((_NB,), ""),
    ("bi", 3): ((_NI, _NB, _I), "i"),
    ("ib", 3): ((_NB,), "i"),
    ("b", 5): ((_NB, _I), "i"),
    ("i", 5): ((_NI, _B), "b"),
    ("bi", 5): ((_NI, _NB), ""),
    ("ib", 5): ((_NB, _NI), ""),
}
"""State and length of the run to what it opens and closes, and the next state ("bi": italics within bold)."""

_BOTH: Final[dict[int, tuple[tuple[Op, ...], tuple[Op, ...], str]]] = {
    2: ((_B, _I), (_NI,), "b"),
    3: ((_I, _B), (_NB,), "i"),
    5: ((_I, _B), (_NB, _NI), ""),
}
"""After a run of five: which of both was opened first shows only at the next run."""

_ENDS: Final[dict[str, tuple[Op, ...]]] = {"b": (_NB,), "i": (_NI,), "ib": (_NB, _NI), "bi": (_NI, _NB), "": ()}


def resolve(text: str, start: int, end: int, found: list[Token], runs: list[tuple[int, int, int]]) -> list[Token]:
    """`found` with tokens for the `runs` of apostrophes put in: each run is (start, end, how many tokens stand before it)."""
    marks = [[b - min(b - a, 5) if b - a != 4 else b - 3, b] for a, b, _ in runs]
    _balance(text, start, marks)
    changes = _changes(text, marks, end)
    out: list[Token] = []
    taken = 0
    for (_, _, before), (a, b), ops in zip(runs, marks, changes, strict=False):
        out += found[taken:before]
        taken = before
        out.append((a, b, "quotes", "", ops))
    out += found[taken:]
    out.append((end, end, "quotes", "", changes[-1]))
    return out


def _balance(text: str, start: int, marks: list[list[int]]) -> None:
    """With odd numbers of both bold and italics, one bold was meant as an apostrophe and italics: after a one-letter word, else
    after a longer one, else after a blank."""
    lengths = [b - a for a, b in marks]
    if not (sum(n in (3, 5) for n in lengths) % 2 and sum(n in (2, 5) for n in lengths) % 2):
        return
    word = blank = -1
    previous = start
    for i, (a, b) in enumerate(marks):
        if b - a == 3:
            before = text[previous:a]
            if before[-1:] == " ":
                blank = i if blank < 0 else blank
            elif (before[-2:-1] or before[-1:]) == " " and before[-1:] < "\U000f0000":
                marks[i][0] += 1
                return
            elif word < 0:
                word = i
        previous = b
    chosen = word if word >= 0 else blank
    if chosen >= 0:
        marks[chosen][0] += 1


def _changes(text: str, marks: list[list[int]], end: int) -> list[tuple[Op, ...]]:
    """What each run opens and closes, and last what the line's end closes."""
    out: list[tuple[Op, ...]] = []
    state = ""
    for a, b in marks:
        if state == "both":
            opened, closed, state = _BOTH[b - a]
            out[-1] = opened
            out.append(closed)
        elif state == "" and b - a == 5:
            state = "both"
            out.append(())
        else:
            ops, state = _STEPS[state, b - a]
            out.append(ops)
    if state == "both":
        if text[marks[-1][1] : end]:
            out[-1] = (_B, _I)
            state = "bi"
        else:
            state = ""
    out.append(_ENDS[state])
    return out
