"""What a block of code is for: commands, a terminal's transcript, output, a file's content, or only to be read.

The rules are tried in order; the first that applies names itself, and `explain` shows it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal

from msgspec import Struct

from runbook.extract.paths import file_of, is_file_name
from runbook.extract.prose import Cue
from runbook.looks import (
    NEVER,
    as_command,
    as_prose,
    asks_back,
    command_share,
    config_share,
    fails,
    is_elision,
    is_menu_path,
    is_reference,
    is_shebang,
    is_statement,
    is_timed_job,
    is_url,
    program_share,
)
from runbook.model import Row
from runbook.prompts import prompt_of
from runbook.transcript import DATABASES, client_of, is_session, prompts_of
from runbook.words import languages, word_set, words

Use = Literal["session", "commands", "output", "file", "patch", "caption", "listing"]


class Setting(Struct, frozen=True):
    """A code block and what is known around it.

    `texts` are its lines that are not blank, each with those that a backslash joins to it; `cue` is what the prose before it says;
    `path` the file that this prose names (`near`: in its last sentence, `into`: right before its colon), `section_file` and `section`
    the file and the texts of the section so far; `open_file` one that an editor was started on, or that the edit just before was about;
    `alone` that the block is a numbered item of its own; `followed` that the next thing is a block of code too; `ran` that the sentence
    before ran a command in its midst, `shows` that it says what a command shows; `marked` that the page marks its commands, by a
    language or a prompt; `after_edit` that the block before was a file's content; `after_command` that a command came before in this
    section (`after_prompt`: behind a prompt that can be nothing else), `page_commands` on this page; `adjacent` that nothing stands
    between this block and the code block before it; `fold` is the title of the part that is
    folded away with the block.
    """

    rows: tuple[Row, ...]
    language: str
    cue: Cue
    texts: tuple[str, ...]
    path: str | None = None
    near: bool = False
    into: bool = False
    section_file: str | None = None
    section: tuple[str, ...] = ()
    alone: bool = False
    open_file: str | None = None
    after_edit: bool = False
    after_command: bool = False
    after_prompt: bool = False
    page_commands: bool = False
    adjacent: bool = False
    fold: str = ""
    followed: bool = False
    ran: bool = False
    shows: bool = False
    marked: bool = False
    asks_patch: bool = False

    @property
    def far_path(self) -> str | None:
        """A file that is named earlier in the section."""
        return self.section_file or file_of(self.section)

    @classmethod
    def around(cls, rows: Sequence[Row], language: str, cue: Cue) -> Setting:
        """A setting of which nothing more is known."""
        return cls(tuple(rows), language, cue, texts_of(rows))


def texts_of(rows: Sequence[Row]) -> tuple[str, ...]:
    """The lines of a block that are not blank, each with those that a backslash joins to it."""
    texts: list[str] = []
    goes_on = False
    for text in (row.text for row in rows if row.text.strip()):
        if goes_on:
            texts[-1] = f"{texts[-1].rstrip()[:-1].rstrip()} {text.strip()}"
        else:
            texts.append(text)
        goes_on = text.rstrip().endswith("\\")
    return tuple(texts)


Rule = Callable[[Setting], Use | None]

_DIFF = re.compile(r"(?:--- \S|\+\+\+ \S|@@ -\d+|diff --git |Index: \S)")
_BULLET = re.compile(r"\s*[*\u2022-]\s+(?=[a-z./~])")
_SECTION = re.compile(r"\s*\[[A-Za-z][\w .:/@\-]*\]\s*\Z")
_COLUMNS = re.compile(r"\S {3,}\S")
_DOWNLOAD = re.compile(
    r"\s*[\w.+*?\-]+\.(?:zip|7z|rar|tgz|tbz2?|txz|tar|gz|bz2|xz|zst|iso|img|deb|rpm|dmg|apk|ova|qcow2|vmdk)\s*"
)
"""Packages and images: they are fetched, never typed."""
_FILE_ALONE = re.compile(r"[\w\-]+(?:\.[\w\-]+)+")
_SETS_SHELL = re.compile(r"\s*(?:export|alias|set|setenv|umask|source|\.)\s|\s*\w+=\S*\s*\Z")
_EXTENDS = re.compile(r"\s*(?:export\s+)?(?P<name>[A-Z]\w*)=.*\$\{?(?P=name)\b")
"""A variable of the shell set to more of itself: `PATH=/opt/bin:$PATH`."""

_SYNTAX = re.compile(r"<[\w\-]+>|\[[<\w\- ]+")
_MESSAGE = re.compile(
    r"\A\W{0,3}(?:error|warning|fatal|failed|usage|configure: error|traceback|no such|cannot|can't|unable|permission denied|segmentation|welcome|"
    r"done|success|note)\b|\b(?:error|failed|not found|denied)\b",
    re.IGNORECASE,
)


_CHOICE_OF_MENU = re.compile(r"\s*(?:<[*M ]?>|\[[* ]\]|-[*M]-|\{[*M]\})\s+\w")


def _menu(setting: Setting) -> Use | None:
    """Choices of a menu, as the kernel's configuration shows them: to be ticked there, not typed."""
    chosen = sum(_CHOICE_OF_MENU.match(text) is not None for text in setting.texts)
    return "listing" if chosen > 1 and chosen * 3 >= len(setting.texts) else None


