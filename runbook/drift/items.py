"""A runbook taken apart for comparing: its steps, and what stands in each, as flat items with an identity and words."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msgspec import Struct

from runbook.drift.align import Thing, words
from runbook.drift.records import StepState
from runbook.inlines import plain
from runbook.model import (
    Block,
    Choice,
    Command,
    Container,
    FileEdit,
    Footnote,
    Heading,
    Hidden,
    Image,
    Inline,
    Lines,
    Link,
    ListBlock,
    Listing,
    Manual,
    Node,
    Note,
    Output,
    Paragraph,
    Picture,
    Preformatted,
    Prose,
    Rule,
    Runbook,
    SectionHeading,
    Step,
    Styled,
    Table,
    Template,
)


class Item(Struct, frozen=True):
    """One thing in a step: `facet` is what kind of thing, `identity` what makes two of them equal, `shown` how a person sees it."""

    facet: str
    identity: tuple[str, ...]
    shown: tuple[str, ...]
    lines: Lines
    node: Node | None = None
    name: str | None = None

    def thing(self) -> Thing:
        return Thing(self.identity, words(self.shown), self.name)


class StepView(Struct, frozen=True):
    """A step with the items that are its own (those of nested steps are theirs); `parent` is an index into the list of views."""

    state: StepState
    items: tuple[Item, ...]
    parent: int | None

    def thing(self) -> Thing:
        name = self.state.id or self.state.part
        identity = (self.state.part, self.state.title, *(text for item in self.items for text in (item.facet, *item.identity)))
        shown = (self.state.title, *(line for item in self.items for line in item.shown))
        return Thing(identity, words(shown), name)


def views(runbook: Runbook) -> list[StepView]:
    """The part before the first step, all steps in reading order, the part after the last."""
    out: list[StepView] = [_part("preamble", runbook.preamble)]
    _add_steps(runbook.steps, None, out)
    out.append(_part("closing", runbook.closing))
    return out


def _part(part: str, nodes: tuple[Node, ...]) -> StepView:
    lines = (nodes[0].lines[0], nodes[-1].lines[1]) if nodes else None
    state = StepState("preamble" if part == "preamble" else "closing", "", None, "", 0, lines)
    return StepView(state, tuple(_items(nodes)), None)


def _add_steps(nodes: tuple[Node, ...], parent: int | None, out: list[StepView]) -> None:
    for node in nodes:
        if isinstance(node, Step):
            state = StepState("step", node.id, node.number, node.title, len(out), node.lines)
            out.append(StepView(state, tuple(_unnumbered(node, _items(node.body))), parent))
            _add_steps(node.body, len(out) - 1, out)
        elif isinstance(node, Choice):
            for branch in node.branches:
                _add_steps(branch.body, parent, out)


def _unnumbered(step: Step, items: Iterator[Item]) -> Iterator[Item]:
    """The items without the author's number before what a step says first: it changes when another step comes or goes."""
    for item in items:
        text = item.shown[0] if item.shown else ""
        if step.number and item.facet == "prose" and item.lines[0] == step.lines[0] and text.startswith(step.number):
            text = text[len(step.number) :].lstrip(".): ")
            yield Item("prose", (text,), (text,), item.lines)
        else:
            yield item


def _items(nodes: tuple[Node, ...]) -> Iterator[Item]:
    for node in nodes:
        if isinstance(node, Choice):
            for branch in node.branches:
                yield from _text("prose", f"{node.kind}: {branch.label}" if branch.label else "", branch.lines)
                yield from _items(branch.body)
        elif not isinstance(node, Step):
            yield from _FACETS[type(node)](node)


def _text(facet: str, text: str, lines: Lines) -> Iterator[Item]:
    text = " ".join(text.split())
    if text:
        yield Item(facet, (text,), (text,), lines)


