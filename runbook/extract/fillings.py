"""The forms in which a line that is typed or written marks what the reader puts in: `<name>`, `$NAME`, `{name}`, `YOUR_HOST`, `10.0.0.x` …"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from functools import cache
from typing import Final, NamedTuple

from msgspec import Struct

from runbook.extract.tongues import Tongue
from runbook.patterns import pattern
from runbook.words import alternation, words


class Place(Struct, frozen=True, gc=False):
    """A line of something typed, written or printed: `kind` says which. `shell` is where it is typed; `document` says that it stands in a
    document that a command gets ("<<EOF"); `read` is the line without what stands in single quotes, in which a shell replaces nothing;
    `header` is the first line of a printed table."""

    line: int
    text: str
    kind: str
    header: str = ""
    shell: str = "sh"
    document: bool = False
    read: str = ""


class Found(NamedTuple):
    """The value as it stands there, and the name for it; `spoken` where it is only a word for what kind of thing stands there."""

    value: str
    name: str
    spoken: bool = False


_ANGLE: Final = pattern(r"(?<![<?])(?<!\?P)<(?P<name>[^\W\d_](?:[\w .,:\-/'@#~()]{0,60}[\w)])?)>")
_SECTION: Final = pattern(r"[A-Z][A-Za-z]+\s+[/*~\"].*")
"""What opens a section of Apache's: "<Directory /srv/www>"."""
_GUILLEMETS: Final = pattern("\u00ab(?P<name>[^\\W\\d_][^\u00ab\u00bb\\n]{0,40})\u00bb")
_PATH_IN_BRACKETS: Final = pattern(
    r"[\[<](?:full |absolute )?path (?:to|of)[^\[\]<>]{0,30}[\]>](?:/[\w.\-]+)*/(?P<name>[\w.\-]+)", re.IGNORECASE
)
_KEYS: Final = pattern(r"(?:ctrl|alt|shift|meta|super|cmd|c|m|s|a)[-+ ].{1,12}|f\d{1,2}", re.IGNORECASE)
_REGULAR: Final = pattern(r"\\[SsdDwWb.\[(]|\.\*|\(\?|\[\^")
_MAIL_ADDRESS: Final = pattern(r"[\w.+\-]+@[\w\-]+\.[\w.\-]+\Z")
_VARIABLE: Final = pattern(
    r"\$(?:\{(?P<braced>[A-Z][A-Z0-9_]{1,30})\}|(?P<bare>[A-Z][A-Z0-9_]{1,30})\b(?!\$(?![\w{]))|\((?P<make>[A-Z][A-Z0-9_]{1,30})\))"
)
"""A variable in capitals; "$BODY$" quotes a string of PostgreSQL."""
_SMALL_VARIABLE: Final = pattern(r"\$(?:\{(?P<braced>[a-z][a-z0-9_]{1,30})\}|(?P<bare>[a-z][a-z0-9_]{1,30})\b)(?!\[|\(|:|->)")
_PERCENT: Final = pattern(r"(?<![\w%+$])%(?P<name>[A-Za-z][A-Za-z0-9_ \-]{1,30}[A-Za-z0-9])%(?![\w%])")
_SIGNS: Final = pattern(
    r"(?<![\w@])(?:__(?P<lines>[A-Z][A-Z0-9_\-]*?[A-Z0-9])__|@{1,2}(?P<at>[A-Z][A-Z0-9_]{2,30})@{1,2})(?![\w@])"
)
_BRACES: Final = pattern(
    r"(?<![$%@{}\\^)\w])(?<!->)\{(?P<name>[A-Za-z][\w \-]{0,40}\w)\}(?!\})|(?<![\\])\{\{ ?(?P<double>[A-Za-z][\w \-]{0,40}\w) ?\}\}"
)
_SQUARE: Final = pattern(r"(?<![\w\[\\$\"'*)\]])\[(?P<name>[A-Za-z][\w \-/]{0,60}\w)\](?![\w*+?\](){}\[])")
_SQUARED: Final = pattern(r"[A-Z][A-Z0-9_\-]{2,}")
_YOUR: Final = pattern(
    r"(?:(?<![\w${(])your[_\-.]?|(?<![\w.@/${(])my[_\-])(?P<name>[a-z][a-z0-9_\-]*(?:\.[a-z\-]+)*)(?![\w.])|\b(?:[A-Z]+_)?YOUR?_(?P<upper>[A-Z0-9_@]+)\b",
    re.IGNORECASE,
)
_QUOTED_OWN: Final = pattern(r"(?P<quote>[\"'])(?P<value>(?:your|my) [^\"'$<>{}]{2,40})(?P=quote)", re.IGNORECASE)
_HERE: Final = pattern(
    r"(?<![\w.\-])(?P<name>[A-Za-z][\w\-]*[_\-])here(?![\w\-])|(?<![\w.\-])(?P<change>(?:change|replace)[_\-]?me)(?![\w\-])",
    re.IGNORECASE,
)
_SOME: Final = pattern(
    r"(?<![\w.\-])/some/(?:[\w.\-]+/)*(?P<path>[\w.\-]+)|(?<![\w\-])some[_\-](?P<name>[a-z][\w\-]*)|(?<![\w\-])path[_\-]to[_\-](?P<to>[\w\-]+)",
    re.IGNORECASE,
)
TOP_LEVELS: Final = (
    "com|org|net|edu|info|io|dev|tld|local|lan|home|internal|localdomain|de|at|ch|fr|be|es|it|br|com\\.br|pt|nl|pl|ru|cz|se|dk|no|uk|co\\.uk|"
    "eu|us|ca|au|in|jp|co\\.jp|cn|kr|example|test|invalid"
)
_EXAMPLE_HOST: Final = pattern(
    r"\b(?:[\w\-]+\.)*example\.(?:com|org|net)\b|(?<![\w./\-])[\w\-]+\.(?:example|test|invalid)\b(?![\w./\-]*\w)"
)
_CROSSES: Final = pattern(
    r"(?<![\w.])(?P<x>(?:[xX]{2,8}[-:]){1,5}[xX]{2,12}|[xX]{3,}|[xX](?:\.[xX]){1,3}|[A-Z](?:\.[A-Z]){2}|[xX]{1,4}(?:\.[xX]{1,4}){3}|[NY]{3,}|"
    r"(?<=[/:=\-])#{2,})(?!\w|\.[\dxX]\b)|(?<![A-Za-z])(?P<n>N{3,})(?![A-Za-z])"
)
_VERSION: Final = re.compile(
    r"(?<![\w.])v?(?P<v>[xX]\.[yY](?:\.[zZ])?|[xX]{1,2}\.[xX]{1,2}(?:\.[xX]{1,2})?|N\.N(?:\.N)?)(?!\w|\.\d)"
)
_PART: Final = r"(?:\d{1,3}|[xXyYzZnN]{1,3})"
_HALF_ADDRESS: Final = pattern(rf"(?<![\w.])(?=[\d.]*[xXyYzZnN])(?:{_PART}\.){{3}}{_PART}(?!\w|\.\w)")
_DEVICE: Final = pattern(
    r"/dev/(?:(?:sd|hd|vd|xvd)(?:x\d?|[X?YZ][XYNny\d]?)|r?(?:disk|mmcblk|nvme|ttyUSB|ttyACM|ttyS|loop|md|sg|sr)[XNn#?](?:[ps]?[XYNn\d]|n\d(?:p\d)?)?)(?!\w)|"
    r"(?<![\w/.\-])(?:eth|wlan|enp|ens|wlp|bond|vlan|tun|tap|sd|hd)[XN](?!\w)"
)
_DATE: Final = pattern(
    r"(?<![\w%+])(?:(?:YYYY|yyyy)[-_.]?(?:MM|mm)[-_.]?(?:DD|dd)|(?:DD|dd)[-_.](?:MM|mm)[-_.](?:YYYY|yyyy))(?![\w])"
)
_CARD: Final = pattern(
    r"(?<![\w:])(?:(?:[xX]{2}|[aA]{2}|[bB]{2}|[cC]{2}|[dD]{2}|[eE]{2}|[fF]{2})[:\-]){5}(?:[xX]{2}|[fF]{2})(?![\w:])"
)
_CAPITALS: Final = re.compile(
    r"(?:(?<=[^\W\d]-)|(?<![\w$%{\-\\,.@]))(?P<name>[A-Z][A-Z0-9]*(?:[_\-][A-Z0-9]+)*)(?![\w=(,]|(?:-\d+)?\.\d)"
)
_SYSTEM_PATH: Final = pattern(r"(?:^|[\s=\"'])/(?:etc|usr|proc|sys|lib|boot|bin|sbin)/\S*\Z")
_LOGIN: Final = pattern(r"(?<![\w.\-])[A-Za-z][\w\-]*@(?P<host>[A-Za-z][\w\-]*)(?![\w.\-])")
_URL_HOST: Final = pattern(r"//(?P<at>(?P<host>[A-Za-z][\w\-]*)(?P<port>:\d+)?)(?=[/\s]|\Z)")
_INITIALS: Final = re.compile(r"[A-Z]\.[A-Z]\.[A-Z]")

