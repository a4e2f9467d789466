"""Fuzz target: patterns and outputs. The matcher of the package and that of the script agree in every awk, and a word that is literal
stands for no other word."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runbook import expect
from runbook.expect.holes import RECOGNISERS
from runbook.expect.normal import displayed, normal
from runbook.expect.pattern import pieces_of
from runbook.model import Elision, Hole

from expect.awks import AWKS, ask_many, missing
from expect.test_awk import NOISE, VALUES
from fuzz.budget import budget

BYTES = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0\n"), max_size=8)
"""NUL is in no output that a shell hands over, and a newline ends a line."""
WORD = st.sampled_from(
    ("a", "running", "[  OK  ]", "[FAILED]", "x%", "/tmp", "Dec", "8", "1.2", "%{int}", "{int}", "%41", "s", ",", ":", "'", "\\", "-", "*", "<", ">", "= x")
)  # fmt: skip
VALUE = st.sampled_from(sorted({value for values in VALUES.values() for value in values}))
BLANK = st.sampled_from((" ", "", "  ", "\t", "\v", " \f"))
LINE = st.lists(st.one_of(WORD, VALUE, BLANK, BLANK, BYTES, st.sampled_from(NOISE)), max_size=7).map("".join)
PLAIN = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=8)
"""What a pattern's own words are: what a terminal leaves of a line."""
ROW = st.lists(
    st.one_of(WORD, st.sampled_from((" ", "  ")), PLAIN, st.sampled_from(sorted(RECOGNISERS)).map(Hole)), max_size=7
).map(tuple)
ROWS = st.lists(ROW | st.just(Elision()), max_size=6)
RANGES = st.lists(st.tuples(st.integers(0, 6), st.integers(0, 7)), max_size=2)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[expect.Pattern, list[str]]:
    """A pattern and an output that is often the pattern's: inferred from it, or its own words with values in the holes."""
    way = draw(st.integers(0, 3))
    if way == 0:
        lines = draw(st.lists(LINE, max_size=6))
        pattern = expect.infer([lines], command=draw(st.sampled_from(("ls -l", "ps aux", "cat /etc/x", ""))))
        return pattern, draw(st.permutations(lines)) if draw(st.booleans()) else lines
    rows = draw(ROWS)
    pattern = expect.Pattern(tuple(rows), tuple(draw(RANGES)))
    if way == 1:
        return pattern, draw(st.lists(LINE, max_size=6))
    lines = []
    for row in rows:
        if isinstance(row, Elision):
            lines += draw(st.lists(LINE, max_size=2))
        else:
            lines.append(
                "".join(part if isinstance(part, str) else draw(st.sampled_from(VALUES.get(part.hole, NOISE))) for part in row)
            )
    if way == 3 and lines:
        lines[draw(st.integers(0, len(lines) - 1))] = draw(LINE)
    return pattern, lines


HERE = [name for name in AWKS if not missing(name)]


@pytest.mark.skipif(not HERE, reason="no awk is installed")
@budget(40)
@given(st.lists(pairs(), min_size=1, max_size=25))
def test_every_awk_says_what_the_package_says(some: list[tuple[expect.Pattern, list[str]]]) -> None:
    here = [expect.match(pattern, lines) is None for pattern, lines in some]
    encoded = [(expect.encode(pattern), lines) for pattern, lines in some]
    with TemporaryDirectory() as folder:
        assert {name: ask_many(name, encoded, Path(folder)) for name in HERE} == dict.fromkeys(HERE, here)


@budget(300)
@given(st.lists(LINE, max_size=6), st.lists(LINE, max_size=6))
def test_words_alone_stand_for_themselves_alone(recorded: list[str], actual: list[str]) -> None:
    pattern = expect.Pattern(tuple((displayed(line),) for line in recorded))
    wanted, found = ([text for line in lines if (text := normal(line))] for lines in (recorded, actual))
    assert (expect.match(pattern, actual) is None) == (wanted == found)
    assert expect.match(pattern, recorded) is None


SAID = st.sampled_from(("stopped", "Mounted", "failed:", "[DEGRADED]", "enabled,", "x86_64"))
FRESH = "zqjzq"
"""A word that is in no other and that no value begins with."""
QUIET = st.lists(st.one_of(WORD, VALUE, BLANK, PLAIN), max_size=4).map("".join)


@budget(400)
@given(
    st.lists(st.tuples(QUIET, SAID, QUIET), min_size=1, max_size=5), st.sampled_from(("ls -l", "uptime", "df -h", "")), st.data()
)
def test_no_other_word_is_taken_for_a_literal_one(said: list[tuple[str, str, str]], command: str, data: st.DataObject) -> None:
    """An output in which a word that is literal is another word holds no longer, whatever holes stand beside it."""
    recorded = [f"{before} {word} {after}" for before, word, after in said]
    pattern = expect.infer([recorded], command=command)
    assert expect.match(pattern, recorded) is None
    at = data.draw(st.integers(0, len(recorded) - 1))
    before, word, after = said[at]
    row = pattern.rows[at]
    literal = [] if isinstance(row, Elision) else [piece for piece in pieces_of(row) if isinstance(piece, str)]
    if any(isinstance(each, Elision) for each in pattern.rows) or sum(piece.count(word) for piece in literal) <= before.count(
        word
    ) + after.count(word):
        return  # an elision, or a hole that takes any word
    recorded[at] = f"{before} {FRESH} {after}"
    assert expect.match(pattern, recorded) is not None


@budget(300)
@given(pairs())
def test_what_differs_is_told_and_what_holds_is_not(pair: tuple[expect.Pattern, list[str]]) -> None:
    pattern, lines = pair
    found = expect.match(pattern, lines)
    told = expect.diff(pattern, lines)
    assert bool(told) == (found is not None)
    assert found is None or found.sentences()
    code = expect.encode(pattern)
    assert code.isascii()
    assert code.replace("\n", "").isprintable() or not code
