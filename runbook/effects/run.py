"""From the simple commands of a script to effects: names, paths, assignments, redirections, rows of the table, wrappers."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Final, TypeAlias

from runbook.effects import options
from runbook.effects.options import Given, effects_of
from runbook.effects.table import Row, bin_directories, changes_what_runs, commands, endless, path_effects, sinks
from runbook.patterns import pattern
from runbook.shell import Assignment, Problem, Redirect, Script, Simple, Word

Reader: TypeAlias = "Callable[[Run, Row, Sequence[Word], str], set[str]]"
"""Takes the run, the row and the words after the name, and gives effects. In doubt it gives "unknown"."""

MAX_INNER: Final = 4
"""How deep command lines inside command lines (sh -c, ssh, find -exec) are followed."""

_INTEGER: Final = pattern(r"-?[0-9]++")
_EXECUTES: Final = pattern(r"\$\(|`|\$\{")
_INIT: Final = pattern(r"/etc/(?:rc\.d/)?init\.d/[A-Za-z0-9_.@+-]++")
_DENYING: Final = frozenset({"background", "coproc", "indirect", "prompt-expansion", "extglob-substitution", "let", "test-v"})


_SUSPECT: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


def suspicious(text: str) -> bool:
    """Whether a command holds control characters, or characters that change how it looks (bidirectional controls, zero width,
    Trojan Source): what is read is then not what is run."""
    if _SUSPECT.search(text):
        return True
    return not text.isascii() and not all(char.isprintable() or char in "\n\t" for char in text)


class Run:
    """Reads one script. `inner` holds the trees of command lines inside it as far as they are parsed; `wanted` gathers those that
    are not yet. `harmless`: tools declared read-only by the configuration. `readers`: those of rows that name one."""

    def __init__(
        self,
        text: Script,
        inner: Mapping[str, Script | Problem],
        harmless: Collection[str],
        readers: Mapping[str, Reader],
        depth: int = 0,
    ) -> None:
        self.script = text
        self.inner = inner
        self.readers = readers
        self.harmless = harmless
        self.depth = depth
        self.wanted: set[str] = set()
        self.fed = False
        self.pipes = False
        self.trusted = _trusted_variables(text)

    def effects(self) -> set[str]:
        found: set[str] = set()
        script = self.script
        if script.oddities & _DENYING or script.functions:
            found.add("unknown")
        if script.arithmetic and not self.arithmetic_is_plain():
            found.add("unknown")
        if any(changes_what_runs(name) for name, _ in script.loops):
            found.add("unknown")
        for simple in script.commands:
            found |= self.simple(simple)
        if not found and not script.commands:
            found.add("read")
        return found

    def arithmetic_is_plain(self) -> bool:
        """Arithmetic evaluates the values of its variables, subscripts and substitutions included (bash(1), ARITHMETIC EVALUATION):
        only variables that this script itself gives numbers are harmless."""
        names = {name for each in self.script.arithmetic for name in each.reads | each.sets}
        own = {name for each in self.script.arithmetic for name in each.sets}
        for simple in self.script.commands:
            for each in simple.assignments:
                value = each.value.value if each.value else ""
                if each.name in names and not (value is not None and _INTEGER.fullmatch(value)):
                    return False
                own.add(each.name)
        for name, words in self.script.loops:
            if name in names and not all(word.value and _INTEGER.fullmatch(word.value) for word in words):
                return False
            own.add(name)
        return names <= own and not any(changes_what_runs(name) for name in names)

    # --- simple commands

    def simple(self, simple: Simple) -> set[str]:
        found: set[str] = set()
        for each in simple.assignments:
            found |= self.assignment(each)
        for redirect in simple.redirects:
            found |= self.redirect(redirect)
        if not simple.pipes and any(each.op == "<" and each.target.value in endless() for each in simple.redirects):
            found |= {"interactive"} if simple.name not in _COUNTING else set()
        if simple.words:
            self.pipes = simple.pipes
            self.fed = simple.piped or any(each.op[0] == "<" for each in simple.redirects) or self.script_is_fed(simple)
            found |= self.words(simple.words)
        else:
            found.add("read")
        return found

    def script_is_fed(self, simple: Simple) -> bool:
        return bool(simple.scope) and any(
            each.piped and simple.scope[: len(each.scope)] == each.scope for each in self.script.commands if each is not simple
        )

    def assignment(self, each: Assignment) -> set[str]:
        if changes_what_runs(each.name) or each.subscript:
            return {"unknown"}
        words = [each.value, *each.array] if each.value else each.array
        if any(word and _EXECUTES.search(word.value or word.prefix) for word in words):
            return {"unknown"}
        return {"read"}

    def redirect(self, each: Redirect) -> set[str]:
        target = each.target.value
        if each.op in ("<<", "<<-", "<<<"):
            return set()
        if each.fd.startswith("{"):
            return {"unknown"}
        if each.op in (">&", "<&") and target is not None and re.fullmatch(r"[0-9]*+-?", target):
            return set()
        if each.op == "<":
            if target is None:
                return {"network"} if not each.target.prefix and "process" not in each.target.dynamic else set()
            return effects_of([path_effects(target)])
        if each.op != "<>" and target is not None and target in sinks():
            return set()
        if target is None and "process" in each.target.dynamic:
            return set()
        if (target or each.target.prefix).startswith(("/dev/tcp/", "/dev/udp/")):
            return {"network", "unknown"}
        return {"create", "modify"}

    def words(self, words: Sequence[Word]) -> set[str]:
        """The effects of a command with its arguments."""
        first, arguments = words[0], words[1:]
        name = first.value
        if name is None or not name.isascii() or first.dynamic or first.splits or not name:
            return {"unknown"}
        if name in self.harmless:
            return {"read"}
        directory, slash, base = name.rpartition("/")
        if slash and directory not in bin_directories():
            return {"unknown", "exec", "service"} if _INIT.fullmatch(name) else {"unknown"}
        if base in self.harmless:
            return {"read"}
        row = commands().get(base)
        if row is None:
            return {"unknown"}
        return self.row(row, arguments, base)

    def row(self, row: Row, words: Sequence[Word], name: str) -> set[str]:
        if _asks_for_help(row, words):
            return {"read"}
        reader = self.readers.get(row.reader)
        found = reader(self, row, words, name) if reader else self.plain(row, words)
        if "read" in found:
            for word in words:
                if word.value and word.value.startswith(("/dev/", "/proc/k", "/sys/kernel/", "/inet/")) and name not in _LOOKING:
                    found |= effects_of([path_effects(word.value)])
                    if word.value in endless() and not self.pipes and name not in _COUNTING:
                        found.add("interactive")
        return found

    def plain(self, row: Row, words: Sequence[Word]) -> set[str]:
        """The effects by the row alone."""
        if row.wraps:
            return self.wrapper(row, words)
        if row.sub or row.alone:
            return self.subcommand(row, words)
        given = options.read(row, words)
        found = self.given(row, given)
        if row.operands and (
            any(word.value not in sinks() for word in given.operands[row.operands_from :])
            or any(word.splits for word in given.operands)
        ):
            found |= effects_of([row.operands])
        if row.stdin and not self.fed and self.waits(row, given.operands):
            found.add("interactive")
        return found

    def waits(self, row: Row, operands: Sequence[Word]) -> bool:
        """Whether a command reads standard input for want of operands, or because one says so."""
        if any(word.value == "-" for word in operands):
            return True
        return len(operands) < row.stdin and not any(word.splits for word in operands)

    def given(self, row: Row, given: Given, effects: str | None = None) -> set[str]:
        """Effects, modes and harm of a row for given options."""
        found = effects_of([row.effects if effects is None else effects])
        for option, other in row.modes.items():
            if given.has(option):
                found = effects_of([other])
                break
        if row.no_act and given.has(row.no_act):
            found = {"read"}
        for option, other in row.harm.items():
            if given.has(option):
                found |= effects_of([other])
        if given.vague and (row.harm or row.modes or row.operands or row.strict):
            found.add("unknown")
        if row.strict and options.stray(row, given):
            found.add("unknown")
        return found

    def subcommand(self, row: Row, words: Sequence[Word]) -> set[str]:
        given = options.read(row, words, stop=True)
        found = self.given(row, given, "")
        rest = words[given.rest :]
        if not rest:
            alone = row.alone or ("" if given.longs else "unknown")
            if not row.alone and not found:
                asked = [sub for sub in row.sub if set(given.longs) & set(sub.names.split())]
                return self.plain(asked[0], []) if asked and len(given.longs) == 1 else {"unknown"}
            return found | effects_of([alone])
        name = rest[0].value
        if name is None or rest[0].dynamic:
            return found | {"unknown"}
        late = options.read(row, rest[1:])
        found |= {
            e for option, effect in row.harm.items() if option.startswith("--") and late.has(option) for e in effect.split()
        }
        chosen = [sub for sub in row.sub if name in sub.names.split()]
        if any(sub.no_act and given.has(sub.no_act) for sub in chosen):
            return found | {"read"}
        if not chosen and row.abbreviates:
            chosen = [sub for sub in row.sub if any(each.startswith(name) for each in sub.names.split())]
        chosen = chosen or [sub for sub in row.sub if sub.names == "*"]
        if not chosen:
            return found | (
                {"unknown"} if not (row.alone and row.effects != "unknown" and not row.sub) else effects_of([row.effects])
            )
        for sub in chosen:
            found |= self.plain(sub, rest[1:])
        return found

    # --- commands in commands

    def wrapper(self, row: Row, words: Sequence[Word]) -> set[str]:
        given = options.read(row, words, stop=True, skip=row.skip)
        found = self.given(row, given, row.adds) - {"read"}
        if row.modes and any(given.has(option) for option in row.modes):
            if any(effects == "read" and given.has(option) for option, effects in row.modes.items()):
                return found | {"read"}
            return found | self.rest(row, words[given.rest :])
        if row.joined_flag and given.has(row.joined_flag):
            return found | {"exec"}
        return found | self.rest(row, words[given.rest :], bool(row.login and given.has(row.login)))

    def rest(self, row: Row, rest: Sequence[Word], login: bool = False) -> set[str]:
        found: set[str] = set()
        at = 0
        while row.assigns and at < len(rest) and "=" in (rest[at].value or rest[at].prefix):
            name = (rest[at].value or rest[at].prefix).split("=", 1)[0]
            if changes_what_runs(name) or not name.isidentifier():
                found.add("unknown")
            at += 1
        if at == len(rest):
            return found | ({"interactive"} if login else effects_of([row.alone]))
        if row.joins:
            return found | self.joined(rest[at:])
        return found | self.words(rest[at:])

    def joined(self, words: Sequence[Word]) -> set[str]:
        """Words that are joined by blanks and read by a shell anew (watch, ssh)."""
        if any(word.value is None for word in words):
            return {"unknown"}
        return self.text(" ".join(word.value or "" for word in words))

    def text(self, text: str) -> set[str]:
        """The effects of a command line inside this one."""
        if self.depth >= MAX_INNER or suspicious(text):
            return {"unknown"}
        tree = self.inner.get(text)
        if tree is None:
            self.wanted.add(text)
            return {"unknown"}
        if isinstance(tree, Problem):
            return {"unknown"}
        run = Run(tree, self.inner, self.harmless, self.readers, self.depth + 1)
        found = run.effects()
        self.wanted |= run.wanted
        return found


_LOOKING: Final = frozenset(
    "ls dir vdir stat test [ file realpath readlink basename dirname echo printf df findmnt lsblk".split()
)


_COUNTING: Final = frozenset("head od hexdump hd xxd dd cmp".split())
"""What is mostly told how many bytes to read."""


def _asks_for_help(row: Row, words: Sequence[Word]) -> bool:
    if len(words) != 1 or words[0].value not in ("--version", "--help"):
        return False
    return not row.no_help and "power" not in row.effects


def _trusted_variables(script: Script) -> frozenset[str]:
    """Variables whose every assignment in the script is literal and can't be taken for an option."""
    good: set[str] = set()
    bad: set[str] = set()
    for simple in script.commands:
        for each in simple.assignments:
            (good if _is_harmless_value(each.value) else bad).add(each.name)
        if simple.name in ("read", "mapfile", "readarray", "getopts", "printf", "unset", "local", "declare"):
            bad.update(word.value or "" for word in simple.words)
    for name, words in script.loops:
        (good if all(_is_harmless_value(word) for word in words) else bad).add(name)
    return frozenset(good - bad)


def _is_harmless_value(word: Word | None) -> bool:
    return (
        word is not None
        and word.value is not None
        and not word.value.startswith("-")
        and not re.search(r"[\s*?\[$`]", word.value)
    )
