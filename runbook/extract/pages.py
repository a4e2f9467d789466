"""One page in, one runbook out; the commands of many with one process for all."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Final, Protocol

from msgspec import Struct
from msgspec.structs import replace

from runbook import checks, effects, expect, shell
from runbook.extract.directives import merged
from runbook.extract.names import Naming
from runbook.extract.overrides import Overrides, apply
from runbook.extract.parameters import parameters_of
from runbook.extract.reader import Reader
from runbook.extract.steps import assemble
from runbook.masks import Mask
from runbook.model import (
    EFFECTS,
    Choice,
    Command,
    Diagnostic,
    Document,
    Effect,
    Expectation,
    FileEdit,
    Meaning,
    Node,
    Page,
    PageInfo,
    Runbook,
    Step,
)
from runbook.stand_ins import Masked, is_variable
from runbook.walking import commands


class Identify(Protocol):
    """Gives steps the ids that they are known by."""

    def __call__(self, runbook: Runbook) -> Runbook: ...

    def basis(self, page: Page) -> object:
        """What the ids of a page's steps depend on besides the page."""


class Project(Struct, frozen=True):
    """What holds for all pages of a project: tools declared to change nothing, the meanings and definitions of templates by name,
    overrides of single pages, its own `words` around code by role, the ids that steps are known by (None: made of titles), and how many older
    `revisions` of a page are looked at. No page can say any of this."""

    harmless: tuple[str, ...] = ()
    meanings: Mapping[str, Meaning] = {}
    definitions: Mapping[str, str] = {}
    overrides: Overrides = Overrides()
    words: Mapping[str, tuple[str, ...]] = {}
    identify: Identify | None = None
    revisions: int = 20


NO_PROJECT: Final = Project()


def structure(document: Document, project: Project = NO_PROJECT) -> Runbook:
    """The runbook of a document parsed in the author's reading, without effects, patterns and checks."""
    reader = Reader(document, project.words)
    parts = assemble(reader.read(), reader.tongue, reader.tabs)
    page = document.page
    info = PageInfo(page.title, page.wiki, page.url, page.markup, page.revision, document.categories)
    nodes = (*parts.preamble, *parts.steps, *parts.closing)
    parameters = merged(parameters_of(nodes, reader.emphasised, reader.declared, reader.told, reader.tongue), reader.declared)
    naming = Naming(Mask(parameters))
    return Runbook(
        page=info,
        preamble=naming.named(parts.preamble),
        steps=naming.steps(parts.steps),
        closing=naming.named(parts.closing),
        parameters=parameters,
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
    every = [command for runbook in runbooks for command in _filled_in(runbook)]
    classes = iter(effects.of_commands(every, harmless=harmless))
    shell.parse_many([text for each in runbooks for text in checks.texts(_all_of(each), each.parameters)])
    return [_annotated(runbook, classes) for runbook in runbooks]


def _filled_in(runbook: Runbook) -> Iterator[Command]:
    """The commands of a runbook as they will be once its stand-ins have values, which no shell takes for anything but a piece of a word;
    before that a script runs none of them. A variable may have its value from elsewhere, any at all: it stays one."""
    masked = Masked(each for each in runbook.parameters if not is_variable(each.value))
    for command in commands(runbook):
        text = masked.out_of(command.text, command.lines)
        yield command if text == command.text else replace(command, text=text)


def _all_of(runbook: Runbook) -> tuple[Node, ...]:
    return (*runbook.preamble, *runbook.steps, *runbook.closing)


def _annotated(runbook: Runbook, classes: Iterator[tuple[Effect, ...]]) -> Runbook:
    values = {parameter.name: parameter.value for parameter in runbook.parameters}
    found = iter(checks.supersede(_all_of(runbook), runbook.parameters))

    told = list(runbook.diagnostics)

    def change(node: Command | FileEdit) -> Node:
        if type(node) is FileEdit:
            return replace(node, checks=next(found))
        if node.expected is not None:
            told.extend(_cut(node.expected))
        return replace(
            node, effects=_raised(node, next(classes)), expected=_expected(node, node.expected, values), checks=next(found)
        )

    preamble, steps, closing = (_changed(nodes, change) for nodes in (runbook.preamble, runbook.steps, runbook.closing))
    return replace(runbook, preamble=preamble, steps=steps, closing=closing, diagnostics=tuple(told))


def _cut(expected: Expectation) -> Iterator[Diagnostic]:
    """What is told of an output that is too long to be compared to its end."""
    many, every = expect.compared(expected.text), len(expected.text)
    if many < every:
        message = f"this output is long: {f'its first {many:,} of {every:,} lines' if many else 'nothing of it'} will be compared"
        yield Diagnostic("output-cut", "warning", message, expected.lines)


def _raised(command: Command, found: tuple[Effect, ...]) -> tuple[Effect, ...]:
    """The effects found for a command, and those that its author adds."""
    if not command.effects:
        return found
    return tuple(effect for effect in EFFECTS if effect in found or effect in command.effects)


def _expected(command: Command, expected: Expectation | None, values: Mapping[str, str]) -> Expectation | None:
    """What a command is expected to print with the pattern of it, in which the page's own values (`values`, by name) stay literal."""
    if expected is None or not expected.text or expected.patterns:
        return expected
    pattern = expect.infer([expected.text], command=command.text, parameters=values)
    return replace(
        expected,
        patterns=pattern.rows,
        unordered=pattern.unordered,
        exit=pattern.exit if expected.exit is None else expected.exit,
    )


def _changed(nodes: Sequence[Node], change: Callable[[Command | FileEdit], Node]) -> tuple[Any, ...]:
    """Nodes with all commands and file edits in them changed, in reading order."""
    return tuple([_changed_node(node, change) for node in nodes])


def _changed_node(node: Node, change: Callable[[Command | FileEdit], Node]) -> Node:
    if type(node) is Command or type(node) is FileEdit:
        return change(node)
    if type(node) is Step:
        return replace(node, body=_changed(node.body, change))
    if type(node) is Choice:
        branches = tuple(replace(branch, body=_changed(branch.body, change)) for branch in node.branches)
        return replace(node, branches=branches)
    return node
