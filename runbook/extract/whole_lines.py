"""Lines of prose that are nothing but a command."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from runbook.extract.paths import is_file_name
from runbook.extract.prose import Line, Span
from runbook.extract.unmarked import Found
from runbook.forms import is_place
from runbook.inlines import plain
from runbook.looks import as_command, first_word, goes_into_known, is_service, lacks_operand, operates, prose_words
from runbook.model import Image, Link, Row
from runbook.patterns import pattern
from runbook.printouts import is_printed
from runbook.prompts import prompt_of
from runbook.typed import split_remark, typed
from runbook.words import holds_one, words

_VARIABLE: Final = pattern(r"[a-z]\w*_\w+")
"""The name of a variable: "$lamp_home" begins with no prompt."""


_VALUE: Final = pattern(r"\$\{?(?P<name>[A-Za-z_]\w*)\}?")
"""The value of a variable by itself: "$lamp", "${LAMP_HOME}"."""


_QUOTED: Final = pattern(r"'[^']*'|\"[^\"]*\"")


_ASKED: Final = re.compile(r"[a-z]+ `[^`]+`")
"""A verb and what something is to be done to: "edit `notes.txt`"."""


_GOES: Final = pattern(r"cd (?:\.\.|[~./]*[\w.\-]+(?:/[\w.\-]*)*)/?")


_CHECKBOX: Final = pattern(r"\A\s*\[[ xX]\]\s+")


_ENUMERATION: Final = re.compile(r"\A(?:(?:\d{1,2}[a-z]|[a-z])[.)]\s+|\d{1,2}[)\uff09\u3001]\s*)(?=[a-z./~])")
"""A number below another one: "3a. ", "b) "."""


_WORDS: Final = pattern(r"[^\W\d_]{2}")


_SHOWN: Final = frozenset((Image, Link))
"""What shows something in a line that nobody types."""


_BARE: Final = re.compile(r"[a-z][a-z0-9_.+\-]{2,40}")


_NUMBERED_NAME: Final = pattern(r"[^\W\d_]+ \d{1,2}[a-z]?[.)]?")
"""A title such as "Way 2"."""


def rows_of(line: Line, span: Span) -> tuple[Row, ...]:
    """The rows of a command in a span: more than one for code that goes on below its line."""
    begins, ends = line.source_line(span.start), line.source_line(max(span.start, span.end - 1))
    first = Row(begins, span.text)
    return (first, Row(ends, "")) if ends > begins else (first,)


_OWN_SCRIPT: Final = re.compile(r"\./[\w.\-]+\.(?:sh|py|pl|rb|run|bash)")
"""A script of the page's own, by itself: nobody writes its name so for anything but to run it."""


def unticked(text: str) -> str:
    """A line without the box to tick before it."""
    return _CHECKBOX.sub("", text) if "[" in text[:40] else text


def whole_line(
    line: Line, *, told: Callable[[], bool], quoted: bool, among: Callable[[], bool], led: Callable[[], bool]
) -> Found | None:
    """The line is nothing but a command: it has a prompt, or reads as one and as nothing else."""
    text = unticked(line.text.strip())
    if text[:1] == "_" == text[-1:] and len(text) > 2:
        text = text[1:-1]  # italics of another wiki's
    elif text.startswith("{{{") and text.endswith("}}}") and (" " in text or text[3:5] == "./"):
        text = text[3:-3].strip()  # code of another wiki's
    text = _ENUMERATION.sub("", text) if holds_one(text[1:4], ".)\uff09\u3001") else text
    if not line.spans and (then := _THEN.match(text)) is not None and _runs(text[then.end() :]):
        text = text[then.end() :]
        return Found(typed((Row(line.n, line.text),), text, None), 0, len(line.text), "line-is-a-command")
    if line.spans and text.endswith("\\"):
        text = text[:-1].rstrip()  # a line break of Markdown's at the end of a paragraph
    if not text or len(text) > 1000 or (not _SHOWN.isdisjoint(map(type, line.nodes)) and _filled(line, text)):
        return None
    if text[0] == "$" and (value := _VALUE.fullmatch(text)) is not None and value["name"] not in words("programs"):
        return None
    if (prompted := _at_its_prompt(line, text, told)) is not None:
        return prompted
    only = next((span for span in line.spans if _is_all(span, line, text)), None) if line.spans else None
    if only is not None and (only.style in ("code", "backtick") or (only.style == "quote" and _surely_run(only.text))):
        found = only.style == "quote" or _is_typed_code(only.text, told)
        return Found(typed(rows_of(line, only), only.text, None), 0, len(line.text), "code-alone-on-its-line") if found else None
    if only is None and line.spans and _has_other_code(line, text):
        return None
    command = split_remark(text)[0]
    if _is_words(command, text, quoted=quoted) or _EXPLAINED.match(text):
        return None
    if _reads_as_command(line, text, command, told=told, quoted=quoted, among=among, led=led):
        return Found(typed((Row(line.n, line.text),), text, None), 0, len(line.text), "line-is-a-command")
    return None


