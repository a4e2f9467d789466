"""What goes into files, known by where it stands: below a comment that names the file, below a command that opens it in an editor."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from runbook.extract.configurations import defines
from runbook.extract.cues import Cue, cue_of, is_request
from runbook.extract.paths import RUN_BY_NAME, is_file_name
from runbook.extract.setting import Setting, Use
from runbook.extract.tongues import opens_anywhere
from runbook.extract.written import edited_file, made_file
from runbook.file_lines import config_share, is_directive
from runbook.forms import is_ruled, is_shebang, is_timed_job
from runbook.looks import as_command, as_prose, first_word, operates, prose_words, runs_with
from runbook.model import Row
from runbook.patterns import pattern
from runbook.printouts import is_printed
from runbook.prompts import prompt_of
from runbook.tables import is_row
from runbook.typed import split_remark
from runbook.words import AnyCase, languages, words

_COMMENT: Final = re.compile(r"\s*(?:#+|//+|;+|--|/\*+|<!--|\"|%)\s*(?P<text>\S.*?)\s*(?:\*/|-->)?\s*\Z")
_LABELLED: Final = pattern(r"(?:[^\W\d_]+\s?){1,2}[:\uff1a]\s*(?P<rest>\S.*)")
_NAME_ALONE: Final = pattern(r"[`'\"]?(?P<name>[\w./~$\-]+)[`'\"]?(?:\s*[:,]?\s*\Z|\s+[-\u2013\u2014(:].*|:\s.*)")
SETS_SHELL: Final = pattern(r"\s*(?:export|alias|set|setenv|umask|source|\.)\s|\s*\w+=\S*\s*\Z")
"""Lines of a shell's profile, which may as well be typed."""
_SETS_VARIABLE: Final = pattern(r"\s*(?:export\s+|alias\s+)?[\w\-]+=")
_WORD: Final = pattern(r"\s*[^\W\d_]+\s*")
"""One word: a program as well as a name."""
_GOES_ON: Final = AnyCase(r"\s*(?:and\s+)?then\s+\w+\s+\w")
_PLAIN: Final = pattern(
    r"\s*(?:\[[\w .:/\-]+\]|(?:export\s+)?[\w.\-\[\]'\"$]+\s*[:+?]?=.*|export\s+\w+|[\w.:\-]+(?:\s[^;{}]*)?[;{]|\}[;,]?|"
    r"define\s*\(\s*['\"].*\)\s*;|[a-z]\w*_\w+:\s+\S.*|[\w\-]+(?:\s+[\w\-]+=\"[^\"]*\")+|(?:FROM|RUN|COPY|ADD|CMD|ENTRYPOINT|WORKDIR|ENV|EXPOSE|USER|ARG|LABEL|VOLUME)\s+\S.*)\s*"
)
"""Forms of a configuration's lines that are no sentence's."""
STRUCTURE: Final = pattern(
    r"\s*(?:then|else|fi|do|done|esac|;;|\}|\w+\(\)\s*\{?|\S{1,20}\)|case\s.*\sin|if\s.*|for\s.*|while\s.*)\s*\Z"
)
"""Lines of which a script has several, and a list of commands hardly one."""


def title_of(texts: Sequence[str]) -> str | None:
    """The file that a comment among the first lines of a block names, and nothing else: "# /etc/motd", "// file: app.php"; None where
    nothing follows that may stand in a file."""
    for at, text in enumerate(texts[:4]):
        if (at == 0 and is_shebang(text)) or not text.strip(" \t#;*/"):
            continue
        comment = _COMMENT.match(text)
        if comment is None or is_printed(text):
            return None
        name = _named_alone(comment["text"])
        if name is not None:
            below = texts[at + 1 :]
            held = any(_COMMENT.match(text) is None for text in below) and (is_shebang(below[0]) or may_be_content(below))
            return name if held and not any(map(_at_prompt, below)) else None
    return None


