"""What has been read of a page so far: its tokens, the words lately read, what directives say, which command came last."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from runbook import frontmatter
from runbook.directories import is_whole, joined
from runbook.extract.contents import opens_jobs, orders
from runbook.extract.directives import Directive, comments_in, said_of, spoken
from runbook.extract.hosts import typed_on
from runbook.extract.marks import Mark
from runbook.extract.parameters import set_off
from runbook.extract.programs import defined_in, file_of_source
from runbook.extract.prose import Line
from runbook.extract.rows import span
from runbook.extract.session import Level, Session
from runbook.extract.tongues import Tongue, tongue_of
from runbook.extract.units import units_of
from runbook.extract.unmarked import Found
from runbook.extract.written import edited_file, made_file
from runbook.forms import is_elision
from runbook.line_index import LineIndex
from runbook.looks import first_word
from runbook.model import (
    Command,
    Container,
    Diagnostic,
    Document,
    Expectation,
    FileEdit,
    Hidden,
    Listing,
    Node,
    Output,
    Page,
    Preformatted,
    Row,
    Template,
)
from runbook.typed import Printed, Remark, Returned, Typed
from runbook.untyped import fails

Token = Mark | Node

WHOLE_LINE: Final = ("prompt-in-prose", "code-alone-on-its-line", "line-is-a-command")
"""Rules that take a whole line of prose for a command: it shows nowhere else."""


class Trail(Struct):
    """What was read lately: the texts since the last block of code, and those before it in the section.

    `ran` and `shows`: the last sentence ran a command in its midst, or says what one shows; `said` are the lines of the last paragraph, with
    the commands found in them. `marked`: the section has a mark of a step that isn't set in. `item`: the last words are an item of a list;
    `over`: those before the list. `scripted`: variables that parts of the file `script` have set.
    """

    lead: list[str] = []
    earlier: list[str] = []
    heading: str = ""
    open_file: str | None = None
    opened: bool = False
    section_file: str | None = None
    after_edit: bool = False
    after_command: bool = False
    after_prompt: bool = False
    adjacent: bool = False
    ran: bool = False
    shows: bool = False
    said: Sequence[tuple[Line, list[Found]]] = ()
    marked: bool = False
    item: bool = False
    over: str = ""
    scripted: frozenset[str] = frozenset()
    script: str | None = None


_TELLING: Final = 10
"""Letters and signs that a line has at least which tells that another was printed too."""


def told_lines(texts: Iterable[str]) -> set[str]:
    """Those of some lines that are long enough to be known again."""
    return {text for line in texts if len(text := line.strip()) >= _TELLING}


class Recorder:
    """Takes down commands, what they print and what directives say of them; `tokens` and `diagnostics` are its result."""

    def __init__(self, document: Document, words: Mapping[str, Sequence[str]] | None = None) -> None:
        self.page = document.page
        self.tongue: Tongue = tongue_of(_prose_of(document.page), words)
        self.index = LineIndex(document.page.text)
        self.source = document.page.text.split("\n")
        self.tokens: list[Token] = []
        self.emphasised: list[tuple[int, str]] = []
        self.printed: set[str] = set()
        self.held: set[str] = set()
        self.told: list[str] = []
        self.diagnostics: list[Diagnostic] = list(document.diagnostics)
        self.session = Session()
        self.trail = Trail()
        self._trails: list[tuple[int, Trail]] = [(0, self.trail)]
        self._command: int | None = None
        self._programs: set[str] = set()
        self._own_programs: set[str] = set()
        self._marked = self._unmarked = 0
        self._file_of_language: dict[str, str | None] = {}
        self._spoken_at = 0
        self._told_host: str | None = None
        self._linked = False
        self._source_file = file_of_source(document.page.text)
        self._titles: list[tuple[int, str]] = []
        self._hosts: list[tuple[int, str | None]] = [(0, None)]
        self._opposed: dict[int, str] = {}
        sequence = units_of(document, self.tongue)
        self._units, self.tabs = sequence.units, sequence.tabs
        self._blocks = sum(type(unit.block) is Preformatted for unit in self._units)
        self._tabs_at = {tab.lines[0]: at for at, group in enumerate(self.tabs) for tab in group}
        self._before: dict[int, list[Level]] = {}
        self.diagnostics.extend(_laid_out(call) for call in sequence.layouts)
        self.diagnostics.extend(told for frame in sequence.frames for told in _framed(frame, self.source))
        said = spoken(comments_in(document.page.text, document.blocks))
        self.declared = said.parameters
        self.diagnostics.extend(said.diagnostics)
        self.diagnostics.extend(_unseen(block) for block in document.blocks if type(block) is Hidden)
        self._directives = list(said.directives)
        self._directive: Directive | None = None
        self._fold: str | None = None
        self._at = 0

    # --- directives -------------------------------------------------------------------------------------------------------------

    def _hear(self, line: int) -> bool:
        """Takes up the directives that stand up to a line; whether there are any."""
        heard = False
        while self._directives and self._directives[0].lines[0] <= line:
            said = self._directives.pop(0)
            before = self._directive
            changes = {name: getattr(said, name) for name in said.__struct_fields__ if getattr(said, name) or name == "lines"}
            self._directive = said if before is None else replace(before, **changes)
            heard = True
        return heard

    def _said_within(self, rows: Sequence[Row]) -> int:
        """The index of the first row which a directive in the midst of a block speaks of, 0 when there is none."""
        if not self._directives or not rows or self._directives[0].lines[0] > rows[-1].n:
            return 0
        return next((i for i, row in enumerate(rows) if row.n >= self._directives[0].lines[0]), 0)

    def _obey_if_done(self, *, done: bool = False) -> None:
        """What a directive says, applied to the commands that came since it was heard; it is spent with them, or with its block (`done`)."""
        directive = self._directive
        if directive is None:
            return
        given = [i for i in range(self._spoken_at, len(self.tokens)) if isinstance(self.tokens[i], Command)]
        if not (given or done):
            return
        if directive.skip:
            kept = (_unsaid(token) for token in self.tokens[self._spoken_at :])
            self.tokens[self._spoken_at :] = [token for token in kept if token is not None]
            self._command = None
        else:
            for i in given:
                command = self.tokens[i]
                assert isinstance(command, Command)
                self.tokens[i] = said_of(command, directive)
        self._directive = None

    def _left_over(self) -> None:
        """Directives that nothing follows say nothing: their author should know."""
        for directive in (self._directive, *self._directives):
            if directive is not None:
                message = "speaks of the code after it, and there is none: put it before what it is about"
                self.diagnostics.append(Diagnostic("directive-without-code", "warning", message, directive.lines))

    # --- commands and what they print -------------------------------------------------------------------------------------------

    def _transcript(self, entries: Sequence[Typed | Printed | Remark | Returned], rule: str, language: str) -> None:
        in_block = False
        for entry in entries:
            match entry:
                case Typed():
                    self._emit_command(entry, rule)
                    in_block = True
                case Printed() if in_block and self._is_edited(entry.rows):
                    told = orders(entry.rows)
                    if told:
                        remarks = [row for row in entry.rows[:told] if row.text.strip()]
                        self.tokens.append(Listing(span(remarks), tuple(row.text for row in remarks), language, "remark-in-code"))
                    if told < len(entry.rows):
                        self._file_edit(entry.rows[told:], self.trail.open_file, "set", "lines-in-an-editor")
                        self.trail.open_file = None
                case Printed():
                    self._printed(entry.rows, rule, belongs=in_block or self.trail.adjacent)
                case Returned():
                    self.session.returned(entry.prompt)
                    self.diagnostics.append(
                        Diagnostic("returned-prompt", "info", "a prompt with nothing typed behind it", (entry.row.n, entry.row.n))
                    )
                    in_block = False
                case Remark():
                    self.tokens.append(
                        Listing(span(entry.rows), tuple(row.text for row in entry.rows), language, "remark-in-code")
                    )

    def _is_edited(self, rows: Sequence[Row]) -> bool:
        """Whether lines of a transcript are what goes into the file that the command before them opened in an editor."""
        command = self._last_command()
        if command is not None and opens_jobs(command.text):
            return True
        holds = command is not None and (edited_file(command.text) or made_file(command.text)) is not None
        opened = self.trail.open_file if holds else None
        return opened is not None and not fails(rows[0].text)

    def _file_edit(self, rows: Sequence[Row], path: str | None, op: str, rule: str) -> None:
        """Lines for a file, elisions among them as gaps."""
        path = path.rstrip("|") or None if path is not None else None
        content: list[str] = []
        gaps: list[int] = []
        for row in rows:
            if is_elision(row.text):
                gaps.append(len(content))
            else:
                content.append(row.text)
        target = joined(self.session.cwd(), path) if path is not None else None
        if target is not None and not is_whole(target):
            target = None  # a name in words: not seen from where the reader begins
        edit = FileEdit(span(rows), path, target, op, tuple(content), tuple(sorted(set(gaps))), rule=rule)  # type: ignore[arg-type]
        self.held.update(told_lines(content))
        before = self.tokens[-1] if self.tokens else None
        if isinstance(before, FileEdit) and before.path == path and self._only_blank(before.lines[1] + 1, rows[0].n):
            edit = _joined(before, edit)
            self.tokens.pop()
        self.tokens.append(edit)

    def _only_blank(self, first: int, end: int) -> bool:
        """Whether the source lines from `first` up to `end` are blank, and there are some."""
        return first < end and not any(self.source[n - 1].strip() for n in range(first, end))

    def _inline(self, found: Found, line: Line) -> None:
        n = found.entry.rows[0].n
        source = self.source[n - 1] if n <= len(self.source) else ""
        column = source.find(found.entry.text)
        cols = (column, column + len(found.entry.text)) if column >= 0 and found.rule not in WHOLE_LINE else None
        self._emit_command(found.entry, found.rule, cols=cols)

    def _emit_command(self, entry: Typed, rule: str, *, cols: tuple[int, int] | None = None) -> None:
        place = self.session.command(entry)
        client = self.session.language()
        node = Command(
            span(entry.rows),
            entry.text,
            shell=client if entry.shell == "repl" and client != "sh" else entry.shell,
            prompt=entry.prompt.text if entry.prompt is not None else None,
            host=place.host or (typed_on(self._told_host or self._hosts[-1][1], entry.text) if entry.shell == "sh" else None),
            as_root=place.as_root,
            context=place.context,
            cwd=place.cwd,
            cols=cols,
            rule=rule,
        )
        self._command = len(self.tokens)
        if entry.shell == "sh":
            self._programs.add(first_word(entry.text))
            self._define(entry.text)
        self.tokens.append(node)
        self._note_emphasis(entry)
        self.trail.after_command = True
        self.trail.after_prompt = entry.prompt is not None and entry.prompt.sure
        editor = edited_file(entry.text) if entry.shell == "sh" else None
        if editor is not None or not _goes_with_edit(entry.text):
            made = made_file(entry.text) if editor is None and entry.shell == "sh" else None
            self.trail.open_file, self.trail.opened = editor or made, editor is not None
        if entry.original:
            message = f"typed with the wiki's typography, mended: {entry.original!r} is read as {entry.text!r}"
            self.diagnostics.append(Diagnostic("mended-typography", "info", message, node.lines))
        if entry.remark:
            self.diagnostics.append(
                Diagnostic("remark-behind-command", "info", f"left out of the command as a remark: {entry.remark!r}", node.lines)
            )

    def _define(self, text: str) -> None:
        """Keeps the programs that a line defines: they are there from now on."""
        names = defined_in(text)
        self._own_programs |= names
        self._programs |= names

    def _note_emphasis(self, entry: Typed) -> None:
        """What is set off within a typed line is for the reader to replace."""
        for row in entry.rows:
            source = self.source[row.n - 1] if row.n <= len(self.source) else ""
            if ("''" in source and self.page.markup == "wikitext") or ("</" in source and "</" not in entry.text):
                self.emphasised.extend((row.n, value) for value in set_off(source, entry.text))

    def _printed(self, rows: tuple[Row, ...], rule: str, *, belongs: bool) -> None:
        if belongs and self._command is not None and self.trail.after_command:
            self._expect(rows, rule)
        elif all(is_elision(row.text) for row in rows):
            self.tokens.append(Listing(span(rows), tuple(row.text for row in rows), "", "elision"))
        else:
            self._output(rows, rule)

    def _output(self, rows: tuple[Row, ...], rule: str) -> None:
        if not rows:
            return
        self._remember(rows)
        command = self._last_command()
        if command is not None and self.trail.after_command and command.expected is None:
            self._expect(rows, rule)
            return
        self.tokens.append(Output(span(rows), tuple(row.text for row in rows), command.text if command else None, rule))

    def _remember(self, rows: tuple[Row, ...]) -> None:
        """Lines that were printed, those aside that are too short to be told from others."""
        self.printed.update(text for row in rows if len(text := row.text.strip()) >= _TELLING)

    def _last_command(self) -> Command | None:
        node = self.tokens[self._command] if self._command is not None else None
        return node if type(node) is Command else None

    def _expect(self, rows: tuple[Row, ...], rule: str) -> None:
        """Adds printed rows to what the last command is expected to print."""
        command = self._last_command()
        if command is None or not rows:
            return
        self._remember(rows)
        texts = tuple(row.text for row in rows)
        lines = span(rows)
        old = command.expected
        if old is None:
            expected = Expectation(lines, texts, rule=rule)
        else:
            spans = old.spans or (old.lines,)
            joined = (*spans[:-1], (spans[-1][0], lines[1])) if spans[-1][1] + 1 == lines[0] else (*spans, lines)
            expected = Expectation((old.lines[0], lines[1]), old.text + texts, joined if len(joined) > 1 else None, rule=old.rule)
        assert self._command is not None
        self.tokens[self._command] = replace(command, expected=expected)


def _joined(before: FileEdit, edit: FileEdit) -> FileEdit:
    """Two edits of one file that only blank lines part, as one."""
    blanks = ("",) * (edit.lines[0] - before.lines[1] - 1)
    shift = len(before.content) + len(blanks)
    gaps = before.gaps + tuple(gap + shift for gap in edit.gaps)
    return replace(before, lines=(before.lines[0], edit.lines[1]), content=before.content + blanks + edit.content, gaps=gaps)


def _prose_of(page: Page) -> str:
    """A page's text without what stands above it."""
    return page.text[frontmatter.split(page.text)[1] :] if page.markup == "markdown" else page.text


