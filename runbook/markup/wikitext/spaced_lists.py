"""Lists as other wikis write them, each item set in by blanks: " * item", "  - item", " # item". To MediaWiki such lines are code."""

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
_MARKED: Final = pattern(r"[#*]{1,4} (?=\S)")
_SUMMARY: Final = pattern(r"(?:\s*+<!--(?:[^-]|-(?!->))*+-->)*+\s*+#summary\s")
"""How pages of Google Code's wiki begin: there, lines set in by blanks are lists and no code, and "#" is no prompt."""
_SETTING: Final = pattern(r"[\w.\-]{1,40}(?:\s?=|:(?:\s|\Z))")
"""How a key of YAML begins, or a setting: what stands before it is no sign of an item."""
_NO_WORDS: Final = ("...", "]", "\u2026", ";", "{", "}")
"""How a message of a program ends, or a line of code."""
_CODE: Final = pattern(r"[^`]*`[^`]+`[^`]*")
_FEW_WORDS: Final = 3
_SURE: Final = 3


def with_spaced_lists(blocks: Sequence[Block], page: str) -> Sequence[Block]:
    """Blocks of a page's text with lists in the place of lines set in by blanks that are such; right below a list these belong to its last
    item."""
    if Preformatted not in map(type, blocks):
        return blocks
    of_other_wiki = _SUMMARY.match(page) is not None
    out: list[Block] = []
    for block in blocks:
        found = None
        if type(block) is Preformatted and block.kind == "space":
            found = _spaced_list(block) or (_list_of_other_wiki(block.rows) if of_other_wiki else None)
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


def _list_of_other_wiki(rows: Sequence[Row]) -> ListBlock | None:
    """The list that lines set in by blanks are in a wiki where nothing else is: items with signs that are set in further are a list in the
    item above them, whatever their depths. None where any is a command, or begins without a sign."""
    rows = [row for row in rows if row.text.strip()]
    begins = [at for at, row in enumerate(rows) if _MARKED.match(row.text.lstrip())]
    if begins[:1] != [0]:
        return None
    column = _column(rows[0])
    found: list[list[tuple[str, Item]]] = []
    for at, end in pairwise((*begins, len(rows))):
        first, *more = rows[at:end]
        text = "\n".join([first.text.strip().lstrip("#*").lstrip(), *(row.text.strip() for row in more)])
        if _column(first) < column or any(_column(row) <= column for row in more) or as_command(text) >= _SURE:
            return None
        entry = (first.text.lstrip()[0], _item(rows[at:end], text))
        if _column(first) > column:
            found[-1].append(entry)
        else:
            found.append([entry])
    return _listed([(sign, _with_list(item, below)) for (sign, item), *below in found])


def _listed(entries: Sequence[tuple[str, Item]]) -> ListBlock:
    """The list of items with the signs before them, of the kind that the first one says."""
    items = tuple(item for _, item in entries)
    return ListBlock("ol" if entries[0][0] == "#" else "ul", items, (items[0].lines[0], items[-1].lines[1]))


def _with_list(item: Item, below: Sequence[tuple[str, Item]]) -> Item:
    if not below:
        return item
    inner = _listed(below)
    return replace(item, blocks=(*item.blocks, inner), lines=(item.lines[0], inner.lines[1]))


def _is_code(text: str) -> bool:
    """Whether an item's words are a program's, a file's or a shell's: code in them is its author's own."""
    if "`" in text:
        return False
    return text.endswith(_NO_WORDS) or as_command(text) >= _SURE or _SETTING.match(text) is not None or is_printed(text)


def _column(row: Row) -> int:
    return len(row.text) - len(row.text.lstrip())


def _words(rows: Sequence[Row]) -> str:
    return "\n".join([rows[0].text.strip()[2:].strip(), *(row.text.strip() for row in rows[1:])])


def _item(rows: Sequence[Row], text: str) -> Item:
    lines = rows[0].n, rows[-1].n
    return Item("li", (Paragraph((Text(text),), lines),), lines)
