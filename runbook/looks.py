"""What a line or a block looks like: a command line, prose, a file's content. Judgements by form, from the word tables;
nothing here knows any page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache, lru_cache
from typing import Final

from runbook.forms import is_branch, is_constant, is_elision, is_login, is_place, is_ruled, is_timed_job, is_url
from runbook.operated import first_of_line, is_operated
from runbook.patterns import pattern
from runbook.printouts import is_printed
from runbook.words import foreign_words, holds_one, spelt, words

_ASSIGNMENT: Final = re.compile(r"[A-Za-z_]\w{0,80}=(?:\"[^\"]*\"|'[^']*'|\$\([^)]*\)|`[^`]*`|[^\s;|&]*)\s*")
_WRAPPERS: Final = {
    "sudo",
    "doas",
    "pfexec",
    "time",
    "nohup",
    "env",
    "exec",
    "nice",
    "ionice",
    "fakeroot",
    "command",
    "then",
    "do",
    "stdbuf",
}
_WRAPPER_OPTION: Final = pattern(r"(?:-[ug]\s+\S+|-n\s+-?\d+|-[A-Za-z]+(?:\s+(?=[\w.\-]+\s+\S))?|--[\w\-]+(?:=\S*)?)\s+")
_TOKEN: Final = re.compile(r"[^\s;|&<>()`]+")
_PATH_WORD: Final = pattern(
    r"(?:\.{1,2}\\[\w.\-]+(?:\\[\w.\-]+)*\Z)|(?:\.{1,2}/|~/|/)[\w.+\-@~{}$*]+(?:/[\w.+\-@{}$*()]*)*\Z|\.{1,2}\Z"
)
_SCRIPT: Final = pattern(r"(?:[\w.+\-]+/)*[\w.+\-]+\.(?:sh|csh|py|pl|rb|bash|bat|exe|cmd|run|bin|php|AppImage)\Z")
_OF_PROJECT: Final = ("bin/", "sbin/", "script/", "scripts/")
"""Folders in which projects keep their programs."""
_PROGRAMS_IN_ETC: Final = ("/etc/init.d/", "/etc/rc", "/etc/cron", "/etc/ppp/")
"""Where programs stand among a system's files."""
_VARIABLE_WORD: Final = pattern(r"\$(?:\w+|\{\w+\}|\(\w+\))/[\w./+\-${}]+\Z|\$\{?[A-Z_]+\}?\Z")
_RELATIVE: Final = pattern(r"[\w.\-]+(?:/[\w.+\-]+)+\Z")
_HOST_NAME: Final = re.compile(r"(?:[a-z0-9*\-]+\.)+(?:com|org|net|edu|gov|info|local|lan|example|test)")
_NAME: Final = re.compile(r"[a-z][a-z0-9_.+\-]{0,40}\Z")
_PARTED_LINE: Final = re.compile(r"[a-z][a-z0-9]*(?:[-_][a-z0-9]+)+(?: [a-z_][\w.\-]*){1,3}")
"""A name of several parts, as programs have and words of a sentence seldom, with plain operands: "mill-run load"."""
_HUMPED: Final = re.compile(r"[a-z]{2,20}(?:[A-Z][a-z0-9]{1,20}){1,5}\Z")
"""Words joined by their capitals, the first in small letters: "millCounts"."""
_CAPITAL: Final = re.compile(r"[A-Z][A-Za-z0-9_]{2,30}\Z")
_CAMEL: Final = re.compile(r"~?[A-Z][a-z0-9]+[A-Z][A-Za-z0-9]*\Z")
OPENERS: Final = ("if ", "while ", "until ", "for ", "case ")
_CONDITIONS: Final = ("if (", "while (")
"""How conditions begin in languages with braces."""
_COMPOUND: Final = pattern(r"\w+\s.*(?:;\s*(?:then|do)\b|\s\[\[?\s|\bin\s.*\)\s)")
_AS_ROOT: Final = ("sudo ", "doas ")
_OPTION: Final = re.compile(r"(?:^|\s)(?:[\u2013\u2014]|--?)[A-Za-z][\w\-]*(?=[\s=]|$)")
_OPERATOR: Final = re.compile(r"\s(?:\||&&|\|\||>>?|<<?|2>&1)\s|;\s*\S|\$\(|`")
_OPERATOR_SIGN: Final = re.compile(r"[|&<>;$`]")
_ARGUMENT: Final = re.compile(
    r"(?:^|[\s=:])(?:[~.]{0,2}/[\w.\-]|[\w.\-]+/|https?://|git@|\$\{?\w|<[A-Za-z][^<>|&;]{0,60}>|[\w\-]+(?:\.\w+)+(?=\s|$)|[\w\-]*\*\.|\*\w|[\w.\-]+@|[\w\-]*\d)|"
    r"\s(?:[A-Z][A-Z0-9_]*=\S|[a-z]\w*(?::[a-z]\w*)+(?=\s|$))"
)
_ARGUMENT_SIGN: Final = re.compile(r"[/$<.*@\d:=]")
_WORD: Final = re.compile(r"(?<![\w./\-=${])[^\W\d_]++(?:['\u2019][a-z]+)?(?![\w/=]|[.\-]\w)")
PLACEHOLDER: Final = pattern(r"<[^\W\d_](?:[^<>|&;\n]{0,60}[^<>|&;\s])?>")
"""What the reader replaces, with blanks in it or not: its words are not the line's."""
_SENTENCE_END: Final = re.compile(r"[a-z)\"'][.!?:]\Z")
_MANUAL_PAGE: Final = pattern(r"[\w.+\-]+\(\d[a-z]?\)[,;.]?\Z")


