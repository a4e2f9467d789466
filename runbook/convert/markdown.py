"""A page as Markdown that reads back as the same page, or a refusal that says where it can't."""

from __future__ import annotations

import re
import shlex
from bisect import bisect_right
from collections.abc import Callable, Sequence
from typing import Any, Final

from msgspec import Struct

from runbook import frontmatter
from runbook.convert import same
from runbook.convert.comments import with_directives
from runbook.extract import Project
from runbook.extract.directives import TYPES
from runbook.extract.pages import NO_PROJECT, structure
from runbook.extract.units import rejoined
from runbook.markup import parse
from runbook.model import (
    Block,
    Command,
    Diagnostic,
    Document,
    FileEdit,
    Hidden,
    Lines,
    Link,
    Node,
    Output,
    Page,
    Paragraph,
    Parameter,
    Runbook,
    Text,
)
from runbook.render import markdown, markdown_tree
from runbook.render.markdown_tree_inline import Told
from runbook.walking import walk

_TRIES: Final = 6
"""How often a page whose Markdown says something else than it does is written anew, each time with more of it told apart."""
_LANGUAGES: Final = {
    "py": "python", "sh": "sh", "bash": "bash", "pl": "perl", "rb": "ruby", "php": "php", "js": "js", "json": "json", "xml": "xml",
    "yml": "yaml", "yaml": "yaml", "toml": "toml", "ini": "ini", "cnf": "ini", "service": "ini", "repo": "ini", "html": "html", "css": "css",
    "sql": "sql", "c": "c", "h": "c", "tf": "terraform",
}  # fmt: skip
_TITLE: Final = re.compile(r"[^\"`\\\n<>&]{1,200}")


class Refusal(Exception):
    """A page that can't be written: `lines` is the part of it that would read as something else."""

    def __init__(self, lines: Lines, why: str) -> None:
        super().__init__(why)
        self.lines = lines


class Markdown(Struct, frozen=True):
    """A page's Markdown, and what there is to say about it."""

    text: str
    diagnostics: tuple[Diagnostic, ...] = ()


class _Part(Struct):
    """A block of the page and how it is written: `strict` with all its structure, `careful` with everything escaped."""

    block: Block
    strict: bool = False
    careful: bool = False
    made: list[Block] = []
    shapes: list[Any] = []


def write(page: Page, link: Callable[[str], str], image: Callable[[str], str], project: Project = NO_PROJECT) -> Markdown:
    """The page as Markdown. `link` gives the address of a page's title (maybe with #section), `image` that of a file's name.

    Raises Refusal when a part of it reads back as something else however it is written.
    """
    writing = _Writing(page, link, image, project)
    made = writing.result()
    # More is told apart than need be, until nothing is read differently: a second writing shows what can be said plainly.
    for _ in range(_TRIES):
        if made.diagnostics or not writing.tells_apart():
            break
        writing = _Writing(Page(page.title, made.text, "markdown"), link, image, project)
        again = writing.result()
        if again.diagnostics or again.text == made.text:
            break
        made = again
    return made


