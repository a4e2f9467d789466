"""Is a command line complete, or does it go on in the next line? A lexer of bash's tokens, nothing more.

It knows quotes, expansions, heredocs and the reserved words that open and close (POSIX XCU 2.3, 2.10; bash(1)), and calls a
text complete when none is left open. A text that no continuation can mend (a stray ")") is complete: it doesn't go on.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

_SIMPLE: Final = re.compile(r"[ \t]*+([A-Za-z0-9_./:=,@%+~^*?-]*+)(?:[ \t]++[A-Za-z0-9_./:=,@%+~^*?-]++)*+[ \t]*+")
_OPENERS: Final = {"if": "if", "while": "loop", "until": "loop", "for": "loop", "select": "loop", "case": "case", "{": "{"}
_CLOSERS: Final = {"fi": "if", "done": "loop", "esac": "case", "}": "{"}
_GOES_ON: Final = frozenset({"then", "do", "else", "elif", "!", "time", "coproc"})
_KEYWORDS: Final = frozenset({*_OPENERS, *_CLOSERS, *_GOES_ON, "function", "[[", "in"})

_PLAIN: Final = re.compile(r"[^\s'\"\\$`|&;()<>#]++|#")
_BLANK: Final = re.compile(r"[^\S\n]++|[\v\f]++")
_DOUBLE: Final = re.compile(r'[^"\\$`]++')
_SINGLE: Final = re.compile(r"'[^']*+'")
_ANSI: Final = re.compile(r"\$'(?:[^'\\]++|\\.)*+'", re.DOTALL)
_BACKQUOTED: Final = re.compile(r"`(?:[^`\\]++|\\.)*+`", re.DOTALL)
_OPERATOR: Final = re.compile(r"<<<|<<-?|[<>]\(|[<>]&|<>|>>|>\||&>>?|[<>]|&&|\|\||\|&|\||;;&|;;|;&|;|&")
_FUNCTION: Final = re.compile(r"\([ \t]*+\)")
_PARAMETER: Final = re.compile(r"[^'\"\\$`}]++")
_ARITHMETIC: Final = re.compile(r"[^'\"\\$`()]++")
_COPROC_NAME: Final = re.compile(r"[ \t]++[A-Za-z_][A-Za-z0-9_]*+(?=[ \t]++(?:[{(]|(?:if|while|until|for|case|select|\[\[)\s))")
_SUBSCRIPT: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*+\[")
_ASSIGNED: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*+(?:\[[^\]]*+\])?\+?=")


class _Stray(Exception):
    """A token that no continuation can make right."""


class _Open(Exception):
    """The text ends inside a token."""


def complete(text: str) -> bool:
    """Whether the command line(s) `text` end where a command may end; False when a further line is still part of them."""
    simple = _SIMPLE.fullmatch(text)
    if simple and simple[1] not in _KEYWORDS:
        return True
    if text.count("\\") == 0 and text.isspace():
        return True
    return _Lexer(text).complete()


class Growing:
    """A command line that is not complete, and gets further lines: each is read once, however many they are."""

    def __init__(self, text: str) -> None:
        self._lexer = _Lexer(text)
        self._lexer.complete()

    @property
    def awaited(self) -> str:
        """The word that ends the heredoc that is open, "" without one."""
        return self._lexer.heredocs[0][0] if self._lexer.heredocs else ""

    def add(self, line: str) -> bool:
        """Whether the lines so far are `complete`, this one included; none may be added to those that are."""
        self._lexer.text += "\n" + line
        return self._lexer.complete()


class _Lexer:
    """`stack` holds what is open, innermost last; the command state (`starts`, `head`) is that of the innermost command list.

    `starts`: a command may start here, so reserved words count. `needs`: an operator waits for its right side; `piped`: it was a pipe.
    `head`: where in the head of a for, case or function the next word stands. `word`: where the current word began, -1 for none.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.stack: list[str] = []
        self.saved: list[tuple[bool, str, int, bool]] = []
        self.starts = True
        self.needs = False
        self.piped = False
        self.head = ""
        self.word = -1
        self.plain = True
        self.heredocs: list[tuple[str, bool]] = []
        self.delimiter = ""
        self.in_bodies = False

    def complete(self) -> bool:
        """Reads on to the end of the text, and tells whether nothing is left open there."""
        try:
            self.run()
            if self.stack and self.stack[-1] in _SCANNERS:
                return False  # a word that goes on in the next line
            self.end_word()
        except _Stray:
            return True
        except _Open:
            return False
        return not (self.stack or self.needs or self.heredocs or self.delimiter)

    def run(self) -> None:
        text, size = self.text, len(self.text)
        if self.in_bodies:
            self.bodies()
        while self.at < size:
            mode = self.stack[-1] if self.stack else ""
            scan = _SCANNERS.get(mode)
            if scan is not None:
                scan(self)
            else:
                _TOKENS.get(text[self.at], _Lexer.plain_run)(self)

    # --- pieces of words

    def begin(self, plain: bool) -> None:
        if self.word < 0:
            self.word = self.at
            self.plain = plain
        elif not plain:
            self.plain = False

    def take(self, pattern: re.Pattern[str]) -> None:
        match = pattern.match(self.text, self.at)
        if match is None:
            raise _Open
        self.at = match.end()

    def plain_run(self) -> None:
        self.begin(True)
        match = _PLAIN.match(self.text, self.at)
        subscript = _SUBSCRIPT.match(self.text, self.at) if self.starts and not self.head and self.word == self.at else None
        if subscript:
            self.at = subscript.end()
            self.push("[")
        else:
            self.at = match.end() if match else self.at + 1

    def single(self) -> None:
        self.begin(False)
        self.take(_SINGLE)

    def backquote(self) -> None:
        self.begin(False)
        self.take(_BACKQUOTED)

    def double(self) -> None:
        self.begin(False)
        self.at += 1
        self.push('"')

    def backslash(self) -> None:
        if self.at + 1 >= len(self.text):
            raise _Open
        if self.text[self.at + 1] != "\n":
            self.begin(False)
        self.at += 2

    def dollar(self) -> None:
        self.begin(False)
        text, at = self.text, self.at
        if text.startswith("$'", at) and not (self.stack and self.stack[-1] == '"'):
            self.take(_ANSI)
        elif text.startswith("$((", at):
            self.at += 3
            self.push("$((")
        elif text.startswith("$(", at):
            self.at += 2
            self.push("$(")
        elif text.startswith("${", at):
            self.at += 2
            self.push("${")
        else:
            self.at += 1

    # --- what is open

    def push(self, kind: str) -> None:
        self.stack.append(kind)
        self.saved.append((self.starts, self.head, self.word, self.plain))
        self.starts, self.head, self.word, self.plain = True, "", -1, True

    def pop(self) -> str:
        kind = self.stack.pop()
        self.starts, self.head, self.word, self.plain = self.saved.pop()
        return kind

    def open_keyword(self, kind: str) -> None:
        self.stack.append(kind)
        self.saved.append((self.starts, self.head, -1, True))
        self.starts, self.head, self.word = True, "", -1

    def close_keyword(self, kind: str) -> None:
        if not self.stack or self.stack[-1] != kind:
            raise _Stray
        self.pop()
        self.starts, self.head, self.needs = True, "", False

    # --- words of a command list

    def end_word(self) -> None:
        start, self.word = self.word, -1
        if start < 0:
            return
        word = self.text[start : self.at] if self.plain else ""
        if self.delimiter:
            self.heredocs.append((_unquoted(self.text[start : self.at]), self.delimiter == "<<-"))
            self.delimiter = ""
        elif self.head:
            self.head_word(word)
        elif self.starts:
            self.needs = False
            self.first_word(word)

    def head_word(self, word: str) -> None:
        head, self.head = self.head, ""
        if head == "for":
            self.head = "for in"
            self.starts = False
        elif head == "for in":
            self.starts = word == "do"
        elif head == "case":
            self.head = "case in"
        elif head == "case in":
            if word != "in":
                raise _Stray
            self.head = "pattern"
        elif head == "pattern":
            if word == "esac":
                self.close_keyword("case")
            else:
                self.head = "pattern rest"
        elif head == "pattern rest":
            self.head = "pattern rest"
        elif head == "function":
            self.starts = self.needs = True

    def first_word(self, word: str) -> None:
        piped, self.piped = self.piped, False
        if piped and word == "time":  # no reserved word behind a pipe
            self.starts = False
        elif word in _OPENERS:
            self.open_keyword(_OPENERS[word])
            self.head = word if word in ("case", "for") else "for" if word == "select" else ""
        elif word in _CLOSERS:
            self.close_keyword(_CLOSERS[word])
        elif word == "[[":
            self.starts = False
            self.push("[[")
        elif word == "function":
            self.head = "function"
        elif word not in _GOES_ON:
            self.starts = False
        elif word == "coproc" and (name := _COPROC_NAME.match(self.text, self.at)):
            self.at = name.end()

    def blank(self) -> None:
        self.end_word()
        match = _BLANK.match(self.text, self.at)
        self.at = match.end() if match else self.at + 1

    def newline(self) -> None:
        self.end_word()
        self.at += 1
        if not self.head.startswith(("case", "pattern")):
            self.starts, self.head = True, ""
        self.in_bodies = bool(self.heredocs)
        if self.in_bodies:
            self.bodies()

    def bodies(self) -> None:
        text = self.text
        while self.heredocs:
            delimiter, dashed = self.heredocs[0]
            while True:
                end = text.find("\n", self.at)
                line = text[self.at : end if end >= 0 else len(text)]
                if (line.lstrip("\t") if dashed else line) == delimiter:
                    self.at = end + 1 if end >= 0 else len(text)
                    break
                if end < 0:
                    raise _Open
                self.at = end + 1
            del self.heredocs[0]
        self.in_bodies = False

    def hash(self) -> None:
        if self.word >= 0:
            self.plain_run()
            return
        end = self.text.find("\n", self.at)
        self.at = end if end >= 0 else len(self.text)

    def operator(self) -> None:
        match = _OPERATOR.match(self.text, self.at)
        assert match is not None, "an operator starts here"
        sign = match[0]
        if sign[0] in "<>" or sign.startswith("&>"):
            self.redirect(sign)
            return
        self.end_word()
        self.at = match.end()
        if self.head.startswith("pattern"):
            return
        self.starts, self.head = True, ""
        if sign in ("&&", "||", "|", "|&"):
            self.needs = True
            self.piped = sign[0] == "|" and sign != "||"
        elif sign.startswith((";;", ";&")) and self.stack and self.stack[-1] == "case":
            self.head = "pattern"

    def redirect(self, sign: str) -> None:
        if sign in ("<(", ">("):
            self.begin(False)
            self.at += 2
            self.push("$(")
            return
        if self.word >= 0 and self.plain and self.text[self.word : self.at].isdigit():
            self.word = -1
        self.end_word()
        self.needs = False
        self.at += len(sign)
        if sign in ("<<", "<<-"):
            self.delimiter = sign

    def left(self) -> None:
        if self.word >= 0:
            self.left_in_word()
            return
        if self.head == "pattern":
            self.at += 1
            self.head = "pattern rest"
        elif self.head == "for" or (self.starts and not self.head):
            self.needs = False
            double = self.text.startswith("((", self.at)
            self.at += 2 if double else 1
            if self.head == "for":
                self.head, self.starts = "for in", False
            self.push("((" if double else "(")
        else:
            self.function_or_stray()

    def left_in_word(self) -> None:
        word = self.text[self.word : self.at]
        if self.head == "pattern rest" or word[-1:] in ("?", "*", "+", "@", "!") or _ASSIGNED.fullmatch(word):
            self.begin(False)
            self.at += 1
            self.push("a(")
        else:
            self.end_word()
            self.function_or_stray()

    def function_or_stray(self) -> None:
        match = _FUNCTION.match(self.text, self.at)
        if match is None:
            raise _Stray
        self.at = match.end()
        self.starts, self.head, self.needs = True, "", True

    def right(self) -> None:
        self.end_word()
        self.at += 1
        if self.head.startswith("pattern"):
            self.head, self.starts = "", True
        elif self.stack and self.stack[-1] in ("(", "$("):
            if self.pop() == "(":
                self.starts, self.head = True, ""
        else:
            raise _Stray

    # --- the insides of quotes and expansions

    def in_double(self) -> None:
        match = _DOUBLE.match(self.text, self.at)
        if match:
            self.at = match.end()
            return
        char = self.text[self.at]
        if char == '"':
            self.at += 1
            self.pop()
        else:
            _PIECES[char](self)

    def in_parameter(self) -> None:
        match = _PARAMETER.match(self.text, self.at)
        if match:
            self.at = match.end()
            return
        char = self.text[self.at]
        if char == "}":
            self.at += 1
            self.pop()
        else:
            _PIECES[char](self)

    def in_arithmetic(self) -> None:
        match = _ARITHMETIC.match(self.text, self.at)
        if match:
            self.at = match.end()
            return
        char = self.text[self.at]
        if char == "(":
            self.at += 1
            self.push("n(")
        elif char == ")":
            self.close_arithmetic()
        else:
            _PIECES[char](self)

    def close_arithmetic(self) -> None:
        kind = self.stack[-1]
        if kind == "n(":
            self.at += 1
            self.pop()
        elif self.text.startswith("))", self.at):
            self.at += 2
            self.pop()
            if kind == "((":
                self.starts = self.head != "for in"
        else:  # "$((" was a substitution that starts with a subshell
            self.at += 1
            self.stack[-1] = "$(" if kind == "$((" else "("
            self.starts, self.head, self.word = True, "", -1

    def in_array(self) -> None:
        char = self.text[self.at]
        if char == ")":
            self.at += 1
            self.pop()
        elif char == "(":
            self.at += 1
            self.push("a(")
        elif char == "#" and self.text[self.at - 1].isspace():
            self.word = -1
            self.hash()
        elif char in _PIECES:
            _PIECES[char](self)
        else:
            self.at += 1

    def in_subscript(self) -> None:
        """The subscript of an element that may be assigned to: up to its bracket, blanks included."""
        char = self.text[self.at]
        if char in _PIECES:
            _PIECES[char](self)
            return
        self.at += 1
        if char == "[":
            self.push("[")
        elif char == "]":
            self.pop()

    def in_condition(self) -> None:
        char = self.text[self.at]
        if self.text.startswith("]]", self.at) and self.text[self.at - 1].isspace():
            self.at += 2
            self.pop()
        elif char in _PIECES:
            _PIECES[char](self)
        else:
            self.at += 1


