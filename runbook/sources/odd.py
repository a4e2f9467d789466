"""Titles that are kept as given but deserve a word."""

from __future__ import annotations

import re
import unicodedata
from itertools import islice

from runbook.model import Diagnostic

_FORBIDDEN = frozenset("<>[]{}|#")
_LONGEST = 255
"""Bytes of a title that MediaWiki can store (page_title is varbinary(255))."""
_HARMLESS = re.compile(r"[A-Za-z0-9][A-Za-z0-9 _:()',-]*")
_RIGHT_TO_LEFT = {"R", "AL"}
_LANGUAGES = {
    "ar",
    "arc",
    "arz",
    "ary",
    "azb",
    "ckb",
    "dv",
    "fa",
    "glk",
    "he",
    "khw",
    "ks",
    "lrc",
    "mzn",
    "nqo",
    "pnb",
    "ps",
    "sd",
    "ug",
    "ur",
    "yi",
}


def title_diagnostics(title: str, entry: str, language: str = "") -> tuple[Diagnostic, ...]:
    """A warning when `title` is none that MediaWiki would have accepted, or may be shown in another order than written.

    `entry` names where it stands; `language` is the source's own: right-to-left titles are no surprise in Hebrew.
    """
    found = _oddity(title, language)
    return (Diagnostic("odd-title", "warning", f"{entry}: the title {found}; it is kept as given"),) if found else ()


def _oddity(title: str, language: str) -> str:
    if _HARMLESS.fullmatch(title) and len(title) <= _LONGEST:
        return ""
    if not title.strip():
        return "is empty"
    if len(title) > 4 * _LONGEST or len(title.encode("utf-8", "surrogatepass")) > _LONGEST:
        return f"is longer than {_LONGEST} bytes"
    if not _FORBIDDEN.isdisjoint(title):
        return "has characters that no title may have"
    if any(part in {".", ".."} for part in title.split("/")) or title.startswith("/") or "\\" in title:
        return "looks like a path"
    kinds = {unicodedata.category(char) for char in title}
    if kinds & {"Cc", "Cf", "Cs"}:
        return "has invisible characters"
    if language.lower().partition("-")[0] not in _LANGUAGES:
        directions = {unicodedata.bidirectional(char) for char in islice(title, _LONGEST)}
        if directions & _RIGHT_TO_LEFT:
            return "is written from right to left"
    return ""
