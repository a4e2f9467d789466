"""Lines so long that nobody reads them to their end: what stands beyond is left out of what is read."""

from __future__ import annotations

LONGEST = 1 << 20
"""Characters of a line up to which all of it is read."""
KEPT = 1 << 16
"""Characters that are read of a longer one."""


def shortened(text: str) -> tuple[str, list[int]]:
    """`text` with its lines cut that are longer than `LONGEST`, and their numbers; the same text where there are none."""
    if len(text) <= LONGEST:
        return text, []
    cut: list[int] = []
    lines = text.split("\n")
    for n, line in enumerate(lines):
        if len(line) > LONGEST:
            lines[n] = line[:KEPT]
            cut.append(n + 1)
    return ("\n".join(lines), cut) if cut else (text, cut)
