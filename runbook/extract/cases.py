"""What is done in one case only, or may be left out: what sentences and titles say of it."""

from __future__ import annotations

import re
from typing import Final, Literal

from runbook.extract.cues import is_imperative
from runbook.extract.tongues import ENGLISH, Tongue
from runbook.patterns import pattern

_CONDITION: Final = re.compile(
    r"\A\W*(?:(?:only\s+)?(?:if|in case|unless)\b|only\s+(?:when|for|on|with)\b|"
    r"when (?:using|you (?:use|see|get|need|want|find|run into|encounter)\b|you are using|"
    r"you're using|you have|your|this happens|it fails|"
    r"building (?:for|on|with)|installing (?:on|from|for))\b)",
    re.IGNORECASE,
)
_FOR: Final = re.compile(r"\A\W*for\b(?!\s+(?:example|instance|both|all|each|every|any)\b)", re.IGNORECASE)
_SENTENCE_WORDS: Final = frozenset("i you we they this that more now".split())
_FEW: Final = 8
"""Words of "For the fish shell:" that still name a case, and are no sentence about why."""
_IF: Final = re.compile(r"\A\W*(?:if|in case|unless)\b(?!\s+not\b)", re.IGNORECASE)
_WHEN_USING: Final = re.compile(r"\A\W*(?:when using|only (?:when|for|on|with|if))\b", re.IGNORECASE)
_IF_LAST: Final = pattern(
    r"(?!\W*(?:also\s+|then\s+)?(?:check|see|verify|test|ask|know|determine|decide|find|make\s+sure|tell|confirm|look|specify|choose)\b)"
    r"[^.:;]*[^\s,]\s+(?:if|unless)\s+(?:needed|necessary|required|desired|wanted|applicable|not\s+(?:already\s+)?\w+(?:\s+(?:already|yet))?|"
    r"you\s+(?:use|have|want|need|are|don['\u2019]?t|do\s+not|haven['\u2019]?t|have\s+not)\b[^.]{0,80})\W*",
    re.IGNORECASE,
)
"""A title that ends in its condition: "Restart the mill if needed"."""
_OPTIONAL: Final = re.compile(r"\A\W*(?:optional(?:ly)?|if you (?:like|wish|want|prefer))\b", re.IGNORECASE)
_SAID_OPTIONAL: Final = re.compile(r"[(\[\uff08]\s*(?P<said>[^)\]\uff09]{2,30})\s*[)\]\uff09]|\boptional\W*\Z", re.IGNORECASE)


_RUNNING: Final = re.compile(
    r"\W*when\s+(?:running|executing|typing|issuing|entering|you\s+(?:run|execute|type|issue|enter))\b|"
    r"\W*if\s+(?:you|we)\s+(?:now\s+|then\s+|(?:now\s+)?try\s+to\s+)?(?:run|execute|type|issue|enter|look|check|examine|inspect)\b[^:]*,\s*"
    r"(?:it|this|that|we|you|the\s+\w+)\s+(?:now\s+|will\s+|should\s+)?(?:fails?|see|gets?|shows?|says?|tells?|prints?|displays?|look|returns?)\b",
    re.IGNORECASE,
)
"""What comes when something is run that is run anyway: no condition."""
_ON_SOME: Final = re.compile(
    r"\A\W*(?:on|with|for)\s+(?!(?:the|all|both|each|every|your|any)\b)(?:(?:older|newer|old|new|some|certain|other)\s+\w+|(?:[\w\-]+\s+)?"
    r"(?:machines|systems|hosts|servers|computers|laptops|desktops|cards|boards|devices|versions|installations|distributions|kernels)\b)"
    r"(?:\s+(?:with|without|that|which|where|who|like|running|using|of|from|before|after|and|or|behind|in)\b[^,.:]{0,60})?\s*:\s*\Z",
    re.IGNORECASE,
)
"""What is done on some machines only: "On machines with two cards:"."""
_IS_DONE: Final = pattern(r"\A\W*(?:(?:only\s+)?(?:if|in case|unless)\b|only\s+(?:when|for|on)\b)", re.IGNORECASE)
_SOME: Final = frozenset(
    "ein eine einen einem einer les un une des unos unas los las una gli i dei degli uno os as um uma een".split()
)
"""Articles of several, or of any of them."""
_FEW_WORDS: Final = 6
"""Words of a title of which one says that the step may be left out."""

Kind = Literal["", "condition", "optional"]


