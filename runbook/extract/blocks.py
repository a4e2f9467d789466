"""What a block of code is for: commands, a terminal's transcript, output, a file's content, or only to be read.

The rules are tried in order; the first that applies names itself, and `explain` shows it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from runbook.extract.configurations import exports, is_property_list, is_settings_tree, is_whole, manifest_of, sets_only
from runbook.extract.contents import opened, opens, surely_typed, titled
from runbook.extract.cues import lists_needs
from runbook.extract.for_systems import for_systems
from runbook.extract.holdings import configuration, headed, is_configuration, timed_jobs, told_file, whole
from runbook.extract.interpreters import calls
from runbook.extract.orders import commands, instead, of_client, statements, told_commands, whole_statements
from runbook.extract.paths import RUN_BY_NAME, is_dotted, names_file
from runbook.extract.printed import (
    answer,
    asking,
    failure,
    folded,
    machine,
    message,
    output_language,
    printed_after,
    prompt_shown,
    resumed,
    shown,
    told_output,
    unmarked,
)
from runbook.extract.programs import program_source
from runbook.extract.script_parts import part_of_script
from runbook.extract.setting import Rule, Setting, Use
from runbook.file_lines import config_share, program_share
from runbook.forms import (
    is_answer,
    is_constant,
    is_drawing,
    is_login,
    is_place,
    is_reference,
    is_shebang,
    is_statement,
    is_tree,
    is_url,
    is_usage,
)
from runbook.looks import NEVER, as_command, as_prose, command_share, first_word, is_keys, is_signature
from runbook.model import Row
from runbook.patterns import pattern
from runbook.printouts import is_printed
from runbook.prompts import Prompt, prompt_of
from runbook.tables import is_row
from runbook.typed import DATABASES
from runbook.words import AnyCase, languages, words

_DIFF: Final = re.compile(r"(?:--- \S|\+\+\+ \S|@@ -\d+|diff --git |Index: \S)")
_UNSET: Final = re.compile(r"\s*#[\w.\-]+\s*=(?:\s*\S*|\s*[\"'\[(].*)\s*")
"""A setting that is commented out."""
_BATCH: Final = re.compile(r"\s*(?:@echo\s+off\b|Windows Registry Editor Version \d|REGEDIT4\b)", re.IGNORECASE)
"""How batch files and registry files of Windows begin: at a prompt nobody types that."""
_SYNTAX: Final = pattern(r"<[\w\-]+>|\[[<\w\- ]+")
_OPTIONAL: Final = pattern(r"\[[<\w\- ]+|\.\.\.")
"""What only a syntax has; a name in angles stands in commands as well, for the reader to replace."""
_CHOICE_OF_MENU: Final = re.compile(r"\s*(?:<[*M ]?>|\[[* ]\]|-[*M]-|\{[*M]\})\s+\w")
_OPTION_TOLD: Final = re.compile(r"\s*\[?--?[A-Za-z][\w\-]*(?:[ ,=\]]|\Z)")
"""A line that begins with an option."""
_MORE_OPTIONS: Final = pattern(r"\s*--?[A-Za-z]\S*(?: \S+)*\s*")
"""Options with which the line above goes on: nothing stands in a column of its own."""
_FILE_AND_USE: Final = re.compile(r"\s*[\w.+/-]*\w\.[a-zA-Z]\w{0,4}(?: {2,}|\t+)[A-Z]\S*(?: \S+)+\s*\Z")
"""A file's name and, in a column of its own, what it is for."""


def _menu(setting: Setting) -> Use | None:
    """Choices of a menu, as the kernel's configuration shows them: to be ticked there, not typed; a list of files with what each is for."""
    if all(map(_FILE_AND_USE.match, setting.texts)) and not setting.adjacent:
        return "listing" if setting.texts else None
    if setting.cue.announced or len(setting.texts) < 2:
        return None
    chosen = sum(text.rstrip().endswith("--->") or _CHOICE_OF_MENU.match(text) is not None for text in setting.texts)
    return "listing" if chosen > 1 and chosen * 3 >= len(setting.texts) else None


