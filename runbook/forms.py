"""Lines that have a form of their own: rules, trees, addresses, places, statements of SQL. By form alone; no word table is asked."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from runbook.patterns import pattern

_ELISION: Final = re.compile(
    r"[\[(<]?(?:\.{3,}|\u2026+|\. \. \.)[\])>]?(?:\s*\((?:output )?(?:omitted|snipped|truncated)\))?\Z|[\[(<](?:snip|\.\.\.|output omitted|truncated)[\])>]\Z",
    re.IGNORECASE,
)


_ELISION_STARTS: Final = frozenset("[(<.\u2026")


def is_elision(text: str) -> bool:
    """Whether a line stands for lines that were left out: dots, "[snip]", "(output omitted)"."""
    text = text.strip()
    return text[:1] in _ELISION_STARTS and _ELISION.match(text) is not None


_RULE: Final = pattern(r"\s*([-=#*_~+])\1{4,}\s*")


def is_ruled(text: str) -> bool:
    """Whether a line is a rule drawn of one sign: authors set such lines around what goes into a file."""
    return _RULE.fullmatch(text) is not None


_ASIDE: Final = re.compile(r"\s*[(\uff08](?!cd\s)[^()|&;<>=$`\uff08\uff09]*[^\W\d_]{2}[^()|&;<>=$`\uff08\uff09]*[)\uff09]\s*")


def is_aside(text: str) -> bool:
    """Whether a line is words in parentheses, with no sign of the shell's among them: an aside of the author's."""
    return text.lstrip()[:1] in ("(", "\uff08") and _ASIDE.fullmatch(text) is not None


_STATEMENT: Final = re.compile(
    r"\s*(?:CREATE|ALTER|DROP|GRANT|REVOKE|INSERT\s+INTO|UPDATE|DELETE\s+FROM|SELECT|USE|SHOW|FLUSH|SET\s+PASSWORD|TRUNCATE|DESCRIBE|EXPLAIN|STARTUP|SHUTDOWN|COMMIT|RECOVER|PURGE)\b.*;\s*\Z|"
    r"\s*(?:quit|exit|\\q)\s*;?\s*\Z",
    re.IGNORECASE,
)


def is_statement(text: str) -> bool:
    """Whether a line is a whole statement of SQL, or leaves the client that reads those."""
    return _STATEMENT.match(text) is not None


_BEGINS_STATEMENT: Final = frozenset(
    (
        "CREATE ALTER DROP GRANT REVOKE INSERT UPDATE DELETE SELECT USE SHOW FLUSH SET TRUNCATE DESC DESCRIBE EXPLAIN STARTUP SHUTDOWN COMMIT RECOVER "
        "PURGE WITH BEGIN ROLLBACK CALL ANALYZE ANALYSE VACUUM COPY LOAD LOCK UNLOCK OPTIMIZE REPAIR CHECK KILL PRAGMA ATTACH REINDEX SOURCE"
    ).split()
)


def begins_statement(text: str) -> bool:
    """Whether a line begins as a statement of SQL does, or what only a client understands."""
    found = text.split(maxsplit=1)
    begins = len(found) > 1 and found[0].upper() in _BEGINS_STATEMENT
    return begins or text.startswith(("\\", ".")) or is_statement(text)


_ANSWER: Final = pattern(
    r"\s*(?:\(\d+ rows?\)|(?:NOTICE|DETAIL|HINT|ERROR|WARNING|INFO)(?: \d+[^:]*)?:\s|[+|-]{2,}[-+|]+\s*\Z|\|.*\|\s*\Z|Query OK\b|Empty set\b|"
    r"\d+ rows? in set|(?:CREATE|ALTER|DROP) (?:TABLE|DATABASE|ROLE|USER|INDEX|EXTENSION|VIEW|SCHEMA)\s*\Z|INSERT \d+ \d+\s*\Z|(?:UPDATE|DELETE) \d+\s*\Z|"
    r"GRANT\s*\Z|Database changed)"
)


def is_answer(text: str) -> bool:
    """Whether a line is what a database answers to a statement."""
    return _ANSWER.match(text) is not None


_CRON: Final = pattern(
    r"(?:@(?:reboot|yearly|annually|monthly|weekly|daily|midnight|hourly)|[\d*][\d*/,\-]*(?:\s+[\d*][\d*/,\-]*){3}\s+[\w*][\w*/,\-]*)\s+\S"
)
"""A line of a table of timed jobs (crontab(5))."""


def is_timed_job(text: str) -> bool:
    """Whether a line has the form of those in a table of timed jobs (crontab(5))."""
    return text[:1] in "0123456789*@" and _CRON.match(text) is not None


_SHEBANG: Final = pattern(r"#! ?/\S")


def is_shebang(text: str) -> bool:
    return "#!" in text and _SHEBANG.match(text.lstrip()) is not None


_URL_ONLY: Final = pattern(r"<?[a-z][a-z\d+.\-]*://\S+>?\Z")


def is_url(text: str) -> bool:
    return "://" in text and _URL_ONLY.match(text.strip()) is not None


_OF_TREE: Final = pattern("[\u2502| ]*(?:[\u251c\u2514]|[|`+]--)")
_TREE_SIGNS: Final = "\u2502|\u251c\u2514`+"


def is_branch(text: str) -> bool:
    """Whether a line, without blanks at its ends, is one of those that draw a tree of directories."""
    return text[:1] in _TREE_SIGNS and _OF_TREE.match(text) is not None


def is_tree(texts: Sequence[str]) -> bool:
    """Whether most lines of a block draw a tree of directories, as tree(1) does."""
    drawn = sum(is_branch(text.strip()) for text in texts)
    return drawn > 0 and 2 * drawn >= len(texts) - 1


_LOGIN: Final = re.compile(
    r"(?:[\w.\-]+ login|login|password|user(?:name)?|e-?mail|passwort|benutzer(?:name)?|mot de passe|utilisateur|usuario|contrase\u00f1a|"
    r"clave|usu\u00e1rio|senha|utente|"
    r"\u043b\u043e\u0433\u0438\u043d|\u043f\u0430\u0440\u043e\u043b\u044c|\u7528\u6237\u540d|\u5bc6\u7801)\s?[:\uff1a] ?\S*",
    re.IGNORECASE,
)


_PLACE: Final = pattern(r"(?:~|/[\w.+\-@]+)(?:/[\w.+\-@%*<>{}$]+)*/?(?: @ [\w.\-]+)?")


_PROGRAMS_PLACE: Final = pattern(r"/(?:s?bin|libexec|init\.d|scripts?)/|\.(?:sh|py|pl|rb|bash|run|AppImage)\Z")


def is_place(text: str) -> bool:
    """Whether a line is nothing but the absolute path of something that is hardly a program: it says where something is."""
    text = text.strip()
    return text[:1] in "~/" and _PLACE.fullmatch(text) is not None and _PROGRAMS_PLACE.search(text) is None


_DRAWN: Final = re.compile(r"[\s_\-|/\\()^<>~.'`\",*=+oOwW]*")


def _is_side(text: str) -> bool:
    """Whether a line is nothing but the sides of boxes, with nothing in them."""
    return text.lstrip()[:1] == "|" and _DRAWN.fullmatch(text) is not None


_NAMED: Final = pattern(r"[\w.()\[\] ]*")
_STROKES: Final = pattern("-{3,}")


def _connects(text: str) -> bool:
    """Whether a line is names with strokes between them: "mill ---- pond ---- sea"."""
    parts = _STROKES.split(text) if "---" in text else ()
    return len(parts) > 2 and len(text) < 200 and all(_NAMED.fullmatch(part.strip(" |/\\+<>")) for part in parts)


def is_drawing(texts: Sequence[str]) -> bool:
    """Whether lines are a picture made of strokes, and no table: most hold no words, or names that strokes connect, and hardly two are
    alike; or boxes."""
    if len(texts) < 3:
        return False
    sides = sum(map(_is_side, texts))
    if sides > 2 and 4 * sides >= len(texts):
        return True
    drawn = {
        text.strip() for text in texts if _DRAWN.fullmatch(text) and not text.lstrip().startswith(("+", "#", "//", "}", ")"))
    }
    named = {text.strip() for text in texts if _connects(text)} - drawn
    return len(drawn) + len(named) >= (3 if named and drawn else 4) and 2 * (len(drawn) + len(named)) >= len(texts)


def is_login(text: str) -> bool:
    """Whether a line shows what is typed to log in: "build7 login: amy"."""
    return (":" in text or "\uff1a" in text) and _LOGIN.fullmatch(text.strip()) is not None


_CONSTANT: Final = re.compile(r"[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+")


def is_constant(text: str) -> bool:
    """Whether a line is nothing but the name of a variable, in capitals."""
    return "_" in text and _CONSTANT.fullmatch(text.strip()) is not None


_REFERENCE: Final = re.compile(r"[*\u2022-]\s+man\s+[\w.\- ]+|(?:[*\u2022-]\s+)?(?:[\w.+\-]+\(\d[a-z]?\)[,;.]?\s*)+")


def is_reference(text: str) -> bool:
    """Pages of the manual that one may read, in a list: "* man 5 crontab", "passwd(1), shadow(5)"."""
    return _REFERENCE.fullmatch(text.strip()) is not None


_USAGE: Final = re.compile(r"\s*usage:\s+\S", re.IGNORECASE)


def is_usage(text: str) -> bool:
    """Whether a line is the one with which a program's help says how it is called."""
    return _USAGE.match(text) is not None


_PARTED_NAME: Final = re.compile(r"[\w\-]+(?:\.[\w\-]+)+")


def is_parted_name(text: str) -> bool:
    """Whether a line is nothing but a name of parts with full stops between them, as files have it."""
    return _PARTED_NAME.fullmatch(text) is not None
