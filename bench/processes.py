"""Whole processes: how long they take by the clock, and how much memory they and what they start have at most."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

_LOOK = 0.1
RUNBOOK = (sys.executable, "-m", "runbook")


class Used(NamedTuple):
    """Seconds by the clock, and MB of all processes together at most (proportional set size: what is shared counts once)."""

    seconds: float
    megabytes: float


def run(words: Sequence[str], folder: Path, variables: Mapping[str, str] | None = None) -> Used:
    """Runs a program to its end. Raises CalledProcessError when it says that it failed."""
    process = subprocess.Popen(
        words,
        cwd=folder,
        env={**os.environ, **(variables or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        start_new_session=True,
    )
    start, peak, ended = time.perf_counter(), [0.0], threading.Event()

    def look() -> None:
        while not ended.wait(_LOOK):
            peak[0] = max(peak[0], sum(map(_size, _session(process.pid))))

    watcher = threading.Thread(target=look)
    watcher.start()
    _, told = process.communicate()
    seconds = time.perf_counter() - start
    ended.set()
    watcher.join()
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, words, stderr=told)
    return Used(seconds, peak[0])


def _session(leader: int) -> list[Path]:
    """The processes of a session (proc(5): the sixth field of stat)."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            if int(path.read_text(errors="replace").rpartition(")")[2].split()[3]) == leader:
                found.append(path.parent)
    return found


def _size(process: Path) -> float:
    with suppress(OSError, StopIteration):
        lines = (process / "smaps_rollup").read_text().splitlines()
        return int(next(line for line in lines if line.startswith("Pss:")).split()[1]) / 1024
    return 0.0
