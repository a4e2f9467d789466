"""A rendered script run here, and what it found."""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from runbook.atomic import naming
from runbook.expect import Pattern, diff, match
from runbook.expect.normal import split_lines
from runbook.extract.secret_values import secrets_printed
from runbook.masks import Mask
from runbook.model import Command, Expectation, FileEdit, Hole, Page, Parameter, PatternRow, Runbook, text_sha1
from runbook.outcomes import Kind, PageOutcome, Result, ScriptPage, StepOutcome, Verdict, of_all
from runbook.render.script import render
from runbook.render.script_lines import places, sections
from runbook.run.processes import Ended, Running

_MARGIN = 30.0
"""Seconds beyond its own time-out for a command after which a script that says nothing hangs."""
_LARGEST = 262_144
"""Characters of an output that are taken into a report, each line counted with what a report has around it."""
_AROUND = 32


class Job(Struct, frozen=True):
    """A script to be run: its text, what it was made of, and the runbook, when it is at hand."""

    script: str
    page: ScriptPage
    runbook: Runbook | None = None


def job(page: Page, runbook: Runbook, source: str) -> Job | None:
    """The script of a runbook, `source` as the file that it comes from; None when nothing is to be done in it.
    Raises ScriptError for one that must not be written."""
    if next(places(runbook), None) is None:
        return None
    text = render(runbook)
    sha1 = page.revision.sha1 or text_sha1(page.text)
    digest = sha256(text.encode()).hexdigest()
    return Job(text, ScriptPage(page.title, digest, page.wiki, page.url, source, page.revision.id, sha1), runbook)


class Options(Struct, frozen=True):
    """What the script is asked: `timeout` is in seconds for each command, `values` are the user's own, by the parameter's name.
    With effects in `allowed` it carries the page out as far as they reach; without any it only checks."""

    to: str = ""
    only: str = ""
    start: str = ""
    """The directory where the page's steps begin."""
    role: str = ""
    timeout: int = 60
    values: tuple[tuple[str, str], ...] = ()
    allowed: tuple[str, ...] = ()
    cases: tuple[str, ...] = ()
    """The branches that are taken where a page gives a choice, by their labels."""


def names_of(job: Job) -> set[str]:
    """The parameters of a page."""
    return {parameter.name for parameter in job.runbook.parameters} if job.runbook else set()


def cases_of(job: Job) -> set[str]:
    """The labels of the branches in a page."""
    return {place.branch for place in places(job.runbook) if place.branch} if job.runbook else set()


def own(options: Options, job: Job) -> Options:
    """The options with those values only that the page has parameters for, and the cases that it has."""
    names, cases = names_of(job), set(map(str.lower, cases_of(job)))
    return replace(
        options,
        values=tuple((name, value) for name, value in options.values if name in names),
        cases=tuple(case for case in options.cases if case.lower() in cases),
    )


class Event(Struct):
    """A line of the script's JSON report; which of these it has depends on `event`."""

    event: str
    id: str = ""
    number: int = 0
    title: str = ""
    verdict: str = ""
    what: str = ""
    reason: str = ""
    detail: tuple[str, ...] = ()
    may_follow_from: tuple[str, ...] = ()
    words: str = ""


_events = msgspec.json.Decoder(Event)


def read_event(line: bytes) -> Event:
    """A line of a script's JSON report. Raises msgspec.DecodeError for anything else."""
    return _events.decode(line)


def check(job: Job, options: Options, running: Running, tell: Callable[[str], None] = lambda _: None) -> PageOutcome:
    """Runs the script: what is known to read only, and nothing else but what `options` allow. `tell` is given each step's title as it
    begins."""
    began, date = time.monotonic(), datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    with TemporaryDirectory(prefix="runbook-") as name:
        script, kept = Path(name) / "verify.sh", Path(name) / "kept"
        with naming(script):
            script.write_text(job.script, encoding="utf-8")
        events: list[Event] = []

        def listen(line: bytes) -> None:
            heard = read_event(line)
            events.append(heard)
            if heard.event == "step":
                tell(heard.title)

        ended = Ended(2, "")
        try:
            ended = running.run(
                [str(script), *words(options), f"--keep-output={kept}"], listen, silence=options.timeout + _MARGIN
            )
        except msgspec.DecodeError as error:
            ended = Ended(2, "", f"it printed what is no report: {error}")
        return outcome(job, options, Told(tuple(events), kept, ended), date=date, seconds=time.monotonic() - began)


