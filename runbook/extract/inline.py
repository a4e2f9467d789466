"""Commands in running prose: inline code that the reader is told to run, and lines that are nothing but a command."""

from __future__ import annotations

from collections.abc import Callable, Container, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from runbook.extract.clauses import (
    CLAUSE,
    NO_ORDER,
    ORDERED,
    described,
    left_to_run,
    rule_at_beginning,
    rule_of_code,
    states,
    told_elsewhere,
    undone,
)
from runbook.extract.cues import is_instruction
from runbook.extract.inline_weights import Around, weighed
from runbook.extract.paths import is_file_name
from runbook.extract.platforms import for_one_system
from runbook.extract.prose import Line, Span
from runbook.extract.telling import (
    COMPARED,
    IS,
    ITEM_ONLY,
    MENTIONED,
    STRONGLY_TOLD,
    THE,
    is_spoken_of,
    only_mentioned,
    told_to_run,
)
from runbook.extract.tongues import ENGLISH, Tongue
from runbook.extract.unmarked import NEGATED, Found, may_be_typed_out, opens_file, unmarked
from runbook.extract.whole_lines import HERE, rows_of, several, unticked, whole_line
from runbook.extract.written import edited_file
from runbook.looks import as_command, first_word, lacks_operand, prose_words
from runbook.model import Link, Text
from runbook.patterns import pattern
from runbook.prompts import prompt_of
from runbook.typed import split_remark, typed
from runbook.words import AnyCase, client_languages, holds_one, word_set, words

_TELLING: Final = frozenset(
    (
        "run running rerun type typing execute executing issue issuing enter entering use using do doing invoke invoking launch launching try "
        "call calling start perform via with by command commands example e i prompt one just"
    ).split()
)
"""One of these is in all that `_TOLD` and `STRONGLY_TOLD` match."""
_REFERS: Final = pattern(r"\{(?:ref|doc|term|mod|func|class|meth|attr|file|pypi|any|numref|option|envvar|py:\w+)\}\Z")
"""A role of Sphinx's Markdown that makes code a link or a name."""
_PLURAL: Final = pattern(r"(?<=[a-z])\([a-z]{1,2}\)")
"""More than one, perhaps: "partition(s)"."""
_ENDS: Final = ".;!?)"
"""One of these ends a clause."""
_PARENTHESIS_BEFORE: Final = pattern(r"\s*[(\uff08][^()\uff08\uff09]{1,120}[)\uff09]\s*")
_DOES_IT: Final = AnyCase(r"\A[\"'`)]*\s+(?:should|will|would|does|ought to)\s+(?:do|work|help|fix|be enough|suffice)\b")
_ATTRIBUTES: Final = pattern(r"\A(?:\{\{[\w ]+\}\}|\{[:.#][^{}\n]*\})")
"""What some builders of sites take behind code for its attributes: `{{copy}}`, `{: .cmd}`."""
_INDEFINITE: Final = AnyCase(r"\ban?\s+[\"'`\u201c]?\Z")
_COMPARES: Final = AnyCase(
    r"\b(?:shortcut|alias|synonym|wrapper|replacement|documentation|manual|successor|front-?end|need)\s+(?:for|of|to)\s+[\"'`]?\Z|"
    r"\b(?:unlike|like|such as|same as|equivalent to|equivalent of|is|are|was|were|called|means?)\s+[\"'`]?\Z"
)
"""What some code is, or is like, right before it."""
_INSTEAD: Final = AnyCase(r"\A[\"'`)]*\s+instead\b")
_ENTERS: Final = AnyCase(
    r"\b(?:enter|start|open|access|log ?in ?to) (?:the|a|an|your)? ?(?:\w+ ){0,2}(?:cli|shell|console|prompt|client) (?:with|by|using|via)\s+[\"'`]?\Z"
)
_STARTS: Final = AnyCase(r"\A\W*(?:(?:now|then|next|first)\W+)?(?:start|run|open|launch|enter)\s+(?:the\s+)?[\"'`]?\Z")
_THEN_ONLY: Final = AnyCase(
    r"\A\W*(?:(?:and|or|then|now|und|oder|dann|danach|et|ou|puis|ensuite|y|luego|"
    r"nast\u0119pnie|anschlie\u00dfend|despu\u00e9s|e|poi|depois|em seguida|en|dan|daarna|i|potem|a|pak|och|sedan|"
    r"\u0438|\u0437\u0430\u0442\u0435\u043c|\u043f\u043e\u0442\u043e\u043c)\s+){1,2}\Z"
)
"""Words that join what is done to what was done before, and say nothing else."""
_AND_THEN: Final = AnyCase(r"(?:,|;|\band)\s+then\s+[\"'`]?\Z")
_MOST: Final = 40
"""Spans of a line that are looked at for what belongs together."""
_JOINS: Final = AnyCase(
    r"[\s\"'`]*(?:[,;/&+\u3001\uff0c]|(?:,\s*)?\b(?:and|or|then|followed\s+by|und|oder|y|et|ou|o|e|og|och|eller|of|en|i|lub|\u0438|\u0438\u043b\u0438|\u0442\u0430)\b|\u548c|\u3068|\u3084)"
    r"(?:\s+then\b)?[\s\"'`]*"
)
"""What stands between pieces of code of which the same is said."""
_ENSURED: Final = AnyCase(r"\b(?:ensure|make\s+sure|verify|check|confirm)(?:\s+that)?\s+[\"'`]?\Z")
_SUCCEEDS: Final = AnyCase(
    r"\A[\"'`)]*\s+(?:pass|passes|succeeds?|works?|runs?|completes?|exits?|returns?|is\s+(?:clean|green|ok|fine))\b"
)
_COORDINATED: Final = AnyCase(
    r"\A\W*(?:run|execute|type|issue|enter|use)\s(?:[^.;:]|\.(?=\S)){3,160}(?:\b(?:and|then)|,)\s+(?:then\s+)?[\"'`]?\Z"
)
"""One verb with more than one command: "Run `a` to log in and `b` to publish"."""
_FOR_WHAT: Final = AnyCase(r"\A[\"'`)]*(?:\s+(?:to|for|in\s+order)\s|\.?\s*\Z)")
_SENTENCE_BEFORE: Final = pattern(r"[a-z\d)\"'`][.!?]\s+\Z")
_WHEN_RUN: Final = AnyCase(
    r"\b(?:if|when|once|after)\s+(?:(?:you|we)\s+(?:(?:now|then|re)[\s-]*)?(?:run|execute|type|enter|issue|use|do)|running|executing|typing|issuing|entering)"
    r"\s+(?:the\s+|command\s+){0,2}[\"'`]?\Z",
)
_THEN_SEE: Final = AnyCase(
    r"\A[\"'`)]*(?:\s+(?:again|now|as root))?,?\s+(?:then\s+)?(?:you|we|it|this)(?:'ll|\s+(?:will|should|can|may|might))?\s+(?:now\s+|then\s+)?"
    r"(?:see|get|shows?|prints?|returns?|outputs?|lists?|be shown)\b",
)


