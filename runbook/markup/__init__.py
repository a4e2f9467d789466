"""Pages to trees of blocks, whatever they are written in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, Literal, TypeAlias

from msgspec.structs import replace

from runbook.long_lines import KEPT, LONGEST, shortened
from runbook.markup import wikitext
from runbook.model import Diagnostic, Document, Meaning, Page

Reading: TypeAlias = Literal["mediawiki", "author"]

_Parser: TypeAlias = Callable[[Page, bool, Mapping[str, Meaning], Mapping[str, str]], Document]


def _wikitext(page: Page, author: bool, meanings: Mapping[str, Meaning], definitions: Mapping[str, str]) -> Document:
    return wikitext.parse(page, author=author, meanings=meanings, definitions=definitions)


def _markdown(page: Page, author: bool, meanings: Mapping[str, Meaning], definitions: Mapping[str, str]) -> Document:
    from runbook.markup import markdown  # noqa: PLC0415  # brings markdown-it-py, which pages of wikitext need nothing of

    return markdown.parse(page, author, meanings, definitions)


_PARSERS: Final[dict[str, _Parser]] = {"wikitext": _wikitext, "markdown": _markdown}


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
    templates by name ("Note" for Template:Note). Of a line of more than a million characters the beginning is read, with a diagnostic.
    Never raises, whatever the text; linear time.
    """
    text, cut = shortened(page.text)
    if cut:
        told = (
            Diagnostic(
                "line-cut", "warning", f"this line is longer than {LONGEST:,} characters: its first {KEPT:,} are read", (n, n)
            )
            for n in cut
        )
        page = replace(page, text=text, diagnostics=(*page.diagnostics, *told))
    return _PARSERS[page.markup](page, reading == "author", meanings or {}, definitions or {})
