"""Paragraphs that go on set in below the line that they begin in, as in plain text: the wiki takes them for code."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from runbook.looks import as_command, as_prose
from runbook.model import Row


def ends_open(lead: Sequence[str]) -> bool:
    """Whether the last of some paragraphs ends in the midst of a sentence."""
    return bool(lead) and lead[-1].rstrip()[-1:].isalnum()


def told_on(rows: Sequence[Row], lead: Sequence[str]) -> list[tuple[Sequence[Row], str]]:
    """The paragraphs of a block, each with its words in one line, "" for one that is none; [] for a block that doesn't go on with the
    sentence in which the prose before it ends."""
    if not (ends_open(lead) and rows and rows[0].text.lstrip()[:1].islower()):
        return []
    paragraphs = [(part, _words_of(part)) for part in _paragraphs(rows)]
    return paragraphs if paragraphs[0][1] else []


def _paragraphs(rows: Sequence[Row]) -> Iterator[Sequence[Row]]:
    for told, part in groupby(rows, key=lambda row: bool(row.text.strip())):
        if told:
            yield list(part)


def _words_of(rows: Sequence[Row]) -> str:
    """What the lines of a paragraph say where that is whole sentences; "" where it isn't, or a line looks typed."""
    text = " ".join(row.text.strip() for row in rows)
    ended = text.endswith((".", ":", "?", "!"))
    return text if ended and as_prose(text) and all(as_command(row.text) < 3 for row in rows) else ""
