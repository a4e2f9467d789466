"""What a block of code is for: commands, a terminal's transcript, output, a file's content, or only to be read.

The rules are tried in order; the first that applies names itself, and `explain` shows it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Literal

from msgspec import Struct

from runbook.extract.prose import Cue
from runbook.looks import (
    as_command,
    as_prose,
    command_share,
    config_share,
    first_word,
    is_elision,
    is_menu_path,
    is_shebang,
    is_url,
    program_share,
)
from runbook.model import Row
from runbook.transcript import is_session, prompts_of
from runbook.words import languages

Use = Literal["session", "commands", "output", "file", "patch", "listing"]


class Setting(Struct, frozen=True):
    """A code block and what is known around it.

    `cue` is what the prose before it says; `path` the file that this prose names; `open_file` one that an editor was started on, or
    that the edit just before was about; `after_edit` that the block before was a file's content; `after_command` that a command came
    before in this section; `adjacent` that nothing stands between this block and the code block before it.
    """

    rows: tuple[Row, ...]
    language: str
    cue: Cue
    path: str | None = None
    open_file: str | None = None
    after_edit: bool = False
    after_command: bool = False
    adjacent: bool = False
    asks_patch: bool = False

    @property
    def texts(self) -> list[str]:
        return [row.text for row in self.rows if row.text.strip()]


Rule = Callable[[Setting], Use | None]

_DIFF = re.compile(r"(?:--- \S|\+\+\+ \S|@@ -\d+|diff --git |Index: \S)")
_SETS_SHELL = re.compile(r"\s*(?:export|alias|set|setenv|umask|source|\.)\s|\s*\w+=|\s*PATH=")
_MESSAGE = re.compile(
    r"\A\W{0,3}(?:error|warning|fatal|failed|usage|configure: error|traceback|no such|cannot|can't|unable|permission denied|segmentation|welcome|"
    r"done|success|note)\b|\b(?:error|failed|not found|denied)\b",
    re.IGNORECASE,
)


def _empty(setting: Setting) -> Use | None:
    return None if setting.texts else "listing"


def _diff(setting: Setting) -> Use | None:
    if setting.language in languages("diff") or sum(_DIFF.match(text) is not None for text in setting.texts) >= 2:
        return "patch" if setting.asks_patch else "listing"
    return None


def _script(setting: Setting) -> Use | None:
    return "file" if is_shebang(setting.texts[0]) else None


def _terminal(setting: Setting) -> Use | None:
    if not is_session(setting.rows, setting.language):
        return None
    prompts = prompts_of(setting.rows, setting.language)
    only_hash = all(prompt is None or prompt.signature == "#" for prompt in prompts)
    if only_hash and setting.cue.file and (setting.path or setting.open_file) and config_share(setting.texts) > 0.5:
        return None
    return "session"


def _session_language(setting: Setting) -> Use | None:
    if setting.language in languages("session") or setting.language in languages("windows"):
        return "commands" if not setting.cue.see or command_share(setting.texts) >= 0.5 else "output"
    return None


def _output_language(setting: Setting) -> Use | None:
    return "output" if setting.language in languages("output") and not setting.cue.file else None


def _data_language(setting: Setting) -> Use | None:
    if setting.language in languages("file"):
        return "file" if setting.path or setting.open_file or setting.cue.file or setting.cue.looks else "listing"
    if setting.language in languages("program"):
        if setting.language in ("sql", "mysql", "postgresql"):
            return "commands" if setting.cue.run else "listing"
        return "file" if (setting.path or setting.open_file) and (setting.cue.file or setting.cue.looks) else "listing"
    return None


def _syntax(setting: Setting) -> Use | None:
    return "listing" if setting.cue.syntax else None


def _other_side(setting: Setting) -> Use | None:
    return "file" if setting.cue.swap and setting.after_edit else None


def _told_file(setting: Setting) -> Use | None:
    """The prose speaks of a file's lines and names the file, and the block does not look like commands to run instead."""
    known = setting.path or setting.open_file
    if not known or not (setting.cue.file or setting.cue.looks or setting.cue.swap):
        return None
    strong = [text for text in setting.texts if as_command(text) >= 3 and not _SETS_SHELL.match(text)]
    if setting.cue.run and (strong or not setting.cue.file):
        return None
    if len(strong) >= 0.8 * len(setting.texts) and config_share(setting.texts) < 0.5 and not setting.open_file:
        return None
    return "file"


