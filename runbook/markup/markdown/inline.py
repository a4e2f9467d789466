"""Markdown's inline tokens to nodes, each with its place in the page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import unquote

from markdown_it.token import Token
from msgspec import Struct

from runbook.inlines import plain
from runbook.markup.markdown.places import Places
from runbook.markup.reopened import CODE, Tag, meant_as_ends
from runbook.model import At, Break, Footnote, Image, Inline, Link, Styled, Text
from runbook.patterns import pattern

_STYLES: Final = {"strong": "bold", "em": "italic", "s": "s", "b": "bold", "i": "italic", "strike": "s", "pre": "code"}
_STYLE_TAGS: Final = frozenset("code pre kbd samp tt var b i u s sub sup em strong small del ins mark strike q cite".split())
LAYOUT_TAGS: Final = frozenset("div p center span section article header footer main font picture figure figcaption".split())
_TAG: Final = pattern(r"<(/?)([A-Za-z][A-Za-z0-9-]*)(?=[\s/>])([^<>]*)>\Z")
_ATTRIBUTE: Final = pattern(r"""\b(href|src|alt)\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_SCHEME: Final = pattern(
    r"(?:[a-z][a-z\d+.-]*:)?//|(?:mailto|tel|xmpp|news|ircs?|sips?|sms|geo|magnet|urn|bitcoin):", re.IGNORECASE
)
_JOINED: Final = "``"
_JOINT: Final = pattern(rf"(?<=[^\s`]){_JOINED}(?=[^\s`])")
"""Where one piece of code ended and the next began, as programs write it that convert pages: "`/etc/mill/``wheel.conf`"."""
_SAFE: Final = pattern(r"(?!(?:javascript|vbscript|file|data):)", re.IGNORECASE)
_DEPTH: Final = 20


class _Open(Struct):
    """An element that is open: what closes it, what it will be, its nodes."""

    closer: str
    style: str
    target: str | None
    children: list[Inline]
    start: int


