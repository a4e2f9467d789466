"""Blocks of code: what each is for, by its lines, the prose before it and what has been read so far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from runbook.clients import client_of
from runbook.extract import inline
from runbook.extract.answers import answered_in
from runbook.extract.blocks import is_difference, shell_of, use_of
from runbook.extract.configurations import manifest_of
from runbook.extract.contents import lines_edited, ordered, parted
from runbook.extract.contents import surely_typed as all_typed
from runbook.extract.cues import edit_kind, makes
from runbook.extract.directives import Directive
from runbook.extract.for_systems import labelled
from runbook.extract.interpreters import interpreter_in
from runbook.extract.language_said import captioned, meant, named_language, unfenced
from runbook.extract.marks import Mark
from runbook.extract.only_read import framed_words, listed
from runbook.extract.orders import database_in, of_client, told
from runbook.extract.paths import (
    file_in,
    file_of,
    holds_commands,
    meant_again,
    names_file,
    of_other_language,
    program_in,
)
from runbook.extract.programs import is_program
from runbook.extract.prose import last_sentence, line_of
from runbook.extract.recorder import WHOLE_LINE
from runbook.extract.rows import dedented, framed, plain_blanks, span, unlabelled, unnumbered
from runbook.extract.script_parts import names_set
from runbook.extract.set_in import ends_open, told_on
from runbook.extract.setting import Setting, Use, texts_of
from runbook.extract.surroundings import Surroundings
from runbook.extract.weighing import weighed
from runbook.extract.written import edited_file
from runbook.file_lines import config_share, is_directive
from runbook.forms import is_shebang
from runbook.looks import as_command, first_word, prose_words
from runbook.model import Branch, Choice, Command, Listing, Row
from runbook.patterns import pattern
from runbook.printouts import is_printed
from runbook.prompts import prompt_of
from runbook.shown import surely_typed
from runbook.tables import is_row
from runbook.transcript import read_session, trimmed
from runbook.typed import DATABASES, Entry, Printed, Typed, typed
from runbook.unprompted import read_commands
from runbook.untyped import fails
from runbook.words import languages

_ANSWERS: Final = frozenset(
    (
        "answer-to-command-in-prose",
        "prose-announces-output",
        "printed-by-what-shows",
        "lines-of-a-machine",
        "unmarked-after-command",
    )
)
"""Rules by which a block is what the command in the words before it printed."""
_ITEM: Final = pattern(r"\s*[-*\u2022+]\s+[^\W\d_]")


class CodeReader(Surroundings):
    """Takes blocks of code for commands, outputs, files or something only to be read."""

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
        rows = framed(plain_blanks(rows))
        rows, language = unfenced(dedented(rows) if dedent else tuple(rows), language)
        rows = unlabelled(unnumbered(rows, language), language)
        if not language and len(rows) > 1 and (named := named_language(rows[0].text)):
            self._hear(rows[0].n)
            self.tokens.append(Listing(span(rows[:1]), (rows[0].text,), "", "remark-in-code"))
            rows, language = rows[1:], named
        if forced is None and path is None and not language and (paragraphs := told_on(rows, self.trail.lead)):
            for paragraph, words_of in paragraphs:
                self._hear(paragraph[0].n)
                if words_of:
                    self._tell(paragraph, words_of)
                else:
                    self._code(paragraph, language, alone=alone)
            return
        if forced is None and path is None and len(rows) > 1 and answered_in(self.trail.said, self.tongue) is None:
            titled, path = captioned(rows, language, self._names_file())
            if titled:
                self._hear(rows[0].n)
                self.tokens.append(Listing(span(rows[:1]), (rows[0].text,), "", "remark-in-code"))
                rows, forced = rows[1:], "file" if path else None
        # A block may be of parts that are for different things. What a part is depends on what came before it: no part is looked at
        # before the one above it has been taken.
        parts = [(part, path) for part in reversed(parted(rows) if forced is None and path is None else [rows])]
        first = True
        while parts:
            rows, path = parts.pop()
            if not first:
                self._hear(rows[0].n)
            cut, path_behind = self._cut(rows, language, forced, path)
            if cut:
                parts += [(rows[cut:], path_behind), (rows[:cut], path)]
                continue
            first = False
            self._part(rows, language, forced, path, alone=alone)

    def _tell(self, rows: Sequence[Row], words_of: str) -> None:
        """Takes rows of a block for words of the author's: they lead up to what comes next, and may go on with the paragraph before."""
        self.tokens.append(Listing(span(rows), tuple(row.text for row in rows), "", "remark-in-code"))
        lead = self.trail.lead
        if ends_open(lead):
            lead[-1] = f"{lead[-1]} {words_of}"
        else:
            lead.append(words_of)
        self.trail.adjacent = False

    def _part(self, rows: Sequence[Row], language: str, forced: Use | None, path: str | None, *, alone: bool) -> None:
        language = meant(texts_of(rows), language) if language else ""
        directive, self._spoken_at = self._directive, len(self.tokens)
        said, path = _said_use(directive, path) if directive is not None else (None, path)
        setting = self._setting(rows, language, path, alone=alone)
        if said is not None:
            use, rule = said, "author"
        elif forced is not None:
            use, rule = forced, "template"
        else:
            use, rule = weighed(setting, *use_of(setting))
        if use in ("session", "commands"):
            marked = bool(setting.language) or use == "session"
            self._marked, self._unmarked = self._marked + marked, self._unmarked + (not marked)
        elif use == "output" and rule in _ANSWERS and (asked := answered_in(self.trail.said, self.tongue)) is not None:
            self._inline(asked[1], asked[0])
        self._take(use, rule, rows, language, setting, directive.shell if directive else "")
        self._obey_if_done(done=True)
        self.trail.earlier.extend(self.trail.lead)
        self.trail.lead = [setting.texts[0]] if use == "caption" or (use == "listing" and names_file(setting.texts)) else []
        if rule == "list-of-words":
            self.trail.lead = [listed(setting.texts[-1]) or setting.texts[-1]]
        self.trail.after_edit = use == "file"
        if rule == "part-of-a-script":
            self.trail.scripted |= names_set(setting.texts)
        self.trail.adjacent = use != "caption"
        self.trail.ran, self.trail.shows, self.trail.said = False, False, ()

    def _cut(self, rows: Sequence[Row], language: str, forced: Use | None, path: str | None) -> tuple[int, str | None]:
        """The index of the row with which another part of a block begins, 0 for none, and the file of that part."""
        if cut := self._said_within(rows):
            return cut, path
        if forced is not None:
            return 0, path
        if self.trail.opened and not language and (cut := self._leaves_editor(rows)):
            return cut, None
        if not language and not self.trail.adjacent and (cut := framed_words([row.text for row in rows])) < len(rows) and cut:
            return cut, path
        named = self._names_file() if not language else None
        if not language and (cut := _prompt_below(rows, named=named is not None)):
            return cut, path
        if path is None and named is not None and not holds_commands(named) and (cut := _typed_below(rows)) < len(rows):
            return cut, None
        if path is None and not language and (named := _captioned(rows)) is not None:
            return 1, named
        return 1 if path is None and not language and _enters_editor(rows) else 0, None

    def _names_file(self) -> str | None:
        """The file that the sentence right before names."""
        return file_in(last_sentence(self.trail.lead[-1])) if self.trail.lead else None

    def _take(self, use: Use, rule: str, rows: Sequence[Row], language: str, setting: Setting, shell: str) -> None:
        """What a block is becomes nodes; `shell` is the author's word for the shell of its commands, "" without one."""
        ordered = rule == "prose-tells-to-run" and setting.cue.command and as_command(rows[0].text) >= 1
        alone_typed = (rule == "template" or ordered) and len(rows) == 1 and not rows[0].text.lstrip().startswith("#")
        if use == "commands" and alone_typed:
            self._transcript((typed(tuple(rows), rows[0].text, None),), rule, language)
        elif rule == "statements":
            self._statements(rows, setting)
        elif rule == "for-systems":
            self._for_systems(rows)
        elif use in ("session", "commands"):
            entries = (
                read_session(rows, language, asked=setting.asked, ran=setting.programs)
                if use == "session"
                else read_commands(
                    rows,
                    told=told(setting),
                    shell=shell or self._shell(setting, rule),
                    edited=lines_edited,
                    ran=self._programs,
                )
            )
            self._forget_mention(entries)
            self._transcript(entries, rule, language)
        elif use == "output":
            cut = self._typed_again(rows, rule)
            if not cut:
                self._transcript((typed(tuple(rows[:1]), rows[0].text.strip(), None), Printed(trimmed(rows[1:]))), rule, language)
                return
            self._output(trimmed(rows[:cut]), rule)
            if cut < len(rows):
                self._code(rows[cut:], language, forced="commands")
        elif use in ("file", "patch"):
            scripted = setting.path is not None and holds_commands(setting.path)
            cut = _typed_below(rows) if use == "file" and not (language or scripted) else len(rows)
            self._edit(rows[:cut], setting, rule, patch=use == "patch")
            if cut < len(rows):
                self._code(rows[cut:], language, forced="commands")
        elif rows:
            self.tokens.append(Listing(span(rows), tuple(row.text for row in rows), language, rule))
            if not language and all(_ITEM.match(text) for text in setting.texts):
                self._items(rows)

    def _forget_mention(self, entries: Sequence[Entry]) -> None:
        """Takes back a program that the words right before only name, as the block below runs it: "To look, use `lampctl`:"."""
        before = self.tokens[-1] if self.tokens else None
        first = next((entry.text for entry in entries if type(entry) is Typed), "")
        if type(before) is not Command or before.rule != "told-to-run-inline":
            return
        if before.text != first_word(first) and not first.startswith(f"{before.text} "):
            return
        if self.trail.lead and (self.trail.lead[-1].rstrip().endswith((":", "\uff1a")) or first.endswith(before.text)):
            self.tokens.pop()
            self._command = None
            self._spoken_at = min(self._spoken_at, len(self.tokens))

    def _typed_again(self, rows: Sequence[Row], rule: str) -> int:
        """The index of the row below an empty one in an output with which the program that printed it is typed again, or of the first
        where it is the last command word for word; or from which on all is typed, against a failure or below an empty row; else their number."""
        command = self._last_command()
        if command is not None and len(rows) > 1 and rows[0].text.strip() == command.text:
            return 0
        program = first_word(command.text) if command is not None else ""
        end = len(rows)
        while rule == "failure-message" and end > 1 and _goes_on(rows[end - 1]):
            end -= 1
        for at in range(1, end):
            text = rows[at].text.strip()
            below = program and not rows[at - 1].text.strip() and text.startswith(program)
            if below and first_word(text) == program and as_command(text) >= 3:
                return at
        blank = next((at for at in range(len(rows) - 1, 0, -1) if not rows[at].text.strip()), 0)
        if rule == "lines-of-a-machine" and blank and all(surely_typed(row.text) for row in rows[blank + 1 :]):
            return blank + 1
        return end

    def _leaves_editor(self, rows: Sequence[Row]) -> int:
        """The index of the first row in which something is typed again behind a prompt as that of the command which opened an editor, behind
        lines for its file; 0 where there is none."""
        command = self._last_command()
        if command is None or not command.prompt:
            return 0
        for at, row in enumerate(rows):
            prompt = prompt_of(row.text)
            if at and prompt is not None and prompt.text[-1:] == command.prompt[-1] and as_command(prompt.rest) >= 3:
                return at
        return 0

    def _items(self, rows: Sequence[Row]) -> None:
        """The commands that a list of words in a block tells to run."""
        for line in map(line_of, rows):
            for found in inline.commands_in(line, tongue=self.tongue):
                if found.rule not in WHOLE_LINE:
                    self._inline(found, line)

    def _shell(self, setting: Setting, rule: str) -> str:
        """The shell in which the lines of a block are typed; for SQL of no kind the client that was started last, or is spoken of."""
        if rule == "calls":
            return interpreter_in(setting)
        if setting.language != "sql":
            return shell_of(setting.language)
        if setting.client not in DATABASES and of_client(setting.texts):
            return "psql"
        return setting.client if setting.client in DATABASES else database_in(" ".join(setting.section))

    def _for_systems(self, rows: Sequence[Row]) -> None:
        """Lines that are each for another system, as alternatives."""
        branches: list[Branch] = []
        start = len(self.tokens)
        for one in labelled(rows):
            before = len(self.tokens)
            self._emit_command(typed((one.row,), one.command, None), "for-systems")
            body = tuple(token for token in self.tokens[before:] if not isinstance(token, Mark))
            branches.append(Branch(one.label, body, (one.row.n, one.row.n)))
        self.tokens[start:] = [Choice("alternative", tuple(branches), span(rows))]
        self._command = None

    def _statements(self, rows: Sequence[Row], setting: Setting) -> None:
        """Statements of SQL, below the client that reads them where the block begins with it; else as the words around name one."""
        client = client_of(rows[0].text)
        known = client if client in DATABASES else setting.client
        shell = known if known in DATABASES else database_in(" ".join(setting.section))
        if client in DATABASES:
            self._transcript((typed(tuple(rows[:1]), rows[0].text.strip(), None),), "statements", "")
        self._transcript(read_commands(rows[1 if client in DATABASES else 0 :], told=True, shell=shell), "statements", "")

    def _edit(self, rows: Sequence[Row], setting: Setting, rule: str, *, patch: bool) -> None:
        path = self._of_language(setting.language, self._path_of_edit(rows, setting, rule))
        rows = self._without_order(trimmed(rows)) if rule == "comment-names-file" else trimmed(rows)
        if not rows:
            return
        op = "patch" if patch else self._kind_of_edit(rows, path, rule)
        if rule == "source-of-a-program" and (path is None or (path.count(".") > 1 and "/" not in path)):
            path = setting.source_file or path  # "lamps.rules.all" is a name in the source
        if is_program(setting.texts):
            self._source_file = path or self._source_file or ""
        self._file_edit(rows, path, op, rule)
        for row in rows:
            self._define(row.text)
        self.trail.open_file = self.trail.section_file = path
        self.trail.opened = False

    def _path_of_edit(self, rows: Sequence[Row], setting: Setting, rule: str) -> str | None:
        """The file into which the rows of a block go; None where nothing tells it."""
        lead = self.trail.lead[-1] if self.trail.lead else ""
        path = setting.path or (file_of(self.trail.lead) if rule != "timed-jobs" else None)
        place = setting.opened and path is not None and "." not in path.rpartition("/")[2] and "." in (setting.open_file or "")
        if (not setting.near or place) and (setting.opened or (setting.cue.swap and setting.after_edit)):
            path = self.trail.open_file
        elif rule == "part-of-a-script":
            path = self.trail.script = self.trail.script or path or setting.far_path
        elif path is None and rule == "timed-jobs":
            pass  # it is the table that crontab opens, not a file named before
        elif path is None:
            before = setting.open_file or setting.far_path or (setting.outer_path if rule == "looks-like-configuration" else None)
            again = meant_again(last_sentence(lead), before) and not of_other_language(setting.language, before)
            path = before if again else None
        if not setting.near and (known := manifest_of(setting.texts)) is not None and known in self.page.text:
            path = path if path is not None and path.endswith(known) else known
        if not setting.near and is_shebang(rows[0].text):
            path = program_in(last_sentence(lead)) or path
        return path

    def _kind_of_edit(self, rows: Sequence[Row], path: str | None, rule: str) -> str:
        """Whether rows make a file, are added to it or are to stand in it, by their form and the words before them."""
        lead = self.trail.lead[-1] if self.trail.lead else ""
        if is_shebang(rows[0].text):
            return "create"
        if rule == "part-of-a-script":
            return "append"
        op = edit_kind(lead, self.tongue)
        named = path is not None and (is_difference(rows) or makes(lead, path.rpartition("/")[2], self.tongue))
        return "create" if op == "patch" or (op == "set" and named) else op

    def _of_language(self, language: str, path: str | None) -> str | None:
        """The path of an edit that names none: that of all edits in the same language before it, where these were of one file."""
        if not language or language in languages("shell"):
            return path
        if path is None:
            return self._file_of_language.get(language)
        known = self._file_of_language.setdefault(language, path)
        if known != path:
            self._file_of_language[language] = None
        return path

    def _without_order(self, rows: Sequence[Row]) -> Sequence[Row]:
        """The rows for a file without the remark on top, and those right below it, that tells to put them there."""
        if ordered(rows[0].text) is None:
            return rows
        end = next((at for at, row in enumerate(rows) if not row.text.lstrip().startswith("#")), len(rows))
        self.tokens.append(Listing(span(rows[:end]), tuple(row.text for row in rows[:end]), "", "remark-in-code"))
        return trimmed(rows[end:])


