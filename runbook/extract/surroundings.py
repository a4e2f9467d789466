"""What stands around a block of code: the words before it, the file that these name, what has been read so far."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from typing import Final, NamedTuple

from msgspec.structs import replace

from runbook.clients import client_of
from runbook.extract import protocols
from runbook.extract.behind import ends_in_article, run_behind, told_behind
from runbook.extract.choices import opens_alternative
from runbook.extract.contents import opens_as_root, title_of
from runbook.extract.cues import Cue, cue_of
from runbook.extract.leads import label_of_file, leads_into
from runbook.extract.paths import (
    file_in,
    file_of,
    files_in,
    in_full,
    is_file_name,
    is_log,
    meant_again,
    named_again,
    of_language,
)
from runbook.extract.prose import Line, last_sentence, lines_of, sentences
from runbook.extract.recorder import Recorder, Token
from runbook.extract.setting import Setting, texts_of
from runbook.extract.units import Unit, shown_rows
from runbook.file_lines import program_share
from runbook.forms import is_parted_name
from runbook.looks import as_command, first_word
from runbook.model import Command, FileEdit, Listing, Paragraph, Preformatted, Row
from runbook.patterns import pattern
from runbook.shown import Shows, shows
from runbook.words import AnyCase, languages, spoken_interpreters, word_set

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


_FEW: Final = 4
"""Tokens between lines of a file and others that one changes them to."""
_LABEL: Final = 60
"""What is longer is no label."""
_SETTINGS: Final = frozenset("options settings directives parameters lines entries rules keywords".split())

_INTRO: Final = 6
"""How many paragraphs of a section around are looked through for the file that it is about."""

_FENCED_FILES: Final = frozenset(("yaml", "yml", "json", "toml", "xml", "php", "css"))

_DATA: Final = frozenset(("json", "yaml", "yml", "xml", "toml", "ini"))

_NO_DATA: Final = frozenset(
    "js mjs cjs ts py sh c cc cpp h rb pl php java crt cer pem key exe bat cmd gz zip tar deb rpm png jpg log".split()
)


_PACKED: Final = frozenset("gz tgz zip bz2 xz zst 7z rar deb rpm iso tar exe dll jar".split())
"""Endings of what holds no lines that one reads."""


def _of_other_kind(path: str, language: str) -> bool:
    """Whether lines of data in a language can't be what that file holds: JSON is no certificate, and no script."""
    return language in _DATA and path.rpartition(".")[2].casefold() in _NO_DATA


def _are_typed(texts: Sequence[str]) -> bool:
    """Whether a tenth of some lines has the form of what is typed: one setting of many may look like it ("aws {")."""
    return 10 * sum(map(_typed_or_option, texts)) >= len(texts)


def _typed_or_option(text: str) -> bool:
    return as_command(text) >= 3 or text.lstrip()[:1] == "-"


def _of_heading(cue: Cue, heading: str) -> Cue:
    """What a heading says of the block right below it: one that names a file, or the configuration, speaks of that file's lines."""
    if _CONFIGURATION.search(heading):
        return replace(cue, file=True)
    return replace(cue, see=False, printed=False, announced=False) if cue.see and file_in(heading) else cue


def _again(texts: Sequence[str], known: Container[str], least: int = 2) -> bool:
    """Whether some lines of a block, and a third of them, are among those `known`."""
    again = sum(text.strip() in known for text in texts) if known else 0
    return again >= least and 3 * again >= len(texts)


_IN_PARENTHESES: Final = pattern(r"\(\W*([~/.]?[\w/.~+\-]+\w)\W*\)\Z")
"""A file's name behind the words of a heading: "Users (/etc/passwd)"."""

_NUMBER: Final = pattern(r"\A\s*\d+(?:\.\d+)*[.)]?\s+")


def _is_set(path: str, texts: Sequence[str]) -> bool:
    """Whether a path that the words name is a value that one of some lines sets: "Set MILL_HOME to /opt/mill:"."""
    return any(
        "=" in text and text.rstrip("\"'; ").endswith((f"={path}", f"= {path}", f'="{path}', f"='{path}")) for text in texts
    )


def _file_in_heading(heading: str) -> str:
    """The words of a heading without its number and marks, or those at its end in parentheses that may be a file's name."""
    words_of = (_NUMBER.sub("", heading) if heading.lstrip()[:1].isdigit() else heading).strip("`*\"' :")
    inside = _IN_PARENTHESES.search(words_of) if words_of.endswith(")") else None
    return inside[1] if inside is not None else words_of


