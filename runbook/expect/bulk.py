"""`runbook expect`: recordings and outputs as JSON lines, answered line by line."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

import msgspec
from msgspec import Struct

from runbook.expect.infer import infer
from runbook.expect.normal import split_lines
from runbook.expect.verdict import match
from runbook.model import PatternRow


class _Question(Struct):
    recorded: str | list[str]
    actual: str
    command: str = ""
    parameters: dict[str, str] | list[str] | None = None


class _Answer(Struct):
    holds: bool
    patterns: tuple[PatternRow, ...]
    mismatch: tuple[str, ...]
    unordered: tuple[tuple[int, int], ...]
    exit: int | Literal["nonzero"] | None


class _Refusal(Struct):
    error: str


_decoder = msgspec.json.Decoder(_Question, strict=False)
_encoder = msgspec.json.Encoder()


def answer_lines(lines: Iterable[str]) -> Iterator[str]:
    """For each JSON line {"recorded": text or list of texts, "actual": text, "command", "parameters": optional} one JSON line
    {"holds", "patterns", "mismatch", "unordered", "exit"}; {"error": …} for a line that is no such question. Blank lines are
    passed over."""
    for line in lines:
        if line.strip():
            yield _encoder.encode(_answer(line)).decode()


def _answer(line: str) -> _Answer | _Refusal:
    try:
        question = _decoder.decode(line.encode("utf-8", "surrogatepass"))
    except (msgspec.DecodeError, UnicodeError) as e:
        return _Refusal(f"not a question: {e}")
    recorded = [question.recorded] if isinstance(question.recorded, str) else question.recorded
    given = question.parameters or {}
    parameters = given if isinstance(given, dict) else {value: value for value in given}
    pattern = infer([split_lines(text) for text in recorded], command=question.command, parameters=parameters)
    found = match(pattern, split_lines(question.actual))
    sentences = () if found is None else found.sentences()
    return _Answer(found is None, pattern.rows, sentences, pattern.unordered, pattern.exit)
