"""The author's own step markers: numbered items, "3." at the beginning of a line, "Step 3", numbered headings."""

from __future__ import annotations

import re
from functools import cache
from typing import Final, final

from msgspec import Struct

from runbook.model import Lines
from runbook.words import words


@final
class Mark(Struct, frozen=True, gc=False):
    """A step marker: `number` as the author wrote it (null for list items), `text` all the prose of the marked line, `title` what of it
    becomes the title; `kind` how it is marked; `level` 0 at the top; `lines` of the marked line or item; `loose` that nothing but a blank
    stands behind the number, so that only a whole run of them marks anything; `said` that a word says that it is a step."""

    kind: str
    number: str | None
    text: str
    title: str
    lines: Lines
    level: int = 0
    list_id: int = 0
    heading_level: int = 0
    loose: bool = False
    said: bool = False


ROMAN: Final = ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix", "x", "xi", "xii")
"""1 to 12 as the Romans wrote them."""

_TITLE_END: Final = re.compile(
    r"(?:(?<=[^\WA-Z_])|(?<=[)\"'\]\u00bb\u201d])|(?<=[A-Z][A-Z]))(?<!\A\d)(?<!\A\d\d)[.!?](?=\s+(?![a-z\u00df-\u00ff\u0430-\u044f\d])[\w(\"'\u00ab\u201e\u201c])|"
    r"(?:\.{2,}|[:.\u2026])(?=\s*\Z)|[\u3002\uff01\uff1f]|\n"
)


_SENTENCE_SIGNS: Final = tuple(".:;!?\u2026\u3002\uff01\uff1f\uff1a")
_LONG_LINE: Final = 45
"""What is longer and breaks off without a sign was wrapped by its author's editor."""


def _wrapped(text: str, end: int) -> bool:
    """Whether the sentence of a line goes on in the next one."""
    line = text[text.rfind("\n", 0, end) + 1 : end].rstrip()
    return not line.endswith(_SENTENCE_SIGNS) and (text[end + 1 : end + 2].islower() or len(line) >= _LONG_LINE)


def title_of(text: str, limit: int = 110) -> tuple[str, int]:
    """The title in the first words of a step (its first sentence, cut at a word where it is long) and how much of `text` it covers. A
    line that its author's editor broke goes on in the next."""
    lead = len(text) - len(text.lstrip())
    body = text[lead:]
    match = next((end for end in _TITLE_END.finditer(body) if end[0] != "\n" or not _wrapped(body, end.start())), None)
    end = match.start() if match else len(body.rstrip())
    covered = lead + (match.end() if match else len(body))
    title = " ".join(body[:end].split())
    if len(title) <= limit:
        return title, covered
    cut = title[:limit].rsplit(" ", 1)[0].rstrip(" ,;:")
    return f"{cut} …", 0


_SENTENCE_END: Final = re.compile(r"[.!?](?:\s|\Z)|[\u3002\uff01\uff1f]")


def says_done(text: str) -> bool:
    """Whether a numbered line only says that something is finished, or names what is needed before: nothing to carry out."""
    first = _SENTENCE_END.split(text.strip().lstrip(".\u2026 "), maxsplit=1)[0].casefold().rstrip(".! ")
    if len(first) >= 90:
        return False
    return first in words("done") or (
        _done_phrases().search(first) is not None and not first.startswith(tuple(words("conditions")))
    )


@cache
def _done_phrases() -> re.Pattern[str]:
    return re.compile("|".join(re.escape(phrase) for phrase in sorted(words("done")) if " " in phrase))
