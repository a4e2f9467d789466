"""Commands in the sentence before a block, which the block may answer."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from runbook.extract.cues import cue_of, is_instruction
from runbook.extract.prose import Line, Span, last_sentence
from runbook.extract.tongues import Tongue
from runbook.extract.unmarked import NEGATED, Found
from runbook.extract.whole_lines import rows_of
from runbook.looks import as_command, lacks_operand
from runbook.shown import asks_to_see, prints_elsewhere, shows
from runbook.typed import typed
from runbook.words import AnyCase

Read = tuple[Line, list[Found]]
"""A line of prose and the commands in it."""

_SHOWS: Final = AnyCase(
    r"\A[\"'`)\]]*(?:,\s*(?:it|this|that|which))?\s*(?:commands?\s+|now\s+|then\s+|(?:on|in|at|for|from)\s+(?:\w+\s+){1,3}?)?(?:(?:should|must|will|would|may|might|could)\s+)?(?:now\s+|then\s+)?"
    r"(?:looks?|shows?|prints?|outputs?|displays?|returns?|gives?|lists?|reports?|says?|"
    r"ends? with|begins? with|starts? with|produces?|yields?|tells?|responds?|answers?)\b",
)
_OUTPUT_OF: Final = AnyCase(
    r"\b(?:shown|displayed|listed|printed|reported|seen)\s+(?:by|with|via|using)\W+\Z|"
    r"\b(?:output|results?|response|listing)\s+(?:of|from)\W+(?:(?:the|running|command)\W+){0,3}\Z",
)


def ran_in(read: Sequence[Read]) -> bool:
    """Whether the last sentence of some lines runs a command and asks for nothing after it; or the one before, where the last only says
    what one sees."""
    for line, found, start in _last(read, past_seen=True) if any(found for _, found in read) else ():
        for one in reversed(found):
            if one.start >= start:
                tail = line.text[one.end :]
                following = [other.text for other, _ in read if other.n > line.n]
                rest = " ".join((tail, *following))
                cue = cue_of(rest)
                if prints_elsewhere(one.entry.text):
                    return False
                return cue.see or not (is_instruction(rest) or cue.run or cue.file or cue.looks)
    return False


def shows_in(read: Sequence[Read]) -> bool:
    """Whether the last sentence of some lines says what a command shows: "`lampctl list` should look like this", or leads up to the block
    with the code of one that is there for what it prints."""
    if not any(_is_command(span) for line, _ in read for span in line.spans):
        return False
    lines = list(_last(read))
    if any(_shown(line, span) for line, _, start in lines for span in line.spans if span.start >= start):
        return True
    spans = [span for line, _, start in lines for span in line.spans if span.start >= start]
    if len(spans) != 1 or not _is_command(spans[0]) or not asks_to_see(spans[0].text.strip()):
        return False
    last = read[-1][0]
    if last.text.rstrip().endswith((":", "\uff1a")):
        return True
    return spans[0] in last.spans[-1:] and not last.text[spans[0].end :].strip(" `")


def answered_in(read: Sequence[Read], tongue: Tongue) -> tuple[Line, Found] | None:
    """The only command line in the code of the last sentence of some lines, where that says what is seen and runs nothing else: what
    stands below may be what it prints."""
    if not any(line.spans for line, _ in read):
        return None
    lines = list(_last(read))
    spans = [(line, span) for line, _, start in lines for span in line.spans if span.start >= start]
    commands = [(line, span) for line, span in spans if _may_be_asked(span)]
    if len(commands) != 1 or any(one.start >= start for _, found, start in lines for one in found):
        return None
    line, span = commands[0]
    if lacks_operand(span.text) or NEGATED.search(line.text[: span.start]):
        return None
    said = last_sentence("\n".join(one.text for one, _ in read))
    leads = not said.rstrip().endswith((".", "!", "?")) and asks_to_see(span.text.strip())
    if not (leads or _said_to_show(line, span) or (_is_command(span) and cue_of(said, tongue).see)):
        return None
    return line, Found(typed(rows_of(line, span), span.text, None), span.start, span.end, "code-before-its-output")


def _may_be_asked(span: Span) -> bool:
    """Whether some code may be a command that is there for what it prints: several words, or one program that only shows something."""
    text = span.text.strip()
    return span.style in ("code", "backtick") and (as_command(text) >= 1 if " " in text else shows(text) != "")


def _is_command(span: Span) -> bool:
    return span.style in ("code", "backtick") and as_command(span.text) >= 3


def _shown(line: Line, span: Span) -> bool:
    return _is_command(span) and _said_to_show(line, span)


def _said_to_show(line: Line, span: Span) -> bool:
    return _SHOWS.begins(line.text[span.end :]) or _OUTPUT_OF.stands_in(line.text[: span.start])


def _last(read: Sequence[Read], *, past_seen: bool = False) -> Iterator[tuple[Line, list[Found], int]]:
    """The lines on which the last sentence stands, nearest last first, and where on the line it begins; with `past_seen` the last two
    where the last says what one sees."""
    texts = [line.text for line, _ in read]
    whole = "\n".join(texts)
    begins = max(0, whole.rfind(last_sentence(whole)))
    if past_seen and begins and cue_of(whole[begins:]).see:
        begins = max(0, whole.rfind(last_sentence(whole[:begins]), 0, begins))
    offset = len(whole) + 1
    for line, found in reversed(read):
        offset -= len(line.text) + 1
        yield line, found, max(0, begins - offset)
        if offset <= begins:
            return
