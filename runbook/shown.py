"""What a command is there for: what it prints that changes nothing, which lines below it are that, and whether a line surely is typed."""

from __future__ import annotations

import re
from collections.abc import Container, Sequence
from functools import lru_cache
from typing import Final, Literal

from runbook.forms import is_place
from runbook.looks import OPENERS, as_command, as_prose, first_word, goes_into_known, is_cmdlet
from runbook.patterns import pattern
from runbook.printouts import is_printed
from runbook.untyped import is_menu_path
from runbook.words import words

_NO_WORD: Final = pattern(r"\W")


_SAYS_VERSION: Final = pattern(r"\s*[a-z][\w.\-]* [vV]?\d+(?:\.\d+)+\S* \([^()]*\)\Z")
"""How programs begin to speak: their name, version and day."""


@lru_cache(maxsize=4096)
def surely_typed(text: str) -> bool:
    """Whether a line is a command by more than its form: of a known program or a path, with an option, or what it prints goes to a
    known program."""
    if as_command(text) < 3 or (text.endswith(")") and _SAYS_VERSION.match(text)):
        return False
    word = first_word(text)
    return (
        word in words("programs")
        or text.lstrip().startswith((*OPENERS, "sudo ", "doas "))
        or " -" in text
        or "/" in word
        or "." in word
        or is_cmdlet(word)
        or goes_into_known(text)
    )


Shows = Literal["", "value", "place", "list", "lines"]
"""What a command prints: nothing one knows of, one value, where something is, a list, the lines of a file."""

_LOST: Final = re.compile(r"(?<![\d&<-])>|\|\s*(?:sudo\s+)?(?:tee|xargs|sh|bash|mail)\b|&\s*\Z")
"""What is printed goes elsewhere."""
_VERSION: Final = frozenset(("-v", "-V", "--version", "-version", "version"))
_LISTING: Final = ("--list", "--show", "--display", "--status", "--query", "--info", "--version")
_LISTS: Final = ("-l", "-L", "-qa", "-la", "-lv", "-T")
_AS_ANOTHER: Final = frozenset(("su", "ssh", "sh", "bash", "ln", "usermod", "useradd", "login", "nc", "cp"))
"""Programs that list nothing when they get such an option."""


def prints_elsewhere(command: str) -> bool:
    """Whether what a command prints goes into a file, to another program that does something with it, or is printed while others run."""
    return _LOST.search(command) is not None


@lru_cache(maxsize=2048)
def shows(command: str) -> Shows:
    """What a command line that changes nothing prints; "" where it may do something else, or one does not know it."""
    if "\n" in command or prints_elsewhere(command):
        return ""
    word = "env" if _ENVIRONMENT.match(command) else first_word(command)
    name = word.rpartition("/")[2]
    rest = command[command.find(word) + len(word) :].partition("|")[0].split() if word else []
    for kind in ("value", "place", "lines", "list"):
        if name in words(f"shows_{kind}"):
            return kind
    if name == "sysctl" and rest:
        return "lines"  # also what it sets
    if name == "echo":
        return "value" if len(rest) == 1 and "$" in rest[0] else ""
    if name in words("shows_alone"):
        return _shows_alone(name, rest)
    if not rest or name in _AS_ANOTHER:
        return ""
    if len(rest) == 1 and rest[0] in _VERSION:
        return "list"
    if rest[0] in _LISTS or any(one.startswith(_LISTING) for one in rest):
        return "list"
    asked = rest[:2] if name in words("operated") else rest[-1:] if len(rest) < 3 else ()
    return "" if words("shows_verbs").isdisjoint(asked) and _ASKED.isdisjoint(rest) else "list"


_LOOKING: Final = frozenset(
    ("-n", "-l", "-L", "-v", "-a", "-an", "-e", "-c", "-q", "-4", "-6", "-br", "-d", "--list", "-R", "--verbose")
)
"""Options with which programs still only show something that change it when they get more."""
_CLIENTS: Final = frozenset(("psql", "mysql", "sqlite3"))


def _shows_alone(name: str, rest: Sequence[str]) -> Shows:
    """What a program prints that shows how something is when it gets nothing, or little, and else changes it."""
    if not words("changing").isdisjoint(rest) or any("=" in one for one in rest):
        return ""
    operands = [one for one in rest if not one.startswith(("-", "+"))]
    if name in _CLIENTS:
        return "list" if not {"-e", "-c", "-l"}.isdisjoint(rest) or any(one.startswith(".") for one in operands) else ""
    if name == "mount":
        return "list" if not rest or rest == ["-l"] else ""
    most = 3 if name == "ip" else 1 if name in ("ifconfig", "iwconfig", "sysctl", "timedatectl", "loginctl") else 0
    known = all(one in _LOOKING for one in rest if one.startswith("-"))
    return "list" if len(operands) <= most and known else ""


