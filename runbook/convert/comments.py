"""The author's directives put where a reader of Markdown finds them: wikitext drops comments inside lists and lines from its tree."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from runbook.extract.directives import comments_in
from runbook.model import Block, Container, Hidden, Item, Lines, ListBlock


def with_directives(blocks: Sequence[Block], text: str) -> tuple[Block, ...]:
    """The blocks of a page of wikitext, with every comment that speaks to us as a block before what it speaks of."""
    told = {block.lines for block in blocks if isinstance(block, Hidden) and block.kind == "comment"}
    out = tuple(blocks)
    for words, lines in comments_in(text, blocks):
        if lines not in told:
            out = _put(out, Hidden("comment", words.strip(), lines))
    return out


def _put(blocks: tuple[Block, ...], comment: Hidden) -> tuple[Block, ...]:
    line = comment.lines[0]
    for i, block in enumerate(blocks):
        if block.lines[1] < line:
            continue
        if block.lines[0] <= line and isinstance(block, ListBlock | Container) and _inside(block, line):
            return (*blocks[:i], _within(block, comment), *blocks[i + 1 :])
        return (*blocks[:i], comment, *blocks[i:])
    return (*blocks, comment)


def _inside(block: ListBlock | Container, line: int) -> bool:
    parts: Sequence[Block | Item] = block.items if isinstance(block, ListBlock) else block.blocks
    first: Lines = parts[0].lines if parts else block.lines
    return bool(parts) and first[0] <= line


def _within(block: ListBlock | Container, comment: Hidden) -> Block:
    if isinstance(block, Container):
        return replace(block, blocks=_put(block.blocks, comment))
    at = max(i for i, item in enumerate(block.items) if item.lines[0] <= comment.lines[0])
    item = replace(block.items[at], blocks=_put(block.items[at].blocks, comment))
    return replace(block, items=(*block.items[:at], item, *block.items[at + 1 :]))
