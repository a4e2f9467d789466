"""What the words around inline code make of it: that it is to be typed, or only spoken of."""

from __future__ import annotations

from typing import Final

from runbook.extract.cues import is_instruction
from runbook.extract.paths import is_file_name
from runbook.extract.prose import Line, Span
from runbook.extract.tongues import Tongue
from runbook.extract.unmarked import NEGATED
from runbook.looks import as_command, first_word, lacks_operand
from runbook.patterns import pattern
from runbook.words import AnyCase, word_set, words

_FILLER: Final = (
    r"(?:\s+(?:the|an?|this|following|command|commands|something like|for example|as root|again|just|simply|e\.g\.)){0,4}"
)


_TOLD: Final = AnyCase(
    r"(?:\b(?:run|running|type|typing|execute|executing|issue|issuing|enter|entering|use|using|do|doing|invoke|invoking|launch|launching|try|call|calling|"
    rf"start|perform|via|with|by|commands?|example|e\.g\.|i\.e\.){_FILLER}|\bexample for \w+|\bprompt|\bone)\s*[:,(\u2013-]?\s*[\"'`(]?\Z",
)


STRONGLY_TOLD: Final = AnyCase(
    r"\b(?:re-?run|type|execute|issue|enter|run|do|just do|use)"
    r"(?:\s+(?:the|this|following|command|statement|query|sql|again|just|as root|now)){0,3}\s*[:,]?\s*[\"'`(]?\Z",
)


SUBORDINATE: Final = AnyCase(
    r"\b(?:when|while|after(?!\s+(?:that|this|which|it)\s)|before|once|as(?!\s+(?:root|administrator|the|an?|user|super\w*)\b)|since|if|which|(?<!after\s)that)\s+(?:you(?:'ve)?\s+|we\s+|it\s+)?(?:\w+\s+)?\w+\s*[\"'`]?\Z",
)


_WISHED: Final = AnyCase(
    r"\b(?:if|when|whenever)\s+you\b[^,.:]{0,40}?\b(?:wish|want|need|like|have)\s+to\s+(?:re-?)?run\s+[\"'`]?\Z|\bhaving\s+run\s+[\"'`]?\Z"
)
"""A program that one may want to run, or has run: "If you later wish to run it again, …"."""


_MEANS_TO: Final = AnyCase(r"\A(?!.*\b(?:(?:first|then|now|next|finally),? we|followed by)\b).*\b(?:with|via|by)\s+[\"'`(]?\Z")
"""How something is done: an order only where the rest of the clause is one."""


_BY_RUNNING: Final = AnyCase(
    r"\b(?:by|via|through)\s+(?:running|executing|typing|issuing|entering|invoking|calling)\s+[\"'`(]?\Z"
)


IS: Final = AnyCase(r"\s*(?:will|is|are|was|were|has|have)\b")


_ONLY_TOLD: Final = AnyCase(r"\A\W*(?:(?:now|then|next|finally)\W+)?(?:run|execute|launch|start|type)\W*\Z")
"""Nothing but the verb: what follows it is run, though nobody may know the program."""


_ABLE_WORDS: Final = frozenset(
    "users people anyone anybody those developers someone everyone able let lets allow allows enable enables will would does can shall".split()
)


_NEGATING: Final = frozenset("not t never without instead rather no avoid cannot than had used needed".split())
_FORBIDDING: Final = ("prevent", "forbid", "prohibit", "disallow", "refus", "deprecat")
"""How words begin that say that something is not to be run."""


MENTIONED: Final = AnyCase(
    r"\A[\"'`)]*\s*(?:(?:,\s*|\s)an?\s+(?:\w+\s+)?(?=command|script|program|tool|utility))?(?:command|script|program|tool|utility|option|flag|package|file|function|module|parameter|variable|element|tag|attribute|key|button|field|menu)s?\b(?!\s+(?:below|above|as))",
)


THE: Final = AnyCase(r"\b(?:the|a|every|each|this|that|your|of|from|like)\s+[\"'`]?\Z")


_ABLE: Final = AnyCase(
    r"\b(?:users|people|anyone|anybody|those|developers|someone|everyone)\s+(?:who\s+)?(?:runs?|running|uses?|using|types?|typing)\s+[\"'`]?\Z|"
    r"\b(?:able\s+to|lets?\s+you|(?:allows?|enables?)\s+you\s+to)\s+(?:\w+\s+){0,2}[\"'`]?\Z|"
    r"(?<!\byou )(?<!\bwe )\b(?:will|would|does|can|shall)\s+(?:then\s+|also\s+|internally\s+)?(?:run|execute|call|invoke|use)\s+[\"'`]?\Z"
)
"""What one or somebody can do, or what a program does by itself."""


