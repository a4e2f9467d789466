"""Whether an output is what a pattern stands for: one pass, the leftmost place for each segment between elisions.

A segment has a fixed number of lines, so the first is tied to the beginning, the last to the end, and each between goes to
the first place after the one before: right for every pattern, as for the shell's `*`.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

from runbook.expect.pattern import Block, Line, Segment, fits


def holds(segments: Sequence[Segment], texts: Sequence[str]) -> bool:
    """Whether the normal lines `texts` match the compiled pattern."""
    sizes = [_size(segment) for segment in segments]
    if len(segments) == 1:
        return sizes[0] == len(texts) and _at(segments[0], texts, 0)
    if sum(sizes) > len(texts):
        return False
    end = len(texts) - sizes[-1]
    if not _at(segments[0], texts, 0) or not _at(segments[-1], texts, end):
        return False
    at = sizes[0]
    for segment, size in zip(segments[1:-1], sizes[1:-1], strict=True):
        while at + size <= end and not _at(segment, texts, at):
            at += 1
        if at + size > end:
            return False
        at += size
    return True


def _size(segment: Segment) -> int:
    return sum(len(block.lines) for block in segment)


def _at(segment: Segment, texts: Sequence[str], at: int) -> bool:
    """Whether the segment's lines stand at `at`."""
    for block in segment:
        end = at + len(block.lines)
        if block.ordered:
            if not all(fits(line, texts[at + i]) for i, line in enumerate(block.lines)):
                return False
        elif not _any_order(block, texts[at:end]):
            return False
        at = end
    return True


def _any_order(block: Block, texts: Sequence[str]) -> bool:
    """Whether each line of the block has a text of its own: a matching in a bipartite graph, found by augmenting paths."""
    lines = block.lines
    if all(map(fits, lines, texts)):
        return True
    choices = Choices(texts)
    owner, held = [-1] * len(texts), [-1] * len(lines)
    return all(_augment(i, lines, choices, owner, held) for i in range(len(lines)))


class Choices:
    """Which texts a line could match: those with its last word, else with its first, else all."""

    def __init__(self, texts: Sequence[str]) -> None:
        self.texts = texts
        self.by_last: dict[str, list[int]] = {}
        self.by_first: dict[str, list[int]] = {}
        for i, text in enumerate(texts):
            self.by_last.setdefault(text.rsplit(" ", 1)[-1], []).append(i)
            self.by_first.setdefault(text.split(" ", 1)[0], []).append(i)

    def near(self, line: Line) -> Sequence[int]:
        """Indices of texts that may match, ascending."""
        if line.last:
            return self.by_last.get(line.last, ())
        if line.first:
            return self.by_first.get(line.first, ())
        return range(len(self.texts))


def _augment(start: int, lines: Sequence[Line], choices: Choices, owner: list[int], held: list[int]) -> bool:
    """Gives line `start` a text, moving others to another of theirs where that is needed."""
    came_from: dict[int, int] = {}
    queue = deque([start])
    while queue:
        i = queue.popleft()
        for j in choices.near(lines[i]):
            if j in came_from or not fits(lines[i], choices.texts[j]):
                continue
            came_from[j] = i
            if owner[j] < 0:
                _hand_over(j, came_from, owner, held)
                return True
            queue.append(owner[j])
    return False


def _hand_over(text: int, came_from: dict[int, int], owner: list[int], held: list[int]) -> None:
    """Turns the path that ends at the free `text` round."""
    while text >= 0:
        line = came_from[text]
        owner[text] = line
        text, held[line] = held[line], text
