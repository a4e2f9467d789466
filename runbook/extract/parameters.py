"""What the reader must replace: placeholders, and the values of the author's own machine that recur through a page."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from functools import lru_cache

from msgspec import Struct

from runbook.extract.secret_values import is_secret_name, secrets_in
from runbook.model import Command, FileEdit, Node, Output, Parameter, walk
from runbook.words import words

_ANGLE = re.compile(r"(?<!<)<(?P<name>[A-Za-z](?:[\w .\-/]{0,40}\w)?)>")
_VARIABLE = re.compile(
    r"\$(?:\{(?P<braced>[A-Z][A-Z0-9_]{1,30})\}|(?P<bare>[A-Z][A-Z0-9_]{1,30})\b|\((?P<make>[A-Z][A-Z0-9_]{1,30})\))"
)
_YOUR = re.compile(
    r"(?:(?<![\w${(])your[_\-.]?|(?<![\w.@/${(])my[_\-])(?P<name>[a-z][a-z0-9_\-]*(?:\.[a-z\-]+)*)(?![\w.])|\bYOUR?_(?P<upper>[A-Z0-9_@]+)\b",
    re.IGNORECASE,
)
_SINGLE_QUOTED = re.compile(r"'[^']*'")
"""No variable is replaced in there."""
_PATH_TO = re.compile(r"/path/to/(?:[\w.\-]+/)*(?P<name>[\w.\-]+)")
_RESERVED = ("example", ".test", ".invalid")
_EXAMPLE_HOST = re.compile(
    r"\b(?:[\w\-]+\.)*example\.(?:com|org|net)\b|(?<![\w./\-])[\w\-]+\.(?:example|test|invalid)\b(?![\w./\-]*\w)"
)
_CROSSES = re.compile(
    r"(?<![\w.])(?P<x>[xX]{3,}|[xX](?:\.[xX]){1,3}|[A-Z](?:\.[A-Z]){2}|[xX]{1,3}(?:\.[xX]{1,3}){3}|(?<=[/:=\-])#{2,})(?![\w.])"
)
_ADDRESS = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
_HOST = re.compile(
    r"(?<![\w.@/\-])(?:[a-z][a-z0-9\-]*\.){1,4}(?:com|org|net|local|lan|home|internal|localdomain|edu|io)(?![\w.])",
    re.IGNORECASE,
)
_TOP_LEVEL = re.compile(r"\.(?:com|org|net|local|lan|home|internal|edu|io)", re.IGNORECASE)
_IDENTIFIER = re.compile(r"(?<![\w.\-])(?:[A-Za-z]{0,12}\d{2,8})(?![\w\-]|\.\d)")
_DIGITS = re.compile(r"\d\d")
_INITIALS = re.compile(r"[A-Z]\.[A-Z]\.[A-Z]")
_NETWORK = re.compile(r"(?i)ip|addr|host|server|gateway|netmask|dns|name|@|ssh|ping|listen|http|route|bind|allow")
_KEY_VALUE = re.compile(r"\s*([A-Za-z_][\w.\-]*)\s*[=:]\s*[\"']?([^\"'\s]+)[\"']?\s*\Z")
_TYPES = (
    ("ip-address", re.compile(r"\d{1,3}(?:\.\d{1,3}){3}\Z")),
    ("integer", re.compile(r"\d+\Z")),
    ("path", re.compile(r"[~/].*")),
    ("hostname", re.compile(r"(?:[\w\-]+\.)+[a-z]{2,}\Z", re.IGNORECASE)),
)
_TYPE_WORDS = (("host", "hostname"), ("domain", "hostname"), ("ip", "ip-address"), ("address", "ip-address"), ("port", "integer"), ("path", "path"),
    ("dir", "path"), ("file", "path"), ("id", "integer"), ("number", "integer"))  # fmt: skip


class Place(Struct, frozen=True, gc=False):
    """A line of something typed, written or printed; `header` is the first line of a printed table."""

    line: int
    text: str
    kind: str
    header: str = ""


def parameters_of(
    nodes: Sequence[Node],
    emphasised: Sequence[tuple[int, str]] = (),
    declared: Sequence[Parameter] = (),
    told: Sequence[str] = (),
) -> tuple[Parameter, ...]:
    """The parameters of a page, those that are set off by emphasis first, the others in the order in which they first stand there; each
    with all the lines where its value stands. `emphasised` are the lines and values of emphasis inside of code; `declared` are looked for as well,
    and `told`, what prose says is to be replaced, where that is typed or written."""
    places = list(_places(nodes))
    names: dict[str, str] = {}
    marked: dict[str, set[int]] = {}
    names.update((one.value, one.name) for one in declared)
    own = {name for place in places if place.kind == "command" for name in _set_in(place.text)}
    for line, value in emphasised:
        names.setdefault(value, value)
        marked.setdefault(value, set()).add(line)
    for value in dict.fromkeys(told):
        if any(place.kind != "output" and _is_operand(value, place) for place in places):
            names.setdefault(value, value)
    for place in places:
        for value, name in _placeholders(place, own):
            names.setdefault(value, name)
            marked.setdefault(value, set()).add(place.line)
    for value, name in _recurring(places):
        names.setdefault(value, name)
    return tuple(_unique(_parameter(value, name, places, marked.get(value, set())) for value, name in names.items()))


def _is_operand(value: str, place: Place) -> bool:
    """Whether a value stands in a line, and is not what is run there."""
    typed = place.text.removeprefix("sudo ").partition(" ")[2] if place.kind == "command" else place.text
    return value in typed and _stands(value, typed)


def _places(nodes: Sequence[Node]) -> Iterator[Place]:
    for node in walk(tuple(nodes)):
        match node:
            case Command():
                for i, text in enumerate(node.text.split("\n")):
                    yield Place(node.lines[0] + i, text, "command")
                if node.expected is not None:
                    yield from _numbered(node.expected.spans or (node.expected.lines,), node.expected.text, "output")
            case FileEdit():
                yield from (Place(node.lines[0] + i, text, "edit") for i, text in enumerate(_with_gaps(node)))
            case Output():
                yield from _numbered((node.lines,), node.text, "output")


def _numbered(spans: Sequence[tuple[int, int]], texts: Sequence[str], kind: str) -> Iterator[Place]:
    numbers = [n for a, b in spans for n in range(a, b + 1)]
    header = next((text for text in texts if text.strip()), "")
    for n, text in zip(numbers, texts, strict=False):
        yield Place(n, text, kind, header)


def _with_gaps(edit: FileEdit) -> list[str]:
    """The lines of an edit as they stand on the page: an empty one for each elision."""
    lines: list[str] = []
    for i, text in enumerate(edit.content):
        if i in edit.gaps:
            lines.append("")
        lines.append(text)
    return lines


_SETS = re.compile(
    r"(?:^|[;&|(\s])(?:(?:export|local|declare|typeset|readonly|set|setenv)\s+(?:-\w+\s+)?)?([A-Za-z_]\w*)=|\bsetenv\s+(\w+)\s|\bset\s+(\w+)\s*=|"
    r"\bread\s+(?:-\w+\s+(?:\"[^\"]*\"\s+|'[^']*'\s+)?)*(\w+)|\b(?:for|foreach|select)\s+(\w+)\b"
)


_SOURCED = re.compile(r"(?:^|[;&|(\s])(?:\.|source)\s+[\w./~$]")
"""A file that is read into the shell: what stands behind it may be set there."""


def _set_in(text: str) -> Iterator[str]:
    """The names of the shell variables which a line sets."""
    if "=" in text or "set" in text or "read" in text or "for" in text or "select" in text:
        yield from (next(filter(None, match.groups())) for match in _SETS.finditer(text))


def _blanked(match: re.Match[str]) -> str:
    return " " * len(match.group())


def _placeholders(place: Place, own: Collection[str]) -> Iterator[tuple[str, str]]:
    """(value, name) of what is marked as to be replaced in one line; `own` are the variables that the page itself sets."""
    if place.kind == "output":
        return
    folded = place.text.casefold()
    for match in _ANGLE.finditer(place.text) if "<" in place.text else ():
        if place.kind == "edit" and (place.text.lstrip().startswith("<") or "</" in place.text):
            break
        yield match.group(), match["name"]
    shell = _SINGLE_QUOTED.sub(_blanked, place.text) if "$" in place.text and place.kind == "command" else ""
    sourced = _SOURCED.search(shell) if shell else None
    for match in _VARIABLE.finditer(shell) if shell else ():
        name = match["braced"] or match["bare"] or match["make"]
        if name not in words("environment") and name not in own and not (sourced and sourced.start() < match.start()):
            yield match.group(), name
    if "/path/to/" in folded:
        yield from ((match.group(), match["name"]) for match in _PATH_TO.finditer(place.text))
    for match in _YOUR.finditer(place.text) if "you" in folded or "my" in folded else ():
        yield match.group(), match["name"] or match["upper"]
    for match in _EXAMPLE_HOST.finditer(place.text) if "." in folded and any(name in folded for name in _RESERVED) else ():
        yield match.group(), "hostname"
    crossed = "xxx" in folded or "##" in folded or ("." in folded and ("x.x" in folded or _INITIALS.search(place.text)))
    for match in _CROSSES.finditer(place.text) if crossed else ():
        if not place.text.lstrip().startswith("#") or "#" not in match.group():
            yield match.group(), "value"
    yield from ((value, "password") for value in secrets_in(place.text))


def _recurring(places: Sequence[Place]) -> Iterator[tuple[str, str]]:
    """(value, name) of addresses, host names and identifiers that stand in at least two different lines, one of them typed or written."""
    seen: dict[str, list[Place]] = {}
    for place in places:
        for value in _values(place.text):
            seen.setdefault(value, []).append(place)
    for value, found in seen.items():
        typed = [place for place in found if place.kind != "output"]
        if not typed or len({place.line for place in found}) < 2:
            continue
        if _ADDRESS.fullmatch(value):
            if any(_NETWORK.search(place.text.replace(value, "")) for place in typed):
                yield value, _name_of(value, found)
        elif not _IDENTIFIER.fullmatch(value) or _is_instance(value, typed, found, seen):
            yield value, _name_of(value, found)


_EVERYWHERE = frozenset(("127.0.0.1", "0.0.0.0", "255.255.255.0", "255.255.255.255"))  # noqa: S104 (values to look for, no bind)


@lru_cache(maxsize=2048)
def _values(text: str) -> tuple[str, ...]:
    """What in a line may be an instance's value, each once."""
    rest = text
    found: list[str] = []
    numbers = _DIGITS.search(text) is not None
    if "." in text:
        addresses = set(_ADDRESS.findall(text))
        found += sorted(addresses - _EVERYWHERE)
        rest = _ADDRESS.sub(" ", rest) if addresses else rest
    if _TOP_LEVEL.search(text):
        found += sorted(set(_HOST.findall(text)))
        rest = _HOST.sub(" ", rest)
    if numbers:
        found += sorted(value for value in set(_IDENTIFIER.findall(rest)) if value.casefold() not in words("machines"))
    return tuple(found)


