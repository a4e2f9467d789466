"""What the sub-commands read: pages and runbooks of a file, a directory or standard input, with what is odd told on the way."""

# ruff: noqa: PLC0415  # the imports: `runbook --help` must not wait for what it does not use

from __future__ import annotations

import sys
from argparse import Namespace
from collections import deque
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from runbook.cli.terminal import show_diagnostics
from runbook.model import Diagnostic, Page, Runbook, SourceError
from runbook.visible import printable

STDIN = "<stdin>"


def name_of(file: str) -> str:
    return STDIN if file == "-" else file


def read(file: str, markup: Any) -> Iterator[Page]:
    """The pages of a file, a directory, or (with "-") standard input."""
    from runbook import sources

    def tell(found: Diagnostic) -> None:
        show_diagnostics(name_of(file), [found])

    if file == "-":
        return sources.read_bytes(sys.stdin.buffer.read(), STDIN, markup=markup, tell=tell)
    if Path(file).is_dir():
        return sources.read_directory(Path(file), tell=tell)
    return sources.read(Path(file), markup=markup, tell=tell)


def _folded(title: str) -> str:
    """A title as MediaWiki compares it: underscores are blanks."""
    return " ".join(title.replace("_", " ").split())


def only(pages: Iterable[Page], title: str | None, file: str) -> Iterator[Page]:
    """The pages with that title, all without one. Raises SourceError when there are none, naming those there are."""
    if title is None:
        yield from pages
        return
    seen = []
    for page in pages:
        if _folded(page.title) == _folded(title):
            yield page
            return
        seen.append(page.title)
    near = get_close_matches(title, seen[:1000], n=1)
    hint = f"did you mean {printable(near[0])!r}?" if near else f"there {_titles(seen)}"
    raise SourceError(name_of(file), f"no page has the title {printable(title)!r}; {hint}")


def _titles(titles: list[str]) -> str:
    if not titles:
        return "are no pages"
    shown = ", ".join(repr(printable(title)) for title in titles[:10])
    more = f" and {len(titles) - 10} more" if len(titles) > 10 else ""
    return f"{'is' if len(titles) == 1 else 'are'} {shown}{more}"


def warned(pages: Iterable[Page], file: str) -> Iterator[Page]:
    """The same pages, with what was odd in reading them told on the way."""
    for page in pages:
        show_diagnostics(place_of(page.source or name_of(file), page.title), worth_telling(page.diagnostics))
        yield page


def place_of(source: str, title: str) -> str:
    """Where a diagnostic is: the file, and the page where the file's name is not its own."""
    stem = Path(source).stem
    return source if _folded(stem).casefold() == _folded(title).casefold() else f"{source}: {title}"


def worth_telling(diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    return (each for each in diagnostics if each.severity != "info")


def runbooks(file: str, markup: Any, title: str | None) -> Iterator[Runbook]:
    """The runbooks of a source; what is odd about a page is told on standard error."""
    return (runbook for _, runbook in extracted(only(read(file, markup), title, file), file))


def extracted(pages: Iterable[Page], file: str) -> Iterator[tuple[Page, Runbook]]:
    """Each page with its runbook."""
    from runbook import project
    from runbook.extract import extract_many, processors

    known = project.load(Path(), None if file == "-" else Path(file))
    waiting: deque[Page] = deque()

    def remembered() -> Iterator[Page]:
        for page in pages:
            waiting.append(page)
            yield page

    for runbook in extract_many(remembered(), known, processors()):
        page = waiting.popleft()
        show_diagnostics(place_of(page.source or name_of(file), page.title), worth_telling(runbook.diagnostics))
        yield page, runbook


def single(arguments: Namespace) -> tuple[Page, Runbook]:
    """The one page that is meant, extracted. Raises SourceError when it is not told which."""
    found = list(only(read(arguments.file, arguments.markup), arguments.page, arguments.file))
    if len(found) != 1:
        raise SourceError(
            name_of(arguments.file), f"choose one page with --page TITLE; there {_titles([page.title for page in found])}"
        )
    return next(extracted(found, arguments.file))
