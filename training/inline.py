"""Code in sentences as examples of what is to be run and what is only spoken of."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from unittest.mock import patch

from runbook import sources
from runbook.extract import extract_many, inline
from runbook.extract.inline_weights import Around, features
from runbook.extract.prose import Line, Span
from runbook.extract.whole_lines import rows_of
from runbook.model import Page
from runbook.typed import typed

from training.cases import pages
from training.fitting import Example
from training.labels import Labelled, as_typed


def of_page(labelled: Labelled) -> Iterator[Example]:
    """The code in sentences of a labelled page of which no rule says that it surely is none: it is to be run where it is one of the commands."""
    for page in sources.read(labelled.path):
        for line, text, _, found in _spans(page):
            if labelled.labels.get(line) != "?":
                yield Example(str(labelled.path), _kind((line, text) in labelled.commands), found)


def of_cases() -> Iterator[Example]:
    """The same of tests/spec: each is what the rules take it for."""
    for name, page in pages():
        for _, _, rule, found in _spans(page):
            yield Example(name, _kind(rule != ""), found)


def _kind(run: bool) -> str:
    return "run" if run else "spoken of"


def _spans(page: Page) -> list[tuple[int, str, str, set[str]]]:
    """The line, the text and the features of each span of a page that may be a command, with the rule that makes it one."""
    seen: list[tuple[int, str, str, set[str]]] = []

    def noted(rule: str, line: Line, span: Span, around: Callable[[], Around], wrapped: str) -> str:
        text = typed(rows_of(line, span), span.text, None).text
        seen.append((line.n, as_typed(text), rule, features(line, span, around(), wrapped)))
        return rule

    with patch.object(inline, "weighed", noted):
        list(extract_many([page]))
    return seen
