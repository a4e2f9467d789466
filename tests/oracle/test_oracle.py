"""Our tree against what a real MediaWiki makes of the same pages; skipped with the reason where there is none.

`python tests/oracle/compare.py` does the same over more pages.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import spec_cases
from oracle import compare, mediawiki

FIRST, COUNT = 900_000, 400


@pytest.fixture(scope="module")
def wiki() -> Path:
    try:
        return mediawiki.prepare()
    except mediawiki.Unavailable as why:
        pytest.skip(f"no MediaWiki to compare with: {why}")


def test_generated_pages(wiki: Path) -> None:
    found = compare.differences(compare.generated(FIRST, COUNT), wiki)
    assert len(found) <= COUNT * (1 - compare.ENOUGH), "\n".join(map(str, found))


def test_every_spec_case(wiki: Path) -> None:
    pages = compare.of_files(spec_cases.files())
    assert pages
    found = compare.differences(pages, wiki)
    assert not found, "\n".join(map(str, found))
