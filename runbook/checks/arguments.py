"""A simple command as the makers of checks read it: wrappers gone, options and operands told apart, paths resolved."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final, TypeAlias

from msgspec import Struct

from runbook.checks.kinds import Result
from runbook.directories import joined
from runbook.patterns import pattern
from runbook.shell import Redirect, Script, Simple, Word
from runbook.stand_ins import begins_path

_WRAPPERS: Final[dict[str, tuple[str, int]]] = {
    # options with a value, operands before the command
    "sudo": ("-u -g -p -C -D -T --user --group --prompt", 0),
    "doas": ("-u -a", 0),
    "env": ("-u -C --unset", 0),
    "nice": ("-n --adjustment", 0),
    "ionice": ("-c -n", 0),
    "nohup": ("", 0),
    "time": ("-f", 0),
    "timeout": ("-k -s", 1),
    "command": ("", 0),
    "builtin": ("", 0),
    "exec": ("", 0),
    "eatmydata": ("", 0),
}
_BIN: Final = pattern(r"/(?:usr/(?:local/)?)?s?bin/([^/]+)")
_ASSIGNMENT: Final = pattern(r"[A-Za-z_]\w*+=.*+", re.DOTALL)


class Call(Struct, frozen=True, gc=False):
    """A command that certainly runs. `options` as given (clusters taken apart, "--long" without values), `values` option to value,
    `operands` with null for one known only at run time, of which `vague` has what is known of their beginnings; `raw` the words.
    `cwd` where it runs, null when that isn't known. `user` who it runs as, "" for whoever types it."""

    name: str
    options: frozenset[str]
    values: dict[str, str]
    operands: tuple[str | None, ...]
    raw: tuple[str | None, ...]
    cwd: str | None
    vague: tuple[str, ...] = ()
    user: str = ""

    def has(self, *options: str) -> bool:
        return any(option in self.options for option in options)

    def value(self, *options: str) -> str | None:
        return next((self.values[option] for option in options if option in self.values), None)

    def known(self) -> list[str]:
        """The operands that are known."""
        return [operand for operand in self.operands if operand is not None]

    def path(self, operand: str | None) -> str | None:
        return resolve(operand, self.cwd)

    def directories(self) -> list[str]:
        """The directories that the operands known only at run time are in, at least."""
        found = (resolve(posixpath.dirname(each) or ".", self.cwd) for each in self.vague)
        return [path for path in found if path is not None]

    def paths(self) -> list[str]:
        return [path for operand in self.operands if (path := self.path(operand)) is not None]


Maker: TypeAlias = Callable[[Call], Iterator[Result]]


def resolve(operand: str | None, cwd: str | None) -> str | None:
    """The path of an operand: a whole one, one from "~/", or from where the page's steps begin ("./"); null when it isn't known."""
    if not operand or operand == "-" or begins_path(operand):
        return None
    path = joined(cwd, operand)
    return None if path is None or (path.startswith("~") and path != "~" and not path.startswith("~/")) else path


def _text(word: Word) -> str | None:
    """The value of a word; null for one that only run time knows, also when a quoted "~" would be taken for a home."""
    if word.value is None:
        return None
    if word.value.startswith("~") and "tilde" not in word.dynamic:
        return "./" + word.value
    return word.value


class Run(Struct, frozen=True, gc=False):
    """A command without the wrappers that run it: as which user, "" for whoever types it; `moved`: in a directory of theirs."""

    words: Sequence[Word]
    user: str = ""
    moved: bool = False


def unwrapped(words: Sequence[Word]) -> Run | None:
    """The command, by name or path, that a chain of wrappers runs; None where that can't be told."""
    user, moved = "", False
    while words:
        name = command_name(words[0])
        if words[0].value is None:
            return None
        if name not in _WRAPPERS:
            return Run(words, user, moved)
        valued, skip = _WRAPPERS[name]
        inner = _after_options(words[1:], valued.split(), skip)
        given = [word.value or "" for word in words[1 : len(words) - len(inner)]]
        if name in ("sudo", "doas"):
            user = _user_of(given)
        moved = moved or any(option in given for option in _MOVES.get(name, ()))
        words = inner
    return None


_MOVES: Final = {"sudo": ("-i", "--login", "-D"), "env": ("-C",)}


def _user_of(given: Sequence[str]) -> str:
    """Who the options of sudo and doas name."""
    for at, option in enumerate(given):
        if option in ("-u", "--user") and at + 1 < len(given):
            return given[at + 1]
        if option.startswith("--user="):
            return option[7:]
        if option.startswith("-u") and len(option) > 2:
            return option[2:]
    return "root"


def _after_options(words: Sequence[Word], valued: Sequence[str], skip: int) -> Sequence[Word]:
    at = 0
    while at < len(words):
        value = words[at].value
        if value is None:
            return ()
        if value == "--":
            at += 1
            break
        if value.startswith("-") and len(value) > 1:
            at += 2 if value in valued else 1
        elif _ASSIGNMENT.fullmatch(value):
            at += 1
        elif skip:
            skip -= 1
            at += 1
        else:
            break
    return words[at:]


_PYTHON: Final = re.compile(r"python[\d.]*")


