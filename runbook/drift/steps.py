"""What changed inside steps that stand for each other, and what went from one step to another."""

from __future__ import annotations

from collections import Counter, defaultdict, deque
from collections.abc import Hashable, Iterator, Sequence
from typing import Literal

from msgspec import Struct

from runbook.drift.align import align
from runbook.drift.facets import brings_graver, compared, lone, moved
from runbook.drift.items import Item, StepView
from runbook.drift.records import Change, StepState, change
from runbook.drift.sides import Sides


class StepPair(Struct, frozen=True):
    """A step on both sides; None where it is new or gone."""

    old: StepView | None
    new: StepView | None

    @property
    def status(self) -> Literal["added", "removed", "changed"]:
        return "added" if self.old is None else "removed" if self.new is None else "changed"

    @property
    def states(self) -> tuple[StepState | None, StepState | None]:
        return self.old.state if self.old else None, self.new.state if self.new else None

    @property
    def items(self) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
        return self.old.items if self.old else (), self.new.items if self.new else ()

    @property
    def title(self) -> str:
        state = self.states[1] or self.states[0]
        return state.title or f"the {state.part}" if state else ""


class Journey(Struct, frozen=True):
    """An item that went, unchanged, from one step to another: indices of the pairs, and of the item among the step's."""

    start: int
    goal: int
    old: int
    new: int


def step_changes(pairs: Sequence[StepPair], sides: Sides) -> list[list[Change]]:
    """For each pair what changed in it; empty where nothing did."""
    journeys = _journeys(pairs)
    regrouped = _regrouped(pairs, journeys)
    left: defaultdict[int, set[int]] = defaultdict(set)
    arrived: defaultdict[int, list[Journey]] = defaultdict(list)
    for journey in journeys:
        left[journey.start].add(journey.old)
        arrived[journey.goal].append(journey)
    out = []
    for index, pair in enumerate(pairs):
        stayed = [item for n, item in enumerate(pair.items[0]) if n not in left[index]]
        came = {journey.new for journey in arrived[index]}
        own = [item for n, item in enumerate(pair.items[1]) if n not in came]
        changes = list(_of_step(pairs, index, regrouped))
        changes += _of_items(pair, stayed, own, sides)
        for journey in arrived[index]:
            changes += _of_journey(pairs, journey, sides, silent=(journey.start, journey.goal) in regrouped)
        if pair.status == "changed":
            changes += _renamed(pair, changes)
        out.append(changes)
    return out


# --- from step to step ------------------------------------------------------------------------------------------------


def _journeys(pairs: Sequence[StepPair]) -> list[Journey]:
    gone: defaultdict[Hashable, deque[tuple[int, int]]] = defaultdict(deque)
    for index, pair in enumerate(pairs):
        for n, item in _without_partner(*_travellers(pair)):
            gone[_passport(item)].append((index, n))
    out = []
    for index, pair in enumerate(pairs):
        for n, item in _without_partner(*reversed(_travellers(pair))):
            waiting = gone.get(_passport(item))
            if waiting:
                start, old = waiting.popleft()
                out.append(Journey(start, index, old, n))
    return out


def _travellers(pair: StepPair) -> tuple[tuple[Item, ...], tuple[Item, ...]]:
    """The items of both sides, and the title of a step that is new or gone: it may have been prose in another."""
    if pair.status == "changed":
        return pair.items
    old, new = ((*items, *_title(state)) for items, state in zip(pair.items, pair.states, strict=True))
    return old, new


def _title(state: StepState | None) -> tuple[Item, ...]:
    return (Item("prose", (state.title,), (state.title,), state.lines or (0, 0)),) if state else ()


def _passport(item: Item) -> Hashable:
    """What an item is known by in another step."""
    return item.facet, tuple(text.rstrip(".: ") for text in item.identity) if item.facet == "prose" else item.identity


def _without_partner(items: tuple[Item, ...], others: tuple[Item, ...]) -> Iterator[tuple[int, Item]]:
    """The items that are not, as they are, among the others."""
    there = Counter(_passport(item) for item in others)
    for index, item in enumerate(items):
        if there[_passport(item)] > 0:
            there[_passport(item)] -= 1
        else:
            yield index, item


def _regrouped(pairs: Sequence[StepPair], journeys: Sequence[Journey]) -> dict[tuple[int, int], str]:
    """From which step to which a step was split off or merged: at least half of it came from there, or went there."""
    travelled = Counter((journey.start, journey.goal) for journey in journeys)
    out: dict[tuple[int, int], str] = {}
    for (start, goal), count in travelled.items():
        if pairs[goal].old is None and pairs[start].new is not None and 2 * count >= len(pairs[goal].items[1]):
            out[start, goal] = "step-split"
        elif pairs[start].new is None and pairs[goal].old is not None and 2 * count >= len(pairs[start].items[0]):
            out[start, goal] = "step-merged"
    return out


def _of_journey(pairs: Sequence[StepPair], journey: Journey, sides: Sides, *, silent: bool) -> Iterator[Change]:
    olds, news = pairs[journey.start].items[0], pairs[journey.goal].items[1]
    if journey.old == len(olds) or journey.new == len(news):
        return  # what was prose is a title now, or the other way round
    old, new = olds[journey.old], news[journey.new]
    if not silent:
        yield moved(old, new, sides, f"from {pairs[journey.start].title!r} to {pairs[journey.goal].title!r}")
    yield from compared(old, new, sides)


def _of_step(pairs: Sequence[StepPair], index: int, regrouped: dict[tuple[int, int], str]) -> Iterator[Change]:
    """That the step itself is new or gone, and where its content came from or went."""
    pair = pairs[index]
    if pair.status == "changed" or not any(state.part == "step" for state in pair.states if state):
        return
    at = (pair.states[0].lines if pair.states[0] else None, pair.states[1].lines if pair.states[1] else None)
    end = 1 if pair.status == "added" else 0
    for ends, kind in regrouped.items():
        if ends[end] == index:
            other = pairs[ends[1 - end]].title
            yield change(kind, at=at, note=f"from {other!r}" if end else f"into {other!r}")
            return
    yield change(f"step-{pair.status}", at=at)


def _renamed(pair: StepPair, changes: Sequence[Change]) -> Iterator[Change]:
    """A new title, where no rewording tells it already."""
    old, new = pair.states
    if old and new and old.title != new.title and not any(each.kind == "reworded" for each in changes):
        yield change("step-renamed", at=(old.lines, new.lines), old=(old.title,), new=(new.title,))


# --- inside a step ----------------------------------------------------------------------------------------------------

_TOLD_OF_WHOLE_STEPS = ("command", "file-edit", "manual")
"""What is told of a step that is new or gone: the rest goes without saying."""


def _of_items(pair: StepPair, old: list[Item], new: list[Item], sides: Sides) -> Iterator[Change]:
    facets = dict.fromkeys(item.facet for item in (*old, *new))
    for facet in facets:
        if pair.status != "changed" and facet not in _TOLD_OF_WHOLE_STEPS:
            continue
        before, after = ([item for item in side if item.facet == facet] for side in (old, new))
        for met in align([item.thing() for item in before], [item.thing() for item in after], replaced=True):
            if met.old is not None and met.new is not None:
                if met.moved:
                    yield moved(before[met.old], after[met.new], sides, "within the step")
                yield from compared(before[met.old], after[met.new], sides)
            elif met.new is not None:
                yield from lone(after[met.new], sides, added=True)
                if pair.status == "changed":
                    yield from brings_graver(after[met.new], pair.items[0], sides)
            elif met.old is not None:
                yield from lone(before[met.old], sides, added=False)
