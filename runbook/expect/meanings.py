"""Whether a value in an output varies by nature or means something where it stands."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from runbook.expect.tables import words
from runbook.expect.tokens import found
from runbook.patterns import pattern

Match = re.Match[str]


class Token(NamedTuple):
    """A value in a row, text[start:end], and the type of its hole."""

    start: int
    end: int
    hole: str


class Context(NamedTuple):
    """What the command says of its output: `program` is its first program; `kept` are its words and the parameters' values;
    `parameters` those alone; `settings` that it shows a file or a setting, whose plain numbers all mean something."""

    program: str = ""
    kept: frozenset[str] = frozenset()
    parameters: frozenset[str] = frozenset()
    settings: bool = False
    ordered: bool = False


_LONGEST: Final = 4000
_EPHEMERAL: Final = 32768
"""From here on ports and ids are handed out by the kernel and vary (Linux: ip_local_port_range)."""


def tokens(text: str, context: Context) -> list[Token]:
    """The values of a row that vary by nature, from left to right."""
    if len(text) > _LONGEST:
        return []
    return [token for m in found(text) for token in _JUDGES.get(m.lastgroup or "", _plain)(text, m, context)]


def _one(m: Match, hole: str) -> Iterator[Token]:
    yield Token(m.start(), m.end(), hole)


def _plain(_text: str, m: Match, context: Context) -> Iterator[Token]:
    """A value of a kind that always varies, unless the reader put it there."""
    if m[0] not in context.kept:
        yield from _one(m, _HOLES.get(m.lastgroup or "", m.lastgroup or "word"))


_PORT: Final = pattern(r"(?<=:)\d{5}(?=/|$)")


def _url(_text: str, m: Match, _context: Context) -> Iterator[Token]:
    """Addresses are words, but for a port that the kernel handed out."""
    port = _PORT.search(m[0])
    if port and int(port[0]) >= _EPHEMERAL:
        yield Token(m.start() + port.start(), m.start() + port.end(), "int")


def _mac(text: str, m: Match, context: Context) -> Iterator[Token]:
    if len(set(m[0].lower().split(":"))) > 1:
        yield from _plain(text, m, context)


def _ip(text: str, m: Match, context: Context) -> Iterator[Token]:
    address = m[0]
    special = address.startswith(("127.", "255.", "0.0.0.", "224."))
    if special or address in context.kept or text[m.start() : m.end() + 3].strip() in context.kept:
        return
    named = _last_word(text, m.start()).lower() in {"version", "kernel", "release", "v"}
    yield from _one(m, "version" if named else "ip")


def _ip6(_text: str, m: Match, context: Context) -> Iterator[Token]:
    if m[0] not in {"::", "::1"} and m[0] not in context.kept:
        yield from _one(m, "ip6")


def _percent(text: str, m: Match, context: Context) -> Iterator[Token]:
    number = m[0].rstrip("% ")
    if number == "100" or m[0] in context.kept or context.settings:
        return
    if number.strip("0.,") == "" and _counts_failures(text, m.end()):
        return
    yield from _one(m, "percent")


def _measure(text: str, m: Match, context: Context) -> Iterator[Token]:
    """A number with its unit."""
    if m[0] in context.kept or context.settings or (m.lastgroup == "size" and _counts_failures(text, m.end())):
        return
    yield from _one(m, m.lastgroup or "size")


def _made_up(_text: str, m: Match, context: Context) -> Iterator[Token]:
    at = m.start()
    if "-" not in m[0] and context.program not in {"kubectl", "oc", "k3s", "microk8s"}:
        return
    for part in m[0].split("-"):
        yield Token(at, at + len(part), "hash")
        at += len(part) + 1


def _temporary(_text: str, m: Match, context: Context) -> Iterator[Token]:
    mixed = re.search(r"[A-Z]", m[0]) and re.search(r"[a-z]", m[0])
    if (
        m[0] not in context.kept
        and (mixed or re.search(r"\d", m[0]))
        and not re.search(r"\.(?:tar|gz|rpm|deb|zip|iso|img)$", m[0])
    ):
        yield from _one(m, "path")


def _host_at(text: str, m: Match, context: Context) -> Iterator[Token]:
    """A host behind a user; in angle brackets it is a person's address, which is a word."""
    addressed = text[m.end() : m.end() + 1] == ">" and re.search(r"<[^<>@\s]+@$", text[max(0, m.start() - 80) : m.start()])
    if not addressed and m[0] not in context.kept and m[0] not in _NO_HOSTS:
        yield from _one(m, "host")


