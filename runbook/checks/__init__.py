"""Read-only post-conditions: what must be found on the host after a command or a file edit has been carried out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from runbook import shell
from runbook.branches import Route, routed
from runbook.checks.arguments import (
    commands_where,
    heredoc_lines,
    literal_output,
    read_call,
    resolve,
    unwrapped,
)
from runbook.checks.kinds import KINDS, Kind, Result, check, unsure
from runbook.checks.makers import maker
from runbook.checks.replacing import Later
from runbook.checks.text import edited, sed_in_place, tee, written
from runbook.directories import stays_here
from runbook.model import Check, Command, FileEdit, Node
from runbook.shell import Problem, Script, Simple, Word

__all__ = ["KINDS", "Kind", "of_edit", "post_conditions", "supersede"]


def post_conditions(command: Command) -> tuple[Check, ...]:
    """The post-conditions of a command that is typed on the host itself, by its directory; what a later part of it undoes is left out.

    A command for another shell, or inside one that was entered elsewhere before, has none: they would be looked for in the wrong place.
    """
    return _lasting(_results(command))


def of_edit(edit: FileEdit) -> tuple[Check, ...]:
    """The post-conditions of a file edit: the whole content where it is known to be all, else its lines (settings by key)."""
    return _lasting(list(edited(edit)))


def _results(command: Command) -> list[Result]:
    """All that a command does to the host, in order."""
    if command.shell != "sh" or not all(map(stays_here, command.context)):
        return []
    tree = shell.parse_many([command.text])[0]
    found = [] if isinstance(tree, Problem) else list(_all_results(tree, command.cwd))
    return [each for each in found if not _at_home(each)] if command.context else found


def _at_home(each: Result) -> bool:
    """Whether a result is in a home: inside another user's shell it is that user's, which the script's reader has not."""
    names = each.args if isinstance(each, Check) else (each.name or "",)
    return any(name.startswith("~") for name in names)


def _lasting(results: Sequence[Result]) -> tuple[Check, ...]:
    """The checks among results that no later one undoes."""
    if len(results) < 2:
        return tuple(each for each in results if isinstance(each, Check))
    later, found = Later(), []
    for at in range(len(results) - 1, -1, -1):
        each = results[at]
        if isinstance(each, Check) and later.first(each, ()) is None:
            found.append(each)
        later.add(at, each, ())
    return tuple(reversed(found))


def _all_results(tree: Script, cwd: str | None) -> Iterator[Result]:
    printed: tuple[str, ...] | None = None
    for simple, directory in commands_where(tree, cwd):
        if not simple.certain:
            yield from map(_perhaps, _of_simple(simple, directory, None))
            continue
        words = unwrapped(simple.words) if simple.words else None
        lines = heredoc_lines(simple.redirects)
        if words:
            yield from _of_words(words, directory, printed if simple.piped and lines is None else lines)
        output = literal_output(words) if words else None
        yield from _redirections(simple, words, directory, output, printed)
        printed = (output if output is not None else lines if _is_cat(words) else None) if simple.pipes else None


def _of_simple(simple: Simple, cwd: str | None, printed: tuple[str, ...] | None) -> Iterator[Result]:
    words = unwrapped(simple.words) if simple.words else None
    if words:
        yield from _of_words(words, cwd, printed)
    yield from _redirections(simple, words, cwd, None, printed)


def _perhaps(each: Result) -> Result:
    """What is left of a result when the command may not have run."""
    return unsure(each) if isinstance(each, Check) else each


def _is_cat(words: Sequence[Word] | None) -> bool:
    return words is not None and len(words) == 1 and words[0].value == "cat"


def _of_words(words: Sequence[Word], cwd: str | None, given: tuple[str, ...] | None) -> Iterator[Result]:
    name = words[0].value or ""
    base = name.rpartition("/")[2]
    if base in ("sh", "bash") and len(words) == 3 and words[1].value == "-c" and words[2].value:
        tree = shell.parse_many([words[2].value])[0]
        if isinstance(tree, Script):
            yield from _all_results(tree, cwd)
        return
    if base == "tee":
        call = read_call(words, cwd, "")
        if call is not None:
            yield from tee(call, given)
        return
    if base in ("sed", "gsed"):
        call = read_call(words, cwd, "-e -f -l --expression --file")
        if call is not None:
            yield from sed_in_place(call)
        return
    known = maker(base) if not name.startswith("/etc/") else maker(name)
    if known is not None:
        make, valued = known
        call = read_call(words, cwd, valued)
        if call is not None:
            yield from make(call)


def _redirections(
    simple: Simple,
    words: Sequence[Word] | None,
    cwd: str | None,
    output: tuple[str, ...] | None,
    printed: tuple[str, ...] | None,
) -> Iterator[Result]:
    for each in simple.redirects:
        if each.op not in (">", ">>", ">|", "&>", "&>>") or each.fd not in ("", "1", "2"):
            continue
        target = each.target.value
        if target is None or (target.startswith("~") and "tilde" not in each.target.dynamic):
            continue
        lines: tuple[str, ...] | None = None
        if each.fd != "2":
            lines = output
            if _is_cat(words):
                lines = heredoc_lines(simple.redirects) or (printed if simple.piped else None)
        yield from written(resolve(target, cwd), lines, each.op in (">>", "&>>"))


_KERNEL: Final = re.compile(r"(?:linux-image|kernel|kernel-core|vzkernel|ovzkernel)-(\d[\w.~+-]*)")


def supersede(nodes: Sequence[Node]) -> list[tuple[Check, ...]]:
    """The post-conditions of each command and file edit within some nodes, in reading order, without those that a later one undoes or
    replaces, unless that stands in another branch of the same choice. A kernel that was installed is looked for after the next reboot."""
    every: list[tuple[list[Result], list[Check], Route]] = []
    kernel: str | None = None
    for node, route in routed(nodes):
        if not isinstance(node, (Command, FileEdit)):
            continue
        results = list(_results(node) if isinstance(node, Command) else edited(node))
        new = list(_lasting(results))
        for each in new:
            match = _KERNEL.fullmatch(each.args[0]) if each.kind == "package" and not each.negated else None
            kernel = match[1] if match else kernel
        if kernel is not None and any(each.kind == "rebooted" for each in new):
            new.append(check("kernel", kernel))
            kernel = None
        every.append((results, new, route))
    later = Later()
    kept: list[tuple[Check, ...]] = []
    for at in range(len(every) - 1, -1, -1):
        results, new, route = every[at]
        kept.append(tuple(each for each in new if later.first(each, route) is None))
        for result in results:
            later.add(at, result, route)
    return kept[::-1]
