"""Definitions of templates: their parameters, defaults, and the parts meant for inclusion."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from runbook.markup.wikitext.scan import Element, scan

_COMMENT = re.compile(r"<!--(?:[^-]|-(?!->))*+(?:-->|\Z)")
_NOINCLUDE = re.compile(r"<noinclude>(?:[^<]|<(?!/noinclude>))*+(?:</noinclude>|\Z)", re.I)
_ONLY = re.compile(r"<onlyinclude>((?:[^<]|<(?!/onlyinclude>))*+)</onlyinclude>", re.I)
_SWITCH = re.compile(r"</?(?:noinclude|includeonly|onlyinclude)>", re.I)


def definition(text: str, arguments: Mapping[str, str], budget: int) -> str | None:
    """What `text`, the wikitext of a template, gives with these arguments; null when it is longer than `budget`."""
    if budget < 0:
        return None
    text, elements = _included(text)
    out: list[str] = []
    left = [budget]
    _substitute(text, 0, len(text), elements, arguments, out, left)
    return "".join(out) if left[0] >= 0 else None


@lru_cache(maxsize=256)
def _included(text: str) -> tuple[str, list[Element]]:
    """The part of a definition that its calls show, and what stands in it."""
    text = _COMMENT.sub("", text)
    only = _ONLY.findall(text)
    text = "".join(only) if only else _SWITCH.sub("", _NOINCLUDE.sub("", text))
    return text, scan(text, 0, len(text))


def _substitute(
    text: str, start: int, end: int, elements: list[Element], arguments: Mapping[str, str], out: list[str], left: list[int]
) -> None:
    """Write text[start:end] with its parameters replaced; calls stay, with parameters in them replaced."""
    for element in elements:
        if element.start < start or element.end > end or left[0] < 0:
            continue
        out.append(text[start : element.start])
        start = element.end
        if element.kind == "parameter":
            name = text[element.parts[0].start : element.parts[0].end].strip()
            if name in arguments:
                out.append(arguments[name])
            elif len(element.parts) > 1:
                _substitute(text, element.parts[1].start, element.parts[1].end, element.children, arguments, out, left)
            else:
                out.append(text[element.start : element.end])
        elif element.kind == "template":
            _substitute(text, element.start, element.end, element.children, arguments, out, left)
        else:
            out.append(text[element.start : element.end])
        left[0] -= len(out[-1])
    out.append(text[start:end])
    left[0] -= end - start
