"""Values of the author's own machine: addresses, hosts, numbers and names that recur through commands, files and outputs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from runbook.extract.fillings import TOP_LEVELS, Place
from runbook.extract.numbers import called, is_own, is_printed_before
from runbook.patterns import pattern
from runbook.words import type_words, words

_ADDRESS: Final = re.compile(r"(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])")
_HOST: Final = pattern(
    r"(?<![\w.@/\-])(?:[a-z][a-z0-9\-]*\.){1,4}(?:com|org|net|local|lan|home|internal|localdomain|edu|io)(?![\w.])",
    re.IGNORECASE,
)
_TOP_LEVEL: Final = re.compile(r"\.(?:com|org|net|local|lan|home|internal|edu|io)", re.IGNORECASE)
_IDENTIFIER: Final = re.compile(r"(?<![\w.\-])(?<!\d/)(?:[A-Za-z]{0,12}\d{2,8})(?![\w\-]|\.\d)")
_UUID: Final = pattern(r"(?<![\w\-])[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}(?![\w\-])", re.IGNORECASE)
_HASH: Final = pattern(
    r"(?<![\w.\-])(?=[0-9a-f]*\d)(?=[0-9a-f]*[a-f])(?:[0-9a-f]{64}|[0-9a-f]{40}|[0-9a-f]{32}|[0-9a-f]{12})(?![\w\-])"
)
"""What programs call what they made: UUIDs, and the numbers of containers, images, commits."""
_ALONE: Final = pattern(r"[\w\-]+\.(?:local|io)", re.IGNORECASE)
"""What may be a file or a registry as well as a host."""
_DIGITS: Final = re.compile(r"\d\d")
_LONG: Final = re.compile(r"[0-9A-Fa-f\-]{12}")
_PRIVATE: Final = (".local", ".lan", ".home", ".internal", ".localdomain")
_OWN_HOST: Final = pattern(
    r"(?:(?:server|host|site|domain|common|realm|vhost|db)[_\-]?(?:name|alias|url)s?|fqdn|cn|realm|domain|zone|search|my(?:origin|hostname|domain)|"
    r"(?:server|base|site|root|public|external)[_\-]?ur[li]|virtualhost|remote|dbhost|canonical[_\-]?name)[\"']?\W{1,4}(?:\w+://)?[\"']?\Z"
    r"|\A\s*\d{1,3}(?:\.\d{1,3}){3}\s+(?:\S+\s+)*\Z|\b(?:acme\.sh|certbot|letsencrypt)\b.*\s(?:-d|--domains?)[\s=]\Z"
    r"|\b(?:ssh|scp|sftp|rsync|ssh-copy-id|mosh)\b.*[\s@]\Z|(?:-connect|--(?:host|server|domain)(?:name)?)[\s=]\Z|\s-h\s?\Z|\bldaps?://\Z"
    r"|set-hostname\s+\Z|hostnamectl\s+hostname\s+\Z",
    re.IGNORECASE,
)
"""What stands before a host that is the reader's own: its name is given, it is logged in to, it stands in a table of hosts. Before others,
which everybody uses (a server of keys, of mail), stands something else."""
_NETWORK: Final = pattern(
    r"(?i)ip|addr|host|server|gateway|netmask|dns|name|@|ssh|ping|listen|http|route|bind|allow|domain|search"
)
_KEY_VALUE: Final = pattern(r"\s*([A-Za-z_][\w.\-]*)\s*[=:]\s*[\"']?([^\"'\s]+)[\"']?\s*\Z")
_TYPES: Final = (
    ("ip-address", pattern(r"(?:\d{1,3}|[xXyYzZnN]{1,3})(?:\.(?:\d{1,3}|[xXyYzZnN]{1,3})){3}\Z")),
    ("integer", pattern(r"\d+\Z")),
    ("path", pattern(r"[~/].*(?<!=)\Z")),
    ("hostname", pattern(rf"(?:[\w\-]+\.)+(?:{TOP_LEVELS})\Z", re.IGNORECASE)),
)
_TYPE_WORDS: Final = (
    ("mac", "string"), ("email", "string"), ("host", "hostname"), ("domain", "hostname"), ("ip", "ip-address"), ("address", "ip-address"),
    ("port", "integer"), ("path", "path"), ("dir", "path"), ("file", "path"),
)  # fmt: skip


def recurring(places: Sequence[Place]) -> Iterator[tuple[str, str]]:
    """(value, name) of addresses, host names and identifiers that stand in at least two different lines, one of them typed or written."""
    seen: dict[str, list[Place]] = {}
    for place in places:
        for value in _values(place.text):
            seen.setdefault(value, []).append(place)
    for value, found in seen.items():
        typed = [place for place in found if place.kind != "output"]
        if not typed or len({place.line for place in found}) < 2:
            continue
        if _ADDRESS.fullmatch(value) or _ALONE.fullmatch(value):
            if any(_NETWORK.search(place.text.replace(value, "")) for place in typed):
                yield value, _name_of(value, found)
        elif _UUID.fullmatch(value) or _HASH.fullmatch(value):
            if is_printed_before(value, found) or len({place.text for place in typed}) >= _OFTEN:
                yield value, "uuid" if "-" in value else _name_of(value, found)
        elif _IDENTIFIER.fullmatch(value):
            if is_own(value, found, seen) if value.isdecimal() else _is_instance(value, typed, found, seen):
                yield value, _name_of(value, found)
        elif value.casefold().endswith(_PRIVATE) or any(_is_own_host(value, place.text) for place in typed):
            yield value, _name_of(value, found)


def _is_own_host(value: str, text: str) -> bool:
    """Whether a line says of a host that it is the reader's own."""
    at = text.find(value)
    while at >= 0:
        if _OWN_HOST.search(text[max(0, at - _BEFORE) : at]):
            return True
        at = text.find(value, at + 1)
    return False


