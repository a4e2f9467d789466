"""The word tables of data/holes.toml, read once."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files


@cache
def _tables() -> dict[str, str]:
    return tomllib.loads((files("runbook") / "data" / "holes.toml").read_text("utf-8"))


@cache
def words(name: str) -> frozenset[str]:
    """The words of the list `name`. Raises KeyError for an unknown list."""
    return frozenset(_tables()[name].split())


@cache
def phrases(name: str) -> tuple[str, ...]:
    """The phrases of the list `name`: one a line, or parted by a bar."""
    return tuple(part.strip() for line in _tables()[name].splitlines() for part in line.split("|") if part.strip())
