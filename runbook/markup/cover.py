"""Sees to it that every line of the source that isn't blank stands in some block."""

from __future__ import annotations

from typing import Any

from runbook.model import Block, Hidden


def cover(text: str, found: tuple[Any, ...], hidden: list[Hidden]) -> tuple[Block, ...]:
    """The page's blocks, with `Hidden` ones for lines that made nothing visible."""
    source = text.split("\n")
    seen = bytearray(len(source) + 2)
    for block in found:
        first, last = block.lines
        seen[first : last + 1] = b"\x01" * (last + 1 - first)
    extra: list[Hidden] = []
    for node in hidden:
        first, last = node.lines
        if 0 in seen[first : last + 1]:
            extra.append(node)
            seen[first : last + 1] = b"\x01" * (last + 1 - first)
    for n, line in enumerate(source, 1):
        if not seen[n] and line.strip():
            extra.append(Hidden("tag", line.strip(), (n, n)))
    if not extra:
        return found
    return tuple(sorted([*found, *extra], key=lambda block: block.lines))
