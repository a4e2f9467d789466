"""Control groups for the memory and the processes of all of a sandbox together, where this user may make them."""

from __future__ import annotations

import os
import secrets
import signal
import time
from contextlib import suppress
from typing import NamedTuple

_TOP = "/sys/fs/cgroup"
_PATIENCE = 10.0
"""Seconds that the last processes may take to be gone."""


class Group(NamedTuple):
    """Directories of a control group: one, or one for each controller where each has a hierarchy of its own (version 1)."""

    paths: tuple[str, ...]


def make(memory: int, processes: int) -> Group | None:
    """A group that may use so many bytes of memory, with what lies in its tmpfs, and have so many processes; None where none can be
    made."""
    name = f"runbook-{os.getpid()}-{secrets.token_hex(4)}"
    limits: dict[str, tuple[tuple[str, int], ...]] = {
        f"{_TOP}/{name}": (("memory.max", memory), ("memory.swap.max", 0), ("pids.max", processes)),
    }
    if not os.path.exists(f"{_TOP}/cgroup.controllers"):
        limits = {
            f"{_TOP}/memory/{name}": (("memory.limit_in_bytes", memory),),
            f"{_TOP}/pids/{name}": (("pids.max", processes),),
        }
    made: list[str] = []
    try:
        for path, files in limits.items():
            os.mkdir(path)
            made.append(path)
            for file, value in files:
                if file != "memory.swap.max" or os.path.exists(f"{path}/{file}"):
                    _set(f"{path}/{file}", value)
    except OSError:
        remove(Group(tuple(made)))
        return None
    return Group(tuple(made))


def put(group: Group | None, process: int) -> None:
    """Puts a process, and all that it will start, into the group. Raises OSError."""
    for path in group.paths if group else ():
        _set(f"{path}/cgroup.procs", process)


def remove(group: Group | None) -> None:
    """Ends what is left in a group, and removes it."""
    until = time.monotonic() + _PATIENCE
    for path in group.paths if group else ():
        while not _removed(path) and time.monotonic() < until:
            for process in _processes(path):
                with suppress(ProcessLookupError, PermissionError):
                    os.kill(process, signal.SIGKILL)
            time.sleep(0.01)


def _removed(path: str) -> bool:
    try:
        os.rmdir(path)
    except FileNotFoundError:
        return True
    except OSError:  # somebody is still in it
        return False
    return True


def _processes(path: str) -> list[int]:
    with suppress(OSError), open(f"{path}/cgroup.procs", encoding="utf-8") as stream:
        return [int(line) for line in stream]
    return []


def _set(path: str, value: int) -> None:
    handle = os.open(path, os.O_WRONLY)
    try:
        os.write(handle, str(value).encode("utf-8"))
    finally:
        os.close(handle)
