"""Inline nodes as Markdown can say them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Final
from urllib.parse import quote

from msgspec import Struct
from msgspec.structs import replace

from runbook.extract.prose import last_words
from runbook.inlines import template_text
from runbook.model import (
    Break,
    Footnote,
    Image,
    Inline,
    Link,
    Styled,
    Template,
    Text,
)
from runbook.render.html import visible

STYLES: Final = {
    "b": "bold", "strong": "bold", "i": "italic", "em": "italic", "tt": "code", "source": "code", "syntaxhighlight": "code", "strike": "s",
} | {name: name for name in "bold italic code kbd samp var u s sub sup small del ins mark q cite".split()}  # fmt: skip
"""Styles that Markdown, or HTML in it, can say; all others are plain text."""

_SCHEME: Final = re.compile(
    r"(?:[a-z][a-z\d+.-]*:)?//|(?:mailto|tel|xmpp|news|ircs?|sips?|sms|geo|magnet|urn|bitcoin):", re.IGNORECASE
)
_ADDRESS_SAFE: Final = "!#$%&*+,/:;=?@~"


class Told(Struct, frozen=True):
    """What is known of the page beyond its tree. `link` makes the address of a page's title (maybe with #section), `image` that of a
    file's name; `infos` has language and info string of the blocks of code by the first line of their content; `strict` asks
    for all of the page's structure, even where only HTML in Markdown can say it."""

    link: Callable[[str], str]
    image: Callable[[str], str]
    infos: Mapping[int, tuple[str, str]] = {}
    strict: bool = False
    depth: int = 0

    def deeper(self, levels: int) -> Told:
        """The same for what stands inside."""
        return replace(self, depth=self.depth + levels)


def inlines(nodes: Iterable[Inline], told: Told) -> tuple[Inline, ...]:
    """Inline nodes as Markdown can say them; neighbouring text is one node, styles hold no blanks at their ends."""
    out: list[Inline] = []
    for node in nodes:
        for made in _inline(node, told):
            last = out[-1] if out else None
            if isinstance(made, Text) and isinstance(last, Text):
                out[-1] = Text(last.text + made.text)
            elif not isinstance(made, Text) or made.text:
                out.append(made)
    return tuple(out)


def _inline(node: Inline, told: Told) -> Iterator[Inline]:
    match node:
        case Text():
            yield Text(visible(node.text))
        case Styled():
            yield from _styled(node, told)
        case Link():
            yield from _link(node, told)
        case Image():
            yield Image(_address(told.image(node.target)), " ".join(visible(node.alt).split()))
        case Footnote():
            children = one_line(trimmed(inlines(node.children, told)))
            if children:
                yield Footnote(children)
        case Template():
            yield from _inline_template(node, told)
        case Break():
            yield Break()


def _styled(node: Styled, told: Told) -> Iterator[Inline]:
    style = STYLES.get(node.style)
    children = inlines(node.children, told)
    if style is None:
        yield from children
        return
    before, inner, after = _edges(children)
    yield Text(before)
    if inner:
        yield Styled(style, inner)
    yield Text(after)


def _edges(children: tuple[Inline, ...]) -> tuple[str, tuple[Inline, ...], str]:
    """The blanks at the beginning, what stands between, the blanks at the end."""
    parts = list(children)
    before = after = ""
    if parts and isinstance(first := parts[0], Text):
        before = first.text[: len(first.text) - len(first.text.lstrip())]
        parts[0] = Text(first.text.lstrip())
    if parts and isinstance(last := parts[-1], Text):
        after = last.text[len(last.text.rstrip()) :]
        parts[-1] = Text(last.text.rstrip())
    return before, tuple(part for part in parts if not isinstance(part, Text) or part.text), after


def _link(node: Link, told: Told) -> Iterator[Inline]:
    address = node.target if node.kind == "external" else told.link(node.target)
    before, children, after = _edges(inlines(node.children, told))
    yield Text(before)
    if not children:  # nobody sees it
        return
    if _SCHEME.match(address):
        yield Link(_address(address), children, "external")
    elif node.kind == "page" and address:
        yield Link(address, children, "page")
    else:
        yield from children
    yield Text(after)


def _address(address: str) -> str:
    """An address that leads elsewhere, percent-encoded; a path as it is."""
    return quote(address, safe=_ADDRESS_SAFE) if _SCHEME.match(address) else address


def _inline_template(node: Template, told: Told) -> Iterator[Inline]:
    words = visible(template_text(node) if node.meaning is not None else last_words(node))
    if node.meaning is None:
        yield Text(words)
        return
    if node.meaning.kind == "hidden" or not words:
        return
    if node.meaning.kind == "link":
        yield from _link(Link(template_text(node), (Text(words),)), told)
    elif node.meaning.kind in ("command", "session", "file", "inline"):
        yield from _styled(Styled("code", (Text(words),)), told)
    else:
        yield Text(words)


def trimmed(nodes: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Nodes without blanks and forced line breaks at their ends."""
    parts = list(nodes)
    while parts and (isinstance(parts[0], Break) or (isinstance(parts[0], Text) and not parts[0].text.strip())):
        parts.pop(0)
    while parts and (isinstance(parts[-1], Break) or (isinstance(parts[-1], Text) and not parts[-1].text.strip())):
        parts.pop()
    return _edges(tuple(parts))[1]


def one_line(nodes: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Nodes with their line ends as blanks."""
    out: list[Inline] = []
    for node in nodes:
        match node:
            case Text():
                out.append(Text(re.sub(r"[ \t]*\n[ \t\n]*", " ", node.text)))
            case Styled() | Link() | Footnote():
                out.append(replace(node, children=one_line(node.children)))
            case _:
                out.append(node)
    return tuple(out)
