"""What sed scripts and awk programs do, read as far as is needed to know that they only read."""

from __future__ import annotations

import re
from typing import Final

from runbook.patterns import pattern

_HARMLESS_FILES: Final = frozenset({"/dev/stdout", "/dev/stderr", "/dev/null"})


# --- sed (POSIX XCU sed; GNU extensions e, w, W, z, F, Q, s///e, s///w, M, I) -----------------------------------------------


class _NotRead(Exception):
    def __init__(self, effects: str) -> None:
        super().__init__(effects)
        self.effects = effects


_SED_SPACE: Final = pattern(r"[\s;]*+")
_SED_BLANK: Final = pattern(r"[ \t]*+")
_SED_STEP: Final = pattern(r"[~+]?\d++|\$|~\d++")
_SED_FLAGS: Final = pattern(r"[gpiImM0-9]*+")
_SED_NUMBER: Final = pattern(r"[ \t]*+\d*+")
_SED_LABEL: Final = pattern(r"[ \t]*+[^\s;]*+")
_SED_LINE: Final = pattern(r"[^\n]*+")


def sed_effects(script: str) -> set[str]:
    """The effects of a sed script: {read}, or with "modify" (w), "exec" (e), "unknown" (what can't be read)."""
    try:
        return _Sed(script).run()
    except _NotRead as stop:
        return set(stop.effects.split())


class _Sed:
    def __init__(self, script: str) -> None:
        self.text = script
        self.at = 0

    def run(self) -> set[str]:
        while True:
            self.skip(_SED_SPACE)
            if self.at >= len(self.text):
                return {"read"}
            self.addresses()
            self.command()

    def skip(self, pattern: re.Pattern[str]) -> str:
        match = pattern.match(self.text, self.at)
        if match is None:
            return ""
        self.at = match.end()
        return match[0]

    def char(self) -> str:
        if self.at >= len(self.text):
            raise _NotRead("unknown")
        self.at += 1
        return self.text[self.at - 1]

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def addresses(self) -> None:
        if self.address():
            self.skip(_SED_BLANK)
            if self.peek() == ",":
                self.at += 1
                self.skip(_SED_BLANK)
                if not self.address():
                    raise _NotRead("unknown")
                self.skip(_SED_BLANK)
        while self.peek() in ("!", " "):
            self.at += 1

    def address(self) -> bool:
        if self.skip(_SED_STEP):
            self.skip(_SED_STEP)
            return True
        if self.peek() in ("/", "\\"):
            delimiter = self.char()
            if delimiter == "\\":
                delimiter = self.char()
            self.until(delimiter, pattern=True)
            while self.peek() in ("I", "M"):
                self.at += 1
            return True
        return False

    def until(self, delimiter: str, *, pattern: bool) -> None:
        """Past the next unescaped delimiter. In a pattern GNU sed lets a bracket hold it, others don't: what depends on that is not read."""
        if delimiter in ("\\", "\n"):
            raise _NotRead("unknown")
        bracket = False
        while True:
            char = self.char()
            if char == "\\":
                self.char()
            elif char == delimiter:
                if bracket:
                    raise _NotRead("unknown")
                return
            elif char == "\n" and not pattern:
                raise _NotRead("unknown")
            elif pattern and char == "[" and not bracket:
                bracket = True
                if self.peek() == "^":
                    self.at += 1
                if self.peek() == "]":
                    self.at += 1
            elif bracket and char == "[" and self.peek() in (":", ".", "="):
                self.named_class()
            elif bracket and char == "]":
                bracket = False

    def named_class(self) -> None:
        kind = self.char()
        end = self.text.find(kind + "]", self.at)
        if end < 0:
            raise _NotRead("unknown")
        self.at = end + 2

    def command(self) -> None:
        name = self.char()
        if name in "{}=dDgGhHnNpPxzF":
            return
        if name == "#":
            self.skip(_SED_LINE)
        elif name == "s":
            self.substitute()
        elif name == "y":
            delimiter = self.char()
            self.until(delimiter, pattern=False)
            self.until(delimiter, pattern=False)
        elif name in "lLqQ":
            self.skip(_SED_NUMBER)
        elif name in "btT:":
            self.skip(_SED_LABEL)
        elif name in "aic":
            self.appended()
        elif name in "rR":
            self.skip(_SED_LINE)
        elif name in "wW":
            self.written()
        elif name == "e":
            raise _NotRead("exec")
        else:
            raise _NotRead("unknown")
        self.ended(name)

    def ended(self, name: str) -> None:
        self.skip(_SED_BLANK)
        if self.at < len(self.text) and self.peek() not in (";", "\n", "}", "#"):
            raise _NotRead("unknown")

    def substitute(self) -> None:
        delimiter = self.char()
        self.until(delimiter, pattern=True)
        self.replacement(delimiter)
        self.skip(_SED_FLAGS)
        if self.peek() == "w":
            self.at += 1
            self.written()
        elif self.peek() == "e":
            raise _NotRead("exec")

    def replacement(self, delimiter: str) -> None:
        while True:
            char = self.char()
            if char == "\\":
                self.char()
            elif char == delimiter:
                return

    def written(self) -> None:
        name = self.skip(_SED_LINE).strip()
        if name not in _HARMLESS_FILES:
            raise _NotRead("create modify")

    def appended(self) -> None:
        while True:
            line = self.skip(_SED_LINE)
            if not line.endswith("\\") or self.at >= len(self.text):
                return
            self.at += 1