_POSSIBLE: Final = AnyCase(r"\bpossible to (?:use|run|call)\s+[\"'`]?\Z")
"""What one may do: a program's name behind it is only mentioned."""


_HOW_TO: Final = AnyCase(r"\bhow (?:to|you can|one can)\s+(?:\w+\s+){0,2}[\"'`]?\Z")


_PAST: Final = AnyCase(r"\b(?:had|used|needed) to\s+(?:\w+\s+){0,2}[\"'`]?\Z")


_OPENING: Final = AnyCase(r"\A\W*(?:with|by|via|using|through)\s+[\"'`]?\Z")


_GOES_ON: Final = AnyCase(r"[\"'`)]*\s+[a-z]")


AT_PROMPT: Final = AnyCase(
    r"\A[\"'`)]*\s+(?:from|at|in|on) (?:the|a|your) (?:\w+ )?(?:prompt|terminal|console|shell|command[ -]line)\b"
)


COMPARED: Final = AnyCase(r"\A[\"'`)]*\s+(?:instead\s+of|rather\s+than|as\s+well\s+as)\b")


_TOLD_ABOVE: Final = AnyCase(
    r"\A[\"'`)]*\s+(?:(?:command|commands|script|line)\s+)?(?:(?:as\s+)?(?:mentioned|shown|described|given|listed|explained)\s+"
    r"(?:above|before|earlier|previously)|from\s+(?:above|before))\b"
)
"""What was told before, where it stands whole."""


_KIND_AFTER: Final = AnyCase(r"\A[\"'`)]*\s+(?:format|style|syntax|mode)\b")


_EXAMPLE: Final = AnyCase(r"\b(?:example|instance),?\s+[\"'`]?\Z")


_DOES: Final = AnyCase(r"\A[\"'`)]*\s+(?:will|would|[a-z]+(?<!s)s)(?=[\s;,.])")
"""What some code does comes next."""


_SO_AS_TO_RUN: Final = AnyCase(
    r"\b(?:version|copy|release|order|required|necessary|enough|installed|needed|able|available|way|permission|permissions|environment)"
    r"(?:\s+of\s+\S+)?\s+to\s+(?:run|use|execute)\s+[\"'`]?\Z"
)
"""What is needed for a program: its name behind it is only mentioned."""


_THE_COMMANDS: Final = ("the command", "this command", "that command", "a command")
"""The name of a command comes next, which is told of unless something is asked for before."""
_GOES_ON_WITH: Final = frozenset(("which", "but", "and", "that"))
_TURNED_DOWN: Final = frozenset("outdated wrong deprecated obsolete removed broken fail fails failed not".split())
"""Among the words with which a sentence goes on behind what nobody is to run."""


def _turned_down(after: str) -> bool:
    """Whether a sentence goes on as behind what is not to be run: ", which is outdated"."""
    first, *others = (word.strip("\"'`),.;").casefold() for word in after.lstrip("\"'`), ").split(None, 5)[:5] or [""])
    return first in _GOES_ON_WITH and not _TURNED_DOWN.isdisjoint(others)


_SCRIPT: Final = pattern(r"(?:~|\.\.)?/?(?:[\w.@+\-]+/)+[\w.@+\-]+\.(?:sh|bash|py|pl|rb)")
"""A script by its path."""


_COMMAND_ENDS: Final = pattern(r"[\"'`)]*\s+command\s*[.:;]?\s*\Z")


ITEM_ONLY: Final = pattern(r"[\s.:;,\u3002]*(?:\u306a\u3069|\u7b49)?[\s\u3002]*\Z")


_LONG_NAME: Final = pattern(r"[a-z][a-z0-9_\-]{7,30}")


ENDS_SENTENCE: Final = pattern(r"[\"'`)]*\.\s+[A-Z(]")


_GOING_ON: Final = frozenset(
    "and or then in on at from inside within as until till again now first once before to for with if when while where every after "
    "und oder et ou y e o ed og och eller en i lub para pour um per om aby dla för til als wenn si se".split()
)


def goes_on(after: str) -> bool:
    """Whether a clause ends behind some code, or goes on as behind what is run: with another clause, a place, a time, a purpose."""
    rest = after.lstrip("\"'`)")
    if not rest.strip() or rest[0] in ".,;:!?":
        return True
    behind = rest.split(maxsplit=1)[0]
    return rest[0].isspace() and (behind[0] in "-\u2013\u2014(" or behind.rstrip(",").casefold() in _GOING_ON)