ASSIGNED_RUN: Final = re.compile(r"\s*[A-Za-z_]\w*=(?:\"[^\"]*\"|[^\s\"']+)\s+[\w./~$]")  # VAR=value command


_ANSWERS: Final = frozenset(("y", "n", "Y", "N"))
"""What is typed when a program asks back; no program has such a name."""


def is_call(text: str) -> bool:
    """Whether a line calls a function, as in a program's source."""
    return _CALL.match(text) is not None


def runs_with(text: str) -> bool:
    """Whether a line sets variables for the program that it runs: `MILL=2 ./grind`."""
    return ASSIGNED_RUN.match(text) is not None and as_command(text) >= 3


@lru_cache(maxsize=4096)
def first_word(text: str) -> str:
    """The name of the program which a command line starts, wrappers (sudo, env …) and assignments skipped; "" when there is none."""
    rest = _strip_assignments(text.strip())
    wrapper = ""
    for _ in range(6):
        match = _TOKEN.match(rest)
        if match is None:
            return wrapper
        word = match.group()
        if word not in _WRAPPERS:
            return wrapper if wrapper and word.startswith("-") else word
        wrapper = word
        following = rest[match.end() :].lstrip()
        option = _WRAPPER_OPTION.match(following)
        while option is not None:
            following = following[option.end() :]
            option = _WRAPPER_OPTION.match(following)
        following = _strip_assignments(following)
        if not following:
            return word
        rest = following
    return ""


_WITH_OPERAND: Final = frozenset(
    (
        "git clone,git checkout,git switch,git merge,git rebase,git cherry-pick,docker run,docker exec,docker pull,docker load,"
        "docker rm,docker rmi,docker cp,docker tag,podman run,podman exec,podman pull,pip install,pip3 install,systemctl start,systemctl stop,"
        "systemctl restart,systemctl enable,systemctl disable,kubectl apply,kubectl exec,kubectl describe,kubectl delete,kubectl edit,"
        "kubectl logs,kubectl create,helm install,virsh start,virsh edit"
    ).split(",")
)
"""Programs with what they are told to do, each of which needs to be told what to do it to."""


