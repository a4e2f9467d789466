"""What can hold a sandbox on this machine."""

from __future__ import annotations

import shutil

from runbook.run.machine import Part
from runbook.run.processes import Running, answer
from runbook.sandbox.check import Cage, tried
from runbook.sandbox.container import engine

_USE = "runbook verify --sandbox"


def bubblewrap() -> str:
    """Where it is, empty when it is not there."""
    return shutil.which("bwrap") or ""


def why_not(bwrap: str) -> str:
    """Why bubblewrap can't hold a sandbox here, empty when it can: a sandbox is made, and nothing is done in it."""
    return tried(Cage(bwrap), Running())


def parts() -> tuple[Part, ...]:
    """What `runbook doctor` tells of it."""
    bwrap = bubblewrap()
    said = (answer((bwrap, "--version")) or "").split() if bwrap else []
    why = why_not(bwrap) if bwrap else "there is no bubblewrap"
    return (
        Part("bubblewrap", _USE, said[-1] if said else "", "install bubblewrap (apt, dnf, apk)"),
        Part(
            "user namespaces",
            _USE,
            "" if why else "they work",
            f"{why}; with bubblewrap there, allow them: sysctl kernel.unprivileged_userns_clone=1, or "
            "kernel.apparmor_restrict_unprivileged_userns=0; in a container, a less strict seccomp profile",
        ),
        Part(
            "newuidmap",
            "other users than root in sandboxes, for whoever is not root",
            shutil.which("newuidmap") or "",
            "install uidmap (dnf, apk: shadow-utils, shadow-uidmap)",
        ),
        Part("container", f"{_USE} --image IMAGE", engine(), "start docker or podman, or use bubblewrap"),
    )
