"""Who the users inside a sandbox are on the host."""

from __future__ import annotations

import os
import pwd
import secrets
import shutil
from contextlib import suppress

IDS = 65536
"""Users and groups inside, where they can be had."""
_FIRST = 0x60000000
"""Numbers of users on the host that nobody has: above those of systemd and of subuid, below 2^31."""
_TOOLS = (("newuidmap", "/etc/subuid"), ("newgidmap", "/etc/subgid"))


def unused() -> int:
    """The first of as many numbers that no user of this host has, for a sandbox that root makes."""
    return _FIRST + secrets.randbelow(4096) * IDS


def tell(process: int, first: int) -> None:
    """Says who the users in the namespace of a process are: as root numbers from `first` on; else oneself as root, with the numbers
    behind that /etc/subuid gives to oneself, where it gives any. Raises OSError."""
    if os.geteuid() == 0:
        for name in ("uid", "gid"):
            _write(f"/proc/{process}/{name}_map", f"0 {first} {IDS}")
        return
    given = [_given(path) for _, path in _TOOLS]
    if all(given) and all(shutil.which(tool) for tool, _ in _TOOLS):
        for (tool, path), own, others in zip(_TOOLS, (os.geteuid(), os.getegid()), given, strict=True):
            line = [tool, str(process), "0", str(own), "1", "1", *map(str, others)]
            if os.spawnvp(os.P_WAIT, tool, line):  # noqa: S606
                raise OSError(f"{tool} refuses the numbers that {path} gives")
        return
    _write(f"/proc/{process}/setgroups", "deny")
    _write(f"/proc/{process}/uid_map", f"0 {os.geteuid()} 1")
    _write(f"/proc/{process}/gid_map", f"0 {os.getegid()} 1")


def tasks() -> int:
    """How many processes and threads of this user there are."""
    found = 0
    for name in os.listdir("/proc"):
        with suppress(OSError):
            if name.isdecimal() and os.stat(f"/proc/{name}").st_uid == os.geteuid():
                found += len(os.listdir(f"/proc/{name}/task"))
    return found


def _given(path: str) -> tuple[int, ...]:
    """The first range (first number, how many) that a file gives to this user (subuid(5)), empty for none."""
    try:
        name = pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        name = ""
    try:
        with open(path, encoding="utf-8") as stream:
            rows = [line.strip().split(":") for line in stream]
    except OSError:
        return ()
    found = (row for row in rows if len(row) == 3 and row[0] in (name, str(os.geteuid())) and (row[1] + row[2]).isdecimal())
    return next(((int(row[1]), min(int(row[2]), IDS - 1)) for row in found), ())


def _write(path: str, line: str) -> None:
    handle = os.open(path, os.O_WRONLY)
    try:
        os.write(handle, line.encode())
    finally:
        os.close(handle)
