"""What runs of verification scripts found: a report with an outcome for each page, each step and each thing done in it.

The JSON form is described in docs/reference/report.md, its schema is docs/reference/report.schema.json.
"""

from __future__ import annotations

from typing import Any, Literal

import msgspec
from msgspec import Struct

from runbook.expect import DiffLine

Verdict = Literal["holds", "fails", "follows", "not-run"]
"""`follows`: it does not hold, and something that does not hold before it may be why."""
VERDICTS: tuple[Verdict, ...] = ("fails", "follows", "holds", "not-run")
"""All of them, the one that decides about a whole first."""
Kind = Literal["command", "edit", "manual", "check"]
Files = Literal["confirm", "contradict"]


class Result(Struct, frozen=True, omit_defaults=True):
    """One thing that was looked at.

    `id` is that of the script ("2.1": the first thing to be done in the second step), shared by a command and the checks of what
    it leaves; `what` says it in one line, `reason` why it has that verdict, `messages` more of it, a line each. `follows_from` is the
    id of what failed before, or was left out. `files`: whether the file changes that a sandbox saw confirm or contradict a check; null
    where they can't tell. Of a command that ran and has a recorded output: `command` is its text, `occurrence` counts the same
    command within its step from 1, `output` what was printed now, `diff` that against what was expected.
    """

    id: str
    kind: Kind
    what: str
    verdict: Verdict
    reason: str = ""
    messages: tuple[str, ...] = ()
    follows_from: str | None = None
    command: str | None = None
    occurrence: int = 1
    output: tuple[str, ...] | None = None
    diff: tuple[DiffLine, ...] = ()
    files: Files | None = None


class FileChange(Struct, frozen=True):
    """A change of a file that was seen in a sandbox, after the thing done with the script's `id` and before the next. What in `path`
    is no UTF-8 is escaped. `what` it is, is empty where a container's engine does not tell."""

    id: str
    kind: Literal["added", "modified", "deleted"]
    path: str
    what: Literal["file", "directory", "link", "other", ""]


class StepOutcome(Struct, frozen=True, omit_defaults=True):
    """A step: `id` is the runbook's, `number` its place in the script, from 1 (0: before the first step). In a sandbox: `changes` of
    files, by path for each thing done, and how many there are beyond those that are told."""

    id: str
    number: int
    title: str
    verdict: Verdict
    results: tuple[Result, ...]
    changes: tuple[FileChange, ...] = ()
    more_changes: int = 0


class ScriptPage(Struct, frozen=True):
    """Which page a script was made of, as far as it is known: `source` is the file, `sha1` that of the page's text, `script` the
    SHA-256 of the script's text."""

    title: str
    script: str
    wiki: str | None = None
    url: str | None = None
    source: str = ""
    revision: int | None = None
    sha1: str | None = None


class PageOutcome(Struct, frozen=True, omit_defaults=True):
    """The run of one script: `exit` is its exit code (docs/reference/exit-codes.md), `summary` its last words, `seconds` how long it
    took. `problem` says why there is no whole result, then `exit` is 2. `host` is the host of a fleet that it ran on, by its name in the
    inventory; empty for that of the report. `sandbox` is what held the sandbox (bubblewrap, docker, podman) in which the page was carried
    out from scratch; empty for a check of a host."""

    page: ScriptPage
    verdict: Verdict
    exit: int
    date: str
    seconds: float
    summary: tuple[str, ...] = ()
    steps: tuple[StepOutcome, ...] = ()
    problem: str | None = None
    host: str = ""
    sandbox: str = ""


class Report(Struct, frozen=True, kw_only=True):
    """A run of `runbook verify`: `date` is ISO 8601 in UTC, `host` what the user calls the machine that was looked at, or the
    fleet: then each of `pages` has a host of its own, and a page stands there once for each host."""

    format: Literal[1] = 1
    generator: str
    date: str
    host: str
    pages: tuple[PageOutcome, ...]


def of_all(verdicts: list[Verdict]) -> Verdict:
    """The verdict on a whole: the gravest, "not-run" of nothing."""
    return min(verdicts, key=VERDICTS.index, default="not-run")


LEFT_OUT = "not provable in a sandbox"
"""How the reason begins why something was left out there (templates/sandbox.sh)."""


def left_out(result: Result) -> bool:
    """Whether a sandbox has no way to show it."""
    return result.verdict == "not-run" and result.reason.startswith(LEFT_OUT)


_WORST = (2, 1, 3, 0)


def exit_code(pages: tuple[PageOutcome, ...]) -> int:
    """The exit code of several runs: trouble before a finding, a finding before waiting; 3 when nothing was run."""
    return min((page.exit if page.exit in _WORST else 2 for page in pages), key=_WORST.index, default=3)


_decoder = msgspec.json.Decoder(Report)


def report_from_json(data: str | bytes) -> Report:
    """A report out of its JSON. Raises msgspec.ValidationError for another format or shape, msgspec.DecodeError for no JSON."""
    return _decoder.decode(data)


def schema() -> dict[str, Any]:
    """The JSON schema (2020-12) of a report."""
    return msgspec.json.schema(Report)
