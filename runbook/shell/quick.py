"""Command lines of the commonest forms, read without shfmt: simple commands and exports of words, quotes, variables, assignments and redirections, joined by
`|`, `&&`, `||` and `;` in one line. A property test holds them against shfmt; anything else is left to it."""

from __future__ import annotations

import re
from typing import Final

from runbook.patterns import pattern
from runbook.shell.records import Json, Problem, Script, Simple, Word
from runbook.shell.tree import script

_PLAIN: Final = re.compile(r"[A-Za-z0-9_./+-]++(?: ++[A-Za-z0-9_./:=,@%+-]++)*+")
_TAKEN: Final = frozenset(
    "if then else elif fi for in do done while until case esac select function time coproc declare typeset local export readonly nameref let".split()
)
_TOKEN: Final = re.compile(
    r"(?P<blank> ++)"
    r"|(?P<operator>&&|\|\||\||;)"
    r"|(?P<copy>[0-9]?>&[0-9](?=[ |&;]|\Z))"
    r"|(?P<redirect>[0-9]?(?:>>|[<>])(?![<>&|(]))"
    r"|(?P<literal>[A-Za-z0-9_./:=,@%+~*?#-]++)"
    r"|(?P<single>'[^']*+')"
    r"|(?P<double>\"(?:[^\"$`\\]|\$[A-Za-z_]|\$\{[A-Za-z_][A-Za-z0-9_]*+\})*+\")"
    r"|(?P<variable>\$[A-Za-z_][A-Za-z0-9_]*+|\$\{[A-Za-z_][A-Za-z0-9_]*+\})"
)
_IN_QUOTES: Final = pattern(r"(?P<variable>\$[A-Za-z_][A-Za-z0-9_]*+|\$\{[^}]*+\})|[^$]++")
_ASSIGNED: Final = pattern(r"([A-Za-z_][A-Za-z0-9_]*+)=")
_NAME: Final = pattern(r"[A-Za-z_][A-Za-z0-9_]*+")
_LONGEST: Final = 1000
_OPERATORS: Final = 20
"""Operators in one line: what they join is nested."""


def plain(text: str) -> Script | None:
    """The record of a command of plain words only, as shfmt would give it; None for any other text."""
    if len(text) > 1000 or not _PLAIN.fullmatch(text):
        return None
    values = text.split()
    if values[0] in _TAKEN:
        return None
    words = tuple(Word(value, value) for value in values)
    arguments = [{"Parts": [{"Type": "Lit", "Value": value}]} for value in values]
    return Script(text, (Simple(words),), statements=({"Cmd": {"Type": "CallExpr", "Args": arguments}},))


def common(text: str) -> Script | Problem | None:
    """The record of a command line of the forms above, as shfmt would give it, or the problem of a redirection without a file (`<name>`,
    which wikis write for a placeholder); None for any other text."""
    if len(text) > _LONGEST or not (text.isascii() and text.isprintable()):
        return None
    reader = _Reader()
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or not reader.take(match.lastgroup or "", match.group()):
            return reader.problem
        at = match.end()
    statements = reader.finished()
    return script(text, statements) if statements is not None else reader.problem


