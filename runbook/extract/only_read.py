"""Blocks of code that are only to be read, by what they hold: menus, syntaxes, options, lists of words, trees, addresses."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from runbook.extract.configurations import defines
from runbook.extract.cues import lists_needs
from runbook.extract.holdings import is_configuration
from runbook.extract.paths import is_file_name, names_file
from runbook.extract.prose import last_sentence
from runbook.extract.setting import Setting, Use
from runbook.extract.terminals import terminal
from runbook.file_lines import config_share
from runbook.forms import (
    is_answer,
    is_constant,
    is_drawing,
    is_login,
    is_place,
    is_reference,
    is_tree,
    is_url,
    is_usage,
)
from runbook.looks import as_command, as_prose, command_share
from runbook.patterns import pattern
from runbook.untyped import is_keys, is_signature
from runbook.words import AnyCase, languages, word_set

_SYNTAX: Final = pattern(r"<[\w\-]+>|\[[<\w\- ]+")


OPTIONAL_PARTS: Final = pattern(r"\[[<\w\- ]+|\.\.\.")
"""What only a syntax has; a name in angles stands in commands as well, for the reader to replace."""


_CHOICE_OF_MENU: Final = re.compile(r"\s*(?:<[*M ]?>|\[[* ]\]|-[*M]-|\{[*M]\})\s+\w")


_OPTION_TOLD: Final = re.compile(r"\s*\[?--?[A-Za-z][\w\-]*(?:[ ,=\]]|\Z)")
"""A line that begins with an option."""


_MORE_OPTIONS: Final = pattern(r"\s*--?[A-Za-z]\S*(?: \S+)*\s*")
"""Options with which the line above goes on: nothing stands in a column of its own."""


_FILE_AND_USE: Final = re.compile(r"\s*[\w.+/-]*\w\.[a-zA-Z]\w{0,4}(?: {2,}|\t+)[A-Z]\S*(?: \S+)+\s*\Z")
"""A file's name and, in a column of its own, what it is for."""


def menu(setting: Setting) -> Use | None:
    """Choices of a menu, as the kernel's configuration shows them: to be ticked there, not typed; a list of files with what each is for."""
    if all(map(_FILE_AND_USE.match, setting.texts)) and not setting.adjacent:
        return "listing" if setting.texts else None
    if setting.cue.announced or len(setting.texts) < 2:
        return None
    chosen = sum(text.rstrip().endswith("--->") or _CHOICE_OF_MENU.match(text) is not None for text in setting.texts)
    return "listing" if chosen > 1 and chosen * 3 >= len(setting.texts) else None


_SUBJECT: Final = pattern(
    r"\s*(?!(?:error|warning|fatal|note|hint|info|usage)\b)[\w./-]+(?:\([\w./-]+\))?!?: "
    r"(?:add|bump|change|clean|correct|drop|fix|implement|improve|make|move|refactor|release|remove|rename|replace|support|update|upgrade|use)\b"
    r"[^.]*(?:\.\S+[^.]*)*\Z"
)


def commit_message(setting: Setting) -> Use | None:
    """A subject ("docs: update the guide"), a blank line and sentences: what to write of a change, even where it tells of commands."""
    rows = setting.rows
    said = setting.language and setting.language not in languages("shell")
    if said or len(rows) < 3 or rows[1].text.strip() or not rows[2].text.lstrip()[:1].isupper():
        return None
    return "listing" if _SUBJECT.match(rows[0].text) else None


def caption(setting: Setting) -> Use | None:
    """A line of words in code, right above another block: what its author calls that."""
    if not setting.followed or len(setting.texts) != 1 or not as_prose(setting.texts[0]):
        return None
    if setting.cue.command and as_command(setting.texts[0]) >= 1:
        return None
    return "caption"


_LISTED: Final = pattern(r"\s*[*\u2022-]\s+(?P<said>\S.*)")
"""An item of a list with its bullet."""


def listed(text: str) -> str:
    """What an item of a list says; "" for a line without a bullet."""
    item = _LISTED.match(text) if text.lstrip()[:1] in ("*", "\u2022", "-") else None
    return item["said"] if item is not None else ""


