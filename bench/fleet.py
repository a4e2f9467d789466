"""How long it takes to verify 8 hosts with 40 checks each, as a ratio to the same script shipped by `ansible -m script` alone.

Run as `python -m bench.fleet`; needs what tests/fleet needs: sshd, bubblewrap and the extra `fleet`.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "fleet"))
from farm import Farm

HOSTS = 8
CHECKS = 40
ROUNDS = 3


def page() -> str:
    """A page with so many commands that are run and compared."""
    return "1. Look:\n\n" + "".join(f" # cat /mnt/{n}\n value {n}\n\n" for n in range(CHECKS))


def main() -> None:
    beside = Path(sys.executable).parent
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        farm = Farm(folder)
        try:
            hosts = [farm.start(f"host{n}") for n in range(HOSTS)]
            for host in hosts:
                for n in range(CHECKS):
                    (host.files / str(n)).write_text(f"value {n}\n")
            inventory = farm.inventory("".join(host.line() for host in hosts))
            source, script = folder / "Page.wiki", folder / "verify.sh"
            source.write_text(page())
            subprocess.run([beside / "runbook", "script", source, "-o", script], check=True)
            forks = f"--forks={HOSTS}"
            bare = f"{script} --check --format=json"
            ways = {
                "ansible -m script": [beside / "ansible", "all", "-i", inventory, forks, "-m", "script", "-a", bare],
                "runbook verify": [beside / "runbook", "verify", "--inventory", inventory, forks, source],
            }
            env = os.environ | {"ANSIBLE_HOME": str(folder / "ansible"), "ANSIBLE_SSH_ARGS": "-o ControlMaster=no"}
            env["ANSIBLE_REMOTE_TMP"] = "$TMPDIR/ansible"
            took: dict[str, list[float]] = {way: [] for way in ways}
            for _ in range(ROUNDS):
                for way, words in ways.items():
                    began = time.monotonic()
                    done = subprocess.run(words, env=env, capture_output=True, text=True, check=True)
                    took[way].append(time.monotonic() - began)
                    assert "host7" in done.stdout, done.stdout
            middle = {way: statistics.median(seconds) for way, seconds in took.items()}
            for way, seconds in middle.items():
                every = ", ".join(f"{each:.2f}" for each in took[way])
                print(f"{way:18} {seconds:6.2f} s  {seconds / middle['ansible -m script']:.2f}x  ({every})")
        finally:
            for host in farm.hosts:
                host.die()


if __name__ == "__main__":
    main()
