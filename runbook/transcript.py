"""A block of code read as a terminal's transcript: what was typed, what was printed, what is only a remark."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Sequence
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from runbook.looks import (
    PLACEHOLDER,
    as_command,
    as_prose,
    config_share,
    first_word,
    is_call,
    is_elision,
    is_menu_path,
    is_ruled,
    is_shebang,
    is_statement,
    prose_words,
)
from runbook.model import Row
from runbook.prompts import Prompt, device_prompt, prompt_of
from runbook.recurring import of_interpreters, recurring
from runbook.shell import Growing, complete
from runbook.words import client_languages, languages, words

DATABASES = ("mysql", "psql", "sqlite")
"""The languages typed in clients of databases."""

_WITH_REMARKS = ("sh", "powershell")
"""Shells in which a "#" begins a remark."""

LONGEST_COMMAND = 400
"""Lines after which an open quote, heredoc or loop is taken for a slip of the author's instead."""
_SHOWN_DEEPER = 4
"""Columns that a prompt which is only shown stands deeper than those at which something is typed."""
_IN_VAIN = 8
"""Lines that are looked at for the end of open commands and then not taken, for each line of a block: a block of nothing but slips
costs no more."""
_AT_LEAST = 10
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

_REMARK_SIGN = re.compile(r"\s(?=[#(\u2190\u2192\u21d0]|//|-+>\s|<-)")
_MAY_BE_SIGN = re.compile(r"[#(/<>\u2190\u2192\u21d0]")
_REMARK = re.compile(
    r"\#+\s+\S.*|\#(?=[A-Z][\w\-]* \w+ )\S.*|//(?![\w.\-]+/)\s?[A-Za-z].*|-+>\s.*|<-{1,}\s.*|"
    r"[\u2190\u2192\u21d0]\s?.*|\((?=[^()]*[A-Za-z|][^()]*\s)[^()]*\)[.\s]*",
    re.DOTALL,
)
_UNQUOTED = re.compile(r"""(?:[^'"\\]++|\\.|'[^']*+'|"(?:[^"\\]|\\.)*+")*+""", re.DOTALL)
_DASH_OPTION = re.compile(r"(?<![^\s=])(?:\u2013-|\u2014|--(?=-)(?!-)|-\u2013|\u2013\u2013)(?=\w)")
_DASH_LONG = re.compile(r"(?<![^\s=])\u2013(?=([a-z]{2,}(?:-[a-z]+)*)(?:[\s=]|\Z))")
"""An option after one long dash, which a wiki makes of two hyphens as well as of one: its name tells."""
_WORDS = re.compile(r"[\w.+\-]+")
_DASH_SHORT = re.compile(r"(?<![^\s=])[\u2013\u2212\u2010\u2011](?=\w)")
_QUOTES = str.maketrans({"\u201c": '"', "\u201d": '"', "\u201e": '"', "\u2018": "'", "\u2019": "'", "\u00a0": " "})
_MAY_BE_OPEN = re.compile(
    r"""['"`({\\]|<<|(?:\||&&)\s*\Z|\A\s*(?:for|while|until|if|case|select|function)\b""",
)
_COMMENT = re.compile(r"\s*(?:#|//|;;|REM\b|rem\b|::)")
_OUTPUT_COLUMNS = re.compile(r"\S {3,}\S.* {2,}\S|\t\S+\t|\A\s*\d+[ :.)]|\A[\w .()/\-]{1,40}:\s|\A\s*[*+|=\-]{3,}")
_BANNER = re.compile(
    r"[A-Z][\w+\-]*(?: [A-Za-z]\w*){0,3},? (?:(?:version|release) [vV]?\d+\.\d|[vV]?\d+\.\d[\w.\-]*\s*[(,])|"
    r"[A-Za-z][\w+\-]* \((?:version )?[vV]?\d+\.\d[^()]*\)"
)
"""How programs begin to speak: their name and version."""
_SETS = re.compile(r"\s*(?:export\s+)?[A-Za-z_]\w*=\S")
_SETTING = re.compile(r"[\w.\-]+\s*=")
_PREPROCESSOR = re.compile(r"(?:include\s*[<\"]|define\s+\w|ifn?def\s+\w|endif\b|pragma\s+\w)")
_PROGRESS = re.compile(r"\w\.{3}\s*(?:\S+\s*)?\Z|\.{3}\s*\[?(?:done|ok|yes|no|failed)\b|\b\d{1,3}%", re.IGNORECASE)
"""How programs say what they are about."""
_SEE = re.compile(r"\b(?:should|will|might|may|can)\s+(?:now\s+)?(?:see|get|look|return|print|show)|\boutput\b", re.IGNORECASE)
_CONTINUATION_PROMPT = re.compile(r"\s*(?:>|->|'>|\">|`>|\.\.\.|quote>|dquote>|for>|heredoc>)(?: |\Z)")
_OPEN_IN_PYTHON = re.compile(r"[:\\,(\[{]\s*\Z|\"\"\"|'''")
"""What a line of Python ends with that goes on: dots alone below any other line stand for what was left out."""
_PYTHON_GOES_ON = re.compile(r"\s*\.\.\.(?: |\Z)")
_SQL_END = re.compile(r"(?:;|\\[gG])\s*(?:--.*)?\Z")
_TO_REPLACE = re.compile(r"(?<!<)<[A-Za-z][\w' \-]{0,60}>")
"""Words for the reader to replace, which say nothing of whether their line is a sentence."""

