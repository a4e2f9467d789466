"""Hosts for the tests of fleets, as many as a module starts, ended with it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from farm import NEEDED, Farm, program


@pytest.fixture(scope="module")
def farm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Farm]:
    missing = [name for name in NEEDED if program(name) is None]
    if missing:
        pytest.skip(f"no {', '.join(missing)} on this machine")
    if find_spec("ansible") is None:
        pytest.skip("ansible-core is not installed: pip install 'wiki-runbook[fleet]'")
    folder = tmp_path_factory.mktemp("fleet")
    farm = Farm(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ANSIBLE_HOME", str(folder / "ansible"))
        patch.setenv("ANSIBLE_REMOTE_TMP", "$TMPDIR/ansible")
        patch.setenv("ANSIBLE_SSH_ARGS", "-o ControlMaster=no")  # no connection is kept after the test
        patch.setenv("ANSIBLE_TIMEOUT", "60")
        try:
            yield farm
        finally:
            for host in farm.hosts:
                host.die()
