"""The history of pages as lines for people."""

from __future__ import annotations

from collections.abc import Iterator

from runbook.drift import KINDS
from runbook.drift.items import views
from runbook.masks import Mask
from runbook.model import Command, History, Recording, Revision, Runbook, StepChange, StepHistory
from runbook.report.changes import PARTS
from runbook.report.lines import Line, count

_SHORTENED = 60


def history(runbook: Runbook) -> Iterator[Line]:
    """When each step of a page changed, and which outputs older revisions recorded otherwise."""
    mask = Mask(runbook.parameters)
    told = runbook.history
    title = mask.over(runbook.page.title)
    if told is None:
        yield Line(f"{title}: one revision only", "title")
        yield Line("")
        return
    yield Line(f"{title}: {count(told.revisions, 'revision')}, back to {_named(told.oldest, mask)}", "title")
    if told.left_out:
        yield Line(f"  {count(told.left_out, 'older revision')} not looked at (--revisions)", "faint")
    names = _names(runbook)
    outputs = _outputs(runbook)
    for step in told.steps:
        name = mask.over(names[step.part, step.id])
        yield from _step(name, step, told, mask)
        for command in outputs.get((step.part, step.id), ()):
            yield from _output(command, mask)
    yield Line("")


def _names(runbook: Runbook) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for view in views(runbook):
        state = view.state
        number = f" {state.number}" if state.number else ""
        found[state.part, state.id] = PARTS.get(state.part) or f"Step{number} {state.title!r}"
    return found


def _outputs(runbook: Runbook) -> dict[tuple[str, str], list[Command]]:
    """The commands of each step whose output was recorded otherwise."""
    found: dict[tuple[str, str], list[Command]] = {}
    for view in views(runbook):
        for item in view.items:
            if isinstance(item.node, Command) and item.node.expected and item.node.expected.recordings:
                found.setdefault((view.state.part, view.state.id), []).append(item.node)
    return found


def _step(name: str, step: StepHistory, told: History, mask: Mask) -> Iterator[Line]:
    if not step.changes:
        yield Line(f"  {name}: unchanged in all {count(told.revisions, 'revision')}")
        return
    yield Line(f"  {name}: last changed in {_named(step.changes[0].revision, mask)}")
    for change in step.changes:
        yield from _change(change, mask)


def _change(change: StepChange, mask: Mask) -> Iterator[Line]:
    words = ", ".join(KINDS[kind].words for kind in change.changes)
    revision = f"revision {change.revision.id}: " if change.revision.id is not None else ""
    comment = f" ({mask.over(change.revision.comment)})" if change.revision.comment else ""
    yield Line(f"    {revision}{words}{comment}")
    if not change.sole and change.after is not None:
        yield Line(f"      compared with revision {change.after}: there may be others in between", "faint")
    if change.diff:
        yield Line(f"      {change.diff}", "faint")


def _output(command: Command, mask: Mask) -> Iterator[Line]:
    recordings = command.expected.recordings if command.expected else ()
    text = " ".join(mask.over(command.text).split())
    short = text if len(text) <= _SHORTENED else text[: _SHORTENED - 1] + "…"
    for taught, words in ((True, "differs in what varies only, in"), (False, "was another one in")):
        found = [recording for recording in recordings if recording.taught is taught]
        if found:
            yield Line(f"    line {command.lines[0]}: the output of {short!r} {words} {_revisions(found)}", "notice")


def _revisions(recordings: list[Recording]) -> str:
    numbers = [str(each.revision) for each in recordings if each.revision is not None]
    if not numbers:
        return count(len(recordings), "older revision")
    return f"revision{'s' if len(numbers) > 1 else ''} {', '.join(numbers)}"


def _named(revision: Revision, mask: Mask) -> str:
    told = [
        f"revision {revision.id}" if revision.id is not None else "a revision",
        f"of {revision.timestamp}" if revision.timestamp else "",
        f"by {mask.over(revision.user)}" if revision.user else "",
    ]
    return " ".join(each for each in told if each)