_NO_HOSTS: Final = frozenset({"localhost", "sha256", "sha512"})
"""Words behind an "@" that are none, or always the same: "image@sha256:…"."""


def _fqdn(text: str, m: Match, context: Context) -> Iterator[Token]:
    labels = m[0].lower().split(".")
    if labels[-1] not in words("domains") and _RELEASE.search(m[0]):
        yield from _package(text, m, context)
        return
    if len(labels) < 3 or labels[-1] not in words("domains") or labels[0] in {"org", "com", "net", "io", "www"}:
        return
    if m[0] not in context.kept:
        yield from _one(m, "host")


_MADE_UP: Final = pattern(r"/(?:var/)?tmp/(?:[\w-]*\.|[\w.]*-|tmp)([A-Za-z0-9]{6,12})(?=/|$)")


def _is_made_up(name: str) -> bool:
    """Whether letters look drawn by lot, as mktemp(1) and tempfile do."""
    inside = name[1:]
    return bool(re.search(r"[A-Z]", inside) and re.search(r"[a-z]", inside)) or bool(re.search(r"\d[A-Za-z]", name))


_IN_PATH: Final = pattern(
    r"(?<=/tmp\.)[A-Za-z0-9]{6,10}(?=/|$)|(?<=-)\d+\.(?=[A-Za-z0-9]*\d)[A-Za-z0-9]{6}(?=/|$)|(?<=[/-])\d+(?:\.\d+){2,}(?:[-+~.]\w+)*(?=/|$)|(?<=/proc/)\d+(?=/|$)|(?<=/pts/)\d+$|(?<=/run/user/)\d+"
)


def _path(_text: str, m: Match, context: Context) -> Iterator[Token]:
    """Paths are words; a version or a process id in one varies, and a name made up for a temporary file."""
    if m[0] in context.kept:
        return
    made_up = _MADE_UP.match(m[0])
    if made_up and _is_made_up(made_up[1]):
        yield Token(m.start() + made_up.start(1), m.start() + made_up.end(1), "hash")
    for inner in _IN_PATH.finditer(m[0]):
        if inner[0] not in context.kept:
            hole = "version" if "." in inner[0] else "hash" if not inner[0].isdigit() else "int"
            if hole != "hash" or _is_made_up(f" {inner[0]}"):
                yield Token(m.start() + inner.start(), m.start() + inner.end(), hole)


_POD: Final = pattern(r"-(?=[a-z]*\d)([bcdfghjklmnpqrstvwxz2456789]{8,10})-([bcdfghjklmnpqrstvwxz2456789]{5})$")
"""What Kubernetes appends to the names of what it makes (its `rand.SafeEncodeString`)."""
_UUID: Final = pattern(
    r"(?<![0-9A-Za-z])[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9A-Za-z])|(?<=_)[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?![0-9A-Za-z])"
)
_RELEASE: Final = pattern(r"-(?=\d)")


def _package(_text: str, m: Match, context: Context) -> Iterator[Token]:
    """NAME-VERSION[.ARCH][.EXTENSION]: the version varies when it looks like one."""
    token = m[0]
    if uuids := list(_UUID.finditer(token)):
        yield from (
            Token(m.start() + each.start(), m.start() + each.end(), "uuid") for each in uuids if each[0] not in context.kept
        )
        return
    if parts := _POD.search(token):
        yield from (Token(m.start() + parts.start(i), m.start() + parts.end(i), "hash") for i in (1, 2) if parts[i])
        return
    cut = _RELEASE.search(token)
    if token in context.kept or token.rstrip(".") in context.kept or cut is None:
        return
    rest = token[cut.end() :].rstrip(".,:;")
    while (stem := rest.rpartition("."))[0] and (stem[2] in words("architectures") or stem[2] in words("extensions")):
        rest = stem[0]
    if rest in context.kept or not re.fullmatch(r"\d[\w.+~:-]*", rest):
        return
    if "." in rest or re.fullmatch(r"\d{6,}|\d+-r?\d[\w+~]*", rest):
        yield Token(m.start() + cut.end(), m.start() + cut.end() + len(rest), "version")