def _told_output(setting: Setting) -> Use | None:
    if not setting.cue.see or setting.language in languages("shell"):
        return None
    if command_share(setting.texts, at_least=3) >= 0.5 and not all(is_elision(text) for text in setting.texts):
        return None
    if setting.cue.run and command_share(setting.texts) >= 0.5:
        return None
    return "output"


def _resumed(setting: Setting) -> Use | None:
    """A block directly after a transcript, without a prompt of its own: what the last command printed further."""
    if setting.adjacent and setting.after_command and command_share(setting.texts) < 0.5 and not setting.language:
        return "output"
    return None


def _commands(setting: Setting) -> Use | None:
    texts = [text for text in setting.texts if not text.lstrip().startswith(("#", "//"))]
    if not texts:
        return "commands" if setting.language in languages("shell") else None
    share = command_share(texts)
    if program_share(texts) > 0.4 and not setting.cue.run:
        return None
    if share >= 0.5 or (as_command(texts[0]) >= 3 and share >= 0.2):
        return "commands"
    return None


def _told_commands(setting: Setting) -> Use | None:
    if setting.language in languages("shell"):
        return "commands"
    if not setting.cue.run:
        return None
    texts = setting.texts
    if sum(as_prose(text) for text in texts) > 0.5 * len(texts) or (config_share(texts) > 0.7 and setting.cue.file):
        return None
    return "commands" if len(texts) <= 30 else None


def _configuration(setting: Setting) -> Use | None:
    known = setting.path or setting.open_file
    share = config_share(setting.texts)
    if share >= 0.6 and (known or setting.cue.file):
        return "file"
    return "file" if known and (setting.cue.file or setting.after_edit) else None


def _plausible(setting: Setting) -> Use | None:
    """Short lines that may be commands of programs which nobody knows, where nothing speaks against it."""
    texts = setting.texts
    if (
        len(texts) > 12
        or any(is_url(text) or is_menu_path(text) for text in texts)
        or any(_MESSAGE.search(text) for text in texts)
    ):
        return None
    if config_share(texts) >= 0.5 or program_share(texts) >= 0.3 or setting.cue.file or setting.cue.see:
        return None
    fit = [text for text in texts if as_command(text) >= 1 and not as_prose(text) and first_word(text)[:1].isalpha()]
    return (
        "commands"
        if len(fit) == len(texts) and any(" " in text.strip() and not text.endswith((".", ",")) for text in texts)
        else None
    )


def _message(setting: Setting) -> Use | None:
    if setting.after_command and _MESSAGE.search(setting.texts[0]) and not setting.cue.file:
        return "output"
    return None


RULES: tuple[tuple[str, Rule], ...] = (
    ("empty-block", _empty),
    ("diff", _diff),
    ("script-with-shebang", _script),
    ("prompts", _terminal),
    ("data-language", _data_language),
    ("output-language", _output_language),
    ("session-language", _session_language),
    ("syntax-description", _syntax),
    ("other-side-of-a-change", _other_side),
    ("prose-names-file", _told_file),
    ("prose-announces-output", _told_output),
    ("output-goes-on", _resumed),
    ("looks-like-commands", _commands),
    ("looks-like-configuration", _configuration),
    ("prose-tells-to-run", _told_commands),
    ("message-after-command", _message),
    ("plausible-commands", _plausible),
)


def use_of(setting: Setting) -> tuple[Use, str]:
    """What a block is for, and the name of the rule that says so."""
    for name, rule in RULES:
        use = rule(setting)
        if use is not None:
            return use, name
    return "listing", "only-to-be-read"


def told(setting: Setting) -> bool:
    """Whether lines of unknown programs in the block are commands: the prose tells the reader to run it, or the language says so."""
    return setting.cue.run or setting.language in languages("shell") or not setting.cue.see


def shell_of(language: str) -> str:
    """The shell in which the commands of a block in `language` are typed."""
    if language in languages("windows"):
        return "powershell" if language.startswith(("p", "ps")) else "cmd"
    return {"sql": "mysql", "mysql": "mysql", "postgresql": "psql", "plsql": "psql", "python": "python"}.get(language, "sh")


def texts_of(rows: Sequence[Row]) -> tuple[str, ...]:
    return tuple(row.text for row in rows)