def list_of_words(setting: Setting) -> Use | None:
    """A list of words with bullets, set in, which the wiki takes for code: each item tells something, and none is typed."""
    if setting.texts[0].lstrip()[:1] not in ("*", "\u2022", "-") or setting.language or setting.cue.see or setting.shows:
        return None
    if setting.awaited and setting.adjacent:
        return None
    least = min(len(text) - len(text.lstrip()) for text in setting.texts)
    said = [listed(text) for text in setting.texts if not text[least : least + 1].isspace()]
    if not all(said) or any(as_command(text) >= 3 for text in said) or 2 * sum(map(_tells, said)) <= len(said):
        return None
    if setting.adjacent and _DOING.match(said[0]) is not None:
        return None
    sure = setting.texts[0].lstrip()[0] != "-" or 2 * sum(map(as_prose, said)) >= len(said)
    return "listing" if sure else None


def _tells(said: str) -> bool:
    """Whether an item of a list says something, with a capital first or an option that it is about."""
    words_of = said.lstrip("*'\"_")
    return words_of[:1].isupper() or not words_of[:1].isascii() or words_of.startswith(("--", "[[")) or as_prose(said)


_DOING: Final = pattern(r"[A-Z][a-z]+ing\b")
"""What a program says that it is about: "Restarting the loom"."""


def undone(setting: Setting) -> Use | None:
    """What the prose right before says is not to be done."""
    if not setting.cue.undone or setting.cue.see:
        return None
    said = setting.section[-1].rstrip() if setting.section else ""
    return None if said.endswith(".") and all(as_command(text) >= 3 for text in setting.texts) else "listing"


def syntax(setting: Setting) -> Use | None:
    """A syntax, not a command line: told so, or shown with optional parts."""
    if not setting.cue.syntax or defines(setting.texts) or ((setting.cue.announced or setting.cue.see) and setting.after_command):
        return None
    parts = OPTIONAL_PARTS if setting.language in languages("shell") and as_command(setting.texts[0]) >= 4 else _SYNTAX
    described = sum(parts.search(text) is not None for text in setting.texts)
    shown = setting.near and len(setting.texts) > 1 and config_share(setting.texts, perhaps=False) == 1  # the file in its format
    if not described and (shown or (setting.cue.content and setting.path) or is_configuration(setting)):
        return None
    return "listing" if described or command_share(setting.texts, at_least=3) < 0.5 else None


_OF_MANUAL: Final = frozenset(("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES", "FILES", "SEE ALSO"))
"""Headings of a page of the manual."""


def options_told(setting: Setting) -> Use | None:
    """Options of a program, each with what it does: a page tells them where nobody is said to see them."""
    cue = setting.cue
    if setting.language or cue.announced or cue.run or cue.file or setting.path:
        return None
    if is_usage(setting.texts[0]) and not (cue.see or setting.adjacent or setting.ran or setting.shows):
        return "listing"
    if sum(text in _OF_MANUAL for text in setting.texts) > 1 and setting.texts[0] in _OF_MANUAL and not setting.ran:
        return "listing"
    if len(setting.texts) < 2 or not any(map(_OPTION_TOLD.match, setting.texts[:2])):
        return None  # a row of headings may stand above
    if as_command(setting.texts[0]) >= 4 and all(map(_MORE_OPTIONS.fullmatch, setting.texts[1:])):
        return None  # a command in more than one line
    told = sum(_OPTION_TOLD.match(text) is not None for text in setting.texts)
    return "listing" if 3 * told >= len(setting.texts) else None