def _version(text: str, m: Match, context: Context) -> Iterator[Token]:
    before = text[max(0, m.start() - 8) : m.start()]
    if m[0] in context.kept or before.endswith(("HTTP/", "TLSv", "SSLv", "SSH-", "DTLSv")):
        return
    end = m.start() + len(m[0].rstrip(".:-_"))
    yield Token(m.start(), end, "version")


_NAMES: Final = frozenset(["version", "release", "v"])


_WHOLE: Final = pattern(r"\d+\.0")


def _float(text: str, m: Match, context: Context) -> Iterator[Token]:
    if m[0] in context.kept or _is_setting(text, m, context):
        return
    before = _last_word(text, m.start())
    if _WHOLE.fullmatch(m[0]) and before.lower() in words("meaning_before"):
        return  # as some write numbers of JSON: "code": 404.0
    named = (before[:1].isupper() and before.isalpha() and before[-1:].islower()) or before.lower() in _NAMES
    yield from _one(m, "version" if named and "," not in m[0] else "float")


_RANGE: Final = pattern(r"\d{1,5}:\d{1,5}(?![\w.:])")
"""Ports or ids from … to …: they are what somebody set."""
_AT_RANGE: Final = pattern(r"[\w.:]")
_RANGE_END: Final = pattern(r"(?:^|[^\w.:])\d{1,5}:\d{1,5}(?:$|[^\w.:])")
_OTHER_PART: Final = pattern(r"[,;] *$")
"""What the number before was of ended: "2 ports, 1 router"."""
_LISTED_WITH: Final = pattern(r"[A-Za-z(](?:,\d+)*,$")
"""A list without blanks that began with a word, or with nothing: "output,3", "goto(,2)"."""
_STATUS_LINE: Final = re.compile(r"HTTP/[\d.]+ $|\bproto $")


def _int(text: str, m: Match, context: Context) -> Iterator[Token]:
    left, right = text[m.start() - 1 : m.start()], text[m.end() : m.end() + 1]
    if m[0].lstrip("+-") in context.kept or m[0] in context.kept:
        return
    if left == "/" or right == "/":
        inside = _enclosed(text, m)
        if inside:
            yield from _one(m, inside)
        return
    if left == ":" and _RANGE_END.search(text[max(0, m.start() - 8) : m.end() + 1]):
        return
    if left == ":":
        counted = not context.settings and _last_word(text, m.start()).lower() in words("varying_keys")
        handed_out = int(m[0].replace(",", "")[:9]) >= _EPHEMERAL and context.program not in {"gcc", "g++", "make", "cc"}
        if counted or handed_out:
            yield from _one(m, "int")
        return
    if left == "-" and text[m.start() - 2 : m.start() - 1].isalpha():
        return
    if right == ":" and _RANGE.match(text, m.start()) and not _AT_RANGE.search(text[max(0, m.start() - 1) : m.start()]):
        return
    if left == "," and _LISTED_WITH.search(text[max(0, m.start() - 40) : m.start()]):
        return
    if left == "@" or _STATUS_LINE.search(text[max(0, m.start() - 12) : m.start()]) or _is_setting(text, m, context):
        return
    if (
        _last_word(text, m.start()).lower() in words("meaning_before") and not _OTHER_PART.search(text, 0, m.start())
    ) or _counts_failures(text, m.end()):
        return
    if _none_of_failures(text, m):
        return
    if left == "[" and right == "]":
        yield from _one(m, "pid")
        return
    yield from _one(m, "pid" if re.search(r"\bpid\W*$", text[max(0, m.start() - 8) : m.start()], re.I) else "int")


_RATIO: Final = pattern(r"[(\[] *\d+ */ *\d+ *[)\]]|(?<![\w/.-])\d+/\d{4,}(?![\w/.-])")


