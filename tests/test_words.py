"""Words looked for in any case: the same places as with `re.IGNORECASE`."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runbook.words import AnyCase

PATTERNS = (
    r"\b(?:run(?!\.\w)|typ(?:e|ing)|do it)\b",
    r"\A\W*(?:please\s+)?(?:don['\u2019]t|never)\b",
    r"(?P<verb>edit|open) (?P<name>[a-z.]+)",
    r"(?<=the )file|\bsp\u00e4ter\b",
)
PIECES = st.sampled_from(
    ["run", "RUN", "Typing", " ", "do it", "Please ", "Don't", "don\u2019t", "NEVER", "Edit ", "open A.conf", "the FILE", ".c", "\u00fc", "SP\u00c4TER", "\u212a", "x"]
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=8).map("".join)


def _told(match: re.Match[str] | None) -> tuple[object, ...] | None:
    return None if match is None else (match.span(), match.groupdict(), match.group())


@pytest.mark.parametrize("pattern", PATTERNS)
@given(text=TEXTS)
def test_finds_what_a_pattern_that_ignores_case_finds(pattern: str, text: str) -> None:
    ours, theirs = AnyCase(pattern), re.compile(pattern, re.IGNORECASE)
    assert _told(ours.search(text)) == _told(theirs.search(text))
    assert _told(ours.match(text)) == _told(theirs.match(text))
    assert (ours.stands_in(text), ours.begins(text)) == (theirs.search(text) is not None, theirs.match(text) is not None)
    assert _told(ours.fullmatch(text)) == _told(theirs.fullmatch(text))
    assert list(map(_told, ours.finditer(text))) == list(map(_told, theirs.finditer(text)))


@pytest.mark.parametrize("pattern", ["Run", "[a-zA-Z]+"])
def test_a_capital_in_a_pattern_is_refused(pattern: str) -> None:
    with pytest.raises(ValueError, match="capital"):
        AnyCase(pattern)
