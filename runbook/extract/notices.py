"""Notices by their labels: "Note: …" before their words, and "Note", "**Warning:**" alone above these, in a line, a paragraph or a heading."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from runbook.extract.markers import marker
from runbook.extract.tongues import ENGLISH, NOTICES, Tongue
from runbook.inlines import plain
from runbook.model import Block, Container, Heading, Hidden, Paragraph

_WORDS: Final = (
    ("note", "note"), ("please note", "note"), ("nb", "note"), ("n.b", "note"), ("warning", "warning"), ("caution", "warning"), ("danger", "warning"),
    ("attention", "warning"), ("important", "important"), ("tip", "tip"), ("hint", "tip"), ("remark", "note"), ("remember", "note"), ("beware", "warning"),
)  # fmt: skip
_STARTS: Final = tuple(word for word, _ in _WORDS)
LABELS: Final = {word: kind for word, kind in _WORDS if word != "remember"}
"""Labels that may stand on a line of their own: "**Note**", "[!WARNING]"."""
_LONGEST: Final = 24
"""Characters of a label at most."""
_PIECES: Final = 3
"""Pieces of which a label is made at most: its word in some style, with marks around."""
_MARKS: Final = "\"'*_[]!.: \n\t\uff1a\uff01"


def label_kind(text: str) -> str:
    """The kind of notice whose label is all of the first line of a paragraph, "" when it is none."""
    first = text.lstrip()[:_LONGEST].partition("\n")[0]
    return LABELS.get(first.strip(_MARKS).casefold(), "") if len(first) < _LONGEST else ""


def note_kind(text: str, tongue: Tongue = ENGLISH) -> str:
    """The kind of notice that a paragraph is by the label with which it begins, "" when it is none."""
    if alone := label_kind(text):
        return alone
    head = text.lstrip(" '\"*_").casefold()[:24]
    for word, kind in _WORDS if head.startswith(_STARTS) else ():
        if head.startswith(word) and head[len(word) : len(word) + 1] in (":", "!", " ", ".", ""):
            rest = head[len(word) :].lstrip(" '\"0123456789")
            if rest.startswith((":", "!", "-", "\u2013")):
                return kind
    for kind in NOTICES if tongue.speaks else ():
        length = tongue.opens(kind, head)
        if length and head[length:].lstrip(" '\"*\u00a0").startswith((":", "!", "-", "\u2013", "\uff1a", "\uff01")):
            return kind
    return ""


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
    if kind := label_kind(text):
        return kind
    bare = text.strip(_MARKS)
    return next((kind for kind in NOTICES if tongue.opens(kind, bare) == len(bare)), "") if tongue.speaks and bare else ""


def _is_told(block: Paragraph) -> bool:
    text = plain(block.children).rstrip()
    return not text.endswith((":", "\uff1a")) and marker(text) is None
