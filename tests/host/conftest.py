"""The simulated machine for tests, or the reason why there is none here."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from runbook.render import script

sys.path.insert(0, str(Path(__file__).parent))
from machine import Machine, missing
from seed_runbook import seed


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    if (reason := missing()) is not None:
        pytest.skip(reason)
    return Machine(tmp_path / "root")


@pytest.fixture(scope="session")
def verify(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The script of the seed page."""
    path = tmp_path_factory.mktemp("script") / "verify.sh"
    path.write_text(script.render(seed()), encoding="utf-8")
    return path