_EDITS_TABLES: Final = frozenset(("visudo", "vipw", "vigr", "virsh"))
"""Editors that need no file's name."""


def may_hold_command(line: Line) -> bool:
    """Whether a line of prose needs a closer look at all: most hold no mark and read as sentences."""
    text = split_remark(line.text.strip())[0]
    if line.spans or "(" in text or ": " in text or not text or may_be_typed_out(text) or opens_file(text):
        return bool(text)
    return ((text[-1] not in ".:,;?!" or text.endswith(" .")) and prose_words(text) < 3) or prompt_of(text) is not None


def _no() -> bool:
    return False


def commands_in(
    line: Line,
    *,
    told: Callable[[], bool] = _no,
    quoted: bool = False,
    among: Callable[[], bool] = _no,
    led: Callable[[], bool] = _no,
    wrapped: str = "",
    tongue: Tongue = ENGLISH,
    ran: Container[str] = (),
    item: bool = False,
    around: Callable[[], Around] | None = None,
) -> list[Found]:
    """The commands in one line of prose, in order. `told`: the prose before says that what follows is to be run; `quoted`: it stands in
    a block quote; `among`: the lines around it are commands too; `led`: it is a paragraph that an instruction before leads up to; few
    lines ask for these three. `wrapped`: the line before, where a sentence goes on from it; `ran`: programs that
    ran on the page before; `item`: it is one of a list; `around`: what stands around it, for what must be weighed."""
    if _leads_elsewhere(line):
        return []
    whole = whole_line(line, told=told, quoted=quoted, among=among, led=led)
    if whole is not None and not (wrapped and whole.rule == "line-is-a-command" and first_word(line.text) in words("everyday")):
        return [whole]
    if len(line.spans) > 1 and _only_commands(line):
        return [
            Found(typed(rows_of(line, span), span.text, None), span.start, span.end, "code-alone-on-its-line")
            for span in line.spans
        ]
    if joined := several(line):
        return joined
    found: list[Found] = []
    untold: list[Span] = []
    for span in line.spans:
        typed_there = _at_prompt(line, span)
        if typed_there is not None:
            found.append(typed_there)
            continue
        own = _span_rule(line, span, _group(line, span), tongue, wrapped, ran)
        rule = own or _quoted_first(line, span, told) or (described(line, span, tongue) if item else "")
        if own == rule == "":
            untold.append(span)
        elif rule and around is not None:
            rule = weighed(rule, line, span, around, wrapped)
        if rule and not _overlaps(span, found):
            found.append(_found(line, span, rule))
    found.extend([other for other in unmarked(line) if not _overlaps(other, found)])
    if around is not None:
        for span in untold[:_MOST]:
            if not _overlaps(span, found) and (rule := weighed("", line, span, around, wrapped)):
                found.append(_found(line, span, rule))
    return sorted(found, key=lambda one: one.start) if len(found) > 1 else found


