"""Work counted in calls of functions: a measure that is the same on a busy machine."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from sys import getprofile, setprofile
from types import FrameType
from typing import Any


def work(do: Callable[[], object]) -> int:
    """How many functions are called to do something."""
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
