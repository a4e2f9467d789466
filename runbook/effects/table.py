"""The table of commands, data/effects.toml, as records."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
from msgspec import Struct


class Row(Struct, frozen=True, forbid_unknown_fields=True):
    """What a command (or sub-command) does; the fields are explained at the head of data/effects.toml."""

    names: str = ""
    effects: str = "unknown"
    values: str = ""
    flags: str = ""
    attached: str = ""
    harm: dict[str, str] = {}
    modes: dict[str, str] = {}
    operands: str = ""
    operands_from: int = 0
    stdin: int = 0
    single: bool = False
    strict: bool = False
    abbreviates: bool = False
    sub: tuple[Row, ...] = ()
    alone: str = ""
    wraps: bool = False
    joins: bool = False
    skip: int = 0
    assigns: bool = False
    adds: str = ""
    login: str = ""
    joined_flag: str = ""
    no_act: str = ""
    reader: str = ""
    no_help: bool = False


class Assignments(Struct, frozen=True):
    """Names of variables that change what runs: whole, by their beginning, by their end."""

    names: str
    prefixes: str
    suffixes: str


class Paths(Struct, frozen=True):
    """Directories of the system's commands; files which it is not harmless to read; files which it is harmless to write."""

    bin: str
    waits: str
    endless: str
    acts: str
    sinks: str


class Table(Struct, frozen=True):
    assignments: Assignments
    paths: Paths
    command: tuple[Row, ...]


@cache
def table() -> Table:
    """The whole table. Raises msgspec.ValidationError when a row has a field that doesn't exist."""
    data: dict[str, Any] = tomllib.loads((files("runbook") / "data" / "effects.toml").read_text("utf-8"))
    return msgspec.convert(data, Table)


@cache
def commands() -> dict[str, Row]:
    """The rows by command name."""
    return {name: row for row in table().command for name in row.names.split()}


@cache
def bin_directories() -> frozenset[str]:
    return frozenset(table().paths.bin.split())


@cache
def sinks() -> frozenset[str]:
    return frozenset(table().paths.sinks.split())


@cache
def _special_paths() -> tuple[tuple[str, ...], tuple[str, ...]]:
    paths = table().paths
    return tuple(paths.waits.split()), tuple(paths.acts.split())


def path_effects(path: str) -> str:
    """What opening a file for reading does beyond reading; empty for an ordinary one."""
    if not path.startswith(("/dev/", "/proc/k", "/sys/kernel/", "/inet/")):
        return ""
    waits, acts = _special_paths()
    if path.startswith(acts):
        return "network unknown" if path.startswith(("/dev/tcp/", "/dev/udp/", "/inet/")) else "unknown"
    return "interactive" if path.startswith(waits) else ""


@cache
def endless() -> frozenset[str]:
    """Files whose reading never ends."""
    return frozenset(table().paths.endless.split())


@cache
def _assignment_rules() -> tuple[frozenset[str], tuple[str, ...], tuple[str, ...]]:
    rules = table().assignments
    return frozenset(rules.names.split()), tuple(rules.prefixes.split()), tuple(rules.suffixes.split())


def changes_what_runs(variable: str) -> bool:
    """Whether setting the variable can change which program a later command runs, or what it does."""
    names, prefixes, suffixes = _assignment_rules()
    return variable in names or variable.startswith(prefixes) or variable.endswith(suffixes)
