"""Which of these is which of those: pairs of things that stand for each other in two states of a sequence.

Exactly equal ones first, then by likeness of their words, so that what was edited is "changed" and not "removed and added". The time
is linear but for sorting: words that stand in many things are no evidence, and each thing is compared with few.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter, defaultdict, deque
from collections.abc import Hashable, Iterable, Sequence

from msgspec import Struct

_WORD = re.compile(r"\w+|[^\w\s]")
_COMMON = 40
"""A word in more things than this tells nothing."""
_COMPARED = 8
_ALIKE = 0.5


class Thing(Struct, frozen=True):
    """Something to be aligned: `key` is equal for equal things, `name` what it is called (None: nothing), `words` count its words."""

    key: Hashable
    words: Counter[str]
    name: str | None = None


class Pair(Struct, frozen=True):
    """Indices of two things that stand for each other; None where one has no partner. `moved`: others stand in the old order,
    this one does not."""

    old: int | None
    new: int | None
    moved: bool = False


def words(texts: Iterable[str]) -> Counter[str]:
    """The words and signs of some texts, counted."""
    return Counter(word for text in texts for word in _WORD.findall(text))


def likeness(a: Counter[str], b: Counter[str]) -> float:
    """How much of two bags of words is the same: 0 nothing, 1 all (Dice's coefficient)."""
    total = a.total() + b.total()
    return 2 * (a & b).total() / total if total else 1.0


def align(old: Sequence[Thing], new: Sequence[Thing], *, replaced: bool = False) -> list[Pair]:
    """Pairs in the new order, those that are gone where they stood. With `replaced`, a lone thing that stands where a lone one is
    gone replaces it, however unlike."""
    partner = _equal(old, new)
    _alike(old, new, partner)
    if replaced:
        _in_place(len(old), len(new), partner)
    return _ordered(len(old), len(new), partner)


def _equal(old: Sequence[Thing], new: Sequence[Thing]) -> dict[int, int]:
    """New to old for equal things: of the same name first, then of any, in order."""
    partner: dict[int, int] = {}
    free = set(range(len(old)))
    for identity in (lambda thing: (thing.name, thing.key), lambda thing: thing.key):
        waiting: defaultdict[Hashable, deque[int]] = defaultdict(deque)
        for index, thing in enumerate(old):
            if index in free:
                waiting[identity(thing)].append(index)
        for index, thing in enumerate(new):
            queue = waiting.get(identity(thing)) if index not in partner else None
            if queue:
                partner[index] = queue.popleft()
                free.discard(partner[index])
    return partner


def _alike(old: Sequence[Thing], new: Sequence[Thing], partner: dict[int, int]) -> None:
    """Adds the pairs that are called the same or have most words in common, the likest first."""
    taken = set(partner.values())
    free = [index for index in range(len(old)) if index not in taken]
    places: defaultdict[str, list[int]] = defaultdict(list)
    names: defaultdict[str, list[int]] = defaultdict(list)
    for index in free:
        for word in old[index].words:
            places[word].append(index)
        name = old[index].name
        if name is not None:
            names[name].append(index)
    scored = []
    for index, thing in enumerate(new):
        if index in partner:
            continue
        named = names.get(thing.name, []) if thing.name is not None else []
        for other in {*named[:_COMPARED], *_candidates(thing, places)}:
            alike = likeness(old[other].words, thing.words)
            same_name = other in named
            if same_name or alike >= _ALIKE:
                scored.append((-alike - 0.35 * same_name, abs(other - index), other, index))
    for _, _, other, index in sorted(scored):
        if index not in partner and other not in taken:
            partner[index] = other
            taken.add(other)


def _candidates(thing: Thing, places: dict[str, list[int]]) -> list[int]:
    """The old things that share most of the telling words."""
    shared: Counter[int] = Counter()
    for word, count in thing.words.items():
        holders = places.get(word, ())
        if len(holders) <= _COMMON:
            for index in holders:
                shared[index] += count
    return [index for index, _ in shared.most_common(_COMPARED)]


def _in_place(old: int, new: int, partner: dict[int, int]) -> None:
    """Adds pairs for lone things without a partner that stand between the same neighbours."""
    taken = set(partner.values())
    for index in range(new):
        before = partner.get(index - 1, -1 if index == 0 else None)
        after = partner.get(index + 1, old if index == new - 1 else None)
        if index not in partner and before is not None and after == before + 2 and before + 1 not in taken:
            partner[index] = before + 1
            taken.add(before + 1)


def _ordered(old: int, new: int, partner: dict[int, int]) -> list[Pair]:
    matched = sorted(partner)
    steady = _steady([partner[index] for index in matched])
    kept = {index for index, stays in zip(matched, steady, strict=True) if stays}
    gone = deque(sorted(set(range(old)) - set(partner.values())))
    pairs: list[Pair] = []
    for index in range(new):
        other = partner.get(index)
        if index in kept and other is not None:
            while gone and gone[0] < other:
                pairs.append(Pair(gone.popleft(), None))
        pairs.append(Pair(other, index, moved=other is not None and index not in kept))
    return pairs + [Pair(index, None) for index in gone]


def _steady(numbers: Sequence[int]) -> list[bool]:
    """Which of these belong to a longest increasing subsequence (patience sorting)."""
    tops: list[int] = []
    where: list[int] = []
    for number in numbers:
        pile = bisect_left(tops, number)
        tops[pile : pile + 1] = [number]
        where.append(pile)
    wanted = len(tops) - 1
    stays = [False] * len(numbers)
    limit: int | None = None
    for index in range(len(numbers) - 1, -1, -1):
        if where[index] == wanted and (limit is None or numbers[index] < limit):
            stays[index], limit, wanted = True, numbers[index], wanted - 1
    return stays
