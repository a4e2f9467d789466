"""Blocks and inline nodes to safe HTML: the one place where a page's text becomes markup.

Every piece of text is escaped by `element`, no raw HTML passes, addresses are taken only from a short list of schemes, and
nothing is loaded from elsewhere: a picture becomes a link.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from typing import TypeAlias
from urllib.parse import quote

from markupsafe import Markup, escape

from runbook.inlines import plain, template_text
from runbook.model import (
    Block,
    Break,
    Container,
    Footnote,
    Heading,
    Hidden,
    Image,
    Inline,
    Item,
    Link,
    ListBlock,
    Paragraph,
    Preformatted,
    Rule,
    Styled,
    Table,
    Template,
    Text,
)
from runbook.render.html_table import layout

Resolver: TypeAlias = Callable[[str], str | None]
"""A wiki page's title, maybe with #section, to an address; None where nothing is known: then the link's text stays."""

DEPTH = 24
"""How deep blocks or inline nodes may nest; what lies deeper is shown as plain text, so that no page can exhaust the stack."""

_UNSEEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_LEFTWARDS = re.compile(r"[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefc\U00010800-\U00010fff\U0001e800-\U0001efff]")
"""Where Unicode keeps the letters of scripts that are written from right to left."""
_ADDRESS = re.compile(r"(?:https?|ftp)://[^\s/?#][^\s]*+|mailto:[^\s]++", re.IGNORECASE)
_ADDRESS_SAFE = "!#$%&'()*+,/:;=?@~"

_STYLES = {
    "bold": "strong",
    "italic": "em",
    "tt": "code",
    "strike": "s",
    "b": "strong",
    "i": "em",
    "source": "code",
    "syntaxhighlight": "code",
} | {
    name: name
    for name in ("code", "kbd", "samp", "var", "sub", "sup", "u", "s", "del", "ins", "small", "em", "strong", "q", "cite", "mark")
}
_NOTICES = {"note", "warning", "tip", "important", "caution", "danger", "info", "attention", "error", "hint"}


def visible(text: str) -> str:
    """`text` with control characters as their pictures, and with marks that reorder text (Unicode's bidirectional overrides
    and isolates) and what HTML forbids by their numbers: nothing hides, and nothing can forge our own markers."""
    return _UNSEEN.sub(_picture, text) if _UNSEEN.search(text) else text


def _picture(match: re.Match[str]) -> str:
    code = ord(match[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return "\u2421" if code == 0x7F else f"[U+{code:04X}]"


def element(tag: str, body: str = "", **attributes: str | int | None) -> Markup:
    """One element. `body` and attribute values are escaped unless they are Markup; an attribute that is None is left out;
    a trailing underscore of a name goes, other underscores become hyphens."""
    names = ((name.rstrip("_").replace("_", "-"), value) for name, value in attributes.items() if value is not None)
    written = "".join(f' {name}="{escape(visible(str(value)))}"' for name, value in names)
    return Markup(f"<{tag}{written}>{text(body)}</{tag}>")  # noqa: S704 - tag is ours, everything else escaped just now


def text(body: str) -> Markup:
    """`body` as HTML: unchanged when it is Markup, else escaped, with what is unseen made visible."""
    return body if isinstance(body, Markup) else escape(visible(body))


def direction(body: str) -> str | None:
    """What `dir` a piece of prose needs: "rtl" when its first letter belongs to a script that is written from right to left, as rules P2
    and P3 of Unicode's bidirectional algorithm have it; else None. `body` is text, or Markup."""
    if not _LEFTWARDS.search(body):
        return None
    words = body.striptags() if isinstance(body, Markup) else body
    first = next((kind for kind in map(unicodedata.bidirectional, words) if kind in ("L", "R", "AL")), "L")
    return None if first == "L" else "rtl"


def _flow(tag: str, body: Markup, **attributes: str | int | None) -> Markup:
    """An element of prose, which runs in the direction that it is written in."""
    return element(tag, body, **attributes, dir=direction(body))


def join(parts: Iterable[Markup], by: str = "") -> Markup:
    """Pieces of HTML in one."""
    return Markup(by).join(parts)  # noqa: S704 - every caller's separator is a constant