def lacks_operand(text: str) -> bool:
    """Whether a command line names a program that does nothing without an operand, and gives none: a mention, nothing to type."""
    if text.strip() in _WRAPPERS or " ".join(text.split()).removeprefix("sudo ") in _WITH_OPERAND:
        return True
    word = first_word(text)
    alone = word in words("operand_programs")
    if not alone and word not in words("operand_managers"):
        return False
    operands = [one for one in text[text.find(word) + len(word) :].split() if one[0] != "-" or one == "-"]
    if word == "tar" and operands and re.fullmatch(r"[a-zA-Z]{1,8}", operands[0]):
        operands = operands[1:]
    if alone:
        return not operands and not _OPERATOR.search(text)
    return not operands or (len(operands) == 1 and operands[0] in words("operand_verbs"))


def _strip_assignments(text: str) -> str:
    if "=" not in text:
        return text
    for _ in range(16):
        match = _ASSIGNMENT.match(text)
        if match is None or match.end() == len(text):
            return text
        text = text[match.end() :]
    return text


@cache
def _of_sentences() -> frozenset[str]:
    return words("stop_words") | foreign_words()


@lru_cache(maxsize=8192)
def prose_words(text: str) -> int:
    """How many of the words that only sentences have ("the", "you", "is") stand in `text`; those of other languages from two on."""
    if text.isascii() and _of_sentences().isdisjoint(spelt(text)):
        return 0
    stops, foreign = words("stop_words"), foreign_words()
    if ">" in text:
        text = PLACEHOLDER.sub("<_>", text)
    found = [word.casefold() for word in _WORD.findall(text)]
    others = {word for word in found if word in foreign or not word.isascii()}
    count = sum([word in stops for word in found])
    return count + len(others) if len(others) > 1 and max(map(len, others)) > 2 else count


_SERVICE: Final = pattern(
    r"(?:sudo\s+)?(?:(?:(?:service|rc-service|invoke-rc\.d)\s+|/etc/(?:rc\.d/)?(?:init\.d/)?)[\w.@\-]+\s+(?:start|stop|(?:force-)?re(?:start|load)|status)|"
    r"systemctl\s+(?:start|stop|(?:try-)?re(?:start|load)|status|enable|disable|mask|unmask)\s+[\w.@\-]+)\s*\Z"
)
"""What is done to a service, in the words of its manager, whose name is an everyday one."""


def is_service(text: str) -> bool:
    """Whether a line says what is done to a service: "service lampd restart"."""
    return _SERVICE.match(text) is not None


KEYS: Final = re.compile(r"(?:[Cc]trl|[Cc]ontrol|CTRL|[Aa]lt|ALT|[Ss]hift|[Cc]md|[Ss]trg|[Ww]in)\s?[+\-]\s?\S")
"""Keys that are pressed together."""


def _of_packages(line: str) -> bool:
    """Whether a line is nothing but the names of packages, of which most have several parts: nobody runs these."""
    names = line.split()
    if len(names) > 1 and names[0].endswith(_FOR_BUILDING) and all(map(_PACKAGE.fullmatch, names)):
        return True
    if len(names) < 5 or names[0] in words("programs") or names[1] in words("orders") or not all(map(_PACKAGE.fullmatch, names)):
        return False
    return 3 * sum("-" in name for name in names) >= 2 * len(names)


_FOR_BUILDING: Final = ("-dev", "-devel")
"""Ends of names of packages that others are built with: nobody calls a program so."""
_PACKAGE: Final = re.compile(r"[a-z0-9][\w.+:]*(?:-[\w.+:]+)*")

NEVER: Final = -3
"""How much addresses, elisions, directories and answers look like commands."""

_CALL: Final = re.compile(r"[A-Za-z_][\w.]*\((?!\)\s*\{)")
"""A function called as in a program's source; `name() {` begins a shell function."""

