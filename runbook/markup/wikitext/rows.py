"""Lines of code out of markup: entities decoded, tags that only shield or break gone, each line with its number."""

from __future__ import annotations

import re
from collections.abc import Callable
from html.entities import html5
from typing import Final

from runbook.model import Row
from runbook.patterns import pattern

ENTITY: Final = pattern(r"&(#[0-9]{1,9}|#[xX][0-9a-fA-F]{1,8}|[A-Za-z][A-Za-z0-9]{0,31});")
LineOf = Callable[[int], int]


def entity(match: re.Match[str]) -> str:
    """The character that a reference stands for; the reference itself when it stands for none."""
    name = match[1]
    if name[0] != "#":
        return html5.get(name + ";", match[0])
    code = int(name[2:], 16) if name[1] in "xX" else int(name[1:])
    if code in (9, 10, 13) or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0x10FFFF:
        return chr(code)
    return match[0]


def decode(text: str) -> str:
    """`text` with its character references replaced. A reference without semicolon is text, as in MediaWiki."""
    return ENTITY.sub(entity, text) if "&" in text else text


def split(text: str, start: int, end: int, line_of: LineOf, *, entities: bool = True) -> tuple[Row, ...]:
    """The lines of text[start:end]; a first and a last empty line, which stand next to the tags, are none."""
    lines = text[start:end].split("\n")
    n = line_of(start)
    if len(lines) > 1 and not lines[0].strip(" \t\r"):
        lines = lines[1:]
        n += 1
    if lines and not lines[-1].strip(" \t\r"):
        lines = lines[:-1]
    if entities:
        return tuple(Row(n + i, decode(line.rstrip("\r"))) for i, line in enumerate(lines))
    return tuple(Row(n + i, line.rstrip("\r")) for i, line in enumerate(lines))


_COMMENT: Final = pattern(r"<!--(?:[^-]|-(?!->))*+(?:-->|\Z)")


def plain(text: str) -> str:
    """`text` without comments."""
    return _COMMENT.sub("", text) if "<!--" in text else text


_SHIELD: Final = re.compile(
    r"<!--(?:[^-]|-(?!->))*+(?:-->)?|</?(?:nowiki|pre|code|tt|kbd|samp|syntaxhighlight|source|geshi|includeonly|noinclude)\b[^<>\n]*>"
    r"|<br\s*/?>(?=[ \t]*(?:\n|\Z))|\{\{\s*(?:!|=|!!|\(\(|\)\)|pipe)\s*\}\}|<br\s*/?>",
    re.I,
)
_ESCAPES: Final = {"!": "|", "=": "=", "!!": "||", "((": "{{", "))": "}}", "pipe": "|"}


def code(text: str, start: int, end: int, line_of: LineOf, *, comments: bool = True) -> tuple[Row, ...]:
    """The lines of text[start:end] as code that somebody shielded from the wiki: nowiki and code tags gone (`comments` too, which
    <pre> shows), <br> at a line's end gone and elsewhere a line break, escapes and entities decoded. Lines that held only such
    tags are none."""
    rows: list[Row] = []
    line = ""
    n = line_of(start)
    pos, marked = start, False

    def push(piece: str) -> None:
        nonlocal line, n, marked
        head, *rest = piece.split("\n")
        line += head
        for more in rest:
            if line.strip() or not marked:
                rows.append(Row(n, decode(line.rstrip("\r"))))
            n, line, marked = n + 1, more, False

    for match in _SHIELD.finditer(text, start, end):
        push(text[pos : match.start()])
        pos = match.end()
        mark = match[0]
        if mark.startswith("<!--") and not comments:
            push(mark)
            continue
        marked = True
        if mark[0] == "{":
            line += _ESCAPES[mark[2:-2].strip().lower()]
        elif mark.startswith("<!--"):
            n += mark.count("\n")
        elif mark[:3].lower() == "<br" and line.strip() and not _at_line_end(text, pos, end):
            rows.append(Row(n, decode(line)))
            line = ""
    push(text[pos:end])
    if line.strip() or not marked:
        rows.append(Row(n, decode(line.rstrip("\r"))))
    return _trim(rows)


def _at_line_end(text: str, pos: int, end: int) -> bool:
    while pos < end and text[pos] in " \t\r":
        pos += 1
    return pos >= end or text[pos] == "\n"


def _trim(rows: list[Row]) -> tuple[Row, ...]:
    first = 1 if rows and not rows[0].text.strip() else 0
    last = len(rows) - 1 if len(rows) > first and not rows[-1].text.strip() else len(rows)
    return tuple(rows[first:last])