def opens_as_root(texts: Sequence[str]) -> bool:
    """Whether a line opens a file in an editor behind root's prompt: "# vi /etc/motd" is no comment that names one."""
    signed = (text.lstrip()[2:] for text in texts if text.lstrip().startswith("# ") and "/" in text)
    return any(edited_file(text) is not None and not text.startswith("edit ") for text in signed)


def _at_prompt(text: str) -> bool:
    """Whether a line begins with a prompt, and something is surely typed there."""
    prompt = prompt_of(text) if text.lstrip()[:1] not in ("#", "") else None
    return prompt is not None and as_command(prompt.rest) >= (1 if prompt.user else 3)


_TOLD_NAME: Final = AnyCase(
    r"(?:(?:\w+\s+)?files?\s+(?:(?:is|are)\s+)?(?:(?:located|stored|found|placed)\s+)?(?:in|at|under)|edit(?:ing)?|create|(?:save|put|add)\s+(?:(?:this|it)\s+)?"
    r"(?:as|to|in|into)|(?:contents?|part)\s+of|in)\s+[`'\"]?(?P<name>[~/][\w./~$@{}\-]+/[\w.@\-]+)[`'\"]?[.:]?\Z"
)
"""Words of a comment that say to which file the lines below it belong."""


_TOLD_ELSEWHERE: Final = pattern(
    r"[^\W\d_]+\s?(?:[^\W\d_]+\s){0,2}(?:[^\x00-\x7f]+\s?)?[`'\"]?(?P<name>[A-Za-z0-9_./~$\-]*[A-Za-z0-9_])[`'\"]?\s?[^\x00-\x7f\s]{0,4}[.:\uff1a]?"
)
"""Words of a comment in another language and a name at their end: "редактируем app.ini"."""


_IS_NAMED: Final = AnyCase(r"this\s+(?:file\s+)?is\s+(?:(?:the|your|my|a|an)\s+)?[`'\"]?(?P<name>[\w./~\-]*\w\.\w+)(?![\w/.])")
"""How a comment says in which file it stands: "this file is lamps.ini, next to the mill"."""


_ORDERED: Final = AnyCase(
    r"(?:(?:now|then|and|please)\s+){0,2}(?:add|append|insert|put|paste|write)\s+(?:(?:the|these|this|following|two|three|below)\s+){0,3}"
    r"(?:(?:lines?|entr(?:y|ies)|rules?|contents?|settings?|code|text|block|section)\s+)?(?:below\s+)?"
    r"(?:to|in|into|at\s+the\s+(?:end|bottom|top)\s+of)\s+(?:(?:the|your)\s+)?(?:file\s+)?[`'\"]?(?P<name>[~/][\w./~$@{}\-]*[\w@])[`'\"]?(?:\s+file)?[.:]?\Z"
)
"""Words of a remark that tell to put the lines below it into a file: no part of what goes there."""
_THEN_RUN: Final = AnyCase(
    r"(?:(?:and|now|then|next|finally|afterwards?),?\s+){1,3}(?:run|execute|start|restart|reload|type|apply|enable|install|load)\b"
)


def ordered(text: str) -> str | None:
    """The file into which a remark tells to put the lines below it."""
    comment = _COMMENT.match(text) if "/" in text else None
    order = _ORDERED.match(comment["text"]) if comment is not None else None
    return order["name"] if order is not None else None


def parted(rows: Sequence[Row]) -> list[Sequence[Row]]:
    """The parts of a block: each begins where a remark turns it to another purpose, to lines for a file, or from these to commands."""
    begins, told = [0], False
    for at, row in enumerate(rows):
        if "#" not in row.text[:40]:
            continue
        first = at == begins[-1]
        if ordered(row.text) is not None:
            told = True
        elif first or not ((is_order(row.text) and defines(_below(rows, at))) or (told and _says_to_run(row.text))):
            continue
        else:
            told = False
        if not first:
            begins.append(at)
    return [rows[begin:end] for begin, end in zip(begins, [*begins[1:], len(rows)], strict=True)]