class Told(Struct, frozen=True):
    """What a script's run gave: its report, the directory with the outputs that it kept, and how it ended."""

    events: tuple[Event, ...]
    kept: Path
    ended: Ended


def outcome(job: Job, options: Options, told: Told, *, date: str, seconds: float, host: str = "") -> PageOutcome:
    """What a run found, without the values of secrets. Raises ValueError for events that are no script's."""
    steps = _steps(job, told.events, told.kept, options)
    problem = told.ended.cut or _complaint(told.ended, told.events)
    done = PageOutcome(
        page=job.page,
        verdict=of_all([step.verdict for step in steps]),
        exit=2 if problem else told.ended.status,
        date=date,
        seconds=round(seconds, 3),
        summary=tuple(event.words for event in told.events if event.event == "end"),
        steps=steps,
        problem=problem or None,
        host=host,
    )
    return masked(done, mask_of(job.runbook, options))


def words(options: Options) -> list[str]:
    """The script's arguments for a run whose report is for us."""
    named = (
        ("yes", ",".join(options.allowed)),
        ("to", options.to),
        ("only", options.only),
        ("in", options.start),
        ("role", options.role),
        ("timeout", str(options.timeout)),
    )
    said = [f"--{name}={value}" for name, value in named if value]
    return [
        "--apply" if options.allowed else "--check",
        "--format=json",
        *said,
        *(f"--case={case}" for case in options.cases),
        *(f"--set={name}={value}" for name, value in options.values),
    ]


def _complaint(ended: Ended, events: Sequence[Event]) -> str:
    """Why there is no whole report, if there is none."""
    if any(event.event == "end" for event in events):
        return ""
    told = [line.removeprefix("verify: ") for line in ended.complaints.splitlines() if line]
    return "; ".join(told[:5]) or f"it ended with status {ended.status} before its report was complete"


# --- events to results ------------------------------------------------------------------------------------------------


def _steps(job: Job, events: Sequence[Event], kept: Path, options: Options) -> tuple[StepOutcome, ...]:
    nodes = _nodes(job.runbook, options)
    titles = {event.number: event for event in events if event.event == "step"}
    ids = {part.ordinal: (part.id, part.title) for part in sections(job.runbook)} if job.runbook else {}
    found: dict[int, list[Result]] = {}
    seen: set[str] = set()
    for event in events:
        if event.event == "result":
            number = int(event.id.partition(".")[0])
            node = None if event.id in seen else nodes.get(event.id)
            found.setdefault(number, []).append(_result(event, node, event.id in seen, kept))
            seen.add(event.id)
    return tuple(
        StepOutcome(*_named(number, ids, titles), of_all([result.verdict for result in results]), tuple(results))
        for number, results in found.items()
    )


def _named(number: int, ids: Mapping[int, tuple[str, str]], told: Mapping[int, Event]) -> tuple[str, int, str]:
    """Id, number and title of a step: the runbook's own, else as its script told."""
    event = told.get(number, Event("step"))
    known = ids.get(number, (event.id, event.title))
    return known[0], number, known[1]


class _Done(Struct, frozen=True):
    """What a runbook says of one thing to be done, the user's values in the place of the page's."""

    kind: Kind
    command: str = ""
    occurrence: int = 1
    pattern: Pattern | None = None


def _nodes(runbook: Runbook | None, options: Options) -> dict[str, _Done]:
    if runbook is None:
        return {}
    counts: Counter[tuple[str, str]] = Counter()
    out: dict[str, _Done] = {}
    swaps = _swaps(runbook.parameters, options)
    for place in places(runbook):
        node = place.node
        if isinstance(node, Command):
            step = place.id.partition(".")[0]
            counts[step, node.text] += 1
            out[place.id] = _Done("command", node.text, counts[step, node.text], _pattern(node.expected, swaps))
        else:
            out[place.id] = _Done("edit" if isinstance(node, FileEdit) else "manual")
    return out


def _swaps(parameters: Iterable[Parameter], options: Options) -> list[tuple[str, str]]:
    """Values of the page and what the user put in their place."""
    values = dict(options.values)
    return [(each.value, values[each.name]) for each in parameters if each.name in values and each.value]


def _pattern(expected: Expectation | None, swaps: Sequence[tuple[str, str]]) -> Pattern | None:
    if expected is None or not expected.patterns:
        return None
    return Pattern(tuple(_swapped(row, swaps) for row in expected.patterns), expected.unordered, expected.exit)


