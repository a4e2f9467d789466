"""From the arguments to the exit code, with every way in which a run can end."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

from runbook.cli.arguments import parser
from runbook.cli.terminal import complain, plain_streams

TROUBLE = 2
INTERRUPTED = 130
"""128 + SIGINT, as a shell says it."""
BROKEN_PIPE = 141
"""128 + SIGPIPE: the reader of our output went away."""


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line and gives back its exit code, as docs/reference/exit-codes.md has them."""
    plain_streams()
    try:
        arguments = parser().parse_args(argv)
        module, function = arguments.run.split(".")
        return _finished(getattr(import_module(f"runbook.cli.{module}"), function)(arguments))
    except SystemExit as end:  # argparse: help, version, usage
        return end.code if isinstance(end.code, int) else TROUBLE
    except BrokenPipeError:
        # The interpreter would complain when it flushes standard output at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return BROKEN_PIPE
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # whatever is not foreseen is a mistake of ours, and said as such
        complain(_trouble(error))
        return TROUBLE


def _finished(code: int) -> int:
    """The same code, when all that was printed has gone out: a reader that went away is known only then."""
    sys.stdout.flush()
    return code


def _trouble(error: Exception) -> str:
    """What a person is told about an error."""
    from runbook.model import SourceError  # noqa: PLC0415  # not for --help

    if isinstance(error, SourceError):
        return str(error)
    if isinstance(error, OSError):
        return f"{error.filename}: {error.strerror}" if error.filename and error.strerror else str(error)
    if os.environ.get("RUNBOOK_TRACEBACK"):
        return "".join(traceback.format_exception(error))
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"this is a mistake in Runbook itself: {type(error).__name__}: {error} ({Path(frame.filename).name}:{frame.lineno}); "
        "please report it, with the page and what is printed when RUNBOOK_TRACEBACK=1 is set"
    )