def _overlaps(one: Span | Found, found: Sequence[Found]) -> bool:
    return any(other.start < one.end and one.start < other.end for other in found)


def _found(line: Line, span: Span, rule: str) -> Found:
    """A span that a rule makes a command."""
    entry = typed(rows_of(line, span), span.text, None, shell="mysql" if states(span.text) else "sh")
    return Found(entry, span.start, span.end, rule)


def _only_commands(line: Line) -> bool:
    """Whether a line is nothing but whole command lines in some emphasis, joined by words: "**make all** followed by **make install**"."""
    end = 0
    for at, span in enumerate(line.spans[:_MOST]):
        between = line.text[end : span.start]
        if span.start < end or (not _joined(between) if at else between.strip() != ""):
            return False
        if " " not in span.text.strip() or as_command(span.text) < 3 or lacks_operand(span.text):
            return False
        end = span.end
    return ITEM_ONLY.match(line.text[end:]) is not None


def _quoted_first(line: Line, span: Span, told: Callable[[], bool]) -> str:
    """The rule for a whole command line in quotes with which a line begins that is told to be run, where words say what for."""
    text = span.text.strip()
    if span.style != "quote" or " " not in text or unticked(line.text[: span.start]).strip(" \"'`("):
        return ""
    if not _FOR_WHAT.begins(line.text[span.end : span.end + 60]) or as_command(text, in_code=False) < 3:
        return ""
    return "told-to-run-inline" if told() else ""


def _leads_elsewhere(line: Line) -> bool:
    """Whether a line is nothing but a link to another part of the page, as in a table of contents."""
    only: Link | None = None
    for node in line.nodes:
        if type(node) is Text and not node.text.strip():
            continue
        if only is not None or type(node) is not Link:
            return False
        only = node
    return only is not None and only.target.startswith("#")


def _at_prompt(line: Line, span: Span) -> Found | None:
    """Code that begins with a prompt was typed, whatever the words around it say."""
    prompt = prompt_of(span.text.strip())
    if prompt is None or not prompt.rest:
        return None
    likeness = as_command(prompt.rest)
    if span.style not in ("code", "backtick") and not (prompt.sure and likeness >= 1):
        return None
    before = line.text[: span.start]
    told = prompt.sure or before.rstrip().endswith(":") or STRONGLY_TOLD.stands_in(before[-60:])
    if likeness < (1 if told else 3):
        return None
    if prompt.text == "$" and span.text.strip()[1:2].isalpha() and first_word(prompt.rest) not in words("programs"):
        return None  # the name of a variable
    if MENTIONED.begins(line.text[span.end :]) and THE.stands_in(before[-40:]):
        return None
    entry = typed(rows_of(line, span), prompt.rest, prompt, shell=prompt.shell)
    return Found(entry, span.start, span.end, "prompt-in-prose")


def _group(line: Line, span: Span) -> tuple[int, int]:
    """Where the pieces of code begin and end of which a span is one: "`a`, `b` and `c`" are told of together."""
    start, end = span.start, span.end
    if len(line.spans) == 1 or span.style not in ("code", "backtick") or len(line.spans) > _MOST:
        return start, end
    for other in line.spans:
        if other.start >= end and other.style == span.style and _joined(line.text[end : other.start]):
            end = other.end
    for other in reversed(line.spans):
        if other.end <= start and other.style == span.style and _joined(line.text[other.end : start]):
            start = other.start
    return start, end


def _joined(between: str) -> bool:
    return len(between) < 20 and _JOINS.fullmatch(between) is not None


