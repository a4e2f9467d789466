"""A block of code read as a terminal's transcript: what was typed, what was printed, what is only a remark."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Container, Sequence
from typing import Final

from runbook.forms import is_answer, is_elision, is_ruled, is_statement, is_url
from runbook.looks import NEVER, as_command, as_prose, first_word, is_menu_path, prose_words
from runbook.model import Row
from runbook.printouts import is_printed
from runbook.prompted import client_of, is_comment, prompts_of
from runbook.prompts import Prompt
from runbook.shell import complete
from runbook.shown import asks_to_see, is_shown, names_of, runs_again, shows, speaks, surely_typed
from runbook.typed import DATABASES, Ahead, Entry, Printed, Remark, Returned, Typed, command_at, split_remark, typed
from runbook.words import words

_COMMENT: Final = re.compile(r"\s*(?:#|//|;;|REM\b|rem\b|::)")
_OUTPUT_COLUMNS: Final = re.compile(r"\S {3,}\S.* {2,}\S|\t\S+\t|\A\s*\d+[ :.)]|\A[\w .()/\-]{1,40}:\s|\A\s*[*+|=\-]{3,}")

_BANNER: Final = re.compile(
    r"[A-Z][\w+\-]*(?: [A-Za-z]\w*){0,3},? (?:(?:version|release) [vV]?\d+\.\d|[vV]?\d+\.\d[\w.\-]*\s*[(,])|"
    r"[A-Z][\w+\-]* [vV]\d+\.\d[\w.]*\Z|"
    r"[A-Za-z][\w+\-]* \((?:version )?[vV]?\d+\.\d[^()]*\)|[a-z][\w+\-]* \d+\.\d[\w.\-]* \(\S+\)"
)
"""How programs begin to speak: their name and version."""
_KEYED: Final = re.compile(r"[A-Za-z][\w./()\-]*(?: [\w./()\-]+){0,5}:\s+[^\s\"']")
"""Words, a colon and what is said of them."""
_GAP: Final = re.compile(r"\S {5,}\S")
"""Blanks such as part columns."""
_SETS: Final = re.compile(r"\s*(?:export\s+)?[A-Za-z_]\w*=\S")
_PROGRESS: Final = re.compile(r"\w\.{3}\s*(?:\S+\s*)?\Z|\.{3}\s*\[?(?:done|ok|yes|no|failed)\b|\b\d{1,3}%", re.IGNORECASE)
"""How programs say what they are about."""
_SEE: Final = re.compile(
    r"\b(?:should|will|might|may|can)\s+(?:now\s+)?(?:see|get|look|return|print|show)|\boutput\b", re.IGNORECASE
)
_TO_REPLACE: Final = re.compile(r"(?<!<)<[A-Za-z][\w' \-]{0,60}>")
"""Words for the reader to replace, which say nothing of whether their line is a sentence."""
_BULLET: Final = re.compile(r"\A(?:[*\u2022-]|\d{1,2}[.)])\s+(?=[a-z./~])")
_ASIDE: Final = re.compile(r"\s*(?:<<<.*>>>|<[A-Za-z]\w*(?: [\w\-,.']+){2,}>|\.{3} ?[a-z][\w ,'\-]{0,120}(?:\.{3}|:))\s*\Z")
"""What an author says in the midst of a transcript: "<<< look here >>>", "<unpack it somewhere>", "... or ..."."""
_FRAMED: Final = re.compile(
    r"([=*~#+])\1+ ?(?=[^\W\d_])[^=*~#+]{2,80}?\1{2,}:?|(?:-{3,}|_{3,}) ?(?=[^\W\d_])[\w ,.:/()'\-]{2,80}?(?:-{3,}|_{3,}):?"
)
"""Words between strokes, with which an author parts a block: "== on the server ==", "--- then ---"."""
_LABEL: Final = re.compile(r"[A-Za-z][\w ]{0,30}:(?: |\Z)")
"""Words and a colon, before what they are about."""
_TITLE: Final = re.compile(r"[A-Z][a-z]+\d?")
"""A word by itself that is written as programs' names are in sentences, not as they are typed."""


