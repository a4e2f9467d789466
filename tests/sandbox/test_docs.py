"""The example of docs/how-to/sandbox.md, which wants what other examples don't: something that can hold a sandbox."""

from __future__ import annotations

import re
from pathlib import Path

from docs.test_examples import ROOT, Example, run


def test_the_example_of_the_how_to_prints_what_stands_there(bwrap: str, tmp_path: Path) -> None:
    path = ROOT / "docs/how-to/sandbox.md"
    (found,) = re.finditer(r"^```text\n(.*?)^```$", path.read_text(), re.MULTILINE | re.DOTALL)
    (tmp_path / "docs").symlink_to(ROOT / "docs")
    ((command, printed),) = Example(path, 1, found[1]).commands()
    assert run(command, tmp_path) == printed