def _span_rule(line: Line, span: Span, group: tuple[int, int], tongue: Tongue, wrapped: str, ran: Container[str]) -> str | None:
    """The rule that makes a span a command, by the words around it and the other pieces of code in its `group`; empty where none does, None
    where it surely is none."""
    text = span.text.strip()
    if not text or len(text) > 400 or "\n" in text:
        return None
    if _goes_on(line, span):
        return None
    marked = span.style in ("code", "backtick")
    if not marked and text.casefold().endswith(_NAMED_KIND):
        return None
    code = marked or _is_plain(text) or _runs_again(text, line.text[: span.start], ran)
    likeness = as_command(text, in_code=code)
    if (likeness < 1 and not (code and states(text))) or (not code and text in _WORDS_TOO):
        return None
    if likeness < 3 and code and " " in text and (program := first_word(text)) in ran and program not in words("everyday"):
        likeness = 4
    before, after = _around(line, group, wrapped)
    if likeness == 1 and not code and " " in text and STRONGLY_TOLD.search(before) and text.split()[0] in words("programs"):
        likeness = as_command(text) + 1  # right behind "run" the name of a program is no everyday word
    ends = before.rstrip()[-1:]
    if (ends in (".", "!", "?") and _SENTENCE_BEFORE.search(before)) or (
        ends in (")", "\uff09") and _PARENTHESIS_BEFORE.fullmatch(before)
    ):
        before = ""
    if code and likeness >= 3 and for_one_system(line, before, after):
        return "code-before-its-words"
    if code and likeness >= 3 and " " in text and _THEN_ONLY.begins(before):
        before = ""
    whole = code or (likeness >= 4 and " " in text and first_word(text) in words("programs"))
    if not before.strip(" \"'`(") and whole and (rule := rule_at_beginning(line, span, group, likeness, after, tongue)):
        return rule
    if code and " " in text and edited_file(text) is not None and not NEGATED.search(before):
        return "opens-file-inline"
    if text in words("editors") and text not in _EDITS_TABLES:
        return None
    if code and line.text[: span.start].endswith("}") and _REFERS.search(line.text, 0, span.start):
        return None
    told = word_set(before)
    if not marked and (COMPARED.begins(after) or _INDEFINITE.stands_in(before)):
        return None
    if not code and " " not in text and "instead" in after.casefold() and _INSTEAD.begins(after):
        return None
    if not code and likeness >= 3 and " " in text and ITEM_ONLY.match(after) and ORDERED.stands_in(before):
        return "code-behind-its-label"
    if only_mentioned(line, span, before, told, after, tongue) or undone(before, after, tongue):
        return None
    return _rule_between(text, before, after, likeness, tongue, code=code, told=told)


def _is_plain(text: str) -> bool:
    """Whether words in quotes or some emphasis are a whole command line by themselves, so that they are as good as code: a known program,
    whose name is no everyday word, with operands; or one that is called by its place."""
    if text[:2] in HERE:
        return as_command(text) >= 3 and not prose_words(text)
    program = first_word(text)
    known = program in words("programs") and program not in words("everyday")
    return known and " " in text and as_command(text, in_code=False) >= 3 and not (prose_words(text) or lacks_operand(text))


def _runs_again(text: str, before: str, ran: Container[str]) -> bool:
    """Whether words in quotes or some emphasis that one is told to run are a program which ran on the page, with operands."""
    program = first_word(text)
    if program not in ran or program in words("everyday") or " " not in text or prose_words(text):
        return False
    return text[0].islower() and STRONGLY_TOLD.stands_in(before[-60:])


