"""A table of weights from examples."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy
from runbook.weights import Weights
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

LEAST = 4
"""Hundredths that a feature must weigh for one kind at least: all that weigh less change nothing together."""


class Example(NamedTuple):
    """Something on a page, and what it is."""

    page: str
    kind: str
    features: Collection[str]


def fit(examples: Sequence[Example], common: int, strength: float) -> Weights:
    """The weights of the features that `common` examples have: what is rarer tells of single pages. `strength` is the inverse of the
    regularization (L2). A page with n examples counts as much as the root of n."""
    seen = Counter(feature for example in examples for feature in set(example.features))
    vectorizer = DictVectorizer()
    matrix = vectorizer.fit_transform(
        {feature: 1 for feature in example.features if seen[feature] >= common} for example in examples
    )
    many = Counter(example.page for example in examples)
    shares = [many[example.page] ** -0.5 for example in examples]
    model = LogisticRegression(C=strength, max_iter=1000)
    mean = sum(shares) / len(shares)
    model.fit(matrix, [example.kind for example in examples], sample_weight=[share / mean for share in shares])
    coefficients, bias = model.coef_, model.intercept_
    if len(bias) == 1:  # of two kinds, it has what speaks for the second
        coefficients, bias = numpy.vstack((-coefficients, coefficients)) / 2, numpy.hstack((-bias, bias)) / 2
    rows = {name: _hundredths(row) for name, row in zip(vectorizer.get_feature_names_out(), coefficients.T, strict=True)}
    heavy = {name: row for name, row in rows.items() if max(map(abs, row)) >= LEAST}
    return Weights(tuple(model.classes_), _hundredths(bias), heavy)


def _hundredths(values: Sequence[float]) -> tuple[int, ...]:
    return tuple(round(float(value) * 100) for value in values)
