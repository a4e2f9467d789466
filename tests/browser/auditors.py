"""What audits a site: axe-core and the Nu Html Checker, which npm fetches once into a cache of its own. Nothing of them is installed.

Where they are kept: $RUNBOOK_AUDIT, else ~/.cache/runbook-audit. The checker needs Java.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

PACKAGES = {"axe-core": ("4.14.1", "axe.min.js"), "vnu-jar": ("26.9.27", "build/dist/vnu.jar")}


class Unavailable(Exception):
    """Why there is no audit here."""


class Auditors(NamedTuple):
    """The files of axe-core's script and of the checker."""

    axe: Path
    vnu: Path


def prepare(home: Path | None = None) -> Auditors:
    """Both, in the versions of `PACKAGES`. Raises `Unavailable`."""
    home = home or Path(os.environ.get("RUNBOOK_AUDIT") or Path.home() / ".cache" / "runbook-audit")
    if not shutil.which("java"):
        raise Unavailable("java is not installed (apt-get install default-jre-headless)")
    home.mkdir(parents=True, exist_ok=True)
    folder = home / "-".join(version for version, _ in PACKAGES.values())
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not folder.is_dir():
            _fetch(folder)
    return Auditors(*(folder / "node_modules" / name / file for name, (_, file) in PACKAGES.items()))


def _fetch(folder: Path) -> None:
    if not shutil.which("npm"):
        raise Unavailable("npm is not installed")
    making = folder.with_suffix(".making")
    shutil.rmtree(making, ignore_errors=True)
    wanted = [f"{name}@{version}" for name, (version, _) in PACKAGES.items()]
    npm = ["npm", "install", "--prefix", str(making), "--ignore-scripts", "--no-audit", "--no-fund", "--no-save", *wanted]
    done = subprocess.run(npm, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Unavailable(f"npm can't fetch {' and '.join(wanted)}: {done.stderr.strip()[-300:]}")
    making.rename(folder)


if __name__ == "__main__":
    try:
        print(*prepare(), sep="\n")
    except Unavailable as why:
        sys.exit(f"no audit: {why}")
