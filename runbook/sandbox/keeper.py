"""The program that keeps a sandbox: it makes the root as an unprivileged user, lets bubblewrap run the page's script in it, and
looks at the files from outside each time the script waits.

It prints lines for whoever started it: those of the script behind "S ", its own, as JSON, behind "K ". Nothing is written on the host.
"""

from __future__ import annotations

import base64
import json
import os
import re
import resource
import selectors
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import suppress
from types import FrameType
from typing import Any, NoReturn

from runbook.sandbox import groups, seccomp, system, users
from runbook.sandbox.bubblewrap import FILTER, words
from runbook.sandbox.memory import Memory
from runbook.sandbox.root import Root, build
from runbook.sandbox.walk import Change, Watch

_PLACE = "/tmp"  # noqa: S108  # a directory that is there everywhere; the tmpfs over it is this process's own
_LINE = 2**20
"""Bytes of a line of the script that are taken."""
_PRINTED = 64 * 2**20
_COMPLAINTS = 20_000
_ROOM = 128
"""Processes that the user may start elsewhere meanwhile."""
_LOOK = 0.1
"""Seconds between two looks at the memory, where no control group limits it."""
_MOST_CHANGES = 5000
"""Changes of files that are told at one look."""
_KEPT = re.compile(r"[0-9]+(?:\.[0-9]+)*\.(?:out|err)")
_LARGEST_KEPT = 2**20
_MOST_KEPT = 64 * 2**20
_PAUSE = b'{"event":"pause",'
_PAUSED = re.compile(rb'\{"event":"pause","id":"([0-9]{1,6}\.[0-9]{1,6})"\}')
_SCRIPT_FDS = (0, 1, 2)


class Asked:
    """What is to be run: `script` with `arguments`, and the limits in bytes, processes and seconds."""

    def __init__(self, data: dict[str, Any]) -> None:
        self.bwrap: str = data["program"]
        self.script: str = data["script"]
        self.sudo: str = data["sudo"]
        self.arguments: list[str] = data["arguments"]
        self.network: bool = data["network"]
        self.memory: int = data["memory"]
        self.disk: int = data["disk"]
        self.processes: int = data["processes"]
        self.pauses: int = data["pauses"]
        self.parent: int = data["parent"]


def main() -> None:
    """Reads the file named on the command line, and keeps a sandbox for it."""
    with open(sys.argv[1], encoding="utf-8") as stream:
        asked = Asked(json.load(stream))
    with suppress(OSError):  # values that were set stand in it; nothing is left of them, however this ends
        os.unlink(sys.argv[1])
    sys.stdout.flush()
    group = groups.make(asked.memory + asked.disk, asked.processes)
    unshared, ready = os.pipe(), os.pipe()
    parent, first = os.getpid(), users.unused()
    child = os.fork()
    if child == 0:
        _guarded(lambda: _inside(asked, parent, first, (unshared[1], ready[0]), bool(group)))
    os.close(unshared[1])

    def end(number: int, frame: FrameType | None) -> None:
        del number, frame
        with suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)

    for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGINT):
        signal.signal(number, end)
    system.die_with(asked.parent, signal.SIGTERM)
    try:
        groups.put(group, child)
        if os.read(unshared[0], 1):
            _let_in(child, first, ready[1])
        _, status = os.waitpid(child, 0)
    finally:
        groups.remove(group)
    sys.exit(os.waitstatus_to_exitcode(status) & 0x7F)


def _let_in(child: int, first: int, ready: int) -> None:
    try:
        users.tell(child, first)
        os.write(ready, b"y")
    except OSError as error:
        _tell(trouble=str(error))
        os.kill(child, signal.SIGKILL)


def _guarded(work: Any) -> NoReturn:
    """Does the child's part of a fork; whatever happens, it does not go on as its parent."""
    try:
        work()
    except BaseException as error:
        _tell(trouble=f"{type(error).__name__}: {error}")
        os._exit(2)
    os._exit(0)


def _inside(asked: Asked, parent: int, first: int, pipes: tuple[int, int], grouped: bool) -> None:
    """The keeper itself, from here on an unprivileged user, and root in its own namespace alone."""
    # The limit of processes is set before the namespace is made: it then holds for all of its users together.
    if os.geteuid() == 0:
        os.setgroups([])
        os.setresgid(first, first, first)
        os.setresuid(first, first, first)
        _limit(resource.RLIMIT_NPROC, asked.processes)
    else:
        _limit(resource.RLIMIT_NPROC, users.tasks() + _ROOM + asked.processes)
    system.die_with(parent)
    os.umask(0o022)
    os.chdir("/")
    system.unshare(system.NEW_USERS | system.NEW_NAMES)
    os.write(pipes[0], b"y")
    if not os.read(pipes[1], 1):
        raise OSError("the users of the namespace could not be told")
    os.setresgid(0, 0, 0)
    os.setresuid(0, 0, 0)
    system.mount("none", "/", "none", system.PRIVATE)
    root = build(_PLACE, asked.disk, asked.network, asked.sudo)
    # What runs inside makes no namespaces of its own, in which it could do more.
    with open("/proc/sys/user/max_user_namespaces", "w", encoding="utf-8") as stream:
        stream.write("0")
    with open(f"{root.work}/verify.sh", "w", encoding="utf-8") as stream:
        stream.write(asked.script)
    _tell(fixed=list(root.fixed), limits="cgroup" if grouped else "process")
    _run(asked, root, Watch(root.layers), grouped)


