"""What comes out of a sandbox: read as what a stranger says."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Collection, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from runbook.outcomes import FileChange
from runbook.run.processes import Ended
from runbook.run.scripts import Event, read_event

_ID = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?")


class Said(Struct):
    """A line of the keeper's own; which of these it has depends on what it tells."""

    trouble: str = ""
    id: str = ""
    changes: list[tuple[str, str, str]] | None = None
    more: int = 0
    kept: str = ""
    data: str = ""
    status: int | None = None
    complaints: str = ""
    cut: str = ""
    fixed: tuple[str, ...] = ()


_said = msgspec.json.Decoder(Said)


class Heard:
    """All that came from a sandbox, through its keeper or from a container."""

    def __init__(self, kept: Path, known: Collection[str], tell: Callable[[str], None]) -> None:
        self.events: list[Event] = []
        self.changes: list[FileChange] = []
        self.more: dict[str, int] = {}
        self.ended: Ended | None = None
        self.trouble = ""
        self.fixed: tuple[str, ...] = ()
        """Directories of the host that could only be had to be read."""
        self._kept = kept
        self._known = known
        self._tell = tell
        self._last: tuple[int, ...] = ()

    def line(self, line: bytes) -> None:
        """A line of it. Raises msgspec.DecodeError for what is none."""
        if line.startswith(b"S "):
            self.reported(line[2:])
        else:
            self._own(_said.decode(line.removeprefix(b"K ")))

    def reported(self, line: bytes) -> None:
        """A line of the script's report. Raises msgspec.DecodeError for what is none."""
        event = read_event(line)
        self._in_order(event)
        self.events.append(event)
        if event.event == "step":
            self._tell(event.title)

    def changed(self, name: str, changes: Sequence[tuple[str, str, str]], more: int) -> None:
        """Changes (kind, path, what) after the thing done with the id `name`, and how many more."""
        number_of(name)
        for kind, path, what in changes:
            self.changes.append(msgspec.convert({"id": name, "kind": kind, "path": path, "what": what}, FileChange))
        self.more[name] = self.more.get(name, 0) + more

    def keep(self, name: str, data: bytes) -> None:
        """An output that the script kept."""
        self._kept.mkdir(exist_ok=True)
        (self._kept / name).write_bytes(data)

    def _in_order(self, event: Event) -> None:
        """Refuses a result that the script has no place for, or that comes too late for it: not everything inside is the script."""
        if event.event != "result":
            return
        if (self._known and event.id not in self._known) or number_of(event.id) < self._last:
            raise msgspec.DecodeError(f"a result for {event.id!r} is out of place")
        self._last = number_of(event.id)

    def _own(self, said: Said) -> None:
        if said.changes is not None:
            self.changed(said.id, said.changes, said.more)
        elif said.kept:
            self.keep(said.kept, base64.b64decode(said.data))
        elif said.status is not None:
            self.ended = Ended(said.status, said.complaints, said.cut)
        self.trouble = said.trouble or self.trouble
        self.fixed = said.fixed or self.fixed


def number_of(name: str) -> tuple[int, ...]:
    """An id as numbers. Raises DecodeError for what is none."""
    if not _ID.fullmatch(name):
        raise msgspec.DecodeError(f"{name!r} is no id")
    return tuple(map(int, name.split(".")))
