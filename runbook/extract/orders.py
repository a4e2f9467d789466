"""Rules for blocks without prompts whose lines are typed: commands, statements of a database, calls of an interpreter."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from runbook.clients import client_of
from runbook.extract.printed import LABELLED, MESSAGE
from runbook.extract.setting import Setting, Use
from runbook.file_lines import config_share, is_source, program_share
from runbook.forms import is_answer, is_statement
from runbook.looks import NEVER, as_command, as_prose, command_share, first_word, prose_words
from runbook.patterns import pattern
from runbook.printouts import is_printed
from runbook.shown import asks_to_see
from runbook.typed import DATABASES
from runbook.untyped import is_menu_path
from runbook.words import AnyCase, languages, word_set, words

_DOWNLOAD: Final = pattern(
    r"\s*[\w.+*?\-]+\.(?:zip|7z|rar|tgz|tbz2?|txz|tar|gz|bz2|xz|zst|iso|img|deb|rpm|dmg|apk|ova|qcow2|vmdk)\s*"
)
"""Packages and images: they are fetched, never typed."""
_WORDS_ONLY: Final = pattern(r"\s*[a-z]+(?: [a-z]+){3,}\s*")
"""Plain words, more than a command has that nobody marks."""
_EXTENDS: Final = re.compile(r"\s*(?:export\s+)?(?P<name>[A-Z]\w*)=.*\$\{?(?P=name)\b")
"""A variable of the shell set to more of itself: `PATH=/opt/bin:$PATH`."""
_NUMBERED: Final = pattern(r"[A-Z][a-z]+ (?:[a-z]+ )?v?(?:\d[\d.]*|0[xX][\da-fA-F]+)")
"""Words that give something its number: "Version 2.1", "Key code 0x2A"."""
_BY_ITSELF: Final = AnyCase(
    r"\b(?:maps?|mapped|causes?|issues|executes|sends|results?|resulting|translat\w+|turns?|becomes?)\b[^.:]{0,40}\b(?:quer(?:y|ies)|statements?)\b"
)
"""What a program asks a database by itself."""
_DATABASES: Final = (("psql", frozenset(("postgres", "postgresql", "psql"))), ("sqlite", frozenset(("sqlite",))))


def statements(setting: Setting) -> Use | None:
    """Statements of SQL, perhaps below the client that reads them, or with what that answers: to be typed there."""
    cue, texts = setting.cue, setting.texts
    if is_statement(texts[0]) and any(map(is_answer, texts[1:])) and setting.language not in languages("session"):
        return "commands"
    if setting.language or cue.file or cue.see or not any(text.rstrip().endswith(";") for text in texts):
        return None
    if not any(map(is_statement, texts)) and not (cue.run or setting.client in DATABASES or client_of(texts[0]) in DATABASES):
        return None
    if cue.leads and not cue.run and _BY_ITSELF.stands_in(setting.section[-1] if setting.section else ""):
        return None
    below = texts[1 if client_of(texts[0]) in DATABASES else 0 :]
    rest = [text for text in below if not (text.lstrip().startswith("--") or _OF_CLIENT.fullmatch(text.strip()))]
    return "commands" if rest and (all(map(is_statement, rest)) or whole_statements(rest)) else None


def whole_statements(texts: Sequence[str]) -> bool:
    """Whether lines are statements of SQL, one after the other, each ended: comments aside."""
    joined = " ".join(text.strip() for text in texts if not text.lstrip().startswith("--"))
    return joined.endswith(";") and all(is_statement(f"{one};") for one in joined.split(";") if one.strip())


_OF_CLIENT: Final = re.compile(r"\\[a-z?!][a-z+]{0,7}(?:\s+[\w.*\-]+)?;?\s*")


_ROWS: Final = pattern(r"\s*\(\d+ rows?\)\s*")


def of_client(texts: Sequence[str]) -> bool:
    """Whether some of the lines only PostgreSQL's client understands (`\\dt`, `\\c mill`) or answers (`(1 row)`)."""
    return any((text.startswith("\\") and _OF_CLIENT.fullmatch(text)) or _ROWS.fullmatch(text) for text in texts)


def database_in(text: str) -> str:
    """The client of a database of which some prose speaks; MySQL's where it speaks of none."""
    found = word_set(text)
    return next((language for language, names in _DATABASES if not found.isdisjoint(names)), "mysql")


def may_be_typed(text: str) -> bool:
    return as_command(text) >= 1 or _EXTENDS.match(text) is not None


def all_commands(texts: Sequence[str]) -> bool:
    likeness = [as_command(text) for text in texts]
    return min(likeness) >= 2 and max(likeness) >= 3 and config_share(texts) < 0.5


def no_command(setting: Setting) -> bool:
    return command_share(setting.texts, at_least=3) < 0.5


def some_command(texts: Sequence[str]) -> bool:
    return any(as_command(text) >= 2 for text in texts)


_SET: Final = pattern(r"\s*(?:export\s+)?(?P<name>[A-Za-z_]\w*)=\S.*")
"""A variable of the shell, and its value."""


def _sets_and_uses(texts: Sequence[str]) -> bool:
    """Whether variables are set line by line, and all lines below are commands, the first of which uses one: all is typed."""
    first = next((at for at, text in enumerate(texts) if not _SET.fullmatch(text)), 0)
    if not first or any(as_command(text) < 3 for text in texts[first:]):
        return False
    names = (match["name"] for match in map(_SET.fullmatch, texts[:first]) if match is not None)
    return any(f"${name}" in texts[first] or f"${{{name}}}" in texts[first] for name in names)