def _typed_below(rows: Sequence[Row]) -> int:
    """The index of the row below an empty one from which on all is typed, where nothing before is, or all are rows of a table or
    directives, or the script that the first of them makes executable; else the number of rows."""
    if rows and is_shebang(rows[0].text):
        return next(
            (at for at in range(1, len(rows)) if not rows[at - 1].text.strip() and _MAKES_SCRIPT.match(rows[at].text)), len(rows)
        )
    typed_at = next((at for at, row in enumerate(rows) if not is_row(row.text.strip())), 0)
    if typed_at and surely_typed(rows[typed_at].text.strip()) and not is_directive(rows[typed_at].text):
        return typed_at
    cut = next((at for at in range(len(rows) - 1, 0, -1) if not rows[at].text.strip()), 0)
    below = [row.text.strip() for row in rows[cut + 1 :]]
    if not cut or not (all(as_command(text) >= 3 and not is_row(text) for text in below) or all_typed(below[:1])):
        return len(rows)
    above = [row.text.strip() for row in rows[:cut] if row.text.strip() and not row.text.lstrip().startswith("#")]
    if above and below and all(is_row(text) or is_directive(text) for text in above):
        return cut + 1
    return cut + 1 if above and all_typed(below[:1]) and not any(map(surely_typed, above)) else len(rows)


