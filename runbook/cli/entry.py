"""From the arguments to the exit code, with every way in which a run can end."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from errno import EBADF, EDQUOT, EFBIG, EIO, ENOSPC
from importlib import import_module
from pathlib import Path

from runbook.cli.arguments import read
from runbook.cli.terminal import complain, plain_streams

TROUBLE = 2
INTERRUPTED = 130
"""128 + SIGINT, as a shell says it."""

BROKEN_PIPE = 141
"""128 + SIGPIPE: the reader of our output went away."""
_NO_WAY = {EBADF, EDQUOT, EFBIG, EIO, ENOSPC}


def main(argv: Sequence[str] | None = None) -> int:
    """Runs the command line and gives back its exit code, as docs/reference/exit-codes.md has them."""
    plain_streams()
    try:
        arguments = read(argv)
        module, function = arguments.run.split(".")
        return _finished(getattr(import_module(f"runbook.cli.{module}"), function)(arguments))
    except SystemExit as end:  # argparse: help, version, usage
        code = end.code if isinstance(end.code, int) else TROUBLE
        if lost := _lost_output():
            complain(lost)
            return TROUBLE
        return code
    except BrokenPipeError:
        _drop_output()
        return BROKEN_PIPE
    except KeyboardInterrupt:
        return INTERRUPTED
    except Exception as error:  # whatever is not foreseen is a mistake of ours, and said as such
        complain(_lost_output() or _trouble(error))
        return TROUBLE


def _lost_output() -> str:
    """Why what was printed could not go out, if so."""
    try:
        sys.stdout.flush()
    except BrokenPipeError:  # whoever read it has seen enough
        _drop_output()
    except OSError as error:
        _drop_output()
        return f"standard output: {error.strerror}"
    return ""


def _drop_output() -> None:
    """Lets what is still to be printed go nowhere: the interpreter would complain when it flushes it at its end."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


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
        # Whatever file has no room or can't be written is named: without a name it is what is written as it comes.
        place = error.filename or ("standard output" if error.errno in _NO_WAY else "")
        return f"{place}: {error.strerror}" if place and error.strerror else error.strerror or str(error)
    if os.environ.get("RUNBOOK_TRACEBACK"):
        return "".join(traceback.format_exception(error))
    frame = traceback.extract_tb(error.__traceback__)[-1]
    return (
        f"this is a mistake in Runbook itself: {type(error).__name__}: {error} ({Path(frame.filename).name}:{frame.lineno}); "
        "please report it, with the page and what is printed when RUNBOOK_TRACEBACK=1 is set"
    )
