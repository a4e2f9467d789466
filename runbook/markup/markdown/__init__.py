"""Markdown to blocks: CommonMark with tables and strikethrough, MkDocs' and GitHub's admonitions, content tabs, wiki links,
front matter. The only user of markdown-it-py."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from runbook.markup.cover import cover
from runbook.markup.markdown.blocks import Builder
from runbook.markup.markdown.rules import document_parser
from runbook.model import Block, Document, Hidden, Meaning, Page

_FRONT: Final = re.compile(r"---[ \t]*\r?\n(?:(?!---[ \t]*\r?(?:\n|\Z))[^\n]*\n)*+---[ \t]*\r?(?:\n|\Z)")
_LONE_RETURN: Final = re.compile(r"\r(?!\n)")


def parse(page: Page, _author: bool, _meanings: Mapping[str, Meaning], _definitions: Mapping[str, str]) -> Document:
    """The block tree of a Markdown page; both readings are the same, and there are no templates. Never raises, whatever the text;
    linear time. Raw HTML is never passed on: simple elements are read, all others are text."""
    # a carriage return alone ends a line for CommonMark, but not for a `LineIndex`
    text = _LONE_RETURN.sub(" ", page.text)
    found: list[Block] = []
    front = _FRONT.match(text)
    if front:
        last = max(1, front[0].count("\n") + (not front[0].endswith("\n")))
        found.append(Hidden("front-matter", "\n".join(front[0].splitlines()[1:-1]), (1, last)))
        text = "\n" * front[0].count("\n") + text[front.end() :]
    found.extend(Builder(page.text, document_parser().parse(text)).blocks())
    return Document(page, cover(page.text, tuple(found), []))
