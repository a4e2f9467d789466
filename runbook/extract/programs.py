"""Source of programs: lines that no shell reads and no program prints."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from runbook.extract.setting import Setting, Use
from runbook.file_lines import is_source, program_share
from runbook.looks import as_command, first_word, operates
from runbook.patterns import pattern
from runbook.prompts import prompt_of
from runbook.words import word_set, words

_STRONG: Final = re.compile(
    r"\s*(?:"
    r"local\s+(?:function\s+\w.*|\w+(?:\s*,\s*\w+)*(?:\s*=\s.*|\s*\Z))|"  # local x = 1
    r"\{\s*\w+\s+=\s+.*|"  # { x = …
    r"(?:[\w.\[\]\"']+(?:\s*,\s*[\w.]+)*\s+=\s+)?(?:[\w\])]+[.:])+\w+\s*\([^()\s]?.*|"  # a.b(c), x = a.b(c)
    r"[\w.\[\]\"']+\s+=\s+(?:\w+\s*\(.*|\{.*|function\b.*|(?:nil|true|false|None|True|False|null)\s*[;,]?\s*\Z)|"  # x = f(…), x = {
    r"(?:.*[\s(,=])?function\s*[\w.:]*\s*\([\w\s,.]*\)[^{]*|"
    r"(?:else)?if\s+(?:not\s[^\[;$]*|[^\[;$]*(?:==|~=|!=|\snot\s|\snil\s)[^\[;$]*)\bthen\b.*|for\s+[\w, ]+\s(?:=|in)\s[^$;]*\)\s+do\s*|"
    r"(?:def|class)\s+\w+.*:\s*"
    r")\Z"
)
"""Lines of Lua, Python, JavaScript and their like: a variable, a table or a call with blanks around its "=", a function, a condition."""
_WEAK: Final = re.compile(
    r"\s*(?:return\b.*|else(?:if\b.*|:)?|elif\b.*:|end|[\w.\[\]\"']+\s+=\s.*|.*[;{,]|\w+\s*\(.*|import\s.*|from\s\S+\simport\s.*|"
    r"(?:var|let|const)\s.*|(?:[\w.]+|\[.*\])\s*=\s*\{.*|.*\b(?:end|nil)[)\],]*|(?:or|and|\.\.|&&|\|\|)\s.*)\s*(?:(?:--|//).*)?\Z"
)
"""Lines that may as well be a configuration's."""
_ENDINGS: Final = (
    ".lua",
    ".py",
    ".js",
    ".ts",
    ".rb",
    ".pl",
    ".php",
    ".c",
    ".cpp",
    ".h",
    ".cs",
    ".java",
    ".go",
    ".rs",
    ".el",
    ".hs",
    ".nix",
    ".vim",
)
_LONGEST: Final = 240
"""Characters of a line that tell what it is."""
_NOT_COUNTED: Final = re.compile(r"\s*(?:(?:--+|//|#|/\*|\*).*|[\])}]+[,;)]*|end[)\]},;]*|\.{3,})\s*\Z")
"""Comments, what closes something, and lines that were left out."""


_TYPED_IN: Final = frozenset("matlab octave maxima gnuplot rstudio mathematica irb ipython repl interpreter".split())
"""What reads source line by line, as it is typed."""


_SOURCE_FILE: Final = pattern(r"(?<![\w/.:\-])(?P<file>(?:[~/][\w./\-]*/)?\w[\w\-]*\.(?:lua|el|vim))(?![\w./])")
"""Files of the languages in which programs are configured."""
_NAME: Final = pattern(r"\s*\w+(?:[.:]\w+)+,?\s*")
"""A name within another one: all of a line that goes into source."""
_PROMPTS: Final = frozenset("prompt console shell interpreter repl terminal session".split())


def file_of_source(text: str) -> str | None:
    """The first file on a page whose ending is that of a program's source: in a page with source that names none else, it goes there."""
    match = _SOURCE_FILE.search(text) if ".lua" in text or ".el" in text or ".vim" in text else None
    return match["file"] if match is not None else None


def is_program(texts: Sequence[str]) -> bool:
    """Whether lines are a program's source: most have a form that source has, and a third one that nothing else has."""
    if not any("(" in text or "=" in text for text in texts):
        return False
    counted = [text[:_LONGEST] for text in texts if not _NOT_COUNTED.match(text[:_LONGEST])]
    if not any("(" in text or "=" in text for text in counted):
        return False
    strong = told = depth = 0
    for text in counted:
        sure = _STRONG.match(text) is not None
        strong += sure
        told += sure or (depth > 0 and strong > 0) or _WEAK.match(text) is not None
        depth = max(0, depth + sum(text.count(sign) for sign in "({[") - sum(text.count(sign) for sign in ")}]"))
    return 3 * strong >= len(counted) and told >= 0.8 * len(counted)


def _typed_share(texts: Sequence[str]) -> float:
    """The share of lines that are surely typed in a shell, and no source."""
    return sum(as_command(text) >= 3 and _STRONG.match(text[:_LONGEST]) is None for text in texts) / len(texts)


def _at_prompt(setting: Setting) -> bool:
    """Whether the sentence before speaks of a prompt at which something is typed."""
    return bool(setting.section) and not _PROMPTS.isdisjoint(word_set(setting.section[-1]))


def program_source(setting: Setting) -> Use | None:
    """A program's source goes into the file that is known, or of which the prose speaks; else it is only to be read."""
    cue = setting.cue
    if (
        (cue.see and setting.after_command and not setting.into)
        or setting.language
        or setting.client
        or prompt_of(setting.texts[0]) is not None
    ):
        return None
    named = setting.source_file is not None and (cue.edits or cue.lines) and all(map(_NAME.fullmatch, setting.texts))
    if not (named or is_program(setting.texts)):
        return None
    if (cue.run or cue.command) and (_at_prompt(setting) or _typed_share(setting.texts) >= 0.5):
        return None
    far = setting.far_path if cue.leads or cue.edits else None
    known = setting.path or setting.open_file or setting.section_file or (far is not None and far.endswith(_ENDINGS))
    if cue.file or cue.lines or cue.edits or known or setting.near or setting.source_file is not None:
        return "file"
    return None if any(not _TYPED_IN.isdisjoint(word_set(text)) for text in setting.section) else "listing"


_DEFINES: Final = pattern(
    r"\balias\s+(?P<alias>[A-Za-z][\w\-]*)=|\A\s*(?:function\s+)?(?P<function>[A-Za-z][\w\-]+)\s*\(\)\s*(?:\{|\Z)"
)


def defined_in(line: str) -> frozenset[str]:
    """The programs that a line of the shell's defines: aliases and functions, but for everyday words and programs that are known."""
    if not ("alias" in line or "()" in line):
        return _NO_NAMES
    named = {match["alias"] or match["function"] for match in _DEFINES.finditer(line)}
    return frozenset(name for name in named if name not in words("everyday"))


_NO_NAMES: Final[frozenset[str]] = frozenset()


def are_typed(texts: Sequence[str]) -> bool:
    """Whether lines are commands of a shell, whatever program's language they are said to be in: each surely is, or the first is and
    they are no program's source."""
    typed = [text.rstrip(" ;") for text in texts if not text.lstrip().startswith(("#", "--", "//"))]
    if not typed or all(as_command(text) >= 4 or operates(text) for text in typed):
        return bool(typed)
    first = typed[0].strip()
    known = first_word(first) in words("programs") and first_word(first) not in words("everyday")
    sure = known and (as_command(first) >= 4 or first.startswith("cd "))
    return sure and not is_source(typed) and program_share(typed) < 0.3
