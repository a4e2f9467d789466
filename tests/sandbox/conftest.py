"""Pages carried out in a sandbox with small limits, or the reason why there can be none here."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from runbook.model import Command, Manual
from runbook.outcomes import PageOutcome
from runbook.sandbox.available import bubblewrap, why_not
from runbook.sandbox.check import Cage

sys.path.insert(0, str(Path(__file__).parent))
from caged import MEMORY, Carried, carried


@pytest.fixture(scope="session")
def bwrap() -> str:
    found = bubblewrap()
    why = why_not(found) if found else "bubblewrap is not installed"
    if why:
        pytest.skip(f"no sandbox can be held here: {why}")
    return found


@pytest.fixture
def carry(bwrap: str) -> Carried:
    """Carries out commands, a step each."""

    def run(*commands: str | Command | Manual, network: bool = False, timeout: int = 20) -> PageOutcome:
        cage = Cage(bwrap, network=network, memory=MEMORY, disk=64 * 2**20, processes=64)
        return carried(commands, cage, timeout)

    return run
