"""A way to run rendered scripts as a host would."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from runbook.model import Runbook
from runbook.render import script

sys.path.insert(0, str(Path(__file__).parent))
from script_books import Ran, Run, environment


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Renders a runbook and runs it: `run(runbook, "--list", answers="…", env={…}, how=("bash", "-u"))`."""

    def go(
        book: Runbook | str,
        *arguments: str,
        answers: str = "",
        env: dict[str, str] | None = None,
        how: tuple[str, ...] = ("bash",),
    ) -> Ran:
        path = tmp_path / "verify.sh"
        path.write_text(book if isinstance(book, str) else script.render(book), encoding="utf-8")
        words = [*how, str(path), *arguments]
        return Ran(
            subprocess.run(
                words, input=answers.encode(), capture_output=True, check=False, env=environment(tmp_path, env), timeout=50
            )
        )

    return go
