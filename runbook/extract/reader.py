"""One pass over a page's units: what each was taken for, as a flat sequence of marks, headings and nodes in reading order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from runbook.clients import client_of
from runbook.extract import inline
from runbook.extract.answers import Read, ran_in, shows_in
from runbook.extract.blocks import use_of
from runbook.extract.choices import opens_alternative
from runbook.extract.contents import lines_edited, lines_told, opens_section
from runbook.extract.cues import Cue, cue_of
from runbook.extract.enclosed import DEDENTED, EnclosedReader
from runbook.extract.hosts import host_in, host_of_heading, opposed
from runbook.extract.listed import code_of, rows_of_list, rows_set_in
from runbook.extract.manual import actions_in
from runbook.extract.markers import marker, ordinal
from runbook.extract.marks import Mark
from runbook.extract.notices import label_kind, note_kind
from runbook.extract.paths import file_in, is_file_name
from runbook.extract.placeholders import told
from runbook.extract.plain_sessions import is_setting, is_worded, printed_below, session_of
from runbook.extract.prose import Line, last_sentence, lines_of
from runbook.extract.prose_commands import NEAR
from runbook.extract.recorder import WHOLE_LINE, Token, Trail
from runbook.extract.rows import bold_label_kind, is_notice, joined, wrap
from runbook.extract.seen import announces, is_marked, is_question, is_seen
from runbook.extract.setting import Setting, Use
from runbook.extract.units import Opening, Unit, heading_text, of_root, opened_by, titled_file
from runbook.extract.written import edited_file
from runbook.file_lines import config_share, is_directive
from runbook.inlines import plain
from runbook.looks import as_command, first_word
from runbook.model import (
    Command,
    Container,
    Footnote,
    Heading,
    Link,
    Manual,
    Node,
    Note,
    Paragraph,
    Preformatted,
    Prose,
    Row,
    SectionHeading,
    Table,
    Template,
    Text,
)
from runbook.prompts import prompt_of
from runbook.tables import is_row
from runbook.typed import DATABASES, typed
from runbook.words import holds_one, words

_SURELY_FILES: Final = (
    "timed-jobs",
    "script-with-shebang",
    "whole-configuration",
    "content-of-opened-file",
    "source-of-a-program",
)
"""Rules that take lines of inline code for a file's whatever the words around them say."""
_SIGNS: Final = "=;{}["
"""One of these is in each line of prose that is a file's by its form."""
_SINCE_COMMAND: Final = 8
"""Tokens behind a command among which words may still announce what it printed."""
_LONGEST: Final = 200
"""Lines of prose that are taken for a file's content at most."""


