"""What the older revisions of a page tell: when each step changed, by whom, and what of its recorded outputs varies.

Only revisions that the source itself holds (`model.Page.history`) are looked at. Each different text among them is read once, and
compared once with the one before: the time is linear in the length of them all.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import NamedTuple

import msgspec
from msgspec.structs import replace

from runbook import expect
from runbook.drift.compare import met_steps
from runbook.drift.items import StepView, views
from runbook.drift.sides import Sides
from runbook.extract import Project, annotate, corrected, spread, structure
from runbook.extract.overrides import Overrides
from runbook.extract.pages import NO_PROJECT
from runbook.markup import parse
from runbook.model import (
    Choice,
    Command,
    Elision,
    Expectation,
    History,
    Node,
    Page,
    PageInfo,
    PatternRow,
    Recording,
    Revision,
    Runbook,
    Step,
    StepChange,
    StepHistory,
)
from runbook.sources import address
from runbook.walking import walk

RECORDINGS = 8
"""Different recordings of one output that are kept; more hardly tell more."""
_BY_OTHERS = {"step-renumbered"}
"""Kinds of change that another step's coming or going makes."""


class Read(NamedTuple):
    """A page's runbook with what its history tells; that of the revision before, if there is one; and the runbook `without` its history,
    where it has one."""

    runbook: Runbook
    before: Runbook | None = None
    without: Runbook | None = None

    @property
    def plain(self) -> Runbook:
        """What the page's text says by itself."""
        return self.without or self.runbook


class Job(NamedTuple):
    """A page with those older revisions that are looked at, and how many more there are."""

    page: Page
    left_out: int

    @property
    def revisions(self) -> tuple[Page, ...]:
        """Newest first."""
        return self.page, *self.page.history

    @property
    def size(self) -> int:
        """Characters to be read."""
        return sum(len(page.text) for page in self.revisions)


def extract_many(pages: Iterable[Page], project: Project = NO_PROJECT, processes: int = 1) -> Iterator[Read]:
    """As `extract.extract_many`, with what the pages' histories tell."""
    work = partial(read, project=project)
    jobs = (job(page, project) for page in pages)
    for batch in spread(jobs, work, processes, size=lambda job: job.size, passing=(_encode, _decode)):
        yield from batch


def job(page: Page, project: Project) -> Job:
    """What is read of a page: the newest `project.revisions` of its older revisions; the one before is always wanted."""
    if not page.history:
        return Job(page, 0)
    looked_at = page.history[: max(1, project.revisions)]
    return Job(replace(page, history=looked_at), len(page.history) - len(looked_at))


_encoder = msgspec.msgpack.Encoder()
_decoder = msgspec.msgpack.Decoder(list[Read])


def _encode(found: list[Read]) -> bytes:
    return _encoder.encode(found)


def _decode(packed: bytes) -> list[Read]:
    return _decoder.decode(packed)


# --- reading all revisions --------------------------------------------------------------------------------------------


def read(jobs: Sequence[Job], project: Project = NO_PROJECT) -> list[Read]:
    """Pages with their histories, all commands with one process of the shell's parser."""
    as_written = replace(project, overrides=Overrides())
    plans = [_plan(job, project, as_written) for job in jobs]
    annotated = iter(annotate([runbook for plan in plans for runbook in plan], harmless=project.harmless))
    return [_read(job, [next(annotated) for _ in plan], plan[0], project) for job, plan in zip(jobs, plans, strict=True)]


def _plan(job: Job, project: Project, as_written: Project) -> list[Runbook]:
    """What has to be annotated of a page: itself and the revision before under the project's corrections, then each different text as
    it was written, where that is something else."""
    found: dict[str, Runbook] = {}
    for page in job.revisions:
        if page.text not in found:
            document = parse(
                replace(page, history=()), reading="author", meanings=project.meanings, definitions=project.definitions
            )
            found[page.text] = structure(document, project)
    corrections = [corrected(found[page.text], project) for page in job.revisions[:2]]
    if not job.page.history:
        return corrections
    return corrections + [corrected(each, as_written) for each in found.values()]


