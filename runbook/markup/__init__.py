"""Pages to trees of blocks, whatever they are written in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal, TypeAlias

from runbook.markup import markdown, wikitext
from runbook.model import Document, Meaning, Page

Reading: TypeAlias = Literal["mediawiki", "author"]

_Parser: TypeAlias = Callable[[Page, bool, Mapping[str, Meaning], Mapping[str, str]], Document]


def _wikitext(page: Page, author: bool, meanings: Mapping[str, Meaning], definitions: Mapping[str, str]) -> Document:
    return wikitext.parse(page, author=author, meanings=meanings, definitions=definitions)


_PARSERS: Final[dict[str, _Parser]] = {"wikitext": _wikitext, "markdown": markdown.parse}


def parse(
    page: Page,
    *,
    reading: Reading = "mediawiki",
    meanings: Mapping[str, Meaning] | None = None,
    definitions: Mapping[str, str] | None = None,
) -> Document:
    """The block tree of a page.

    `reading`: "mediawiki" gives what the wiki would show, "author" what the author meant where the two differ in the lexing of
    blocks. `meanings` says what templates mean, by name, on top of the shipped table; `definitions` holds the wikitext of
    templates by name ("Note" for Template:Note). Never raises, whatever the text; linear time.
    """
    return _PARSERS[page.markup](page, reading == "author", meanings or {}, definitions or {})
