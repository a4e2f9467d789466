"""Pages verified on the hosts of an inventory: an outcome for each page on each host, whatever becomes of the others."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct
from msgspec.structs import replace

from runbook.fleet.ansible import Inventory, Shipped, run
from runbook.fleet.ansible import Told as Happened
from runbook.fleet.carrier import Sent, carrier, received
from runbook.outcomes import PageOutcome
from runbook.render.script_lines import places
from runbook.run.processes import Ended, Running
from runbook.run.scripts import Job, Options, Told, names_of, outcome, own, words

_MARGIN = 120
"""Seconds for a page beyond those that its commands may take: to connect, to ship, to come back."""
_UNKNOWN_PLACES = 100
"""Commands that a script may have whose page is not at hand."""


class Watcher(Struct, frozen=True):
    """Who is told what happens: which hosts there are, which host begins with which page, and how a host ended."""

    hosts: Callable[[Sequence[str]], None]
    begins: Callable[[str, str], None]
    ends: Callable[[str, str], None]


def check(jobs: Sequence[Job], options: Options, inventory: Inventory, running: Running, watcher: Watcher) -> list[PageOutcome]:
    """Runs the scripts in check mode on all hosts; the outcomes page by page, each with its hosts in the inventory's order.

    A host's own `runbook_set` and `runbook_role` are what its inventory says; `options` go before them. Raises SourceError
    when Ansible is not there or finds no host.
    """
    files = [Shipped(carrier(job.script, names_of(job), words(own(options, job))), _seconds(job, options)) for job in jobs]
    fleet = _Fleet(jobs, options, watcher)
    problem = run(files, inventory, running, fleet.heard)
    return fleet.outcomes(problem)


def _seconds(job: Job, options: Options) -> int:
    """What a page may take: each command and each check of what it leaves its time-out."""
    commands = sum(1 for _ in places(job.runbook)) if job.runbook else _UNKNOWN_PLACES
    return 2 * commands * options.timeout + _MARGIN


class _Fleet:
    """What is known of each host so far."""

    def __init__(self, jobs: Sequence[Job], options: Options, watcher: Watcher) -> None:
        self._jobs = jobs
        self._options = options
        self._watcher = watcher
        self._names = set().union(*map(names_of, jobs))
        self._hosts: list[str] = []
        self._began: dict[tuple[str, int], tuple[float, str]] = {}
        self._done: dict[tuple[str, int], PageOutcome] = {}
        self._lost: dict[str, str] = {}

    def heard(self, what: list[str] | Happened) -> None:
        """Something that Ansible tells."""
        if isinstance(what, list):
            self._hosts = what
            self._watcher.hosts(what)
        elif what.event == "start":
            self._began[what.host, what.page] = time.monotonic(), _now()
            self._watcher.begins(what.host, self._jobs[what.page].page.title)
        else:
            self._ended(what)

    def _ended(self, what: Happened) -> None:
        if what.event == "unreachable":
            self._lost[what.host] = f"unreachable: {_one_line(what.message).removeprefix('Task failed: ')}"
            self._done[what.host, what.page] = self._nothing(what.host, what.page, self._lost[what.host])
        else:
            self._done[what.host, what.page] = self._outcome(what)
        if what.host in self._lost or what.page == len(self._jobs) - 1:
            self._watcher.ends(what.host, self._lost.get(what.host, "done"))

    def outcomes(self, problem: str) -> list[PageOutcome]:
        """All of them; what never came back is told as such."""
        return [
            self._done.get((host, page)) or self._nothing(host, page, self._lost.get(host) or problem or "Ansible told no result")
            for page in range(len(self._jobs))
            for host in self._hosts
        ]

    def _outcome(self, what: Happened) -> PageOutcome:
        """A page that came to its end, or to one of its own."""
        try:
            sent = received(what.stdout)
        except ValueError as error:
            return self._nothing(what.host, what.page, str(error))
        if what.status is None and not sent.events:
            return self._nothing(what.host, what.page, _one_line(what.message))
        try:
            return self._gathered(what, sent)
        except ValueError as error:
            return self._nothing(what.host, what.page, f"it printed what is no report: {error}")

    def _gathered(self, what: Happened, sent: Sent) -> PageOutcome:
        job = self._jobs[what.page]
        # The user's values go before the host's own.
        options = own(replace(self._options, values=(*sent.values, *self._options.values)), job)
        status = 2 if what.status is None else what.status
        cut = ", ".join(sorted({name for name, _ in sent.values} - self._names))
        cut = f"runbook_set names what no page has as a parameter: {cut}" if cut else ""
        complaints = "\n".join((what.stderr, sent.complaints, *([what.message] if what.status is None else [])))
        with TemporaryDirectory(prefix="runbook-") as name:
            for file, data in sent.kept.items():
                (Path(name) / file).write_bytes(data)
            told = Told(sent.events, Path(name), Ended(status, _told_by(complaints), cut))
            date, seconds = self._time(what.host, what.page)
            return outcome(job, options, told, date=date, seconds=seconds, host=what.host)

    def _nothing(self, host: str, page: int, problem: str) -> PageOutcome:
        date, seconds = self._time(host, page)
        told = Told((), Path(), Ended(2, "", problem))
        return outcome(self._jobs[page], self._options, told, date=date, seconds=seconds, host=host)

    def _time(self, host: str, page: int) -> tuple[str, float]:
        began, date = self._began.get((host, page), (time.monotonic(), _now()))
        return date, time.monotonic() - began


def _now() -> str:
    return datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _told_by(complaints: str) -> str:
    """Without ssh's own word at the end of each connection."""
    return "\n".join(
        line for line in complaints.splitlines() if not (line.startswith("Shared connection to ") and line.endswith(" closed."))
    )
