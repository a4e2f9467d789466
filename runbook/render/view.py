"""A page as MediaWiki shows it: its tree of blocks as HTML with the same elements, everything else escaped."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from markupsafe import Markup

from runbook.inlines import plain
from runbook.model import (
    Block,
    Container,
    Heading,
    Hidden,
    ListBlock,
    Paragraph,
    Preformatted,
    Rule,
    Table,
    Template,
)
from runbook.render import html
from runbook.slug import unique

_CONTAINERS = frozenset(
    "div center blockquote p section article header footer main nav aside figure figcaption address details ul ol li dl dt dd".split()
)
_POLICY = "default-src 'none'; img-src 'self' data: http: https:; style-src 'unsafe-inline'"
_SPAN = 1000


def page(title: str, blocks: Sequence[Block], links: html.Resolver, anchor: Callable[[str], str]) -> str:
    """A whole HTML document. `links` resolves wiki links, `anchor` makes a section's id of its words."""
    body = _View(links, anchor).blocks(blocks)
    head = Markup('<meta charset="utf-8">\n<meta http-equiv="Content-Security-Policy" content="{}">\n').format(_POLICY)
    head += html.element("title", title)
    parts = html.element("head", Markup("\n") + head + Markup("\n")), html.element("body", Markup("\n") + _titled(title, body))
    return f"<!doctype html>\n<html>\n{parts[0]}\n{parts[1]}\n</html>\n"


def _titled(title: str, body: Markup) -> Markup:
    return html.element("h1", title, class_="firstHeading") + Markup("\n") + body + Markup("\n")


class _View:
    def __init__(self, links: html.Resolver, anchor: Callable[[str], str]) -> None:
        self.links = links
        self.anchor = anchor
        self.ids: set[str] = set()

    def blocks(self, nodes: Sequence[Block]) -> Markup:
        return html.join((self._block(node) for node in nodes), "\n")

    def _block(self, node: Block) -> Markup:
        match node:
            case Heading():
                return self._heading(node)
            case Paragraph():
                words = html.inlines(node.children, self.links)
                return words if node.bare else html.element("p", words)
            case ListBlock():
                items = (html.element(item.kind, self.blocks(item.blocks)) for item in node.items)
                return html.element(node.kind, Markup("\n") + html.join(items, "\n") + Markup("\n"))
            case Preformatted():
                return self._code(node)
            case Table():
                return self._table(node)
            case Container():
                return html.element(node.name if node.name in _CONTAINERS else "div", self.blocks(node.blocks))
            case Rule():
                return Markup("<hr>")
            case Template():
                return html.blocks((node,), self.links)
            case Hidden():
                return Markup("")

    def _heading(self, node: Heading) -> Markup:
        name = unique(self.anchor(plain(node.children)) or "section", self.ids)
        self.ids.add(name)
        return html.element(f"h{min(6, max(1, node.level))}", html.inlines(node.children, self.links), id=name)

    def _code(self, node: Preformatted) -> Markup:
        words = html.inlines(node.children, self.links) if node.children else html.text("\n".join(row.text for row in node.rows))
        return html.element("pre", Markup("\n") + words)

    def _table(self, node: Table) -> Markup:
        rows = []
        for row in node.rows:
            cells = (
                html.element(
                    "th" if cell.header else "td",
                    self.blocks(cell.blocks),
                    colspan=min(cell.colspan, _SPAN) if cell.colspan > 1 else None,
                    rowspan=min(cell.rowspan, _SPAN) if cell.rowspan > 1 else None,
                )
                for cell in row.cells
            )
            rows.append(html.element("tr", html.join(cells, "\n")))
        caption = html.element("caption", html.inlines(node.caption, self.links)) if node.caption else Markup("")
        return html.element("table", caption + html.join(rows, "\n"))