_ASSIGNS: Final = ("= ", ":= ", "+= ")
"""What stands behind the name of a setting, and behind no program's."""
_ASSIGNS_NAMED: Final = pattern(r" [A-Za-z_]\w* += (?!\()")
"""… where a word stands before the name."""


_FAILED: Final = pattern(r"@?(?:[\w.\-]+ )?(?:[Ee]rror|ERROR|[Ww]arning|WARNING|[Ff]atal): \S")
"""A message of failure, perhaps behind the name of the program that failed: "rsync error: no such place"."""

_OF_PROGRAMS: Final = frozenset(("which", "whereis", "man", "info", "type"))
"""What tells of a program that is named behind it."""

_DATA_FILE: Final = pattern(
    r"[~./]*(?:[\w.+\-]+/)+[\w.+\-]+\.(?:h|hpp|so(?:\.\d+)*|conf|cfg|ini|txt|log|json|ya?ml|xml|html?|md|pdf|png|jpe?g)"
)
"""The path of a file that nobody executes."""
_OF_DATA: Final = frozenset(
    "xml json yml yaml conf cfg ini txt md html css csv log png jpg pdf jar war gz tgz zip bz2 xz zst 7z rar deb rpm iso img dll whl gem".split()
)
"""Endings of files that nobody executes, not by their bare names."""
_BARE_VERSION: Final = pattern(r"[vV]?\d+(?:\.\d+)+")
_FILES_OF_DATA: Final = (".json", ".yml", ".yaml", ".plist", ".xml", ".toml", ".ini", ".conf", ".cfg", ".txt", ".log")
"""Endings of files in folders whose names have blanks: "~/Library/Application Support/…"."""
_VERSION: Final = re.compile(r"[\w.+\-]+ ?(?:[<>]=|==|>) ?v?\d[\w.]*\.?|[\w.+\-]+ v?\d+(?:\.\d+)*(?:\+|\.x)")
"""A version that is asked for: "cmake >= 2.6", "ruby 2.1+"."""

_ASSEMBLER: Final = re.compile(r"(?:\w+:\s+)?[a-z]{1,8}\s+(?:r\d\d?|sp|pc|lr|fp|[re][a-d]x|[re][sd]i|%[a-z]\w{1,3}|[xw]\d\d?), ")
"""An instruction of a processor with its registers."""

_BYTES: Final = pattern(r"[0-9a-fA-F]{2}(?: [0-9a-fA-F]{2}){3,}")
"""Bytes, as programs print them."""

_REQUEST: Final = re.compile(r"(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS) (?:/|https?://)")
"""What a program asks of a web server."""
_RIGHTS: Final = ("rw", "r-", "--")
"""How a file's rights go on behind its kind in a listing."""
_NO_COMMAND: Final = ("$$", "e.g.", "i.e.", "z.B.", "% ", "ssh-rsa ", "ssh-dss ", "ssh-ed25519 ", "ecdsa-sha2-")
"""What begins a formula, an example in a sentence, a comment, or a public key."""
_SETS_SWITCH: Final = re.compile(r"\w+=\s+(?:true|false|yes|no|on|off|\d+)", re.IGNORECASE)
_QUOTED_WORDS: Final = pattern(r"\"[^\"]*\"")
"""An operand in quotes: a sentence in it says nothing against a command."""
_SETS_NOTHING: Final = pattern(r"[a-z]\w*= ")
"""A name and its value behind a blank: a shell would set nothing."""
_STATED: Final = pattern(r"[A-Z][a-z]+: [A-Z][a-z]")
"""What something is, below its name: "Status: Paid"."""
_VALUED: Final = pattern(r"[a-z]+(?: [a-z]+){1,3}: [^\s/~.$]")
"""Plain words and a value: "file format: raw"."""
_LOGGED: Final = pattern(r"[a-z][\w\-]* [\w.:\-]{1,40}: \S+ \S.*")
"""A message of a kernel about a device: "usb 1-1.2: new device found"."""


