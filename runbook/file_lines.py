"""Lines of files, by their form: settings, and source of programs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from runbook.forms import is_elision
from runbook.looks import ASSIGNED_RUN, as_command, first_word, prose_words
from runbook.patterns import pattern
from runbook.tables import is_row
from runbook.untyped import is_menu_path
from runbook.words import any_of, holds_one, words

_CONFIG: Final = any_of(
    r"\s*\[[\w .:\-/\"@*]+\]\s*\Z",  # [section]
    r"\s*[#;]?\s?(?:[A-Z]+\s)?[A-Za-z_][\w.\-/\[\]]*\s*[=]\s*\S?[^=]*\Z",  # key = value
    r"\s*[a-z]\w*\s+[A-Za-z_]\w*\s+=\s+\S.*\Z",  # word key = value
    r"\s*(?:\{[\w.\-]+\}|%[\w.\-]+%)\s+=\s+\S.*\Z",  # {key} = value
    r"\s*[\w.\-]+:(?:\s+\S.*)?\Z",  # key: value
    r"\s*\([\w.\- ]+=.*\Z",  # (key = value)
    r"\s*</?[A-Za-z!?][^>]*>.*\Z",  # <tag>
    r"\s*[\w.:\-\"']+\s*[{(\[]\s*(?:#.*)?\Z|\s*[})\]][;,]?\s*\Z",  # block {
    r"\s*(?:[A-Za-z_]+\(.*\)\s*)?dnl\b.*\Z|\s*[A-Za-z_]+\(`.*\Z",  # a macro of m4
    r"\s*[\w.:\-]+\s+.*;\s*\Z",  # directive value;
    r"\s*-\s+[\w\-]+:(?:\s|\Z)",  # - yaml:
    r"\s*[\"'][^\"']*[\"'][,;]?\s*\Z",  # "value" of a list
    r"\s*[A-Za-z_][\w.\-$(){}]*\s*[:?+]=.*\Z",  # NAME := value
    r"\s*(?:End)?(?:Sub)?Section(?:\s+\"[^\"]*\")?\s*\Z",  # Section "Device"
    r"\s*[A-Z]\w+(?:\s+\"[^\"]*\"){1,4}\s*\Z",  # Option "name" "value"
    r"\s*[\"'][\w.\-/ ]+[\"']\s*(?::|=>)\s*\S.*\Z",  # "key": value
    r"\s*--?[\w\-]+(?:=\S*)?\s*\\?\s*\Z",  # an option on a line of its own
    r"(?:/\S+|\w+:|none|proc|tmpfs|sysfs|UUID=\S+)\s+/\S*\s+\w+\s+\S+(?:\s+\d\s+\d)?\s*\Z",  # fstab
    r"(?:none|proc|\w+)\s+(?:swap|/\S*)\s+\w+\s+\S+\s+\d\s+\d\s*\Z|/\S+\s+swap\s+swap\s",
    r"\s*\d{1,3}(?:\.\d{1,3}){3}\s+[\w.\-]+(?:\s+[\w.\-]+)*\s*\Z",  # hosts
    r"\s*(?:local|host(?:no)?(?:ssl|gssenc)?)(?:\s+\S+){2,4}\s+(?:trust|reject|md5|password|peer|ident|cert|scram-sha-256|ldap|gss)\s*\Z",  # pg_hba
    r"\s*(?:@(?:reboot|yearly|monthly|weekly|daily|hourly)|[\d*][\d*/,\-]*(?:\s+[\d*][\d*/,\-]*){3}\s+[\w*][\w*/,\-]*)\s+\S.*\Z",  # crontab
)


_PERHAPS_CONFIG: Final = any_of(
    r"\s*[A-Z][A-Za-z]+(?:[A-Z][a-z]+)*\s+\S.*\Z",  # DirectiveName value
    r"\s*[A-Za-z_]\w*\s+[\"'].*[\"'](?:\s+\S+)*\s*\Z",  # Option "x" y
    r"\s*[A-Za-z_][\w.\-]*\t+\S.*\Z",  # name value, in columns
)


_SETS_KEYWORD: Final = re.compile(
    r"\s*(?:nameserver|search|domain|deb|deb-src|auto|iface|include|server|allow-hotplug|port|user|group|listen|log)\s+\S.*\Z"
)
"""Words that begin lines of well-known configurations and name no program."""


_PROGRAM: Final = pattern(
    r"\s*(?:(?:def|class|function|public|private|static|void|int|char|struct|import|from|package|namespace|using|#include|#define|"
    r"<\?php|use)\b.*|.*[;{]\s*(?://.*)?\Z|\$\w+\s*=.*|_?proc \S+ \{.*|uplevel .*|\}\s*\Z|"
    r"@[A-Za-z_][\w.]*(?:\(.*\))?\s*\Z|(?:pass|return)\s*\Z)"
)


_PROGRAM_BEGINS: Final = tuple(
    (
        "def class function public private static void int char struct import from package namespace using #include #define <?php use uplevel "
        "pass return"
    ).split()
)
"""How a line of a program begins that holds none of the signs of one."""


def config_share(lines: Sequence[str], *, perhaps: bool = True) -> float:
    """The share of the lines (blank, comment and elision lines aside) that have the form of a configuration file's; with `perhaps` also
    of those forms that a command line may have too (a name and its value)."""
    forms = [form for form in map(_config_form, lines) if form is not None]
    least = 1 if perhaps else 2
    return sum(form >= least for form in forms) / len(forms) if forms else 0.0


def is_directive(text: str) -> bool:
    """Whether a line is a directive of a server's configuration with its values: "LoadModule dav_module …", "PermitRootLogin no"."""
    name, _, values = text.strip().partition(" ")
    if not values or (name.islower() and "_" not in name):
        return False
    if name.casefold() in words("directives"):
        return True
    return _JOINED.fullmatch(name) is not None and _VALUES.fullmatch(values) is not None and not prose_words(values)


