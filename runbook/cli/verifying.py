"""`runbook verify`: scripts run here, in check mode, and what they found."""

# ruff: noqa: PLC0415  # the imports: `runbook --help` must not wait for what it does not use

from __future__ import annotations

import signal
from argparse import Namespace
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, TextIO

from runbook import model
from runbook.cli import fleet, sandbox
from runbook.cli.inputs import extracted, name_of, only, place_of, read
from runbook.cli.progress import Progress
from runbook.cli.terminal import complain, output, show
from runbook.model import Page, Runbook, SourceError
from runbook.visible import printable_json

if TYPE_CHECKING:
    from runbook.lock import Lock
    from runbook.outcomes import PageOutcome, Report
    from runbook.run.processes import Running
    from runbook.run.scripts import Job, Options

_SCRIPT_SUFFIX = ".sh"


class DriftedError(Exception):
    """A rendered script whose page says something else by now: the message says which, and what to do. Nothing is run then."""


def verify(arguments: Namespace) -> int:
    from datetime import UTC, datetime

    from runbook import __version__
    from runbook.outcomes import Report, exit_code
    from runbook.run.scripts import default_host

    fleet.checked(arguments)
    sandbox.checked(arguments)
    try:
        jobs = [job for path in arguments.paths for job in _jobs(path, arguments)]
    except DriftedError as drift:
        complain(str(drift))
        return 1
    options = _options(arguments, jobs)
    date = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    # What can't be written is known before an hour's work, and the report is whole before anybody stops to read the rest.
    with output(arguments.output) as stream:
        with output(arguments.report) if arguments.report is not None else nullcontext() as report_to:
            if arguments.inventory is None:
                pages, host = _run(jobs, options, arguments), default_host()
                host = f"a sandbox on {host}" if arguments.sandbox else host
            else:
                with _ended_by_signals():
                    pages, host = fleet.run(jobs, options, arguments), Path(arguments.inventory).name or arguments.inventory
            report = Report(generator=f"runbook {__version__}", date=date, host=arguments.host_label or host, pages=tuple(pages))
            if report_to is not None:
                _write(report, "json", report_to)
        _write(report, arguments.format, stream)
    return exit_code(report.pages)


def _write(report: Report, kind: str, stream: TextIO) -> None:
    match kind:
        case "json":
            stream.write(printable_json(model.to_json(report, indent=2)) + "\n")
        case "tap":
            from runbook.report.outcomes_tap import tap

            stream.writelines(f"{line}\n" for line in tap(report))
        case "junit":
            from runbook.report.outcomes_junit import xml

            stream.write(xml(report))
        case _ if any(page.host for page in report.pages):
            from shutil import get_terminal_size

            from runbook.report.fleet import matrix

            show(matrix(report, get_terminal_size().columns), stream)
        case _:
            from runbook.report.outcomes import outcomes

            show(outcomes(report), stream)


# --- what is to be run ------------------------------------------------------------------------------------------------


def _jobs(path: str, arguments: Namespace) -> Iterator[Job]:
    if path.endswith(_SCRIPT_SUFFIX):
        yield _known(Path(path), Path(arguments.lock))
        return
    asked = 0
    for page, runbook in extracted(only(read(path, arguments.markup), arguments.page, path), path):
        if job := _job(page, runbook, path):
            asked += 1
            yield job
    if not asked:
        complain(f"{name_of(path)}: no page asks for anything to be done")


def _job(page: Page, runbook: Runbook, path: str) -> Job | None:
    """The script of a runbook; None when nothing is to be done in it. Raises SourceError for one that must not be written."""
    from runbook.render.script import ScriptError
    from runbook.run.scripts import job

    source = page.source or name_of(path)
    try:
        return job(page, runbook, source)
    except ScriptError as error:
        raise SourceError(place_of(source, page.title), str(error)) from error


def _known(path: Path, lock: Path) -> Job:
    """A rendered script, which must be one that the lock knows: nothing else is run. Raises SourceError for any other."""
    from hashlib import sha256

    from runbook.lock import read as locked
    from runbook.outcomes import ScriptPage
    from runbook.run.scripts import Job

    data = path.read_bytes()
    digest = sha256(data).hexdigest()
    known = locked(lock)
    page = known.scripts().get(digest)
    if page is None:
        raise SourceError(str(path), f"{lock} does not know this script, so that it is not run; render it from its source")
    source = lock.parent / page.source
    if _says_other(source, page.title, page.sha1):
        raise DriftedError(
            f"{path}: {source} changed since this script was locked, so that nothing is run; see `runbook drift`, take it over with "
            "`runbook update`, and render the script again"
        )
    info = ScriptPage(page.title, digest, page.wiki, page.url, page.source, page.revision.id, page.sha1)
    return Job(data.decode("utf-8"), info, _source_of(digest, source, page.title, known))


