"""Which post-conditions are replaced by something that comes later in the runbook."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from runbook.branches import Route, apart
from runbook.checks import KINDS
from runbook.checks.kinds import replaces
from runbook.model import Check, Command, FileEdit, Manual

Done = tuple[str, Command | FileEdit | Manual, Route]
"""The id of a thing to be done, the thing, and in which branches of choices it stands."""

_Later: TypeAlias = tuple[int, Check, Route]

_ANY = ""
"""The key of what may replace checks of every object: a reboot."""

_DEPTH = 40
"""Directories above a path that are looked at."""


def replaced(done: Sequence[Done]) -> dict[tuple[str, int], str]:
    """For each post-condition that a later command or edit replaces (`checks.kinds.replaces`), keyed by the id of its command and its
    index there: the id of the first such later one that is not left out by whoever does the command. The rest hold to the end. Raises
    ValueError for an unknown kind of check."""
    later: dict[str, list[_Later]] = defaultdict(list)
    out: dict[tuple[str, int], str] = {}
    for at in range(len(done) - 1, -1, -1):
        where, node, route = done[at]
        checks = () if isinstance(node, Manual) else node.checks
        if unknown := [check.kind for check in checks if check.kind not in KINDS]:
            raise ValueError(f"not a kind of check: {unknown[0]!r}")
        for n, check in enumerate(checks):
            if (end := _end(check, route, later)) is not None:
                out[where, n] = done[end][0]
        for check in checks:
            for key in _keys(check):
                later[key].append((at, check, route))
    return out


def _end(check: Check, route: Route, later: dict[str, list[_Later]]) -> int | None:
    """The place of the first later check that replaces `check`; `later` holds them by object, the nearest last."""
    found: list[int] = []
    for key in {_ANY, *(above for arg in check.args for above in _and_above(arg))}:
        for at, other, its_route in reversed(later.get(key, ())):
            if replaces(other, check) and not apart(route, its_route):
                found.append(at)
                break
    return min(found, default=None)


def _keys(check: Check) -> Iterator[str]:
    """What a check is about, as it may stand in the operands of another."""
    if check.kind == "rebooted":
        yield _ANY
    yield from {check.args[0], *check.args[KINDS[check.kind].operand :][:1]} if check.args else ()


def _and_above(path: str) -> Iterator[str]:
    """An operand, and when it is a path the directories above it."""
    yield path
    for _ in range(_DEPTH):
        path, slash, _name = path.rstrip("/").rpartition("/")
        if not slash:
            return
        yield path or "/"
        yield f"{path}/"
