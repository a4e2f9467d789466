"""A runbook as the statements of its script's first part: names and words, trusted or not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TypeAlias

from msgspec import Struct

from runbook import expect
from runbook.branches import labelled, routed
from runbook.directories import START
from runbook.model import EFFECTS, Check, Choice, Command, Expectation, FileEdit, Manual, Node, Note, Prose, Runbook, Step
from runbook.render.script_posts import replaced
from runbook.render.script_prose import block_lines
from runbook.slug import unique
from runbook.stand_ins import is_stand_in

_UNFIT = re.compile("[\0\ud800-\udfff]")


class Untrusted(Struct, frozen=True):
    """Text from the page: it enters the script through `shell.quote` only."""

    text: str

    @classmethod
    def of(cls, text: str) -> Untrusted:
        """`text` with a sign in the place of what no word and no terminal can hold: NUL and halves of surrogate pairs."""
        return cls(_UNFIT.sub("\ufffd", text))


Word: TypeAlias = str | Untrusted


class Statement(Struct, frozen=True):
    """One line of the script's first part. A `str` among `words` is our own and goes in as it is."""

    name: str
    words: tuple[Word, ...] = ()
    indent: int = 0
    lines: tuple[Untrusted, ...] = ()
    """More words, each on a line of its own."""


class Place(Struct, frozen=True):
    """One thing to be done: its id in the script ("2.1": the first of the second step), the branch that it is in, and the directory where
    it is typed; empty for one not known, and for where the steps begin as long as none has led elsewhere."""

    id: str
    node: Command | FileEdit | Manual
    branch: str = ""
    cwd: str = ""


class Section(Struct, frozen=True):
    """A step with what belongs to it alone (not to steps within it), or what stands before the first or after the last step."""

    ordinal: int
    id: str
    number: str
    title: str
    body: tuple[Node, ...]
    line: int = 1
    """Where it begins in the page's text."""

    @property
    def is_done(self) -> bool:
        """Whether something in it is to be done; not only in the steps within it."""
        return any(True for _ in _actions(self.body)) or self.is_read

    @property
    def is_read(self) -> bool:
        """Whether a person is to read it and do what it says: there is nothing else in it."""
        return not any(True for _ in _actions(self.body)) and not any(True for _ in _steps(self.body))


def statements(runbook: Runbook) -> tuple[Statement, ...]:
    """The statements of `runbook` in reading order. Raises ValueError for an effect or a kind of check that is not a plain word."""
    parts = tuple(sections(runbook))
    done = {id(place.node): place for place in places(runbook)}
    routes = {id(node): route for node, route in routed((*runbook.preamble, *runbook.steps, *runbook.closing))}
    until = replaced(tuple((place.id, place.node, routes[id(place.node)]) for place in done.values()))
    first = str(parts[0].ordinal) if parts else "1"
    out: list[Statement] = [Statement("page", (Untrusted.of(runbook.page.title), Untrusted.of(_revision(runbook)), first))]
    for parameter in runbook.parameters:
        kind = _plain(parameter.type or "text")
        secret = "secret" if parameter.secret else "open"
        given = "missing" if is_stand_in(parameter.value) else "given"
        out.append(Statement("parameter", (kind, secret, given, Untrusted.of(parameter.name), Untrusted.of(parameter.value))))
    for part in parts:
        out.append(Statement("step", (Untrusted.of(part.id), Untrusted.of(part.number), Untrusted.of(part.title))))
        out += _body(part.body, done, until)
        if part.is_read:
            out.append(Statement("manual", ("any", Untrusted.of(part.title)), 2))
    return tuple(out)


def places(runbook: Runbook) -> Iterator[Place]:
    """All that is to be done in `runbook`, in reading order, with the ids that its script gives."""
    moved = False
    for part in sections(runbook):
        for n, node, branch in _actions(part.body):
            cwd = node.cwd if isinstance(node, Command) else None
            moved = moved or (isinstance(node, Command) and cwd != START)
            yield Place(f"{part.ordinal}.{n}", node, branch, cwd or "" if moved else "")


def _revision(runbook: Runbook) -> str:
    return str(runbook.page.revision.id) if runbook.page.revision.id is not None else ""


def sections(runbook: Runbook) -> Iterator[Section]:
    """The runbook cut into steps, nested ones on their own; ordinals count from 1, 0 is what stands before the first step."""
    taken = {step.id for step in _steps((*runbook.preamble, *runbook.steps, *runbook.closing))}
    ordinal = 0
    if any(True for _ in _actions(runbook.preamble)):
        yield Section(0, unique("before", taken), "", "Before the first step", runbook.preamble)
    for step in _steps((*runbook.preamble, *runbook.steps, *runbook.closing)):
        ordinal += 1
        yield Section(ordinal, step.id, step.number or "", step.title, step.body, step.lines[0])
    if any(True for _ in _actions(runbook.closing)):
        yield Section(ordinal + 1, unique("after", taken), "", "After the last step", runbook.closing)