def asks_to_see(text: str) -> bool:
    """Whether a command is there for what it prints, and that goes nowhere else."""
    return shows(text) != ""


_ASKED: Final = frozenset(("status", "list", "show", "info", "ps", "images", "version", "get", "describe", "view", "top"))
"""What a program is asked for, whichever it is: to be seen."""

_ENVIRONMENT: Final = re.compile(r"env\s*(?:\||\Z)")
_GAP: Final = pattern(r"\S(?: {2,}|\t)\S")
_WIDE_GAP: Final = pattern(r"\S {3,}\S")
_SET: Final = pattern(r"[\w.\-]+ ?= ?(?:\"[^\"]*\"|'[^']*'|[^\s;]*)")
_STARTS: Final = pattern(r"[A-Z0-9*+|\[({<]|/\S*(?:\s|\Z)|\S+:(?:\s|\Z)|[\w.\-]+(?:/[\w.+\-]*)+\Z|[\w.+\-]*\d[\w.+\-]*\Z")
"""How lines of a list begin, and hardly commands: capitals, numbers, marks, places, a name with a colon or a number."""
_SAYS_WHERE: Final = pattern(r"/|\S+: |\S+ is ")


def is_shown(text: str, what: Shows, *, first: bool) -> bool:
    """Whether a line below a command that shows `what` was printed; `first` says that it stands right below that."""
    if not what or text.startswith(("sudo ", "./", "$ ", "# ")):
        return False
    if is_printed(text):
        return True
    if what in ("list", "lines") and _WIDE_GAP.search(text) and " -" not in text:
        return True
    if what in ("value", "place") and text.startswith("/") and " " not in text:
        return first
    likeness = as_command(text)
    if likeness >= 3 and (first_word(text) in words("programs") or not is_place(text.split(maxsplit=1)[0])):
        return False
    if what == "value":
        return first and likeness < 3
    if what == "place":
        return first and _SAYS_WHERE.match(text) is not None
    if what == "lines" and (_SET.fullmatch(text) or likeness < 1):
        return True
    return likeness < 1 or (likeness < 3 and not first) or _GAP.search(text) is not None or _STARTS.match(text) is not None


def speaks(text: str, following: str) -> bool:
    """Whether two lines below a command are words that tell nobody to do anything: a program says them."""
    if not following or not text[:1].isupper() or surely_typed(following) or not as_prose(text):
        return False
    begins = [_NO_WORD.split(one, maxsplit=1)[0].casefold() for one in (text, following)]
    told = begins[0] in words("verbs") or not words("openers").isdisjoint(begins)
    return not (told or text.endswith(":") or is_menu_path(text))


def names_of(program: str) -> tuple[str, ...]:
    """What a program is known again by: its name, and what it shares with those of its family ("mill-" of "mill-ctl")."""
    family = program.partition("-")[0]
    return (program, f"{family}-") if len(family) > 3 and family != program else (program,)


def runs_again(text: str, known: Container[str], ran: Container[str]) -> bool:
    """Whether a line runs one of the `known` programs of its block, one of their family, or one that `ran` before, with operands, and
    reads as nothing else."""
    word = first_word(text)
    if " " not in text or word in words("everyday") or as_command(text) < 1 or ": " in text or is_printed(text) or as_prose(text):
        return False
    return word in ran or any(name in known for name in names_of(word))


_TELLS_OF_ITSELF: Final = pattern(
    r": \S| (?:[vV]ersion |[vV])?(?!\d+(?:\.\d+){3})\d+\.\d[\w.\-]*(?: .*[^\w\s]|,.*)?\Z| to \S+ \("
)


def names_itself(text: str, program: str) -> bool:
    """Whether a line below a command is what its program says of itself: its name, and a message or its version."""
    return program != "" and text.startswith(program) and _TELLS_OF_ITSELF.match(text, len(program)) is not None


_NEVER_SAID: Final = frozenset("|&(){}[]<>.$~'\"")
"""How lines begin that go on with another one, or are a script's."""
_ASSIGNS: Final = frozenset(("=", ":=", "+=", "-="))


def hardly_typed(text: str) -> bool:
    """Whether a line right below a command, which does not look like one itself, is several words that begin as nothing does that is
    typed: none sets something, calls a function, or runs a program by its place."""
    found = text.split(maxsplit=2)
    if len(found) < 2 or text[0] in _NEVER_SAID or (found[1] in _ASSIGNS and "=" not in found[0]) or found[0].endswith("="):
        return False
    return "(" not in found[0] and "/" not in found[0] and "/" not in first_word(text)
