"""Sub-commands that answer questions line by line, for other tools."""

# ruff: noqa: PLC0415  # the imports: `runbook --help` must not wait for what it does not use

from __future__ import annotations

import sys
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from pathlib import Path

from runbook.atomic import naming
from runbook.cli.terminal import STDIN, complain
from runbook.visible import printable_json


def effects(_: Namespace) -> int:
    from runbook import settings
    from runbook.effects import answer_lines

    return _answer(partial(answer_lines, harmless=settings.read(Path()).effects.harmless))


def expect(_: Namespace) -> int:
    from runbook.expect import answer_lines

    return _answer(answer_lines)


def _questions() -> Iterator[str]:
    with naming(STDIN):
        yield from sys.stdin


def _answer(answer_lines: Callable[[Iterable[str]], Iterable[str]]) -> int:
    """Answers standard input line by line; a line that is no question is answered with an error, and makes the whole trouble."""
    import msgspec

    trouble = 0
    for number, line in enumerate(answer_lines(_questions()), 1):
        sys.stdout.write(printable_json(line) + "\n")
        if line.startswith('{"error"'):
            complain(f"{STDIN}:{number}: {msgspec.json.decode(line)['error']}")
            trouble = 2
    return trouble
