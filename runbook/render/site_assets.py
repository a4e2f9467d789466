"""The style and the scripts of the site as they are served: small, and named by what they hold, so that browsers may keep them for ever."""

from __future__ import annotations

import re
from hashlib import sha256

from runbook.render.site_nodes import TEMPLATES

ASSETS = ("runbook.css", "runbook.js", "theme.js", "palette.js")
_CSS = re.compile(r"""("[^"]*"|url\([^)]*\))|/\*.*?\*/|\s*([{};,>])\s*|(?<=:)\s+|\s+""", re.DOTALL)


def content(name: str) -> bytes:
    """What one of our assets holds."""
    text = (TEMPLATES / "assets" / name).read_text("utf-8")
    return (_squeezed(text) if name.endswith(".css") else text).encode()


def address(name: str) -> str:
    """Where it goes on the site."""
    stem, _, suffix = name.partition(".")
    return f"assets/{stem}.{sha256(content(name)).hexdigest()[:8]}.{suffix}"


def _squeezed(css: str) -> str:
    """A style sheet without comments and without blanks that mean nothing; those around "+", in selectors and in calc(), stay."""

    def shorter(found: re.Match[str]) -> str:
        if found[1] or found[2]:
            return found[1] or found[2]
        return "" if found[0].startswith("/*") or css[found.start() - 1 : found.start()] == ":" else " "

    return _CSS.sub(shorter, css).strip().replace(";}", "}")
