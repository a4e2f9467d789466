"""What the parts of Runbook say to each other: pages, blocks, runbooks, diagnostics; all immutable, all with a JSON form.

This module imports nothing of ours. The JSON form of a `Runbook` is format 1 of the contract (docs/reference/json.md,
schema in docs/reference/runbook.schema.json): every object carries its kind in ``t``; ``lines`` are 1-based and inclusive
in the page's own source, ``cols`` and ``at`` are 0-based and half-open.

No record has subclasses. What reads pages tells kinds apart by `type(node) is Text`: with msgspec's metaclass `isinstance` takes ten
times as long when it says no.
"""

from __future__ import annotations

from hashlib import sha1
from typing import Any, Literal, TypeAlias, final

import msgspec
from msgspec import Struct

FORMAT = 1

Lines: TypeAlias = tuple[int, int]
"""First and last line, 1-based, inclusive."""

At: TypeAlias = tuple[int, int]
"""Offsets into the page's text (characters, not bytes), 0-based, half-open."""

Markup = Literal["wikitext", "markdown"]


# --- problems ---------------------------------------------------------------------------------------------------------


class Diagnostic(Struct, frozen=True, gc=False, omit_defaults=True):
    """Something to tell the user about a page: a value, printed only by the command line.

    `code` is a stable kebab-case name; `message` says what is wrong and what to do; `lines` is where, when it has a place.
    """

    code: str
    severity: Literal["info", "warning", "error"]
    message: str
    lines: Lines | None = None


class SourceError(Exception):
    """A source that can't be read: `where` is the file with a line or an entry, `what` says what is wrong and what to do."""

    def __init__(self, where: str, what: str) -> None:
        super().__init__(f"{where}: {what}")
        self.where = where
        self.what = what


# --- pages ------------------------------------------------------------------------------------------------------------


class Revision(Struct, frozen=True, gc=False):
    """One revision of a page, as far as the source tells it. `timestamp` is ISO 8601 as the wiki wrote it."""

    id: int | None = None
    parent: int | None = None
    timestamp: str | None = None
    user: str | None = None
    comment: str | None = None
    sha1: str | None = None


