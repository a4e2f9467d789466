"""A short run of the fuzzer: no exception, no line lost. How long pages take is measured where it is run by itself."""

from __future__ import annotations

import random
from itertools import islice
from math import inf

import pytest
from runbook.model import Markup

from fuzz import fuzz_markup, fuzz_sources

PAGES = 150


@pytest.mark.parametrize("kind", ["wikitext", "markdown"])
def test_made_up_pages(kind: Markup) -> None:
    pages = fuzz_markup.random_pages(random.Random(20), fuzz_markup.PIECES[kind])
    for text in islice((page for page in pages if len(page) < fuzz_markup.SIZE), PAGES):
        assert not fuzz_markup.trouble(text, kind, slowest=inf), repr(text)


def test_the_fuzzer_sees_what_goes_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    assert "s" in fuzz_markup.trouble("a\n" * 99, "wikitext", slowest=0)
    monkeypatch.setattr("runbook.markup.wikitext.cover", lambda text, found, hidden: found[1:])
    assert "lost" in fuzz_markup.trouble("a\n\nb\n", "wikitext", slowest=inf)


def test_damaged_sources() -> None:
    chance = random.Random(20)
    for data in islice(fuzz_sources.damaged(chance, fuzz_sources.seeds()), 1500):
        assert not fuzz_sources.trouble(data, chance.choice([7, 1 << 18])), repr(data)


def test_the_fuzzer_sees_sources_that_are_read_wrongly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runbook.sources.xmlstream._unescaped", lambda text: text)
    assert "read quickly" in fuzz_sources.trouble(fuzz_sources.EXPORT, 1 << 18)
    monkeypatch.setattr("runbook.sources.dump.read_dump", lambda *_: 1 / 0)
    assert "ZeroDivisionError" in fuzz_sources.trouble(fuzz_sources.EXPORT, 1 << 18)
