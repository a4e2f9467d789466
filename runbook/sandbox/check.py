"""A page carried out in a sandbox, and what became of it: its results, and the changes of files that were seen from outside."""

from __future__ import annotations

import base64
import json
import re
import sys
import time
from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from runbook.model import Check, Command, FileEdit
from runbook.outcomes import FileChange, Files, PageOutcome, Result, StepOutcome, left_out, of_all
from runbook.render.script import templates
from runbook.render.script_lines import places
from runbook.run.processes import Ended, Running
from runbook.run.scripts import Event, Job, Options, Told, mask_of, masked, outcome, read_event, words
from runbook.sandbox.confirm import NOT_HERE, NOT_SHOWN, WITHOUT_NETWORK, of_files
from runbook.sandbox.root import WORK

_MARGIN = 60
"""Seconds for a page beyond those that its commands may take."""
_MOST = 256 * 2**20
"""Bytes that a keeper may print: the script's report, the outputs that it kept, the changes."""
_UNKNOWN_PLACES = 100
"""Things to be done in a script whose page is not at hand."""
_MOST_CHANGES = 1000
"""Changes of files that are told of a step."""
_ID = re.compile(r"[0-9]{1,6}(\.[0-9]{1,6})?")
_END = 'main "$@"\n'
_BEGIN = "import sys; sys.path.append(sys.argv.pop(1)); from runbook.sandbox.keeper import main; main()"
"""The keeper without what else is installed: it can load nothing more once it has given its privileges away."""


class Cage(Struct, frozen=True):
    """How pages are held: `bwrap` is the program, `network` whether they reach the host's network. Bytes of memory and of disk, and
    processes, are of a page's whole run."""

    bwrap: str
    network: bool = False
    memory: int = 1024 * 2**20
    disk: int = 512 * 2**20
    processes: int = 256


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
    cut: bool = False


_said = msgspec.json.Decoder(Said)


class Heard:
    """All that came from a keeper."""

    def __init__(self, kept: Path, known: Collection[str], tell: Callable[[str], None]) -> None:
        self.events: list[Event] = []
        self.changes: list[FileChange] = []
        self.more: dict[str, int] = {}
        self.ended: Ended | None = None
        self.trouble = ""
        self._kept = kept
        self._known = known
        self._tell = tell
        self._last: tuple[int, ...] = ()

    def line(self, line: bytes) -> None:
        """A line of it. Raises msgspec.DecodeError for what is none."""
        if line.startswith(b"S "):
            event = read_event(line[2:])
            self._in_order(event)
            self.events.append(event)
            if event.event == "step":
                self._tell(event.title)
        else:
            self._own(_said.decode(line.removeprefix(b"K ")))

    def _in_order(self, event: Event) -> None:
        """Refuses a result that the script has no place for, or that comes too late for it: not everything inside is the script."""
        if event.event != "result":
            return
        if (self._known and event.id not in self._known) or _number(event.id) < self._last:
            raise msgspec.DecodeError(f"a result for {event.id!r} is out of place")
        self._last = _number(event.id)

    def _own(self, said: Said) -> None:
        if said.changes is not None:
            for kind, path, what in said.changes:
                self.changes.append(msgspec.convert({"id": said.id, "kind": kind, "path": path, "what": what}, FileChange))
            self.more[said.id] = self.more.get(said.id, 0) + said.more
        elif said.kept:
            self._kept.mkdir(exist_ok=True)
            (self._kept / said.kept).write_bytes(base64.b64decode(said.data))
        elif said.status is not None:
            cut = "it printed more, or waited more often, than a script does, and was ended" if said.cut else ""
            self.ended = Ended(said.status, said.complaints, cut)
        self.trouble = said.trouble or self.trouble


def check(job: Job, options: Options, cage: Cage, running: Running, tell: Callable[[str], None] = lambda _: None) -> PageOutcome:
    """Carries a page out from scratch: all of it that has a meaning in a sandbox. `tell` is given each step's title as it begins."""
    began, date = time.monotonic(), datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    count = sum(1 for _ in places(job.runbook)) if job.runbook else _UNKNOWN_PLACES
    with TemporaryDirectory(prefix="runbook-") as name:
        asked, kept = Path(name) / "asked.json", Path(name) / "kept"
        asked.write_text(json.dumps(_asked(job, options, cage, count)), encoding="utf-8")
        heard = Heard(kept, {place.id for place in places(job.runbook)} if job.runbook else (), tell)
        ended = _kept(asked, options, count, running, heard)
        told = Told(tuple(heard.events), kept, ended)
        found = outcome(job, options, told, date=date, seconds=time.monotonic() - began)
    return masked(_with_changes(job, found, heard), mask_of(job.runbook, options))