def _limit(which: int, most: int) -> None:
    hard = resource.getrlimit(which)[1]
    most = most if hard == resource.RLIM_INFINITY else min(most, hard)
    resource.setrlimit(which, (most, most))


def _limits(asked: Asked, grouped: bool) -> None:
    _limit(resource.RLIMIT_CORE, 0)
    _limit(resource.RLIMIT_FSIZE, asked.disk)
    _limit(resource.RLIMIT_NPROC, asked.processes)
    _limit(resource.RLIMIT_NOFILE, 1024)
    _limit(resource.RLIMIT_MEMLOCK, 64 * 1024)
    if not grouped:
        _limit(resource.RLIMIT_DATA, asked.memory)


def _run(asked: Asked, root: Root, watch: Watch, grouped: bool) -> None:
    given, printed, complained = os.pipe(), os.pipe(), os.pipe()
    calls = seccomp.program(os.uname().machine)
    line = words(asked.bwrap, root, network=asked.network, filtered=calls is not None, arguments=asked.arguments)
    me = os.getpid()
    child = os.fork()
    if child == 0:
        _guarded(lambda: _become(line, (given[0], printed[1], complained[1]), calls, asked, me, grouped))
    for handle in (given[0], printed[1], complained[1]):
        os.close(handle)
    watched = None if grouped else Memory(child, asked.memory)
    complaints, cut = _listened(asked, watch, watched, (given[1], printed[0], complained[0]))
    if cut:
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    for name, data in _kept(root.work):
        _tell(kept=name, data=base64.b64encode(data).decode("utf-8"))
    _tell(status=os.waitstatus_to_exitcode(status), complaints=complaints.decode("utf-8", "replace"), cut=cut)


def _become(
    line: Sequence[str], handles: tuple[int, int, int], calls: bytes | None, asked: Asked, parent: int, grouped: bool
) -> None:
    """Becomes bubblewrap, with those handles as its standard ones and what it reads the filter of calls from."""
    system.die_with(parent)
    for handle, number in zip(handles, _SCRIPT_FDS, strict=True):
        os.dup2(handle, number)
    os.closerange(FILTER, 1024)
    if calls is not None:
        handle = os.memfd_create("calls", 0)  # the first that is free
        os.write(handle, calls)
        os.lseek(handle, 0, os.SEEK_SET)
    try:
        _limits(asked, grouped)
        os.execve(line[0], [*line], {})  # noqa: S606
    except OSError as error:  # standard output is the script's by now
        os.write(2, f"{line[0]}: {error.strerror}\n".encode())
        os._exit(2)


def _listened(asked: Asked, watch: Watch, memory: Memory | None, handles: tuple[int, int, int]) -> tuple[bytes, str]:
    """Passes on what the script prints, and looks at the files whenever it waits; what it complained of, and why it must be ended, if it
    must. `handles` are what it reads, what it prints, and where it complains."""
    given, printed, complained = handles
    rest, complaints, seen, pauses = b"", b"", 0, 0
    with selectors.DefaultSelector() as selector:
        selector.register(printed, selectors.EVENT_READ)
        selector.register(complained, selectors.EVENT_READ)
        while selector.get_map():
            ready = selector.select(_LOOK if memory else None)
            if memory and (why := memory.too_much()):
                return complaints, why
            for key, _ in ready:
                data = os.read(key.fd, 2**16)
                if not data:
                    selector.unregister(key.fd)
                    continue
                if key.fd == complained:
                    complaints = (complaints + data)[:_COMPLAINTS]
                    continue
                seen += len(data)
                *lines, rest = (rest + data).split(b"\n")
                if seen > _PRINTED or len(rest) > _LINE:
                    return complaints, "it printed more than a script does, and was ended"
                for line in lines:
                    if not line.startswith(_PAUSE):
                        _write(b"S " + line)
                        continue
                    pauses += 1
                    found = _PAUSED.fullmatch(line)
                    if pauses > asked.pauses or not found:
                        return complaints, "it waited more often than a script does, and was ended"
                    _tell_changes(watch.changes(), found[1].decode())
                    with suppress(BrokenPipeError):
                        os.write(given, b"\n")
    return complaints, ""


def _tell_changes(changes: Sequence[Change], name: str) -> None:
    told = [[change.kind, change.path.decode("utf-8", "backslashreplace"), change.what] for change in changes[:_MOST_CHANGES]]
    _tell(id=name, changes=told, more=max(0, len(changes) - _MOST_CHANGES))


def _kept(work: str) -> Iterator[tuple[str, bytes]]:
    """The outputs that the script kept; whatever lies there was made inside."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    left = _MOST_KEPT
    try:
        folder = os.open(f"{work}/kept", flags | os.O_DIRECTORY)
    except OSError:
        return
    for name in sorted(os.listdir(folder)):
        if not _KEPT.fullmatch(name) or left <= 0:
            continue
        with suppress(OSError):
            handle = os.open(name, flags, dir_fd=folder)
            with os.fdopen(handle, "rb") as stream:
                if os.path.isfile(stream.fileno()):
                    data = stream.read(min(left, _LARGEST_KEPT))
                    left -= len(data)
                    yield name, data


def _tell(**what: Any) -> None:
    _write(b"K " + json.dumps(what).encode("utf-8"))


def _write(line: bytes) -> None:
    line += b"\n"
    while line:
        line = line[os.write(1, line) :]