class Reader(EnclosedReader):
    """Reads one document."""

    _of_root: frozenset[int] = frozenset()
    _seen_end = 0
    _listed_end = -1

    def read(self) -> list[Token]:
        """All tokens of the document."""
        self._of_root = of_root(self._units) if self.page.markup == "wikitext" else frozenset()
        headings = [unit.block for unit in self._units if type(unit.block) is Heading]
        roles = opposed([(block.level, heading_text(block)) for block in headings], self.tongue)
        self._opposed = {headings[i].lines[0]: role for i, role in roles.items()}
        for at, unit in enumerate(self._units):
            self._at = at
            if at <= self._listed_end:
                continue
            self._fold = unit.fold
            block = unit.block
            self._linked = type(block) is Preformatted and block.kind == "space" and _only_links(block)
            self._enter_tab(unit)
            self._listen(unit)
            self._open(unit)
            if type(block) is Paragraph:
                if unit.label:
                    self._label(block)
                elif unit.openings and unit.openings[0].list_id in self._of_root:
                    self._typed_by_root(unit.lines[0], plain(block.children).strip())
                else:
                    self._prose(unit, block)
            elif type(block) is Heading:
                self._heading(block)
            elif type(block) is Preformatted:
                self._preformatted(unit, block)
            elif type(block) is Template:
                self._template(block)
            elif type(block) is Table:
                self._spoken_at = len(self.tokens)
                self._table(block)
                self._obey_if_done()
            elif type(block) is Container:
                self._spoken_at = len(self.tokens)
                self._notice(unit, block)
                self._obey_if_done()
        self._left_over()
        return self.tokens

    def _preformatted(self, unit: Unit, block: Preformatted) -> None:
        path = titled_file(block)
        self._code(
            block.rows,
            block.language.casefold(),
            dedent=block.kind in DEDENTED,
            alone=any(one.kind == "ol" for one in unit.openings),
            forced="file" if path else None,
            path=path,
        )

    def _enter_tab(self, unit: Unit) -> None:
        """Each of the tabs beside each other begins where the first began: of them one is done."""
        group = self._tabs_at.get(unit.lines[0])
        if group is None:
            return
        if group in self._before:
            self.session.restore(self._before[group])
        else:
            self._before[group] = self.session.state()

    def _listen(self, unit: Unit) -> None:
        """Takes up the directives that stand before a unit. They speak of the next code, or of the commands in the next prose."""
        self._hear(unit.lines[0])

    # --- headings and marks -----------------------------------------------------------------------------------------------------

    def _heading(self, block: Heading) -> None:
        text = heading_text(block)
        mark = marker(text, heading=True) or ordinal(text)
        self.session.heading()
        self._told_host = None
        while len(self._hosts) > 1 and self._hosts[-1][0] >= block.level:
            self._hosts.pop()
        self._hosts.append(
            (block.level, self._opposed.get(block.lines[0]) or host_of_heading(text, self.tongue) or self._hosts[-1][1])
        )
        while self._titles and self._titles[-1][0] >= block.level:
            self._titles.pop()
        self._titles.append((block.level, text))
        before = self.trail
        self.trail = Trail(heading=text, lead=[])
        while len(self._trails) > 1 and self._trails[-1][0] >= block.level:
            self._trails.pop()
        self._trails.append((block.level, self.trail))
        if before.opened and not before.lead:  # an editor, then a heading for what goes into its file
            self.trail.open_file, self.trail.opened = before.open_file, True
        if mark is not None and not mark.level:
            rest = text[mark.length :]
            kind = "heading-step" if mark.said else "heading-number"
            self.tokens.append(
                Mark(kind, mark.number, rest, rest.strip() or text, block.lines, heading_level=block.level, loose=mark.loose)
            )
        self.tokens.append(SectionHeading(block.lines, block.level, text))

    def _open(self, unit: Unit) -> None:
        """A numbered item at the top level is a step's mark; its prose, when it has some, gives the title."""
        for opening in unit.openings:
            if opening.kind == "ol" and opening.level == 0 and not isinstance(unit.block, Paragraph) and "dd" not in unit.path:
                self._mark_item(opening, "")

    def _typed_by_root(self, line: int, text: str) -> None:
        """Takes an item for a line that begins with root's prompt."""
        prompt = prompt_of(f"# {text}")
        self._spoken_at = len(self.tokens)
        rest, shell = (prompt.rest, prompt.shell) if prompt is not None else (text, "sh")
        self._emit_command(typed((Row(line, text),), rest, prompt, shell=shell), "prompt-in-prose")
        self._obey_if_done()
        self.trail.earlier.extend(self.trail.lead)
        self.trail.lead, self.trail.adjacent = [], True

    # --- prose ------------------------------------------------------------------------------------------------------------------

    def _prose(self, unit: Unit, block: Paragraph) -> None:
        lines = lines_of(block.children, self.index, block.lines)
        opening = _marked_item(unit)
        if opening is not None:
            self._mark_item(opening, "\n".join(line.text for line in lines))
        elif self._listed(unit) or self._unmarked_code(lines, unit) or self._seen_in(lines, unit):
            return
        pending: list[Read] = []
        refused, taken = 0, self._answered(lines) if opening is None and not unit.notice and unit.path[-1:] != ("dt",) else 0
        for at, line in enumerate(lines):
            if at < taken:
                continue
            if pending and note_kind(line.text, self.tongue):
                self._flush(pending, unit)
                pending = []
            if label_kind(line.text):
                pending.append((line, []))
                continue
            if count := self._pasted(lines[at : at + _LONGEST], pending, unit) or self._seen_below(lines, at, pending, unit):
                pending, taken = [], at + count
                continue
            mark = (
                None
                if opening is not None or (unit.path and not self._set_in(unit, at, line.text))
                else self._marker(lines, at, bullet=unit.path == ("ul",))
            )
            if mark is not None:
                self.trail.marked = self.trail.marked or not unit.path
                unit = replace(unit, path=())
                self._flush(pending, unit)
                self._mark_line(line, lines, mark)
                pending = [(line, self._numbered(line, mark.length, lines))]
                continue
            if told := self._told_lines(lines, at, pending, unit):
                self._flush(pending, unit)
                self._content(lines[at : at + told])
                pending, taken = [], at + told
                continue
            coded = () if unit.notice or refused > NEAR or not line.spans else _code_only(lines, at)
            if coded and self._coded(coded, pending, unit):
                pending = []
                taken = at + len(coded)
                continue
            refused += bool(coded)  # each look takes in all the code that follows: so many, and the time would not stay linear
            found = self._commands_in(line, lines, pending, unit) if inline.may_hold_command(line) else []
            if len(found) == 1 and found[0].rule in WHOLE_LINE:
                self._flush(pending, unit)
                pending = []
                self._hear(line.n)
                self._spoken_at = len(self.tokens)
                self._inline(found[0], line)
                self._obey_if_done()
                taken = at + 1 + (self._edited(found[0].entry.text, lines[at + 1 :]) or self._answered(lines[at + 1 :]))
                continue
            pending.append((line, found))
        self._flush(pending, unit)
        self._end_in_command(pending)

    def _end_in_command(self, pending: Sequence[Read]) -> None:
        """Where the last line of a paragraph was nothing but a command, and none is `pending`, what comes next stands right below that."""
        last = self.tokens[-1] if self.tokens and not pending else None
        if isinstance(last, Command) and last.rule in WHOLE_LINE and first_word(last.text) not in words("everyday"):
            self.trail.earlier.extend(self.trail.lead)
            self.trail.lead, self.trail.adjacent = [], True

    def _pasted(self, lines: Sequence[Line], pending: Sequence[Read], unit: Unit) -> int:
        """Takes the lines of prose that are a terminal's; how many these are."""
        count = 0 if unit.notice else session_of(lines)
        if count:
            self._flush(pending, unit)
            self._code([Row(line.n, line.text.rstrip()) for line in lines[:count]], "")
        return count

    def _listed(self, unit: Unit) -> bool:
        """Takes the items of a list for the lines that they are, each by itself, of a file of which the words before speak."""
        if not unit.openings or unit.openings[-1].position:
            return False
        if rows := rows_set_in(self._units, self._at, self.index):
            self._listed_end = self._at + len(rows) - 1
            self._code(rows, "")
            return True
        if not self.trail.lead:
            return False
        rows = rows_of_list(self._units, self._at, self.index)
        if not rows:
            return False
        lead = self.trail.lead[-1]
        cue = cue_of(lead, self.tongue)
        if not (cue.file or cue.lines or (not cue.command and file_in(last_sentence(lead)) is not None)):
            return False
        setting = self._setting(rows, "", None, alone=False)
        if not (setting.cue.file or setting.cue.lines or setting.near) or use_of(setting)[0] != "file":
            return False
        self._listed_end = self._at + len(rows) - 1
        self._code(rows, "")
        return True

    def _unmarked_code(self, lines: Sequence[Line], unit: Unit) -> bool:
        """Takes a paragraph for the block of code that it is without any mark: settings of the file that the section is about, or what a
        sentence leads up to, or goes on with the block before."""
        if unit.path or unit.notice or not lines:
            return False
        settings = all("=" in line.text and is_setting(line.text) for line in lines)
        goes_on = self.trail.adjacent and not self.trail.lead
        may_be_code = self._may_be_code(lines, goes_on=goes_on)
        if not (settings or may_be_code):
            return False
        rows = [Row(line.n, line.text.rstrip()) for line in lines]
        setting = self._setting(rows, "", None, alone=False)
        known = setting.path or setting.open_file or setting.far_path
        if settings and known and not (setting.cue.command or setting.cue.see):
            self._code(rows, "", forced="file")
            return True
        if not may_be_code:
            return False
        use, rule = use_of(setting)
        more = goes_on and self.trail.after_edit and use == "listing"
        held = (use == "file" or more) and self._surely_held(setting, rule, goes_on=goes_on)
        if not (held or _surely_typed(setting, use)):
            return False
        self._code(rows, "", forced="file" if held and more else None)
        return True

    def _seen_in(self, lines: Sequence[Line], unit: Unit) -> bool:
        """Takes a paragraph for what the last command printed, where the words before announce that, or the one above was printed too."""
        if self._command is None or unit.notice or not lines or unit.path not in ((), ("dd",)):
            return False
        if len(self.tokens) - self._command > _SINCE_COMMAND:
            return False
        set_off = unit.quoted or unit.path == ("dd",)
        goes_on = set_off and not self.trail.lead and lines[0].n - self._seen_end in (1, 2)
        lead = self.trail.lead[-1] if self.trail.lead else ""
        told = goes_on or (lead and announces(cue_of(lead, self.tongue), lead))
        if not ((told and is_seen(lines, set_off=set_off)) or (lead and set_off and is_question(lines))):
            return False
        self._saw(lines, more=bool(goes_on))
        return True

    def _seen_below(self, lines: Sequence[Line], at: int, pending: Sequence[Read], unit: Unit) -> int:
        """Takes the lines of a paragraph from number `at` on for what the last command printed, as the line above announces; how many."""
        lead = pending[-1][0].text if pending and not unit.path and not unit.notice and self._command is not None else ""
        if not lead.rstrip().endswith(":") and not (lead and is_marked(lines[at], "bold")):
            return 0
        if not (announces(cue_of(lead, self.tongue), lead) and is_seen(lines[at:], set_off=False)):
            return 0
        self._flush(pending, unit)
        self._saw(lines[at:])
        return len(lines) - at

    def _saw(self, lines: Sequence[Line], *, more: bool = False) -> None:
        """Lines of prose as what the last command printed, or `more` of it."""
        self._printed(tuple(Row(line.n, line.text.rstrip()) for line in lines), "printed-in-prose", belongs=more)
        self.trail.earlier.extend(self.trail.lead)
        self.trail.lead, self.trail.adjacent, self.trail.ran = [], True, False
        self._seen_end = lines[-1].n

    def _may_be_code(self, lines: Sequence[Line], *, goes_on: bool) -> bool:
        """Whether no line of a paragraph is words, where code is what one looks for."""
        led = bool(self.trail.lead) and self.trail.lead[-1].rstrip().endswith((":", "\uff1a"))
        if not (led or goes_on or _starts_client(lines[0])) or not 1 < len(lines) <= _LONGEST:
            return False
        marked = any(span.style != "quote" for line in lines for span in line.spans)
        return not marked and not any(map(is_worded, lines))

    def _surely_held(self, setting: Setting, rule: str, *, goes_on: bool) -> bool:
        """Whether lines without any mark are surely a file's: by their form, and by what was said or shown before."""
        again = goes_on or (self.trail.after_edit and opens_alternative(self.trail.lead[-1], self.tongue))
        told = rule in _SURELY_FILES or setting.cue.file or setting.near or again
        return told and config_share(setting.texts, perhaps=False) == 1

    def _label(self, block: Paragraph) -> None:
        """The label of a tab: words above what the tab holds, never a command."""
        self.tokens.append(Prose(block.lines, (block,)))
        self.trail.lead.append(plain(block.children))
        self.trail.adjacent = self.trail.ran = self.trail.shows = False

    def _coded(self, rows: Sequence[Row], pending: Sequence[Read], unit: Unit) -> bool:
        """Takes lines that are each nothing but inline code for the block that their author means; false when they are none."""
        if unit.path and not any(sign in row.text for row in rows for sign in " =:"):
            return False
        if self._names_next(rows) or rows[0].text.startswith("-"):
            return False
        before = "\n".join(line.text for line, _ in pending)
        self.trail.lead.extend([before] if before else [])
        setting = self._setting(rows, "", None, alone=False)
        if before:
            self.trail.lead.pop()
        use, rule = use_of(setting)
        if unit.path and use != "file":
            return False
        printed = use == "output" and not setting.cue.see and rule != "failure-message"
        unsure = use == "file" and not (rule in _SURELY_FILES or setting.cue.file or setting.near)
        if printed or unsure or (use in ("listing", "caption") and not (rule == "source-of-a-program" and len(rows) > 2)):
            return False
        self._flush(pending, unit)
        self._code(rows, "")
        last = self.tokens[-1]
        self.trail.ran = isinstance(last, Command) and last.expected is None
        return True

    def _told_lines(self, lines: Sequence[Line], at: int, pending: Sequence[Read], unit: Unit) -> int:
        """How many lines of prose from number `at` on go into a file of which the words before them speak."""
        text = lines[at].text
        trail = self.trail
        formed = holds_one(text, _SIGNS) or is_row(text.strip()) or is_directive(text) or opens_section(text)
        if lines[at].spans and code_of(lines[at]) is None and any(span.style != "quote" for span in lines[at].spans):
            return 0  # code among words
        if text.startswith("{{"):
            return 0
        if unit.notice or (at and not pending) or not (formed or (trail.opened and config_share([text], perhaps=False))):
            return 0
        before = "\n".join([line.text for line, _ in pending[-NEAR:]]) or (trail.lead[-1] if at == 0 and trail.lead else "")
        goes_on = at == 0 and trail.after_edit and trail.adjacent and not unit.path
        cue = cue_of(before, self.tongue) if before else Cue(file=goes_on, leads=goes_on)
        return lines_told(
            [line.text for line in lines[at : at + _LONGEST]], cue, file_in(last_sentence(before)), opened=trail.opened
        )

    def _content(self, lines: Sequence[Line]) -> None:
        """Lines of prose as the content of the file of which the words before them spoke."""
        rows = [Row(line.n, line.text.rstrip()) for line in lines]
        self._edit(rows, self._setting(rows, "", None, alone=False), "lines-of-a-file", patch=False)
        self.trail.earlier.extend(self.trail.lead)
        self.trail.lead, self.trail.after_edit, self.trail.adjacent = [], True, True

    def _edited(self, command: str, lines: Sequence[Line]) -> int:
        """Takes the lines right below a command in prose that go into the file which it opens in an editor; how many these are."""
        rows = [Row(line.n, line.text.rstrip()) for line in lines] if self.trail.opened else []
        count = lines_edited(command, rows)
        count = next((at for at in range(count) if marker(rows[at].text) is not None), count)
        if count:
            self._file_edit(rows[:count], self.trail.open_file, "set", "lines-in-an-editor")
            self.trail.open_file, self.trail.opened = None, False
        return count

    def _answered(self, lines: Sequence[Line]) -> int:
        """Takes the lines of prose right below a command that is all of its line which that printed; how many these are."""
        command = self.tokens[-1] if self.tokens else None
        if type(command) is not Command or command.rule not in WHOLE_LINE or not lines:
            return 0
        if self.trail.opened and edited_file(command.text) is not None:
            return 0  # an editor prints nothing
        count = printed_below(lines, command.lines[1], prompted=command.rule == "prompt-in-prose")
        self._expect(tuple(Row(line.n, line.text.rstrip()) for line in lines[:count]), "printed-in-prose")
        return count

    def _names_next(self, rows: Sequence[Row]) -> bool:
        """Whether a line is the name of the file that the block after it shows."""
        text = rows[-1].text.strip()
        return " " not in text and not text.startswith("./") and is_file_name(text)

    def _place(self, text: str) -> None:
        """Takes note of the machine that prose speaks of: it holds up to the next one, the next mark or heading."""
        self._told_host = host_in(text, self.tongue) or self._told_host
        self.session.told(text)

    def _flush(self, read: Sequence[Read], unit: Unit) -> None:
        """Some lines of a paragraph as a node, notices within it behind it, then its commands."""
        lines = [line for line, _ in read]
        text = "\n".join([line.text for line in lines])
        if not text.strip() and not any(line.nodes for line in lines):
            return
        block = Paragraph(joined(lines), (lines[0].n, lines[-1].end))
        calls = [node for node in block.children if type(node) is Template]
        notices = [call for call in calls if is_notice(call)]
        if notices:
            block = replace(block, children=tuple(node for node in block.children if not is_notice(node)))
        bare = not any(found for _, found in read)
        self._spoken_at = len(self.tokens)
        self.tokens.extend(self._prose_nodes(block, text, unit, bare=bare))
        for notice in notices:
            self._template(notice)
        self.trail.lead.append(text)
        self.trail.item = bool(unit.path)
        self.trail.over = self.trail.over if unit.path else text
        self.trail.ran = not bare and ran_in(read)
        self.trail.shows = any(line.spans for line in lines) and shows_in(read)
        self.trail.said = read
        self.told.extend(told(lines, self.tongue))
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
        self._footnoted(block)
        self._obey_if_done()
        if (opened := next(filter(None, map(opened_by, calls)), None)) is not None:
            self._opened(opened)

    def _footnoted(self, block: Paragraph) -> None:
        """The commands that the footnotes of a paragraph tell to run."""
        for node in block.children:
            if type(node) is Footnote and node.children:
                for line in lines_of(node.children, self.index, block.lines):
                    for one in inline.commands_in(line, tongue=self.tongue) if line.spans else ():
                        self._inline(one, line)

    def _prose_nodes(self, block: Paragraph, text: str, unit: Unit, *, bare: bool) -> list[Node]:
        wrapped = wrap(block, unit)
        kind = unit.notice or note_kind(text, self.tongue) or bold_label_kind(block)
        if kind:
            return [Note(block.lines, kind, (wrapped,))]
        linked = "ol" not in unit.path and _only_linked(block)
        actions = actions_in(text, self.tongue) if bare and not linked else []
        if not actions:
            return [Prose(block.lines, (wrapped,))]
        if any(action == "reboot" for action, _ in actions):
            self.session.rebooted()
        return [Manual(block.lines, sentence, action, () if i else (wrapped,)) for i, (action, sentence) in enumerate(actions)]


