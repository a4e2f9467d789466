"""Which machine some prose is about: "on the client", "On db1, run:", a heading "Server side"."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import cache
from typing import Final

from runbook.extract.cues import is_instruction
from runbook.extract.prose import sentences
from runbook.extract.tongues import ENGLISH, Tongue
from runbook.patterns import pattern
from runbook.words import AnyCase, alternation, word_set, words

Form = Callable[[str], re.Match[str] | None]


@cache
def _forms() -> tuple[Form, ...]:
    role = _role()
    the = rf"(?:the|your|each|every|both|all|any)(?: of the)?(?: own)? {role}"
    # Told to be typed there, in the midst of a sentence: "run the following command in the master node".
    typed = r"\b(?:run|execute|issue|type|enter|invoke|do (?:this|so|it|the following))\b[^.:,;]{0,40}?"
    inside = rf"(?:the|your|each|every|both|all|any)(?: own)? {_role(_INSIDE)}"
    # "Copy it from the server:" runs elsewhere; "look at it from the client:" runs there.
    looks = r"(?:on|(?:look|test|check|try|connect|run|execute|log in)\b[^.:]{0,30} from)"
    name = (
        r"on (?:(?:the )?(?:host|node|machine|server) )?(?P<name>[a-z][\w\-]*\d[\w\-]*(?:\.[\w\-]+)*|[a-z][\w\-]*(?:\.[\w\-]+)+)"
    )
    begins = r"\A\W*(?:(?:then|now|next|and|first|finally|also|again),? )?"
    ends = rf"(?=\s*[:,]|\s*\Z|\s+(?:you|we|please|{alternation('verbs')})\b)"
    late = r"\A\W*(?:after|before|now|then|next|once|when|again|also|as)\b[^.:;,]{0,60}, "
    return (
        AnyCase(rf"(?:{begins}|{late})(?:on|from|inside) {the}{ends}").match,
        AnyCase(rf"\b{looks} {the}\s*[:.]?\s*\Z").search,
        AnyCase(rf"{begins}{name}{ends}").match,
        AnyCase(rf"\b{name}\s*:\s*\Z").search,
        AnyCase(rf"{typed} (?:on|from) {the}(?!['\u2019\w])").search,
        AnyCase(rf"{typed} (?:in|inside) {inside}(?!['\u2019\w])").search,
    )


_INSIDE: Final = "node|host|guest|container|vm|laptop|workstation|controller"
"""What one is in; in a client or a server one may be without leaving the machine: they are programs too."""


def _role(roles: str = "") -> str:
    """What a machine is called by what it does, all of that or one of `roles`, or by whose it is ("local machine")."""
    whose = (
        "local|remote|other|second|first|target|source|build|development|production|management|admin|windows|linux|mac|virtual"
    )
    kind = "machine|side|site|host|node|system|box|computer|environment|console"
    roles = roles or alternation("host_roles")
    return (
        rf"(?P<role>(?:[\w\-]+ )?(?:{roles})(?!s?[\w-])|(?:{whose}) (?:machine|computer|pc|box)|(?:{roles}))s?(?: (?:{kind})s?)?"
    )


@cache
def _openings() -> tuple[Form, ...]:
    """The forms that don't go by the end of a sentence."""
    return _forms()[0], _forms()[2], *_forms()[4:]


_MACHINES: Final = frozenset("machine side host node system box computer".split())


def _may_end(sentence: str) -> bool:
    """Whether a sentence ends as the other forms do: with a colon, or the word for a machine."""
    sentence = sentence.rstrip()
    if sentence.endswith(":"):
        return True
    last = sentence.rstrip(".").rstrip().rpartition(" ")[2].casefold()
    return any(word in _MACHINES or word in words("host_roles") for word in (last, last.removesuffix("s")))


@cache
def _side() -> AnyCase:
    return AnyCase(rf"\A\W*(?:on )?(?:the )?(?P<role>(?:[\w\-]+ )?(?:{alternation('host_roles')}))(?: side)\W*\Z")


