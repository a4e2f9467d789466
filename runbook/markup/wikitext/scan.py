"""The first look at a page: comments, extension tags and calls in braces, with their extents.

One scan from left to right with a stack, as MediaWiki's Preprocessor_Hash does it; what is opened and never closed is text.
Linear in the length of the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from runbook import names
from runbook.markup.wikitext import tags
from runbook.patterns import pattern

MAX_OPEN: Final = 40
"""How many calls may be open at once; deeper ones are text (MediaWiki's own limit is 40 expansions deep)."""


@dataclass(slots=True)
class Part:
    """One part of a call between two bars: where it begins and ends, and where its first = is (-1: none)."""

    start: int
    end: int = -1
    equals: int = -1


@dataclass(slots=True)
class Element:
    """Something found: `kind` "comment", "tag", "template", "parameter", "switch" or "category"; the offsets of all and of the inside."""

    kind: str
    start: int
    end: int
    name: str = ""
    inner: int = 0
    inner_end: int = 0
    parts: list[Part] = field(default_factory=list)
    children: list[Element] = field(default_factory=list)


@dataclass(slots=True)
class _Piece:
    """An opener on the stack: `count` brackets of its kind are still open, the first of them at `start`."""

    char: str
    start: int
    count: int
    parts: list[Part]
    mark: int
    """How many elements had been found before it."""


_CODE: Final = "|".join((*tags.CODE, *tags.FORMER, *tags.TABS))
_COMMON: Final = (
    rf"(?<=<)!--|(?<=<)(?:{'|'.join(tags.EXTENSIONS)})(?=[\s/>])|(?<=<)/?(?:no|only)include>|(?<=<)/?includeonly>"
    r"|(?<=<)/?[A-Za-z][^<>\n]*+\n[^<>]*+>|(?<=\[)\[[^\[\]\n{}:|<>]{1,40}+:[^\[\]\n{}]*+\]\]|(?<=_)_(?!_)[\w ]{1,40}?__"
)
_AUTHOR: Final = (
    rf"(?<=<)(?:{_CODE})(?:\s[^<>]*)?>|(?<![^\n]`)(?<=`)`{{2,}}[\w+.\-]*[ \t]*\r?\n|(?<=\[)code(?:=\"?[\w+\-]{{1,20}}\"?)?\]|"
)
_BRACES: Final = r"|(?<={)\{+|(?<=})\}+|(?<=\[)\[+|(?<=\])\]+"
_BARS: Final = r"|(?<=[|=])"


def _pattern(author: bool, braces: bool, bars: bool) -> re.Pattern[str]:
    """Where something may begin or end: one class of first characters in front, outside of any flag, for which `re` searches quickly;
    then, looking back at that character, what it begins."""
    first = r"[<\[_" + ("`" if author else "") + (r"{}\]" if braces else "") + ("|=" if bars else "") + "]"
    forms = (_AUTHOR if author else "") + _COMMON + (_BRACES if braces else "") + (_BARS if bars else "")
    return re.compile(f"{first}(?i:{forms})")


_PATTERNS: Final = {(author, braces): _pattern(author, braces, False) for author in (False, True) for braces in (False, True)}
_IN_CALL: Final = {author: _pattern(author, True, True) for author in (False, True)}
"""Right in a call, where a bar or an equals sign parts its arguments."""
_EXTENSIONS: Final = frozenset(tags.EXTENSIONS)
_INCLUSION: Final = frozenset(("noinclude", "onlyinclude", "includeonly"))
_WHOLE: Final = frozenset((*tags.EXTENSIONS, *tags.FORMER, *tags.TABS, *tags.CODE, "includeonly"))
_TODAYS: Final = _WHOLE - frozenset((*tags.FORMER, *tags.TABS))
_TAG_NAME: Final = re.compile(r"<(/?\w+)")
_BLANKS: Final = " \t"


class Scanner:
    """Finds the elements of text[start:end]; `multiline` lists further elements (author's reading) that are blocks when they
    span lines."""

    def __init__(self, text: str, start: int, end: int, multiline: bool = False) -> None:
        self.text = text
        self.start = start
        self.end = end
        self.author = multiline
        self.known = _WHOLE if multiline else _TODAYS
        self.found: list[Element] = []
        self.stack: list[_Piece] = []
        self.unclosed: set[str] = set()
        self.closers: dict[str, re.Match[str]] = {}
        self.pattern = _PATTERNS[multiline, text.find("{{", start, end) >= 0]
        self.in_call = _IN_CALL[multiline]

    def run(self) -> list[Element]:
        """The outermost elements in order."""
        text, end, stack = self.text, self.end, self.stack
        outside, inside = self.pattern.search, self.in_call.search
        pos = self.start
        while match := (inside if stack and stack[-1].char == "{" else outside)(text, pos, end):
            first = text[match.start()]
            if first == "<":
                pos = self._angle(match)
            elif first == "_":
                pos = self._underscores(match)
            elif first == "`":
                pos = self._fence(match)
            elif first in "|=":
                pos = match.end()
                self._bar_or_equals(first, match.start())
            else:
                pos = self._bracket(match, first)
        return self.found

    def _underscores(self, match: re.Match[str]) -> int:
        name = names.switch(match[0][2:-2])
        if not name:
            return match.start() + 2
        self.found.append(Element("underscore", *match.span(), name))
        return match.end()

    def _bar_or_equals(self, char: str, at: int) -> None:
        part = self.stack[-1].parts[-1]
        if char == "|":
            part.end = at
            self.stack[-1].parts.append(Part(at + 1))
        elif part.equals < 0:
            part.equals = at

    def _bracket(self, match: re.Match[str], char: str) -> int:
        start, end = match.span()
        if char == "[" and self.text[start + 1] != "[":
            return self._forum_code(start, end)
        if char == "[" and self.text[end - 1] == "]":
            space, _, rest = self.text[start + 2 : end - 2].partition(":")
            if names.space(space) != "category":
                self.stack.append(_Piece("[", start, 2, [Part(start + 2)], len(self.found)))
                return start + 2
            name = rest.partition("|")[0]
            self.found.append(Element("category", start, end, " ".join(name.replace("_", " ").split())))
            return end
        if char in "{[":
            if char == "{" and end - start == 3 and self.author and (closed := self._braces(start, end)):
                return closed
            if len(self.stack) < MAX_OPEN or char == "[":
                self.stack.append(_Piece(char, start, end - start, [Part(end)], len(self.found)))
            return end
        opener = "{" if char == "}" else "["
        count = end - start
        while count >= 2 and self.stack and self.stack[-1].char == opener:
            count = self._close(self.stack[-1], end - count, count)
        return end

    def _close(self, piece: _Piece, at: int, count: int) -> int:
        """Match closing brackets at `at` with an opener; how many closing ones are left."""
        taken = min(piece.count, count, 3 if piece.char == "{" else 2)
        inside = self.found[piece.mark :]
        start = piece.start + piece.count - taken
        if piece.char == "{":
            del self.found[piece.mark :]
            piece.parts[-1].end = at
            kind = "template" if taken == 2 else "parameter"
            self.found.append(Element(kind, start, at + taken, "", start + taken, at, piece.parts, inside))
        piece.count -= taken
        if piece.count >= 2:
            piece.parts = [Part(start)]
        else:
            self.stack.pop()
        return count - taken

    def _angle(self, match: re.Match[str]) -> int:
        text = self.text
        start, end = match.span()
        if text.startswith("<!--", start):
            return self._comment(start)
        name_match = _TAG_NAME.match(text, start)
        name = name_match[1].lower() if name_match else ""
        if name in _EXTENSIONS:
            end = self._find(">", end) + 1
            if not end:
                return match.end()
        if name not in self.known and name.lstrip("/") not in _INCLUSION:
            return self._html(name, start, end)
        if name.startswith("/") or name in {"noinclude", "onlyinclude"}:
            self.found.append(Element("switch", start, end, name))
            return end
        if text[end - 2] == "/":
            if name in tags.CODE:
                return end
            self.found.append(Element("tag", start, end, name, end, end))
            return end
        return self._tag(name, start, end)

    def _html(self, name: str, start: int, end: int) -> int:
        """A tag with a line break in it; one that is no element is text, in which more may stand."""
        if name.lstrip("/") not in tags.ALLOWED:
            return start + 1
        self.found.append(Element("html", start, end, name))
        return end

    def _comment(self, start: int) -> int:
        close = self.text.find("-->", start + 4, self.end)
        end = self.end if close < 0 else close + 3
        self.found.append(Element("comment", start, end, "", start + 4, self.end if close < 0 else close))
        return end

    def _tag(self, name: str, start: int, end: int) -> int:
        if name in self.unclosed:
            return end
        close = self.closers.get(name)
        if close is None or close.start() < end:
            close = _CLOSE[name].search(self.text, end, self.end)
        if close is None and name == "includeonly":
            self.found.append(Element("tag", start, self.end, name, end, self.end))
            return self.end
        if close is None:
            self.unclosed.add(name)
            return end
        self.closers[name] = close
        if name in tags.CODE and not self._is_code_block(name, end, close.start()):
            return end
        self.found.append(Element("tag", start, close.end(), name, end, close.start()))
        return close.end()

    def _fence(self, match: re.Match[str]) -> int:
        """A Markdown fence in wikitext: text to MediaWiki, a block of code to its author."""
        start, end = match.span()
        ticks = len(match[0]) - len(match[0].lstrip("`"))
        at = self._find("\n" + "`" * ticks, end - 1)
        if at < 0:
            return end
        close = self.text.find("\n", at + 1, self.end)
        close = self.end if close < 0 else close
        if self.text[at + 1 : close].strip(" \t\r`"):
            return end
        self.found.append(Element("tag", start, close, "fence", end, at + 1))
        return close

    def _braces(self, start: int, end: int) -> int:
        """Three braces at the end of a line, or with the name of a language, and three more that close them: a parameter without a value
        to MediaWiki; to an author used to other wikis a block of code. Where it ends, 0 where there is none."""
        opened = _OPENS_CODE.match(self.text, end, self.end)
        if opened is None or "}}}" in self.unclosed:
            return 0
        close = _CLOSES_CODE.search(self.text, opened.end() - 1, self.end)
        if close is None:
            self.unclosed.add("}}}")
            return 0
        if close.start() < opened.end():
            return 0
        self.found.append(Element("tag", start, close.end(), "fence", opened.end(), close.start() + 1))
        return close.end()

    def _forum_code(self, start: int, end: int) -> int:
        """`[code]` and `[/code]`, as forums write it: text to MediaWiki, code to its author."""
        close = None if "[/code]" in self.unclosed else _CLOSES_FORUM_CODE.search(self.text, end, self.end)
        if close is None:
            self.unclosed.add("[/code]")
            return end
        self.found.append(Element("tag", start, close.end(), "forum", end, close.start()))
        return close.end()

    def _find(self, char: str, start: int) -> int:
        """The place of the next `char`, remembered when there is none: asking again and again must not cost a scan each."""
        if char in self.unclosed:
            return -1
        at = self.text.find(char, start, self.end)
        if at < 0:
            self.unclosed.add(char)
        return at

    def _is_code_block(self, name: str, start: int, end: int) -> bool:
        """A bare element is a block for its author when its content spans lines, and when no second opener of the same name
        says that a closing tag was forgotten."""
        return _OPEN[name].search(self.text, start, end) is None and self.text.find("\n", start, end) >= 0


_OPENS_CODE: Final = pattern(r"(?:(?:[ \t]*#!(?:(?:highlight|code|syntax)[ \t]+)?)?[\w+\-]+(?:[ \t]+\w+=\w+)?)?[ \t]*\r?\n")
_CLOSES_CODE: Final = pattern(r"\n[ \t]*\}\}\}(?=[ \t]*(?:\r?\n|\Z))")
_CLOSES_FORUM_CODE: Final = pattern(r"\[/code\]", re.IGNORECASE)
_CLOSE: Final = {name: re.compile(rf"</{name}\s*>", re.I) for name in _WHOLE}
_OPEN: Final = {name: re.compile(rf"<{name}[\s>]", re.I) for name in tags.CODE}


def scan(text: str, start: int, end: int, *, multiline: bool = False) -> list[Element]:
    """The outermost elements of text[start:end] in order; those inside calls are their children."""
    return Scanner(text, start, end, multiline).run()