_BULLET = re.compile(r"\A(?:[*\u2022-]|\d{1,2}[.)])\s+(?=[a-z./~])")
_ASIDE = re.compile(r"\s*(?:<<<.*>>>|<[A-Za-z]\w*(?: [\w\-,.']+){2,}>|\.{3} ?[a-z][\w ,'\-]{0,120}(?:\.{3}|:))\s*\Z")
"""What an author says in the midst of a transcript: "<<< look here >>>", "<unpack it somewhere>", "... or ..."."""
_TITLE = re.compile(r"[A-Z][a-z]+\d?")
"""A word by itself that is written as programs' names are in sentences, not as they are typed."""


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
    if "\n" in text or len(text) >= 2000 or not _MAY_BE_SIGN.search(text):
        return text, ""
    held = [one.span() for one in PLACEHOLDER.finditer(text)] if ">" in text else []
    for sign in _REMARK_SIGN.finditer(text):
        if any(start < sign.end() < end for start, end in held):
            continue
        command = text[: sign.end()].rstrip()
        if (
            command
            and command[-1] not in "|&="
            and _REMARK.fullmatch(text, sign.end())
            and _UNQUOTED.fullmatch(command.rstrip("\\"))
        ):
            return command, text[sign.end() :].strip()
    return text, ""


def prompts_of(rows: Sequence[Row], language: str = "", *, asked: bool = False) -> list[Prompt | None]:
    """The prompt of each row, where the block as a whole says that it is one: a lone "#" may as well begin a comment. `asked` says that
    the prose leads up to something to be done."""
    found = recurring(rows, [prompt_of(row.text) for row in rows])
    if not any(found):
        return found
    found = of_interpreters(rows, _within_clients(_of_devices(rows, found)), client_of)
    hashes = _hashes_are_prompts(rows, found, language, asked=asked)
    first = next((prompt for row, prompt in zip(rows, found, strict=True) if row.text.strip()), None)
    counts: dict[str, int] = {}
    for prompt in found:
        if prompt is not None:
            counts[prompt.signature] = counts.get(prompt.signature, 0) + 1

    mostly_said = {sign for sign in counts if counts[sign] > 2 and _mostly_said(sign, found)}

    def accepted(prompt: Prompt | None) -> Prompt | None:
        if prompt is None or prompt.sure:
            return prompt
        if prompt.signature == "#":
            return prompt if hashes and not _is_comment(prompt.rest) else None
        leads = first is not None and first.signature == prompt.signature
        if prompt.signature in ("]", "at]"):
            return prompt if leads or counts[prompt.signature] > 1 else None
        if prompt.signature in mostly_said:
            return None
        known = as_command(prompt.rest) >= 1 or not prompt.rest or (prompt.shell != "sh" and is_call(prompt.rest))
        return prompt if known and (leads or counts[prompt.signature] > 1 or as_command(prompt.rest) >= 3) else None

    return _without_shown(rows, [accepted(prompt) for prompt in found])