def _empty(setting: Setting) -> Use | None:
    return None if setting.texts else "listing"


def _folded(setting: Setting) -> Use | None:
    """Folded away, with a title that says log or output."""
    if not setting.fold:
        return None
    if not word_set(setting.fold).isdisjoint(words("log_titles")):
        return "listing"
    return "output" if setting.cue.printed and setting.page_commands else None


def is_difference(rows: Sequence[Row]) -> bool:
    """Whether some lines are a difference between files: those of a patch."""
    return sum(_DIFF.match(row.text) is not None for row in rows) >= 2


def _diff(setting: Setting) -> Use | None:
    if setting.language in languages("diff"):
        return "patch" if setting.asks_patch else "listing"
    signs = [text for text in setting.texts if _DIFF.match(text)]
    if len(signs) < 2:
        return None
    # What is typed before the difference printed it.
    first = prompt_of(setting.texts[0])
    if first is not None and first.rest and not _DIFF.match(setting.texts[0]) and _terminal(setting):
        return None
    return "patch" if setting.asks_patch else "listing"


def _script(setting: Setting) -> Use | None:
    return "file" if is_shebang(setting.texts[0]) else None


def _terminal(setting: Setting) -> Use | None:
    if not is_session(setting.rows, setting.language, asked=setting.cue.asked):
        return None
    prompts = prompts_of(setting.rows, setting.language, asked=setting.cue.asked)
    only_hash = all(prompt is None or prompt.signature == "#" for prompt in prompts)
    if only_hash and setting.cue.file and (setting.path or setting.open_file) and config_share(setting.texts) > 0.5:
        return None
    return "session"


def _session_language(setting: Setting) -> Use | None:
    if setting.language in languages("session") or setting.language in languages("windows"):
        return "commands" if not setting.cue.see or command_share(setting.texts) >= 0.5 else "output"
    return None


def _output_language(setting: Setting) -> Use | None:
    return "output" if setting.language in languages("output") and not setting.cue.file else None


def _data_language(setting: Setting) -> Use | None:
    answers = setting.cue.see or (setting.adjacent and not setting.after_edit and not setting.open_file)
    if setting.language in languages("file") and answers and setting.after_command and not (setting.cue.file or setting.near):
        return "output"
    if setting.language in languages("file"):
        if setting.path or setting.open_file or setting.cue.file or setting.cue.looks:
            return "file"
        whole = setting.language in languages("settings") and not setting.cue.syntax and len(setting.texts) > 2
        return "file" if whole else "listing"
    if setting.language in languages("program"):
        if setting.language in ("sql", "mysql", "postgresql"):
            told = setting.cue.run or (setting.cue.asks and setting.cue.leads and not setting.cue.file)
            return "commands" if told else "listing"
        told = setting.cue.file or setting.cue.looks or setting.into or (setting.cue.edits and setting.near)
        told = told or _other_side(setting) is not None
        return "file" if (setting.path or setting.open_file) and told else "listing"
    return None


_DATABASES = (("psql", frozenset(("postgres", "postgresql", "psql"))), ("sqlite", frozenset(("sqlite",))))


