"""Fuzz target: pages of both markups, made of pieces in any order. Every page can be read, no line of it is lost, each thing found in it
lies within it. How long pages take is measured by fuzz_markup.py, which is run by itself."""

from __future__ import annotations

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runbook.extract import extract_many
from runbook.model import Markup, Page, Step, runbook_from_json, to_json
from runbook.walking import walk

from fuzz import fuzz_markup
from fuzz.budget import budget


def texts(kind: Markup) -> st.SearchStrategy[str]:
    piece = st.sampled_from(fuzz_markup.PIECES[kind])
    once = st.lists(piece | st.text(st.characters(exclude_categories=["Cs"]), max_size=6), max_size=60).map("".join)
    again = st.tuples(st.lists(piece, min_size=1, max_size=4).map("".join), st.integers(2, 200)).map(
        lambda some: some[0] * some[1]
    )
    return st.lists(once | again, max_size=3).map("".join)


PAGES = st.sampled_from(tuple(fuzz_markup.PIECES)).flatmap(lambda kind: st.tuples(st.just(kind), texts(kind)))


@budget(300)
@given(PAGES)
def test_every_page_is_read_whole(given_page: tuple[Markup, str]) -> None:
    kind, text = given_page
    assert not fuzz_markup.trouble(text, kind, slowest=inf)


@budget(150)
@given(PAGES)
def test_every_runbook_keeps_within_its_page(given_page: tuple[Markup, str]) -> None:
    kind, text = given_page
    (runbook,) = extract_many([Page("Fuzz", text, kind)])
    assert runbook_from_json(to_json(runbook)) == runbook
    last = text.count("\n") + 1
    nodes = [*walk((*runbook.preamble, *runbook.steps, *runbook.closing))]
    for lines in (*(node.lines for node in nodes), *(found.lines for found in runbook.diagnostics if found.lines)):
        assert 1 <= lines[0] <= lines[1] <= last
    ids = [node.id for node in nodes if isinstance(node, Step)]
    assert len(set(ids)) == len(ids)


def test_the_target_sees_what_goes_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "s" in fuzz_markup.trouble("a\n" * 99, "wikitext", slowest=0)
    monkeypatch.setattr("runbook.markup.wikitext.cover", lambda text, found, hidden: found[1:])
    assert "lost" in fuzz_markup.trouble("a\n\nb\n", "wikitext", slowest=inf)
