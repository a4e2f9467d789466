"""What is typed and what is printed: the entries of a transcript, and how many rows a command takes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from msgspec import Struct

from runbook.looks import PLACEHOLDER, is_cmdlet, prose_words
from runbook.model import Row
from runbook.patterns import pattern
from runbook.prompts import Prompt
from runbook.shell import Growing, complete
from runbook.words import words

DATABASES: Final = ("mysql", "psql", "sqlite")
"""The languages typed in clients of databases."""
_WITH_REMARKS: Final = ("sh", "powershell", "gdb", "python", "ruby")
"""Shells in which a "#" begins a remark."""
_EVALUATING: Final = (
    "python",
    "ruby",
    "node",
    "javascript",
    "mongo",
    "r",
    "julia",
    "lua",
    "octave",
    "matlab",
    "php",
    "scala",
    "elixir",
    "haskell",
)
"""Languages of interpreters, in which blocks of code are set in."""
LONGEST_COMMAND: Final = 400
"""Lines after which an open quote, heredoc or loop is taken for a slip of the author's instead."""
_IN_VAIN: Final = 8
"""Lines that are looked at for the end of open commands and then not taken, for each line of a block: a block of nothing but slips
costs no more."""
_AT_LEAST: Final = 10
"""Lines that are looked at for each open command, however many slips there were before."""


class Typed(Struct, frozen=True, gc=False):
    """A command: its rows, the text to type (lines joined by newlines), its prompt; `remark` is what the author wrote behind it,
    `original` the text before typographic dashes and quotes were mended ("" when nothing was)."""

    rows: tuple[Row, ...]
    text: str
    prompt: Prompt | None = None
    shell: str = "sh"
    remark: str = ""
    original: str = ""


class Printed(Struct, frozen=True, gc=False):
    rows: tuple[Row, ...]


class Remark(Struct, frozen=True, gc=False):
    """Lines of the block which are neither: comments, explanations, paths through menus."""

    rows: tuple[Row, ...]


class Returned(Struct, frozen=True, gc=False):
    """A prompt with nothing behind it: the shell came back."""

    row: Row
    prompt: Prompt


Entry = Typed | Printed | Remark | Returned
_REMARK_SIGN: Final = re.compile(r"\s(?=: +[A-Za-z][a-z]+ |[#(\uff08\u2190\u2192\u21d0]|//|-+>\s|<-|[\u2013\u2014-]{1,2}\s)")
_MAY_BE_SIGN: Final = re.compile(r"  : |[#(\uff08/<>\u2190\u2192\u21d0\u2013\u2014]| --? ")

