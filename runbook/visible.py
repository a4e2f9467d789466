"""Text whose every character is seen: the one place where what a wiki or a command wrote is made harmless for a terminal, and for
reports that end up on one."""

from __future__ import annotations

from unicodedata import category, combining, east_asian_width

# Cc but for the tab, the marks and overrides of bidirectional text (Unicode TR 9), line and paragraph separators, characters that
# are not seen (zero width, byte order mark, interlinear annotation, tags), and what neither UTF-8 nor XML takes: lone
# surrogates, U+FFFE and U+FFFF.
_UNSEEN = (
    *range(0x09),
    *range(0x0A, 0x20),
    *range(0x7F, 0xA0),
    0x00AD,
    0x061C,
    0x115F,
    0x1160,
    0x180E,
    *range(0x200B, 0x2010),
    *range(0x2028, 0x202F),
    *range(0x2060, 0x2070),
    0x3164,
    0xFEFF,
    0xFFA0,
    *range(0xFFF9, 0xFFFC),
    0xFFFE,
    0xFFFF,
    *range(0xE0000, 0xE0080),
    *range(0xD800, 0xE000),
)


def _escape(code: int) -> str:
    named = {0x0A: "\\n", 0x0D: "\\r"}.get(code)
    if named:
        return named
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def _json_escape(code: int) -> str:
    """As JSON writes it: UTF-16 code units (RFC 8259, section 7)."""
    if code < 0x10000:
        return f"\\u{code:04x}"
    high, low = divmod(code - 0x10000, 0x400)
    return f"\\u{0xD800 + high:04x}\\u{0xDC00 + low:04x}"


_FOR_PEOPLE = {code: _escape(code) for code in _UNSEEN}
_FOR_JSON = {code: _json_escape(code) for code in _UNSEEN if code != 0x0A}


def printable(text: object) -> str:
    """One line for a terminal: control characters, escape sequences, bidirectional overrides and what can't be seen are written
    out as \\x1b, \\u202e …; line ends too, so that no text can pretend to be a line of its own."""
    return str(text).translate(_FOR_PEOPLE)


def printable_json(text: str) -> str:
    """JSON with the same characters as escapes; what it says stays the same."""
    return text.translate(_FOR_JSON)


def width(text: str) -> int:
    """The columns that printable text takes in a terminal (Unicode TR 11: wide characters take two, combining ones none)."""
    return len(text) if text.isascii() else sum(_columns(char) for char in text)


def _columns(char: str) -> int:
    if combining(char) or category(char) in ("Mn", "Me"):
        return 0
    return 2 if east_asian_width(char) in "WF" else 1


def fitted(text: str, columns: int) -> str:
    """As much of printable text as fits in so many columns."""
    if width(text) <= columns:
        return text
    while text and width(text) > columns - 1:
        text = text[: min(len(text) - 1, columns - 1)]
    return text + "…"
