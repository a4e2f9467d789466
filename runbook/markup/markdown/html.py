"""Raw HTML in Markdown: comments, code, parts, tables, lists and running text; nothing of it is passed on as HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape
from typing import Final, Literal

from msgspec import Struct

from runbook.markup.markdown.inline import LAYOUT_TAGS
from runbook.patterns import pattern


class Piece(Struct, frozen=True):
    """A piece of raw HTML: `start` and `end` are offsets into it, `text` the comment's words, the code, the summary, the heading as it
    stands there, the text, or the name of the element that is opened or closed; `attributes` of a heading is its level."""

    kind: Literal["comment", "code", "summary", "heading", "open", "close", "text"]
    text: str
    start: int
    end: int
    attributes: str = ""


STRUCTURE: Final = frozenset("details table caption tr td th ol ul li dl dt dd".split())
_HEADINGS: Final = frozenset(f"h{level}" for level in range(1, 7))
_PASSED: Final = LAYOUT_TAGS - {"span", "font"} | {"thead", "tbody", "tfoot", "colgroup", "col"}
_MARK: Final = pattern(
    rf"<!--|<(/?)(pre|summary|h[1-6]|{'|'.join(sorted(STRUCTURE | _PASSED))})(?=[\s/>])([^<>]*)>", re.IGNORECASE
)
_CODE_TAG: Final = pattern(
    r"</?(?:code|b|i|u|em|strong|span|kbd|samp|var|tt|font)(?:\s[^<>]*)?>|<a\s[^<>]*>|</a>|</?br\s*/?>(?=[ \t\r]*(?:\n|\Z|</(?!br)))",
    re.IGNORECASE,
)
"""Tags in code that show nothing themselves; a break at the end of a line is one with the line's."""
_BREAK: Final = pattern(r"(?<![ \t])[ \t]+</?br\s*/?>[ \t]*|</?br\s*/?>[ \t]+", re.IGNORECASE)
"""A break with a blank beside it: one within a word is what is typed, in quotes perhaps."""
BREAK: Final = "\u2028"
"""A break within a line of code, which goes on in the same line of the source."""
_TAG: Final = pattern(r"<[^<>]*>")


def pieces(content: str) -> Iterator[Piece]:
    """The pieces of an HTML block, in order; text between layout elements is a piece each."""
    low = content.lower()
    pos = start = 0
    while (match := _MARK.search(content, pos)) is not None:
        begin, name = match.start(), (match[2] or "").lower()
        if match[0] == "<!--":
            yield from _text(content, start, begin)
            end = low.find("-->", match.end())
            stop = len(content) if end < 0 else end
            pos = start = min(len(content), stop + 3)
            yield Piece("comment", content[match.end() : stop].strip(), begin, pos)
        elif (name in ("pre", "summary") or name in _HEADINGS) and not match[1]:
            end = low.find(f"</{name}", match.end())
            if end < 0:
                break
            yield from _text(content, start, begin)
            closed = low.find(">", end)
            pos = start = len(content) if closed < 0 else closed + 1
            yield from _element(name, content, match, end, pos)
        else:
            yield from _text(content, start, begin)
            pos = start = match.end()
            if name in STRUCTURE:
                yield Piece("close" if match[1] else "open", name, begin, pos, match[3].strip())
    yield from _text(content, start, len(content))


def _element(name: str, content: str, match: re.Match[str], end: int, stop: int) -> Iterator[Piece]:
    inside = content[match.end() : end]
    if name == "pre":
        yield Piece("code", unescape(_BREAK.sub(BREAK, _CODE_TAG.sub("", inside))), match.end(), stop, match[3].strip())
    elif name in _HEADINGS:
        begin = match.end() + len(inside) - len(inside.lstrip())
        yield Piece("heading", inside.strip(), begin, stop, name[1])
    else:
        yield Piece("summary", " ".join(unescape(_TAG.sub("", inside)).split()), match.start(), stop)


def _text(content: str, start: int, end: int) -> Iterator[Piece]:
    inside = content[start:end]
    if inside.strip():
        start += len(inside) - len(inside.lstrip())
        yield Piece("text", inside.strip(), start, start + len(inside.strip()))
