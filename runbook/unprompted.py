"""A block of code without prompts: which of its lines are typed, which were printed, which are only a remark."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Container, Sequence
from typing import Final

from runbook.clients import client_of
from runbook.forms import begins_statement, is_aside, is_elision, is_ruled, is_statement
from runbook.looks import NEVER, as_command, as_prose, first_word, is_menu_path, prose_words
from runbook.model import Row
from runbook.patterns import pattern
from runbook.printouts import is_printed
from runbook.shown import asks_to_see, hardly_typed, is_shown, names_itself, names_of, runs_again, shows, speaks, surely_typed
from runbook.transcript import BANNER, COMMENT, prints_hashes, trimmed
from runbook.typed import DATABASES, Ahead, Entry, Printed, Remark, Typed, split_remark, typed
from runbook.words import words

_OUTPUT_COLUMNS: Final = pattern(r"\S {3,}\S.* {2,}\S|\t\S+\t|\A\s*\d+[ :.)]|\A[\w .()/\-]{1,40}:\s|\A\s*[*+|=\-]{3,}")


_KEYED: Final = pattern(r"[A-Za-z][\w./()\-]*(?: [\w./()\-]+){0,5}:\s+[^\s\"']")
"""Words, a colon and what is said of them."""


_GAP: Final = pattern(r"\S {5,}\S")
"""Blanks such as part columns."""


_PROGRESS: Final = pattern(r"\w\.{3}\s*(?:\S+\s*)?\Z|\.{3}\s*\[?(?:done|ok|yes|no|failed)\b|\b\d{1,3}%", re.IGNORECASE)
"""How programs say what they are about."""


_SEE: Final = re.compile(
    r"\b(?:should|will|might|may|can)\s+(?:now\s+)?(?:see|get|look|return|print|show)|\boutput\b", re.IGNORECASE
)


_TO_REPLACE: Final = pattern(r"(?<!<)<[^\W\d_][\w' \-]{0,60}>|\u00ab[^\W\d_][\w' \-]{0,40}\u00bb")
"""Words for the reader to replace, which say nothing of whether their line is a sentence."""


_BULLET: Final = pattern(r"\A(?:[*\u2022-]|\d{1,2}[.)])\s+(?=[a-z./~])")


_FRAMED: Final = pattern(
    r"([=*~#+])\1+ ?(?=[^\W\d_])[^=*~#+]{2,80}?\1{2,}:?|(?:-{3,}|_{3,}) ?(?=[^\W\d_])[\w ,.:/()'\-]{2,80}?(?:-{3,}|_{3,}):?"
)
"""Words between strokes, with which an author parts a block: "== on the server ==", "--- then ---"."""


_LABEL: Final = pattern(r"[A-Za-z][\w ]{0,30}:(?: |\Z)")
"""Words and a colon, before what they are about."""


_TITLE: Final = re.compile(r"[A-Z][a-z]+\d?")
"""A word by itself that is written as programs' names are in sentences, not as they are typed."""