def _kept(asked: Path, options: Options, count: int, running: Running, heard: Heard) -> Ended:
    line = [sys.executable, "-I", "-S", "-c", _BEGIN, str(Path(__file__).parents[2]), str(asked)]
    seconds = 2 * count * options.timeout + _MARGIN
    try:
        ended = running.program(line, heard.line, silence=options.timeout + _MARGIN, most=_MOST, seconds=seconds)
    except msgspec.DecodeError as error:
        return Ended(2, "", f"it printed what is no report: {error}")
    if ended.cut or heard.ended is None:
        why = ended.cut or heard.trouble or ended.complaints or f"it ended with status {ended.status}"
        return Ended(2, "", f"the sandbox: {why}")
    return heard.ended


def tried(cage: Cage, running: Running) -> str:
    """Why no sandbox can be held so, empty when one can: one is made, and a script that does nothing runs in it."""
    with TemporaryDirectory(prefix="runbook-") as name:
        asked = Path(name) / "asked.json"
        asked.write_text(json.dumps({**msgspec.to_builtins(cage), "script": "exit 0\n", "arguments": [], "pauses": 0}))
        heard = Heard(Path(name), (), lambda _: None)
        ended = _kept(asked, Options(), 1, running, heard)
    return ended.cut or ended.complaints.strip() or (f"it ended with status {ended.status}" if ended.status else "")


def _asked(job: Job, options: Options, cage: Cage, count: int) -> dict[str, Any]:
    return {
        **msgspec.to_builtins(cage),
        "script": in_sandbox(job.script, network=cage.network),
        "arguments": ["--apply", *words(replace(options, allowed=()))[1:], f"--keep-output=/{WORK}/kept"],
        "pauses": count if job.runbook else 100 * count,
    }


def in_sandbox(script: str, *, network: bool) -> str:
    """The script as it runs in a sandbox: templates/sandbox.sh before its last line."""
    body = script.removesuffix(_END)
    assert body != script
    lists = (("NOT_HERE", NOT_HERE if network else NOT_HERE + WITHOUT_NETWORK), ("NOT_SHOWN", NOT_SHOWN))
    told = "".join(f"{name}=({' '.join(names)})\n" for name, names in lists)
    return body + told + (templates() / "sandbox.sh").read_text(encoding="utf-8") + _END


# --- what the files say -----------------------------------------------------------------------------------------------


def _with_changes(job: Job, found: PageOutcome, heard: Heard) -> PageOutcome:
    checks = {place.id: _checks(place.node) for place in places(job.runbook)} if job.runbook else {}
    steps = []
    for step in found.steps:
        own = [change for change in heard.changes if change.id.partition(".")[0] == str(step.number)]
        more = sum(n for name, n in heard.more.items() if name.partition(".")[0] == str(step.number))
        results = tuple(_confirmed(step.results, checks, heard.changes))
        steps.append(
            StepOutcome(
                id=step.id,
                number=step.number,
                title=step.title,
                verdict=of_all([result.verdict for result in results]),
                results=results,
                changes=tuple(own[:_MOST_CHANGES]),
                more_changes=more + max(0, len(own) - _MOST_CHANGES),
            )
        )
    done = replace(found, steps=tuple(steps), verdict=of_all([step.verdict for step in steps]), sandbox="bubblewrap")
    return replace(done, exit=2 if found.problem else _exit(done))


def _checks(node: object) -> tuple[Check, ...]:
    return node.checks if isinstance(node, Command | FileEdit) else ()


def _confirmed(results: Sequence[Result], checks: dict[str, tuple[Check, ...]], changes: Sequence[FileChange]) -> list[Result]:
    """The results with what the files say of each check, which stand behind their command in the order of the page."""
    out: list[Result] = []
    seen: dict[str, int] = {}
    for result in results:
        n = seen.get(result.id, 0)
        seen[result.id] = n + 1
        known = checks.get(result.id, ())
        if 0 < n <= len(known) and result.verdict == "holds":
            result = _by_files(result, of_files(known[n - 1], _up_to(result.id, changes)))
        out.append(result)
    return out


def _up_to(name: str, changes: Sequence[FileChange]) -> list[FileChange]:
    return [change for change in changes if _number(change.id) <= _number(name)]


def _number(name: str) -> tuple[int, ...]:
    """An id as numbers. Raises DecodeError for what is none."""
    if not _ID.fullmatch(name):
        raise msgspec.DecodeError(f"{name!r} is no id")
    return tuple(map(int, name.split(".")))


def _by_files(result: Result, files: Files | None) -> Result:
    if files == "contradict":
        return replace(result, files=files, verdict="fails", reason="it was said to hold, and the changes of files say otherwise")
    return replace(result, files=files)


def _exit(found: PageOutcome) -> int:
    """1 for what fails by itself; 3 when something was left out, or nothing could be shown."""
    verdicts = [result.verdict for step in found.steps for result in step.results]
    if "fails" in verdicts:
        return 1
    waits = any(left_out(result) for step in found.steps for result in step.results)
    return 3 if waits or "holds" not in verdicts else 0
