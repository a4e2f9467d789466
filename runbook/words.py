"""The word tables of data/words.toml, read once."""

from __future__ import annotations

import re
import tomllib
from functools import cache, lru_cache
from importlib.resources import files
from string import ascii_lowercase
from typing import Any


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads((files("runbook") / "data" / "words.toml").read_text("utf-8"))


@cache
def words(name: str) -> frozenset[str]:
    """The words of the list `name`, in lower case. Raises KeyError for an unknown list."""
    value = _tables()[name]
    return frozenset(value.split() if isinstance(value, str) else value)


@cache
def languages(kind: str) -> frozenset[str]:
    """The names of the languages (of code blocks) whose content is of `kind`."""
    return frozenset(_tables()["languages"][kind].split())


@cache
def tongue_rows() -> dict[str, dict[str, tuple[str, ...]]]:
    """The rows of data/tongues.toml: by language, then by role."""
    read = tomllib.loads((files("runbook") / "data" / "tongues.toml").read_text("utf-8"))
    return {code: {role: tuple(entries.split()) for role, entries in table.items()} for code, table in read.items()}


@cache
def foreign_words() -> frozenset[str]:
    """The commonest words of the languages of data/tongues.toml, those that English or a program has too left out."""
    common = {word for rows in tongue_rows().values() for word in rows.get("common", ()) if len(word) > 1}
    return frozenset(common - words("stop_words") - words("programs") - words("everyday"))


@cache
def prompt_languages() -> dict[str, str]:
    """The word before ">" in a prompt to the language typed there."""
    return {word: language for language, row in _tables()["prompts"].items() for word in row.split()}


@cache
def client_languages() -> dict[str, str]:
    """The programs that ask for commands of their own, to the language typed there."""
    return {word: language for language, row in _tables()["clients"].items() for word in row.split()}


@cache
def alternation(name: str) -> str:
    """The words of the list `name` as the inside of a regular expression group, longest first."""
    return "|".join(re.escape(word) for word in sorted(words(name), key=len, reverse=True))


_LETTERS = bytes(byte if chr(byte) in ascii_lowercase else 32 for byte in range(256))
"""A table for `bytes.translate`: small letters stay, anything else becomes a blank."""


def spelt(text: str) -> list[str]:
    """The words of a text in lower case, as far as they are spelt with the letters a to z, in order."""
    return text.casefold().encode("utf-8", "surrogatepass").translate(_LETTERS).decode("ascii").split()


@lru_cache(maxsize=512)
def word_set(text: str) -> frozenset[str]:
    """The words of a text in lower case: a quick look before any pattern is tried."""
    return frozenset(spelt(text))
