"""Sub-commands about what changed on the wiki."""

# ruff: noqa: PLC0415  # the imports: `runbook --help` must not wait for what it does not use

from __future__ import annotations

from argparse import Namespace

from runbook import model
from runbook.cli.inputs import STDIN, runbooks
from runbook.cli.terminal import output, show
from runbook.model import SourceError
from runbook.visible import printable_json


def drift(arguments: Namespace) -> int:
    from runbook.drift import SEVERITIES, compare
    from runbook.report import changes

    if arguments.old == arguments.new == "-":
        raise SourceError(STDIN, "OLD and NEW can't both be standard input")
    old, new = (list(runbooks(file, arguments.markup, arguments.page)) for file in (arguments.old, arguments.new))
    found = compare(old, new)
    with output(arguments.output) as stream:
        if arguments.format == "json":
            stream.write(printable_json(model.to_json(found, indent=2)) + "\n")
        else:
            show(changes.drift(found), stream)
    return int(any(SEVERITIES.index(each) >= SEVERITIES.index(arguments.severity) for each in found.severities()))