def _is_instance(value: str, typed: Sequence[Place], found: Sequence[Place], seen: dict[str, list[Place]]) -> bool:
    """Whether an identifier names the author's own instance of something: typed in several lines, or printed in a column, or with its
    digits alone elsewhere. Modes of chmod are none."""
    if value.isdecimal() and all("chmod" in place.text or "umask" in place.text for place in typed):
        return False
    return len({place.text for place in typed}) > 2 or _is_cell(value, found) or _derived(value, seen) or _within(value, seen)


def _within(value: str, seen: dict[str, list[Place]]) -> bool:
    """Whether a number stands in a name as well (345 in test345.my.org): the author's own numbering."""
    if not value.isdecimal() or len(value) < 3:
        return False
    inside = re.compile(rf"[A-Za-z]{value}(?!\d)")
    return any(inside.search(other) for other in seen if other != value)


def _is_cell(value: str, places: Sequence[Place]) -> bool:
    """Whether a value stands alone in a column of an output, beside others."""
    return any(place.kind == "output" and len(place.text.split()) > 1 and value in place.text.split() for place in places)


def _derived(value: str, seen: dict[str, list[Place]]) -> bool:
    """Whether a value is another's digits with letters before them (v345 beside 345)."""
    digits = value.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    return digits != value and digits in seen and len(seen[digits]) > 2


