"""A block of code read as a terminal's transcript: what was typed, what was printed, what is only a remark."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Sequence
from typing import Final

from runbook.clients import language_of
from runbook.forms import is_aside, is_url
from runbook.looks import as_command, as_prose, first_word
from runbook.model import Row
from runbook.patterns import pattern
from runbook.printouts import is_printed
from runbook.prompted import is_comment, prompts_of
from runbook.prompts import Prompt
from runbook.shell import complete
from runbook.typed import Ahead, Entry, Printed, Remark, Returned, Typed, command_at, typed
from runbook.words import AnyCase, words

COMMENT: Final = re.compile(r"\s*(?:#|//|;;|REM\b|rem\b|::)")

BANNER: Final = re.compile(
    r"[A-Z][\w+\-]*(?: [A-Za-z]\w*){0,3},? (?:(?:version|release) [vV]?\d+\.\d|[vV]?\d+\.\d[\w.\-]*\s*[(,])|"
    r"[A-Z][\w+\-]* [vV]\d+\.\d[\w.]*\Z|"
    r"[A-Za-z][\w+\-]* \((?:version )?[vV]?\d+\.\d[^()]*\)|[a-z][\w+\-]* \d+\.\d[\w.\-]* \(\S+\)|"
    r"[a-z][\w+\-]* version:?\s+\"?[vV]?\d+\.\d[\w.\-]*\"?"
)
"""How programs begin to speak: their name and version."""
_SETS: Final = pattern(r"\s*(?:export\s+)?[A-Za-z_]\w*=\S")
_ASIDE: Final = re.compile(r"\s*(?:<<<.*>>>|<[A-Za-z]\w*(?: [\w\-,.']+){2,}>|\.{3} ?[a-z][\w ,'\-]{0,120}(?:\.{3}|:))\s*\Z")
"""What an author says in the midst of a transcript: "<<< look here >>>", "<unpack it somewhere>", "... or ..."."""


def read_session(rows: Sequence[Row], language: str = "", *, asked: bool = False, ran: Container[str] = ()) -> tuple[Entry, ...]:
    """A block with prompts: what follows a prompt was typed, the rest up to the next prompt was printed."""
    prompts = prompts_of(rows, language, asked=asked, ran=ran)
    ahead = Ahead(rows, prompts)
    entries: list[Entry] = []
    printed: list[Row] = []
    programs: set[str] = set()
    started = False

    def flush() -> None:
        if printed and any(row.text.strip() for row in printed):
            output = trimmed(printed)
            entries.append(Printed(output) if started or not all(map(_is_remark, output)) else Remark(output))
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
        entry = command_at(ahead, i, prompt)
        entries.append(entry)
        if entry.shell == "sh":
            programs.add(first_word(entry.text))
        i += len(entry.rows)
    flush()
    return tuple(_explained(entries))


def _explained(entries: Sequence[Entry]) -> Sequence[Entry]:
    """The entries of a transcript, in which what stands below each of several commands is no more than a sentence of the author's on
    what that does, these taken for remarks."""
    printed = [entry.rows for entry in entries if isinstance(entry, Printed)]
    if len(printed) < 2 or not all(len(rows) == 1 and _tells_to(rows[0].text.strip()) for rows in printed):
        return entries
    return [Remark(entry.rows) if isinstance(entry, Printed) else entry for entry in entries]


def _tells_to(text: str) -> bool:
    """Whether a line is a sentence that tells what to do, or when: programs hardly print such."""
    if text.count(" ") < 4 or not as_prose(text) or is_printed(text):
        return False
    first = text.split(maxsplit=1)[0].casefold()
    return first in words("verbs") or first in words("openers")


def _typed_on_board(before: Sequence[Entry]) -> bool:
    """Whether what was typed last was for a boot loader or a device, which print lines with "#" before them."""
    last = next((entry for entry in reversed(before) if isinstance(entry, Typed)), None)
    return last is not None and last.shell in ("u-boot", "device", "uefi")


_TOLD: Final = re.compile(r"\s*[*\u2022] (?P<first>[A-Z][a-z]+)\b")
"""An item of a list, and its first word."""
_SAID: Final = 6
"""Rows that an author writes between what is typed, at most."""


def _tells_of_next(rows: Sequence[Row], prompts: Sequence[Prompt | None], at: int) -> bool:
    """Whether rows down to the next prompt, a few at most, are the author's: words in wide parentheses, or items of a list that each tell
    what to do."""
    for i in range(at, min(at + _SAID, len(rows))):
        if prompts[i] is not None:
            return i > at
        text = rows[i].text
        item = _TOLD.match(text) if text.lstrip()[:1] in ("*", "\u2022") else None
        told = item is not None and (item["first"].casefold() in words("verbs") or item["first"] in ("To", "Then", "Now"))
        if not (told or (text.lstrip()[:1] == "\uff08" and is_aside(text))):
            return False
    return False


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
    remarks = _remarks_above_prompt(rows, prompts, at, programs) or _words_set_off(rows, prompts, at, printing=printing)
    if remarks:
        return Remark(tuple(rows[at : at + remarks]))
    if _ASIDE.match(row.text) or _tells_of_next(rows, prompts, at):
        return Remark((row,))
    if not started and (_typed_above_prompts(row.text, before) or _starts_client(row.text, prompts[at + 1 : at + 2])):
        return typed((row,), row.text.strip(), None)
    if (
        COMMENT.match(row.text)
        and not _typed_on_board(before)
        and is_comment(row.text.lstrip("# /"))
        and not (printing or prints_hashes(rows, at) or _shown_above(rows, at, before))
    ):
        return Remark((row,))
    if _in_other_letters(rows, at, before) or _TELLS_OUTPUT.begins(row.text):
        return Remark((row,))
    sentence = _leads_to_prompt(rows, prompts, at) or _sentence_above_prompt(rows, prompts, at)
    if sentence or _remark_between_prompts(rows, prompts, at, before):
        return Remark((row,))
    if row.text.startswith("\\") and before and isinstance(before[-1], Typed) and before[-1].shell == "psql":
        return typed((row,), row.text.strip(), None, shell="psql") if _OF_PSQL.fullmatch(row.text.strip()) else None
    remarked = (
        bool(before) and isinstance(before[-1], Remark) and before[-1].rows[-1] is rows[at - 1] and _again(row.text, programs)
    )
    if (
        remarked
        or (at and not rows[at - 1].text.strip() and _typed_as_before(row.text, programs))
        or _after_silence(row.text, before)
    ):
        return typed((row,), row.text.strip(), None)
    return None


_TELLS_OUTPUT: Final = AnyCase(
    r"\A\s*(?:this|that|it)\s+(?:should|will|would|must)\s+(?:\w+ly\s+|now\s+)?(?:return|show|print|display|output|look\s+like)\b"
)
"""Words of an author's on what a command prints: no program says so of itself."""
_OF_PSQL: Final = pattern(r"\\[a-z?!][a-z+]{0,3}(?:\s+[\w.*\-]+)?;?")
"""What only PostgreSQL's client understands: "\\c mill"."""