def _statements(setting: Setting) -> Use | None:
    """Statements of SQL on lines of their own, perhaps below the client that reads them: to be typed there."""
    cue, texts = setting.cue, setting.texts
    if setting.language or cue.file or cue.see or not any(text.rstrip().endswith(";") and is_statement(text) for text in texts):
        return None
    rest = texts[1:] if client_of(texts[0]) in DATABASES else texts
    return "commands" if rest and all(map(is_statement, rest)) else None


def database_in(text: str) -> str:
    """The client of a database of which some prose speaks; MySQL's where it speaks of none."""
    found = word_set(text)
    return next((language for language, names in _DATABASES if not found.isdisjoint(names)), "mysql")


def _timed_jobs(setting: Setting) -> Use | None:
    """Lines for a table of timed jobs, which nobody types at a prompt."""
    texts = [text.strip() for text in setting.texts if not text.lstrip().startswith("#")]
    return "file" if texts and not setting.cue.see and all(map(is_timed_job, texts)) else None


def _prompt_shown(setting: Setting) -> Use | None:
    """Only a prompt with nothing behind it: what the reader should see."""
    prompts = [
        prompt for row, prompt in zip(setting.rows, prompts_of(setting.rows, setting.language), strict=True) if row.text.strip()
    ]
    return "output" if prompts and all(prompt is not None and not prompt.rest for prompt in prompts) else None


def _caption(setting: Setting) -> Use | None:
    """A line of words in code, right above another block: what its author calls that."""
    if not setting.followed or len(setting.texts) != 1 or not as_prose(setting.texts[0]):
        return None
    return "caption"


def _answer(setting: Setting) -> Use | None:
    """What a command printed that stands in the sentence before: the block has nothing to run, and no file is open."""
    if not (setting.ran or setting.shows) or setting.open_file or (setting.cue.lines and not setting.shows):
        return None
    if setting.language in languages("shell") and not setting.shows:
        return None
    return "output" if _share_typed(setting.texts) < 0.5 else None


def _unmarked(setting: Setting) -> Use | None:
    """On a page that marks its commands, a block without a mark after one: it is no command, and where no file is spoken of, printed."""
    cue = setting.cue
    if (
        not (setting.marked and setting.after_command)
        or setting.language
        or cue.run
        or cue.file
        or cue.looks
        or cue.syntax
        or setting.near
    ):
        return None
    if config_share(setting.texts) >= 0.6 or program_share(setting.texts) >= 0.4:
        return None
    printed = any(as_command(text) <= 0 or _COLUMNS.search(text) for text in setting.texts)
    return "output" if printed and _share_typed(setting.texts) < 0.5 else None


def _share_typed(texts: Sequence[str]) -> float:
    """The share of lines that surely are commands; the name of a file alone is none."""
    counted = [_BULLET.sub("", text).strip() for text in texts if not text.lstrip().startswith("#")]
    typed = sum(as_command(text) >= 3 and not _FILE_ALONE.fullmatch(text) and not is_file_name(text) for text in counted)
    return typed / len(counted) if counted else 0.0


def _undone(setting: Setting) -> Use | None:
    """What the prose right before says is not to be done."""
    return "listing" if setting.cue.undone and not setting.cue.see else None


def _syntax(setting: Setting) -> Use | None:
    """A syntax, not a command line: told so, or shown with optional parts."""
    described = sum(_SYNTAX.search(text) is not None for text in setting.texts)
    return "listing" if setting.cue.syntax and (described or command_share(setting.texts, at_least=3) < 0.5) else None


def _other_side(setting: Setting) -> Use | None:
    return "file" if setting.cue.swap and setting.after_edit else None


def _addresses(setting: Setting) -> Use | None:
    return "listing" if all(is_url(text) or is_reference(text) for text in setting.texts) else None


