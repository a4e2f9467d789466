"""Marks, headings and nodes put together: which marks start steps, what belongs to which step, what comes before and after."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from runbook.extract.choices import Tabs, group_platform_steps, step_of, tabbed, with_choices
from runbook.extract.manual import carries_out
from runbook.extract.marks import Mark, says_done, title_of
from runbook.extract.prose import cue_of, is_instruction
from runbook.extract.recorder import Token
from runbook.extract.tongues import ENGLISH, Tongue
from runbook.model import (
    Choice,
    Command,
    FileEdit,
    Item,
    Lines,
    Link,
    ListBlock,
    Listing,
    Manual,
    Node,
    Note,
    Output,
    Paragraph,
    Prose,
    SectionHeading,
    Step,
    plain,
)
from runbook.slug import slug, unique
from runbook.words import AnyCase, words


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
    """The steps of a page, and what stands before and after them."""
    tokens = _told_once(tokens)
    true = _true_marks(tokens, tongue)
    root = _sections(tokens, true, _edges(tokens, true, tabs))
    if not _is_procedure(tokens, true):
        return Parts(tuple(_flatten(root)), (), ())
    nodes = tabbed(_unwrapped(root, tongue), tongue, tabs)
    parts = _split([step_of(node) if isinstance(node, Choice) else node for node in nodes])
    return _identified(replace(parts, steps=tuple(group_platform_steps(with_choices(parts.steps, tongue, tabs)))))


def _told_once(tokens: Sequence[Token]) -> list[Token]:
    """The tokens, with prose for what is told to be done by hand where the command right after it does it."""
    out: list[Token] = []
    command: Command | None = None
    for token in reversed(tokens):
        if isinstance(token, Manual) and command is not None and carries_out(command.text, token.action):
            if token.blocks:
                out.append(Prose(token.lines, token.blocks))
            continue
        if not isinstance(token, Manual):
            command = token if isinstance(token, Command) else None
        out.append(token)
    return out[::-1]


# --- which marks start steps --------------------------------------------------------------------------------------------


def _true_marks(tokens: Sequence[Token], tongue: Tongue) -> set[int]:
    """The indices of the marks that start instructions: those of runs that are procedures."""
    true: set[int] = set()
    headings = [i for i, token in enumerate(tokens) if isinstance(token, SectionHeading)]
    for run in (*_item_runs(tokens), *_number_runs(tokens), *_heading_runs(tokens)):
        asking = [i for i in run if _asks(tokens, i, tongue)]
        if any(_mark(tokens, i).loose for i in run) and (
            len(run) < (2 if _led_to(tokens, run[0]) else 3) or len(asking) < len(run)
        ):
            continue
        if run and _told_of(tokens, run[0]):
            continue
        if len(asking) * (1 if run and _below(tokens, headings, run[0], "requirements", "remarks") else 2) >= len(run):
            true.update(i for i in run if not says_done(_mark(tokens, i).text))
    return true


_OF_CALLS = AnyCase(r"\W*[\w.:]+\(\)\W*\s(?:is|are|was|will|has|does|performs|returns)\b")
"""What a function does: "`update()` is called …"."""
_TELLS = AnyCase(
    r"\b(?:this|it|that|which|(?:the|this|our)\s+(?:[\w\-]+\s+){1,3}?)\s*"
    r"(?:will|does|performs?|checks?|consists?|includes?|contains?|has(?! been)|supports?|provides?|tests?|offers)\b(?![^:]*\bsteps?\b)[^.:]{0,60}:\s*\Z"
)
"""What something does, or has, before a list of it: "The script will:"."""


_REMARKS = AnyCase(
    r"\s*(?:notes|remarks|caveats|limitations|known (?:issues|problems|limitations)|hinweise|anmerkungen|remarques|notas|observaciones|note)\s*[:\uff1a]\s*"
)
"""A label of remarks, whatever these begin with: "NOTES:"."""


def _led_to(tokens: Sequence[Token], at: int) -> bool:
    """Whether the words right before a run of marks lead up to it."""
    before = tokens[at - 1] if at else None
    block = before.blocks[-1] if isinstance(before, Prose) and before.blocks else None
    return isinstance(block, Paragraph) and plain(block.children).rstrip().endswith((":", "\uff1a"))


def _told_of(tokens: Sequence[Token], at: int) -> bool:
    """Whether the words right before a run of marks say that it lists what something does by itself."""
    before = tokens[at - 1] if at else None
    block = before.blocks[-1] if isinstance(before, Prose) and before.blocks else None
    text = plain(block.children) if isinstance(block, Paragraph) else ""
    return _TELLS.search(text[-200:]) is not None or (len(text) < 40 and _REMARKS.fullmatch(text) is not None)


def _below(tokens: Sequence[Token], headings: Sequence[int], at: int, *lists: str) -> bool:
    """Whether a run of marks that begins at a token stands below a heading that has a word of these lists, of requirements or remarks:
    then all must ask for something."""
    above = bisect_right(headings, at) - 1
    heading = tokens[headings[above]] if above >= 0 else None
    return isinstance(heading, SectionHeading) and any(word in heading.text.casefold() for name in lists for word in words(name))


def _mark(tokens: Sequence[Token], i: int) -> Mark:
    token = tokens[i]
    assert isinstance(token, Mark)
    return token


def _item_runs(tokens: Sequence[Token]) -> Iterator[list[int]]:
    """The items of each numbered list; a list that code, or a sentence that goes on after it, has split is one."""
    run: list[int] = []
    split = True
    for i, token in enumerate(tokens):
        if isinstance(token, Mark) and token.kind == "item":
            if run and split and token.list_id != _mark(tokens, run[-1]).list_id:
                yield run
                run = []
            run.append(i)
            split = False
        elif run and token.lines[0] > _mark(tokens, run[-1]).lines[1]:
            split = split or not _holds_together(token)
    if run:
        yield run


def _holds_together(token: Token) -> bool:
    """Whether a token below a list's item still belongs to the item: code, and a paragraph in the middle of a sentence ("to", "or")."""
    if isinstance(token, Prose):
        block = token.blocks[0] if token.blocks else None
        return isinstance(block, Paragraph) and plain(block.children).lstrip()[:1].islower()
    return isinstance(token, (Command, FileEdit, Listing, Output))


