"""Several recordings of one command: the pattern holds for each, what differed is a hole, what never did is a word; and matching, and
explaining why nothing matches, take work that grows with the lines, not with their square."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runbook import expect
from runbook.expect import explain, matching
from runbook.expect.pattern import Pattern
from runbook.model import Elision, Hole, PatternRow

from expect.kinds import faulty, honest, kinds

_words = st.sampled_from(
    ["up", "down", "eth0", "7", "12%", "3.4M", "10.0.0.1", "Jan 31 10:00", "-", "/srv", "v1.2.3", "[ OK ]", "load:"]
)
_lines = st.lists(st.lists(_words, max_size=4).map("  ".join), max_size=6)


@given(st.lists(_lines, min_size=1, max_size=4))
def test_a_pattern_holds_for_every_recording_it_was_inferred_from(recordings: list[list[str]]) -> None:
    pattern = expect.infer(recordings)
    for recording in recordings:
        found = expect.match(pattern, recording)
        assert found is None, found.sentences()


def test_three_recordings_of_each_kind_know_honest_outputs_from_faulty_ones() -> None:
    asked = accepted = faults = rejected = 0
    wrong: list[str] = []
    for kind in kinds():
        recordings = [honest(kind, seed).lines for seed in range(3)]
        pattern = expect.infer(recordings, command=kind.command, parameters=kind.parameters)
        assert all(expect.match(pattern, recording) is None for recording in recordings), kind.name
        for seed in range(3, 6):
            output = honest(kind, seed)
            found = expect.match(pattern, output.lines)
            asked, accepted = asked + 1, accepted + (found is None)
            wrong += [f"{kind.name}: refused, {found.sentences()[0]}"] if found else []
            for name, lines in faulty(kind, output, seed):
                caught = expect.match(pattern, lines) is not None
                faults, rejected = faults + 1, rejected + caught
                wrong += [] if caught else [f"{kind.name}: {name}, yet it holds"]
    assert accepted >= 0.98 * asked, "\n".join([f"{accepted} of {asked}", *wrong])
    assert rejected >= 0.97 * faults, "\n".join([f"{rejected} of {faults}", *wrong])


def test_what_differed_is_a_hole_and_what_never_did_a_word() -> None:
    first = ["3 disks, 12 jobs, version 1.2.3", "host alpha is up"]
    second = ["3 disks, 15 jobs, version 1.2.3", "host beta is up"]
    one, two = expect.infer([first]), expect.infer([first, second])
    assert [piece.hole for piece in one.rows[0] if isinstance(piece, Hole)] == ["int", "plural", "int", "plural", "version"]  # type: ignore[union-attr]
    assert [piece.hole for piece in two.rows[0] if isinstance(piece, Hole)] == ["plural", "int", "plural"]  # type: ignore[union-attr]
    assert expect.match(two, ["3 disks, 99 jobs, version 1.2.3", "host gamma is up"]) is None
    assert expect.match(two, ["2 disks, 99 jobs, version 1.2.3", "host gamma is up"]) is not None
    assert expect.match(two, ["3 disks, 99 jobs, version 1.2.3", "host gamma is down"]) is not None


def test_of_long_recordings_the_first_counts() -> None:
    long = [f"row {n} is here" for n in range(500)]
    assert expect.infer([long, ["something", "else"]]) == expect.infer([long])


def test_the_same_recording_twice_tells_no_more_than_once() -> None:
    recording = ["3 disks, 12 jobs", "up 4 days"]
    assert expect.infer([recording, recording, recording]) == expect.infer([recording])


# --- work ---------------------------------------------------------------------------------------------------------------


@pytest.fixture
def comparisons(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    """How often a row was held against a line since the last time it was asked."""
    count = 0
    fits = matching.fits

    def counted(line: matching.Line, text: str) -> bool:
        nonlocal count
        count += 1
        return fits(line, text)

    monkeypatch.setattr(matching, "fits", counted)
    monkeypatch.setattr(explain, "fits", counted)

    def asked() -> int:
        nonlocal count
        found, count = count, 0
        return found

    return asked


def _rows(*texts: str | None) -> tuple[PatternRow, ...]:
    return tuple(Elision() if text is None else (text,) for text in texts)


@pytest.mark.parametrize("output", [["a"] * 2000, ["a", "c"] * 1000, ["b", "a"] * 1000, ["a"] * 1999 + ["b"]])
@pytest.mark.parametrize(
    "rows",
    [
        _rows(None, "a", "b"),
        _rows(*[None, "a"] * 200, None, "c", "b"),
        _rows("a", None, "a", "c", None, "b", None),
        _rows(None, *["a"] * 20, "b", None, "c"),
        _rows(*[None] * 100, "a", *[None] * 100, "q"),
    ],
)
def test_elisions_cost_a_few_looks_at_each_line(
    rows: tuple[PatternRow, ...], output: list[str], comparisons: Callable[[], int]
) -> None:
    expect.match(Pattern(rows), output)
    assert comparisons() <= 50 * len(output)


def test_an_elision_takes_the_first_place_that_fits() -> None:
    pattern = Pattern(_rows(None, "a", "b"))
    assert expect.match(pattern, ["a", "c", "a", "b"]) is None
    assert expect.match(pattern, ["a", "c", "a", "b", "c"]) is not None
    assert expect.match(Pattern(_rows("a", None, "b", None, "b")), ["a", "b"]) is not None


@pytest.mark.parametrize(
    "unlike", [lambda n: f"row {n} is other", lambda n: "x", lambda n: f"{n}", lambda n: f"row {n + 1} of many is here"]
)
def test_explaining_costs_a_few_looks_at_each_line(unlike: Callable[[int], str], comparisons: Callable[[], int]) -> None:
    work = []
    for size in (500, 2000):
        pattern = Pattern(_rows(*(f"row {n} of many is there" for n in range(size))))
        found = expect.match(pattern, [unlike(n) for n in range(size)])
        assert found is not None
        assert len(found.missing) == size
        work.append(comparisons())
    assert work[1] <= 6 * work[0] + 1000
