"""The sub-command that writes pages in another form."""

# ruff: noqa: PLC0415  # the imports: `runbook --help` must not wait for what it does not use

from __future__ import annotations

import os
import shutil
import sys
from argparse import Namespace
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from runbook.atomic import replacing
from runbook.cli.inputs import everything, name_of, only, place_of, read, worth_telling
from runbook.cli.terminal import STDIN, complain, output, show_diagnostics, standard_input
from runbook.model import Diagnostic, Page, SourceError

if TYPE_CHECKING:
    from runbook.convert import Converted, Fetch, Names, Pictures
    from runbook.extract import Project

_NOT_WRITTEN = ("Template:", "Module:")
_BAR = 30


def convert(arguments: Namespace) -> int:
    from runbook.convert import SUFFIXES, Names

    data = standard_input() if arguments.file == "-" else None
    titles = [(page.title, _redirect(page)) for page in _pages(arguments, data)]
    names = Names(titles, SUFFIXES[arguments.to])
    many = Path(arguments.file).is_dir() or len(titles) != 1
    folder = Path(arguments.output) if arguments.output else None
    if many and folder is None:
        raise SourceError(name_of(arguments.file), f"{len(titles)} pages need a directory: give -o DIR, or --page TITLE for one")
    if folder is not None and (many or folder.is_dir() or arguments.output.endswith("/")):
        if folder.exists() and not folder.is_dir():
            raise SourceError(arguments.output, "no directory: several pages need one")
        return _Folder(folder, arguments, names).write(_pages(arguments, data), len(titles))
    return _single(next(_pages(arguments, data)), names, arguments)


def _pages(arguments: Namespace, data: bytes | None) -> Iterator[Page]:
    """The pages that are written, redirects among them."""
    import msgspec

    from runbook import sources

    selection = msgspec.structs.replace(everything(arguments), roles=frozenset({"page", "redirect"}))
    if data is not None:
        found: Iterable[Page] = sources.read_bytes(data, STDIN, markup=arguments.markup, selection=selection)
    else:
        found = read(arguments.file, arguments.markup, arguments, selection)
    kept = (page for page in found if not page.title.startswith(_NOT_WRITTEN))
    return only(kept, arguments.page, arguments.file)


def _redirect(page: Page) -> str | None:
    from runbook.markup import parse

    begins = page.markup == "wikitext" and page.text.lstrip()[:1] == "#"
    return parse(_first_line(page)).redirect if begins else None


def _first_line(page: Page) -> Page:
    """The page up to the end of its first line, on which a redirect stands."""
    from msgspec.structs import replace

    return replace(page, text=page.text.lstrip().split("\n", 1)[0])


def _project(arguments: Namespace) -> Project:
    from runbook import project, sources

    path = None if arguments.file == "-" else Path(arguments.file)
    if path is not None and path.is_dir():
        return project.load(Path(), path, (page for page in read(arguments.file, None) if page.title.startswith("Template:")))
    known = project.load(Path(), path)
    if path is None or not path.is_file() or not path.name.lower().endswith((".xml", ".gz", ".bz2", ".xz", ".zst")):
        return known
    import msgspec

    try:
        own = sources.templates(path)
    except SourceError:  # a feed has none
        return known
    return msgspec.structs.replace(known, definitions={**known.definitions, **own})


def _fetch(arguments: Namespace) -> Fetch | None:
    """The wiki that gives pictures (--wiki); one that doesn't answer is told once for each."""
    if arguments.wiki is None:
        return None
    from runbook.cli import pulling

    wiki = pulling.connect(arguments.wiki, pulling.chosen(arguments.wiki)[arguments.wiki])

    def fetch(name: str) -> bytes | None:
        try:
            return wiki.fetch_file(name)
        except SourceError as error:
            show_diagnostics(error.where, [Diagnostic("picture-not-fetched", "warning", f"{name!r}: {error.what}")])
            return None

    return fetch