def _says_to_run(text: str) -> bool:
    """Whether a line is a remark that tells what to do then."""
    comment = _COMMENT.match(text)
    return comment is not None and _THEN_RUN.begins(comment["text"])


def _below(rows: Sequence[Row], at: int) -> list[str]:
    """The lines right below a remark, up to the next one."""
    end = next((i for i in range(at + 1, len(rows)) if rows[i].text.lstrip().startswith("#")), len(rows))
    return [row.text for row in rows[at + 1 : end] if row.text.strip()]


def _told_elsewhere(text: str) -> re.Match[str] | None:
    match = None if text.isascii() else _TOLD_ELSEWHERE.fullmatch(text)
    return match if match is not None and opens_anywhere("edit", text) and is_file_name(match["name"]) else None


def _named_alone(text: str) -> str | None:
    told = _TOLD_NAME.match(text) or _ORDERED.match(text) or _told_elsewhere(text)
    if told is not None:
        return told["name"]
    if "is" in text and (named := _IS_NAMED.match(text)) is not None and is_file_name(named["name"]):
        return named["name"]
    if "/" in text and (name := edited_file(text)) is not None:
        return name if name[0] in "/~" else None
    labelled = _LABELLED.match(text)
    match = _NAME_ALONE.fullmatch(labelled["rest"] if labelled is not None else text)
    if (
        match is None
        or (match["name"].startswith("./") and match["name"].endswith(RUN_BY_NAME))
        or not is_file_name(match["name"])
    ):
        return None
    name = match["name"]
    return name.rstrip(":,") if "." in name.rpartition("/")[2] or name.startswith(("/etc/", "~/.")) else None


def may_be_content(texts: Sequence[str]) -> bool:
    """Whether lines may be a file's: they are not mostly commands that one types."""
    counted = [text for text in texts if not text.lstrip().startswith(("#", "//"))]
    if not counted or config_share(counted) >= 0.5 or sum(STRUCTURE.match(text) is not None for text in counted) >= 3:
        return bool(texts)
    typed = sum((as_command(text) >= 3 or operates(text)) and SETS_SHELL.match(text) is None for text in counted)
    return 2 * typed < len(counted)


def surely_typed(texts: Sequence[str]) -> bool:
    """Whether all lines but remarks are commands of programs that are known, or told what to do with an option, none of which a shell's
    profile holds."""
    typed = [text for text in texts if not text.lstrip().startswith("#")]
    return bool(typed) and all(
        as_command(text) >= 4 and SETS_SHELL.match(text) is None and (first_word(text) in words("programs") or operates(text))
        for text in typed
    )


_WRITES: Final = re.compile(r"(?:sudo\s+)?(?:cat|tee)\s[^|;]{0,200}<<-?\s*[\"'\\]?\w")
"""A here-document that becomes a file: a command, whatever it writes."""

_PRINTS: Final = re.compile(
    r"(?:sudo\s+)?(?:echo|printf)\s[^|;]{0,300}(?:>{1,2}|\|\s*(?:sudo\s+)?tee(?:\s+-a)?)\s*[~$/][\w./{}\-]*?(?P<name>[\w.\-]+)\s*\Z"
)
"""What is printed into a file: a command where the prose names that very file."""


_TABLE_OF_JOBS: Final = pattern(r"(?:sudo\s+)?crontab\s+(?:-u\s+\S+\s+)?-e\b")


def opens_jobs(command: str) -> bool:
    """Whether a command opens the table of timed jobs."""
    return "crontab" in command and _TABLE_OF_JOBS.match(command) is not None


def _writes_to(text: str, path: str) -> bool:
    """Whether a command writes the very file that the prose names: nothing for that file, but what makes it."""
    name = path.rpartition("/")[2]
    if text.find(name) <= 0 or as_command(text) < 3:
        return False
    written = text.split()
    return any(
        ">" in word.partition(name)[0]
        or (at > 0 and written[at - 1].endswith((">", "tee")))
        or written[max(0, at - 2) : at] == ["tee", "-a"]
        for at, word in enumerate(written)
        if name in word
    )