def _number_runs(tokens: Sequence[Token]) -> Iterator[list[int]]:
    """Runs of "N." lines that count up from 0 or 1 under one heading, a number twice or left out being a slip of the author's; other
    numbers at the beginning of lines are no marks."""
    run: list[int] = []
    last = -1
    for i, token in enumerate(tokens):
        if isinstance(token, SectionHeading):
            if run:
                yield run
            run, last = [], -1
        if not isinstance(token, Mark) or token.kind != "number" or token.level:
            continue
        value = _value(token.number)
        if run and (last < value <= last + 2 or value == last > 1):
            run.append(i)
        elif value in (0, 1):
            if run:
                yield run
            run = [i]
        else:
            continue
        last = value
    if run:
        yield run


_ROMAN = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6, "vii": 7, "viii": 8, "ix": 9, "x": 10, "xi": 11, "xii": 12}


def _value(number: str | None) -> int:
    if number is None:
        return -1
    return int(number) if number.isdecimal() else _ROMAN.get(number.casefold(), -1)


def _heading_runs(tokens: Sequence[Token]) -> Iterator[list[int]]:
    """The headings that count steps; and runs of numbered headings of one level that count up from 0 or 1, the deeper ones below them
    being runs of their own."""
    yield [i for i, token in enumerate(tokens) if isinstance(token, Mark) and token.kind == "heading-step"]
    found: list[list[int]] = []
    runs: dict[int, list[int]] = {}
    for i, token in enumerate(tokens):
        if isinstance(token, SectionHeading):
            found.extend(runs.pop(level) for level in [level for level in runs if level > token.level])
        if not isinstance(token, Mark) or token.kind != "heading-number":
            continue
        level, value = token.heading_level, _value(token.number)
        run = runs.get(level, [])
        if run and 0 < value - _value(_mark(tokens, run[-1]).number) <= 2:
            run.append(i)
        elif value in (0, 1):
            found.append(run)
            runs[level] = [i]
    yield from (run for run in (*found, *runs.values()) if len(run) > 1)