def commands(setting: Setting) -> Use | None:
    texts = [text for text in setting.texts if not text.lstrip().startswith(("#", "//", ";"))]
    if not texts:
        return "commands" if setting.language in languages("shell") else None
    if not (setting.cue.file or setting.open_file or setting.cue.see) and "$" in texts[-1] and _sets_and_uses(texts):
        return "commands"
    if not (setting.path or setting.open_file) and all(map(_EXTENDS.match, texts)):
        return "commands"
    if setting.defined and prose_words(texts[0]) < 2:
        return "commands"
    if program_share(texts) > 0.4 and not setting.cue.run and command_share(texts, at_least=3) < 1:
        return None
    if len(texts) > 1 and all(map(LABELLED.match, texts)):
        return None
    first = as_command(texts[0])
    surely = first >= 4 or (first == 3 and config_share(texts, perhaps=False) < 0.3)
    if surely and not (config_share(texts[:1]) or setting.cue.file or is_printed(texts[0])):
        return "commands"
    likely = first == 3 or (first == 2 and texts[0].lstrip()[:1].islower())
    shown = likely and " " in texts[0] and len(texts) > 1 and as_command(texts[1]) <= 0
    if shown and not (setting.path or setting.open_file or setting.cue.file or config_share(texts[:1])):
        return "commands"
    if (
        len(texts) > 1
        and setting.cue.command
        and setting.cue.leads
        and first >= 1
        and not config_share(texts[:1])
        and asks_to_see(texts[0])
    ):
        return "commands"
    if first >= 2 and len(texts) > 1 and " " in texts[0] and is_printed(texts[1]) and not config_share(texts[:1]):
        return "commands"
    known = first >= 2 and first_word(texts[0]) in words("programs") and not config_share(texts[:1])
    if known and len(texts) > 2 and 3 * sum(map(is_printed, texts[1:])) >= len(texts):
        return "commands"
    program = first_word(texts[0])
    if (
        first >= 1
        and " " in texts[0]
        and program in setting.programs
        and program not in words("everyday")
        and not config_share(texts[:1])
    ):
        return "commands"
    if config_share(texts, perhaps=len(texts) > 2) >= 0.6 and not setting.cue.command:
        return None
    share = command_share(texts)
    if share >= 0.5 or (as_command(texts[0]) >= 3 and (share >= 0.2 or config_share(texts) < 0.3)):
        return "commands"
    return None


_OF_DATA: Final = pattern(r"\s*(?:[{}\[\]]+,?|[\"'][^\"']*[\"']\s*:.*|[\"'\d.]\S*,?|(?:true|false|null),?)\s*")


def _is_data(texts: Sequence[str]) -> bool:
    """Whether lines are JSON from the first bracket to the last: nobody types that at a prompt, whatever the block's language."""
    return texts[0].strip()[:1] in ("{", "[") and len(texts) > 1 and all(map(_OF_DATA.match, texts))


def told_commands(setting: Setting) -> Use | None:
    """The prose tells to run what follows (or asks for something and ends in a colon), and nothing in the block speaks against it."""
    if all(as_command(text) <= NEVER or is_printed(text) for text in setting.texts) or _is_data(setting.texts):
        return None
    if (len(setting.texts) > 1 or not setting.cue.run) and all(map(LABELLED.match, setting.texts)):
        return None
    if setting.language in languages("shell"):
        return "commands"
    cue, texts = setting.cue, setting.texts
    if not (cue.run or setting.alone or ((cue.asks or cue.leads) and not cue.see and not cue.file)):
        return None
    if not (cue.run and cue.leads) and _NUMBERED.fullmatch(texts[0].strip()) and as_command(texts[0]) < 3:
        return None
    if setting.plain and not (cue.run or some_command(texts)):
        return None
    if sum(as_command(text) < 0 for text in texts) > 0.5 * len(texts):
        return None
    worded = sum(as_prose(text) and not (cue.command and as_command(text) >= 1) for text in texts)
    if worded > 0.5 * len(texts) or (config_share(texts, perhaps=False) > 0.7 and not cue.command):
        return None
    if any(is_menu_path(text) or MESSAGE.search(text) for text in texts) and not cue.command:
        return None
    if all(map(_DOWNLOAD.fullmatch, texts)) or is_source(texts):
        return None
    if not (cue.run or setting.alone) and all(map(_WORDS_ONLY.fullmatch, texts)) and not some_command(texts):
        return None
    if not (cue.run or setting.alone) and _are_subjects(texts):
        return None
    if (
        len(texts) > 1
        and not (cue.command or cue.asks)
        and all(text.lstrip()[:1].isupper() and as_command(text) < 2 for text in texts)
    ):
        return None  # names of things
    return "commands" if len(texts) <= (30 if cue.command else 12) and program_share(texts) < 0.5 else None


_SUBJECT: Final = pattern(r"[a-z]+(?: [a-z][\w.\-]*){2,}")


def _are_subjects(texts: Sequence[str]) -> bool:
    """Whether several lines are words of which most begin with a verb, as one writes of changes: "update mills to v3"."""
    if len(texts) < 2 or any(_SUBJECT.fullmatch(text.strip()) is None or as_command(text) >= 3 for text in texts):
        return False
    return 2 * sum(first_word(text) in words("verbs") for text in texts) > len(texts)


def instead(setting: Setting) -> Use | None:
    """Another way than the commands before, which stands in the place of those."""
    texts = setting.texts
    if not setting.instead or setting.cue.see or any(as_prose(text) or as_command(text) <= NEVER for text in texts):
        return None
    return "commands" if config_share(texts, perhaps=False) < 0.5 and program_share(texts) < 0.4 else None


def told(setting: Setting) -> bool:
    """Whether lines of unknown programs in the block are commands: the prose tells the reader to run it, or the language says so."""
    return setting.cue.run or setting.language in languages("shell") or not setting.cue.see
