"""A block of code without prompts: which of its lines are typed, which were printed, which are only a remark."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Container, Sequence
from typing import Final

from runbook.clients import client_of
from runbook.forms import begins_statement, is_ruled
from runbook.line_kinds import in_list, kind_of, within
from runbook.looks import as_command, as_prose, first_word
from runbook.model import Row
from runbook.patterns import pattern
from runbook.printouts import is_printed
from runbook.shown import asks_to_see, is_shown, names_itself, names_of, runs_again, shows, speaks, surely_typed
from runbook.transcript import BANNER, COMMENT, prints_hashes, trimmed
from runbook.typed import DATABASES, Ahead, Entry, Printed, Remark, Typed, split_remark, typed
from runbook.words import words

_SEE: Final = re.compile(
    r"\b(?:should|will|might|may|can)\s+(?:now\s+)?(?:see|get|look|return|print|show)|\boutput\b", re.IGNORECASE
)


_BULLET: Final = pattern(r"\A(?:[*\u2022-]|\d{1,2}[.)])\s+(?=[a-z./~])")


_FRAMED: Final = pattern(
    r"([=*~#+])\1+ ?(?=[^\W\d_])[^=*~#+]{2,80}?\1{2,}:?|(?:-{3,}|_{3,}) ?(?=[^\W\d_])[\w ,.:/()'\-]{2,80}?(?:-{3,}|_{3,}):?"
)
"""Words between strokes, with which an author parts a block: "== on the server ==", "--- then ---"."""


_LABEL: Final = pattern(r"[A-Za-z][\w ]{0,30}:(?: |\Z)")
"""Words and a colon, before what they are about."""


_TITLE: Final = re.compile(r"[A-Z][a-z]+\d?")
"""A word by itself that is written as programs' names are in sentences, not as they are typed."""


_CONFIGURES: Final = pattern(r"conf(?:ig(?:ure)?)? +t(?:erminal)?")
"""What brings a network device to take all that follows, up to "end", for its configuration."""


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
    printing, client, listed, known = False, "", sum(in_list(row.text.strip()) for row in rows) > 1, set[str]()
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
        said = _said(rows, i, entries, printing=printing, last=last) if shell == "sh" else 0
        if said:
            entries.append(Remark(tuple(rows[i : i + said])))
            i += said
            continue
        if client and (within(text) or (client == "device" and text[0] not in "!%")):
            command = _command_at(ahead, rows, i, _BACKSLASHED_REMARK.sub(r"\1", text), client)
            entries.append(command)
            client, printing = "" if _LEFT.match(text) or text == "end" else client, False
            i += len(command.rows)
            continue
        marked = _marked_as_printed(row, entries) if shell == "sh" else None
        kind: type[Entry] = Printed
        if marked is None:
            kind = _kind_at(rows, i, entries, told=told, shell=shell, printing=printing, ends=i > last, listed=listed)
        if shell == "sh":
            kind = _kind_among(kind, rows, i, entries, known, ran)
        if kind is Typed:
            known.update(names_of(first_word(text)))
            client = _started(text, shell)
            entries.append(command := _command_at(ahead, rows, i, _without_bullet(text), shell))
            printing = False
            start = i + len(command.rows)
            i = start + edited(_without_bullet(text), rows, start)
            entries.extend(_written(rows[start:i]))
            continue
        row = marked or row
        if kind is Printed and entries and type(entries[-1]) is Printed:
            further[len(entries) - 1].append(row)
        else:
            entries.append(Printed((row,)) if kind is Printed else Remark((row,)))
        # Where what was printed has a sign, what has none was not.
        printing = marked is None and (kind is Printed or _SEE.search(text) is not None)
        i += 1
    return tuple(_with(entry, further[n]) for n, entry in enumerate(entries))


def _with(entry: Entry, further: Sequence[Row]) -> Entry:
    """An entry with the rows with which its output goes on."""
    return Printed(trimmed((*entry.rows, *further))) if type(entry) is Printed else entry


def _started(text: str, shell: str) -> str:
    """The client whose statements follow a command, "device" for what configures one; "" for none."""
    client = client_of(text) if shell == "sh" else ""
    return "device" if _CONFIGURES.fullmatch(text) else client if client in DATABASES else ""


def _kind_among(
    kind: type[Entry], rows: Sequence[Row], at: int, entries: Sequence[Entry], known: Container[str], ran: Container[str]
) -> type[Entry]:
    """What a row of a shell is that by itself is of a `kind`: what ran before (`known` in this block, `ran` above it) is typed again, and
    other lines go on with what was printed."""
    text = rows[at].text.strip()
    if kind is Printed:
        return Typed if not BANNER.match(text) and runs_again(text, known, ran) else kind
    return Printed if _below(text, rows, at, entries) else kind


