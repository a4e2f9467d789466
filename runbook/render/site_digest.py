"""Whether a step is still the one that a reader has ticked off: a digest of what its author wrote, and of nothing that is ours."""

from __future__ import annotations

from functools import cache
from hashlib import sha256

from msgspec import Struct

from runbook.masks import Mask
from runbook.model import Step

_WRITTEN = (
    *("title", "text", "prompt", "target", "content", "alt", "label", "caption", "name", "language"),
    *("body", "branches", "blocks", "items", "rows", "cells", "children", "arguments", "expected"),
)
"""The fields of a runbook's records that hold an author's words, or what holds them. All others are what we make of these: effects,
checks, patterns, the directory, and where it stands."""
_LENGTH = 12


def digest(step: Step, mask: Mask) -> str:
    """The digest of a step; of secrets it holds nothing."""
    words: list[str] = []
    _add(step, words)
    said = "\0".join(words)
    return sha256(mask.over(said).encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]


def _add(value: object, words: list[str]) -> None:
    if isinstance(value, str):
        words.append(value)
    elif isinstance(value, tuple):
        for each in value:
            _add(each, words)
    elif isinstance(value, Struct):
        for name in _written(type(value)):
            _add(getattr(value, name), words)


@cache
def _written(kind: type[Struct]) -> tuple[str, ...]:
    return tuple(name for name in kind.__struct_fields__ if name in _WRITTEN)
