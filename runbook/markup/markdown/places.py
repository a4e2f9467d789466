"""Where in the page's text the content of a block stands."""

from __future__ import annotations

from bisect import bisect_right

from runbook.line_index import LineIndex
from runbook.model import At


class Source:
    """A page's text by lines."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.index = LineIndex(text)
        self.starts = [*self.index.starts, len(text)]

    def span(self, first: int) -> At:
        """Offsets of line `first` (0-based)."""
        if first + 1 >= len(self.starts):
            return len(self.text), len(self.text)
        return self.starts[first], self.starts[first + 1]

    def blank(self, n: int) -> bool:
        """Whether line `n` (0-based) holds nothing but blanks and marks of quotes."""
        begin, end = self.span(n)
        return not self.text[begin:end].strip(" \t\r\n>")


class Places:
    """Maps offsets in a block's content, whose lines lost indents and marks of quotes, to offsets in the page."""

    def __init__(self, source: Source, content: str, first: int, *, start: int = 0) -> None:
        self.content = content
        self.heads: list[int] = []
        self.places: list[int] = []
        offset = 0
        for n, line in enumerate(content.split("\n"), first):
            begin, end = source.span(n)
            begin = max(begin, start) if n == first else begin
            self.heads.append(offset)
            self.places.append(_place(source.text, line, begin, end))
            offset += len(line) + 1
        self.limit = source.span(first + len(self.heads) - 1)[1]

    def at(self, offset: int) -> int:
        """The page's offset for an offset of the content."""
        n = bisect_right(self.heads, offset) - 1
        return min(self.places[n] + offset - self.heads[n], self.limit)


def _place(text: str, line: str, begin: int, end: int) -> int:
    stripped = line.rstrip()
    written = text[begin:end].rstrip()
    if written.endswith(stripped):
        return begin + len(written) - len(stripped)
    found = text.find(stripped, begin, end)
    if found < 0 and stripped:
        words = stripped.lstrip()  # the blanks before them may be part of a tab
        found = text.find(words.split()[0], begin, end) - (len(stripped) - len(words))
    return max(begin, found)