def _without_bullet(text: str) -> str:
    """A line without the mark of a list's item before what may be typed."""
    return _BULLET.sub("", text) if text[:1] in "*\u2022-" or text[:1].isdigit() else text


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
    further: dict[int, list[Row]] = defaultdict(list)  # the rows with which an output goes on, by the entry's index
    ahead = Ahead(rows, [None] * len(rows))
    printing, client, listed, known = False, "", sum(_in_list(row.text.strip()) for row in rows) > 1, set[str]()
    last = max((i for i, row in enumerate(rows) if surely_typed(_without_bullet(row.text.strip()))), default=-1)
    i = 0
    while i < len(rows):
        row = rows[i]
        text = row.text.strip()
        if not text:
            if printing and entries and type(entries[-1]) is Printed:
                further[len(entries) - 1].append(row)
            i += 1
            continue
        if shell == "sh" and _parts(rows, i, entries, printing=printing):
            entries.append(Remark((row,)))
            i += 1
            continue
        if client and _within(text):
            command = _command_at(ahead, rows, i, _BACKSLASHED_REMARK.sub(r"\1", text), client)
            entries.append(command)
            client, printing = "" if _LEFT.match(text) else client, False
            i += len(command.rows)
            continue
        after = entries[-1] if entries else None
        near = printing or not i or bool(rows[i - 1].text.strip())
        answered = shell == "sh" and not printing and (_answered(rows, i, after) or _speaks_on(rows, i, after))
        hashed = shell == "sh" and not printing and text[0] in "#;" and COMMENT.match(text) is not None
        kind = _kind(
            _without_bullet(text),
            told=told,
            printing=printing or (answered and prints_hashes(rows, i)) or (hashed and _hashes_shown(rows, i, after)),
            after=after,
            shell=shell,
            near=near,
            ends=near and i > last,
            listed=listed,
            answered=answered,
        )
        if shell == "sh":
            below = kind is not Printed and _below(text, rows, i, entries)
            kind = (
                Printed
                if below
                else Typed
                if kind is Printed and not BANNER.match(text) and runs_again(text, known, ran)
                else kind
            )
        if kind is Typed:
            known.update(names_of(first_word(text)))
            client = client_of(text) if shell == "sh" else ""
            client = client if client in DATABASES else ""
            command = _command_at(ahead, rows, i, _without_bullet(text), shell)
            entries.append(command)
            printing = False
            i += len(command.rows)
            entries.extend(_written(rows[i : (i := i + edited(_without_bullet(text), rows, i))]))
            continue
        if kind is Printed and entries and type(entries[-1]) is Printed:
            further[len(entries) - 1].append(row)
        else:
            entries.append(Printed((row,)) if kind is Printed else Remark((row,)))
        printing = kind is Printed or _SEE.search(text) is not None
        i += 1
    return tuple(
        Printed(trimmed((*entry.rows, *further[n]))) if type(entry) is Printed else entry for n, entry in enumerate(entries)
    )


def _parts(rows: Sequence[Row], at: int, entries: Sequence[Entry], *, printing: bool) -> bool:
    """Whether a row is how its author parts commands: an "or", a title, words between strokes."""
    text = rows[at].text.strip()
    titled = _titles(rows, at) and not (printing and ": " in text)
    if text.casefold() in _BETWEEN or titled or (text[0] in "SsBCT" and _PARTS.match(text)):
        return True
    framed = not printing and text[0] in "=*~#+-_" and _FRAMED.fullmatch(text) is not None
    return framed and not (_below(text, rows, at, entries) or _in_output(rows, at, entries))


def _in_output(rows: Sequence[Row], at: int, entries: Sequence[Entry]) -> bool:
    """Whether a row stands between a command and a line that is none, with no empty one around: a program says it."""
    if not at or at + 1 == len(rows) or not entries or type(entries[-1]) is not Typed:
        return False
    below = rows[at + 1].text.strip()
    return bool(rows[at - 1].text.strip() and below) and as_command(below) < 1 and below[0] not in "#/"


def _command_at(ahead: Ahead, rows: Sequence[Row], at: int, text: str, shell: str) -> Typed:
    """The command that begins in row `at` with a text, with the rows on which it goes on."""
    lines = [text]
    count = ahead.extent(at, lines, shell)
    return typed(tuple(rows[at : at + count]), "\n".join(lines[:count]), None, shell=shell)


def _speaks_on(rows: Sequence[Row], at: int, after: Entry | None) -> bool:
    """Whether a row right below a command and the one below it are what a program says."""
    below = type(after) is Typed and at > 0 and bool(rows[at - 1].text.strip()) and at + 1 < len(rows)
    return below and speaks(rows[at].text.strip(), rows[at + 1].text.strip())


def _answered(rows: Sequence[Row], at: int, after: Entry | None) -> bool:
    """Whether a row stands right below a command that is there for what it prints; where both have a remark behind them, both are typed."""
    if at and " # " in rows[at].text and " # " in rows[at - 1].text or _SEE.search(rows[at].text):
        return False
    return type(after) is Typed and at > 0 and bool(rows[at - 1].text.strip()) and asks_to_see(after.text)


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
    if not at or after is None or COMMENT.match(text) or split_remark(text)[1][:1] == "#":
        return False
    command = after if type(after) is Typed else entries[-2] if type(after) is Printed and len(entries) > 1 else None
    if type(command) is not Typed or command.shell != "sh":
        return False
    if names_itself(text, first_word(command.text).rpartition("/")[2]):
        return True
    if not rows[at - 1].text.strip() and (command is after or as_command(text) >= 1):
        return False
    if type(after) is Printed and any(_HEAD_RULE.fullmatch(row.text.strip()) for row in after.rows[-_ROWS_OF_TABLE:]):
        return True
    if command is after and as_prose(text) and not (is_printed(text) or _heads(text)):
        return False
    if first_word(command.text) in words("echoes"):
        below = type(after) is Printed and bool(rows[at - 1].text.strip()) and is_printed(after.rows[0].text)
        return (below and first_word(text) not in words("echoes")) or first_word(text) in words("compilers")
    return is_shown(text, shows(command.text), first=command is after)


