"""Whether a recorded output shows that the command failed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final, Literal

from runbook.expect.normal import displayed
from runbook.expect.tables import phrases, words
from runbook.patterns import pattern
from runbook.words import holds_one

_ERROR: Final = re.compile(
    r"\s*(?:[\w./+-]{1,60}: ){0,3}(?:(?:fatal|syntax|internal|unrecoverable|unexpected )?\s?error|fatal|e)\b ?(?:\(\w+\))?:\s"
    r"|\s*E: |make(?:\[\d+\])?: \*\*\* |Error\b[: ]|FATAL\b"
    r"|(?:can ?not|can't|could not|couldn't|unable to|failed to) \w"
    r"|[\w./+-]{1,60}: (?:\w+: )?(?:can ?not|can't|could not|unable to|failed to) ",
    re.I,
)
_COUNTS: Final = re.compile(r"\b(?:0|no) (?:errors?|failures?|failed)\b|errors?: 0\b|(?:warning|note|info):", re.I)
_FAILED: Final = pattern(r"\[ *FAILED *\]")
_SWALLOWED: Final = re.compile(
    r"\|\|\s*(?:true|:|echo)|;\s*(?:true|:|echo|exit 0)|\|\s*(?:tee|tail|head|less|more|cat|sort|sed|awk|wc)\b"
)


_PROGRAM: Final = pattern(r"\s*(?:(?:sudo|doas|LC_ALL=\S+|LANG=\S+) +)*(?:/(?:usr/)?s?bin/)?([\w.-]+)")
_SAID_BY: Final = pattern(r"(?:-?(?:ba|da|z)?sh|/\S+|[a-z]{2,7}): ")
"""What a shell or a program says of itself: "cat: shop.conf: Permission denied"."""


def expected_exit(recording: Sequence[str], command: str = "") -> Literal["nonzero"] | None:
    """The exit status that a recording tells of: "nonzero" when its last row is an error message, or says that what was asked for
    was not found ("Containers not found": vzlist answers so and exits with 1, as grep, systemctl and dpkg do); None is 0."""
    if _SWALLOWED.search(command[:4000]):
        return None
    rows = [text for line in recording if (text := displayed(line[:2000]).strip())]
    program = _PROGRAM.match(command)
    if program and program[1] in words("showing"):
        rows = [row for row in rows if _SAID_BY.match(row)]
    if not rows or not (_fails(rows[-1]) or (len(rows) <= 3 and _fails(rows[0]))):
        return None
    return "nonzero"


def _fails(row: str) -> bool:
    if _COUNTS.search(row):
        return False
    low = row.lower()
    return _ERROR.match(row) is not None or holds_one(low, _phrases()) or ("FAILED" in row and _FAILED.search(row) is not None)


@cache
def _phrases() -> tuple[str, ...]:
    return phrases("failure")
