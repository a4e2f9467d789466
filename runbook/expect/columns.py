"""Tables in an output: a header, whose words say what stands below, and rows aligned with it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from runbook.expect.meanings import Context, Token, tokens
from runbook.expect.tables import words
from runbook.patterns import pattern


class Span(NamedTuple):
    """A word and where it stands."""

    word: str
    start: int
    end: int


class Table(NamedTuple):
    """Rows [start + 1, end) under the header row `start`."""

    start: int
    end: int
    header: tuple[Span, ...]


_WORD: Final = re.compile(r"\S+")
_HEADER_WORD: Final = re.compile(r"[%#|+(]?[A-Za-z][\w/%:+().#|@-]*|[|%#&*]|\d+[Kk]-blocks|1024-blocks|\d+min")


@lru_cache(maxsize=256)
def spans(text: str) -> tuple[Span, ...]:
    """The words of a row."""
    return tuple(Span(m[0], m.start(), m.end()) for m in _WORD.finditer(text))


def tables(rows: Sequence[str]) -> Iterator[Table]:
    """The tables among the displayed rows, from top to bottom."""
    at = 0
    while at + 1 < len(rows):
        header = _header(rows[at])
        end = _end(rows, at, header) if header else at
        if end > at + 1:
            yield Table(at, end, header)
            at = end
        else:
            at += 1


@lru_cache(maxsize=256)
def _header(text: str) -> tuple[Span, ...]:
    """The words of a header row, () for any other row."""
    if len(text) > 1000:
        return ()
    found = spans(text)
    if len(found) < 2 or not all(_HEADER_WORD.fullmatch(span.word) for span in found):
        return ()
    if any(span.word.endswith((":", ".")) for span in found) or re.search(r"\[ *\w+ *\]", text):
        return ()
    upper = sum(span.word.upper() == span.word for span in found)
    capital = sum(span.word[0].isupper() or not span.word[0].isalpha() for span in found)
    known = sum(span.word.lower() in words("columns") for span in found)
    wide = len(re.findall(r"\S {2,}\S", text))
    if upper * 3 >= len(found) * 2 or known * 2 > len(found):
        return found
    return found if wide and capital == len(found) and known * 3 >= len(found) else ()


def _end(rows: Sequence[str], at: int, header: tuple[Span, ...]) -> int:
    """Where the rows under the header end: at a blank row, or one that has far fewer words."""
    end = at + 1
    while end < len(rows) and rows[end].strip() and len(rows[end].split(None, 3)) >= min(2, len(header)):
        if _is_summary(rows[end]):
            break
        end += 1
    return end


_SUMMARY: Final = pattern(r" *(?:\(?\d+ (?:rows?|units?|entries|items|packages)\b|total\b|\[?root@)", re.I)


def _is_summary(text: str) -> bool:
    return _SUMMARY.match(text) is not None


def column_of(header: tuple[Span, ...], row: tuple[Span, ...], i: int) -> str:
    """The header word of the row's word `i`, in lower case: by place when both have as many words, else by alignment."""
    if len(header) == len(row):
        return header[i].word.lower()
    word = row[i]
    best = min(header, key=lambda span: (_distance(span, word), abs(span.start - word.start)))
    return best.word.lower() if _distance(best, word) <= 2 else ""


def _distance(header: Span, word: Span) -> int:
    return max(0, header.start - word.end + 1, word.start - header.end + 1)


_BY_COLUMN: Final = (
    ("host_columns", "host", pattern(r"[A-Za-z0-9][\w.-]*")),
    (
        "date_columns",
        "date",
        pattern(r"[A-Z][a-z]{2}\d\d|(?:19|20)\d\d|\d?\d:\d\d(?:[ap]m)?|\d?\d[A-Z][a-z]{2}\d\d|[A-Z][a-z]{2}\d?\d?"),
    ),
    ("duration_columns", "duration", pattern(r"(?:\d+-)?\d+:\d\d(?::\d\d)?(?:\.\d+)?m?|\d+(?:\.\d+)?[a-z]*(?:\d+[a-z]+)*\d*")),
    ("percent_columns", "percent", pattern(r"\d+(?:\.\d+)?%")),
    ("size_columns", "size", pattern(r"\d+(?:[.,]\d+)*(?:[kKMGTPE]i?)?[Bb]?")),
)
DRAWN: Final = pattern(r"(?=[a-z]*\d+[a-z]|\d+[a-z])[0-9a-z]{12}(?:[0-9a-z]{13})?")
"""An id that was drawn by lot, or its beginning, as services and nodes of a swarm have it."""
_NUMBER: Final = pattern(r"[-+]?\d+(?:,\d{3})*")
_DECIMAL: Final = pattern(r"[-+]?\d+[.,]\d+")
_PID_OF: Final = pattern(r"\d+(?=/\S)")
_EPHEMERAL: Final = 32768


def cell_tokens(table: Table, text: str, context: Context) -> list[Token]:
    """The values of a table's row that vary: what its columns say, and what can be seen without them."""
    row = spans(text)
    idle = "%idle" if {"us", "sy"} <= {span.word for span in table.header} else "id"
    out: list[Token] = []
    taken: list[tuple[int, int]] = []
    for i, word in enumerate(row):
        column = column_of(table.header, row, i)
        owner = _PID_OF.match(word.word) if column.startswith("pid/") else None
        if owner and owner[0] not in context.parameters:
            taken.append((word.start, word.end))
            out.append(Token(word.start, word.start + owner.end(), "pid"))
            continue
        if i >= len(table.header) and row[i - 1].word.lower() in words("meaning_before"):
            taken.append((word.start, word.end))  # words behind the last column, which explain themselves
            continue
        hole = _cell(word.word, idle if column == "id" else column, context)
        if hole is None:
            continue
        taken.append((word.start, word.end))
        if hole:
            out.append(Token(word.start, word.end, hole))
    free = tokens(text, context)
    seen = [t for t in free if not any(t.start < end and start < t.end for start, end in taken)]
    wider = [t for t in free if t.hole in {"date", "duration", "size"} and " " in text[t.start : t.end]]
    out = [t for t in out if not any(w.start < t.end and t.start < w.end for w in wider)]
    return sorted({*out, *wider, *(s for s in seen if not any(w.start < s.end and s.start < w.end for w in wider))})


def _cell(word: str, column: str, context: Context) -> str | None:
    """The hole of a cell, "" when it stays as it is, None when the column says nothing."""
    if word in context.parameters and (len(word) > 2 or column in words("meaning_columns")):
        return ""
    if column in words("meaning_columns") and (_NUMBER.fullmatch(word) or "/" in word or ":" in word):
        big = _NUMBER.fullmatch(word) and int(word.replace(",", "")[:9]) >= _EPHEMERAL
        return "int" if big and word not in context.kept else None if "." in word else ""
    if column == "id" and DRAWN.fullmatch(word):
        return "" if word in context.kept else "hash"
    for name, hole, form in _BY_COLUMN:
        if column in words(name) and form.fullmatch(word):
            if hole == "host" and (word in context.kept or word in {"localhost", "-"} or not re.search(r"[a-z]", word)):
                return None
            return hole
    if _NUMBER.fullmatch(word):
        return "int"
    return "float" if _DECIMAL.fullmatch(word) else None