def external(address: str) -> str | None:
    """An address that may stand in a link: http, https, ftp or mailto, percent-encoded where HTML wants it; else None."""
    if address.startswith("//"):
        address = f"https:{address}"
    if not _ADDRESS.fullmatch(address) or _UNSEEN.search(address):
        return None
    encoded = quote(address, safe=_ADDRESS_SAFE)
    return re.sub("%(?![0-9A-Fa-f]{2})", "%25", encoded)


def blocks(nodes: Sequence[Block], links: Resolver, *, level: int = 2, depth: int = 0) -> Markup:
    """Blocks as HTML; wiki links go through `links`, headings begin at `level`."""
    return join((_block(node, links, level, depth) for node in nodes), "\n")


def inlines(nodes: Sequence[Inline], links: Resolver, *, depth: int = 0, linked: bool = False) -> Markup:
    """Inline nodes as HTML; `linked` is true inside a link, where no other link may stand."""
    return join(_inline(node, links, depth, linked) for node in nodes)


# --- blocks -----------------------------------------------------------------------------------------------------------


def _block(node: Block, links: Resolver, level: int, depth: int) -> Markup:
    if depth > DEPTH:
        return element("p", "…", class_="rb-too-deep")
    match node:
        case Heading():
            return _flow(f"h{min(6, max(level, node.level))}", inlines(node.children, links))
        case Paragraph():
            body = inlines(node.children, links).strip()
            return _flow("p", Markup(body)) if body else Markup("")  # noqa: S704 - strip keeps it HTML
        case ListBlock():
            return _definitions(node, links, level, depth) if node.kind == "dl" else _list(node, links, level, depth)
        case Preformatted():
            return preformatted("\n".join(row.text for row in node.rows), "code")
        case Table():
            return _table(node, links, level, depth)
        case Container():
            return _container(node, links, level, depth)
        case Rule():
            return Markup("<hr>")
        case Template():
            return _template_block(node, links, level, depth)
        case Hidden():
            return Markup("")


def preformatted(content: str, tag: str, **attributes: str | int | None) -> Markup:
    """Code or output in `<pre>`, reachable by keyboard since it may scroll; a first empty line survives HTML's parser."""
    return Markup('<pre tabindex="0">\n') + element(tag, content, **attributes) + Markup("</pre>")


def _list(node: ListBlock, links: Resolver, level: int, depth: int) -> Markup:
    made = (element("li", item_body(item, links, level, depth + 1), value=item.number) for item in node.items)
    return _flow(node.kind, join(made))


def item_body(item: Item, links: Resolver, level: int, depth: int) -> Markup:
    """A list item's content; a single leading paragraph stands without `<p>`, as both markups show tight lists."""
    first, *rest = item.blocks or (None,)
    if isinstance(first, Paragraph) and not any(isinstance(block, Paragraph) for block in rest):
        return inlines(first.children, links) + blocks([b for b in rest if b], links, level=level, depth=depth)
    return blocks(item.blocks, links, level=level, depth=depth)


def _definitions(node: ListBlock, links: Resolver, level: int, depth: int) -> Markup:
    """A definition list. HTML wants terms before descriptions: descriptions without a term (wikitext's indent) become a plain
    indented block, terms without a description a paragraph."""
    out: list[Markup] = []
    group: list[Markup] = []
    described = False
    for item in node.items:
        body = item_body(item, links, level, depth + 1)
        if item.kind == "dt":
            if described:
                out.append(_flow("dl", join(group)))
                group, described = [], False
            group.append(element("dt", inlines(_leading(item), links)))
        elif group:
            group.append(element("dd", body))
            described = True
        else:
            out.append(element("div", body, class_="rb-indent"))
    if described:
        out.append(_flow("dl", join(group)))
    elif group:
        out.append(element("p", element("strong", join(Markup(m[4:-5]) for m in group))))  # noqa: S704 - the body of <dt>
    return join(out)


def _leading(item: Item) -> tuple[Inline, ...]:
    return item.blocks[0].children if item.blocks and isinstance(item.blocks[0], Paragraph) else ()


