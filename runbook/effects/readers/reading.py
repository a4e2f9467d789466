"""What the readers of arguments share."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from runbook.patterns import pattern
from runbook.shell import Word

IDENTIFIER: Final = pattern(r"[A-Za-z_]\w*+")


def texts(words: Sequence[Word]) -> list[str]:
    """The words as far as they are known before the command runs."""
    return [word.value if word.value is not None else word.prefix for word in words]


def only_reads(found: set[str]) -> bool:
    """Whether effects are none but to read, here or elsewhere."""
    return found <= {"read", "network"}
