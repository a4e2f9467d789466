"""Dialogs without prompts, in which what is typed has a form of its own: with a modem, with servers of mail and of the web."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

from runbook.model import Row
from runbook.prompts import Prompt

_OF_MODEM: Final = frozenset(("OK", "ERROR", "CONNECT", "NO CARRIER", "BUSY", "NO DIALTONE"))
"""How a modem answers."""
_TO_SERVER: Final = frozenset(
    "EHLO HELO MAIL RCPT DATA QUIT RSET NOOP VRFY EXPN STARTTLS AUTH USER PASS STAT LIST RETR DELE UIDL CAPA GET HEAD POST OPTIONS".split()
)
_TAGGED: Final = frozenset("LOGIN SELECT EXAMINE FETCH LOGOUT STATUS CAPABILITY SEARCH STORE UID LIST".split())
"""What is asked of a server behind a tag of one's own: "a1 LOGIN amy"."""
_REPLIES: Final = ("+OK", "-ERR", "* OK", "* BYE", "* CAPABILITY", "HTTP/1", "HTTP/2")
_BEGINNINGS: Final = frozenset(
    ("AT", "at", "+O", "-E", "* ", "HT", *(f"{code}{digit}" for code in "12345" for digit in "0123456789"))
)
"""How what is asked of a modem begins, and the answers of servers: blocks without such a line are no dialogs."""
_TAG: Final = 6
"""Letters and digits that a tag has at most."""


def of_dialogs(rows: Sequence[Row], found: list[Prompt | None], *, asked: bool) -> list[Prompt | None]:
    """The prompts of rows, where those of a dialog count as typed behind an empty one: the other side's answers stand among them, or
    the prose has `asked` for lines that only a modem understands."""
    if _BEGINNINGS.isdisjoint(row.text.lstrip()[:2] for row in rows):
        return found
    texts = [row.text.strip() for row in rows]
    said = [text for text, prompt in zip(texts, found, strict=True) if text and prompt is None]
    typed = sum(map(_to_modem, said))
    if typed and (not _OF_MODEM.isdisjoint(said) or (asked and typed == len(said))):
        return _with(texts, found, _to_modem, "modem")
    return _with(texts, found, _to_server, "telnet") if sum(map(_replies, said)) > 1 else found


def _to_modem(text: str) -> bool:
    rest = text[2:]
    if text[:2] not in ("AT", "at"):
        return False
    return not rest or rest[0] in "+&%^$*#!\\" or (" " not in rest and rest[0].isalnum() and (text.isupper() or rest.isdigit()))


def _to_server(text: str) -> bool:
    first, _, rest = text.upper().partition(" ")
    tagged = first.isalnum() and len(first) <= _TAG and not _TAGGED.isdisjoint(rest.split(maxsplit=1)[:1])
    return first in _TO_SERVER or tagged


def _replies(text: str) -> bool:
    """Whether a server of mail, files or the web says so: "250 Ok", "+OK"."""
    return (text[0] in "12345" and text[:3].isdigit() and text[3:4] in (" ", "-") and len(text) > 4) or text.startswith(_REPLIES)


def _with(texts: Sequence[str], found: Sequence[Prompt | None], typed: Callable[[str], bool], shell: str) -> list[Prompt | None]:
    return [
        Prompt("", text, shell=shell, signature=shell) if prompt is None and text and typed(text) else prompt
        for text, prompt in zip(texts, found, strict=True)
    ]
