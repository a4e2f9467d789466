"""What the place of some code in its clause makes of it: a command at the beginning of a sentence, or behind its label."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from runbook.extract.cues import is_instruction
from runbook.extract.prose import Line, Span
from runbook.extract.telling import ENDS_SENTENCE, IS, ITEM_ONLY, SUBORDINATE, goes_on
from runbook.extract.tongues import Tongue
from runbook.extract.whole_lines import only_a_place
from runbook.forms import is_statement
from runbook.looks import as_command, first_word, lacks_operand
from runbook.patterns import pattern
from runbook.words import AnyCase, word_set, words

CLAUSE: Final = pattern(r"[.;!?]\s+(?=[A-Z(\"'])|\)\s")
_WIDE_END: Final = pattern("[\uff0c\u3002\uff1b\u3001]")
"""Where a clause ends in Chinese and Japanese."""
_ASIDE_ONLY: Final = pattern(r"\s*[(\uff08][^()\uff08\uff09]*[)\uff09][\s.:;,]*\Z")
_WHERE: Final = AnyCase(r"\A,?\s+(?:where|wobei|o\u00f9|donde|onde|dove|waarbij|\u0433\u0434\u0435)\s")
"""What the parts of a command stand for comes next."""
_SHOULD_SHOW: Final = AnyCase(r"[\"'`)]*\s+(?:should|must)\s+(?:now\s+)?(?:show|print|list|give|return|say|display)\b")
"""What is seen then."""
_THERE: Final = AnyCase(
    r"\s+(?:or\s+\w|(?:as|als|como)\s+\w+\b|"
    r"(?:in|on|at|auf|im|am|sur|dans|en|su|na)\s+(?:(?:the|each|every|all|both|dem|der|den|le|la|les|el|il)\s+)?[\w\-]+(?:[,.;]|\Z))"
)
"""Where some code is run, or another way, comes next."""
_GOES_FURTHER: Final = AnyCase(
    r",?\s+(?:and|und|et|y|e)\s+(?P<then>\w.*)|"
    r",\s+(?:(?:then|dann|puis|luego|poi)\s+\w|(?:if|or|wenn|falls|sonst|oder|si|sinon|ou|o|se)\s)"
)
"""How a sentence goes on behind what is run first."""
_DESCRIBED: Final = pattern(r"\s+[-\u2013\u2014:]\s+(?=\w)")
_TO_DO: Final = pattern(r"\s+(?:[Ii]n order )?[Tt]o\s+([a-z]+)\b")
"""What some code is run for comes next: "to list the mills"."""
_SAYS: Final = pattern(
    r"\s+(?!(?:ist|war|est|\u00e9tait|est[\u00e1a]|era|\u00e9|\u00e8|jest|by\u0142\w*|\u0431\u044b\u043b\w*|\u0443\u0441\u0442\u0430\u0440\w*)\s|[\u306e\u7684\u4e2d\u5df2]|\u3068[\u540c\u9055])[^\W\d_A-Z]{2}"
)
_DOES_SO: Final = pattern(r"\s+(?!(?:returns|fails|says|reports|gives|needs|requires|works|does)\s)[a-z]+[^s\W]s\s")
"""What some code with which a line begins does comes next: "shows the mills"."""
_FOR_ELSEWHERE: Final = pattern(
    r"\s+(?:per|pour|para|um|om|aby|\u017eeby|f\u00f6r att|for at|\u0434\u043b\u044f|\u0447\u0442\u043e\u0431\u044b)\s+[^\W\d_]{3}"
)
"""The same in other languages."""
_SENTENCE_BEGINS: Final = pattern(r"[.:;,]?\s+\(?(?=[^\W\d_])(?![a-z\u00df-\u00ff\u0430-\u044f])")
_CASE: Final = AnyCase(r"\A\W*(?:with|on|for|in|under|using|if|when)\b[^.,:`\"\u201c]{1,50},\s*[\"'`]?\Z")
"""The case in which some code is to be run: "On Debian, "."""
_LABEL: Final = pattern(r"\A\W*[^\W\d_][^:`\"\u201c]{0,60}[:\uff1a]\s*[\"'`]?\Z")
ORDERED: Final = AnyCase(
    r"\b(?:run|running|execute|executing|type|typing|issue|issuing|enter|entering)\b[^:.`]{0,60}[:\uff1a]\s*[\"'`]?\Z",
)
NO_ORDER: Final = AnyCase(
    r"\b(?:usage|syntax|synopsis|default|defaults|format|form|output|prints?|returns?|path|file|version|shell|alias|type|name|options?|old|before|wrong|bad|"
    r"aka|not|never|don['\u2019]?t|instead\s+of|entry|entries|values?|settings?|equivalent|same\s+as|like|such\s+as|error|means?|called|is|are|was|were)\b",
)
"""Words of a label that says what some code is, not when it is run."""
_NEXT_WORD: Final = pattern(
    r"[\"'`)]*[\s,]+(?:e|y|o|et|ou|und|oder|en|of|i|lub|и|или|och|eller|og)\s+[\"'`]?\w+[\"'`]?\s*[.,)]|[\w\-]"
)
"""Behind a program's name: another one, or the rest of a word."""


