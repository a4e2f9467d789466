"""The command line as people run it: a process of its own."""

from __future__ import annotations

import subprocess
import sys
from typing import Any

HOWTO = """Some words first.

1. Make a place for it:

 # mkdir -p /srv/app

2. Look at it:

 # ls -l /srv
 total 4
 drwxr-xr-x 2 root root 4096 Apr 28 2008 app
"""


def runbook(*arguments: object, stdin: str | bytes | None = None, **more: Any) -> subprocess.CompletedProcess[str]:
    given = stdin.encode() if isinstance(stdin, str) else stdin
    done = subprocess.run(
        [sys.executable, "-m", "runbook", *map(str, arguments)],
        input=given,
        capture_output=True,
        check=False,
        timeout=120,
        **more,
    )
    return subprocess.CompletedProcess(done.args, done.returncode, done.stdout.decode(), done.stderr.decode())
