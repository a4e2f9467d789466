"""A tree of blocks as Markdown for CommonMark and for MkDocs with Material: what `render.markdown_tree` made, written down."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from msgspec import Struct

from runbook.model import (
    Block,
    Container,
    Heading,
    Hidden,
    Inline,
    ListBlock,
    Paragraph,
    Preformatted,
    Rule,
    Table,
    TableRow,
)
from runbook.render import html, markdown_inline
from runbook.render.markdown_inline import Way
from runbook.render.markdown_tree import is_piped

_APART: Final = "<!-- -->"
"""Stands between two lists that a Markdown reader would take for one."""
_FENCE: Final = re.compile(r"[ \t]*(`{3,})")
_MARKDOWN: Final = ' markdown="block"'


class Sheet(Struct, frozen=True):
    """What is being written: `notes` gathers footnotes; a `careful` part is written with every character escaped that could mean
    anything, `strict` ones with all structure, by HTML where nothing else says it."""

    notes: list[tuple[Inline, ...]]
    careful: bool = False
    strict: bool = False

    def way(self, *, in_table: bool = False) -> Way:
        """How running text is written here."""
        return Way(self.notes, self.careful, in_table)


def page(parts: Sequence[tuple[Sequence[Block], Sheet]]) -> str:
    """The text of a page out of its parts, each with how it is written; all share one list of notes."""
    lines: list[str] = []
    last: Block | None = None
    notes = parts[0][1].notes if parts else []
    for blocks, sheet in parts:
        for block in blocks:
            _add(lines, block, last, sheet)
            last = block
    if notes:
        lines.append("")
    for number, children in enumerate(notes, 1):
        lines.append(f"[^{number}]: {' '.join(markdown_inline.paragraph(children, Way([], parts[0][1].careful)))}")
    return "\n".join(lines).strip("\n") + "\n" if lines else ""


def _add(lines: list[str], block: Block, last: Block | None, sheet: Sheet) -> None:
    made = _block(block, sheet)
    if not made:
        return
    if lines:
        lines.append("")
        if isinstance(block, ListBlock) and isinstance(last, ListBlock):
            lines += [_APART, ""]
    lines += made


def _flow(blocks: Sequence[Block], sheet: Sheet) -> list[str]:
    lines: list[str] = []
    last: Block | None = None
    for block in blocks:
        _add(lines, block, last, sheet)
        last = block
    return lines


def _block(block: Block, sheet: Sheet) -> list[str]:
    match block:
        case Heading():
            words = " ".join(markdown_inline.paragraph(block.children, sheet.way()))
            return [f"{'#' * block.level} {_unclosed(words)}".rstrip()]
        case Paragraph():
            return [line for line in markdown_inline.paragraph(block.children, sheet.way()) if line]
        case ListBlock():
            return _terms(block, sheet) if block.kind == "dl" else _list(block, sheet)
        case Preformatted():
            return _fence(block)
        case Table():
            return _table(block, sheet)
        case Container():
            return _container(block, sheet)
        case Rule():
            return ["---"]
        case Hidden():
            return [f"<!-- {block.text} -->"]
        case _:
            return []


def _unclosed(words: str) -> str:
    """A heading's words, whose last number signs are not the closing ones."""
    return re.sub(r"(?:(?<=\s)|\A)#(?=#*\Z)", r"\\#", words)


def _fence(block: Preformatted) -> list[str]:
    longest = max((len(found[1]) for row in block.rows if (found := _FENCE.match(row.text))), default=2)
    ticks = "`" * max(3, longest + 1)
    info = f"{block.language} {block.info}".strip()
    return [f"{ticks}{info}", *(row.text.replace("\n", " ") for row in block.rows), ticks]


def _indented(lines: Sequence[str], width: int = 4) -> list[str]:
    return [f"{' ' * width}{line}" if line else "" for line in lines]


# --- lists ------------------------------------------------------------------------------------------------------------