_BEFORE: Final = 80
"""Characters before a host that are looked at."""
_EVERYWHERE: Final = frozenset(
    ("127.0.0.1", "0.0.0.0", "169.254.169.254", "8.8.8.8", "8.8.4.4", "1.1.1.1", "1.0.0.1", "9.9.9.9")  # noqa: S104 (to look for, no bind)
)
"""Addresses that are the same for everybody: this machine, any, a cloud's own, public resolvers. Masks are as well."""


@lru_cache(maxsize=2048)
def _values(text: str) -> tuple[str, ...]:
    """What in a line may be an instance's value, each once."""
    rest = text
    found: list[str] = []
    numbers = _DIGITS.search(text) is not None
    if "." in text:
        addresses = set(_ADDRESS.findall(text))
        found += sorted(one for one in addresses - _EVERYWHERE if not one.startswith("255."))
        rest = _ADDRESS.sub(" ", rest) if addresses else rest
    if _TOP_LEVEL.search(text):
        found += sorted(host for host in set(_HOST.findall(text)) if host.casefold() not in words("public_hosts"))
        rest = _HOST.sub(" ", rest)
    if numbers and _LONG.search(rest):
        found += sorted({*_UUID.findall(rest), *_HASH.findall(rest)})
        rest = _HASH.sub(" ", _UUID.sub(" ", rest))
    if numbers:
        found += sorted(value for value in set(_IDENTIFIER.findall(rest)) if value.casefold() not in words("machines"))
    return tuple(found)


def _is_instance(value: str, typed: Sequence[Place], found: Sequence[Place], seen: dict[str, list[Place]]) -> bool:
    """Whether a word with a number names the author's own instance of something: typed in several lines, or printed in a column, or with
    its digits alone elsewhere."""
    if _is_cell(value, found) or _derived(value, seen):
        return True
    return len({place.text for place in typed}) >= _OFTEN and not _is_kind(value, typed)


_OFTEN: Final = 3
"""Different lines in which the name of an instance is typed."""


def _is_kind(value: str, typed: Sequence[Place]) -> bool:
    """Whether a name with a number is that of a kind of thing: of a program, a package, a standard, something fetched from elsewhere."""
    bare = value.rstrip("0123456789")
    if not bare:
        return False
    known = any(name.casefold() in words("programs") or name.casefold() in words("platforms") for name in (value, bare))
    fetched = re.compile(
        rf"://\S*/{re.escape(value)}(?!\w)|\b(?:install|add|modprobe|insmod|emerge|pacman|apk|pkg)\b.*(?<![\w/]){re.escape(value)}(?!\w)"
    )
    return known or any(sign.isupper() for sign in bare) or any(fetched.search(place.text) for place in typed)