class _Reader:
    def __init__(self, places: Places, notes: Mapping[str, tuple[Inline, ...]], author: bool) -> None:
        self.places = places
        self.author = author
        self.notes = notes
        self.root: list[Inline] = []
        self.stack: list[_Open] = []
        self.skipped = 0
        self.meant_as_ends: frozenset[int] = frozenset()

    @property
    def into(self) -> list[Inline]:
        return self.stack[-1].children if self.stack else self.root

    def read(self, tokens: Sequence[Token]) -> tuple[Inline, ...]:
        starts = [int(token.meta.get("at", 0)) for token in tokens]
        ends = [*starts, len(self.places.content)][1:]
        if self.author:
            self.meant_as_ends = _meant_as_ends(self.places.content, tokens, starts)
        for token, start, end in zip(tokens, starts, ends, strict=True):
            self._token(token, start, max(start, end))
        while self.stack:
            self._close(self.stack[-1].closer, len(self.places.content))
        return tuple(self.root)

    def _at(self, start: int, end: int) -> At:
        first = self.places.at(start)
        return first, max(first, self.places.at(end - 1) + 1 if end > start else first)

    def _token(self, token: Token, start: int, end: int) -> None:
        kind = token.type
        if kind in ("text", "text_special"):
            self._text(token.content, start, end)
        elif kind == "softbreak":
            self.into.append(Text("\n", self._newline(start)))
        elif kind == "hardbreak":
            self.into.append(Break(self._newline(start)))
        elif kind == "code_inline":
            self._code(token, start)
        elif kind == "image":
            source = str(token.attrs.get("src", ""))
            alt = "".join(child.content for child in token.children or ())
            self.into.append(Image(source if _SCHEME.match(source) else unquote(source), alt, self._at(start, end)))
        elif kind == "note_mark":
            self.into.append(Footnote(self.notes.get(token.content, ()), self._at(start, end)))
        elif kind == "wiki_link":
            at = self._at(start, start + 2 + len(token.content))
            inside = Text(token.content, (at[0] + 2, at[1]))
            self.into.append(Link(str(token.attrs["href"]), (inside,), "page", self._at(start, end)))
        elif kind == "html_inline":
            self._html(token.content, start, end)
        elif token.nesting == 1:
            target = str(token.attrs.get("href", "")) if kind == "link_open" else None
            self._open(kind.replace("_open", "_close"), _STYLES.get(token.tag, token.tag), target, start)
        elif token.nesting == -1:
            self._close(kind, end if kind == "link_close" else start + len(token.markup))

    def _newline(self, start: int) -> At:
        place = self.places.at(max(start, self.places.content.find("\n", start)))
        return place, place + 1

    def _text(self, text: str, start: int, end: int) -> None:
        """Adds text; pieces that follow each other on a line are one node."""
        if not text:
            return
        at = self._at(start, max(end, start + 1))
        into = self.into
        last = into[-1] if into else None
        if isinstance(last, Text) and last.text != "\n" and text != "\n":
            into[-1] = Text(last.text + text, (last.at[0], at[1]))
        else:
            into.append(Text(text, at))

    def _code(self, token: Token, start: int) -> None:
        ticks, length, content = len(token.markup), len(token.content), self.places.content
        stripped = content[start + ticks + length : start + 2 * ticks + length] != token.markup
        if not stripped and content[start + ticks : start + ticks + 1] == " " and content[start + ticks + length - 1] == "`":
            stripped = True
        inside = start + ticks + stripped
        whole = self._at(start, inside + length + stripped + ticks)
        parts = _JOINT.split(token.content) if self.author and ticks == 1 and not stripped else [token.content]
        texts = []
        for part in parts:
            texts.append(Text(part, self._at(inside, inside + len(part))))
            inside += len(part) + len(_JOINED)
        self.into.append(Styled("code", tuple(texts), whole))

    def _open(self, closer: str, style: str, target: str | None, start: int) -> None:
        if len(self.stack) >= _DEPTH:
            self.skipped += 1
        else:
            self.stack.append(_Open(closer, style, target, [], start))

    def _close(self, closer: str, end: int) -> None:
        if self.skipped:
            self.skipped -= 1
            return
        if not self.stack or self.stack[-1].closer != closer:
            return
        top = self.stack.pop()
        at = self._at(top.start, end)
        if top.target is not None:
            self._link(top, at)
        elif top.children:
            self.into.append(Styled(top.style, tuple(top.children), at))

    def _link(self, top: _Open, at: At) -> None:
        target = top.target or ""
        if not target or not _SAFE.match(target):
            self.into.extend(top.children)
        elif _SCHEME.match(target):
            self.into.append(Link(target, tuple(top.children), "external", at))
        else:
            self.into.append(Link(unquote(target), tuple(top.children), "page", at))

    def _html(self, content: str, start: int, end: int) -> None:
        """A tag in running text: those that only style are read, comments are nothing, all others are text as written."""
        match = _TAG.match(content)
        name = match[2].lower() if match else ""
        if match is None or name not in _STYLE_TAGS | LAYOUT_TAGS | {"br", "a", "img"}:
            if not content.startswith("<!--"):
                self._text(content, start, end)
        elif name == "br":
            self.into.append(Break(self._at(start, end)))
        elif name == "img":
            given = _attributes(match[3])
            self.into.append(Image(given.get("src", ""), given.get("alt", ""), self._at(start, end)))
        elif name in _STYLE_TAGS or name == "a":
            if match[1] or start in self.meant_as_ends:
                self._close(f"</{name}>", end)
            else:
                target = _attributes(match[3]).get("href", "") if name == "a" else None
                self._open(f"</{name}>", _STYLES.get(name, name), target, start)


def _meant_as_ends(content: str, tokens: Sequence[Token], starts: Sequence[int]) -> frozenset[int]:
    """Where opening tags stand that are meant to close code."""
    found: list[Tag] = []
    for token, start in zip(tokens, starts, strict=True):
        match = _TAG.match(token.content) if token.type == "html_inline" else None
        if match is not None and (name := match[2].lower()) in CODE:
            found.append(Tag(name, match[1] != "", start, start + len(token.content)))
    return frozenset(found[i].start for i in meant_as_ends(content, found)) if len(found) > 1 else frozenset()


def _attributes(text: str) -> dict[str, str]:
    return {match[1].lower(): match[2] or match[3] or match[4] or "" for match in _ATTRIBUTE.finditer(text[:2000])}


def nodes(
    tokens: Sequence[Token], places: Places, notes: Mapping[str, tuple[Inline, ...]], *, author: bool
) -> tuple[Inline, ...]:
    """The nodes of a block's inline tokens; `notes` are the page's footnotes by label, `author`: in the author's reading."""
    return _Reader(places, notes, author).read(tokens)


def blank(found: Sequence[Inline]) -> bool:
    """Whether nothing of some nodes is seen."""
    return not plain(tuple(found)).strip() and not any(map(_pictures, found))


def _pictures(node: Inline) -> bool:
    if isinstance(node, Styled | Link):
        return any(map(_pictures, node.children))
    return isinstance(node, Image | Footnote)
