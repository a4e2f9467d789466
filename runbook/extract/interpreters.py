"""Lines that are typed at the prompt of an interpreter: the one that was started last, or of which the prose speaks."""

from __future__ import annotations

from functools import cache
from typing import Final

from runbook.extract.setting import Setting, Use
from runbook.looks import as_command, as_prose
from runbook.patterns import pattern
from runbook.words import spoken_interpreters, typed_languages, word_set

_PLACES: Final = frozenset("prompt console shell interpreter session repl cli client".split())
"""What the place is called where something is typed for an interpreter."""
_IN_IT: Final = pattern(
    r"\b(?:[Ii]n|[Aa]t|[Ff]rom|[Ii]nto|[Ii]nside|[Uu]sing|[Ss]tart(?:ing)?|[Oo]pen(?:ing)?|[Ll]aunch(?:ing)?)\s+"
    r"(?:(?:the|an?|your)\s+)?[\"'`]?(?P<name>[A-Za-z][\w\-]*)"
)
"""Where something is done: "In Julia", "start `node`"."""
_EVALUATED: Final = pattern(
    r"\s*(?:[A-Za-z_$][\w.$:]*\(|[A-Za-z_$][\w.$\[\]'\"]*\s*(?:=|<-|\|\|=)\s*\S|"
    r"(?:import|from|require|using|use|library|show|var|let|const|puts|print|del)\s|[A-Za-z_]\w*(?:\.[\w?!]+)+;?\s*\Z)"
)
"""What an interpreter reads and no shell does: a call, an assignment, what is to be loaded."""


def calls(setting: Setting) -> Use | None:
    """Lines to be typed at the prompt of an interpreter which was started right before, or is spoken of."""
    cue, language = setting.cue, interpreter_in(setting)
    if not language or (setting.language and setting.language not in typed_languages(language)):
        return None
    if cue.file or cue.looks or cue.announced or (setting.near and setting.path is not None) or setting.open_file:
        return None
    if not cue.run and (cue.see or not (setting.client == language or (cue.asks and (setting.language or cue.leads)))):
        return None
    texts = [text for text in setting.texts if not text.lstrip().startswith(("#", "//"))]
    if setting.language:
        return "commands" if texts else None
    if not texts or any(map(as_prose, texts)):
        return None
    outer = [text for text in texts if not text[0].isspace() and text[0] not in ")]}"]
    surely = any(as_command(text) >= 4 and not _EVALUATED.match(text) for text in outer)
    return "commands" if not surely and any(map(_EVALUATED.match, texts)) else None


def interpreter_in(setting: Setting) -> str:
    """The language at whose prompt a block is typed: the one started last, or spoken of in the sentence before; "" for none."""
    if setting.client:
        return setting.client if setting.client in spoken_interpreters() else ""
    said = setting.section[-1] if setting.section else ""
    found = word_set(said)
    if found.isdisjoint(_names()):
        return ""
    spoken = found if not found.isdisjoint(_PLACES) else {match["name"].casefold() for match in _IN_IT.finditer(said[-300:])}
    return next((language for language, names in spoken_interpreters().items() if not names.isdisjoint(spoken)), "")


@cache
def _names() -> frozenset[str]:
    """All names under which prose speaks of an interpreter."""
    return frozenset(name for names in spoken_interpreters().values() for name in names)
