"""Throw-away namespaces in which post-conditions are looked at, and the runtime that looks."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

from runbook.render.script import CHECKS

TEMPLATES = Path(__file__).parents[2] / "templates"
RUNTIME = "\n".join((TEMPLATES / name).read_text() for name in CHECKS)


def _sandbox_missing() -> str | None:
    if shutil.which("bwrap") is None:
        return "bubblewrap is not installed"
    try:
        done = subprocess.run([*bwrap(Path("/etc")), "true"], capture_output=True, text=True, timeout=30, check=False)
    except OSError as error:
        return str(error)
    return None if done.returncode == 0 else f"no namespaces here: {done.stderr.strip()}"


SEVERAL_USERS = frozenset({"owner", "group_owner"})
"""What needs users beside root: a user namespace has one, so that these run as the real root, if it is root who tests."""


def bwrap(etc: Path, kind: str = "") -> list[str]:
    writable = [
        option
        for path in ("/tmp", "/srv", "/opt", "/root", "/mnt", "/var/lib/dpkg", "/var/log", "/var/spool")
        for option in ("--tmpfs", path)
    ]
    spaces = ["--unshare-all", "--uid", "0", "--gid", "0"]
    if kind in SEVERAL_USERS:
        spaces = ["--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts"]
    return [
        "bwrap", *spaces, "--cap-add", "ALL", "--die-with-parent", "--ro-bind", "/", "/", "--dev", "/dev",
        "--proc", "/proc", *writable, "--bind", str(etc), "/etc", "--clearenv", "--setenv", "PATH", "/usr/sbin:/usr/bin:/sbin:/bin",
        "--setenv", "HOME", "/root", "--setenv", "LC_ALL", "C.UTF-8", "--",
    ]  # fmt: skip


MISSING = _sandbox_missing()
