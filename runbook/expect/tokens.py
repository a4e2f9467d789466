"""A row of a recorded output in literal words and values that vary by nature.

Each kind of value has one fixed expression here, stricter than the recogniser of its hole: what is inferred must be plain, what is
accepted later may take every usual form. Kinds are tried in the order of `_KINDS` at each place; the first wins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

_MONTH: Final = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
_MONTHS: Final = r"(?:January|February|March|April|June|July|August|September|October|November|December|" + _MONTH + ")"
_WEEKDAY: Final = r"(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?"
_CLOCK: Final = r"[0-2]?\d:[0-5]\d(?::[0-6]\d(?:[.,]\d{1,9})?)?(?: ?[AaPp]M\b)?"
_ZONE: Final = r"(?: ?[-+]\d\d:?\d\d\b|Z\b| (?:UTC|GMT|CES?T|EES?T|WES?T|BST|IST|MS[KD]|E[SD]T|C[SD]T|M[SD]T|P[SD]T|JST|KST|AE[SD]T|HKT|SGT)\b)"
_YEAR: Final = r"(?:19|20)\d\d"
_DATE: Final = "|".join(
    (
        rf"{_YEAR}(?P<sep>[-/.])[01]\d(?P=sep)[0-3]\d(?:(?:[T_ ]| at |, ){_CLOCK})?{_ZONE}?(?![\d:-])",
        rf"(?:{_WEEKDAY},? +)?{_MONTHS}\.? +[0-3]?\d,? +{_YEAR}(?!\d|:)(?:(?:,| at)? +{_CLOCK}{_ZONE}?)?",
        rf"(?:{_WEEKDAY},? +)?{_MONTHS} +[0-3]?\d,? +{_CLOCK}(?:{_ZONE})?(?: +{_YEAR}(?![\d:])(?: ?{_ZONE})?)?",
        rf"(?:{_WEEKDAY},? +)?[0-3]?\d[-/ ]{_MONTHS}[-/ ,]+{_YEAR}(?:[ :]+{_CLOCK}{_ZONE}?)?",
        rf"{_WEEKDAY} {_YEAR}-[01]\d-[0-3]\d(?: {_CLOCK}{_ZONE}?)?",
        r"[0-3]?\d/[0-3]?\d/(?:\d\d)?\d\d(?:,? " + _CLOCK + r")?(?![\d/])",
        rf"[0-3]?\d\.[01]?\d\.{_YEAR}(?: {_CLOCK})?(?![\d.])",
        rf"{_WEEKDAY} +{_CLOCK}",
        rf"{_MONTH}[0-3]\d(?=\s)",
        rf"{_YEAR}[01]\d[0-3]\d(?:T?[0-2]\d[0-5]\d[0-5]\dZ?)?(?!\d)",
    )
)
_SPELT: Final = r"(?:years?|months?|weeks?|days?|hours?|hrs?|minutes?|mins?|seconds?|secs?|msecs?|usecs?|ms|us|ns)"
_GLUED: Final = r"(?:y|mon?|min|w|d|h|ms|m|sec|s|us|ns)"
_DURATION: Final = "|".join(
    (
        r"\d+ days?,? +\d+:\d\d(?::\d\d)?(?![\d:])",
        rf"\d+(?:[.,]\d+)? ?{_SPELT}(?:,? (?:and )?\d+(?:[.,]\d+)? ?{_SPELT})*(?!\w)",
        rf"(?:\d+(?:[.,]\d+)?{_GLUED} ?)+(?<! )\d{{0,3}}(?![\w/])",
        r"(?:[Aa]bout an?|[Ll]ess than a|[Aa] few) (?:seconds?|minute|hour|day|week|month|year)(?!\w)",
        r"\d+\.\d+(?:e[-+]\d+)? s(?!\w)",
        r"\d+-\d\d:\d\d:\d\d",
    )
)
_SIZE: Final = (
    r"\d+(?:,\d{3})*(?:[.,]\d+)?(?:[kKMGTPE]i?(?:[Bb](?:its?|ytes?|ps)?)?(?:/s(?:ec)?)?|B(?:/s)?|[Bb]ytes?(?:/s(?:ec)?)?)(?![\w])"
    r"|\d+(?:[.,]\d+)* (?:[kKMGTP]i?(?:[Bb](?:its?|ytes?|ps)?)|B|[Bb]ytes?|(?:[kKMGT]i?)?bits?)(?:/s(?:ec)?)?(?!\w)"
    r"|\d+(?:[.,]\d+)* [kKMGT](?= {2}|$|[\])])"
    r"|\d+\.\d\d[gmt](?!\w)"
)
_VERSION: Final = "|".join(
    (
        r"\d+(?:\.\d+){3,}(?:[-+~_.:]*\w+)*",
        r"\d+(?:\.\d+){1,}(?:\.[\dA-Za-z]+)*[-+~_:]\w+(?:[-+~_.:]\w+)*",
        r"\d+(?:\.\d+){2,}(?:[-+~_.]?\w+)*",
        r"\d+(?:\.\d+)+(?:[a-z]\d*|rc\d+|beta\d*|alpha\d*)(?!\w)",
        r"\d+:\d+(?:\.\d+)+(?:[-+~_.:]\w+)*",
        r"\d+~\d[\w.~-]*\w",
        r"\d+\.(?:el|fc|amzn|mga|rhel|lp|oc|rh)\d\w*",
    )
)
_LEFT: Final = r"(?<![\w.])"
_IP6: Final = (
    r"(?<![\w:.])(?=[0-9A-Fa-f]*:[0-9A-Fa-f:]*:)(?:[0-9A-Fa-f]{1,4}:){7}[0-9A-Fa-f]{1,4}(?![\w:])"
    r"|(?<![\w:.])(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,6})?::(?:[0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{1,4}){0,6})?(?:%\w+)?(?![\w:])"
)
_OCTET: Final = r"(?:25[0-5]|2[0-4]\d|1?\d?\d)"

_KINDS: Final[tuple[tuple[str, str], ...]] = (
    ("url", r"(?<!\w)(?:https?|ftp|rsync|git|ssh|file)://[^\s'\"<>]+"),
    ("uuid", r"(?<![\w-])[0-9A-Fa-f]{8}(?:-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}(?![\w-])"),
    (
        "cut_short",
        r"(?<![\w-])[0-9A-Fa-f]{6,}(?:-[0-9A-Fa-f]{1,4})*-?(?:\.{3}|…)|(?<![\w-])[0-9a-f]{4,}\.{3}[0-9a-f]{4,}(?![\w-])",
    ),
    ("spaced", r"(?<!\w)(?:[0-9A-F]{2} ){15,63}[0-9A-F]{2}(?=\s*$)|(?<!\w)(?:[0-9A-F]{4} {1,2}){7,15}[0-9A-F]{4}(?=\s*$)"),
    ("crypt", r"\$(?:1|2[abxy]?|5|6|7|y|gy|apr1|md5|argon2\w*)\$[./A-Za-z0-9$=,+]{8,}(?!\S)"),
    ("drawn", r"(?<![\w./-])(?=[a-z]*\d[0-9a-z]*[a-z])(?=(?:[a-z]*\d){3})[0-9a-z]{25}(?![\w-])"),
    ("mac", r"(?<![\w:])[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){5}(?![\w:])"),
    (
        "fingerprint",
        r"(?<=SHA256:)[0-9A-Za-z+/=]{20,}|(?<=MD5:)(?:[0-9a-f]{2}:){15}[0-9a-f]{2}|(?<!\w)(?:[0-9A-F]{2}:){15,31}[0-9A-F]{2}(?!\w)"
        r"|(?<![\w:])(?:[0-9a-f]{2}:){9,}(?:[0-9a-f]{2})?(?!\w)",
    ),
    ("date", rf"(?<![\w.:/])(?:{_DATE})"),
    ("ip", rf"{_LEFT}{_OCTET}(?:\.{_OCTET}){{3}}(?![\w]|\.\w|-\w)"),
    ("ip6", _IP6),
    ("hex", r"(?<!\w)0[xX][0-9A-Fa-f]+(?!\w)"),
    ("duration", rf"{_LEFT}(?<![-/])(?:{_DURATION})"),
    ("time", rf"(?<![\w.:/]){_CLOCK}{_ZONE}?(?![\w:/])"),
    ("percent", r"(?<![\w.])\d+(?:[.,]\d+)? ?%(?!\w)"),
    ("size", rf"{_LEFT}(?<![-:])(?:{_SIZE})"),
    ("device", r"(?<!\w)[0-9a-f]{1,8}h/\d+d(?!\w)"),
    (
        "hash",
        r"(?<![\w:])[0-9a-f]{8}(?::[0-9a-f]{8}){3}(?![\w:])|(?<!\w)(?=[0-9]*[A-F])(?=[A-F]*[0-9])[0-9A-F]{8,64}(?![\w-])|(?<=\")(?=[0-9]*[a-f])[0-9a-f]{8}(?=-\d\d\")|(?<![\w/-])(?=[0-9]*[a-f])(?=[a-f]*[0-9])[0-9a-f]{7,64}(?=\W|$)(?!-\w|\.\w)|(?<![\w/-])[0-9a-f]{32,128}(?!\w)",
    ),
    ("tty", r"(?<![\w/])pts/\d+(?!\w)|(?<![\w/])tty(?:S|AMA|USB)?\d+(?=\s|$)"),
    (
        "made_up",
        r"(?<=[a-z\d]-)(?=[a-z]*\d)[bcdfghjklmnpqrstvwxz2456789]{5}(?=\s|$)|(?<=-)(?=[a-z]*\d)[bcdfghjklmnpqrstvwxz2456789]{8,10}-[bcdfghjklmnpqrstvwxz2456789]{5}(?!\w)",
    ),
    ("temporary", r"(?<=/tmp/)[\w.-]*[A-Za-z0-9]{6,}[\w.-]*"),
    ("host_at", r"(?<=\w@)[A-Za-z][\w-]*(?:\.[\w-]+)*(?=[\s:>)',]|$)"),
    ("fqdn", r"(?<![\w./@-])[A-Za-z0-9](?:[\w-]*\.)+[A-Za-z]{2,12}(?![\w/-]|\.\w)"),
    ("path", r"(?<![\w.])[~.]{0,2}/[^\s,;:()\[\]'\"<>|=]+"),
    ("package", r"(?<![\w./+-])[A-Za-z][\w+]*(?:-[A-Za-z_][\w+.]*)*-(?=\d)[^\s,;:()\[\]'\"<>|=]+"),
    (
        "version",
        rf"(?<![\w.])(?:{_VERSION})|(?<=\bv)\d+(?:\.\d+)+(?:[-+~.]?\w+)*|(?<=[A-Za-z][/_-])\d+(?:\.\d+)+(?:[-+~_.:]?\w+)*"
        r"|(?<= r)\d{3,}(?=\s|$)",
    ),
    ("bar", r"(?<![#=*_~.-])(?:#{4,}|={4,}>?|(?<!\w)-{4,}|\*{4,}|_{4,}|~{4,}|\.{4,})|(?<=\[)=*>"),
    ("float", r"(?<![\w.,])[-+]?\d+(?:\.\d+)?e[-+]\d+(?!\w)|(?<![\w.,])[-+]?\d+(?:\.\d+|,\d{1,2}|,\d{4,})(?![\w]|[.,]\d)"),
    ("int", r"(?<![\w.])(?:(?<![-+])|(?<=\d[-+])|(?<=\s))[-+]?\d+(?:,\d{3})*(?!\w)(?!\.\w|\.\.\d)"),
)

_VALUES: Final = (
    r"(?=\S)(?:(?<![^\W\d_])|(?![^\W\d_]))(?:" + "|".join(f"(?P<{name}>{expression})" for name, expression in _KINDS) + ")"
)
"""No value begins with a blank, or with a letter behind a letter: most places of a row need no closer look."""
_SCAN: Final = re.compile(_VALUES)
_SCAN_ASCII: Final = re.compile(_VALUES, re.ASCII)
"""Finds the same in printable ASCII, for which it need not look into Unicode's tables."""

_ANY_LETTER: Final = frozenset({"url", "path"})


def found(text: str) -> Iterator[re.Match[str]]:
    """The values in `text` from left to right; `lastgroup` is the kind. Letters and digits beyond ASCII are in none but paths and
    addresses: the recognisers of holes, which work on bytes, know no others."""
    if text.isascii():
        return (_SCAN_ASCII if text.isprintable() else _SCAN).finditer(text)
    return (m for m in _SCAN.finditer(text) if m[0].isascii() or m.lastgroup in _ANY_LETTER)
