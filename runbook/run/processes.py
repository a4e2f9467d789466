"""A script as a process of its own: its own session, bounded in what it prints and in how long it may be silent; nothing that it
started outlives it."""

from __future__ import annotations

import math
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from selectors import EVENT_READ, DefaultSelector
from tempfile import TemporaryFile
from threading import Timer
from types import MappingProxyType
from typing import IO, TypeAlias

from msgspec import Struct

from runbook.model import SourceError

_MOST_OUTPUT = 64 * 2**20
"""Bytes of report that are read; a script prints a few hundred for each thing it looks at, and cuts what it quotes."""
_MOST_COMPLAINTS = 20_000
_GRACE = 5.0
"""Seconds which a script has to clear away after SIGTERM."""
_LOOK = 0.2
"""Seconds between two looks whether a silent script still runs."""
_LIMITS = 'ulimit -c 0; ulimit -f 65536; exec "$BASH" "$@"'
"""No core files, no file beyond 64 MiB: a check only reads, its outputs are cut at one."""
_BENDING = ("BASH_ENV", "ENV", "SHELLOPTS", "BASHOPTS", "BASH_XTRACEFD", "POSIXLY_CORRECT")
"""Variables that make bash run or do something else before it reads a script's first line."""


Listener: TypeAlias = Callable[[bytes], bytes | None]
"""Is given each line that a program prints."""


class Ended(Struct, frozen=True):
    """How a process ended: its exit status (negative: the signal), what it complained of, and why it was ended, if it was."""

    status: int
    complaints: str
    cut: str = ""


class Running:
    """Which processes run now, so that whoever is interrupted can end them."""

    def __init__(self) -> None:
        self._processes: set[subprocess.Popen[bytes]] = set()
        self._closed = False

    def run(self, words: Sequence[str], tell: Listener, *, silence: float) -> Ended:
        """Runs `bash WORDS…`, each line of its standard output given to `tell`; ends it when it says nothing for `silence` seconds
        or too much. Raises SourceError when there is no bash."""
        return self.program([_bash(), "-c", _LIMITS, "bash", *words], tell, silence=silence, most=_MOST_OUTPUT)

    def program(
        self,
        words: Sequence[str],
        tell: Listener,
        *,
        silence: float = math.inf,
        most: float = math.inf,
        seconds: float = math.inf,
        talks: bool = False,
        variables: Mapping[str, str] = MappingProxyType({}),
    ) -> Ended:
        """Runs a program, with these variables beside those of our environment; ends it when it says nothing for `silence` seconds,
        is not done in `seconds`, or prints more than `most` bytes. What `tell` returns is what a program that `talks` reads then."""
        if self._closed:
            return Ended(2, "", "it was interrupted")
        with _kept_in_memory() as complaints:
            process = subprocess.Popen(
                words,
                stdin=subprocess.PIPE if talks else subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=complaints,
                env={**environment(), **variables},
                start_new_session=True,
            )
            self._processes.add(process)
            cut = "it was interrupted"
            try:
                if not self._closed:
                    cut = _listened(process, tell, silence, most, seconds)
            finally:
                _end(process, ask=bool(cut))
                self._processes.discard(process)
            complaints.seek(0)
            return Ended(process.returncode, complaints.read(_MOST_COMPLAINTS).decode("utf-8", "replace"), cut)

    def close(self) -> None:
        """Tells all that run to end, and starts no more; they clear away after themselves."""
        self._closed = True
        for process in tuple(self._processes):
            process.terminate()


def hand_over(words: Sequence[str]) -> None:
    """Becomes `bash WORDS…`, with the terminal and all; comes back never. Raises SourceError when there is no bash."""
    os.execve(_bash(), ["bash", *words], environment())  # noqa: S606  # no shell between is what is wanted


def answer(words: Sequence[str], *, seconds: float = 10) -> str | None:
    """What a program prints; None when it is not there, fails, or is not done in `seconds`."""
    try:
        done = subprocess.run(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=True, timeout=seconds
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.decode("utf-8", "replace")


def output(words: Sequence[str], *, seconds: float, most: int) -> tuple[int, bytes]:
    """The exit status of a program and what it prints, of that `most` bytes; what it complains of instead when it fails. It is ended when
    it takes longer than `seconds`. Raises OSError when it is not there."""
    with _kept_in_memory() as complaints:
        process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=complaints)
        timer = Timer(seconds, process.kill)
        timer.start()
        try:
            assert process.stdout is not None
            with process.stdout as stream:
                printed = stream.read(most)
            status = process.wait()
        finally:
            timer.cancel()
            process.kill()
            process.wait()
        if status:
            complaints.seek(0)
            printed = complaints.read(_MOST_COMPLAINTS)
    return status, printed


def environment() -> dict[str, str]:
    """The environment without what would bend a script: start-up files, options and functions."""
    return {name: value for name, value in os.environ.items() if name not in _BENDING and not name.startswith("BASH_FUNC_")}


def _kept_in_memory() -> IO[bytes]:
    """A file that takes bytes though the disk is full, where the system has that."""
    return os.fdopen(os.memfd_create("complaints"), "w+b") if hasattr(os, "memfd_create") else TemporaryFile()


def _bash() -> str:
    found = shutil.which("bash")
    if found is None:
        raise SourceError("verify", "there is no bash on the PATH, which verification scripts need (4 or newer)")
    return found


def _listened(process: subprocess.Popen[bytes], tell: Listener, silence: float, most: float, seconds: float) -> str:
    """Reads all that the process prints; why it must be ended, if it must."""
    assert process.stdout is not None
    rest, seen, heard = b"", 0, time.monotonic()
    last = heard + seconds
    with DefaultSelector() as selector:
        selector.register(process.stdout, EVENT_READ)
        while time.monotonic() - heard < silence:
            ended = process.poll() is not None
            if not selector.select(0 if ended else min(silence, _LOOK)):
                if ended:  # what it left behind still holds the pipe
                    return ""
                continue
            data = os.read(process.stdout.fileno(), 2**16)
            if not data:
                return ""
            if time.monotonic() > last:
                return f"it was not done in {seconds:.0f} s and was ended"
            seen, heard = seen + len(data), time.monotonic()
            if seen > most:
                return f"it printed more than {most} bytes and was ended"
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                _reply(process, tell(line))
    return f"it said nothing for {silence:.0f} s and was ended"


def _reply(process: subprocess.Popen[bytes], data: bytes | None) -> None:
    if data and process.stdin is not None:
        with suppress(BrokenPipeError):
            process.stdin.write(data)
            process.stdin.flush()


def _end(process: subprocess.Popen[bytes], *, ask: bool) -> None:
    """Waits for the end of a process, asked for when it won't come by itself, so that it can clear away; then all of its session
    is killed."""
    if ask:
        process.terminate()
    try:
        process.wait(_GRACE)
    except subprocess.TimeoutExpired:
        process.kill()
    process.wait()
    until = time.monotonic() + _GRACE
    while (left := _session(process.pid)) and time.monotonic() < until:
        for pid in left:
            with suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.01)
    _close(process.stdout)
    with suppress(BrokenPipeError):
        _close(process.stdin)


def _close(stream: IO[bytes] | None) -> None:
    if stream is not None:
        stream.close()


def _session(leader: int) -> list[int]:
    """The other processes that live in the session of `leader` (proc(5): state and session are the third and sixth field of stat)."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            fields = path.read_text(errors="replace").rpartition(")")[2].split()
            if int(fields[3]) == leader and fields[0] not in "ZX" and int(path.parent.name) != leader:
                found.append(int(path.parent.name))
    return found