def _typed_above_prompts(text: str, before: Sequence[Entry]) -> bool:
    """Whether a line above the first prompt of a block is a command, or sets a variable among commands."""
    likeness = as_command(text)
    if likeness >= 3:
        return not BANNER.match(text.strip())
    return likeness >= 1 and bool(before) and isinstance(before[-1], Typed) and _SETS.match(text) is not None


def _starts_client(text: str, below: Sequence[Prompt | None]) -> bool:
    """Whether a line starts the client whose prompt stands right below it."""
    prompt = below[0] if below else None
    return prompt is not None and prompt.shell != "sh" and language_of(text.strip()) == prompt.shell


def _is_remark(row: Row) -> bool:
    text = row.text.strip()
    if not text or COMMENT.match(text) is not None or is_url(text) or as_prose(text) or text == "e.g.":
        return True
    return not text.isascii() and _OTHER_SCRIPT.search(text) is not None


def _again(text: str, programs: Collection[str]) -> bool:
    """Whether a line runs one of the programs of its block with an option or a path, though its prompt was forgotten."""
    return as_command(text) >= 2 and first_word(text) in programs and (" -" in text or "/" in text)


def _remarks_above_prompt(rows: Sequence[Row], prompts: Sequence[Prompt | None], at: int, programs: Collection[str]) -> int:
    """How many rows from `at` on are the author's remarks on what is typed next: lines with a "#" that a blank line (or nothing) parts
    from what was printed before, and that the next prompt follows."""
    if not rows[at].text.lstrip().startswith("#"):
        return 0
    if at and rows[at - 1].text.strip() and (prompts[at - 1] is None or not _remarks_first(rows) or prints_hashes(rows, at)):
        return 0
    end = at
    while end < len(rows) and prompts[end] is None and rows[end].text.lstrip().startswith("#"):
        end += 1
    following = end
    while following < len(rows) and not rows[following].text.strip("# \t"):
        following += 1
    after = prompts[following] if following < len(rows) else None
    if after is None and following == end < len(rows) and _again(rows[end].text, programs):
        return end - at
    titles = _TITLE.match(rows[at].text) is not None
    return end - at if after is not None and after.rest and (after.signature != "#" or titles) else 0


