"""`runbook verify --sandbox`: pages carried out from scratch in a throw-away root."""

# ruff: noqa: PLC0415  # the imports: `runbook --help` must not wait for what it does not use

from __future__ import annotations

from argparse import Namespace
from typing import TYPE_CHECKING

from runbook.model import SourceError

if TYPE_CHECKING:
    from runbook.sandbox.check import Cage


def checked(arguments: Namespace) -> None:
    """Raises SourceError for options that have no meaning with, or without, a sandbox."""
    if not arguments.sandbox:
        for name in ("network", "image"):
            if getattr(arguments, name):
                raise SourceError(f"--{name}", "is for a --sandbox")
    elif arguments.inventory is not None:
        raise SourceError("--sandbox", "is a throw-away root on this host; --inventory is for others, choose one")


def cage(arguments: Namespace) -> Cage:
    """What holds the sandboxes. Raises SourceError when nothing here can."""
    from runbook.sandbox.available import bubblewrap, why_not
    from runbook.sandbox.check import Cage
    from runbook.sandbox.container import engine

    if arguments.image:
        program = engine()
        if not program:
            raise SourceError("--image", "neither docker nor podman answers here; `runbook doctor` says what there is")
        return Cage(program, arguments.image, network=arguments.network)
    bwrap = bubblewrap()
    why = why_not(bwrap) if bwrap else "bubblewrap is not installed"
    if why:
        other = engine()
        more = f", or say --image IMAGE: {other} answers" if other else ""
        raise SourceError("--sandbox", f"there is nothing here to hold a sandbox: {why}; `runbook doctor` says what to do{more}")
    return Cage(bwrap, network=arguments.network)
