"""Runs of marks as examples of what they are: those of labelled pages, and those of the project's own cases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from unittest.mock import patch

from runbook import sources
from runbook.extract import extract_many, step_marks
from runbook.extract.mark_runs import mark_of
from runbook.extract.recorder import Token
from runbook.extract.step_weights import features, may_be_told_of
from runbook.extract.tongues import Tongue
from runbook.model import Page

from training.cases import pages
from training.fitting import Example
from training.labels import Labelled


def of_page(labelled: Labelled) -> Iterator[Example]:
    """The runs of marks of a labelled page: one of which half begin steps is a procedure."""
    for page in sources.read(labelled.path):
        for found, lines, _ in _runs(page):
            sure = [line for line in lines if labelled.labels.get(line) != "?"]
            if sure:
                steps = 2 * sum(line in labelled.steps for line in sure) >= len(sure)
                yield Example(str(labelled.path), _kind(steps), found)


def of_cases() -> Iterator[Example]:
    """The runs of marks of tests/spec: each is what the rules take it for."""
    for name, page in pages():
        for found, lines, steps in _runs(page):
            yield Example(name, _kind(2 * steps >= len(lines)), found)


def _kind(steps: bool) -> str:
    return "steps" if steps else "other"


def _runs(page: Page) -> Iterator[tuple[set[str], list[int], int]]:
    """The features of the runs of marks of a page, the lines of the marks, and how many begin steps for the rules alone."""
    seen: list[tuple[set[str], list[int], int]] = []
    rules = step_marks.steps_of

    def noted(tokens: Sequence[Token], headings: Sequence[int], whole: Sequence[int], tongue: Tongue) -> Sequence[int]:
        found = rules(tokens, headings, whole, tongue)
        if may_be_told_of(mark_of(tokens, whole[0])):
            lines = [mark_of(tokens, i).lines[0] for i in whole]
            seen.append((features(tokens, headings, whole), lines, len(found)))
        return found

    with patch.object(step_marks, "steps_of", noted), patch.object(step_marks, "outweighed", return_value=False):
        list(extract_many([page]))
    return iter(seen)