def _without_bullet(text: str) -> str:
    """A line without the mark of a list's item before what may be typed."""
    return _BULLET.sub("", text) if text[:1] in "*\u2022-" or text[:1].isdigit() else text


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
    if (
        _COMMENT.match(row.text)
        and is_comment(row.text.lstrip("# /"))
        and not (printing or _prints_hashes(rows, at) or _shown_above(rows, at, before))
    ):
        return Remark((row,))
    sentence = _leads_to_prompt(rows, prompts, at) or _sentence_above_prompt(rows, prompts, at)
    if sentence or _remark_between_prompts(rows, prompts, at, before):
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
    text = row.text.strip()
    return not text or _COMMENT.match(text) is not None or is_url(text) or as_prose(text) or text == "e.g."


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


_OTHER_SCRIPT: Final = re.compile(r"\s*[\u0400-\u04ff\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2}")


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


def _none(_opened: str, _rows: Sequence[Row], _at: int) -> int:
    return 0


_BETWEEN: Final = frozenset(("or", "or:", "oder", "oder:", "ou", "ou :", "или", "или:", "lub", "eller"))
"""Words between commands of which one is typed."""


def read_commands(
    rows: Sequence[Row],
    *,
    told: bool,
    shell: str = "sh",
    edited: Callable[[str, Sequence[Row], int], int] = _none,
    ran: Container[str] = (),
) -> tuple[Entry, ...]:
    """A block without prompts whose lines are to be typed. `told` says that the prose tells the reader so: then lines with programs
    that nobody knows are commands too, as long as they don't read as prose. `edited` says how many rows from a number on, behind a
    command, go into the file which it opens: they come as what is below it. `ran` has the programs that ran before."""
    entries: list[Entry] = []
    ahead = Ahead(rows, [None] * len(rows))
    printing, listed, known = False, sum(_in_list(row.text.strip()) for row in rows) > 1, set[str]()
    last = max((i for i, row in enumerate(rows) if surely_typed(_without_bullet(row.text.strip()))), default=-1)
    i = 0
    while i < len(rows):
        row = rows[i]
        text = row.text.strip()
        if not text:
            if printing and entries and isinstance(entries[-1], Printed):
                entries[-1] = Printed((*entries[-1].rows, row))
            i += 1
            continue
        framed = not printing and _FRAMED.fullmatch(text) is not None and not _below(text, rows, i, entries)
        if shell == "sh" and (text.casefold() in _BETWEEN or _titles(rows, i) or framed):
            entries.append(Remark((row,)))
            i += 1
            continue
        client = _client_within(text, entries) if shell == "sh" else ""
        if client and _within(text):
            lines = [_BACKSLASHED_REMARK.sub(r"\1", text)]
            count = ahead.extent(i, lines, client)
            entries.append(typed(tuple(rows[i : i + count]), "\n".join(lines[:count]), None, shell=client))
            i += count
            continue
        after = entries[-1] if entries else None
        near = printing or not i or bool(rows[i - 1].text.strip())
        answered = shell == "sh" and not printing and (_answered(rows, i, after) or _speaks_on(rows, i, after))
        kind = _kind(
            _without_bullet(text),
            told=told,
            printing=printing or (answered and _prints_hashes(rows, i)),
            after=after,
            shell=shell,
            near=near,
            ends=near and i > last,
            listed=listed,
            answered=answered,
        )
        if shell == "sh":
            below = kind is not Printed and _below(text, rows, i, entries)
            kind = Printed if below else Typed if kind is Printed and runs_again(text, known, ran) else kind
        if kind is Typed:
            known.update(names_of(first_word(text)))
            lines = [_without_bullet(text)]
            count = ahead.extent(i, lines, shell)
            entries.append(typed(tuple(rows[i : i + count]), "\n".join(lines[:count]), None, shell=shell))
            printing = False
            i += count
            written = edited(lines[0], rows, i)
            entries.extend(_written(rows[i : i + written]))
            i += written
            continue
        if kind is Printed and entries and isinstance(entries[-1], Printed):
            entries[-1] = Printed((*entries[-1].rows, row))
        else:
            entries.append(Printed((row,)) if kind is Printed else Remark((row,)))
        printing = kind is Printed or _SEE.search(text) is not None
        i += 1
    return tuple(Printed(_trim(entry.rows)) if isinstance(entry, Printed) else entry for entry in entries)


