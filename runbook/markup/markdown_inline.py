"""Markdown's inline tokens to nodes, each with its place in the source.

markdown-it-py gives no places inside a block: they are found again by looking for each piece of text from where the last one ended.
"""

from __future__ import annotations

import re
from html import unescape
from typing import Any, Final

from markdown_it.token import Token

from runbook.model import At, Break, Image, Inline, Link, Styled, Text

_STYLES: Final = {"strong": "bold", "em": "italic", "s": "s"}
_HTML: Final = frozenset(
    ["code", "kbd", "samp", "tt", "var", "b", "i", "u", "s", "sub", "sup", "em", "strong", "small", "del", "ins", "mark"]
)
_HTML_STYLES: Final = {"b": "bold", "i": "italic", "strong": "bold", "em": "italic"}
_TAG = re.compile(r"<(/?)([A-Za-z][A-Za-z0-9]*)\b[^<>]*>\Z")
_TICKS = re.compile(r"(`+)(?!`)")
_WINDOW: Final = 400
MAX_DEPTH: Final = 30


def decode(text: str) -> str:
    return unescape(text) if "&" in text else text


class _Reader:
    """Reads one block's inline tokens; `stack` holds what is open: closing token's type or tag, style, children, start."""

    def __init__(self, text: str, start: int, end: int) -> None:
        self.text = text
        self.cursor = start
        self.end = end
        self.root: list[Inline] = []
        self.stack: list[tuple[str, Any, list[Inline], int]] = []

    @property
    def into(self) -> list[Inline]:
        return self.stack[-1][2] if self.stack else self.root

    def find(self, piece: str) -> At:
        """The next place of `piece`, near where the last one ended; where it isn't there as written, that place."""
        at = self.text.find(piece, self.cursor, min(self.end, self.cursor + len(piece) + _WINDOW)) if piece else -1
        if at < 0:
            return self.cursor, self.cursor
        self.cursor = at + len(piece)
        return at, self.cursor

    def read(self, tokens: list[Token]) -> tuple[Inline, ...]:
        for token in tokens:
            self._token(token)
        while self.stack:
            self._close(self.stack[-1][0])
        return tuple(self.root)

    def _token(self, token: Token) -> None:
        kind = token.type
        if kind in {"text", "text_special"}:
            if token.content:
                self._text(token.content, self.find(token.content))
        elif kind == "softbreak":
            self._text("\n", self.find("\n"))
        elif kind == "hardbreak":
            self.into.append(Break(self.find("\n")))
        elif kind == "code_inline":
            self.into.append(self._code(token))
        elif kind == "image":
            at = self.find("![")
            self.into.append(Image(str(token.attrs.get("src", "")), token.content, at))
            self.cursor = self._after(")", self.cursor)
        elif kind == "html_inline":
            self._html(token.content)
        elif token.nesting == 1:
            self._open(kind.replace("_open", "_close"), token)
        elif token.nesting == -1:
            self._close(kind)

    def _text(self, text: str, at: At) -> None:
        """Add text; pieces that follow each other without a gap are one node."""
        into = self.into
        if into and isinstance(last := into[-1], Text) and last.at[1] == at[0] and last.at[1] - last.at[0] == len(last.text):
            into[-1] = Text(last.text + text, (last.at[0], at[1]))
        else:
            into.append(Text(text, at))

    def _after(self, char: str, start: int) -> int:
        at = self.text.find(char, start, min(self.end, start + _WINDOW))
        return at + 1 if at >= 0 else start

    def _code(self, token: Token) -> Styled:
        """A code span: from its opening ticks to its closing ones."""
        ticks = token.markup
        begin = self.text.find(ticks, self.cursor, self.end)
        if begin < 0:
            return Styled("code", (Text(token.content, (self.cursor, self.cursor)),), (self.cursor, self.cursor))
        inside = begin + len(ticks)
        close = inside
        while (close := self.text.find(ticks, close, self.end)) >= 0:
            after = close + len(ticks)
            if self.text[after : after + 1] != "`" and self.text[close - 1] != "`":
                break
            while self.text[after : after + 1] == "`":
                after += 1
            close = after
        close = self.end if close < 0 else close
        self.cursor = min(close + len(ticks), self.end)
        raw = self.text[inside:close]
        shift = raw.find(token.content) if "\n" not in raw else -1
        place = (inside + shift, inside + shift + len(token.content)) if shift >= 0 else (inside, close)
        return Styled("code", (Text(token.content, place),), (begin, self.cursor))

    def _open(self, closer: str, token: Token) -> None:
        if len(self.stack) >= MAX_DEPTH:
            return
        start = self.cursor
        if token.type == "link_open":
            data: Any = ("external", str(token.attrs.get("href", "")))
            start = self.find("<" if token.markup == "autolink" else "[")[0]
        else:
            data = _STYLES.get(token.tag, token.tag)
            start = self.find(token.markup)[0]
        self.stack.append((closer, data, [], start))

    def _close(self, kind: str) -> None:
        if not self.stack or self.stack[-1][0] != kind:
            return
        _, data, children, start = self.stack.pop()
        if isinstance(data, tuple):
            target = data[1]
            if self.text[self.cursor : self.cursor + 2] == "](":
                self.cursor = self._after(")", self.cursor + 2)
            else:
                self.cursor = self._after(">" if self.text[start : start + 1] == "<" else "]", self.cursor)
            page = "page" if "://" not in target and not target.startswith(("mailto:", "//")) else "external"
            self.into.append(Link(target, tuple(children), page, (start, self.cursor)))  # type: ignore[arg-type]
            return
        if kind.endswith("_close"):
            self.cursor = min(self.end, self.cursor + (2 if data in {"bold", "s"} else 1))
        if children:
            self.into.append(Styled(data, tuple(children), (start, self.cursor)))

    def _html(self, content: str) -> None:
        at = self.find(content)
        match = _TAG.match(content)
        name = match[2].lower() if match else ""
        if name == "br":
            self.into.append(Break(at))
        elif match and name in _HTML:
            if match[1]:
                self._close(f"</{name}>")
            elif len(self.stack) < MAX_DEPTH:
                self.stack.append((f"</{name}>", _HTML_STYLES.get(name, name), [], at[0]))
        elif not content.startswith("<!--"):
            self._text(content, at)


def nodes(tokens: list[Token], text: str, start: int, end: int) -> tuple[Inline, ...]:
    """The nodes of a block's inline tokens, which stand in text[start:end]."""
    return _Reader(text, start, end).read(tokens)