_REMARK: Final = re.compile(
    r"(?<=  ): +[A-Za-z][a-z]+ [^|;&$]*|\#+\s+\S.*|\#(?=[A-Za-z][\w\-'\u2019]*(?:[,:]\s?|\s)[\w(])\S.*|//(?![\w.\-]+/)\s?[^\W\d_].*|"
    r"-+>\s.*|<-{1,}\s.*|[\u2190\u2192\u21d0]\s?.*|\((?:(?=[^()]*[^\W\d_][^()]*\s)[^()]*|[Oo]ptional|[Rr]ecommended)\)[.\s]*|"
    r"[(\uff08](?=[^\x00-\x7f])[^()\uff08\uff09]*[)\uff09][.\u3002\s]*",
    re.DOTALL,
)
_SAID_BEHIND_DASH: Final = re.compile(
    r"(?:[\u2013\u2014]{1,2}|--?)\s+(?:(?=[^\W\d_\x00-\x7f])[^'\"|&;]*|(?=[A-Za-z][\w'\u2019]*,? [a-z(])[^'\"|&;=$~\n]*)"
)
"""Words of the author's behind a dash: " - show the lamps". What is read from the input, too, is written as a dash."""
_STANDS_FOR: Final = pattern(r"\((?P<name>[A-Za-z]\w{0,20})\s?=[^()]+\)[.\s]*")
"""What a name in the command stands for: "(N=1,2,3)"."""
_WORDS_OF_COMMAND: Final = pattern(r"\w+")
_OTHER_LETTER: Final = pattern(r"[^\x00-\x7f]")
_SAID_IN_WORDS: Final = pattern(
    r" {2,}[^\W\d_\x00-\x7f][^\"'|&;=<>$`]*| +[^\W\d_\x00-\x7f][^\s\"'|&;=<>/\\$`]*(?:\s+[^\s\"'|&;=<>/\\$`-][^\s\"'|&;=<>/\\$`]*){3,}[.!?\u0964\u3002]?\Z"
)
"""Several words in letters that no program has, up to the end: what the author says of the command."""
_UNQUOTED: Final = pattern(r"""(?:[^'"\\]++|\\.|'[^']*+'|"(?:[^"\\]|\\.)*+")*+""", re.DOTALL)
_DASH_OPTION: Final = pattern(r"(?<![^\s=])(?:\u2013-|\u2014|--(?=-)(?!-)|-\u2013|\u2013\u2013)(?=\w)")
_DASH_LONG: Final = pattern(r"(?<![^\s=])\u2013(?=([a-z]{2,}(?:-[a-z\d]+)*)(?:[\s=]|\Z))")
"""An option after one long dash, which a wiki makes of two hyphens as well as of one: its name tells."""
_WORDS: Final = pattern(r"[\w.+\-]+")
_DASH_SHORT: Final = pattern(r"(?<![^\s=])[\u2013\u2212\u2010\u2011](?=\w)")
_QUOTES: Final = str.maketrans({"\u201c": '"', "\u201d": '"', "\u201e": '"', "\u2018": "'", "\u2019": "'", "\u00a0": " "})
_MAY_BE_OPEN: Final = re.compile(
    r"""['"`({\\]|<<|(?:\||&&)\s*\Z|\A\s*(?:for|while|until|if|case|select|function)\b""",
)
_CONTINUATION_PROMPT: Final = pattern(r"\s*(?:(?:>|->|'>|\">|`>|\.\.\.|quote>|dquote>|for>|heredoc>)(?: |\Z)|>(?=--?[A-Za-z]))")
_ENDS_WITH_PATH: Final = pattern(r"(?:.*\s)?(?:[A-Za-z]:|\.{1,2}|~)\\(?:[^\\\s\"']++\\)*+")
"""A path of Windows whose last backslash is its own, and continues nothing."""
_OPEN_IN_PYTHON: Final = pattern(r"[:\\,(\[{]\s*\Z|\"\"\"|'''")
"""What a line of Python ends with that goes on: dots alone below any other line stand for what was left out."""
_PYTHON_GOES_ON: Final = pattern(r"\s*\.\.\.(?: |\Z)")
_SQL_END: Final = pattern(r"(?:;|\\[gG])\s*(?:--.*)?\Z")


def mend(text: str) -> str:
    """`text` with the dashes and quotes which a word processor or wiki put in made typeable again."""
    if text.isascii():
        return text
    mended = _DASH_OPTION.sub("--", text)
    if "\u2013" in mended and words("single_dash").isdisjoint(_WORDS.findall(mended)):
        mended = _DASH_LONG.sub(lambda match: "--" if "-" in match[1] or match[1] in words("long_options") else "-", mended)
    mended = _DASH_SHORT.sub("-", mended)
    return mended.translate(_QUOTES)


@lru_cache(maxsize=4096)
def split_remark(text: str) -> tuple[str, str]:
    """A command line and what its author wrote behind it: a comment, an arrow, words in parentheses."""
    if "\n" in text or len(text) >= 2000:
        return text, ""
    if not text.isascii() and (begins := _OTHER_LETTER.search(text)) is not None:
        command = text[: begins.start()].rstrip()
        said = _SAID_IN_WORDS.fullmatch(text, len(command))
        if said is not None and command and command[-1] not in "|&=<>-#(" and _UNQUOTED.fullmatch(command):
            return command, said[0].strip()
    if not _MAY_BE_SIGN.search(text):
        return text, ""
    held = [one.span() for one in PLACEHOLDER.finditer(text)] if ">" in text else []
    for sign in _REMARK_SIGN.finditer(text):
        if any(start < sign.end() < end for start, end in held):
            continue
        command = text[: sign.end()].rstrip()
        if command and command[-1] not in "|&=" and _is_remark(text, sign.end()) and _UNQUOTED.fullmatch(command.rstrip("\\")):
            return command, text[sign.end() :].strip()
    return text, ""