def _surely_run(text: str) -> bool:
    """Whether words in quotes surely are a command: of a program with its operands, or one that is called by its place."""
    likeness = as_command(text)
    return likeness >= 4 or (likeness >= 3 and text.lstrip()[:2] in HERE)


HERE: Final = ("./", ".\\")
"""How the place of a program begins that lies where one is: nobody writes it so for anything but to run it."""


_EXPLAINED: Final = re.compile(r"[\w.+\-]+\s[\u2013\u2014]\s")
"""A name and what it is or does, behind a dash: "grind \u2014 make flour"."""


_THEN: Final = re.compile(
    r"(?:[Aa]s (?:the )?(?:user )?\w+,? |(?:and |und |et |y |e |en |\u0438 )?"
    r"(?:[Tt]hen|[Nn]ow|[Dd]ann?|[Dd]anach|[Pp]uis|ensuite|luego|poi|depois|daarna|potem|pak|sedan|"
    r"\u0437\u0430\u0442\u0435\u043c|\u043f\u043e\u0442\u043e\u043c) )"
)


def _runs(text: str) -> bool:
    """Whether words behind a "then" are a program with its operands, whose name is no everyday word."""
    program = first_word(text)
    known = program in words("programs") and program not in words("everyday")
    return known and " " in text and as_command(text) >= 3 and not prose_words(text) and not text.endswith((":", "?", "!", ","))


_AND: Final = pattern(r",?\s+(?:and(?: then)?|then|followed by|und|dann|et|puis|y|luego)\s+")


def several(line: Line) -> list[Found]:
    """The commands of a line without any mark that is nothing but such, with an "and" or "then" between them."""
    program = first_word(line.text)
    if program not in words("programs") or program in words("everyday"):
        return []
    if any(span.style in ("code", "backtick") for span in line.spans):
        return []
    found, start = [], 0
    for end, after in [*((match.start(), match.end()) for match in _AND.finditer(line.text)), (len(line.text), 0)]:
        text = line.text[start:end].strip(" .;")
        if not _runs(text):
            return []
        found.append(Found(typed((Row(line.n, text),), text, None), start, end, "line-is-a-command"))
        start = after
    return found if len(found) > 1 else []


def _is_all(span: Span, line: Line, text: str) -> bool:
    """Whether a span is all of a line, which without what does not count has the `text`."""
    return span.end - span.start >= len(text) and text in (span.text.strip(), line.text[span.start : span.end].strip())


def _at_its_prompt(line: Line, text: str, told: Callable[[], bool]) -> Found | None:
    """The command of a line that begins with a prompt; `$name` alone is no prompt."""
    prompt = prompt_of(text)
    if prompt is None or not prompt.rest or (text.startswith(f"${prompt.rest}") and _VARIABLE.fullmatch(prompt.rest)):
        return None
    if not (prompt.sure or _typed(prompt.rest, told)) or (_begins_with_code(line) and line.spans[0].text.strip() != prompt.text):
        return None
    entry = typed((Row(line.n, line.text),), prompt.rest, prompt, shell=prompt.shell)
    return Found(entry, 0, len(line.text), "prompt-in-prose")


