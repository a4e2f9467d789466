"""Marks, headings and nodes put together: which marks start steps, what belongs to which step, what comes before and after."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from runbook.extract.choices import Tabs, group_platform_steps, step_of, tabbed, with_choices
from runbook.extract.loose_steps import acts, loose_as_steps, title_from
from runbook.extract.mark_runs import holds_together, mark_of
from runbook.extract.markers import marker
from runbook.extract.marks import Mark
from runbook.extract.prose import last_sentence
from runbook.extract.recorder import Token
from runbook.extract.step_marks import told_once, true_marks
from runbook.extract.systems import text_of
from runbook.extract.tongues import ENGLISH, Tongue
from runbook.inlines import plain
from runbook.model import (
    Choice,
    Command,
    FileEdit,
    Item,
    Link,
    ListBlock,
    Manual,
    Node,
    Note,
    Paragraph,
    Prose,
    SectionHeading,
    Step,
)


class Section(Struct):
    """A heading with what stands under it; `mark` when the heading itself is a step's marker."""

    heading: SectionHeading | None
    mark: Mark | None
    tokens: list[Token]
    sections: list[Section]


class Parts(Struct, frozen=True):
    preamble: tuple[Node, ...]
    steps: tuple[Step, ...]
    closing: tuple[Node, ...]


def assemble(tokens: Sequence[Token], tongue: Tongue = ENGLISH, tabs: Tabs = ()) -> Parts:
    """The steps of a page, which have no ids yet, and what stands before and after them."""
    tokens = told_once(tokens)
    true, inner = true_marks(tokens, tongue)
    tokens = [replace(token, level=1) if type(token) is Mark and i in inner else token for i, token in enumerate(tokens)]
    root = _sections(tokens, true, _edges(tokens, true, tabs))
    if not _is_procedure(tokens, true):
        return Parts(tuple(_flatten(root)), (), ())
    nodes = tabbed(_unwrapped(root, tongue), tongue, tabs)
    parts = _split([step_of(node) if type(node) is Choice else node for node in nodes])
    before = last_sentence(text_of(parts.preamble[-1])) if parts.preamble else ""
    return replace(parts, steps=tuple(group_platform_steps(with_choices(parts.steps, tongue, tabs, before))))


def _edges(tokens: Sequence[Token], true: set[int], tabs: Tabs) -> list[int]:
    """The lines where tabs that have marked steps in them begin, and those behind them: no step reaches beyond such a line."""
    marked = [tokens[i].lines[0] for i in true]
    edges = [tab.lines for group in tabs for tab in group if any(tab.lines[0] <= line <= tab.lines[1] for line in marked)]
    return sorted({first for first, _ in edges} | {last + 1 for _, last in edges})


def _sections(tokens: Sequence[Token], true: set[int], edges: Sequence[int]) -> Section:
    """The tokens under their headings, with a mark that starts nothing at each of the `edges`."""
    root = Section(None, None, [], [])
    stack = [root]
    pending: Mark | None = None
    passed = 0
    for i, token in enumerate(tokens):
        if passed < len(edges) and token.lines[0] >= edges[passed]:
            stack[-1].tokens.append(_EDGE)
            passed = bisect_right(edges, token.lines[0])
        if type(token) is Mark and token.kind.startswith("heading"):
            pending = token if i in true else None
            continue
        if type(token) is SectionHeading:
            while len(stack) > 1 and _level(stack[-1]) >= token.level:
                stack.pop()
            section = Section(token, pending, [], [])
            stack[-1].sections.append(section)
            stack.append(section)
            pending = None
            continue
        if type(token) is Mark and i not in true and not token.level:
            token = replace(token, kind="false")
        stack[-1].tokens.append(token)
    return root


def _level(section: Section) -> int:
    return section.heading.level if section.heading is not None else 0


def _is_procedure(tokens: Sequence[Token], true: set[int]) -> bool:
    """Whether the page asks for anything to be done: it has a command or an edit, or at least two marked instructions."""
    return len(true) > 1 or any(isinstance(token, (Command, FileEdit, Choice)) for token in tokens)


def _flatten(section: Section) -> Iterator[Node]:
    """All nodes of a page without steps, in order; its lists are lists again."""
    if section.heading is not None:
        yield section.heading
    yield from _merged(_plain_nodes(section.tokens))
    for inner in section.sections:
        yield from _flatten(inner)


def _plain_nodes(tokens: Sequence[Token]) -> list[Node]:
    """Tokens that hold no step: the items of lists that are no procedure get their list back."""
    nodes: list[Node] = []
    listed: Mark | None = None
    for token in tokens:
        if type(token) is Mark:
            listed = token if token.list_id else None
            continue
        if (
            listed is not None
            and (type(token) is Prose or type(token) is Manual or type(token) is Note)
            and token.lines[0] == listed.lines[0]
            and token.blocks
        ):
            blocks = token.blocks
            if type(blocks[0]) is Paragraph:
                token = replace(token, blocks=(ListBlock("ol", (Item("li", blocks, token.lines),), token.lines),))
        listed = None
        nodes.append(token)
    return nodes