_QUOTES: Final = pattern(r"\"(?:\\.|[^\"\\])*\"|'[^']*'", re.DOTALL)
_SQL: Final = re.compile(
    r"\b(?:CREATE|ALTER|GRANT|DROP|SELECT|UPDATE|INSERT|DELETE|IDENTIFIED|FLUSH|SHOW|REVOKE|SET PASSWORD|USE)\b"
)
_NAMES_ONLY: Final = re.compile(
    r"\s*(?:sudo\s+)?(?:export|unset|declare|readonly|local|typeset|echo|printf|git\s+commit|logger)\b"
)
_OUTPUT_COLUMNS: Final = pattern(r"(?:-o|-O|-F|--output|--format|--columns|--sort)[ =]\Z")
_SEARCHES: Final = pattern(r"(?:^|[|;&]\s*)(?:sudo\s+)?(?:e|f|z)?grep\s+(?:-\S+\s+)*[\"']?\Z")
_SHOWS: Final = pattern(r"\s*(?:sudo\s+)?(?:cat|less|more|head|tail|vi|vim|nano)\s+(?:-\S+\s+)*\Z")
_SETS: Final = pattern(
    r"(?:^|[;&|(\s])(?:(?:export|local|declare|typeset|readonly|set|setenv)\s+(?:-\w+\s+)?)?([A-Za-z_]\w*)=|\bsetenv\s+(\w+)\s|\bset\s+(\w+)\s*=|"
    r"\b(?:for|foreach|select)\s+(\w+)\b|\$(\w+)\s*="
)
_READS: Final = pattern(r"\bread\s+((?:-\w+\s+(?:\"[^\"]*\"\s+|'[^']*'\s+)?)*)([\w ]+)")
_SOURCED: Final = pattern(r"(?:^|[;&|(\s])(?:\.|source)\s+[\w./~$]")
"""A file that is read into the shell: what stands behind it may be set there."""


