"""Questions, and names of what goes wrong: what headings and numbered lines say that ask for nothing, or for an answer."""

from __future__ import annotations

from typing import Final

from runbook.words import AnyCase, words

_QUESTION: Final = AnyCase(
    r"(?:how|what|why|when|where|which|who|can|does|is|are|comment|pourquoi|wie|warum|was|cómo|como|qué|как|что|почему)\b|.*[?\uff1f]\s*\Z"
)
_OPEN: Final = AnyCase(
    r"\W*(?:how|what|why|when|where|which|who|comment|pourquoi|wie|warum|was|wo|wer|cómo|como|qué|как|что|почему|где|come|perch\u00e9|jak|dlaczego)\b"
)
"""A question that yes or no doesn't answer."""


def is_question(text: str) -> bool:
    """Whether some words end as a question does."""
    return text.rstrip().endswith(("?", "\uff1f"))


def answered_by_yes(text: str) -> bool:
    """Whether some words are a question that yes or no answers, perhaps with an aside behind it."""
    said = text.rstrip()
    said = said.rpartition("(")[0] if said.endswith(")") else said
    return is_question(said) and not _OPEN.match(said)


def tells_of_trouble(text: str) -> bool:
    """Whether a heading asks a question, or is the name of what goes wrong: "Verilator version error"."""
    return _QUESTION.match(text) is not None or text.rpartition(" ")[2].casefold().strip("*.:") in words("troubles")
