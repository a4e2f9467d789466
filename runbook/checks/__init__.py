"""Read-only post-conditions: what must be found on the host after a command or a file edit has been carried out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from runbook.branches import Route, routed
from runbook.checks.commands import results
from runbook.checks.environments import Environments
from runbook.checks.kinds import KINDS, Kind, Result, check
from runbook.checks.replacing import Later
from runbook.checks.text import edited
from runbook.model import Check, Command, FileEdit, Node, Parameter
from runbook.patterns import pattern
from runbook.stand_ins import Masked

__all__ = ["KINDS", "Kind", "of_edit", "post_conditions", "supersede", "texts"]


def post_conditions(command: Command) -> tuple[Check, ...]:
    """The post-conditions of a command that is typed on the host itself, by its directory; what a later part of it undoes is left out.

    A command for another shell, or inside one that was entered elsewhere before, has none: they would be looked for in the wrong place.
    """
    return _lasting(Environments().placed(results(command), ()))


def of_edit(edit: FileEdit) -> tuple[Check, ...]:
    """The post-conditions of a file edit: the whole content where it is known to be all, else its lines (settings by key)."""
    return _lasting(list(edited(edit)))


def _lasting(every: Sequence[Result]) -> tuple[Check, ...]:
    """The checks among results that no later one undoes."""
    if len(every) < 2:
        return tuple(each for each in every if type(each) is Check)
    later, found = Later(), []
    for at in range(len(every) - 1, -1, -1):
        each = every[at]
        if type(each) is Check and later.first(each, ()) is None:
            found.append(each)
        later.add(at, each, ())
    return tuple(reversed(found))


_KERNEL: Final = pattern(r"(?:linux-image|kernel|kernel-core|vzkernel|ovzkernel)-(\d[\w.~+-]*)")


def _unmasked(each: Result, masked: Masked) -> Result:
    """A result with the stand-ins themselves in the place of their signs."""
    if isinstance(each, Check):
        return replace(each, args=tuple(map(masked.back_in, each.args)), words=masked.back_in(each.words))
    return each if each.name is None else replace(each, name=masked.back_in(each.name))


def texts(nodes: Sequence[Node], parameters: Iterable[Parameter]) -> Iterator[str]:
    """What `supersede` will have parsed of some nodes: whoever has many pages does it for all at once."""
    masked = Masked(parameters)
    if masked:
        yield from (node.text for node, _ in _typed(nodes, masked) if isinstance(node, Command) and node.shell == "sh")


def _typed(nodes: Sequence[Node], masked: Masked) -> Iterator[tuple[Command | FileEdit, Route]]:
    """The commands, with signs for the stand-ins in them, and the file edits, with their ways through choices."""
    for node, route in routed(nodes):
        if type(node) is Command:
            text = masked.out_of(node.text, node.lines)
            yield node if text == node.text else replace(node, text=text), route
        elif type(node) is FileEdit:
            yield node, route


def supersede(nodes: Sequence[Node], parameters: Iterable[Parameter] = ()) -> list[tuple[Check, ...]]:
    """The post-conditions of each command and file edit within some nodes, in reading order, without those that a later one undoes or
    replaces, unless that stands in another branch of the same choice. A kernel that was installed is looked for after the next reboot.
    The stand-ins among the page's `parameters` are replaced by the reader before anything is typed."""
    masked = Masked(parameters)
    every: list[tuple[list[Result], list[Check], Route]] = []
    kernel: str | None = None
    environments = Environments()
    for node, route in _typed(nodes, masked):
        own = environments.placed(results(node), route) if type(node) is Command else list(edited(node))
        if masked:
            own = [_unmasked(each, masked) for each in own]
        new = list(_lasting(own))
        for each in new:
            match = _KERNEL.fullmatch(each.args[0]) if each.kind == "package" and not each.negated else None
            kernel = match[1] if match else kernel
        if kernel is not None and any(each.kind == "rebooted" for each in new):
            new.append(check("kernel", kernel))
            kernel = None
        every.append((own, new, route))
    later = Later()
    kept: list[tuple[Check, ...]] = []
    for at in range(len(every) - 1, -1, -1):
        own, new, route = every[at]
        kept.append(tuple(each for each in new if later.first(each, route) is None))
        for result in own:
            later.add(at, result, route)
    return kept[::-1]
