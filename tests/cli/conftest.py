"""What the tests of the command line begin with."""

from __future__ import annotations

from pathlib import Path

import pytest

from cli.as_program import HOWTO


@pytest.fixture
def howto(tmp_path: Path) -> Path:
    path = tmp_path / "Howto.wiki"
    path.write_text(HOWTO)
    return path