def _empty(setting: Setting) -> Use | None:
    return None if setting.texts else "listing"


def is_difference(rows: Sequence[Row]) -> bool:
    """Whether some lines are a difference between files: those of a patch."""
    return sum(_of_difference(row.text) for row in rows) >= 2


def _of_difference(text: str) -> bool:
    return text[:1] in "-+@dI" and _DIFF.match(text) is not None


_CHANGED: Final = pattern(r"[-+](?![-+])\s*\S")


def _changes(setting: Setting) -> bool:
    """Whether lines are taken away and put in, and the sentence before says that it is a difference."""
    if "diff" not in (setting.section[-1] if setting.section else "").casefold():
        return False
    return {text.lstrip()[0] for text in setting.texts if _CHANGED.match(text.lstrip())} == {"+", "-"}


def _diff(setting: Setting) -> Use | None:
    if setting.language in languages("diff"):
        return "patch" if setting.asks_patch else "listing"
    signs = [text for text in setting.texts if _of_difference(text)]
    if len(signs) < 2 and _changes(setting):
        return "patch" if setting.asks_patch else "listing"
    if len(signs) < 2:
        return None
    if setting.into and setting.path is not None and setting.path.endswith((".patch", ".diff")):
        return "file"
    # What is typed before the difference printed it.
    first = prompt_of(setting.texts[0])
    if first is not None and first.rest and not _of_difference(setting.texts[0]) and _terminal(setting):
        return None
    return "patch" if setting.asks_patch else "listing"


def _script(setting: Setting) -> Use | None:
    return "file" if is_shebang(setting.texts[0]) or _BATCH.match(setting.texts[0]) else None


def _terminal(setting: Setting) -> Use | None:
    prompts = setting.prompts()
    if not any(prompt is not None and prompt.rest for prompt in prompts):
        return None
    if all(map(_UNSET.fullmatch, setting.texts)):
        return None
    only_hash = all(prompt is None or prompt.signature == "#" for prompt in prompts)
    if only_hash and prompts[0] is None and (is_row(setting.texts[0]) or is_whole(setting.texts)):
        return None  # a table's rows, or sections, with some that are commented out
    remarked = [prompt for prompt in prompts if prompt is not None]
    cue = setting.cue
    if setting.near and not (cue.run or cue.see) and all(as_command(prompt.rest) < 3 and not prompt.sure for prompt in remarked):
        return None  # signs in the file that the words before name
    word = first_word(remarked[0].rest) if remarked[0] is prompts[0] and " " in remarked[0].rest else ""
    if word in setting.programs and word not in words("everyday"):
        return "session"
    rows = only_hash and setting.path and any(" " in prompt.rest and is_row(prompt.rest) for prompt in remarked)
    if rows and max(as_command(prompt.rest) for prompt in remarked) < 3:
        return None  # rows of a table that are commented out
    if (
        only_hash
        and setting.cue.file
        and config_share(setting.texts, perhaps=False) >= 0.8
        and all(as_command(prompt.rest) < 3 for prompt in remarked)
    ):
        return None  # settings with remarks above them
    if not only_hash and prompts[0] is None and all(as_command(prompt.rest) < 2 and prompt.shell == "sh" for prompt in remarked):
        others = [row.text for row, prompt in zip(setting.rows, prompts, strict=True) if prompt is None]
        if config_share(others, perhaps=False) >= 0.8:
            return None  # sections of settings, with a remark behind a name in brackets
    others = [text for text in setting.texts if not text.lstrip().startswith("#")]
    if only_hash and others and config_share(others, perhaps=False) == 1 and all(map(_names_nothing, remarked)):
        return None  # words above settings
    cue = setting.cue
    if (
        only_hash
        and prompts[0] is None
        and setting.path
        and cue.leads
        and not cue.command
        and max(as_command(prompt.rest) for prompt in remarked) < 3
    ):
        return None  # lines for the file, with some that are commented out
    if only_hash and setting.opened and all(as_command(prompt.rest) < 2 for prompt in remarked):
        return None  # remarks in the file that an editor has open
    if only_hash and setting.path and cue.edits and not (cue.command or cue.see) and all(map(_names_only, remarked)):
        return None  # a word above lines for the file
    of_file = config_share(setting.texts) > 0.5 or program_share(setting.texts) > 0.4
    if remarked[0] is prompts[0] and first_word(remarked[0].rest) in words("shows_files") and as_command(remarked[0].rest) >= 4:
        return "session"  # the file as it is shown
    if only_hash and (setting.cue.file or setting.opened) and (setting.path or setting.open_file) and of_file:
        return None
    return "session"


