"""The forms in which spec cases show what comes out of a page: readable, compact, a line a thing.

A form is a function from (source text) to text, found by the pair (input kind, output kind); a new pair is a new row of FORMS.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

from runbook.directories import START
from runbook.inlines import plain, template_text
from runbook.model import (
    Block,
    Choice,
    Command,
    Elision,
    Expectation,
    FileEdit,
    Hole,
    ListBlock,
    Listing,
    Manual,
    Markup,
    Node,
    Note,
    Output,
    Page,
    Paragraph,
    Parameter,
    PatternRow,
    Picture,
    Preformatted,
    Prose,
    Runbook,
    SectionHeading,
    Step,
    Table,
    Template,
    to_json,
)
from runbook.model import Container as ContainerBlock
from runbook.model import Heading as HeadingBlock
from runbook.walking import commands

TITLE = "Case"


def _page(markup: Markup, text: str) -> Page:
    return Page(title=TITLE, text=text, markup=markup)


def _runbook(markup: Markup, text: str) -> Runbook:
    from runbook.extract import extract_many

    return next(iter(extract_many([_page(markup, text)])))


# --- the outline of a runbook -----------------------------------------------------------------------------------------


def runbook_outline(runbook: Runbook) -> str:
    """A runbook, a line a node, indented by depth, each beginning with its source lines:

    12-14 step 3 "Install it" marked · 15 $ ls -l · 16-18 > total 0 · 20-21 edit create /etc/foo.conf · 22 prose …
    """
    out = [_parameter(parameter) for parameter in runbook.parameters]
    out += _nodes(runbook.preamble, 0)
    out += _nodes(runbook.steps, 0)
    if runbook.closing:
        out += ["closing", *_nodes(runbook.closing, 1)]
    out += [f"{_lines(d.lines) if d.lines else '-'} {d.severity}: {d.code}" for d in runbook.diagnostics]
    return "\n".join(out)


def _parameter(parameter: Parameter) -> str:
    value = "(secret)" if parameter.secret else parameter.value
    return f"parameter {parameter.name} = {value} ({parameter.type}) on {', '.join(map(str, parameter.lines))}"


def _lines(lines: tuple[int, int]) -> str:
    return str(lines[0]) if lines[0] == lines[1] else f"{lines[0]}-{lines[1]}"


def _nodes(nodes: tuple[Node, ...], depth: int) -> Iterator[str]:
    for node in nodes:
        for line in _node(node):
            yield "  " * depth + line if line else line


def _node(node: Node) -> Iterator[str]:
    at = _lines(node.lines)
    match node:
        case Step():
            number = f" {node.number}" if node.number else ""
            yield f"{at} step{number} {node.title!r}" + ("" if node.marked else " (unmarked)")
            yield from _nodes(node.body, 1)
        case SectionHeading():
            yield f"{at} heading {node.level} {node.text}"
        case Prose():
            yield f"{at} prose {_shortened(' / '.join(_words(node.blocks)))}"
        case Note():
            yield f"{at} note {node.kind}: {_shortened(node.text or ' / '.join(_words(node.blocks)))}"
        case Manual():
            yield f"{at} manual {node.action or '-'}: {_shortened(node.text)}"
        case Picture():
            yield f"{at} image {node.target}"
        case Command():
            yield from _command(node)
        case Output():
            yield f"{at} output"
            yield from (f"  | {line}".rstrip() for line in node.text)
        case FileEdit():
            target = "" if node.target in (None, node.path) else f" = {node.target}"
            yield f"{at} edit {node.op} {node.path or '?'}{target}"
            yield from _content(node)
        case Listing():
            yield f"{at} listing {node.language}".rstrip()
            yield from (f"  | {line}".rstrip() for line in node.text)
        case Choice():
            yield f"{at} choice {node.kind}"
            for branch in node.branches:
                yield f"  {_lines(branch.lines)} branch {branch.label}".rstrip()
                yield from _nodes(branch.body, 2)


def _command(node: Command) -> Iterator[str]:
    first, *rest = node.text.split("\n")
    prompt = node.prompt if node.prompt is not None else "-"
    yield f"{_lines(node.lines)} command {prompt} {first}"
    yield from (f"  + {line}" for line in rest)
    facts = {
        "shell": "" if node.shell == "sh" else node.shell,
        "host": node.host or "",
        "in": " > ".join(node.context),
        "cwd": node.cwd if node.cwd not in (None, START) else "",
    }
    told = "; ".join(f"{key} {value}" for key, value in facts.items() if value)
    if told:
        yield f"  {told}"
    if node.expected:
        yield from _expected(node.expected)


def _expected(expected: Expectation) -> Iterator[str]:
    pieces = ", ".join(_lines(span) for span in expected.spans) if expected.spans else _lines(expected.lines)
    yield f"  {pieces} expected" + (f" exit {expected.exit}" if expected.exit is not None else "")
    yield from (f"    | {line}".rstrip() for line in expected.text)


def _content(node: FileEdit) -> Iterator[str]:
    for index, line in enumerate(node.content):
        if index in node.gaps:
            yield "  …"
        yield f"  | {line}".rstrip()
    if len(node.content) in node.gaps:
        yield "  …"


def _words(blocks: tuple[Block, ...]) -> Iterator[str]:
    """What some blocks say, a string a paragraph."""
    for block in blocks:
        match block:
            case Paragraph() | HeadingBlock():
                yield plain(block.children).strip()
            case ListBlock():
                for item in block.items:
                    yield from (f"* {text}" for text in _words(item.blocks))
            case Table():
                for row in block.rows:
                    yield " | ".join(" ".join(_words(cell.blocks)) for cell in row.cells)
            case ContainerBlock():
                yield from _words(block.blocks)
            case Preformatted():
                yield f"<{block.kind}>"
            case Template():
                yield f"{{{{{block.name}}}}} {template_text(block)}".strip()


def _shortened(text: str, width: int = 80) -> str:
    text = " ".join(text.split())
    return text if len(text) <= width else text[: width - 1] + "…"


# --- patterns ---------------------------------------------------------------------------------------------------------


def pattern_line(row: PatternRow) -> str:
    """A pattern's row: holes as ⟨type⟩, an elision as ⋮."""
    if isinstance(row, Elision):
        return "⋮"
    return "".join(f"⟨{part.hole}⟩" if isinstance(part, Hole) else part for part in row)


