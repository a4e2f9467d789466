"""What a command line does, as records: its simple commands, their words, assignments and redirections."""

from __future__ import annotations

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


class Simple(Struct, frozen=True, gc=False):
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


class Script(Struct, frozen=True, gc=False):
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