def spelled(words: Sequence[Word]) -> tuple[str | None, Sequence[Word]]:
    """The name by which a command is known here, and its words from the last of that name on: those that are the command of another
    program ("docker compose", "python3 -m venv") by both."""
    name = command_name(words[0])
    second, third = (words[at].value if at < len(words) else None for at in (1, 2))
    if name in ("docker", "podman") and second == "compose":
        return f"{name} compose", words[1:]
    if name is not None and _PYTHON.fullmatch(name) and second == "-m" and third:
        return f"python -m {third}", words[2:]
    return name, words


def command_name(word: Word) -> str | None:
    """The name of a command of the system, without the path to its bin directory; None for any other path or dynamic name."""
    if word.value is None or "ansi" in word.dynamic:
        return None
    if "/" not in word.value:
        return word.value
    match = _BIN.fullmatch(word.value)
    if match:
        return match[1]
    return word.value if word.value.startswith("/etc/") else None


def read_call(words: Sequence[Word], cwd: str | None, valued: str, user: str = "") -> Call | None:
    """Reads a command by POSIX guidelines with GNU's long options; `valued`: the options that take a value. None if a word that is
    only known at run time could be an option."""
    name = command_name(words[0])
    if name is None:
        return None
    takes = frozenset(valued.split())
    options: set[str] = set()
    values: dict[str, str] = {}
    operands: list[str | None] = []
    vague: list[str] = []
    rest = list(words[1:])
    at = 0
    while at < len(rest):
        word = rest[at]
        text = _text(word)
        at += 1
        if word.value is None:
            if word.prefix.startswith("-"):
                return None
            operands.append(None)
            vague.append(word.prefix)
        elif text == "--":
            operands.extend(_text(each) for each in rest[at:])
            break
        elif text is not None and text.startswith("-") and len(text) > 1:
            at += _option(text, takes, options, values, rest[at].value if at < len(rest) else None)
        else:
            operands.append(text)
    raw = tuple(_text(word) for word in words[1:])
    return Call(name, frozenset(options), values, tuple(operands), raw, cwd, tuple(vague), user)


def _option(text: str, takes: frozenset[str], options: set[str], values: dict[str, str], following: str | None) -> int:
    if text.startswith("--"):
        name, equals, value = text.partition("=")
        options.add(name)
        if equals:
            values[name] = value
        elif name in takes and following is not None:
            values[name] = following
        return int(name in takes and not equals)
    if text in takes and len(text) > 2:
        options.add(text)
        values[text] = following or ""
        return 1
    for index, letter in enumerate(text[1:], 2):
        options.add("-" + letter)
        if "-" + letter in takes:
            rest = text[index:]
            values["-" + letter] = rest or following or ""
            return 0 if rest else 1
    return 0


def commands_where(script: Script, cwd: str | None) -> Iterator[tuple[Simple, str | None]]:
    """The simple commands of a line, each with the directory it runs in (`cd` and subshells followed); none of a line with functions."""
    where: dict[tuple[int, ...], str | None] = {(): cwd}
    for simple in script.commands:
        if simple.function is not None or script.functions:
            continue
        current = _directory(where, simple.scope)
        if simple.words and simple.name in ("cd", "pushd"):
            where[simple.scope] = _changed(simple, current)
        else:
            yield simple, current


def _directory(where: dict[tuple[int, ...], str | None], scope: tuple[int, ...]) -> str | None:
    while scope not in where:
        scope = scope[:-1]
    return where[scope]


def _changed(simple: Simple, current: str | None) -> str | None:
    operands = [word for word in simple.words[1:] if not (word.value or "").startswith("-")]
    if not simple.certain or len(operands) > 1 or any(word.value == "-" for word in simple.words):
        return None
    return resolve(_text(operands[0]), current) if operands else "~"


def literal_output(words: Sequence[Word]) -> tuple[str, ...] | None:
    """The lines that `echo` or `printf` of literal words prints; None where that isn't known."""
    name = command_name(words[0])
    if name not in ("echo", "printf"):
        return None
    values = [word.value for word in words[1:]]
    if any(value is None for value in values) or any(word.splits for word in words[1:]):
        return None
    texts = [value for value in values if value is not None]
    if name == "echo":
        if texts and re.fullmatch(r"-[neE]+", texts[0]):
            if "e" in texts[0]:
                return None
            texts = texts[1:]
        return tuple(" ".join(texts).split("\n"))
    if name == "printf" and len(texts) == 2 and texts[0] in (r"%s\n", "%s"):
        return tuple(texts[1].split("\n"))
    if name == "printf" and len(texts) == 1 and "%" not in texts[0] and "\\" not in texts[0].replace("\\n", ""):
        return tuple(texts[0].replace("\\n", "\n").rstrip("\n").split("\n"))
    return None


def heredoc_lines(redirects: Sequence[Redirect]) -> tuple[str, ...] | None:
    """The lines of the last heredoc or here-string of literal text; None without one."""
    found: tuple[str, ...] | None = None
    for each in redirects:
        if each.op in ("<<", "<<-"):
            found = None if each.body is None else tuple(each.body.removesuffix("\n").split("\n"))
            if each.op == "<<-" and found is not None:
                found = tuple(line.lstrip("\t") for line in found)
        elif each.op == "<<<":
            found = None if each.target.value is None else tuple(each.target.value.split("\n"))
    return found