def set_in(text: str) -> Iterator[str]:
    """The names of the shell variables which a line sets."""
    if "=" in text or "set" in text or "for" in text or "select" in text:
        yield from (next(filter(None, match.groups())) for match in _SETS.finditer(text))
    if "read" in text:
        yield from (name for match in _READS.finditer(text) for name in match[2].split())


def unquoted(text: str) -> str:
    """A command without what stands in single quotes, where a shell replaces nothing."""
    if "'" not in text:
        return text
    return _QUOTES.sub(lambda match: _blank(match) if match[0][0] == "'" else match[0], text)


def without_sentences(text: str) -> str:
    """A line without what stands in quotes and has blanks in it: words for people."""
    return _QUOTES.sub(lambda match: _blank(match) if " " in match[0] else match[0], text) if "'" in text or '"' in text else text


def _blank(match: re.Match[str]) -> str:
    return "".join("\n" if sign == "\n" else " " for sign in match[0])


def marked(place: Place, own: Collection[str], tongue: Tongue) -> Iterator[Found]:
    """What is marked as to be replaced in one line; `own` are the variables that the page itself sets."""
    taken = bytearray(len(place.text))
    for spans, spoken in ((_spans(place, own, tongue), False), (_spoken(place, own), True)):
        for start, value, name in spans:
            end = start + len(value)
            if not any(taken[start:end]):
                taken[start:end] = b"\x01" * (end - start)
                yield Found(value, name, spoken)