def _names_only(prompt: Prompt) -> bool:
    """Whether what stands behind a sign is a word that no program is known by."""
    return prompt.rest != "" and " " not in prompt.rest and as_command(prompt.rest) < 3


def _names_nothing(prompt: Prompt) -> bool:
    """Whether what stands behind a sign is words of which the first is no program that one knows."""
    return (
        " " in prompt.rest
        and as_command(prompt.rest) < 3
        and not any(sign in prompt.rest for sign in "/$=~")
        and " -" not in prompt.rest
    )


def _session_language(setting: Setting) -> Use | None:
    if setting.language in languages("session") or setting.language in languages("windows"):
        if setting.near and config_share(setting.texts, perhaps=False) >= 0.6 and not setting.cue.run:
            return None
        if setting.into and setting.path is not None and setting.path.casefold().endswith(RUN_BY_NAME) and not setting.cue.run:
            return "file"
        cue = setting.cue
        least = NEVER if cue.run else 1 if cue.see else 0
        if setting.after_command and all(as_command(text) < least or is_printed(text) for text in setting.texts):
            return "output"
        return "commands" if not cue.see or command_share(setting.texts, at_least=2 if cue.run else 3) >= 0.5 else "output"
    return None


def _data_language(setting: Setting) -> Use | None:
    replies = setting.language in ("json", "yaml", "yml", "xml", "html") and setting.adjacent
    seen = setting.cue.see and not (setting.open_file and not setting.cue.printed)
    answers = seen or (replies and not setting.after_edit and not setting.open_file)
    if setting.language in languages("file") and answers and setting.after_command and not (setting.cue.file or setting.near):
        return "file" if manifest_of(setting.texts) and not (setting.cue.printed or setting.cue.announced) else "output"
    if setting.language in languages("file"):
        if setting.path or setting.open_file or setting.cue.file or setting.cue.lines or setting.cue.looks:
            return "file"
        lines = [text for text in setting.texts if not text.lstrip().startswith("#")]
        described = setting.cue.syntax and any(map(_OPTIONAL.search, lines))
        whole = setting.language in languages("settings") and not described and len(setting.texts) > 1
        whole = whole or is_property_list(setting.texts)
        return "file" if whole or manifest_of(setting.texts) else "listing"
    if setting.language in languages("program"):
        if (
            seen
            and setting.after_command
            and not (setting.cue.file or setting.near)
            and not any(map(is_statement, setting.texts))
        ):
            return "output"
        if setting.language in ("sql", "mysql", "postgresql"):
            cue = setting.cue
            if of_client(setting.texts) or (is_statement(setting.texts[0]) and any(map(is_answer, setting.texts))):
                return "commands"
            if (
                setting.near
                and setting.path is not None
                and (cue.file or setting.path.endswith(".sql"))
                and (setting.behind or not cue.run)
            ):
                return "file"
            asks = cue.asks and (cue.leads or whole_statements(setting.texts)) and not (cue.file or cue.see or cue.syntax)
            return "commands" if cue.run or asks or (setting.client in DATABASES and setting.adjacent) else "listing"
        told = (
            setting.cue.file
            or setting.cue.looks
            or setting.into
            or (setting.path is not None and exports(setting.texts))
            or (setting.cue.edits and (setting.near or (setting.cue.leads and setting.after_edit and setting.open_file)))
        )
        told = told or setting.behind or (setting.near and is_dotted(setting.path)) or _other_side(setting) is not None
        if not setting.cue.see and (sets_only(setting.texts) or (is_settings_tree(setting.texts) and not setting.cue.syntax)):
            return "file"
        if not setting.cue.see and manifest_of(setting.texts):
            return "file"
        cue, said = setting.cue, setting.section[-1] if setting.section else ""
        changes = cue.file and cue.edits and cue.asks and _ENDS_IN_LINES.stands_in(said[-80:])
        known = setting.path or setting.open_file or changes or (setting.cue.swap and setting.after_edit)
        return "file" if known and told else "listing"
    return None


