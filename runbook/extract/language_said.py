"""What a block of code is, as its first line says, or fences within: its language, its file; and the language that its lines belie."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from runbook.extract.configurations import is_whole
from runbook.extract.contents import STRUCTURE, opens_as_root
from runbook.extract.orders import of_client, whole_statements
from runbook.extract.paths import is_file_name
from runbook.extract.programs import are_typed
from runbook.extract.setting import texts_of
from runbook.file_lines import config_share
from runbook.forms import is_place, is_shebang, is_statement
from runbook.looks import as_command
from runbook.model import Row
from runbook.patterns import pattern
from runbook.prompts import prompt_of
from runbook.words import languages, words

_LANGUAGE: Final = re.compile(r"#!?([A-Za-z+]{2,12})|\[([a-z]{2,12})\]")
_NEVER_TYPED: Final = (
    "bash",
    "shell",
    "yaml",
    "json",
    "sql",
    "ini",
    "html",
    "xml",
    "css",
    "javascript",
    "toml",
    "dockerfile",
    "nginx",
    "powershell",
)
"""Names of languages which pages hold on a block's first line that were copied from a chat."""


_FENCE: Final = pattern(r"\s*(?P<fence>`{3,}|~{3,})\s*\{?\.?(?P<language>[\w+\-]*)\}?\s*")


def unfenced(rows: tuple[Row, ...], language: str) -> tuple[tuple[Row, ...], str]:
    """The rows of a block between its fences, and their language: indented too far, these are code themselves to Markdown."""
    if len(rows) < 3 or language or rows[0].text.lstrip()[:3] not in ("```", "~~~"):
        return rows, language
    begins = _FENCE.fullmatch(rows[0].text)
    inside = [row.text.strip() for row in rows[1:]]
    if begins is None or inside[-1] != begins["fence"] or begins["fence"] in inside[:-1]:
        return rows, language
    return rows[1:-1], begins["language"].casefold()


def named_language(text: str) -> str:
    """The language that the first line of a block says, as pages have it that were converted from other wikis ("#!sh", "#cpp") or
    copied from a chat ("bash")."""
    match = _LANGUAGE.fullmatch(text.strip())
    word = (match[1] or match[2]).casefold() if match is not None else ""
    if text in _NEVER_TYPED:
        return text
    if match is not None and match[2]:
        return word if word in languages("shell") or word in languages("session") else ""
    return word if any(word in languages(kind) for kind in ("shell", "session", "program", "file", "plain")) else ""


_CAPTION: Final = pattern(r"\s*[`'\"*]*(?P<name>[~.]{0,2}/?[\w.+\-]+(?:/[\w.+\-]+)*)[`'\"*]*:?\s*")


def captioned(rows: Sequence[Row], language: str, named: str | None) -> tuple[bool, str | None]:
    """Whether the first row of a block is what stood above it in a frame: a title, or the name of the file whose content follows; and
    that file. `named` is one that the words before name."""
    first = rows[0].text.strip()
    if len(rows) < 2 or not 0 < len(first) <= _LONGEST_CAPTION:
        return False, None
    if first[0].isalpha() and " " not in first and first.rstrip(":").casefold() in words("frame_titles"):
        return as_command(first) < 3 or first[0].isupper(), None
    if "/" not in first and "." not in first:
        return first.rstrip(":").casefold() in words("frame_titles"), None
    caption, texts = _CAPTION.fullmatch(first), texts_of(rows[1:])
    if caption is None or not texts or is_place(texts[0]):
        return False, None
    name = caption["name"]
    if is_shebang(texts[0]) and "/" in name:
        return True, name
    if not is_file_name(name):
        return False, None
    held = language in languages("file") or language in languages("program") or config_share(texts, perhaps=False) >= _MOSTLY
    held = held or is_whole(texts) or (named is not None and named.rpartition("/")[2] == name.rpartition("/")[2])
    return held, name if held else None


_LONGEST_CAPTION: Final = 80
_MOSTLY: Final = 0.6


def meant(texts: Sequence[str], language: str) -> str:
    """The language of lines whose author, or a program that writes one above every block, says that they are in another: what a shell or a
    database's client reads is in no program's language, and what no shell reads is not in a shell's."""
    if language in languages("file"):
        return "bash" if texts and all(text.lstrip().startswith("sudo ") for text in texts) else language
    if language in languages("program"):
        if are_typed(texts):
            return "bash"
        of_database = language not in OF_DATABASES and bool(texts) and whole_statements(texts)
        return "" if of_database or opens_as_root(texts) else language
    if language not in languages("shell"):
        return language
    counted = [text for text in texts if not text.lstrip().startswith("#")]
    if not counted or _for_shell(counted):
        return language
    if counted[0].startswith("<?"):
        return "php"
    if counted[0].startswith("\\") or is_statement(counted[0]):
        return "sql" if of_client(counted) or whole_statements(counted) else ""
    return ""


OF_DATABASES: Final = ("sql", "mysql", "postgresql", "plsql")


def _for_shell(texts: Sequence[str]) -> bool:
    """Whether a shell may read lines: the first may be typed, or a quarter of all probably is; or they have a script's structure, or are
    settings."""
    first = texts[0].rstrip()
    if first[-1] == ";" and is_statement(first) and whole_statements(texts):
        return False
    if as_command(first) >= 1:
        return not (len(texts) > 2 and first[-1] in "{]:" and is_whole(texts))
    if first.startswith("<?"):
        return False
    if prompt_of(first) is not None or any(map(STRUCTURE.match, texts)):
        return True
    typed = 4 * sum(as_command(text) >= 2 for text in texts) >= len(texts)
    return typed or config_share(texts, perhaps=False) == 1