Span = tuple[int, str, str]


def _spans(place: Place, own: Collection[str], tongue: Tongue) -> Iterator[Span]:
    """All that is marked, with where it stands, the surest forms first: what lies in another is not told again."""
    command = place.kind == "command"
    text, folded = place.text, place.text.casefold()
    if "path " in folded and ("[" in text or "<" in text):
        yield from ((match.start(), match.group(), match["name"]) for match in _PATH_IN_BRACKETS.finditer(text))
    if "<" in text:
        yield from _angles(place)
    if "\u00ab" in text and command:
        yield from ((match.start(), match.group(), match["name"]) for match in _GUILLEMETS.finditer(text))
    if command and "$" in place.read:
        yield from _variables(place, own)
    if command and place.shell == "sh" and not place.document and ("{" in text or "[" in text):
        yield from _brackets(place.read)
    if "%" in text or "__" in text or "@" in text:
        yield from _between_signs(place)
    yield from _paths(text, folded)
    yield from _example_hosts(text, folded)
    yield from _owned(text, folded, tongue)
    if command:
        yield from _devices(text)
    yield from _crosses(place, folded)


def _angles(place: Place) -> Iterator[Span]:
    text = place.text
    edit = place.kind == "edit" or place.document
    if edit and (
        text.lstrip().startswith("<") or "</" in text or _REGULAR.search(text) or not _ANGLE.sub("", text).strip("# \t")
    ):
        return
    for match in _ANGLE.finditer(text):
        name, before = match["name"], text[: match.start()]
        folded = name.casefold()
        known = folded.split()[0].rstrip("/") in words("html_tags") and "=" not in before[-1:]
        if known and (len(folded.split()) == 1 or "=" in name or f"</{folded.split()[0]}" in text.casefold()):
            continue
        if text.strip() == match.group() and _SECTION.fullmatch(name):
            continue
        if folded in words("keys") or _KEYS.fullmatch(name) or "://" in name or _MAIL_ADDRESS.match(name):
            continue
        if before.rstrip().endswith(("include", "import", "%i")) or (edit and before[-1:].isalnum()):
            continue
        yield match.start(), match.group(), name


def _variables(place: Place, own: Collection[str]) -> Iterator[Span]:
    shell = place.read
    sourced = _SOURCED.search(shell)
    end = sourced.start() if sourced else len(shell)
    for match in _VARIABLE.finditer(shell):
        name = match["braced"] or match["bare"] or match["make"]
        if name not in words("environment") and name not in own and match.start() < end:
            yield match.start(), match.group(), name
    if place.shell != "sh" or place.document:
        return
    for match in _SMALL_VARIABLE.finditer(shell):
        name = match["braced"] or match["bare"]
        if name not in words("shell_variables") and name not in own and match.start() < end:
            yield match.start(), match.group(), name


def _brackets(shell: str) -> Iterator[Span]:
    for match in _BRACES.finditer(shell) if "{" in shell else ():
        name = match["name"] or match["double"]
        if name not in ("print", "next", "exit"):
            yield match.start(), match.group(), name
    for match in _SQUARE.finditer(shell) if "[" in shell else ():
        name = match["name"]
        last = re.split(r"[ _\-/]", name)[-1].casefold()
        if name.casefold() in ("options", "option", "args", "arguments", "flags"):
            continue
        if (
            _SQUARED.fullmatch(name)
            or name.casefold().startswith(("your ", "your-", "your_", "your/"))
            or (not name.istitle() and last in words("filled_in"))
        ):
            yield match.start(), match.group(), name


def _between_signs(place: Place) -> Iterator[Span]:
    for match in _PERCENT.finditer(place.text) if "%" in place.text and place.kind == "command" else ():
        name = match["name"]
        known = name in words("environment") or name.casefold() in words("windows_environment")
        if not (known or name.upper().endswith("_HOME")):
            yield match.start(), match.group(), name
    for match in _SIGNS.finditer(place.text):
        name = match["lines"] or match["at"]
        replaced = place.text[max(0, match.start() - 2) : match.start()] in ("s/", "s|", "s,")
        if not replaced and name not in (
            "FILE",
            "LINE",
            "DIR",
            "CLASS",
            "FUNCTION",
            "METHOD",
            "NAMESPACE",
            "DATE",
            "TIME",
            "GNUC",
        ):
            yield match.start(), match.group(), name


