"""Lines of code that are each for another system, with its name in front or in a remark behind: one of them is typed."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final, NamedTuple

from runbook.extract.platforms import only_system
from runbook.extract.setting import Setting, Use
from runbook.looks import as_command
from runbook.model import Row
from runbook.words import languages

_LABELLED: Final = re.compile(
    r"\s*(?:[-*\u2022]\s+)?(?:(?P<label>[^\W\d_][^:#$`=|]{1,40}?)\s?:\s+|[(\[](?P<inside>[^()\[\]]{2,40})[)\]]:?\s+)(?P<command>\S.*)"
)
_REMARKED: Final = re.compile(r"\s*(?P<command>\S.*?)\s+#+\s*(?P<label>[^\W\d_][^#]{1,40})")
_MOST: Final = 12
"""Systems for which a page tells a line each at most."""


class Labelled(NamedTuple):
    """A row with the label that names its system, and what is typed there."""

    row: Row
    label: str
    command: str


def labelled(rows: Sequence[Row]) -> list[Labelled]:
    """The rows of a block of which each is for a system, two or more being told; none of any other block."""
    found: list[Labelled] = []
    for row in rows:
        if not row.text.strip():
            continue
        one = _labelled(row)
        if one is None or len(found) == _MOST:
            return []
        found.append(one)
    return found if len({only_system(one.label) for one in found}) > 1 else []


def _labelled(row: Row) -> Labelled | None:
    text = row.text
    for form in (_LABELLED, _REMARKED):
        match = form.fullmatch(text[:400]) if (":" in text or ")" in text or "]" in text or "#" in text) else None
        if match is None:
            continue
        label = match["label"] or match["inside"] if form is _LABELLED else match["label"]
        if only_system(label) and as_command(match["command"]) >= 3:
            return Labelled(row, label.strip(" :"), match["command"])
    return None


def for_systems(setting: Setting) -> Use | None:
    """Lines that are each for another system: commands of which one is typed."""
    if setting.cue.file or setting.cue.see or (setting.language and setting.language not in languages("shell")):
        return None
    return "commands" if len(setting.texts) > 1 and labelled(setting.rows) else None
