"""How much the fuzz targets look at: a number of examples, the same ones in each run, so that CI takes as long today as tomorrow.

`RUNBOOK_FUZZ=20 pytest tests/fuzz` looks at 20 times as many, other ones in each run; what fails is kept in .hypothesis and tried first.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from sys import getprofile, setprofile
from types import FrameType
from typing import Any

from hypothesis import settings

TIMES = int(os.environ.get("RUNBOOK_FUZZ", "0"))


def budget(examples: int) -> settings:
    """The settings of a target that looks at so many examples in CI."""
    return settings(max_examples=examples * max(TIMES, 1), derandomize=not TIMES)


def work(do: Callable[[], object]) -> int:
    """How many functions are called to do something: a measure that is the same on a busy machine."""
    seen: Counter[str] = Counter()

    def count(_frame: FrameType, event: str, _argument: Any) -> None:
        seen[event] += 1

    before = getprofile()
    setprofile(count)
    try:
        do()
    finally:
        setprofile(before)
    return seen["call"] + seen["c_call"]