@cache
def _called() -> frozenset[str]:
    """What machines are called, one or several: a word of these is in all that names one by what it does."""
    called = {"machine", "computer", "pc", "box", *words("host_roles")}
    return frozenset(called | {f"{one}s" for one in called})


_NUMBERED: Final = re.compile(r"\d|\.[\w\-]")
"""A number or a full stop within a word is in each name of a machine."""
_PLACING: Final = frozenset(("on", "from", "in", "inside"))
_TYPED: Final = frozenset("run execute issue type enter invoke do".split())
"""One of these is in each sentence of the last two forms."""


_BEGINS: Final = 30
"""Characters of a sentence in other languages within which the place of what is told stands."""


def _told_in(text: str, tongue: Tongue) -> str | None:
    """The role of a machine that some prose in another language names at the beginning of a sentence, or before its colon."""
    said = sentences(text)
    for sentence in reversed(said):
        if (name := _name_in(sentence[:200], tongue)) is not None:
            return name
        found = tongue.place(sentence[:600])
        if found is None or (sentence is not said[-1] and tongue.says("undone", sentence)):
            continue
        role, end = found
        leads = sentence.rstrip().endswith((":", "\uff1a"))
        if end <= _BEGINS and (leads or is_instruction(sentence, tongue) or not sentence[end:].strip(" ,.;:)\uff1a\u3001")):
            return role
        if leads and not sentence[end:].strip(" :\uff1a"):
            return role
    return None


_NAME: Final = pattern(
    r"[\s`\"'*]+(?P<name>[a-z][\w\-]*\d[\w\-]*(?:\.[\w\-]+)*|[a-z][\w\-]*(?:\.[\w\-]+)+)[`\"'*]*(?=\s*[:,\uff1a]|\s*\Z|\s+[^\W\d_])"
)


def _name_in(sentence: str, tongue: Tongue) -> str | None:
    """The name of the machine with which a sentence in another language begins: "Auf db1:", "Sur db1, lancez …"."""
    start = tongue.opens("on", sentence)
    match = _NAME.match(sentence, start) if start else None
    return (
        _named(match) if match is not None and (sentence.endswith((":", "\uff1a")) or is_instruction(sentence, tongue)) else None
    )


def host_in(text: str, tongue: Tongue = ENGLISH) -> str | None:
    """The machine that the nearest sentence of some prose names as the place of what is done: its role in small letters, or its name."""
    if tongue.speaks and (told := _told_in(text, tongue)) is not None:
        return told
    if word_set(text).isdisjoint(_PLACING):
        return None
    for sentence in reversed(sentences(text)):
        present = word_set(sentence)
        if present.isdisjoint(_PLACING):
            continue
        head = sentence[:600]
        if present.isdisjoint(_called()) and _NUMBERED.search(head) is None:
            continue
        forms = _forms() if _may_end(head) else _openings()
        for form in forms[:-2] if present.isdisjoint(_TYPED) else forms:
            match = form(head)
            if match is not None and form is _forms()[1] and _is_thing(match) and not sentence.endswith(":"):
                continue
            leads = match is not None and (match.start() == 0 or sentence.endswith(":") or is_instruction(sentence))
            if match is not None and leads and (host := _named(match)) is not None:
                return host
    return None


def host_of_heading(text: str, tongue: Tongue = ENGLISH) -> str | None:
    """The machine that a section is about: "On the client", "Server side"."""
    match = None if word_set(text).isdisjoint(_called()) else _side().match(text) or _at_end().search(text)
    return match["role"].casefold() if match is not None else host_in(text, tongue)


_OPPOSED: Final = (
    frozenset(("server", "client")),
    frozenset(("master", "slave")),
    frozenset(("primary", "secondary", "replica", "standby")),
    frozenset(("host", "guest")),
)
"""Roles of machines that stand against each other: a heading that is one of them is the name of a machine where another is its opposite."""
_BESIDE: Final = frozenset(
    "side machine node host config configuration setup installation install configure konfiguration einrichtung einrichten installieren seite rechner "
    "côté poste machine configurer installer du de lado configuración instalación del configuração instalação do lato configurazione installazione "
    "the on your configuratie installatie настройка установка".split()
)
"""What may stand beside a role in such a heading: "Server configuration"."""
_FEW: Final = 3


