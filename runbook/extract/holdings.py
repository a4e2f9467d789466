"""Rules for blocks whose lines a file holds, as the prose, a heading or the lines themselves say."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from runbook.extract.configurations import defines, exports, is_whole, manifest_of
from runbook.extract.contents import SETS_SHELL, surely_typed
from runbook.extract.orders import all_commands, may_be_typed, no_command, some_command
from runbook.extract.paths import RUN_BY_NAME, file_of, holds_commands, is_log
from runbook.extract.setting import Setting, Use
from runbook.file_lines import config_share, is_source, program_share
from runbook.forms import is_drawing, is_place, is_timed_job
from runbook.looks import as_command, as_prose, command_share, first_word, operates
from runbook.patterns import pattern
from runbook.printouts import is_printout
from runbook.tables import is_row
from runbook.untyped import is_menu_path
from runbook.words import languages, word_set, words

_NUMBERED: Final = re.compile(r"\s*\d{1,2}[.)]\s+[^\W\d_/]|\s*\d{1,2}[.)]\s+/\S*\Z")
_SECTION: Final = pattern(r"\s*\[[A-Za-z][\w .:/@\-]*\]\s*\Z")


def timed_jobs(setting: Setting) -> Use | None:
    """Lines for a table of timed jobs, which nobody types at a prompt."""
    texts = [text.strip() for text in setting.texts if not text.lstrip().startswith("#")]
    return "file" if texts and not setting.cue.see and all(map(is_timed_job, texts)) else None


def told_file(setting: Setting) -> Use | None:
    """The prose speaks of a file's lines and names the file, and the block does not look like commands to run instead."""
    cue = setting.cue
    if setting.defined or _never_held(setting.texts):
        return None
    others = [text for text in setting.texts if not text.lstrip().startswith("#")]
    if not cue.lines and others and all(map(_with_rights, others)):
        return None
    if (
        cue.lines
        and cue.edits
        and cue.leads
        and not cue.command
        and "crontab" in word_set(setting.section[-1] if setting.section else "")
    ):
        return "file"
    if cue.seek and setting.near and not (cue.run or cue.printed or setting.ran) and _may_be_sought(setting):
        return "file"
    if cue.lines and not cue.command and (setting.near or no_command(setting)):
        return "file"
    if cue.lines and not cue.run and all(map(SETS_SHELL.match, setting.texts)):
        return "file"
    known = setting.path or setting.open_file
    if (
        not known
        and cue.file
        and cue.edits
        and not (cue.run or cue.see or cue.syntax)
        and not any(map(may_be_typed, setting.texts))
        and 2 * sum(map(as_prose, setting.texts)) < len(setting.texts)
    ):
        return "file"
    typed = cue.run and any(as_command(text) >= 1 for text in setting.texts)
    if setting.near and not (typed or cue.command or setting.ran) and _as_named(setting):
        return "file"
    spoken = setting.near or (setting.path is not None and not cue.asks and file_of(setting.section[-1:]) == setting.path)
    if spoken and not (cue.run or cue.command or cue.see or cue.syntax or setting.ran or setting.shows):
        unlike = not _mostly_run(setting.texts) and not all(text.startswith("#") for text in setting.texts)
        alone = len(setting.texts) == 1 and config_share(setting.texts) == 0 and _LINES.isdisjoint(word_set(setting.section[-1]))
        unlike = unlike and not (alone and as_command(setting.texts[0]) >= 1)
        if unlike and not (
            setting.language in languages("shell")
            or setting.language in languages("program")
            or is_printout(setting.texts)
            or sum(map(as_prose, setting.texts)) * 2 > len(setting.texts)
        ):
            return "file"
    if cue.command and not (setting.near or cue.lines or cue.edits or setting.open_file):
        return None
    if _of_open_log(setting):
        return "file"
    if known and cue.edits and not (cue.run or cue.see) and all(map(_switched_off, setting.texts)):
        return "file"
    if not known and cue.content and not (cue.run or cue.see or cue.syntax) and not any(map(_no_content, setting.texts)):
        return "file"
    if not known or not (cue.file or cue.looks or cue.swap or setting.into or ((cue.edits or cue.content) and setting.near)):
        return None
    if cue.see and cue.printed and setting.after_command and not (cue.file or setting.near):
        return None
    return "file" if _held(setting, known) else None


_LINES: Final = frozenset("line lines entry entries".split())
_SEEKS: Final = frozenset("grep egrep zgrep find locate ls cat sed awk".split())


def _may_be_sought(setting: Setting) -> bool:
    """Whether lines may be those that are to be looked for in a file: no log, and no command that looks for something."""
    if is_log(setting.path) or any(first_word(text) in _SEEKS or _with_rights(text) for text in setting.texts):
        return False
    return not (len(setting.texts) == 1 and as_command(setting.texts[0]) >= 4) and not any(
        _works_on(text, setting.path or "") for text in setting.texts
    )


