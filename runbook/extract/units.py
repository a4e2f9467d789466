"""The block tree as a flat sequence of what a reader comes across: headings, prose, code, tables, notices, in order."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from runbook.extract.layouts import cells_with_steps, step_called
from runbook.extract.markers import marker
from runbook.extract.notices import with_notices
from runbook.extract.paths import file_in, is_file_name
from runbook.extract.tongues import ENGLISH, Tongue
from runbook.forms import is_place
from runbook.inlines import plain
from runbook.looks import as_command, as_prose, prose_words
from runbook.model import (
    Argument,
    Block,
    Container,
    Document,
    Heading,
    Hidden,
    Item,
    Lines,
    ListBlock,
    Paragraph,
    Preformatted,
    Row,
    Rule,
    Table,
    Template,
    Text,
)
from runbook.patterns import pattern
from runbook.prompts import prompt_of
from runbook.words import words

_NOTICES: Final = {
    "note": "note", "notes": "note", "info": "note", "information": "note", "hint": "tip", "tip": "tip", "important": "important", "warning": "warning",
    "caution": "warning", "danger": "warning", "attention": "warning", "seealso": "note", "success": "note", "failure": "warning",
    "error": "warning", "stub": "stub", "example": "note", "question": "note", "abstract": "note", "summary": "note", "bug": "warning", "quote": "quote",
}  # fmt: skip


_ACTING: Final = ("command", "session", "file", "notice")
"""Kinds of templates that are read as blocks where they are all of a paragraph."""


_EMPHASIS: Final = pattern("'{2,5}")
_TITLE: Final = pattern(r"""(?:\A|[\s{,])(?:title|file|filename|name|path)\s?=\s?(?:"([^"]+)"|'([^']+)'|([^\s"'{}]+))""")


class Opening(Struct, frozen=True, gc=False):
    """The beginning of a list item: the kind of its list, how deep it is nested, which list and which of its items it is."""

    kind: str
    level: int
    list_id: int
    position: int
    number: int | None
    lines: Lines


class Unit(Struct, frozen=True, gc=False):
    """One thing on the page. `path` are the kinds of the lists around it; `openings` the items that begin with it; `fold` is the title
    of the part that is folded away around it (`<details>`), null where there is none; `label` says that it is the label of a tab."""

    block: Block
    lines: Lines
    path: tuple[str, ...] = ()
    openings: tuple[Opening, ...] = ()
    notice: str = ""
    quoted: bool = False
    fold: str | None = None
    label: bool = False


class Tab(Struct, frozen=True, gc=False):
    """One of several parts of which a reader sees one at a time, under its label: all its lines, and the words of its label."""

    label: str
    lines: Lines


