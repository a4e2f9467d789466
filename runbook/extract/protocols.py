"""Requests and responses of a protocol, as the description of one shows them: what programs say to each other, and nobody types or prints."""

from __future__ import annotations

from typing import Final

from runbook.extract.setting import Setting, Use
from runbook.looks import as_command
from runbook.patterns import pattern
from runbook.words import AnyCase

RULE: Final = "message-of-a-protocol"
"""What the rule is called, by which the messages right above are known."""
_FIRST_LINE: Final = pattern(
    r"\s*(?:(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS) (?:/|https?://)\S*(?: HTTP/\d(?:\.\d)?)?\s*\Z|HTTP/\d(?:\.\d)? \d{3}\b)"
)
"""How a message of HTTP begins, RFC 9112: the method and its target, or the version and the status."""
_CALLED: Final = AnyCase(
    r"\W*(?:(?:an?|the|example|sample|typical|possible|successful|json|http|rest|api|rpc)\s+){0,3}(?:request|response|reply)(?:\s+(?:body|example|headers?|payload|message|format|content))?\W*"
)
"""A label that calls what follows a request or a response, and says nothing else."""


def message(setting: Setting) -> Use | None:
    """A message of a protocol where nothing was run that sends or gets it: labelled so, begun as HTTP's are, or the body right below
    such a message."""
    if setting.after_command or setting.ran or setting.shows or setting.cue.command:
        return None
    cue = setting.cue
    spoken = cue.file or cue.edits or setting.near
    labelled = (bool(setting.section) and _is_label(setting.section[-1])) or (not spoken and _is_label(setting.heading))
    if any(map(_FIRST_LINE.match, setting.texts[:2])):
        return "listing"
    told = labelled or (setting.adjacent and setting.below_message)
    return "listing" if told and as_command(setting.texts[0]) < _TYPED else None


_TYPED: Final = 3
"""How surely a line is typed that sends a request itself."""


def _is_label(text: str) -> bool:
    return len(text) < _LONGEST and _CALLED.fullmatch(text) is not None


_LONGEST: Final = 60
"""What is longer is no label."""
