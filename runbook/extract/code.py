"""Blocks of code: what each is for, by its lines, the prose before it and what has been read so far."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from runbook.extract import inline
from runbook.extract.blocks import disguised, is_difference, shell_of, use_of
from runbook.extract.choices import opens_alternative
from runbook.extract.configurations import manifest_of
from runbook.extract.contents import lines_edited, ordered, title_of, turn
from runbook.extract.cues import Cue, cue_of, edit_kind, makes
from runbook.extract.directives import Directive
from runbook.extract.orders import database_in, interpreter_in, of_client, told
from runbook.extract.paths import (
    edited_file,
    file_in,
    file_of,
    in_full,
    is_file_name,
    leads_into,
    meant_again,
    named_again,
    names_file,
    of_language,
    saved_as,
    script_in,
)
from runbook.extract.programs import is_program
from runbook.extract.prose import last_sentence, line_of, lines_of, sentences
from runbook.extract.recorder import WHOLE_LINE, Recorder
from runbook.extract.rows import dedented, span, trimmed, without_edges
from runbook.extract.setting import Setting, Use, texts_of
from runbook.extract.units import shown_rows
from runbook.forms import is_parted_name, is_shebang
from runbook.looks import as_command, first_word, is_directive, program_share
from runbook.model import Command, Listing, Paragraph, Row
from runbook.prompted import client_of
from runbook.prompts import prompt_of
from runbook.tables import is_row
from runbook.transcript import read_commands, read_session
from runbook.typed import DATABASES, Printed, typed
from runbook.words import AnyCase, languages, word_set

_BESIDE: Final = (
    "right after ",
    "right before ",
    "right below ",
    "right above ",
    "just after ",
    "just before ",
    "directly after ",
    "directly before ",
)
_LANGUAGE: Final = re.compile(r"#!?([A-Za-z+]{2,12})")
_ITEM: Final = re.compile(r"\s*[-*\u2022+]\s+[^\W\d_]")


class CodeReader(Recorder):
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
        rows = dedented(rows) if dedent else tuple(rows)
        rows, language = _unfenced(rows, language)
        if self._parted(rows, language, forced, path, alone=alone):
            return
        if not language and len(rows) > 1 and (named := _named_language(rows[0].text)):
            self.tokens.append(Listing(span(rows[:1]), (rows[0].text,), "", "remark-in-code"))
            rows, language = rows[1:], named
        directive, self._spoken_at = self._directive, len(self.tokens)
        said, path = _said_use(directive, path) if directive is not None else (None, path)
        setting = self._setting(rows, language, path, alone=alone)
        use, rule = (said, "author") if said is not None else (forced, "template") if forced is not None else use_of(setting)
        if use in ("session", "commands"):
            marked = bool(setting.language) or use == "session"
            self._marked, self._unmarked = self._marked + marked, self._unmarked + (not marked)
        self._take(use, rule, rows, language, setting, directive.shell if directive else "")
        self._obey_if_done(done=True)
        self.trail.earlier.extend(self.trail.lead)
        self.trail.lead = [setting.texts[0]] if use == "caption" or (use == "listing" and names_file(setting.texts)) else []
        self.trail.after_edit = use == "file"
        self.trail.adjacent = use != "caption"
        self.trail.ran = self.trail.shows = False

    def _parted(self, rows: Sequence[Row], language: str, forced: Use | None, path: str | None, *, alone: bool) -> bool:
        """Whether a block is of parts that are for different things; then each is read as a block of its own."""
        cut = self._said_within(rows)
        if cut:
            self._code(rows[:cut], language, forced=forced, path=path, alone=alone)
            self._hear(rows[cut].n)
            self._code(rows[cut:], language, forced=forced, path=path, alone=alone)
            return True
        cut = turn(rows) if forced is None and path is None else 0
        if cut:
            self._code(rows[:cut], language, alone=alone)
            self._code(rows[cut:], language, alone=alone)
            return True
        cut = self._leaves_editor(rows) if self.trail.opened and not language and forced is None else 0
        if cut:
            self._code(rows[:cut], language, path=path, alone=alone)
            self._code(rows[cut:], language, alone=alone)
            return True
        if forced is None and path is None and not language and _enters_editor(rows):
            self._code(rows[:1], language, alone=alone)
            self._code(rows[1:], language, alone=alone)
            return True
        return False

    def _take(self, use: Use, rule: str, rows: Sequence[Row], language: str, setting: Setting, shell: str) -> None:
        """What a block is becomes nodes; `shell` is the author's word for the shell of its commands, "" without one."""
        ordered = rule == "prose-tells-to-run" and setting.cue.command and as_command(rows[0].text) >= 1
        alone_typed = (rule == "template" or ordered) and len(rows) == 1 and not rows[0].text.lstrip().startswith("#")
        if use == "commands" and alone_typed:
            self._transcript((typed(tuple(rows), rows[0].text, None),), rule, language)
        elif rule == "statements":
            self._statements(rows, setting)
        elif use in ("session", "commands"):
            entries = (
                read_session(rows, language, asked=setting.cue.asked)
                if use == "session"
                else read_commands(
                    rows,
                    told=told(setting),
                    shell=shell or self._shell(setting, rule),
                    edited=lines_edited,
                )
            )
            self._transcript(entries, rule, language)
        elif use == "output":
            cut = self._typed_again(rows)
            if not cut:
                self._transcript((typed(tuple(rows[:1]), rows[0].text.strip(), None), Printed(trimmed(rows[1:]))), rule, language)
                return
            self._output(trimmed(rows[:cut]), rule)
            if cut < len(rows):
                self._code(rows[cut:], language, forced="commands")
        elif use in ("file", "patch"):
            cut = _typed_below(rows) if use == "file" and not language else len(rows)
            self._edit(rows[:cut], setting, rule, patch=use == "patch")
            if cut < len(rows):
                self._code(rows[cut:], language, forced="commands")
        elif rows:
            self.tokens.append(Listing(span(rows), tuple(row.text for row in rows), language, rule))
            if not language and all(_ITEM.match(text) for text in setting.texts):
                self._items(rows)

    def _typed_again(self, rows: Sequence[Row]) -> int:
        """The index of the row below an empty one in an output with which the program that printed it is typed again, or of the first
        where it is the last command word for word; else their number."""
        command = self._last_command()
        if command is not None and len(rows) > 1 and rows[0].text.strip() == command.text:
            return 0
        program = first_word(command.text) if command is not None else ""
        for at in range(1, len(rows)):
            text = rows[at].text.strip()
            below = program and not rows[at - 1].text.strip() and text.startswith(program)
            if below and first_word(text) == program and as_command(text) >= 3:
                return at
        return len(rows)

    def _leaves_editor(self, rows: Sequence[Row]) -> int:
        """The index of the first row that root types again, behind lines for the file which root opened before; 0 where there is none."""
        command = self._last_command()
        if command is None or command.prompt is None or not command.prompt.endswith("#"):
            return 0
        for at, row in enumerate(rows):
            prompt = prompt_of(row.text)
            if at and prompt is not None and prompt.signature == "#" and as_command(prompt.rest) >= 3:
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
        if disguised(setting):
            return "sh"
        if setting.language != "sql":
            return shell_of(setting.language)
        if setting.client not in DATABASES and of_client(setting.texts):
            return "psql"
        return setting.client if setting.client in DATABASES else database_in(" ".join(setting.section))

    def _client(self) -> str:
        """The language of the client that the last command started; "" where it started none."""
        command = self._last_command()
        return client_of(command.text) if command is not None and command.shell == "sh" and command.text.count(" ") < 8 else ""

    def _statements(self, rows: Sequence[Row], setting: Setting) -> None:
        """Statements of SQL, below the client that reads them where the block begins with it; else as the words around name one."""
        client = client_of(rows[0].text)
        shell = client if client in DATABASES else database_in(" ".join(setting.section))
        if client in DATABASES:
            self._transcript((typed(tuple(rows[:1]), rows[0].text.strip(), None),), "statements", "")
        self._transcript(read_commands(rows[1 if client in DATABASES else 0 :], told=True, shell=shell), "statements", "")

    def _setting(self, rows: Sequence[Row], language: str, path: str | None, *, alone: bool) -> Setting:
        trail, texts = self.trail, texts_of(rows)
        title = title_of(texts) if path is None else None
        leads = _without_aside(trail.lead)
        lead = leads[-1] if leads else "" if trail.earlier or trail.adjacent else trail.heading
        cue = cue_of(lead, self.tongue) if lead else Cue()
        last = last_sentence(lead)
        if lead and not leads:
            cue = _of_heading(cue, lead)
        elif len(leads) > 1 and _says_little(lead, cue) and not any(map(_typed_or_option, texts)):
            before = cue_of(leads[-2], self.tongue)
            cue = replace(before, leads=True) if before.file and not before.see else cue
        elif len(leads) > 1 and cue.looks and not cue.printed and _ITS_LOOK.begins(lead):
            before = next((told for told in (cue_of(one, self.tongue) for one in leads[-2:-4:-1]) if told.says_something), Cue())
            cue = replace(cue, file=True, see=False) if before.file and not (before.see or before.command) else cue
        into = leads_into(last) or self._names_known(last)
        named = path or into or (file_of(leads[-2:]) if leads else None)
        near = path is not None or into is not None or file_in(last) is not None
        if not near and ("-" in last or "_" in last) and (again := named_again(last, (*trail.earlier[-4:], *leads))) is not None:
            named, near = again, True
        if not near and named is not None and language in _FENCED_FILES:
            named = of_language(language, named, leads[-2:])
        if path is None and into is None and named is not None and _of_other_kind(named, language):
            named, near = None, False
        if named is None and (cue.file or cue.looks or not trail.lead):
            named = file_in(trail.heading) or (file_of(trail.earlier[-2:]) if cue.file or cue.looks or cue.swap else None)
            named = named if meant_again(last, named) else None
        if named is None:
            named = self._named_after()
            near = near or named is not None
        heading = _NUMBER.sub("", trail.heading).strip("`*\"' :")
        if heading.endswith(")") and (inside := _IN_PARENTHESES.search(heading)) is not None:
            heading = inside[1]
        headed = is_file_name(heading) and " " not in heading and not (leads and program_share(texts) >= 0.4)
        if title is not None and (named is None or named.rpartition("/")[2] != title.rpartition("/")[2]):
            named = title
        named = in_full(named, trail.lead[-2:]) or (heading if headed else None)
        plain = language in languages("plain")
        return Setting(
            tuple(rows),
            "" if plain else language,
            cue,
            texts,
            path=named,
            near=near,
            into=path is None and into is not None,
            section_file=trail.section_file,
            section=(*(title for _, title in self._titles), *trail.earlier[-4:], *trail.lead),
            alone=alone,
            open_file=trail.open_file,
            after_edit=trail.after_edit,
            after_command=trail.after_command,
            after_prompt=trail.after_prompt,
            page_commands=self._command is not None,
            adjacent=trail.adjacent,
            fold=self._fold or "",
            followed=self._followed(),
            ran=trail.ran,
            shows=trail.shows,
            opened=trail.opened,
            title=title,
            marked=self._marked > 0 and not self._unmarked,
            headed=headed,
            plain=plain,
            instead=self._behind_commands() and bool(lead) and opens_alternative(lead, self.tongue),
            client=self._client(),
            source_file=self._source_file,
            around=tuple(
                (trail.section_file, (*trail.earlier[:_INTRO], *trail.lead[:_INTRO])) for _, trail in reversed(self._trails[:-1])
            ),
            seen=self._seen(texts),
            ran_before=len(texts) == 1 and " " in texts[0].strip() and first_word(texts[0]) in self._programs,
            asks_patch="patch" in last.casefold() and "apply" in last.casefold(),
        )

    def _seen(self, texts: Sequence[str]) -> bool:
        """Whether some lines of a block, and a third of them, were printed on the page before."""
        again = sum(text.strip() in self.printed for text in texts) if self.printed else 0
        return again > 1 and 3 * again >= len(texts)

    def _names_known(self, sentence: str) -> str | None:
        """The file whose bare name is all of a sentence, where its path stands on the page: "lamps.map" below "/etc/lamps/lamps.map"."""
        name = sentence.strip("*`'\": \t\n")
        if not 3 < len(name) < 40 or not is_parted_name(name):
            return None
        return (
            name
            if f"/{name}" in self.page.text and re.search(rf"(?<![:/\w])[~/][\w./\-]*/{re.escape(name)}(?![\w/])", self.page.text)
            else None
        )

    def _behind_commands(self) -> bool:
        """Whether a single node stands between a command and what comes now."""
        return len(self.tokens) > 1 and isinstance(self.tokens[-2], Command)

    def _followed(self) -> bool:
        """Whether another block of code comes next."""
        return any(shown_rows(unit.block) for unit in self._units[self._at + 1 : self._at + 2])

    def _named_after(self) -> str | None:
        """A file named only behind its content: "add this line: … to the file X"."""
        following = self._units[self._at + 1 : self._at + 2]
        if not following or not isinstance(following[0].block, Paragraph):
            return None
        lines = lines_of(following[0].block.children, self.index, following[0].lines)
        first = lines[0].text.strip() if lines else ""
        if first and (saved := saved_as(sentences(first)[0])):
            return saved
        if not first.casefold().startswith(_BEHIND):
            return None
        return file_in(sentences(first)[0]) or script_in(sentences(first)[0])

    def _edit(self, rows: Sequence[Row], setting: Setting, rule: str, *, patch: bool) -> None:
        lead = self.trail.lead[-1] if self.trail.lead else ""
        path = setting.path or (file_of(self.trail.lead) if rule != "timed-jobs" else None)
        if not setting.near and (setting.opened or (setting.cue.swap and setting.after_edit)):
            path = self.trail.open_file
        elif path is None and rule == "timed-jobs":
            pass  # it is the table that crontab opens, not a file named before
        elif path is None:
            before = setting.open_file or setting.far_path or (setting.outer_path if rule == "looks-like-configuration" else None)
            path = before if meant_again(last_sentence(lead), before) else None
        if not setting.near and (known := manifest_of(setting.texts)) is not None and known in self.page.text:
            path = path if path is not None and path.endswith(known) else known
        path = self._of_language(setting.language, path)
        rows = self._without_order(without_edges(rows)) if rule == "comment-names-file" else without_edges(rows)
        if not rows:
            return
        op = "patch" if patch else "create" if is_shebang(rows[0].text) else edit_kind(lead, self.tongue)
        named = path is not None and (is_difference(rows) or makes(lead, path.rpartition("/")[2], self.tongue))
        if (op == "set" and named) or (op == "patch" and not patch):
            op = "create"
        if rule == "source-of-a-program" and (path is None or (path.count(".") > 1 and "/" not in path)):
            path = setting.source_file or path  # "lamps.rules.all" is a name in the source
        if is_program(setting.texts):
            self._source_file = path or self._source_file or ""
        self._file_edit(rows, path, op, rule)
        self.trail.open_file = self.trail.section_file = path
        self.trail.opened = False

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
        return without_edges(rows[end:])


