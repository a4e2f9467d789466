"""A page's tree of blocks as one that Markdown can say: templates by what they mean, indents as plain text, links by where they lead.

What comes out is what a Markdown reader gives back for the text written from it; `render.markdown` writes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from runbook.extract.layouts import step_called
from runbook.extract.rows import is_notice, noticed, notices_in
from runbook.extract.units import (
    file_argument,
    file_shown,
    laid_out,
    laying_out,
    made_command,
    numbered_words,
    only_call,
    only_place,
    parted,
    rejoined,
)
from runbook.inlines import plain
from runbook.model import (
    Argument,
    Block,
    Cell,
    Container,
    Heading,
    Hidden,
    Inline,
    Item,
    Lines,
    ListBlock,
    Paragraph,
    Preformatted,
    Row,
    Rule,
    Styled,
    Table,
    TableRow,
    Template,
    Text,
)
from runbook.render.html import visible
from runbook.render.markdown_tree_inline import Told, inlines, one_line, trimmed

_LANGUAGE: Final = re.compile(r"[\w+#./-]+")
_NAME: Final = re.compile(r"[^a-z0-9-]+")
_DEEP: Final = 20
"""Levels of lists (two each) and boxes below which blocks nest no more: a reader of Markdown stops at 30."""
_INDENTED: Final = ("space", "code", "indented")


def tree(nodes: Iterable[Block], told: Told) -> list[Block]:
    """Blocks as Markdown can say them."""
    return [made for node in rejoined(nodes) for made in _block(node, told)]


# --- blocks -----------------------------------------------------------------------------------------------------------


def _block(node: Block, told: Told) -> Iterator[Block]:
    match node:
        case Heading():
            yield replace(node, children=one_line(trimmed(inlines(node.children, told))))
        case Paragraph() if (call := only_call(node)) is not None:
            yield from _template(call, told)
        case Paragraph() if len(parts := parted(node)) > 1:
            for part in parts:
                yield from _block(part, told)
        case Paragraph():
            yield from _paragraph(node, told)
        case ListBlock():
            yield from _definitions(node, told) if node.kind == "dl" else _list(node, told)
        case Preformatted() if numbered_words(node):
            for row in node.rows:
                yield from _paragraph(Paragraph((Text(row.text),), (row.n, row.n)), told)
        case Preformatted():
            yield from _code(node.rows, node.lines, told, dedent=node.kind in _INDENTED, language=node.language, info=_info(node))
        case Table():
            yield from _table(node, told)
        case Container():
            yield from _container(node, told)
        case Template():
            yield from _template(node, told)
        case Rule():
            yield node
        case Hidden():
            if node.kind == "comment" and node.text.strip():
                yield replace(node, text=_comment(node.text))


def _info(node: Preformatted) -> str:
    return node.info if node.kind == "fence" else ""


def _comment(text: str) -> str:
    """The words of a comment; nothing in them ends it, in any reading."""
    return re.sub(r"--(?=!?>)|-\Z", "- ", visible(text.strip())).rstrip()


def _list(node: ListBlock, told: Told) -> Iterator[Block]:
    """A list; one nested deeper than a reader of Markdown goes gives up its items."""
    if told.depth > _DEEP:
        yield from tree((block for item in node.items for block in item.blocks), told)
        return
    inside = told.deeper(2)
    items = tuple(Item("li", tuple(tree(item.blocks, inside)), item.lines, item.number) for item in node.items)
    if items:
        yield replace(node, items=items)


def _definitions(node: ListBlock, told: Told) -> Iterator[Block]:
    """A definition list where it has terms with definitions; a definition without a term, which wikitext uses to indent, is plain."""
    inside = told.deeper(2)
    items = [replace(item, blocks=tuple(tree(item.blocks, inside)), number=None) for item in node.items]
    if told.strict and told.depth <= _DEEP:
        if items:
            yield replace(node, items=tuple(items))
        return
    out: list[Block] = []
    group: list[Item] = []
    for i, item in enumerate(items):
        group.append(item)
        if i + 1 == len(items) or (item.kind == "dd" and items[i + 1].kind == "dt"):
            for made in _group(group):
                last = out[-1] if out else None
                if isinstance(made, ListBlock) and made.kind == "dl" and isinstance(last, ListBlock) and last.kind == "dl":
                    made = replace(made, items=(*last.items, *made.items), lines=(last.lines[0], made.lines[1]))
                    out.pop()
                out.append(made)
            group = []
    yield from out


def _group(group: Sequence[Item]) -> Iterator[Block]:
    terms = [item for item in group if item.kind == "dt" and item.blocks]
    said = [item for item in group if item.kind == "dd" and item.blocks]
    runs = all(len(item.blocks) == 1 and isinstance(item.blocks[0], Paragraph) for item in terms)
    if terms and said and runs and all(isinstance(item.blocks[0], Paragraph) for item in said):
        terms = [
            replace(item, blocks=(replace(block, children=one_line(block.children)),))
            for item in terms
            if isinstance(block := item.blocks[0], Paragraph)
        ]
        lines = group[0].lines[0], max(item.lines[1] for item in group)
        yield ListBlock("dl", (*terms, *said), lines)
        return
    for item in terms:
        first, *rest = item.blocks
        if isinstance(first, Paragraph):
            first = replace(first, children=_bold(first.children))
        yield from (first, *rest)
    for item in said:
        yield from item.blocks


def _bold(children: tuple[Inline, ...]) -> tuple[Inline, ...]:
    if len(children) == 1 and isinstance(children[0], Styled) and children[0].style == "bold":
        return children
    return (Styled("bold", children),) if children else ()


def _code(
    rows: Sequence[Row], lines: Lines, told: Told, *, dedent: bool = False, language: str = "", info: str = ""
) -> Iterator[Block]:
    """A fence. Rows lose the indent that only marks them as code, and blank rows at their ends."""
    kept = [Row(row.n, visible(row.text).rstrip("\n")) for row in rows]
    while kept and not kept[-1].text.strip():
        kept.pop()
    while kept and not kept[0].text.strip():
        kept.pop(0)
    if not kept:
        return
    if dedent:
        shared = min(len(row.text) - len(row.text.lstrip()) for row in kept if row.text.strip())
        kept = [Row(row.n, row.text[shared:]) for row in kept]
    own = language.casefold() if _LANGUAGE.fullmatch(language) else ""
    known, more = told.infos.get(kept[0].n, (own, info))
    yield Preformatted("fence", tuple(kept), lines, known, more)


# --- tables -----------------------------------------------------------------------------------------------------------


def _table(node: Table, told: Told) -> Iterator[Block]:
    rows = [TableRow(tuple(_cell(cell, told) for cell in row.cells), row.lines) for row in node.rows if row.cells]
    caption = one_line(trimmed(inlines(node.caption, told)))
    if not any(cell.blocks for row in rows for cell in row.cells):
        if caption:
            yield Paragraph(caption, node.lines)
        return
    if not told.strict and not caption and all(_plain_cell(cell) for row in rows for cell in row.cells):
        rows = _piped(rows)
    yield Table(tuple(rows), node.lines, caption)


def _cell(cell: Cell, told: Told) -> Cell:
    return replace(cell, blocks=tuple(tree(cell.blocks, told)), colspan=max(1, cell.colspan), rowspan=max(1, cell.rowspan))


def _plain_cell(cell: Cell) -> bool:
    return (cell.colspan, cell.rowspan) == (1, 1) and (
        not cell.blocks or (len(cell.blocks) == 1 and isinstance(cell.blocks[0], Paragraph))
    )


def _piped(rows: Sequence[TableRow]) -> list[TableRow]:
    """Rows as a table of pipes has them: a row of headers first, empty where the table has none; headers below it are bold."""
    width = max(len(row.cells) for row in rows)
    headed = all(cell.header for cell in rows[0].cells)
    head = rows[0] if headed else TableRow((), rows[0].lines)
    body = rows[1:] if headed else rows
    made = [TableRow(tuple(_in_row(cell, header=True) for cell in head.cells), head.lines)]
    made += [TableRow(tuple(_in_row(cell, header=False) for cell in row.cells), row.lines) for row in body]
    return [replace(row, cells=(*row.cells, *_empty(row, width, header=not i))) for i, row in enumerate(made)]


def _empty(row: TableRow, width: int, *, header: bool) -> Iterator[Cell]:
    return (Cell(header, (), row.lines) for _ in range(width - len(row.cells)))


def _in_row(cell: Cell, *, header: bool) -> Cell:
    blocks: list[Block] = []
    for block in cell.blocks:
        if isinstance(block, Paragraph):
            children = one_line(block.children)
            blocks.append(replace(block, children=_bold(children) if cell.header and not header else children))
    return Cell(header, tuple(blocks), cell.lines)


def is_piped(table: Table) -> bool:
    """Whether a table can be written with pipes."""
    widths = {len(row.cells) for row in table.rows}
    heads = [all(cell.header for cell in row.cells) for row in table.rows]
    some = [any(cell.header for cell in row.cells) for row in table.rows[1:]]
    blank = not any(cell.blocks for cell in table.rows[0].cells)
    return (
        not table.caption
        and len(widths) == 1
        and (heads[0] or blank)
        and not any(some)
        and all(_plain_cell(cell) and "\n" not in _words(cell) for row in table.rows for cell in row.cells)
    )


def _words(cell: Cell) -> str:
    return "".join(plain(block.children) for block in cell.blocks if isinstance(block, Paragraph))


# --- containers and templates -----------------------------------------------------------------------------------------


def _container(node: Container, told: Told) -> Iterator[Block]:
    inside = tree(node.blocks, told.deeper(1))
    if told.depth > _DEEP:
        yield from inside
    elif node.name in _HTML and not node.title:
        if node.name == "blockquote" and inside:
            yield Container("blockquote", tuple(inside), node.lines)
        else:
            yield from inside
    elif inside or node.title:
        yield Container(_name(node.name), tuple(inside), node.lines, visible(node.title))


_HTML: Final = frozenset(
    "div tabs center blockquote p span section article header footer main nav aside figure figcaption address fieldset form ul ol li dl dt dd "
    "table tr td th tbody thead tfoot font big small code tt pre b i u s em strong".split()
)


def _name(name: str) -> str:
    found = _NAME.sub("-", name.casefold()).strip("-")
    return found if found[:1].isalpha() else "note"


def _template(node: Template, told: Told) -> Iterator[Block]:
    kind = node.meaning.kind if node.meaning is not None else ""
    if kind in ("escape", "hidden"):
        return
    step = step_called(node)
    if step:
        yield from tree(step, told)
        return
    inside = laying_out(node)
    if inside:
        yield from _laid_out(node, inside, told)
        return
    if kind == "notice":
        yield from _notice(node, told)
    elif kind in ("command", "session"):
        yield from _session(node, told)
    elif kind == "file":
        yield from _file(node, told)
    elif node.meaning is None:
        yield from _unknown(node, told)
    else:
        children = trimmed(inlines((node,), told))
        if children:
            yield Paragraph(children, node.lines)


def _paragraph(node: Paragraph, told: Told) -> Iterator[Block]:
    """A paragraph: a notice where a template before its words says so, with the notices among its words behind it."""
    notices = notices_in(node)
    said = tuple(child for child in node.children if not is_notice(child))
    label = noticed(node)
    children = trimmed(inlines(said, told))
    if label is not None and label.meaning is not None:
        rest = trimmed(inlines(tuple(child for child in said if child is not label), told))
        yield Container(_name(label.meaning.notice or "note"), (replace(node, children=rest),), node.lines)
    elif children:
        yield replace(node, children=children)
    for notice in notices:
        yield from _notice(notice, told)


def _laid_out(node: Template, inside: Sequence[Argument], told: Told) -> Iterator[Block]:
    if node.meaning is None:
        rest = replace(node, arguments=tuple(one for one in node.arguments if one not in inside))
        yield Hidden("comment", _comment(call_text(rest)), node.lines)
    yield from tree(laid_out(node, inside), told)


def _notice(node: Template, told: Told) -> Iterator[Block]:
    assert node.meaning is not None
    blocks = [made for one in node.arguments if one.name in node.meaning.text for made in tree(one.blocks, told)]
    words = visible(node.meaning.value or node.name)
    yield Container(_name(node.meaning.notice or "note"), tuple(blocks or [Paragraph((Text(words),), node.lines)]), node.lines)


def _session(node: Template, told: Told) -> Iterator[Block]:
    """Commands, and behind them what they print; the lines of a file where the first is its name."""
    meaning = node.meaning
    assert meaning is not None
    outputs = [rows for rows in _rows(node, meaning.output) if any(row.text.strip() for row in rows)]
    for rows in _rows(node, meaning.title):
        yield Paragraph((Text(" ".join(row.text for row in rows).strip()),), node.lines)
    for rows in _rows(node, meaning.code):
        if file_shown(rows, outputs) is not None:
            for content in outputs:
                yield from _code(content, node.lines, told, language=meaning.language)
            return
        if meaning.value:
            yield from _code((Row(node.lines[0], made_command(node, rows)),), node.lines, told, language="sh")
        elif only_place(node, rows):
            yield Paragraph((Styled("code", (Text(visible(rows[0].text.strip())),)),), node.lines)
        else:
            yield from _code(rows, node.lines, told, language=meaning.language)
    for rows in outputs:
        yield Hidden("comment", "runbook: output", node.lines)
        yield from _code(rows, node.lines, told, language="text")


def _unknown(node: Template, told: Told) -> Iterator[Block]:
    """A template that nobody knows: the file it shows, else its call as it stands."""
    path = file_argument(node)
    if path is None:
        yield Paragraph((Text(call_text(node)),), node.lines)
        return
    for one in node.arguments[1:]:
        if len(one.rows) > 1:
            yield from _code(one.rows, node.lines, told)


def _file(node: Template, told: Told) -> Iterator[Block]:
    meaning = node.meaning
    assert meaning is not None
    names = _rows(node, meaning.file)
    name = names[0][0].text.strip() if names else ""
    code = [rows for rows in _rows(node, meaning.code) if any(row.text.strip() for row in rows)]
    for rows in code:
        yield from _code(rows, node.lines, told, language=meaning.language)
    if name and not code:
        yield Paragraph((Styled("code", (Text(visible(name)),)),), node.lines)


def _rows(node: Template, names: Sequence[str]) -> list[tuple[Row, ...]]:
    """The rows of the first argument that `names` lists, of all positional ones for "*"."""
    for name in names:
        found = [one.rows for one in node.arguments if one.rows and (one.name == name or (name == "*" and one.name.isdigit()))]
        if found:
            return found
    return []


def call_text(node: Template) -> str:
    """A template's call on one line."""
    values = (" ".join(a.text.split()) if a.name.isdigit() else f"{a.name}={' '.join(a.text.split())}" for a in node.arguments)
    return visible("{{" + "|".join((node.name, *values)) + "}}")