_SUBJECT: Final = pattern(
    r"\s*(?!(?:error|warning|fatal|note|hint|info|usage)\b)[\w./-]+(?:\([\w./-]+\))?!?: "
    r"(?:add|bump|change|clean|correct|drop|fix|implement|improve|make|move|refactor|release|remove|rename|replace|support|update|upgrade|use)\b"
    r"[^.]*(?:\.\S+[^.]*)*\Z"
)


def _commit_message(setting: Setting) -> Use | None:
    """A subject ("docs: update the guide"), a blank line and sentences: what to write of a change, even where it tells of commands."""
    rows = setting.rows
    if setting.language or len(rows) < 3 or rows[1].text.strip() or not rows[2].text.lstrip()[:1].isupper():
        return None
    return "listing" if _SUBJECT.match(rows[0].text) else None


def _caption(setting: Setting) -> Use | None:
    """A line of words in code, right above another block: what its author calls that."""
    if not setting.followed or len(setting.texts) != 1 or not as_prose(setting.texts[0]):
        return None
    if setting.cue.command and as_command(setting.texts[0]) >= 1:
        return None
    return "caption"


_LISTED: Final = pattern(r"\s*[*\u2022-]\s+(?P<said>\S.*)")
"""An item of a list with its bullet."""


def listed(text: str) -> str:
    """What an item of a list says; "" for a line without a bullet."""
    item = _LISTED.match(text) if text.lstrip()[:1] in ("*", "\u2022", "-") else None
    return item["said"] if item is not None else ""


def _list(setting: Setting) -> Use | None:
    """A list of words with bullets, set in, which the wiki takes for code: each item tells something, and none is typed."""
    if setting.texts[0].lstrip()[:1] not in ("*", "\u2022", "-") or setting.language or setting.cue.see or setting.shows:
        return None
    if setting.awaited and setting.adjacent:
        return None
    least = min(len(text) - len(text.lstrip()) for text in setting.texts)
    said = [listed(text) for text in setting.texts if not text[least : least + 1].isspace()]
    if not all(said) or any(as_command(text) >= 3 for text in said) or 2 * sum(map(_tells, said)) <= len(said):
        return None
    if setting.adjacent and _DOING.match(said[0]) is not None:
        return None
    sure = setting.texts[0].lstrip()[0] != "-" or 2 * sum(map(as_prose, said)) >= len(said)
    return "listing" if sure else None


def _tells(said: str) -> bool:
    """Whether an item of a list says something, with a capital first or an option that it is about."""
    words_of = said.lstrip("*'\"_")
    return words_of[:1].isupper() or not words_of[:1].isascii() or words_of.startswith(("--", "[[")) or as_prose(said)


_DOING: Final = pattern(r"[A-Z][a-z]+ing\b")
"""What a program says that it is about: "Restarting the loom"."""


