"""Values that stand for the reader's own, and can't be typed as they stand: "<version>", "$CTID", "YOUR_HOST", "192.168.x.x"."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from runbook.model import Lines, Parameter
from runbook.patterns import pattern

_FORMS: Final = pattern(
    r".*<[^<>]+>.*"
    r"|\$.+|\[[^\[\]]+\]|\{+[^{}]+\}+|%[^%]+%|__\w+__|«[^»]+»"
    r"|(?:(?:PUT|INSERT|ENTER)[ _-])?YOUR[ _-]\w.*|\w.*[ _@-]HERE"
    r"|#{2,}|[xX]{2,}|(?=.*[xX])[\dxX]+(?:\.[\dxXyYzZ]+)+|/dev/[a-z]*X\w*"
    r"|(?i:(?:.*/)?path/to/.+)",
    re.DOTALL,
)


def is_stand_in(value: str) -> bool:
    """Whether a parameter's value is none: what holds it can't be run, and nothing be looked for, before it is set. A word that could be
    a name ("mydomain.com", "username", "NODE") is a value: that it should be another does no harm."""
    return _FORMS.fullmatch(value) is not None


def is_variable(value: str) -> bool:
    """Whether a stand-in is a shell's variable."""
    return _VARIABLE.fullmatch(value) is not None


def holds(text: str, value: str) -> bool:
    """Whether a stand-in is in a text, and no part of a longer word: as the script sees it that replaces it (`replace_word`)."""
    return re.search(_form(value), text) is not None


class Masked:
    """Stand-ins out of a command's text, so that a shell's parser takes each for a piece of a word, and back in what was made of it."""

    def __init__(self, parameters: Iterable[Parameter]) -> None:
        special = [each for each in parameters if is_stand_in(each.value) and _means_something(each.value)]
        self._values = [each.value for each in special]
        self._at: dict[int, list[int]] = {}
        for number, each in enumerate(special):
            for line in each.lines:
                self._at.setdefault(line, []).append(number)

    def __bool__(self) -> bool:
        """Whether there is anything that a shell would take for something else."""
        return bool(self._values)

    def out_of(self, text: str, lines: Lines) -> str:
        """The text that stands in `lines` of the page, with a sign for each stand-in."""
        found = {number for n in range(lines[0], lines[1] + 1) for number in self._at.get(n, ())} if self else ()
        if not found or "zq" in text:
            return text
        for number in sorted(found, key=lambda number: -len(self._values[number])):
            text = re.sub(_form(self._values[number]), f"zq{number}stands{number}qz", text)
        return text

    def back_in(self, text: str) -> str:
        """A text with the stand-ins in the place of their signs."""
        return _SIGN.sub(self._value, text) if "zq" in text else text

    def _value(self, match: re.Match[str]) -> str:
        number = int(match[1])
        return self._values[number] if number < len(self._values) else match[0]


_SIGN: Final = pattern(r"zq(\d{1,6})stands\1qz", re.ASCII)


def begins_path(masked: str) -> bool:
    """Whether a path begins with a stand-in for a directory, which may be a whole path: where it leads can't be told."""
    return masked.startswith("zq") and _DIRECTORY.match(masked) is not None


_DIRECTORY: Final = pattern(r"zq\d+stands\d+qz/")


def _form(value: str) -> str:
    """A pattern for a stand-in where it is no part of a longer word."""
    before = "(?<![A-Za-z0-9])" if _WORD.match(value[0]) else ""
    after = "(?![A-Za-z0-9_])" if value.startswith("$") else "(?![A-Za-z0-9])"
    return before + re.escape(value) + (after if _WORD.match(value[-1]) or (value[0] == "$" and value[-1] == "_") else "")


_WORD: Final = pattern("[A-Za-z0-9]")
_VARIABLE: Final = pattern(r"\$(?:[A-Za-z_]\w*|\{[A-Za-z_]\w*\})", re.ASCII)


def _means_something(value: str) -> bool:
    """Whether a shell would take a value for something else than a piece of a word."""
    return _PIECE.fullmatch(value) is None


_PIECE: Final = pattern(r"(?!#)[\w./@:+,#%-]+")