def _is_cell(value: str, places: Sequence[Place]) -> bool:
    """Whether a value stands alone in a column of an output, beside others."""
    return any(place.kind == "output" and len(place.text.split()) > 1 and value in place.text.split() for place in places)


def _derived(value: str, seen: dict[str, list[Place]]) -> bool:
    """Whether a value is another's digits with letters before them (v345 beside 345)."""
    digits = value.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
    return digits != value and digits in seen and len(seen[digits]) > 2


def _name_of(value: str, places: Sequence[Place]) -> str:
    """The key under which a value stands in a file, the head of its column in an output, else what kind of thing it is."""
    number = value.isdecimal()
    if number and (name := called(value, places)):
        return name
    for place in places:
        match = _KEY_VALUE.match(place.text)
        if match and match[2] == value and not (number and f":{value}" in place.text):
            return match[1]
    for place in places:
        head = _column_head(value, place)
        if head:
            return head
    if number or _HASH.fullmatch(value):
        return "id"
    if _ADDRESS.fullmatch(value):
        return _use_of(value, places) or "ip-address"
    return "hostname" if _HOST.fullmatch(value) else _option_before(value, places) or "name"


_USE: Final = pattern(
    r"(?:\b(gateway|routers?|nameservers?|dns|netmask|broadcast|subnet|serverip|ipaddr)\b)\W{1,3}(?:\w+\W{1,2}){0,1}\Z",
    re.IGNORECASE,
)
_LONG_OPTION: Final = pattern(r"--([a-z][a-z\-]+)[= ]\Z")


def _use_of(value: str, places: Sequence[Place]) -> str:
    """What an address is of, by the words around it: the gateway, the network …"""
    for place in places:
        before, _, behind = place.text.partition(value)
        if value.endswith(".0") and re.match(r"/\d|\s+(?:netmask|mask|255\.)", behind):
            return "network"
        if place.kind != "output" and (match := _USE.search(before[-40:])) is not None:
            return match[1].rstrip("s") if match[1].casefold() != "dns" else "dns"
    return ""


def _option_before(value: str, places: Sequence[Place]) -> str:
    """The long option before a value."""
    return next((match[1] for place in places if (match := _LONG_OPTION.search(place.text.partition(value)[0][-40:]))), "")


def _column_head(value: str, place: Place) -> str:
    """The head of the column in which a value stands, where the first line of an output is a table's."""
    if place.kind != "output" or not place.header or place.header == place.text or place.header.upper() != place.header:
        return ""
    at = place.text.find(value)
    heads = [(match.start(), match.end(), match.group()) for match in re.finditer(r"\S+", place.header)]
    return next((text for start, end, text in heads if start == at or end == at + len(value)), "")