def _told_file(setting: Setting) -> Use | None:
    """The prose speaks of a file's lines and names the file, and the block does not look like commands to run instead."""
    cue = setting.cue
    if cue.lines and not cue.command and (setting.near or _no_command(setting)):
        return "file"
    known = setting.path or setting.open_file
    if all(map(is_menu_path, setting.texts)):
        return None
    if not known or not (cue.file or cue.looks or cue.swap or setting.into or (cue.edits and setting.near)):
        return None
    if cue.see and cue.printed and setting.after_command and not (cue.file or setting.near):
        return None
    if cue.content and setting.near and not cue.run:
        return "file"
    others = [text for text in setting.texts if not _SETS_SHELL.match(text)]
    if setting.into and not cue.run and (cue.edits or not any(as_command(text) >= 3 for text in others)):
        return "file"
    if cue.command and (_some_command(others) or not cue.file) and config_share(setting.texts) < 0.5:
        return None
    if others and _all_commands(others) and not (setting.open_file and setting.near):
        return None
    sure = 3 if cue.swap or (cue.edits and setting.near) else 2
    if (
        others
        and command_share(others, at_least=sure) >= 0.7
        and config_share(others) < 0.5
        and not (setting.open_file and setting.near)
    ):
        return None
    return "file"


def _all_commands(texts: Sequence[str]) -> bool:
    likeness = [as_command(text) for text in texts]
    return min(likeness) >= 2 and max(likeness) >= 3 and config_share(texts) < 0.5


def _no_command(setting: Setting) -> bool:
    return command_share(setting.texts, at_least=3) < 0.5


def _some_command(texts: Sequence[str]) -> bool:
    return any(as_command(text) >= 2 for text in texts)


def _told_output(setting: Setting) -> Use | None:
    if not setting.cue.see or not setting.page_commands:
        return None
    if setting.near and not setting.cue.printed and config_share(setting.texts, perhaps=False) >= 0.6:
        return None
    if setting.cue.announced and setting.after_command and not (setting.cue.run or setting.cue.file):
        return "output"
    if setting.language in languages("shell") and any(as_command(text) >= 3 for text in setting.texts):
        return None
    if command_share(setting.texts, at_least=3) >= 0.5 and not all(is_elision(text) for text in setting.texts):
        return None
    if setting.cue.run and command_share(setting.texts) >= 0.5:
        return None
    return "output"


def _asking(setting: Setting) -> Use | None:
    """What a program asks that was started before."""
    return "output" if setting.page_commands and all(map(asks_back, setting.texts)) else None


def _resumed(setting: Setting) -> Use | None:
    """A block directly after a transcript, without a prompt of its own: what the last command printed further."""
    if not setting.adjacent or not setting.after_command or setting.language:
        return None
    goes_on = setting.after_edit and (config_share(setting.texts) >= 0.6 or _commented(setting.texts))
    if setting.open_file and (goes_on or not setting.after_edit) and command_share(setting.texts, at_least=3) < 0.5:
        return "file"
    return "output" if setting.after_prompt or command_share(setting.texts) < 0.5 else None


def _commands(setting: Setting) -> Use | None:
    texts = [text for text in setting.texts if not text.lstrip().startswith(("#", "//"))]
    if not texts:
        return "commands" if setting.language in languages("shell") else None
    if not (setting.path or setting.open_file) and all(map(_EXTENDS.match, texts)):
        return "commands"
    if program_share(texts) > 0.4 and not setting.cue.run:
        return None
    if as_command(texts[0]) >= 4 and not config_share(texts[:1]) and not setting.cue.file:
        return "commands"
    if config_share(texts, perhaps=len(texts) > 2) >= 0.6 and not setting.cue.command:
        return None
    share = command_share(texts)
    if share >= 0.5 or (as_command(texts[0]) >= 3 and (share >= 0.2 or config_share(texts) < 0.3)):
        return "commands"
    return None


def _told_commands(setting: Setting) -> Use | None:
    """The prose tells to run what follows (or asks for something and ends in a colon), and nothing in the block speaks against it."""
    if all(as_command(text) <= NEVER for text in setting.texts):
        return None
    if setting.language in languages("shell"):
        return "commands"
    cue, texts = setting.cue, setting.texts
    if not (cue.run or setting.alone or ((cue.asks or cue.leads) and not cue.see and not cue.file)):
        return None
    if sum(as_command(text) < 0 for text in texts) > 0.5 * len(texts):
        return None
    if sum(as_prose(text) for text in texts) > 0.5 * len(texts) or (config_share(texts, perhaps=False) > 0.7 and not cue.command):
        return None
    if any(is_menu_path(text) or _MESSAGE.search(text) for text in texts) and not cue.command:
        return None
    if all(map(_DOWNLOAD.fullmatch, texts)):
        return None
    return "commands" if len(texts) <= (30 if cue.command else 12) and program_share(texts) < 0.5 else None


