"""Things that a person must do by hand, told in prose."""

from __future__ import annotations

import re
from typing import Final

from runbook.extract.cues import is_instruction
from runbook.extract.prose import sentences
from runbook.extract.tongues import ENGLISH, Tongue
from runbook.patterns import pattern
from runbook.words import AnyCase, word_set

_MACHINE: Final = (
    r"(?:(?:the|your|this|that|both|each|all)\s+)?"
    r"(?:\w+\s+)?(?:machines?|systems?|computers?|servers?|hosts?|nodes?|box|pc|device|raspberry pi|pi|vm)"
)
_PARTS: Final = (
    "cables?|cards?|usb|sd|cds?|dvds?|sticks?|boards?|headers?|adapters?|power|jumpers?|wires?|printers?|keyboards?|monitors?"
)
# the action, words of which one is in each sentence that tells it, how it is told
_ACTIONS: Final[tuple[tuple[str, str, AnyCase], ...]] = (
    (
        "reboot",
        "reboot boot restart",
        AnyCase(
            rf"\bre-?boot\b(?:\s+(?:into|with|from|{_MACHINE})\b|\s*[.!,]|\s*\Z|\s+(?:and|to|now|so|again|once|twice|after|before|when|while|if|unless|for|one)\b)|"
            r"\brestart\s+(?:(?:the|your|this|that|both|each|all)\s+)?(?:\w+\s+)?(?:machines?|systems?|computers?|hosts?|nodes?|box|pc|raspberry pi|vm)\b",
        ),
    ),
    (
        "login",
        "log login logout logon logoff sign signin signout signon signoff",
        AnyCase(
            r"\b(?:log|sign)(?:\s|-|\s-)(?:in|out|on|off)\b(?!\s+(?:errors?|screens?|pages?|prompts?|names?|forms?|windows?)\b)|"
            r"\b(?:log|sign)(?:in|out|on|off)\b(?=\s+(?:to|from|as|again|with|at|on|into|using|via|and|now)\b|\s*[.,;!)]|\s*\Z)"
        ),
    ),
    (
        "hardware",
        "insert plug unplug connect disconnect attach detach solder eject power turn",
        AnyCase(
            rf"\b(?:insert|plug|unplug|connect(?!\s+to\b)|disconnect|solder|eject)\b[^.()]{{0,60}}?\b(?:{_PARTS}|disks?|drives?|discs?|modules?)\b|"
            rf"\b(?:attach|detach)\b[^.()]{{0,60}}?\b(?:{_PARTS})\b|"  # disks are attached to what runs on a machine, too
            rf"\b(?:power (?:up|on|off|down)|turn (?:on|off))\b[^.()]{{0,60}}?\b(?:machines?|platform|devices?|computers?|servers?|{_PARTS})\b",
        ),
    ),
    (
        "gui",
        "click press select choose tick untick drag check",
        AnyCase(
            r"\b(?:(?:right-|double-)?click\b(?=\s+\S)|(?:press|select|choose|tick|untick|drag)\b(?!\s+(?:one|any|either)\s+of\b)[^.]*?"
            r"\b(?:buttons?|menus?|tabs?|dialogs?|windows?|icons?|box|boxes|option|apply|ok|keys?|enter|ctrl|alt|f\d{1,2})\b|"
            r"check\b(?!\s+(?:whether|if|that|for)\b)[^.,]{0,60}?\b(?:box|boxes|checkbox|checkboxes)\b)",
        ),
    ),
    ("download", "download", AnyCase(r"\bdownload\b(?!\s+(?:and|page|is|was|will|manager))")),
    ("install", "install reinstall", AnyCase(r"\b(?:re)?install\b(?!\s*ed)")),
)
_SIGNS: Final = tuple((name, frozenset(signs.split()), form) for name, signs, form in _ACTIONS)
_ANY_SIGN: Final = frozenset(sign for _, signs, _ in _SIGNS for sign in signs)
_ASKING: Final = (
    r"(?:need|needs|have|has|had|want|remember|sure|forget|necessary|required|recommended|idea|advisable|now|you|"
    r"(?:step|thing|task|job|action)(?: to do| left)? is|(?:it['\u2019]?s|it is|is it|be|now is|the) time)"
)
_IMPERATIVE_START: Final = (
    rf"(?:\A|,\s+|;\s+|\b(?:and|then|now|{_ASKING} to|must|should|have to|need to|please|you can|you may)\s+)"
)
_POSSIBLE: Final = AnyCase(
    r"\b(?:allow|enable|permit|help)(?:s|ed|ing)?\s+(?:\w+\s+){1,3}to\s+\Z|\b(?:could|would|might)\b[^.;]*\Z|"
    r"(?:\bnot|n['\u2019]t|\bno)\s+(?:be\s+)?(?:need|have|necessary|required|want)\s+to\s+\Z"
)
"""What is only possible, or not needed: "which allows you to log in", "you could then connect …", "you don't need to reboot"."""
_TOLD: Final = AnyCase(rf"{_IMPERATIVE_START}(?:\w+\s+(?:and|or)\s+)?\Z")
_GOES_ON: Final = re.compile(r"(?:,|;|and|And|AND)\s")
"""What goes on a list: it tells to do something where the sentence does ("Save it and reboot"), not in "may fill the disk, reboot"."""
_CLAUSE: Final = AnyCase(
    r"\A\W*(?:after|afterwards|once|when|before|finally|then|now|next|first|lastly|as soon as|at the end|in the end|to|for|in order to)\b[^,;]*,\s*"
    r"(?:\w+\s+(?:and|or)\s+)?\Z"
)
"""A time or a purpose before what is told: "After that, reboot"."""
_CONDITION: Final = AnyCase(r"\A(?:if|unless|in case|should you)\b")