def _asks(tokens: Sequence[Token], i: int, tongue: Tongue) -> bool:
    """Whether a marked line asks for something: its words do, or a command or an edit follows within it."""
    mark = _mark(tokens, i)
    if says_done(mark.text) or _OF_CALLS.match(mark.text):
        return False
    if mark.kind.startswith("heading") or is_instruction(mark.text, tongue):
        return True
    for token in tokens[i + 1 :]:
        if isinstance(token, (Mark, SectionHeading)):
            return False
        if mark.kind == "item" and token.lines[0] > mark.lines[1] and not mark.text.rstrip().endswith(":"):
            return False
        if isinstance(token, (Command, FileEdit, Manual)):
            return True
    return False


# --- sections -----------------------------------------------------------------------------------------------------------


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
        if isinstance(token, Mark) and token.kind.startswith("heading"):
            pending = token if i in true else None
            continue
        if isinstance(token, SectionHeading):
            while len(stack) > 1 and _level(stack[-1]) >= token.level:
                stack.pop()
            section = Section(token, pending, [], [])
            stack[-1].sections.append(section)
            stack.append(section)
            pending = None
            continue
        if isinstance(token, Mark) and i not in true and not (token.kind == "number" and token.level):
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
        if isinstance(token, Mark):
            listed = token if token.list_id else None
            continue
        if listed is not None and isinstance(token, (Prose, Manual, Note)) and token.lines[0] == listed.lines[0] and token.blocks:
            blocks = token.blocks
            if isinstance(blocks[0], Paragraph):
                token = replace(token, blocks=(ListBlock("ol", (Item("li", blocks, token.lines),), token.lines),))
        listed = None
        nodes.append(token)
    return nodes


def _merged(nodes: Sequence[Node]) -> list[Node]:
    """Neighbouring prose nodes that are each a list of the same kind, as one list."""
    out: list[Node] = []
    for node in nodes:
        last = out[-1] if out else None
        if isinstance(node, Prose) and isinstance(last, Prose) and len(node.blocks) == len(last.blocks) == 1:
            mine, before = node.blocks[0], last.blocks[0]
            if isinstance(mine, ListBlock) and isinstance(before, ListBlock) and mine.kind == before.kind:
                lines = (last.lines[0], node.lines[1])
                out[-1] = Prose(lines, (ListBlock(mine.kind, before.items + mine.items, lines),))
                continue
        out.append(node)
    return out


# --- steps --------------------------------------------------------------------------------------------------------------


def _build(section: Section) -> list[Node]:
    """The nodes of a section: its own tokens with their marked steps, then its sub-sections, those that ask for something as steps."""
    nodes = _own(section.tokens)
    for inner in section.sections:
        assert inner.heading is not None
        body = _build(inner)
        if inner.mark is not None or any(map(_acts, body)):
            nodes.append(_section_step(inner, body))
        else:
            nodes.extend((inner.heading, *body))
    return nodes


def _acts(node: Node) -> bool:
    return isinstance(node, (Step, Command, FileEdit, Manual, Choice))


