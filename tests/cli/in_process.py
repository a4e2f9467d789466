"""The command line run within the tests' own process: a third of a second less each time than a process of its own."""

from __future__ import annotations

import io
import subprocess
from contextlib import redirect_stderr, redirect_stdout

from runbook.cli import main


def run(*arguments: object) -> subprocess.CompletedProcess[str]:
    """Runs `runbook ARGUMENTS…`; its standard input is no terminal."""
    out, err = io.StringIO(), io.StringIO()
    with redirect_stdout(out), redirect_stderr(err):
        code = main([str(argument) for argument in arguments])
    return subprocess.CompletedProcess(list(arguments), code, out.getvalue(), err.getvalue())