class Page(Struct, frozen=True, gc=False):
    """One page with its exact text. Nothing in it can be trusted.

    `wiki` is the address of the wiki's index.php (or of its page root, when it ends in "/"), null when the source names none;
    `url` is where this revision can be read; `source` is the file (or address) that it came from; `history` holds the older
    revisions that the same source gave, newest first; `diagnostics` what was odd in reading it.
    """

    title: str
    text: str
    markup: Markup = "wikitext"
    wiki: str | None = None
    url: str | None = None
    revision: Revision = Revision()
    source: str = ""
    history: tuple[Page, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()


def text_sha1(text: str) -> str:
    """The SHA-1 of a page's text in UTF-8, hexadecimal, as MediaWiki's API gives it."""
    return sha1(text.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest()


# --- the block tree: what the markup says ----------------------------------------------------------------------------


class Row(Struct, frozen=True, array_like=True, gc=False):
    """One line of code as it is to be read: its source line, and its text with markup gone and entities decoded."""

    n: int
    text: str


@final
class Text(Struct, frozen=True, gc=False, tag="text", tag_field="t"):
    text: str
    at: At = (0, 0)


@final
class Styled(Struct, frozen=True, gc=False, tag="styled", tag_field="t"):
    """Inline text in a style: "bold", "italic", or the name of the HTML element ("code", "tt", "kbd", "samp", "var", "sub" …)."""

    style: str
    children: tuple[Inline, ...]
    at: At = (0, 0)


@final
class Link(Struct, frozen=True, gc=False, tag="link", tag_field="t"):
    """A link. `kind` "page": `target` is a page title, maybe with #section, or :Category:X; "external": an address."""

    target: str
    children: tuple[Inline, ...]
    kind: Literal["page", "external"] = "page"
    at: At = (0, 0)


@final
class Image(Struct, frozen=True, gc=False, tag="image", tag_field="t"):
    """A picture or other file: `target` is the file's name on the wiki (no "File:") or an address."""

    target: str
    alt: str = ""
    at: At = (0, 0)


@final
class Break(Struct, frozen=True, gc=False, tag="break", tag_field="t"):
    """A forced line break (<br>)."""

    at: At = (0, 0)


@final
class Footnote(Struct, frozen=True, gc=False, tag="footnote", tag_field="t"):
    """A reference: <ref>. One that repeats another has its `name` and `group`, and no `children` of its own."""

    children: tuple[Inline, ...]
    at: At = (0, 0)
    name: str = ""
    group: str = ""


class Argument(Struct, frozen=True, gc=False):
    """One argument of a template call. `name` is "1", "2" … when positional; `text` is the value's exact source, `at` its place;
    `rows` its lines as code (tags such as nowiki gone, escapes decoded); `blocks` its value parsed as wikitext."""

    name: str
    text: str
    at: At = (0, 0)
    rows: tuple[Row, ...] = ()
    blocks: tuple[Block, ...] = ()


class Meaning(Struct, frozen=True, gc=False):
    """What a template is for, from the table of well-known templates or the project's own rows.

    `code`, `output`, `file`, `text` and `title` name the arguments that hold those, in order of preference ("*": all positional ones).
    """

    kind: Literal["command", "session", "file", "notice", "layout", "inline", "link", "escape", "hidden"]
    code: tuple[str, ...] = ()
    output: tuple[str, ...] = ()
    file: tuple[str, ...] = ()
    text: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    prompt: tuple[str, ...] = ()
    notice: str = ""
    language: str = ""
    value: str = ""


@final
class Template(Struct, frozen=True, gc=False, tag="template", tag_field="t"):
    """A template call, a block when it stands on lines of its own, else inline. `meaning` is null when nobody knows it:
    then it stays as a visible placeholder."""

    name: str
    arguments: tuple[Argument, ...]
    lines: Lines
    at: At
    meaning: Meaning | None = None


Inline: TypeAlias = Text | Styled | Link | Image | Break | Footnote | Template


@final
class Heading(Struct, frozen=True, gc=False, tag="heading", tag_field="t"):
    level: int
    children: tuple[Inline, ...]
    lines: Lines


@final
class Paragraph(Struct, frozen=True, gc=False, tag="paragraph", tag_field="t"):
    """Running text. `bare`: without a paragraph element of its own (the text right inside a list item or a cell)."""

    children: tuple[Inline, ...]
    lines: Lines
    bare: bool = False


@final
class Item(Struct, frozen=True, gc=False):
    """A list item. `kind` is the element it makes; `number` the author's own number where the markup has one (Markdown)."""

    kind: Literal["li", "dt", "dd"]
    blocks: tuple[Block, ...]
    lines: Lines
    number: int | None = None


@final
class ListBlock(Struct, frozen=True, gc=False, tag="list", tag_field="t"):
    kind: Literal["ul", "ol", "dl"]
    items: tuple[Item, ...]
    lines: Lines


@final
class Preformatted(Struct, frozen=True, gc=False, tag="pre", tag_field="t"):
    """A block of code. `kind` says how it was marked: "space" (leading blanks), "pre", "code" (a bare element over several lines,
    author's reading only), "syntaxhighlight", "fence", "indented" (Markdown's, or tabs in the author's reading).
    `rows` are its content lines, without tags and fences, and without the indent that the markup demands; `lines` has tags and all.
    `info` holds the rest of a fence's info string or the tag's other attributes, as written."""

    kind: Literal["space", "pre", "code", "syntaxhighlight", "fence", "indented"]
    rows: tuple[Row, ...]
    lines: Lines
    language: str = ""
    info: str = ""
    children: tuple[Inline, ...] = ()


@final
class Cell(Struct, frozen=True, gc=False):
    header: bool
    blocks: tuple[Block, ...]
    lines: Lines
    colspan: int = 1
    rowspan: int = 1


@final
class TableRow(Struct, frozen=True, gc=False):
    cells: tuple[Cell, ...]
    lines: Lines


@final
class Table(Struct, frozen=True, gc=False, tag="table", tag_field="t"):
    rows: tuple[TableRow, ...]
    lines: Lines
    caption: tuple[Inline, ...] = ()


@final
class Container(Struct, frozen=True, gc=False, tag="container", tag_field="t"):
    """Block HTML around blocks ("div", "center", "blockquote", "details" …), or a Markdown admonition (`name` "note", `title`)."""

    name: str
    blocks: tuple[Block, ...]
    lines: Lines
    title: str = ""


@final
class Rule(Struct, frozen=True, gc=False, tag="rule", tag_field="t"):
    lines: Lines


@final
class Hidden(Struct, frozen=True, gc=False, tag="hidden", tag_field="t"):
    """Source that makes nothing visible: `kind` says what ("comment", "category", "switch", "redirect", "reference-list", "tag");
    `text` is the comment's text, the category's name, and so on."""

    kind: str
    text: str
    lines: Lines


Block: TypeAlias = Heading | Paragraph | ListBlock | Preformatted | Table | Container | Rule | Hidden | Template


class Document(Struct, frozen=True, gc=False):
    """A parsed page. Blank lines belong to no block; every other source line is in the `lines` of a top-level block."""

    page: Page
    blocks: tuple[Block, ...]
    categories: tuple[str, ...] = ()
    redirect: str | None = None
    diagnostics: tuple[Diagnostic, ...] = ()


# --- runbooks: what the author meant -----------------------------------------------------------------------------------

EFFECTS = (
    "read",
    "create",
    "modify",
    "delete",
    "service",
    "package",
    "network",
    "kernel",
    "power",
    "interactive",
    "exec",
    "unknown",
)
Effect = Literal[
    "read", "create", "modify", "delete", "service", "package", "network", "kernel", "power", "interactive", "exec", "unknown"
]


class Hole(Struct, frozen=True, gc=False):
    """A place in a recorded output where the value varies by nature: `hole` is its type (int, size, date …)."""

    hole: str
    name: str = ""


class Elision(Struct, frozen=True, gc=False):
    """A row that stands for any number of rows, none included: an elision."""

    any: Literal[True] = True


PatternRow: TypeAlias = tuple[str | Hole, ...] | Elision
"""Literals and holes, in order; or an elision."""


class Recording(Struct, frozen=True, gc=False):
    """What an older revision recorded of a command's output, and which. `taught`: what it has otherwise varies, as `patterns` say;
    else it differs in words, which an author has changed."""

    text: tuple[str, ...]
    revision: int | None = None
    taught: bool = False


class Expectation(Struct, frozen=True, gc=False):
    """What a command printed when the page was written, and what of it must hold again.

    `lines` covers all of it; `spans` its pieces when other lines stand between; `text` is the recording, a line each;
    `patterns` a row each; `unordered` are ranges of patterns [from, to) whose rows may come in any order;
    `exit` is the exit status to expect, null for 0 unless the recording shows a failure ("nonzero"); `recordings` are other ones of
    the same command in older revisions, newest first.
    """

    lines: Lines
    text: tuple[str, ...]
    spans: tuple[Lines, ...] | None = None
    patterns: tuple[PatternRow, ...] = ()
    unordered: tuple[tuple[int, int], ...] = ()
    exit: int | Literal["nonzero"] | None = None
    rule: str = ""
    recordings: tuple[Recording, ...] = ()


@final
class Check(Struct, frozen=True, gc=False):
    """A read-only post-condition: `kind` is a row of the table in checks.py, `args` its operands, `words` says in plain words what
    is looked at, `negated` that it must not hold; `before` the state that must be found before (what makes it a proof)."""

    kind: str
    args: tuple[str, ...]
    words: str
    negated: bool = False
    before: Literal["absent", "present", "any"] = "any"


@final
class Command(Struct, frozen=True, gc=False, tag="command", tag_field="t"):
    """Something to be typed. `context` are the commands that were entered before it and not left (nested shells);
    `effects` is empty only before classification."""

    lines: Lines
    text: str
    shell: str = "sh"
    prompt: str | None = None
    host: str | None = None
    as_root: bool | None = None
    context: tuple[str, ...] = ()
    cwd: str | None = None
    effects: tuple[Effect, ...] = ()
    expected: Expectation | None = None
    checks: tuple[Check, ...] = ()
    cols: At | None = None
    rule: str = ""
    from_: str | None = msgspec.field(default=None, name="from")


@final
class Output(Struct, frozen=True, gc=False, tag="output", tag_field="t"):
    """Output which belongs to no single command; `after` is the text of the last command before it, if any."""

    lines: Lines
    text: tuple[str, ...]
    after: str | None = None
    rule: str = ""


@final
class FileEdit(Struct, frozen=True, gc=False, tag="file_edit", tag_field="t"):
    lines: Lines
    path: str | None
    target: str | None
    op: Literal["create", "append", "set", "replace", "patch"]
    content: tuple[str, ...]
    gaps: tuple[int, ...] = ()
    """Indices into `content` before which lines of the file were left out (len(content): after the last)."""
    checks: tuple[Check, ...] = ()
    rule: str = ""
    from_: str | None = msgspec.field(default=None, name="from")


@final
class Listing(Struct, frozen=True, gc=False, tag="listing", tag_field="t"):
    """Code only to be read."""

    lines: Lines
    text: tuple[str, ...]
    language: str = ""
    rule: str = ""


@final
class Prose(Struct, frozen=True, gc=False, tag="prose", tag_field="t"):
    lines: Lines
    blocks: tuple[Block, ...]


@final
class SectionHeading(Struct, frozen=True, gc=False, tag="heading", tag_field="t"):
    lines: Lines
    level: int
    text: str


@final
class Note(Struct, frozen=True, gc=False, tag="note", tag_field="t"):
    """A notice: `kind` is "note", "warning", "tip", "stub" …; `text` is for one without blocks (a template's fixed words)."""

    lines: Lines
    kind: str
    blocks: tuple[Block, ...] = ()
    text: str = ""


@final
class Manual(Struct, frozen=True, gc=False, tag="manual", tag_field="t"):
    """Something a person must do, told in prose: `action` is what kind of thing, null when it is none of the known ones.
    `blocks` is the whole prose it stands in."""

    lines: Lines
    text: str
    action: str | None
    blocks: tuple[Block, ...] = ()


@final
class Picture(Struct, frozen=True, gc=False, tag="image", tag_field="t"):
    lines: Lines
    target: str
    alt: str = ""


class Branch(Struct, frozen=True, gc=False):
    label: str
    body: tuple[Node, ...]
    lines: Lines


@final
class Choice(Struct, frozen=True, gc=False, tag="choice", tag_field="t"):
    kind: Literal["alternative", "optional", "condition"]
    branches: tuple[Branch, ...]
    lines: Lines


@final
class Step(Struct, frozen=True, gc=False, tag="step", tag_field="t"):
    """A step; `marked` is true only where the author's own marker starts an instruction at the first line; `number` is the
    author's own ("3", "1a"), null without one."""

    id: str
    number: str | None
    title: str
    marked: bool
    lines: Lines
    body: tuple[Node, ...]
    rule: str = ""


Node: TypeAlias = Step | SectionHeading | Prose | Note | Manual | Picture | Command | Output | FileEdit | Listing | Choice


class Parameter(Struct, frozen=True, gc=False):
    """Something the reader must replace. `value` is the page's own; `lines` all lines where it stands."""

    name: str
    value: str
    type: str
    secret: bool
    lines: tuple[int, ...]


class StepChange(Struct, frozen=True, gc=False):
    """A revision in which a step changed: `changes` are kinds of drift. It was compared with the revision `after`; `sole` says whether
    no other lies between the two, null where that is not known. `diff` is where the wiki shows what changed."""

    revision: Revision
    changes: tuple[str, ...]
    after: int | None = None
    sole: bool | None = None
    diff: str | None = None


class StepHistory(Struct, frozen=True, gc=False):
    """When a step changed, newest first: one without changes is as it was in the oldest revision that was looked at. `part` is
    "preamble" or "closing", without an `id`, for what stands around the steps."""

    part: Literal["preamble", "step", "closing"]
    id: str
    changes: tuple[StepChange, ...] = ()


class History(Struct, frozen=True, gc=False):
    """What the revisions of a page tell that its source holds: `revisions` were looked at, down to the `oldest`; `left_out` are there
    and older."""

    revisions: int
    left_out: int
    oldest: Revision
    steps: tuple[StepHistory, ...]


class PageInfo(Struct, frozen=True, gc=False):
    """What a runbook says of its page."""

    title: str
    wiki: str | None
    url: str | None
    markup: Markup
    revision: Revision
    categories: tuple[str, ...] = ()


class Runbook(Struct, frozen=True, gc=False, kw_only=True):
    format: Literal[1] = 1
    page: PageInfo
    preamble: tuple[Node, ...]
    steps: tuple[Step, ...]
    closing: tuple[Node, ...]
    parameters: tuple[Parameter, ...] = ()
    diagnostics: tuple[Diagnostic, ...] = ()
    history: History | None = None


# --- JSON -------------------------------------------------------------------------------------------------------------

_encoder = msgspec.json.Encoder()
_runbook_decoder = msgspec.json.Decoder(Runbook)


def to_json(value: Any, *, indent: int = 0) -> str:
    """The JSON form of any value of this module; one line unless `indent`."""
    data = _encoder.encode(value)
    return (msgspec.json.format(data, indent=indent) if indent else data).decode()


def runbook_from_json(data: str | bytes) -> Runbook:
    """The inverse of `to_json` for a runbook. Raises msgspec.ValidationError for another format or shape."""
    return _runbook_decoder.decode(data)


def schema() -> dict[str, Any]:
    """The JSON schema (2020-12) of a runbook."""
    return msgspec.json.schema(Runbook)
