"""Blocks that show what was printed: the rules of `blocks` for them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from runbook.extract.configurations import defines, is_whole
from runbook.extract.paths import is_file_name, is_log
from runbook.extract.prose import last_sentence
from runbook.extract.setting import Setting, Use
from runbook.file_lines import config_share, program_share
from runbook.forms import is_elision, is_parted_name, is_place, is_usage
from runbook.looks import as_command, as_prose, command_share, first_word, lacks_operand, operates
from runbook.patterns import pattern
from runbook.printouts import is_printed, is_printout, same_mark
from runbook.shown import is_shown, shows, surely_typed
from runbook.tables import is_row
from runbook.untyped import asks_back, fails, is_answered
from runbook.words import AnyCase, languages, word_set, words

_BULLET: Final = pattern(r"\s*[*\u2022-]\s+(?=[a-z./~])")
_HERE_DOCUMENT: Final = pattern(r"\w\s.*<<-?\s?[\"']?[A-Z_]{2,}[\"']?\s*\Z")
_COLUMNS: Final = pattern(r"\S {3,}\S")
MESSAGE: Final = AnyCase(
    r"\A\W{0,3}(?:error|warning|fatal|failed|usage|configure: error|traceback|no such|cannot|can't|unable|permission denied|segmentation|welcome|"
    r"done|success|note)\b|\b(?:error|failed|not found|denied)\b",
)


def shown(setting: Setting) -> Use | None:
    """What a command printed that changes nothing, right below it or where the prose says that one sees it."""
    cue = setting.cue
    if not (setting.adjacent or cue.see) or cue.file or setting.near or setting.open_file or (cue.run and not cue.see):
        return None
    if not cue.see and setting.language in languages("shell"):
        return "output" if setting.unanswered and _set_apart(setting) else None
    if not setting.awaited:
        return None
    if setting.awaited != "lines" and all(map(is_row, setting.texts)):
        return None
    shown = sum(is_shown(text.strip(), setting.awaited, first=not at) for at, text in enumerate(setting.texts))
    return "output" if shown == len(setting.texts) else None


def _set_apart(setting: Setting) -> bool:
    """Whether none of the lines in a block of its own right below a command's, which says the same language, is surely typed."""
    if setting.awaited:
        return not any(map(surely_typed, setting.texts))
    if len(setting.texts) < 2 or config_share(setting.texts) >= 0.5:
        return False
    return all(as_command(text) < 2 and not text.lstrip().startswith("#") for text in setting.texts)


def folded(setting: Setting) -> Use | None:
    """Folded away, with a title that says log or output."""
    if not setting.fold:
        return None
    if not word_set(setting.fold).isdisjoint(words("log_titles")):
        return "listing"
    return "output" if setting.cue.printed and setting.page_commands else None


def output_language(setting: Setting) -> Use | None:
    """The block's language says that it was printed."""
    said = setting.language in languages("output")
    return "output" if said and (setting.language == "output" or not setting.cue.file) else None


def prompt_shown(setting: Setting) -> Use | None:
    """Only a prompt with nothing behind it: what the reader should see."""
    prompts = [prompt for row, prompt in zip(setting.rows, setting.prompts(), strict=True) if row.text.strip()]
    return "output" if prompts and all(prompt is not None and not prompt.rest for prompt in prompts) else None


def machine(setting: Setting) -> Use | None:
    """Lines that only a machine writes (a log, a compiler's messages, a listing), or that begin with one program's mark: what was
    printed, or the content of the log that the prose names."""
    cue = setting.cue
    texts = [text for text in setting.texts if not is_elision(text)]
    if setting.into and setting.section and setting.section[-1].rstrip(": ") == setting.path and not is_log(setting.path):
        return None
    if is_log(setting.open_file) and not (setting.near or cue.see):
        return None  # more of that, if the prose says so
    if not texts or (cue.lines and not cue.see) or (setting.near and cue.edits):
        return None
    if setting.seen and setting.into and not cue.see and not is_log(setting.path):
        return None
    if not _RIGHTS.search(texts[0]) and typed_first(texts, asked=cue.asks and not cue.see):
        return None  # what is typed to see the rest
    told = cue.run or (cue.asks and cue.leads and not cue.see)
    if not (setting.seen or is_printed(texts[0])) and as_command(texts[0]) >= (1 if told else 4 if " -" not in texts[0] else 3):
        return None
    if len(texts) > 1 and as_command(texts[0]) >= 3 and is_shown(texts[1], shows(texts[0]), first=True):
        return None  # a command, and what it shows
    spoken = (cue.file and not cue.see) or setting.path or setting.open_file or setting.language in languages("shell")
    helps = any(map(is_usage, texts[1:])) and _RIGHTS.search(texts[0] + texts[1]) is not None
    if not (helps or setting.seen or is_printout(texts)) and (spoken or not same_mark(texts)):
        return None
    return "file" if _is_of_log(setting) and not (setting.ran or setting.shows) else "output"


