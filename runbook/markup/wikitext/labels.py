"""Links whose label goes on over line ends: MediaWiki reads links before it reads lines."""

from __future__ import annotations

import re
from typing import Final

from runbook.markup.wikitext.source import MARKS, Stripped
from runbook.model import Text

_LINK: Final = re.compile(rf"\[\[[^\[\]|<>{{}}\n{MARKS}]++\|[^\[\]\n]*+\n[^\[\]]*+\]\]")


def fold(stripped: Stripped) -> Stripped:
    """The same text with each line end within a link as a character that stands for it."""
    text = stripped.text
    match = _LINK.search(text) if "[[" in text else None
    if match is None:
        return stripped
    out = Stripped(stripped.map(0))
    out.nodes = stripped.nodes
    pos = 0
    while match is not None:
        end = match.end()
        while (newline := text.find("\n", pos if pos > match.start() else match.start(), end)) >= 0:
            out.copy_from(stripped, pos, newline)
            place = stripped.map(newline)
            out.mark(Text("\n", (place, place + 1)), place)
            pos = newline + 1
        match = _LINK.search(text, end)
    out.copy_from(stripped, pos, len(text))
    return out.finish()
