"""What namespaces and magic words are called in the languages that wikis are written in: a table, data/names.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Final

from runbook.patterns import pattern

_IMAGE: Final = ("image_alt", "image_caption", "image_block", "image_option")


@cache
def _data() -> Mapping[str, Mapping[str, list[str]]]:
    return tomllib.loads((files("runbook") / "data" / "names.toml").read_text("utf-8"))


@cache
def _spaces() -> Mapping[str, str]:
    return {name: kind for kind, names in _data()["namespaces"].items() for name in names}


def _plain(name: str) -> str:
    return " ".join(name.replace("_", " ").split()).lower()


def space(name: str) -> str:
    """The namespace of that name: "file", "media", "category", "template", "help", "user", "talk", "special", or "" for none."""
    return _spaces().get(_plain(name), "")


def of_title(title: str) -> str:
    """The namespace that a title begins with (see `space`)."""
    name, colon, _ = title.partition(":")
    return space(name) if colon else ""


@cache
def _switches() -> Mapping[str, str]:
    words = _data()["words"]
    return {
        **{word: word.upper() for word in words["switch"]},
        **dict.fromkeys(words["toc"], "TOC"),
        **{word: word for word in words["exact_switch"]},
    }


def switch(word: str) -> str:
    """The behaviour switch that stands between two pairs of underscores ("TOC", "NOTOC" …), or "" for none."""
    word = word.replace("_", " ")
    return (_switches().get(word) or _switches().get(word.lower(), "")).replace(" ", "_")


@cache
def redirect() -> re.Pattern[str]:
    """Matches a redirect at a page's start; group 1 is the target."""
    words = "|".join(map(re.escape, _data()["words"]["redirect"]))
    return re.compile(rf"\s*(?:{words})\s*:?\s*\[\[([^\[\]|\n]+)(?:\|[^\]\n]*)?\]\]", re.I)


@cache
def _options() -> Mapping[str, str]:
    words = _data()["words"]
    return {word: kind for kind in reversed(_IMAGE) for word in words[kind]}


_WIDTH = pattern(r"\d*x?\d+\s*+(?=\D*\Z)|x\d+\s*+(?=\D*\Z)")


def image_option(option: str) -> tuple[str, str]:
    """What an option of a file link is ("image_caption": the picture gets a box with its caption, "image_block": a box,
    "image_alt", "image_option": anything else), and its value; ("", option) for a caption."""
    plain = option.strip().lower()
    if plain in _options():
        return _options()[plain], ""
    name, equals, value = option.partition("=")
    if equals and (kind := _options().get(f"{name.strip().lower()}=$1")):
        return kind, value.strip()
    if (match := _WIDTH.match(plain)) and f"$1{plain[match.end() :]}" in _options():
        return "image_option", plain
    return "", option.strip()
