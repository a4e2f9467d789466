"""Prompts that nobody knows by their form: what stands before a sign again and again in one block."""

from __future__ import annotations

import re
from collections.abc import Sequence

from runbook.looks import as_command
from runbook.model import Row
from runbook.prompts import Prompt

_BEFORE_SIGN = re.compile(r"(?P<before>[^\s#$%>|&;=<\"'^][^#$%>|&;=<\"'^\n]{0,58}?)(?P<sigil>[#$%>])(?: +(?P<rest>\S.*)|\s*\Z)")
_VARIES = re.compile(r"\d+|(?<= )[~/][\w./\-]*|(?<=:)[~/][\w./\-]*")
"""What changes from one prompt to the next: numbers, times, the directory."""
_SHORTEST = 3
"""Letters and signs that a prompt has at least, its sign aside: less is no mark."""


def recurring(rows: Sequence[Row], found: Sequence[Prompt | None]) -> list[Prompt | None]:
    """The prompts of a block that begins with one and in which the same text stands before a sign twice or more, with a command behind
    it: numbers and directories aside, as in `node7 12:04 ~ $ ls`. Rows whose prompt is `found` keep it."""
    first = next((at for at, row in enumerate(rows) if row.text.strip()), None)
    if first is None or _candidate(rows[first], found[first]) is None:
        return list(found)
    matches = [_candidate(row, prompt) for row, prompt in zip(rows, found, strict=True)]
    kinds: dict[str, list[int]] = {}
    for match in matches:
        if match is not None:
            rest = match["rest"] or ""
            counted = kinds.setdefault(_kind(match), [0, 0])
            counted[0] += as_command(rest) >= 1
            counted[1] += as_command(rest) >= 3
    accepted = {kind for kind, (perhaps, surely) in kinds.items() if perhaps > 1 and surely * 3 >= perhaps}
    begins = matches[first]
    if begins is None or _kind(begins) not in accepted:
        return list(found)
    return [
        _prompt(match) if match is not None and _kind(match) in accepted else prompt
        for match, prompt in zip(matches, found, strict=True)
    ]


def _candidate(row: Row, prompt: Prompt | None) -> re.Match[str] | None:
    return _match(row.text) if prompt is None or not prompt.sure else None


def _match(text: str) -> re.Match[str] | None:
    match = _BEFORE_SIGN.match(text.strip())
    if match is None or len(match["before"].strip()) < _SHORTEST or as_command(match["before"]) >= 2:
        return None
    return match


def _kind(match: re.Match[str]) -> str:
    return _VARIES.sub("0", match["before"].strip()) + match["sigil"]


def _prompt(match: re.Match[str]) -> Prompt:
    rest = match["rest"] or ""
    return Prompt(match.string[: match.end("sigil")], rest, signature=_kind(match))
