"""What a command line does, as records: its simple commands in source order, made from shfmt's syntax tree.

The walk is generic: a substitution is found wherever it stands, in whatever kind of node.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, TypeAlias

from msgspec import Struct

Json: TypeAlias = dict[str, Any]


class Problem(Struct, frozen=True, gc=False):
    """Why a text has no syntax tree: `code` is "incomplete", "syntax", "nul", "encoding", "size" or "depth"."""

    code: str
    message: str


class Word(Struct, frozen=True, gc=False):
    """A word after quote removal. `value` is null when it is only known at run time (expansions, globs, braces); `prefix` is what
    stands before the first part of that kind (the whole value without one). `splits`: it can become any number of words.
    `quoted`: some of it was quoted. `dynamic` names what it takes in: "parameter", "substitution", "arithmetic", "glob", "braces",
    "ansi" ($'…'; has a value all the same), "tilde" (the value keeps the ~)."""

    value: str | None
    prefix: str
    splits: bool = False
    quoted: bool = False
    dynamic: frozenset[str] = frozenset()
    parameters: tuple[str, ...] = ()


class Assignment(Struct, frozen=True, gc=False):
    """NAME=VALUE; `value` is null for an array or a bare name, `naked` without "=". `subscript` when it sets an element."""

    name: str
    value: Word | None
    array: tuple[Word, ...] = ()
    append: bool = False
    naked: bool = False
    subscript: bool = False


class Redirect(Struct, frozen=True, gc=False):
    """`op` as written; `fd` the number or {name} before it; `body` the text of a heredoc (null when it expands at run time)."""

    op: str
    fd: str
    target: Word
    body: str | None = None


class Simple(Struct, frozen=True):
    """A simple command, a declaration ("export", "declare" …), or the redirections of a compound command (no words).

    `certain`: it runs whenever the line succeeds (not in a branch, a loop, a function, behind `||`, in a substitution).
    `scope` numbers the subshells it is in, outermost first; `piped`: it reads the output of another; `function`: the name of the
    function whose body it stands in.
    """

    words: tuple[Word, ...]
    assignments: tuple[Assignment, ...] = ()
    redirects: tuple[Redirect, ...] = ()
    declares: bool = False
    certain: bool = True
    scope: tuple[int, ...] = ()
    piped: bool = False
    pipes: bool = False
    function: str | None = None

    @property
    def name(self) -> str | None:
        """The literal command name, null without one."""
        return self.words[0].value if self.words else None


class Arithmetic(Struct, frozen=True, gc=False):
    """The names an arithmetic expression reads (`reads`) and sets (`sets`)."""

    reads: frozenset[str]
    sets: frozenset[str]


class Script(Struct, frozen=True):
    """A command line (or several). `commands`: all simple commands, also those of substitutions and functions, in source order;
    `oddities`: constructs beyond plain commands: "background", "coproc", "indirect", "prompt-expansion", "extglob-substitution",
    "let", "loop", "condition" …; `loops` the variables of for loops with their words."""

    text: str
    commands: tuple[Simple, ...]
    functions: frozenset[str] = frozenset()
    oddities: frozenset[str] = frozenset()
    arithmetic: tuple[Arithmetic, ...] = ()
    parameters: frozenset[str] = frozenset()
    loops: tuple[tuple[str, tuple[Word, ...]], ...] = ()
    statements: tuple[Json, ...] = ()


class _Place(Struct, frozen=True):
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
        if kind:
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
                    if key in _POSITIONS:
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
        _arithmetic_names(node, reads, sets)
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
        for kind, operand in _numeric_tests(node):
            if kind == "-v":
                self.oddities.add("test-v")
            else:
                self.arithmetics(operand)
        self.inside(node, place)


_POSITIONS = frozenset({"Pos", "End", "ValuePos", "ValueEnd", "Position", "OpPos", "Semicolon", "Left", "Right"})

_STEPS = {
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


# --- words ------------------------------------------------------------------------------------------------------------

_UNQUOTE = re.compile(r"\\(?:\n|(.))", re.DOTALL)
_UNQUOTE_DOUBLE = re.compile(r"\\(?:\n|([$`\"\\]))")
_GLOB = re.compile(r"(?<!\\)(?:\\\\)*[*?\[]")
_BRACES = re.compile(r"(?<!\\)(?:\\\\)*\{(?:[^{}\s]*(?:,|\.\.))")
_ANSI = re.compile(r"\\(?:x([0-9A-Fa-f]{1,2})|([0-7]{1,3})|u([0-9A-Fa-f]{1,4})|U([0-9A-Fa-f]{1,8})|c(.)|(.))", re.DOTALL)
_ANSI_NAMED = {"a": "\a", "b": "\b", "e": "\x1b", "E": "\x1b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


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


_DYNAMIC = {
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


_ODD = re.compile(r"[\\*?\[{~]")


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


# --- arithmetic -------------------------------------------------------------------------------------------------------

_NAME = re.compile(r"[A-Za-z_]\w*")
_ASSIGNING = frozenset({"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="})


def _arithmetic_names(node: Any, reads: set[str], sets: set[str]) -> None:
    if isinstance(node, list):
        for child in node:
            _arithmetic_names(child, reads, sets)
    if not isinstance(node, dict) or node.get("Type") in ("CmdSubst", "ProcSubst"):
        return
    if node.get("Op") in _ASSIGNING and node.get("Type") == "BinaryArithm":
        sets.update(_literal_names(node["X"]))
        if node["Op"] != "=":
            reads.update(_literal_names(node["X"]))
        _arithmetic_names(node.get("Y"), reads, sets)
        return
    if node.get("Type") == "ParamExp":
        name = (node.get("Param") or {}).get("Value", "")
        reads.update({name} if _NAME.fullmatch(name) else ())
        return
    if node.get("Type") in ("Lit", "SglQuoted"):
        reads.update(_NAME.findall(node.get("Value", "")))
    for key, child in node.items():
        if key not in _POSITIONS:
            _arithmetic_names(child, reads, sets)


def _literal_names(node: Json) -> set[str]:
    names: set[str] = set()
    _arithmetic_names(node, names, set())
    return names


def _numeric_tests(node: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(node, list):
        for child in node:
            yield from _numeric_tests(child)
    if not isinstance(node, dict):
        return
    if node.get("Type") == "BinaryTest" and node.get("Op") in ("-eq", "-ne", "-lt", "-le", "-gt", "-ge"):
        yield node["Op"], [node.get("X"), node.get("Y")]
    if node.get("Type") == "UnaryTest" and node.get("Op") == "-v":
        yield "-v", None
    for key, child in node.items():
        if key not in _POSITIONS:
            yield from _numeric_tests(child)


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
            (key, value if key in ("Type", "Op") else shape(value)) for key, value in node.items() if key not in _POSITIONS
        )
    return isinstance(node, bool) and node
