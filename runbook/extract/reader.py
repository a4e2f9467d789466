"""One pass over a page's units: what each was taken for, as a flat sequence of marks, headings and nodes in reading order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from runbook import frontmatter
from runbook.extract import inline
from runbook.extract.blocks import Setting, Use, shell_of, told, use_of
from runbook.extract.choices import platform_of
from runbook.extract.directives import Directive, comments_in, said_of, spoken
from runbook.extract.hosts import host_in, host_of_heading
from runbook.extract.manual import actions_in
from runbook.extract.marks import Mark, heading_mark, line_mark, title_of
from runbook.extract.parameters import set_off
from runbook.extract.paths import edited_file, file_in, file_of, in_full, leads_into
from runbook.extract.prose import Cue, Line, cue_of, edit_kind, is_instruction, last_sentence, lines_of, sentences
from runbook.extract.rows import dedented, joined, label_kind, note_kind, span, trimmed, without_edges, wrap
from runbook.extract.session import Session, join
from runbook.extract.tongues import Tongue, tongue_of
from runbook.extract.units import Opening, Unit, argument_rows, file_argument, heading_text, titled_file, units_of
from runbook.looks import as_command, config_share, is_elision, is_shebang
from runbook.model import (
    Block,
    Branch,
    Choice,
    Command,
    Container,
    Diagnostic,
    Document,
    Expectation,
    FileEdit,
    Heading,
    Hidden,
    LineIndex,
    ListBlock,
    Listing,
    Manual,
    Node,
    Note,
    Output,
    Page,
    Paragraph,
    Preformatted,
    Prose,
    Row,
    SectionHeading,
    Table,
    Template,
    plain,
)
from runbook.transcript import Printed, Remark, Returned, Typed, read_commands, read_session, typed

Token = Mark | Node
Read = tuple[Line, list[inline.Found]]
"""A line of prose and the commands in it."""

_DEDENTED = ("code", "space", "indented")


class Trail(Struct):
    """What was read lately: the texts since the last block of code, and those before it in the section."""

    lead: list[str] = []
    earlier: list[str] = []
    heading: str = ""
    open_file: str | None = None
    section_file: str | None = None
    after_edit: bool = False
    after_command: bool = False
    after_prompt: bool = False
    adjacent: bool = False


class Reader:
    """Reads one document; `tokens` and `diagnostics` are its result."""

    def __init__(self, document: Document, words: Mapping[str, Sequence[str]] | None = None) -> None:
        self.page = document.page
        self.tongue: Tongue = tongue_of(_prose_of(document.page), words)
        self.index = LineIndex(document.page.text)
        self.source = document.page.text.split("\n")
        self.tokens: list[Token] = []
        self.emphasised: list[tuple[int, str]] = []
        self.diagnostics: list[Diagnostic] = list(document.diagnostics)
        self.session = Session()
        self.trail = Trail()
        self._command: int | None = None
        self._spoken_at = 0
        self._told_host: str | None = None
        self._hosts: list[tuple[int, str | None]] = [(0, None)]
        self._units, layouts = units_of(document)
        self.diagnostics.extend(_laid_out(call) for call in layouts)
        said = spoken(comments_in(document.page.text, _code_lines(document.blocks)))
        self.declared = said.parameters
        self.diagnostics.extend(said.diagnostics)
        self.diagnostics.extend(_unseen(block) for block in document.blocks if isinstance(block, Hidden))
        self._directives = list(said.directives)
        self._directive: Directive | None = None
        self._at = 0

    def read(self) -> list[Token]:
        """All tokens of the document."""
        for at, unit in enumerate(self._units):
            self._at = at
            self._listen(unit)
            self._open(unit)
            match unit.block:
                case Heading():
                    self._heading(unit.block)
                case Paragraph():
                    self._prose(unit, unit.block)
                case Preformatted():
                    alone = any(one.kind == "ol" for one in unit.openings)
                    self._code(
                        unit.block.rows,
                        unit.block.language.casefold(),
                        dedent=unit.block.kind in _DEDENTED,
                        alone=alone,
                        forced="file" if (path := titled_file(unit.block)) else None,
                        path=path,
                    )
                case Table():
                    self._spoken_at = len(self.tokens)
                    self._table(unit.block)
                    self._obey_if_done()
                case Template():
                    self._template(unit.block)
                case Container():
                    self._spoken_at = len(self.tokens)
                    self._notice(unit, unit.block)
                    self._obey_if_done()
        self._left_over()
        return self.tokens

    def _left_over(self) -> None:
        """Directives that nothing follows say nothing: their author should know."""
        for directive in (self._directive, *self._directives):
            if directive is not None:
                message = "speaks of the code after it, and there is none: put it before what it is about"
                self.diagnostics.append(Diagnostic("directive-without-code", "warning", message, directive.lines))

    def _listen(self, unit: Unit) -> None:
        """Takes up the directives that stand before a unit. They speak of the next code, or of the commands in the next prose."""
        self._hear(unit.lines[0])

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

    # --- headings and marks -------------------------------------------------------------------------------------------

    def _heading(self, block: Heading) -> None:
        text = heading_text(block)
        mark = heading_mark(text)
        self.session.heading()
        self._told_host = None
        while len(self._hosts) > 1 and self._hosts[-1][0] >= block.level:
            self._hosts.pop()
        self._hosts.append((block.level, host_of_heading(text) or self._hosts[-1][1]))
        self.trail = Trail(heading=text, lead=[])
        if mark is not None:
            number, length, form = mark
            title = text[length:].strip() or text
            self.tokens.append(Mark(f"heading-{form}", number, text[length:], title, block.lines, heading_level=block.level))
        self.tokens.append(SectionHeading(block.lines, block.level, text))

    def _open(self, unit: Unit) -> None:
        """A numbered item at the top level is a step's mark; its prose, when it has some, gives the title."""
        for opening in unit.openings:
            if opening.kind == "ol" and opening.level == 0 and not isinstance(unit.block, Paragraph) and "dd" not in unit.path:
                self._mark_item(opening, "")

    def _mark_item(self, opening: Opening, text: str) -> None:
        title, _ = title_of(text)
        self._told_host = None
        number = str(opening.number if opening.number is not None else opening.position + 1)
        line = opening.lines[0]
        self.tokens.append(Mark("item", number, text, title, (line, opening.lines[1]), list_id=opening.list_id))

    # --- prose --------------------------------------------------------------------------------------------------------

    def _prose(self, unit: Unit, block: Paragraph) -> None:
        lines = lines_of(block.children, self.index, block.lines)
        opening = next((one for one in unit.openings if one.kind == "ol" and one.level == 0 and "dd" not in unit.path), None)
        if opening is not None:
            self._mark_item(opening, "\n".join(line.text for line in lines))
        pending: list[Read] = []
        marked = opening is not None
        for line in lines:
            if pending and note_kind(line.text, self.tongue):
                self._flush(pending, unit)
                pending = []
            if label_kind(line.text):
                pending.append((line, []))
                continue
            mark = None if marked or unit.path else line_mark(line.text)
            if mark is not None:
                self._flush(pending, unit)
                self._mark_line(line, lines, mark)
                pending = [(line, inline.commands_in(line, tongue=self.tongue))]
                continue
            found = self._commands_in(line, lines, pending, unit) if inline.may_hold_command(line) else []
            if len(found) == 1 and found[0].rule in _WHOLE_LINE:
                self._flush(pending, unit)
                pending = []
                self._hear(line.n)
                self._spoken_at = len(self.tokens)
                self._inline(found[0], line)
                self._obey_if_done()
                continue
            pending.append((line, found))
        self._flush(pending, unit)

    def _commands_in(self, line: Line, lines: Sequence[Line], pending: Sequence[Read], unit: Unit) -> list[inline.Found]:
        def told() -> bool:
            return self._told(pending, unit)

        def among() -> bool:
            if len(lines) > 1 and sum(as_command(other.text) >= 3 for other in lines[:40]) > 1:
                return True
            before = [other.text for other, _ in pending] or (self.trail.lead[-1:] if "dd" in unit.path else [])
            return any(is_instruction(text, self.tongue) for text in before)

        return inline.commands_in(line, told=told, quoted=unit.quoted, among=among, tongue=self.tongue)

    def _mark_line(self, line: Line, lines: Sequence[Line], mark: tuple[str, int, int]) -> None:
        number, length, level = mark
        if not level:
            self._told_host = None
        rest = line.text[length:]
        following = [other.text for other in lines if other.n > line.n]
        title, _ = title_of(rest)
        self.tokens.append(Mark("number", number, "\n".join([rest, *following[:2]]), title, (line.n, line.n), level=level))

    def _place(self, text: str) -> None:
        """Takes note of the machine that prose speaks of: it holds up to the next one, the next mark or heading."""
        self._told_host = host_in(text) or self._told_host

    def _told(self, pending: Sequence[Read], unit: Unit) -> bool:
        before = " ".join(line.text for line, _ in pending) or (self.trail.lead[-1] if self.trail.lead else "")
        if not before:
            return unit.quoted
        if unit.quoted and self._command is not None and not pending:
            return True
        return (unit.quoted or bool(unit.path) or before.rstrip().endswith((":", "\uff1a"))) and cue_of(before, self.tongue).run

    def _flush(self, read: Sequence[Read], unit: Unit) -> None:
        """Some lines of a paragraph as a node, and the commands within them after it."""
        lines = [line for line, _ in read]
        text = "\n".join([line.text for line in lines])
        if not text.strip() and not any(line.nodes for line in lines):
            return
        block = Paragraph(joined(lines), (lines[0].n, lines[-1].n))
        bare = all(not found for _, found in read)
        self._spoken_at = len(self.tokens)
        self.tokens.extend(self._prose_nodes(block, text, unit, bare=bare))
        self.trail.lead.append(text)
        self._place(text)
        self.trail.adjacent = False
        for line, found in read:
            said = self._directive
            if found and self._hear(line.n):
                if said is not None:
                    self._directive, later = said, self._directive
                    self._obey_if_done()
                    self._directive = later
                self._spoken_at = len(self.tokens)
            for one in found:
                self._inline(one, line)
        self._obey_if_done()

    def _prose_nodes(self, block: Paragraph, text: str, unit: Unit, *, bare: bool) -> list[Node]:
        wrapped = wrap(block, unit)
        kind = unit.notice or note_kind(text, self.tongue)
        if kind:
            return [Note(block.lines, kind, (wrapped,))]
        actions = actions_in(text, self.tongue) if bare else []
        if not actions:
            return [Prose(block.lines, (wrapped,))]
        if any(action == "reboot" for action, _ in actions):
            self.session.rebooted()
        return [Manual(block.lines, sentence, action, () if i else (wrapped,)) for i, (action, sentence) in enumerate(actions)]

    def _inline(self, found: inline.Found, line: Line) -> None:
        source = self.source[line.n - 1] if line.n <= len(self.source) else ""
        column = source.find(found.entry.text)
        cols = (column, column + len(found.entry.text)) if column >= 0 and found.rule not in _WHOLE_LINE else None
        self._emit_command(found.entry, found.rule, cols=cols)

    # --- code ---------------------------------------------------------------------------------------------------------

    def _code(
        self,
        rows: Sequence[Row],
        language: str,
        *,
        dedent: bool = False,
        forced: Use | None = None,
        path: str | None = None,
        alone: bool = False,
    ) -> None:
        rows = dedented(rows) if dedent else tuple(rows)
        cut = self._said_within(rows)
        if cut:
            self._code(rows[:cut], language, forced=forced, path=path, alone=alone)
            self._hear(rows[cut].n)
            self._code(rows[cut:], language, forced=forced, path=path, alone=alone)
            return
        directive, self._spoken_at = self._directive, len(self.tokens)
        said, path = _said_use(directive, path) if directive is not None else (None, path)
        setting = self._setting(rows, language, path, alone=alone)
        use, rule = (said, "author") if said is not None else (forced, "template") if forced is not None else use_of(setting)
        if use in ("session", "commands"):
            entries = (
                read_session(rows, language, asked=setting.cue.asked)
                if use == "session"
                else read_commands(rows, told=told(setting), shell=(directive.shell if directive else "") or shell_of(language))
            )
            self._transcript(entries, rule, language)
        elif use == "output":
            self._output(trimmed(rows), rule)
        elif use in ("file", "patch"):
            self._edit(rows, setting, rule, patch=use == "patch")
        elif rows:
            self.tokens.append(Listing(span(rows), tuple(row.text for row in rows), language, rule))
        self._obey_if_done(done=True)
        self.trail.earlier.extend(self.trail.lead)
        self.trail.lead = []
        self.trail.after_edit = use == "file"
        self.trail.adjacent = True

    def _said_within(self, rows: Sequence[Row]) -> int:
        """The index of the first row which a directive in the midst of a block speaks of, 0 when there is none."""
        if not self._directives or not rows or self._directives[0].lines[0] > rows[-1].n:
            return 0
        return next((i for i, row in enumerate(rows) if row.n >= self._directives[0].lines[0]), 0)

    def _obey_if_done(self, *, done: bool = False) -> None:
        """What a directive says, applied to the commands that came since it was heard; it is spent with them, or with its block (`done`)."""
        directive = self._directive
        given = [i for i in range(self._spoken_at, len(self.tokens)) if isinstance(self.tokens[i], Command)]
        if directive is None or not (given or done):
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

    def _setting(self, rows: Sequence[Row], language: str, path: str | None, *, alone: bool) -> Setting:
        trail = self.trail
        lead = trail.lead[-1] if trail.lead else "" if trail.earlier or trail.adjacent else trail.heading
        cue = cue_of(lead, self.tongue) if lead else Cue()
        last = last_sentence(lead)
        into = leads_into(last)
        named = path or into or (file_of(trail.lead[-2:]) if trail.lead else None)
        near = path is not None or into is not None or file_in(last) is not None
        if named is None and (cue.file or cue.looks or not trail.lead):
            named = file_in(trail.heading) or (file_of(trail.earlier[-2:]) if cue.file or cue.looks or cue.swap else None)
        if named is None:
            named = self._named_after()
            near = near or named is not None
        named = in_full(named, trail.lead[-2:])
        return Setting(
            tuple(rows),
            language,
            cue,
            tuple(row.text for row in rows if row.text.strip()),
            path=named,
            near=near,
            into=path is None and into is not None,
            section_file=trail.section_file,
            section=(trail.heading, *trail.earlier[-4:], *trail.lead),
            alone=alone,
            open_file=trail.open_file,
            after_edit=trail.after_edit,
            after_command=trail.after_command,
            after_prompt=trail.after_prompt,
            page_commands=self._command is not None,
            adjacent=trail.adjacent,
            asks_patch="patch" in last.casefold() and "apply" in last.casefold(),
        )

    def _named_after(self) -> str | None:
        """A file named only behind its content: "add this line: … to the file X"."""
        following = self._units[self._at + 1 : self._at + 2]
        if not following or not isinstance(following[0].block, Paragraph):
            return None
        lines = lines_of(following[0].block.children, self.index, following[0].lines)
        first = lines[0].text.strip() if lines else ""
        if not first.casefold().startswith(("to the ", "to your ", "in the ", "into ", "at the end of ", "to /", "to ~", "in /")):
            return None
        return file_in(sentences(first)[0])

    def _transcript(self, entries: Sequence[Typed | Printed | Remark | Returned], rule: str, language: str) -> None:
        in_block = False
        for entry in entries:
            match entry:
                case Typed():
                    self._emit_command(entry, rule)
                    in_block = True
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

    def _emit_command(self, entry: Typed, rule: str, *, cols: tuple[int, int] | None = None) -> None:
        place = self.session.command(entry)
        node = Command(
            span(entry.rows),
            entry.text,
            shell=entry.shell,
            prompt=entry.prompt.text if entry.prompt is not None else None,
            host=place.host or (self._told_host or self._hosts[-1][1] if entry.shell == "sh" else None),
            as_root=place.as_root,
            context=place.context,
            cwd=place.cwd,
            cols=cols,
            rule=rule,
        )
        self._command = len(self.tokens)
        self.tokens.append(node)
        self._note_emphasis(entry)
        self.trail.after_command = True
        self.trail.after_prompt = entry.prompt is not None and entry.prompt.sure
        editor = edited_file(entry.text) if entry.shell == "sh" else None
        if editor is not None or not _goes_with_edit(entry.text):
            self.trail.open_file = editor
        if entry.original:
            message = f"typed with the wiki's typography, mended: {entry.original!r} is read as {entry.text!r}"
            self.diagnostics.append(Diagnostic("mended-typography", "info", message, node.lines))
        if entry.remark:
            self.diagnostics.append(
                Diagnostic("remark-behind-command", "info", f"left out of the command as a remark: {entry.remark!r}", node.lines)
            )

    def _note_emphasis(self, entry: Typed) -> None:
        """What is set off within a typed line is for the reader to replace."""
        if self.page.markup != "wikitext":
            return
        for row in entry.rows:
            source = self.source[row.n - 1] if row.n <= len(self.source) else ""
            if "''" in source:
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
        command = self._last_command()
        if command is not None and self.trail.after_command and command.expected is None:
            self._expect(rows, rule)
            return
        self.tokens.append(Output(span(rows), tuple(row.text for row in rows), command.text if command else None, rule))

    def _last_command(self) -> Command | None:
        node = self.tokens[self._command] if self._command is not None else None
        return node if isinstance(node, Command) else None

    def _expect(self, rows: tuple[Row, ...], rule: str) -> None:
        """Adds printed rows to what the last command is expected to print."""
        command = self._last_command()
        if command is None or not rows:
            return
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

    # --- files --------------------------------------------------------------------------------------------------------

    def _edit(self, rows: Sequence[Row], setting: Setting, rule: str, *, patch: bool) -> None:
        path = setting.path or setting.open_file or setting.far_path
        rows = without_edges(rows)
        if not rows:
            return
        content: list[str] = []
        gaps: list[int] = []
        for row in rows:
            if is_elision(row.text):
                gaps.append(len(content))
            else:
                content.append(row.text)
        target = join(self.session.cwd(), path) if path is not None else None
        lead = self.trail.lead[-1] if self.trail.lead else ""
        op = "patch" if patch else "create" if is_shebang(rows[0].text) else edit_kind(lead, self.tongue)
        self.tokens.append(FileEdit(span(rows), path, target, op, tuple(content), tuple(sorted(set(gaps))), rule=rule))  # type: ignore[arg-type]
        self.trail.open_file = self.trail.section_file = path

    # --- tables, templates, notices -----------------------------------------------------------------------------------

    def _table(self, block: Table) -> None:
        """A table stays prose; the commands in its cells follow it, as alternatives where each row is for another system."""
        self.tokens.append(Prose(block.lines, (block,)))
        branches: list[Branch] = []
        start = len(self.tokens)
        for row in block.rows:
            before = len(self.tokens)
            for cell in row.cells:
                self._cell(cell.blocks)
            body = tuple(token for token in self.tokens[before:] if not isinstance(token, Mark))
            label = _cell_text(row.cells[0].blocks) if row.cells else ""
            if body and platform_of(label):
                branches.append(Branch(label, body, row.lines))
        if len(branches) > 1 and sum(len(branch.body) for branch in branches) == len(self.tokens) - start:
            self.tokens[start:] = [Choice("alternative", tuple(branches), (branches[0].lines[0], branches[-1].lines[1]))]
            self._command = None

    def _cell(self, blocks: Sequence[Block]) -> None:
        for block in blocks:
            if isinstance(block, Preformatted):
                setting = Setting.around(block.rows, block.language.casefold(), Cue())
                use, rule = use_of(setting)
                if use in ("session", "commands"):
                    entries = (
                        read_session(block.rows, setting.language) if use == "session" else read_commands(block.rows, told=False)
                    )
                    self._transcript(entries, rule, setting.language)
            elif isinstance(block, Paragraph):
                for line in lines_of(block.children, self.index, block.lines):
                    for found in inline.commands_in(line, tongue=self.tongue):
                        self._inline(found, line)

    def _template(self, block: Template) -> None:
        meaning = block.meaning
        if meaning is None:
            self._unknown_template(block)
            return
        if meaning.kind == "notice":
            blocks = tuple(inner for argument in block.arguments if argument.name in meaning.text for inner in argument.blocks)
            self.tokens.append(Note(block.lines, meaning.notice or "note", blocks or (block,), meaning.value))
            self._cell(blocks)
            return
        if meaning.kind in ("command", "session"):
            self._template_session(block)
            return
        if meaning.kind == "file":
            names = argument_rows(block, meaning.file)
            path = names[0][0].text.strip() if names else None
            if not meaning.code:
                self.trail.open_file = path
                self.tokens.append(Prose(block.lines, (block,)))
            for rows in argument_rows(block, meaning.code):
                self._code(rows, meaning.language, forced="file" if path else None, path=path)
            return
        self.tokens.append(Prose(block.lines, (Paragraph((block,), block.lines),)))

    def _unknown_template(self, block: Template) -> None:
        """A template of unknown meaning stays as it is, but for one that shows a file: its name first, then its lines."""
        path = file_argument(block)
        if path is None:
            self.tokens.append(Prose(block.lines, (block,)))
            return
        for argument in block.arguments[1:]:
            if len(argument.rows) > 1:
                self._code(argument.rows, "", forced="file", path=path)

    def _note_opening(self, block: Template, first: int) -> None:
        """The lines of a call before its code, which become no node."""
        if first > block.lines[0]:
            told = f"{{{{{block.name}}}}} holds code, which is kept without it"
            self.diagnostics.append(Diagnostic("code-template", "info", told, (block.lines[0], first - 1)))

    def _template_session(self, block: Template) -> None:
        """A template whose arguments are commands, perhaps with what they print; a "command" that is a file's name makes it a file."""
        meaning = block.meaning
        assert meaning is not None
        outputs = argument_rows(block, meaning.output)
        for at, rows in enumerate(argument_rows(block, meaning.code)):
            head = rows[0].text.strip() if rows else ""
            names_file = bool(outputs) and file_in(head) == head
            if at == 0:
                self._note_opening(block, (outputs[0] if names_file else rows)[0].n)
            if names_file:
                for content in outputs:
                    self._code(content, meaning.language, forced="file", path=head)
                return
            if meaning.value:
                self._made(rows, block)
                continue
            into_file = self.trail.open_file is not None and config_share([row.text for row in rows]) >= 0.6
            plain_commands = meaning.kind == "command" and not _prompted(rows) and not into_file
            self._code(rows, meaning.language, forced="commands" if plain_commands else "file" if into_file else None)
        for rows in outputs:
            self._printed(trimmed(rows), "template", belongs=True)

    def _made(self, rows: Sequence[Row], block: Template) -> None:
        """A command that a template makes of its argument: it stands nowhere on the page, so it says where it comes from."""
        assert block.meaning is not None
        text = block.meaning.value.replace("{}", " ".join(row.text.strip() for row in rows))
        self._emit_command(typed((Row(block.lines[0], text),), text, None), "template")
        command = self._last_command()
        if command is not None and self._command is not None:
            self.tokens[self._command] = replace(command, from_=block.name)

    def _notice(self, unit: Unit, block: Container) -> None:
        self.tokens.append(Note(block.lines, unit.notice, block.blocks))
        for inner in block.blocks:
            self._cell((inner,))