def _mostly_said(signature: str, found: Sequence[Prompt | None]) -> bool:
    """Whether words in parentheses begin lines that are no commands for the most part: a log's marks."""
    behind = [
        prompt.rest for prompt in found if prompt is not None and prompt.signature == signature and prompt.text.endswith(")")
    ]
    return 2 * sum(as_command(rest) >= 1 for rest in behind) < len(behind)


def _without_shown(rows: Sequence[Row], prompts: list[Prompt | None]) -> list[Prompt | None]:
    """Prompts without those that a program shows in what it prints: indented further than all others, below a line that is
    indented, too, or less than they are."""
    indents = [len(row.text) - len(row.text.lstrip()) for row in rows]
    typed_at = [indent for indent, prompt in zip(indents, prompts, strict=True) if prompt is not None]
    if not typed_at or max(typed_at) < min(typed_at) + _SHOWN_DEEPER:
        return prompts
    least = min(typed_at)
    out: list[Prompt | None] = []
    for i, prompt in enumerate(prompts):
        deeper = prompt is not None and indents[i] >= least + _SHOWN_DEEPER
        out.append(None if deeper and i and prompts[i - 1] is None and least < indents[i - 1] < indents[i] else prompt)
    return out


def _of_devices(rows: Sequence[Row], found: list[Prompt | None]) -> list[Prompt | None]:
    """Plain prompts of a host that shows a network device's prompt elsewhere in the block are that device's."""
    hosts = {prompt.host for prompt in found if prompt is not None and prompt.shell == "device"}
    if not hosts:
        return found
    plain = [device_prompt(row.text) for row in rows]
    return [other if other is not None and other.host in hosts else own for own, other in zip(found, plain, strict=True)]


def client_of(command: str) -> str:
    """The language of the client program that a command starts, "" for any other program."""
    return client_languages().get(first_word(command).rpartition("/")[2], "")


_ANGLED = ("mongo", "redis", "ftp", "sftp", "telnet")
"""Clients whose prompts pages show as a lone ">"."""


def _within_clients(found: list[Prompt | None]) -> list[Prompt | None]:
    """A named prompt after a client program was started is that client's, whatever its name ("admin> " in mongosh)."""
    language = ""
    out: list[Prompt | None] = []
    for prompt in found:
        if prompt is not None and prompt.sure:
            client = client_of(prompt.rest)
            language = client or (language if prompt.shell != "sh" or not prompt.rest else "")
        elif prompt is not None and language and (prompt.shell != "sh" or (prompt.text == ">" and language in _ANGLED)):
            prompt = replace(prompt, shell=language, signature=language, sure=True)
        out.append(prompt)
    return out


def _is_comment(rest: str) -> bool:
    """Whether what stands behind a "#" in a block whose "#" are prompts is a comment all the same."""
    rest = split_remark(rest)[0]
    return rest.startswith("#") or (as_prose(rest) and as_command(rest) < 2 and prose_words(rest) >= 1)


