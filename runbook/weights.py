"""Tables of weights: how much each feature of something speaks for each kind that it may be of.

A table is a multinomial logistic regression over features that are there or not, fitted to labelled pages (`python -m training`). It stands
in data/weights as JSON: the names of the kinds, the weights of each feature, in hundredths, in the same order, and those of no feature.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from functools import cache
from importlib.resources import files

from msgspec import Struct, json


class Weights(Struct, frozen=True, gc=False):
    """One table: `bias` and the values of `weights` have a number for each of `kinds`, in hundredths of a natural logarithm."""

    kinds: tuple[str, ...]
    bias: tuple[int, ...]
    weights: dict[str, tuple[int, ...]]

    def shares(self, features: Iterable[str]) -> tuple[float, ...]:
        """How likely each of `kinds` is by `features`; they sum up to 1. What the table doesn't have says nothing."""
        known = [row for feature in features if (row := self.weights.get(feature)) is not None]
        totals = list(map(sum, zip(self.bias, *known, strict=True)))
        highest = max(totals)
        powers = [math.exp((total - highest) / 100) for total in totals]
        whole = sum(powers)
        return tuple(power / whole for power in powers)


@cache
def weights(name: str) -> Weights:
    """The table `name`. Raises FileNotFoundError for an unknown one."""
    return json.decode((files("runbook") / "data" / "weights" / f"{name}.json").read_bytes(), type=Weights)