_ROWS_OF_TABLE: Final = 40
"""Rows of a table that are looked at for the line below its heads."""
_HEAD_RULE: Final = re.compile(r"[=\-+]{2,}(?:[ |+]+[=\-+]{2,})+")
"""What parts the heads of a table's columns from their rows."""


def _heads(text: str) -> bool:
    """Whether words are what a program writes above a list: "Lamps of the mill:"."""
    first = re.split(r"\W", text, maxsplit=1)[0].casefold()
    said = first in words("verbs") or first in words("openers") or _SEE.search(text) is not None
    return text[:1].isupper() and text.endswith(":") and not said


def _within(text: str) -> bool:
    """Whether a line below the command that starts a database's client is typed there, as it surely is none for the shell."""
    return is_statement(text) or text.startswith("\\")


_BACKSLASHED_REMARK: Final = pattern(r"(\\\w\S*(?: \S+){0,3}?)\s+# .*")


_LEFT: Final = pattern(r"(?:exit|quit|\\q|\.quit)\s*;?\s*\Z")


_STARTS_UPPER: Final = pattern(r"[A-Z](?:[a-z]+|[A-Z]+/[A-Z]+)(?: [a-z]+| OK\b|:)")


_NOUN: Final = pattern(r"\w+ of\b")


_ASKS: Final = pattern(r"[A-Z][^:=$\"]{2,80}:(?:\S+)?\Z")
"""What a program asks for, and perhaps what was answered: "Your name:", "Port [80]:8080"."""


def _answers(text: str, *, ends: bool) -> bool:
    """Whether a line below a command, which surely is none itself, is what that printed: in the midst of a block it begins as messages
    do; `ends` says that no sure command follows: then it has a sentence's words, or asks for something, and tells nobody to do
    anything."""
    first = re.split(r"\W", text, maxsplit=1)[0].casefold()
    if ends and (text[-1] == "?" or _ASKS.match(text)):
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


_DATA: Final = pattern(r"[}\])]+,?|[{\[]\s*[\"{\[].*|[^'\"]*(?:=>|:)\s*[{\[]|\"[^\"]*\":\s.*")
"""Lines of data as programs print them: "host | SUCCESS => {", a name in quotes and its value."""


_TAGS: Final = pattern(
    r"<\?xml\b.*|<!doctype\b.*|</?[\w:.\-]+(?:\s+[\w:.\-]+=\"[^\"]*\")*\s*/?>(?:[^<>]*</[\w:.\-]+>)?", re.IGNORECASE
)
"""A line of XML or HTML."""


def _is_data(text: str, likeness: int) -> bool:
    """Whether a line below a command is data that a program prints."""
    return text in ("{", "[") or (likeness <= 2 and _DATA.fullmatch(text) is not None)


def _hashes_shown(rows: Sequence[Row], at: int, after: Entry | None) -> bool:
    """Whether lines with a "#" right below a command that is there for what it prints were printed: what follows them is no command."""
    if not at or not rows[at - 1].text.strip() or type(after) is not Typed or not asks_to_see(after.text):
        return False
    end = next((i for i in range(at, len(rows)) if not COMMENT.match(rows[i].text)), len(rows))
    below = rows[end].text.strip() if end < len(rows) else ""
    return bool(below) and not surely_typed(below)


_BELOW_ROOT: Final = pattern(r"(?!\.|s?bin/|scripts?/)[\w.+\-]+(?:/[\w.+\-]+)*/?")
"""The name of something below another one: a list's entry, where a program's path would begin at the root or here."""