def _list(block: ListBlock, sheet: Sheet) -> list[str]:
    out: list[str] = []
    loose = any(_is_loose(item.blocks) for item in block.items)
    for position, item in enumerate(block.items):
        number = item.number if item.number is not None else position + 1
        marker = f"{number}." if block.kind == "ol" else "-"
        lines = _item(item.blocks, sheet)
        width = max(4, len(marker) + 1)
        # Code must begin where the lines below it do, and a reader that wants a paragraph first must find something.
        wide = bool(item.blocks) and not isinstance(item.blocks[0], Paragraph | Heading)
        if wide:
            lines = [_APART, "", *lines]
        out += [*([""] if loose and out else []), f"{marker} {lines[0]}".rstrip() if lines else marker]
        out += _indented(lines[1:], width)
    return out


def _is_loose(blocks: Sequence[Block]) -> bool:
    first, *rest = blocks or (None,)
    if not rest and isinstance(first, Paragraph):
        return False
    return not (first is None or (len(rest) == 1 and isinstance(first, Paragraph) and _is_tight(rest[0])))


def _is_tight(block: Block) -> bool:
    return isinstance(block, ListBlock) and block.kind != "dl" and not any(_is_loose(item.blocks) for item in block.items)


def _item(blocks: Sequence[Block], sheet: Sheet) -> list[str]:
    if len(blocks) == 2 and isinstance(blocks[0], Paragraph) and _is_tight(blocks[1]):
        return [*_block(blocks[0], sheet), *_block(blocks[1], sheet)]
    return _flow(blocks, sheet)


def _terms(block: ListBlock, sheet: Sheet) -> list[str]:
    if sheet.strict:
        return _element(
            "dl", [line for item in block.items for line in _element(item.kind, ["", *_flow(item.blocks, sheet), ""])]
        )
    out: list[str] = []
    for item in block.items:
        lines = _flow(item.blocks, sheet)
        if item.kind == "dt":
            out += ["", *lines] if out and out[-1].startswith((":", " ")) else lines
        else:
            after_term = bool(out) and not out[-1].startswith((":", " "))
            out += [*([] if after_term else [""]), f":   {lines[0]}", *_indented(lines[1:])]
    return out


# --- tables -----------------------------------------------------------------------------------------------------------


def _table(block: Table, sheet: Sheet) -> list[str]:
    if sheet.strict or not is_piped(block):
        return _html_table(block, sheet)
    head, *body = block.rows
    return [_row(head, sheet), "|" + " --- |" * len(head.cells), *(_row(row, sheet) for row in body)]


def _row(row: TableRow, sheet: Sheet) -> str:
    cells = (" ".join(_running(cell.blocks, sheet)) for cell in row.cells)
    return "|" + "".join(f" {cell} |" if cell else " |" for cell in cells)


def _running(blocks: Sequence[Block], sheet: Sheet) -> list[str]:
    way = sheet.way(in_table=True)
    return [markdown_inline.written(block.children, way).strip() for block in blocks if isinstance(block, Paragraph)]


def _html_table(block: Table, sheet: Sheet) -> list[str]:
    lines: list[str] = []
    if block.caption:
        lines.append(f"<caption>{html.inlines(block.caption, lambda _: None)}</caption>")
    for row in block.rows:
        cells: list[str] = []
        for cell in row.cells:
            spans = "".join(f' {name}="{n}"' for name, n in (("colspan", cell.colspan), ("rowspan", cell.rowspan)) if n > 1)
            inside = _flow(cell.blocks, sheet)
            cells += _element("th" if cell.header else "td", ["", *inside, ""] if inside else [], spans)
        lines += _element("tr", cells)
    return _element("table", lines)


def _element(tag: str, lines: Sequence[str], attributes: str = "") -> list[str]:
    opened = f"<{tag}{attributes}{_MARKDOWN}>"
    return [opened, *lines, f"</{tag}>"] if lines else [f"{opened}</{tag}>"]


# --- containers -------------------------------------------------------------------------------------------------------


def _container(block: Container, sheet: Sheet) -> list[str]:
    inside = _flow(block.blocks, sheet)
    title = markdown_inline.text(" ".join(block.title.split()), sheet.way())
    if block.name == "blockquote":
        return [f"> {line}" if line else ">" for line in inside]
    if block.name == "details":
        summary = [f"<summary>{html.text(block.title)}</summary>"] if block.title else []
        return _element("details", [*summary, "", *inside, ""])
    if block.name == "tab":
        return [f'=== "{title}"', "", *_indented(inside)]
    head = f'!!! {block.name} "{title}"' if title else f"!!! {block.name}"
    return [head, "", *_indented(inside)]
