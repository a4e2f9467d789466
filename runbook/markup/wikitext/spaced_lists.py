"""Lists as other wikis write them, each item set in by blanks: " * item", "  - item". To MediaWiki such lines are code."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from msgspec.structs import replace

from runbook.looks import as_command, as_prose
from runbook.model import Block, Item, ListBlock, Paragraph, Preformatted, Row, Text
from runbook.patterns import pattern
from runbook.printouts import is_printed

_SIGNS: Final = ("* ", "- ")
_SETTING: Final = pattern(r"[\w.\-]{1,40}(?:\s?=|:(?:\s|\Z))")
"""How a key of YAML begins, or a setting: what stands before it is no sign of an item."""
_NO_WORDS: Final = ("...", "]", "\u2026", ";", "{", "}")
"""How a message of a program ends, or a line of code."""
_CODE: Final = pattern(r"[^`]*`[^`]+`[^`]*")
_FEW_WORDS: Final = 3


def with_spaced_lists(blocks: Sequence[Block]) -> Sequence[Block]:
    """Blocks with lists in the place of lines set in by blanks that are such; right below a list these belong to its last item."""
    if Preformatted not in map(type, blocks):
        return blocks
    out: list[Block] = []
    for block in blocks:
        found = _spaced_list(block) if type(block) is Preformatted and block.kind == "space" else None
        above = out[-1] if out else None
        if found is not None and type(above) is ListBlock and above.lines[1] + 1 == found.lines[0]:
            out[-1] = _held(above, found)
        else:
            out.append(found or block)
    return out


def _held(above: ListBlock, below: ListBlock) -> ListBlock:
    last = above.items[-1]
    item = replace(last, blocks=(*last.blocks, below), lines=(last.lines[0], below.lines[1]))
    return replace(above, items=(*above.items[:-1], item), lines=(above.lines[0], below.lines[1]))


def _spaced_list(block: Preformatted) -> ListBlock | None:
    """The list that lines set in by blanks are, None where they are anything else. What is set in further without a sign goes on with its
    item; items of all depths come one after the other, as a deeper one asks for nothing else than the one above it."""
    if not block.rows or not block.rows[0].text.lstrip().startswith(_SIGNS):
        return None
    rows = [row for row in block.rows if row.text.strip()]
    column = _column(rows[0])
    begins: list[int] = []
    for at, row in enumerate(rows):
        if row.text.lstrip().startswith(_SIGNS):
            begins.append(at)
        elif _column(row) <= column:
            return None
    items = [rows[at:end] for at, end in pairwise((*begins, len(rows)))]
    texts = [_words(item) for item in items]
    told = sum(as_prose(text) or _CODE.fullmatch(text) is not None for text in texts)
    if any(map(_is_code, texts)) or 2 * told <= len(texts) or (len(texts) == 1 and texts[0].count(" ") < _FEW_WORDS):
        return None
    return ListBlock("ul", tuple(map(_item, items, texts)), block.lines)


def _is_code(text: str) -> bool:
    """Whether an item's words are a program's, a file's or a shell's: code in them is its author's own."""
    if "`" in text:
        return False
    return text.endswith(_NO_WORDS) or as_command(text) >= 3 or _SETTING.match(text) is not None or is_printed(text)


def _column(row: Row) -> int:
    return len(row.text) - len(row.text.lstrip())


def _words(rows: Sequence[Row]) -> str:
    return "\n".join([rows[0].text.strip()[2:].strip(), *(row.text.strip() for row in rows[1:])])


def _item(rows: Sequence[Row], text: str) -> Item:
    lines = rows[0].n, rows[-1].n
    return Item("li", (Paragraph((Text(text),), lines),), lines)
