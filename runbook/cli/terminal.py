"""Text to the terminal and to files.

Nothing that a wiki wrote reaches a terminal but through `visible.printable` (lines for people) or `visible.printable_json`
(data for programs).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

from runbook.visible import printable

if TYPE_CHECKING:
    from runbook.model import Diagnostic
    from runbook.report.lines import Line


STDIN = "<stdin>"
"""What messages call standard input."""


def plain_streams() -> None:
    """UTF-8 and \\n on the standard streams whatever the locale says; what can't be encoded, or is not encoded so, becomes an escape."""
    _reopen()
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    if hasattr(sys.stdin, "reconfigure"):
        sys.stdin.reconfigure(encoding="utf-8", errors="backslashreplace")


def _reopen() -> None:
    """Puts something in the place of standard streams that the caller has closed (`>&-`), so that no file is opened in their place:
    using the first two is an error then, and messages go nowhere."""
    for number, (name, mode) in enumerate((("stdin", os.O_WRONLY), ("stdout", os.O_RDONLY), ("stderr", os.O_WRONLY))):
        try:
            os.fstat(number)
        except OSError:
            opened = os.open(os.devnull, mode)
            if opened != number:
                os.dup2(opened, number)
                os.close(opened)
            os.set_inheritable(number, True)
            setattr(sys, name, os.fdopen(number, "w" if number else "r", encoding="utf-8", closefd=False))


def standard_input() -> bytes:
    """All of it. Raises OSError, which names it."""
    from runbook.atomic import naming  # noqa: PLC0415  # not for --help

    with naming(STDIN):
        return sys.stdin.buffer.read()


def complain(message: str) -> None:
    """A message on standard error."""
    sys.stdout.flush()
    print("\n".join(printable(line) for line in f"runbook: {message}".splitlines()), file=sys.stderr)


def show_diagnostics(where: str, diagnostics: Iterable[Diagnostic]) -> None:
    """`where:line: severity: message [code]` on standard error for each."""
    for found in diagnostics:
        print(diagnostic_line(where, found), file=sys.stderr)


def diagnostic_line(where: str, found: Diagnostic) -> str:
    """`where:line: severity: message [code]`, printable."""
    place = f"{where}:{found.lines[0]}" if found.lines else where
    return printable(f"{place}: {found.severity}: {found.message} [{found.code}]")


@contextmanager
def output(path: str | None) -> Iterator[TextIO]:
    """Where a sub-command writes: standard output, or the file `path`, which is only replaced when all was written."""
    if path is None:
        yield sys.stdout
        sys.stdout.flush()
        return
    from runbook import atomic  # noqa: PLC0415  # not for --help

    target = Path(path)
    if target.exists() and not target.is_file():
        # A device or a pipe (/dev/stdout) is written to, never replaced; a directory refuses by itself.
        with atomic.into(target) as stream:
            yield stream
        return
    with atomic.replacing_text(target.resolve()) as stream:
        yield stream


def has_colours(stream: TextIO) -> bool:
    """Whether colours are wanted there (https://no-color.org)."""
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def show(lines: Iterable[Line], stream: TextIO) -> None:
    """Lines of a report, each made printable, coloured where that is seen; elsewhere what is marked is pointed at from below."""
    from runbook.report.lines import pieces, plain  # noqa: PLC0415  # not for --help

    colours = _COLOURS if has_colours(stream) else {}
    for line in lines:
        if on := colours.get(line.style):
            text = "".join(f"\x1b[7m{piece}\x1b[27m" if marked else piece for piece, marked in pieces(line))
            stream.write(f"\x1b[{on}m{text}\x1b[0m\n")
        else:
            stream.writelines(f"{text}\n" for text in plain(line))


_COLOURS = {"title": "1", "old": "31", "new": "32", "grave": "1;31", "faint": "2", "written": "36", "notice": "33"}
