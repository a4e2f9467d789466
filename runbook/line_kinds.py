"""What a line of a block without prompts is: typed, printed, or only a remark."""

from __future__ import annotations

import re
from typing import Final

from runbook.forms import begins_statement, is_aside, is_elision, is_statement
from runbook.looks import NEVER, as_command, as_prose, first_word, prose_words
from runbook.patterns import pattern
from runbook.printouts import is_printed
from runbook.shown import hardly_typed, surely_typed
from runbook.transcript import BANNER, COMMENT
from runbook.typed import DATABASES, Entry, Printed, Remark, Typed, split_remark
from runbook.untyped import is_menu_path
from runbook.words import words

_OUTPUT_COLUMNS: Final = pattern(r"\S {3,}\S.* {2,}\S|\t\S+\t|\A\s*\d+[ :.)]|\A[\w .()/\-]{1,40}:\s|\A\s*[*+|=\-]{3,}")


_KEYED: Final = pattern(r"[A-Za-z][\w./()\-]*(?: [\w./()\-]+){0,5}:\s+[^\s\"']")
"""Words, a colon and what is said of them."""


_GAP: Final = pattern(r"\S {5,}\S")
"""Blanks such as part columns."""


_PROGRESS: Final = pattern(r"\w\.{3}\s*(?:\S+\s*)?\Z|\.{3}\s*\[?(?:done|ok|yes|no|failed)\b|\b\d{1,3}%", re.IGNORECASE)
"""How programs say what they are about."""


_TO_REPLACE: Final = pattern(r"(?<!<)<[^\W\d_][\w' \-]{0,60}>|\u00ab[^\W\d_][\w' \-]{0,40}\u00bb")
"""Words for the reader to replace, which say nothing of whether their line is a sentence."""


def within(text: str) -> bool:
    """Whether a line below the command that starts a database's client is typed there, as it surely is none for the shell."""
    return is_statement(text) or text.startswith("\\")


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


_DATA: Final = pattern(r"[}\])]+,?|[{\[]\s*[\"{\[].*|[^'\"]*(?:=>|:)\s*[{\[]|\"[^\"]*\":\s.*")
"""Lines of data as programs print them: "host | SUCCESS => {", a name in quotes and its value."""


_TAGS: Final = pattern(
    r"<\?xml\b.*|<!doctype\b.*|</?[\w:.\-]+(?:\s+[\w:.\-]+=\"[^\"]*\")*\s*/?>(?:[^<>]*</[\w:.\-]+>)?", re.IGNORECASE
)
"""A line of XML or HTML."""


def _is_data(text: str, likeness: int) -> bool:
    """Whether a line below a command is data that a program prints."""
    return text in ("{", "[") or (likeness <= 2 and _DATA.fullmatch(text) is not None)


_BELOW_ROOT: Final = pattern(r"(?!\.|s?bin/|scripts?/)[\w.+\-]+(?:/[\w.+\-]+)*/?")
"""The name of something below another one: a list's entry, where a program's path would begin at the root or here."""


def in_list(text: str) -> bool:
    """Whether a line is an entry of a list such as programs print: a name below another one, that nobody can call from here."""
    return "/" in text and " " not in text and _BELOW_ROOT.fullmatch(text) is not None


_OTHER_SCRIPT: Final = pattern(r"[\u0400-\u04ff\u0e00-\u0e7f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]{2}")
"""Letters that no program's name has."""


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


def kind_of(
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
    below = type(after) is Typed or type(after) is Printed
    if below and ((listed and in_list(text)) or (text[0] == "<" and _TAGS.fullmatch(text))):
        return Printed
    if text.startswith("-- ") or text == "--":
        return Printed if below else Remark
    if is_aside(text) and not printing:
        return Remark
    text = _TO_REPLACE.sub("X", text) if "<" in text or "\u00ab" in text else text
    if is_menu_path(text) and not printing:
        return Remark
    if below and BANNER.match(text):
        return Printed
    text = split_remark(text)[0]
    parted = near and (("    " in text and _GAP.search(text) is not None) or (": " in text and _KEYED.match(text) is not None))
    strange = (answered or printing or parted) and not surely_typed(text) and text not in words("whole_programs")
    if below and (strange or (near and is_printed(text)) or (first_word(text) not in words("programs") and _logged(text))):
        return Printed
    return _kind_by_likeness(text, as_command(text), told=told, printing=printing, after=after, near=near, ends=ends)


def _kind_by_likeness(
    text: str, likeness: int, *, told: bool, printing: bool, after: Entry | None, near: bool, ends: bool
) -> type[Typed] | type[Printed] | type[Remark]:
    """The same for a line whose form alone doesn't tell, by how much it looks like a command and what stands around it."""
    below = type(after) is Typed or type(after) is Printed
    if below and _is_data(text, likeness):
        return Printed
    if not printing and likeness < 2 and not text.isascii() and _OTHER_SCRIPT.match(text):
        return Remark  # programs speak English
    silent = type(after) is Typed and first_word(after.text) in words("silent")
    if likeness <= 2 and below and not silent and (_logged(text) or _answers(text, ends=ends)):
        return Printed
    if likeness >= 3 or (likeness == 2 and (not printing or text in words("whole_programs"))):
        return Typed
    if is_elision(text):
        return Printed if below else Remark
    if printing:
        return Printed
    if type(after) is Typed and likeness < 2 and _PROGRESS.search(text):
        return Printed
    if as_prose(text):
        return Remark
    if type(after) is Typed and (text.isdigit() or (likeness <= 0 and _OUTPUT_COLUMNS.search(text))):
        return Printed
    if text.endswith(":") and likeness < 1 and " " in text and text[0].isupper():
        return Printed if near and type(after) is Typed and _ABOUT.match(text) else Remark
    if likeness < 1 and near and type(after) is Typed and not silent and hardly_typed(text):
        return Printed
    if told or likeness >= 1:
        return Typed if likeness > NEVER and not is_printed(text) else Remark
    return Printed if below else Remark
