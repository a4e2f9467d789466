"""Safe names made of untrusted ones: file names, anchors and step ids."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container
from hashlib import sha256

_NOT_WORD = re.compile(r"[^\w]+|_+")
_DEVICE = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)\Z")
_RESERVED = {"index", "404", "search", "sitemap"}


def slug(text: str, *, limit: int = 60, fallback: str = "page", digest: bool = True) -> str:
    """A lower-case name of letters, digits and single hyphens, NFKC-normalised, never empty, never a device name, at most
    `limit` bytes: cut at a hyphen where one is near. Letters of any script stay. Where nothing is left of `text`, or
    where it had to be cut, a digest of the whole text keeps different texts apart; not for a cut name when `digest` is false
    (the caller keeps its names apart itself)."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    name = _NOT_WORD.sub("-", folded).strip("-")
    if not name:
        return f"{fallback}-{_digest(text)}"
    if len(name.encode()) > limit and not digest:
        return _cut(name, limit)
    if len(name.encode()) > limit:
        return f"{_cut(name, limit - 9)}-{_digest(text)}"
    return f"{name}-page" if _DEVICE.match(name) or name in _RESERVED else name


def _cut(name: str, limit: int) -> str:
    """The longest beginning of `name` of at most `limit` bytes, ended at a hyphen where that loses less than half."""
    cut = name.encode()[:limit].decode(errors="ignore")
    head, _, _ = cut.rpartition("-")
    return (head if len(head) > len(cut) // 2 else cut).strip("-")


def _digest(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:8]


def unique(name: str, taken: Container[str], start: int = 2) -> str:
    """`name`, or the first of name-2, name-3 … that is not in `taken`; `start` is the first number that may be free."""
    if name not in taken:
        return name
    number = start
    while f"{name}-{number}" in taken:
        number += 1
    return f"{name}-{number}"