_TITLE: Final = pattern(r"\s*(?:#{2,} ?(?=[^\W\d_])|# [A-Z][a-z]+ )")
"""Words that part what root types: behind two signs or more, or behind one with a capital, where no program's name has one."""


_FEW: Final = 3
"""Lines of the words that an author sets between two commands."""
_WORDS: Final = re.compile(r"[A-Z][\w'\u2019\-]*(?: [\w,.'\u2019/@()\-]+)+[.!]?")
_HINTS: Final = frozenset("run use see try type press enter please visit note check read wait done".split())
"""How the hints of programs begin, which set themselves off as well."""


def _words_set_off(rows: Sequence[Row], prompts: Sequence[Prompt | None], at: int, *, printing: bool) -> int:
    """How many rows from `at` on are words of the author's on what is typed next: set off by blank lines from what was printed (`printing`)
    and from the prompt below. They ask for something, or the block begins with such words."""
    if (at and rows[at - 1].text.strip()) or not _WORDS.fullmatch(rows[at].text.strip()):
        return 0
    end = _end_of_words(rows, prompts, at)
    if not end or not all(_WORDS.fullmatch(f"A {row.text.strip()}") for row in rows[at:end]):
        return 0
    said = " ".join(row.text.strip() for row in rows[at:end])
    first = said.split(maxsplit=1)[0].partition("'")[0].casefold()
    if first in _HINTS or is_printed(rows[at].text):
        return 0
    asks = first in words("verbs") or first == "let" or (first in words("openers") and not printing)
    return end - at if asks or (not said.endswith((".", "!")) and _begins_with_words(rows, prompts)) else 0


def _end_of_words(rows: Sequence[Row], prompts: Sequence[Prompt | None], at: int) -> int:
    """Where a few rows from `at` on end, a blank line behind them and a prompt with something typed below that; else 0."""
    end = at
    while end < min(len(rows), at + _FEW) and prompts[end] is None and rows[end].text.strip():
        end += 1
    below = end
    while below < len(rows) and not rows[below].text.strip():
        below += 1
    prompt = prompts[below] if end < below < len(rows) else None
    return end if prompt is not None and prompt.rest else 0


def _begins_with_words(rows: Sequence[Row], prompts: Sequence[Prompt | None]) -> bool:
    """Whether a block begins with words above its first prompt, set off by a blank line: its author writes such."""
    top = next((at for at, row in enumerate(rows) if row.text.strip()), 0)
    return prompts[top] is None and _WORDS.fullmatch(rows[top].text.strip()) is not None and _end_of_words(rows, prompts, top) > 0


