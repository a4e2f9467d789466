"""Template calls: what well-known ones mean, their arguments, and definitions that came with the page."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

import msgspec

from runbook.markup.wikitext import rows
from runbook.markup.wikitext.scan import Element, Part
from runbook.markup.wikitext.source import Context, Stripped
from runbook.model import Argument, Meaning, Template


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
    return name.removeprefix("template:").strip() or name


def call(context: Context, out: Stripped, element: Element) -> None:
    """Write a call into the stripped text."""
    text = context.text
    name = " ".join(text[element.parts[0].start : element.parts[0].end].split())
    meaning = context.meanings.get(key(name))
    if meaning and meaning.kind == "escape":
        out.write(meaning.value, element.start)
        return
    lines = context.index.lines((element.start, element.end))
    arguments = _arguments(context, element.parts[1:])
    if meaning is None:
        context.diagnose(
            "unknown-template", f"template {name!r} is not known; it stays as a placeholder", (element.start, element.end)
        )
    out.mark(Template(name, arguments, lines, (element.start, element.end), meaning), element.start)


def _arguments(context: Context, parts: list[Part]) -> tuple[Argument, ...]:
    out: list[Argument] = []
    position = 0
    for part in parts:
        if part.equals >= 0:
            name, start = context.text[part.start : part.equals].strip(), part.equals + 1
        else:
            position += 1
            name, start = str(position), part.start
        out.append(_argument(context, name, start, part.end))
    return tuple(out)


def _argument(context: Context, name: str, start: int, end: int) -> Argument:
    lines = rows.code(context.text, start, end, context.index.line)
    return Argument(name, context.text[start:end], (start, end), lines)