def _read(job: Job, annotated: Sequence[Runbook], structured: Runbook, project: Project) -> Read:
    plain, *more = annotated
    if not more:
        return Read(plain)
    before = _of(job.page.history[0], more[0])
    if not project.revisions:
        return Read(plain, before)
    texts = [page.text for page in job.revisions]
    by_text = dict(zip(dict.fromkeys(texts), more[1:], strict=True))
    chain = _Chain([_of(page, by_text[page.text]) for page in job.revisions], texts)
    runbook = replace(plain, history=_history(chain, job.left_out))
    return Read(_taught(runbook, _Recordings(chain).found, _said(structured)), before, plain)


def _of(page: Page, runbook: Runbook) -> Runbook:
    """The runbook of a text as that of a revision which has it."""
    info = replace(runbook.page, url=page.url, revision=page.revision)
    return replace(runbook, page=info)


# --- steps ------------------------------------------------------------------------------------------------------------


class _Chain:
    """The revisions of a page, newest first, and which step is which from each to the one before."""

    def __init__(self, revisions: Sequence[Runbook], texts: Sequence[str]) -> None:
        self.revisions = revisions
        by_text: dict[str, list[StepView]] = {}
        for each, text in zip(revisions, texts, strict=True):
            if text not in by_text:
                by_text[text] = views(each)
        self.views = [by_text[text] for text in texts]
        self.met = [self._met(new, old) for new, old in pairwise(range(len(revisions)))]

    def _met(self, new: int, old: int) -> dict[int, tuple[int | None, tuple[str, ...]]]:
        """For each step the one that it was, None where it is new, and the kinds of its changes."""
        if self.views[new] is self.views[old]:
            return {at: (at, ()) for at in range(len(self.views[new]))}
        sides = Sides(self.revisions[old].parameters, self.revisions[new].parameters)
        return {
            pair.new: (pair.old, tuple(dict.fromkeys(change.kind for change in changes if change.kind not in _BY_OTHERS)))
            for pair, _, changes in met_steps(self.views[old], self.views[new], sides)
            if pair.new is not None
        }

    def past(self, step: int) -> Iterator[tuple[int, int | None, tuple[str, ...]]]:
        """A step of the newest revision, back through time: for each revision but the oldest its place, which step it was in the one
        before, and what changed; until it was new."""
        at: int | None = step
        for place, met in enumerate(self.met):
            if at is None:
                return
            at, kinds = met[at]
            yield place, at, kinds


def _history(chain: _Chain, left_out: int) -> History:
    steps = tuple(
        StepHistory(view.state.part, view.state.id, tuple(_changes(chain, at)))
        for at, view in enumerate(chain.views[0])
        if view.state.part == "step" or view.items
    )
    return History(len(chain.revisions), left_out, chain.revisions[-1].page.revision, steps)


def _changes(chain: _Chain, step: int) -> Iterator[StepChange]:
    for place, _, kinds in chain.past(step):
        if kinds:
            new, old = chain.revisions[place].page, chain.revisions[place + 1].page
            yield StepChange(new.revision, kinds, old.revision.id, _sole(new.revision, old.revision), _diff(old, new))


def _sole(new: Revision, old: Revision) -> bool | None:
    """Whether nobody edited in between: a hidden revision, or one that the source leaves out, may have made the change."""
    return None if new.parent is None or old.id is None else new.parent == old.id


def _diff(old: PageInfo, new: PageInfo) -> str | None:
    return address.difference(new.wiki, new.title, old.revision.id, new.revision.id)


# --- outputs ----------------------------------------------------------------------------------------------------------

_Key = tuple[tuple[int, int], str]
"""Which command of a page: its lines and its text."""
_Identity = tuple[str, str | None, bool | None, str]


def _key(command: Command) -> _Key:
    return command.lines, command.text


def _identity(command: Command, sides: Sides) -> _Identity:
    """What makes a command the same, with the values that parameters have now."""
    text = sides.renewed((command.text,))
    return command.shell, command.host, command.as_root, text[0] if text else command.text


