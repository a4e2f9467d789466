"""A table of weights from examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import NamedTuple

from runbook.weights import Weights
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

COMMON = 10
"""Examples that a feature must be seen in: what is rarer tells of single pages."""
LEAST = 4
"""Hundredths that a feature must weigh for one kind at least: all that weigh less change nothing together."""
_STRENGTH = 0.2
"""The inverse of the regularization (L2). Of 0.03 to 1, what is right on most pages that no rule was fitted to."""


class Example(NamedTuple):
    """Something on a page, and what it is."""

    page: str
    kind: str
    features: Collection[str]


def fit(examples: Sequence[Example]) -> Weights:
    """The weights of the features that many examples have. A page with n examples counts as much as the root of n."""
    seen = Counter(feature for example in examples for feature in set(example.features))
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform(
        {feature: 1 for feature in example.features if seen[feature] >= COMMON} for example in examples
    )
    many = Counter(example.page for example in examples)
    shares = [many[example.page] ** -0.5 for example in examples]
    model = LogisticRegression(C=_STRENGTH, max_iter=1000)
    mean = sum(shares) / len(shares)
    model.fit(matrix, [example.kind for example in examples], sample_weight=[share / mean for share in shares])
    rows = {name: _hundredths(row) for name, row in zip(vectorizer.get_feature_names_out(), model.coef_.T, strict=True)}
    heavy = {name: row for name, row in rows.items() if max(map(abs, row)) >= LEAST}
    return Weights(tuple(model.classes_), _hundredths(model.intercept_), heavy)


def _hundredths(values: Sequence[float]) -> tuple[int, ...]:
    return tuple(round(float(value) * 100) for value in values)
