"""From the text of a command to all that it does to the host: each simple command that certainly runs, where and as whom."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from runbook import shell
from runbook.checks import table
from runbook.checks.arguments import (
    Run,
    command_name,
    commands_where,
    heredoc_lines,
    literal_output,
    read_call,
    resolve,
    spelled,
    unwrapped,
)
from runbook.checks.environments import Environments, entered, own_pip
from runbook.checks.kinds import Entered, Result, Unsure, unsure
from runbook.checks.makers import builds, databases, maker
from runbook.checks.makers.rows import of_program
from runbook.checks.text import sed_in_place, tee, written
from runbook.directories import entered_user, stays_here
from runbook.model import Check, Command
from runbook.shell import Problem, Script, Simple, Word


def results(command: Command) -> list[Result | Entered]:
    """All that a command does to the host, in order; nothing for another shell, or one on another machine."""
    return [each for each in _of_command(command) if not _unaskable(each)]


def _unaskable(each: Result | Entered) -> bool:
    """Whether a program that is asked for something could take it for an option, or for two things."""
    return (
        isinstance(each, Check)
        and each.kind in ("thing", "value")
        and any(arg.startswith("-") or "\n" in arg for arg in each.args)
    )


def _of_command(command: Command) -> list[Result | Entered]:
    if command.shell in ("psql", "mysql"):
        return list(_of_client(command))
    if command.shell != "sh" or not all(map(stays_here, command.context)):
        return []
    user = next((user for entering in reversed(command.context) if (user := entered_user(entering))), "")
    return list(_of_text(command.text, command.cwd, user))


def _of_client(command: Command) -> Iterator[Result | Entered]:
    """What is typed into a client of a database that was entered on this host."""
    if not command.context or not all(map(stays_here, command.context[:-1])):
        return
    tree = shell.parse_many([command.context[-1]])[0]
    run = unwrapped(tree.commands[0].words) if isinstance(tree, Script) and len(tree.commands) == 1 else None
    known = maker((command_name(run.words[0]) or "") if run is not None else "")
    call = read_call(run.words, None, known[1]) if run is not None and known is not None else None
    server = databases.local_client(call) if call is not None and call.name in databases.MAKERS else None
    if server is not None:
        yield from databases.of_sql(server, command.text)


_HOLE: Final = re.compile(r"(?<![<\d&])<[^\W\d_][^<>|&;\n]*[^<>|&;\s]>")


def _of_text(text: str, cwd: str | None, user: str) -> Iterator[Result | Entered]:
    """The results of a line of a shell that runs as `user`: whose "~" is another home than that of whoever looks."""
    tree = shell.parse_many([text])[0]
    if isinstance(tree, Problem):
        return
    for each in _of_tree(tree, cwd, user, holes=bool(_HOLE.search(text))):
        if not user or not _at_home(each):
            yield each


def _at_home(each: Result | Entered) -> bool:
    names = each.args if isinstance(each, Check) else ((each.directory if isinstance(each, Entered) else each.name) or "",)
    return any(name == "~" or name.startswith("~/") for name in names)


def _of_tree(tree: Script, cwd: str | None, user: str, *, holes: bool) -> Iterator[Result | Entered]:
    """`holes`: something in angle brackets, which no parameter is, looks like one to be filled in: nothing is as it looks."""
    printed: tuple[str, ...] | None = None
    for simple, directory in commands_where(tree, cwd):
        if holes and {"<", ">"} <= {each.op[:1] for each in simple.redirects}:
            printed = None
            continue
        run = unwrapped(simple.words) if simple.words else None
        if run is not None and user and not run.user:
            run = replace(run, user=user)
        if not simple.certain:
            yield from map(_perhaps, _of_simple(simple, run, directory))
            continue
        lines = heredoc_lines(simple.redirects)
        if run is not None:
            yield from _of_run(run, directory, printed if simple.piped and lines is None else lines)
        output = literal_output(run.words) if run is not None else None
        yield from _redirections(simple, run, directory, output, printed)
        printed = (output if output is not None else lines if _is_cat(run) else None) if simple.pipes else None


def _of_simple(simple: Simple, run: Run | None, cwd: str | None) -> Iterator[Result | Entered]:
    if run is not None:
        yield from _of_run(run, cwd, None)
    yield from _redirections(simple, run, cwd, None, None)


def _perhaps(each: Result | Entered) -> Result | Entered:
    """What is left of a result when the command may not have run."""
    return unsure(each) if isinstance(each, Check) else each if isinstance(each, Unsure) else Entered(None)


def _is_cat(run: Run | None) -> bool:
    return run is not None and len(run.words) == 1 and run.words[0].value == "cat"


def _of_run(run: Run, cwd: str | None, given: tuple[str, ...] | None) -> Iterator[Result | Entered]:
    name, words = spelled(run.words)
    cwd = None if run.moved else cwd
    if name is None:
        yield from _of_path(run, cwd)
    elif name in ("sh", "bash") and len(words) == 3 and words[1].value == "-c" and words[2].value:
        yield from _of_text(words[2].value, cwd, run.user)
    elif name == "su":
        yield from _of_su(run, cwd)
    elif name == "tee":
        call = read_call(words, cwd, "")
        if call is not None:
            yield from tee(call, given)
    elif name in ("sed", "gsed"):
        call = read_call(words, cwd, "-e -f -l --expression --file")
        if call is not None:
            yield from sed_in_place(call)
    else:
        yield from _of_words(name, words, cwd, run.user)
        if name in databases.MAKERS and given is not None:
            call = read_call(words, cwd, databases.MAKERS[name][1])
            server = databases.local_client(call) if call is not None else None
            if server is not None:
                yield from databases.of_sql(server, "\n".join(given))


def _of_path(run: Run, cwd: str | None) -> Iterator[Result | Entered]:
    """A program by its path, of those that lie in what they are for."""
    path = run.words[0].value or ""
    if path.endswith("/configure"):
        call = read_call((Word("configure", "configure"), *run.words[1:]), cwd, "")
        if call is not None:
            yield from builds.configure(call, path)
    environment = own_pip(run.words[0], cwd)
    if environment is not None:
        words = (Word("pip", "pip"), *run.words[1:])
        yield from Environments(environment).placed(list(_of_words("pip", words, cwd, "")), ())


def _of_su(run: Run, cwd: str | None) -> Iterator[Result | Entered]:
    """`su -c LINE USER`: on the same host, in the home of that user when it is a login."""
    call = read_call(run.words, cwd, "-c -s -g -G -w --command --shell --group --supp-group --whitelist-environment")
    line = call.value("-c", "--command") if call is not None else None
    if call is None or not line or call.value("-s", "--shell") not in (None, "/bin/sh", "/bin/bash"):
        return
    named = [operand for operand in call.operands if operand != "-"]
    if len(named) > 1 or None in named:
        return
    login = call.has("-l", "--login") or "-" in call.operands
    yield from _of_text(line, None if login else cwd, (named[0] if named else None) or "root")


def _of_words(name: str, words: Sequence[Word], cwd: str | None, user: str) -> Iterator[Result | Entered]:
    yield from entered(name, words, cwd)
    known = maker(name)
    if known is not None:
        make, valued = known
        call = read_call(words, cwd, valued, user)
        if call is not None:
            yield from make(call if call.name == name else replace(call, name=name))
    program = table.programs().get(name)
    if program is not None:
        yield from of_program(name, program, words, cwd, user)


def _redirections(
    simple: Simple,
    run: Run | None,
    cwd: str | None,
    output: tuple[str, ...] | None,
    printed: tuple[str, ...] | None,
) -> Iterator[Result | Entered]:
    if simple.words and simple.words[-1].value == "=":
        return  # an arrow of another language: "name => value"
    for each in simple.redirects:
        if each.op not in (">", ">>", ">|", "&>", "&>>") or each.fd not in ("", "1", "2"):
            continue
        target = each.target.value
        if target is None or target.startswith(("=", "{")) or (target.startswith("~") and "tilde" not in each.target.dynamic):
            continue
        lines: tuple[str, ...] | None = None
        if each.fd != "2":
            lines = output
            if _is_cat(run):
                lines = heredoc_lines(simple.redirects) or (printed if simple.piped else None)
        yield from written(resolve(target, cwd), lines, each.op in (">>", "&>>"))
