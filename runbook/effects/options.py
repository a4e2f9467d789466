"""Options and operands of a command, read so that nothing harmful can hide: clusters, abbreviated long names, values."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from typing import Final

from msgspec import Struct

from runbook.effects.table import Row
from runbook.patterns import pattern
from runbook.shell import Word


class Given(Struct):
    """What a command was given. `letters` of short options, `longs` the long ones as written (without values), `words` each option
    with its attached or following value; `rest` where the operands begin (for wrappers). `vague`: a word that is only known at run
    time might be an option; `exact`: long names that stand for themselves, though another begins with them."""

    letters: set[str]
    longs: list[str]
    operands: list[Word]
    values: list[tuple[str, Word | None]]
    rest: int = 0
    vague: bool = False
    exact: frozenset[str] = frozenset()

    def has(self, options: str) -> bool:
        """Whether one of `options` (separated by blanks) is among them; long ones also when abbreviated."""
        return bool(self.longs or self.letters) and any(self.one(option) for option in options.split())

    def one(self, option: str) -> bool:
        if option.startswith("+"):
            return any(name.startswith(option) for name in self.longs)
        if option.startswith("--"):
            return any(
                name == option or (option.startswith(name) and len(name) > 2 and name not in self.exact) for name in self.longs
            )
        if option in self.longs:
            return True
        return len(option) > 1 and all(letter in self.letters for letter in option[1:])

    def value(self, options: str) -> Word | None:
        """The value of the last of `options` that has one."""
        wanted = options.split()
        found = [
            word
            for name, word in self.values
            if name in wanted or (name.startswith("--") and any(each.startswith(name) for each in wanted))
        ]
        return found[-1] if found else None

    def all_values(self, options: str) -> list[Word | None]:
        wanted = options.split()
        return [
            word
            for name, word in self.values
            if name in wanted or (name.startswith("--") and any(each.startswith(name) for each in wanted))
        ]


def may_be_option(word: Word) -> bool:
    """Whether a word whose value is only known at run time could be, or bring, an option."""
    if word.value is not None:
        return False
    if word.prefix.startswith("-") or (not word.prefix and word.dynamic != frozenset({"process"})):
        return True
    return word.splits and not word.dynamic <= {"glob", "braces"}


_LIKE_AN_OPTION: Final = pattern(r"--?[A-Za-z]\S*+$")
"""A value that looks like this is read as an option too: some options take their value only when it is attached."""


@cache
def _valued(values: str) -> tuple[frozenset[str], frozenset[str]]:
    names = values.split()
    return frozenset(name for name in names if not _is_letter(name)), frozenset(name[1] for name in names if _is_letter(name))


def _is_letter(name: str) -> bool:
    return len(name) == 2 and name[0] == "-" and name[1] != "-"


def read(row: Row, words: Sequence[Word], *, stop: bool = False, skip: int = 0) -> Given:
    """Reads the arguments of a command by its row. `stop`: the first operand after `skip` ends the options (POSIX guideline 9),
    else options may stand anywhere. Words after "--" still count as options: "--" may itself be a value."""
    given = Given(set(), [], [], [], exact=_exact(" ".join([row.flags, row.values, *row.harm, *row.modes])))
    longs, letters = _valued(row.values)
    at, size = 0, len(words)
    while at < size:
        word = words[at]
        at += 1
        text = word.value if word.value is not None else word.prefix
        if word.value is None and may_be_option(word):
            given.vague = True
        if text == "--" and word.value is not None:
            if stop:
                given.operands.extend(words[at : at + skip])
                given.rest = at + skip
                return given
            continue
        if len(text) > 1 and text[0] == "-" or text[:1] == "+" and len(text) > 1 and not row.wraps:
            following = words[at] if at < size else None
            taken = _option(given, row, text, word, following, longs, letters)
            if not (taken and following and _LIKE_AN_OPTION.match(following.value or following.prefix)):
                at += taken
        else:
            if stop and len(given.operands) == skip:
                given.rest = at - 1
                return given
            given.operands.append(word)
    given.rest = size
    return given


@cache
def _exact(names: str) -> frozenset[str]:
    """The long options among names."""
    return frozenset(name for name in names.split() if name.startswith("--"))


def _option(
    given: Given, row: Row, text: str, word: Word, following: Word | None, longs: frozenset[str], letters: frozenset[str]
) -> int:
    """Takes in one option word; 1 when it also takes the next word as its value."""
    if text.startswith("--") or text[0] == "+" or row.single:
        name, equals, value = text.partition("=")
        given.longs.append(name)
        if equals:
            given.values.append((name, Word(value, value) if word.value is not None else None))
            return 0
        if name in longs or (row.single and len(name) == 2 and name[1] in letters):
            given.values.append((name, following))
            return 1
        if name[0] == "-" and not row.single:
            given.values.append((name, following))
        return 0
    given.longs.append(text)
    for index, letter in enumerate(text[1:], 2):
        given.letters.add(letter)
        if "-" + letter in row.attached.split():
            return 0
        if letter in letters:
            rest = text[index:]
            if rest or word.value is None:
                given.values.append(("-" + letter, Word(rest, rest) if word.value is not None else None))
                return 0
            given.values.append(("-" + letter, following))
            return 1
    return 0


def stray(row: Row, given: Given) -> bool:
    """With a strict row: whether an option was given that the row doesn't know."""
    known = " ".join([row.flags, row.values, row.login, row.joined_flag, *row.harm, *row.modes]).split()
    letters = {letter for name in known if not name.startswith("--") for letter in name[1:]}
    longs = [name for name in known if name.startswith("--")]
    if any(letter not in letters for letter in given.letters):
        return True
    return any(name.startswith("--") and name not in longs for name in given.longs)


def effects_of(names: Iterable[str]) -> set[str]:
    return {effect for each in names for effect in each.split()}