def _rule_between(
    text: str, before: str, after: str, likeness: int, tongue: Tongue, *, code: bool, told: AbstractSet[str]
) -> str:
    """The rule that makes `text` a command by the words `before` and `after` it, `told` those before, one by one; empty for none."""
    ensured = " " in text and _ENSURED.stands_in(before) and _SUCCEEDS.begins(after)
    if (likeness >= 3 and _DOES_IT.begins(after)) or (likeness >= 2 and ensured):
        return "told-to-run-inline"
    if code and likeness >= 3 and " " in text and _AND_THEN.stands_in(before) and not IS.begins(after):
        return "told-to-run-inline"
    if code and likeness >= 3 and " " in text and _COORDINATED.begins(before) and _FOR_WHAT.begins(after):
        return "told-to-run-inline"
    if code and likeness >= 3 and " " in text and (rule := rule_of_code(before, after, likeness, tongue)):
        return rule
    if code and likeness == 2 and " " in text and before.rstrip().endswith(":") and ITEM_ONLY.match(after):
        known = first_word(text) in words("programs") or " /" in text
        typed_there = known and is_instruction(before, tongue) and not NO_ORDER.stands_in(before)
        return "instruction-ends-in-code" if typed_there else ""
    if code and text in client_languages() and _enters(before, after):
        return "instruction-ends-in-code"
    if likeness >= 3 and " " in text and _WHEN_RUN.stands_in(before) and _THEN_SEE.begins(after):
        return "told-to-run-inline"
    if tongue.speaks and code and told_elsewhere(tongue, before, text, after):
        return "told-to-run-inline"
    if code and likeness >= 4 and " " in text:
        plainly = not tongue.speaks and _is_whole(text, before, after)
        if plainly or left_to_run(before, after, tongue):
            return "whole-line-in-a-sentence"
    if told.isdisjoint(_TELLING):
        return ""
    return "told-to-run-inline" if told_to_run(text, before, after, likeness, tongue, code=code) else ""


def _goes_on(line: Line, span: Span) -> bool:
    """Whether nothing but a blank stands between code and further code that is no command itself: its operands, set off by themselves."""
    following = next((other for other in line.spans if other.start >= span.end), None)
    if following is None or span.style != "code" or following.style != "code":
        return False
    between = line.text[span.end : following.start]
    blank = between == " " or (not between and span.text[-1].isspace())
    return blank and as_command(following.text.strip()) < 3


_NAMED_THING: Final = AnyCase(
    r"\b(?:the|an?|this|that|these|those|every|each|any|some|our|its|his|her|their|whose)\s+(?:[\w\-]+\s+){1,3}[\"'`(]?\Z|"
    r"\b(?!(?:running|executing|typing|issuing|entering|using|doing|invoking|launching|calling|following|trying|starting)\b)[a-z]{3,}ing\s+[\"'`(]?\Z|"
    r"\b(?:created|known|named|saved|stored|referred to|available|written) as\s+[\"'`(]?\Z|"
    r"\b(?:compared?|comparing|equals|like|unlike|than|where|which|whether)\s+(?:with\s+|to\s+)?[\"'`(]?\Z"
)
"""What makes code the name of a thing, or what somebody is about: "the old `service mill restart`", "a bug in which `cp a b`"."""
_DID: Final = AnyCase(r"\A[\"'`)]*\s+(?:[a-z]+ed|was|were|still|also|never|always|no longer)\s")


def _is_whole(text: str, before: str, after: str) -> bool:
    """Whether a command line with operands is no list of files, and no word before or behind it says that it is only told of."""
    word = first_word(text)
    if is_spoken_of(before, after) or ("/" not in word and is_file_name(word)):
        return False
    if _NAMED_THING.stands_in(before) or _DID.begins(after):
        return False
    return not (_COMPARES.stands_in(before) or (before.rstrip().endswith(":") and NO_ORDER.stands_in(before)))


def _enters(before: str, after: str) -> bool:
    """Whether the words around a client's name tell to start it, and perhaps what to do in it then."""
    told = _ENTERS.stands_in(before) or _STARTS.begins(before)
    return told and (ITEM_ONLY.match(after) is not None or after.startswith((" (", " and ", ", and ")))


def _around(line: Line, group: tuple[int, int], wrapped: str) -> tuple[str, str]:
    """The words of its clause before a group of pieces of code, `wrapped` being what the lines above say of that, and those behind it."""
    start, end = group
    before = unticked(line.text[max(0, start - 200) : start])
    before = f"{wrapped[-120:]} {before}" if wrapped else before
    before = _PLURAL.sub("", before) if ")" in before else before
    before = (CLAUSE.split(before)[-1] if holds_one(before, _ENDS) else before)[-120:]
    inside = before.rpartition("(")[2] if "(" in before and ")" in line.text[end : end + 120] else ""
    before = inside if inside.strip() else before
    after = line.text[end : end + 60].removeprefix(")" if inside.strip() else "")
    return before, _ATTRIBUTES.sub("", after) if after[:1] == "{" else after


_NAMED_KIND: Final = (" command", " commands", " script", " utility", " tool", " program")
"""How a name ends that is set off together with what it is the name of: "the **mill command**"."""
_WORDS_TOO: Final = frozenset(("yes", "true", "false", "no", "on", "off", "all", "none"))
"""Values that are named in quotes, and names of programs too."""