_NAME: Final = r"(?P<quote>[\"'`]?)(?P<name>[A-Za-z][\w.\-]{2,40})(?P=quote)(?![\w.\-/:@])"
_OPTIONS: Final = r"(?:\s+-{1,2}\w[\w\-]*(?:=\S+|\s+/\S*|\s+\d+)?)*\s+"
_NAMING: Final = (
    ("user", "useradd adduser createuser", pattern(rf"\b(?:useradd|adduser|createuser){_OPTIONS}{_NAME}")),
    ("user", "create", pattern(rf"\bCREATE\s+(?:USER|ROLE)\s+(?:IF\s+NOT\s+EXISTS\s+)?{_NAME}", re.IGNORECASE)),
    ("group", "groupadd addgroup", pattern(rf"\b(?:groupadd|addgroup){_OPTIONS}{_NAME}")),
    ("database", "create", pattern(rf"\bCREATE\s+(?:DATABASE|SCHEMA)\s+(?:IF\s+NOT\s+EXISTS\s+)?{_NAME}", re.IGNORECASE)),
    ("database", "createdb create", pattern(rf"\b(?:createdb|mysqladmin\b.*\bcreate){_OPTIONS}{_NAME}")),
    ("hostname", "hostname", pattern(rf"\b(?:hostnamectl\s+(?:set-)?hostname|hostname){_OPTIONS}{_NAME}")),
    ("name", "--name", pattern(rf"\b(?:docker|podman|lxc-create|virt-install|multipass|nmcli)\b.*\s--name[ =]{_NAME}")),
    ("volume", "lvcreate", pattern(rf"\blvcreate\b.*\s(?:-n|--name)[ =]?\s*{_NAME}")),
    ("volume_group", "vgcreate", pattern(rf"\bvgcreate{_OPTIONS}{_NAME}")),
    ("pool", "zpool", pattern(rf"\bzpool\s+create{_OPTIONS}{_NAME}")),
    ("namespace", "namespace", pattern(rf"\bkubectl\s+create\s+(?:namespace|ns)\s+{_NAME}")),
    ("environment", "create", pattern(rf"\bconda\s+create\b.*\s(?:-n|--name)\s+{_NAME}")),
)  # fmt: skip
"""What is named, a word that stands in each such line, and where the name stands."""
_NAMES: Final = re.compile("|".join(re.escape(sign) for _, signs, _ in _NAMING for sign in signs.split()))


def named(places: Sequence[Place]) -> Iterator[tuple[str, str]]:
    """(value, name) of what the page's commands give a name of the author's choice, where that name recurs: a user, a database. The name of
    a program, which is a path or a package too, is none."""
    typed = [place for place in places if place.kind == "command"]
    for place in typed:
        folded = place.text.casefold()
        for kind, signs, form in _NAMING if _NAMES.search(folded) else ():
            match = form.search(place.text) if any(sign in folded for sign in signs.split()) else None
            if match is not None and _is_chosen(match["name"], kind, place, places):
                yield match["name"], kind


def _is_chosen(name: str, kind: str, given: Place, places: Sequence[Place]) -> bool:
    known = any(name.casefold() in words(table) for table in ("programs", "platforms", "system_accounts"))
    if known or ("." in name and kind != "hostname"):
        return False
    again = [place for place in places if place.line != given.line and name in place.text and stands(name, place.text)]
    if not again:
        return False
    same = re.escape(name)
    other = re.compile(
        rf"/{same}(?!\w)|\A\s*(?:sudo\s+)?{same}\b|\b(?:install|systemctl|service|pull|clone)\b.*(?<!\w){same}(?!\w)"
    )
    return not any(other.search(place.text) for place in again if place.kind != "output")


def stands(value: str, text: str) -> bool:
    """Whether a value stands in a text as a word of its own."""
    at = text.find(value)
    while at >= 0:
        before, after = text[at - 1 : at] if at else "", text[at + len(value) : at + len(value) + 1]
        if not (_in_word(value[0]) and _in_word(before)) and not (_in_word(value[-1]) and _in_word(after)):
            return True
        at = text.find(value, at + 1)
    return False


def _in_word(character: str) -> bool:
    return character.isalnum() or character == "_"


def _ends_as_file(value: str) -> bool:
    ending = value.rpartition(".")[2].casefold()
    return ending in words("file_endings") and ending not in ("local", "example")


_DOTTED: Final = pattern(r"[a-z][a-z\-]{2,}(?:\.[a-z][a-z\-]{2,})+", re.IGNORECASE)
"""Words with dots between: "your.proxy.address"."""


def type_of(value: str, name: str) -> str:
    parts = name.casefold().split("_")
    found = next((kind for kind, form in _TYPES if form.match(value)), "") if parts[0] not in ("version", "date") else ""
    if found and not (found == "hostname" and _ends_as_file(value)):
        return found
    if "/" in value and (value[:1] in "[<" or any(f"{word}/" in value.casefold() for word in words("path_to"))):
        return "path"
    if parts[-1] == "uuid":
        return "string"
    kind = next((kind for word, kind in _TYPE_WORDS if word in parts), "")
    if kind == "ip-address" and _DOTTED.fullmatch(value):
        return "hostname"
    return kind or next((kind for kind, named in type_words().items() if any(one in named for one in parts)), "string")