_JOINED: Final = re.compile(r"(?:[A-Z]{2,6}|[A-Z][a-z]+)(?:[A-Z][a-z]+){1,4}")
"""Words joined by their capitals, as the names of a server's directives are and those of programs seldom."""


_VALUES: Final = pattern(
    r"(?:[\"%^*]\S*|/[^\s*?]*[*?]\S*|\d+(?=\s)|(?:[\w\-]+/)+[\w.\-]+|[Oo]n|[Oo]ff|yes|no)(?:\s+[^\s,;]+){0,4}"
)
"""What no program is given first: quotes, patterns of addresses, switches, a number before something else."""


@lru_cache(maxsize=8192)
def _config_form(line: str) -> int | None:
    """2 for a line that has the form of a configuration file's, 1 for one that perhaps has, else 0; null for one that does not count."""
    start = line.lstrip()
    if not start or start.startswith(("#", "//", ";")) or is_elision(line):
        return None
    if is_row(line) or is_directive(line):
        return 2
    if ASSIGNED_RUN.match(line) or is_menu_path(line):
        return 0
    if _CONFIG.match(line):
        known = (
            line.endswith(";")
            and " = " not in line
            and (word := first_word(line)) in words("programs")
            and word not in words("everyday")
        )
        typed = 3 if known else 4
        return 2 if as_command(line) < typed or start.startswith(("/", "<")) else 0
    if _SETS_KEYWORD.match(line):
        return 1 if as_command(line) < 3 else 0
    return 1 if _PERHAPS_CONFIG.match(line) and as_command(line) < 2 and prose_words(line) < 3 else 0


def program_share(lines: Sequence[str]) -> float:
    """The share of the lines that have the form of a program's source."""
    counted = [line for line in lines if line.strip()]
    return sum(map(_of_program, counted)) / len(counted) if counted else 0.0


def _of_program(line: str) -> bool:
    start = line.lstrip()
    return (start.startswith(_PROGRAM_BEGINS) or holds_one(line, ";{}$@")) and _PROGRAM.match(line) is not None


_SOURCE: Final = pattern(
    r"\s*(?:import\s.*\sfrom\s+[\"']|import\s+(?:[\"'{*]|static\s)|(?:const|let)\s+[\w{\[]|var\s+\w+\s*=\s*(?:require|new|function)\b|export\s+(?:default|const|function|class)\b|"
    r"#include\s*[<\"]|using\s+[\w.]+;|package\s+[\w.]+;|def\s+\w+\(|class\s+\w+.*[:{]\s*\Z|(?:async\s+)?function\s*\w*\(|public\s+(?:class|static)\b|from\s+[\w.]+\s+import\b)"
)


def is_source(lines: Sequence[str]) -> bool:
    """Whether lines are a program's source: some do what no configuration does."""
    return any(_SOURCE.match(line) is not None for line in lines)