_WORDS_BEHIND_HASH: Final = re.compile(r"\s*# ?[A-Za-z][A-Za-z ,.'\-]*")


def _remark_between_prompts(rows: Sequence[Row], prompts: Sequence[Prompt | None], at: int, before: Sequence[Entry]) -> bool:
    """Whether a row of words behind a "#" stands alone between two prompts, the first before a program that prints no file's lines."""
    if not 0 < at < len(rows) - 1 or not _WORDS_BEHIND_HASH.fullmatch(rows[at].text) or not before:
        return False
    command, following = before[-1], prompts[at + 1]
    if prompts[at - 1] is None or following is None or not following.rest or not isinstance(command, Typed):
        return False
    return command.rows[-1] is rows[at - 1] and not _shown_above(rows, at, before)


def _sentence_above_prompt(rows: Sequence[Row], prompts: Sequence[Prompt | None], at: int) -> bool:
    """Whether a row is a sentence in another script between an empty line and a prompt: its author's, as programs speak English."""
    text = rows[at].text
    if text.isascii() or not 0 < at < len(rows) - 1 or rows[at - 1].text.strip():
        return False
    following = prompts[at + 1]
    return following is not None and following.rest != "" and _OTHER_SCRIPT.match(text) is not None


def _in_other_letters(rows: Sequence[Row], at: int, before: Sequence[Entry]) -> bool:
    """Whether a row in another script stands an empty line, or another remark, below a command which printed nothing: its author's."""
    text = rows[at].text
    if text.isascii() or not at or not before or _OTHER_SCRIPT.match(text) is None:
        return False
    above = at - 1
    while above and not rows[above].text.strip():
        above -= 1
    last = before[-1].rows[-1] if isinstance(before[-1], (Typed, Remark)) else None
    return last is rows[above] and (above < at - 1 or isinstance(before[-1], Remark))


_OTHER_SCRIPT: Final = pattern(r"\s*[\u0400-\u04ff\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2}")


def _shown_above(rows: Sequence[Row], at: int, before: Sequence[Entry]) -> bool:
    """Whether the command right above row `at` shows a file: what follows are the file's lines, its comments too."""
    command = before[-1] if at and before else None
    return isinstance(command, Typed) and command.rows[-1] is rows[at - 1] and first_word(command.text) in words("shows_files")


def _leads_to_prompt(rows: Sequence[Row], prompts: Sequence[Prompt | None], at: int) -> bool:
    """Whether a row below a blank one, or at the beginning, is a sentence with a colon that leads up to the prompt below it."""
    text, following = rows[at].text.strip(), prompts[at + 1] if at + 1 < len(rows) else None
    leads = text.endswith(":") and following is not None and bool(following.rest)
    return leads and (not at or not rows[at - 1].text.strip()) and as_prose(text) and " " in text


def _remarks_first(rows: Sequence[Row]) -> bool:
    """Whether a block begins with a remark: its author writes such."""
    return next((row.text.lstrip().startswith("#") for row in rows if row.text.strip()), False)


def prints_hashes(rows: Sequence[Row], at: int) -> bool:
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
    return as_command(text) >= 4 and first_word(text) in programs and not BANNER.match(text.strip())


def _after_silence(text: str, entries: Sequence[Entry]) -> bool:
    """Whether a line that surely is a command stands right below one that prints nothing: its prompt was forgotten."""
    before = entries[-1] if entries else None
    if not isinstance(before, Typed) or before.shell != "sh" or first_word(before.text) not in words("silent"):
        return False
    return as_command(text) >= 3 and complete(before.text)


def trimmed(rows: Sequence[Row]) -> tuple[Row, ...]:
    """Rows without the blank ones at either end: they part the output from the prompts around it."""
    end = len(rows)
    while end and not rows[end - 1].text.strip():
        end -= 1
    start = next((at for at in range(end) if rows[at].text.strip()), 0)
    return tuple(rows[start:end])
