"""Read-only post-conditions: what must be found on the host after a command or a file edit has been carried out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from runbook import shell
from runbook.checks.arguments import (
    certain_commands,
    heredoc_lines,
    literal_output,
    read_call,
    resolve,
    unwrapped,
)
from runbook.checks.kinds import KINDS, Kind, check, replaces
from runbook.checks.makers import maker
from runbook.checks.text import of_edit, sed_in_place, tee, written
from runbook.model import Check, Command, FileEdit
from runbook.shell import Problem, Script, Simple, Word

__all__ = ["KINDS", "Kind", "of_edit", "post_conditions", "supersede"]


def post_conditions(command: Command) -> tuple[Check, ...]:
    """The post-conditions of a command that is typed on the host itself, by its directory; what a later part of it undoes is left out.

    A command for another shell, or inside one that was entered before, has none: they would be looked for in the wrong place.
    """
    if command.shell != "sh" or command.context:
        return ()
    tree = shell.parse_many([command.text])[0]
    if isinstance(tree, Problem):
        return ()
    found: list[Check] = []
    for each in _all_checks(tree, command.cwd):
        found = [earlier for earlier in found if not replaces(each, earlier)]
        found.append(each)
    return tuple(found)


def _all_checks(tree: Script, cwd: str | None) -> Iterator[Check]:
    printed: tuple[str, ...] | None = None
    for simple, directory in certain_commands(tree, cwd):
        words = unwrapped(simple.words) if simple.words else None
        lines = heredoc_lines(simple.redirects)
        if words:
            yield from _of_words(words, directory, printed if simple.piped and lines is None else lines)
        output = literal_output(words) if words else None
        yield from _redirections(simple, words, directory, output, printed)
        printed = (output if output is not None else lines if _is_cat(words) else None) if simple.pipes else None


def _is_cat(words: Sequence[Word] | None) -> bool:
    return words is not None and len(words) == 1 and words[0].value == "cat"


def _of_words(words: Sequence[Word], cwd: str | None, given: tuple[str, ...] | None) -> Iterator[Check]:
    name = words[0].value or ""
    base = name.rpartition("/")[2]
    if base in ("sh", "bash") and len(words) == 3 and words[1].value == "-c" and words[2].value:
        tree = shell.parse_many([words[2].value])[0]
        if isinstance(tree, Script):
            yield from _all_checks(tree, cwd)
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
) -> Iterator[Check]:
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


_KERNEL = re.compile(r"(?:linux-image|kernel|kernel-core|vzkernel|ovzkernel)-(\d[\w.~+-]*)")


def supersede(nodes: Sequence[Command | FileEdit]) -> list[tuple[Check, ...]]:
    """The post-conditions of each node, in order, without those that a later node undoes or replaces. A kernel that was installed
    is looked for after the next reboot."""
    found: list[list[Check]] = []
    kernel: str | None = None
    for node in nodes:
        new = list(post_conditions(node) if isinstance(node, Command) else of_edit(node))
        for each in new:
            match = _KERNEL.fullmatch(each.args[0]) if each.kind == "package" and not each.negated else None
            kernel = match[1] if match else kernel
        if kernel is not None and any(each.kind == "rebooted" for each in new):
            new.append(check("kernel", kernel))
            kernel = None
        for index, earlier in enumerate(found) if new else ():
            if earlier:
                found[index] = [old for old in earlier if not any(replaces(each, old) for each in new)]
        found.append(new)
    return [tuple(each) for each in found]