def _only_links(block: Preformatted) -> bool:
    """Whether links to other pages are all that stands in lines, which their author hardly meant for code."""
    others = [node for node in block.children if not (isinstance(node, Link) and node.kind == "page")]
    return len(others) < len(block.children) and all(isinstance(node, Text) and not node.text.strip() for node in others)


def _only_linked(block: Paragraph) -> bool:
    """Whether links are all that a paragraph holds: it leads elsewhere, and tells to do nothing here."""
    said = [node for node in block.children if type(node) is not Text or node.text.strip(" \n*\u00b7|,-\u2022")]
    return bool(said) and all(type(node) is Link for node in said)


def _marked_item(unit: Unit) -> Opening | None:
    """The item of a numbered list at the top level that begins with a unit. One that is nothing but a list ("#* …") goes on with the
    item before, whose list something parts from it."""
    first = unit.openings[0] if unit.openings else None
    whole = first is not None and first.kind == "ol" and first.level == 0 and len(unit.openings) == 1
    return first if whole and "dd" not in unit.path else None


def _starts_client(line: Line) -> bool:
    """Whether a line is the command that starts a database's client: what stands below it is typed there."""
    return client_of(line.text) in DATABASES and as_command(line.text) >= 3


def _surely_typed(setting: Setting, use: Use) -> bool:
    """Whether lines without any mark are surely typed: the first is a command, with a prompt or without."""
    first = setting.texts[0]
    prompt = prompt_of(first) if use == "session" else None
    return as_command(first if prompt is None else prompt.rest) >= 3 and (use == "commands" or prompt is not None)


def _code_only(lines: Sequence[Line], first: int) -> tuple[Row, ...]:
    """The lines from number `first` on that are nothing but inline code, as rows of code."""
    rows: list[Row] = []
    for at in range(first, len(lines)):
        line = lines[at]
        code = code_of(line)
        if code is None:
            break
        rows.append(Row(line.n, code))
    return tuple(rows)
