"""Sees to it that every line of the source that isn't blank stands in some block."""

from __future__ import annotations

from typing import Any

from runbook.markup.wikitext.source import Context
from runbook.model import Block, Hidden


def cover(context: Context, found: tuple[Any, ...]) -> tuple[Block, ...]:
    """The page's blocks, with `Hidden` ones for lines that made nothing visible."""
    source = context.text.split("\n")
    seen = bytearray(len(source) + 2)
    for block in found:
        first, last = block.lines
        seen[first : last + 1] = b"\x01" * (last + 1 - first)
    extra: list[Hidden] = []
    for hidden in context.hidden:
        first, last = hidden.lines
        if 0 in seen[first : last + 1]:
            extra.append(hidden)
            seen[first : last + 1] = b"\x01" * (last + 1 - first)
    for n, line in enumerate(source, 1):
        if not seen[n] and line.strip():
            extra.append(Hidden("tag", line.strip(), (n, n)))
    if not extra:
        return found
    return tuple(sorted([*found, *extra], key=lambda block: block.lines))