def _is_remark(text: str, start: int) -> bool:
    """Whether the rest of a command line, from a sign on, is its author's remark."""
    if _REMARK.fullmatch(text, start):
        return True
    stands = _STANDS_FOR.fullmatch(text, start) if text[start] == "(" else None
    if stands is not None and stands["name"] in _WORDS_OF_COMMAND.findall(text[:start]):
        return True
    said = _SAID_BEHIND_DASH.fullmatch(text, start)
    return said is not None and " -" not in said[0][1:] and (prose_words(said[0]) > 0 or not said[0].isascii())


class Ahead:
    """The rows of a block and their prompts, and how many rows may still be looked at in vain."""

    def __init__(self, rows: Sequence[Row], prompts: Sequence[Prompt | None]) -> None:
        self.rows = rows
        self.prompts = prompts
        self.left = LONGEST_COMMAND + _IN_VAIN * len(rows)

    def extent(self, at: int, lines: list[str], shell: str) -> int:
        """How many rows the command that begins at row `at` takes; `lines` holds its first and gets the further ones."""
        if shell in DATABASES:
            count = _sql_extent(self.rows, self.prompts, at, lines) if self.prompts[at] is not None else 1
            return count if count > 1 else _bare_sql_extent(self.rows, self.prompts, at, lines)
        if shell == "python" and self.prompts[at] is not None:
            return _python_extent(self.rows, at, lines)
        if shell in _EVALUATING and self.prompts[at] is None:
            return _set_in_extent(self.rows, at, lines)
        if shell != "sh" or not (_MAY_BE_OPEN.search(lines[0]) or lines[0].endswith("\\")) or complete(lines[0]):
            return 1
        if lines[0].endswith("\\") and _ENDS_WITH_PATH.fullmatch(lines[0]):
            return 1
        if self._closed(at, lines):
            return len(lines)
        self.left -= len(lines) - 1
        if "<<" in lines[0] and self._closed(at, again := lines[:1], set_in=True):
            lines[1:] = again[1:]
            return len(lines)
        if lines[0].endswith("\\") and len(lines) > 1:
            return len(_backslashed(lines))
        return 1

    def _closed(self, at: int, lines: list[str], *, set_in: bool = False) -> bool:
        """Adds lines to an open one until nothing is open any more; whether that came to be. With `set_in` the word that ends what goes
        into a file may be set in with it, as pages show it: no shell takes it for the end, so that it is read without the blanks."""
        indent = len(self.rows[at].text) - len(self.rows[at].text.lstrip())
        growing = Growing(lines[0])
        for i in range(at + 1, min(len(self.rows), at + LONGEST_COMMAND, at + 1 + max(self.left, _AT_LEAST))):
            prompt = self.prompts[i]
            if prompt is not None and prompt.sure:
                break
            text = self.rows[i].text
            continuation = _CONTINUATION_PROMPT.match(text)
            plain = text[min(indent, len(text) - len(text.lstrip())) :]
            plain = text[continuation.end() :] if continuation and self.prompts[at] is not None else plain
            # Blanks behind a backslash, or behind a word that ends what goes into a file, were pasted along.
            bare = plain.strip() if set_in and plain.strip() == growing.awaited else plain.rstrip()
            lines.append(bare if bare.endswith("\\") or " " not in bare else plain)
            if growing.add(lines[-1]):
                return True
        return False


def command_at(ahead: Ahead, at: int, prompt: Prompt) -> Typed:
    lines = [prompt.rest]
    count = ahead.extent(at, lines, prompt.shell)
    text = "\n".join(lines[:count])
    if prompt.shell == "sh" and " -" in text and not text.endswith(("-h", "-help")):
        further = _options_below(ahead, at + count)
        text = " \\\n".join([text, *(row.text.strip() for row in ahead.rows[at + count : at + count + further])])
        count += further
    return typed(tuple(ahead.rows[at : at + count]), text, prompt, shell=prompt.shell)


_OPTIONS: Final = pattern(r"(?:--?[A-Za-z][\w\-]*[ =]<[^<>]+>(?:\s+|\Z))+")


