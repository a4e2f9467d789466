"""What was found, as lines for people. Nothing here is printed: the command line makes each line safe and prints it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

from msgspec import Struct

from runbook.drift import KINDS, Change, Drift, PageDrift, PageState, StepDrift
from runbook.extract.explain import Explained
from runbook.model import Lines
from runbook.plan import Planned

Style = Literal["", "title", "old", "new", "grave", "faint"]
_SHOWN = 12
"""Lines of one side of a change that are shown."""


class Line(Struct, frozen=True):
    """A line of a report; `text` may hold anything a wiki wrote."""

    text: str
    style: Style = ""


def drift(found: Drift) -> Iterator[Line]:
    """A drift, page by page and step by step, old above new."""
    for page in found.pages:
        yield from _page(page)
        yield Line("")
    differing = len(found.pages)
    if not differing:
        yield Line(f"no drift: {_count(found.same, 'page')} the same")
    else:
        yield Line(f"{_count(differing, 'page')} changed, {found.same} the same: {_tally(found)}")


def explained(lines: Sequence[Explained]) -> Iterator[Line]:
    """What each line was taken for, in columns, with the line behind."""
    width = max((len(f"{line.n}") for line in lines), default=1)
    kinds = max((len(line.kind) for line in lines), default=1)
    step = ""
    for line in lines:
        if line.step not in (step, ""):
            step = line.step
            yield Line(f"{'':{width}}  step {step}", "title")
        why = ", ".join(each for each in (line.rule, line.detail) if each and line.kind != "step")
        style: Style = _STYLES.get(line.kind, "")
        yield Line(f"{line.n:{width}}  {line.kind:{kinds}}  {line.text}" + (f"  <- {why}" if why else ""), style)


_STYLES: dict[str, Style] = {"command": "new", "output": "faint", "blank": "faint", "markup": "faint", "step": "title"}


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _tally(found: Drift) -> str:
    """What there is of each kind, the gravest first."""
    kinds = [change.kind for page in found.pages for change in page.all_changes()]
    return ", ".join(f"{KINDS[kind].words} {kinds.count(kind)}" for kind in KINDS if kind in kinds)


def _page(page: PageDrift) -> Iterator[Line]:
    grave = any(change.kind == "effect-raised" for change in page.all_changes())
    yield Line(f"{page.title}: {_headline(page)}", "grave" if grave else "title")
    for label, state in (("was", page.old), ("now", page.new)):
        if state and _revision(state):
            yield Line(f"  {label} {_revision(state)}", "faint")
    if page.diff:
        yield Line(f"  {page.diff}", "faint")
    for change in page.changes:
        yield from _change(change, "  ")
    for step in page.steps:
        yield from _step(step)


def _headline(page: PageDrift) -> str:
    """What happened to the page in a few words."""
    if page.status != "changed":
        return KINDS[page.changes[0].kind].words
    told = [
        f"{_count(len(steps), 'step')} {words}"
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


_PARTS = {"preamble": "Before the first step", "closing": "After the last step"}


def _step(step: StepDrift) -> Iterator[Line]:
    state = step.new or step.old
    if state is None:
        return
    number = f" {state.number}" if state.number else ""
    name = _PARTS.get(state.part) or f"Step{number} {state.title!r}"
    lone = [change for change in step.changes if change.kind.startswith("step-")]
    kinds = dict.fromkeys(KINDS[change.kind].words for change in step.changes)
    grave = any(change.kind == "effect-raised" for change in step.changes)
    yield Line("")
    yield Line(f"  {name}: {', '.join(kinds)}", "grave" if grave else "title")
    for change in step.changes:
        if change in lone and not (change.old or change.new or change.note):
            continue
        yield from _change(change, "    ")


def _change(change: Change, indent: str) -> Iterator[Line]:
    note = f" ({change.note})" if change.note else ""
    sign = "!" if change.kind == "effect-raised" else "·" if change.severity == "info" else "*"
    style: Style = "grave" if change.kind == "effect-raised" else "faint" if change.severity == "info" else ""
    yield Line(f"{indent}{sign} {_place(change.old_lines, change.new_lines)}{KINDS[change.kind].words}{note}", style)
    yield from _side(change.old, f"{indent}  - ", "old")
    yield from _side(change.new, f"{indent}  + ", "new")


def _side(texts: Iterable[str], lead: str, style: Style) -> Iterator[Line]:
    lines = list(texts)
    for line in lines[:_SHOWN]:
        yield Line(f"{lead}{line}", style)
    if len(lines) > _SHOWN:
        yield Line(f"{lead}… {_count(len(lines) - _SHOWN, 'more line')}", style)


def _place(old: Lines | None, new: Lines | None) -> str:
    if old and new and old != new:
        return f"line {old[0]} (now {new[0]}): "
    if new:
        return f"line {new[0]}: "
    return f"was line {old[0]}: " if old else ""


def planned(rows: Sequence[Planned]) -> Iterator[Line]:
    """A plan as a table: whose consent each thing needs, what it is, and what is looked at afterwards."""
    step = ""
    for row in rows:
        if row.step != step:
            step = row.step
            yield Line(step, "title")
        needs = _CONSENT[row.consent].format(effects=", ".join(row.effects))
        style: Style = "" if row.consent == "by-hand" else "new" if row.consent == "unasked" else "old"
        yield Line(f"  {row.lines[0]:>4}  {needs:<34}  {row.what.splitlines()[0] if row.what else ''}", style)
        for words in row.checked:
            yield Line(f"{'':44}checked: {words}", "faint")
        if not row.checked and row.consent in ("yes", "by-name"):
            yield Line(f"{'':44}not checked", "faint")


_CONSENT = {
    "unasked": "runs unasked",
    "yes": "needs a yes: {effects}",
    "by-name": "must be named: {effects}",
    "by-hand": "by hand",
}