_MARK_RULES = {
    "item": "numbered-item", "number": "numbered-line", "heading-step": "step-heading", "heading-number": "numbered-heading",
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


_EDGE = Mark("edge", None, "", "", (0, 0))


def _own(tokens: Sequence[Token]) -> list[Node]:
    """The tokens directly under a heading, grouped by their marks, those of each tab by itself."""
    edges = [i for i, token in enumerate(tokens) if token is _EDGE]
    parts = [tokens[start:end] for start, end in zip([0, *(i + 1 for i in edges)], [*edges, len(tokens)], strict=True)]
    return [node for part in parts for node in _own_steps(part)]


def _own_steps(tokens: Sequence[Token]) -> list[Node]:
    starts = [i for i, token in enumerate(tokens) if isinstance(token, Mark) and token.kind != "false" and token.level == 0]
    if not starts:
        return _merged(_plain_nodes(tokens))
    nodes = _merged(_plain_nodes(tokens[: starts[0]]))
    for position, (start, end) in enumerate(zip(starts, [*starts[1:], len(tokens)], strict=True)):
        mark = _mark(tokens, start)
        following = tokens[start + 1 : end]
        if end == len(tokens):
            inside, after = _extent(mark, following)
        else:
            inside, after = list(following), []
        nodes.append(_marked_step(mark, inside, position))
        nodes.extend(_merged(_plain_nodes(after)))
    return nodes


def _extent(mark: Mark, tokens: Sequence[Token]) -> tuple[list[Token], list[Token]]:
    """What belongs to the last marked step under a heading, and what comes after it.

    A list item holds what stands in it and what holds together with it below; a numbered paragraph all up to the next heading, but
    for a paragraph that opens with a label of its own ("Known problems:") after everything that is to be done.
    """
    last_act = max((i for i, token in enumerate(tokens) if not isinstance(token, Mark) and _acts(token)), default=-1)
    for i, token in enumerate(tokens):
        if token.lines[0] <= mark.lines[1]:
            continue
        if mark.kind == "item" and not _holds_together(token):
            return list(tokens[:i]), list(tokens[i:])
        if mark.kind != "item" and i > last_act and isinstance(token, Prose) and _is_label(token):
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
    title = mark.title or _title_from(body)
    trimmed = _without_title(body, mark, title)
    last = max((node.lines[1] for node in body), default=mark.lines[0])
    return Step("", number, title, True, (mark.lines[0], max(last, mark.lines[0])), tuple(trimmed), _rule(mark))


def _nested(tokens: Sequence[Token]) -> list[Node]:
    """A step's tokens; lines numbered below it ("1a.", "1.1") are steps within it."""
    starts = [i for i, token in enumerate(tokens) if isinstance(token, Mark) and token.level == 1 and token.kind == "number"]
    if not starts:
        return _merged(_plain_nodes(tokens))
    nodes = _merged(_plain_nodes(tokens[: starts[0]]))
    for start, end in zip(starts, [*starts[1:], len(tokens)], strict=True):
        mark = _mark(tokens, start)
        body = _merged(_plain_nodes(tokens[start + 1 : end]))
        last = max((node.lines[1] for node in body), default=mark.lines[0])
        title = mark.title or _title_from(body)
        trimmed = tuple(_without_title(body, mark, title))
        nodes.append(Step("", mark.number, title, False, (mark.lines[0], last), trimmed, _rule(mark)))
    return nodes


def _title_from(nodes: Sequence[Node]) -> str:
    """A title for a step that has no words of its own: its first command, or the file it edits."""
    for node in [node for node in nodes if not isinstance(node, Note)] or nodes:
        if isinstance(node, Command):
            return node.text.split("\n")[0]
        if isinstance(node, FileEdit):
            return node.path or "Edit a file"
        if isinstance(node, Choice):
            return " / ".join(branch.label for branch in node.branches if branch.label) or "Step"
        if isinstance(node, (Prose, Manual, Note)) and node.blocks and isinstance(node.blocks[0], Paragraph):
            return title_of(plain(node.blocks[0].children))[0]
    return "Step"


def _without_title(nodes: list[Node], mark: Mark, title: str) -> list[Node]:
    """The body without the prose that says nothing but the title; prose with links stays."""
    if not nodes or not isinstance(nodes[0], Prose) or nodes[0].lines[0] != mark.lines[0]:
        return nodes
    block = nodes[0].blocks[0] if nodes[0].blocks else None
    if not isinstance(block, Paragraph) or any(isinstance(child, Link) for child in block.children):
        return nodes
    text = " ".join(plain(block.children).split()).rstrip(":. ")
    return nodes[1:] if text.endswith(title.rstrip(":. ")) and len(text) <= len(title) + 12 else nodes


# --- the page -----------------------------------------------------------------------------------------------------------


def _unwrapped(root: Section, tongue: Tongue) -> list[Node]:
    """The page's nodes; a single section that holds all steps gives them up, and what stands loose between steps becomes steps."""
    nodes = _build(root)
    while True:
        acting = [i for i, node in enumerate(nodes) if _acts(node)]
        if len(acting) != 1:
            break
        only = nodes[acting[0]]
        if not isinstance(only, Step) or only.marked or not any(isinstance(node, Step) for node in only.body):
            break
        level = next((s.heading.level for s in _all(root) if s.heading is not None and s.heading.lines[0] == only.lines[0]), 2)
        heading = SectionHeading((only.lines[0], only.lines[0]), level, only.title)
        nodes[acting[0] : acting[0] + 1] = [heading, *only.body]
    return _loose_as_steps(nodes, tongue)


def _all(section: Section) -> Iterator[Section]:
    yield section
    for inner in section.sections:
        yield from _all(inner)


def _loose_as_steps(nodes: Sequence[Node], tongue: Tongue) -> list[Node]:
    """Commands and edits that stand at the page's top level outside of any step: each instruction paragraph with its blocks is one."""
    out: list[Node] = []
    group: list[Node] = []

    def close() -> None:
        acting = [i for i, node in enumerate(group) if isinstance(node, (Command, FileEdit, Choice))]
        if acting:
            for part in _instructions(group, tongue):
                out.append(part)
        else:
            out.extend(group)
        group.clear()

    for node in nodes:
        if isinstance(node, (Step, SectionHeading)):
            close()
            out.append(node)
        else:
            group.append(node)
    close()
    return out


def _instructions(nodes: Sequence[Node], tongue: Tongue) -> Iterator[Node]:
    """Loose nodes cut into steps: prose that follows something done begins the next; what comes after the last stays loose."""
    current: list[Node] = []
    did = False
    for node in nodes:
        telling = isinstance(node, (Prose, Manual))
        if telling and did and not _goes_on(node, tongue):
            yield _loose_step(current)
            current, did = [], False
        current.append(node)
        did = did or isinstance(node, (Command, FileEdit, Choice))
    if did:
        yield _loose_step(current)
    else:
        yield from current


def _goes_on(node: Node, tongue: Tongue) -> bool:
    """Whether prose goes on with what was done before it: it begins with a small letter, or announces what that printed."""
    block = node.blocks[0] if isinstance(node, (Prose, Manual)) and node.blocks else None
    if not isinstance(block, Paragraph):
        return False
    text = plain(block.children).strip()
    if text[:1].islower():
        return True
    cue = cue_of(text, tongue)
    return cue.leads and cue.see and not (cue.run or cue.file) and text.count("\n") < 2


def _loose_step(nodes: Sequence[Node]) -> Step:
    body = list(nodes)
    lines: Lines = (body[0].lines[0], max(node.lines[1] for node in body))
    telling = next((node for node in reversed(body) if isinstance(node, Prose) and node.lines[0] <= _first_act(body)), None)
    block = telling.blocks[0] if telling is not None and telling.blocks else None
    words = plain(block.children) if isinstance(block, Paragraph) else ""
    title = title_of(words.strip().split("\n")[-1])[0] if words.strip() else _title_from([node for node in body if _acts(node)])
    return Step("", None, title, False, lines, tuple(body), "instruction-paragraph")


def _first_act(nodes: Sequence[Node]) -> int:
    return next((node.lines[0] for node in nodes if _acts(node)), 0)


def _split(nodes: Sequence[Node]) -> Parts:
    """Before the first step, the steps, after the last one; what stands between two goes to the first of them."""
    steps = [i for i, node in enumerate(nodes) if isinstance(node, Step)]
    if not steps:
        return Parts(tuple(nodes), (), ())
    out: list[Step] = []
    for i in range(steps[0], steps[-1] + 1):
        node = nodes[i]
        if isinstance(node, Step):
            out.append(node)
        else:
            last = out[-1]
            out[-1] = replace(last, body=(*last.body, node), lines=(last.lines[0], max(last.lines[1], node.lines[1])))
    return Parts(tuple(nodes[: steps[0]]), tuple(out), tuple(nodes[steps[-1] + 1 :]))


def _identified(parts: Parts) -> Parts:
    """The steps with their ids: the slug of the title, numbered when it repeats."""
    taken: set[str] = set()

    def named(node: Node) -> Node:
        if isinstance(node, Choice):
            return replace(node, branches=tuple(replace(one, body=tuple(map(named, one.body))) for one in node.branches))
        if not isinstance(node, Step):
            return node
        name = unique(slug(node.title, limit=48, fallback="step", digest=False), taken)
        taken.add(name)
        return replace(node, id=name, body=tuple(named(inner) for inner in node.body))

    steps = tuple(node for node in map(named, parts.steps) if isinstance(node, Step))
    return replace(parts, steps=steps)