def _swapped(row: PatternRow, swaps: Sequence[tuple[str, str]]) -> PatternRow:
    if not isinstance(row, tuple):
        return row
    out: list[str | Hole] = []
    for piece in row:
        if isinstance(piece, str):
            for old, new in swaps:
                piece = piece.replace(old, new)
        out.append(piece)
    return tuple(out)


def _result(event: Event, done: _Done | None, again: bool, kept: Path) -> Result:
    verdict: Verdict = "holds" if event.verdict == "holds" else "fails" if event.verdict == "fails" else "not-run"
    follows = event.may_follow_from[0] if event.may_follow_from else None
    kind: Kind = "check" if again else done.kind if done else "command"
    result = Result(
        id=event.id,
        kind=kind,
        what=event.what,
        verdict="follows" if follows and verdict == "fails" else verdict,
        reason=event.reason,
        messages=event.detail,
        follows_from=follows,
    )
    if done is None or done.pattern is None:
        return result
    output = observed(kept, event.id, done.pattern)
    if output is None:
        return result
    result = replace(result, command=done.command, occurrence=done.occurrence)
    if sum(len(line) + _AROUND for line in output) > _LARGEST:
        return result
    differing = diff(done.pattern, output) if verdict == "fails" else ()
    return replace(result, output=tuple(output), diff=differing)


def observed(kept: Path, name: str, pattern: Pattern) -> list[str] | None:
    """The lines that a command printed, of those that a script kept (`NAME.out` and `NAME.err`): standard output, or both as a
    terminal would mix them, whichever comes nearest to the pattern. None when it did not run."""
    try:
        out, err = ((kept / f"{name}.{end}").read_bytes().decode("utf-8", "replace") for end in ("out", "err"))
    except FileNotFoundError:
        return None
    ways = [split_lines(each) for each in (out, err + out, _joined(out, err))] if err else [split_lines(out)]
    return min(ways, key=lambda lines: _distance(pattern, lines))


def _joined(first: str, second: str) -> str:
    return first + ("\n" if first and not first.endswith("\n") else "") + second


def _distance(pattern: Pattern, lines: Sequence[str]) -> int:
    found = match(pattern, lines)
    return 0 if found is None else len(found.missing) + len(found.added)


# --- secrets ----------------------------------------------------------------------------------------------------------


def mask_of(runbook: Runbook | None, options: Options) -> Mask:
    """What hides the secrets: the page's own and the user's."""
    if runbook is None:
        return Mask(())
    values = dict(options.values)
    own = [replace(each, value=values[each.name]) for each in runbook.parameters if each.name in values]
    return Mask([*runbook.parameters, *own])


def masked(outcome: PageOutcome, mask: Mask) -> PageOutcome:
    """The outcome without the secrets' values wherever text of the page or of an output stands: those of the page and the user, and what a
    program printed as one ("token=…")."""
    printed = Mask(
        Parameter("", value, "string", True, ())
        for step in outcome.steps
        for one in step.results
        for line in (*(one.output or ()), *one.messages, *(row.text for row in one.diff))
        for value in secrets_printed(line)
    )

    def hide(text: str) -> str:
        return printed.over(mask.over(text))

    def every(texts: Iterable[str]) -> tuple[str, ...]:
        return tuple(map(hide, texts))

    def result(one: Result) -> Result:
        return replace(
            one,
            what=hide(one.what),
            reason=hide(one.reason),
            messages=every(one.messages),
            command=None if one.command is None else hide(one.command),
            output=None if one.output is None else every(one.output),
            diff=tuple(
                line if hide(line.text) == line.text else replace(line, text=hide(line.text), marks=()) for line in one.diff
            ),
        )

    steps = tuple(
        replace(
            step,
            id=mask.over_slug(step.id),
            title=hide(step.title),
            results=tuple(map(result, step.results)),
            changes=tuple(replace(change, path=hide(change.path)) for change in step.changes),
        )
        for step in outcome.steps
    )
    page = replace(outcome.page, title=hide(outcome.page.title))
    problem = None if outcome.problem is None else hide(outcome.problem)
    return replace(outcome, page=page, summary=every(outcome.summary), steps=steps, problem=problem)


def default_host() -> str:
    """What this machine calls itself."""
    return os.uname().nodename
