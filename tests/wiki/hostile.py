"""Texts that are hard to hand on unchanged: made of what feeds, diffs and XML mark their own structure with; the same in every run."""

from __future__ import annotations

import random
import unicodedata

_TOKENS = [
    "<br />", "<br />\n", "\n", "\n\n", "&lt;", "&amp;lt;", "&", '"', "'", "&quot;", "&#039;", "&#39;", "</div>", "</p>\n<hr />\n<div>",
    "<p>", "]]>", "<![CDATA[", "<!-- ", " -->", "  ", " ", "\t", "é", "日本", "\U0001f600", "\u202e", "<nowiki>", "{{x|y}}", "~~~~", "x",
    "</text>", "</revision>", "<text>", "<tr><td class='diff-marker'>", "−", "+", "-", "&nbsp;", "&#160;", "<ins>", "</del>", "%0a",
    "# rm -rf /", "\\", "$(x)", "`", "\u200b", "\ufeff", "\u2028", "<pre>\n \n", "== =", "[[Category:", "#REDIRECT ", "&#0;", "&#xD;",
]  # fmt: skip


def texts(count: int, seed: int, *, blanks: bool = True) -> list[str]:
    """`count` different texts as MediaWiki stores them: NFC, never empty. Without `blanks`, none has a no-break space, which a diff's table
    may show for a blank."""
    chance = random.Random(seed)  # nothing is kept secret
    found: dict[str, None] = {}
    while len(found) < count:
        tokens = [*_TOKENS, "\u00a0"] if blanks else _TOKENS
        text = "".join(chance.choice(tokens) for _ in range(chance.randint(1, 40))).strip("\n")
        text = unicodedata.normalize("NFC", text)
        if text.strip():
            found[text + chance.choice(["", "x", ">"])] = None
    return list(found)


def edits(count: int, seed: int) -> list[str]:
    """`count` texts of many lines, each made of the one before by some changed, added and removed lines."""
    chance = random.Random(seed)
    lines = [line for text in texts(40, seed, blanks=False) for line in text.split("\n")][:60]
    found: list[str] = []
    while len(found) < count:
        at = chance.randrange(len(lines))
        fresh = chance.choice(texts(3, chance.randrange(1 << 20), blanks=False)).split("\n")
        lines[at : at + chance.randrange(3)] = fresh
        text = "\n".join(lines).strip("\n")
        if not found or text != found[-1]:
            found.append(text)
    return found
