"""Which post-conditions are replaced by something that comes later in the runbook."""

from __future__ import annotations

from collections.abc import Sequence

from runbook.model import Check, Command, FileEdit, Manual

Done = tuple[str, Command | FileEdit | Manual]
"""The id of a thing to be done, and the thing."""

_ONE_VALUE = frozenset({"mode", "owner", "group", "link", "hostname", "sysctl"})
"""Kinds of which a subject can have one value only, so that another value replaces it."""


def replaced(done: Sequence[Done]) -> dict[tuple[str, int], str]:
    """For each post-condition that a later command or edit replaces, keyed by the id of its command and its index there: the id of
    that later one. The rest hold to the end.

    One is replaced when a later one is about the same thing (same kind, same first operand) and says something else, or says that
    the thing, or a directory that it is in, is no longer there.
    """
    ends: dict[tuple[int, int], int] = {}
    nearest: dict[tuple[str, str], tuple[Check, int | None]] = {}
    places: dict[tuple[str, str], int] = {}
    gone: dict[str, int] = {}
    for at in range(len(done) - 1, -1, -1):
        node = done[at][1]
        checks = () if isinstance(node, Manual) else node.checks
        for n, check in enumerate(checks):
            if (end := _end(check, nearest, places, gone)) is not None:
                ends[at, n] = end
        for n, check in enumerate(checks):
            if check.args:
                nearest[check.kind, check.args[0]] = (check, ends.get((at, n)))
                places[check.kind, check.args[0]] = at
                if check.negated:
                    gone[check.args[0]] = at
    return {(done[at][0], n): done[end][0] for (at, n), end in ends.items()}


def _end(
    check: Check,
    nearest: dict[tuple[str, str], tuple[Check, int | None]],
    places: dict[tuple[str, str], int],
    gone: dict[str, int],
) -> int | None:
    """The index of the first later thing that replaces `check`, None when it holds to the end."""
    if not check.args:
        return None
    key = (check.kind, check.args[0])
    found: list[int] = []
    if key in nearest:
        later, end = nearest[key]
        if later.negated != check.negated or (later.args != check.args and check.kind in _ONE_VALUE):
            found.append(places[key])
        elif end is not None:
            found.append(end)
    if not check.negated:
        found += [gone[path] for path in _and_parents(check.args[0]) if path in gone]
    return min(found, default=None)


def _and_parents(path: str) -> list[str]:
    """A path and the directories above it, nearest first; just the subject itself when it is no absolute path."""
    if not path.startswith("/"):
        return [path]
    parts = path.rstrip("/").split("/")
    return ["/".join(parts[:end]) for end in range(len(parts), max(1, len(parts) - 40), -1)]