_ENDS_WIDE: Final = "\uff1b\uff0c\u3002\uff01\uff1f\uff1a"
"""How clauses end in Chinese and Japanese."""


def _is_table_row(line: str) -> bool:
    """Whether strokes part the columns of a table: none of several begins with a program."""
    return not any(first_word(part) in words("programs") for part in line.split(" | ")[:6])


_UNWRITTEN: Final = frozenset(("TODO", "TBD", "FIXME", "WIP"))
"""Marks of what is still to be written."""
_NOTHING_TYPED: Final = re.compile(
    r"<(?:[=*\-~<#].*|[A-Za-z][\w\-]*(?:\s+[\w\-]+=(?:\"[^\"]*\"|'[^']*'))+\s*/?>?)|\$(?:\{\w+\}|\w+)"
    r"|\([a-z][^()|;&$<>]* [^()|;&$<>]*[.!]?\)"
)
"""A title between strokes, an element of HTML, a variable alone, words in parentheses."""


_OF_WINDOWS: Final = pattern(r"[A-Za-z]:\\(?:[\w.\-]+\\)*[\w.\-]+\s+(?![\w ]+\\)\S.*")
"""A program by its place on a disk of Windows, and what it is told."""
_ARROW: Final = pattern(r"(?:\A|\s)(?:-{2,}>|<-{2,})(?:\s|\Z)")


def _likeness_by_form(line: str) -> int | None:
    """How much a line looks like a command line that has another form of its own, or that of the shell's own words; None for others."""
    if not line or is_url(line) or is_elision(line):
        return NEVER
    if ("-" in line and _of_packages(line)) or (line[0] in "-=#*_~+" and is_ruled(line)):
        return NEVER
    if line[-1] in _ENDS_WIDE and "#" not in line:
        return -1
    if "," in line and line.split(maxsplit=1)[0].endswith(","):
        return NEVER  # names one after the other
    if line.startswith(('{"', "{{")) or (line[0] in "<$(" and _NOTHING_TYPED.fullmatch(line)):
        return NEVER
    if line[1:3] == ":\\" and _OF_WINDOWS.match(line):
        return 3
    if line.startswith("-- ") or _OPTION_FIRST.match(line):
        return -1
    if "--" in line and ("-->" in line or "<--" in line) and _ARROW.search(line):
        return NEVER  # a drawing
    if line.startswith("| ") or (
        len(line) < 5 and line[0].isdecimal() and line.rstrip(".):\u3001\uff1a").isdecimal() and not line.isdecimal()
    ):
        return NEVER
    if line[0] == "@" and not line.startswith(("@echo", "@rem", "@set", "@call")):
        return NEVER  # programs that a session starts, as its configuration names them
    if ("/" in line and _REQUEST.match(line)) or (line[1:3] in _RIGHTS and is_printed(line)):
        return NEVER
    if "(" in line:
        if _MANUAL_PAGE.match(line):
            return NEVER
        if _CALL.match(line):
            return -1
    if line.startswith(_NO_COMMAND) or ("= " in line and (_SETS_SWITCH.fullmatch(line) or _SETS_NOTHING.match(line))):
        return -1
    if ": " in line and (
        _STATED.match(line)
        or _FAILED.match(line)
        or (_VALUED.match(line) and first_word(line) not in words("says"))
        or (_LOGGED.match(line) and first_word(line) not in words("programs"))
    ):
        return -1
    if (", " in line and _ASSEMBLER.match(line)) or (line.count(" | ") > 1 and _is_table_row(line)):
        return -1
    return _likeness_of_words(line)


_OPTION_FIRST: Final = pattern(r"--?[A-Za-z][\w-]*(?:[\s=]|\Z)")
"""A line of options goes on with a command that stands elsewhere."""


