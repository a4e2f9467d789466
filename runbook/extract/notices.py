"""Notices whose label stands alone above their words: "Note", "**Warning:**" in a paragraph or a heading of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from runbook.extract.markers import marker
from runbook.extract.tongues import NOTICES, Tongue
from runbook.inlines import plain
from runbook.model import Block, Container, Heading, Hidden, Paragraph

_LABELS: Final = {
    "note": "note", "please note": "note", "nb": "note", "n.b": "note", "tip": "tip", "hint": "tip", "important": "important",
    "warning": "warning", "caution": "warning", "danger": "warning", "attention": "warning",
}  # fmt: skip
_LONGEST: Final = 24
"""Characters of a label at most."""
_PIECES: Final = 3
"""Pieces of which a label is made at most: its word in some style, with marks around."""
_MARKS: Final = "\"'*_[]!.: \n\t\uff1a\uff01"


def with_notices(blocks: Iterable[Block], tongue: Tongue, *, listed: bool) -> Iterator[Block]:
    """The blocks, a label and the paragraph below it as one that is a notice. Where that leads up to what follows it is none: its last
    words are needed there. The first words of a list's item (`listed`) are what the item says, no label."""
    label: Paragraph | Heading | None = None
    kind = ""
    between: list[Block] = []
    for at, block in enumerate(blocks):
        if label is not None and type(block) is Paragraph and _is_told(block):
            yield Container(kind, (block,), (label.lines[0], block.lines[1]))
            label, between = None, []
            continue
        if label is not None and type(block) is Hidden:
            between.append(block)
            continue
        if label is not None:
            yield from (label, *between)
            label, between = None, []
        if (type(block) is Paragraph or type(block) is Heading) and (at or not listed) and (kind := _kind(block, tongue)):
            label = block
        else:
            yield block
    if label is not None:
        yield from (label, *between)


def _kind(block: Paragraph | Heading, tongue: Tongue) -> str:
    """The kind of notice of which a block is the label and nothing else, "" for all others."""
    if block.lines[0] != block.lines[1] or len(block.children) > _PIECES:
        return ""
    text = plain(block.children).strip()
    if not text or len(text) > _LONGEST:
        return ""
    if kind := _LABELS.get(text.strip(_MARKS).casefold(), ""):
        return kind
    bare = text.strip(_MARKS)
    return next((kind for kind in NOTICES if tongue.opens(kind, bare) == len(bare)), "") if tongue.speaks and bare else ""


def _is_told(block: Paragraph) -> bool:
    text = plain(block.children).rstrip()
    return not text.endswith((":", "\uff1a")) and marker(text) is None
