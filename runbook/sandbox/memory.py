"""How much memory the processes of a sandbox use together, where no control group limits it: looked at again and again."""

from __future__ import annotations

import os
from contextlib import suppress

_PAGE = os.sysconf("SC_PAGE_SIZE")
_LEAST_LEFT = 20
"""Of so many parts of the host's memory one must stay available, whoever it is that uses the rest."""


class Memory:
    """The memory of a process and all that descend from it, of which there may be so many bytes."""

    def __init__(self, top: int, most: int) -> None:
        self._top = top
        self._most = most

    def too_much(self) -> str:
        """Why they must be ended, empty when they need not be."""
        if self._used() > self._most:
            return f"it used more than {self._most >> 20} MiB of memory and was ended"
        if _is_short():
            return "the host has hardly any memory left, so that it was ended"
        return ""

    def _used(self) -> int:
        """Bytes that belong to one process alone; what lies in files has a limit of its own."""
        children: dict[int, list[int]] = {}
        for name in os.listdir("/proc"):
            if name.isdecimal():
                with suppress(OSError, IndexError, ValueError):
                    children.setdefault(_parent(name), []).append(int(name))
        used, waiting = 0, [self._top]
        while waiting:
            process = waiting.pop()
            waiting += children.get(process, ())
            with suppress(OSError, IndexError, ValueError):
                _, resident, shared, *_ = _read(f"/proc/{process}/statm").split()
                used += (int(resident) - int(shared)) * _PAGE
        return used


def _parent(process: str) -> int:
    """The fourth field of stat (proc(5)); the second, in brackets, may hold anything."""
    return int(_read(f"/proc/{process}/stat").rpartition(")")[2].split()[1])


def _is_short() -> bool:
    found = {}
    for line in _read("/proc/meminfo").splitlines():
        name, _, value = line.partition(":")
        found[name] = value.split()[0] if value else ""
    return int(found.get("MemAvailable") or "1") * _LEAST_LEFT < int(found.get("MemTotal") or "0")


def _read(path: str) -> str:
    with open(path, encoding="utf-8", errors="replace") as stream:
        return stream.read()
