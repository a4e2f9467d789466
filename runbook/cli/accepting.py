"""`runbook accept`: outputs of a real run as new recordings, into the overrides."""

# ruff: noqa: PLC0415  # the imports: `runbook --help` must not wait for what it does not use

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from runbook.cli.inputs import single
from runbook.cli.terminal import STDIN, complain, output, show
from runbook.model import Page, Runbook, SourceError
from runbook.visible import printable

if TYPE_CHECKING:
    from runbook.accept import Observed, Run
    from runbook.extract import Project
    from runbook.extract.overrides import AcceptedOutput, Overrides

_WAITING = 3


def accept(arguments: Namespace) -> int:
    from runbook import project

    if arguments.file == "-":
        raise SourceError(STDIN, "name the file: the overrides stand beside it")
    path = project.overrides_path(Path(arguments.file))
    # Before all else that reads it: what others write from now on is seen at the end.
    before = path.read_text("utf-8") if path.exists() else ""
    page, runbook = single(arguments)
    run = _run(arguments, page)
    known = project.load(Path(), Path(arguments.file))
    taken: list[tuple[Observed, AcceptedOutput]] = []
    waiting = 0
    for found in _chosen(runbook, run, arguments.step):
        answer = _answer(found, page, runbook, known.overrides, arguments)
        if answer is None:
            waiting += 1
        else:
            taken.append((found, answer))
    if taken:
        _write(path, before, page, taken, run.note, known)
        print(f"{len(taken)} {'output' if len(taken) == 1 else 'outputs'} accepted in {printable(path)}")
    return _WAITING if waiting else 0


def _run(arguments: Namespace, page: Page) -> Run:
    from msgspec import DecodeError, ValidationError

    from runbook.accept import of_folder, of_report
    from runbook.outcomes import report_from_json

    if arguments.keep is not None:
        return of_folder(Path(arguments.keep), page)
    try:
        report = report_from_json(Path(arguments.report).read_bytes())
    except (DecodeError, ValidationError) as error:
        raise SourceError(arguments.report, f"is no report of `runbook verify --report`: {error}") from error
    return of_report(report, arguments.report, page, arguments.host)


def _chosen(runbook: Runbook, run: Run, step: str | None) -> list[Observed]:
    """What did not hold; with a step, all that it printed. Raises SourceError for a step without outputs."""
    from runbook.accept import observations
    from runbook.expect import match

    every = observations(runbook, run)
    if step is None:
        # What was accepted since holds by now, and is not asked again.
        found = [each for each in every if each.failed and match(each.pattern, each.output) is not None]
        if not found:
            complain(f"{run.where}: nothing printed something else than the page recorded")
        return found
    found = [each for each in every if step in (each.step, each.id, each.id.partition(".")[0])]
    if not found:
        known = ", ".join(dict.fromkeys(each.step for each in every)) or "none"
        raise SourceError("--step", f"{step!r} has no output in {run.where}; these have: {known}")
    return found


# --- the question -----------------------------------------------------------------------------------------------------


def _answer(found: Observed, page: Page, runbook: Runbook, overrides: Overrides, arguments: Namespace) -> AcceptedOutput | None:
    """Shows what would change and asks; None for a no, and where nobody can say yes."""
    from runbook.accept import entries, entry, new_pattern
    from runbook.expect import match
    from runbook.report.acceptance import acceptance

    values = {each.name: each.value for each in runbook.parameters}
    had = entries(overrides, page.title, found)
    instead: bool = arguments.instead
    while True:
        one = entry(found, instead=instead)
        new = new_pattern(found, (*had, one), values)
        if match(new, found.output) is not None and not instead:
            instead = True  # no pattern holds for both
            continue
        show(acceptance(found, new, instead=instead), sys.stdout)
        if arguments.yes:
            return one
        if not sys.stdin.isatty():
            complain(f"{found.id}: say --yes to accept it")
            return None
        match _ask(instead):
            case "y" | "yes":
                return one
            case "i" | "instead":
                instead = True
            case "b" | "beside":
                instead = False
            case _:
                return None


def _ask(instead: bool) -> str:
    other = "beside the page's recording" if instead else "instead of the page's recording"
    try:
        return input(f"     accept it? [yes, no, {'beside' if instead else 'instead'} ({other})] > ").strip().lower()
    except EOFError:
        print()
        return "no"


def _write(
    path: Path, before: str, page: Page, taken: Sequence[tuple[Observed, AcceptedOutput]], note: str, known: Project
) -> None:
    """Adds to the overrides, all or nothing. Raises SourceError when they were changed meanwhile, or when the page would not expect
    what was accepted."""
    from msgspec.structs import replace

    from runbook.accept import appended
    from runbook.atomic import alone
    from runbook.expect import Pattern, match
    from runbook.extract import extract_many
    from runbook.extract.overrides import parse
    from runbook.render.script_lines import places

    text = appended(before, page.title, taken, note, str(path))

    (again,) = extract_many([page], replace(known, overrides=parse(text, str(path))))
    nodes = {place.id: place.node for place in places(again)}
    for found, _ in taken:
        expected = getattr(nodes.get(found.id), "expected", None)
        if expected is None or match(Pattern(expected.patterns, expected.unordered, expected.exit), found.output) is not None:
            raise SourceError(
                f"{path}: {found.id}",
                "something there says more exactly what to expect, so that the output would not hold: mend that",
            )
    with alone(path.parent):
        if (path.read_text("utf-8") if path.exists() else "") != before:
            raise SourceError(str(path), "was changed meanwhile; nothing is written: accept again")
        with output(str(path)) as stream:
            stream.write(text)