def opens(english: re.Pattern[str], role: str, text: str, tongue: Tongue) -> bool:
    """Whether a text opens with an "or", "if" or "optional", in English or in the page's language; a long "or" is a sentence about it."""
    return english.match(text) is not None or (len(text) < 200 and tongue.opens(role, text) > 0)


def is_optional(text: str, tongue: Tongue) -> bool:
    """Whether a text begins with words that let the reader leave something out."""
    return opens(_OPTIONAL, "optional", text, tongue)


def said_optional(title: str, tongue: Tongue) -> bool:
    """Whether a title says in parentheses, or among few words, that the step may be left out."""
    for match in _SAID_OPTIONAL.finditer(title):
        said = match["said"]
        if said is None or _OPTIONAL.match(said) or tongue.opens("optional", said):
            return True
    return len(title.split()) <= _FEW_WORDS and tongue.says("optional", title)


def wished(title: str) -> bool:
    """Whether a title begins with what the reader may like: "If you want to …"."""
    return _OPTIONAL.match(title) is not None and _IF.match(title) is not None


def conditional(title: str, tongue: Tongue) -> bool:
    """Whether a step's title, all that its prose says, begins with an "if", or ends with one."""
    if (
        _IF.match(title) is not None
        or _WHEN_USING.match(title) is not None
        or (("if " in title or "unless " in title) and _IF_LAST.fullmatch(title[-300:]) is not None)
    ):
        return True
    whole = len(title) < 200 and "\u3002" not in title.rstrip("\u3002")
    return whole and (tongue.opens("if", title) > 0 or tongue.says("if_within", title))


def leads_to_case(sentence: str, tongue: Tongue = ENGLISH) -> bool:
    """Whether a sentence leads to what is done in one case only: "If you use SELinux:"."""
    if _RUNNING.match(sentence):
        return False
    if not sentence.endswith((":", "\uff1a")):
        return _ends_in_order(sentence, tongue)
    return (
        opens(_CONDITION, "if", sentence, tongue)
        or is_optional(sentence, tongue)
        or _is_for_case(sentence)
        or _ON_SOME.match(sentence) is not None
        or (len(sentence) < 200 and (tongue.says("if_within", sentence) or _for_some(sentence, tongue)))
    )


def case_of(sentence: str, command: str, tongue: Tongue) -> Kind:
    """The case in which a sentence tells to run the command in it: "If you use SELinux, run …", "Optionally, remove it with …"."""
    before = sentence.partition(command)[0]
    if is_optional(sentence, tongue):
        return "optional"
    if _RUNNING.match(sentence) or "?" in before:
        return ""
    if opens(_IS_DONE, "if", sentence, tongue):
        parted = not before.strip().isascii() or "," in before or before.rstrip().endswith(":") or _ONLY.match(before) is not None
        return "condition" if parted else ""
    label = before.rstrip(" `\"'*")
    return "condition" if label.endswith((":", "\uff1a")) and (_ON_SOME.match(label) or _for_some(label, tongue)) else ""


_ONLY: Final = pattern(r"\A\W*only\b", re.IGNORECASE)
_WIDE_STOP: Final = "\u3002"


def _ends_in_order(sentence: str, tongue: Tongue) -> bool:
    """Whether a sentence that ends in a full stop says in which case something is to be done, and what: "If it fails, clean the tree."."""
    if sentence.endswith(_WIDE_STOP):
        told = tongue.opens("if", sentence) or tongue.says("if_within", sentence) or tongue.opens("optional", sentence)
        return len(sentence) < 80 and bool(told)
    condition, comma, order = sentence.rpartition(", ")
    return bool(comma) and _IF.match(condition) is not None and len(sentence) < 200 and is_imperative(order, tongue)


def _is_for_case(sentence: str) -> bool:
    """Whether a sentence only says for what the next lines are: "For the fish shell:", not "For convenience, add a name:"."""
    if _FOR.match(sentence) is None or "," in sentence:
        return False
    said = sentence.split()
    return len(said) <= _FEW and _SENTENCE_WORDS.isdisjoint(word.strip(":.()").casefold() for word in said)


def _for_some(sentence: str, tongue: Tongue) -> bool:
    """The same in another language: only for some, or for those who have something, or for what begins with a capital, or the article of
    several or any of them: what for is told with a verb, or the article of a single one ("pour le démarrage")."""
    if tongue.opens("only_for", sentence):
        return True
    opened = 0 if "," in sentence or len(sentence.split()) > _FEW else tongue.opens("for_case", sentence)
    case = sentence[opened:].lstrip() if opened else ""
    return bool(case) and (case[0].isupper() or case.partition(" ")[0] in _SOME or tongue.says("users", case))