def _options_below(ahead: Ahead, at: int) -> int:
    """How many rows from `at` on are nothing but options, each with a placeholder: a command goes on that was broken for its length."""
    end = at
    while end < len(ahead.rows) and ahead.prompts[end] is None and _OPTIONS.fullmatch(ahead.rows[end].text):
        end += 1
    return end - at


def _backslashed(lines: Sequence[str]) -> Sequence[str]:
    """The lines up to the first that does not end with a backslash."""
    for i, line in enumerate(lines):
        if not line.rstrip().endswith("\\"):
            return lines[: i + 1]
    return lines


def _python_extent(rows: Sequence[Row], at: int, lines: list[str]) -> int:
    for row in rows[at + 1 : at + LONGEST_COMMAND]:
        continuation = _PYTHON_GOES_ON.match(row.text)
        if continuation is None or (
            len(lines) == 1 and not row.text[continuation.end() :].strip() and not _OPEN_IN_PYTHON.search(lines[0])
        ):
            break
        lines.append(row.text[continuation.end() :])
    return len(lines)


def _set_in_extent(rows: Sequence[Row], at: int, lines: list[str]) -> int:
    """How many rows a command takes that no prompt marks, for an interpreter: those set in deeper than its first row, and what closes a
    bracket or a block behind them."""
    indent = len(rows[at].text) - len(rows[at].text.lstrip())
    end = at + 1
    for i in range(at + 1, min(len(rows), at + LONGEST_COMMAND)):
        text = rows[i].text
        if not text.strip():
            continue
        deeper = len(text) - len(text.lstrip()) > indent
        if not deeper and not (end > at + 1 and _CLOSES.match(text)):
            break
        lines.extend(row.text for row in rows[end : i + 1])
        end = i + 1
    return end - at


_CLOSES: Final = pattern(r"\s*(?:[)}\]]|(?:end|else|elif|elsif|except|rescue|finally|ensure)\b)")
"""What goes on with the rows above it that are set in deeper, or ends them."""


def _bare_sql_extent(rows: Sequence[Row], prompts: Sequence[Prompt | None], at: int, lines: list[str]) -> int:
    """How many rows a statement takes that no prompt marks: up to the one that ends it, where one does."""
    first = lines[0].strip()
    body = _dollar_quoted(first, "")  # within a function's body semicolons end nothing
    if (_SQL_END.search(first) and not body) or first.startswith("\\") or " " not in first:
        return 1
    for i in range(at + 1, min(len(rows), at + LONGEST_COMMAND)):
        text = rows[i].text
        if prompts[i] is not None or not (text.strip() or body):
            break
        lines.append(text)
        body = _dollar_quoted(text, body)
        if not body and _SQL_END.search(text):
            return len(lines)
    del lines[1:]
    return 1


def _dollar_quoted(text: str, opened: str) -> str:
    """The sign ("$$", "$body$") of the string that is open behind a line, "" for none; `opened` is that before it. PostgreSQL's manual,
    "Dollar-Quoted String Constants": a string ends with the sign that it began with."""
    for sign in _DOLLARS.findall(text):
        opened = "" if sign == opened else opened or sign
    return opened


_DOLLARS: Final = pattern(r"\$(?:[^\W\d]\w*)?\$")


def _sql_extent(rows: Sequence[Row], prompts: Sequence[Prompt | None], at: int, lines: list[str]) -> int:
    count = 1
    for i in range(at + 1, min(len(rows), at + LONGEST_COMMAND)):
        continuation = _CONTINUATION_PROMPT.match(rows[i].text)
        if prompts[i] is not None and continuation is None:
            break
        if continuation is None or _SQL_END.search(lines[-1]):
            break
        lines.append(rows[i].text[continuation.end() :])
        count += 1
    return count


def typed(rows: tuple[Row, ...], text: str, prompt: Prompt | None, *, shell: str = "sh") -> Typed:
    """A command of its rows and its raw text: remarks split off, typography mended."""
    command, remark = split_remark(text.strip()) if shell in _WITH_REMARKS else (text.strip(), "")
    if shell == "sh" and is_cmdlet(command.split(maxsplit=1)[0] if command else ""):
        shell = "powershell"
    mended = mend(command) if shell == "sh" else command
    return Typed(rows, mended, prompt, shell, remark, command if mended != command else "")
