"""What a verification script would do with a runbook: what runs unasked, what needs a yes, what is checked, what can't be."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from runbook.branches import labelled
from runbook.masks import Mask
from runbook.model import Check, Choice, Command, FileEdit, Lines, Manual, Node, Parameter, Runbook, Step
from runbook.stand_ins import holds, is_stand_in

Consent = Literal["unasked", "yes", "by-name", "by-hand"]


class Planned(Struct, frozen=True):
    """One thing a step does. `consent`: "unasked" (only reads), "yes" (the effects in `effects` must be allowed), "by-name" (its effect
    is not known: the step must be named), "by-hand" (a person's). `checked` says in words what is looked at afterwards, and whether it must be
    otherwise before; empty when nothing can be. `case` is the branch of a choice that it stands in, "" outside of any. `missing` are the
    parameters that must be set first, by name."""

    step: str
    lines: Lines
    what: str
    consent: Consent
    effects: tuple[str, ...] = ()
    checked: tuple[str, ...] = ()
    case: str = ""
    missing: tuple[str, ...] = ()


def plan(runbook: Runbook) -> list[Planned]:
    """All that a runbook does, in order; values of secrets are left out."""
    mask = Mask(runbook.parameters)
    missing = [each for each in runbook.parameters if is_stand_in(each.value)]
    rows = _planned((*runbook.preamble, *runbook.steps, *runbook.closing), missing)
    return [replace(row, what=mask.over(row.what), checked=tuple(map(mask.over, row.checked))) for row in rows]


def _planned(nodes: Sequence[Node], missing: Sequence[Parameter], step: str = "", case: str = "") -> Iterator[Planned]:
    for node in nodes:
        match node:
            case Step():
                yield from _planned(node.body, missing, node.id, case)
            case Choice():
                for label, branch in labelled(node):
                    yield from _planned(branch.body, missing, step, label)
            case Command():
                first = _missing(missing, node.text)
                yield Planned(step, node.lines, node.text, consent_of(node), node.effects, tuple(_checks(node)), case, first)
            case FileEdit():
                what = f"edit {node.target or node.path or 'a file that is not named'}"
                first = _missing(missing, "\n".join((what, *node.content)))
                yield Planned(step, node.lines, what, "by-hand", (), tuple(map(_said, node.checks)), case, first)
            case Manual():
                yield Planned(step, node.lines, node.text, "by-hand", case=case)
            case _:
                pass


def _missing(parameters: Sequence[Parameter], text: str) -> tuple[str, ...]:
    return tuple(each.name for each in parameters if holds(text, each.value))


def consent_of(command: Command) -> Consent:
    """Whose consent a command needs. Commands of other shells and inside entered ones are never run unasked."""
    if command.shell != "sh" or {"unknown", "exec", "interactive"} & set(command.effects):
        return "by-name"
    return "unasked" if command.effects == ("read",) and not command.context else "yes"


def _checks(command: Command) -> Iterator[str]:
    if command.expected is not None and command.expected.text:
        count = len(command.expected.text)
        yield f"its output: {count} {'line' if count == 1 else 'lines'} as recorded"
    if command.expected is not None and command.expected.exit is not None:
        yield f"its exit status: {command.expected.exit}"
    yield from map(_said, command.checks)


def _said(check: Check) -> str:
    """A check in words, with what must be found before: without that it could hold though nothing was done."""
    return check.words if check.before == "any" else f"{check.words}, and not before"