def _is_typed_code(text: str, told: Callable[[], bool]) -> bool:
    """Whether code that is all of its line is typed: a place or a program that needs an operand only where the prose before says so."""
    if (only_a_place(text) or lacks_operand(text)) and not told():
        return False
    likeness = as_command(text)
    named = " " in text.strip() or _BARE.fullmatch(text.strip()) is not None
    return (likeness >= 2 or (likeness >= 1 and named and not _told_of(text) and told())) and (
        likeness > 3 or not is_printed(text)
    )


def _told_of(text: str) -> bool:
    """Whether code is words with a capital before them: what something is, not what is typed."""
    return " " in text.strip() and text.lstrip()[:1].isupper()


_SETTING: Final = pattern(r"[\w.\-]+\s*=\s*\S*")


def _sets(line: Line, text: str) -> bool:
    """Whether a line is a verb and, in code, a setting of which it speaks: "set `speed=3`"."""
    span = line.spans[-1]
    if span.style not in ("code", "backtick") or line.text[span.end :].strip(" .,;") or "=" not in span.text:
        return False
    verb = line.text[: span.start].casefold().split()
    spoken = len(verb) == 1 and verb[0] in words("verbs") and verb[0] != "export"
    return spoken and text.casefold().startswith(verb[0]) and _SETTING.fullmatch(span.text.strip()) is not None


def _has_other_code(line: Line, text: str) -> bool:
    """Whether some of a line is marked as the command, or as what an instruction is about: then the line is words."""
    if _begins_with_code(line) or _sets(line, text):
        return True
    coded = [span for span in line.spans if span.style in ("code", "backtick") and as_command(span.text) >= 3]
    if any(span.style == "code" for span in coded) or (coded and not _substitutes(text)):
        return True
    return _ASKED.fullmatch(text) is not None and first_word(text) in words("verbs")


def _substitutes(text: str) -> bool:
    """Whether a line is a command of a program whose name is no verb, so that what it has between backticks is the shell's."""
    program = first_word(text)
    return program in words("programs") and program not in words("everyday") and as_command(text) >= 4


def _is_words(command: str, text: str, *, quoted: bool) -> bool:
    """Whether a line is an instruction or a sentence by its first word, its end, or the words in it; `text` is all of it, `command` without
    the remark at its end."""
    if command.startswith("edit ") and not quoted:
        return True  # an instruction, whatever program has that name
    if (command[-1] in ".:,;?!\u3002\uff01\uff1f\uff1a" and not command.endswith(" .")) or text[0] in "|!{":
        return True
    said = prose_words(_QUOTED.sub('""', command) if '"' in command or "'" in command else command)
    switches = said == 1 and _SWITCHES.search(command) is not None and (operates(command) or as_command(command) > 4)
    return said > (1 if switches else 0)


_SWITCHES: Final = pattern(r" (?:up|down|on|off)(?= -|\Z)")
"""Words that tell a program what to do, last or before its options, where a sentence's stand in its midst."""


def _goes_on_in_words(command: str) -> bool:
    """Whether a line begins with a word that is a program's name, too, and goes on with another one that tells no program what to do, with
    no option and no value set: "mount point /mnt/wool", and "w pliku /etc/fstab" in Polish."""
    parts = command.split()
    if len(parts) < 3 or (parts[0] not in words("everyday") and parts[0] not in words("words_elsewhere")):
        return False
    plain = parts[1].isalpha() and parts[1].casefold() not in words("verbs")
    return plain and not any(part[0] in "-|><&" or "=" in part for part in parts) and not is_service(command)


