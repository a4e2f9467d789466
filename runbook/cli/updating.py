"""`runbook update`: pages taken over, and the lock of them."""

# ruff: noqa: PLC0415  # the imports: `runbook --help` must not wait for what it does not use

from __future__ import annotations

from argparse import Namespace
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

from runbook import model
from runbook.cli.inputs import is_selecting, only, place_of, read, starts_from, with_templates, worth_telling
from runbook.cli.terminal import output, show, show_diagnostics
from runbook.model import Page, Runbook, SourceError
from runbook.visible import printable_json

if TYPE_CHECKING:
    from runbook.takeover import Taken


def update(arguments: Namespace) -> int:
    from runbook import takeover
    from runbook import update as updating
    from runbook.extract import processors
    from runbook.report import updates

    content = Path(arguments.content)
    _check(arguments, content)
    with output(arguments.output) as stream:  # what can't be written is known before anything changes
        with ExitStack() as stack:
            found = updating.update(
                content,
                lambda: takeover.plan(content, _taken(arguments, content, stack)),
                processes=processors(),
                dry=arguments.dry_run,
                tell=_tell,
            )
        if arguments.format == "json":
            stream.write(printable_json(model.to_json(found, indent=2)) + "\n")
        else:
            show(updates.updated(found, arguments.content, dry=arguments.dry_run), stream)
    return int(arguments.dry_run and found.changes)


def _check(arguments: Namespace, content: Path) -> None:
    if arguments.file is None:
        if arguments.page is not None or is_selecting(arguments) or arguments.part:
            raise SourceError(str(content), "the lock is of all pages; options that choose some need a SOURCE")
    elif arguments.file != "-" and Path(arguments.file).resolve().is_relative_to(content.resolve()):
        what = f"stands in {content} itself: run `runbook update` without it, or put it elsewhere"
        raise SourceError(arguments.file, what)


def _tell(page: Page, runbook: Runbook) -> None:
    told = (each for each in worth_telling(runbook.diagnostics) if not each.code.startswith("override-without"))
    show_diagnostics(place_of(page.source, page.title), told)


def _taken(arguments: Namespace, content: Path, stack: ExitStack) -> Taken | None:
    """The pages of the source, with the templates that it has."""
    from runbook.cli import pulling
    from runbook.takeover import Taken

    name = arguments.file
    if name is None:
        return None
    if pulling.is_wiki(name):
        copy, _ = pulling.pulled_aside(name, content, stack)
        return Taken(tuple(_chosen(arguments, str(copy))), _is_all(arguments), name)
    feed = starts_from(arguments, content)
    return Taken(tuple(_chosen(arguments, name)), _is_all(arguments) and not feed and _is_many(name))


def _chosen(arguments: Namespace, name: str) -> list[Page]:
    return list(only(read(name, arguments.markup, arguments, with_templates(arguments)), arguments.page, name))


def _is_all(arguments: Namespace) -> bool:
    return not (arguments.part or arguments.page is not None or is_selecting(arguments))


def _is_many(name: str) -> bool:
    """Whether a source can hold all pages of a wiki: a directory or an export, not one page's text."""
    from runbook.takeover import is_own

    return name != "-" and (Path(name).is_dir() or not is_own(Path(name)))