@cache
def _path_to() -> re.Pattern[str]:
    return re.compile(
        rf"(?<![\w.\-/])(?:[~/]?(?:[\w.\-]+/)*)(?:{alternation('path_to')})/(?:[\w.\-]+/)*(?P<name>[\w.\-]+)", re.IGNORECASE
    )


def _paths(text: str, folded: str) -> Iterator[Span]:
    if "some" in folded or "path_to" in folded or "path-to" in folded:
        yield from (
            (match.start(), match.group(), match["path"] or match["name"] or match["to"]) for match in _SOME.finditer(text)
        )
    if "/" in text and any(map(folded.__contains__, words("path_to"))):
        for match in _path_to().finditer(text):
            start = text.index("/", match.start()) if match[0].startswith("-") else match.start()  # "-L/path/to/lib"
            yield start, text[start : match.end()], match["name"]


def _owned(text: str, folded: str, tongue: Tongue) -> Iterator[Span]:
    """What is called the reader's own."""
    if "you" in folded or "my" in folded:
        for match in _QUOTED_OWN.finditer(text):
            yield match.start("value"), match["value"], match["value"].partition(" ")[2]
        for match in _YOUR.finditer(text):
            yield match.start(), match.group(), (match["name"] or match["upper"]).removesuffix("_HERE").removesuffix("-here")
    if "here" in folded or "eme" in folded or "e_me" in folded or "e-me" in folded:
        for match in _HERE.finditer(text):
            yield match.start(), match.group(), (match["name"] or "value").rstrip("_-")
    if tongue.speaks:
        yield from tongue.owned(text)


@cache
def _hosts() -> re.Pattern[str]:
    return re.compile(
        rf"(?<![\w./@\-])(?:[\w\-]+\.)*(?:{alternation('example_domains')})\.(?:{TOP_LEVELS})(?![\w\-]|\.\w)", re.IGNORECASE
    )


@cache
def _dotted_domains() -> tuple[str, ...]:
    return tuple(f"{name}." for name in words("example_domains"))


_MAIL: Final = pattern(r"(?<![\w.+\-])[\w.+\-]+@\Z")
_LONGEST: Final = 64
"""Characters of the name before the @ of an address."""
_LOGS_IN: Final = pattern(r"\b(?:ssh|scp|sftp|rsync|sshfs|cvs|svn)\b(?!-)|ssh-copy-id|\bgit\s+(?:clone|push|pull|fetch|remote)\b")


def logs_in(text: str) -> bool:
    """Whether a line logs in somewhere, or fetches from there: what stands before an "@" is a user."""
    return _LOGS_IN.search(text) is not None


def _example_hosts(text: str, folded: str) -> Iterator[Span]:
    if "." not in text:
        return
    found: list[re.Match[str]] = []
    if any(name in folded for name in ("example", ".test", ".invalid")):
        found += _EXAMPLE_HOST.finditer(text)
    if any(map(folded.__contains__, _dotted_domains())):
        found += _hosts().finditer(text)
    logging_in = bool(found) and logs_in(text)
    for match in found:
        before = text[max(0, match.start() - _LONGEST) : match.start()]
        mail = _MAIL.search(before)
        if mail is not None and text[match.end() : match.end() + 1] not in (":", "/") and not logging_in:
            start = match.start() - len(before) + mail.start()
            yield start, text[start : match.end()], "email"
        else:
            yield match.start(), match.group(), "hostname"


def _devices(text: str) -> Iterator[Span]:
    if "/dev/" in text or "X" in text or "N" in text:
        yield from ((match.start(), match.group(), "device") for match in _DEVICE.finditer(text))
    if "dd" in text or "DD" in text:
        yield from ((match.start(), match.group(), "date") for match in _DATE.finditer(text))
    if text.count(":") + text.count("-") >= 5:
        yield from (
            (match.start(), match.group(), "mac_address") for match in _CARD.finditer(text) if match[0].strip("fF:-")
        )  # what is all "ff" is everybody's: to all cards


