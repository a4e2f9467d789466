"""Parser functions and variables whose result the page alone decides; all others stay as placeholders.

What they do is MediaWiki's CoreParserFunctions and the ParserFunctions extension's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias
from urllib.parse import quote, quote_plus, urlsplit

from runbook import names
from runbook.markup.wikitext import rows
from runbook.markup.wikitext.include import MAX_DEPTH, aside, include, splice
from runbook.markup.wikitext.scan import Element, Part
from runbook.markup.wikitext.source import MARKS, Context, Stripped
from runbook.model import At, Page
from runbook.patterns import pattern

_HIDDEN: Final = frozenset("defaultsort defaultsortkey defaultcategorysort displaytitle".split())
_MARKED: Final = pattern(f"[{MARKS}]")
_NUMBER: Final = pattern(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?\Z", re.I)
_TAG_NAME: Final = pattern(r"[a-z]+\Z")
_LONGEST: Final = 500
"""How far text is padded (CoreParserFunctions::pad)."""


def call(context: Context, out: Stripped, element: Element, name: str) -> bool:
    """Write what a variable or a function gives; false when `name` is none whose result is known here."""
    word, colon, _ = name.partition(":")
    word = word.strip()
    lowered = word.lower()
    if colon and lowered in _HIDDEN:
        context.hide("switch", name, element.start, element.end)
        return True
    if word in _VARIABLES and (colon or len(element.parts) == 1):
        given = _operands(context, element)[0] if colon else None
        shown = _VARIABLES[word](context.page, context.page.title if given is None else value(context, given))
    elif colon and lowered in _CHOICES:
        chosen = _CHOICES[lowered](context, _operands(context, element))
        return chosen is None or splice(context, out, *chosen)
    elif colon and lowered == "#tag":
        return _tag(context, out, element)
    elif colon and lowered in _TEXTS:
        given_texts = [value(context, at) for at in _operands(context, element)]
        shown = None if any(map(_MARKED.search, given_texts)) else _TEXTS[lowered](given_texts)
    else:
        return False
    if shown is None:
        return False
    out.write(shown, element.start)
    return True


def _operands(context: Context, element: Element) -> list[At]:
    """The places of what stands after the colon and between the bars."""
    first = element.parts[0]
    return [(context.text.index(":", first.start) + 1, first.end), *((part.start, part.end) for part in element.parts[1:])]


def value(context: Context, at: At) -> str:
    """What page[at] gives as text; where that is no text alone, its source."""
    source = context.text[slice(*at)].strip()
    if "{{" not in source and "<" not in source:
        return source
    if context.depth >= MAX_DEPTH:
        return source
    given = context.strip(aside(context), *at).text.strip()
    return source if _MARKED.search(given) else given


# --- choices: which operand is shown --------------------------------------------------------------------------------------

_Choice: TypeAlias = Callable[[Context, Sequence[At]], At | None]


def _pick(operands: Sequence[At], number: int) -> At | None:
    return operands[number] if len(operands) > number else None


def _if(context: Context, operands: Sequence[At]) -> At | None:
    return _pick(operands, 1 if value(context, operands[0]) else 2)


def _equal(a: str, b: str) -> bool:
    """Numbers are equal by value, all else by letter."""
    return a == b or bool(_NUMBER.match(a) and _NUMBER.match(b) and float(a) == float(b))


def _ifeq(context: Context, operands: Sequence[At]) -> At | None:
    same = len(operands) > 1 and _equal(value(context, operands[0]), value(context, operands[1]))
    return _pick(operands, 2 if same else 3)


def _iferror(context: Context, operands: Sequence[At]) -> At | None:
    failed = 'class="error"' in value(context, operands[0])
    return _pick(operands, 1) if failed else (_pick(operands, 2) or operands[0])


def _switch(context: Context, operands: Sequence[At]) -> At | None:
    wanted = value(context, operands[0])
    default: At | None = None
    falls = falls_to_default = False
    for start, end in operands[1:]:
        equals = _equals(context.text, start, end)
        case = value(context, (start, end if equals < 0 else equals))
        falls = falls or _equal(case, wanted)
        falls_to_default = falls_to_default or case == "#default"
        if equals < 0:
            continue
        if falls:
            return equals + 1, end
        if falls_to_default:
            default, falls_to_default = (equals + 1, end), False
    if len(operands) > 1 and _equals(context.text, *operands[-1]) < 0:
        return operands[-1]
    return default


def _equals(text: str, start: int, end: int) -> int:
    """The first = of text[start:end] that stands outside of calls and links, or -1."""
    depth = 0
    for match in _SIGNS.finditer(text, start, end):
        if match[0] == "=" and not depth:
            return match.start()
        depth += (match[0] in ("{{", "[[")) - (match[0] in ("}}", "]]"))
    return -1


_SIGNS: Final = pattern(r"\{\{|\}\}|\[\[|\]\]|=")
_CHOICES: Final[dict[str, _Choice]] = {"#if": _if, "#ifeq": _ifeq, "#iferror": _iferror, "#switch": _switch}


# --- text out of text -----------------------------------------------------------------------------------------------------


def _plural(given: Sequence[str]) -> str | None:
    if len(given) < 2 or not _NUMBER.match(given[0]):
        return None
    return given[1] if float(given[0]) == 1 or len(given) == 2 else given[2]


def _padded(given: Sequence[str], left: bool) -> str:
    text = given[0]
    size = int(given[1]) if len(given) > 1 and given[1].isdecimal() and len(given[1]) < 5 else 0
    filler = (given[2] if len(given) > 2 else "0") or " "
    missing = max(0, min(size, _LONGEST) - len(text))
    filled = (filler * (missing // len(filler) + 1))[:missing]
    return filled + text if left else text + filled


def _title_parts(given: Sequence[str]) -> str:
    parts = given[0].split("/")
    count = int(given[1]) if len(given) > 1 and given[1].lstrip("-").isdecimal() and len(given[1]) < 5 else 0
    first = int(given[2]) if len(given) > 2 and given[2].lstrip("-").isdecimal() and len(given[2]) < 5 else 1
    start = first - 1 if first > 0 else (max(0, len(parts) + first) if first else 0)
    chosen = parts[start:]
    return "/".join(chosen[:count] if count else chosen)


def _encoded(given: Sequence[str]) -> str:
    how = given[1].upper() if len(given) > 1 else "QUERY"
    if how == "PATH":
        return quote(given[0], safe="")
    return quote(given[0].replace(" ", "_"), safe=":/;@$!*(),~") if how == "WIKI" else quote_plus(given[0])


_TEXTS: Final[dict[str, Callable[[Sequence[str]], str | None]]] = {
    "lc": lambda given: given[0].lower(),
    "uc": lambda given: given[0].upper(),
    "lcfirst": lambda given: given[0][:1].lower() + given[0][1:],
    "ucfirst": lambda given: given[0][:1].upper() + given[0][1:],
    "plural": _plural,
    "padleft": lambda given: _padded(given, left=True),
    "padright": lambda given: _padded(given, left=False),
    "urlencode": _encoded,
    "anchorencode": lambda given: "_".join(given[0].split()),
    "#titleparts": _title_parts,
}


# --- variables ------------------------------------------------------------------------------------------------------------


def _space(title: str) -> str:
    return title.partition(":")[0] if names.of_title(title) else ""


def _name(title: str) -> str:
    return title.partition(":")[2].strip() if names.of_title(title) else title


def _server(page: Page, _: str) -> str | None:
    parts = urlsplit(page.wiki) if page.wiki else None
    return f"{parts.scheme}://{parts.netloc}" if parts and parts.netloc else None


def _server_name(page: Page, _: str) -> str | None:
    return (urlsplit(page.wiki).hostname if page.wiki else None) or None


_VARIABLES: Final[dict[str, Callable[[Page, str], str | None]]] = {
    "PAGENAME": lambda _, title: _name(title),
    "FULLPAGENAME": lambda _, title: title,
    "BASEPAGENAME": lambda _, title: _name(title).rpartition("/")[0] or _name(title),
    "SUBPAGENAME": lambda _, title: _name(title).rpartition("/")[2],
    "ROOTPAGENAME": lambda _, title: _name(title).partition("/")[0],
    "NAMESPACE": lambda _, title: _space(title),
    "PAGENAMEE": lambda _, title: quote(_name(title).replace(" ", "_")),
    "FULLPAGENAMEE": lambda _, title: quote(title.replace(" ", "_"), safe="/:"),
    "SERVER": _server,
    "SERVERNAME": _server_name,
}


# --- tags -----------------------------------------------------------------------------------------------------------------


def _tag(context: Context, out: Stripped, element: Element) -> bool:
    """`{{#tag:name|content|attribute=value}}`: an extension's tag whose content is expanded first."""
    (first, *more) = _operands(context, element)
    name = value(context, first).lower()
    if not _TAG_NAME.match(name) or context.depth >= MAX_DEPTH:
        return False
    attributes = "".join(f" {_attribute(context, part)}" for part in element.parts[2:])
    content = value(context, more[0]) if more else ""
    text = f"<{name}{attributes}>{content}</{name}>"
    if len(text) > context.budget[0]:
        return False
    context.budget[0] -= len(text)
    include(context, out, (element.start, element.end), text, context.calls)
    return True


def _attribute(context: Context, part: Part) -> str:
    name, _, given = value(context, (part.start, part.end)).partition("=")
    return f'{name.strip()}="{rows.plain(given).strip().strip(chr(34))}"'
