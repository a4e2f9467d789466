"""Commands that stand in running prose without any mark: in parentheses, after a colon, behind a verb of typing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from runbook.extract.platforms import only_system
from runbook.extract.prose import Line
from runbook.forms import is_place, is_statement
from runbook.looks import as_command, first_word, lacks_operand, prose_words
from runbook.model import Row
from runbook.patterns import pattern
from runbook.typed import Typed, typed
from runbook.words import AnyCase, holds_one, words

_PARENTHESES: Final = re.compile(r"(?<!\$)\(([^()]{4,120})\)")
_AFTER_COLON: Final = pattern(r":\s+((?:sudo\s+\S|\S+\s)(?:[^:]|:(?=\S)){3,200}?)\s*\Z")
_ORDERS: Final = AnyCase(
    r"\b(?:run|running|execute|executing|type|typing|issue|issuing|enter|entering|paste|with)\b[^:.`]{0,60}[:\uff1a]\s*\Z",
)
"""Words before a colon that tell to type what follows."""
_IN_CASE: Final = AnyCase(r"\A\W*(?:if|otherwise|wenn|falls|sonst|si|sinon|se|als|jeśli|pokud)\b")
"""A case in which something is to be done."""
_TOLD_OUT: Final = (
    r"\b(?P<verb>[Tt]ype|[Rr]un|[Ee]xecute|[Ee]nter)\s+(?:in\s+)?(?:(?:the\s+)?(?:following\s+)?command\s*:?\s+)?(?P<text>[A-Za-z./~][^\s,;:`\"'\u201c()]*(?:\s[^,;`\u201c()]{1,160}?)??)"
    r"(?:,?\s+and\s+(?:then\s+)?(?:press|hit|confirm)\b.*)?"
    r"(?P<there>\s+(?:from|at|in|on)\s+(?:the|a|an|your)\s+(?:\w+\s+)?(?:prompt|terminal|console|shell|command[ -]line))?"
    r"\s*(?:\.?\s*\Z|\.\s+(?=[A-Z]))"
)
_TYPED_OUT: Final = pattern(_TOLD_OUT)
_TYPED_LAST: Final = pattern(f".*{_TOLD_OUT}")
_PLACE: Final = pattern(r"~?/[\w.+\-]+(?:/[\w.+\-]+)+")
"""A program by its place."""
_WORDS_ONLY: Final = pattern(r"[a-z\d ]+")
NEGATED: Final = AnyCase(
    r"\b(?:not(?! running\s)|never|without|no need to|avoid|cannot|than)\s+(?:\w+\s+){0,3}[\"'`]?\Z|"
    r"\b(?:instead of|rather than)\s+(?:(?!(?:use|run|type|do|try)\b)\w+\s+){0,3}[\"'`]?\Z|"
    r"n['\u2019]t\s+(?:(?:ever|just|need|have|want|try|simply|yet|to|recommend|directly|manually)\s+){0,3}"
    r"(?:run|use|using|type|execute|do|call|enter|issue|invoke|launch)\s+(?:the\s+)?[\"'`]?\Z|"
    r"\b(?:prevent|forbid|prohibit|disallow|refuse|deprecate)\w*\s+(?:(?:\w+\s+){1,2}from\s+)?"
    r"(?:running|using|typing|executing|calling|invoking|the use of|use of)\s+(?:the\s+)?[\"'`]?\Z",
)


class Found(Struct, frozen=True, gc=False):
    """A command found in a line of prose: what is typed, where in the line's text, by which rule."""

    entry: Typed
    start: int
    end: int
    rule: str