def _prose(node: Prose) -> Iterator[Item]:
    for block in node.blocks:
        match block:
            case Paragraph(children=(Image() as image,)):
                yield from _picture(Picture(block.lines, image.target, image.alt))
            case _:
                for text, lines in _said((block,)):
                    yield from _text("prose", text, lines)


def _manual(node: Manual) -> Iterator[Item]:
    for text, lines in _said(node.blocks):
        yield from _text("prose", text, lines)
    # A wording of the same action is prose; that the action is asked for at all is not.
    if node.action is not None:
        yield Item("manual", (node.action,), (f"{node.action}: {node.text}" if node.text else node.action,), node.lines, node)
    elif not node.blocks:
        yield from _text("prose", node.text, node.lines)


def _heading(node: SectionHeading) -> Iterator[Item]:
    yield from _text("prose", node.text, node.lines)


def _note(node: Note) -> Iterator[Item]:
    text = " ".join([node.text, *(text for text, _ in _said(node.blocks))])
    yield Item("notice", (node.kind, " ".join(text.split())), (f"{node.kind}: {' '.join(text.split())}",), node.lines)


def _picture(node: Picture) -> Iterator[Item]:
    yield Item("picture", (node.target, node.alt), (f"{node.target} {node.alt}".strip(),), node.lines, name=node.target)


def _command(node: Command) -> Iterator[Item]:
    who = "" if node.as_root is None else "root" if node.as_root else "user"
    yield Item("command", (node.shell, node.host or "", who, node.text), tuple(node.text.split("\n")), node.lines, node)


def _output(node: Output) -> Iterator[Item]:
    yield Item("output", node.text, node.text, node.lines, node)


def _file_edit(node: FileEdit) -> Iterator[Item]:
    gaps = ",".join(map(str, node.gaps))
    yield Item("file-edit", (node.op, node.path or "", gaps, *node.content), node.content, node.lines, node, node.path)


def _listing(node: Listing) -> Iterator[Item]:
    yield Item("listing", (node.language, *node.text), node.text, node.lines, node)


_FACETS: dict[type, Callable[..., Iterator[Item]]] = {
    Prose: _prose,
    Manual: _manual,
    SectionHeading: _heading,
    Note: _note,
    Picture: _picture,
    Command: _command,
    Output: _output,
    FileEdit: _file_edit,
    Listing: _listing,
}


# --- prose ------------------------------------------------------------------------------------------------------------


def _said(blocks: tuple[Block, ...]) -> Iterator[tuple[str, Lines]]:
    """What some blocks say, a text for each paragraph, item, cell …, with the targets of links: those matter too."""
    for block in blocks:
        match block:
            case Paragraph() | Heading():
                yield _with_targets(block.children), block.lines
            case ListBlock():
                for item in block.items:
                    yield from _said(item.blocks)
            case Table():
                yield plain(block.caption), block.lines
                for row in block.rows:
                    yield " | ".join(" ".join(text for text, _ in _said(cell.blocks)) for cell in row.cells), row.lines
            case Container():
                yield block.title, block.lines
                yield from _said(block.blocks)
            case Preformatted():
                yield "\n".join(row.text for row in block.rows), block.lines
            case Template():
                yield _call(block), block.lines
            case Hidden():
                yield block.text if block.kind == "redirect" else "", block.lines
            case Rule():
                pass


def _with_targets(inlines: tuple[Inline, ...]) -> str:
    out: list[str] = []
    for node in inlines:
        match node:
            case Link():
                shown = _with_targets(node.children)
                out.append(shown if shown.strip().casefold() == node.target.casefold() else f"{shown} <{node.target}>")
            case Styled() | Footnote():
                out.append(_with_targets(node.children))
            case Template():
                out.append(_call(node))
            case Image():
                out.append(f"{node.alt} <{node.target}>")
            case _:
                out.append(plain((node,)))
    return "".join(out)


def _call(call: Template) -> str:
    return "{{" + "|".join([call.name, *(argument.text.strip() for argument in call.arguments)]) + "}}"