def _steps(nodes: tuple[Node, ...]) -> Iterator[Step]:
    for node in nodes:
        if isinstance(node, Step):
            yield node
            yield from _steps(node.body)
        elif isinstance(node, Choice):
            for branch in node.branches:
                yield from _steps(branch.body)


def _actions(body: tuple[Node, ...]) -> Iterator[tuple[int, Command | FileEdit | Manual, str]]:
    """What is to be done in a body, numbered from 1, with the label of its branch; not what is in steps within."""
    for n, (node, branch) in enumerate(_flat(body, ""), 1):
        if isinstance(node, Command | FileEdit | Manual):
            yield n, node, branch


def _flat(body: tuple[Node, ...], branch: str) -> Iterator[tuple[Node, str]]:
    return ((node, label) for node, label in _leaves(body, branch) if isinstance(node, Command | FileEdit | Manual))


def _leaves(body: tuple[Node, ...], branch: str) -> Iterator[tuple[Node, str]]:
    for node in body:
        if isinstance(node, Choice):
            for label, option in labelled(node):
                yield from _leaves(option.body, label)
        elif not isinstance(node, Step):
            yield node, branch


def _body(body: tuple[Node, ...], places: dict[int, Place], until: dict[tuple[str, int], str]) -> Iterator[Statement]:
    for node, _ in _leaves(body, ""):
        match node:
            case Prose() | Note():
                text = [*block_lines(node.blocks), *([node.text] if isinstance(node, Note) and node.text else [])]
                if text:
                    yield Statement("prose", (), 2, tuple(map(Untrusted.of, text)))
            case Command():
                yield from _command(node, places[id(node)])
                yield from _posts(node.checks, places[id(node)], until)
            case FileEdit():
                yield from _edit(node, places[id(node)])
                yield from _posts(node.checks, places[id(node)], until)
            case Manual():
                yield Statement("manual", (_plain(node.action or "any"), Untrusted.of(node.text)), 2)
                yield from _branch(places[id(node)])


def _command(node: Command, place: Place) -> Iterator[Statement]:
    if unknown := set(node.effects) - set(EFFECTS):
        raise ValueError(f"not an effect: {', '.join(sorted(unknown))}")
    yield Statement("run", ("does=" + (",".join(node.effects) or "unknown"), Untrusted.of(node.text)), 2)
    if node.shell != "sh":
        yield Statement("language", (Untrusted.of(node.shell),), 4)
    if place.cwd:
        yield Statement("cwd", (Untrusted.of(place.cwd),), 4)
    if node.context:
        yield Statement("inside", tuple(map(Untrusted.of, node.context)), 4)
    if node.host:
        yield Statement("host", (Untrusted.of(node.host),), 4)
    yield from _branch(place)
    if node.expected is not None and node.expected.patterns:
        yield _expect(node.expected)


def _expect(expected: Expectation) -> Statement:
    rows = expect.encode(expect.Pattern(expected.patterns, expected.unordered)).split("\n")
    status = "0" if expected.exit is None else str(expected.exit)
    return Statement("expect", (status,), 4, tuple(map(Untrusted.of, rows)))


def _edit(node: FileEdit, place: Place) -> Iterator[Statement]:
    target = node.target or node.path or ""
    yield Statement("edit", (_plain(node.op), Untrusted.of(target)), 2, tuple(map(Untrusted.of, node.content)))
    if node.gaps:
        yield Statement("gaps", tuple(str(int(gap)) for gap in node.gaps), 4)
    yield from _branch(place)


def _branch(place: Place) -> Iterator[Statement]:
    if place.branch:
        yield Statement("only_if", (Untrusted.of(place.branch),), 4)


def _posts(checks: tuple[Check, ...], place: Place, until: dict[tuple[str, int], str]) -> Iterator[Statement]:
    for n, check in enumerate(checks):
        name = "post_not" if check.negated else "post"
        end = until.get((place.id, n), "end")
        yield Statement(
            name, (_plain(check.kind), check.before, end, Untrusted.of(check.words), *map(Untrusted.of, check.args)), 4
        )


def _plain(word: str) -> str:
    """A word of our own tables, which may stand unquoted."""
    if not (word.isascii() and word.replace("_", "a").replace("-", "a").isalnum()):
        raise ValueError(f"not a plain word: {word!r}")
    return word
