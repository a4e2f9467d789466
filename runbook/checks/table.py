"""The table of what commands leave on the host, data/checks.toml, as records."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import msgspec
from msgspec import Struct

from runbook.checks.kinds import Before


class Row(Struct, frozen=True, forbid_unknown_fields=True):
    """One result of a command or sub-command; the fields are explained at the head of data/checks.toml."""

    sub: str = ""
    only: str = ""
    never: str = ""
    of: Literal["each", "one", "last", "first", "once"] = "each"
    cut: str = ""
    strip: str = ""
    like: str = ""
    makes: tuple[str, ...] = ()
    gone: tuple[str, ...] = ()
    before: Before | None = None
    unsure: str = ""


class Program(Struct, frozen=True, forbid_unknown_fields=True):
    """A command with its options and its rows."""

    names: str
    row: tuple[Row, ...]
    values: str = ""
    flags: str = ""
    never: str = ""
    users: str = ""


class _Table(Struct, frozen=True, forbid_unknown_fields=True):
    command: tuple[Program, ...]


@cache
def programs() -> dict[str, Program]:
    """The commands by name. Raises msgspec.ValidationError when a row has a field that doesn't exist, ValueError for a name twice."""
    data: dict[str, Any] = tomllib.loads((files("runbook") / "data" / "checks.toml").read_text("utf-8"))
    found: dict[str, Program] = {}
    for program in msgspec.convert(data, _Table).command:
        for name in program.names.split(","):
            if found.setdefault(name.strip(), program) is not program:
                raise ValueError(f"data/checks.toml has {name.strip()} twice")
    return found