_OF_DATA: Final = frozenset(
    "conf cfg cnf ini json yaml yml toml xml properties options list repo service timer socket html css".split()
)
"""Endings of files that hold no commands."""


def _held(setting: Setting, known: str) -> bool:
    """Whether lines of which the prose speaks as those of a `known` file are that file's, and not commands to run instead."""
    cue = setting.cue
    shell = setting.language in languages("shell")
    told = cue.edits or cue.lines or (setting.into and not cue.run)
    if setting.near and told and not cue.command and holds_commands(known):
        return not (any(map(_with_rights, setting.texts)) or any(_speaks_of(text, known) for text in setting.texts))
    if surely_typed(setting.texts) and known.rpartition(".")[2] in _OF_DATA and (shell or not cue.content):
        return False
    if setting.labelled and not setting.cue.run:
        return True
    others = [text for text in setting.texts if not SETS_SHELL.match(text) or _reads_in(text, known)]
    if not others and not setting.near and all(text.lstrip().startswith("export ") for text in setting.texts):
        return False
    if setting.language in languages("shell") and not (cue.lines or cue.looks) and surely_typed(setting.texts):
        return False
    if setting.language in languages("shell") and not (cue.leads or setting.into) and others:
        begins = as_command(others[0]) >= 4 and not setting.texts[0].lstrip().startswith("#")
        if all_commands(others) or (begins and not (cue.edits or setting.open_file)):
            return False
    if setting.near and others and not (cue.lines or cue.content):
        works = sum(_works_on(text, known) for text in others)
        if works == len(others) or (works and all(as_command(text) >= 4 for text in others)):
            return False
    if cue.content and setting.near and not cue.run:
        return True
    typed = setting.language in languages("shell") and all_commands(setting.texts)
    if cue.looks and setting.near and not (cue.run or cue.printed or typed or any(map(_names_program, setting.texts))):
        return True
    if cue.looks and setting.open_file and not (cue.run or cue.printed) and not all_commands(setting.texts):
        return True
    so = cue.edits or (cue.see and not cue.printed) or not _mostly_run(others, shell=shell)
    if setting.into and not (cue.run or typed) and so:
        return True
    if cue.command and (some_command(others) or not cue.file) and config_share(setting.texts) < 0.5:
        return False
    if not others or (setting.open_file and setting.near):
        return True
    if config_share(others) >= 0.5:
        return not all_commands(others)
    if setting.near or cue.content:
        return not _mostly_run(others, shell=shell)
    return not (all_commands(others) or command_share(others, at_least=3 if cue.swap else 2) >= 0.7)


def _mostly_run(texts: Sequence[str], *, shell: bool = False) -> bool:
    """Whether half of the lines surely run a program that is known, or one by its place; in a block for the `shell` any program."""
    if texts and is_row(texts[0]):
        return False
    return 2 * sum(as_command(text) >= 3 and (shell or _names_program(text)) for text in texts) >= len(texts) > 0


def _as_named(setting: Setting) -> bool:
    """Whether lines are those of the very file that the sentence before names: of a log where nothing shows that in a terminal, or
    settings from the first to the last."""
    if is_log(setting.path) and not setting.adjacent:
        return no_command(setting) and not setting.cue.command
    return config_share(setting.texts, perhaps=False) == 1 and not any(as_command(text) >= 3 for text in setting.texts)


def _of_open_log(setting: Setting) -> bool:
    """Whether lines are more of a log that was shown before: the words between speak of it."""
    logged = is_log(setting.open_file) and setting.section != ()
    return logged and "log" in word_set(setting.section[-1]) and not setting.cue.run and no_command(setting)


def _never_held(texts: Sequence[str]) -> bool:
    """Whether lines are a picture, paths through menus or a list with numbers, which no file holds."""
    if len(texts) > 1 and all(map(_NUMBERED.match, texts)):
        return True
    return is_drawing(texts) or all(map(is_menu_path, texts))


def _names_program(text: str) -> bool:
    """Whether a line begins with the name of a known program, or the place of one, or has the form of what is typed whichever it is."""
    word = first_word(text)
    known = word in words("programs") or ("/" in word and not is_place(word)) or word.endswith(RUN_BY_NAME)
    return known or _with_rights(text) or operates(text) or (" -" in text and as_command(text) >= 3 and config_share([text]) == 0)


_LEADS_TO: Final = pattern(r"\s*(?:~|[A-Za-z]:)?[/\\][^=:;(){}]*")


def _no_content(text: str) -> bool:
    """Whether a line begins as a command does, or is the way to a file, perhaps with blanks in it."""
    return _names_program(text) or _LEADS_TO.fullmatch(text) is not None


