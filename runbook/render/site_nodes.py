"""The nodes of a runbook as the HTML of its page, by the macros in templates/parts.html."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import jinja2
from markupsafe import Markup
from msgspec.structs import replace

from runbook.directories import START
from runbook.inlines import plain
from runbook.masks import Mask
from runbook.model import (
    Block,
    Branch,
    Choice,
    Command,
    Container,
    Expectation,
    FileEdit,
    Lines,
    Listing,
    Manual,
    Node,
    Note,
    Output,
    Paragraph,
    Parameter,
    Picture,
    Prose,
    SectionHeading,
    Step,
    Template,
    Text,
)
from runbook.render import html, site_views
from runbook.render.site_digest import digest
from runbook.slug import slug, unique

_HERE = Path(__file__).resolve().parents[1]
TEMPLATES = _HERE / "templates" if (_HERE / "templates").is_dir() else _HERE.parent / "templates"
"""Our templates: inside the package when it is installed, beside it in the source tree."""

MARK = "\x01"
"""Stands around a heading's number in a page's HTML until it is known in which form headings go out. Never in a page's text:
`html.visible` sees to that."""


_SLOT = "\x02"
_NO_TEXT = re.compile(f"(<[^>]*>|{MARK}[^{MARK}]*{MARK}|{_SLOT}[^{_SLOT}]*{_SLOT})")
_SLOTS = re.compile(f"{_SLOT}([^{_SLOT}]*){_SLOT}")


def slot(name: str) -> Markup:
    """The place on a page for what is known last, by its name (see `site_trust.filling`)."""
    return Markup(f"{_SLOT}{name}{_SLOT}")  # noqa: S704 - an anchor between marks


def fill(body: str, filling: Mapping[str, str]) -> str:
    """A page's HTML with its slots filled; those that nothing is known for are empty."""
    return _SLOTS.sub(lambda found: filling.get(found[1], ""), body)


class Heading(NamedTuple):
    """A heading of the contents. `title` and `number` are plain text."""

    level: int
    id: str
    title: str
    number: str = ""


@dataclass
class Sheet:
    """A page while it is written: its links, the ids of its steps in reading order (they come before all other ids, so that
    they stay the same), what ids are taken, its headings so far, what the newest revision changed in steps, by anchor, and what is
    said of the history of steps, by id."""

    parts: Any
    links: html.Resolver
    steps: Iterator[str] = field(default_factory=lambda: iter(()))
    parameters: tuple[Parameter, ...] = ()
    taken: set[str] = field(default_factory=set)
    headings: list[Heading] = field(default_factory=list)
    changed: Mapping[str, str] = field(default_factory=dict)
    past: Mapping[str, Markup] = field(default_factory=dict)
    number: str | None = None
    """The number of the step that is written."""
    before: str = ""
    """The words right before the node that is written."""

    def anchor(self, text: str, fallback: str) -> str:
        """An id that no other element of the page has."""
        name = unique(slug(text, fallback=fallback), self.taken)
        self.taken.add(name)
        return name

    def heading(self, level: int, title: str, number: str = "", anchor: str | None = None) -> Markup:
        """Notes a heading of the contents and returns the mark that stands for it."""
        shown = (" ".join(html.visible(text).split()) for text in (title, number))
        self.headings.append(Heading(level, anchor or self.anchor(title, "section"), *shown))
        return Markup(f"\n\n{MARK}{len(self.headings) - 1}{MARK}\n\n")  # noqa: S704 - a number between marks


