"""A page's text ready to be read line by line: comments gone, extension tags and template calls each replaced by one character.

Offsets of the new text lead back to the page's through a `Map`; what a replacing character stands for is in `nodes`.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from sys import maxsize
from typing import Final, TypeAlias

from runbook import model
from runbook.line_index import LineIndex
from runbook.model import Block, Diagnostic, Hidden, Inline, Meaning
from runbook.patterns import pattern

MARK: Final = 0xF0000
"""The first of the private characters which stand for nodes (Supplementary Private Use Areas)."""
MAX_NODES: Final = 0x1FFF0
MARKS: Final = "\U000f0000-\U0010fffd"

Node: TypeAlias = Inline | Block


@dataclass(slots=True)
class Context:
    """What one page's parse knows and gathers."""

    page: model.Page
    index: LineIndex
    author: bool
    meanings: Mapping[str, Meaning]
    definitions: Mapping[str, str]
    diagnostics: list[Diagnostic] = field(default_factory=list)
    told: set[Diagnostic] = field(default_factory=set)
    """The diagnostics that have been given: one for each reason on a line."""
    hidden: list[Hidden] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)
    depth: int = 0
    calls: frozenset[str] = frozenset()
    """The templates that are being expanded."""
    budget: list[int] = field(default_factory=lambda: [0])
    """How many more characters expanded templates may make."""
    fragment: Callable[[Context, int, int], tuple[Block, ...]] = lambda *_: ()
    """Parses a stretch of the page's text; handed over, because arguments are parsed as pages are."""
    strip: Callable[[Context, int, int], Stripped] = lambda *_: Stripped()
    running: Callable[[Context, int, int], tuple[Inline, ...]] = lambda *_: ()
    """Parses a stretch of the page's text in which nothing makes blocks."""

    @property
    def text(self) -> str:
        return self.page.text

    def hide(self, kind: str, text: str, start: int, end: int) -> None:
        """Remember source that makes nothing visible."""
        self.hidden.append(Hidden(kind, text, self.index.lines((start, end))))

    def diagnose(self, code: str, message: str, at: model.At) -> None:
        found = Diagnostic(code, "info", message, self.index.lines(at))
        if found not in self.told:
            self.told.add(found)
            self.diagnostics.append(found)


class Map:
    """Offsets of a derived text to offsets of its source: pieces that begin at `outs` and `srcs`, each growing by `steps` (1, or
    0 where the piece has no source of its own but one place)."""

    __slots__ = ("_end", "_shift", "_start", "outs", "srcs", "steps")

    def __init__(self, start: int = 0) -> None:
        self.outs = [0]
        self.srcs = [start]
        self.steps = [1]
        # The piece that was asked for last, in which most of what is asked next stands too, and how far its source is from it.
        self._start, self._end, self._shift = 0, 0, 0

    def add(self, out: int, src: int, step: int = 1) -> None:
        self._end = 0
        if self.outs[-1] == out:
            self.srcs[-1] = src
            self.steps[-1] = step
        elif not (step and self.steps[-1] and src - self.srcs[-1] == out - self.outs[-1]):
            self.outs.append(out)
            self.srcs.append(src)
            self.steps.append(step)

    def cut(self, size: int) -> None:
        """Take off the pieces that begin past the end of a text of this size."""
        self._end = 0
        while len(self.outs) > 1 and self.outs[-1] >= size:
            self.outs.pop()
            self.srcs.pop()
            self.steps.pop()

    def _piece(self, out: int) -> int:
        """The number of the piece in which an offset stands."""
        outs = self.outs
        i = bisect_right(outs, out) - 1
        if self.steps[i]:
            self._start = outs[i]
            self._end = outs[i + 1] if i + 1 < len(outs) else maxsize
            self._shift = self.srcs[i] - self._start
        return i

    def place(self, start: int, end: int) -> model.At | None:
        """The place of start:end in the source, where it stands there in one piece."""
        if not (self._start <= start < self._end or self.steps[self._piece(start)]) or end > self._end:
            return None
        shift = self._shift
        return start + shift, end + shift

    def pieces(self, start: int, end: int) -> list[tuple[int, int, model.At]]:
        """The pieces of start:end that stand in the source as they are: each with its extent and its place in the source."""
        i = bisect_right(self.outs, start) - 1
        out: list[tuple[int, int, model.At]] = []
        while start < end:
            stop = min(end, self.outs[i + 1]) if i + 1 < len(self.outs) else end
            src = self.srcs[i] + (start - self.outs[i]) * self.steps[i]
            out.append((start, stop, (src, src + (stop - start if self.steps[i] else 1))))
            start, i = stop, i + 1
        return out

    def __call__(self, out: int) -> int:
        if self._start <= out < self._end:
            return out + self._shift
        i = self._piece(out)
        return out + self._shift if self.steps[i] else self.srcs[i]


