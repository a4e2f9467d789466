"""Sub-commands about what is done and checked on a host."""

# ruff: noqa: PLC0415  # the imports: `runbook --help` must not wait for what it does not use

from __future__ import annotations

import sys
from argparse import Namespace

from runbook import model
from runbook.cli.inputs import name_of, place_of, single
from runbook.cli.terminal import output, show
from runbook.model import Runbook, SourceError
from runbook.visible import printable, printable_json


def script(arguments: Namespace) -> int:
    page, chosen = single(arguments)
    text = rendered(page.source or name_of(arguments.file), chosen)
    with output(arguments.output) as stream:
        if stream is sys.stdout and stream.isatty():
            text = "".join(printable(line) + "\n" for line in text.splitlines())
        stream.write(text)
    return 0


def rendered(source: str, runbook: Runbook) -> str:
    """The script of a runbook. Raises SourceError, with the page, for one that must not be written."""
    from runbook.render.script import ScriptError, render

    try:
        return render(runbook)
    except ScriptError as error:
        raise SourceError(place_of(source, runbook.page.title), str(error)) from error


def plan(arguments: Namespace) -> int:
    from runbook.plan import plan as planned
    from runbook.report import plans

    _, runbook = single(arguments)
    rows = planned(runbook)
    with output(arguments.output) as stream:
        if arguments.format == "json":
            for row in rows:
                stream.write(printable_json(model.to_json(row)) + "\n")
        else:
            show(plans.planned(rows), stream)
    return 0