class _Reader:
    """Takes token after token; false says that a line is none of those read here."""

    def __init__(self) -> None:
        self.statements: list[Json] = []
        self.left: list[tuple[Json, str]] = []
        self.redirects: list[Json] = []
        self.words: list[Json] = []
        self.assigns: list[Json] = []
        self.exports: list[Json] | None = None
        """What the command exports, where it is `export`."""
        self.parts: list[Json] = []
        self.target: Json | None = None
        self.operators = 0
        self.problem: Problem | None = None

    def take(self, kind: str, text: str) -> bool:
        if kind == "blank":
            return self.end_word()
        if kind == "operator":
            self.operators += 1
            return self.operators <= _OPERATORS and self.end_command(text)
        if kind in ("copy", "redirect"):
            return self.redirect(text)
        if kind == "literal":
            if not self.parts and text[0] == "#":
                return False
            self.parts.append(_literal(text))
        elif kind == "single":
            self.parts.append({"Type": "SglQuoted", **_value(text[1:-1])})
        elif kind == "double":
            inner = [
                _parameter(m["variable"]) if m["variable"] else _literal(m[0])
                for m in _IN_QUOTES.finditer(text, 1, len(text) - 1)
            ]
            self.parts.append({"Type": "DblQuoted", **({"Parts": inner} if inner else {})})
        else:
            self.parts.append(_parameter(text))
        return True

    def end_word(self) -> bool:
        if not self.parts:
            return True
        parts, self.parts = self.parts, []
        if self.target is not None:
            self.target["Word"] = {"Parts": parts}
            self.target = None
            return True
        first = parts[0]["Value"] if parts[0]["Type"] == "Lit" else ""
        if self.exports is not None:
            return self.export(parts, first)
        if not self.words:
            if "=" in first:
                found = _assignment(parts, first)
                self.assigns.extend(found)
                return bool(found)
            if len(parts) == 1 and first == "export" and not self.assigns:
                self.exports = []
                return True
            if len(parts) == 1 and first in _TAKEN:
                return False
        self.words.append({"Parts": parts})
        return True

    def export(self, parts: list[Json], first: str) -> bool:
        if self.redirects:
            return False  # nothing may stand behind them
        if len(parts) == 1 and _NAME.fullmatch(first):
            self.exports = [*(self.exports or ()), {"Naked": True, "Name": {"Value": first}}]
            return True
        found = _assignment(parts, first)
        self.exports = [*(self.exports or ()), *found]
        return bool(found)

    def redirect(self, text: str) -> bool:
        last = self.parts[-1] if self.parts else None
        if last is not None and (text[0].isdigit() or (len(self.parts) == 1 and last.get("Value", "").isdigit())):
            return False  # a number before it is a file's, or part of a word
        if not self.end_word() or (self.target is not None and text[0].isdigit()) or self.unaimed():
            return False  # a number is the file of the redirection before it
        number = {"N": {"Value": text[0]}} if text[0].isdigit() else {}
        operator = text[1:] if number else text
        node: Json = {"Op": operator, **number}
        if operator.startswith(">&"):
            node = {"Op": ">&", **number, "Word": {"Parts": [_literal(operator[2:])]}}
        else:
            self.target = node
        self.redirects.append(node)
        return True

    def unaimed(self) -> bool:
        """Whether a redirection still waits for its file where it must be."""
        if self.target is not None:
            self.problem = Problem("syntax", f"`{self.target['Op']}` must be followed by a word")
        return self.target is not None

    def command(self) -> Json | None:
        if not self.end_word() or self.unaimed() or not (self.words or self.assigns or self.exports):
            return None
        command: Json
        if self.exports:
            command = {"Type": "DeclClause", "Variant": _value("export"), "Args": self.exports}
        else:
            command = {"Type": "CallExpr"}
            if self.assigns:
                command["Assigns"] = self.assigns
            if self.words:
                command["Args"] = self.words
        node: Json = {"Cmd": command}
        if self.redirects:
            node["Redirs"] = self.redirects
        self.words, self.redirects, self.assigns, self.exports = [], [], [], None
        return node

    def end_command(self, operator: str) -> bool:
        node = self.command()
        if node is None:
            return False
        if operator != "|" or (self.left and self.left[-1][1] == "|"):
            node = self.joined(node, pipes_only=operator == "|")
        if operator == ";":
            self.statements.append(node)
        else:
            self.left.append((node, operator))
        return True

    def joined(self, node: Json, *, pipes_only: bool) -> Json:
        """A command with what waits for it at its left: a pipe binds closer than `&&` and `||`, all from the left."""
        while self.left and (self.left[-1][1] == "|" or not pipes_only):
            before, operator = self.left.pop()
            node = {"Cmd": {"Type": "BinaryCmd", "Op": operator, "X": before, "Y": node}}
        return node

    def finished(self) -> list[Json] | None:
        node = self.command()
        return [*self.statements, self.joined(node, pipes_only=False)] if node is not None else None


def _value(text: str) -> Json:
    return {"Value": text} if text else {}


def _literal(text: str) -> Json:
    return {"Type": "Lit", "Value": text}


def _assignment(parts: list[Json], first: str) -> list[Json]:
    """NAME=VALUE; empty for a word that is none. `first`: its literal beginning."""
    match = _ASSIGNED.match(first)
    if match is None:
        return []
    value = [*([_literal(first[match.end() :])] if match.end() < len(first) else []), *parts[1:]]
    return [{"Name": _value(match[1]), **({"Value": {"Parts": value}} if value else {})}]


def _parameter(text: str) -> Json:
    """`$name` or `${name}`."""
    place = {"Offset": 0, "Line": 0, "Col": 0}
    if text[1] == "{":
        return {"Type": "ParamExp", "Dollar": place, "Rbrace": place, "Param": {"Value": text[2:-1]}}
    return {"Type": "ParamExp", "Dollar": place, "Short": True, "Param": {"Value": text[1:]}}