def _is_of_log(setting: Setting) -> bool:
    """Whether the sentence before names a log, or says how one looks."""
    if setting.near:
        return is_log(setting.path)
    said = word_set(last_sentence(setting.section[-1])) if setting.cue.looks and setting.section else frozenset()
    return "logfile" in said or ("log" in said and ("file" in said or is_log(setting.path)))


_RIGHTS: Final = re.compile(r"\([Cc]\) \d{4}|[Cc]opyright|\b[vV]?\d+\.\d+")
"""How programs begin their help: who wrote them, or their version."""


def answer(setting: Setting) -> Use | None:
    """What a command printed that stands in the sentence before: the block has nothing to run, and no file is open."""
    if not (setting.ran or setting.shows) or (setting.cue.lines and not setting.shows):
        return None
    if setting.open_file and not (setting.ran and setting.cue.see and not setting.cue.file):
        return None
    if setting.language in languages("shell") and not setting.shows:
        return None
    spoken = setting.cue.file or setting.cue.edits
    if setting.near and spoken and not setting.shows and config_share(setting.texts, perhaps=not setting.cue.file) >= 0.6:
        return None
    if not setting.cue.see and typed_first(setting.texts, asked=True):
        return None
    return "output" if _share_typed(setting.texts) < 0.5 else None


def unmarked(setting: Setting) -> Use | None:
    """On a page that marks its commands, a block without a mark after one: it is no command, and where no file is spoken of, printed."""
    cue = setting.cue
    if (
        not (setting.marked and setting.after_command)
        or setting.language
        or cue.run
        or cue.file
        or cue.looks
        or cue.syntax
        or setting.near
        or (cue.asks and not cue.see and (cue.leads or as_command(setting.texts[0]) >= 1))
    ):
        return None
    if config_share(setting.texts) >= 0.6 or program_share(setting.texts) >= 0.4:
        return None
    if _typed_first(setting.texts) or _HERE_DOCUMENT.search(setting.texts[0]):
        return None
    if all(as_prose(text) and text.count(" ") > 6 for text in setting.texts if not text.startswith("#")):
        return None
    printed = any(as_command(text) <= 0 or _COLUMNS.search(text) for text in setting.texts)
    return "output" if printed and _share_typed(setting.texts) < 0.5 else None


def _share_typed(texts: Sequence[str]) -> float:
    """The share of lines that surely are commands; the name of a file alone is none."""
    counted = [_BULLET.sub("", text).strip() for text in texts if not text.lstrip().startswith("#")]
    typed = sum(as_command(text) >= 3 and not is_parted_name(text) and not is_file_name(text) for text in counted)
    return typed / len(counted) if counted else 0.0


def told_output(setting: Setting) -> Use | None:
    """The prose announces what is seen."""
    if not setting.cue.see or not (setting.page_commands or setting.cue.announced or setting.cue.shown):
        return None
    known = setting.near or (setting.open_file and len(setting.texts) > 2)
    if known and not setting.cue.printed and config_share(setting.texts, perhaps=False) >= 0.6:
        return None
    if all(text.lstrip().startswith("#") for text in setting.texts) and any(map(as_prose, setting.texts)):
        return None
    if (
        not (setting.cue.printed or setting.awaited or setting.ran or setting.shows)
        and setting.texts[0][0] == "<"
        and is_whole(setting.texts)
    ):
        return "file"
    begins = first_word(setting.texts[0]) in words("programs") and as_command(setting.texts[0]) >= 3
    if begins and len(setting.texts) > 1 and not setting.page_commands:
        return None
    if setting.ran_before and not setting.cue.announced and as_command(setting.texts[0]) >= 2:
        return "commands"
    if (
        (_typed_first(setting.texts) and not (setting.cue.announced and len(setting.texts) == 1))
        or _named_before(setting)
        or _calls_named(setting)
    ):
        return "commands"
    all_typed = setting.language in languages("shell") and _share_typed(setting.texts) == 1
    if setting.cue.announced and setting.after_command and not (setting.cue.run or setting.cue.file or all_typed):
        return "output"
    if setting.language in languages("shell") and any(as_command(text) >= 3 for text in setting.texts):
        return None
    typed = _share_typed(setting.texts) if setting.cue.printed else command_share(setting.texts, at_least=3)
    if typed >= 0.5 and not all(is_elision(text) for text in setting.texts):
        return None
    if setting.cue.run and command_share(setting.texts) >= 0.5:
        return None
    return "output"


