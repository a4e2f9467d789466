"""The simple commands of a command line in source order, made from shfmt's syntax tree.

The walk is generic: a substitution is found wherever it stands, in whatever kind of node.
"""

from __future__ import annotations

import re
from typing import Any, Final

from msgspec import Struct

from runbook.shell.arithmetic import POSITIONS, arithmetic_names, numeric_tests
from runbook.shell.records import Arithmetic, Assignment, Json, Redirect, Script, Simple, Word
from runbook.shell.words import assignment, redirect, word


class _Place(Struct, frozen=True, gc=False):
    certain: bool = True
    scope: tuple[int, ...] = ()
    piped: bool = False
    pipes: bool = False
    function: str | None = None


class _Walk:
    def __init__(self) -> None:
        self.commands: list[Simple] = []
        self.functions: set[str] = set()
        self.oddities: set[str] = set()
        self.arithmetic: list[Arithmetic] = []
        self.parameters: set[str] = set()
        self.loops: list[tuple[str, tuple[Word, ...]]] = []
        self.scopes = 0

    def statement(self, node: Json, place: _Place) -> None:
        command: Json = node.get("Cmd") or {}
        if node.get("Background"):
            self.oddities.add("background")
            place = _replace(place, certain=False)
        if node.get("Coprocess") or node.get("Disown"):
            self.oddities.add("coproc")
        if node.get("Negated"):
            self.oddities.add("negated")
        redirects = tuple(redirect(each) for each in node.get("Redirs", ()))
        kind = command.get("Type", "")
        if kind == "CallExpr":
            self.call(command, redirects, place)
        elif kind == "DeclClause":
            self.declaration(command, redirects, place)
        elif redirects:
            self.commands.append(_simple((), (), redirects, place))
            place = _replace(place, piped=place.piped or any(each.op.startswith("<") and each.op != "<>" for each in redirects))
        for each in node.get("Redirs", ()):
            self.inside(each, place)
        if kind and not (kind == "CallExpr" and _is_plain(command)):
            self.node(command, place)

    def call(self, node: Json, redirects: tuple[Redirect, ...], place: _Place) -> None:
        words = tuple(word(each) for each in node.get("Args", ()))
        assignments = tuple(assignment(each) for each in node.get("Assigns", ()))
        self.commands.append(_simple(words, assignments, redirects, place))

    def declaration(self, node: Json, redirects: tuple[Redirect, ...], place: _Place) -> None:
        variant = node["Variant"]["Value"]
        words = [Word(variant, variant)]
        assignments = []
        for each in node.get("Args", ()):
            if "Name" in each:
                assignments.append(assignment(each))
            else:
                words.append(word(each["Value"]))
        self.commands.append(_simple(tuple(words), tuple(assignments), redirects, place, declares=True))

    def node(self, node: Json, place: _Place) -> None:
        """Everything below a node; `place` is where its own statements stand."""
        step = _STEPS.get(node.get("Type", ""))
        if step is None:
            self.inside(node, place)
        else:
            step(self, node, place)

    def inside(self, value: Any, place: _Place) -> None:
        if isinstance(value, dict):
            for key, child in value.items():
                if key in ("Stmts", "Do", "Cond", "Then", "Last") and isinstance(child, list):
                    for each in child:
                        self.statement(each, place)
                elif isinstance(child, dict):
                    if key in POSITIONS:
                        continue
                    if "Cmd" in child or "Redirs" in child:
                        self.statement(child, place)
                    else:
                        self.node(child, place)
                elif isinstance(child, list):
                    self.inside(child, place)
        elif isinstance(value, list):
            for child in value:
                if isinstance(child, dict) and ("Cmd" in child or "Redirs" in child):
                    self.statement(child, place)
                elif isinstance(child, dict):
                    self.node(child, place)

    def binary(self, node: Json, place: _Place) -> None:
        left = right = place
        if node["Op"] in ("|", "|&"):
            left = self.subshell_place(_replace(place, pipes=True))
            right = self.subshell_place(_replace(place, piped=True))
        elif node["Op"] == "||":
            left = right = _replace(place, certain=False)
        self.statement(node["X"], left)
        self.statement(node["Y"], right)

    def subshell_place(self, place: _Place) -> _Place:
        self.scopes += 1
        return _replace(place, scope=(*place.scope, self.scopes))

    def subshell(self, node: Json, place: _Place) -> None:
        self.inside(node, self.subshell_place(place))

    def substitution(self, node: Json, place: _Place) -> None:
        self.inside(node, self.subshell_place(_replace(place, certain=False, piped=False, pipes=True)))

    def branch(self, node: Json, place: _Place) -> None:
        self.inside(node, _replace(place, certain=False))

    def loop(self, node: Json, place: _Place) -> None:
        each = node.get("Loop") or {}
        if each.get("Type") == "WordIter":
            self.loops.append((each["Name"]["Value"], tuple(word(item) for item in each.get("Items", ()))))
            self.parameters.add(each["Name"]["Value"])
        self.oddities.add("loop")
        self.branch(node, place)

    def function(self, node: Json, place: _Place) -> None:
        names = [node["Name"]] if "Name" in node else node.get("Names", [])
        for each in names:
            self.functions.add(each["Value"])
        name = names[0]["Value"] if names else ""
        self.inside({"Body": node.get("Body")}, _replace(place, certain=False, function=name))

    def coproc(self, node: Json, place: _Place) -> None:
        self.oddities.add("coproc")
        self.branch(node, place)

    def let(self, node: Json, place: _Place) -> None:
        self.oddities.add("let")
        self.arithmetics(node)
        self.inside(node, place)

    def arithmetics(self, node: Any) -> None:
        reads: set[str] = set()
        sets: set[str] = set()
        arithmetic_names(node, reads, sets)
        self.arithmetic.append(Arithmetic(frozenset(reads), frozenset(sets)))

    def arithmetic_node(self, node: Json, place: _Place) -> None:
        self.arithmetics({key: value for key, value in node.items() if key in ("X", "Y", "Z", "Init", "Cond", "Post")})
        self.inside(node, place)

    def parameter(self, node: Json, place: _Place) -> None:
        name = (node.get("Param") or {}).get("Value", "")
        self.parameters.add(name)
        if node.get("Excl"):
            self.oddities.add("indirect")
        if node.get("Names") or node.get("Flags") or node.get("NestedParam") or node.get("Modifiers"):
            self.oddities.add("indirect")
        expansion = node.get("Exp") or {}
        if expansion.get("Op") == "@":
            self.oddities.add("prompt-expansion")
        if expansion.get("Op") in ("=", ":="):
            value = word(expansion["Word"]) if "Word" in expansion else None
            self.commands.append(_simple((), (Assignment(name, value),), (), _replace(place, certain=False)))
        for part in ("Index", "Slice"):
            if part in node:
                self.arithmetics(node[part])
        self.inside(node, place)

    def extglob(self, node: Json, place: _Place) -> None:
        if re.search(r"[$`]|[<>]\(", (node.get("Pattern") or {}).get("Value", "$")):
            self.oddities.add("extglob-substitution")

    def condition(self, node: Json, place: _Place) -> None:
        self.oddities.add("condition")
        for kind, operand in numeric_tests(node):
            if kind == "-v":
                self.oddities.add("test-v")
            else:
                self.arithmetics(operand)
        self.inside(node, place)


