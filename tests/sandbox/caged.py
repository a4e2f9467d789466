"""Runbooks of commands for a sandbox, and what is looked at on the host meanwhile."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from msgspec.structs import replace
from runbook.checks import post_conditions
from runbook.model import Command, Effect, Elision, Expectation, Manual, Page, PageInfo, Revision, Runbook, Step
from runbook.outcomes import PageOutcome, Result
from runbook.run.processes import Running
from runbook.run.scripts import Job, Options, job
from runbook.sandbox.check import Cage, check

MEMORY = 256 * 2**20
Carried = Callable[..., PageOutcome]
"""Carries out commands, a step each: the fixture `carry`."""


def job_of(commands: Sequence[str | Command | Manual]) -> Job:
    """A job with a step for each command; whatever one prints is what it should print, so that a report tells it."""
    steps = []
    for n, each in enumerate(commands, 1):
        node = command(each) if isinstance(each, str) else each
        steps.append(Step(f"step-{n}", str(n), f"Step {n}", True, (n, n), (node,)))
    info = PageInfo("Page", None, None, "wikitext", Revision())
    made = job(Page("Page", "text"), Runbook(page=info, preamble=(), steps=tuple(steps), closing=()), "Page.wiki")
    assert made is not None
    return made


def command(text: str, effects: tuple[Effect, ...] = ("unknown",)) -> Command:
    """A command with the post-conditions that are known of it."""
    bare = Command((1, 1), text, effects=effects, expected=Expectation((1, 1), ("...",), patterns=(Elision(),)))
    return replace(bare, checks=post_conditions(bare))


def carried(commands: Sequence[str | Command | Manual], cage: Cage, timeout: int) -> PageOutcome:
    """What becomes of a page of these commands."""
    return check(job_of(commands), Options(timeout=timeout), cage, Running())


def results(found: PageOutcome) -> dict[str, Result]:
    """The commands' own results, by id."""
    assert found.problem is None, found.problem
    return {result.id: result for step in reversed(found.steps) for result in reversed(step.results)}


def said(found: PageOutcome) -> str:
    """All that a report tells of what commands printed."""
    return "\n".join(
        line
        for step in found.steps
        for result in step.results
        for line in (result.reason, *result.messages, *(result.output or ()), *(row.text for row in result.diff))
    )


def running(mark: str) -> list[int]:
    """The processes of this host whose command line holds `mark`."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            if mark.encode() in path.read_bytes():
                found.append(int(path.parent.name))
    return found
