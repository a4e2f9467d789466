"""Blocks of code as examples of what they are for: those of labelled pages, and those of the project's own cases."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

from runbook import sources
from runbook.convert import Names, Pictures, convert
from runbook.extract import code, extract_many
from runbook.extract.setting import Setting, Use
from runbook.extract.weighing import features, kind_of
from runbook.model import Page

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
    expect. Those of weighed.md aren't asked: there the weights decide."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    import spec_cases  # noqa: PLC0415

    for path in (path for path in spec_cases.files() if path.stem != "weighed"):
        for case in spec_cases.read(path):
            source = case.blocks[0]
            if source.info in ("wikitext", "markdown"):
                page = Page("Case", source.text, markup=source.info)  # type: ignore[arg-type]
                for form in (page, *_as_markdown(page)):
                    for setting, use in _settings(form):
                        yield Example(case.id, kind_of(use), features(setting))


def _as_markdown(page: Page) -> Iterator[Page]:
    if page.markup == "wikitext":
        made = convert(page, "markdown", Names([(page.title, None)], ".md"), Pictures(None, _not_kept))
        yield Page(page.title, made.text, markup="markdown")


def _not_kept(path: str, data: bytes) -> None:
    """Cases have no pictures."""


def _settings(page: Page) -> Iterator[tuple[Setting, Use]]:
    """The blocks of a page that are not blank, with what the rules alone take each for."""
    seen: list[tuple[Setting, Use]] = []

    def noted(setting: Setting, use: Use, rule: str) -> tuple[Use, str]:
        seen.append((setting, use))
        return use, rule

    with patch.object(code, "weighed", noted):
        list(extract_many([page]))
    yield from (found for found in seen if found[0].texts)