def unmarked(line: Line) -> Iterator[Found]:
    """Commands without any mark: in parentheses, after a colon up to the end of the line, behind a verb of typing, at the beginning."""
    if "(" in line.text:
        yield from _in_parentheses(line)
    if ": " in line.text and (found := _after_colon(line)) is not None:
        yield found
    if line.text.endswith(";") and ": " in line.text and (found := _stated(line)) is not None:
        yield found
    if may_be_typed_out(line.text) and (found := _typed_out(line)) is not None:
        yield found
    if (" -" in line.text[-60:] or _ends_with_place(line.text)) and (found := _asked_of(line)) is not None:
        yield found
    if opens_file(line.text[:200]) and (found := _opens(line)) is not None:
        yield found


def _in_parentheses(line: Line) -> Iterator[Found]:
    for match in _PARENTHESES.finditer(line.text[:2000]):
        text = match[1].strip(' "\u201c\u201d\u201e\u00ab\u00bb')
        inside = [span for span in line.spans if span.start < match.end() and match.start() < span.end]
        if any(span.style in ("code", "backtick") and span.text.strip() != text for span in inside):
            continue
        if (
            as_command(text, in_code=False) >= 3
            and " " in text
            and ", " not in text
            and ": " not in text
            and "`" not in text
            and not prose_words(text)
            and not lacks_operand(text)
            and not text[0].isupper()
            and (first_word(text) not in words("everyday") or not _WORDS_ONLY.fullmatch(text))
        ):
            yield Found(typed((Row(line.n, text),), text, None), match.start(1), match.end(1), "command-in-parentheses")


def _stated(line: Line) -> Found | None:
    """A whole statement of SQL behind what it is for: "Remove a user: drop user 'amy'@'mill';"."""
    start = line.text.find(": ") + 2
    text = line.text[start:].strip()
    if not is_statement(text) or _marked(line, (start, len(line.text))):
        return None
    return Found(typed((Row(line.n, text),), text, None, shell="mysql"), start, len(line.text), "command-after-colon")


def _after_colon(line: Line) -> Found | None:
    offset = max(0, len(line.text) - 320)
    tail = _AFTER_COLON.search(line.text, offset)
    if tail is None or is_place(tail[1].split(maxsplit=1)[0].rstrip(".,;")) or _marked(line, tail.span(1)):
        return None
    text = tail[1].strip()
    text = text[:-1] if text[-1] == ")" and "(" not in text else text  # "(on a mill: grind --all)"
    before = line.text[offset : tail.start(1)].rstrip()
    several = text.count(" ") > 1 and (_ORDERS.stands_in(before) or _IN_CASE.begins(line.text))
    ordered = text.startswith("sudo ") or only_system(before[:-1]) != "" or several
    if as_command(text, in_code=False) >= (3 if ordered else 4) and not prose_words(text) and text.count(", ") < 2:
        return Found(typed((Row(line.n, text),), text, None), *tail.span(1), "command-after-colon")
    return None


_OPENED: Final = pattern(r"\s*(?P<text>(?:sudo\s+)?[a-z]\w+\s+(?:[-+]\w+\s+)?[~/][\w./~${}@\-]*\w)(?=[\s,;:(]+\S)")


def opens_file(text: str) -> bool:
    """Whether a line begins with an editor and the path of a file: words may follow."""
    if "/" not in text:
        return False
    first, _, rest = text.lstrip().removeprefix("sudo ").lstrip().partition(" ")
    return "/" in rest and first in words("editors")


def _opens(line: Line) -> Found | None:
    """A command without any mark with which a line begins, and words behind it: "vi /etc/mill.conf and add the wheel"."""
    match = _OPENED.match(line.text)
    if match is None or any(span.style in ("code", "backtick") and span.start < match.end() for span in line.spans):
        return None
    return Found(typed((Row(line.n, match["text"]),), match["text"], None), *match.span("text"), "opens-file-inline")


def _marked(line: Line, place: tuple[int, int]) -> bool:
    """Whether code and words stand in some part of a line: then the marks say what is one command."""
    inside = [span for span in line.spans if span.style in ("code", "backtick") and span.start < place[1] and place[0] < span.end]
    return any(span.text.strip() != line.text[place[0] : place[1]].strip("`'\" ") for span in inside)