def _merged(nodes: Sequence[Node]) -> list[Node]:
    """Neighbouring prose nodes that are each a list of the same kind, as one list."""
    out: list[Node] = []
    for node in nodes:
        last = out[-1] if out else None
        if type(node) is Prose and type(last) is Prose and len(node.blocks) == len(last.blocks) == 1:
            mine, before = node.blocks[0], last.blocks[0]
            if type(mine) is ListBlock and type(before) is ListBlock and mine.kind == before.kind:
                lines = (last.lines[0], node.lines[1])
                out[-1] = Prose(lines, (ListBlock(mine.kind, before.items + mine.items, lines),))
                continue
        out.append(node)
    return out


def _build(section: Section) -> list[Node]:
    """The nodes of a section: its own tokens with their marked steps, then its sub-sections, those that ask for something as steps."""
    nodes = _own(section.tokens)
    for inner in section.sections:
        assert inner.heading is not None
        body = _build(inner)
        if inner.mark is not None or any(map(acts, body)):
            nodes.append(_section_step(inner, body))
        else:
            nodes.extend((inner.heading, *body))
    return nodes


_MARK_RULES: Final = {
    "item": "numbered-item", "number": "numbered-line", "letter": "lettered-line", "ordinal": "counting-word",
    "heading-step": "step-heading", "heading-number": "numbered-heading",
}  # fmt: skip


def _rule(mark: Mark | None) -> str:
    return _MARK_RULES[mark.kind] if mark is not None else "imperative-section"


def _section_step(section: Section, body: Sequence[Node]) -> Step:
    heading = section.heading
    assert heading is not None
    last = max((node.lines[1] for node in body), default=heading.lines[1])
    title = section.mark.title if section.mark is not None else heading.text
    number = section.mark.number if section.mark is not None else None
    return Step(
        "",
        number,
        title,
        section.mark is not None,
        (heading.lines[0], max(last, heading.lines[1])),
        tuple(body),
        _rule(section.mark),
    )


_EDGE: Final = Mark("edge", None, "", "", (0, 0))


def _own(tokens: Sequence[Token]) -> list[Node]:
    """The tokens directly under a heading, grouped by their marks, those of each tab by itself."""
    edges = [i for i, token in enumerate(tokens) if token is _EDGE]
    parts = [tokens[start:end] for start, end in zip([0, *(i + 1 for i in edges)], [*edges, len(tokens)], strict=True)]
    return [node for part in parts for node in _own_steps(part)]


def _own_steps(tokens: Sequence[Token]) -> list[Node]:
    starts = [i for i, token in enumerate(tokens) if type(token) is Mark and token.kind != "false" and token.level == 0]
    if not starts:
        return _nested(tokens)
    nodes = _merged(_plain_nodes(tokens[: starts[0]]))
    for position, (start, end) in enumerate(zip(starts, [*starts[1:], len(tokens)], strict=True)):
        mark = mark_of(tokens, start)
        if position and _begins_anew(tokens, starts, position):
            position = 0
        following = tokens[start + 1 : end]
        if end == len(tokens):
            inside, after = _extent(mark, following)
        else:
            inside, after = list(following), []
        nodes.append(_marked_step(mark, inside, position))
        nodes.extend(_merged(_plain_nodes(after)))
    return nodes


def _begins_anew(tokens: Sequence[Token], starts: Sequence[int], position: int) -> bool:
    """Whether a mark begins a list of several items below a paragraph that no item of the list before holds."""
    mark, last, before = mark_of(tokens, starts[position]), mark_of(tokens, starts[position - 1]), tokens[starts[position] - 1]
    goes_on = position + 1 < len(starts) and mark_of(tokens, starts[position + 1]).list_id == mark.list_id != last.list_id
    return goes_on and isinstance(before, Prose) and before.lines[0] > last.lines[1] and not holds_together(before)


def _extent(mark: Mark, tokens: Sequence[Token]) -> tuple[list[Token], list[Token]]:
    """What belongs to the last marked step under a heading, and what comes after it.

    A list item holds what stands in it and what holds together with it below; a numbered paragraph all up to the next heading, but
    for a paragraph that opens with a label of its own ("Known problems:") after everything that is to be done.
    """
    last_act = max((i for i, token in enumerate(tokens) if type(token) is not Mark and acts(token)), default=-1)
    for i, token in enumerate(tokens):
        if token.lines[0] <= mark.lines[1]:
            continue
        if mark.kind == "item" and not holds_together(token):
            return list(tokens[:i]), list(tokens[i:])
        if mark.kind != "item" and i > last_act and type(token) is Prose and _is_label(token):
            return list(tokens[:i]), list(tokens[i:])
    return list(tokens), []