def _in_list(text: str) -> bool:
    """Whether a line is an entry of a list such as programs print: a name below another one, that nobody can call from here."""
    return "/" in text and " " not in text and _BELOW_ROOT.fullmatch(text) is not None


_OTHER_SCRIPT: Final = pattern(r"[\u0400-\u04ff\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2}")
"""Letters that no program's name has."""


_PARTS: Final = pattern(r"[Ss](?:tep|chritt) \d{1,2}[.:)]? |(?:Bash|Shell|Console|Terminal)\Z")
"""How an author parts a block that was copied from a page: what is to be done next, the name of a language above code."""


_ABOUT: Final = pattern(r"[A-Z][a-z]{2,}ing\b")


def _logged(text: str) -> bool:
    """Whether a line is a machine's, and no sentence that may as well be the author's."""
    return is_printed(text) and not (prose_words(text) and _ABOUT.match(text))


_SQL_COMMENT: Final = pattern(r"--(?:\s|\Z)")


def _kind_in_database(text: str, *, after: Entry | None) -> type[Typed] | type[Printed] | type[Remark]:
    """The same for a line of a database's client."""
    if _SQL_COMMENT.match(text):
        return Remark
    answered = type(after) is Printed or (type(after) is Typed and after.text.rstrip().endswith(";"))
    return Printed if answered and not begins_statement(text) else Typed


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
    if COMMENT.match(text) or (text.startswith("--") and text[2:3].isalpha() and shell == "sh"):
        return Printed if printing else Remark
    if shell in DATABASES:
        return _kind_in_database(text, after=after)
    if shell != "sh":
        return Typed
    if listed and (type(after) is Typed or type(after) is Printed) and _in_list(text):
        return Printed
    if text[0] == "<" and (type(after) is Typed or type(after) is Printed) and _TAGS.fullmatch(text):
        return Printed
    if text.startswith("-- ") or text == "--":
        return Printed if type(after) is Typed or type(after) is Printed else Remark
    if is_aside(text) and not printing:
        return Remark
    text = _TO_REPLACE.sub("X", text) if "<" in text or "\u00ab" in text else text
    if is_menu_path(text) and not printing:
        return Remark
    if (type(after) is Typed or type(after) is Printed) and BANNER.match(text):
        return Printed
    text = split_remark(text)[0]
    parted = near and (("    " in text and _GAP.search(text) is not None) or (": " in text and _KEYED.match(text) is not None))
    strange = (answered or printing or parted) and not surely_typed(text) and text not in words("whole_programs")
    if (type(after) is Typed or type(after) is Printed) and (
        strange or (near and is_printed(text)) or (first_word(text) not in words("programs") and _logged(text))
    ):
        return Printed
    likeness = as_command(text)
    if (type(after) is Typed or type(after) is Printed) and _is_data(text, likeness):
        return Printed
    if not printing and not text.isascii() and _OTHER_SCRIPT.match(text) and as_command(text) < 2:
        return Remark  # programs speak English
    silent = type(after) is Typed and first_word(after.text) in words("silent")
    if (
        likeness <= 2
        and (type(after) is Typed or type(after) is Printed)
        and not silent
        and (_logged(text) or _answers(text, ends=ends))
    ):
        return Printed
    if likeness >= 3 or (likeness == 2 and (not printing or text in words("whole_programs"))):
        return Typed
    if is_elision(text):
        return Printed if type(after) is Printed or type(after) is Typed else Remark
    if printing:
        return Printed
    if type(after) is Typed and likeness < 2 and _PROGRESS.search(text):
        return Printed
    if as_prose(text):
        return Remark
    if type(after) is Typed and text.isdigit():
        return Printed
    if type(after) is Typed and likeness <= 0 and _OUTPUT_COLUMNS.search(text):
        return Printed
    if text.endswith(":") and likeness < 1 and " " in text and text[0].isupper():
        return Printed if near and type(after) is Typed and _ABOUT.match(text) else Remark
    if likeness < 1 and near and type(after) is Typed and not silent and hardly_typed(text):
        return Printed
    if told or likeness >= 1:
        return Typed if likeness > NEVER and not is_printed(text) else Remark
    return Printed if type(after) is Typed or type(after) is Printed else Remark