def _named_before(setting: Setting) -> bool:
    """Whether a line by itself is the very command that the sentence before names in quotes, with what that prints."""
    text = setting.texts[0].strip()
    if len(setting.texts) > 1 or not setting.section or as_command(text) < 1:
        return False
    said = last_sentence(setting.section[-1])
    return any(f"{mark}{text}{end}" in said for mark, end in ('""', "''", "``", "\u201c\u201d"))


_OPERANDS: Final = pattern(r"\s\"[^\"]|\s-{1,2}\w")
"""An operand in quotes, or an option."""


def _calls_named(setting: Setting) -> bool:
    """Whether each of several lines begins with the program that the words before name, and has operands in quotes or options."""
    first = first_word(setting.texts[0])
    if len(setting.texts) < 2 or not first or not setting.section or first.casefold() not in word_set(setting.section[-1]):
        return False
    return all(first_word(text) == first and as_command(text) >= 1 and _OPERANDS.search(text[:240]) for text in setting.texts)


def typed_first(texts: Sequence[str], *, asked: bool) -> bool:
    """Whether the first of several lines was typed, and none of a form that a machine writes, as those below it have: it surely is a command,
    or a known program by itself that one runs so; `asked` that the words before ask for something: then it may be any with an operand."""
    first = texts[0].strip()
    if len(texts) < 2 or is_printed(first) or as_command(first) < 2:
        return False
    program = first_word(first)
    if " " not in first:
        return program in words("shows_list") or program in words("whole_programs")
    if program in words("compilers") and " -" in first or _COLUMNS.search(first):
        return False
    known = surely_typed(first) or program in words("programs") or operates(first)
    return known or (asked and ": " not in first and is_printed(texts[1]))


def _typed_first(texts: Sequence[str]) -> bool:
    """Whether an output is shown with the command that printed it as its first line, or only that: a known program with its operands,
    or one that is told what to do, and nothing like it below."""
    first = texts[0]
    if len(texts) > 1 and first.strip() in words("shows_list"):
        return True
    least = 2 if len(texts) > 1 and " " in first.strip() and is_printed(texts[1]) and not is_printed(first) else 4
    known = first_word(first) in words("programs") and as_command(first) >= least and not lacks_operand(first)
    known = known or (operates(first) and not is_printed(first))
    return known and (len(texts) == 1 or command_share(texts[1:], at_least=3) < 0.3)


def asking(setting: Setting) -> Use | None:
    """What a program asks that was started before, perhaps with what was answered."""
    if not setting.page_commands:
        return None
    if _questionnaire(setting):
        return "output"
    if not asks_back(setting.texts[-1]):
        return None
    others = setting.texts[:-1]
    told = setting.cue.run or setting.cue.file or setting.language
    return "output" if all(map(asks_back, others)) or (not told and all(as_command(text) < 3 for text in others)) else None


def _questionnaire(setting: Setting) -> bool:
    """Whether a sixth of the lines, two or more, are questions with or without their answers, none is surely typed, and no file is spoken of."""
    texts = setting.texts
    if len(texts) < 2 or setting.cue.file or setting.language:
        return False
    asked = sum(is_answered(text) or asks_back(text) for text in texts)
    return (
        asked > 1 and 6 * asked >= len(texts) and not any(map(surely_typed, texts)) and config_share(texts, perhaps=False) < 0.5
    )