def _prompt_below(rows: Sequence[Row], *, named: bool) -> int:
    """The index of the row below an empty one where root or a user types for the first time, where all rows above are settings, or not
    typed and of a file that the words before have `named`; else 0."""
    at = next((at for at, row in enumerate(rows) if row.text.lstrip()[:2] in ("# ", "$ ")), 0)
    parted = at > 1 and not rows[at - 1].text.strip()
    least = 1 if at and rows[at].text.lstrip()[0] == "$" else 3
    below = [row.text for row in rows[at + 1 :]]
    if not at or as_command(rows[at].text.lstrip()[2:]) < least or not (parted or config_share(below, perhaps=False) < 0.5):
        return 0
    above = [row.text for row in rows[:at]]
    held = config_share(above, perhaps=False) == 1 or (named and parted)
    return at if held and all(as_command(text) < 3 for text in above) else 0


def _goes_on(row: Row) -> bool:
    """Whether a row below a message of failure is what is typed then."""
    text = row.text.strip()
    return as_command(text) >= 2 and " " in text and not is_printed(text) and not fails(text)


_MAKES_SCRIPT: Final = pattern(r"\s*(?:sudo )?chmod (?:[ugoa]*\+r?w?x|0?7[0-7]{2}) \S+\s*\Z")
"""What is typed once a script is saved."""


def _said_use(directive: Directive, path: str | None) -> tuple[Use | None, str | None]:
    """What a directive says that a block is for, and its file."""
    if directive.skip:
        return "listing", path
    if directive.file:
        return "file", directive.file
    return ("output" if directive.output else "commands" if directive.shell not in ("", "sh") else None), path


def _captioned(rows: Sequence[Row]) -> str | None:
    """The file that the first row of a block, which is words, names for the others: rows of a system's tables."""
    if len(rows) < 2 or "/" not in rows[0].text or as_command(rows[0].text) >= 2 or not prose_words(rows[0].text):
        return None
    return file_in(rows[0].text) if all(is_row(row.text.strip()) for row in rows[1:] if row.text.strip()) else None


def _enters_editor(rows: Sequence[Row]) -> bool:
    """Whether root opens a file in an editor in the first row, and what stands below is not typed by root again: it goes into the file."""
    prompt = prompt_of(rows[0].text) if rows else None
    if prompt is None or prompt.signature != "#" or edited_file(prompt.rest) is None:
        return False
    below = next((row.text for row in rows[1:] if row.text.strip()), None)
    after = prompt_of(below) if below is not None else None
    return below is not None and (after is None or as_command(after.rest) < 3)