class Flow:
    """Walks a block tree once; `units()` gives its parts in reading order."""

    def __init__(self, source: str, tongue: Tongue = ENGLISH) -> None:
        self._source = source
        self._tongue = tongue
        self._lines: list[str] = []
        self.layouts: list[Template] = []
        self.tabs: list[list[Tab]] = []
        self.frames: list[Container] = []
        self._lists = 0
        self._pending: list[Opening] = []
        self._fold: str | None = None

    def units(
        self, blocks: Sequence[Block], path: tuple[str, ...] = (), *, notice: str = "", quoted: bool = False
    ) -> Iterator[Unit]:
        beside: list[Tab] | None = None
        spread = self._spread(blocks) if path else counted_apart([*self._spread(blocks)])
        for at, block in enumerate(with_notices(spread, self._tongue, listed=bool(path))):
            if at and type(block) is Heading:
                path = ()  # no list of which a section is a part goes on below its heading: its end was forgotten
            if type(block) is Container and block.name == "tab" and block.title:
                beside = self._tab(block.title, block.lines, beside)
            elif type(block) is not Hidden:
                beside = None
            if type(block) is Paragraph:
                if (call := only_call(block)) is not None:
                    yield from self._template(call, path, notice=notice, quoted=quoted)
                else:
                    parts = parted(block)
                    for part in parts if len(parts) > 1 else (block,):
                        yield self._unit(part, path, notice=notice, quoted=quoted)
            elif type(block) is ListBlock:
                yield from self._list(block, path, notice=notice, quoted=quoted)
            elif type(block) is Container:
                yield from self._container(block, path, notice=notice, quoted=quoted)
            elif type(block) is Template:
                yield from self._template(block, path, notice=notice, quoted=quoted)
            elif type(block) is Preformatted and numbered_words(block):
                for row in block.rows:
                    yield self._unit(Paragraph((Text(row.text),), (row.n, row.n)), path, notice=notice, quoted=quoted)
            elif type(block) is not Hidden and type(block) is not Rule:
                yield self._unit(block, path, notice=notice, quoted=quoted)

    def _unit(self, block: Block, path: tuple[str, ...], *, notice: str = "", quoted: bool = False) -> Unit:
        openings = tuple(self._pending)
        self._pending.clear()
        return Unit(block, block.lines, path, openings, notice, quoted, self._fold)

    def _list(self, block: ListBlock, path: tuple[str, ...], *, notice: str, quoted: bool) -> Iterator[Unit]:
        self._lists += 1
        list_id = self._lists
        block = counted_bullets(block) or block
        for position, item in enumerate(block.items):
            kind = {"dt": "dt", "dd": "dd"}.get(item.kind, block.kind)
            self._pending.append(Opening(kind, len(path), list_id, position, item.number, item.lines))
            yield from self._item(item, (*path, kind), notice=notice, quoted=quoted)

    def _item(self, item: Item, path: tuple[str, ...], *, notice: str, quoted: bool) -> Iterator[Unit]:
        yield from self.units(item.blocks, path, notice=notice, quoted=quoted)
        self._pending.clear()

    def _container(self, block: Container, path: tuple[str, ...], *, notice: str, quoted: bool) -> Iterator[Unit]:
        kind = _NOTICES.get(block.name.casefold(), "")
        if kind:
            yield self._unit(block, path, notice=kind)
            return
        if block.name == "details":
            around, self._fold = self._fold, block.title
            if block.title:
                yield self._unit(self._title(block), path, notice=notice, quoted=quoted)
            yield from self.units(block.blocks, path, notice=notice, quoted=quoted)
            self._fold = around
            return
        if block.name in ("tab", "tabs", "code"):
            self.frames.append(block)
        if block.name in ("tab", "code") and block.title:
            yield replace(self._unit(self._title(block), path, notice=notice, quoted=quoted), label=True)
        yield from self.units(block.blocks, path, notice=notice, quoted=quoted or block.name == "blockquote")

    def _tab(self, label: str, lines: Lines, beside: list[Tab] | None) -> list[Tab]:
        """Takes a tab down, with those before it that it stands beside; gives these."""
        if beside is None:
            beside = []
            self.tabs.append(beside)
        beside.append(Tab(label, lines))
        return beside

    def _title(self, block: Container) -> Paragraph:
        """The title of a part that is folded away or of a tab, which is read as words above it."""
        first, last = block.lines
        word = block.title.split()[0]
        self._lines = self._lines or self._source.split("\n")
        line = next((n for n in range(first, last + 1) if word in self._lines[n - 1]), first)
        return Paragraph((Text(block.title),), (line, line))

    def _spread(self, blocks: Sequence[Block]) -> Iterator[Block]:
        """The blocks, with those that a template's arguments or a table's cells hold in the place of one that only lays them out."""
        for block in blocks:
            if type(block) is Table and (held := cells_with_steps(block, self._tongue)):
                yield from self._spread(held)
                continue
            if type(block) is Template and (step := step_called(block)):
                yield from self._spread(step)
                continue
            inner = laying_out(block) if type(block) is Template else []
            if type(block) is Template and inner:
                self.layouts.append(block)
                yield from self._spread(laid_out(block, inner))
            else:
                yield block

    def _template(self, block: Template, path: tuple[str, ...], *, notice: str, quoted: bool) -> Iterator[Unit]:
        kind = block.meaning.kind if block.meaning is not None else ""
        if kind in ("escape", "hidden"):
            return
        yield self._unit(block, path, notice=notice, quoted=quoted)