_BY: Final = AnyCase(r"\b(?!followed\b)\w+(?:ed|en)\s+by\s+[\"'`]?\Z")


_PASSIVE: Final = AnyCase(
    r"\b(?:is|are|(?<!must )(?<!should )(?<!can )(?<!could )be|been|being|was|were)\s+(?:\w+ly\s+)?\w+(?:ed|en|un|ne|wn|de|lt|nt)\s+(?:by|with|via|using)\W+\Z|"
    r"\b(?:have|has|had)\s+(?:already\s+|previously\s+)?\w+ed\b[^.;]{0,40}\b(?:by|with|via|using)\W+\Z|"
    r"\b(?:listed|shown|printed|displayed|reported|returned|produced|generated|created|made|started|provided|obtained)\s+by\W+\Z|"
    r"(?<!\bis )(?<!\bare )(?<!\bbe )\b(?:created|generated|made|produced|printed|shown|written)\s+by\s+running\W+\Z",
)


_ASKING: Final = frozenset("what why how does is did was where which who".split())
"""How a question begins."""
_NEEDED: Final = frozenset("necessary needed required recommended advisable".split())


_IMPOSSIBLE: Final = AnyCase(r"\b(?:not (?:be )?possible|impossible)\b[^.;]{0,110}\Z")


_ADDING: Final = frozenset(("add", "append", "insert"))
_ADDED: Final = AnyCase(r"\A\W*(?:(?:now|then|and|also)\s+){0,2}(?:add|append|insert)\b[^:]*(?:/|\bfile\b|\blines?\b)")
"""What goes into a file: "Add to the line in /etc/lamps:"."""


_MEANS: Final = frozenset(("by", "with", "via", "using"))


_GERUND: Final = AnyCase(r"\A\W*(?:running|typing|executing|issuing|entering|using|doing|invoking|launching|calling)\b")


_BEGINNING: Final = frozenset(
    "with by via using through running typing executing issuing entering doing invoking launching calling".split()
)
"""One of these is in all that `_OPENING` and `_GERUND` match."""


_SEE: Final = frozenset("see siehe vgl. voir cf. v\u00e9ase vedi veja zie zobacz patrz viz se \u0441\u043c.".split())
_ALSO: Final = frozenset("the also that auch aussi tamb\u00e9n anche ook te\u017c \u0442\u0430\u043a\u0436\u0435".split())


_OTHERS_DO: Final = frozenset(
    (
        "runs calls invokes executes launches issues uses used ran did called executed invoked typed tried prefer prefers recommend recommends "
        "suggest suggests"
    ).split()
)
_OTHERS_MAY: Final = frozenset(
    "startet ruft f\u00fchrt lance ex\u00e9cute appelle tape ejecuta llama lanza esegue chiama lancia executa chama wywo\u0142uje uruchamia "
    "starts \u0437\u0430\u043f\u0443\u0441\u043a\u0430\u0435\u0442 \u0432\u044b\u0437\u044b\u0432\u0430\u0435\u0442".split()
)
"""The same, or an order where nobody is named before it."""
_AT_TIMES: Final = frozenset("nachts abends morgens t\u00e4glich intern internally automatically now then also".split())


_BEFORE_RUN: Final = frozenset("had already previously".split())
"""Before "run" that tells what was done."""


def _by_others(before: str) -> bool:
    """Whether the last word before some code says that somebody or something else runs it, or did: "The hook calls "."""
    last = [word.strip("\"'`(,:").casefold() for word in before[-60:].split()]
    if len(last) > 1 and last[-1] in _AT_TIMES:
        last.pop()
    if len(last) > 1 and last[-1] == "run" and last[-2] in _BEFORE_RUN:
        return True
    return bool(last) and (last[-1] in _OTHERS_DO or (len(last) > 2 and last[-1] in _OTHERS_MAY))


def _refers(before: str) -> bool:
    """Whether some words refer to something that one may read: "(see also "."""
    last = [word.strip("\"'`(").casefold() for word in before[-40:].split()[-2:]]
    return bool(last) and (last[-1] in _SEE or (last[0] in _SEE and last[-1] in _ALSO))