def _tell(page: Page, found: Converted, arguments: Namespace) -> None:
    place = place_of(page.source or name_of(arguments.file), page.title)
    show_diagnostics(place, worth_telling((*page.diagnostics, *found.diagnostics)))
    linked = sum(each.code == "picture-not-fetched" for each in found.diagnostics)
    if linked:
        what = f"{linked} picture{'s are' if linked > 1 else ' is'} linked and not fetched: --wiki NAME says which wiki has them"
        show_diagnostics(place, [Diagnostic("pictures-linked", "info", what)])


def _single(page: Page, names: Names, arguments: Namespace) -> int:
    from runbook.convert import Pictures, Refusal
    from runbook.convert import convert as made

    folder = Path(arguments.output).parent if arguments.output else None
    fetch = _fetch(arguments) if folder is not None else None
    pictures = Pictures(fetch, lambda path, data: _keep((folder or Path()) / path, data))
    try:
        found = made(page, arguments.to, names, pictures, _project(arguments))
    except Refusal as refusal:
        place = place_of(page.source or name_of(arguments.file), page.title)
        raise SourceError(f"{place}:{refusal.lines[0]}", str(refusal)) from refusal
    _tell(page, found, arguments)
    with output(arguments.output) as stream:
        stream.write(found.text)
    return 0


class _Folder:
    """A directory of converted pages, written one at a time."""

    def __init__(self, folder: Path, arguments: Namespace, names: Names) -> None:
        from runbook.convert import Pictures

        self.folder = folder
        self.arguments = arguments
        self.names = names
        self.project = _project(arguments)
        self.pictures: Pictures = Pictures(_fetch(arguments), lambda path, data: _keep(folder / path, data))
        self.refused = 0
        self.written: set[str] = set()

    def write(self, pages: Iterable[Page], total: int) -> int:
        bar = _Bar(total)
        for done, page in enumerate(pages):
            bar.show(done)
            self._page(page, bar)
        bar.clear()
        complain(f"{len(self.written)} of {total} pages written below {self.folder}/" + self._left())
        return 2 if self.refused else 0

    def _left(self) -> str:
        return f"; {self.refused} refused, as told above" if self.refused else ""

    def _page(self, page: Page, bar: _Bar) -> None:
        from runbook.convert import Refusal
        from runbook.convert import convert as made

        file = self.names.file(page.title)
        place = place_of(page.source or name_of(self.arguments.file), page.title)
        if file in self.written:
            bar.clear()
            show_diagnostics(place, [Diagnostic("page-again", "warning", "a page of this title was written already: left out")])
            return
        try:
            found = made(page, self.arguments.to, self.names, self.pictures, self.project)
        except Refusal as refusal:
            self.refused += 1
            bar.clear()
            show_diagnostics(place, [Diagnostic("not-converted", "error", str(refusal), refusal.lines)])
            return
        if any(worth_telling(found.diagnostics)):
            bar.clear()
        _tell(page, found, self.arguments)
        target = self.folder / file
        target.parent.mkdir(parents=True, exist_ok=True)
        with output(str(target)) as stream:
            stream.write(found.text)
        self.written.add(file)


def _keep(path: Path, data: bytes) -> None:
    """Writes bytes by way of a temporary name."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with replacing(path, durable=False) as stream:
        stream.write(data)


class _Bar:
    """How far a conversion is, on a terminal; elsewhere nothing."""

    def __init__(self, total: int) -> None:
        self.total = max(total, 1)
        self.live = sys.stderr.isatty() and os.environ.get("TERM", "dumb") != "dumb"

    def show(self, done: int) -> None:
        if self.live:
            full = _BAR * done // self.total
            line = f"[{'#' * full}{'.' * (_BAR - full)}] {done} of {self.total} pages"
            sys.stderr.write(f"\r{line[: shutil.get_terminal_size().columns - 1]}")
            sys.stderr.flush()

    def clear(self) -> None:
        if self.live:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
