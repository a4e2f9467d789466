"""What prose tells the reader to replace: "Replace NODE with the name of your node", "where `eth0` is your network card"."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from runbook.extract.prose import Line, Span
from runbook.extract.tongues import Tongue
from runbook.patterns import pattern

_REPLACE: Final = pattern(r"\b(?:replac(?:e|ing)|substitut(?:e|ing))\b", re.IGNORECASE)
_WHERE: Final = re.compile(r"\bwhere\W{1,4}\Z", re.IGNORECASE)
_IS: Final = pattern(r"[\"'`)\]]{0,2}\s+(?:is|are|stands|denotes|means|refers|represents|being)\b", re.IGNORECASE)
_AND: Final = pattern(r"[\"'`]?(?:\s*[,&/]\s*|\s*,?\s*\b(?:and|or|und|oder|et|ou|y|o|e|en|i|и)\s+)[\"'`]?", re.IGNORECASE)
_CAPITALS: Final = re.compile(r"[A-Z](?<![\w.\-/$].)[A-Z0-9_\-]{2,30}(?![\w.\-/])")
_VALUE: Final = re.compile(r"[\w$<{/~][\w.\-/@:<>{}$]{0,60}")
_THING: Final = pattern(
    r"\b(?:files?|lines?|strings?|texts?|sections?|packages?|disks?|drives?|modules?|cards?|words?)\W{1,4}\Z", re.IGNORECASE
)
"""What is replaced itself, with a new one: no value that stands for another."""
_OWN: Final = pattern(
    r"\b(?:your|own|actual|real|correct|appropriate|desired|name|address|number|value|path|whatever|chosen)\b", re.IGNORECASE
)
_NEXT: Final = 12
"""Characters of "with", "by the line" … between what is replaced and what replaces it."""
_SENTENCE: Final = pattern(r"(?<=[.!?;])\s+|[\u3002\uff01]")


def told(lines: Sequence[Line], tongue: Tongue) -> Iterator[str]:
    """The values that the lines of a paragraph tell the reader to replace with their own.

    They are set off (as code, in quotes, by emphasis) or in capitals. "Replace `a.conf` with `b.conf`" names two files and no placeholder.
    """
    for line in lines:
        lowered = line.text.casefold()
        replaces = "replac" in lowered or "substitut" in lowered or tongue.says("replace", line.text)
        if replaces or "where" in lowered:
            yield from _in_line(line, tongue, replaces=replaces)


def _in_line(line: Line, tongue: Tongue, *, replaces: bool) -> Iterator[str]:
    spans = _candidates(line)
    if not replaces:
        yield from _explained(line.text, spans)
        return
    start = 0
    for end in [*(match.start() for match in _SENTENCE.finditer(line.text)), len(line.text)]:
        inside = [span for span in spans if start <= span.start < end]
        sentence = line.text[start:end]
        order = _REPLACE.search(sentence) if inside else None
        if inside and (order is not None or tongue.says("replace", sentence)):
            behind = [span for span in inside if order is not None and span.start >= start + order.start()]
            yield from _replaced(line.text[:end], behind or inside)
        else:
            yield from _explained(line.text, inside)
        start = end


def _explained(text: str, spans: Sequence[Span]) -> Iterator[str]:
    """The values that a "where" says something of: "where NODE is the name of your node"."""
    for span in spans:
        before = text[max(0, span.start - 10) : span.start]  # the word, four characters behind it, one before it
        if _WHERE.search(before) and _IS.match(text, span.end):
            yield span.text


def _replaced(text: str, spans: Sequence[Span]) -> Iterator[str]:
    """The values of a sentence about replacing: the first that is set off, with what is listed beside it; none when the words to put
    in their place are set off as well."""
    last = 0
    while last + 1 < len(spans) and _AND.fullmatch(text, spans[last].end, spans[last + 1].start):
        last += 1
    if last + 1 < len(spans) and spans[last + 1].start - spans[last].end <= _NEXT:
        return
    behind = text[spans[last].end :]
    for span in spans[: last + 1]:
        names_file = "/" in span.text or "." in span.text.strip(".")
        if not _THING.search(text[: span.start]) and (not names_file or _OWN.search(behind)):
            yield span.text


def _candidates(line: Line) -> list[Span]:
    """What is set off in a line, or in capitals, and may be a value."""
    found = [span for span in line.spans if _VALUE.fullmatch(span.text)]
    for match in _CAPITALS.finditer(line.text):
        if not any(span.start <= match.start() < span.end for span in line.spans):
            found.append(Span(match.group(), match.start(), match.end(), "capitals"))
    return sorted(found, key=lambda span: span.start)
