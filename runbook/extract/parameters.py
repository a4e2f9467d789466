"""What the reader must replace: placeholders, and the values of the author's own machine that recur through a page."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from typing import Final

from runbook.extract.fillings import Found, Place, logs_in, marked, set_in, unquoted, without_sentences
from runbook.extract.instances import named, recurring, stands, type_of
from runbook.extract.secret_values import called, is_place, is_secret_name, secrets_in, secrets_printed
from runbook.extract.tongues import ENGLISH, Tongue
from runbook.looks import first_word
from runbook.model import Command, FileEdit, Node, Output, Parameter
from runbook.patterns import pattern
from runbook.walking import walk
from runbook.words import words


def parameters_of(
    nodes: Sequence[Node],
    emphasised: Sequence[tuple[int, str]] = (),
    declared: Sequence[Parameter] = (),
    told: Sequence[str] = (),
    tongue: Tongue = ENGLISH,
) -> tuple[Parameter, ...]:
    """The parameters of a page, those that are set off by emphasis first, the others in the order in which they first stand there; each
    with all the lines where its value stands. `emphasised` are the lines and values of emphasis inside of code; `declared` are looked for as well,
    and `told`, what prose says is to be replaced, where that is typed or written."""
    places = list(_places(nodes))
    names: dict[str, str] = {}
    at: dict[str, set[int]] = {}
    names.update((one.value, one.name) for one in declared)
    own = {name for place in places if place.kind != "output" for name in set_in(place.text)}
    for line, value in emphasised:
        names.setdefault(value, value)
        at.setdefault(value, set()).add(line)
    for value in dict.fromkeys(told):
        if any(place.kind != "output" and _is_operand(value, place) for place in places):
            names.setdefault(value, value)
    spoken: dict[str, str] = {}
    for place in places:
        for value, name, only in _placeholders(place, own, tongue):
            if not any(place.line in at[other] and other in value for _, other in emphasised):
                (spoken if only else names).setdefault(value, name)
                at.setdefault(value, set()).add(place.line)
    for value, name in spoken.items():
        if value not in names and not any(place.line not in at[value] and _stands_alone(value, place) for place in places):
            names[value] = name
    for value, name in (*recurring(places), *named(places)):
        if not any(place.kind == "command" and first_word(place.text) == value for place in places):
            names.setdefault(value, name)
    kept = {one.value for one in declared}
    alone = [
        value
        for value in names
        if value in kept or not (_only_within(value, names, places) or _is_everyday(value, names[value], places))
    ]
    return tuple(_unique(_parameter(value, names[value], places, at.get(value, set())) for value in alone))


def _is_everyday(value: str, name: str, places: Sequence[Place]) -> bool:
    """Whether what is given as a secret is a name that everybody knows, and that is typed as one: a program, an account of the system
    ("root:root"). Put in its place elsewhere, another secret would break what is typed, and hiding it hides nothing."""
    if not is_secret_name(name):
        return False
    if value in words("system_accounts"):
        return True
    return any(place.kind == "command" and first_word(place.text) == value for place in places)


def _only_within(value: str, others: Collection[str], places: Sequence[Place]) -> bool:
    """Whether a value stands nowhere but in longer ones, which are replaced whole: the host of an address to write to. Where one logs in,
    user and host are two things."""
    longer = sorted((other for other in others if value in other and other != value), key=len, reverse=True)
    if not longer:
        return False
    for place in places:
        if value in place.text:
            rest = place.text
            for other in longer if not logs_in(rest) else ():
                rest = rest.replace(other, " ")
            if value in rest and stands(value, rest):
                return False
    return True


def _stands_alone(value: str, place: Place) -> bool:
    """Whether a word stands in something typed or written, where it may mean something else."""
    return place.kind != "output" and value in place.text and stands(value, place.text)


def _is_operand(value: str, place: Place) -> bool:
    """Whether a value stands in a line, and is not what is run there."""
    typed = without_sentences(place.text).removeprefix("sudo ").partition(" ")[2] if place.kind == "command" else place.text
    return value in typed and stands(value, typed) and not any(f"{value}{sign}" in typed for sign in "=,")


def _places(nodes: Sequence[Node]) -> Iterator[Place]:
    for node in walk(tuple(nodes)):
        if type(node) is Command:
            yield from _typed(node)
            if node.expected is not None:
                yield from _numbered(node.expected.spans or (node.expected.lines,), node.expected.text, "output")
        elif type(node) is FileEdit:
            yield from (Place(node.lines[0] + i, text, "edit") for i, text in enumerate(_with_gaps(node)))
        elif type(node) is Output:
            yield from _numbered((node.lines,), node.text, "output")


_DOCUMENT: Final = re.compile(r"<<-?\s*[\"'\\]?(\w+)")


def _typed(node: Command) -> Iterator[Place]:
    """The lines of a command, those of its documents ("<<EOF") known as such."""
    read = unquoted(node.text).split("\n")
    closes = ""
    for i, text in enumerate(node.text.split("\n")):
        inside = bool(closes)
        if inside and text.strip() == closes:
            closes = ""
        elif not inside and (opened := _DOCUMENT.search(text)) is not None:
            closes = opened[1]
        yield Place(node.lines[0] + i, text, "command", "", node.shell, inside, text if inside else read[i])


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


def _placeholders(place: Place, own: Collection[str], tongue: Tongue) -> Iterator[Found]:
    """What is marked as to be replaced in one line, its secrets among it."""
    if place.kind == "output":
        yield from (Found(value, called(place.text, value)) for value in secrets_printed(place.text))
        return
    secrets = list(secrets_in(place.text))
    found = list(marked(place, own, tongue))
    yield from (Found(one.value, called(place.text, one.value)) if one.value in secrets else one for one in found)
    yield from (Found(value, called(place.text, value)) for value in secrets if not any(value in one.value for one in found))


def _parameter(value: str, name: str, places: Sequence[Place], marked: set[int]) -> Parameter:
    lines = tuple(
        sorted(
            marked | {place.line for place in places if value in place.text and stands(value, _without_times(value, place.text))}
        )
    )
    clean = re.sub(r"\W+", "_", name.strip()).strip("_").upper() or "VALUE"
    kind = type_of(value, clean)
    secret = (is_secret_name(name) or (is_secret_name(value) and kind != "path")) and not is_place(value)
    return Parameter(clean, value, "string" if secret else kind, secret, lines)


_TIMES: Final = pattern(r"\d{1,2}:\d\d(?::\d\d)?(?:\.\d+)?|\d{2,4}([-/])\d\d?\1\d{2,4}|(?<![\d.])\d+\.\d+(?![\d.])")


def _without_times(value: str, text: str) -> str:
    """A line, for a number without times, dates and fractions: no number of somebody's stands in these."""
    return _TIMES.sub(" ", text) if value.isdecimal() else text


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


