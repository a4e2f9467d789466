"""content/overrides.toml: what a team says of pages that it cannot edit, keyed by page and step id.

    ["Page title".steps.step-id]      what directives say in comments on the page, for all that the step does
    skip = true
    expect = "any"                    or "exact"
    exit = 1
    effect = ["delete"]
    host = "db1"
    shell = "mysql"

    [["Page title".steps.step-id.outputs]]   what a real run printed, added by `runbook accept`
    command = "vserver-stat"
    recordings = ["..."]

    ["Page title".parameters.CTID]
    value = "345"
    type = "integer"
    secret = false

An override narrows what runs unasked; it never widens it.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import replace

from runbook.expect.infer import infer
from runbook.expect.normal import split_lines
from runbook.extract.directives import Directive, merged, said_of
from runbook.model import (
    EFFECTS,
    Choice,
    Command,
    Diagnostic,
    Effect,
    Expectation,
    FileEdit,
    Listing,
    Node,
    Parameter,
    Runbook,
    SourceError,
    Step,
)
from runbook.settings import place_of


class AcceptedOutput(Struct, frozen=True, forbid_unknown_fields=True):
    """What a command of the step printed in real runs: recordings beside the page's own and those of entries before; in their place
    with `instead`. `occurrence` says which of the same commands in the step, from 1."""

    command: str
    recordings: tuple[str, ...]
    occurrence: int = 1
    instead: bool = False


class StepOverride(Struct, frozen=True, forbid_unknown_fields=True):
    skip: bool = False
    expect: Literal["", "exact", "any"] = ""
    exit: Annotated[int, Meta(ge=0, le=255)] | None = None
    effect: tuple[Effect, ...] = ()
    host: str = ""
    shell: str = ""
    cwd: str = ""
    outputs: tuple[AcceptedOutput, ...] = ()


class ParameterOverride(Struct, frozen=True, forbid_unknown_fields=True):
    value: str
    type: Literal["string", "integer", "hostname", "ip-address", "path"] = "string"
    secret: bool = False


class PageOverride(Struct, frozen=True, forbid_unknown_fields=True):
    steps: dict[str, StepOverride] = {}
    parameters: dict[str, ParameterOverride] = {}


class Overrides(Struct, frozen=True):
    """All overrides of a project; `source` is the file, `text` its content (for the places of problems)."""

    pages: dict[str, PageOverride] = {}
    source: str = ""
    text: str = ""


KEYS = frozenset(
    field.encode_name
    for kind in (PageOverride, StepOverride, AcceptedOutput, ParameterOverride)
    for field in msgspec.structs.fields(kind)
)


def parse(text: str, source: str) -> Overrides:
    """Overrides out of TOML. Raises SourceError with the line for what is not TOML or has a key or value that nobody knows."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise SourceError(source, f"is not TOML: {error}") from error
    pages: dict[str, PageOverride] = {}
    for title, page in data.items():
        try:
            pages[title] = msgspec.convert(page, PageOverride)
            claims = [name for name, step in pages[title].steps.items() if "read" in step.effect]
        except msgspec.ValidationError as error:
            line, hint = place_of(error, text, KEYS, after=title)
            raise SourceError(f"{source}:{line}", f"{error}{hint}; docs/reference/configuration.md has the keys") from error
        if claims:
            what = f"effect 'read' of step {claims[0]!r} is none that can be added: {', '.join(EFFECTS[1:])}"
            raise SourceError(f"{source}:{_line(text, claims[0])}", what)
    return Overrides(pages, source, text)


def _line(text: str, key: str) -> int:
    """The line of the first table header that names `key`, 1 when none does."""
    for n, line in enumerate(text.split("\n"), 1):
        if line.lstrip().startswith("[") and key in line:
            return n
    return 1


def pageless(overrides: Overrides, titles: Collection[str]) -> Iterator[Diagnostic]:
    """Overrides of pages that there are none of among `titles`."""
    for title in overrides.pages:
        if title not in titles:
            what = f"{overrides.source}:{_line(overrides.text, title)}: there is no page {title!r}: drop its overrides"
            yield Diagnostic("override-without-page", "warning", what)


def apply(runbook: Runbook, overrides: Overrides) -> Runbook:
    """A runbook as the overrides say it is; those that fit no step are told in its diagnostics, with the nearest id."""
    page = overrides.pages.get(runbook.page.title)
    if page is None:
        return runbook
    known = {step.id for step in _steps(runbook.steps)}
    problems = [_unknown(overrides, runbook.page.title, name, known) for name in page.steps if name not in known]
    steps = tuple(_step(step, page.steps) for step in runbook.steps)
    declared = [Parameter(name, one.value, one.type, one.secret, ()) for name, one in page.parameters.items()]
    parameters = merged(runbook.parameters, declared)
    accepting = _Accepting(page.steps, {each.name: each.value for each in parameters})
    steps = tuple(map(accepting.step, steps))
    problems += [
        Diagnostic(
            "override-without-command",
            "warning",
            f"{overrides.source}:{_line(overrides.text, name)}: step {name!r} of {runbook.page.title!r} has no command "
            f"{command!r} with a recorded output: drop the override",
        )
        for name, command in accepting.unused()
        if name in known
    ]
    return replace(runbook, steps=steps, parameters=parameters, diagnostics=(*runbook.diagnostics, *problems))


