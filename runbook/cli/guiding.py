"""`runbook guide`: the script of a page, which then has the terminal."""

# ruff: noqa: PLC0415  # the imports: `runbook --help` must not wait for what it does not use

from __future__ import annotations

import os
import sys
from argparse import Namespace
from typing import TYPE_CHECKING

from runbook.cli.inputs import name_of, single
from runbook.cli.terminal import STDIN, complain
from runbook.model import SourceError

if TYPE_CHECKING:
    from runbook.run.guides import Place

_PASSED = ("from", "to", "only", "in", "role", "timeout")
_WAITING = 3


def guide(arguments: Namespace) -> int:
    from runbook.cli.checking import rendered
    from runbook.run import guides
    from runbook.run.processes import hand_over

    page, runbook = single(arguments)
    place = guides.place(runbook.page, arguments.journal)
    text = rendered(page.source or name_of(arguments.file), runbook)
    if arguments.resume:
        if guides.stored(place) != text:
            complain(f"the page {page.title!r} changed since this guide began, which goes on as it was then")
    elif guides.unfinished(place.journal) and not arguments.anew:
        complain(f"a guide of this page is not finished ({place.journal}): --resume goes on with it, --anew begins again")
        return _WAITING
    else:
        guides.store(place, text)
    if arguments.file == "-":
        _terminal_as_input()
    sys.stdout.flush()
    hand_over(_words(place, arguments))
    return 0


def _words(place: Place, arguments: Namespace) -> list[str]:
    words = [str(place.script), "--guide", f"--journal={place.journal}"]
    words += ["--resume"] if arguments.resume else []
    words += [f"--{name}={value}" for name in _PASSED if (value := getattr(arguments, name)) is not None]
    return [*words, *(f"--case={case}" for case in arguments.case), *(f"--set={pair}" for pair in arguments.set)]


def _terminal_as_input() -> None:
    """The answers come from the terminal where the page came from standard input."""
    try:
        handle = os.open("/dev/tty", os.O_RDWR)
    except OSError as error:
        raise SourceError(STDIN, "a guide of a page on standard input needs a terminal for the answers") from error
    os.dup2(handle, 0)