_OFF: Final = pattern(r"\s*(?:#|;|//)\s?[\w.\-]+\s?=.*")


def _switched_off(text: str) -> bool:
    """Whether a line is a setting behind the sign of a comment: "#MillName="."""
    return "=" in text and _OFF.fullmatch(text) is not None


def _with_rights(text: str) -> bool:
    """Whether a line is run with the rights of another user."""
    return text.lstrip().startswith(("sudo ", "doas "))


def _reads_in(text: str, path: str) -> bool:
    """Whether a line makes the shell read in the very file: that is typed, not put there."""
    parts = text.split()
    return len(parts) == 2 and parts[0] in ("source", ".") and parts[1].rpartition("/")[2] == path.rpartition("/")[2]


def _speaks_of(text: str, path: str) -> bool:
    """Whether the very file stands in a line: nothing that stands in it."""
    name = path.rpartition("/")[2]
    return name in text and any(word.rpartition("/")[2] == name for word in text.split())


def _works_on(text: str, path: str) -> bool:
    """Whether a line is a command with that very file among its operands: nothing that stands in it."""
    name = path.rpartition("/")[2]
    return name in text and as_command(text) >= 4 and any(word.rpartition("/")[2] == name for word in text.split()[1:])


def is_configuration(setting: Setting) -> bool:
    """Whether several lines are settings for the most part, of a configuration that the words before speak of."""
    speaks = setting.cue.file or "config" in (setting.section[-1] if setting.section else "").casefold()
    return speaks and len(setting.texts) > 3 and config_share(setting.texts, perhaps=False) >= 0.6


_SETTINGS: Final = frozenset("settings options values parameters directives variables".split())


def _of_settings(setting: Setting) -> bool:
    """Whether the words before speak of settings, and the lines set something: none has a word alone, or a colon as what programs print."""
    spoken = bool(setting.section) and not _SETTINGS.isdisjoint(word_set(setting.section[-1]))
    return spoken and all("=" in text or text.lstrip()[:1] in "[#;" for text in setting.texts)


def configuration(setting: Setting) -> Use | None:
    if _never_held(setting.texts):
        return None
    if setting.cue.syntax and setting.cue.leads and not (setting.cue.file or setting.cue.edits or is_configuration(setting)):
        return None
    if is_source(setting.texts) and not (setting.cue.file and setting.near):
        return None
    if (
        setting.cue.see
        and setting.cue.leads
        and not (setting.near or setting.open_file or setting.cue.file or setting.cue.edits or setting.cue.looks)
    ):
        return None
    sure = config_share(setting.texts, perhaps=False)
    if sure == 1 and setting.language in languages("shell") and not any(as_command(text) >= 1 for text in setting.texts):
        return "file"
    if sure >= 0.8 and len(setting.texts) > 2 and _SECTION.match(setting.texts[0]) and not (setting.adjacent or setting.cue.see):
        return "file"
    if (
        sure == 1
        and len(setting.texts) > 1
        and not (setting.adjacent or setting.cue.see or setting.cue.run)
        and _of_settings(setting)
    ):
        return "file"
    share = config_share(setting.texts) if setting.cue.file or len(setting.texts) > 2 else sure
    if setting.cue.command and sure < 0.6:
        return None
    # What was open before is meant again where nothing stands between, or what does speaks of writing.
    again = setting.adjacent or setting.cue.edits or setting.cue.swap or setting.cue.asks or sure >= 0.6
    if share >= 0.6 and (setting.cue.file or setting.path or (again and (setting.open_file or setting.far_path))):
        return "file"
    if sure >= 0.8 and not (setting.cue.see or setting.cue.run or setting.after_command) and setting.outer_path:
        return "file"
    return (
        "file"
        if (setting.path or setting.open_file)
        and (setting.cue.file or (setting.after_edit and setting.adjacent and setting.language not in languages("shell")))
        else None
    )


def headed(setting: Setting) -> Use | None:
    """Below a heading that is nothing but a file's name: its lines, where they are no commands."""
    cue = setting.cue
    if not setting.headed or cue.see or cue.run or setting.language in languages("shell"):
        return None
    if (
        setting.section
        and setting.section[-1] != setting.path
        and program_share(setting.texts) > 0.4
        and not (cue.file or cue.edits)
    ):
        return None  # source that the prose explains
    return "file" if no_command(setting) else None


def whole(setting: Setting) -> Use | None:
    """Sections of a configuration from their first line to their last: no prose need say that they go into a file."""
    if setting.cue.see:
        return None
    settings = (
        manifest_of(setting.texts) is not None or defines(setting.texts) or (setting.path is not None and exports(setting.texts))
    )
    return "file" if settings or (not setting.cue.syntax and is_whole(setting.texts)) else None
