"""Whether a step is still the one that a reader has ticked off: a digest of what its author wrote, and of nothing that is ours."""

from __future__ import annotations

from collections.abc import Iterator
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
    said = "\0".join(mask.over(word) for word in _words(step))
    return sha256(said.encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]


def _words(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case tuple():
            for each in value:
                yield from _words(each)
        case Struct():
            for name in value.__struct_fields__:
                if name in _WRITTEN:
                    yield from _words(getattr(value, name))