def told_to_run(text: str, before: str, after: str, likeness: int, tongue: Tongue, *, code: bool) -> bool:
    """Whether a clause, `before` and `after` some text, tells to run that."""
    if _MEANS_TO.stands_in(before) and not is_instruction(before, tongue):
        verbs = code and likeness >= 4 and " " in text and not word_set(before).isdisjoint(words("verbs"))
        return verbs and goes_on(after)
    if _KIND_AFTER.begins(after) or (_EXAMPLE.stands_in(before) and _DOES.begins(after)):
        return False
    strongly = STRONGLY_TOLD.stands_in(before) and not SUBORDINATE.stands_in(before)
    strongly = strongly or (" " in text and _BY_RUNNING.stands_in(before) and not IS.begins(after))
    if not strongly and (not _TOLD.stands_in(before) or SUBORDINATE.stands_in(before)):
        return False
    if not strongly and (
        (MENTIONED.begins(after) and THE.stands_in(before))
        or (before.rstrip(" \"'`(").casefold().endswith(_THE_COMMANDS) and IS.begins(after))
    ):
        return False
    if " " not in text:
        if COMPARED.begins(after) or _WISHED.stands_in(before):
            return False
        if _SO_AS_TO_RUN.stands_in(before):
            return False
        at_prompt = AT_PROMPT.begins(after)
        if _SCRIPT.fullmatch(text) and _ONLY_TOLD.begins(before):
            return goes_on(after)
        if text.startswith("./") and is_instruction(before, tongue) and not MENTIONED.begins(after):
            return True
        if code and _ONLY_TOLD.begins(before) and likeness >= 1 and _COMMAND_ENDS.match(after):
            return True
        if code and text in words("whole_programs") and ITEM_ONLY.match(after) and is_instruction(before, tongue):
            return True
        if strongly and likeness >= 1 and _LONG_NAME.fullmatch(text) and ITEM_ONLY.match(after) and not THE.stands_in(before):
            return True
        ordered = strongly and (likeness >= 2 or at_prompt or (code and _ONLY_TOLD.begins(before) and text.islower()))
        return ordered and not MENTIONED.begins(after)
    return likeness >= (2 if code or strongly else 3) or (strongly and code)


_CAN: Final = AnyCase(r"[\"'`)]*\s+(?:can|could|may|might|must|would)\b")


def is_spoken_of(before: str, after: str) -> bool:
    """Whether the words around some code make it a thing with an article, the subject of what follows, or what happens at some time."""
    return bool(
        THE.stands_in(before)
        or SUBORDINATE.stands_in(before)
        or MENTIONED.begins(after)
        or IS.begins(after)
        or _CAN.begins(after)
        or _DOES.begins(after)
    )


def only_mentioned(line: Line, span: Span, before: str, told: frozenset[str], after: str, tongue: Tongue) -> bool:
    """Whether a clause says what some code is or does, or that it is not to be run. `told` are the words of `before`."""
    text = span.text.strip()
    called = text.startswith("./") or (_SCRIPT.fullmatch(text) is not None and _ONLY_TOLD.begins(before))
    if lacks_operand(text) or (" " not in text and not called and is_file_name(text)):
        return True
    if _refers(before) or _by_others(before) or (text.startswith(("man ", "info ")) and not STRONGLY_TOLD.stands_in(before)):
        return True
    if (
        not told.isdisjoint(_ADDING)
        and _ADDED.begins(before)
        and (as_command(text) < 4 or first_word(text) not in words("programs"))
    ):
        return True
    if "type" in told and before.rstrip().casefold().endswith(" of type"):
        return True
    if not told.isdisjoint(_ABLE_WORDS) and _ABLE.stands_in(before):
        return True
    if "possible" in told and " " not in text and _POSSIBLE.stands_in(before):
        return True
    if "how" in told and _HOW_TO.stands_in(before):
        return True
    denied = not told.isdisjoint(_NEGATING) or any(word.startswith(_FORBIDDING) for word in told)
    if (denied and (NEGATED.stands_in(before) or _PAST.stands_in(before))) or _TOLD_ABOVE.begins(after):
        return True
    if after[:1] in (",", " ") and _turned_down(after):
        return True
    if not told.isdisjoint(_ASKING) and line.text.rstrip().endswith("?") and before.split(maxsplit=1)[0].casefold() in _ASKING:
        return True
    if not told.isdisjoint(_NEEDED) and ("n't" in before or "n\u2019t" in before):
        return True
    if "by" in told and _BY.stands_in(before):
        return True
    if not told.isdisjoint(_MEANS) and _PASSIVE.stands_in(before):  # "is shown with <code>"
        return True
    if "possible" in line.text and _IMPOSSIBLE.stands_in(line.text[max(0, span.start - 160) : span.start]):
        return True
    # "With <code> something happens", "Running <code> also removes …"
    subject = not told.isdisjoint(_BEGINNING) and (_OPENING.begins(before) or _GERUND.begins(before))
    return subject and _GOES_ON.begins(after) and not is_instruction(after, tongue)