@cache
def environment(own: Path | None = None) -> jinja2.Environment:
    """Jinja2 with autoescape on, and with what is unseen made visible in every value; a project's `own` templates come first
    and can extend ours as "ours/page.html" and so on."""
    ours = jinja2.FileSystemLoader(TEMPLATES)
    loaders = [*([jinja2.FileSystemLoader(own)] if own else []), ours, jinja2.PrefixLoader({"ours": ours})]
    return jinja2.Environment(
        loader=jinja2.ChoiceLoader(loaders),
        autoescape=True,
        finalize=_finalize,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _finalize(value: object) -> object:
    return html.visible(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def marked(text: str, sheet: Sheet, lines: Lines) -> Markup:
    """Text of the lines `lines` with the values that a reader may replace in elements of their own; for a secret its name stands there."""
    found = site_views.standing_in(sheet.parameters, lines)
    if not found:
        return html.text(text)
    secret = {parameter.name for parameter in found if parameter.secret}
    return html.join(_chunk(chunk, secret) for chunk in site_views.chunks(text, found))


def _chunk(chunk: site_views.Chunk, secret: set[str]) -> Markup:
    if not chunk.name:
        return html.text(chunk.text)
    hidden = chunk.name in secret
    return html.element("var", chunk.name if hidden else chunk.text, data_value=chunk.name, data_secret="" if hidden else None)


def masked(body: str, parameters: Iterable[Parameter]) -> str:
    """HTML without the values of secrets in its text; `html` escapes all that could end a tag too early."""
    mask = Mask(replace(each, value=str(html.text(each.value))) for each in parameters if each.secret)
    if not mask:
        return body
    pieces = _NO_TEXT.split(body)
    return "".join(piece if at % 2 else mask.over(piece) for at, piece in enumerate(pieces))


# --- the flow of nodes ------------------------------------------------------------------------------------------------


def top_level(nodes: tuple[Node, ...], sheet: Sheet) -> Markup:
    """The nodes of a preamble or closing: their headings belong to the contents."""
    out: list[Markup] = []
    for is_heading, group in groupby(nodes, lambda node: isinstance(node, SectionHeading)):
        if is_heading:
            out += [
                sheet.heading(_below(sheet, n.level), n.text) for n in group if isinstance(n, SectionHeading) and n.text.strip()
            ]
        else:
            out.append(_enclosed(body(tuple(group), sheet, _below(sheet, 3))))
    return html.join(out)


def _enclosed(content: Markup) -> Markup:
    """HTML that any Markdown reader takes for one block of HTML."""
    return html.element("div", content, class_="rb-body") if content.strip() else Markup("")


def _below(sheet: Sheet, level: int) -> int:
    """`level` as far as it leaves no gap below the last heading (h1 is the page's title)."""
    last = sheet.headings[-1].level if sheet.headings else 1
    return max(2, min(level, last + 1, 6))


def steps(nodes: tuple[Step, ...], sheet: Sheet) -> Markup:
    """The top-level steps: a heading of the contents and a card each."""
    numbered = any(step.number for step in nodes)
    mask = Mask(sheet.parameters)
    out = []
    for ordinal, step in enumerate(nodes, 1):
        anchor = next(sheet.steps)
        number = step.number or ("" if numbered else str(ordinal))
        heading = sheet.heading(2, step.title, number, anchor)
        sheet.number = step.number
        content = body(step.body, sheet, 3)
        effects, changed = site_views.step_effects(step.body), sheet.changed.get(anchor, "")
        verified, direction, past = slot(f"step:{anchor}"), html.direction(step.title), sheet.past.get(step.id, "")
        out += [heading, sheet.parts.step(anchor, digest(step, mask), effects, content, changed, verified, direction, past)]
    return html.join(out)


def body(nodes: tuple[Node, ...], sheet: Sheet, level: int) -> Markup:
    """Nodes in reading order; commands and outputs that follow each other share one frame. Headings begin at `level`."""
    out: list[Markup] = []
    for in_session, group in groupby(nodes, lambda node: isinstance(node, (Command, Output))):
        if in_session:
            out.append(sheet.parts.session(html.join(_session(group, sheet), "\n")))
            continue
        for node in group:
            out.append(_NODES[type(node)](node, sheet, level))
            sheet.before = _words(node)
    return html.join(out, "\n")


def _words(node: Node) -> str:
    """The words of a node that may lead to the next one."""
    last = node.blocks[-1] if isinstance(node, (Prose, Manual)) and node.blocks else None
    return plain(last.children).strip() if isinstance(last, Paragraph) else ""


def _session(nodes: Iterator[Node], sheet: Sheet) -> Iterator[Markup]:
    before: list[tuple[str, str]] = []
    for node in nodes:
        if isinstance(node, Command):
            context = _context(node)
            yield _command(node, context if context != before else [], sheet)
            before = context
        elif isinstance(node, Output):
            yield _output(node, node.lines, sheet, "Output", "")


def _context(command: Command) -> list[tuple[str, str]]:
    """Where a command runs, in words, from the outside inwards."""
    shown = site_views.shown(command)
    out = [("host", f"on {command.host}")] if command.host else []
    if shown.user:
        out.append(("user", shown.user))
    out += [("inside", f"inside {enter}") for enter in shown.inside]
    if command.shell != "sh":
        out.append(("shell", command.shell))
    return [*out, ("cwd", f"in {command.cwd}")] if command.cwd not in (None, START) else out


def _command(node: Command, context: list[tuple[str, str]], sheet: Sheet) -> Markup:
    output = Markup("")
    if node.expected:
        code = node.expected.exit
        exit_words = "" if code in (None, 0) else "(the command fails)" if code == "nonzero" else f"(exit status {code})"
        output = _output(node.expected, node.expected.lines, sheet, "Expected output", exit_words)
    typed = marked(node.text, sheet, node.lines)
    made: Markup = sheet.parts.command(node, typed, site_views.shown(node), site_views.effects(node.effects), context, output)
    return made


def _output(node: Expectation | Output, lines: Lines, sheet: Sheet, label: str, exit_words: str) -> Markup:
    found = site_views.output_pieces(node)
    pieces = [(marked(piece.text, sheet, lines), piece.varies) for piece in found]
    made: Markup = sheet.parts.output(pieces, len(node.text), label, exit_words, site_views.varying(found))
    return made


# --- one function a node ----------------------------------------------------------------------------------------------


def _step(node: Step, sheet: Sheet, level: int) -> Markup:
    made: Markup = sheet.parts.substep(
        min(level, 6), next(sheet.steps), node.number, node.title, body(node.body, sheet, min(level + 1, 6))
    )
    return made


def _section(node: SectionHeading, sheet: Sheet, level: int) -> Markup:
    if not node.text.strip():
        return Markup("")
    return html.element(f"h{level}", node.text, id=sheet.anchor(node.text, "section"))


def _prose(node: Prose, sheet: Sheet, level: int) -> Markup:
    return html.blocks(node.blocks, sheet.links, level=level)


def _note(node: Note, sheet: Sheet, level: int) -> Markup:
    content = html.blocks([block for node_ in node.blocks for block in _unboxed(node_)], sheet.links, level=level)
    if not content.strip():
        content = html.element("p", node.text or site_views.NOTICE_WORDS.get(node.kind, "The page says no more than this."))
    return html.notice(node.kind, content)


def _unboxed(block: Block) -> tuple[Block, ...]:
    """What stands inside a notice's own markup: the box is drawn once."""
    if isinstance(block, Container):
        return block.blocks
    if isinstance(block, Template) and block.meaning and block.meaning.kind == "notice":
        return tuple(inner for argument in block.arguments for inner in argument.blocks)
    return (block,)


def _manual(node: Manual, sheet: Sheet, level: int) -> Markup:
    action = site_views.ACTION_WORDS.get(node.action or "", (node.action or "").capitalize())
    content = html.blocks(_unnumbered(node.blocks, sheet.number), sheet.links, level=level) or html.element("p", node.text)
    made: Markup = sheet.parts.manual(action, content)
    return made


def _unnumbered(blocks: tuple[Block, ...], number: str | None) -> tuple[Block, ...]:
    """Blocks without the step's own number, which stands in its heading."""
    first = blocks[0] if blocks else None
    if not number or not isinstance(first, Paragraph) or not first.children or not isinstance(first.children[0], Text):
        return blocks
    text = re.sub(rf"\A\s*{re.escape(number)}[.)]\s+", "", first.children[0].text)
    return (replace(first, children=(Text(text), *first.children[1:])), *blocks[1:])


def _picture(node: Picture, sheet: Sheet, _level: int) -> Markup:
    href = html.external(node.target) or sheet.links(f"File:{node.target}")
    words = html.text(node.alt.strip() or node.target)
    return html.element("p", html.anchor(href, words) if href else words, class_="rb-image")


def _file_edit(node: FileEdit, sheet: Sheet, _level: int) -> Markup:
    lines = [(marked(line.text, sheet, node.lines), line.kind) for line in site_views.edit_lines(node)]
    made: Markup = sheet.parts.file_edit(node, site_views.EDIT_WORDS[node.op], lines)
    return made


def _listing(node: Listing, sheet: Sheet, _level: int) -> Markup:
    made: Markup = sheet.parts.listing("\n".join(node.text), node.language)
    return made


def _choice(node: Choice, sheet: Sheet, level: int) -> Markup:
    labels = site_views.branch_labels(node, sheet.before)
    branches = [
        {"label": label, "body": body(_unlabelled(branch), sheet, level)}
        for label, branch in zip(labels, node.branches, strict=True)
    ]
    made: Markup = sheet.parts.choice(node.kind, branches)
    return made


def _unlabelled(branch: Branch) -> tuple[Node, ...]:
    """A branch without the words that are its label."""
    said = bool(branch.body) and bool(branch.label) and _words(branch.body[0]).rstrip(": \uff1a") == branch.label
    return branch.body[1:] if said else branch.body


_NODES: dict[type, Callable[[Any, Sheet, int], Markup]] = {
    Step: _step,
    SectionHeading: _section,
    Prose: _prose,
    Note: _note,
    Manual: _manual,
    Picture: _picture,
    FileEdit: _file_edit,
    Listing: _listing,
    Choice: _choice,
}