def _says_other(source: Path, title: str, sha1: str) -> bool:
    """Whether the page that a script was made of is there and is another text by now."""
    from runbook.model import text_sha1

    try:
        return any(text_sha1(page.text) != sha1 for page in only(read(str(source), None), title, str(source)))
    except (SourceError, OSError):  # gone, or not to be read any more: the script itself is all there is
        return False


def _source_of(digest: str, source: Path, title: str, known: Lock) -> Runbook | None:
    """The runbook that a known script was made of, when its source still says the same: it tells more of what does not hold."""
    try:
        for page, runbook in extracted(only(read(str(source), None), title, str(source)), str(source), known):
            job = _job(page, runbook, str(source))
            if job is not None and job.page.script == digest:
                return runbook
    except (SourceError, OSError):  # gone, or not to be read any more: the script itself is all there is
        pass
    return None


def _options(arguments: Namespace, jobs: Sequence[Job]) -> Options:
    """What all scripts are asked. Raises SourceError for what fits no page, or not several."""
    from runbook.run.scripts import Options, cases_of, names_of

    values = []
    for word in arguments.set:
        name, equals, value = word.partition("=")
        if not equals or not name:
            raise SourceError("--set", f"{word!r} should be NAME=VALUE")
        if not any(name in names_of(job) for job in jobs):
            known = sorted({name for job in jobs for name in names_of(job)})
            raise SourceError(
                "--set", f"no page has a parameter {name!r}; there " + (f"is {', '.join(known)}" if known else "are none")
            )
        values.append((name, value))
    if (arguments.to or arguments.only) and len(jobs) > 1:
        raise SourceError("--to, --only", f"a step is one page's, and there are {len(jobs)} pages; choose one with --page TITLE")
    for case in arguments.case:
        known = sorted({label for job in jobs for label in cases_of(job)})
        if case.lower() not in map(str.lower, known):
            raise SourceError(
                "--case", f"no page has a case {case!r}; there " + (f"is {', '.join(known)}" if known else "are none")
            )
    return Options(
        to=arguments.to or "",
        only=arguments.only or "",
        start=getattr(arguments, "in") or "",
        role=arguments.role or "",
        timeout=arguments.timeout,
        values=tuple(values),
        cases=tuple(arguments.case),
    )


# --- running ----------------------------------------------------------------------------------------------------------


def _run(jobs: Sequence[Job], options: Options, arguments: Namespace) -> list[PageOutcome]:
    """The outcomes in the order of the jobs, so many at once; interrupted, all that run are ended first."""
    from concurrent.futures import ThreadPoolExecutor

    from runbook.run.processes import Running
    from runbook.run.scripts import own

    running, check = Running(), _checker(arguments)
    with Progress(len(jobs)) as progress, ThreadPoolExecutor(arguments.jobs) as pool, _ended_by_signals():

        def one(number: int, job: Job) -> PageOutcome:
            progress.begin(number, job.page.title)
            outcome = check(job, own(options, job), running, lambda step: progress.step(number, step))
            progress.end(number, outcome.problem or outcome.verdict)
            return outcome

        try:
            return list(pool.map(one, range(len(jobs)), jobs))
        except BaseException:
            running.close()
            pool.shutdown(cancel_futures=True)
            raise


def _checker(arguments: Namespace) -> Callable[[Job, Options, Running, Callable[[str], None]], PageOutcome]:
    """How a page is verified: on this host, or in a sandbox."""
    if not arguments.sandbox:
        from runbook.run.scripts import check

        return check
    from runbook.sandbox.check import check as carried_out

    cage = sandbox.cage(arguments)
    return lambda job, options, running, tell: carried_out(job, options, cage, running, tell)


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """SIGTERM and SIGHUP end the run as Ctrl-C does: what was started must not outlive it."""

    def end(number: int, frame: FrameType | None) -> None:
        del frame
        raise SystemExit(128 + number)

    before = {number: signal.signal(number, end) for number in (signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