def _likeness_of_words(line: str) -> int | None:
    """The same for a line whose signs don't tell: by the words and places that it is made of."""
    if line[1:] == ":" and line.isascii() and line[0].isalpha():
        return 2  # another disk of Windows
    if is_timed_job(line) or (" @ " in line and is_place(line)):
        return NEVER
    if "/" in line and " " not in line and _DATA_FILE.fullmatch(line):
        return NEVER
    if (line[-1] in "+x" or holds_one(line, ">=")) and _VERSION.fullmatch(line):
        return NEVER
    if (
        line in _ANSWERS
        or line in _UNWRITTEN
        or (line[0] in "CcAaSsWw" and KEYS.match(line))
        or line == "."
        or not line.strip("`")
        or is_branch(line)
        or is_login(line)
        or is_constant(line)
        or (line[2:3] == " " and _BYTES.fullmatch(line))
        or (line.endswith("/") and _PATH_WORD.match(line))
        or line.startswith(("/*", "/ *"))
    ):
        return NEVER
    if line.startswith(OPENERS) and _COMPOUND.match(line):
        return 3
    if line[0] == "/" and line[1:].partition(" ")[0] in words("chat_orders"):
        return NEVER
    if line.startswith(_CONDITIONS) and line[3:].lstrip()[:2] != "((":
        return -1
    word = line.partition(" ")[0]
    return -1 if word in words("stop_words") and word not in words("programs") else None


@lru_cache(maxsize=8192)
def as_command(text: str, *, in_code: bool = True) -> int:
    """How much a line looks like a command line: 3 and more surely, 2 probably, 1 perhaps, 0 and less not.

    Evidence for: a known program or a path as first word, options, operators, arguments that are paths, addresses, variables.
    Evidence against: a sentence's words and its full stop; outside of code, a first word that is everyday English with no argument
    to show for it.
    """
    line = text.replace("\xa0", " ").strip() if "\xa0" in text else text.strip()
    if (" // " in line or " <-" in line) and (told := _TOLD_BEHIND.search(line)) is not None and told.start():
        return as_command(line[: told.start()], in_code=in_code)
    if " Support/" in line and line.endswith(_FILES_OF_DATA):
        return NEVER
    if line.startswith("<") and (program := _PROGRAM_TO_NAME.match(line)) is not None:
        line = f"./_{line[program.end(1) :]}"
    likeness = _likeness_by_form(line)
    if likeness is not None:
        return likeness
    word = first_word(line)
    rest = line[line.find(word) + len(word) :] if word else ""
    if "." in word and "/" not in word and word.rpartition(".")[2] in _OF_DATA and not line.startswith(_AS_ROOT):
        return -1
    if "." in word and _is_no_program(word, rest):
        return NEVER
    if rest[:1] == "\t" and word not in words("programs") and "/" not in word:
        return 0
    if (
        (rest[:1].isspace() and rest.lstrip().startswith(_ASSIGNS) and not word.startswith("$env:"))
        or (rest[:1] == ">" and word[-1] == "-")
        or (" = " in rest and _ASSIGNS_NAMED.match(rest))
    ):
        return 0
    if line.startswith("then ") and word not in words("programs"):
        return -1
    score = _name_score(word, line, in_code=in_code)
    if "=" in word and score in (1, 2) and not holds_one(line, "$`") and _ASSIGNMENT.fullmatch(line):
        return score
    shows = 2 if ("-" in rest or not rest.isascii()) and _OPTION.search(rest) else 0
    shows += 1 if _OPERATOR_SIGN.search(line) and _OPERATOR.search(line) else 0
    shows += 1 if (_ARGUMENT_SIGN.search(rest) and _ARGUMENT.search(rest)) or _SERVICE.match(line) else 0
    shows += 1 if score >= 3 and "=" in line and ASSIGNED_RUN.match(line) else 0
    shows += 1 if score == 1 and (goes_into_known(line) or (rest.startswith(" /") and rest.count(" /") > 1)) else 0
    shows += 1 if in_code and word in _OF_PROGRAMS and rest[1:] in words("programs") else 0
    if (
        not shows
        and score >= 3
        and line.startswith(_AS_ROOT)
        and word in words("programs")
        and not lacks_operand(line)
        and not prose_words(rest)
    ):
        shows = 1
    said = _QUOTED_WORDS.sub('""', rest) if score >= 3 and '"' in rest else rest
    stops = prose_words(said.partition(" #")[0])
    ordered = word in words("says") or (shows > 0 and line.startswith(_AS_ROOT) and word in words("programs"))
    against = 0 if ordered else _sentence_score(line, stops, options=shows >= 2)
    everyday = word.casefold() in words("everyday")
    if everyday and not shows and not line.startswith(_AS_ROOT):
        score -= 1 if in_code and stops < 2 and word.islower() else 2 if " " in line else 1
    elif score in (1, 2) and line.startswith(_AS_ROOT):
        score = 3 if in_code and not stops and word.islower() else 2
    return score + min(shows, 2) - against