def _unseen(block: Hidden) -> Diagnostic:
    return Diagnostic("not-shown", "info", f"makes nothing visible: {block.kind}", block.lines)


def _laid_out(call: Template) -> Diagnostic:
    return Diagnostic(
        "layout-template", "info", f"{{{{{call.name}}}}} lays out what it holds, which is kept without it", call.lines
    )


def _framed(frame: Container, source: Sequence[str]) -> Iterator[Diagnostic]:
    """The lines of a tab, or of what holds tabs, on which nothing stands but the marks of its ends."""
    first, last = frame.lines
    inside = {n for block in frame.blocks for n in range(block.lines[0], block.lines[1] + 1)}
    for n in range(first, last + 1):
        if n not in inside and source[n - 1].strip() and (not frame.title or frame.title.split()[0] not in source[n - 1]):
            yield Diagnostic("not-shown", "info", f"makes nothing visible: {frame.name}", (n, n))


def _unsaid(token: Token) -> Token | None:
    """What is left of a token that is to be skipped: of a command the code, or nothing where prose shows it."""
    if not isinstance(token, Command):
        return token
    shown = token.rule not in WHOLE_LINE
    return None if shown else Listing(token.lines, tuple(token.text.split("\n")), "", "author")


def _goes_with_edit(text: str) -> bool:
    """Commands that may stand between opening a file and its content without another file being meant."""
    return text.startswith(("cd ", "sudo -s", "su ")) or text == "su"
