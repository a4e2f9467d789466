"""Which file a command opens in an editor, or makes: what comes below may be its lines."""

from __future__ import annotations

from typing import Final

from runbook.extract.paths import is_file_name
from runbook.looks import first_word
from runbook.operated import is_name
from runbook.patterns import pattern
from runbook.words import words

_JOINED: Final = pattern(r"\s*(?:;|&&)\s+")


def edited_file(command: str) -> str | None:
    """The file which an editor command opens ("vi /etc/fstab"), or None. `visudo` opens sudoers, `crontab -e` nothing that has a name."""
    if ";" in command or "&&" in command:
        command = _JOINED.split(command[:400])[-1]
    program = first_word(command).rpartition("/")[2]
    program = program.casefold() if program.startswith("$") else program
    if program not in words("editors") and program != "edit":
        return None
    if program == "visudo":
        return "/etc/sudoers"
    operands = [word for word in command.split() if not word.startswith(("-", "+"))]
    last = operands[-1].strip("\"'").rstrip(";")
    if program in _ALSO_WORDS and operands[-2:-1] != [program] and not (is_file_name(last) and any(map(str.isalpha, last))):
        return None  # "view mills included .1.3.6" is a line of a configuration
    return last if last.rpartition("/")[2] != program and last != "sudo" else None


_ALSO_WORDS: Final = ("view", "edit", "code")
"""Editors with the names of what settings and commands of others begin with."""
_OF_SETTINGS: Final = ("/etc/", "~/.")
"""Where files are that people edit."""
_ENDS_OF_SETTINGS: Final = (
    ".conf",
    ".cfg",
    ".ini",
    ".yml",
    ".yaml",
    ".toml",
    ".json",
    ".service",
    ".timer",
    ".env",
    ".properties",
)


def _opened_by(command: str) -> str | None:
    """The file of settings that is all that a program gets which nobody knows: an editor, perhaps."""
    parts = command.removeprefix("sudo ").split()
    if (
        len(parts) != 2
        or not is_name(parts[0])
        or not (parts[1].startswith(_OF_SETTINGS) or parts[1].endswith(_ENDS_OF_SETTINGS))
    ):
        return None
    return parts[1] if parts[0] not in words("programs") and parts[0] not in words("verbs") else None


_NO_LINES: Final = frozenset(
    "gz tgz zip tar xz bz2 deb rpm iso img png jpg crt pem key csr pub bak old orig sql dump log asc gpg".split()
)
"""Endings of files into which nobody writes lines by hand."""
_MOST: Final = 40
"""Words of a command that is looked at."""


def made_file(command: str) -> str | None:
    """The file that a command makes and whose lines may come next: a copy of another one, an empty one, what something is printed into."""
    if " /etc/" in command or " ~/." in command or command.endswith(_ENDS_OF_SETTINGS):
        opened = _opened_by(command)
        if opened is not None:
            return opened
    copies = command.removeprefix("sudo ").startswith(("cp ", "touch "))
    if not (copies or ">" in command or "tee " in command):
        return None
    parts = command.removesuffix("/dev/null").rstrip(" >").split(maxsplit=_MOST)
    if not 1 < len(parts) < _MOST or not (copies or parts[-1][0] == ">" or _writes_into(parts[:-1])):
        return None
    name = parts[-1].lstrip(">").strip("\"'")
    ending = name.rpartition("/")[2].rpartition(".")[2].casefold()
    return name if "." in name.rpartition("/")[2] and ending not in _NO_LINES and is_file_name(name) else None


def _writes_into(parts: list[str]) -> bool:
    """Whether what follows some words of a command is the file into which it prints."""
    return parts[-1] in (">", ">>", "tee") or parts[-2:] == ["tee", "-a"]
