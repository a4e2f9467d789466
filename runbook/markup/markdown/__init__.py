"""Markdown to blocks: CommonMark with tables and strikethrough, MkDocs' and GitHub's admonitions, content tabs, wiki links,
front matter. The only user of markdown-it-py."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from runbook import frontmatter
from runbook.markup.cover import cover
from runbook.markup.markdown.blocks import Builder
from runbook.markup.markdown.fences import Fence
from runbook.markup.markdown.rules import read
from runbook.markup.markdown.unclosed import unclosed_in
from runbook.model import Block, Diagnostic, Document, Hidden, Meaning, Page
from runbook.patterns import pattern

_LONE_RETURN: Final = pattern(r"\r(?!\n)")


def parse(page: Page, author: bool, _meanings: Mapping[str, Meaning], _definitions: Mapping[str, str]) -> Document:
    """The block tree of a Markdown page; the author's reading ends blocks whose end was forgotten, and has Markdown
    below a lone anchor, and numbered items in those before that are set in by less. There are no templates. Never raises,
    whatever the text; linear time. Raw HTML is never passed on: simple elements are read, all others are text."""
    # a carriage return alone ends a line for CommonMark, but not for a `LineIndex`
    text = _LONE_RETURN.sub(" ", page.text)
    found: list[Block] = []
    front, start = frontmatter.split(text)
    if front is not None:
        head = text[:start]
        last = max(1, head.count("\n") + (not head.endswith("\n")))
        found.append(Hidden("front-matter", "\n".join(front.splitlines()), (1, last)))
        text = "\n" * head.count("\n") + text[start:]
    unclosed = unclosed_in(text) if author else {}
    tokens, left = read(text, unclosed, author=author)
    found.extend(Builder(page.text, tokens, author=author).blocks())
    categories = _categories(page.text) if front else ()
    return Document(page, cover(page.text, tuple(found), []), categories, diagnostics=(*_told(left), *_mended(unclosed)))


def _told(left: Mapping[int, str]) -> Iterator[Diagnostic]:
    """What was left as text, each reason once."""
    for why in dict.fromkeys(left.values()):
        lines = [n + 1 for n, said in left.items() if said == why]
        yield Diagnostic("left-as-text", "info", why, (min(lines), max(lines)))


def _mended(unclosed: Mapping[int, Fence]) -> Iterator[Diagnostic]:
    """Where fences are taken to end whose end was forgotten."""
    for n, fence in unclosed.items():
        message = f"this fence is not closed before words follow: its block is taken to end with line {fence.last}"
        yield Diagnostic("unclosed-fence", "warning", message, (n + 1, n + 1))


def _categories(text: str) -> tuple[str, ...]:
    """The page's categories: what its front matter lists as such, or as tags."""
    values = frontmatter.named(text)
    listed = [each for key in ("categories", "tags") if isinstance(some := values.get(key), list) for each in some]
    return tuple(dict.fromkeys(frontmatter.plain(str(each)) for each in listed if isinstance(each, str | int)))
