"""Which file the words right before some lines lead up to."""

from __future__ import annotations

import re
from typing import Final

from runbook.extract.paths import file_in, is_called, is_file_name, put_into
from runbook.patterns import pattern
from runbook.words import AnyCase, words

_DEFINED: Final = AnyCase(r"\b(?:defined|declared|implemented|described|documented)\s+(?:in|by)\b")
_INTO: Final = re.compile(
    r"(?:\A[^\w/.~]*(?:\w+\s+){0,2}|\b(?:in|into|to|of|inside|within|my|your|our|the|complete|full|whole|final|example|sample|"
    r"datei|fichier|archivo|fichero|arquivo|ficheiro|bestand|plik|\u0444\u0430\u0439\u043b\w{0,2})(?!-)[^\w/.~]+(?:(?:the|your|a|file|new)[^\w/.~]+){0,3})"
    r"(?P<file>[\w./~\-]+)[\"'`)*]*(?:\s+file)?\s*[:\uff1a,]\s*\Z"
)


_LABEL: Final = AnyCase(
    r"\W*(?:(?:config(?:uration)?\s+)?file(?:\s?name)?|path|datei(?:name)?|fichier|archivo|fichero|arquivo|ficheiro|bestand|plik|"
    r"\u0444\u0430\u0439\u043b|\u6587\u4ef6|\u30d5\u30a1\u30a4\u30eb|\ud30c\uc77c)(?:\s?[*_]*[:\uff1a]\W*?(?P<file>[~/.]?[\w/.~+\-]*\w)|\s+[\"'`*(]*(?P<path>~?(?:/[\w.+\-]+)+))[\"'`)*:]*"
)
"""A label with a file's name and nothing else: "File: /etc/motd", "File /etc/motd"."""


def label_of_file(text: str) -> str | None:
    """The file that a label names, where `text` is nothing else."""
    if not (":" in text or "\uff1a" in text or (len(text) < 80 and "/" in text)):
        return None
    label = _LABEL.fullmatch(text)
    named = None if label is None else label["file"] or label["path"]
    return named if named is not None and is_file_name(named) else None


_ASIDE: Final = re.compile(r"\s*\([^()]*\)\Z")
_ASIDE_BEFORE: Final = pattern(r"\s+\([^()]*\)(?=\s*[:\uff1a]\s*\Z)")
_ENDS_IN_PATH: Final = re.compile(
    r"(?:,\s+|\A(?:(?!(?:[Ss]ee|[Ss]iehe|[Vv]oir)\b)\w+\s+){0,2})"
    r"[\"'`*]*(?P<file>(?:/etc|/usr/local/etc|~/\.\w*|/srv|/opt|/var)[\w./\-]*/?[\w\-]*\w)[\"'`*]*\Z"
)
"""Words without an end of their own that end in a file's place: "NAT with pf, /etc/pf.conf"."""


_SIMILAR: Final = pattern(
    r"\b(?:an?|the|your|my|our)\s+(?:[\w\-]+\s+){0,2}[\"'`*(]*(?P<file>[\w./~\-]+)[\"'`)*]*(?:\s+file)?\s+(?:similar\s+to|looking\s+like|like)"
    r"(?:\s+(?:this|these|that|the\s+following|mine))?\s*[:\uff1a]\s*\Z"
)
"""A file to be made after the one that follows: "a lamps.conf similar to this:"."""
_SAVED_AS: Final = pattern(
    r"\b(?:be|is|are)\s+(?:saved|stored|named|called)\s+(?:(?:as|to|in)\s+)?[\"'`*\u201c(]*(?P<file>[\w./~\-]+\.\w+)[\"'`)*\u201d]*\s*[.:\uff1a]?\Z"
)
"""What is to be made of what follows: "This is a script and should be saved as grind.bat"."""
_OF_RC: Final = pattern(r"(?!openrc\b)[a-z]{3,14}rc")


def leads_into(sentence: str) -> str | None:
    """The file that a sentence leads up to: named right before its colon ("Allow the host in pg_hba.conf:", "and in /etc/hosts:")."""
    alone = sentence.strip().rstrip(":\uff1a").strip("`*'\"")
    if " " not in alone and (is_file_name(alone) or (sentence.rstrip().endswith((":", "\uff1a")) and is_called(alone))):
        return alone if alone.isascii() else file_in(alone) or alone
    if labelled := label_of_file(sentence):
        return labelled
    if (path := put_into(sentence[-300:])) is not None:
        return path
    if "/" in sentence and (ends := _ENDS_IN_PATH.search(_ASIDE.sub("", sentence.strip())[-200:])) is not None:
        return ends["file"]
    if ("similar" in sentence or "like" in sentence) and (similar := _SIMILAR.search(sentence[-160:])) is not None:
        named = similar["file"]
        return named if is_file_name(named) or _OF_RC.fullmatch(named) else None
    if ("saved" in sentence or "called" in sentence or "named" in sentence or "stored" in sentence) and (
        saved := _SAVED_AS.search(sentence[-160:])
    ) is not None:
        return saved["file"] if is_file_name(saved["file"]) else None
    sentence = _ASIDE_BEFORE.sub("", sentence[-300:]) if "(" in sentence else sentence
    match = _INTO.search(sentence[-200:]) if sentence.rstrip().endswith((":", "\uff1a", ",")) else None
    if match is None or _DEFINED.search(sentence):
        return None
    if match["file"] != match["file"].casefold() and match["file"].endswith("file"):
        return match["file"]  # Makefile, Dockerfile, Vagrantfile
    if match["file"] == "crontab":
        return "crontab"
    if not is_file_name(match["file"]):
        return None
    name = match["file"].rpartition("/")[2]
    return (
        match["file"]
        if "." in name or match["file"].startswith(("/etc/", "~/.", ".")) or name.casefold() in words("file_names")
        else None
    )
