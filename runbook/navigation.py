"""The site's navigation: pages in sections, few enough in each that a page's HTML stays small; and what of it is the same on many pages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from markupsafe import escape
from mkdocs.structure.nav import Section
from mkdocs.structure.pages import Page

from runbook.render import site, site_lists

_SECTION = 30
"""Pages that one section of the navigation lists."""
_SECTIONS = 8
"""Sections that one section holds."""


def tree(made: site.Site) -> list[Any]:
    """The site's navigation: runbooks and reference pages, in sections by first letters where there are many."""
    index, *pages = made.pages
    runbooks = [page for page in pages if page.counts.steps]
    references = [page for page in pages if not page.counts.steps and not page.listed]
    lists = [page for page in pages if page.listed and page.slug == site_lists.STATE]
    nav: list[Any] = [{escape(page.plain): f"{page.slug}.md"} for page in (index, *lists)]
    for title, group in (("Runbooks", runbooks), ("Reference", references)):
        if group:
            nav.append({title: _sections(sorted(group, key=lambda page: (page.plain.casefold(), page.slug)))})
    return nav


def _sections(pages: list[site.SitePage]) -> list[Any]:
    """Pages as a tree of sections named by their first and last title: few enough in each that a page's HTML stays small."""
    if len(pages) <= _SECTION:
        return [f"{page.slug}.md" for page in pages]
    size = max(_SECTION, -(-len(pages) // _SECTIONS))
    out: list[Any] = []
    for start in range(0, len(pages), size):
        group = pages[start : start + size]
        first, last = (page.plain[:16].strip() for page in (group[0], group[-1]))
        out.append({escape(f"{first} – {last}"): _sections(group)})
    return out


class Row(NamedTuple):
    """The HTML of the items of a section before and after the current page, and that page's number, 0 where it is not among them."""

    before: str
    number: int
    after: str


class _Items(NamedTuple):
    html: list[str]
    numbers: Mapping[str, int]
    """Of the pages, by address, from 1."""


class Remembered:
    """What templates have written of the navigation, or may, by section and by the way to the site's root."""

    def __init__(self) -> None:
        self._pruned: dict[tuple[int, str], str] = {}
        self._rows: dict[tuple[int, str], _Items | None] = {}

    def pruned(self, section: Section, root: str) -> str:
        """What a section was written as whose pages are not shown; empty when it has not been yet."""
        return self._pruned.get((id(section), root), "")

    def remember(self, section: Section, root: str, html: str) -> str:
        """Remembers what it was written as."""
        self._pruned[id(section), root] = html
        return html

    def row(self, children: Sequence[Any], page: Page | None, root: str) -> Row | None:
        """A section's items around `page`; None when one of them is no page of ours."""
        key = id(children), root
        if key not in self._rows:
            self._rows[key] = _items(children, root.rstrip("/"))
        items = self._rows[key]
        if items is None:
            return None
        number = items.numbers.get(page.url, 0) if page is not None else 0
        return Row("".join(items.html[: max(number - 1, 0)]), number, "".join(items.html[number:]))


def _items(children: Sequence[Any], root: str) -> _Items | None:
    if not all(hasattr(child, "rendered") for child in children):
        return None
    html = [_item(child, root) for child in children]
    return _Items(html, {child.url: number for number, child in enumerate(children, 1)})


def _item(page: Page, root: str) -> str:
    link = (
        f'<a href="{escape(root)}/{escape(page.url)}" class="md-nav__link"><span class="md-ellipsis">\n{page.title}\n</span></a>'
    )
    return f'<li class="md-nav__item">{link}</li>'
