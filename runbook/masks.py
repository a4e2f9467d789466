"""Secrets left out of what people and reports get to see."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from runbook.model import Parameter
from runbook.patterns import pattern
from runbook.slug import slug

SHOWN = "(secret)"
_SHORTEST = 2
"""A value of fewer characters stands in too much to be looked for."""
_PLAIN_WORD: Final = pattern(r"[a-z]{1,12}\d?", re.ASCII)
"""A value that is part of many a longer word, as "mill" of "windmill" and "mill2": there it is no secret."""
_BEGINS: Final = (
    r"(?:(?<!\w)|(?<=-\w)(?<![\w-]-\w)|(?<=\\[abefnrtv0])|(?<=\\x[0-9A-Fa-f]{2})|(?<=\\0[0-7]{2})|(?<=%[0-9A-Fa-f]{2}))"
)
"""Where a word begins: behind a sign, the letter of an option ("-pSECRET", in quotes, too), an escaped sign."""


class Mask:
    """The secret values of some parameters, as something to put over texts. A placeholder (`<password>`, `$PASSWORD`) is no value."""

    def __init__(self, parameters: Iterable[Parameter]) -> None:
        values = {each.value for each in parameters if each.secret and not each.value.startswith(("<", "$"))}
        self._values = sorted((value for value in values if len(value) >= _SHORTEST), key=lambda value: (-len(value), value))
        self._words = {value: re.compile(rf"{_BEGINS}{value}(?!\w)") for value in self._values if _PLAIN_WORD.fullmatch(value)}

    def __bool__(self) -> bool:
        """Whether there is anything to leave out."""
        return bool(self._values)

    def over(self, text: str) -> str:
        """The text with "(secret)" for each value."""
        for value in self._values:
            if value in text:
                word = self._words.get(value)
                text = word.sub(SHOWN, text) if word is not None else text.replace(value, SHOWN)
        return text

    def over_slug(self, name: str) -> str:
        """A name made by `slug` of a text with a secret in it, without that."""
        for value in self._values:
            name = f"-{name}-".replace(f"-{slug(value)}-", "-secret-")[1:-1]
        return name
