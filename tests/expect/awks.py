"""The awks on this machine, and many comparisons in one process of them."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

SCRIPT = Path(__file__).parents[2] / "templates" / "match.awk"
AWKS = {
    "mawk": ["mawk"],
    "gawk": ["gawk"],
    "gawk-posix": ["gawk", "--posix"],
    "busybox": ["busybox", "awk"],
    "original-awk": ["original-awk"],
    "awk": ["awk"],
}
_MANY = r"""
BEGIN { reading = "" }
/^P$/ { forget(); lines = 0; number = 0; reading = "P"; next }
/^A$/ { reading = "A"; next }
/^E$/ { print holds(); reading = ""; next }
reading == "P" { if (!read_pattern(substr($0, 2))) print "unreadable: " $0 }
reading == "A" { add_line(++number, substr($0, 2)) }
"""


def missing(name: str) -> str:
    """Why this awk can't be asked, "" when it can."""
    return "" if shutil.which(AWKS[name][0]) else f"{AWKS[name][0]} is not installed"


def environment() -> dict[str, str]:
    return {**os.environ, "LC_ALL": "C"}


def ask_many(name: str, pairs: Sequence[tuple[str, Sequence[str]]], directory: Path) -> list[bool]:
    """Whether each encoded pattern holds for its output, by the functions of match.awk, all in one process."""
    functions = SCRIPT.read_text("ascii").split("# --- the two files ---")[0]
    program = directory / "many.awk"
    program.write_text(functions + _MANY, "ascii")
    stream: list[bytes] = []
    for pattern, actual in pairs:
        stream += [b"P", *(b"+" + line.encode("ascii") for line in pattern.split("\n")), b"A"]
        stream += [b"+" + line.encode("utf-8", "surrogatepass") for line in actual]
        stream.append(b"E")
    done = subprocess.run(
        [*AWKS[name], "-f", str(program)], input=b"\n".join(stream) + b"\n", capture_output=True, env=environment(), check=False
    )
    assert done.returncode == 0, done.stderr.decode()[:500]
    return [line == b"1" for line in done.stdout.split(b"\n")[:-1]]