def _is_no_program(word: str, rest: str) -> bool:
    """Whether a word is a version, or a host with no option behind it."""
    if _BARE_VERSION.fullmatch(word):
        return True
    return _HOST_NAME.fullmatch(word) is not None and not ("-" in rest and _OPTION.search(rest))


def goes_into_known(line: str) -> bool:
    """Whether a line goes on to a program that is known, with an operand: "quern lamps | grep red", "quern stop; rm wool"."""
    first = first_of_line(line)
    if first == line:
        return False
    behind = line[len(first) :].lstrip(" |&;")
    program = first_word(behind)
    return program in words("programs") and behind.strip() != program


_TOLD_BEHIND: Final = pattern(r"\s+(?://|<-+)\s+(?=[^\W\d_][^\W\d_]*[\s,].*)(?!.*[();=])")
"""Words of the author's behind a command."""
_PROGRAM_TO_NAME: Final = pattern(r"(<[A-Za-z][^<>|&;\n]{0,60}>)(?:/[\w.+\-]+)*(?=\s+--?[A-Za-z])")
"""A program whose place the reader puts in, with an option right behind it: "<path to the mill> --slow"."""


def operates(text: str) -> bool:
    """Whether a line tells a program to do something in a word, whichever program it is: "mill install sail"."""
    word = first_word(text)
    return as_command(text) >= 2 and is_operated(word, text[text.find(word) + len(word) :])


def _is_source(word: str) -> bool:
    """Whether a path is that of a file which nobody runs: a header, a configuration, a text."""
    ending = word.rpartition("/")[2].rpartition(".")[2].casefold()
    return ending in words("file_endings") and not _SCRIPT.match(word.rpartition("/")[2]) and f".{ending}" in word


_CMDLET: Final = pattern(
    r"(?:Add|Backup|Checkpoint|Clear|Close|Compare|Complete|Compress|Connect|Convert|Copy|Deploy|Disable|Disconnect|Dismount|Enable|Enter|Exit|Expand|Export|Find|Format|Get|Grant|Import|Initialize|Install|Invoke|Join|Lock|Login|Measure|Merge|"
    r"Mount|Move|New|Optimize|Ping|Protect|Publish|Push|Read|Receive|Register|Remove|Rename|Repair|Reset|Resize|Restart|Restore|Resume|Revoke|Save|Select|Send|Set|Show|Start|Stop|Suspend|"
    r"Submit|Switch|Sync|Test|Trace|Unblock|Unlock|Uninstall|Unregister|Update|Use|Wait|Write)-(?:[A-Z]{2,3}|[A-Z][A-Za-z0-9]{3,})"
)
"""A verb and a noun, as PowerShell names its commands."""
_PROGRAM_OF_WINDOWS: Final = pattern(r"[A-Za-z]:\\.*\.(?:exe|bat|cmd|com|ps1|msi)")


def is_cmdlet(word: str) -> bool:
    """Whether a word is the name of one of PowerShell's commands: "Get-Service"."""
    return "-" in word and word[:1].isupper() and _CMDLET.fullmatch(word) is not None