def counted_bullets(block: ListBlock) -> ListBlock | None:
    """The list that an author meant whose bullets have numbers behind them: to Markdown, each holds a list of one item, which begins
    where the last one ended."""
    items: list[Item] = []
    for item in block.items if block.kind == "ul" else ():
        counted = _counted(item)
        if counted is None or (items and counted.number != (items[-1].number or 0) + 1):
            return None
        items.append(counted)
    return replace(block, kind="ol", items=tuple(items)) if len(items) > 1 else None


def _counted(item: Item) -> Item | None:
    """A bullet with a number behind it as an item of that number."""
    inner = item.blocks[0] if item.blocks else None
    if type(inner) is not ListBlock or inner.kind != "ol" or len(inner.items) > 1 or inner.items[0].number is None:
        return None
    return replace(item, blocks=(*inner.items[0].blocks, *item.blocks[1:]), number=inner.items[0].number)


def counted_apart(blocks: Sequence[Block]) -> Sequence[Block]:
    """Blocks in which lists of one bullet each, with numbers behind the bullets that go on from each other, are items of one list:
    code that stands between them parts them for Markdown."""
    lone = {
        at: counted
        for at, block in enumerate(blocks)
        if type(block) is ListBlock and block.kind == "ul" and len(block.items) == 1 and (counted := _counted(block.items[0]))
    }
    numbers = [item.number for item in lone.values()]
    if len(lone) < 2 or numbers != list(range(1, len(lone) + 1)):
        return blocks
    return [
        replace(block, kind="ol", items=(lone[at],)) if at in lone and type(block) is ListBlock else block
        for at, block in enumerate(blocks)
    ]


def numbered_words(block: Preformatted) -> bool:
    """Whether lines set in by blanks are no code but words, some with a number: a list of a wiki with other marks."""
    if block.kind != "space" or not any(map(_numbered_word, block.rows)):
        return False
    return all(as_prose(row.text) or _numbered_word(row) or _entry(row.text) for row in block.rows) or _counts_words(block.rows)


def _counts_words(rows: Sequence[Row]) -> bool:
    """Whether each of two rows or more has the next number and words behind it, three for the most part, and none is a command."""
    marks = [marker(row.text) for row in rows]
    if len(rows) < 2 or any(mark is None or mark.number != str(at) for at, mark in enumerate(marks, 1)):
        return False
    said = [row.text[mark.length :].strip() for row, mark in zip(rows, marks, strict=True) if mark is not None]
    return all(as_command(text) < 3 and text[:1].isalpha() for text in said) and sum(text.count(" ") for text in said) >= 2 * len(
        said
    )


def _numbered_word(row: Row) -> bool:
    mark = marker(row.text)
    text = row.text[mark.length :].strip() if mark is not None else ""
    return as_prose(text) or (" " in text and text[:1].isupper() and as_command(text) < 1 and _verb(text))


def _verb(text: str) -> bool:
    return text.partition(" ")[0].casefold() in words("verbs")


def _entry(text: str) -> bool:
    """Whether a line is a bullet of a list, and what is behind it no command."""
    return text.lstrip().startswith(("- ", "* ")) and as_command(text.lstrip()[2:]) < 3


def of_root(units: Sequence[Unit]) -> frozenset[int]:
    """The numbered lists that are none: all their items are whole commands without any mark, before which their author typed root's
    prompt; that begins a list for the wiki."""
    lists: dict[int, bool] = {}
    for unit in units:
        for opening in unit.openings[:1]:
            if opening.kind == "ol" and opening.level == 0:
                lists[opening.list_id] = lists.get(opening.list_id, True) and _of_root(unit)
    return frozenset(list_id for list_id, typed in lists.items() if typed)


