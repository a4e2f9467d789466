"""Steps keep the ids they had: each is matched with those that were known, as drift does it, and takes the id of its partner."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msgspec.structs import replace

from runbook.drift.align import Pair, Thing, align, words
from runbook.drift.digests import StepDigest, step_digests
from runbook.model import Choice, Node, Runbook, Step
from runbook.slug import unique
from runbook.walking import walk

_WEIGHT = 4
"""How much an equal command or paragraph tells beside an equal word of the title."""


def thing(step: StepDigest) -> Thing:
    """A step as something to be aligned, by its title's words and its digests."""
    done = (*(each.text for each in step.commands), *(each.text for each in step.outputs), *step.edits, *step.manual)
    kept = (*done, *step.prose, *step.rest)
    bag = words((step.title,)) + Counter({each: _WEIGHT * count for each, count in Counter(kept).items()})
    return Thing((step.part, step.title, *kept), bag, step.id or step.part)


def matched(old: Sequence[StepDigest], new: Sequence[StepDigest]) -> list[Pair]:
    """Which step is which: by content, by id, and where both changed by its place between two that are known."""
    return align([thing(each) for each in old], [thing(each) for each in new], replaced=True)


def kept(runbook: Runbook, known: Sequence[StepDigest]) -> Runbook:
    """The runbook with the ids that its steps had; what is new has an id that no other step has."""
    old = [each for each in known if each.part == "step"]
    new = [each for each in step_digests(runbook) if each.part == "step"]
    had = {pair.new: old[pair.old].id for pair in matched(old, new) if pair.old is not None and pair.new is not None}
    every = [node for node in walk(runbook.steps) if isinstance(node, Step)]
    taken = set(had.values())
    ids: dict[str, str] = {}
    for index, (step, now) in enumerate(zip(every, new, strict=True)):
        before = had.get(index)
        if before is None:
            ids[step.id] = unique(step.id, taken)
            taken.add(ids[step.id])
        else:
            # An id that was made of a secret stands without it in what is known.
            ids[step.id] = step.id if before == now.id else before
    return _with_ids(runbook, ids)


def _with_ids(runbook: Runbook, ids: dict[str, str]) -> Runbook:
    if all(before == after for before, after in ids.items()):
        return runbook

    def named(node: Node) -> Node:
        if isinstance(node, Choice):
            return replace(node, branches=tuple(replace(one, body=tuple(map(named, one.body))) for one in node.branches))
        if isinstance(node, Step):
            return replace(node, id=ids[node.id], body=tuple(map(named, node.body)))
        return node

    return replace(runbook, steps=tuple(step for step in map(named, runbook.steps) if isinstance(step, Step)))