_BEHIND: Final = (
    "to the ", "to your ", "in the ", "into ", "at the end of ", "to /", "to ~", "in /", "somewhere in ", "at the top of ", "at the bottom of ",
    "below the ", "above the ", *_BESIDE,
)  # fmt: skip
"""How a sentence goes on behind content for a file, to say where it belongs."""
_SHORT: Final = 24
"""What is shorter hardly says what the block below is, and what stands before it still holds: "we import:"."""
_CONFIGURATION: Final = AnyCase(
    r"\A\W*(?:(?:an?|the|my|your|basic|minimal|default|full|sample|example)\s+){0,3}(?:config(?:uration)?|settings)"
    r"(?:\s+(?:files?|examples?|samples?))?\W*\Z"
)


_ITS_LOOK: Final = AnyCase(
    r"\A\W*(?:it|this|that|the\s+(?:result|file|end\s+result|section|entry|whole))\s+(?:should|will|would|might|may|must|can|looks?)\b"
)
"""How a sentence tells the look of what the one before told to edit: "It should look like this:"."""
_TERMINAL: Final = frozenset("terminal console shell prompt command commands input type enter run".split())


def _says_little(lead: str, cue: Cue) -> bool:
    """Whether a paragraph leads to a block without a word of what it is: "we import:"."""
    return not cue.says_something and cue.leads and len(lead) < _SHORT and _TERMINAL.isdisjoint(word_set(lead))