def _of_root(unit: Unit) -> bool:
    """Whether an item is nothing but a command that root types."""
    block = unit.block
    if not isinstance(block, Paragraph) or len(unit.openings) > 1 or block.lines[0] != block.lines[1]:
        return False
    text = plain(block.children).strip()
    only = all(isinstance(child, Text) for child in block.children)
    return only and as_command(text) >= 3 and text[0].islower() and not text.startswith("sudo ") and not prose_words(text)


def only_call(block: Paragraph) -> Template | None:
    """The template call that is all of a paragraph, where it holds a step's commands, names its file or warns: an item that is a template."""
    call: Template | None = None
    for child in block.children:
        if type(child) is Text and not child.text.strip():
            continue
        if call is not None or type(child) is not Template:
            return None
        call = child
    return call if call is not None and call.meaning is not None and call.meaning.kind in _ACTING else None


def parted(block: Paragraph) -> list[Paragraph | Template]:
    """A paragraph as what stands before, between and behind the calls in its midst that show code as a block of its own."""
    if Template not in map(type, block.children):
        return [block]
    apart = [at for at, child in enumerate(block.children) if isinstance(child, Template) and _stands_apart(child)]
    if not apart:
        return [block]
    parts: list[Paragraph | Template] = []
    start, first = 0, block.lines[0]
    for at in (*apart, len(block.children)):
        call = block.children[at] if at < len(block.children) else None
        words = block.children[start:at]
        if any(not isinstance(node, Text) or node.text.strip() for node in words):
            parts.append(Paragraph(words, (first, call.lines[0] if isinstance(call, Template) else block.lines[1])))
        if isinstance(call, Template):
            parts.append(call)
            start, first = at + 1, call.lines[1]
    return parts


def _stands_apart(call: Template) -> bool:
    """Whether a call among words shows code as a block: a terminal with its prompt, a file with its lines, anything on lines of its own.
    One with more arguments than the row of its template knows is of another template of the same name."""
    meaning = call.meaning
    if meaning is None or meaning.value or meaning.kind not in ("command", "session", "file"):
        return False
    known = (*meaning.code, *meaning.output, *meaning.file, *meaning.title, *meaning.prompt)
    if not argument_rows(call, meaning.code) or ("*" not in known and any(_is_other(one.name, known) for one in call.arguments)):
        return False
    if call.lines[0] != call.lines[1] or meaning.kind == "file":
        return True
    text = argument_rows(call, meaning.code)[0][0].text
    return meaning.kind == "session" and (prompt_of(text) is not None or bool(argument_rows(call, meaning.output)))


def _is_other(name: str, known: Sequence[str]) -> bool:
    return name.isdigit() and name not in known


def laying_out(block: Template) -> list[Argument]:
    """The arguments whose blocks a layout or unknown template only lays out; none where it does something else."""
    kind = block.meaning.kind if block.meaning is not None else ""
    if kind not in ("layout", "") or (block.meaning is None and file_argument(block)):
        return []
    return [argument for argument in block.arguments if argument.blocks and _is_text(block, argument)]


def _is_text(block: Template, argument: Argument) -> bool:
    """Whether an argument of a layout or unknown template holds page text (more than a parameter's word)."""
    if block.meaning is not None:
        wanted = block.meaning.text
        return not wanted or argument.name in wanted or ("*" in wanted and argument.name.isdigit())
    return len(argument.rows) > 1 or any(isinstance(inner, Preformatted) for inner in argument.blocks)


_NUMBERED: Final = pattern(r"\D*(\d+)\D*")


def laid_out(block: Template, arguments: Sequence[Argument]) -> list[Block]:
    """What the `arguments` of a layout or unknown template hold, in order: where another argument is the label of each (`name1=`,
    `content1=`), or the template's title that of its only one, as tabs."""
    out: list[Block] = []
    labels = {} if block.meaning is not None and block.meaning.title else _labels_of(block, arguments)
    title = next((one for one in block.arguments if block.meaning is not None and one.name in block.meaning.title), None)
    if title is not None and len(arguments) == 1:
        labels = {arguments[0].name: title}
    for argument in arguments:
        label = labels.get(argument.name)
        words = " ".join(row.text for row in label.rows).strip() if label is not None else ""
        if label is None or not words:
            out += argument.blocks
            continue
        last = max([row.n for row in argument.rows] + [inner.lines[1] for inner in argument.blocks])
        out.append(Container("tab", argument.blocks, (label.rows[0].n, max(label.rows[0].n, last)), words))
    return out