def _enclosed(text: str, m: Match) -> str:
    """The type of a number next to a slash: a count of a progress in brackets or of a large limit, else it belongs to a name."""
    start = max(0, m.start() - 16)
    inside = any(start + r.start() <= m.start() < start + r.end() for r in _RATIO.finditer(text[start : m.end() + 16]))
    return "int" if inside else ""


_KEY: Final = re.compile(r"([\w.%-]+) ?= ?[\"']?$")


def _is_setting(text: str, m: Match, context: Context) -> bool:
    """Whether a plain number is the value of a setting: all are in a settings file, `key=number` is elsewhere."""
    if context.settings:
        return True
    key = _KEY.search(text[max(0, m.start() - 40) : m.start()])
    if key is None:
        return False
    return key[1].lower().rpartition(".")[2] not in words("varying_keys") and len(m[0]) < 5


_WORD_BEFORE: Final = re.compile(r"([A-Za-z]+)[^A-Za-z0-9]*$")
_WORD_AFTER: Final = re.compile(r"\W{0,2}(?:(?:packets?|tests?|units?|packages?|jobs?|tasks?) )?([A-Za-z]+,?)(?![A-Za-z]*: )")


def _last_word(text: str, at: int) -> str:
    """The word that ends before `at`, of a key in capitals within a word the last part ("ExitCode": "Code")."""
    m = _WORD_BEFORE.search(text[max(0, at - 40) : at])
    if m is None:
        return ""
    parts = re.findall(r"[A-Z]?[a-z]+|[A-Z]+", m[1])
    return str(parts[-1]) if len(parts) > 1 and text[at - 1 : at] in "=: " else m[1]


def _counts_failures(text: str, at: int) -> bool:
    m = _WORD_AFTER.match(text, at)
    return m is not None and m[1].lower().rstrip(",") in words("meaning_after")


_NONE_OF: Final = pattern(r"([A-Za-z]+)(?: [A-Za-z]+)? *[:=] *$")


def _none_of_failures(text: str, m: Match) -> bool:
    """Whether the number is the 0 of a key that counts failures: "Failed requests: 0"."""
    key = _NONE_OF.search(text[max(0, m.start() - 40) : m.start()]) if m[0] == "0" else None
    return key is not None and key[1].lower() in words("meaning_after")


def _device(_text: str, m: Match, _context: Context) -> Iterator[Token]:
    """A device number as stat shows it, "fd01h/64769d"."""
    cut = m.start() + m[0].index("h")
    yield Token(m.start(), cut, "hex")
    yield Token(cut + 2, m.end() - 1, "int")


_SMALL_SET: Final = pattern(r"[A-Za-z_]\w*[=:](?:0[xX][0-9A-Fa-f]{1,4}/)?$")


def _hex(text: str, m: Match, context: Context) -> Iterator[Token]:
    """Hexadecimal numbers vary, but for small ones that are set: "dl_type=0x0800", "tci=0x0014/0x1fff"."""
    before = _SMALL_SET.search(text[max(0, m.start() - 40) : m.start()]) if len(m[0]) <= 6 else None
    key = _KEY.search(text[max(0, m.start() - 40) : m.start()])
    if before and not (key and key[1].lower() in words("varying_keys")):
        return
    yield from _plain(text, m, context)


_HOLES: Final = {
    "fingerprint": "hash",
    "hash": "hash",
    "hex": "hex",
    "drawn": "hash",
    "crypt": "word",
    "cut_short": "word",
    "spaced": "text",
}
_JUDGES: Final[dict[str, Callable[[str, Match, Context], Iterator[Token]]]] = {
    "url": _url,
    "hex": _hex,
    "mac": _mac,
    "ip": _ip,
    "ip6": _ip6,
    "percent": _percent,
    "size": _measure,
    "duration": _measure,
    "made_up": _made_up,
    "temporary": _temporary,
    "host_at": _host_at,
    "fqdn": _fqdn,
    "path": _path,
    "package": _package,
    "version": _version,
    "float": _float,
    "int": _int,
    "device": _device,
}