def _unquoted(word: str) -> str:
    return re.sub(r"['\"]|\\(.)", r"\1", word, flags=re.DOTALL) if re.search(r"['\"\\]", word) else word


_PIECES: Final[dict[str, Callable[[_Lexer], None]]] = {
    "'": _Lexer.single,
    '"': _Lexer.double,
    "`": _Lexer.backquote,
    "\\": _Lexer.backslash,
    "$": _Lexer.dollar,
}
_TOKENS: Final[dict[str, Callable[[_Lexer], None]]] = {
    **_PIECES,
    **dict.fromkeys(" \t\r\v\f", _Lexer.blank),
    "\n": _Lexer.newline,
    "#": _Lexer.hash,
    **dict.fromkeys("|&;<>", _Lexer.operator),
    "(": _Lexer.left,
    ")": _Lexer.right,
}
_SCANNERS: Final[dict[str, Callable[[_Lexer], None]]] = {
    '"': _Lexer.in_double,
    "${": _Lexer.in_parameter,
    "$((": _Lexer.in_arithmetic,
    "((": _Lexer.in_arithmetic,
    "n(": _Lexer.in_arithmetic,
    "a(": _Lexer.in_array,
    "[": _Lexer.in_subscript,
    "[[": _Lexer.in_condition,
}