# --- awk (POSIX XCU awk; gawk's manual for @, |&, /inet/) ------------------------------------------------------------------

_AWK_TOKEN: Final = pattern(
    r"""(?P<string>"(?:[^"\\\n]++|\\.)*+")|(?P<comment>\#[^\n]*+)|(?P<name>[A-Za-z_]\w*+)|(?P<number>\d[\w.]*+)
    |(?P<space>[ \t\r]++|\\\n)|(?P<op>\|\||&&|>>|>=|==|!~|.|\n)""",
    re.VERBOSE | re.DOTALL,
)
_AWK_REGEX: Final = pattern(r"/(?:[^/\\\n\[]++|\\.)++/|//")
_AWK_BEFORE_REGEX: Final = frozenset(
    {"", "(", ",", "{", "}", ";", "!", "~", "!~", "&&", "||", "\n", "=", "==", "?", ":", ">", "<", "&", "|"}
)
_AWK_KEYWORDS: Final = frozenset({"print", "printf", "return", "in", "case", "else", "do", "getline", "exit"})
_AWK_FORBIDDEN: Final = pattern(r"\bsystem\b\s*\(|@|\|&|/inet|\bclose\s*\(|\bextension\b")


def awk_effects(program: str) -> set[str]:
    """The effects of an awk program: {read}, or with "exec" (system, pipes), "create modify" (output to a file), "unknown"."""
    if re.search(r"\bsystem\s*+\(", program):
        return {"exec"}
    if _AWK_FORBIDDEN.search(program) and re.search(r"@(?:load|include|\w+\s*\()|\|&|/inet", program):
        return {"unknown"}
    return _Awk(program).run()


class _Awk:
    """Scans tokens; `depth` of brackets when a print statement began, None outside of one."""

    def __init__(self, program: str) -> None:
        self.text = program
        self.at = 0
        self.depth = 0
        self.printing: int | None = None
        self.before = ""
        self.found = {"read"}

    def run(self) -> set[str]:
        while self.at < len(self.text):
            if self.text[self.at] == "/" and self.regex_starts():
                match = _AWK_REGEX.match(self.text, self.at)
                if match is None:
                    return {"unknown"}
                self.at = match.end()
                self.before = "regex"
                continue
            match = _AWK_TOKEN.match(self.text, self.at)
            if match is None or match[0] in ('"', "'"):
                return {"unknown"}
            self.at = match.end()
            self.token(match.lastgroup or "", match[0])
        return self.found

    def regex_starts(self) -> bool:
        if self.before == ")" and "|" in self.text:
            self.found.add("unknown")
        return self.before in _AWK_BEFORE_REGEX or self.before in _AWK_KEYWORDS

    def token(self, kind: str, text: str) -> None:
        if kind in ("space", "comment"):
            return
        if kind == "op":
            self.operator(text)
        elif text in ("print", "printf"):
            self.printing = self.depth
        self.before = text if kind in ("op", "name") and (kind == "op" or text in _AWK_KEYWORDS) else "operand"

    def operator(self, sign: str) -> None:
        if sign in "([":
            self.depth += 1
        elif sign in ")]":
            self.depth -= 1
        elif sign in ("{", "}", ";", "\n"):
            self.printing = None
        elif sign == "|":
            self.found.add("exec")
        elif sign in (">", ">>") and self.printing is not None and self.depth <= self.printing:
            self.output()

    def output(self) -> None:
        match = re.compile(r'\s*+"([^"\\]*+)"\s*+(?=[;}\n]|$)').match(self.text, self.at)
        if match is None or match[1] not in _HARMLESS_FILES:
            self.found |= {"create", "modify"}