def resumed(setting: Setting) -> Use | None:
    """A block directly after a transcript, without a prompt of its own: what the last command printed further."""
    if not setting.adjacent or not setting.after_command or setting.language or _typed_first(setting.texts):
        return None
    if not setting.after_prompt and all(
        text.lstrip().startswith("#") and as_prose(text.lstrip("# \t")) for text in setting.texts
    ):
        return None  # remarks on the commands above
    if not setting.after_prompt and _typed_first(setting.texts):
        return None
    goes_on = setting.after_edit and (config_share(setting.texts) >= 0.6 or _commented(setting.texts))
    if setting.open_file and sum(map(as_prose, setting.texts)) * 2 > len(setting.texts):
        return None
    if (
        defines(setting.texts)
        or all(map(_typed_again, setting.texts))
        or (setting.awaited != "lines" and all(map(is_row, setting.texts)))
    ):
        return None
    if setting.open_file and (goes_on or not setting.after_edit) and command_share(setting.texts, at_least=3) < 0.5:
        return "file"
    if setting.after_prompt or command_share(setting.texts) < 0.5:
        return "output"
    return "output" if setting.awaited and not setting.ran_before and not any(map(surely_typed, setting.texts)) else None


def _typed_again(text: str) -> bool:
    """Whether a line is a command of a program that is known, and none that others print as they call it; or tells one what to do."""
    if operates(text) and not is_printed(text):
        return True
    program = first_word(text)
    return program in words("programs") and program not in words("compilers") and as_command(text) >= 4 and not is_printed(text)


def printed_after(setting: Setting) -> Use | None:
    """Several lines that are neither commands nor a file's nor a program's, after something was run: what it printed."""
    texts = setting.texts
    if not setting.after_command or len(texts) < 3 or setting.language:
        return None
    if setting.cue.asks and setting.cue.leads and not setting.cue.see and all(map(LABELLED.match, texts)):
        return None  # what to answer
    if _counted(texts) and not setting.cue.see:
        return None  # what to do, point by point
    if (
        (config_share(texts) >= 0.7 and not _aligned(setting))
        or program_share(texts) >= 0.4
        or sum(as_prose(text) for text in texts) > 0.6 * sum(not is_place(text) for text in texts)
    ):
        return None
    return "output"


_POINT: Final = pattern(r"\s*(\d{1,2})[.)]\s+[^\W\d_]")


def _counted(texts: Sequence[str]) -> bool:
    """Whether half of the lines are points that count up from one."""
    numbers = [int(match[1]) for match in map(_POINT.match, texts) if match is not None]
    return len(numbers) > 1 and 2 * len(numbers) >= len(texts) and numbers == list(range(1, len(numbers) + 1))


LABELLED: Final = re.compile(r"\s*[A-Za-z][\w ]{0,30}:\s+\S")
"""A name of one word or more with its value: what to answer to a program."""
_PROPERTY: Final = pattern(r"[A-Za-z][\w .()/\-]{0,40}?:\s{2,}(?=\S)|[A-Za-z][\w .()/\-]{0,40}?:?\s{2,}:\s(?=\S)")


def _aligned(setting: Setting) -> bool:
    """Whether names stand before a colon and their values in one column, as programs print properties; no file is spoken of."""
    if setting.path or setting.open_file or setting.cue.file:
        return False
    ends = [match.end() for match in map(_PROPERTY.match, setting.texts) if match is not None]
    return len(ends) > 2 and 3 * ends.count(max(set(ends), key=ends.count)) >= 2 * len(setting.texts)


def failure(setting: Setting) -> Use | None:
    """A message of failure, shown on a page where something is run: what the reader may get."""
    if not (setting.page_commands or setting.cue.see) or setting.cue.lines or not any(map(fails, setting.texts)):
        return None
    if _commented(setting.texts) or (surely_typed(setting.texts[0]) and not fails(setting.texts[0])):
        return None
    shown = command_share(setting.texts, at_least=3) < 0.5 and (
        setting.cue.see or config_share(setting.texts, perhaps=False) < 0.8
    )
    return "output" if shown else None


def _commented(texts: Sequence[str]) -> bool:
    """Whether more than a third of the lines are comments: a file, whatever else they say."""
    return 3 * sum(text.lstrip().startswith(("#", ";", "//")) for text in texts) > len(texts)


def message(setting: Setting) -> Use | None:
    """The first line begins as messages do, on a page where something is run."""
    if setting.page_commands and MESSAGE.search(setting.texts[0]) and not setting.cue.file:
        return "output"
    return None