def _is_label(node: Prose) -> bool:
    block = node.blocks[0] if node.blocks else None
    if not isinstance(block, Paragraph):
        return False
    first = plain(block.children).split("\n")[0].strip()
    return first.endswith(":") and 0 < len(first) < 50


def _marked_step(mark: Mark, tokens: Sequence[Token], position: int) -> Step:
    body = _nested(tokens)
    number = mark.number
    if mark.kind == "item" and mark.number == "1" and position:
        number = str(position + 1)
    last = max((node.lines[1] for node in body), default=mark.lines[0])
    if not (mark.text.strip() or mark.said) and _is_marker(body, mark):
        body = body[1:]
    title = mark.title or title_from(body)
    trimmed = _without_title(body, mark, title)
    return Step("", number, title, True, (mark.lines[0], max(last, mark.lines[0])), tuple(trimmed), _rule(mark))


def _nested(tokens: Sequence[Token]) -> list[Node]:
    """A step's tokens; lines numbered or lettered below it ("1a.", "1.1", "a)") are steps within it."""
    starts = [i for i, token in enumerate(tokens) if type(token) is Mark and token.level == 1]
    if not starts:
        return _merged(_plain_nodes(tokens))
    nodes = _merged(_plain_nodes(tokens[: starts[0]]))
    for start, end in zip(starts, [*starts[1:], len(tokens)], strict=True):
        mark = mark_of(tokens, start)
        body = _merged(_plain_nodes(tokens[start + 1 : end]))
        last = max((node.lines[1] for node in body), default=mark.lines[0])
        title = mark.title or title_from(body)
        trimmed = tuple(_without_title(body, mark, title))
        nodes.append(Step("", mark.number, title, False, (mark.lines[0], last), trimmed, _rule(mark)))
    return nodes


def _is_marker(nodes: Sequence[Node], mark: Mark) -> bool:
    """Whether the first of some nodes is nothing but the marker of a step."""
    first = nodes[0] if nodes else None
    block = first.blocks[0] if type(first) is Prose and first.lines[0] == mark.lines[0] and first.blocks else None
    found = marker(f"{plain(block.children).strip()} {{}}") if type(block) is Paragraph else None
    return found is not None and type(block) is Paragraph and found.length > len(plain(block.children).strip())


_ENDS: Final = ":. \u3002\uff01\uff1f\uff1a"


def _without_title(nodes: list[Node], mark: Mark, title: str) -> list[Node]:
    """The body without the prose that says nothing but the title; prose with links stays."""
    if not nodes or type(nodes[0]) is not Prose or nodes[0].lines[0] != mark.lines[0]:
        return nodes
    block = nodes[0].blocks[0] if nodes[0].blocks else None
    if type(block) is not Paragraph or Link in map(type, block.children):
        return nodes
    text = " ".join(plain(block.children).split()).rstrip(_ENDS)
    return nodes[1:] if text.endswith(title.rstrip(_ENDS)) and len(text) <= len(title) + 12 else nodes


def _unwrapped(root: Section, tongue: Tongue) -> list[Node]:
    """The page's nodes; a single section that holds all steps gives them up, and what stands loose between steps becomes steps."""
    nodes = _build(root)
    while True:
        acting = [i for i, node in enumerate(nodes) if acts(node)]
        if len(acting) != 1:
            break
        only = nodes[acting[0]]
        if not isinstance(only, Step) or only.marked or not any(isinstance(node, Step) for node in only.body):
            break
        level = next((s.heading.level for s in _all(root) if s.heading is not None and s.heading.lines[0] == only.lines[0]), 2)
        heading = SectionHeading((only.lines[0], only.lines[0]), level, only.title)
        nodes[acting[0] : acting[0] + 1] = [heading, *only.body]
    return loose_as_steps(nodes, tongue)


def _all(section: Section) -> Iterator[Section]:
    yield section
    for inner in section.sections:
        yield from _all(inner)


def _split(nodes: Sequence[Node]) -> Parts:
    """Before the first step, the steps, after the last one; what stands between two goes to the first of them."""
    steps = [i for i, node in enumerate(nodes) if type(node) is Step]
    if not steps:
        return Parts(tuple(nodes), (), ())
    out: list[Step] = []
    for i in range(steps[0], steps[-1] + 1):
        node = nodes[i]
        if type(node) is Step:
            out.append(node)
        else:
            last = out[-1]
            out[-1] = replace(last, body=(*last.body, node), lines=(last.lines[0], max(last.lines[1], node.lines[1])))
    return Parts(tuple(nodes[: steps[0]]), tuple(out), tuple(nodes[steps[-1] + 1 :]))
