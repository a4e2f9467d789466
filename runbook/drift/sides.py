"""What belongs to both sides of a comparison: parameters that stand for each other, and secrets that are never shown."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Iterable

from runbook.masks import Mask
from runbook.model import Parameter

_SHORTEST = 2
"""A parameter's value of fewer characters stands in too much to be looked for."""


class Sides:
    """The parameters of two states of a page; `parameters` pairs them (None where one is new or gone)."""

    def __init__(self, old: tuple[Parameter, ...], new: tuple[Parameter, ...]) -> None:
        self.parameters = _paired(old, new)
        changed = [(a, b) for a, b in self.parameters if a is not None and b is not None and a.value != b.value]
        # NUL, which no page can hold, keeps a name from being taken for text.
        self._old_values = _longest_first((a.value, f"\0{b.name}\0") for a, b in changed)
        self._new_values = _longest_first((b.value, f"\0{b.name}\0") for _, b in changed)
        self._mask = Mask((*old, *new))
        self._renewed = {f"\0{b.name}\0": b.value for _, b in changed}
        kept = {a.value for a, b in self.parameters if a is not None and b is not None and a.value == b.value}
        self._gone = Mask(each for each in old if each.value not in kept)

    def masked(self, texts: tuple[str, ...]) -> tuple[str, ...]:
        """The texts with the values of secrets left out."""
        return tuple(map(self._mask.over, texts))

    def renewed(self, texts: tuple[str, ...]) -> tuple[str, ...] | None:
        """Old texts with the values that parameters have now; None where a secret of old would be left in them."""
        out = texts
        for value, name in self._old_values:
            out = tuple(text.replace(value, name) for text in out)
        for name, value in self._renewed.items():
            out = tuple(text.replace(name, value) for text in out)
        return None if any(self._gone.over(text) != text for text in out) else out

    def same_but_values(self, old: tuple[str, ...], new: tuple[str, ...]) -> bool:
        """Whether the texts differ only in values of parameters which themselves changed."""
        if not self._old_values or len(old) != len(new):
            return False
        return all(_replaced(a, self._old_values) == _replaced(b, self._new_values) for a, b in zip(old, new, strict=True))


def _paired(old: tuple[Parameter, ...], new: tuple[Parameter, ...]) -> list[tuple[Parameter | None, Parameter | None]]:
    """By name, then those that are left by type and number of places: a name may be made of the value."""
    by_name = {each.name: each for each in old}
    left: defaultdict[tuple[str, int], deque[Parameter]] = defaultdict(deque)
    kept = {each.name for each in new}
    for each in old:
        if each.name not in kept:
            left[each.type, len(each.lines)].append(each)
    pairs: list[tuple[Parameter | None, Parameter | None]] = []
    for each in new:
        partner = by_name.get(each.name)
        if partner is None and left[each.type, len(each.lines)]:
            partner = left[each.type, len(each.lines)].popleft()
        pairs.append((partner, each))
    met = {id(partner) for partner, _ in pairs}
    return pairs + [(each, None) for each in old if id(each) not in met]


def _longest_first(values: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    return sorted({pair for pair in values if len(pair[0]) >= _SHORTEST}, key=lambda pair: (-len(pair[0]), pair))


def _replaced(text: str, values: list[tuple[str, str]]) -> str:
    for value, name in values:
        text = text.replace(value, name)
    return text
