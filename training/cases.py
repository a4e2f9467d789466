"""The project's own cases (tests/spec) as pages."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from unittest.mock import patch

from runbook.convert import Names, Pictures, convert
from runbook.extract import inline
from runbook.model import Page


def pages() -> Iterator[tuple[str, Page]]:
    """The names of the cases, each with its page, as wikitext or Markdown and as the Markdown made of it. Those of weighed.md aren't asked:
    there the weights decide."""
    sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
    import spec_cases  # noqa: PLC0415

    for path in (path for path in spec_cases.files() if path.stem != "weighed"):
        for case in spec_cases.read(path):
            source = case.blocks[0]
            if source.info in ("wikitext", "markdown"):
                page = Page("Case", source.text, markup=source.info)  # type: ignore[arg-type]
                for form in (page, *_as_markdown(page)):
                    yield case.id, form


def _as_markdown(page: Page) -> Iterator[Page]:
    if page.markup == "wikitext":
        with patch.object(inline, "weighed", lambda rule, *_: rule):
            made = convert(page, "markdown", Names([(page.title, None)], ".md"), Pictures(None, _not_kept))
        yield Page(page.title, made.text, markup="markdown")


def _not_kept(path: str, data: bytes) -> None:
    """Cases have no pictures."""