_READS_IN: Final = pattern(r"(?:\A|[\s;&])\.\s+[\"']?(?:[~/$]\S|\.{1,2}/|[\w.\-]+/|[\w.\-]+\.(?:sh|bash|csh|zsh|env|rc)\b)")
"""The shell reads a script in: ". ./setup.sh"."""


def _name_score(word: str, line: str, *, in_code: bool) -> int:
    if not word:
        return 1 if _ASSIGNMENT.fullmatch(line) else -2
    if is_cmdlet(word) or (word[1:3] == ":\\" and _PROGRAM_OF_WINDOWS.fullmatch(word)):
        return 3
    if word in words("programs"):
        return 3
    if word == ".":
        return 3 if _READS_IN.search(line) else -1
    if word.endswith(":") or (word.endswith(".") and len(word.strip(".")) < 3 and "/" not in word):
        return -1
    if word.casefold() in words("programs") and word.isascii():
        return 0 if word.casefold() in words("everyday") else 1
    if word in words("directories"):
        return 0
    if word.startswith("/etc/") and not word.startswith(_PROGRAMS_IN_ETC) and word.rpartition("/")[2].count(".sh") == 0:
        return 0
    if word.startswith("$env:"):
        return 3
    if word[0] in "./~" and _PATH_WORD.match(word):
        return 3 if word not in ("/", "..") and not word.startswith("/dev/") and not (word == line and _is_source(word)) else 0
    if ("." in word and _SCRIPT.match(word)) or (word[0] == "$" and (" " in line or "/" in word) and _VARIABLE_WORD.match(word)):
        return 3
    if "/" in word and "=" not in word and not line.startswith(word) and _RELATIVE.match(word) and _ASSIGNMENT.match(line):
        return 3
    if word.startswith(_OF_PROJECT) and " " in line:
        return 2
    if "=" in word and _ASSIGNMENT.fullmatch(line):
        return 2 if line.startswith("export ") else 1
    if word.startswith(("[sudo]", "/")):
        return 2
    if _PARTED_LINE.fullmatch(line) and not prose_words(line):
        return 2
    if word[0].islower() and is_operated(word, line[line.find(word) + len(word) :], alone=in_code):
        return 2
    if _CAMEL.match(word) or _NAME.match(word) or _HUMPED.match(word):
        return 1
    return 0 if _CAPITAL.match(word) else -1


def _sentence_score(line: str, stops: int, *, options: bool) -> int:
    against = 0
    if stops >= 2 and not options:
        against += 2 if stops == 2 else 4
    elif stops >= 4:
        against += 3
    if not options and line[-1:] in ".!?:" and _SENTENCE_END.match(line[-2:]):
        against += 2
    if line.endswith((",", "?", "!")) and not line.endswith((" /?", "$?", "$!")):
        against += 2
    return against


@lru_cache(maxsize=8192)
def as_prose(text: str) -> bool:
    """Whether a line reads as a sentence or a remark: several plain words, of which some only sentences have, or a capital first."""
    line = text.strip()
    if as_command(line) >= 2:
        return False
    if ">" in line:
        line = PLACEHOLDER.sub("<_>", line)
    found = _WORD.findall(line)
    if len(found) < 2:
        return False
    plain = sum(len(word) for word in found) + len(found)
    if plain < 0.6 * len(line):
        return False
    if any(sign in line for sign in "=/$|\\{"):
        return prose_words(line) >= 2
    return prose_words(line) >= 1 or "\u201c" in line or (line[:1].isupper() and len(found) >= 4) or line.endswith((".", ":"))


def command_share(lines: Sequence[str], *, at_least: int = 2) -> float:
    """The share of the lines (blank and comment lines aside) that look like commands."""
    counted = [line for line in lines if line.strip() and not line.lstrip().startswith(("#", "//"))]
    return sum(as_command(line) >= at_least for line in counted) / len(counted) if counted else 0.0
