"""How much the fuzz targets look at: a number of examples, the same ones in each run, so that CI takes as long today as tomorrow.

`RUNBOOK_FUZZ=20 pytest tests/fuzz` looks at 20 times as many, other ones in each run; what fails is kept in .hypothesis and tried first.
"""

from __future__ import annotations

import os

from hypothesis import settings

TIMES = int(os.environ.get("RUNBOOK_FUZZ", "0"))


def budget(examples: int) -> settings:
    """The settings of a target that looks at so many examples in CI."""
    return settings(max_examples=examples * max(TIMES, 1), derandomize=not TIMES)
