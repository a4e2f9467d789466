"""What a Markdown page says of itself above its text: between two lines `---` YAML, between two lines `+++` TOML, as Hugo has it. The only
user of PyYAML, which is loaded when there is some YAML.

Values come from wikis and are hostile: they are written by YAML's safe dumper and read by its safe loader, which make plain data only.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from typing import Final

from runbook.patterns import pattern

_FRONT: Final = pattern(r"(---|\+\+\+)[ \t]*\r?\n((?:(?!\1[ \t]*\r?(?:\n|\Z))[^\n]*\n)*+)\1[ \t]*\r?(?:\n|\Z)")
_BREAKS: Final = pattern("[\x85\u2028\u2029\ufeff]")
_LIMIT: Final = 64 << 10


class FrontMatterError(Exception):
    """Front matter that says nothing: the message says why."""


def split(text: str) -> tuple[str | None, int]:
    """The front matter's source at the beginning of a page, null without any, and the offset where the page's own text begins."""
    found = _FRONT.match(text)
    return (found[2], found.end()) if found else (None, 0)


def read(source: str, *, toml: bool = False) -> dict[str, object]:
    """The values of front matter. Raises FrontMatterError when it is no YAML mapping with names for keys (or no TOML), or very long."""
    if len(source) > _LIMIT:
        raise FrontMatterError(f"longer than {_LIMIT >> 10} KB")
    if toml:
        try:
            return tomllib.loads(source)
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise FrontMatterError(f"no TOML: {error}") from error
    values = _of_yaml(source)
    if values is None:
        return {}
    if not isinstance(values, dict) or not all(isinstance(key, str) for key in values):
        raise FrontMatterError("no mapping of names to values")
    return values


def _of_yaml(source: str) -> object:
    import yaml  # noqa: PLC0415

    try:
        # An alias can make a short text very large.
        if re.search(r"[&*]\w", source) and any(isinstance(it, yaml.AliasEvent) for it in yaml.parse(source, yaml.SafeLoader)):
            raise FrontMatterError("it has aliases (*name): write the values out")
        return yaml.safe_load(source)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise FrontMatterError(f"no YAML: {' '.join(str(error).split())[:200]}") from error


def is_toml(text: str) -> bool:
    """Whether a page's front matter is TOML."""
    return text.startswith("+++")


def named(text: str) -> dict[str, object]:
    """The values above a page's text; empty where there are none or they can't be read."""
    source, _ = split(text)
    try:
        return read(source, toml=is_toml(text)) if source is not None else {}
    except FrontMatterError:
        return {}


def words(text: str) -> str:
    """Words of a page for front matter: themes show titles and tags as HTML, unescaped, so no element may begin in them."""
    return text.replace("<", "&lt;")


def plain(written: str) -> str:
    """The inverse of `words`."""
    return written.replace("&lt;", "<")


def write(values: Mapping[str, object]) -> str:
    """Front matter with its lines `---`; strings, numbers, lists and mappings of those."""
    import yaml  # noqa: PLC0415

    def dumped(*, readable: bool) -> str:
        return str(yaml.safe_dump(dict(values), allow_unicode=readable, sort_keys=False, width=2**20, default_flow_style=False))

    body = dumped(readable=True)
    # Marks that YAML 1.1 takes for line ends are written as escapes, with all else that is no ASCII.
    body = dumped(readable=False) if _BREAKS.search(body) else body
    return f"---\n{body}---\n"