class Stripped:
    """A derived text being written."""

    __slots__ = ("_parts", "first", "map", "nodes", "seen_pre", "size", "text")

    def __init__(self, start: int = 0) -> None:
        self._parts: list[str] = []
        self.text = ""
        self.size = 0
        self.map = Map(start)
        self.nodes: list[Node] = []
        self.first = ""
        """The first character of the last line."""
        self.seen_pre = False
        """Whether a <pre> over several lines stands in it."""

    def _note(self, piece: str) -> None:
        newline = piece.rfind("\n")
        if newline >= 0:
            self.first, self.seen_pre = piece[newline + 1 : newline + 2], False
        elif not self.first:
            self.first = piece[:1]

    def copy(self, text: str, start: int, end: int) -> None:
        """Append text[start:end] of the page."""
        if end > start:
            self.map.add(self.size, start)
            self._parts.append(text[start:end])
            self.size += end - start
            self._note(self._parts[-1])

    def copy_from(self, source: Stripped, start: int, end: int) -> None:
        """Append source.text[start:end], keeping what its characters stand for."""
        positions = source.map
        i = bisect_right(positions.outs, start) - 1
        pos = start
        while pos < end:
            stop = min(end, positions.outs[i + 1]) if i + 1 < len(positions.outs) else end
            self.map.add(
                self.size + pos - start, positions.srcs[i] + (pos - positions.outs[i]) * positions.steps[i], positions.steps[i]
            )
            pos, i = stop, i + 1
        if start < end:
            self._parts.append(source.text[start:end])
            self.size += end - start
            self._note(self._parts[-1])

    def write(self, piece: str, src: int) -> None:
        """Append characters that all stand for one place of the page."""
        if piece:
            self.map.add(self.size, src, 0)
            self._parts.append(piece)
            self.size += len(piece)
            self._note(piece)

    def mark(self, node: Node, src: int) -> None:
        """Append the character that stands for `node`."""
        if len(self.nodes) < MAX_NODES:
            self.write(chr(MARK + len(self.nodes)), src)
            self.nodes.append(node)

    def trim(self) -> None:
        """Take white space off the end."""
        while self._parts:
            last = self._parts[-1].rstrip(" \t\n\r\v\0")
            self.size -= len(self._parts[-1]) - len(last)
            if last:
                self._parts[-1] = last
                break
            self._parts.pop()
        self.map.cut(self.size)

    def finish(self) -> Stripped:
        self.text = "".join(self._parts)
        return self


_CR: Final = pattern(r"\r(?=\n)")


def without_returns(stripped: Stripped) -> Stripped:
    """The same text with \\n for \\r\\n, which is how MediaWiki saves it."""
    if "\r\n" not in stripped.text:
        return stripped
    out = Stripped()
    text, positions = stripped.text, stripped.map
    breaks = [*positions.outs, len(text)]
    for i, start in enumerate(breaks[:-1]):
        end, src, step = breaks[i + 1], positions.srcs[i], positions.steps[i]
        pos = start
        for cut in [m.start() for m in _CR.finditer(text, start, min(end + 1, len(text))) if m.start() < end] + [end]:
            if cut > pos:
                out.map.add(out.size, src + (pos - start) * step, step)
                out._parts.append(text[pos:cut])
                out.size += cut - pos
            pos = cut + 1
    out.nodes = stripped.nodes
    return out.finish()