def _labels_of(block: Template, arguments: Sequence[Argument]) -> dict[str, Argument]:
    """The argument of one line that is the label of each of several arguments, by their names: both end, or begin, in the same number."""
    short = [one for one in block.arguments if len(one.rows) == 1 and one not in arguments]
    found: dict[str, Argument] = {}
    for argument in arguments:
        number = _NUMBERED.fullmatch(argument.name)
        if number is None or argument.name.isdigit():
            continue
        label = next((one for one in short if (same := _NUMBERED.fullmatch(one.name)) and same[1] == number[1]), None)
        if label is not None:
            found[argument.name] = label
    return found if len(found) > 1 else {}


def file_argument(block: Template) -> str | None:
    """The file that a template of unknown meaning is about: its first argument names one, and another holds lines."""
    first = block.arguments[0].rows if len(block.arguments) > 1 else ()
    name = first[0].text.strip() if len(first) == 1 else ""
    holds = any(any(row.text.strip() for row in argument.rows) and len(argument.rows) > 1 for argument in block.arguments[1:])
    return name if holds and " " not in name and is_file_name(name) else None


def shown_rows(block: Block) -> Sequence[Row]:
    """The rows of a block of code, or of the call of a template that shows commands or a terminal; none of any other block."""
    if type(block) is Preformatted:
        return block.rows
    held = type(block) is Template and block.meaning is not None and block.meaning.kind in ("command", "session")
    code = argument_rows(block, block.meaning.code) if held and type(block) is Template and block.meaning is not None else []
    return code[0] if code else ()


def opened_by(call: Template) -> str | None:
    """The file that a template tells to open: its argument, or its own name where nobody knows what it means: `{{Open /etc/lamps.conf}}`."""
    if call.meaning is not None:
        held = argument_rows(call, call.meaning.file) if call.meaning.kind == "file" and not call.meaning.code else []
        return held[0][0].text.strip() if held else None
    verb, _, path = call.name.strip().partition(" ")
    return path if path.startswith(("/", "~/")) and " " not in path and verb.isalpha() and is_file_name(path) else None


def file_shown(rows: Sequence[Row], outputs: Sequence[Sequence[Row]]) -> str | None:
    """The file whose lines the "output" of a template is: what stands in the command's place is nothing but its name."""
    head = _EMPHASIS.sub("", rows[0].text).strip() if rows and outputs else ""
    if not head or " " in head:
        return None
    return head if head.startswith(("/", "~/")) or file_in(head) == head else None


def made_command(block: Template, rows: Sequence[Row]) -> str:
    """The command that a template makes of its argument: its own words, with the options that the call gives."""
    assert block.meaning is not None
    made = block.meaning.value
    for argument in block.arguments:
        given = " ".join(row.text.strip() for row in argument.rows)
        if argument.name == "params":  # in the place of the template's own options; "params+" behind these
            made = f"{made.split(maxsplit=1)[0]} {given} {{}}"
        elif argument.name == "params+":
            made = made.replace("{}", f"{given} {{}}")
    return made.replace("{}", " ".join(row.text.strip() for row in rows))


def only_place(block: Template, rows: Sequence[Row]) -> bool:
    """Whether a template for commands is about a place alone: it says where something is, and nothing is typed."""
    return block.meaning is not None and block.meaning.kind == "command" and len(rows) == 1 and is_place(rows[0].text)