def _name_of(value: str, places: Sequence[Place]) -> str:
    """The key under which a value stands in a file, the head of its column in an output, else what kind of thing it is."""
    for place in places:
        match = _KEY_VALUE.match(place.text)
        if match and match[2] == value:
            return match[1]
    for place in places:
        head = _column_head(value, place)
        if head:
            return head
    return next(
        (kind for kind, pattern in _TYPES if pattern.match(value) and kind != "integer"), "id" if value.isdecimal() else "name"
    )


def _column_head(value: str, place: Place) -> str:
    """The head of the column in which a value stands, where the first line of an output is a table's."""
    if place.kind != "output" or not place.header or place.header == place.text or place.header.upper() != place.header:
        return ""
    at = place.text.find(value)
    heads = [(match.start(), match.end(), match.group()) for match in re.finditer(r"\S+", place.header)]
    return next((text for start, end, text in heads if start == at or end == at + len(value)), "")


def _parameter(value: str, name: str, places: Sequence[Place], marked: set[int]) -> Parameter:
    lines = tuple(sorted(marked | {place.line for place in places if value in place.text and _stands(value, place.text)}))
    clean = re.sub(r"\W+", "_", name.strip()).strip("_").upper() or "VALUE"
    return Parameter(clean, value, _type_of(value, clean), is_secret_name(name) or is_secret_name(value), lines)


