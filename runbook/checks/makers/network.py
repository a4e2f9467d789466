"""Interfaces, addresses, routes, packet filters."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from runbook.checks.arguments import Call, Maker
from runbook.checks.kinds import Result, Unsure, check, gone
from runbook.patterns import pattern


def _following(words: list[str], name: str) -> str | None:
    return words[words.index(name) + 1] if name in words and words.index(name) + 1 < len(words) else None


def _ip(call: Call) -> Iterator[Result]:
    if None in call.raw:
        return
    words = [word for word in call.raw if word is not None and not re.fullmatch(r"-[46]|-\w+", word)]
    match words:
        case [subject, verb, *rest] if len(verb) > 1 and "flush".startswith(verb):
            if "address".startswith(subject):
                yield Unsure("interface", _following(rest, "dev") or (rest[0] if rest else None), frozenset({"address"}))
            elif "route".startswith(subject):
                yield Unsure("route")
        case [subject, verb, *rest] if "address".startswith(subject) and rest:
            device = _following(rest, "dev")
            address = rest[1] if rest[0] in ("local",) and len(rest) > 1 else rest[0]
            if device and verb in ("add", "a", "replace", "change"):
                yield check("address", device, address)
            elif device and verb in ("del", "delete", "d"):
                yield gone("address", device, address)
        case [subject, verb, *rest] if "link".startswith(subject) and rest:
            yield from _ip_link(verb, rest)
        case ["netns", "add", name]:
            yield check("exists", f"/run/netns/{name}")
        case ["netns", "del" | "delete", name]:
            yield gone("exists", f"/run/netns/{name}")
        case [subject, verb, *rest] if "route".startswith(subject) and rest:
            yield from _ip_route(verb, rest[1:] if rest[0] in _ROUTE_TYPES else rest)


_ROUTE_TYPES: Final = frozenset(
    {"unicast", "local", "broadcast", "multicast", "throw", "unreachable", "prohibit", "blackhole", "nat", "to"}
)


def _ip_route(verb: str, rest: list[str]) -> Iterator[Result]:
    """A route of the main table, or of the one that is named; behind its type, when it has one."""
    table = _following(rest, "table")
    args = (*rest[:1], *([table] if table not in (None, "main", "254") else []))
    if not args or "vrf" in rest:
        return
    if verb in ("add", "a", "replace"):
        yield check("route", *args)
    elif verb in ("del", "delete", "d"):
        yield gone("route", *args)


def _ip_link(verb: str, rest: list[str]) -> Iterator[Result]:
    named = _following(rest, "dev") or _following(rest, "name") or rest[0]
    if verb in ("add", "a"):
        link = _following(rest, "name") or (rest[2] if rest[0] == "link" and len(rest) > 2 else rest[0])
        if link != "type":  # of none that is named, the kernel makes the name
            yield check("interface", link)
    elif verb in ("del", "delete", "d"):
        yield gone("interface", named)
    elif verb in ("set", "s") and "up" in rest:
        yield check("link_up", named)
    elif verb in ("set", "s") and "down" in rest:
        yield gone("link_up", named)


def _rules(call: Call) -> Iterator[Result]:
    """Programs that change rules in words of their own, or load a whole set of them."""
    asks = {"list", "status", "show"} & set(call.known()) or any(
        option.startswith(("--list", "--state", "--get", "--query", "--info")) for option in call.options
    )
    if not asks:
        yield Unsure("firewall")


_NO_DEVICE: Final = pattern(r"[\d.:/]+")


def _ifconfig(call: Call) -> Iterator[Result]:
    match call.known():
        case [device, "up"]:
            yield check("link_up", device)
        case [device, "down"]:
            yield gone("link_up", device)
        case [device, address, *_] if re.fullmatch(r"[0-9.]+(?:/\d+)?", address) and not _NO_DEVICE.fullmatch(device):
            if address.startswith("0.0.0.0"):  # noqa: S104 - takes the address away
                yield Unsure("interface", device, frozenset({"address"}))
            else:
                yield check("address", device, address)


def _ifup(call: Call) -> Iterator[Result]:
    for device in call.known():
        yield check("link_up", device) if call.name == "ifup" else gone("link_up", device)


def _brctl(call: Call) -> Iterator[Result]:
    match call.known():
        case ["addbr", name]:
            yield check("interface", name)
        case ["delbr", name]:
            yield gone("interface", name)


_RULES: Final = {"-A": True, "--append": True, "-I": True, "--insert": True, "-D": False, "--delete": False}


def _iptables(call: Call) -> Iterator[Result]:
    if None in call.raw:
        return
    words = [word for word in call.raw if word is not None]
    table = "filter"
    for option in ("-t", "--table"):
        if (named := _following(words, option)) is not None:
            table = named
            at = words.index(option)
            words = words[:at] + words[at + 2 :]
    if {"-F", "--flush", "-X", "--delete-chain"} & set(words):
        yield Unsure("firewall", call.name, frozenset({"rule"}))
    for at, word in enumerate(words):
        if word in _RULES and at + 1 < len(words):
            rest = words[at + 2 :]
            if rest and rest[0].isdigit():
                if not _RULES[word]:
                    return
                rest = rest[1:]
            args = (call.name, table, words[at + 1], *words[:at], *rest)
            yield check("firewall_rule", *args) if _RULES[word] else gone("firewall_rule", *args)
            return
        if word in ("-P", "--policy") and at + 2 < len(words):
            yield check("firewall_policy", call.name, words[at + 1], words[at + 2], table)
            return


_UFW_RULE: Final = pattern(
    r"(?:allow|deny|reject|limit) (?:\d+(?::\d+)?(?:/(?:tcp|udp))?|from [\d.:a-f/]+(?: to any port \d+(?: proto (?:tcp|udp))?)?)"
)


def _ufw(call: Call) -> Iterator[Result]:
    """Rules whose words ufw itself gives back as they are; names of services it may write as ports."""
    yield from _rules(call)
    words = [*call.known()]
    removes = words[:1] == ["delete"]
    rule = " ".join(words[1:] if removes else words)
    if None not in call.operands and not call.options - {"--force"} and _UFW_RULE.fullmatch(rule):
        yield gone("thing", "ufw rule", rule) if removes else check("thing", "ufw rule", rule)


_CONNECTION: Final = pattern(r"c(?:o(?:n(?:n(?:e(?:c(?:t(?:i(?:on?)?)?)?)?)?)?)?)?")
_PROPERTY: Final = pattern(r"(?:ipv[46]\.(?:method|addresses|gateway|dns)|connection\.(?:autoconnect|zone))")


def _nmcli(call: Call) -> Iterator[Result]:
    """Connections that NetworkManager keeps, and their properties where it says them as they are set."""
    words = [word or "" for word in call.operands]
    if len(words) < 3 or not words[1] or not _CONNECTION.fullmatch(words[0]):
        return
    verb, words = words[1], words[2:]
    if "add".startswith(verb) and (name := _following(words, "con-name")):
        yield check("thing", "NetworkManager connection", name)
    elif "delete".startswith(verb) and len(verb) > 2 and len(words) == 1 and words[0]:
        yield gone("thing", "NetworkManager connection", words[0])
    elif "modify".startswith(verb) and len(words) > 2 and words[0] and words[0] not in ("id", "uuid", "path"):
        for key, value in zip(words[1::2], words[2::2], strict=False):
            if _PROPERTY.fullmatch(key) and value:
                yield check("value", "NetworkManager property", key, value, words[0])


_BRIDGE: Final = "Open vSwitch bridge"
_BRIDGE_PORT: Final = "Open vSwitch port"


def _vsctl(call: Call) -> Iterator[Result]:
    """Bridges and their ports: commands of ovs-vsctl with "--" between them, each with options of its own before it."""
    if call.has("--db", "--dry-run"):
        return
    words = list(call.raw)
    while words:
        end = words.index("--") if "--" in words else len(words)
        command = [word for word in words[:end] if word is None or not word.startswith("-")]
        words = words[end + 1 :]
        match command[:3]:
            case ["add-br", str(name), *_]:
                yield check("thing", _BRIDGE, name)
            case ["del-br", str(name), *_]:
                yield Unsure("thing", _BRIDGE_PORT)
                yield gone("thing", _BRIDGE, name)
            case ["add-port", str(bridge), str(port)]:
                yield check("thing", _BRIDGE_PORT, port, bridge)
            case ["del-port", str(bridge), str(port)]:
                yield gone("thing", _BRIDGE_PORT, port, bridge)
            case ["del-port", _]:
                yield Unsure("thing", _BRIDGE_PORT)


MAKERS: Final[dict[str, tuple[Maker, str]]] = {
    "ip": (_ip, ""),
    "ifconfig": (_ifconfig, ""),
    **dict.fromkeys(("ifup", "ifdown"), (_ifup, "")),
    "ufw": (_ufw, ""),
    "nmcli": (_nmcli, "-t -f -m -w --terse --fields --mode --wait"),
    "brctl": (_brctl, ""),
    "ovs-vsctl": (_vsctl, "--db -t --timeout"),
    **dict.fromkeys(("iptables-restore", "ip6tables-restore", "nft", "firewall-cmd"), (_rules, "")),
    **dict.fromkeys(("iptables", "ip6tables"), (_iptables, "")),
}  # fmt: skip
