"""What a machine has and lacks, as lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from runbook.report.lines import Line, Style, count
from runbook.run.machine import Part


def lines(parts: Sequence[Part]) -> Iterator[Line]:
    """A line for each part, a second one with what to do where it is missing, and the sum of what is needed."""
    width = max(len(part.name) for part in parts)
    for part in parts:
        if part.found:
            yield Line(f"✓ {part.name:{width}}  {part.found}", "new")
        else:
            yield Line(f"{'✗' if part.needed else '-'} {part.name:{width}}  missing, for {part.use}", _style(part))
            yield Line(f"  {'':{width}}  {part.remedy}")
    lacking = sum(part.needed and not part.found for part in parts)
    without = sum(not part.needed and not part.found for part in parts)
    yield Line("")
    if lacking:
        yield Line(f"{count(lacking, 'thing')} that Runbook needs {'is' if lacking == 1 else 'are'} missing", "grave")
    else:
        more = f"; {without} of what is optional {'is' if without == 1 else 'are'} missing" if without else ""
        yield Line(f"all that Runbook needs is here{more}")


def _style(part: Part) -> Style:
    return "grave" if part.needed else "faint"
