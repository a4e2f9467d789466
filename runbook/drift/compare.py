"""Two states of some pages, compared step by step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from runbook.drift.align import Pair, Thing, align, words
from runbook.drift.items import StepView, views
from runbook.drift.records import SEVERITIES, Change, Drift, PageDrift, PageState, StepDrift, change
from runbook.drift.sides import Sides
from runbook.drift.steps import StepPair, step_changes
from runbook.links import links
from runbook.model import Node, Parameter, Runbook
from runbook.sources import address
from runbook.walking import walk


def compare(old: Sequence[Runbook], new: Sequence[Runbook]) -> Drift:
    """What changed from `old` to `new`, pages in the new order. Pages go by title, a renamed one by its content."""
    pages: list[PageDrift] = []
    same = 0
    for pair in align([_page_thing(each) for each in old], [_page_thing(each) for each in new]):
        before = old[pair.old] if pair.old is not None else None
        after = new[pair.new] if pair.new is not None else None
        found = _page(before, after)
        if found is None:
            same += 1
        else:
            pages.append(found)
    return Drift(pages=tuple(pages), same=same)


def _page_thing(runbook: Runbook) -> Thing:
    """A page by title and words. Equal pages need not be told apart from those of one title, which is what `key` holds."""
    return Thing(runbook.page.title, _page_words(runbook), runbook.page.title)


def _page_words(runbook: Runbook) -> Counter[str]:
    return words(line for view in views(runbook) for item in view.items for line in item.shown)


def _page(old: Runbook | None, new: Runbook | None) -> PageDrift | None:
    """The drift of a page; None when nothing changed."""
    if old is None or new is None:
        return _lone(old, new)
    sides = Sides(old.parameters, new.parameters)
    steps = tuple(_steps(views(old), views(new), sides))
    changes = (*_renamed(old, new), *_parameters(sides), *_links_gone(old, new))
    if not steps and not changes:
        return None
    return PageDrift("changed", _state(old), _state(new), _diff_address(old, new), changes, steps)


def _lone(old: Runbook | None, new: Runbook | None) -> PageDrift | None:
    if new is not None:
        return PageDrift("added", None, _state(new), None, (change("page-added"),), ())
    return PageDrift("removed", _state(old), None, None, (change("page-removed"),), ()) if old is not None else None


def _state(runbook: Runbook) -> PageState:
    return PageState(runbook.page.title, runbook.page.wiki, runbook.page.url, runbook.page.revision)


def _diff_address(old: Runbook, new: Runbook) -> str | None:
    return address.difference(new.page.wiki, new.page.title, old.page.revision.id, new.page.revision.id)


def _renamed(old: Runbook, new: Runbook) -> Iterator[Change]:
    if old.page.title != new.page.title:
        yield change("page-moved", old=(old.page.title,), new=(new.page.title,))


def _links_gone(old: Runbook, new: Runbook) -> Iterator[Change]:
    """Where the page no longer leads to: told once a target, at its first place."""
    there = {link.target for node in _nodes(new) for link in links(node)}
    for node in _nodes(old):
        for link in links(node):
            if link.target not in there:
                there.add(link.target)
                yield change("link-removed", at=(node.lines, None), old=(link.target,))


def _nodes(runbook: Runbook) -> Iterator[Node]:
    return walk((*runbook.preamble, *runbook.steps, *runbook.closing))


# --- parameters -------------------------------------------------------------------------------------------------------


def _parameters(sides: Sides) -> Iterator[Change]:
    for old, new in sides.parameters:
        if old is None or new is None:
            yield from _lone_parameter(old, new)
        elif old.value != new.value:
            note = "a secret: its value is not shown" if old.secret or new.secret else ""
            yield change("parameter-changed", at=(_at(old), _at(new)), old=(_told(old),), new=(_told(new),), note=note)


def _lone_parameter(old: Parameter | None, new: Parameter | None) -> Iterator[Change]:
    if new is not None:
        yield change("parameter-added", at=(None, _at(new)), new=(_told(new),))
    elif old is not None:
        yield change("parameter-removed", at=(_at(old), None), old=(_told(old),))


def _at(parameter: Parameter) -> tuple[int, int] | None:
    return (parameter.lines[0], parameter.lines[0]) if parameter.lines else None


def _told(parameter: Parameter) -> str:
    return f"{parameter.name} = {'(secret)' if parameter.secret else parameter.value}"


# --- steps ------------------------------------------------------------------------------------------------------------


def met_steps(old: Sequence[StepView], new: Sequence[StepView], sides: Sides) -> Iterator[tuple[Pair, StepPair, list[Change]]]:
    """Which step is which, in the new order, those that are gone where they stood; and what changed in each, the gravest first."""
    pairs = _step_pairs(old, new)
    met = [_step_pair(pair, old, new) for pair in pairs]
    parents = {pair.new: pair.old for pair in pairs}
    renumbered = all(pair.old is not None and pair.new is not None and not pair.moved for pair in pairs)
    found = step_changes(met, sides)
    moved = {pair.new for pair in pairs if pair.moved}
    for pair, met_pair, changes in zip(pairs, met, found, strict=True):
        own = [*_moves(pair, met_pair, parents, moved), *changes]
        if renumbered:
            own += _renumbered(met_pair)
        own.sort(key=_gravest_first)
        yield pair, met_pair, own


def _steps(old: Sequence[StepView], new: Sequence[StepView], sides: Sides) -> Iterator[StepDrift]:
    """The steps that differ."""
    for _, met, changes in met_steps(old, new, sides):
        if changes:
            yield StepDrift(met.status, *met.states, tuple(changes))


def _step_pairs(old: Sequence[StepView], new: Sequence[StepView]) -> list[Pair]:
    """Which view is which; the parts before the first step and after the last one (the ends of both lists) are always each other."""
    steps = align([view.thing() for view in old[1:-1]], [view.thing() for view in new[1:-1]])
    inner = [Pair(_next(pair.old), _next(pair.new), pair.moved) for pair in steps]
    return [Pair(0, 0), *inner, Pair(len(old) - 1, len(new) - 1)]


def _next(index: int | None) -> int | None:
    return None if index is None else index + 1


def _gravest_first(each: Change) -> tuple[bool, int]:
    return each.kind != "effect-raised", -SEVERITIES.index(each.severity)


def _step_pair(pair: Pair, old: Sequence[StepView], new: Sequence[StepView]) -> StepPair:
    return StepPair(old[pair.old] if pair.old is not None else None, new[pair.new] if pair.new is not None else None)


def _moves(pair: Pair, met: StepPair, parents: dict[int | None, int | None], moved: set[int | None]) -> Iterator[Change]:
    """That a step stands elsewhere; not told again of what stands in a step that moved."""
    if met.old is None or met.new is None or met.new.state.part != "step":
        return
    above = met.new.parent
    if above is not None and above in moved:
        return
    under = parents[above] if above is not None else None
    if pair.moved or under != met.old.parent:
        places = (f"place {met.old.state.place}",), (f"place {met.new.state.place}",)
        yield change("step-moved", at=(met.old.state.lines, met.new.state.lines), old=places[0], new=places[1])


def _renumbered(met: StepPair) -> Iterator[Change]:
    if met.old and met.new and met.old.state.number != met.new.state.number:
        at = (met.old.state.lines, met.new.state.lines)
        yield change("step-renumbered", at=at, old=(met.old.state.number or "",), new=(met.new.state.number or "",))