def _without_aside(lead: Sequence[str]) -> Sequence[str]:
    """The prose before a block without last paragraphs that are mere asides: in parentheses, or "Note that …"."""
    said = lead[-1].strip() if len(lead) > 1 else ""
    if said.startswith("(") and said.rstrip(".").endswith(")"):
        return lead[:-1]
    if (
        lead
        and ")" in lead[-1][-4:]
        and (aside := _ASIDE.search(lead[-1], max(0, len(lead[-1]) - 300))) is not None
        and not is_file_name(aside[0].strip(" .:()"))
    ):
        return [*lead[:-1], lead[-1][: aside.start()].rstrip() + (aside["before"] or aside["behind"])]
    kept = len(lead)
    while kept > 1 and _NOTES.begins(lead[kept - 1]) and not lead[kept - 1].rstrip().endswith((":", "\uff1a")):
        kept -= 1
    return lead[:kept]


_ASIDE: Final = pattern(r"(?:(?P<before>[.:])\s+\([^()]+\)\.?|\s\([^()]+[.!]\)\s*(?P<behind>:))\s*\Z")
"""A sentence in parentheses at the end of a paragraph, or before its colon: "Add. (The second line is not needed.)"."""

_NOTES: Final = AnyCase(r"\A\W*(?:please\s+)?note\s+that\b")
"""How an author begins what is to be known of the sentence before, which still leads up to the block."""


class _Named(NamedTuple):
    """A file for a block, by how it is named; the fields are those of `Setting`."""

    path: str | None
    title: str | None
    near: bool
    into: bool
    behind: bool
    headed: bool


