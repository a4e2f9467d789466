"""What a project says of itself in runbook.toml; docs/reference/configuration.md describes each key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any

import msgspec
from msgspec import Meta, Struct

from runbook.model import Meaning, SourceError

FILE = "runbook.toml"
_WEB = r"^https?://[^\s@]+$"


class Effects(Struct, frozen=True, forbid_unknown_fields=True):
    """`harmless` names commands that only show things, beyond the shipped table."""

    harmless: tuple[str, ...] = ()


Words = tuple[str, ...]


class Wording(Struct, frozen=True, forbid_unknown_fields=True, rename={"or_": "or", "if_": "if"}):
    """A project's own words around code, by what they tell; data/tongues.toml describes the roles and how words are written."""

    run: Words = ()
    command: Words = ()
    see: Words = ()
    printed: Words = ()
    file: Words = ()
    edit: Words = ()
    create: Words = ()
    change: Words = ()
    seek: Words = ()
    replace: Words = ()
    add: Words = ()
    holds: Words = ()
    content: Words = ()
    settings: Words = ()
    host: Words = ()
    on: Words = ()
    asks: Words = ()
    asks_first: Words = ()
    asks_within: Words = ()
    asks_last: Words = ()
    asks_end: Words = ()
    openers: Words = ()
    states: Words = ()
    finite: Words = ()
    reboot: Words = ()
    machine: Words = ()
    login: Words = ()
    hardware: Words = ()
    undone: Words = ()
    forget: Words = ()
    spoken: Words = ()
    note: Words = ()
    warning: Words = ()
    tip: Words = ()
    important: Words = ()
    optional: Words = ()
    or_: Words = ()
    one_of: Words = ()
    if_: Words = ()
    if_within: Words = ()
    only_for: Words = ()
    for_case: Words = ()
    users: Words = ()
    as_root: Words = ()
    device: Words = ()
    own: Words = ()

    def by_role(self) -> dict[str, Words]:
        """The words that are given, by role."""
        return {role: entries for role, entries in msgspec.to_builtins(self).items() if entries}


WikiName = Annotated[str, Meta(pattern=r"^[a-z0-9]([a-z0-9-]*[a-z0-9])?$")]


class Wiki(Struct, frozen=True, forbid_unknown_fields=True):
    """A wiki to pull pages from: `url` is any page of it, `contact` how its keepers reach who runs this (an address of mail or web), `api`
    its api.php where `url` doesn't lead to it. The rest says which pages are wanted: those in `categories`, those whose title begins
    with one of `prefixes`, those with `titles`, or `all`; in `namespaces` by number; and whether `templates` come with them."""

    url: Annotated[str, Meta(pattern=_WEB)]
    contact: Annotated[str, Meta(pattern=r"^[^\s()]*[@:][^\s()]+$")]
    api: Annotated[str, Meta(pattern=_WEB)] | None = None
    categories: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    all: bool = False
    namespaces: tuple[Annotated[int, Meta(ge=0)], ...] = ()
    templates: bool = False


class History(Struct, frozen=True, forbid_unknown_fields=True):
    """`revisions`: how many older revisions of a page are looked at, where its source holds them."""

    revisions: Annotated[int, Meta(ge=0, le=10_000)] = 20


class Settings(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file; every part may be left out."""

    effects: Effects = Effects()
    templates: dict[str, Meaning] = {}
    """What the wiki's own templates mean, by name, on top of the shipped table."""
    words: Wording = Wording()
    history: History = History()
    wikis: dict[WikiName, Wiki] = {}
    """The wikis to pull from, by the name of their folder."""


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
        table = _wrong_wiki(data.get("wikis"))
        line, hint = place_of(error, path.read_text("utf-8"), KEYS, after=table)
        said = _plainly(str(error))
        what = f"[{table}]: {said}" if table else said
        raise SourceError(f"{path}:{line}", f"{what}{hint}; docs/reference/configuration.md has the keys there are") from error


KEYS = frozenset(
    field.encode_name for kind in (Settings, Effects, Wording, Meaning, History, Wiki) for field in msgspec.structs.fields(kind)
)


_MEANT = {
    "url": "`url` should be an address that begins with https:// or http://, of any page of the wiki",
    "api": "`api` should be the address of the wiki's api.php",
    "contact": "`contact` should be an address of mail or web at which you are reached, such as ops@example.org",
    "wikis": "a wiki's name should be of lower-case letters, digits and hyphens",
}
"""What a value should be, where a pattern says it to nobody."""


def _plainly(error: str) -> str:
    """A validation error in words."""
    found = re.search(r"matching regex .* (?:`\$\.wikis\[\.\.\.\]\.|in `\$\.)(\w+)`$", error)
    return _MEANT.get(found[1], error) if found else error


def _wrong_wiki(tables: Any) -> str:
    """The name of the first table of a wiki that is wrong; the error's own path leaves it out."""
    for name, table in tables.items() if isinstance(tables, dict) else ():
        try:
            msgspec.convert({name: table}, dict[WikiName, Wiki])
        except msgspec.ValidationError:
            return f"wikis.{name}"
    return ""


def place_of(error: msgspec.ValidationError, text: str, keys: Collection[str], *, after: str = "") -> tuple[int, str]:
    """The line of a TOML text which a validation error is about (looked for behind the first table header that names `after`), and a
    hint when its key is nearly one of `keys`."""
    unknown = re.search(r"unknown field `([^`]+)`", str(error))
    path = re.findall(r"\.([A-Za-z_][\w\-]*)", (re.search(r"at `\$([^`]*)`", str(error)) or ("", ""))[1])
    names = [*path, unknown[1]] if unknown else path
    lines = text.split("\n")
    start = next((n for n, line in enumerate(lines) if after and line.lstrip().startswith("[") and after in line), 0)
    at = start
    for name in names:
        entry = re.compile(rf"\s*(?:\[.*(?<![\w\-]){re.escape(name)}(?![\w\-])|[\"']?{re.escape(name)}[\"']?\s*[=.])")
        at = next((n for n in range(at, len(lines)) if entry.match(lines[n])), at)
    near = get_close_matches(unknown[1], keys, 1) if unknown else []
    return at + 1, f" (did you mean `{near[0]}`?)" if near else ""