def _configuration(setting: Setting) -> Use | None:
    if all(map(is_menu_path, setting.texts)):
        return None
    sure = config_share(setting.texts, perhaps=False)
    if sure >= 0.8 and len(setting.texts) > 2 and _SECTION.match(setting.texts[0]) and not (setting.adjacent or setting.cue.see):
        return "file"
    share = config_share(setting.texts) if setting.cue.file or len(setting.texts) > 2 else sure
    if setting.cue.command and sure < 0.6:
        return None
    # What was open before is meant again where nothing stands between, or what does speaks of writing.
    again = setting.adjacent or setting.cue.edits or setting.cue.swap or setting.cue.asks or sure >= 0.6
    if share >= 0.6 and (setting.cue.file or setting.path or (again and (setting.open_file or setting.far_path))):
        return "file"
    return (
        "file"
        if (setting.path or setting.open_file) and (setting.cue.file or (setting.after_edit and setting.adjacent))
        else None
    )


def _printed(setting: Setting) -> Use | None:
    """Several lines that are neither commands nor a file's nor a program's, after something was run: what it printed."""
    texts = setting.texts
    if not setting.after_command or len(texts) < 3 or setting.language:
        return None
    if config_share(texts) >= 0.7 or program_share(texts) >= 0.4 or sum(as_prose(text) for text in texts) > 0.6 * len(texts):
        return None
    return "output"


def _failure(setting: Setting) -> Use | None:
    """A message of failure, shown on a page where something is run: what the reader may get."""
    if not setting.page_commands or setting.cue.lines or not any(map(fails, setting.texts)):
        return None
    if _commented(setting.texts):
        return None
    shown = command_share(setting.texts, at_least=3) < 0.5 and config_share(setting.texts, perhaps=False) < 0.8
    return "output" if shown else None


def _commented(texts: Sequence[str]) -> bool:
    """Whether more than a third of the lines are comments: a file, whatever else they say."""
    return 3 * sum(text.lstrip().startswith(("#", ";", "//")) for text in texts) > len(texts)


def _message(setting: Setting) -> Use | None:
    if setting.page_commands and _MESSAGE.search(setting.texts[0]) and not setting.cue.file:
        return "output"
    return None


RULES: tuple[tuple[str, Rule], ...] = (
    ("empty-block", _empty),
    ("folded-away", _folded),
    ("diff", _diff),
    ("script-with-shebang", _script),
    ("prompts", _terminal),
    ("choices-of-a-menu", _menu),
    ("data-language", _data_language),
    ("statements", _statements),
    ("timed-jobs", _timed_jobs),
    ("output-language", _output_language),
    ("session-language", _session_language),
    ("addresses", _addresses),
    ("prompt-shown", _prompt_shown),
    ("caption", _caption),
    ("not-to-be-done", _undone),
    ("syntax-description", _syntax),
    ("other-side-of-a-change", _other_side),
    ("answer-to-command-in-prose", _answer),
    ("failure-message", _failure),
    ("prose-names-file", _told_file),
    ("prose-announces-output", _told_output),
    ("asks-back", _asking),
    ("output-goes-on", _resumed),
    ("unmarked-after-command", _unmarked),
    ("looks-like-commands", _commands),
    ("looks-like-configuration", _configuration),
    ("prose-tells-to-run", _told_commands),
    ("message-after-command", _message),
    ("printed-after-command", _printed),
)


def use_of(setting: Setting) -> tuple[Use, str]:
    """What a block is for, and the name of the rule that says so."""
    for name, rule in RULES:
        use = rule(setting)
        if use is not None:
            return use, name
    return "listing", "only-to-be-read"


def told(setting: Setting) -> bool:
    """Whether lines of unknown programs in the block are commands: the prose tells the reader to run it, or the language says so."""
    return setting.cue.run or setting.language in languages("shell") or not setting.cue.see


def shell_of(language: str) -> str:
    """The shell in which the commands of a block in `language` are typed."""
    if language in languages("windows"):
        return "powershell" if language.startswith(("p", "ps")) else "cmd"
    return {"sql": "mysql", "mysql": "mysql", "postgresql": "psql", "plsql": "psql", "python": "python"}.get(language, "sh")