def _hashes_are_prompts(rows: Sequence[Row], found: Sequence[Prompt | None], language: str, *, asked: bool) -> bool:
    """Whether "# " at the beginning of lines is root's prompt in this block, or begins comments.

    The block's language decides first; then whether what follows the signs looks like commands, and whether commands stand
    in the block without any sign (then the signs mark comments).
    """
    rests = [prompt.rest for prompt in found if prompt is not None and prompt.signature == "#"]
    if not rests:
        return False
    if language in languages("session"):
        return any(_hash_score(rest) >= 0 for rest in rests)
    if language in languages("file") or language in languages("program"):
        return False
    if any(is_shebang(row.text) for row in rows[:2]):
        return False
    if _comments_out(rests, rows):
        return False
    # Beside other prompts words are a remark, unless a program is known by them.
    beside = any(prompt is not None and prompt.sure for prompt in found)
    if beside and all(rest and _may_be_remark(rest) for rest in rests):
        return False
    score = sum(_hash_score(rest) for rest in rests) + _answered(rows)
    bare = sum(
        as_command(row.text) >= 3
        for row, prompt in zip(rows, found, strict=True)
        if prompt is None and not row.text.lstrip().startswith("#")
    )
    if language in languages("shell"):
        weak = any(_hash_score(rest) < 3 for rest in rests if rest)
        if weak and any(prompt is None and as_command(row.text) >= 2 for row, prompt in zip(rows, found, strict=True)):
            return False
        return score > 0 and bare == 0 and all(_hash_score(rest) > 0 for rest in rests if rest)
    if beside:
        return score > 0
    if asked and score == 0:
        return len(rests) == sum(bool(row.text.strip()) for row in rows) and min(map(_hash_score, rests)) >= 0
    if bare and any(_hash_score(rest) < 0 for rest in rests):
        return False
    return score > 0 and bare <= sum(1 for rest in rests if rest)


def _comments_out(rests: Sequence[str], rows: Sequence[Row]) -> bool:
    """Whether all that stands behind signs is settings, among settings without a sign: they are commented out."""
    others = [row.text for row in rows if row.text.strip() and not row.text.lstrip().startswith("#")]
    return bool(others) and all(map(_SETTING.match, rests)) and config_share(others, perhaps=False) >= 0.5


def _answered(rows: Sequence[Row]) -> int:
    """Whether a block that begins with a "#" goes on with lines that are no file's: an answer to what was typed."""
    texts = [row.text for row in rows if row.text.strip()]
    others = [text for text in texts if not text.lstrip().startswith("#")]
    return int(texts[0].lstrip().startswith("#") and bool(others) and config_share(others, perhaps=False) < 0.5)


def _may_be_remark(rest: str) -> bool:
    """Whether what stands behind a "#" may as well be words: no program is named, or one whose name is an everyday word."""
    rest = split_remark(rest)[0]
    return as_command(rest) < 3 if " " not in rest else bool(prose_words(rest)) or _hash_score(rest) < 1


def _hash_score(rest: str) -> int:
    if not rest:
        return 1
    rest = split_remark(rest)[0]
    if _PREPROCESSOR.match(rest):
        return -3
    if first_word(rest) in words("says"):
        return 3
    if rest.startswith("#") or prose_words(rest) >= 2 or rest.endswith((".", ":")):
        return -2
    likeness = as_command(rest)
    if likeness >= 3:
        return 3
    if rest[:1].isupper():
        return -1
    if likeness >= 1 and (" " not in rest or likeness >= 2):
        return 1
    return 0 if likeness >= 1 and rest.count(" ") <= 2 else -1


def is_session(rows: Sequence[Row], language: str = "", *, asked: bool = False) -> bool:
    """Whether a block shows a terminal: at least one line has a prompt with something typed behind it."""
    return any(prompt is not None and prompt.rest for prompt in prompts_of(rows, language, asked=asked))


