"""How far the pages of a site can be relied on: what their last revision changed, what reports of verification say of them, who links
to whom. Records in, what `render.site_trust` shows out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import takewhile
from pathlib import Path

import msgspec
from msgspec.structs import replace

from runbook import lint, outcomes
from runbook.drift import KINDS, Change, Known, PageDrift, PageState, StepDrift, compare, compare_known
from runbook.lock import Lock
from runbook.masks import Mask
from runbook.model import (
    Command,
    Diagnostic,
    Revision,
    Runbook,
    SourceError,
    Step,
    StepChange,
    StepHistory,
    runbook_from_json,
)
from runbook.render import site
from runbook.render.html import external
from runbook.render.site_trust import (
    Alteration,
    Changed,
    Finding,
    Moment,
    Past,
    Pasts,
    Place,
    Recorded,
    Review,
    Standing,
    State,
    Trust,
    Verified,
)
from runbook.render.site_views import spoken_date
from runbook.slug import slug
from runbook.walking import walk

_SHOWN = 8
"""Lines of one side of a change that are shown."""
_STATES: Mapping[outcomes.Verdict, State] = {"holds": "holds", "fails": "fails", "follows": "fails", "not-run": "not-run"}
_PARTS = {"preamble": "Before the first step", "closing": "After the last step"}


# --- a page by itself -------------------------------------------------------------------------------------------------


def review(runbook: Runbook, before: Runbook | None, *, judged: bool) -> Review:
    """What the newest revision changed since the one `before`, where the source holds it, and, when the page is to be `judged`, what its
    editors should look at."""
    drift = next(iter(compare([before], [runbook]).pages), None) if before else None
    found = tuple(_finding(each, Mask(runbook.parameters)) for each in _all(runbook)) if judged else None
    since = _since(before.page.revision) if before else ""
    return Review(_changes(drift) if drift else (), since, found)


def _all(runbook: Runbook) -> list[Diagnostic]:
    read = [each for each in runbook.diagnostics if each.severity != "info"]
    return sorted([*read, *lint.lint(runbook)], key=lambda each: each.lines or (0, 0))


def _finding(each: Diagnostic, mask: Mask) -> Finding:
    return Finding(each.severity, each.code, mask.over(each.message), each.lines[0] if each.lines else None)


def _since(revision: Revision) -> str:
    date, _ = spoken_date(revision.timestamp)
    number = f"revision {revision.id}" if revision.id is not None else ""
    return " of ".join(each for each in (number, date) if each)


def _changes(drift: PageDrift) -> tuple[Changed, ...]:
    page = [Changed("", "The page", tuple(map(_alteration, drift.changes)))] if drift.changes else []
    return (*page, *map(_changed, drift.steps))


def _changed(step: StepDrift) -> Changed:
    state = step.new or step.old
    assert state is not None  # one of the two sides is there
    number = f"{state.number}. " if state.number else ""
    title = _PARTS.get(state.part) or f"{number}{state.title}"
    anchor = slug(state.id, fallback="step") if step.new and state.part == "step" else ""
    return Changed(anchor, title, tuple(map(_alteration, step.changes)))


def _alteration(change: Change) -> Alteration:
    return Alteration(KINDS[change.kind].words, _cut(change.old), _cut(change.new))


def _cut(lines: tuple[str, ...]) -> tuple[str, ...]:
    return lines if len(lines) <= _SHOWN else (*lines[:_SHOWN], f"… and {len(lines) - _SHOWN} more lines")


# --- a page's history ---------------------------------------------------------------------------------------------------


def past(runbook: Runbook) -> Pasts | None:
    """What the page's history tells of its steps, in words; None where the source holds one revision only."""
    told = runbook.history
    if told is None:
        return None
    by_id = {each.id: each for each in told.steps if each.part == "step"}
    steps = {step.id: _past(step, by_id) for step in runbook.steps}
    return Pasts(told.revisions, told.left_out, _name(told.oldest.id), *spoken_date(told.oldest.timestamp), steps)