def states(text: str) -> bool:
    """Whether some code is a whole statement of SQL: one that ends as such, or begins in capitals."""
    ended = text.rstrip().endswith(";")
    return " " in text and (ended or text.partition(" ")[0].isupper()) and is_statement(text if ended else f"{text};")


def _sentence_begins(after: str) -> bool:
    """Whether a new sentence begins behind some code: with a capital, or in parentheses; letters that have none begin nothing."""
    begins = _SENTENCE_BEGINS.match(after)
    return begins is not None and (after[begins.end()] < _WIDE or after[begins.end() - 1] == "(")


def rule_at_beginning(line: Line, span: Span, group: tuple[int, int], likeness: int, after: str, tongue: Tongue) -> str:
    """The rule that makes code a command with which its sentence or item begins, by what stands `after` it; empty for none."""
    text = span.text.strip()
    alone = group == (span.start, span.end) or " " in text
    if likeness >= 2 and alone and ITEM_ONLY.match(after) and not (only_a_place(text) or lacks_operand(text)):
        return "code-alone-in-its-item"
    if likeness >= (3 if after.startswith(".") else 4) and " " in text and _sentence_begins(after):
        return "code-alone-in-its-item"
    if states(text) and (ITEM_ONLY.match(after) or _sentence_begins(after)):
        return "code-alone-in-its-item"
    if likeness >= 2 and " " in text and _ASIDE_ONLY.match(line.text, group[1]):
        return "code-alone-in-its-item"
    named = first_word(text) not in words("everyday") and (text.count(" ") > 1 or text[0] in "/.~")
    sure = likeness >= 4 or (likeness == 3 and named)
    further = _GOES_FURTHER.match(after) if sure and " " in text else None
    if further is not None and (further["then"] is None or is_instruction(further["then"], tongue)):
        return "code-before-its-words"
    described = _DESCRIBED.match(after)
    if likeness >= 3 and " " in text and described and is_instruction(after[described.end() :], tongue):
        return "code-before-its-words"
    if likeness >= 3 and " -" in text and _FOR_ELSEWHERE.match(after):
        return "code-before-its-words"
    purpose = _TO_DO.match(after)
    if (likeness >= 3 or states(text)) and " " in text and purpose and purpose[1] in words("verbs"):
        return "code-before-its-words"
    return ""


def described(line: Line, span: Span, tongue: Tongue) -> str:
    """The rule that makes a whole command line a command with which an item of a list begins that says what it does; empty for none."""
    text, after = span.text.strip(), line.text[span.end : span.end + 60]
    if line.text[: span.start].strip() or " " not in text or as_command(text) < 4 or IS.begins(after):
        return ""
    said = _SAYS.match(after) if tongue.speaks else _DOES_SO.match(after)
    return "code-before-its-words" if said else ""


def rule_of_code(before: str, after: str, likeness: int, tongue: Tongue) -> str:
    """The rule by which its place in the clause makes code a command, where it surely looks like one; empty for none."""
    ends = ITEM_ONLY.match(after.split("\n", maxsplit=1)[0][:3]) or ENDS_SENTENCE.match(after)
    if ends and is_instruction(before, tongue) and not SUBORDINATE.stands_in(before):
        return "instruction-ends-in-code"
    if ends and likeness >= 4 and before.endswith(", ") and not SUBORDINATE.stands_in(before):
        return "instruction-ends-in-code"
    if before.endswith("(") and after.startswith(")") and is_instruction(before[:-1], tongue):
        return "command-in-parentheses"
    system = len(before.split()) <= 4 and not word_set(before).isdisjoint(words("platforms"))
    labelled = system or _LABEL.match(before) or _CASE.begins(before) or ORDERED.stands_in(before)
    further = _GOES_FURTHER.match(after)
    goes_on = further is not None and further["then"] is not None and is_instruction(further["then"], tongue)
    whole = (
        ends
        or goes_on
        or _ASIDE_ONLY.match(after)
        or _WHERE.begins(after)
        or _THERE.begins(after)
        or _SHOULD_SHOW.begins(after)
        or (after.startswith(", ") and is_instruction(after[2:], tongue))
    )
    return "code-behind-its-label" if labelled and whole and not NO_ORDER.stands_in(before) else ""


_CLAUSE_BEGINS: Final = ("", ",", ":", ";", "!", "?", "\u2013", "\u2014", "-", "\u2192", ">", "\uff1a", "\uff0c")
"""What stands before a clause that begins with some code."""
_IN_CASE: Final = frozenset(
    "if when to for otherwise wenn falls sonst um si sinon pour para se als je\u015bli pokud \u0435\u0441\u043b\u0438".split()
)
"""A case or a purpose for which something is done begins so."""
_FOR_ONE: Final = frozenset(
    "with for on under mit f\u00fcr unter auf avec pour sous con para com met voor dla \u0434\u043b\u044f \u043d\u0430".split()
)
"""Before the one thing for which some code is: "…, with csh "."""


