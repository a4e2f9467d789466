"""What the readers of arguments share."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from runbook.effects.table import Row
from runbook.shell import Word

if TYPE_CHECKING:
    from runbook.effects.run import Run

Reader: TypeAlias = "Callable[[Run, Row, Sequence[Word], str], set[str]]"
"""Takes the run, the row and the words after the name, and gives effects. In doubt it gives "unknown"."""

IDENTIFIER = re.compile(r"[A-Za-z_]\w*+")


def texts(words: Sequence[Word]) -> list[str]:
    """The words as far as they are known before the command runs."""
    return [word.value if word.value is not None else word.prefix for word in words]


def only_reads(found: set[str]) -> bool:
    """Whether effects are none but to read, here or elsewhere."""
    return found <= {"read", "network"}
