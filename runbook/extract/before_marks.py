"""What stands before numbered lines: whether steps are announced, or things that are only told of."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

from runbook.extract.cues import begins_doing, is_imperative, is_instruction, is_purpose
from runbook.extract.one_of import lets_choose
from runbook.extract.prose import last_sentence
from runbook.extract.recorder import Token
from runbook.extract.tongues import Tongue
from runbook.inlines import plain
from runbook.model import Paragraph, Prose, SectionHeading, Styled, Table
from runbook.words import AnyCase, holds_one, word_set, words

LABEL: Final = AnyCase(
    r"\W*(?:please\s+)?(?:notes?|notices?|warnings?|remarks?|information|(?:additional|important|further|general|next)\s+(?:information|notes|remarks|steps)|[^.]{3,60}\snotice)\s*[.:!]?\s*\Z"
)
"""A label of what is to be known: "Please note:"."""

_TELLS: Final = AnyCase(
    r"\b(?:works?|behaves?|operates?) (?:as follows?|like this|in this way)\s*:\s*\Z|\bwhat\b[^.:]{0,60}\bdoes\s*:\s*\Z|"
    r"\bthere\s+(?:are|exist)\s+\w+\s+(?:\w+\s+)?(?:ways|options|methods|possibilities|kinds|stages|phases|passes)\b[^.:]{0,80}:\s*\Z|"
    r"\beither\s+by\s*:\s*\Z|\b(?:can|could|may|might)(?:\s+(?:now|also|then|next))?\s*:\s*\Z|(?<!\byou )(?<!\bwe )\bwill\s*:\s*\Z|"
    r"\b(?:this|it|that|which|(?:the|this|our)\s+(?:[\w\-]+\s+){1,3}?)\s*"
    r"(?:will|does|did|performs?|checks?|consists?|includes?|contains?|has(?! been)|supports?|provides?|tests?|offers)\b(?![^:]*\bsteps?\b)[^.:]{0,60}:\s*\Z"
)
"""What something does, or has, before a list of it: "The script will:"."""

_FEW: Final = 4

_LABEL: Final = 60
"""Characters of a label at most."""

_ASIDE: Final = re.compile(r"\s*\([^()]{0,80}\)(?=\s*:\s*\Z)")
"""Words in brackets right before a colon."""

_UNDER_WHICH: Final = AnyCase(
    r"\b(?:when|if|unless|because|where|(?<!\byou )(?<!\bwe )(?:must|should|shall)|wenn|falls|weil|muss|lorsque|quand|parce que|doit|cuando|"
    r"porque|debe|quando|deve|perch\u00e9|als|omdat|gdy|je\u015bli|\u0435\u0441\u043b\u0438|\u043a\u043e\u0433\u0434\u0430|\u0434\u043e\u043b\u0436\u0435\u043d)\s*[:\uff1a]\s*\Z"
)
"""What holds, or must hold: "Testing is complete when:", "Each report must:"."""

_REMARKS: Final = AnyCase(
    r"\s*(?:notes|remarks|caveats|limitations|known (?:issues|problems|limitations)|hinweise|anmerkungen|remarques|notas|observaciones|note)\s*[:\uff1a]\s*"
)
"""A label of remarks, whatever these begin with: "NOTES:"."""


_COUNTED: Final = AnyCase(
    r"\b(?:two|three|four|five|several|few|many|different|various|following|multiple|both|number of) (?:[\w\-]+ )?(\w+)\b[^.:]*:\s*\Z"
)
"""What is counted before a colon: "There are two ways to grind:"."""


def words_before(tokens: Sequence[Token], at: int) -> str:
    """The paragraph right before a run of marks."""
    at = first_of(tokens, at)
    return paragraph(tokens[at - 1]) if at else ""


def paragraph(token: Token) -> str:
    """The words of a token's last paragraph."""
    block = token.blocks[-1] if type(token) is Prose and token.blocks else None
    return plain(block.children) if type(block) is Paragraph else ""


def led_to(tokens: Sequence[Token], at: int) -> bool:
    """Whether the words right before a run of marks lead up to it."""
    return words_before(tokens, at).rstrip().endswith((":", "\uff1a"))


def announced(tokens: Sequence[Token], at: int) -> bool:
    """Whether the words or the heading right before a run of marks say that steps follow, how something is done, or what for."""
    before, purpose = _label(tokens, at)
    if holds_one(before, words("workings")):
        return False
    return names_steps(tokens, at) or before.startswith(tuple(words("how"))) or before.endswith(" by") or purpose


def names_steps(tokens: Sequence[Token], at: int) -> bool:
    """Whether the words or the heading right before a run of marks name steps."""
    before, _ = _label(tokens, at)
    return bool(before) and holds_one(before, words("step_leads"))