def read_session(rows: Sequence[Row], language: str = "", *, asked: bool = False) -> tuple[Entry, ...]:
    """A block with prompts: what follows a prompt was typed, the rest up to the next prompt was printed."""
    prompts = prompts_of(rows, language, asked=asked)
    ahead = _Ahead(rows, prompts)
    entries: list[Entry] = []
    printed: list[Row] = []
    programs: set[str] = set()
    started = False

    def flush() -> None:
        if printed and any(row.text.strip() for row in printed):
            trimmed = _trim(printed)
            entries.append(Printed(trimmed) if started or not all(map(_is_remark, trimmed)) else Remark(trimmed))
        printed.clear()

    i = 0
    while i < len(rows):
        prompt, row = prompts[i], rows[i]
        if prompt is None:
            entry = _unprompted(rows, prompts, i, programs, entries, started=started, printing=bool(printed))
            if entry is not None:
                flush()
                entries.append(entry)
                i += len(entry.rows)
                continue
            printed.append(row)
            i += 1
            continue
        flush()
        started = True
        if not prompt.rest:
            entries.append(Returned(row, prompt))
            i += 1
            continue
        if prompt.rest.startswith("#") and prompt.shell == "sh":
            entries.append(Remark((row,)))
            i += 1
            continue
        entry = _command(ahead, i, prompt)
        entries.append(entry)
        if entry.shell == "sh":
            programs.add(first_word(entry.text))
        i += len(entry.rows)
    flush()
    return tuple(entries)


def _unprompted(
    rows: Sequence[Row],
    prompts: Sequence[Prompt | None],
    at: int,
    programs: Collection[str],
    before: Sequence[Entry],
    *,
    started: bool,
    printing: bool,
) -> Typed | Remark | None:
    """What begins at a row without a prompt that no program printed: remarks, and commands whose prompt was forgotten. `programs` are
    those that ran so far, `before` all that was read."""
    row = rows[at]
    remarks = _remarks_above_prompt(rows, prompts, at)
    if remarks:
        return Remark(tuple(rows[at : at + remarks]))
    if _ASIDE.match(row.text):
        return Remark((row,))
    if not started and _typed_above_prompts(row.text, before):
        return typed((row,), row.text.strip(), None)
    if _COMMENT.match(row.text) and _is_comment(row.text.lstrip("# /")) and not printing and not _prints_hashes(rows, at):
        return Remark((row,))
    if _remark_between_prompts(rows, prompts, at, before):
        return Remark((row,))
    if (at and not rows[at - 1].text.strip() and _typed_as_before(row.text, programs)) or _after_silence(row.text, before):
        return typed((row,), row.text.strip(), None)
    return None


def _typed_above_prompts(text: str, before: Sequence[Entry]) -> bool:
    """Whether a line above the first prompt of a block is a command, or sets a variable among commands."""
    likeness = as_command(text)
    if likeness >= 3:
        return not _BANNER.match(text.strip())
    return likeness >= 1 and bool(before) and isinstance(before[-1], Typed) and _SETS.match(text) is not None


def _is_remark(row: Row) -> bool:
    return not row.text.strip() or _COMMENT.match(row.text) is not None


def _remarks_above_prompt(rows: Sequence[Row], prompts: Sequence[Prompt | None], at: int) -> int:
    """How many rows from `at` on are the author's remarks on what is typed next: lines with a "#" that a blank line (or nothing) parts
    from what was printed before, and that the next prompt follows."""
    if not rows[at].text.lstrip().startswith("#"):
        return 0
    if at and rows[at - 1].text.strip() and (prompts[at - 1] is None or not _remarks_first(rows) or _prints_hashes(rows, at)):
        return 0
    end = at
    while end < len(rows) and prompts[end] is None and rows[end].text.lstrip().startswith("#"):
        end += 1
    following = end
    while following < len(rows) and not rows[following].text.strip():
        following += 1
    after = prompts[following] if following < len(rows) else None
    return end - at if after is not None and after.rest and after.signature != "#" else 0


_WORDS_BEHIND_HASH = re.compile(r"\s*# ?[A-Za-z][A-Za-z ,.'\-]*")
_PRINTS_FILES = frozenset("cat head tail grep egrep sed awk less more zcat diff".split())


