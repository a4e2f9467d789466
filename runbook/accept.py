"""Outputs of real runs as new recordings: what would change, and the overrides that say so."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from runbook.expect import Pattern, match
from runbook.extract.overrides import AcceptedOutput, Overrides, accepted, parse
from runbook.masks import SHOWN, Mask
from runbook.model import Command, Expectation, Page, Runbook, SourceError, text_sha1
from runbook.outcomes import PageOutcome, Report
from runbook.render.script_lines import places, sections
from runbook.run.scripts import observed
from runbook.visible import printable
from runbook.walking import walk


class Observed(Struct, frozen=True):
    """What one command of a runbook printed in a real run. `failed`: it did not hold there."""

    id: str
    step: str
    title: str
    command: Command
    occurrence: int
    expected: Expectation
    output: tuple[str, ...]
    failed: bool

    @property
    def pattern(self) -> Pattern:
        return Pattern(self.expected.patterns, self.expected.unordered, self.expected.exit)


class Run(Struct, frozen=True):
    """What a run printed, by the script's ids: command and lines (`output` None: read from `kept` by the nearest way), and whether it
    held. `where` names the report, `note` the host and date."""

    where: str
    note: str
    commands: Mapping[str, str]
    outputs: Mapping[str, tuple[str, ...]]
    failed: frozenset[str]
    kept: Path | None = None


def of_report(report: Report, where: str, page: Page, host: str | None = None) -> Run:
    """The page's run out of a report, of a fleet's that on `host`. Raises SourceError when the report has none, one of another
    revision, or several and no word which host's it should be."""
    found = [each for each in report.pages if each.page.title == page.title and host in (None, each.host or report.host)]
    if not found:
        raise SourceError(where, f"has no run of the page {page.title!r}" + ("" if host is None else f" on {host}"))
    hosts = list(dict.fromkeys(each.host for each in found))
    if len(hosts) > 1:
        raise SourceError(where, f"has runs of the page {page.title!r} on {', '.join(hosts)}; choose one with --host NAME")
    outcome = found[-1]
    here = page.revision.sha1 or text_sha1(page.text)
    if outcome.page.sha1 != here:
        ids = (outcome.page.revision, page.revision.id)
        said = f"revision {ids[0]}" if None not in ids and ids[0] != ids[1] else "another text"
        raise SourceError(where, f"is of {said} of {page.title!r} than the source has: run `runbook verify` again")
    note = f"{outcome.host or report.host}, {outcome.date}"
    results = [result for step in outcome.steps for result in step.results if result.output is not None]
    return Run(
        where,
        note + (f", revision {outcome.page.revision}" if outcome.page.revision else ""),
        {result.id: result.command or "" for result in results},
        {result.id: result.output or () for result in results},
        _failed(outcome),
    )


def _failed(outcome: PageOutcome) -> frozenset[str]:
    every = (result for step in outcome.steps for result in step.results)
    return frozenset(result.id for result in every if result.diff and result.verdict in ("fails", "follows"))


def of_folder(folder: Path, page: Page) -> Run:
    """The run whose outputs a script kept in a folder (--keep-output). Raises SourceError when they are of another page or revision."""
    where = str(folder)
    try:
        title, revision = (folder / "page").read_text("utf-8").split("\n")[:2]
        paths = sorted(folder.glob("*.command"))
        commands = {path.name.removesuffix(".command"): path.read_text("utf-8").removesuffix("\n") for path in paths}
    except (FileNotFoundError, NotADirectoryError, ValueError, UnicodeDecodeError) as error:
        what = f"{error.filename}: {error.strerror}" if isinstance(error, OSError) else str(error)
        raise SourceError(where, f"is no folder of outputs that a script kept (--keep-output): {what}") from error
    now = "" if page.revision.id is None else str(page.revision.id)
    if (title, revision) != (page.title, now):
        said = f"revision {revision or 'unknown'} of {title!r}"
        raise SourceError(where, f"is of {said}, and the source has revision {now or 'unknown'} of {page.title!r}")
    return Run(where, f"outputs kept in {folder.name}", commands, {}, frozenset(), folder)