_INTRO: Final = 6
"""How many paragraphs of a section around are looked through for the file that it is about."""
_FENCED_FILES: Final = frozenset(("yaml", "yml", "json", "toml", "xml", "php", "css"))
_DATA: Final = frozenset(("json", "yaml", "yml", "xml", "toml", "ini"))
_NO_DATA: Final = frozenset(
    "js mjs cjs ts py sh c cc cpp h rb pl php java crt cer pem key exe bat cmd gz zip tar deb rpm png jpg log".split()
)


def _of_other_kind(path: str, language: str) -> bool:
    """Whether lines of data in a language can't be what that file holds: JSON is no certificate, and no script."""
    return language in _DATA and path.rpartition(".")[2].casefold() in _NO_DATA


def _typed_below(rows: Sequence[Row]) -> int:
    """The index of the row below an empty one from which on all are commands, where all before are rows of a table or directives; else
    the number of rows."""
    cut = next((at for at in range(len(rows) - 1, 0, -1) if not rows[at].text.strip()), 0)
    below = rows[cut + 1 :]
    if not cut or not all(as_command(row.text) >= 3 and not is_row(row.text.strip()) for row in below):
        return len(rows)
    above = [row.text.strip() for row in rows[:cut] if row.text.strip() and not row.text.lstrip().startswith("#")]
    return cut + 1 if above and below and all(is_row(text) or is_directive(text) for text in above) else len(rows)