def titled_file(block: Preformatted) -> str | None:
    """The file whose lines a fence shows, where its info string says so: `title="/etc/hosts"`, `yaml:lamps.yml`, or names nothing else:
    `lamps.conf`; of wikitext's element the attribute."""
    if block.kind not in ("fence", "syntaxhighlight") or not (block.info or "." in block.language):
        return None
    behind = block.language.partition(":")[2]
    if behind and is_file_name(behind):
        return behind
    if "." in block.language and is_file_name(block.language) and not block.language.casefold().endswith((".js", ".net")):
        return block.language
    found = _TITLE.search(block.info)
    name = found[found.lastindex or 0].strip() if found is not None else ""
    return name if name and (name.startswith(("/", "~/")) or is_file_name(name)) else None


class Read(Struct, frozen=True):
    """A document as a sequence: its units in order, the template calls that only lay out what their arguments hold, what holds tabs, and
    its tabs, those beside each other together, outer ones before those in them."""

    units: list[Unit]
    layouts: list[Template]
    frames: list[Container]
    tabs: list[list[Tab]]


def units_of(document: Document, tongue: Tongue = ENGLISH) -> Read:
    """A document as a sequence of units."""
    flow = Flow(document.page.text, tongue)
    return Read(_whole(flow.units(document.blocks)), flow.layouts, flow.frames, [group for group in flow.tabs if len(group) > 1])


def _whole(units: Iterable[Unit]) -> list[Unit]:
    """The units, with code set in by blanks that a single empty line parts as the one block which its author wrote."""
    out: list[Unit] = []
    parts: list[Unit] = []
    for unit in units:
        if parts and (unit.openings or unit.path != parts[-1].path or not _goes_on(parts[-1].block, unit.block)):
            out.append(_one(parts))
            parts = []
        parts.append(unit)
    return [*out, _one(parts)] if parts else out


def _one(parts: Sequence[Unit]) -> Unit:
    """Units whose blocks are one as one."""
    if len(parts) == 1:
        return parts[0]
    block = _joined([part.block for part in parts])
    return replace(parts[0], block=block, lines=block.lines)


def rejoined(blocks: Iterable[Block]) -> list[Block]:
    """Blocks, with code set in by blanks that a single empty line parts as the one block which its author wrote."""
    out: list[Block] = []
    parts: list[Block] = []
    for block in blocks:
        worded = type(block) is Preformatted and numbered_words(block)
        if parts and (worded or not _goes_on(parts[-1], block)):
            out.append(_joined(parts))
            parts = []
        (out if worded else parts).append(block)
    return [*out, _joined(parts)] if parts else out


def _joined(parts: Sequence[Block]) -> Block:
    """Parts of one block of code, an empty line between each two, as that block; a single block as it is."""
    first = parts[0]
    if len(parts) == 1 or type(first) is not Preformatted:
        return first
    rows: list[Row] = []
    for part in parts:
        assert isinstance(part, Preformatted)
        rows += [Row(part.lines[0] - 1, ""), *part.rows] if rows else part.rows
    return replace(first, rows=tuple(rows), lines=(first.lines[0], parts[-1].lines[1]))


def _goes_on(first: Block, second: Block) -> bool:
    """Whether a block is more of the code before it, set in as far."""
    if not (type(first) is Preformatted and type(second) is Preformatted and first.kind == second.kind == "space"):
        return False
    prompt = prompt_of(second.rows[0].text) if len(second.rows) == 1 else None
    if (prompt is not None and not prompt.rest) or second.rows[0].text.startswith("-- "):
        return False  # what the author shows as the end
    return second.lines[0] - first.lines[1] == 2


def argument_rows(block: Template, names: Sequence[str]) -> list[tuple[Row, ...]]:
    """The rows of those arguments of a template call that `names` lists ("*": every positional one), in order."""
    found: list[tuple[Row, ...]] = []
    for name in names:
        for argument in block.arguments:
            if (
                argument.rows
                and (argument.name == name or (name == "*" and argument.name.isdigit()))
                and argument.rows not in found
            ):
                found.append(argument.rows)
        if found and name != "*":
            break
    return found


def heading_text(block: Heading) -> str:
    return " ".join(plain(block.children).split())