def _is_plain(call: Json) -> bool:
    """Whether a simple command is literal words only, with nothing below them."""
    return "Assigns" not in call and all(
        part["Type"] in ("Lit", "SglQuoted") for each in call.get("Args", ()) for part in each.get("Parts", ())
    )


_STEPS: Final = {
    "BinaryCmd": _Walk.binary,
    "Subshell": _Walk.subshell,
    "CmdSubst": _Walk.substitution,
    "ProcSubst": _Walk.substitution,
    "IfClause": _Walk.branch,
    "CaseClause": _Walk.branch,
    "WhileClause": _Walk.loop,
    "ForClause": _Walk.loop,
    "FuncDecl": _Walk.function,
    "CoprocClause": _Walk.coproc,
    "LetClause": _Walk.let,
    "ArithmExp": _Walk.arithmetic_node,
    "ArithmCmd": _Walk.arithmetic_node,
    "CStyleLoop": _Walk.arithmetic_node,
    "ParamExp": _Walk.parameter,
    "ExtGlob": _Walk.extglob,
    "TestClause": _Walk.condition,
}


def _replace(place: _Place, **changes: Any) -> _Place:
    return _Place(
        changes.get("certain", place.certain),
        changes.get("scope", place.scope),
        changes.get("piped", place.piped),
        changes.get("pipes", place.pipes),
        changes.get("function", place.function),
    )


def _simple(
    words: tuple[Word, ...],
    assignments: tuple[Assignment, ...],
    redirects: tuple[Redirect, ...],
    place: _Place,
    declares: bool = False,
) -> Simple:
    return Simple(words, assignments, redirects, declares, place.certain, place.scope, place.piped, place.pipes, place.function)


def script(text: str, statements: list[Json]) -> Script:
    """The record of the shfmt statements of one text. Raises RecursionError for nesting past Python's limit."""
    walk = _Walk()
    for each in statements:
        walk.statement(each, _Place())
    return Script(
        text,
        tuple(walk.commands),
        frozenset(walk.functions),
        frozenset(walk.oddities),
        tuple(walk.arithmetic),
        frozenset(walk.parameters),
        tuple(walk.loops),
        tuple(statements),
    )


def shape(node: Any) -> Any:
    """The kinds of nodes of a syntax tree, without words and positions; equal for two trees of one form."""
    if isinstance(node, Script):
        return shape(list(node.statements))
    if isinstance(node, (list, tuple)):
        return tuple(shape(each) for each in node)
    if isinstance(node, dict):
        return tuple(
            (key, value if key in ("Type", "Op") else shape(value)) for key, value in node.items() if key not in POSITIONS
        )
    return isinstance(node, bool) and node
