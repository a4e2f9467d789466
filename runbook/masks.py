"""Secrets left out of what people and reports get to see."""

from __future__ import annotations

from collections.abc import Iterable

from runbook.model import Parameter
from runbook.slug import slug

SHOWN = "(secret)"
_SHORTEST = 2
"""A value of fewer characters stands in too much to be looked for."""


class Mask:
    """The secret values of some parameters, as something to put over texts. A placeholder (`<password>`, `$PASSWORD`) is no value."""

    def __init__(self, parameters: Iterable[Parameter]) -> None:
        values = {each.value for each in parameters if each.secret and not each.value.startswith(("<", "$"))}
        self._values = sorted((value for value in values if len(value) >= _SHORTEST), key=lambda value: (-len(value), value))

    def __bool__(self) -> bool:
        """Whether there is anything to leave out."""
        return bool(self._values)

    def over(self, text: str) -> str:
        """The text with "(secret)" for each value."""
        for value in self._values:
            text = text.replace(value, SHOWN)
        return text

    def over_slug(self, name: str) -> str:
        """A name made by `slug` of a text with a secret in it, without that."""
        for value in self._values:
            name = f"-{name}-".replace(f"-{slug(value)}-", "-secret-")[1:-1]
        return name