def _stands(value: str, text: str) -> bool:
    """Whether a value stands in a text as a word of its own."""
    at = text.find(value)
    while at >= 0:
        before, after = text[at - 1 : at] if at else "", text[at + len(value) : at + len(value) + 1]
        if not (value[0].isalnum() and before.isalnum()) and not (value[-1].isalnum() and after.isalnum()):
            return True
        at = text.find(value, at + 1)
    return False


def _type_of(value: str, name: str) -> str:
    found = next((kind for kind, pattern in _TYPES if pattern.match(value)), "")
    if found:
        return found
    parts = name.casefold().split("_")
    return next((kind for word, kind in _TYPE_WORDS if word in parts), "string")


def _unique(parameters: Iterator[Parameter]) -> Iterator[Parameter]:
    """The parameters with names that differ: NAME, NAME_2 …"""
    taken: dict[str, int] = {}
    for parameter in parameters:
        taken[parameter.name] = taken.get(parameter.name, 0) + 1
        number = taken[parameter.name]
        yield (
            parameter
            if number == 1
            else Parameter(f"{parameter.name}_{number}", parameter.value, parameter.type, parameter.secret, parameter.lines)
        )


_SET_OFF = re.compile(r"(?P<before>[\w.\-/]*)(?P<marks>'{2,3})(?P<value>[\w.\-]{1,40})(?P=marks)(?!')(?P<after>[\w.\-]*)")
_FILLER = re.compile(r"[a-zA-Z]*(?:name|id|user|host|path|number|xx*|yy*|nn*)|[xyzn]{1,3}", re.IGNORECASE)


def set_off(source: str, typed: str) -> Iterator[str]:
    """The placeholders that a line of wikitext sets off by emphasis inside of what is typed: all italics, bold only where it is part of a
    word or reads as a placeholder (bold may as well mean "look here")."""
    for match in _SET_OFF.finditer(source):
        last = match["before"].rpartition("/")[2]
        word = f"{last}{match['value']}{match['after']}"
        partial = bool(last or match["after"])
        stands = not typed.startswith(word) and word in typed.split(maxsplit=1)[-1] and not word.startswith("-")
        if stands and (match["marks"] == "''" or partial or _FILLER.fullmatch(match["value"])):
            yield word