def opposed(headings: Sequence[tuple[int, str]], tongue: Tongue) -> dict[int, str]:
    """The roles of machines that some headings, each a level and its words, are the names of, by their places: those that are nothing but
    a role where another of their level is its opposite ("Server" … "Client")."""
    found = {i: role for i, (_, text) in enumerate(headings) if (role := _only_role(text, tongue))}
    kinds: dict[tuple[int, frozenset[str]], set[str]] = {}
    for i, role in found.items():
        for kind in _OPPOSED:
            if role in kind:
                kinds.setdefault((headings[i][0], kind), set()).add(role)
    both = {(level, role) for (level, _), roles in kinds.items() if len(roles) > 1 for role in roles}
    return {i: role for i, role in found.items() if (headings[i][0], role) in both}


def _only_role(text: str, tongue: Tongue) -> str:
    """The role that a heading consists of, but for what may stand beside it; "" where it says more."""
    bare = text.strip(" .:)0123456789")
    said = bare.casefold().replace("-", " ").split()
    if not bare[:1].isupper() or len(said) > _FEW:  # in small letters it is a folder of the sources
        return ""
    roles = [role for word in said if (role := _role_of(word, tongue))]
    return roles[0] if roles and all(word in _BESIDE or _role_of(word, tongue) == roles[0] for word in said) else ""


def _role_of(word: str, tongue: Tongue) -> str:
    """The role that a word is, also in another language; "host" beside another ("the server host") is none."""
    bare = word if any(word in kind for kind in _OPPOSED) else word.removesuffix("s")
    return bare if any(bare in kind for kind in _OPPOSED) else tongue.role(word)


@cache
def _at_end() -> AnyCase:
    """A heading whose last words are a place: "Exports on your host", "Tests on both virtual machines"."""
    return AnyCase(rf"\b(?:on|from|inside) (?:the|your|each|every|both|all) {_role()}\W*\Z")


_DEVICE: Final = pattern(
    r"(?:p|q|br|eth|ens|enp\d+s|eno|em|wlan|wlp\d+s|tap|tun|veth|bond|vlan|vxlan|gre|port|vport|line|step|page|table|queue|disk|part|[hsv]d[a-z]|"
    r"xvd[a-z]|nvme|md|dm|tty\w*|vg|lv|cpu|core|com|lpt|usb|ext|raid|radio|lo|gpio|pin)[\d.]+",
    re.IGNORECASE,
)
"""Names of devices and of parts of a text, on which nothing is typed."""


def _is_thing(match: re.Match[str]) -> bool:
    """Whether a role may be that of a thing which one configures from elsewhere, as a port "on the router"."""
    return match["role"].casefold().rpartition(" ")[2] in ("router", "switch")


_GUEST: Final = pattern(r"(?:\S+ )?(?:container|guest|vm|guest vm|pod)", re.IGNORECASE)
_OUTSIDE: Final = pattern(
    r"(?:sudo\s+)?(?:docker|podman|nerdctl|kubectl|oc|lxc|incus|lxc-\w+|virsh|virt-\w+|vagrant|multipass|machinectl|pct|qm|vzctl|nsenter|ssh|scp)\b"
)


def typed_on(host: str | None, text: str) -> str | None:
    """The machine on which a command is typed where prose speaks of `host`: what reaches into a guest is typed around it."""
    return None if host and _GUEST.fullmatch(host) and _OUTSIDE.match(text) else host


def _named(match: re.Match[str]) -> str | None:
    found = match.groupdict()
    if found.get("role"):
        return found["role"].casefold()
    name = found.get("name") or ""
    bare = name.rstrip("0123456789.").casefold()
    ending = name.rpartition(".")[2].casefold()
    known = bare not in words("host_roles") and (
        _DEVICE.fullmatch(name) is not None
        or bare in words("platforms")
        or bare in words("platform_tools")
        or bare in words("programs")
        or name.casefold() in words("machines")
        or ending in words("file_endings")
    )
    return None if known else name