def _undone(setting: Setting) -> Use | None:
    """What the prose right before says is not to be done."""
    if not setting.cue.undone or setting.cue.see:
        return None
    said = setting.section[-1].rstrip() if setting.section else ""
    return None if said.endswith(".") and all(as_command(text) >= 3 for text in setting.texts) else "listing"


def _syntax(setting: Setting) -> Use | None:
    """A syntax, not a command line: told so, or shown with optional parts."""
    if not setting.cue.syntax or ((setting.cue.announced or setting.cue.see) and setting.after_command):
        return None
    parts = _OPTIONAL if setting.language in languages("shell") and as_command(setting.texts[0]) >= 4 else _SYNTAX
    described = sum(parts.search(text) is not None for text in setting.texts)
    if not described and (setting.cue.content and setting.path or is_configuration(setting)):
        return None
    return "listing" if described or command_share(setting.texts, at_least=3) < 0.5 else None


_ENDS_IN_LINES: Final = AnyCase(r"\blines?\b[^.]{0,30}\Z")
"""Lines of a file at the end of what leads up to a block: code of which nobody says so is an example."""
_GOES_ON: Final = AnyCase(r"(?:and|or)\s+(?:an?|the)\s")
"""How a sentence goes on with another thing of the kind that the block before showed."""


def _other_side(setting: Setting) -> Use | None:
    printed = setting.adjacent and setting.unanswered  # by what shows the file
    if setting.held and not (
        printed or setting.language or setting.cue.run or setting.cue.see or surely_typed(setting.texts[:1])
    ):
        return "file"
    if setting.altered and setting.cue.edits and not (setting.cue.run or setting.cue.see):
        return "file"
    if not setting.after_edit:
        return None
    lead = setting.section[-1] if setting.section else ""
    cue = setting.cue
    if (
        cue.leads
        and len(lead) < 60
        and _GOES_ON.begins(lead)
        and not (cue.run or cue.see or cue.asks or cue.syntax)
        and not setting.language
    ):
        return "file" if config_share(setting.texts) >= 0.5 or program_share(setting.texts) >= 0.5 else None
    return "file" if cue.swap else None


_OF_MANUAL: Final = frozenset(("NAME", "SYNOPSIS", "DESCRIPTION", "OPTIONS", "EXAMPLES", "FILES", "SEE ALSO"))
"""Headings of a page of the manual."""


def _options(setting: Setting) -> Use | None:
    """Options of a program, each with what it does: a page tells them where nobody is said to see them."""
    cue = setting.cue
    if setting.language or cue.announced or cue.run or cue.file or setting.path:
        return None
    if is_usage(setting.texts[0]) and not (cue.see or setting.adjacent or setting.ran or setting.shows):
        return "listing"
    if sum(text in _OF_MANUAL for text in setting.texts) > 1 and setting.texts[0] in _OF_MANUAL and not setting.ran:
        return "listing"
    if len(setting.texts) < 2 or not any(map(_OPTION_TOLD.match, setting.texts[:2])):
        return None  # a row of headings may stand above
    if as_command(setting.texts[0]) >= 4 and all(map(_MORE_OPTIONS.fullmatch, setting.texts[1:])):
        return None  # a command in more than one line
    told = sum(_OPTION_TOLD.match(text) is not None for text in setting.texts)
    return "listing" if 3 * told >= len(setting.texts) else None


def _addresses(setting: Setting) -> Use | None:
    """Addresses, links, pages of the manual, names of variables, what is typed to log in: each only to be read."""
    if setting.linked:
        return "listing"
    forms = (is_url, is_reference, is_constant, is_login, is_signature, is_keys)
    if all(any(form(text) for form in forms) for text in setting.texts):
        return "listing"
    cue = setting.cue
    if names_file(setting.texts):
        kept = _KEPT.search(setting.section[-1] if setting.section else "") is not None
        if kept or not (cue.run or setting.open_file or is_place(setting.texts[0])):
            return "listing"
    if all(map(_NAME.fullmatch, setting.texts)) and lists_needs(setting.section[-1] if setting.section else ""):
        return "listing"
    told = cue.run or cue.see or cue.file
    return "listing" if all(map(is_place, setting.texts)) and not told and not setting.open_file else None


