"""Tables of weights: shares of kinds by features that are there or not."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runbook.weights import Weights, weights

TABLES = ("blocks", "steps", "inline")
ROWS = st.lists(st.integers(-900, 900), min_size=3, max_size=3).map(tuple)
MADE = st.builds(
    Weights, st.just(("a", "b", "c")), ROWS, st.dictionaries(st.text("xyz", min_size=1, max_size=2), ROWS, max_size=6)
)


@given(MADE, st.sets(st.text("xyz", min_size=1, max_size=2)))
def test_shares_are_those_of_a_logistic_regression(table: Weights, features: set[str]) -> None:
    shares = table.shares(features)
    assert math.isclose(sum(shares), 1)
    totals = [sum(row[i] for name, row in table.weights.items() if name in features) + table.bias[i] for i in range(3)]
    for i in range(3):
        for j in range(3):
            if min(shares[i], shares[j]) > 1e-300:  # what is smaller is 0 to a float
                assert math.isclose(math.log(shares[i] / shares[j]), (totals[i] - totals[j]) / 100, abs_tol=1e-6)


@given(MADE, st.sets(st.text("xyz", min_size=1, max_size=2)))
def test_what_a_table_does_not_have_says_nothing(table: Weights, features: set[str]) -> None:
    assert table.shares(features | {"w", "ww"}) == pytest.approx(table.shares(features))


@pytest.mark.parametrize("name", TABLES)
def test_the_tables_are_whole(name: str) -> None:
    table = weights(name)
    assert len(table.kinds) == len(set(table.kinds)) == len(table.bias)
    assert {len(row) for row in table.weights.values()} == {len(table.kinds)}
    assert not [feature for feature in table.weights if len(feature) > 80 or not feature.isprintable()]


def test_an_unknown_table_is_trouble() -> None:
    with pytest.raises(FileNotFoundError):
        weights("no such table")
