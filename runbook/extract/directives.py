"""The author's own word: comments on a page that no reader sees (`<!-- runbook: expect=exact -->`), each for what follows it.

Nothing that a page says makes more run unasked: `effect=` adds effects, the rest takes away or says more exactly.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterable, Iterator, Sequence
from difflib import get_close_matches

from msgspec import Struct
from msgspec.structs import replace

from runbook.line_index import LineIndex
from runbook.model import (
    EFFECTS,
    Block,
    Command,
    Container,
    Diagnostic,
    Effect,
    Elision,
    Expectation,
    Lines,
    ListBlock,
    Parameter,
    PatternRow,
    Preformatted,
    Template,
)
from runbook.patterns import pattern

PREFIX = "runbook:"


class Directive(Struct, frozen=True):
    """What one comment says of the block (or the commands) after it; `lines` are the comment's own."""

    lines: Lines
    skip: bool = False
    output: bool = False
    expect: str = ""
    exit: int | None = None
    file: str = ""
    shell: str = ""
    host: str = ""
    cwd: str = ""
    effects: tuple[Effect, ...] = ()


class Spoken(Struct, frozen=True):
    """All that a page's comments say: directives in order, declared parameters, and what could not be understood."""

    directives: tuple[Directive, ...]
    parameters: tuple[Parameter, ...]
    diagnostics: tuple[Diagnostic, ...]


class MisspokenError(Exception):
    """A word of a directive that can't be taken: the message says why and what could be said."""


def _exit(value: str) -> dict[str, object]:
    if not value.isdecimal() or int(value) > 255:
        raise MisspokenError(f"exit={value} is no exit status: give a number from 0 to 255")
    return {"exit": int(value)}


def _expect(value: str) -> dict[str, object]:
    if value not in ("exact", "any"):
        raise MisspokenError(
            f"expect={value} is not known: say expect=exact (every character) or expect=any (whatever it prints)"
        )
    return {"expect": value}


def _effect(value: str) -> dict[str, object]:
    wrong = [name for name in value.split(",") if name not in EFFECTS or name == "read"]
    if wrong:
        raise MisspokenError(f"effect={wrong[0]} is none that can be added: {', '.join(EFFECTS[1:])}")
    return {"effects": tuple(value.split(","))}


def _given(name: str) -> Callable[[str], dict[str, object]]:
    def take(value: str) -> dict[str, object]:
        if not value:
            raise MisspokenError(f"{name} needs a value: {name}=…")
        return {name: value}

    return take


def _flag(name: str) -> Callable[[str], dict[str, object]]:
    def take(value: str) -> dict[str, object]:
        if value:
            raise MisspokenError(f"{name} takes no value")
        return {name: True}

    return take


WORDS: dict[str, Callable[[str], dict[str, object]]] = {
    "skip": _flag("skip"),
    "output": _flag("output"),
    "expect": _expect,
    "exit": _exit,
    "file": _given("file"),
    "shell": _given("shell"),
    "host": _given("host"),
    "cwd": _given("cwd"),
    "effect": _effect,
}
TYPES = ("string", "integer", "hostname", "ip-address", "path")


def spoken(comments: Sequence[tuple[str, Lines]]) -> Spoken:
    """What the comments of a page say, each given with its text and its lines; other comments say nothing."""
    directives: list[Directive] = []
    parameters: list[Parameter] = []
    diagnostics: list[Diagnostic] = []
    for text, lines in comments:
        forgotten = _FORGOTTEN.match(text.strip())
        if forgotten is not None and text.strip()[forgotten.end() :].split("=")[0].split()[0] in (*WORDS, "param", "secret"):
            message = f"a directive begins with {PREFIX!r}: the colon is missing"
            diagnostics.append(Diagnostic("directive-not-understood", "warning", message, lines))
        if wrong := misspelt(text):
            message = f"a directive begins with {PREFIX!r}, this one with {wrong + ':'!r}"
            diagnostics.append(Diagnostic("directive-not-understood", "warning", message, lines))
        if not text.strip().casefold().startswith(PREFIX):
            continue
        try:
            said = list(_read(text.strip()[len(PREFIX) :], lines))
        except MisspokenError as problem:
            diagnostics.append(Diagnostic("directive-not-understood", "warning", str(problem), lines))
            continue
        parameters.extend(one for one in said if isinstance(one, Parameter))
        directives.extend(one for one in said if isinstance(one, Directive))
    return Spoken(tuple(directives), tuple(parameters), tuple(diagnostics))


_COMMENT = pattern(r"<!--(.*?)-->", re.DOTALL)
_FORGOTTEN = pattern(r"runbook\s+(?=\w)", re.IGNORECASE)
_PREFIXED = pattern(r"\s*([a-z][a-z\- ]{3,10}?)\s*:\s*([a-z]+)", re.IGNORECASE)


def misspelt(text: str) -> str:
    """The word before the colon of a comment that looks like a directive with its prefix misspelt ("runbok: skip"), "" for others."""
    match = _PREFIXED.match(text)
    if match is None or match[2].casefold() not in (*WORDS, "param", "secret"):
        return ""
    word = match[1].casefold()
    return match[1] if word != PREFIX[:-1] and get_close_matches(word, [PREFIX[:-1]], 1, 0.75) else ""