def _kind_at(
    rows: Sequence[Row], at: int, entries: Sequence[Entry], *, told: bool, shell: str, printing: bool, ends: bool, listed: bool
) -> type[Typed] | type[Printed] | type[Remark]:
    """What a row is, by itself and by what was read before it; `ends` that no sure command follows."""
    text, after = rows[at].text.strip(), entries[-1] if entries else None
    near = printing or not at or bool(rows[at - 1].text.strip())
    silently = shell == "sh" and not printing
    answered = silently and (_answered(rows, at, after) or _speaks_on(rows, at, after))
    hashed = silently and text[0] in "#;" and COMMENT.match(text) is not None
    return kind_of(
        _without_bullet(text),
        told=told,
        printing=printing or (answered and prints_hashes(rows, at)) or (hashed and _hashes_shown(rows, at, after)),
        after=after,
        shell=shell,
        near=near,
        ends=near and ends,
        listed=listed,
        answered=answered,
    )


def _said(rows: Sequence[Row], at: int, entries: Sequence[Entry], *, printing: bool, last: int) -> int:
    """How many rows from `at` on are surely the author's words; `last` is the last row that surely is a command, -1 without one."""
    if _parts(rows, at, entries, printing=printing) or (last >= 0 and not printing and _orders(rows[at].text.strip())):
        return 1
    return _words_first(rows, at, entries) if at < last else 0


def _parts(rows: Sequence[Row], at: int, entries: Sequence[Entry], *, printing: bool) -> bool:
    """Whether a row is how its author parts commands: an "or", a title, words between strokes."""
    text = rows[at].text.strip()
    titled = _titles(rows, at) and not (printing and ": " in text)
    if text.casefold() in _BETWEEN or titled or (text[0] in "SsBCT" and _PARTS.match(text)):
        return True
    framed = not printing and text[0] in "=*~#+-_" and _FRAMED.fullmatch(text) is not None
    return framed and not (_below(text, rows, at, entries) or _in_output(rows, at, entries))


_SAYS_OF: Final = pattern(r"[A-Z][\w' \-]{0,40}:(?:\s|\Z)")
"""Words and a colon, above what is said of them."""


def _words_first(rows: Sequence[Row], at: int, entries: Sequence[Entry]) -> int:
    """How many rows from `at` on, above the first command and parted from it by an empty row, say something under words with a colon:
    on what all was tried, what is needed."""
    if not _SAYS_OF.match(rows[at].text.strip()) or any(type(entry) is Typed for entry in entries):
        return 0
    end = next((i for i in range(at, len(rows)) if not rows[i].text.strip()), len(rows))
    return 0 if end == len(rows) or any(surely_typed(row.text) for row in rows[at:end]) else end - at


_PLAIN: Final = pattern(r"[a-z]+(?: [a-z]+)+")


def _orders(text: str) -> bool:
    """Whether a line among commands is a verb that no program is called by, and plain words: it tells in words what to do."""
    verb = text.partition(" ")[0]
    return verb in words("verbs") and verb not in words("programs") and _PLAIN.fullmatch(text) is not None


_MARKED: Final = pattern(r"\s*>\s?(?P<said>(?!\S*[./][a-z])[^\s>&|<=\-]\S* [\w(\[\"'].*|[A-Z]\w*\S*)")
"""A ">" before words: nothing is sent to a file by that name."""


def _marked_as_printed(row: Row, entries: Sequence[Entry]) -> Row | None:
    """A row below a command, behind whose ">" stand words that its author marks as printed by it, without that sign; None for others."""
    match = _MARKED.fullmatch(row.text) if entries and type(entries[-1]) in (Typed, Printed) else None
    typed_there = match is None or surely_typed(match["said"]) or begins_statement(match["said"])
    return None if match is None or typed_there else Row(row.n, match["said"])


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


_BACKSLASHED_REMARK: Final = pattern(r"(\\\w\S*(?: \S+){0,3}?)\s+# .*")


_LEFT: Final = pattern(r"(?:exit|quit|\\q|\.quit)\s*;?\s*\Z")


def _titles(rows: Sequence[Row], at: int) -> bool:
    """Whether a row says for what the command right below it is: "Nginx", or below a blank one "for the second disk: sdb"."""
    text, below = rows[at].text.strip(), rows[at + 1].text if at + 1 < len(rows) else ""
    parted = ":" in text and (not at or not rows[at - 1].text.strip()) and _LABEL.match(text) is not None
    return (parted or _TITLE.fullmatch(text) is not None) and as_command(text) < 2 and as_command(below) >= 3


def _hashes_shown(rows: Sequence[Row], at: int, after: Entry | None) -> bool:
    """Whether lines with a "#" right below a command that is there for what it prints were printed: what follows them is no command."""
    if not at or not rows[at - 1].text.strip() or type(after) is not Typed or not asks_to_see(after.text):
        return False
    end = next((i for i in range(at, len(rows)) if not COMMENT.match(rows[i].text)), len(rows))
    below = rows[end].text.strip() if end < len(rows) else ""
    return bool(below) and not surely_typed(below)


_PARTS: Final = pattern(r"[Ss](?:tep|chritt) \d{1,2}[.:)]? |(?:Bash|Shell|Console|Terminal)\Z")
"""How an author parts a block that was copied from a page: what is to be done next, the name of a language above code."""