def observations(runbook: Runbook, run: Run) -> list[Observed]:
    """The commands of `runbook` that have a recorded output and ran. Raises SourceError, with its place, for a command that was
    another one in the run."""
    mask = Mask(runbook.parameters)
    steps = {part.ordinal: (part.id, part.title) for part in sections(runbook)}
    within = {id(step) for step in _in_steps(runbook)}
    counts: Counter[tuple[str, str]] = Counter()
    out = []
    for place in places(runbook):
        node, number = place.node, int(place.id.partition(".")[0])
        if not isinstance(node, Command):
            continue
        step, title = steps[number]
        counts[step, node.text] += 1
        expected = node.expected
        if place.id not in run.commands or expected is None or not expected.text or id(node) not in within:
            continue
        if run.commands[place.id] not in (node.text, mask.over(node.text)):
            was = run.commands[place.id]
            raise SourceError(
                f"{run.where}: {place.id}", f"ran {was!r}, and line {node.lines[0]} of the source says {node.text!r}"
            )
        out.append(_observed(run, runbook, Observed(place.id, step, title, node, counts[step, node.text], expected, (), False)))
    return [each for each in out if each is not None]


def _observed(run: Run, runbook: Runbook, found: Observed) -> Observed | None:
    """With its output, if there is one."""
    output: Sequence[str] | None = run.outputs.get(found.id)
    if run.kept is not None:
        output = observed(run.kept, found.id, found.pattern)
    if output is None:
        return None
    failed = match(found.pattern, output) is not None if run.kept is not None else found.id in run.failed
    return replace(found, output=tuple(_unmasked(line, runbook, run, found.id) for line in output), failed=failed)


def _unmasked(line: str, runbook: Runbook, run: Run, name: str) -> str:
    """The page's own value in the place of what a report hides."""
    if SHOWN not in line:
        return line
    secrets = {each.value for each in runbook.parameters if each.secret}
    if len(secrets) != 1:
        raise SourceError(
            f"{run.where}: {name}", "has a secret in its output, and the page has several: write the override by hand"
        )
    return line.replace(SHOWN, secrets.pop())


def _in_steps(runbook: Runbook) -> Iterator[Command]:
    return (node for node in walk(runbook.steps) if isinstance(node, Command))


# --- the overrides ----------------------------------------------------------------------------------------------------


def new_pattern(found: Observed, outputs: Sequence[AcceptedOutput], values: Mapping[str, str]) -> Pattern:
    """The pattern when `outputs` count beside the page's recording."""
    bare = replace(found.expected, patterns=(), unordered=(), exit=None)
    expected = accepted(bare, found.command.text, outputs, values)
    return Pattern(expected.patterns, expected.unordered, expected.exit)


def entries(overrides: Overrides, title: str, found: Observed) -> tuple[AcceptedOutput, ...]:
    """What the overrides have for a command already."""
    page = overrides.pages.get(title)
    said = page.steps.get(found.step) if page else None
    mine = (found.command.text, found.occurrence)
    return tuple(each for each in said.outputs if (each.command, each.occurrence) == mine) if said else ()


def entry(found: Observed, *, instead: bool) -> AcceptedOutput:
    """The override that takes what was observed."""
    return AcceptedOutput(found.command.text, ("\n".join(found.output),), found.occurrence, instead)


def appended(text: str, title: str, taken: Sequence[tuple[Observed, AcceptedOutput]], note: str, source: str) -> str:
    """The file's text with entries after all that it has. Raises SourceError where none can be added there, or when it was wrong."""
    parse(text, source)
    out = text if not text or text.endswith("\n") else text + "\n"
    for found, one in taken:
        out += ("\n" if out else "") + _written(title, found.step, one, note)
    try:
        tomllib.loads(out)
    except tomllib.TOMLDecodeError as error:
        raise SourceError(source, f"can't be added to ({error}): write what it says of {title!r} as [tables]") from error
    return out


def _written(title: str, step: str, one: AcceptedOutput, note: str) -> str:
    lines = [f"[[{_key(title)}.steps.{_key(step)}.outputs]] # {printable(note)}", f"command = {_string(one.command)}"]
    lines += [f"occurrence = {one.occurrence}"] if one.occurrence > 1 else []
    lines += ["instead = true"] if one.instead else []
    return "\n".join(lines) + f"\nrecordings = [{', '.join(map(_block, one.recordings))}]\n"


def _key(text: str) -> str:
    return text if re.fullmatch(r"[A-Za-z0-9_-]+", text) else _string(text)


def _string(text: str) -> str:
    """A basic string (TOML 1.0): what can't be seen is written as an escape."""
    return '"' + "".join(map(_character, text)).replace('"', '\\"') + '"'


def _block(text: str) -> str:
    """A multi-line basic string, a line each."""
    lines = ["".join(map(_character, line)) for line in text.split("\n")]
    return '"""\n' + "\n".join(line.replace('""', '"\\"') for line in lines) + '"""' if lines[-1][-1:] != '"' else _string(text)


def _character(char: str) -> str:
    if char == "\\":
        return "\\\\"
    seen = printable(char)
    if seen == char and char != "\t":
        return char
    return f"\\u{ord(char):04X}" if ord(char) < 0x10000 else f"\\U{ord(char):08X}"
