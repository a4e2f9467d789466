"""A small project in a folder of its own, and `runbook` run in it as a process, also where there is no room or nothing may be written."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = "1. Look:\n\n # printf 'a 7\\nState: stopped\\n'\n a 9\n State: running\n\nSee [[Nowhere]].\n"
CONFIG = """site_name: Small
docs_dir: content
site_dir: site
theme: {name: material, font: false}
plugins: [search, runbook]
"""
COMMAND = [sys.executable, "-m", "runbook"]


def project(folder: Path, pages: int = 3) -> Path:
    """The folder, with `pages` sources that a verification finds wrong, each with its own text."""
    (folder / "content").mkdir(parents=True)
    for number in range(pages):
        (folder / f"content/Page {number}.wiki").write_text(f"{PAGE}\n{'Words. ' * 300}\n")
    (folder / "mkdocs.yml").write_text(CONFIG)
    (folder / "runbook.toml").write_text("")
    return folder


def environment(folder: Path) -> dict[str, str]:
    """Output buffered as users have it, and caches of their own."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    return {**kept, "XDG_CACHE_HOME": str(folder / "cache"), "XDG_STATE_HOME": str(folder / "state"), "PYTHONPATH": str(ROOT)}


def run(folder: Path, *words: object, **more: object) -> subprocess.CompletedProcess[str]:
    """`runbook WORDS…` in a folder."""
    given = {"cwd": folder, "env": environment(folder), "capture_output": True, "stdin": subprocess.DEVNULL, **more}
    return subprocess.run([*COMMAND, *map(str, words)], text=True, check=False, **given)  # type: ignore[call-overload,no-any-return]


@cache
def namespaces() -> bool:
    """Whether bwrap can make a file system of our own here."""
    words = ["bwrap", "--unshare-user", "--ro-bind", "/", "/", "--size", "65536", "--tmpfs", "/mnt", "true"]
    return shutil.which("bwrap") is not None and subprocess.run(words, capture_output=True, check=False).returncode == 0


NO_NAMESPACES = "bwrap can't make user namespaces here, so that no full disk and no read-only tree can be made"


def confined(mounts: list[str], script: str, *, free: Path) -> subprocess.CompletedProcess[str]:
    """A shell script where everything is read-only but `free`, with mounts as bwrap takes them; $RUNBOOK is the command."""
    words = [
        "bwrap",
        "--unshare-user",
        "--ro-bind",
        "/",
        "/",
        "--dev",
        "/dev",
        "--proc",
        "/proc",
        "--bind",
        str(free),
        str(free),
        *mounts,
    ]
    given = {**environment(free), "RUNBOOK": " ".join(COMMAND), "TMPDIR": str(free)}
    return subprocess.run([*words, "bash", "-c", script], env=given, capture_output=True, text=True, check=False)