def _typed_out(line: Line) -> Found | None:
    """A command without any mark behind "type" or "run", up to where the sentence ends: "and type ipconfig", "run netstat -an and press Enter"."""
    for search in (_TYPED_LAST.match, _TYPED_OUT.search):
        match = search(line.text[:600])
        found = _told_out(line, match) if match is not None else None
        if found is not None:
            return found
    return None


def _told_out(line: Line, match: re.Match[str]) -> Found | None:
    """The command behind a verb, if it is one: of a known program, and with no mark but emphasis of its operands."""
    text = match["text"]
    operands = match.start("text") + len(first_word(text))
    if any(
        span.style != "quote"
        and span.start < match.end("text")
        and match.start("text") < span.end
        and (span.style in ("code", "backtick") or span.start <= operands)
        for span in line.spans
    ):
        return None
    program = first_word(text).casefold()
    if text.startswith("./") and text == first_word(text) and as_command(text) >= 3:
        return Found(typed((Row(line.n, text),), text, None), *match.span("text"), "told-to-run-inline")
    begins = not line.text[: match.start("verb")].strip(" \"'`(")
    if match["there"] and begins and _PLACE.fullmatch(text):
        return Found(typed((Row(line.n, text),), text, None), *match.span("text"), "told-to-run-inline")
    if program not in words("programs") or program in words("everyday") or prose_words(text) or lacks_operand(text):
        return None
    if NEGATED.stands_in(line.text[: match.start("text")][-60:]):
        return None
    alone = match["verb"].casefold() == "type" and (text.islower() or text.isupper())
    alone = alone and (" " not in text or (text.count(" ") == 1 and as_command(text, in_code=False) >= 3))
    if alone or as_command(text, in_code=False) >= (3 if text.count(" ") > 1 or match["there"] else 4):
        return Found(typed((Row(line.n, text),), text, None), *match.span("text"), "told-to-run-inline")
    return None


_WITH_OPTIONS: Final = pattern(
    r"(?:\b(?:with|via|using|mit|com|con|avec|met|med|via|do|try)|e\.g\.)\s+"
    r"(?P<text>(?:sudo\s+)?[a-z][\w.\-]+(?:\s-{1,2}[A-Za-z][\w=\-]*|"
    r"\s(?!-{1,2}[A-Za-z][\w=\-]*(?:\s|[.:]?\Z))[^\s,;\"'`()/:.@=~\d\-]*[/:.@=~\d\-][^\s,;\"'`()]*)+?)\s*[.:]?\Z"
)
"""A program with options, addresses and paths at the end of a sentence: "check with php -v", "with scp mill.conf srv:/etc"."""


_MEANS: Final = (" with ", " using ", " via ", "e.g. ")


def _ends_with_place(text: str) -> bool:
    """Whether the last word of a line is a place or an address, and one of the last ones says by what means something is done."""
    last = text[-60:].rpartition(" ")[2]
    return ("/" in last or ":" in last[:-1] or "@" in last) and holds_one(text[-120:], _MEANS)


def _asked_of(line: Line) -> Found | None:
    """A known program with nothing but options, at the end of a line of words."""
    match = _WITH_OPTIONS.search(line.text[-120:]) if not line.spans else None
    if match is None or first_word(match["text"]) not in words("programs") or first_word(match["text"]) in words("everyday"):
        return None
    start = max(0, len(line.text) - 120) + match.start("text")
    if NEGATED.stands_in(line.text[:start][-60:]):
        return None
    text = match["text"]
    return Found(typed((Row(line.n, text),), text, None), start, start + len(text), "told-to-run-inline")


def may_be_typed_out(text: str) -> bool:
    """Whether a line of prose has a verb of typing behind which a command may stand without any mark."""
    return " -" in text[-60:] or "ype " in text or "un " in text or "xecute " in text or "nter " in text
