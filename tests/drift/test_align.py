"""Which of these is which of those."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from runbook.drift.align import Pair, Thing, align, words


def things(*texts: str) -> list[Thing]:
    return [Thing(text, words((text,))) for text in texts]


def named(**texts: str) -> list[Thing]:
    return [Thing(text, words((text,)), name.rstrip("_")) for name, text in texts.items()]


def test_equal_ones_are_found_wherever_they_stand() -> None:
    assert align(things("a", "b", "c"), things("c", "a", "b")) == [Pair(2, 0, moved=True), Pair(0, 1), Pair(1, 2)]


def test_an_edited_one_is_the_same_and_what_is_new_is_new() -> None:
    pairs = align(
        things("yum install foo bar", "service foo start"), things("uptime", "yum install -y foo bar", "service foo start")
    )
    assert pairs == [Pair(None, 0), Pair(0, 1), Pair(1, 2)]


def test_gone_ones_stand_where_they_stood() -> None:
    assert align(things("a", "gone", "b", "last"), things("a", "b")) == [Pair(0, 0), Pair(1, None), Pair(2, 1), Pair(3, None)]


def test_a_name_holds_where_nothing_else_does() -> None:
    assert align(named(install="one two"), named(install="three four")) == [Pair(0, 0)]
    assert align(named(install="one two"), named(other="three four")) == [Pair(None, 0), Pair(0, None)]


def test_content_goes_before_a_numbered_name_that_slid() -> None:
    old = [Thing("x y z", words(("x y z",)), "install")]
    new = [Thing("p q r", words(("p q r",)), "install"), Thing("x y z", words(("x y z",)), "install-2")]
    assert align(old, new) == [Pair(None, 0), Pair(0, 1)]


def test_replaced_in_place_only_when_alone_between_neighbours() -> None:
    assert align(things("a", "reboot", "b"), things("a", "ls", "b"), replaced=True) == [Pair(0, 0), Pair(1, 1), Pair(2, 2)]
    assert align(things("a", "reboot", "b"), things("a", "ls", "pwd", "b"), replaced=True) == [
        Pair(0, 0),
        Pair(None, 1),
        Pair(None, 2),
        Pair(1, None),
        Pair(2, 3),
    ]


@given(
    st.lists(st.sampled_from(["a", "b b", "b c", "c d e", ""]), max_size=8),
    st.lists(st.sampled_from(["a", "b b", "b x", "c d f"]), max_size=8),
)
def test_everything_is_in_exactly_one_pair(old: list[str], new: list[str]) -> None:
    pairs = align(things(*old), things(*new), replaced=True)
    assert sorted(pair.old for pair in pairs if pair.old is not None) == list(range(len(old)))
    assert [pair.new for pair in pairs if pair.new is not None] == list(range(len(new)))
    steady = [pair.old for pair in pairs if pair.old is not None and not pair.moved]
    assert steady == sorted(steady)


@given(st.lists(st.text(max_size=5), max_size=10))
def test_what_did_not_change_did_not_move(texts: list[str]) -> None:
    assert all(pair.old == pair.new and not pair.moved for pair in align(things(*texts), things(*texts)))


def test_many_alike_things_take_no_more_than_linear_work() -> None:
    old = things(*(f"same words everywhere {n}" for n in range(3000)))
    new = things(*(f"same words everywhere {n} too" for n in range(3000)))
    assert sum(pair.old == pair.new for pair in align(old, new, replaced=True)) == 3000
