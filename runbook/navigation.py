"""The site's navigation: pages in sections, few enough in each that a page's HTML stays small; and what of it is the same on many pages."""

from __future__ import annotations

import re
from typing import Any, NamedTuple

from markupsafe import escape
from mkdocs.structure import StructureItem
from mkdocs.structure.nav import Section

from runbook.render import site, site_lists

_SECTION = 30
"""Pages that one section of the navigation lists."""
_SECTIONS = 8
"""Sections that one section holds."""
_IDLE = re.compile(r"\s*\n\s*")


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
    """The HTML of a section's items before and after the active one, that one, and its number among all; None and 0 when none is."""

    before: str
    active: StructureItem | None
    number: int
    after: str


class Remembered:
    """What the theme's templates have written for items of the navigation that are not active: it depends on nothing but where in the
    navigation they stand, whether the section around them is active, and the way from the current page to the site's root."""

    def __init__(self) -> None:
        self._written: dict[tuple[str, int, bool], dict[int, str]] = {}

    def row(self, section: Section, index: StructureItem | None, root: str, level: int) -> Row | None:
        """The items of a section, but for its `index` page; None when one of them has not been written yet."""
        written = self._written.get((root, level, section.active))
        if written is None:
            return None
        before: list[str] = []
        after: list[str] = []
        active, at, now = None, 0, before
        for number, item in enumerate(section.children, 1):
            if item is index:
                continue
            if getattr(item, "active", False):
                active, at, now = item, number, after
            elif (html := written.get(id(item))) is not None:
                now.append(html)
            else:
                return None
        return Row("".join(before), active, at, "".join(after))

    def number(self, section: Section, item: StructureItem) -> int:
        """Which of a section's items it is, from 1."""
        return section.children.index(item) + 1

    def remember(self, item: StructureItem, section: Section, root: str, level: int, html: str) -> str:
        """What an item was written as, without idle blanks; that is remembered, unless the item is active."""
        short = _IDLE.sub("\n", html)
        if not getattr(item, "active", False):
            self._written.setdefault((root, level, section.active), {})[id(item)] = short
        return short
