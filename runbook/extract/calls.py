"""Template calls, table cells and notices: the commands, sessions and files in them."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from runbook.extract import inline
from runbook.extract.blocks import use_of
from runbook.extract.code import CodeReader
from runbook.extract.configurations import is_whole
from runbook.extract.contents import opens_jobs
from runbook.extract.cues import Cue, cue_of
from runbook.extract.paths import RUN_BY_NAME
from runbook.extract.prose import lines_of, sentences
from runbook.extract.rows import span
from runbook.extract.setting import Setting, Use
from runbook.extract.units import argument_rows, file_argument, file_shown, made_command, only_call, only_place, opened_by, parted
from runbook.extract.unmarked import Found
from runbook.extract.written import edited_file
from runbook.file_lines import config_share
from runbook.looks import as_command
from runbook.model import Block, Diagnostic, ListBlock, Meaning, Note, Paragraph, Preformatted, Prose, Row, Template, Text
from runbook.transcript import read_session, trimmed
from runbook.typed import typed
from runbook.unprompted import read_commands
from runbook.words import words


class TemplateReader(CodeReader):
    """Reads what stands in template calls, and in cells and notices."""

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
            if not meaning.code:
                self._opened(opened_by(block))
                self.tokens.append(Prose(block.lines, (block,)))
            content = argument_rows(block, meaning.code)
            names = [rows for rows in argument_rows(block, meaning.file) if rows not in content[:1]]
            path = names[0][0].text.strip() if names else None
            for rows in content[:1]:
                self._note_opening(block, rows[0].n)
                self._code(rows, meaning.language, forced="file" if path else None, path=path)
            return
        self.tokens.append(Prose(block.lines, (Paragraph((block,), block.lines),)))

    def _unknown_template(self, block: Template) -> None:
        """A template of unknown meaning stays as it is, but for one that shows a file: its name first, then its lines."""
        path = file_argument(block)
        if path is None:
            if (opened := opened_by(block)) is not None:
                self._opened(opened)
            self.tokens.append(Prose(block.lines, (block,)))
            return
        for argument in block.arguments[1:]:
            if len(argument.rows) > 1:
                self._code(argument.rows, "", forced="file", path=path)

    def _opened(self, path: str | None) -> None:
        """A template has told to open a file: what comes next goes into it."""
        self.trail.open_file, self.trail.opened = path, path is not None

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
        for rows in argument_rows(block, meaning.title):
            self._titled(rows)
        code = argument_rows(block, meaning.code)
        if not code and outputs:
            self._only_shown(block, outputs)
            return
        for at, rows in enumerate(code):
            path = file_shown(rows, outputs)
            if at == 0:
                self._note_opening(block, (outputs[0] if path is not None else rows)[0].n)
            if path is not None:
                for content in outputs:
                    self._code(content, meaning.language, forced="file", path=path)
                return
            if meaning.value:
                self._made(rows, block)
                continue
            if only_place(block, rows):
                self.tokens.append(Prose(block.lines, (Paragraph((block,), block.lines),)))
                continue
            self._code(rows, meaning.language, forced=self._meant(rows, meaning))
        command = self._last_command() if code and outputs else None
        edited = command is not None and (opens_jobs(command.text) or edited_file(command.text) is not None)
        for rows in outputs:
            if edited:
                self._file_edit(
                    trimmed(rows), edited_file(command.text) if command is not None else None, "set", "lines-in-an-editor"
                )
            else:
                self._printed(trimmed(rows), "template", belongs=True)

    def _meant(self, rows: Sequence[Row], meaning: Meaning) -> Use | None:
        """What a template shows that is there for commands, or a terminal: these, unless its lines are none and the words before it speak
        of a file's lines, or of what was printed. None where the lines are read as any block's."""
        texts = [row.text for row in rows]
        cue = self._cue(texts)
        if self.trail.open_file is not None and config_share(texts) >= 0.6 and not cue.announced:
            return "file"
        if meaning.kind != "command" or _prompted(rows) or is_whole(texts):
            return None
        if any(as_command(text) >= 3 or edited_file(text) is not None for text in texts):
            return "commands"
        if cue.run or cue.command:
            return "commands"
        if not cue.says_something and self.trail.lead and config_share(texts) >= 0.6:
            cue = cue_of(sentences(self.trail.lead[-1])[0], self.tongue)  # "Add. TODO: it is not ideal."
        written = cue.edits and (self.trail.opened or config_share(texts) >= 0.5)
        return "file" if cue.file or written or cue.looks or cue.swap else "output" if cue.see else "commands"

    def _only_shown(self, block: Template, outputs: Sequence[Sequence[Row]]) -> None:
        """A template that shows a terminal without a command of its own: what that is, its lines and the prose before it say."""
        assert block.meaning is not None
        self._note_opening(block, outputs[0][0].n)
        for rows in outputs:
            told = self._setting(rows, block.meaning.language, None, alone=False)
            use, _ = use_of(told)
            self._code(rows, block.meaning.language, forced=None if use in ("session", "file") else "output")

    def _titled(self, rows: Sequence[Row]) -> None:
        """The title that a template shows above its code: it says what that is."""
        text = " ".join(row.text for row in rows).strip()
        self.tokens.append(Prose(span(rows), (Paragraph((Text(text),), span(rows)),)))
        self.trail.lead.append(text)
        self.trail.adjacent = False

    def _made(self, rows: Sequence[Row], block: Template) -> None:
        """A command that a template makes of its argument: it stands nowhere on the page, so it says where it comes from."""
        text = made_command(block, rows)
        self._emit_command(typed((Row(block.lines[0], text),), text, None), "template")
        command = self._last_command()
        if command is not None and self._command is not None:
            self.tokens[self._command] = replace(command, from_=block.name)

    def _cell(self, blocks: Sequence[Block], path: str | None = None, *, alone: bool = False, typed: bool = False) -> None:
        """What stands in a cell or notice; `path` is a file that the first cell of its row names, whose content a block in this one is;
        `alone` that each column of the table is for a system, so that a line is a command without any mark; `typed` that the head of its
        column says that commands stand there."""
        for block in blocks:
            if type(block) is Preformatted and path is not None and block.rows:
                self._file_edit(trimmed(block.rows), path, "set", "prose-names-file")
            elif type(block) is Preformatted:
                setting = Setting.of(block.rows, block.language.casefold(), Cue())
                use, rule = use_of(setting)
                if use in ("session", "commands"):
                    entries = (
                        read_session(block.rows, setting.language) if use == "session" else read_commands(block.rows, told=False)
                    )
                    self._transcript(entries, rule, setting.language)
            elif (call := _command_call(block)) is not None:
                for rows in argument_rows(call, call.meaning.code if call.meaning is not None else ()):
                    self._transcript(read_commands(rows, told=True), "template", "")
            elif type(block) is ListBlock:
                for item in block.items:
                    self._cell(item.blocks, path, alone=alone, typed=typed)
            elif type(block) is Paragraph:
                if len(parts := parted(block)) > 1:
                    self._cell(parts, path, alone=alone, typed=typed)
                    continue
                for line in lines_of(block.children, self.index, block.lines):
                    for found in inline.commands_in(line, told=lambda: typed, tongue=self.tongue):
                        if _typed_in_cell(found) or (alone and found.rule == "line-is-a-command"):
                            self._inline(found, line)


def _command_call(block: Block) -> Template | None:
    """The call of a template that shows commands, where a block is nothing else."""
    call = only_call(block) if type(block) is Paragraph else block
    held = type(call) is Template and call.meaning is not None and call.meaning.kind == "command" and not call.meaning.value
    return call if type(call) is Template and held else None


def _typed_in_cell(found: Found) -> bool:
    """Whether a command in a cell of a table is more than what its row is about: a word alone, or a line without any mark."""
    if found.rule == "prompt-in-prose":
        return found.entry.prompt is not None and found.entry.prompt.sure
    text = found.entry.text
    script = text.startswith("./") and (text[2:] in words("programs") or text.endswith(RUN_BY_NAME))
    alone = found.rule == "code-alone-on-its-line" and " " not in text and not script
    return found.rule != "line-is-a-command" and not alone


def _prompted(rows: Sequence[Row]) -> bool:
    return bool(rows) and rows[0].text.lstrip()[:1] in "#$%" and as_command(rows[0].text.lstrip("#$% ")) >= 1
