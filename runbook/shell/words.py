"""Words, assignments and redirections out of shfmt's nodes, as they are after quote removal."""

from __future__ import annotations

import re
from typing import Final

from runbook.patterns import pattern
from runbook.shell.records import Assignment, Json, Redirect, Word

_UNQUOTE: Final = pattern(r"\\(?:\n|(.))", re.DOTALL)
_UNQUOTE_DOUBLE: Final = pattern(r"\\(?:\n|([$`\"\\]))")
_GLOB: Final = pattern(r"(?<!\\)(?:\\\\)*[*?\[]")
_BRACES: Final = pattern(r"(?<!\\)(?:\\\\)*\{(?:[^{}\s]*(?:,|\.\.))")
_ANSI: Final = pattern(r"\\(?:x([0-9A-Fa-f]{1,2})|([0-7]{1,3})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|c(.)|(.))", re.DOTALL)
_ANSI_NAMED: Final = {"a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


def ansi_c(text: str) -> str:
    """The text of $'text' (bash(1), QUOTING); bytes above 127 become the characters of that number."""

    def one(match: re.Match[str]) -> str:
        hexadecimal, octal, short, long, control, char = match.groups()
        if control:
            return chr(ord(control.upper()) & 0x1F)
        if char is not None:
            return _ANSI_NAMED.get(char, char if char in "\\'\"?" else "\\" + char)
        number = int(octal, 8) & 0xFF if octal else int(hexadecimal or short or long, 16)
        return chr(number) if number <= 0x10FFFF else "\ufffd"

    return _ANSI.sub(one, text)


class _Pieces:
    """The parts of a word, put together from left to right."""

    def __init__(self) -> None:
        self.text: list[str] = []
        self.prefix: str | None = None
        self.dynamic: set[str] = set()
        self.parameters: list[str] = []
        self.splits = False
        self.quoted = False

    def unknown(self, kind: str, quoted: bool) -> None:
        if self.prefix is None:
            self.prefix = "".join(self.text)
        self.dynamic.add(kind)
        self.splits = self.splits or not quoted

    def literal(self, raw: str) -> None:
        at = min((m.start() for m in (_GLOB.search(raw), _BRACES.search(raw)) if m), default=-1)
        if not self.text and self.prefix is None and raw.startswith("~"):
            self.dynamic.add("tilde")
        if at >= 0 and self.prefix is None:
            self.prefix = "".join(self.text) + _UNQUOTE.sub(lambda m: m[1] or "", raw[:at])
        if _GLOB.search(raw):
            self.dynamic.add("glob")
        if _BRACES.search(raw):
            self.dynamic.add("braces")
        self.splits = self.splits or at >= 0
        self.text.append(_UNQUOTE.sub(lambda m: m[1] or "", raw) if "\\" in raw else raw)
        self.quoted = self.quoted or "\\" in raw

    def parts(self, parts: list[Json], quoted: bool) -> None:
        for part in parts:
            kind = part["Type"]
            if kind == "Lit":
                raw = part.get("Value", "")
                if quoted:
                    self.text.append(_UNQUOTE_DOUBLE.sub(lambda m: m[1] or "", raw))
                else:
                    self.literal(raw)
            elif kind == "SglQuoted":
                self.single(part)
            elif kind == "DblQuoted":
                self.quoted = True
                if part.get("Dollar"):
                    self.unknown("translation", True)
                self.parts(part.get("Parts", []), True)
            else:
                self.expansion(kind, part, quoted)

    def single(self, part: Json) -> None:
        self.quoted = True
        value = part.get("Value", "")
        if part.get("Dollar"):
            self.dynamic.add("ansi")
            value = ansi_c(value)
        self.text.append(value)

    def expansion(self, kind: str, part: Json, quoted: bool) -> None:
        if kind == "ParamExp":
            name = (part.get("Param") or {}).get("Value", "")
            self.parameters.append(name)
            many = name in ("@", "*") or _is_list(part)
            self.unknown("parameter", quoted and not many)
        else:
            self.unknown(_DYNAMIC.get(kind, "other"), quoted or kind in ("ArithmExp", "ProcSubst"))


_DYNAMIC: Final = {
    "CmdSubst": "substitution",
    "ProcSubst": "process",
    "ArithmExp": "arithmetic",
    "ExtGlob": "glob",
    "BraceExp": "braces",
}


def _is_list(part: Json) -> bool:
    index = part.get("Index") or {}
    parts = index.get("Parts") or [{}]
    return parts[0].get("Value") in ("@", "*") or bool(part.get("Names"))


def word(node: Json) -> Word:
    """The record of a shfmt Word."""
    parts = node.get("Parts", [])
    if len(parts) == 1 and parts[0]["Type"] == "Lit":
        raw = parts[0].get("Value", "")
        if raw == "[" or not _ODD.search(raw):
            return Word(raw, raw)
    pieces = _Pieces()
    pieces.parts(parts, False)
    text = "".join(pieces.text)
    known = pieces.prefix is None
    return Word(
        text if known else None,
        text if pieces.prefix is None else pieces.prefix,
        pieces.splits,
        pieces.quoted,
        frozenset(pieces.dynamic),
        tuple(pieces.parameters),
    )


_ODD: Final = re.compile(r"[\\*?\[{~]")


def assignment(node: Json) -> Assignment:
    """The record of a shfmt Assign."""
    value = word(node["Value"]) if "Value" in node else None
    elements = (node.get("Array") or {}).get("Elems", ())
    return Assignment(
        (node.get("Name") or {}).get("Value", ""),
        value,
        tuple(word(each["Value"]) for each in elements if "Value" in each),
        bool(node.get("Append")),
        bool(node.get("Naked")),
        "Index" in node or any("Index" in each for each in elements),
    )


def redirect(node: Json) -> Redirect:
    """The record of a shfmt Redirect."""
    target = word(node["Word"]) if "Word" in node else Word("", "")
    body: str | None = None
    if "Hdoc" in node:
        parts = node["Hdoc"].get("Parts", [])
        if all(part["Type"] == "Lit" for part in parts):
            body = "".join(part.get("Value", "") for part in parts)
            if not target.quoted:
                body = re.sub(r"\\([$`\\]|\n)", lambda m: "" if m[1] == "\n" else m[1], body)
    elif node["Op"] in ("<<", "<<-"):
        body = ""
    return Redirect(node["Op"], (node.get("N") or {}).get("Value", ""), target, body)