_SET_OFF: Final = pattern(r"(?P<before>[\w.\-/]*)(?P<marks>'{2,3})(?P<value>[\w.\-]{1,40})(?P=marks)(?!')(?P<after>[\w.\-]*)")
_TAGGED: Final = re.compile(
    r"(?P<before>[\w.\-/]*)<(?P<tag>var|i|em|replaceable)>(?P<value>[\w.\-]{1,40})</(?P=tag)>(?P<after>[\w.\-]*)", re.IGNORECASE
)
_FILLER: Final = pattern(r"[a-zA-Z]*(?:name|id|user|host|path|number|xx*|yy*|nn*)|[xyzn]{1,3}", re.IGNORECASE)


def set_off(source: str, typed: str) -> Iterator[str]:
    """The placeholders that a line of wikitext sets off by emphasis inside of what is typed: all italics, bold only where it is part of a
    word or reads as a placeholder (bold may as well mean "look here"); and what HTML says to be a variable."""
    marked = _SET_OFF.finditer(source) if "''" in source else ()
    for match in (*marked, *(_TAGGED.finditer(source) if "</" in source else ())):
        if source.endswith(("<", "&lt;"), 0, match.start()) and source.startswith((">", "&gt;"), match.end()):
            continue  # what is replaced are the brackets too
        last = match["before"].rpartition("/")[2]
        word = f"{last}{match['value']}{match['after']}"
        partial = bool(last or match["after"])
        standing = not typed.startswith(word) and word in typed.split(maxsplit=1)[-1] and not word.startswith("-")
        slanted = match.re is _TAGGED or match["marks"] == "''"
        if standing and (slanted or partial or _FILLER.fullmatch(match["value"])):
            yield word
