"""Code between lines that other markups have for it, as pages of Markdown hold it that came from there or were typed in haste: three
apostrophes, `[code]` of forums, `{{{` of Trac, `{code}` of Confluence, `{% highlight sh %}` of Jekyll, `{% codeblock %}` of Hexo,
`{{< highlight sh >}}` of Hugo, `<source lang="sh">` of MediaWiki."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import Final

from markdown_it.rules_block import StateBlock
from msgspec import Struct

from runbook.looks import as_command
from runbook.markup.markdown.frames import FENCE
from runbook.patterns import pattern

_LONGEST: Final = 400
"""Lines that one such block has at most."""
_OPENS: Final = (
    (pattern(r"\[code(?:=\"?(?P<language>[\w+\-]*)\"?)?\]", re.IGNORECASE), "[/code]"),
    (pattern(r"\{\{\{"), "}}}"),
    (pattern(r"\{(?:code|noformat)(?::(?:title=[^|}]*\|)?(?P<language>[\w+\-]*)[^}]*)?\}"), ""),
    (pattern(r"\{%-?\s*highlight\s+(?P<language>[\w+\-]+)[^%]*%\}"), "{% endhighlight %}"),
    (pattern(r"\{%-?\s*codeblock\b(?:[^%]*?\blang:(?P<language>[\w+\-]+))?[^%]*%\}"), "{% endcodeblock %}"),
    (pattern(r"\{\{[<%]\s*highlight\s+\"?(?P<language>[\w+\-]+)\"?[^{}]*[>%]\}\}"), "{{/highlight"),
    (pattern(r"<(?:source|syntaxhighlight)\s+lang=\"?(?P<language>[\w+\-]+)\"?[^<>]*>", re.IGNORECASE), "</"),
)
"""What opens a block on a line of its own, and how the line begins that closes it; "" where it is the word that opened it."""
_IN_ONE_LINE: Final = pattern(
    r"\{\{[<%]\s*highlight\s+\"?(?P<language>[\w+\-]+)\"?[^{}]*[>%]\}\}(?P<code>[^{}].*?)\{\{[<%]\s*/\s*highlight\s*[>%]\}\}"
)
"""Code and its marks on one line."""
_SHORTCODE: Final = pattern(r"\s|(?<=\{\{)[<%]")
"""What is written in different ways in Hugo's marks."""
_APOSTROPHES: Final = pattern(r"'''(?!')(?P<language>[a-z+\-]*)")
_MAY_OPEN: Final = ("'''", "codeblock", "[code", "[CODE", "{{{", "{code", "{noformat", "highlight", "<source", "<syntaxhighlight")


class Fence(Struct, frozen=True):
    """A block: its language, the line that closes it (0-based), and whether its code begins on the very line that opens it."""

    language: str
    last: int
    inside: bool = False


def fences_in(text: str) -> dict[int, Fence]:
    """Such blocks of a page by the line (0-based) that opens them; what nothing closes is none. In linear time."""
    if not any(sign in text for sign in _MAY_OPEN):
        return {}
    found: dict[int, Fence] = {}
    lines = [line.strip() for line in text.split("\n")]
    closing: dict[str, list[int]] = {}
    fence, after = "", 0
    for n, line in enumerate(lines):
        code = FENCE.match(line)
        if fence:
            fence = "" if code and code[1].startswith(fence) and line == code[1] else fence
        elif code:
            fence = code[1]
        elif n >= after and line[:1] in ("'", "[", "{", "<") and line and len(line) < _LONGEST:
            opened = _opened(lines, n, closing)
            if opened is not None:
                found[n] = opened
            after = (opened.last if opened is not None else n) + 1
    return found


def _next(lines: list[str], closing: dict[str, list[int]], sign: str, n: int) -> int:
    """The first line behind number `n` that begins with a sign (or holds it, where that is three apostrophes), 0 for none that is near;
    `closing` keeps what was looked for."""
    if sign not in closing:
        held = sign == "'''"
        closing[sign] = [at for at, line in enumerate(lines) if (sign in line if held else _plain(line).startswith(sign))]
    at = bisect_right(closing[sign], n)
    last = closing[sign][at] if at < len(closing[sign]) else 0
    return last if last < n + _LONGEST else 0


def _plain(line: str) -> str:
    """A line in small letters, one of Hugo's marks without its blanks and signs: `{{< /highlight >}}` as `{{/highlight>}}`."""
    line = line.casefold()
    return _SHORTCODE.sub("", line) if line.startswith("{{") else line


def _opened(lines: list[str], n: int, closing: dict[str, list[int]]) -> Fence | None:
    line = lines[n]
    if line.startswith("'''"):
        return _between_apostrophes(lines, n, closing)
    if line.startswith("{{") and (whole := _IN_ONE_LINE.fullmatch(line)) is not None:
        return Fence(whole["language"].casefold(), n, inside=True)
    for opens, closes in _OPENS:
        match = opens.fullmatch(line)
        if match is not None:
            last = _next(lines, closing, closes or line.split(":")[0].rstrip("}"), n)
            return Fence((match.groupdict().get("language") or "").casefold(), last) if last > n + 1 else None
    return None


def _between_apostrophes(lines: list[str], n: int, closing: dict[str, list[int]]) -> Fence | None:
    """A block between three apostrophes: alone on their lines, or around what surely is a command."""
    match = _APOSTROPHES.fullmatch(lines[n])
    if match is None:
        first, sign, rest = lines[n][3:].partition("'''")
        if as_command(first) < 2 or rest:
            return None
        if sign:
            return Fence("", n, inside=True)
    last = _next(lines, closing, "'''", n)
    line = lines[last]
    if not last or not line.endswith("'''") or line.count("'''") > 1 or (match is not None and line != "'''"):
        return None
    return Fence(match["language"] if match is not None else "", last, inside=match is None)


def fence(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The block rule: a block of `state.env["fences"]` becomes the token of fenced or indented code."""
    found: Fence | None = state.env["fences"].get(start) if state.env.get("fences") else None
    if (
        found is None
        or found.last >= end
        or state.is_code_block(start)
        or state.sCount[found.last] < min(state.blkIndent, state.sCount[start])
    ):
        return False
    if silent:
        return True
    indent = state.sCount[start]
    first, last = (start, found.last + 1) if found.inside else (start + 1, found.last)
    content = state.getLines(first, last, indent, True)
    if found.inside:
        whole = _IN_ONE_LINE.fullmatch(content.strip())
        content = (whole["code"] if whole is not None else content.strip().removeprefix("'''").removesuffix("'''")) + "\n"
    state.line = found.last + 1
    token = state.push("code_block" if found.inside else "fence", "code", 0)
    token.info, token.content, token.map = found.language, content, [start, state.line]
    return True