def _past(step: Step, by_id: Mapping[str, StepHistory]) -> Past:
    """That of a step with all steps inside it."""
    inside = [step.id, *(node.id for node in walk(step.body) if isinstance(node, Step))]
    every = [change for name in inside if name in by_id for change in by_id[name].changes]
    merged: dict[Revision, StepChange] = {}
    for each in every:
        known = merged.get(each.revision)
        kinds = dict.fromkeys((*(known.changes if known else ()), *each.changes))
        merged[each.revision] = replace(each, changes=tuple(kinds))
    newest = sorted(merged.values(), key=lambda each: (each.revision.timestamp or "", each.revision.id or 0), reverse=True)
    commands = (node for node in walk(step.body) if isinstance(node, Command))
    return Past(
        tuple(map(_moment_of, newest)), tuple(_recorded(each) for each in commands if each.expected and each.expected.recordings)
    )


def _name(number: int | None) -> str:
    return "" if number is None else str(number)


def _moment_of(each: StepChange) -> Moment:
    revision = each.revision
    words = ", ".join(KINDS[kind].words for kind in each.changes)
    between = "" if each.sole or each.after is None else f"compared with revision {each.after}: there may be others in between"
    comment = (revision.comment or "").strip() or None
    href = external(each.diff or "")
    return Moment(_name(revision.id), *spoken_date(revision.timestamp), revision.user or None, comment, href, words, between)


def _recorded(command: Command) -> Recorded:
    recordings = command.expected.recordings if command.expected else ()
    varying, other = (tuple(_name(each.revision) for each in recordings if each.taught is taught) for taught in (True, False))
    return Recorded(command.text, varying, other)


# --- reports ----------------------------------------------------------------------------------------------------------


def read_reports(patterns: Sequence[str], folder: Path) -> list[outcomes.Report]:
    """The reports in some files, named from `folder`, with `*` and `**` as in a shell; each file once. Raises SourceError for a file
    that is missing or no report; a pattern may match nothing."""
    paths: dict[Path, None] = {}
    for pattern in patterns:
        found = sorted(Path("/").glob(str((folder / pattern).absolute())[1:])) if _wild(pattern) else [folder / pattern]
        paths |= dict.fromkeys(found)
    return [_report(path) for path in paths]


def places(patterns: Sequence[str], folder: Path) -> list[Path]:
    """The files, and the directories in which all files are, that such patterns may name."""
    return [folder.joinpath(*takewhile(lambda part: not _wild(part), Path(pattern).parts)) for pattern in patterns]


def _wild(name: str) -> bool:
    return any(each in name for each in "*?[")


def _report(path: Path) -> outcomes.Report:
    try:
        return outcomes.report_from_json(path.read_bytes())
    except OSError as error:
        raise SourceError(str(path), f"can't be read: {error.strerror}; `reports` in mkdocs.yml names it") from error
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SourceError(str(path), f"is no report of `runbook verify --report`: {error}") from error


class _Run(msgspec.Struct, frozen=True):
    """A page's run on a host."""

    host: str
    outcome: outcomes.PageOutcome


def _latest(reports: Iterable[outcomes.Report]) -> dict[str, list[_Run]]:
    """The newest run of each page on each host, by the title as wikis compare it, in the order of the hosts' names."""
    newest: dict[tuple[str, str | None, str], _Run] = {}
    for report in reports:
        for outcome in report.pages:
            run = _Run(outcome.host or report.host, outcome)
            key = (site.canonical(outcome.page.title), outcome.page.wiki, run.host)
            if key not in newest or newest[key].outcome.date <= outcome.date:
                newest[key] = run
    by_title: dict[str, list[_Run]] = {}
    for (title, _, _), run in sorted(newest.items(), key=lambda item: (item[0][2], item[0][0])):
        by_title.setdefault(title, []).append(run)
    return by_title


def _verified(run: _Run, verdict: outcomes.Verdict, leaf: site.Leaf, oldest: datetime) -> Verified:
    page = run.outcome.page
    same = page.script == leaf.digest or (page.sha1 is not None and page.sha1 == leaf.sha1)
    standing: Standing = "older" if not same else "stale" if _moment(run.outcome.date) < oldest else "now"
    date, iso = spoken_date(run.outcome.date)
    return Verified(run.host, _STATES[verdict], standing, date or "an unknown day", iso)


def _moment(date: str) -> datetime:
    """A report's date; the oldest there is for what is none."""
    try:
        found = datetime.fromisoformat(date)
    except ValueError:
        return datetime.min.replace(tzinfo=UTC)
    return found if found.tzinfo else found.replace(tzinfo=UTC)


