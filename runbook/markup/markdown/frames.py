"""Boxes and tabs that Markdown pages of site generators open and close on lines of their own.

Read are fences of colons (`::: warning Title`, `:::{note}`, `::: {.callout-tip}`, `::: code-group`) as markdown-it-container, Docusaurus,
MyST and Quarto have them, the same in fences of code (```` ```{note} ````, MyST), and the tabs and boxes of GitBook and Jekyll
(`{% tab title="A" %}`, `{% hint style="info" %}`), Hugo (`{{< tab "A" >}}`, `{{% alert color="warning" %}}`), mdBook (`{{#tab name="A"}}`)
and MDX (`<TabItem label="A">`, `<Warning>`).
"""

from __future__ import annotations

from typing import Final

from markdown_it.rules_block import StateBlock
from msgspec import Struct

from runbook.patterns import pattern

_DEEP: Final = 20
"""How many frames may be open at once; deeper ones are text."""
FENCE: Final = pattern(r"(`{3,}|~{3,})")
"""What Markdown's own blocks of code begin with."""
_COLONS: Final = pattern(
    r"(:{3,})[ \t]*(?:\{[ \t]*[.:]?([A-Za-z][\w-]*)[^}]*\}|([A-Za-z][\w-]*))[ \t]*(?:\[([^\]]*)\]|([^{\n]*))(?:\{[^}]*\})?[ \t]*\Z"
)
_TABS: Final = pattern(
    r"(?:\{%-?[ \t]*|\{\{[<%#][ \t]*|<(?=[Tt]abs?(?:[Ii]tem)?[\s>]))(?P<end>end[ \t]*|/[ \t]*)?(?P<name>[Tt]abs?(?:[Ii]tem)?)\b"
    r"(?P<said>[^\n]*?)(?:-?%\}|[>%]?\}\}|>)\Z|</(?P<closed>[Tt]abs?(?:[Ii]tem)?)>\Z"
)
_BOX: Final = pattern(
    r"(?:\{%-?[ \t]*|\{\{[<%][ \t]*|<(?=/?[A-Z]))(?P<end>end[ \t]*|/[ \t]*)?"
    r"(?P<name>[Hh]int|[Aa]lert|[Nn]otice|[Cc]allout|[Aa]dmonition|[Aa]side|[Nn]ote|[Ww]arning|[Tt]ip|[Ii]nfo|[Cc]aution|[Dd]anger|[Ii]mportant)"
    r"\b(?P<said>[^\n]*?)(?:-?%\}|[>%]\}\}|>)\Z"
)
_CODE: Final = pattern(r"\{%-?[ \t]*(?P<end>end[ \t]*)?(?P<name>code)\b(?P<said>[^\n]*?)-?%\}\Z")
"""What GitBook puts around a block of code, for its title."""
_KIND: Final = pattern(r"\b(?:style|type|color|kind|level|variant|intent)=[{\"']*(\w+)|\A\s*\"?(\w+)\"?(?=\s|\Z)")
_KINDS: Final = {
    "note": "note", "info": "note", "primary": "note", "secondary": "note", "default": "note", "tip": "tip", "success": "tip", "check": "tip",
    "warning": "warning", "warn": "warning", "caution": "caution", "danger": "danger", "error": "danger", "important": "important",
}  # fmt: skip
"""What boxes are called by their style, and what that is as a notice."""
_MAY_HOLD: Final = (
    ":::", "tab", "Tab", "```{", "~~~{", "{%", "{{<", "{{%", "</Note>", "</Warning>", "</Tip>", "</Info>", "</Callout>", "</Aside>", "</Admonition>",
    "</Caution>", "</Danger>", "</Alert>", "</Important>", "</Hint>", "</Notice>",
)  # fmt: skip
_LABEL: Final = pattern(r"\b(?:label|title|name|header|tab)=(?:\"([^\"]+)\"|'([^']+)')")
_VALUE: Final = pattern(r"\bvalue=(?:\"([^\"]+)\"|'([^']+)')|\A\s*(?:\"([^\"]+)\"|'([^']+)')|\A\s*([\w .\-/+]+?)\s*\Z")
_DIRECTIVE: Final = pattern(
    r"(`{3,}|~{3,})\{(admonition|note|warning|tip|important|hint|caution|danger|attention|error|seealso|dropdown|tab-set|tab-item)\}"
    r"[ \t]*([^`\n]*)\Z"
)
_NAMES: Final = {"tab-set": "tabs", "tab-item": "tab", "tabitem": "tab"}


class Frame(Struct, frozen=True):
    """A box or tab: its name in small letters, its title, and the line that closes it (0-based)."""

    name: str
    title: str
    last: int


