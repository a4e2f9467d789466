"""`runbook verify --inventory`: the same on the hosts of an inventory, through Ansible."""

# ruff: noqa: PLC0415  # the imports: `runbook --help` must not wait for what it does not use

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from typing import TYPE_CHECKING

from runbook.cli.progress import Progress
from runbook.model import SourceError

if TYPE_CHECKING:
    from runbook.outcomes import PageOutcome
    from runbook.run.scripts import Job, Options


def checked(arguments: Namespace) -> None:
    """Raises SourceError for options that have no meaning with, or without, an inventory."""
    if arguments.inventory is None:
        for name in ("limit", "forks", "become"):
            if getattr(arguments, name):
                raise SourceError(f"--{name}", "is for hosts of an --inventory")
    elif arguments.jobs != 1:
        raise SourceError("--jobs", "is for this host; with --inventory say --forks, so many hosts at once")


def run(jobs: Sequence[Job], options: Options, arguments: Namespace) -> list[PageOutcome]:
    """The outcomes of all pages on all hosts."""
    from runbook.fleet.ansible import Inventory
    from runbook.fleet.check import Watcher, check
    from runbook.run.processes import Running

    inventory = Inventory(arguments.inventory, arguments.limit or "", arguments.forks, arguments.become)
    numbers: dict[str, int] = {}
    begun: set[str] = set()
    with Progress(0, "hosts") as progress:

        def hosts(names: Sequence[str]) -> None:
            numbers.update((name, n) for n, name in enumerate(names))
            progress.expect(len(names))

        def begins(host: str, title: str) -> None:
            if host not in begun:
                progress.begin(numbers[host], host)
            begun.add(host)
            progress.step(numbers[host], title)

        def ends(host: str, words: str) -> None:
            progress.end(numbers[host], words)

        return check(jobs, options, inventory, Running(), Watcher(hosts, begins, ends))