def _label(tokens: Sequence[Token], at: int) -> tuple[str, bool]:
    """The heading right before a run of marks, or the end of the words that lead up to it; and whether these say what for."""
    heading = tokens[at - 1] if (at := first_of(tokens, at)) else None
    if isinstance(heading, SectionHeading):
        return heading.text.casefold(), False
    text = words_before(tokens, at).rstrip()[-200:]
    if text.endswith(("?", "\uff1f")) and len(text) <= _LABEL:
        return text.casefold().lstrip(" \xbf"), False
    if not text.endswith((":", "\uff1a")):
        return "", False
    last = last_sentence(text)
    purpose = is_purpose(last) or ("," not in last and last.casefold().startswith(tuple(words("purposes"))))
    return text.casefold().rstrip(" :\uff1a")[-_LABEL:], purpose


def told_of(tokens: Sequence[Token], at: int, tongue: Tongue) -> bool:
    """Whether the words right before a run of marks say that it lists what something does by itself, or what there is."""
    text = words_before(tokens, at)
    text = _ASIDE.sub("", text) if "):" in text[-4:] else text
    if text.rstrip().endswith((":", "\uff1a")) and not is_purpose(last_sentence(text)):
        last = last_sentence(text)
        if lets_choose(last, tongue, listed=True):
            return True
        near = word_set(last[-45:]) if last.isascii() else frozenset(last[-45:].casefold().split())
        counted = _COUNTED.search(last[-200:])
        if not near.isdisjoint(words("choice_words")) or (counted is not None and counted[1].casefold() in words("choice_words")):
            return True
        if not near.isdisjoint(words("listed_words")) and not is_imperative(last, tongue):
            return True
        if last.count(" ") < _FEW and tongue.tells(last) and not names_steps(tokens, at):
            return True  # a subject whose sentence goes on in each: "Lo script:"
    if _TELLS.search(text[-200:]) is not None or _UNDER_WHICH.search(text[-60:]) is not None:
        return True
    return len(text) < _LABEL and (_REMARKS.fullmatch(text) is not None or names_a_list(text))


def names_a_list(label: str) -> bool:
    """Whether a label ends with what it lists, but for brackets: "Exit criteria (all of these)"."""
    bare = label.casefold().replace("\uff08", " (").partition(" (")[0]
    return bare.rpartition(" ")[2].strip("*") in words("listed_words") or bare.rstrip(":\uff1a ").endswith(
        tuple(words("listed_ends"))
    )


def works_by_itself(tokens: Sequence[Token], headings: Sequence[int], at: int) -> bool:
    """Whether the heading above a run of marks says that what stands below it tells how something works."""
    heading = heading_above(tokens, headings, at).casefold()
    return bool(heading) and holds_one(heading, words("workings"))


def heading_above(tokens: Sequence[Token], headings: Sequence[int], at: int) -> str:
    above = bisect_right(headings, at) - 1
    return title(tokens[headings[above]]) if above >= 0 else ""


def title(token: Token) -> str:
    """The words of a heading, or of a paragraph that is nothing but a few words in bold; "" for what is neither."""
    if type(token) is SectionHeading:
        return token.text
    block = token.blocks[0] if type(token) is Prose and len(token.blocks) == 1 else None
    first = block.children[0] if type(block) is Paragraph and len(block.children) == 1 else None
    if type(first) is not Styled or first.style != "bold":
        return ""
    text = plain(first.children)
    return text if len(text) <= _LABEL else ""


def first_of(tokens: Sequence[Token], at: int) -> int:
    """Where a run of marks begins for the words before it: at the head of the table in which it counts the rows."""
    before = tokens[at - 1] if at else None
    return at - 1 if type(before) is Prose and (not before.blocks or type(before.blocks[0]) is Table) else at


def entries(text: str) -> bool:
    """Whether a heading or a label says that what stands below it is entries, whatever these say: "Features"."""
    label = text.casefold().strip(" :\uff1a")
    return len(label) < 40 and label.endswith(tuple(words("entries")))


_FAR: Final = 200
"""How many headings are looked through for the one above."""


def parent(tokens: Sequence[Token], headings: Sequence[int], at: int, level: int) -> str:
    """The heading of the section in which a heading of some level stands."""
    above = bisect_right(headings, at)
    before = (tokens[i] for i in reversed(headings[max(0, above - _FAR) : above]))
    return next((token.text for token in before if isinstance(token, SectionHeading) and token.level < level), "")


def below(tokens: Sequence[Token], headings: Sequence[int], at: int, tongue: Tongue, *lists: str) -> bool:
    """Whether a run of marks that begins at a token stands below a heading that has a word of these lists, of requirements or remarks:
    then all must ask for something. A heading that says what is done ("Adding requirements") is none of these."""
    heading = heading_above(tokens, headings, at)
    return (
        bool(heading)
        and (LABEL.match(heading) is not None or any(holds_one(heading.casefold(), words(name)) for name in lists))
        and not (begins_doing(heading) or is_instruction(heading, tongue))
    )
