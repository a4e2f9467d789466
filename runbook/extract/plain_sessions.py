"""Transcripts pasted among prose, without any mark for code: known by the prompts at the beginning of their lines."""

from __future__ import annotations

import re
from collections.abc import Sequence

from runbook.extract.prose import Line, is_instruction
from runbook.looks import as_prose
from runbook.prompts import Prompt, prompt_of

_SIGN = re.compile(r"[#$%>]\s*\S")


def session_of(lines: Sequence[Line]) -> int:
    """How many lines from the first on are a terminal's: the first and another one have the prompt of the same host, or one line and what
    that printed, up to words that are no program's; 0 where the first has no such prompt."""
    first = _prompt(lines[0])
    if first is None or len(lines) < 2:
        return 0
    same = [at for at, line in enumerate(lines) if (other := _prompt(line)) is not None and other.signature == first.signature]
    end = same[-1] + 1
    while end < len(lines) and not _speaks(lines[end]):
        end += 1
    return end if end > 1 else 0


def _prompt(line: Line) -> Prompt | None:
    """The prompt at the beginning of a line, where it names user and host or a directory: others begin other lines too."""
    if line.spans or not _SIGN.search(line.text):
        return None
    prompt = prompt_of(line.text)
    known = prompt is not None and prompt.sure and prompt.shell == "sh" and prompt.user is not None and prompt.host is not None
    return prompt if known and prompt is not None and prompt.rest else None


def _speaks(line: Line) -> bool:
    """Whether a line is its author's, not a program's: a sentence, an instruction, words with marks."""
    sentence = as_prose(line.text) and line.text.rstrip().endswith((".", "!", "?"))
    return bool(line.spans) or sentence or is_instruction(line.text)
