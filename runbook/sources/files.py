"""Plain files: one page each, the title from the file's name."""

from __future__ import annotations

import codecs
from typing import Final
from urllib.parse import unquote

from runbook import frontmatter
from runbook.long_lines import shortened
from runbook.model import Diagnostic, Markup, Page, Revision, SourceError, text_sha1

from .odd import title_diagnostics

SIZE_LIMIT = 32 << 20
"""Characters of a page, the ends of overlong lines left out."""
FILE_LIMIT = 256 << 20
"""Bytes of a file."""
_LONGEST = 4096
"""Characters in which a page's title is looked for."""
SUFFIXES: dict[str, Markup] = {
    ".wiki": "wikitext",
    ".mediawiki": "wikitext",
    ".mw": "wikitext",
    ".wikitext": "wikitext",
    ".md": "markdown",
    ".markdown": "markdown",
}


def read_text(data: bytes, name: str, markup: Markup) -> Page:
    """The page that a file's bytes are. Raises SourceError when they are not UTF-8 text.

    A byte order mark is no text, and carriage returns end no command: both are left out, with a diagnostic.
    """
    if len(data) > FILE_LIMIT:
        raise SourceError(name, f"larger than {FILE_LIMIT >> 20} MB: no page")
    title = title_of(name)
    notes = list(title_diagnostics(title, name))
    if data.startswith(codecs.BOM_UTF8):
        data = data.removeprefix(codecs.BOM_UTF8)
        notes.append(Diagnostic("byte-order-mark", "info", f"{name}: the byte order mark at its start was left out", (1, 1)))
    text = decode(data, name)
    if len(text) > SIZE_LIMIT and len(shortened(text)[0]) > SIZE_LIMIT:
        raise SourceError(name, f"larger than {SIZE_LIMIT >> 20} MB, overlong lines left out: no page")
    if "\r" in text:
        line = text.count("\n", 0, text.index("\r")) + 1
        text = text.replace("\r\n", "\n").replace("\r", "\n")
        notes.append(
            Diagnostic("carriage-returns", "info", f"{name}: lines end in carriage returns; read as line feeds", (line, line))
        )
    if markup == "markdown":
        own = frontmatter.named(text).get("title")
        title = frontmatter.plain(own.strip()) if isinstance(own, str) and own.strip() else _heading(text) or title
    return Page(title, text, markup, revision=Revision(sha1=text_sha1(text)), source=name, diagnostics=tuple(notes))


_MARKUP: Final = frozenset("*_`[]<>|{}&\\~$")


def _heading(text: str) -> str:
    """The title that a Markdown page begins with (`# Title`); empty where it begins with something else, or with markup in its title."""
    start = frontmatter.split(text)[1]
    line = next((line for line in text[start : start + _LONGEST].split("\n") if line.strip()), "")
    heading = line.lstrip(" ")
    if not heading.startswith("# ") or len(line) - len(heading) > 3:
        return ""
    title = heading[2:].strip()
    without = title.rstrip("#")  # the marks that may close a heading
    title = without.rstrip() if not without or without.endswith(" ") else title
    return "" if _MARKUP & set(title) else title


def decode(data: bytes, name: str) -> str:
    """`data` as UTF-8. Raises SourceError with line and byte offset where it isn't, and for binary files."""
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise SourceError(f"{name}:1", "not UTF-8: it looks like UTF-16; convert it first")
    nul = data.find(b"\0")
    if nul >= 0:
        line = data.count(b"\n", 0, nul) + 1
        raise SourceError(f"{name}:{line}", f"a binary file: a zero byte at offset {nul}")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        what = f"not UTF-8: byte 0x{data[error.start]:02x} at offset {error.start}"
        raise SourceError(f"{name}:{line}", what) from None


def title_of(name: str) -> str:
    """A page's title from its file's name, as wikis name their files: "_" for a blank, "%3A" and the like for the rest. What is no
    file has a name in angle brackets (`<stdin>`), which are no part of the title."""
    base = name.replace("\\", "/").rpartition("/")[2]
    if base.startswith("<") and base.endswith(">"):
        return base[1:-1]
    for suffix in SUFFIXES:
        if base.lower().endswith(suffix):
            base = base[: -len(suffix)]
            break
    return unquote(base, errors="replace").replace("_", " ")