def comments_in(text: str, blocks: Iterable[Block]) -> list[tuple[str, Lines]]:
    """The comments of a page's source that speak to us, with their lines, wherever they stand but in the code of its `blocks`, which
    shows them."""
    if "<!--" not in text:
        return []
    index = LineIndex(text)
    shown = {n for n, line in _code(blocks) if "<!--" in line}
    found: list[tuple[str, Lines]] = []
    for match in _COMMENT.finditer(text):
        lines = index.line(match.start()), index.line(match.end())
        ours = match[1].strip().casefold().startswith(PREFIX[:-1]) or misspelt(match[1])
        if ours and lines[0] not in shown:
            found.append((match[1], lines))
    return found


def _code(blocks: Iterable[Block]) -> Iterator[tuple[int, str]]:
    """The lines of code in some blocks, with their texts."""
    for block in blocks:
        match block:
            case Preformatted():
                yield from ((row.n, row.text) for row in block.rows)
            case ListBlock():
                for item in block.items:
                    yield from _code(item.blocks)
            case Container():
                yield from _code(block.blocks)
            case Template():
                yield from ((row.n, row.text) for argument in block.arguments for row in argument.rows)


def _hint(word: str, known: Iterable[str]) -> str:
    near = get_close_matches(word, [*known], 1)
    return f" (did you mean {near[0]!r}?)" if near else ""


def _read(text: str, lines: Lines) -> Iterator[Directive | Parameter]:
    try:
        said = shlex.split(text)
    except ValueError as error:
        raise MisspokenError(f"the directive can't be read ({error}): quote values with blanks like file='/etc/a b'") from error
    if not said:
        raise MisspokenError(f"the directive says nothing: use {', '.join(WORDS)}, param or secret")
    if said[0] in ("param", "secret"):
        return iter([_parameter(said, lines)])
    values: dict[str, object] = {}
    for word in said:
        name, _, value = word.partition("=")
        if name not in WORDS:
            raise MisspokenError(
                f"{name!r} is no directive{_hint(name, (*WORDS, 'param', 'secret'))}: use {', '.join(WORDS)}, param or secret"
            )
        values.update(WORDS[name](value))
    return iter([Directive(lines, **values)])  # type: ignore[arg-type]  # each taker gives its own field's type


def _parameter(said: Sequence[str], lines: Lines) -> Parameter:
    """`param NAME=VALUE [type=…] [secret]`, or `secret VALUE`."""
    if len(said) < 2:
        raise MisspokenError(f"{said[0]} needs more: param NAME=VALUE [type=TYPE] [secret], or secret VALUE")
    if said[0] == "secret":
        return Parameter("SECRET", said[1], "string", True, (lines[0],))
    name, equals, value = said[1].partition("=")
    if not equals or not name.isidentifier():
        raise MisspokenError(f"param {said[1]!r} should be NAME=VALUE, the name of letters, digits and underscores")
    kind, secret = "string", False
    for word in said[2:]:
        if word == "secret":
            secret = True
        elif word.startswith("type=") and word[5:] in TYPES:
            kind = word[5:]
        else:
            raise MisspokenError(f"{word!r} after param is not known: type=({'|'.join(TYPES)}) or secret")
    return Parameter(name, value, kind, secret, (lines[0],))


def said_of(command: Command, directive: Directive) -> Command:
    """A command as a directive says it is. Its effects are only raised: classification adds to them later. What was read as another
    language's and is said to be the shell's stays unknown: nobody who edits a page can make it run unasked."""
    claimed: tuple[Effect, ...] = ("unknown",) if directive.shell == "sh" and command.shell != "sh" else ()
    changed = replace(
        command,
        shell=directive.shell or command.shell,
        host=directive.host or command.host,
        cwd=directive.cwd or command.cwd,
        effects=tuple(sorted({*command.effects, *directive.effects, *claimed}, key=EFFECTS.index)),
    )
    if directive.exit is not None or directive.expect:
        changed = replace(changed, expected=expected_as(changed.expected, directive, command.lines))
    return changed


def expected_as(expected: Expectation | None, directive: Directive, lines: Lines) -> Expectation | None:
    """An expectation as a directive says it is: exact rows, anything at all, another exit status."""
    if expected is None and directive.exit is None:
        return None
    expected = expected or Expectation(lines, ())
    patterns: tuple[PatternRow, ...] = expected.patterns
    if directive.expect == "exact":
        patterns = tuple((text,) for text in expected.text)
    elif directive.expect == "any":
        patterns = (Elision(),)
    return replace(expected, patterns=patterns, exit=directive.exit if directive.exit is not None else expected.exit)


def merged(found: Sequence[Parameter], declared: Sequence[Parameter]) -> tuple[Parameter, ...]:
    """The parameters found on a page with those that its author declared: the author's name, type and secrecy win, the lines join."""
    by_value = {parameter.value: parameter for parameter in declared}
    out: list[Parameter] = []
    for parameter in found:
        author = by_value.pop(parameter.value, None)
        if author is None:
            out.append(parameter)
            continue
        name = parameter.name if author.name == "SECRET" else author.name
        lines = tuple(sorted({*parameter.lines, *author.lines}))
        out.append(Parameter(name, parameter.value, author.type, author.secret or parameter.secret, lines))
    return (*out, *by_value.values())
