"""What changed in a page of which only digests are known: which step, and in what; the words that stood there are not to be had."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from msgspec import Struct

from runbook.drift.digests import ParameterDigest, StepDigest, parameter_digests, step_digests
from runbook.drift.facets import raised
from runbook.drift.ids import matched
from runbook.drift.items import StepView, views
from runbook.drift.records import Change, PageDrift, PageState, StepDrift, StepState, change
from runbook.model import Lines, Runbook

_NOTE = "the old words are not here"


class Known(Struct, frozen=True):
    """A page as digests."""

    state: PageState
    steps: tuple[StepDigest, ...]
    parameters: tuple[ParameterDigest, ...]


def compare_known(old: Known, new: Runbook) -> PageDrift | None:
    """The drift of a page from what is known of it; None when nothing changed."""
    digests = step_digests(new)
    places = {(each.state.part, each.state.id): each for each in views(new)}
    steps = []
    for pair in matched(old.steps, digests):
        before = old.steps[pair.old] if pair.old is not None else None
        after = digests[pair.new] if pair.new is not None else None
        view = places.get((after.part, after.id)) if after else None
        changes = tuple(_step(before, after, view, moved=pair.moved))
        if changes:
            status = "added" if before is None else "removed" if after is None else "changed"
            steps.append(StepDrift(status, _state(before, pair.old, None), _state(after, pair.new, view), changes))  # type: ignore[arg-type]
    changes = tuple(_parameters(old.parameters, parameter_digests(new.parameters)))
    if not steps and not changes:
        return None
    state = PageState(new.page.title, new.page.wiki, new.page.url, new.page.revision)
    return PageDrift("changed", old.state, state, None, changes, tuple(steps))


def _state(step: StepDigest | None, place: int | None, view: StepView | None) -> StepState | None:
    if step is None:
        return None
    return StepState(step.part, step.id, step.number, step.title, (place or 0) + 1, view.state.lines if view else None)


def _parameters(old: tuple[ParameterDigest, ...], new: tuple[ParameterDigest, ...]) -> Iterator[Change]:
    before, after = ({each.name: each for each in side} for side in (old, new))
    for name in sorted(before.keys() | after.keys()):
        if name not in after:
            yield change("parameter-removed", old=(name,))
        elif name not in before:
            yield change("parameter-added", new=(name,))
        elif before[name].value != after[name].value:
            yield change("parameter-changed", old=(name,), new=(name,), note=_NOTE)


def _step(old: StepDigest | None, new: StepDigest | None, view: StepView | None, *, moved: bool) -> Iterator[Change]:
    at = (None, view.state.lines if view else None)
    if old is None or new is None:
        kind = "step-added" if new else "step-removed"
        if (old or new).part == "step":  # type: ignore[union-attr]
            yield change(kind, at=at)
        return
    before = [effect for each in old.commands for effect in each.effects]
    after = [effect for each in new.commands for effect in each.effects]
    if raised(before, after) or _new_is_graver(old, new):
        yield change("effect-raised", at=at, old=(", ".join(dict.fromkeys(before)),), new=(", ".join(dict.fromkeys(after)),))
    if moved:
        yield change("step-moved", at=at)
    if old.title != new.title:
        yield change("step-renamed", at=at, old=(old.title,), new=(new.title,))
    commands = tuple(each.text for each in old.commands), tuple(each.text for each in new.commands)
    yield from _facet("command", commands, view, at)
    yield from _outputs(old, new, at)
    yield from _facet("file-edit", (old.edits, new.edits), view, at)
    yield from _facet("manual", (old.manual, new.manual), view, at)
    if old.prose != new.prose or old.rest != new.rest:
        yield change("reworded", at=at, note=_NOTE)


def _new_is_graver(old: StepDigest, new: StepDigest) -> bool:
    """Whether one command stands in another's place and is graver; the others as they were."""
    if len(old.commands) != len(new.commands):
        return False
    return any(a.text != b.text and raised(a.effects, b.effects) for a, b in zip(old.commands, new.commands, strict=True))


def _facet(
    facet: str, sides: tuple[tuple[str, ...], tuple[str, ...]], view: StepView | None, at: tuple[Lines | None, Lines | None]
) -> Iterator[Change]:
    old, new = sides
    if old == new:
        return
    if Counter(old) == Counter(new) and facet != "manual":
        yield change(f"{facet}-moved", at=at, note="within the step")
        return
    kind = "added" if len(new) > len(old) else "removed" if len(new) < len(old) or facet == "manual" else "changed"
    items = [item for item in view.items if item.facet == facet] if view else []
    there = Counter(old)
    for digest, item in zip(new, items, strict=False):
        if there[digest] > 0:
            there[digest] -= 1
        else:
            yield change(f"{facet}-{kind if kind != 'removed' else 'added'}", at=(None, item.lines), note=_NOTE)
            return
    yield change(f"{facet}-{kind}", at=at, note=_NOTE)


def _outputs(old: StepDigest, new: StepDigest, at: tuple[Lines | None, Lines | None]) -> Iterator[Change]:
    if old.outputs == new.outputs:
        return
    patterns = [each.pattern for each in old.outputs], [each.pattern for each in new.outputs]
    if patterns[0] == patterns[1] and all(patterns[0]):
        yield change("output-varies", at=at, note=_NOTE)
        return
    yield from _facet("output", (tuple(e.text for e in old.outputs), tuple(e.text for e in new.outputs)), None, at)