def _reads_as_command(
    line: Line,
    text: str,
    command: str,
    *,
    told: Callable[[], bool],
    quoted: bool,
    among: Callable[[], bool],
    led: Callable[[], bool],
) -> bool:
    """Whether a line without any mark is a command: the more the words around it tell so, the less it must look like one."""
    if not quoted and _goes_on_in_words(command):
        return False
    in_code = told()
    likeness = as_command(command, in_code=in_code)
    if not (in_code or quoted or " " in command):
        if _OWN_SCRIPT.fullmatch(command) or (command.startswith("./") and likeness >= 3 and among()):
            return True
        if command in words("whole_programs") and command == text and among():
            return True
        bare = _BARE.fullmatch(command) is not None and not is_file_name(command)
        script = likeness >= 3 and "/" in command and not is_place(command)
        return likeness >= 1 and command == text and (bare or script) and led()
    if quoted and _NUMBERED_NAME.fullmatch(command):
        return False
    if (_GOES.fullmatch(command) and line.text.strip() in (text, f"_{text}_")) or (
        likeness >= 2 and command.startswith("sudo ") and command.count(" ") > 1 and command.islower()
    ):
        return True
    if command[0].isupper() and likeness < 3 and not quoted and first_word(command).casefold() not in words("programs"):
        return False
    if _TARGET.fullmatch(command) and first_word(command) in words("whole_programs") and among():
        return True
    least = (0 if in_code else 1) if quoted else 2 if in_code or operates(command) else 3
    return likeness >= least and (
        quoted
        or in_code
        or likeness > 3
        or _subcommand(command)
        or goes_into_known(command)
        or len(_OPTIONS.findall(command)) > 1
        or among()
        or led()
    )


def _filled(line: Line, text: str) -> bool:
    """Whether a picture stands in a line, or a link is all of it: nothing to type."""
    return any(type(node) is Image or (type(node) is Link and plain(node.children).strip() == text) for node in line.nodes)


def _typed(rest: str, told: Callable[[], bool]) -> bool:
    """Whether what follows a sign that begins other lines too was typed: a word by itself only where the prose before says so."""
    return as_command(rest) >= 2 and (" " in rest or told())


_TARGET: Final = pattern(r"[a-z]\S+ [a-z][\w.\-]*")
"""A program and what it is to make: "make docs"."""


_OPTIONS: Final = pattern(r"\s--?[A-Za-z][\w\-]*(?=[=\s]|\Z)")
"""Two of these no sentence has."""


_SUBCOMMAND: Final = pattern(r"[a-z][\w.+-]*(?: [a-z][\w.@:+-]*){2,}")


def _subcommand(command: str) -> bool:
    """Whether a line is a program, whose name is no everyday word, with a sub-command and its operand: "systemctl status lampd"; one that
    nobody may know with an operand that is not letters alone: "mill install sail-2"."""
    if _SUBCOMMAND.fullmatch(command) is None:
        return False
    if command.rpartition(" ")[2] in words("cue_file"):
        return False
    program = first_word(command)
    if program not in words("operated"):
        return operates(command) and not command[len(program) :].replace(" ", "").isalpha()
    return program not in words("everyday")


_IN_VARIABLE: Final = pattern(r"\$\{?\w+\}?/")


def only_a_place(text: str) -> bool:
    """Whether code is nothing but an absolute path: it may as well say where something is."""
    return (text.lstrip()[:1] in ("/", "~") or _IN_VARIABLE.match(text.strip()) is not None) and " " not in text.strip()


def _begins_with_code(line: Line) -> bool:
    """Whether a line begins with code and goes on in words: then the code alone may be a command."""
    first = next((span for span in line.spans if span.style != "quote"), None) if line.spans else None
    if first is not None and first.style not in ("code", "backtick") and prompt_of(first.text) is None:
        first = next((span for span in line.spans if span.style in ("code", "backtick")), None)
    return (
        first is not None
        and not line.text[: first.start].strip()
        and _WORDS.search(split_remark(line.text[first.end :])[0]) is not None
    )
