"""One output against one pattern."""

from __future__ import annotations

from collections.abc import Sequence

from runbook.expect.explain import Mismatch, explain
from runbook.expect.matching import holds
from runbook.expect.normal import normal_lines, split_lines
from runbook.expect.pattern import Pattern, compiled


def match(pattern: Pattern, actual: Sequence[str]) -> Mismatch | None:
    """None when the output's lines are what the pattern stands for, else what differs. Blank lines, runs of blanks, terminal
    escapes and what a carriage return wrote over don't count. The exit status is the caller's to compare. Never raises."""
    segments = compiled(pattern)
    numbered = normal_lines(split_lines(actual))
    if holds(segments, [text for _, text in numbered]):
        return None
    return explain(segments, numbered)