def _crosses(place: Place, folded: str) -> Iterator[Span]:
    text = place.text
    dotted = "." in text
    if text.count(".") >= 3 and ("x" in folded or "n" in folded or "y" in folded or "z" in folded):
        yield from ((match.start(), match.group(), "ip_address") for match in _HALF_ADDRESS.finditer(text))
    crossed = (
        "xx" in folded
        or "##" in folded
        or "NNN" in text
        or "YYY" in text
        or (dotted and ("x.x" in folded or _INITIALS.search(text)))
    )
    remark = text.lstrip().startswith("#")
    for match in _CROSSES.finditer(text) if crossed else ():
        if not remark or "#" not in match.group():
            yield match.start(), match.group(), _name_before(text[: match.start()])
    if dotted and place.kind == "command":
        yield from ((match.start("v"), match["v"], "version") for match in _VERSION.finditer(text))


_NAMED_BEFORE: Final = pattern(r"(?:--(?P<option>[a-z][a-z\-]{1,30})[= ]|(?:\A|[\s;])(?P<variable>[A-Za-z_]\w{1,30})=)[\"']?\Z")


def _name_before(before: str) -> str:
    """What the words before nameless crosses say that these are: the host behind an "@", an option, a variable."""
    if before.endswith("@") and not before.endswith(" @"):
        return "hostname"
    match = _NAMED_BEFORE.search(before[-40:]) if before[-1:] in ("=", " ", '"', "'") else None
    return (match["option"] or match["variable"]) if match is not None else "value"


@cache
def _generic() -> re.Pattern[str]:
    nouns = alternation("filled_in")
    return re.compile(
        rf"(?<![\w.\-/$%{{@])(?P<name>(?:{nouns}|db|new|old)[_\-](?:name|id|ip|address|addr|path|dir|number)|(?:{nouns}|db)name)(?![\w\-/=(])"
    )


def _spoken(place: Place, own: Collection[str]) -> Iterator[Span]:
    """Words of a command that only say what kind of thing stands there: `USERNAME`, `user@host`, `container_id`."""
    text = place.text
    if place.kind != "command" or place.shell != "sh" or place.document:
        return
    if text.lstrip().startswith("#") or _SQL.search(text) or _NAMES_ONLY.match(text):
        return
    plain = (
        _QUOTES.sub(lambda match: _blank(match) if " " in match[0] else match[0], text) if "'" in text or '"' in text else text
    )
    first = len(plain) - len(plain.lstrip()) + len((plain.split() or [""])[0])
    folded = plain.casefold()
    for match in _LOGIN.finditer(plain) if "@" in plain else ():
        if match["host"].casefold() in words("generic_hosts"):
            yield match.start(), match.group(), "login"
    for match in _URL_HOST.finditer(plain) if "://" in plain else ():
        host = match["host"].casefold()
        if host in words("generic_hosts") and (match["port"] or "-" in host or "_" in host):
            yield match.start("at"), match["at"], "endpoint"
    for match in _CAPITALS.finditer(plain) if plain != folded else ():
        name = match["name"]
        before = plain[: match.start()]
        if match.start() >= first and name not in own and _is_filled_in(name):
            alone = before.endswith(" ") and (plain[match.end() : match.end() + 1] or " ") in " |;>"
            if not (
                _SYSTEM_PATH.search(before)
                or _OUTPUT_COLUMNS.search(before)
                or _SEARCHES.search(before)
                or (alone and _SHOWS.match(before))
            ):
                yield match.start(), name, name
    if (
        "name" in folded
        or "id" in folded
        or "ip" in folded
        or "addr" in folded
        or "path" in folded
        or "dir" in folded
        or "number" in folded
    ):
        for match in _generic().finditer(plain):
            if match.start() >= first and match["name"] not in words("programs"):
                yield match.start(), match["name"], match["name"]


def _is_filled_in(name: str) -> bool:
    return any(part.casefold() in words("filled_in") for part in re.split(r"[_\-]", name))
