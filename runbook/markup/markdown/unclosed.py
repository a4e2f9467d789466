"""Fences that their author forgot to close. To Markdown all that follows, up to the next fence, is code; to its author the block ended
where words begin again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from runbook.looks import as_prose
from runbook.markup.markdown.fences import Fence
from runbook.patterns import pattern

_FENCE: Final = pattern(r"(?P<blanks> *)(?P<fence>`{3,}|~{3,})[ \t]*(?P<language>[\w+#.\-]*)(?P<more>[^`]*)")
_HEADING: Final = pattern(r"#{2,6} \S")


class _Opened(Struct):
    line: int
    indent: int
    fence: str
    language: str
    bare: bool


def unclosed_in(text: str) -> dict[int, Fence]:
    """The blocks of a page whose end was forgotten, by the line (0-based) that opens them, each with the empty line at which it ends:
    a fence with a language stands in them, or the last one is never closed. In linear time."""
    if "```" not in text and "~~~" not in text:
        return {}
    lines = text.split("\n")
    found: dict[int, Fence] = {}
    closed: list[tuple[_Opened, int]] = []
    opened: _Opened | None = None
    for n, line in enumerate(lines):
        if opened is not None and opened.indent and line.strip() and _indent(line) < opened.indent:
            opened = None  # the item ends, and the block with it
        match = _FENCE.fullmatch(line) if "```" in line or "~~~" in line else None
        if match is None:
            continue
        this = _Opened(
            n, len(match["blanks"]), match["fence"], match["language"], not (match["language"] or match["more"].strip())
        )
        if opened is None:
            opened = this
        elif this.bare and this.fence.startswith(opened.fence):
            closed.append((opened, n))
            opened = None
        elif this.language and this.fence == opened.fence and (end := _end(lines, opened.line, n)):
            found[opened.line] = Fence(opened.language.casefold(), end)
            closed.clear()
            opened = this
    if opened is not None:
        found |= _last(lines, closed, opened)
    return found


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _last(lines: Sequence[str], closed: Sequence[tuple[_Opened, int]], opened: _Opened) -> dict[int, Fence]:
    """The block at whose end a fence is missing, where the last one is not closed: the first that ends with words, if what closes it
    can open the next one, and so on; else the last."""
    bare_from = next((at for at in range(len(closed) - 1, -1, -1) if not closed[at][0].bare), -1)
    for block, last in closed[max(bare_from, 0) :] if opened.bare else ():
        # from here on what opens blocks could as well close them, as nothing says what they hold
        if (end := _end(lines, block.line, last)) and lines[_before(lines, last)].rstrip().endswith((":", "\uff1a")):
            return {block.line: Fence(block.language.casefold(), end)}
    for n in range(opened.line + 2, len(lines) - 1):
        if not lines[n].strip() and _HEADING.match(lines[n + 1]):
            return {opened.line: Fence(opened.language.casefold(), n)}
    return {}


def _before(lines: Sequence[str], n: int) -> int:
    """The last line before number `n` that is not empty."""
    n -= 1
    while n > 0 and not lines[n].strip():
        n -= 1
    return n


def _end(lines: Sequence[str], first: int, last: int) -> int:
    """The empty line behind which only words stand in a block up to its end, 0 where there is none."""
    end, n = 0, last - 1
    while n > first + 1:
        line = lines[n].strip()
        if not line:
            end = n
        elif not (as_prose(line) or line.endswith((":", "\uff1a")) or _HEADING.match(line)):
            break
        n -= 1
    return end if end > first + 1 and any(lines[at].strip() for at in range(end, last)) else 0