class _Writing:
    def __init__(
        self,
        page: Page,
        link: Callable[[str], str],
        image: Callable[[str], str],
        project: Project,
    ) -> None:
        document = parse(page, reading="author", meanings=project.meanings, definitions=project.definitions)
        self.page = page
        self.front = _front(page, document)
        self.project = project
        self.book = structure(document, project)
        self.infos = {} if page.markup == "markdown" else _infos(self.book)
        self.link = link if page.markup == "wikitext" else str
        self.image = image if page.markup == "wikitext" else str
        blocks = with_directives(document.blocks, page.text) if page.markup == "wikitext" else document.blocks
        self.parts = [_Part(block) for block in rejoined(blocks)]

    def result(self) -> Markdown:
        wanted = same.essence(self.book)
        for _ in range(_TRIES):
            text, back = self._sound()
            if same.essence(back) == wanted:
                return Markdown(text)
            if not self._declare(back) and not self._tell_apart(back):
                break
        for part in self.parts:
            part.strict = True
        text, back = self._sound()
        if same.essence(back) == wanted:
            return Markdown(text)
        for part in self.parts:
            part.strict = False
        text, back = self._sound()
        line = self._first_difference(back) or 1
        why = "its Markdown has the same text and structure, but is taken for other steps from here on: read what becomes of it"
        return Markdown(text, (Diagnostic("read-differently", "warning", why, (line, line)),))

    def tells_apart(self) -> bool:
        """Whether some part is written with all its structure."""
        return any(part.strict for part in self.parts)

    def _sound(self) -> tuple[str, Runbook]:
        """Markdown with the same structure as the page, and what it is read as."""
        for _ in range(_TRIES):
            text = self._text()
            back = parse(Page(self.page.title, text, "markdown"), reading="author")
            if self._agrees(back.blocks):
                return text, structure(back, self.project)
        raise Refusal((1, 1), "the page as Markdown reads as something else")

    def _text(self) -> str:
        notes: list[Any] = []
        written = []
        for part in self.parts:
            part.made = markdown_tree.tree([part.block], self._told(part))
            part.shapes = same.shapes(part.made)
            written.append((part.made, markdown.Sheet(notes, part.careful, part.strict)))
        body = markdown.page(written)
        if self.front:
            return f"{self.front}\n{body}" if body else self.front
        return f"***{body[3:]}" if body.startswith("---\n") else body  # else what follows the rule is front matter

    def _told(self, part: _Part) -> Told:
        return Told(self.link, self.image, {} if part.strict else self.infos, part.strict)

    def _agrees(self, back: Sequence[Block]) -> bool:
        """Whether what was read back is what was written; else the parts that are not are written more carefully the next time."""
        wanted = [(shape, part) for part in self.parts for shape in part.shapes]
        found = same.shapes(back)
        if [shape for shape, _ in wanted] == found:
            return True
        wrong = [part for part in self.parts if not part.careful and not self._alone(part)]
        if not wrong:
            at = next((i for i, (one, other) in enumerate(zip(wanted, found, strict=False)) if one[0] != other), len(found))
            culprit = wanted[min(at, len(wanted) - 1)][1] if wanted else None
            if culprit is None or culprit.careful:
                lines = culprit.block.lines if culprit else (1, 1)
                raise Refusal(lines, "as Markdown this reads as something else, however it is written: write it another way")
            wrong = [culprit]
        for part in wrong:
            part.careful = True
        return False

    def _alone(self, part: _Part) -> bool:
        """Whether a part is read back as itself when it stands alone."""
        text = markdown.page([(part.made, markdown.Sheet([], part.careful, part.strict))])
        return same.shapes(parse(Page("", text, "markdown"), reading="author").blocks) == part.shapes

    def _first_difference(self, back: Runbook) -> int | None:
        """The page's line from which on it is read differently."""
        ours, others = list(same.rows(self.book)), list(same.rows(back))
        for (line, mine), (_, other) in zip(ours, others, strict=False):
            if mine != other:
                return line
        shorter = min(len(ours), len(others))
        return ours[shorter][0] if shorter < len(ours) else ours[-1][0] if ours else None

    def _declare(self, back: Runbook) -> bool:
        """Declares what the reader must replace where Markdown doesn't show it, such as emphasis in code; false when all is known."""
        known = {each.value for each in back.parameters}
        missing = [each for each in self.book.parameters if each.value not in known]
        told = [comment for each in missing if (comment := _declared(each)) is not None]
        self.parts[:0] = [_Part(Hidden("comment", comment, (1, 1))) for comment in told]
        return bool(told)

    def _tell_apart(self, back: Runbook) -> bool:
        """Makes the part strict from which on the page is read differently, or the one before it; false when they are already."""
        line = self._first_difference(back)
        if line is None:
            return False
        firsts = [part.block.lines[0] for part in self.parts]
        at = max(0, bisect_right(firsts, line) - 1)
        changed = False
        for part in self.parts[max(0, at - 1) : at + 2]:
            changed = changed or not part.strict
            part.strict = True
        return changed


def moved(title: str, address: str) -> str:
    """The one line of a page that redirects."""
    words = Link(address, (Text(title),), "page")
    return markdown.page([([Paragraph((Text("This page has moved to "), words, Text(".")), (1, 1))], markdown.Sheet([]))]).strip()


def _declared(parameter: Parameter) -> str | None:
    """The directive that declares a parameter; null where none can."""
    value = shlex.quote(parameter.value)
    if not parameter.name.isidentifier() or parameter.type not in TYPES or "\n" in value or "--" in value or ">" in value:
        return None
    kind = f" type={parameter.type}" if parameter.type != "string" else ""
    return f"runbook: param {parameter.name}={value}{kind}{' secret' if parameter.secret else ''}"


# --- what code is -----------------------------------------------------------------------------------------------------


def _infos(book: Runbook) -> dict[int, tuple[str, str]]:
    """Language and info string of the blocks of code by their first line: a session, commands, a file's lines, output."""
    nodes = [node for node in walk((*book.preamble, *book.steps, *book.closing)) if isinstance(node, Command | FileEdit | Output)]
    found: dict[int, tuple[str, str]] = {}
    nodes.sort(key=lambda node: node.lines[0])
    for node in nodes:
        info = _info(node)
        if info is not None:
            found.setdefault(node.lines[0], info)
    return found


def _info(node: Node) -> tuple[str, str] | None:
    match node:
        case Command():
            if node.prompt is not None or node.expected is not None:
                return ("console", "")
            return ("sh", "") if node.shell == "sh" else None
        case FileEdit() if node.path is not None and _TITLE.fullmatch(node.path):
            return (_LANGUAGES.get(node.path.rpartition(".")[2].casefold(), "text"), f'title="{node.path}"')
        case Output():
            return ("output", "")
        case _:
            return None


# --- front matter -----------------------------------------------------------------------------------------------------


def _front(page: Page, document: Document) -> str:
    """What stands above the text: title, categories, and where the page comes from; Markdown keeps its own."""
    if page.markup == "markdown":
        source, end = frontmatter.split(page.text)
        if source is None:
            return ""
        try:
            return frontmatter.write(frontmatter.read(source, toml=frontmatter.is_toml(page.text)))
        except frontmatter.FrontMatterError as error:
            raise Refusal((1, page.text.count("\n", 0, end)), f"the front matter can't be kept: {error}") from error
    values: dict[str, object] = {"title": frontmatter.words(page.title)}
    if document.categories:
        values["categories"] = [frontmatter.words(name) for name in document.categories]
    revision = page.revision
    told = {
        "wiki": page.wiki,
        "url": page.url,
        "id": revision.id,
        "timestamp": revision.timestamp,
        "user": revision.user,
        "sha1": revision.sha1,
    }
    provenance = {key: value for key, value in told.items() if value is not None}
    if provenance:
        values["provenance"] = provenance
    return frontmatter.write(values)