def _table(node: Table, links: Resolver, level: int, depth: int) -> Markup:
    rows = []
    for row in layout(node.rows):
        cells = []
        for cell, width, height in row:
            body = item_body(Item("li", cell.blocks, cell.lines), links, level, depth + 1)
            tag = "th" if cell.header and body.striptags() else "td"
            spans = {"colspan": width if width > 1 else None, "rowspan": height if height > 1 else None}
            cells.append(element(tag, body, **spans))
        rows.append(element("tr", join(cells)))
    if not rows:
        return Markup("")
    caption = element("caption", inlines(node.caption, links)) if node.caption else Markup("")
    table = _flow("table", caption + element("tbody", join(rows)))
    return element("div", table, class_="rb-table", tabindex=0, role="group", aria_label=plain(node.caption) or "Table")


def _container(node: Container, links: Resolver, level: int, depth: int) -> Markup:
    body = blocks(node.blocks, links, level=level, depth=depth + 1)
    if node.title or node.name in _NOTICES:
        return notice(node.name, body, node.title)
    return element("blockquote" if node.name == "blockquote" else "div", body)


def notice(kind: str, body: str, title: str = "") -> Markup:
    """A notice box: `kind` is its word and, where it is one of the usual, its colour."""
    colour = kind if kind in _NOTICES else "note"
    label = element("p", title or kind.replace("-", " ").capitalize(), class_="rb-note__label")
    return element("div", label + text(body), class_=f"rb-note rb-note--{colour}", role="note", dir=direction(text(body)))


def _template_block(node: Template, links: Resolver, level: int, depth: int) -> Markup:
    kind = node.meaning.kind if node.meaning else ""
    if kind == "hidden":
        return Markup("")
    if kind == "notice" and node.meaning:
        body = blocks([b for a in node.arguments for b in a.blocks], links, level=level, depth=depth + 1)
        return notice(node.meaning.notice or "note", body or element("p", node.meaning.value or node.name))
    if kind == "layout":
        return blocks([b for a in node.arguments for b in a.blocks], links, level=level, depth=depth + 1)
    if kind in ("command", "session", "file"):
        return preformatted(template_text(node), "code")
    return element("p", _template_inline(node, links, False))


# --- inline nodes -----------------------------------------------------------------------------------------------------


def _inline(node: Inline, links: Resolver, depth: int, linked: bool) -> Markup:
    if depth > DEPTH:
        return text(plain((node,)))
    match node:
        case Text():
            return text(node.text)
        case Styled():
            return element(_STYLES.get(node.style, "span"), inlines(node.children, links, depth=depth + 1, linked=linked))
        case Link():
            return _link(node, links, depth, linked)
        case Break():
            return Markup("<br>")
        case Image():
            return _image(node, links, linked)
        case Footnote():
            return element("small", inlines(node.children, links, depth=depth + 1, linked=linked), class_="rb-footnote")
        case Template():
            return _template_inline(node, links, linked)


def _link(node: Link, links: Resolver, depth: int, linked: bool) -> Markup:
    body = inlines(node.children, links, depth=depth + 1, linked=True)
    href = None if linked else external(node.target) if node.kind == "external" else links(node.target)
    return body if href is None or not body else anchor(href, body)


def anchor(href: str, body: str) -> Markup:
    """A link; one that leaves the site says so to the browser and to the reader (by class)."""
    leaves = href.startswith(("http:", "https:", "ftp:", "HTTP:", "HTTPS:", "FTP:"))
    return element("a", body, href=href, rel="noopener noreferrer" if leaves else None, class_="rb-away" if leaves else None)


def _image(node: Image, links: Resolver, linked: bool) -> Markup:
    words = node.alt.strip() or node.target
    href = None if linked else external(node.target) or links(f"File:{node.target}")
    body = text(words)
    return element("span", anchor(href, body) if href else body, class_="rb-image")


def _template_inline(node: Template, links: Resolver, linked: bool) -> Markup:
    if node.meaning is None:
        return element("span", _call(node), class_="rb-unknown", title="A template that is not known here")
    if node.meaning.kind == "hidden":
        return Markup("")
    words = template_text(node)
    if node.meaning.kind == "link" and words:
        target = words
        href = None if linked else links(target)
        lead = f"{node.meaning.value} " if node.meaning.value else ""
        return text(lead) + (anchor(href, words) if href else text(words))
    if node.meaning.kind in ("command", "session", "file", "inline") and words:
        return element("code", words)
    return text(words)


def _call(node: Template) -> str:
    values = (a.text.strip() if a.name.isdigit() else f"{a.name}={a.text.strip()}" for a in node.arguments)
    return "{{" + "|".join((node.name, *values)) + "}}"