def _speaks_on(rows: Sequence[Row], at: int, after: Entry | None) -> bool:
    """Whether a row right below a command and the one below it are what a program says."""
    below = isinstance(after, Typed) and at > 0 and bool(rows[at - 1].text.strip()) and at + 1 < len(rows)
    return below and speaks(rows[at].text.strip(), rows[at + 1].text.strip())


def _answered(rows: Sequence[Row], at: int, after: Entry | None) -> bool:
    """Whether a row stands right below a command that is there for what it prints; where both have a remark behind them, both are typed."""
    if at and " # " in rows[at].text and " # " in rows[at - 1].text or _SEE.search(rows[at].text):
        return False
    return isinstance(after, Typed) and at > 0 and bool(rows[at - 1].text.strip()) and asks_to_see(after.text)


def _written(rows: Sequence[Row]) -> list[Entry]:
    """The rows that go into a file which the command above opens, without the rules around them."""
    if not rows:
        return []
    if len(rows) > 2 and is_ruled(rows[0].text) and is_ruled(rows[-1].text):
        return [Remark((rows[0],)), Printed(tuple(rows[1:-1])), Remark((rows[-1],))]
    return [Printed(tuple(rows))]


def _below(text: str, rows: Sequence[Row], at: int, entries: Sequence[Entry]) -> bool:
    """Whether a row that looks like something else was printed by the command before it: that only shows something, or what it runs."""
    after = entries[-1] if entries else None
    if not at or after is None or _COMMENT.match(text) or split_remark(text)[1][:1] == "#":
        return False
    command = after if isinstance(after, Typed) else entries[-2] if isinstance(after, Printed) and len(entries) > 1 else None
    if not isinstance(command, Typed) or command.shell != "sh":
        return False
    if not rows[at - 1].text.strip() and (command is after or as_command(text) >= 1):
        return False
    if command is after and as_prose(text) and not (is_printed(text) or _heads(text)):
        return False
    if first_word(command.text) in words("echoes"):
        return first_word(text) in words("compilers")
    return is_shown(text, shows(command.text), first=command is after)


def _heads(text: str) -> bool:
    """Whether words are what a program writes above a list: "Lamps of the mill:"."""
    first = re.split(r"\W", text, maxsplit=1)[0].casefold()
    said = first in words("verbs") or first in words("openers") or _SEE.search(text) is not None
    return text[:1].isupper() and text.endswith(":") and not said


def _within(text: str) -> bool:
    """Whether a line below the command that starts a database's client is typed there, as it surely is none for the shell."""
    return is_statement(text) or text.startswith("\\")


def _client_within(text: str, before: Sequence[Entry]) -> str:
    """The client of a database within which a line is typed: the one started right before, remarks aside, until it is left or a line is
    the shell's."""
    after = before[-2] if len(before) > 1 and isinstance(before[-1], Remark) else before[-1] if before else None
    if not isinstance(after, Typed) or not _within(text):
        return ""
    if after.shell == "sh":
        return (
            client_of(after.text) if client_of(after.text) in DATABASES and not _NOT_INTERACTIVE.search(f"{after.text} ") else ""
        )
    return after.shell if after.shell in DATABASES and not _LEFT.match(after.text) else ""


