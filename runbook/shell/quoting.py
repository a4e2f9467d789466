"""The only shell quoting of the project."""

from __future__ import annotations

from typing import Final

from runbook.patterns import pattern

_BARE: Final = pattern(r"[A-Za-z0-9_./:@%+,-]+|--?[A-Za-z0-9_./:@%+,=-]+")
_RESERVED: Final = frozenset(
    "case coproc do done elif else esac fi for function if in select then time until while".split()  # bash(1), RESERVED WORDS
)
_NAMED: Final = {"\n": "\\n", "\t": "\\t", "\r": "\\r", "\\": "\\\\", "'": "\\'", "\x1b": "\\e"}


def quote(text: str) -> str:
    """One word of bash source that stands for `text`, in printable characters only.

    Control, formatting (bidirectional …), private and unassigned characters and blanks other than the space go into a
    `$'…'` word as the bytes of their UTF-8 form; a surrogate of "surrogateescape" is the byte it came from.
    Raises ValueError for NUL, which no shell word can hold.
    """
    if "\0" in text:
        raise ValueError("a shell word can't hold NUL")
    if _BARE.fullmatch(text) and text not in _RESERVED:
        return text
    if text.isprintable():
        return "'" + text.replace("'", "'\\''") + "'"
    return "$'" + "".join(_escaped(char) for char in text) + "'"


def _escaped(char: str) -> str:
    if char in _NAMED:
        return _NAMED[char]
    if char.isprintable():
        return char
    data = bytes([ord(char) - 0xDC00]) if 0xDC80 <= ord(char) <= 0xDCFF else char.encode("utf-8", "surrogatepass")
    return "".join(f"\\x{byte:02x}" for byte in data)
