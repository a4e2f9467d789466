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
        if arguments.network:
            raise SourceError("--network", "is for a --sandbox: whether what runs there has a network")
    elif arguments.inventory is not None:
        raise SourceError("--sandbox", "is a throw-away root on this host; --inventory is for others, choose one")


def cage(arguments: Namespace) -> Cage:
    """What holds the sandboxes. Raises SourceError when nothing here can."""
    from runbook.sandbox.available import bubblewrap, why_not
    from runbook.sandbox.check import Cage

    bwrap = bubblewrap()
    why = why_not(bwrap) if bwrap else "bubblewrap is not installed"
    if why:
        raise SourceError("--sandbox", f"there is nothing here to hold a sandbox: {why}; `runbook doctor` says what to do")
    return Cage(bwrap, network=arguments.network)
