"""Blocks that show a terminal: which signs at the beginning of lines are prompts, and which belong to a file's lines."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from runbook.extract.configurations import is_whole
from runbook.extract.setting import Setting, Use
from runbook.file_lines import config_share, program_share
from runbook.forms import is_usage
from runbook.looks import as_command, first_word
from runbook.prompts import Prompt
from runbook.tables import is_row
from runbook.words import words

_UNSET: Final = re.compile(r"\s*#[\w.\-]+\s*=(?:\s*\S*|\s*[\"'\[(].*)\s*")
"""A setting that is commented out."""


def terminal(setting: Setting) -> Use | None:
    """A transcript: a prompt stands before what was typed, and the signs are not those of a file's remarks."""
    prompts = setting.prompts()
    if not any(prompt is not None and prompt.rest for prompt in prompts):
        return None
    if all(map(_UNSET.fullmatch, setting.texts)):
        return None
    if is_usage(setting.texts[0]) and not setting.adjacent:
        return None  # a program's help, with an example in it
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
    if not only_hash and prompts[0] is None and all(as_command(prompt.rest) < 2 and prompt.shell == "sh" for prompt in remarked):
        others = [row.text for row, prompt in zip(setting.rows, prompts, strict=True) if prompt is None]
        if config_share(others, perhaps=False) >= 0.8:
            return None  # sections of settings, with a remark behind a name in brackets
    if only_hash and _are_remarks(setting, remarked, first=prompts[0] is not None):
        return None
    if remarked[0] is prompts[0] and first_word(remarked[0].rest) in words("shows_files") and as_command(remarked[0].rest) >= 4:
        return "session"  # the file as it is shown
    of_file = config_share(setting.texts) > 0.5 or program_share(setting.texts) > 0.4
    if only_hash and (cue.file or setting.opened) and (setting.path or setting.open_file) and of_file:
        return None
    return "session"


def _are_remarks(setting: Setting, remarked: Sequence[Prompt], *, first: bool) -> bool:
    """Whether all the signs of a block, each a "#", begin remarks among the lines of a file; `first` says that the block begins with one."""
    cue = setting.cue
    likest = max(as_command(prompt.rest) for prompt in remarked)
    if setting.path and likest < 3 and any(" " in prompt.rest and is_row(prompt.rest) for prompt in remarked):
        return True  # rows of a table that are commented out
    if cue.file and likest < 3 and config_share(setting.texts, perhaps=False) >= 0.8:
        return True  # settings with remarks above them
    others = [text for text in setting.texts if not text.lstrip().startswith("#")]
    if others and config_share(others, perhaps=False) == 1 and all(map(_names_nothing, remarked)):
        return True  # words above settings
    if not first and setting.path and cue.leads and not cue.command and likest < 3:
        return True  # lines for the file, with some that are commented out
    if setting.opened and likest < 2:
        return True  # remarks in the file that an editor has open
    # A word above lines for the file.
    return bool(setting.path and cue.edits) and not (cue.command or cue.see) and all(map(_names_only, remarked))


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