def _typed_or_option(text: str) -> bool:
    return as_command(text) >= 3 or text.lstrip()[:1] == "-"


def _of_heading(cue: Cue, heading: str) -> Cue:
    """What a heading says of the block right below it: one that names a file, or the configuration, speaks of that file's lines."""
    if _CONFIGURATION.search(heading):
        return replace(cue, file=True)
    return replace(cue, see=False, printed=False, announced=False) if cue.see and file_in(heading) else cue


_IN_PARENTHESES: Final = re.compile(r"\(\W*([~/.]?[\w/.~+\-]+\w)\W*\)\Z")
"""A file's name behind the words of a heading: "Users (/etc/passwd)"."""
_NUMBER: Final = re.compile(r"\A\s*\d+(?:\.\d+)*[.)]?\s+")
_FENCE: Final = re.compile(r"\s*(?P<fence>`{3,}|~{3,})\s*\{?\.?(?P<language>[\w+\-]*)\}?\s*")


def _without_aside(lead: Sequence[str]) -> Sequence[str]:
    """The prose before a block without last paragraphs that are mere asides: in parentheses, or "Note that …"."""
    said = lead[-1].strip() if len(lead) > 1 else ""
    if said.startswith("(") and said.rstrip(".").endswith(")"):
        return lead[:-1]
    if lead and ")" in lead[-1][-4:] and (aside := _ASIDE.search(lead[-1], max(0, len(lead[-1]) - 300))) is not None:
        return [*lead[:-1], lead[-1][: aside.start()].rstrip() + (aside["before"] or aside["behind"])]
    kept = len(lead)
    while kept > 1 and _NOTES.begins(lead[kept - 1]) and not lead[kept - 1].rstrip().endswith((":", "\uff1a")):
        kept -= 1
    return lead[:kept]


