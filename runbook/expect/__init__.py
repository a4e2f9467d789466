"""Recorded outputs: what of them must come again, whether an output does, and why not.

`infer` turns recordings of one command into a `Pattern` of literal words and typed holes; `match` compares an output with it and
explains what differs, `diff` shows it; `only_values_differ` tells a second run from a correction; `encode` writes the pattern for
the same matcher in templates/match.awk; `answer_lines` does it in bulk.
"""

from __future__ import annotations

from runbook.expect.bulk import answer_lines
from runbook.expect.diff import DiffLine, diff, rows_of
from runbook.expect.encoding import encode
from runbook.expect.explain import Difference, Mismatch
from runbook.expect.infer import compared, infer
from runbook.expect.pattern import Pattern
from runbook.expect.values import only_values_differ
from runbook.expect.verdict import match

__all__ = [
    "DiffLine",
    "Difference",
    "Mismatch",
    "Pattern",
    "answer_lines",
    "compared",
    "diff",
    "encode",
    "infer",
    "match",
    "only_values_differ",
    "rows_of",
]