def _remark_between_prompts(rows: Sequence[Row], prompts: Sequence[Prompt | None], at: int, before: Sequence[Entry]) -> bool:
    """Whether a row of words behind a "#" stands alone between two prompts, the first before a program that prints no file's lines."""
    if not 0 < at < len(rows) - 1 or not _WORDS_BEHIND_HASH.fullmatch(rows[at].text) or not before:
        return False
    command, following = before[-1], prompts[at + 1]
    if prompts[at - 1] is None or following is None or not following.rest or not isinstance(command, Typed):
        return False
    return command.rows[-1] is rows[at - 1] and first_word(command.text) not in _PRINTS_FILES


def _remarks_first(rows: Sequence[Row]) -> bool:
    """Whether a block begins with a remark: its author writes such."""
    return next((row.text.lstrip().startswith("#") for row in rows if row.text.strip()), False)


def _prints_hashes(rows: Sequence[Row], at: int) -> bool:
    """Whether the lines with a "#" from row `at` on are a program's, laid out as no author's remark is: with empty ones, or indented."""
    for row in rows[at:]:
        text = row.text.lstrip()
        if not text.startswith("#"):
            return False
        if text.rstrip() == "#" or text[1:4].isspace() or text.startswith("#\t"):
            return True
    return False


def _typed_as_before(text: str, programs: Collection[str]) -> bool:
    """Whether a line below a blank one runs one of the programs that ran behind prompts before: the prompt was forgotten."""
    return as_command(text) >= 4 and first_word(text) in programs


def _after_silence(text: str, entries: Sequence[Entry]) -> bool:
    """Whether a line that surely is a command stands right below one that prints nothing: its prompt was forgotten."""
    before = entries[-1] if entries else None
    if not isinstance(before, Typed) or before.shell != "sh" or first_word(before.text) not in words("silent"):
        return False
    return as_command(text) >= 3 and complete(before.text)


