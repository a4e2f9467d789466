"""A page of 500 echo steps, each with a verdict: our script beside what runs such documents, whole processes, in one run."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from runbook.extract import extract_many
from runbook.model import Page
from runbook.render import script

from bench.tables import Row, Table

RELEASES = ("byexample", "cram")
BATS = Path(__file__).parents[1] / ".venv" / "bats" / "node_modules" / "bats" / "bin"
"""Where `make bench` puts the one that comes from npm."""
STEPS = 500
ROUNDS = 7


@dataclass(frozen=True)
class Peer:
    """`write` makes the document; `words` runs it and ends with status 0 when all holds. `program` must be there."""

    name: str
    program: str
    write: Callable[[], str]
    words: tuple[str, ...]
    document: str


def _said(number: int) -> str:
    return f"step {number} of {STEPS} is done"


def _page() -> str:
    steps = (f'# Say that step {n} is done:\n#: <pre>$ echo "{_said(n)}"\n{_said(n)}</pre>\n' for n in range(STEPS))
    return script.render(next(iter(extract_many([Page("Echo", "".join(steps))]))))


def _byexample() -> str:
    return "".join(f'```shell\n$ echo "{_said(n)}"\n{_said(n)}\n```\n\n' for n in range(STEPS))


def _cram() -> str:
    return "".join(f'Step:\n\n  $ echo "{_said(n)}"\n  {_said(n)}\n\n' for n in range(STEPS))


def _bats() -> str:
    return "".join(f'@test "{n}" {{\n  [ "$(timeout 60 echo "{_said(n)}")" = "{_said(n)}" ]\n}}\n' for n in range(STEPS))


def _bare() -> str:
    checks = (f'[ "$(timeout 60 echo "{_said(n)}")" = "{_said(n)}" ] && echo ok {n} || exit 1\n' for n in range(STEPS))
    return "#!/bin/bash\n" + "".join(checks)


PEERS = (
    Peer("byexample", "byexample", _byexample, ("byexample", "-l", "shell", "--timeout", "60"), "steps.md"),
    Peer("verify.sh of runbook", "bash", _page, ("bash",), "verify.sh"),
    Peer("cram", "cram", _cram, ("cram", "--shell=/bin/bash"), "steps.t"),
    Peer("bats", "bats", _bats, ("bats",), "steps.bats"),
    Peer("bare bash with timeout(1)", "bash", _bare, ("bash",), "bare.sh"),
)


def _path() -> str:
    return os.pathsep.join((str(Path(sys.executable).parent), str(BATS), os.environ["PATH"]))


def rates(folder: Path, rounds: int = ROUNDS) -> dict[str, float | None]:
    """Steps a second of each peer by name: the median of the rounds, taken in turns; None for one that is not installed.
    Raises CalledProcessError for one that does not hold."""
    path = _path()
    there = [peer for peer in PEERS if shutil.which(peer.program, path=path)]
    for peer in there:
        (folder / peer.document).write_text(peer.write())
    times: dict[str, list[float]] = {peer.name: [] for peer in there}
    for _ in range(rounds):
        for peer in there:
            start = time.perf_counter()
            subprocess.run(
                [*peer.words, peer.document], cwd=folder, env={**os.environ, "PATH": path}, check=True, capture_output=True
            )
            times[peer.name].append(time.perf_counter() - start)
    return {peer.name: STEPS / sorted(times[peer.name])[rounds // 2] if peer in there else None for peer in PEERS}


def tables(*, quick: bool) -> Iterator[Table]:
    """One table."""
    with TemporaryDirectory() as folder:
        found = rates(Path(folder), 1 if quick else ROUNDS)
    about = f"{STEPS} echo steps, a time limit and a verdict each; whole processes, by the clock."
    notes = {"bats": _bats_release() if found["bats"] else "npm brings it"}
    yield Table(
        "A page of echo steps", "steps/s", tuple(Row(name, rate, notes.get(name, "")) for name, rate in found.items()), about
    )


def _bats_release() -> str:
    program = shutil.which("bats", path=_path()) or "bats"
    return subprocess.run([program, "--version"], capture_output=True, text=True, check=True).stdout.strip()