# the action, how commands begin that carry it out
_DONE_BY: Final = {
    "reboot": pattern(r"(?:reboot|shutdown|halt|poweroff|init\s+6|telinit\s+6|systemctl\s+(?:reboot|kexec|poweroff|halt))\b"),
    "login": pattern(r"(?:ssh|slogin|rlogin|telnet|login|su|mysql|psql|exit|logout|(?:docker|podman)\s+login)\b"),
    "download": pattern(
        r"(?:wget|curl|git|svn|cvs|hg|bzr|ftp|lftp|scp|sftp|rsync|fetch|aria2c|axel)\b|\S+\s+(?:download|pull|fetch|get|source)\b"
    ),
    "install": pattern(
        r".*\b(?:install|reinstall|localinstall|groupinstall|setup|add|merge|emerge)\b|\S+\s+-(?:i|U|S|Sy|Syu|Uvh|ivh)\b|"
        r"(?:emerge|rpm|dpkg)\b"
    ),
}
_BEFORE: Final = pattern(r"\A\s*(?:(?:sudo|doas)\s+(?:-\S+\s+)*|cd\s+\S+\s*(?:&&|;)\s*|/(?:usr/)?s?bin/)*")


def carries_out(command: str, action: str | None) -> bool:
    """Whether a command does what was told in prose right before it, so that nobody has to do it by hand."""
    done_by = _DONE_BY.get(action or "")
    return done_by is not None and any(done_by.match(_BEFORE.sub("", line)) for line in command.splitlines())


_WRAPPED: Final = pattern(r"(?<=[^.:;!?\n])\n(?=[a-z(])")
"""The end of a line in the midst of a sentence."""


def actions_in(text: str, tongue: Tongue = ENGLISH) -> list[tuple[str, str]]:
    """(action, sentence) for each sentence that tells the reader to do something by hand. Sentences that lead up to a block (they end
    with a colon), questions and conditions ask for nothing by themselves."""
    found: list[tuple[str, str]] = []
    english = not _ANY_SIGN.isdisjoint(word_set(text))
    if not english and not tongue.speaks:
        return found
    for sentence in sentences(_WRAPPED.sub(" ", text)):
        present = word_set(sentence)
        if not tongue.speaks and _ANY_SIGN.isdisjoint(present):
            continue
        if sentence.endswith((":", "?", "\uff1a", "\uff1f")) or _CONDITION.begins(sentence) or tongue.opens("if", sentence):
            continue
        if len(sentence) > 600 or (" " not in sentence and sentence.islower()):  # a name in a list: "reboot"
            continue
        action = next((name for name, signs, form in _SIGNS if not signs.isdisjoint(present) and _told(form, sentence)), None)
        action = action or _said_in(tongue, sentence)
        if action is not None:
            found.append((action, sentence))
    return found


def _said_in(tongue: Tongue, sentence: str) -> str | None:
    if not tongue.speaks or tongue.says("undone", sentence):
        return None
    if tongue.says("reboot", sentence) and tongue.says("machine", sentence):
        return "reboot"
    if tongue.says("login", sentence):
        return "login"
    return "hardware" if tongue.says("hardware", sentence) and tongue.says("device", sentence) else None


def _told(form: AnyCase, sentence: str) -> bool:
    for match in form.finditer(sentence):
        told = _TOLD.search(sentence[max(0, match.start() - 60) : match.start()])
        possible = told is not None and _POSSIBLE.search(sentence[max(0, match.start() - 300) : match.start()])
        if (
            told is not None
            and not possible
            and (not _GOES_ON.match(told[0]) or _CLAUSE.match(sentence[: match.start()]) or is_instruction(sentence))
        ):
            return True
    return False
