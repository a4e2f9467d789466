"""The word tables of data/words.toml, read once; and words looked for in a text, in small letters or capitals."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from importlib.resources import files
from string import ascii_lowercase
from typing import Any, Final

from runbook.patterns import pattern


@cache
def _tables() -> dict[str, Any]:
    return tomllib.loads((files("runbook") / "data" / "words.toml").read_text("utf-8"))


@cache
def words(name: str) -> frozenset[str]:
    """The words of the list `name`, in lower case. Raises KeyError for an unknown list."""
    value = _tables()[name]
    return frozenset(value.split() if isinstance(value, str) else value)


@cache
def word_rows(name: str) -> tuple[str, ...]:
    """The rows of the list `name`, in order. Raises KeyError for an unknown list."""
    return tuple(_tables()[name])


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
def consoles() -> dict[str, str]:
    """What goes on a command line that starts an interpreter through another program ("rails console"), to the language typed there."""
    return {ending: language for language, row in _tables()["consoles"].items() for ending in row}


@cache
def spoken_interpreters() -> dict[str, frozenset[str]]:
    """The languages typed at interpreters' prompts, to the names under which prose speaks of these."""
    return {language: frozenset(row.split()) for language, row in _tables()["interpreters"].items()}


@cache
def typed_languages(interpreter: str) -> frozenset[str]:
    """The languages of blocks that are typed at an interpreter's prompt."""
    return frozenset((interpreter, *_tables()["typed_languages"].get(interpreter, "").split()))


@cache
def source_endings(language: str) -> tuple[str, ...]:
    """The endings of files in which source and data of a language are kept; none for a language that isn't in the table."""
    return tuple(_tables()["endings"].get(language, "").split())


@cache
def type_words() -> dict[str, frozenset[str]]:
    """The types of parameters, to words of other languages for what is of that type."""
    return {kind: frozenset(row.split()) for kind, row in _tables()["type_words"].items()}


@cache
def alternation(name: str) -> str:
    """The words of the list `name` as the inside of a regular expression group, longest first."""
    return "|".join(re.escape(word) for word in sorted(words(name), key=len, reverse=True))


_LETTERS: Final = bytes(byte if chr(byte) in ascii_lowercase else 32 for byte in range(256))
"""A table for `bytes.translate`: small letters stay, anything else becomes a blank."""


def spelt(text: str) -> list[str]:
    """The words of a text in lower case, as far as they are spelt with the letters a to z, in order."""
    return text.casefold().encode("utf-8", "surrogatepass").translate(_LETTERS).decode("ascii").split()


@lru_cache(maxsize=512)
def word_set(text: str) -> frozenset[str]:
    """The words of a text in lower case: a quick look before any pattern is tried."""
    return frozenset(spelt(text))


def holds_one(text: str, signs: Iterable[str]) -> bool:
    """Whether one of some signs or phrases stands in a text: a quick look, too."""
    for sign in signs:  # noqa: SIM110  # twice as fast as any()
        if sign in text:
            return True
    return False


def any_of(*forms: str) -> re.Pattern[str]:
    """A pattern for what has one of several forms."""
    return pattern("|".join(f"(?:{form})" for form in forms))


_BIG: Final = pattern(r"(?:\\.|\(\?P[<=])|([A-Z])", re.DOTALL)


class AnyCase:
    """A pattern that takes capitals and small letters for the same: what `re.compile(pattern, re.IGNORECASE)` finds, several times as
    fast. Text in ASCII, most of all, is looked through in small letters, by a pattern that `re` can search with the first letters of its
    words. The pattern must be written in small letters: ValueError for another."""

    def __init__(self, written: str) -> None:
        if any(match[1] for match in _BIG.finditer(written)):
            raise ValueError(f"a capital, which would never be found: {written}")
        self.pattern = written
        self._small = pattern(written, re.ASCII)
        self._any = pattern(written, re.IGNORECASE)

    def stands_in(self, text: str) -> bool:
        """Whether any place in `text` fits."""
        return (self._small.search(text.lower()) if text.isascii() else self._any.search(text)) is not None

    def begins(self, text: str) -> bool:
        """Whether the beginning of `text` fits."""
        return (self._small.match(text.lower()) if text.isascii() else self._any.match(text)) is not None

    def search(self, text: str) -> re.Match[str] | None:
        """The first place in `text` that fits."""
        if not text.isascii():
            return self._any.search(text)
        small = text.lower()
        found = self._small.search(small)
        return found if found is None or small == text else self._any.search(text, found.start())

    def match(self, text: str) -> re.Match[str] | None:
        """What fits at the beginning of `text`."""
        if not text.isascii():
            return self._any.match(text)
        small = text.lower()
        found = self._small.match(small)
        return found if found is None or small == text else self._any.match(text)

    def fullmatch(self, text: str) -> re.Match[str] | None:
        """The whole of `text`, if it fits."""
        if not text.isascii():
            return self._any.fullmatch(text)
        small = text.lower()
        found = self._small.fullmatch(small)
        return found if found is None or small == text else self._any.fullmatch(text)

    def finditer(self, text: str) -> Iterator[re.Match[str]]:
        """All places that fit, from left to right."""
        if not text.isascii():
            return self._any.finditer(text)
        small = text.lower()
        if small == text:
            return self._small.finditer(text)
        found = self._small.search(small)
        return iter(()) if found is None else self._any.finditer(text, found.start())
