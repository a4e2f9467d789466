"""Where the characters of a text stand, in lines."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from runbook.model import At, Lines


class LineIndex:
    """Offsets of a text to 1-based line numbers; lines end at \\n."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.starts = [0, *accumulate(map((1).__add__, map(len, text.split("\n"))))]
        self.starts.pop()  # where a line after the last would begin

    def line(self, offset: int) -> int:
        """The line on which the character at `offset` stands."""
        return bisect_right(self.starts, offset)

    def lines(self, at: At) -> Lines:
        """The lines which the half-open range `at` touches (an empty range: the line of its place)."""
        return self.line(at[0]), self.line(max(at[0], at[1] - 1))