_NAME: Final = re.compile(r"\s*[A-Za-z][\w.+\-]*\s*")
"""A word by itself: the name of a program, or of a package."""
_KEPT: Final = AnyCase(
    r"\b(?:(?:stored|located|found|saved|kept|lies|lives|called|named)\b(?:\s+\w+){0,2}|"
    r"(?:file|datei|fichier|archivo|fichero|arquivo|ficheiro|bestand|plik|soubor|filen|\u0444\u0430\u0439\u043b\w*))\W*\Z"
)
"""Words that lead up to the place of something."""


def _tree(setting: Setting) -> Use | None:
    """A tree of directories, drawn by the author or printed by a program; a picture made of strokes."""
    if is_drawing(setting.texts) and not (setting.adjacent or setting.cue.see or setting.ran or setting.shows):
        return "listing"
    first = setting.texts[0]
    if (
        not is_tree(setting.texts)
        or any(map(is_answer, setting.texts))
        or _terminal(setting)
        or as_command(first) >= (4 if is_place(first) else 3)
    ):
        return None
    shown = setting.cue.printed or setting.ran or setting.shows or (setting.adjacent and setting.after_command)
    return "output" if shown and setting.after_command else "listing"


RULES: Final[tuple[tuple[str, Rule], ...]] = (
    ("empty-block", _empty),
    ("folded-away", folded),
    ("diff", _diff),
    ("script-with-shebang", _script),
    ("opens-or-writes-file", opens),
    ("comment-names-file", titled),
    ("commit-message", _commit_message),
    ("for-systems", for_systems),
    ("prompts", _terminal),
    ("content-of-opened-file", opened),
    ("part-of-a-script", part_of_script),
    ("choices-of-a-menu", _menu),
    ("calls", calls),
    ("data-language", _data_language),
    ("statements", statements),
    ("timed-jobs", timed_jobs),
    ("output-language", output_language),
    ("session-language", _session_language),
    ("source-of-a-program", program_source),
    ("printed-by-what-shows", shown),
    ("addresses", _addresses),
    ("directory-tree", _tree),
    ("options-told", _options),
    ("prompt-shown", prompt_shown),
    ("list-of-words", _list),
    ("caption", _caption),
    ("not-to-be-done", _undone),
    ("syntax-description", _syntax),
    ("other-side-of-a-change", _other_side),
    ("lines-of-a-machine", machine),
    ("answer-to-command-in-prose", answer),
    ("failure-message", failure),
    ("prose-names-file", told_file),
    ("in-place-of-commands", instead),
    ("prose-announces-output", told_output),
    ("asks-back", asking),
    ("output-goes-on", resumed),
    ("heading-names-file", headed),
    ("unmarked-after-command", unmarked),
    ("whole-configuration", whole),
    ("looks-like-commands", commands),
    ("looks-like-configuration", configuration),
    ("prose-tells-to-run", told_commands),
    ("message-after-command", message),
    ("printed-after-command", printed_after),
)


def use_of(setting: Setting) -> tuple[Use, str]:
    """What a block is for, and the name of the rule that says so."""
    for name, rule in RULES:
        use = rule(setting)
        if use is not None:
            return use, name
    return "listing", "only-to-be-read"


def shell_of(language: str) -> str:
    """The shell in which the commands of a block in `language` are typed."""
    if language in languages("windows"):
        return "powershell" if language.startswith(("p", "ps")) else "cmd"
    return {
        "sql": "mysql",
        "mysql": "mysql",
        "postgresql": "psql",
        "plsql": "psql",
        "python": "python",
        "r": "r",
        "rsplus": "r",
        "splus": "r",
    }.get(language, "sh")
