"""Inline nodes as Markdown that CommonMark and Python-Markdown read alike: escapes only where a character would mean something.

Python-Markdown knows a backslash only before some characters; all others are written as references of HTML. A brace is always
escaped, so that no extension takes words of a page for attributes or for a macro.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote

from msgspec import Struct

from runbook.inlines import plain
from runbook.model import Break, Footnote, Image, Inline, Link, Styled, Text

_SPECIAL: Final = re.compile(r"[\\`*_\[\]<&{|~!]|[^\S \n\t]")
_ANY: Final = re.compile(r"[!-/:-@\[-`{-~]|[^\S \n\t]")
_BACKSLASHED: Final = frozenset("\\`*_{}[]()>#+-.!")
_PUNCTUATION: Final = re.compile(r"[!-/:-@\[-`{-~]")
_ENTITY: Final = re.compile(r"&(?:#\d{1,8}|#[xX][\da-fA-F]{1,8}|[A-Za-z][A-Za-z\d]{1,40});?")
_BRACKETS: Final = re.compile(r"\](?:\(|\[|:)|\[[\[^]")
_LINE_START: Final = re.compile(
    r"(?P<mark>[-+*])(?=[ \t]|\Z)|(?P<digits>\d{1,9})(?P<dot>[.)])(?=[ \t]|\Z)|(?P<hash>#)(?=#{0,5}(?:[ \t]|\Z))|(?P<quote>>)|"
    r'(?P<colon>:)(?=[ \t])|(?P<bang>!)(?=!![ \t])|(?P<odd>[?=])(?=(?:\?\?\+?[ \t])|(?:==[!+]*[ \t]+"))|(?P<under>=)(?==*[ \t]*\Z)|'
    r"(?P<rule>[|:\- \t]*?)(?P<dash>-)(?=[|:\- \t]*\Z)"
)
_AUTOLINK: Final = re.compile(r"(?:https?|ftp)://[^\s<>\\`{}|^\"]+")
_PATH_SAFE: Final = "/#?=:@!$,;+.-_~%"
_EMPHASIS: Final = {"bold": ("**", "__", "strong"), "italic": ("*", "_", "em")}


class Way(Struct, frozen=True):
    """How inline nodes are written: `careful` escapes all punctuation and styles by HTML alone; `notes` gathers what footnotes say."""

    notes: list[tuple[Inline, ...]]
    careful: bool = False
    in_table: bool = False
    in_link: bool = False
    emphasised: bool = False


def paragraph(nodes: Sequence[Inline], way: Way) -> list[str]:
    """Running text as lines."""
    return [_line(line, way) for line in written(nodes, way).split("\n")]


def _line(line: str, way: Way) -> str:
    line = line.strip(" \t")
    if way.careful or not line:
        return line
    return _LINE_START.sub(_guarded, line, count=1) if _LINE_START.match(line) else line


def _guarded(match: re.Match[str]) -> str:
    if match["digits"]:
        return f"{match['digits']}\\{match['dot']}"
    if match["dash"]:
        return f"{match['rule']}\\-"
    return _escaped(match[0])


def _escaped(character: str) -> str:
    return f"\\{character}" if character in _BACKSLASHED else f"&#{ord(character)};"


def written(nodes: Sequence[Inline], way: Way, *, before: str = "\n") -> str:
    """Inline nodes in a row; `before` is the character that stands before them."""
    out: list[str] = []
    for i, node in enumerate(nodes):
        made = _node(node, way, before, _head(nodes[i + 1]) if i + 1 < len(nodes) else "\n")
        if made:
            out.append(made)
            before = made[-1]
    return "".join(out)


def _head(node: Inline) -> str:
    """The character with which a node begins, as far as it matters to what stands before it."""
    match node:
        case Text():
            return node.text[:1]
        case Styled():
            return "*" if node.style in _EMPHASIS else "`" if node.style == "code" else "<"
        case Image():
            return "!"
        case Break():
            return "<"
        case _:
            return "["


def _node(node: Inline, way: Way, before: str, after: str) -> str:
    match node:
        case Text():
            return text(node.text, way, before, after)
        case Styled():
            return _styled(node, way, before, after)
        case Link():
            return _link(node, way)
        case Image():
            return f"![{text(node.alt, _inside(way, in_link=True), '[', ']')}]({_target(node.target)})"
        case Footnote():
            way.notes.append(node.children)
            return f"[^{len(way.notes)}]"
        case Break():
            return "<br>"
        case _:
            return ""


def _inside(way: Way, *, in_link: bool = False, emphasised: bool = False) -> Way:
    return Way(way.notes, way.careful, way.in_table, way.in_link or in_link, way.emphasised or emphasised)


def text(words: str, way: Way, before: str = "\n", after: str = "\n") -> str:
    """Plain text; `before` and `after` are the characters around it."""
    if way.careful:
        return _ANY.sub(lambda match: _escaped(match[0]), words)
    if not _SPECIAL.search(words):
        return words
    brackets = way.in_link or _BRACKETS.search(words + after) is not None

    def escape(match: re.Match[str]) -> str:
        start, found = match.start(), match[0]
        last = words[start - 1] if start else before
        following = words[start + 1] if start + 1 < len(words) else after
        if _means_something(found, last, following, words[start : start + 50], way, brackets=brackets):
            return (
                "\\|"
                if found == "|"
                else "&lt;"
                if found == "<"
                else "&amp;"
                if found == "&"
                else "&nbsp;"
                if found == "\xa0"
                else _escaped(found)
            )
        return found

    return _SPECIAL.sub(escape, words)


def _means_something(found: str, last: str, following: str, rest: str, way: Way, *, brackets: bool) -> bool:
    match found:
        case "\\":
            return following == "\n" or _PUNCTUATION.match(following) is not None
        case "*":
            return not (last.isspace() and following.isspace()) or last == "\n"
        case "_":
            return not (last.isalnum() and following.isalnum()) and not (last.isspace() and following.isspace())
        case "[":
            return brackets or len(rest) == 1
        case "]":
            return way.in_link
        case "<":
            return len(rest) == 1 or following.isalpha() or following in "/!?"
        case "&":
            return len(rest) == 1 or _ENTITY.match(rest) is not None
        case "|":
            return way.in_table
        case "~":
            return "~" in (last, following)
        case "!":
            return following == "["
        case _:
            return True


# --- styles -----------------------------------------------------------------------------------------------------------


def _styled(node: Styled, way: Way, before: str, after: str) -> str:
    if node.style == "code":
        return _code(node, way)
    if node.style not in _EMPHASIS:
        return f"<{node.style}>{written(node.children, way, before='>')}</{node.style}>"
    star, bar, tag = _EMPHASIS[node.style]
    inner = written(node.children, _inside(way, emphasised=True), before=star[0])
    mark = bar if way.emphasised else star
    if way.careful or not inner or not _flanks(mark, inner, before, after):
        return f"<{tag}>{inner}</{tag}>"
    return f"{mark}{inner}{mark}"


def _flanks(mark: str, inner: str, before: str, after: str) -> bool:
    """Whether the mark begins and ends emphasis there (CommonMark, 6.2), with nothing beside it that could be part of it."""
    open_ok = _outside(before) or (mark[0] == "*" and not _punctuation(inner[0]))
    close_ok = _outside(after) or (mark[0] == "*" and not _punctuation(inner[-1]))
    beside = {before, after, inner[0], inner[-1]}
    return open_ok and close_ok and mark[0] not in beside and not inner[0].isspace() and not inner[-1].isspace()


def _punctuation(character: str) -> bool:
    return not character.isalnum() and not character.isspace()


def _outside(character: str) -> bool:
    return character.isspace() or _punctuation(character)


def _code(node: Styled, way: Way) -> str:
    words = plain(node.children)
    simple = all(isinstance(child, Text) for child in node.children)
    if way.careful or not simple or "\n" in words or (way.in_table and "|" in words):
        return f"<code>{written(node.children, way, before='>')}</code>"
    longest = max(map(len, re.findall("`+", words)), default=0)
    ticks = "`" * (longest + 1)
    pad = " " if words[:1] == "`" or words[-1:] == "`" or (words[:1] == " " and words[-1:] == " " and words.strip()) else ""
    return f"{ticks}{pad}{words}{pad}{ticks}"


# --- links ------------------------------------------------------------------------------------------------------------


def _link(node: Link, way: Way) -> str:
    bare = all(isinstance(child, Text) for child in node.children) and plain(node.children) == node.target
    if bare and node.kind == "external" and not way.careful and _AUTOLINK.fullmatch(node.target):
        return f"<{node.target}>"
    return f"[{written(node.children, _inside(way, in_link=True), before='[')}]({_target(node.target)})"


def _target(target: str) -> str:
    """Where a link leads: an address is encoded already, a path is encoded here."""
    if not re.match(r"[a-z][a-z\d+.-]*:|//", target, re.IGNORECASE):
        target = quote(target, safe=_PATH_SAFE.replace("%", ""))
    return re.sub(r"[()*]", r"\\\g<0>", target).replace("&", "&amp;")
