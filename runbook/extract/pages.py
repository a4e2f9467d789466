"""One page in, one runbook out; the commands of many with one process for all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from itertools import chain
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from runbook import checks, effects, expect
from runbook.extract.directives import merged
from runbook.extract.overrides import Overrides, apply
from runbook.extract.parameters import parameters_of
from runbook.extract.reader import Reader
from runbook.extract.steps import assemble
from runbook.model import (
    EFFECTS,
    Check,
    Choice,
    Command,
    Document,
    Effect,
    FileEdit,
    Meaning,
    Node,
    Page,
    PageInfo,
    Runbook,
    Step,
    commands,
)


class Identify(Protocol):
    """Gives steps the ids that they are known by."""

    def __call__(self, runbook: Runbook) -> Runbook: ...

    def basis(self, page: Page) -> object:
        """What the ids of a page's steps depend on besides the page."""


class Project(Struct, frozen=True):
    """What holds for all pages of a project: tools declared to change nothing, the meanings and definitions of templates by name,
    overrides of single pages, its own `words` around code by role, and the ids that steps are known by (None: made of titles). No page can say any of this."""

    harmless: tuple[str, ...] = ()
    meanings: Mapping[str, Meaning] = {}
    definitions: Mapping[str, str] = {}
    overrides: Overrides = Overrides()
    words: Mapping[str, tuple[str, ...]] = {}
    identify: Identify | None = None


NO_PROJECT = Project()


def structure(document: Document, project: Project = NO_PROJECT) -> Runbook:
    """The runbook of a document parsed in the author's reading, without effects, patterns and checks."""
    reader = Reader(document, project.words)
    parts = assemble(reader.read(), reader.tongue)
    page = document.page
    info = PageInfo(page.title, page.wiki, page.url, page.markup, page.revision, document.categories)
    return Runbook(
        page=info,
        preamble=parts.preamble,
        steps=parts.steps,
        closing=parts.closing,
        parameters=merged(
            parameters_of((*parts.preamble, *parts.steps, *parts.closing), reader.emphasised, reader.declared, reader.told),
            reader.declared,
        ),
        diagnostics=(*page.diagnostics, *reader.diagnostics),
    )


def extract(document: Document, project: Project = NO_PROJECT) -> Runbook:
    """The whole runbook of a document parsed in the author's reading."""
    return annotate([corrected(structure(document, project), project)], harmless=project.harmless)[0]


def corrected(runbook: Runbook, project: Project) -> Runbook:
    """A runbook with the ids that its steps are known by, and as the overrides, which go by those, say it is."""
    return apply(project.identify(runbook) if project.identify else runbook, project.overrides)


def annotate(runbooks: Sequence[Runbook], *, harmless: Collection[str] = ()) -> list[Runbook]:
    """Runbooks with the effects of their commands, the patterns of their outputs and the checks of what changes something."""
    every = [command for runbook in runbooks for command in commands(runbook)]
    classes = iter(effects.of_commands(every, harmless=harmless))
    return [_annotated(runbook, classes) for runbook in runbooks]


def _command(command: Command, found: tuple[Effect, ...], values: Mapping[str, str]) -> Command:
    """A command with its effects and the pattern of its output, in which the page's own values (`values`, by name) stay literal."""
    expected = command.expected
    if expected is not None and expected.text and not expected.patterns:
        pattern = expect.infer([expected.text], command=command.text, parameters=values)
        expected = replace(
            expected,
            patterns=pattern.rows,
            unordered=pattern.unordered,
            exit=pattern.exit if expected.exit is None else expected.exit,
        )
    raised = tuple(effect for effect in EFFECTS if effect in found or effect in command.effects)
    return replace(command, effects=raised, expected=expected)


def _annotated(runbook: Runbook, classes: Iterator[tuple[Effect, ...]]) -> Runbook:
    values = {parameter.name: parameter.value for parameter in runbook.parameters}

    def change(command: Command) -> Command:
        return _command(command, next(classes), values)

    parts = [tuple(_changed(node, change) for node in nodes) for nodes in (runbook.preamble, runbook.steps, runbook.closing)]
    found = iter(checks.supersede([*chain(*parts)]))
    preamble, steps, closing = (tuple(_checked(node, found) for node in nodes) for nodes in parts)
    return replace(runbook, preamble=preamble, steps=steps, closing=closing)


def _changed(node: Node, change: Callable[[Command], Command]) -> Node:
    match node:
        case Command():
            return change(node)
        case Step():
            return replace(node, body=tuple(_changed(inner, change) for inner in node.body))
        case Choice():
            branches = tuple(
                replace(branch, body=tuple(_changed(inner, change) for inner in branch.body)) for branch in node.branches
            )
            return replace(node, branches=branches)
        case _:
            return node


def _checked(node: Node, found: Iterator[tuple[Check, ...]]) -> Node:
    match node:
        case Command() | FileEdit():
            return replace(node, checks=next(found))
        case Step():
            return replace(node, body=tuple(_checked(inner, found) for inner in node.body))
        case Choice():
            branches = tuple(
                replace(branch, body=tuple(_checked(inner, found) for inner in branch.body)) for branch in node.branches
            )
            return replace(node, branches=branches)
        case _:
            return node