# --- all pages --------------------------------------------------------------------------------------------------------


class Measures(msgspec.Struct, frozen=True):
    """What the pages are measured by: reports, the time of the build and how many days a report counts, licences by wiki
    (None: of any), the lock."""

    reports: tuple[outcomes.Report, ...] = ()
    now: datetime = datetime.min.replace(tzinfo=UTC)
    days: int = 90
    licences: Mapping[str | None, str] = {}
    lock: Lock | None = None


def assess(made: Sequence[site.Made], known: Measures) -> list[Trust]:
    """What is known of each page."""
    runs = _latest(known.reports)
    try:
        oldest = known.now - timedelta(days=known.days)
    except OverflowError:
        oldest = datetime.min.replace(tzinfo=UTC)
    links = _backlinks([each.leaf for each in made])
    return [_page(each, runs, oldest, links.get(each.leaf.slug, ()), known) for each in made]


def _page(
    made: site.Made, runs: Mapping[str, Sequence[_Run]], oldest: datetime, backlinks: tuple[tuple[str, str], ...], known: Measures
) -> Trust:
    leaf = made.leaf
    mine = [run for run in runs.get(site.canonical(leaf.title), ()) if run.outcome.page.wiki in (None, leaf.wiki)]
    steps: dict[str, tuple[Verified, ...]] = {}
    for run in mine:
        for step in run.outcome.steps:
            anchor = slug(step.id, fallback="step")
            steps[anchor] = (*steps.get(anchor, ()), _verified(run, step.verdict, leaf, oldest))
    pages = tuple(_verified(run, run.outcome.verdict, leaf, oldest)._replace(first=_first(run, leaf)) for run in mine)
    licence = known.licences.get(leaf.wiki) or known.licences.get(None)
    drift = _drift(made, known.lock) if known.lock is not None else None
    return Trust(pages, steps, backlinks, _licence(licence) if licence else None, drift)


def _first(run: _Run, leaf: site.Leaf) -> Place | None:
    """The first step that a run found wanting, where the page still has it."""
    numbers = {heading.id: heading.number for heading in leaf.headings if heading.number}
    failed = (slug(step.id, fallback="step") for step in run.outcome.steps if step.verdict == "fails")
    return next((Place(anchor, numbers[anchor]) for anchor in failed if anchor in numbers), None)


def _licence(text: str) -> tuple[str, str | None]:
    """A licence's name, and the address that may stand behind it."""
    name, _, last = text.strip().rpartition(" ")
    return (name.strip(), last) if name and last.startswith(("https://", "http://")) else (text.strip(), None)


def _backlinks(leaves: Sequence[site.Leaf]) -> dict[str, tuple[tuple[str, str], ...]]:
    """For each slug, the titles and slugs of the other pages that link there, by title."""
    found: dict[str, set[tuple[str, str]]] = {}
    for leaf in leaves:
        for href in leaf.links.values():
            if href is not None and href.startswith("../") and href != f"../{leaf.slug}/":
                found.setdefault(href[3:].partition("/")[0], set()).add((leaf.plain, leaf.slug))
    return {to: tuple(sorted(pages, key=lambda page: (page[0].casefold(), page[1]))) for to, pages in found.items()}


def _drift(made: site.Made, lock: Lock) -> str:
    """In words: how the page differs from the one that was taken over."""
    leaf = made.leaf
    page = next((page for page in lock.pages if page.title == leaf.title and page.wiki in (None, leaf.wiki)), None)
    if page is None:
        return "not in the lock"
    if page.sha1 == leaf.sha1:
        return "as locked"
    revision = Revision(page.revision.id, None, page.revision.timestamp, page.revision.user)
    old = Known(PageState(page.title, page.wiki, page.url, revision), page.steps, page.parameters)
    drift = compare_known(old, runbook_from_json(site.unpack(made.content().json)))
    steps = [step for step in drift.steps if _in_step(step)] if drift else []
    return f"{len(steps)} step{'s' if len(steps) != 1 else ''} changed" if steps else "reworded"


def _in_step(step: StepDrift) -> bool:
    state = step.new or step.old
    return state is not None and state.part == "step"
