"""Sub-commands about what changed on the wiki."""

# ruff: noqa: PLC0415  # the imports: `runbook --help` must not wait for what it does not use

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from runbook import model
from runbook.cli.inputs import STDIN, extracted, only, read, runbooks
from runbook.cli.terminal import output, show
from runbook.model import SourceError
from runbook.visible import printable_json

if TYPE_CHECKING:
    from runbook.drift import Drift

_LOCK = "content/runbook.lock"


def drift(arguments: Namespace) -> int:
    from runbook.drift import SEVERITIES
    from runbook.report import changes, changes_formats

    found = _between(arguments) if arguments.against else _since(arguments)
    with output(arguments.output) as stream:
        if arguments.format == "json":
            stream.write(printable_json(model.to_json(found, indent=2)) + "\n")
        elif arguments.format == "text":
            show(changes.drift(found), stream)
        else:
            stream.write(changes_formats.FORMATS[arguments.format](found, arguments.severity))
    return int(any(SEVERITIES.index(each) >= SEVERITIES.index(arguments.severity) for each in found.severities()))


def _between(arguments: Namespace) -> Drift:
    from runbook.drift import compare

    if arguments.against == arguments.file == "-":
        raise SourceError(STDIN, "OLD and SOURCE can't both be standard input")
    old = list(runbooks(arguments.against, arguments.markup, arguments.page))
    return compare(old, list(runbooks(arguments.file, arguments.markup, arguments.page, arguments)))


def _since(arguments: Namespace) -> Drift:
    from runbook import lock
    from runbook.since import compare_with_lock

    path = Path(arguments.lock or _LOCK)
    locked = lock.read(path)
    pages = only(read(arguments.file, arguments.markup, arguments), arguments.page, arguments.file)
    new = list(extracted(pages, arguments.file, locked))
    whole = Path(arguments.file).is_dir() and arguments.page is None
    folder = path.parent
    return compare_with_lock(locked, folder, new, lambda copies: extracted(copies, str(folder), locked), whole=whole)
