"""Whole processes: how long they take, by the clock and of processors, and how much memory they and what they start have at most."""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import NamedTuple

_LOOK = 0.1
_PR_SET_CHILD_SUBREAPER = 36  # linux/prctl.h
RUNBOOK = (sys.executable, "-m", "runbook")


class Used(NamedTuple):
    """Seconds by the clock, and MB of all processes together at most (proportional set size: what is shared counts once); seconds of all
    processors that all of them took, and MB of the largest process (resident set size)."""

    seconds: float
    megabytes: float
    processor: float = 0
    largest: float = 0


def run(words: Sequence[str], folder: Path, variables: Mapping[str, str] | None = None) -> Used:
    """Runs a program to its end, and to that of all that it started. Raises CalledProcessError when it says that it failed."""
    adopt()
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    process = subprocess.Popen(
        words,
        cwd=folder,
        env={**os.environ, **(variables or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    start, peak, largest, ended = time.perf_counter(), [0.0], [0.0], threading.Event()

    def look() -> None:
        while not ended.wait(_LOOK):
            found = {number: (_size(number), parent) for number, parent in _session(process.pid).items()}
            # A child that has not begun its own program yet uses its parent's memory, and counts with it.
            own = [size for size, parent in found.values() if parent not in found or found[parent][0] != size]
            peak[0] = max(peak[0], sum(pss for pss, _ in own))
            largest[0] = max(largest[0], *(rss for _, rss in own), 0.0)

    watcher = threading.Thread(target=look)
    watcher.start()
    _, told = process.communicate()
    seconds = time.perf_counter() - start
    with suppress(ChildProcessError):
        while True:  # what it left behind is ours now, and counts when it has ended
            os.wait()
    ended.set()
    watcher.join()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, words, stderr=told)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return Used(seconds, peak[0], sum(after[:2]) - sum(before[:2]), largest[0])


@cache
def adopt() -> None:
    """Makes this process the parent of what its children leave behind, whose time would else be nobody's (prctl(2))."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def _session(leader: int) -> dict[int, int]:
    """The processes of a session, each with its parent (proc(5): the fourth and sixth field of stat)."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            _, parent, _, session = path.read_text(errors="replace").rpartition(")")[2].split()[:4]
            if int(session) == leader:
                found[int(path.parent.name)] = int(parent)
    return found


def _size(process: int) -> tuple[float, float]:
    """Its proportional and its resident set size in MB."""
    with suppress(OSError, KeyError):
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()[1:]
        found = {name: int(rest.split()[0]) / 1024 for name, _, rest in (line.partition(":") for line in lines)}
        return found["Pss"], found["Rss"]
    return 0.0, 0.0
