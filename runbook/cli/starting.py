"""Sub-commands for whoever begins: a fresh project, what this machine lacks, completion in the shell."""

# ruff: noqa: PLC0415  # the imports: `runbook --help` must not wait for what it does not use

from __future__ import annotations

import shutil
import sys
from argparse import Action, ArgumentParser, Namespace
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from errno import EEXIST, ENOTEMPTY
from importlib.resources import as_file, files
from pathlib import Path
from tempfile import mkdtemp

from runbook import atomic
from runbook.cli.terminal import show
from runbook.model import SourceError
from runbook.visible import printable


def new(arguments: Namespace) -> int:
    """A fresh project in a directory that is empty or not there yet: all of it, or nothing."""
    folder = Path(arguments.directory)
    empty = _is_empty(folder)
    with as_file(files("runbook") / "data" / "project") as shipped, _refusing(folder):
        if empty:
            _fill(folder, shipped)
        else:
            with _making(folder.parent), atomic.making_folder(folder) as fresh:
                _copy(shipped, fresh)
    print(f"{printable(arguments.directory)}: a project with one page, content/Look at a host.wiki")
    where = "" if folder.resolve() == Path.cwd() else "go there, then "
    print(f"{where}`runbook build` renders the site, `runbook verify content` checks this host against the page")
    return 0


def _fill(folder: Path, shipped: Path) -> None:
    """The project in a directory that somebody may stand in, so that it must stay the one that it is."""
    placed: list[Path] = []
    try:
        beside = Path(mkdtemp(prefix=".new-", dir=folder))
        placed.append(beside)
        with atomic.naming(folder):
            _copy(shipped, beside)
        for entry in sorted(
            beside.iterdir()
        ):  # the first is a directory, which takes no other's place: one run at a time gets past it
            placed.append(entry.rename(folder / entry.name))
        beside.rmdir()
    except BaseException:
        for path in placed:
            shutil.rmtree(path, ignore_errors=True) if path.is_dir() else path.unlink(missing_ok=True)
        raise


@contextmanager
def _making(folder: Path) -> Iterator[None]:
    """Makes the directories that are missing; takes them away when it comes to nothing."""
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    try:
        folder.mkdir(parents=True, exist_ok=True)
        yield
    except BaseException:
        for path in made:
            with suppress(OSError):
                path.rmdir()
        raise


def _is_empty(folder: Path) -> bool:
    """Whether it is a directory with nothing in it; False where there is none yet. Raises SourceError where something is there."""
    if folder.is_dir():
        there = next(folder.iterdir(), None)
        if there is not None:
            raise SourceError(str(folder), f"is not empty: {there.name!r} is there; name a new directory")
        return True
    if folder.exists() or folder.is_symlink():
        raise SourceError(str(folder), "is no directory; name a new one")
    return False


@contextmanager
def _refusing(folder: Path) -> Iterator[None]:
    """Says of a directory that another run has filled meanwhile that it is not empty."""
    try:
        yield
    except OSError as error:
        if error.errno not in {EEXIST, ENOTEMPTY}:
            raise
        raise SourceError(str(folder), "is not empty: another run has just made a project there; name a new directory") from None


def _copy(source: Path, target: Path) -> None:
    """The files of the shipped project; `dot-` stands for the dot that packagers would leave out. A copy is writable, whatever the
    shipped file is."""
    for path in sorted(source.iterdir()):
        name = target / path.name.replace("dot-", ".", 1)
        if path.is_dir():
            name.mkdir()
            _copy(path, name)
        else:
            name.write_bytes(path.read_bytes())


def doctor(arguments: Namespace) -> int:
    """What is on this machine of what Runbook uses."""
    from runbook.report.machine import lines
    from runbook.run.machine import look
    from runbook.sandbox.available import parts as sandboxes

    del arguments
    parts = look(sandboxes())
    show(lines(parts), sys.stdout)
    return 1 if any(part.needed and not part.found for part in parts) else 0


def completion(arguments: Namespace) -> int:
    """A completion script made of the parser's own table."""
    import shtab

    from runbook.cli.arguments import parser
    from runbook.cli.options import FILES
    from runbook.cli.subcommands import SUBCOMMANDS

    top = parser()
    for below in _subparsers(top):
        below.description = next(
            row.summary for row in SUBCOMMANDS if below.prog.endswith(f" {row.name}")
        )  # a line, as shells show
    for action in _actions(top):
        if action.metavar in FILES:
            action.complete = shtab.FILE  # type: ignore[attr-defined]
        elif action.metavar == "DIR":
            action.complete = shtab.DIRECTORY  # type: ignore[attr-defined]
    print(shtab.complete(top, shell=arguments.shell))
    return 0


def _subparsers(parser: ArgumentParser) -> Iterator[ArgumentParser]:
    for action in parser._actions:
        if isinstance(action.choices, dict):
            yield from action.choices.values()


def _actions(parser: ArgumentParser) -> Iterator[Action]:
    yield from parser._actions
    for below in _subparsers(parser):
        yield from _actions(below)