_SAYS_LINES: Final = re.compile(r"(?:sudo\s+)?(?:echo|printf)\s+(?:-\w+\s+)*(?P<quote>['\"])")


def _quoted_into_file(first: str, texts: Sequence[str]) -> bool:
    """Whether a block begins with a command whose quoted lines go into a file: "echo 'a", "b' >> c"."""
    match = _SAYS_LINES.match(first)
    if match is None or first.count(match["quote"]) % 2 == 0:
        return False
    closes = re.compile(rf"[^{match['quote']}]*{match['quote']}\s*(?:\|\s*(?:sudo\s+)?tee\b|>)")
    return any(closes.match(text) for text in texts[1:])


def opens(setting: Setting) -> Use | None:
    """The first line opens a file in an editor, or writes one: to be typed, though the prose speaks of that file's lines."""
    first = next((text.lstrip() for text in setting.texts if not text.lstrip().startswith("#")), "")
    if any(setting.language in languages(kind) for kind in ("session", "output", "diff", "file", "program")):
        return None
    if prompt_of(first) is not None:
        return None
    if edited_file(first) is not None or _WRITES.match(first) or opens_jobs(first) or _quoted_into_file(first, setting.texts):
        return "commands"
    if len(setting.texts) == 1 and setting.path is not None and _writes_to(first, setting.path):
        return "commands"
    into = _PRINTS.match(first)
    told = setting.section[-1] if setting.section else ""
    return "commands" if into is not None and into["name"] in told else None


def titled(setting: Setting) -> Use | None:
    """A comment on top names the file, and what follows may be its content."""
    if setting.language in languages("session") or setting.language in languages("output"):
        return None
    return "file" if setting.title is not None and not (setting.cue.see and setting.cue.printed) else None


def opened(setting: Setting) -> Use | None:
    """The command before opened a file in an editor, and this may be what goes into it."""
    cue, texts = setting.cue, setting.texts
    if not setting.opened or setting.open_file is None or (cue.run and not cue.file) or cue.command or (cue.see and cue.printed):
        return None
    if any(setting.language in languages(kind) for kind in ("session", "output", "diff")):
        return None
    told = cue.file or cue.edits or cue.looks or cue.swap or setting.near
    if (
        not (told or setting.adjacent)
        and config_share(texts) < 0.5
        and any(first_word(text) in words("programs") for text in texts)
    ):
        return None
    if sum(as_prose(split_remark(text)[0]) for text in texts) * 2 > len(texts):
        return None
    if not (cue.lines or cue.looks) and surely_typed(texts):
        return None
    added = cue.lines and cue.edits and cue.leads
    return "file" if may_be_content(texts) or cue.file or cue.looks or added else None


def is_order(text: str) -> bool:
    """Whether a remark below a command that opens an editor tells what to do there: it leads up to lines, or begins as one adds them."""
    words_of = text.strip().lstrip("#/; \t")
    return words_of.endswith((":", "\uff1a")) or _ADDS.begins(words_of) or opens_anywhere("add", words_of)


_ADDS: Final = AnyCase(
    r"(?:then\s+|now\s+)?(?:add|append|insert|put|paste)\s+(?:\w+\s+){0,3}(?:lines?|following|this|these|end|bottom|top)\b"
)


def orders(rows: Sequence[Row]) -> int:
    """How many rows at the beginning of lines for a file are remarks that tell to put the others there, words that ask for something, or
    blank."""
    told = next((at for at, row in enumerate(rows) if row.text.strip() and not row.text.lstrip().startswith("#")), 0)
    if told and not any(is_order(row.text) for row in rows[:told] if row.text.strip()):
        return 0
    return next((at for at in range(told, len(rows)) if rows[at].text.strip() and not _asks(rows[at].text.strip())), len(rows))


def _asks(text: str) -> bool:
    """Whether a line is words that ask for something, and none of a file: "Add these lines at the end"."""
    return text[0].isupper() and as_prose(text) and (is_request(text) or cue_of(text).edits)


