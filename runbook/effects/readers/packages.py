"""rpm: its query formats can run programs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from runbook.effects import options
from runbook.effects.readers.reading import texts
from runbook.effects.run import Reader, Run
from runbook.effects.table import Row
from runbook.shell import Word


def _rpm(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    given = options.read(row, words)
    found = run.given(row, given)
    if given.has("-q --query") and "read" in found:
        shown = texts(words)
        if any("%(" in text or "%{lua" in text or re.search(r"%\{[^}]*:", text) and "lua" in text for text in shown):
            found.add("exec")
        if any("://" in text for text in shown):
            found.add("network")
    return found


READERS: Final[dict[str, Reader]] = {"rpm": _rpm}
