"""Template calls: what well-known ones mean, their arguments, and definitions that came with the page."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files

import msgspec

from runbook import names
from runbook.markup.wikitext import expand, functions, rows
from runbook.markup.wikitext.include import MAX_DEPTH, append, arguments_of, deeper, include
from runbook.markup.wikitext.scan import Element, Part
from runbook.markup.wikitext.source import Context, Stripped
from runbook.model import Argument, At, Block, Meaning, Row, Template
from runbook.patterns import pattern

_NO_NAME = re.compile(r"[<>\[\]{}\n]")
_SUBSTITUTED = re.compile(r"safesubst:\s*", re.I)
_PRE = pattern(r"<pre(?:\s[^<>]*)?>", re.I)
_SIMPLE_NAME = pattern(r"[A-Za-z][A-Za-z0-9_-]*\Z")
_NUMBERS = "123456789"
_OPTION_NAME = pattern(r"(?:[a-z]+(?:-[a-z]+)+|params\+?)\Z")
"""A name with hyphens, as options of templates have and variables of shells can't."""

_SWITCH = pattern(r"\s*(?:true|false|yes|no|on|off)\s*\Z")


_TITLED = Meaning("session", code=("2",), title=("1",))
"""What a template for code in a line means where it is given a block of code below a title."""


@cache
def shipped() -> Mapping[str, Meaning]:
    """The table of well-known templates, by key (see `key`)."""
    data = tomllib.loads((files("runbook") / "data" / "templates.toml").read_text("utf-8"))
    table: dict[str, Meaning] = {}
    for row in data["template"]:
        names = row.pop("names")
        meaning = msgspec.convert(row, Meaning)
        table.update({key(name): meaning for name in names})
    return table


def known(more: Mapping[str, Meaning]) -> Mapping[str, Meaning]:
    """The shipped table with a project's own rows, which win."""
    return {**shipped(), **{key(name): meaning for name, meaning in more.items()}} if more else shipped()


def key(name: str) -> str:
    """A template's name as it is looked up: no namespace, blanks for underscores, lower case."""
    name = " ".join(name.replace("_", " ").split()).lower()
    return (name.partition(":")[2].strip() or name) if names.of_title(name) == "template" else name


def call(context: Context, out: Stripped, element: Element) -> None:
    """Write a call into the stripped text: what it stands for, when that is known as text, else a mark."""
    text = context.text
    at = (element.start, element.end)
    name = " ".join(rows.plain(name_of(text, element)).split())
    if functions.call(context, out, element, name):
        return
    name = _SUBSTITUTED.sub("", name)
    if (
        not name
        or name.lower().startswith("subst:")
        or _NO_NAME.search(text, element.parts[0].start, element.parts[0].end)
        and _NO_NAME.search(rows.plain(name_of(text, element)).strip())
    ):
        _literal(context, out, element)
        return
    meaning = context.meanings.get(key(name))
    if meaning and meaning.kind == "escape":
        out.write(meaning.value, element.start)
        return
    definition = context.definitions.get(key(name)) if meaning is None or not context.author else None
    if definition is not None and _expand(context, out, element, key(name), definition):
        return
    if meaning is None:
        context.diagnose("unknown-template", f"the template {name!r} is not known: it stays as a placeholder", at)
    elif meaning.kind == "inline" and len(element.parts) > 2 and _PRE.search(text, element.parts[2].start, element.end):
        meaning = _TITLED
    elif meaning.kind == "hidden":
        context.hide("tag", text[element.start : element.end], *at)
        return
    lines = context.index.lines(at)
    out.mark(Template(name, _arguments(context, element.parts[1:], meaning, lines), lines, at, meaning), element.start)


def name_of(text: str, element: Element) -> str:
    """The name as it stands in the call."""
    return text[element.parts[0].start : element.parts[0].end]


def _literal(context: Context, out: Stripped, element: Element) -> None:
    """Braces around what can't be a template's name are text, and so is all between them."""
    text = context.text
    out.copy(text, element.start, element.start + 2)
    if context.depth < MAX_DEPTH:
        append(out, context.strip(deeper(context), element.start + 2, element.end - 2))
    else:
        out.copy(text, element.start + 2, element.end - 2)
    out.copy(text, element.end - 2, element.end)


# --- arguments ------------------------------------------------------------------------------------------------------------


def _arguments(context: Context, parts: list[Part], meaning: Meaning | None, lines: tuple[int, int]) -> tuple[Argument, ...]:
    found = _split(context.text, parts)
    holds_code = meaning is not None and bool(meaning.code or meaning.output)
    if meaning is not None and holds_code:
        found = _with_outputs(context.text, _repair(context.text, found, meaning), meaning)
    texts = frozenset(meaning.text) if meaning else frozenset()
    many = lines[0] != lines[1]
    return tuple(_argument(context, name, at, _has_blocks(meaning, texts, name, many)) for name, at in found)


