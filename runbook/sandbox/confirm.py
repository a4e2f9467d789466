"""Whether changes of files, seen from outside, say the same as a post-condition that was looked at inside."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from runbook.checks import KINDS
from runbook.model import Check
from runbook.outcomes import FileChange, Files

NOT_HERE = ("service", "kernel", "power")
"""Effects that a sandbox has no services, modules and machine of its own for."""
WITHOUT_NETWORK = ("network", "package")
"""Effects that need a network."""
NOT_SHOWN = tuple(
    name
    for name, kind in KINDS.items()
    if kind.transient
    or kind.domain in ("service", "container", "image")
    or name in ("hostname", "rebooted", "kernel", "applied", "reloaded")
)
"""Kinds of post-conditions about what a sandbox does not have: running things, devices, the kernel, the machine itself."""

_RECORDS = {
    "user": ("/etc/passwd",),
    "group": ("/etc/group",),
    "package": ("/var/lib/dpkg/status", "/var/lib/rpm", "/usr/lib/sysimage/rpm", "/var/lib/pacman/local", "/lib/apk/db"),
    "crontab": ("/var/spool/cron",),
}
"""Where it is written down what there is of a domain."""
_MEMBERS = ("/etc/group", "/etc/passwd")
_TIMEZONE = ("/etc/localtime", "/etc/timezone")


def of_files(check: Check, changes: Iterable[FileChange]) -> Files | None:
    """Whether the changes up to now confirm a check that holds, or contradict it; None when they can't tell. Only what a page changed
    itself counts: what was there before is no proof."""
    kind = KINDS[check.kind]
    if kind.domain == "path":
        return _of_path(check, tuple(changes))
    places = _MEMBERS if check.kind == "member" else _TIMEZONE if check.kind == "timezone" else _RECORDS.get(kind.domain, ())
    return "confirm" if any(_within(change.path, place) for change in changes for place in places) else None


def _of_path(check: Check, changes: Sequence[FileChange]) -> Files | None:
    path = _as_walked(check.args[KINDS[check.kind].operand])
    last = next((change for change in reversed(changes) if _above_or_same(change, path)), None)
    gone = last is not None and last.kind == "deleted"
    if check.negated and check.kind in ("exists", "file", "directory"):
        return None if last is None else "confirm" if gone else "contradict"
    if check.negated:
        return None
    if gone:
        return "contradict"
    if last is not None:
        return "confirm"
    return "confirm" if any(_within(change.path, path) and change.kind != "deleted" for change in changes) else None


def _above_or_same(change: FileChange, path: str) -> bool:
    """Whether the change is of `path`; what is removed takes with it what is below."""
    return change.path == path or (change.kind == "deleted" and _within(path, change.path))


def _within(path: str, place: str) -> bool:
    return path == place or path.startswith(place.rstrip("/") + "/")


def _as_walked(path: str) -> str:
    """The path by which a change is told: from the root, through the links that a host's root has."""
    if path == "~" or path.startswith("~/"):
        path = "/root" + path[1:]
    path = os.path.normpath(path)
    for link, target in (("/var/run", "/run"), ("/var/lock", "/run/lock")):
        if _within(path, link):
            return target + path[len(link) :]
    above = Path(*Path(path).parts[:2])  # /bin, where that leads to /usr/bin
    if above.is_symlink():
        return os.path.normpath(Path("/", above.readlink(), *Path(path).parts[2:]))
    return path
