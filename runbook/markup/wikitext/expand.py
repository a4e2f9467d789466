"""Definitions of templates: their parameters, defaults, and the parts meant for inclusion."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Final

from runbook.markup.wikitext.scan import Element, scan
from runbook.patterns import pattern

_COMMENT: Final = pattern(r"<!--(?:[^-]|-(?!->))*+(?:-->|\Z)")
_NOINCLUDE: Final = pattern(r"<noinclude>(?:[^<]|<(?!/noinclude>))*+(?:</noinclude>|\Z)", re.I)
_ONLY: Final = pattern(r"<onlyinclude>((?:[^<]|<(?!/onlyinclude>))*+)</onlyinclude>", re.I)
_SWITCH: Final = pattern(r"</?(?:noinclude|includeonly|onlyinclude)>", re.I)


def definition(text: str, arguments: Mapping[str, str], budget: int) -> str | None:
    """What `text`, the wikitext of a template, gives with these arguments; null when it is longer than `budget`."""
    if budget < 0:
        return None
    text, elements = _included(text)
    out: list[str] = []
    left = [budget]
    _substitute(text, 0, len(text), elements, arguments, out, left)
    return "".join(out) if left[0] >= 0 else None


def _whole(value: str) -> str:
    """A value that stays one argument of the call that it is put into: neither its bars nor its equals signs are the call's."""
    if "<" in value or "[" in value or "{" in value:
        return value
    return value.replace("|", "{{!}}").replace("=", "{{=}}")


@lru_cache(maxsize=256)
def _included(text: str) -> tuple[str, list[Element]]:
    """The part of a definition that its calls show, and what stands in it. A wiki saves pages without white space at their end."""
    text = _COMMENT.sub("", text.rstrip())
    only = _ONLY.findall(text)
    text = "".join(only) if only else _SWITCH.sub("", _NOINCLUDE.sub("", text))
    return text, scan(text, 0, len(text))


def _substitute(
    text: str,
    start: int,
    end: int,
    elements: list[Element],
    arguments: Mapping[str, str],
    out: list[str],
    left: list[int],
    *,
    called: bool = False,
) -> None:
    """Write text[start:end] with its parameters replaced; calls stay, with parameters in them replaced. `called`: it stands in a call."""
    for element in elements:
        if element.start < start or element.end > end or left[0] < 0:
            continue
        out.append(text[start : element.start])
        start = element.end
        if element.kind == "parameter":
            name = text[element.parts[0].start : element.parts[0].end].strip()
            if name in arguments:
                out.append(_whole(arguments[name]) if called else arguments[name])
            elif len(element.parts) > 1:
                _substitute(
                    text, element.parts[1].start, element.parts[1].end, element.children, arguments, out, left, called=called
                )
            else:
                out.append(text[element.start : element.end])
        elif element.kind == "template":
            _substitute(text, element.start, element.end, element.children, arguments, out, left, called=True)
        else:
            out.append(text[element.start : element.end])
        left[0] -= len(out[-1])
    out.append(text[start:end])
    left[0] -= end - start
