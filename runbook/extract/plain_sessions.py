"""Transcripts pasted among prose, without any mark for code: known by the prompts at the beginning of their lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from runbook.clients import client_of
from runbook.extract.cues import is_instruction
from runbook.extract.markers import marker
from runbook.extract.prose import Line
from runbook.inlines import plain
from runbook.looks import as_command, as_prose, prose_words
from runbook.model import Image, Link
from runbook.patterns import pattern
from runbook.printouts import is_printed
from runbook.prompts import Prompt, prompt_of
from runbook.words import AnyCase

_SIGN: Final = re.compile(r"[#$%>]\s*\S")


def session_of(lines: Sequence[Line]) -> int:
    """How many lines from the first on are a terminal's: the first and another one have the prompt of the same host, or one line and what
    that printed, up to words that are no program's; 0 where the first has no such prompt."""
    if lines[0].spans:
        return 0
    first = _prompt(lines[0])
    if first is None and len(lines) > 2 and _client_started(lines):
        return len(lines)
    if first is None or len(lines) < 2:
        return 0
    same = [at for at, line in enumerate(lines) if (other := _prompt(line)) is not None and other.signature == first.signature]
    end = same[-1] + 1
    while end < len(lines) and not _speaks(lines[end]):
        end += 1
    return end if end > 1 else 0


def _client_started(lines: Sequence[Line]) -> bool:
    """Whether the first of some lines starts a client, and its prompt stands before what is typed in others."""
    client = client_of(lines[0].text.strip())
    if not client or as_command(lines[0].text) < 3:
        return False
    prompts = [prompt_of(line.text) for line in lines[1:] if ">" in line.text]
    return any(prompt is not None and prompt.shell == client and prompt.rest for prompt in prompts)


_VALUE: Final = pattern(r"[\d.,:]+[A-Za-z%]{0,3}")


def printed_below(lines: Sequence[Line], after: int, *, prompted: bool) -> int:
    """How many lines of prose right below a command that is all of line `after`, or of it up to a break, are what it printed: behind a
    prompt up to words that are no program's or the next one, else those that only a machine writes, and a value by itself."""
    count = 0
    for line in lines:
        text = line.text.strip()
        if line.n - after not in (0, 1) or not text or line.spans or as_command(text) >= 3 or _typed_at_prompt(text):
            break
        if not (is_printed(text) or _VALUE.fullmatch(text) or (prompted and not _speaks(line))):
            break
        count, after = count + 1, line.n
    leads = 0 < count < len(lines) and lines[count].n == after + 1 and _typed_at_prompt(lines[count].text)
    return count - 1 if leads and prompted and _leads(lines[count - 1].text.strip()) else count


def _leads(text: str) -> bool:
    """Whether words with a colon lead up to what is typed below them."""
    return text.endswith(":") and as_prose(text)


def _typed_at_prompt(text: str) -> bool:
    prompt = prompt_of(text)
    return prompt is not None and bool(prompt.rest)


def _prompt(line: Line) -> Prompt | None:
    """The prompt at the beginning of a line, where it names user and host or a directory: others begin other lines too."""
    if line.spans or not _SIGN.search(line.text):
        return None
    prompt = prompt_of(line.text)
    known = prompt is not None and prompt.sure and prompt.shell == "sh" and prompt.user is not None and prompt.host is not None
    return prompt if known and prompt is not None and prompt.rest else None


def _speaks(line: Line) -> bool:
    """Whether a line is its author's, not a program's: a sentence, an instruction, words with marks."""
    sentence = as_prose(line.text) and (line.text.rstrip().endswith((".", "!", "?")) or _GOES_ON.begins(line.text))
    return bool(line.spans) or sentence or is_instruction(line.text)


_GOES_ON: Final = AnyCase(
    r"\s*(?:(?:now|next|then|finally|afterwards|and),?\s+(?:(?:we|you|i|let'?s|to)\s|(?!\w+(?:ing|ed)\s)[a-z]{2,}\s+(?:to|the|a|an|your|this|these|it|them|all)\s)|"
    r"(?:in order )?to\s+[a-z]{2,}\s|remember\s+(?:to|that)\s|(?:we|you)\s+(?:will|need|should|must|can|have|may)\s)"
)
"""How an author goes on from command to command, with no stop at the end of the line."""


_KEYED: Final = pattern(r"[A-Za-z][\w\-]*:\s+\S")
"""A name and its value, as in files of the form of mail's headers."""


def is_worded(line: Line) -> bool:
    """Whether a line is words of its author: a sentence, a link, a picture."""
    text = line.text.strip()
    if any(
        isinstance(node, Image) or (isinstance(node, Link) and plain(node.children) not in node.target) for node in line.nodes
    ):
        return True
    if _KEYED.match(text) or (text.isalpha() and as_command(text) >= 3):
        return False
    if text[:1].isupper() and " " in text and is_instruction(text):
        return True
    return text.isalpha() or as_prose(text) or prose_words(text) > 1 or text.endswith((".", "?", "!")) or marker(text) is not None


_SETTING: Final = pattern(r"[a-z]\w*(?:\.\w+)*\s?=\s?[^\s=]\S*")


def is_setting(text: str) -> bool:
    """Whether a line of prose is nothing but a setting with a name in small letters: no variable of a shell has such a name."""
    return _SETTING.fullmatch(text.strip()) is not None