_ASIDE: Final = re.compile(r"(?:(?P<before>[.:])\s+\([^()]+\)\.?|\s\([^()]+[.!]\)\s*(?P<behind>:))\s*\Z")
"""A sentence in parentheses at the end of a paragraph, or before its colon: "Add. (The second line is not needed.)"."""
_NOTES: Final = AnyCase(r"\A\W*(?:please\s+)?note\s+that\b")
"""How an author begins what is to be known of the sentence before, which still leads up to the block."""


def _unfenced(rows: tuple[Row, ...], language: str) -> tuple[tuple[Row, ...], str]:
    """The rows of a block between its fences, and their language: indented too far, these are code themselves to Markdown."""
    if len(rows) < 3 or language or rows[0].text.lstrip()[:3] not in ("```", "~~~"):
        return rows, language
    begins = _FENCE.fullmatch(rows[0].text)
    inside = [row.text.strip() for row in rows[1:]]
    if begins is None or inside[-1] != begins["fence"] or begins["fence"] in inside[:-1]:
        return rows, language
    return rows[1:-1], begins["language"].casefold()


def _named_language(text: str) -> str:
    """The language that the first line of a block says, as pages have it that were converted from other wikis: "#!sh", "#cpp"."""
    match = _LANGUAGE.fullmatch(text.strip())
    word = match[1].casefold() if match is not None else ""
    return word if any(word in languages(kind) for kind in ("shell", "session", "program", "file", "plain")) else ""


def _said_use(directive: Directive, path: str | None) -> tuple[Use | None, str | None]:
    """What a directive says that a block is for, and its file."""
    if directive.skip:
        return "listing", path
    if directive.file:
        return "file", directive.file
    return ("output" if directive.output else "commands" if directive.shell not in ("", "sh") else None), path


def _enters_editor(rows: Sequence[Row]) -> bool:
    """Whether root opens a file in an editor in the first row, and what stands below is not typed by root again: it goes into the file."""
    prompt = prompt_of(rows[0].text) if rows else None
    if prompt is None or prompt.signature != "#" or edited_file(prompt.rest) is None:
        return False
    below = next((row.text for row in rows[1:] if row.text.strip()), None)
    after = prompt_of(below) if below is not None else None
    return below is not None and (after is None or as_command(after.rest) < 3)