def _split(text: str, parts: Iterable[Part]) -> list[tuple[str, At]]:
    """Names and places of values, as MediaWiki splits them."""
    out: list[tuple[str, At]] = []
    position = 0
    for part in parts:
        if part.equals >= 0:
            out.append((rows.plain(text[part.start : part.equals]).strip(), (part.equals + 1, part.end)))
        else:
            position += 1
            out.append((str(position), (part.start, part.end)))
    return out


def _repair(text: str, found: list[tuple[str, At]], meaning: Meaning) -> list[tuple[str, At]]:
    """Put together again what a raw | or = in code has split: values that the template has no place for belong to the one before
    them, or are positional ones with a = in them."""
    lists = (meaning.code, meaning.output, meaning.file, meaning.text, meaning.title, meaning.prompt)
    names = {name for group in lists for name in group}
    out: list[tuple[str, At]] = []
    taken: set[str] = set()
    position = 0
    for name, (start, end) in found:
        positional = text[start - 1] == "|"
        if not positional and (name.lower() in names or ("*" in names and len(name) == 1 and name in _NUMBERS)):
            taken.update(*(group for group in lists if name.lower() in group))
            out.append((name.lower(), (start, end)))
            continue
        if not positional and (
            _OPTION_NAME.match(name) or (_SIMPLE_NAME.match(name) and name.islower() and _SWITCH.match(text[start:end]))
        ):
            out.append((name, (start, end)))
            continue
        if not positional:
            if out and (_SIMPLE_NAME.match(name) or not name) and any(n in names for n, _ in out) and "*" not in names and name:
                out.append((name, (start, end)))
                continue
            start = text.rfind("|", 0, start) + 1
        position += 1
        number = str(position)
        if "*" in names or (number in names and number not in taken) or not out:
            out.append((number, (start, end)))
        else:
            last, at = out[-1]
            out[-1] = (last, (at[0], end))
    return out


def _with_outputs(text: str, found: list[tuple[str, At]], meaning: Meaning) -> list[tuple[str, At]]:
    """A `<pre>` behind a command in its argument is what the command prints: an argument of its own, as the template names that."""
    if not meaning.output:
        return found
    out: list[tuple[str, At]] = []
    for name, (start, end) in found:
        begins = _PRE.search(text, start, end)
        if begins is not None and name not in meaning.output and text[start : begins.start()].strip():
            out += [(name, (start, begins.start())), (meaning.output[0], (begins.start(), end))]
        else:
            out.append((name, (start, end)))
    return out


def _has_blocks(meaning: Meaning | None, texts: frozenset[str], name: str, many: bool) -> bool:
    if meaning is None:
        return many
    return name in texts or ("*" in texts and name.isdigit()) or meaning.kind == "layout"


def _argument(context: Context, name: str, at: At, with_blocks: bool) -> Argument:
    start, end = at
    text = context.text[start:end]
    found = rows.code(context.text, start, end, context.index.line)
    if len(found) == 1:
        found = (Row(found[0].n, found[0].text.strip()),)
    blocks: tuple[Block, ...] = ()
    if with_blocks and text.strip() and context.depth < MAX_DEPTH:
        while start < end and context.text[start] in " \t":
            start += 1
        blocks = context.fragment(deeper(context), start, end)
    return Argument(name, text, at, found, blocks)


# --- definitions ----------------------------------------------------------------------------------------------------------


def _expand(context: Context, out: Stripped, element: Element, name: str, definition: str) -> bool:
    """Write a definition with the call's arguments in its place; false when it calls itself or would grow too large."""
    at = (element.start, element.end)
    if name in context.calls or context.depth >= MAX_DEPTH:
        context.diagnose(
            "template-loop", f"the template {name!r} calls itself or is nested too deep: it stays as a placeholder", at
        )
        return False
    given = arguments_of(_split(context.text, element.parts[1:]), context.text)
    text = expand.definition(definition, given, context.budget[0])
    if text is None:
        context.budget[0] = -1
        context.diagnose("template-too-large", f"the template {name!r} expands to too much text: it stays as a placeholder", at)
        return False
    context.budget[0] -= len(text)
    include(context, out, at, text, calls=(context.calls | {name}) - _called(context.text, element))
    return True


def _called(text: str, element: Element) -> frozenset[str]:
    """The templates that are called in a call's arguments: these don't call themselves when it shows them."""
    inner = [child for child in element.children if child.kind == "template"]
    names = frozenset(key(name_of(text, child)) for child in inner)
    return names.union(*(_called(text, child) for child in inner))