_NOT_INTERACTIVE: Final = re.compile(r"\s<|\s\||\s-[ecf]\b|\s--(?:execute|command|file)\b")
_BACKSLASHED_REMARK: Final = re.compile(r"(\\\w\S*(?: \S+){0,3}?)\s+# .*")
_LEFT: Final = re.compile(r"(?:exit|quit|\\q|\.quit)\s*;?\s*\Z")
_STARTS_UPPER: Final = re.compile(r"[A-Z](?:[a-z]+|[A-Z]+/[A-Z]+)(?: [a-z]+| OK\b|:)")
_NOUN: Final = re.compile(r"\w+ of\b")
_ASKS: Final = re.compile(r"[A-Z][^:=$\"]{2,80}:(?:\S+)?\Z")
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
    """Whether a row says for what the command right below it is: "Nginx", or below a blank one "for the second disk: sdb"."""
    text, below = rows[at].text.strip(), rows[at + 1].text if at + 1 < len(rows) else ""
    parted = ":" in text and (not at or not rows[at - 1].text.strip()) and _LABEL.match(text) is not None
    return (parted or _TITLE.fullmatch(text) is not None) and as_command(text) < 2 and as_command(below) >= 3


_DATA: Final = re.compile(r"[}\])]+,?|[^'\"]*(?:=>|:)\s*[{\[]|\"[^\"]*\":\s.*")
"""Lines of data as programs print them: "host | SUCCESS => {", a name in quotes and its value."""
_BELOW_ROOT: Final = re.compile(r"(?!\.|s?bin/|scripts?/)[\w.+\-]+(?:/[\w.+\-]+)*/?")
"""The name of something below another one: a list's entry, where a program's path would begin at the root or here."""


def _in_list(text: str) -> bool:
    """Whether a line is an entry of a list such as programs print: a name below another one, that nobody can call from here."""
    return "/" in text and " " not in text and _BELOW_ROOT.fullmatch(text) is not None


_ABOUT: Final = re.compile(r"[A-Z][a-z]{2,}ing\b")


def _logged(text: str) -> bool:
    """Whether a line is a machine's, and no sentence that may as well be the author's."""
    return is_printed(text) and not (prose_words(text) and _ABOUT.match(text))


_SQL_COMMENT: Final = re.compile(r"--(?:\s|\Z)")


def _kind(
    text: str,
    *,
    told: bool,
    printing: bool,
    after: Entry | None,
    shell: str,
    near: bool,
    ends: bool,
    listed: bool,
    answered: bool,
) -> type[Typed] | type[Printed] | type[Remark]:
    """What a line is: `printing` that the line before was printed, `after` what was read last, `near` that it stands right below that,
    `ends` that no sure command follows besides, `listed` that the block has several lines as lists have, `answered` that the line above
    asks for something to be seen."""
    if _COMMENT.match(text):
        return Printed if printing else Remark
    if shell in DATABASES:
        if _SQL_COMMENT.match(text):
            return Remark
        answered = isinstance(after, Printed) or (isinstance(after, Typed) and after.text.rstrip().endswith(";"))
        return Printed if answered and not _within(text) and (printing or is_answer(text)) else Typed
    if shell != "sh":
        return Typed
    if listed and isinstance(after, (Typed, Printed)) and _in_list(text):
        return Printed
    text = _TO_REPLACE.sub("X", text)
    if is_menu_path(text) and not printing:
        return Remark
    if isinstance(after, (Typed, Printed)) and _BANNER.match(text):
        return Printed
    text = split_remark(text)[0]
    parted = near and (("    " in text and _GAP.search(text) is not None) or (": " in text and _KEYED.match(text) is not None))
    strange = (answered or printing or parted) and not surely_typed(text)
    if isinstance(after, (Typed, Printed)) and (strange or (near and is_printed(text))):
        return Printed
    likeness = as_command(text)
    if isinstance(after, (Typed, Printed)) and (text in ("{", "[") or (likeness <= 2 and _DATA.fullmatch(text))):
        return Printed
    silent = isinstance(after, Typed) and first_word(after.text) in words("silent")
    if likeness <= 2 and isinstance(after, (Typed, Printed)) and not silent and (_logged(text) or _answers(text, ends=ends)):
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
    if isinstance(after, Typed) and text.isdigit():
        return Printed
    if isinstance(after, Typed) and likeness <= 0 and _OUTPUT_COLUMNS.search(text):
        return Printed
    if text.endswith(":") and likeness < 1 and " " in text and text[0].isupper():
        return Remark
    if told or likeness >= 1:
        return Typed if likeness > NEVER and not is_printed(text) else Remark
    return Printed if isinstance(after, (Typed, Printed)) else Remark