def _trim(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Rows without the blank ones at either end: they part the output from the prompts around it."""
    end = len(rows)
    while end and not rows[end - 1].text.strip():
        end -= 1
    start = next((at for at in range(end) if rows[at].text.strip()), 0)
    return tuple(rows[start:end])


class _Ahead:
    """The rows of a block and their prompts, and how many rows may still be looked at in vain."""

    def __init__(self, rows: Sequence[Row], prompts: Sequence[Prompt | None]) -> None:
        self.rows = rows
        self.prompts = prompts
        self.left = LONGEST_COMMAND + _IN_VAIN * len(rows)

    def extent(self, at: int, lines: list[str], shell: str) -> int:
        """How many rows the command that begins at row `at` takes; `lines` holds its first and gets the further ones."""
        if shell in DATABASES:
            return (_sql_extent if self.prompts[at] is not None else _bare_sql_extent)(self.rows, self.prompts, at, lines)
        if shell == "python":
            return _python_extent(self.rows, at, lines)
        if shell != "sh" or not (_MAY_BE_OPEN.search(lines[0]) or lines[0].endswith("\\")) or complete(lines[0]):
            return 1
        if self._closed(at, lines):
            return len(lines)
        self.left -= len(lines) - 1
        if lines[0].endswith("\\") and len(lines) > 1:
            return len(_backslashed(lines))
        return 1

    def _closed(self, at: int, lines: list[str]) -> bool:
        """Adds lines to an open one until nothing is open any more; whether that came to be."""
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
            # Blanks behind a backslash were pasted along; its author meant the line to go on.
            lines.append(plain.rstrip() if plain.rstrip().endswith("\\") else plain)
            if growing.add(lines[-1]):
                return True
        return False


def _command(ahead: _Ahead, at: int, prompt: Prompt) -> Typed:
    lines = [prompt.rest]
    count = ahead.extent(at, lines, prompt.shell)
    text = "\n".join(lines[:count])
    return typed(tuple(ahead.rows[at : at + count]), text, prompt, shell=prompt.shell)


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


def _bare_sql_extent(rows: Sequence[Row], prompts: Sequence[Prompt | None], at: int, lines: list[str]) -> int:
    """How many rows a statement takes that no prompt marks: up to the one that ends it, where one does."""
    first = lines[0].strip()
    if _SQL_END.search(first) or first.startswith("\\") or " " not in first:
        return 1
    for i in range(at + 1, min(len(rows), at + LONGEST_COMMAND)):
        if prompts[i] is not None or not rows[i].text.strip():
            break
        lines.append(rows[i].text)
        if _SQL_END.search(rows[i].text):
            return len(lines)
    del lines[1:]
    return 1


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
    mended = mend(command) if shell == "sh" else command
    return Typed(rows, mended, prompt, shell, remark, command if mended != command else "")


def _none(_command: str, _rows: Sequence[Row], _at: int) -> int:
    return 0


def read_commands(
    rows: Sequence[Row], *, told: bool, shell: str = "sh", edited: Callable[[str, Sequence[Row], int], int] = _none
) -> tuple[Entry, ...]:
    """A block without prompts whose lines are to be typed. `told` says that the prose tells the reader so: then lines with programs
    that nobody knows are commands too, as long as they don't read as prose. `edited` says how many rows from a number on, behind a
    command, go into the file which it opens: they come as what is below it."""
    entries: list[Entry] = []
    ahead = _Ahead(rows, [None] * len(rows))
    printing, client = False, ""
    last = max((i for i, row in enumerate(rows) if as_command(_BULLET.sub("", row.text.strip())) >= 3), default=-1)
    i = 0
    while i < len(rows):
        row = rows[i]
        text = row.text.strip()
        if not text:
            if printing and entries and isinstance(entries[-1], Printed):
                entries[-1] = Printed((*entries[-1].rows, row))
            i += 1
            continue
        if shell == "sh" and _titles(rows, i):
            entries.append(Remark((row,)))
            i += 1
            continue
        client = _inner(client, text, entries[-1] if entries else None) if shell == "sh" else ""
        if client and _within(text):
            lines = [_BACKSLASHED_REMARK.sub(r"\1", text)]
            count = ahead.extent(i, lines, client)
            entries.append(typed(tuple(rows[i : i + count]), "\n".join(lines[:count]), None, shell=client))
            i += count
            continue
        after = entries[-1] if entries else None
        ends = i > last and (printing or not i or bool(rows[i - 1].text.strip()))
        kind = _kind(_BULLET.sub("", text), told=told, printing=printing, after=after, shell=shell, ends=ends)
        if kind is Typed:
            lines = [_BULLET.sub("", text)]
            count = ahead.extent(i, lines, shell)
            entries.append(typed(tuple(rows[i : i + count]), "\n".join(lines[:count]), None, shell=shell))
            printing = False
            i += count
            below = edited(lines[0], rows, i)
            if below:
                ruled = below > 2 and is_ruled(rows[i].text) and is_ruled(rows[i + below - 1].text)
                inner = rows[i + 1 : i + below - 1] if ruled else rows[i : i + below]
                entries.extend(Remark((row,)) for row in rows[i : i + ruled])
                entries.append(Printed(tuple(inner)))
                i += below
                entries.extend(Remark((row,)) for row in rows[i - ruled : i])
            continue
        if kind is Printed and entries and isinstance(entries[-1], Printed):
            entries[-1] = Printed((*entries[-1].rows, row))
        else:
            entries.append(Printed((row,)) if kind is Printed else Remark((row,)))
        printing = kind is Printed or _SEE.search(text) is not None
        i += 1
    return tuple(Printed(_trim(entry.rows)) if isinstance(entry, Printed) else entry for entry in entries)


def _within(text: str) -> bool:
    """Whether a line below the command that starts a database's client is typed there, as it surely is none for the shell."""
    return is_statement(text) or text.startswith("\\")


def _inner(inner: str, text: str, after: Entry | None) -> str:
    """The client of a database within which a line is typed: the one started right before, until it is left or a line is the shell's."""
    if not isinstance(after, Typed) or not _within(text):
        return ""
    if after.shell == "sh":
        return (
            client_of(after.text) if client_of(after.text) in DATABASES and not _NOT_INTERACTIVE.search(f"{after.text} ") else ""
        )
    return "" if _LEFT.match(after.text) else inner


_NOT_INTERACTIVE = re.compile(r"\s<|\s\||\s-[ecf]\b|\s--(?:execute|command|file)\b")
_BACKSLASHED_REMARK = re.compile(r"(\\\w\S*(?: \S+){0,3}?)\s+# .*")
_LEFT = re.compile(r"(?:exit|quit|\\q|\.quit)\s*;?\s*\Z")

_STARTS_UPPER = re.compile(r"[A-Z][a-z]+(?: [a-z]+| OK\b|:)")
_NOUN = re.compile(r"\w+ of\b")
_ASKS = re.compile(r"[A-Z][^:=$\"]{2,80}:(?:\S+)?\Z")
"""What a program asks for, and perhaps what was answered: "Your name:", "Port [80]:8080"."""


def _answers(text: str, *, ends: bool) -> bool:
    """Whether a line below a command, which surely is none itself, is what that printed: in the midst of a block it begins as messages
    do; `ends` says that no sure command follows: then it has a sentence's words, or asks for something, and tells nobody to do
    anything."""
    first = re.split(r"\W", text, maxsplit=1)[0].casefold()
    if ends and _ASKS.match(text):
        return True
    if (first in words("verbs") and not _NOUN.match(text)) or is_menu_path(text):
        return False
    if ends and (as_prose(text) or (prose_words(text) and as_command(text) < 3 and first not in words("programs"))):
        return first not in words("openers") and not text.endswith(":")
    return not as_prose(text) and as_command(text) <= 1 and _STARTS_UPPER.match(text) is not None


def _titles(rows: Sequence[Row], at: int) -> bool:
    """Whether a row is a word that says for what the command right below it is: "Nginx"."""
    below = rows[at + 1].text if at + 1 < len(rows) else ""
    return _TITLE.fullmatch(rows[at].text.strip()) is not None and as_command(rows[at].text) < 2 and as_command(below) >= 3


_DATA = re.compile(r"[}\])]+,?|[^'\"]*(?:=>|:)\s*[{\[]|\"[^\"]*\":\s.*")
"""Lines of data as programs print them: "host | SUCCESS => {", a name in quotes and its value."""

_SQL_COMMENT = re.compile(r"--(?:\s|\Z)")


def _kind(
    text: str, *, told: bool, printing: bool, after: Entry | None, shell: str, ends: bool
) -> type[Typed] | type[Printed] | type[Remark]:
    """What a line is: `printing` that the line before was printed, `after` what was read last, `ends` that it stands right below that and no sure command
    follows."""
    if _COMMENT.match(text):
        return Printed if printing else Remark
    if shell != "sh":
        return Remark if shell in DATABASES and _SQL_COMMENT.match(text) else Typed
    text = _TO_REPLACE.sub("X", text)
    if is_menu_path(text) and not printing:
        return Remark
    if isinstance(after, (Typed, Printed)) and _BANNER.match(text):
        return Printed
    text = split_remark(text)[0]
    likeness = as_command(text)
    if isinstance(after, (Typed, Printed)) and likeness <= 2 and _DATA.fullmatch(text):
        return Printed
    if likeness <= 2 and isinstance(after, (Typed, Printed)) and _answers(text, ends=ends):
        return Printed
    if likeness >= 3 or (likeness == 2 and not printing):
        return Typed
    if is_elision(text):
        return Printed if isinstance(after, (Printed, Typed)) else Remark
    if printing:
        return Printed
    if isinstance(after, Typed) and likeness < 2 and _PROGRESS.search(text):
        return Printed
    if as_prose(text):
        return Remark
    if isinstance(after, Typed) and likeness <= 0 and _OUTPUT_COLUMNS.search(text):
        return Printed
    if told or likeness >= 1:
        return Typed
    return Printed if isinstance(after, (Typed, Printed)) else Remark