_WHOLE_LINE = ("prompt-in-prose", "code-alone-on-its-line", "line-is-a-command")


def _prose_of(page: Page) -> str:
    """A page's text without what stands above it."""
    return page.text[frontmatter.split(page.text)[1] :] if page.markup == "markdown" else page.text


def _unseen(block: Hidden) -> Diagnostic:
    return Diagnostic("not-shown", "info", f"makes nothing visible: {block.kind}", block.lines)


def _laid_out(call: Template) -> Diagnostic:
    return Diagnostic(
        "layout-template", "info", f"{{{{{call.name}}}}} lays out what it holds, which is kept without it", call.lines
    )


def _cell_text(blocks: Sequence[Block]) -> str:
    return " ".join(plain(block.children) for block in blocks if isinstance(block, Paragraph)).strip()


def _unsaid(token: Token) -> Token | None:
    """What is left of a token that is to be skipped: of a command the code, or nothing where prose shows it."""
    if not isinstance(token, Command):
        return token
    shown = token.rule not in _WHOLE_LINE
    return None if shown else Listing(token.lines, tuple(token.text.split("\n")), "", "author")


def _said_use(directive: Directive, path: str | None) -> tuple[Use | None, str | None]:
    """What a directive says that a block is for, and its file."""
    if directive.skip:
        return "listing", path
    if directive.file:
        return "file", directive.file
    return ("output" if directive.output else "commands" if directive.shell not in ("", "sh") else None), path


def _code_lines(blocks: Sequence[Block]) -> Iterator[tuple[int, str]]:
    """The lines of code in some blocks, with their texts: what stands there is shown, also what looks like a comment."""
    for block in blocks:
        match block:
            case Preformatted():
                yield from ((row.n, row.text) for row in block.rows)
            case ListBlock():
                for item in block.items:
                    yield from _code_lines(item.blocks)
            case Container():
                yield from _code_lines(block.blocks)
            case Template():
                yield from ((row.n, row.text) for argument in block.arguments for row in argument.rows)


def _prompted(rows: Sequence[Row]) -> bool:
    return bool(rows) and rows[0].text.lstrip()[:1] in "#$%" and as_command(rows[0].text.lstrip("#$% ")) >= 1


def _goes_with_edit(text: str) -> bool:
    """Commands that may stand between opening a file and its content without another file being meant."""
    return text.startswith(("cd ", "sudo -s", "su"))