def _jobs(rows: Sequence[Row], first: int) -> int:
    """How many rows from number `first` on are for the table of timed jobs which the command before opens."""
    count = 0
    for at in range(first, len(rows)):
        text = rows[at].text.strip()
        if is_timed_job(text):
            count = at + 1 - first
        elif text and not text.startswith("#"):
            break
    return count


def _leaves_settings(text: str, above: Sequence[Row]) -> bool:
    """Whether a line surely is a command, where all above it are settings."""
    typed = as_command(text) >= 4 and SETS_SHELL.match(text) is None and first_word(text) in words("programs")
    return typed and config_share([row.text for row in above], perhaps=False) == 1


def _settings(rows: Sequence[Row], first: int) -> int:
    """How many rows from number `first` on are settings for the file that the command before makes, in a form that nobody types."""
    count = 0
    for at in range(first, len(rows)):
        text = rows[at].text.strip()
        if _SETTING.fullmatch(text) or (count and _SECTION.fullmatch(text)):
            count = at + 1 - first
        elif text and not text.startswith(("#", ";")):
            break
    return count


_SETTING: Final = pattern(r"[\w.\-]+ = \S.*|[\w.\-]+: \S.*|\[[\w .:/\-]+\]")
_SECTION: Final = pattern(r"[\w.\-]+:|[\w.\-]+\s*\{|\}")


_SCRIPT: Final = pattern(
    r"(?:.*/)?(?:rc\.local|\.(?:bashrc|bash_profile|profile|xinitrc|xsession|zshrc|zprofile)|[\w.\-]+\.(?:sh|bash|start|stop))"
)


def _script_lines(path: str, rows: Sequence[Row], first: int) -> int:
    """How many rows from number `first` on are a script's that an editor was opened for: an empty line and a remark part them from what
    opened it, and they end where the script is spoken of."""
    if _SCRIPT.fullmatch(path) is None or first + 1 >= len(rows) or rows[first].text.strip():
        return 0
    if not rows[first + 1].text.lstrip().startswith("#") or is_order(rows[first + 1].text):
        return 0
    name = path.rpartition("/")[2]
    last = next((at for at in range(first + 1, len(rows)) if name in rows[at].text), len(rows))
    return last - first


def _margin(rows: Sequence[Row], first: int) -> int:
    """How far the first row from number `first` on that is not blank is set in."""
    text = next((rows[at].text for at in range(first, len(rows)) if rows[at].text.strip()), "")
    return len(text) - len(text.lstrip())


_FURTHEST: Final = 200
"""Rows that are looked at for the end of a file's lines."""


def _until_named(path: str, rows: Sequence[Row], first: int) -> int:
    """How many rows from number `first` on, empty ones included, are those of the file at `path`: they begin with what nobody types, or
    are a script, and what is typed right below them names the file again ("chmod 600 /etc/lantern.rc")."""
    begin = next((at for at in range(first, len(rows)) if rows[at].text.strip()), len(rows))
    script = begin < len(rows) and is_shebang(rows[begin].text)
    least = 3  # what a line must look like to be typed: right below the editor less than amid others
    for at in range(begin, min(len(rows), begin + _FURTHEST)):
        text = rows[at].text
        if not text.strip() or text.lstrip().startswith("#"):
            continue
        likeness = as_command(text)
        if likeness >= 4 and path in text.split():
            return _last_shown(rows, at) + 1 - first
        typed = likeness >= least and SETS_SHELL.match(text) is None
        if text.startswith(("sudo ", "doas ")) or (typed and not script) or edited_file(text) is not None:
            break
        least = 4
    return 0


def _last_shown(rows: Sequence[Row], end: int) -> int:
    """The last row before number `end` that is not blank."""
    return next(at for at in range(end - 1, -1, -1) if rows[at].text.strip())


