"""Blocks of code as examples of what they are for: those of labelled pages, and those of the project's own cases."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from unittest.mock import patch

from runbook import sources
from runbook.extract import code, extract_many
from runbook.extract.setting import Setting, Use
from runbook.extract.weighing import features, kind_of
from runbook.model import Page

from training.cases import pages
from training.fitting import Example
from training.labels import Labelled

_KINDS = {"C": "commands", "O": "output", "F": "file", "X": "listing", "S": "listing"}


def of_page(labelled: Labelled) -> Iterator[Example]:
    """The blocks of a labelled page as the rules see them. One with a command and no more of others than of outputs is one of commands."""
    for page in sources.read(labelled.path):
        for setting, _ in _settings(page):
            letters = Counter(labelled.labels.get(row.n, "X") for row in setting.rows if row.text.strip())
            del letters["?"]
            if letters:
                terminal = letters["C"] and 2 * (letters["C"] + letters["O"]) >= letters.total()
                letter = "C" if terminal else letters.most_common(1)[0][0]
                yield Example(str(labelled.path), _KINDS[letter], features(setting))


def of_cases() -> Iterator[Example]:
    """The blocks of tests/spec, as wikitext or Markdown and as the Markdown made of it: each is what the rules take it for, which the cases
    expect."""
    for name, page in pages():
        for setting, use in _settings(page):
            yield Example(name, kind_of(use), features(setting))


def _settings(page: Page) -> Iterator[tuple[Setting, Use]]:
    """The blocks of a page that are not blank, with what the rules alone take each for."""
    seen: list[tuple[Setting, Use]] = []

    def noted(setting: Setting, use: Use, rule: str) -> tuple[Use, str]:
        seen.append((setting, use))
        return use, rule

    with patch.object(code, "weighed", noted):
        list(extract_many([page]))
    yield from (found for found in seen if found[0].texts)
