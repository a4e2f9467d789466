"""What a block of code is for: commands, a terminal's transcript, output, a file's content, or only to be read.

The rules are tried in order; the first that applies names itself, and `explain` shows it.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from runbook.extract import protocols
from runbook.extract.configurations import exports, is_property_list, is_settings_tree, manifest_of, sets_only
from runbook.extract.contents import opened, opens, surely_typed, titled
from runbook.extract.for_systems import for_systems
from runbook.extract.holdings import configuration, headed, timed_jobs, told_file, whole
from runbook.extract.interpreters import calls
from runbook.extract.language_said import OF_DATABASES
from runbook.extract.only_read import (
    OPTIONAL_PARTS,
    addresses,
    banner,
    caption,
    commit_message,
    fields,
    list_of_words,
    menu,
    options_told,
    syntax,
    tree,
    undone,
)
from runbook.extract.orders import commands, instead, of_client, statements, told_commands, whole_statements
from runbook.extract.paths import RUN_BY_NAME, is_dotted
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
from runbook.extract.terminals import terminal
from runbook.file_lines import config_share, program_share
from runbook.forms import (
    is_answer,
    is_shebang,
    is_statement,
)
from runbook.looks import NEVER, as_command, command_share
from runbook.model import Row
from runbook.patterns import pattern
from runbook.printouts import is_printed
from runbook.prompts import prompt_of
from runbook.typed import DATABASES
from runbook.words import AnyCase, languages

_DIFF: Final = re.compile(r"(?:--- \S|\+\+\+ \S|@@ -\d+|diff --git |Index: \S)")
_BATCH: Final = re.compile(r"\s*(?:@echo\s+off\b|Windows Registry Editor Version \d|REGEDIT4\b)", re.IGNORECASE)
"""How batch files and registry files of Windows begin: at a prompt nobody types that."""


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


def _replaces(texts: Sequence[str]) -> bool:
    """Whether lines of something longer are taken away, and others with half of their words stand below in their place."""
    if len(texts) < _LONGER or not any(text[0] == "+" for text in texts):
        return False
    pairs = [(one[1:].split(), other[1:].split()) for one, other in pairwise(texts) if one[0] == "-" and other[0] == "+"]
    others = [text for text in texts if text[0] not in "-+"]
    return bool(pairs and others) and all(2 * len(set(one) & set(other)) >= len(other) for one, other in pairs)


_LONGER: Final = 4
"""Lines of which two may be a change."""


def _diff(setting: Setting) -> Use | None:
    if setting.language in languages("diff"):
        return "patch" if setting.asks_patch else "listing"
    signs = [text for text in setting.texts if _of_difference(text)]
    if len(signs) < 2 and (_changes(setting) or _replaces(setting.texts)):
        return "patch" if setting.asks_patch else "listing"
    if len(signs) < 2:
        return None
    if setting.into and setting.path is not None and setting.path.endswith((".patch", ".diff")):
        return "file"
    # What is typed before the difference printed it.
    first = prompt_of(setting.texts[0])
    if first is not None and first.rest and not _of_difference(setting.texts[0]) and terminal(setting):
        return None
    return "patch" if setting.asks_patch else "listing"


def _script(setting: Setting) -> Use | None:
    return "file" if is_shebang(setting.texts[0]) or _BATCH.match(setting.texts[0]) else None


def _session_language(setting: Setting) -> Use | None:
    if setting.language in languages("session") or setting.language in languages("windows"):
        if setting.near and config_share(setting.texts, perhaps=False) >= 0.6 and not setting.cue.run:
            return None
        if setting.into and setting.path is not None and setting.path.casefold().endswith(RUN_BY_NAME) and not setting.cue.run:
            return "file"
        cue = setting.cue
        if setting.unanswered and setting.after_prompt and setting.language in languages("session") and not cue.run:
            return "output"  # the page's terminals have prompts, and what was typed right above waits for its answer
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
        described = setting.cue.syntax and any(map(OPTIONAL_PARTS.search, lines))
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
        if setting.language in OF_DATABASES:
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
        known = setting.path or setting.open_file or changes or cue.content or (setting.cue.swap and setting.after_edit)
        return "file" if known and told else "listing"
    return None


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
    if setting.altered and _goes_likewise(setting):
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


def _goes_likewise(setting: Setting) -> bool:
    """Whether lines that begin as those of the file right before are that file's, too: nothing shows that they are typed, or were printed."""
    cue = setting.cue
    if cue.run or cue.command or cue.see or cue.syntax or setting.adjacent or setting.language in languages("shell"):
        return False
    return cue.edits or not surely_typed(setting.texts)


RULES: Final[tuple[tuple[str, Rule], ...]] = (
    ("empty-block", _empty),
    ("folded-away", folded),
    ("diff", _diff),
    ("script-with-shebang", _script),
    ("opens-or-writes-file", opens),
    ("comment-names-file", titled),
    ("commit-message", commit_message),
    ("for-systems", for_systems),
    ("prompts", terminal),
    ("content-of-opened-file", opened),
    ("part-of-a-script", part_of_script),
    ("choices-of-a-menu", menu),
    (protocols.RULE, protocols.message),
    ("calls", calls),
    ("data-language", _data_language),
    ("statements", statements),
    ("timed-jobs", timed_jobs),
    ("output-language", output_language),
    ("session-language", _session_language),
    ("source-of-a-program", program_source),
    ("printed-by-what-shows", shown),
    ("addresses", addresses),
    ("directory-tree", tree),
    ("options-told", options_told),
    ("words-in-a-frame", banner),
    ("fields-of-a-form", fields),
    ("prompt-shown", prompt_shown),
    ("list-of-words", list_of_words),
    ("caption", caption),
    ("not-to-be-done", undone),
    ("syntax-description", syntax),
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
