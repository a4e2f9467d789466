"""Definitions of templates put in place of their calls: parameters, defaults, the parts meant for inclusion, a few functions."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final

import msgspec

from runbook.markup.wikitext.scan import Element, scan
from runbook.model import At, LineIndex, Lines, Row

_COMMENT = re.compile(r"<!--(?:[^-]|-(?!->))*+(?:-->|\Z)")
_NOINCLUDE = re.compile(r"<noinclude>(?:[^<]|<(?!/noinclude>))*+(?:</noinclude>|\Z)", re.I)
_ONLY = re.compile(r"<onlyinclude>((?:[^<]|<(?!/onlyinclude>))*+)</onlyinclude>", re.I)
_SWITCH = re.compile(r"</?(?:noinclude|includeonly|onlyinclude)>", re.I)


def definition(text: str, arguments: Mapping[str, str], budget: int) -> str | None:
    """What `text`, the wikitext of a template, gives with these arguments; null when it is longer than `budget`."""
    text = _COMMENT.sub("", text)
    only = _ONLY.findall(text)
    text = "".join(only) if only else _SWITCH.sub("", _NOINCLUDE.sub("", text))
    out: list[str] = []
    left = [budget]
    _substitute(text, 0, len(text), scan(text, 0, len(text)), arguments, out, left)
    return "".join(out) if left[0] >= 0 else None


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


# --- places ---------------------------------------------------------------------------------------------------------------


class FixedIndex(LineIndex):
    """Lines of an expanded text: always those of the call."""

    def __init__(self, text: str, lines: Lines) -> None:
        super().__init__(text)
        self.fixed = lines

    def line(self, offset: int) -> int:
        return self.fixed[0]

    def lines(self, at: At) -> Lines:
        return self.fixed


_PLACED: Final[dict[str, Callable[[Any, At, Lines], Any]]] = {
    "at": lambda _, at, lines: at,  # noqa: ARG005
    "rows": lambda value, _, lines: tuple(Row(lines[0], row.text) if isinstance(row, Row) else row for row in value),
}


def placed(node: Any, at: At, lines: Lines) -> Any:
    """A node out of an expanded text with the call's place, and all nodes in it likewise."""
    changes: dict[str, Any] = {}
    for name in node.__struct_fields__:
        value = getattr(node, name)
        if name in _PLACED:
            value = _PLACED[name](value, at, lines)
        if isinstance(value, tuple) and value and isinstance(value[0], msgspec.Struct) and not isinstance(value[0], Row):
            value = tuple(placed(child, at, lines) for child in value)
        if value is not getattr(node, name):
            changes[name] = value
    return msgspec.structs.replace(node, **changes) if changes else node


# --- parser functions -----------------------------------------------------------------------------------------------------

_Operands = list[At]


def _if(text: str, operands: _Operands) -> At | None:
    wanted = 1 if text[slice(*operands[0])].strip() else 2
    return operands[wanted] if len(operands) > wanted else None


def _ifeq(text: str, operands: _Operands) -> At | None:
    if len(operands) < 2:
        return None
    wanted = 2 if text[slice(*operands[0])].strip() == text[slice(*operands[1])].strip() else 3
    return operands[wanted] if len(operands) > wanted else None


def _switch(text: str, operands: _Operands) -> At | None:
    value = text[slice(*operands[0])].strip()
    default: At | None = None
    falls = False
    for start, end in operands[1:]:
        case, equals, _ = text[start:end].partition("=")
        case = case.strip()
        falls = falls or case == value
        at = (start + text[start:end].index("=") + 1, end) if equals else (start, end)
        if falls and equals:
            return at
        if case == "#default" or not equals:
            default = at
    return default


FUNCTIONS: Final[dict[str, Callable[[str, _Operands], At | None]]] = {"#if": _if, "#ifeq": _ifeq, "#switch": _switch}
"""Parser functions by name: which of the operands a call shows, none when nothing."""