def addresses(setting: Setting) -> Use | None:
    """Addresses, links, pages of the manual, names of variables, what is typed to log in: each only to be read."""
    if setting.linked:
        return "listing"
    forms = (is_url, is_reference, is_constant, is_login, is_signature, is_keys)
    if all(any(form(text) for form in forms) for text in setting.texts):
        return "listing"
    cue = setting.cue
    if names_file(setting.texts):
        kept = _KEPT.search(setting.section[-1] if setting.section else "") is not None
        if kept or not (cue.run or setting.open_file or is_place(setting.texts[0])):
            return "listing"
    if (
        len(setting.texts) > 1
        and not (setting.adjacent or setting.near or cue.lines or cue.see or cue.run)
        and _are_files(setting.texts)
    ):
        return "listing"
    if all(map(_NAME.fullmatch, setting.texts)) and lists_needs(setting.section[-1] if setting.section else ""):
        return "listing"
    told = cue.run or cue.see or cue.file
    return "listing" if all(map(is_place, setting.texts)) and not told and not setting.open_file else None


def _are_files(texts: Sequence[str]) -> bool:
    """Whether each of some lines is the bare name of a file."""
    return all(" " not in text.strip() and "/" not in text and is_file_name(text) for text in texts)


_NAME: Final = re.compile(r"\s*[A-Za-z][\w.+\-]*\s*")
"""A word by itself: the name of a program, or of a package."""


_KEPT: Final = AnyCase(
    r"\b(?:(?:stored|located|found|saved|kept|lies|lives|called|named)\b(?:\s+\w+){0,2}|"
    r"(?:file|datei|fichier|archivo|fichero|arquivo|ficheiro|bestand|plik|soubor|filen|\u0444\u0430\u0439\u043b\w*))\W*\Z"
)
"""Words that lead up to the place of something."""


_FIELD: Final = pattern(r"\s*[A-Z][\w .()/\-]{0,40}?\s?:\s+\S.*")
"""What a field of a form is called, and its value."""
_OF_FORMS: Final = frozenset(
    "click select choose fill dialog dialogue form wizard button menu tab field fields box characteristics credentials".split()
)
_PROGRAM_SAYS: Final = frozenset("file files config configuration output log".split())


def fields(setting: Setting) -> Use | None:
    """What to enter into a form, field by field, below words that tell to do something in one."""
    cue = setting.cue
    if setting.language or setting.adjacent or setting.near or setting.open_file or cue.see or cue.run or cue.lines:
        return None
    if len(setting.texts) < 2 or not cue.asks or not all(map(_FIELD.fullmatch, setting.texts)):
        return None
    said = word_set(last_sentence(setting.section[-1])) if setting.section else frozenset()
    return None if said.isdisjoint(_OF_FORMS) or not said.isdisjoint(_PROGRAM_SAYS) else "listing"


_STROKE: Final = pattern(r"\s*([*=~#!+\-])\1{4,}\s*")
_BETWEEN: Final = pattern(r"\s*(?:[*=~#!+|\-]+\s+)?[^\W\d_].*\s.*")


def framed_words(texts: Sequence[str]) -> int:
    """How many lines at the beginning of some are words between two rows of strokes, with these; 0 where they begin otherwise."""
    stroke = _STROKE.fullmatch(texts[0]) if len(texts) > 2 else None
    if stroke is None:
        return 0
    end = next((at for at, text in enumerate(texts) if at and text.strip().startswith(stroke[1] * 5)), 0)
    within = texts[1:end]
    return end + 1 if within and all(_BETWEEN.fullmatch(text) and as_command(text) < 3 for text in within) else 0


def banner(setting: Setting) -> Use | None:
    """Words between two rows of strokes: what their author wants to be noticed."""
    if setting.adjacent or setting.cue.see or setting.ran or setting.shows:
        return None
    return "listing" if framed_words(setting.texts) == len(setting.texts) else None


def tree(setting: Setting) -> Use | None:
    """A tree of directories, drawn by the author or printed by a program; a picture made of strokes."""
    if is_drawing(setting.texts) and not (setting.adjacent or setting.cue.see or setting.ran or setting.shows):
        return "listing"
    first = setting.texts[0]
    if (
        not is_tree(setting.texts)
        or any(map(is_answer, setting.texts))
        or terminal(setting)
        or as_command(first) >= (4 if is_place(first) else 3)
    ):
        return None
    shown = setting.cue.printed or setting.ran or setting.shows or (setting.adjacent and setting.after_command)
    return "output" if shown and setting.after_command else "listing"
