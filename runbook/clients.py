"""Which client or interpreter a command starts, at whose prompt the lines below are typed."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from typing import Final

from runbook.looks import first_word
from runbook.words import client_languages, consoles

_INTO: Final = frozenset(("docker", "podman", "docker-compose", "kubectl", "oc", "nerdctl", "lxc", "incus"))
"""Programs that start another one where that lives."""
_INTERPRETERS: Final = frozenset(("python", "ruby", "node", "julia", "lua", "scala", "r", "php", "elixir", "java", "haskell"))
"""Languages whose interpreters take an operand for a program to run, and ask for nothing then."""
_BATCH: Final = re.compile(
    r"\s<|\s\||\s(?:print|mkpart|mklabel|mktable|resizepart)\b|\s-r*x\s|\s-[ecm]\s|\s-\w*f\s|\s--(?:execute|command|file|version|help|eval|expr)\b|\A\s--?[vV]\s"
)
"""What a client is given that it does at once, and ends."""
_OPERAND: Final = re.compile(r"\s[^\s\-&#]")


def language_of(command: str) -> str:
    """The language that the program of a command reads, whatever it is given to do; "" for one that reads none."""
    return client_languages().get(first_word(command).rpartition("/")[2], "") or client_of(command)


@lru_cache(maxsize=1024)
def client_of(command: str) -> str:
    """The language of the client that a command starts; "" for any other program, and where it is given all that it is to do."""
    program = first_word(command)
    if program in _INTO and " " in command:
        program = next((word for word in command.split()[2:] if word.rpartition("/")[2] in client_languages()), program)
    language = client_languages().get(program.rpartition("/")[2], "")
    if not language:
        return _console(command)
    rest = f" {command}".partition(f" {program}")[2]
    if _BATCH.search(f"{rest} ") or (language in _INTERPRETERS and _OPERAND.search(rest)):
        return _console(command)
    return language


def _console(command: str) -> str:
    """The language of the interpreter that a command starts through another program: `rails console`."""
    if " " not in command or len(command) > 200:
        return ""
    match = _consoles().search(command)
    return consoles()[match[1]] if match is not None else ""


@cache
def _consoles() -> re.Pattern[str]:
    return re.compile(rf"(?:\A|[\s/])({'|'.join(map(re.escape, consoles()))})(?=\s|\Z)")
