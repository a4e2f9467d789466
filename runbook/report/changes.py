"""A drift as lines for people."""

from __future__ import annotations

from collections.abc import Iterator

from runbook.drift import KINDS, Change, Drift, PageDrift, PageState, StepDrift
from runbook.model import Lines
from runbook.report.lines import Line, Style, count
from runbook.report.sides import sides


def drift(found: Drift, width: int = 0) -> Iterator[Line]:
    """A drift, page by page and step by step. For a terminal of `width` columns what differs is marked, and old and new stand beside
    each other where there is room; without one (0) they are plain lines, old above new."""
    for page in found.pages:
        yield from _page(page, width)
        yield Line("")
    differing = len(found.pages)
    if not differing:
        yield Line(f"no drift: {count(found.same, 'page')} the same")
    else:
        yield Line(f"{count(differing, 'page')} changed, {found.same} the same: {tally(found)}")


def tally(found: Drift) -> str:
    """What there is of each kind, the gravest first."""
    kinds = [change.kind for page in found.pages for change in page.all_changes()]
    return ", ".join(f"{KINDS[kind].words} {kinds.count(kind)}" for kind in KINDS if kind in kinds)


def _page(page: PageDrift, width: int) -> Iterator[Line]:
    grave = any(change.kind == "effect-raised" for change in page.all_changes())
    yield Line(f"{page.title}: {headline(page)}", "grave" if grave else "title")
    for label, state in (("was", page.old), ("now", page.new)):
        if state and _revision(state):
            yield Line(f"  {label} {_revision(state)}", "faint")
    if page.diff:
        yield Line(f"  {page.diff}", "faint")
    for change in page.changes:
        yield from _change(change, "  ", width)
    for step in page.steps:
        yield from _step(step, width)


def headline(page: PageDrift) -> str:
    """What happened to the page in a few words."""
    if page.status != "changed":
        return KINDS[page.changes[0].kind].words
    told = [
        f"{count(len(steps), 'step')} {words}"
        for words, steps in (
            ("added", [step for step in page.steps if step.status == "added"]),
            ("removed", [step for step in page.steps if step.status == "removed"]),
            ("changed", [step for step in page.steps if step.status == "changed" and step.new and step.new.part == "step"]),
        )
        if steps
    ]
    return ", ".join(told) or "changed around its steps"


def _revision(state: PageState) -> str:
    """Which revision, of when, by whom, why; as much as is known."""
    revision = state.revision
    told = [
        f"revision {revision.id}" if revision.id is not None else "",
        f"of {revision.timestamp}" if revision.timestamp else "",
        f"by {revision.user}" if revision.user else "",
    ]
    return " ".join(each for each in told if each) + (f": {revision.comment}" if revision.comment else "")


def by(page: PageDrift) -> str:
    """Who made the change, when, and why; as much as is known."""
    revision = page.new.revision if page.new else None
    if revision is None:
        return ""
    who = [f"by {revision.user}" if revision.user else "", f"at {revision.timestamp}" if revision.timestamp else ""]
    told = " ".join([f"revision {revision.id}" if revision.id is not None else "", *who]).strip()
    return f"{told}: {revision.comment}" if revision.comment else told


PARTS = {"preamble": "Before the first step", "closing": "After the last step"}
"""What stands around the steps, in words."""


def name_of(step: StepDrift) -> str:
    """Which step it is, in words."""
    state = step.new or step.old
    assert state is not None, "a step that never was"
    number = f" {state.number}" if state.number else ""
    return PARTS.get(state.part) or f"Step{number} {state.title!r}"


def _step(step: StepDrift, width: int) -> Iterator[Line]:
    lone = [change for change in step.changes if change.kind.startswith("step-")]
    kinds = dict.fromkeys(KINDS[change.kind].words for change in step.changes)
    grave = any(change.kind == "effect-raised" for change in step.changes)
    yield Line("")
    yield Line(f"  {name_of(step)}: {', '.join(kinds)}", "grave" if grave else "title")
    for change in step.changes:
        if change in lone and not (change.old or change.new or change.note):
            continue
        yield from _change(change, "    ", width)


def _change(change: Change, indent: str, width: int) -> Iterator[Line]:
    note = f" ({change.note})" if change.note else ""
    sign = "!" if change.kind == "effect-raised" else "·" if change.severity == "info" else "*"
    style: Style = "grave" if change.kind == "effect-raised" else "faint" if change.severity == "info" else ""
    yield Line(f"{indent}{sign} {place(change.old_lines, change.new_lines)}{KINDS[change.kind].words}{note}", style)
    yield from sides(change.old, change.new, indent, width)


def place(old: Lines | None, new: Lines | None) -> str:
    if old and new and old != new:
        return f"line {old[0]} (now {new[0]}): "
    if new:
        return f"line {new[0]}: "
    return f"was line {old[0]}: " if old else ""
