"""What runs now, on standard error: a line for each page, or host, rewritten as it goes on; on a terminal that can't, a line when one begins
and one when it ends; elsewhere nothing."""

from __future__ import annotations

import os
import shutil
import sys
import time
from threading import Event, Lock, Thread
from types import TracebackType
from typing import Self, TextIO

from runbook.cli.terminal import has_colours
from runbook.visible import fitted, printable

_EVERY = 0.5
"""Seconds between two drawings when nothing happens."""


class Progress:
    """The pages, or whatever else is counted, that run, and how many have ended; its methods may be called from any thread."""

    def __init__(self, total: int, counted: str = "pages", stream: TextIO | None = None) -> None:
        self._stream = stream or sys.stderr
        self._total = total
        self._counted = counted
        self._ended = 0
        self._running: dict[int, tuple[str, str, float]] = {}
        self._drawn = 0
        self._lock = Lock()
        self._over = Event()
        self._told = self._stream.isatty()
        self._live = self._told and os.environ.get("TERM", "dumb") != "dumb"
        self._ticker = Thread(target=self._tick, daemon=True)

    def __enter__(self) -> Self:
        if self._live:
            self._ticker.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        self._over.set()
        if self._live:
            self._ticker.join()
            with self._lock:
                self._running.clear()
                self._erase()
                self._stream.flush()

    def expect(self, total: int) -> None:
        """So many are there, where that was not known from the beginning."""
        with self._lock:
            self._total = total

    def begin(self, number: int, title: str) -> None:
        """A page begins."""
        with self._lock:
            self._running[number] = (title, "", time.monotonic())
            self._changed(f"{title}: checking")

    def step(self, number: int, title: str) -> None:
        """A page that runs comes to a step."""
        with self._lock:
            page, _, since = self._running[number]
            self._running[number] = (page, title, since)
            self._changed("")

    def end(self, number: int, words: str) -> None:
        """A page ends."""
        with self._lock:
            title, _, _ = self._running.pop(number)
            self._ended += 1
            self._changed(f"{title}: {words}")

    def _changed(self, line: str) -> None:
        if self._live:
            self._draw()
        elif self._told and line:
            self._stream.write(printable(line) + "\n")
            self._stream.flush()

    def _tick(self) -> None:
        while not self._over.wait(_EVERY):
            with self._lock:
                self._draw()

    def _draw(self) -> None:
        self._erase()
        size = shutil.get_terminal_size()
        lines = [self._line(*row) for row in self._running.values()][: max(1, size.lines - 2)]
        if self._total > 1:
            lines.append(f"{self._ended} of {self._total} {self._counted}")
        dim, plain = ("\x1b[2m", "\x1b[0m") if has_colours(self._stream) else ("", "")
        for line in lines:
            self._stream.write(f"{dim}{fitted(printable(line), size.columns - 1)}{plain}\n")
        self._stream.flush()
        self._drawn = len(lines)

    def _line(self, title: str, step: str, since: float) -> str:
        return f"{time.monotonic() - since:4.0f} s  {title}" + (f": {step}" if step else "")

    def _erase(self) -> None:
        if self._drawn:
            self._stream.write(f"\x1b[{self._drawn}A\x1b[J")
            self._drawn = 0
