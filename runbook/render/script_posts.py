"""Which post-conditions are replaced by something that comes later in the runbook."""

from __future__ import annotations

from collections.abc import Sequence

from runbook.branches import Route
from runbook.checks import KINDS
from runbook.checks.replacing import Later
from runbook.model import Command, FileEdit, Manual

Done = tuple[str, Command | FileEdit | Manual, Route]
"""The id of a thing to be done, the thing, and in which branches of choices it stands."""


def replaced(done: Sequence[Done]) -> dict[tuple[str, int], str]:
    """For each post-condition that a later command or edit replaces (`checks.kinds.replaces`), keyed by the id of its command and its
    index there: the id of the first such later one that is not left out by whoever does the command. The rest hold to the end. Raises
    ValueError for an unknown kind of check."""
    later = Later()
    out: dict[tuple[str, int], str] = {}
    for at in range(len(done) - 1, -1, -1):
        where, node, route = done[at]
        checks = () if isinstance(node, Manual) else node.checks
        if unknown := [check.kind for check in checks if check.kind not in KINDS]:
            raise ValueError(f"not a kind of check: {unknown[0]!r}")
        for n, check in enumerate(checks):
            if (end := later.first(check, route)) is not None:
                out[where, n] = done[end][0]
        for check in checks:
            later.add(at, check, route)
    return out
