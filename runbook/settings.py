"""What a project says of itself in runbook.toml; docs/reference/configuration.md describes each key."""

from __future__ import annotations

import tomllib
from pathlib import Path

import msgspec
from msgspec import Struct

from runbook.model import Meaning, SourceError

FILE = "runbook.toml"


class Effects(Struct, frozen=True, forbid_unknown_fields=True):
    """`harmless` names commands that only show things, beyond the shipped table."""

    harmless: tuple[str, ...] = ()


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file; every part may be left out."""

    effects: Effects = Effects()
    templates: dict[str, Meaning] = {}
    """What the wiki's own templates mean, by name, on top of the shipped table."""


def read(folder: Path) -> Settings:
    """The settings of a project, from runbook.toml in `folder`; the defaults where there is none.
    Raises SourceError, with the place, for a file that is not TOML or has a key or a value that nobody knows."""
    path = folder / FILE
    try:
        data = tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return Settings()
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SourceError(str(path), f"is not TOML: {error}") from error
    try:
        return msgspec.convert(data, Settings)
    except msgspec.ValidationError as error:
        raise SourceError(str(path), f"{error}; docs/reference/configuration.md has the keys there are") from error