class Surroundings(Recorder):
    """Knows what stands around the block of code that comes next."""

    _told_apart: bool | None = None

    def _setting(self, rows: Sequence[Row], language: str, path: str | None, *, alone: bool) -> Setting:
        """A block of code with all that is known around it; `path` is a file that its markup names."""
        trail, texts = self.trail, texts_of(rows)
        leads, lead = self._leads()
        cue = self._cue(texts)
        last = last_sentence(lead)
        named = self._named(rows, language, path, cue, leads, last)
        plain = language in languages("plain")
        return Setting(
            tuple(rows),
            "" if plain else language,
            cue,
            texts,
            path=named.path,
            near=named.near,
            into=named.into,
            labelled=path is None and len(lead) < 100 and label_of_file(lead) is not None,
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
            title=named.title,
            marked=self._marked > 0 and not self._unmarked,
            headed=named.headed,
            behind=named.behind,
            plain=plain and self._parts_languages(),
            instead=self._behind_commands() and bool(lead) and opens_alternative(lead, self.tongue),
            client=self._client(),
            source_file=self._source_file,
            scripted=self.trail.scripted,
            around=tuple(
                (trail.section_file, (*trail.earlier[:_INTRO], *trail.lead[:_INTRO])) for _, trail in reversed(self._trails[:-1])
            ),
            seen=_again(texts, self.printed),
            held=_again(texts, self.held, 1 if trail.after_edit else 2),
            altered=trail.after_edit and self._begin_again(texts),
            linked=self._linked,
            defined=len(texts) == 1 and first_word(texts[0]) in self._own_programs,
            ran_before=bool(texts) and all(" " in text.strip() and first_word(text) in self._programs for text in texts),
            awaited=self._awaits(),
            unanswered=trail.adjacent and bool(self.tokens) and _unanswered(self.tokens[-1]),
            signed=len(texts) == 1 and texts[0].lstrip().startswith("# ") and self._typed_at("#"),
            below_message=bool(self.tokens) and _is_message(self.tokens[-1]),
            heading=trail.heading,
            programs=self._programs,
            asks_patch="patch" in last.casefold() and "apply" in last.casefold(),
        )

    def _named(self, rows: Sequence[Row], language: str, path: str | None, cue: Cue, leads: Sequence[str], last: str) -> _Named:
        """The file that the markup, the words before or behind, a comment on top or the heading name for a block."""
        trail, texts = self.trail, texts_of(rows)
        opened = language not in languages("file") and opens_as_root(texts)
        title = title_of(texts) if path is None and not opened else None
        into = leads_into(last) or self._names_known(last)
        named, near = self._file_named(path or into, language, cue, leads, last)
        if path is None and into is None and named is not None and _is_set(named, texts):
            named, near = None, False
        behind = False
        if (
            rows
            and (named is None or (not near and ends_in_article(trail.lead)))
            and (told := self._named_behind(language, rows[0].n))
        ):
            named, behind = told, True
        heading = _file_in_heading(trail.heading)
        headed = " " not in heading and is_file_name(heading) and not (leads and program_share(texts) >= 0.4)
        if title is not None and (named is None or named.rpartition("/")[2] != title.rpartition("/")[2]):
            named = title
        named = in_full(named, trail.lead[-2:]) or (in_full(heading, (trail.open_file or "",)) if headed else None)
        return _Named(named, title, near or behind, path is None and into is not None, behind, headed)

    def _parts_languages(self) -> bool:
        """Whether some blocks of the page have a language, so that it tells something of others that they are said to have none."""
        if self._told_apart is None:
            said = (unit.block.language.casefold() for unit in self._units if type(unit.block) is Preformatted)
            self._told_apart = any(language and language not in languages("plain") for language in said)
        return self._told_apart

    def _leads(self) -> tuple[Sequence[str], str]:
        """The paragraphs since the last block, and the one that leads up to what comes now: the heading, where nothing else stands
        below it."""
        trail = self.trail
        leads = _without_aside(trail.lead)
        return leads, leads[-1] if leads else "" if trail.earlier or trail.adjacent else trail.heading

    def _cue(self, texts: Sequence[str]) -> Cue:
        """What the words before say of a block with these lines."""
        trail = self.trail
        leads, lead = self._leads()
        cue = cue_of(lead, self.tongue) if lead else Cue()
        if lead and not leads:
            return _of_heading(cue, lead)
        if trail.item and not cue.says_something and len(lead) < _LABEL and self._of_settings():
            return replace(cue, file=True, content=True, asks=False)
        if len(leads) > 1 and _says_little(lead, cue) and not _are_typed(texts):
            before = cue_of(leads[-2], self.tongue)
            return replace(before, leads=True) if before.file and not before.see else cue
        if len(leads) > 1 and cue.looks and not cue.printed and _ITS_LOOK.begins(lead):
            earlier = (cue_of(one, self.tongue) for one in leads[-2:-4:-1])
            before = next((told for told in earlier if told.says_something), Cue())
            return replace(cue, file=True, see=False) if before.file and not (before.see or before.command) else cue
        return cue

    def _of_settings(self) -> bool:
        """Whether the words before a list speak of settings, of a file that is known: "Options for old clients:"."""
        over = self.trail.over
        told = over.rstrip().endswith((":", "\uff1a")) and not _SETTINGS.isdisjoint(word_set(last_sentence(over)))
        return told and not cue_of(over, self.tongue).command

    def _file_named(self, told: str | None, language: str, cue: Cue, leads: Sequence[str], last: str) -> tuple[str | None, bool]:
        """The file that the words around a block name, and whether these are right before it; `told` is one that its markup, or the
        words before their colon, name."""
        trail = self.trail
        told = told or self._next_of_several()
        named = told or (file_of(leads[-2:]) if leads else None)
        said = " ".join(sentences(leads[-1])[-2:]) if leads and len(last) < _SHORT and cue.file and cue.edits else last
        near = told is not None or file_in(said) is not None
        if not near and ("-" in last or "_" in last) and (again := named_again(last, (*trail.earlier[-4:], *leads))) is not None:
            named, near = again, True
        if not near and named is not None and language in _FENCED_FILES:
            named = of_language(language, named, leads[-2:])
        if told is None and named is not None and _of_other_kind(named, language):
            named, near = None, False
        if named is not None and not told and named.rpartition(".")[2] in _PACKED:
            named, near = None, False
        if not near and is_log(named) and not meant_again(last, named):
            named = None
        if not near and named is not None and trail.after_edit and named != trail.open_file and self._just_set(named):
            named = trail.open_file
        if named is None and (cue.file or cue.looks or not trail.lead) and not (cue.label and trail.open_file):
            # What was named before the lines of a file right above is not what comes now.
            earlier = (cue.file or cue.looks or cue.swap) and not (trail.after_edit and trail.open_file)
            named = file_in(trail.heading) or (file_of(trail.earlier[-2:]) if earlier else None)
            named = named if meant_again(last, named) and (named or "").rpartition(".")[2] not in _PACKED else None
        return named, near

    def _just_set(self, path: str) -> bool:
        """Whether a path stands in the lines of the file's content right before, and the words behind go on with what these set."""
        if not (self.trail.lead and self.trail.lead[0][:1].islower()):
            return False
        before = next((token for token in self.tokens[: -_FEW - 1 : -1] if isinstance(token, FileEdit)), None)
        return before is not None and any(path in line for line in before.content)

    def _begin_again(self, texts: Sequence[str]) -> bool:
        """Whether most of some lines begin with the same word as one of the file's content right before."""
        before = next((token for token in self.tokens[: -_FEW - 1 : -1] if isinstance(token, FileEdit)), None)
        known = {word for line in before.content for word in line.split(maxsplit=1)[:1]} if before is not None else ()
        return bool(known) and 3 * sum(text.split(maxsplit=1)[0] in known for text in texts) >= 2 * len(texts)

    def _next_of_several(self) -> str | None:
        """The file behind the one whose content stands right above, where one sentence names both before."""
        trail = self.trail
        if not (trail.after_edit and trail.adjacent and trail.earlier and trail.open_file) or trail.lead:
            return None
        names = files_in(last_sentence(trail.earlier[-1]))
        at = names.index(trail.open_file) + 1 if trail.open_file in names else len(names)
        return names[at] if at < len(names) else None

    def _names_known(self, sentence: str) -> str | None:
        """The file whose bare name is all of a sentence, where its path stands on the page: "lamps.map" below "/etc/lamps/lamps.map"."""
        name = sentence.strip("*`'\": \t\n")
        if not 3 < len(name) < 40 or not is_parted_name(name):
            return None
        return (
            name
            if f"/{name}" in self.page.text
            and re.search(rf"(?<![:/\w.\-])[~/][\w./\-]*/{re.escape(name)}(?![\w/])", self.page.text)
            else None
        )

    def _behind_commands(self) -> bool:
        """Whether a single node stands between a command and what comes now."""
        return len(self.tokens) > 1 and type(self.tokens[-2]) is Command

    def _followed(self) -> bool:
        """Whether another block of code comes next."""
        following = self._next()
        return following is not None and bool(shown_rows(following.block))

    def _next(self) -> Unit | None:
        """What comes next on the page; None at its end."""
        return self._units[self._at + 1] if self._at + 1 < len(self._units) else None

    def _named_behind(self, language: str, first: int) -> str | None:
        """A file named only behind its content, whose first line is number `first`: by words that go on, or a command that runs it."""
        following = self._next()
        if following is None:
            return None
        broken = ends_in_article(self.trail.lead) and not following.openings
        if type(following.block) is Paragraph and (told := told_behind(self._lines(following), broken=broken)) is not None:
            return told
        after = self._units[self._at + 1 : self._at + 3]
        return run_behind(language, after, self._lines, lambda name: any(name in line for line in self.source[: first - 1]))

    def _lines(self, unit: Unit) -> Sequence[Line]:
        return lines_of(unit.block.children, self.index, unit.lines) if isinstance(unit.block, Paragraph) else ()

    def _awaits(self) -> Shows:
        """What the last command prints, where it was run for that."""
        command = self._last_command()
        return shows(command.text) if command is not None and command.shell == "sh" else ""

    def _typed_at(self, prompt: str) -> bool:
        """Whether the last command of this section stood behind such a prompt."""
        command = self._last_command() if self.trail.after_command else None
        return command is not None and command.prompt == prompt

    def _still_within(self, language: str) -> bool:
        """Whether what a command of this section started is asked still, and the words since then speak of nothing else."""
        said = word_set(self.trail.lead[-1]) if self.trail.lead else frozenset()
        elsewhere = any(not names.isdisjoint(said) for names in spoken_interpreters().values())
        return self.trail.after_command and self.session.language() == language and not elsewhere

    def _client(self) -> str:
        """The language of the client that the last command started; "" where it started none."""
        command = self._last_command()
        if command is not None and command.shell in spoken_interpreters() and self._still_within(command.shell):
            return command.shell
        return client_of(command.text) if command is not None and command.shell == "sh" and command.text.count(" ") < 16 else ""


def _is_message(token: Token) -> bool:
    """Whether a token is a message of a protocol."""
    return isinstance(token, Listing) and token.rule == protocols.RULE


def _unanswered(token: Token) -> bool:
    """Whether nothing is known to come back from a command."""
    return isinstance(token, Command) and token.expected is None
