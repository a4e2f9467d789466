"""Lines that only a machine writes: logs, messages of compilers, listings of files and devices, rules of tables. Judged by form alone."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from runbook.patterns import pattern
from runbook.words import any_of

_DAY: Final = r"(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)"
_MONTH: Final = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_TIME: Final = r"\d\d?:\d\d:\d\d"
_LEVEL: Final = r"(?:INFO|WARN(?:ING)?|ERROR|DEBUG|FATAL|TRACE|CRITICAL|NOTICE|SEVERE|FINE|VERBOSE)"

_OF_DIGIT: Final = any_of(
    r"\d{4}[-/.]\d\d[-/.]\d\d[ T_-]\d\d?:\d\d",  # 2024-05-01 10:00
    rf"{_TIME}(?:[.,]\d+)?\b",  # 10:00:01.123
    r"\d{1,3}(?:\.\d{1,3}){3} - \S+ \[",  # a web server's log
    r"\d+: [\w@.\-]+: <[A-Z_,\-]+> ",  # ip link
    r"\d+ bytes from \S",  # ping
    r"[0-9a-f]{4,16}:?\s+(?:[0-9a-f]{2,8}[ -]+){4}",  # a dump of memory
    r"[0-9a-f]{2}:[0-9a-f]{2}\.[0-9a-f] [A-Z]",  # lspci
    r"\d+(?:\.\d+)+[\w.\-]*\Z|[0-9a-f]{32,} [ *]\S",  # a version; a checksum
    r"\d+ rows? (?:in set|affected)\b|\d+ (?:passed|failed|tests?|examples?|specs?|assertions?)\b[ ,]",
    rf"\d\d?[-/ ]{_MONTH}[-/ ]\d{{4}}[ :]",
)
_OF_UPPER: Final = any_of(
    rf"{_LEVEL}\b *[:|\]\-] ?",
    rf"{_MONTH} {{1,2}}\d{{1,2}},? (?:\d{{4}},? )?{_TIME}",  # syslog
    rf"{_DAY}(?:, \d+)? {_MONTH} .*{_TIME}",
    r"(?:Enter|Re-?type|Re-?enter|Repeat|Confirm|New|Current)\b[^.]{0,60}\b(?:pass(?:word|phrase)|again|name|role|address|port)\b[^.]{0,60}:\s*\Z",
    r"[A-Z][^\[\]=]{2,60} \[[^\[\]]{0,40}\]: ?[^\[\]]{0,60}\Z",  # a question, the answer without one, and the answer
    r"[A-Z][\w+\-]* \d+\.\d+[\w.\-]* \([^)]*\)",  # a program's version
    r"In file included from \S",
    r"(?:[AUDCGM]|UU) {3,}\S",  # svn
    r"(?:X?PASS|X?FAIL|SKIP|ERROR): \S+\s*\Z|Tests run: \d|[A-Z]{4,}\(\d+\)\s*\Z",
    r"[A-Z]\w+ [\w\-]+ \([^)]*\) \d+\.\d",  # GNU gdb (GDB) 12.1
    r"Traceback \(most recent call last\)",
    r"File \"[^\"]+\", line \d+",
    r"Caused by: \S|Exception in thread \S",
    r"[\w.]+(?:Exception|Error): \S",
    r"Filesystem\s.*\bMounted on\Z",
    r"(?:Get|Hit|Ign|Err):\d+ \w+:",
    r"Reading package lists\b|Building dependency tree|Setting up [\w.+\-]+ \(|Unpacking [\w.+:\-]+ \(|Selecting previously un|Preparing to unpack ",
    r"Cloning into |Receiving objects: |Resolving deltas: |Unpacking objects: |Checked out revision |Committed revision |Updated to revision ",
    r"Bus \d{3} Device \d{3}: ID ",
    r"(?:RX|TX) (?:packets|bytes|errors)[: ]\d|Link encap:",
    r"HTTP/\d(?:\.\d)? \d{3}\b",
    r"PING \S+ \(",
    r"U-Boot (?:SPL |TPL )?v?\d[\w.+\-]* \(|DRAM: +\S|Hit any key to stop autoboot|## (?:Booting|Loading) ",
    r"[A-Z][A-Z0-9_()/%\-]*(?: [A-Z][A-Z0-9_()/%#\-]*)* {2,}[A-Z][A-Z0-9_()/%#\-]*(?: +[A-Z][A-Z0-9_()/%#\-]*)+\s*\Z",  # heads of a table
    r"Chain \w+ \((?:policy|\d+ ref)|Active (?:Internet|UNIX) |Disk /\S+: \d",
    r"(?:[A-Z][\w+\-]* ){1,4}(?:[vV]ersion |[vV])?\d+\.\d[\w.\-]* +(?:[(]|\d\d? [A-Z][a-z]{2}\b)",  # a version and its date
    r"Address 0x|Copyright \([cC]\) \d{4}",
    r"Linux (?:version|[\w.\-]+) \d+\.\d|Kernel command line: |Starting kernel \.\.\.|Uncompressing Linux",
    r"(?:[A-Z]\w*: )?[A-Z][a-z]{2,}ing\b(?: (?!(?:the|a|an|your|this|these|it|and|or)\b)[^.]*|.*\.{3}\s*)\Z",  # what a program is about
    r"Press (?:any key|\[?ENTER\]?|\[?Enter\]?|\[?return\]?)\b.*\b(?:continue|exit|abort)",
)
_OF_LOWER: Final = any_of(
    r"(?:g?make|ninja)(?:\[\d+\])?: (?:\*\*\*|Entering |Leaving |Nothing |build stopped)",
    r"(?:collect2|cc1(?:plus)?|ld|gcc|g\+\+|clang|libtool|dpkg|dpkg-\w+|E|W): [a-z]+\b.*",
    r"[\w.+\-/]+\.\w{1,4}:\d+(?::\d+)?: \S",  # mill.c:12:3: error
    r"[\w.+\-/]+:\d+:\d+: (?:error|warning|note|fatal)",
    r"[dlcbps\-][r\-][w\-][xsS\-][r\-][w\-][xsS\-][r\-][w\-][xtT\-][.+@]? +\d",  # ls -l
    r"[\w.:\-]+(?:/\S*)? on /\S* type [\w.]+ ?\(",  # mount
    r"top - \d\d?:\d\d|g?make  \S",
    r"[\w.\-]+ +\d+ +\d+\.\d +\d+\.\d +\d+ +\d+ ",  # ps
    r"[\w.+\-]+ +\d+ +\d+ +\d+ +\S+ +\S+ +\d\d:\d\d",  # ps -f
    r"[\w./+\-]+ (?:=> \S+ )?\(0x[0-9a-f]+\)\s*\Z",  # ldd
    r"[\w.+\-]+ version \"?[\w.]*\d\.\d|[\w+\-]+ \((?:[^()]* )?v?\d+\.\d[^()]*\)|[\w+\-]+ \d+\.\d[\w.\-]* \([^()]*\)\s*\Z",  # a program and its version
    r"v?\d+(?:\.\d+)+[\w.\-]*\Z|[0-9a-f]{32,} [ *]\S|uid=\d+\(|traceroute to \S+ \(",
    r"[\w.\-]+/[\w.\-]+ (?:created|configured|unchanged|deleted|patched|restarted|scaled)\Z",  # kubectl
    r"[iurph][incurfhWt][R ] \S+ +\d",  # dpkg -l
    r"[a-z][\w /]*\t+: \S",
    r"total \d+[KMG]?\Z|(?:tcp|udp|raw)6?\s+\d+\s+\d+\s+\S+:",
    r"inet6? (?:addr:)? ?[0-9a-f:.]+|link/\w+ [0-9a-f:]{11,}|valid_lft \S",
    r"checking (?:for|whether|if) .*\.\.\. ?\S*",
    r"remote: \S|warning: \S+ |fatal: \S",
    r"at [\w.$<>/]+\([\w$. ]*(?::\d+)?\)",  # a frame of a stack
    r"from \S+:\d+[,:]",
    r"rtt min/avg/max|packets transmitted",
    r"(?:not )?ok \d+ |test [\w:.]+ \.\.\. ",
    r"[a-z][\w\-]*\[\d+\]: \S",  # a daemon with its process
    r"(?:debug|info|warn|error|trace): \S",
    r"(?:[\w.\-]+@[\w.\-]+'s |\[sudo\] )?password(?: for \S+)?:\s*\Z",
    r"time=\"?\d{4}-\d\d-\d\dT|level=(?:info|warn|error|debug)\b",
)
_OF_SIGN: Final = any_of(
    r"\[ *\d+\.\d{3,6}\] ",  # the kernel's log
    r"\[ *[0-9a-f]+:[0-9a-f]+\] ",  # an address of a processor
    r"/\S+: [A-Z]|(?:/[\w.\-]+)+:/[\w.\-/:]+\Z",  # what is said of a file; the places of programs
    rf"\[?\(?{_TIME}[.,\d]*[\])]",
    rf"\[{_DAY} {_MONTH} ",
    r"\[\d{4}[-/]\d\d[-/]\d\d",
    r"\[\d{1,2}[-/.]\d\d?[-/.]\d{2,4} \d\d?:\d\d",
    rf"\[ *{_LEVEL} *\]|\[ *(?:OK|ok|FAILED|WARN|info|warn|error|debug|notice) *\] ",
    r"\((?:II|WW|EE|\*\*|--|==|\+\+|!!|NI|\?\?)\) ",  # the log of an X server
    r"\[\S+ (?:\([\w\-]+\) )?[0-9a-f]{7,12}\] |\[[*+!?\-]\] \S|[\[(] *\d+/\d+[\])] \S|==> [A-Z]|:: [A-Z]|#{10,} +\d",  # how far
    r"={3,} ?[^=]+ ?={3,}\Z|_{5,} \S+ _{5,}\Z|={20,}\Z|-{2,} (?:FAIL|PASS|SKIP): ",  # tests
    r"\*{3,} \S.*",
    r"/\S+ on /\S* type [\w.]+ ?\(",  # mount
    r"\+(?:[-=]+\+){1,}\s*\Z",  # a rule of a table
    r"-{3,}(?:(?: +|\+)-{3,})+\s*\Z",
    r"\(\d+ rows?\)\s*\Z",
    r"-- (?:Found|Looking|Installing|Up-to-date|Check|Configuring|Generating|Build files|Performing|The \w+ compiler)\b",
    r"--- .* ping statistics ---",
    r"/usr/bin/(?:ld|[\w\-]+-ld): |/\S+: line \d+: |/\S+: (?:error|cannot|could not|undefined|No such)",
    r"\.{0,2}/[\w.+\-/]+:\d+(?::\d+)?: \S",
    r"\u25cf [\w@\-.]+\.service\b|\u2514\u2500 ?\d+ /",
)
_DONE: Final = pattern(r".*\w ?\.{3} ?\[?(?:OK|ok|done|Done|yes|no|failed|Failed|FAILED|complete|100%)\]?\.?\Z")
_PERCENT: Final = pattern(r".*\b\d{1,3}(?:\.\d+)?% ?(?:complete|done|\|)|.*\b\d+(?:\.\d+)? ?[KMG]i?B/s\b")


@lru_cache(maxsize=8192)
def is_printed(text: str) -> bool:
    """Whether a line has a form that nobody types and no file of settings has: a machine printed it."""
    text = text.strip()
    first = text[:1]
    if not first:
        return False
    if first.islower():
        found = _OF_LOWER.match(text) or (first in "abcdef" and _OF_DIGIT.match(text))
    elif first.isupper():
        found = _OF_UPPER.match(text) or (first in "EW" and _OF_LOWER.match(text))
    elif first.isdigit():
        found = _OF_DIGIT.match(text)
    else:
        found = _OF_SIGN.match(text)
    if found:
        return True
    return ("..." in text and _DONE.match(text) is not None) or (
        ("%" in text or "B/s" in text) and _PERCENT.match(text) is not None
    )


_MARK: Final = pattern(
    r"\s*((?:[\w./\-]+(?: [\w./\-]+)?|\[[^\]\s]{1,40}\]|\([^)\s]{1,40}\)|[A-Z]{4,})(?::|(?<=[\])])|(?= -{2,})))\s+\S"
)
"""What a program writes before each of its lines: its name and a colon, a level, a word in brackets."""


def same_mark(texts: Sequence[str]) -> bool:
    """Whether nearly all of at least three lines begin with the same mark and a colon, as one program's messages do."""
    if len(texts) < 3:
        return False
    marks = [match[1] for match in map(_MARK.match, texts) if match is not None]
    return bool(marks) and 5 * marks.count(max(set(marks), key=marks.count)) >= 4 * len(texts) and len(set(texts)) > 1


_DECISIVE: Final = (
    "Hit any key to stop autoboot",
    "make[",
    "U-Boot ",
    "Traceback (most recent call last)",
    "Starting kernel ...",
    "Uncompressing Linux",
    "[    0.000000] ",
    "Linux version ",
    "collect2: ",
    "Caused by: ",
    "Press any key",
    "HTTP/1.",
    "HTTP/2 ",
)
"""What stands at the beginning of one line, and says of all around it that it was printed."""


def is_printout(texts: Sequence[str]) -> bool:
    """Whether lines as a whole were printed: half of them could be nothing else, or one tells what all belong to."""
    printed = sum(map(is_printed, texts))
    return 2 * printed >= len(texts) > 0 or (printed > 0 and any(text.lstrip().startswith(_DECISIVE) for text in texts))