def accepted(expected: Expectation, command: str, outputs: Sequence[AcceptedOutput], values: Mapping[str, str]) -> Expectation:
    """An expectation with the pattern of the page's recording and of those that were accepted for it, in their order."""
    texts: list[Sequence[str]] = [expected.text]
    for output in outputs:
        texts = [*([] if output.instead else texts), *(split_lines(text) for text in output.recordings)]
    pattern = infer(texts, command=command, parameters=values)
    exit_status = pattern.exit if expected.exit is None else expected.exit
    return replace(expected, patterns=pattern.rows, unordered=pattern.unordered, exit=exit_status)


class _Accepting:
    """Puts accepted outputs to their commands, and knows which found none."""

    def __init__(self, steps: Mapping[str, StepOverride], values: Mapping[str, str]) -> None:
        self._values = values
        self._waiting: dict[tuple[str, str, int], list[AcceptedOutput]] = {}
        self._seen: Counter[tuple[str, str]] = Counter()
        for name, said in steps.items():
            for output in said.outputs:
                self._waiting.setdefault((name, output.command, output.occurrence), []).append(output)

    def step(self, step: Step) -> Step:
        return replace(step, body=tuple(self._node(node, step.id) for node in step.body))

    def unused(self) -> list[tuple[str, str]]:
        """The steps and commands of what was accepted for none that there is."""
        return [(name, command) for name, command, _ in self._waiting]

    def _node(self, node: Node, step: str) -> Node:
        if isinstance(node, Step):
            return self.step(node)
        if isinstance(node, Choice):
            return _in_branches(node, lambda inner: self._node(inner, step))
        if not isinstance(node, Command):
            return node
        self._seen[step, node.text] += 1
        outputs = self._waiting.get((step, node.text, self._seen[step, node.text]))
        if not outputs or node.expected is None or not node.expected.text:
            return node
        del self._waiting[step, node.text, self._seen[step, node.text]]
        if node.expected.patterns:  # somebody said more exactly what to expect
            return node
        return replace(node, expected=accepted(node.expected, node.text, outputs, self._values))


def _steps(nodes: Sequence[Node]) -> list[Step]:
    found: list[Step] = []
    for node in nodes:
        if isinstance(node, Step):
            found += [node, *_steps(node.body)]
        elif isinstance(node, Choice):
            found += [step for branch in node.branches for step in _steps(branch.body)]
    return found


def _unknown(overrides: Overrides, title: str, name: str, known: set[str]) -> Diagnostic:
    near = min(known, key=lambda other: len(set(re.split("-", other)) ^ set(re.split("-", name))), default="")
    hint = f"; the nearest is {near!r}" if near else ""
    where = f"{overrides.source}:{_line(overrides.text, name)}"
    return Diagnostic(
        "override-without-step", "warning", f"{where}: no step {name!r} on {title!r}{hint}: mend or drop the override"
    )


def _step(step: Step, overrides: Mapping[str, StepOverride]) -> Step:
    body = tuple(_inner(node, overrides) for node in step.body)
    said = overrides.get(step.id)
    if said is None:
        return replace(step, body=body)
    directive = Directive(step.lines, said.skip, False, said.expect, said.exit, "", said.shell, said.host, said.cwd, said.effect)
    return replace(step, body=tuple(_obeying(node, directive) for node in body))


def _inner(node: Node, overrides: Mapping[str, StepOverride]) -> Node:
    if isinstance(node, Step):
        return _step(node, overrides)
    return _in_branches(node, lambda inner: _inner(inner, overrides)) if isinstance(node, Choice) else node


def _in_branches(node: Choice, change: Callable[[Node], Node]) -> Choice:
    return replace(node, branches=tuple(replace(one, body=tuple(map(change, one.body))) for one in node.branches))


def _obeying(node: Node, directive: Directive) -> Node:
    """A step's node under its override; nested steps have their own."""
    if isinstance(node, Choice):
        return _in_branches(node, lambda inner: _obeying(inner, directive))
    if directive.skip and isinstance(node, Command):
        return Listing(node.lines, tuple(node.text.split("\n")), node.shell, "override")
    if directive.skip and isinstance(node, FileEdit):
        return Listing(node.lines, node.content, "", "override")
    return said_of(node, directive) if isinstance(node, Command) else node
