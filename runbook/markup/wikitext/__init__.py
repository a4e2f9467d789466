"""Wikitext to blocks, as MediaWiki 1.39 reads it or as its author meant it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from runbook import names
from runbook.line_index import LineIndex
from runbook.markup.cover import cover
from runbook.markup.wikitext import blocks, labels, tables, templates
from runbook.markup.wikitext.source import Context
from runbook.markup.wikitext.spaced_lists import with_spaced_lists
from runbook.markup.wikitext.strip import strip
from runbook.model import Document, Inline, Meaning, Page

BUDGET: Final = 400_000
"""How many characters all expanded templates of a page may make together."""


def parse(page: Page, *, author: bool, meanings: Mapping[str, Meaning], definitions: Mapping[str, str]) -> Document:
    """The block tree of a wikitext page. Never raises, in time linear in the page's length."""
    context = Context(
        page,
        LineIndex(page.text),
        author,
        templates.known(meanings),
        {templates.key(name): text for name, text in definitions.items()},
        budget=[BUDGET],
        fragment=fragment,
        strip=strip,
        running=running,
    )
    redirect = names.redirect().match(page.text)
    start = 0
    if redirect:
        start = redirect.end()
        context.hide("redirect", redirect[1].strip(), redirect.start(1), start)
    found = fragment(context, start, len(page.text))
    return Document(
        page,
        cover(page.text, found, context.hidden),
        tuple(dict.fromkeys(context.categories)),
        redirect[1].strip() if redirect else None,
        tuple(context.diagnostics),
    )


def fragment(context: Context, start: int, end: int) -> tuple[Any, ...]:
    """The blocks of page[start:end]."""
    found = blocks.build(context, labels.fold(tables.write(strip(context, start, end))))
    return tuple(with_spaced_lists(found, context.text) if context.author else found)


def running(context: Context, start: int, end: int) -> tuple[Inline, ...]:
    """The nodes of page[start:end], in which nothing makes blocks."""
    return blocks.running(context, strip(context, start, end))
