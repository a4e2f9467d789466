"""A page carried out in a sandbox, and what became of it: its results, and the changes of files that were seen from outside."""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from runbook.model import Check, Command, FileEdit
from runbook.outcomes import FileChange, Files, PageOutcome, Result, StepOutcome, left_out, of_all
from runbook.render.script import templates
from runbook.render.script_lines import places
from runbook.run.processes import Ended, Running
from runbook.run.scripts import Job, Options, Told, mask_of, masked, outcome, words
from runbook.sandbox.confirm import NOT_HERE, NOT_SHOWN, WITHOUT_NETWORK, of_files
from runbook.sandbox.container import Container, Limits, carried
from runbook.sandbox.heard import Heard, number_of
from runbook.sandbox.root import WORK

_MARGIN = 60
"""Seconds for a page beyond those that its commands may take."""
_MOST = 256 * 2**20
"""Bytes that a keeper may print: the script's report, the outputs that it kept, the changes."""
_UNKNOWN_PLACES = 100
"""Things to be done in a script whose page is not at hand."""
_MOST_CHANGES = 1000
"""Changes of files that are told of a step."""
_END = 'main "$@"\n'
_BEGIN = "import sys; sys.path.append(sys.argv.pop(1)); from runbook.sandbox.keeper import main; main()"
"""The keeper without what else is installed: it can load nothing more once it has given its privileges away."""


class Cage(Struct, frozen=True):
    """How pages are held: `program` is bubblewrap, or with an `image` docker or podman; `network` whether they reach the host's network.
    Bytes of memory and of disk, and processes, are of a page's whole run; a container's disk is its engine's matter."""

    program: str
    image: str = ""
    network: bool = False
    memory: int = 1024 * 2**20
    disk: int = 512 * 2**20
    processes: int = 256


def check(job: Job, options: Options, cage: Cage, running: Running, tell: Callable[[str], None] = lambda _: None) -> PageOutcome:
    """Carries a page out from scratch: all of it that has a meaning in a sandbox. `tell` is given each step's title as it begins.
    Raises SourceError when the engine of a container refuses to make one."""
    began, date = time.monotonic(), datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    ids = [place.id for place in places(job.runbook)] if job.runbook else []
    with TemporaryDirectory(prefix="runbook-") as name:
        folder = Path(name)
        heard = Heard(folder / "kept", frozenset(ids), tell)
        run = _Run(
            script=in_sandbox(job.script, network=cage.network),
            arguments=["--apply", *words(replace(options, allowed=()))[1:], f"--keep-output=/{WORK}/kept"],
            pauses=len(ids) or _UNKNOWN_PLACES,
            timeout=options.timeout,
        )
        try:
            ended = (_in_container if cage.image else _in_bubblewrap)(run, cage, folder, running, heard)
        except msgspec.DecodeError as error:
            ended = Ended(2, "", f"it printed what is no report: {error}")
        told = Told(tuple(heard.events), folder / "kept", ended)
        found = outcome(job, options, told, date=date, seconds=time.monotonic() - began)
    by = Path(cage.program).name if cage.image else "bubblewrap"
    return masked(replace(_with_changes(job, found, heard), sandbox=by), mask_of(job.runbook, options))


class _Run(Struct, frozen=True):
    """A script with its arguments, how often it may wait, and the seconds that each of its commands may take."""

    script: str
    arguments: list[str]
    pauses: int
    timeout: int

    @property
    def silence(self) -> int:
        return self.timeout + _MARGIN

    @property
    def seconds(self) -> int:
        return 2 * self.pauses * self.timeout + _MARGIN


def _in_bubblewrap(run: _Run, cage: Cage, folder: Path, running: Running, heard: Heard) -> Ended:
    asked = {
        **msgspec.to_builtins(cage),
        "script": run.script,
        "sudo": (templates() / "sudo.sh").read_text(encoding="utf-8"),
        "arguments": run.arguments,
        "pauses": run.pauses,
        "parent": os.getpid(),
    }
    (folder / "asked.json").write_text(json.dumps(asked), encoding="utf-8")
    line = [sys.executable, "-I", "-S", "-c", _BEGIN, str(Path(__file__).parents[2]), str(folder / "asked.json")]
    ended = running.program(line, heard.line, silence=run.silence, most=_MOST, seconds=run.seconds)
    if ended.cut or heard.ended is None:
        why = ended.cut or heard.trouble or ended.complaints or f"it ended with status {ended.status}"
        return Ended(2, "", f"the sandbox: {why}")
    return heard.ended


def _in_container(run: _Run, cage: Cage, folder: Path, running: Running, heard: Heard) -> Ended:
    (folder / "verify.sh").write_text(run.script, encoding="utf-8")
    container = Container(cage.program, cage.image, cage.network, cage.memory, cage.processes)
    limits = Limits(run.silence, run.seconds, run.pauses)
    ran = carried(container, folder / "verify.sh", run.arguments, limits, running, heard)
    for name, data in ran.kept.items():
        heard.keep(name, data)
    return ran.ended


def tried(cage: Cage, running: Running) -> str:
    """Why bubblewrap can hold no sandbox so, empty when it can: one is made, and a script that does nothing runs in it."""
    with TemporaryDirectory(prefix="runbook-") as name:
        heard = Heard(Path(name), (), lambda _: None)
        try:
            ended = _in_bubblewrap(_Run("exit 0\n", [], 1, 10), cage, Path(name), running, heard)
        except msgspec.DecodeError as error:
            return f"{cage.program} prints what is no report: {error}"
    return ended.cut or ended.complaints.strip() or (f"it ended with status {ended.status}" if ended.status else "")


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
    fixed = [f"{', '.join(heard.fixed)} could only be read: the kernel gives no overlay there"] if heard.fixed else []
    done = replace(found, steps=tuple(steps), verdict=of_all([step.verdict for step in steps]), summary=(*found.summary, *fixed))
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
    return [change for change in changes if number_of(change.id) <= number_of(name)]


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