def lines_edited(command: str, rows: Sequence[Row], first: int = 0) -> int:
    """How many of the rows from number `first` on, right below a command, go into the file that it opens in an editor: those up to the
    next command, or between two rules. 0 for any other command."""
    path = edited_file(command)
    if path is None:
        return _jobs(rows, first) if opens_jobs(command) else _settings(rows, first) if made_file(command) else 0
    if first < len(rows) and is_ruled(rows[first].text):
        return next((at + 1 - first for at in range(first + 1, len(rows)) if is_ruled(rows[at].text)), 0)
    if written := _script_lines(path, rows, first) or _until_named(path, rows, first):
        return written
    count, margin = 0, _margin(rows, first)
    remarked = told = False
    for at in range(first, len(rows)):
        text = rows[at].text
        if not text.strip():
            if told and count:
                break
            continue
        if text.lstrip().startswith("#"):
            if not count and (is_order(text) or told):
                told = True
                continue
            remarked = remarked or as_prose(text.lstrip("# \t"))
            continue
        deeper = count > 0 and len(text) - len(text.lstrip()) > margin
        if deeper or (
            told and not text.startswith(("sudo ", "doas ")) and not (count and _leaves_settings(text, rows[first:at]))
        ):
            count = at + 1 - first
            continue
        if remarked and not count and not config_share([text]):
            break  # the remark is about the editor, not a comment of its file
        if (
            as_prose(text)
            or ((as_command(text) >= 3 or operates(text)) and not (_SETS_VARIABLE.match(text) or is_row(text)))
            or _WORD.fullmatch(text)
            or text.startswith(("sudo ", "doas "))
            or _GOES_ON.match(text)
        ):
            break
        count = at + 1 - first
    return count


_OPENS_SECTION: Final = pattern(r"\s*<(?P<name>[A-Z]\w+)\s+[^<>=]+>\s*")


def opens_section(text: str) -> bool:
    """Whether a line begins a section as Apache's: a name and its value in angles."""
    return "<" in text[:16] and _OPENS_SECTION.fullmatch(text) is not None


def _section(texts: Sequence[str]) -> int:
    """How many lines a section in angles has that begins with the first of some, each in it short and none a sentence; 0 for none."""
    opens = _OPENS_SECTION.fullmatch(texts[0])
    if opens is None:
        return 0
    end = next((at for at, text in enumerate(texts) if text.strip() == f"</{opens['name']}>"), 0)
    return end + 1 if all(not text.rstrip().endswith((".", ":")) for text in texts[:end]) and end > 1 else 0


def lines_told(texts: Sequence[str], cue: Cue, named: str | None, *, opened: bool = False) -> int:
    """How many lines of prose go into a file, by their form, below words that speak of one (`cue`) and perhaps name it (`named`), or
    where one was `opened`; or all of them, each a row of a system's tables."""
    if len(texts) > 1 and all(is_row(text.strip()) or is_directive(text) for text in texts):
        return len(texts)
    if opened and len(texts) > 1 and config_share(texts, perhaps=False) == 1 and all(as_command(text) < 2 for text in texts):
        return len(texts)
    named_so = cue.leads and not cue.command and is_directive(texts[0])
    if cue.command or (cue.run and not (cue.file or named_so)) or (cue.see and cue.printed and named is None):
        return 0
    told = (cue.leads and (cue.file or cue.looks or cue.swap or opened or named_so)) or (
        opened and cue.file and cue.edits and not cue.see
    )
    if (told or (opened and (cue.looks or cue.lines))) and (section := _section(texts)):
        return section
    if not (told or (named is not None and (cue.edits or cue.file or cue.leads))):
        return 0
    count = 0
    for at, text in enumerate(texts):
        if text.startswith("-"):
            break
        if text.lstrip().startswith("#"):
            continue
        if count and count == at and text[:1] in " \t" and "=" in text and is_row(texts[0].strip()):
            count = at + 1  # a table's row goes on
            continue
        sets = _PLAIN.fullmatch(text) is not None and not runs_with(text) and prose_words(text) <= 1
        if not (sets or is_row(text.strip()) or is_directive(text)):
            break
        count = at + 1
    return count
