"""A short run of the fuzzer: no exception, no line lost. How long pages take is measured where it is run by itself."""

from __future__ import annotations

import random
from itertools import islice
from math import inf

import pytest
from runbook.model import Markup

from fuzz import fuzz_markup

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