class _Opened(Struct):
    line: int
    name: str
    title: str
    colons: int
    fence: str = ""
    kind: str = ""


def frames_in(text: str) -> dict[int, Frame]:
    """The frames of a page by the line (0-based) that opens them; those that nothing closes are none. In linear time."""
    found: dict[int, Frame] = {}
    if not any(sign in text for sign in _MAY_HOLD):
        return found
    opened: list[_Opened] = []
    fence = ""
    for n, line in enumerate(text.split("\n")):
        stripped = line.strip()
        code = FENCE.match(stripped)
        if fence:
            fence = "" if code and code[1].startswith(fence) and stripped == code[1] else fence
        elif code and (directive := _DIRECTIVE.match(stripped)) is not None:
            name = _NAMES.get(directive[2], directive[2])
            _open(opened, _Opened(n, name, directive[3].strip(), 0, directive[1]))
        elif code and (at := next((i for i in _inwards(opened) if opened[i].fence == stripped), None)) is not None:
            _close(opened, found, n, at)
        elif code:
            fence = code[1]
        elif stripped.startswith((":::", "{%", "{{", "<")):
            _read(stripped, n, opened, found)
    return found


def _read(line: str, n: int, opened: list[_Opened], found: dict[int, Frame]) -> None:
    if not line.strip(":"):
        _close(opened, found, n, next((i for i in _inwards(opened) if 0 < opened[i].colons <= len(line)), None))
        return
    colons = _COLONS.match(line)
    if colons is not None:
        name = (colons[2] or colons[3]).casefold().removeprefix("callout-").removeprefix("admonition-")
        _open(opened, _Opened(n, _NAMES.get(name, name), (colons[4] or colons[5] or "").strip(), len(colons[1])))
        return
    tabs = _TABS.match(line) if len(line) < 400 else None
    if tabs is None:
        _read_box(line, n, opened, found)
        return
    name = (tabs["name"] or tabs["closed"]).casefold()
    name = _NAMES.get(name, name)
    if tabs["end"] or tabs["closed"]:
        _close(opened, found, n, next((i for i in _inwards(opened) if opened[i].name == name and not opened[i].colons), None))
    elif not tabs["said"].rstrip().endswith("/"):
        _open(opened, _Opened(n, name, _title(tabs["said"]) if name == "tab" else "", 0))


def _read_box(line: str, n: int, opened: list[_Opened], found: dict[int, Frame]) -> None:
    box = (_BOX.match(line) or _CODE.match(line)) if len(line) < 400 else None
    if box is None:
        return
    name = box["name"].casefold()
    if box["end"]:
        _close(opened, found, n, next((i for i in _inwards(opened) if opened[i].name == name and opened[i].kind), None))
    elif not box["said"].rstrip().endswith("/"):
        said = _KIND.search(box["said"])
        label = _LABEL.search(box["said"])
        title = next((group for group in label.groups() if group), "").strip() if label is not None else ""
        kind = (
            name
            if name == "code"
            else _KINDS.get((said[1] or said[2]).casefold() if said is not None else "", _KINDS.get(name, "note"))
        )
        _open(opened, _Opened(n, name, title, 0, kind=kind))


def _inwards(opened: list[_Opened]) -> range:
    return range(len(opened) - 1, -1, -1)


def _open(opened: list[_Opened], frame: _Opened) -> None:
    if len(opened) < _DEEP:
        opened.append(frame)


def _close(opened: list[_Opened], found: dict[int, Frame], n: int, at: int | None) -> None:
    """Closes the frame at `at` on line `n`; those that are open in it were never closed."""
    if at is not None:
        frame = opened[at]
        found[frame.line] = Frame(frame.kind or frame.name, frame.title, n)
        del opened[at:]


def _title(said: str) -> str:
    match = _LABEL.search(said) or _VALUE.search(said)
    return next((group for group in match.groups() if group), "").strip() if match else ""


def frame(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """The block rule: a frame of `state.env["frames"]` becomes the tokens of an admonition."""
    found: Frame | None = state.env["frames"].get(start) if state.env.get("frames") else None
    if found is None or found.last >= end or state.is_code_block(start) or state.sCount[found.last] < state.blkIndent:
        return False
    if not silent:
        opened = state.push("admonition_open", "div", 1)
        opened.map, opened.info, opened.content = [start, found.last + 1], found.name, found.title
        line_max, parent = state.lineMax, state.parentType
        state.lineMax, state.parentType = found.last, "root"
        state.md.block.tokenize(state, start + 1, found.last)
        state.lineMax, state.parentType = line_max, parent
        state.push("admonition_close", "div", -1)
        state.line = found.last + 1
    return True