def _patterns(runbook: Runbook) -> str:
    """The commands that have recorded outputs, with what must hold again of those."""
    out = []
    for command in commands(runbook):
        if command.expected:
            out.append(f"$ {command.text}")
            out += [f"  {pattern_line(row)}".rstrip() for row in command.expected.patterns]
    return "\n".join(out)


def _effects(runbook: Runbook) -> str:
    """The commands with their effects and the post-conditions that were inferred."""
    out = []
    for command in commands(runbook):
        out.append(f"$ {command.text}  -> {', '.join(command.effects)}")
        out += [f"  {'not ' if check.negated else ''}{check.kind} {' '.join(check.args)}" for check in command.checks]
    return "\n".join(out)


# --- the registry -----------------------------------------------------------------------------------------------------


def _blocks(markup: Markup, text: str) -> str:
    from runbook.markup import parse
    from runbook.markup.outline import outline

    return outline(parse(_page(markup, text)))


def _author_blocks(markup: Markup, text: str) -> str:
    from runbook.markup import parse
    from runbook.markup.outline import outline

    return outline(parse(_page(markup, text), reading="author"))


_OF_RUNBOOK: dict[str, Callable[[Runbook], str]] = {
    "runbook": runbook_outline,
    "json": partial(to_json, indent=1),
    "patterns": _patterns,
    "effects": _effects,
}


def _of_runbook(markup: Markup, form: Callable[[Runbook], str], text: str) -> str:
    return form(_runbook(markup, text))


_MARKUPS: tuple[Markup, ...] = ("wikitext", "markdown")

FORMS: dict[tuple[str, str], Callable[[str], str]] = {
    **{(markup, "outline"): partial(_blocks, markup) for markup in _MARKUPS},
    **{(markup, "author"): partial(_author_blocks, markup) for markup in _MARKUPS},
    **{(markup, name): partial(_of_runbook, markup, form) for markup in _MARKUPS for name, form in _OF_RUNBOOK.items()},
}