class _Recordings:
    """Looks back through the revisions for what was recorded of each command, at its place among equal commands of the same step; as
    far as the command was the same."""

    def __init__(self, chain: _Chain) -> None:
        self.chain = chain
        self.found: dict[_Key, list[Recording]] = {}
        self._commands: dict[int, dict[int, dict[_Identity, list[Command]]]] = {}
        newest = chain.revisions[0]
        self.sides = [Sides(old.parameters, newest.parameters) for old in chain.revisions]
        for step in range(len(chain.views[0])):
            places = [(place + 1, at) for place, at, _ in chain.past(step)]
            for identity, commands in self._in(0)[step].items():
                for nth, command in enumerate(commands):
                    if command.expected is not None and command.expected.text:
                        self._look(command, identity, nth, len(commands), places)

    def _in(self, revision: int) -> dict[int, dict[_Identity, list[Command]]]:
        """The commands of a revision by step and identity."""
        key = id(self.chain.views[revision])
        if key not in self._commands:
            found: dict[int, dict[_Identity, list[Command]]] = {}
            for at, view in enumerate(self.chain.views[revision]):
                mine: defaultdict[_Identity, list[Command]] = defaultdict(list)
                for item in view.items:
                    if isinstance(item.node, Command):
                        mine[_identity(item.node, self.sides[revision])].append(item.node)
                found[at] = mine
            self._commands[key] = found
        return self._commands[key]

    def _look(
        self,
        command: Command,
        identity: _Identity,
        nth: int,
        count: int,
        places: Sequence[tuple[int, int | None]],
    ) -> None:
        recorded = command.expected.text if command.expected else ()
        seen = {recorded}
        out: list[Recording] = []
        for revision, step in places:
            same = self._in(revision)[step].get(identity, []) if step is not None else []
            if len(same) != count:
                break
            before = same[nth].expected
            text = self.sides[revision].renewed(before.text) if before else None
            if text and text not in seen:
                seen.add(text)
                out.append(Recording(text, self.chain.revisions[revision].page.revision.id))
            if len(out) == RECORDINGS:
                break
        if out:
            self.found[_key(command)] = out


def _said(structured: Runbook) -> frozenset[_Key]:
    """The commands of which the author or the project says more exactly what to expect."""
    nodes = walk((*structured.preamble, *structured.steps, *structured.closing))
    return frozenset(
        _key(node) for node in nodes if isinstance(node, Command) and node.expected is not None and node.expected.patterns
    )


def _taught(runbook: Runbook, found: Mapping[_Key, Sequence[Recording]], said: frozenset[_Key]) -> Runbook:
    """The runbook with the recordings put to their commands, and what they teach."""
    values = {parameter.name: parameter.value for parameter in runbook.parameters}

    def change(node: Node) -> Node:
        match node:
            case Command(expected=Expectation() as expected) if _key(node) in found:
                known = replace(expected, recordings=tuple(found[_key(node)]))
                return replace(node, expected=known if _key(node) in said else _learnt(node.text, known, values))
            case Step():
                return replace(node, body=tuple(map(change, node.body)))
            case Choice():
                branches = tuple(replace(branch, body=tuple(map(change, branch.body))) for branch in node.branches)
                return replace(node, branches=branches)
            case _:
                return node

    preamble, steps, closing = (tuple(map(change, nodes)) for nodes in (runbook.preamble, runbook.steps, runbook.closing))
    return replace(runbook, preamble=preamble, steps=tuple(step for step in steps if isinstance(step, Step)), closing=closing)


def _learnt(command: str, expected: Expectation, values: Mapping[str, str]) -> Expectation:
    """What to expect when those of the other recordings count that differ from the page's in values alone."""

    def is_run(recording: Recording) -> bool:
        return expect.only_values_differ(expected.text, recording.text, command=command, parameters=values)

    judged = tuple(replace(recording, taught=is_run(recording)) for recording in expected.recordings)
    texts = [expected.text, *(recording.text for recording in judged if recording.taught)]
    pattern = expect.infer(texts, command=command, parameters=values, independent=False)
    if len(texts) == 1 or _elisions(pattern.rows) != _elisions(expected.patterns):
        return expected
    return replace(expected, patterns=pattern.rows, unordered=pattern.unordered, recordings=judged)


def _elisions(rows: Sequence[PatternRow]) -> list[bool]:
    return [isinstance(row, Elision) for row in rows]