_OF: Final = frozenset(
    (
        "von des der die das dem den di del della dello dell de du da do le la les el los las il lo gli o os as een het van av af od ze "
        "in dans em w we \u0432"
    ).split()
)
"""Articles, and what makes some code the property of what stands before it."""


_MEANS: Final = frozenset(
    "mit avec con com per met med za \u0441 \u0447\u0435\u0440\u0435\u0437 via is: ist: est: es: \u00e9: \u00e8:".split()
)
"""Before what something is done with."""
_WIDE: Final = "\u2e80"
"""From here on letters are Chinese, Japanese or Korean."""
_PART: Final = re.compile(r"[,:;]\s")


_WITHOUT: Final = frozenset("ohne statt sans sin sem senza zonder bez \u0431\u0435\u0437 utan uden uten".split())
"""Words of denial that say how some code is run."""
_TOPICS: Final = ("\u306f", "\u304c")
_SUBJECTS: Final = (*_TOPICS, "\u306e", "\u3068\u540c", "\u3068\u9055", "\u4f1a", "\u6703", "\u5df2", "\u7684", "\u4e2d")
"""What right behind some code makes it the subject in Japanese and Chinese; the others only where the code begins its sentence."""


def undone(before: str, after: str, tongue: Tongue) -> bool:
    """Whether words of another language right before or behind some code say that it is not to be run, or make it a thing of which
    something is told."""
    if not tongue.speaks:
        return False
    behind = after.lstrip("\"'`)")
    if behind.lstrip().startswith(_TOPICS if before.strip() else _SUBJECTS):
        return True
    if behind[:1] == " " and _is_denied(behind.split(maxsplit=2)[:2], tongue):
        return True
    part = _PART.split(before)[-1]
    return tongue.says("spoken", part[-40:]) or _denied(part[-_NEAR:], tongue)


def _is_denied(behind: Sequence[str], tongue: Tongue) -> bool:
    """Whether the first or second word behind some code, where no comma stands between, says that it is not to be run, or doesn't do something."""
    if len(behind) > 1 and not behind[0][-1].isalpha():
        behind = behind[:1]
    return any(word.casefold() not in _WITHOUT and tongue.says("undone", word) for word in behind)


_NEAR: Final = 32


def _denied(text: str, tongue: Tongue) -> bool:
    """Whether some words say that something is not to be done; "don't forget" doesn't."""
    return tongue.says("undone", text) and not tongue.says("forget", text)


_WE: Final = frozenset("wir man nous on noi \u043c\u044b \u043c\u0438 vi".split())
"""Who does something in a guide is its reader."""


def _has_subject(before: str, tongue: Tongue) -> bool:
    """Whether a sentence begins with its subject, which is somebody or something else than its reader."""
    return tongue.tells(before) and before.split(maxsplit=1)[0].casefold() not in _WE and not tongue.says("forget", before)


def left_to_run(before: str, after: str, tongue: Tongue) -> bool:
    """Whether a whole command line with operands stands in its clause as what is to be done: the clause begins with it or asks for
    something before it, and nothing says that it is only spoken of."""
    if not goes_on(after) or SUBORDINATE.stands_in(before):
        return False
    said = before.casefold().split()
    if NO_ORDER.stands_in(before.rpartition(";")[2]) and said[0] not in _IN_CASE:
        return False
    if (
        before[-1:].isspace()
        and said[-2:-1]
        and said[-2].strip("(") in _FOR_ONE
        and (len(said) < 3 or said[-3][-1] in ",;:-\u2013")
    ):
        return True
    if tongue.speaks:
        if _has_subject(before, tongue) and said[-1] not in _MEANS and not tongue.asks(before):
            return False
        return bool(said) and said[-1] not in _OF and max(said[-1]) < _WIDE
    begins = before.rstrip(" \"'`(\u201c")[-1:] in _CLAUSE_BEGINS
    return begins or is_instruction(before, tongue)


def told_elsewhere(tongue: Tongue, before: str, text: str, after: str) -> bool:
    """Whether the clause around some code tells to run it, in another language: that has its verb before the code or behind it."""
    clause = before[-80:].rpartition(", ")[2]
    # What a condition before the comma denies, or a purpose behind, is not this.
    around = clause if tongue.says("run", clause) else f"{before[-80:]} {CLAUSE.split(after)[0]}"
    likeness = as_command(text)
    if " " not in text:
        strongly = tongue.says("run", _WIDE_END.split(before[-25:])[-1]) and not _denied(before[-40:], tongue)
        return likeness >= 1 and strongly and not _NEXT_WORD.match(after)
    if likeness < 1 or _denied(around.partition(",")[0] if after.startswith(",") else around, tongue):
        return False
    if _has_subject(before, tongue) and (tongue.scripted or not tongue.asks(around)):
        return False  # its subject does so
    return tongue.says("run", before[-40:]) or (likeness >= 2 and is_instruction(around, tongue))
