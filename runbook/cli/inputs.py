"""What the sub-commands read: pages and runbooks of a file, a directory or standard input, with what is odd told on the way."""

# ruff: noqa: PLC0415  # the imports: `runbook --help` must not wait for what it does not use

from __future__ import annotations

from argparse import Namespace
from collections import deque
from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runbook.cli.terminal import STDIN, show_diagnostics, standard_input
from runbook.model import Diagnostic, Page, Runbook, SourceError
from runbook.visible import printable

if TYPE_CHECKING:
    from runbook import lock, sources
    from runbook.extract import Project


def name_of(file: str) -> str:
    return STDIN if file == "-" else file


def read(
    file: str, markup: Any, arguments: Namespace | None = None, selection: sources.Selection | None = None
) -> Iterator[Page]:
    """The pages of a file, a directory, or (with "-") standard input: those that `arguments` select, with the help that they offer for
    what a feed doesn't give. `selection` stands for theirs."""
    from runbook import sources

    def tell(found: Diagnostic) -> None:
        show_diagnostics(name_of(file), [found])

    known, fetch, selection = _bases(arguments), _fetch(arguments), selection or _selection(arguments)
    if file == "-":
        return sources.read_bytes(
            standard_input(), STDIN, markup=markup, tell=tell, known=known, fetch=fetch, selection=selection
        )
    if Path(file).is_dir():
        return sources.read_directory(Path(file), tell=tell, known=known, fetch=fetch, selection=selection)
    return sources.read(Path(file), markup=markup, tell=tell, known=known, fetch=fetch, selection=selection)


def _bases(arguments: Namespace | None) -> dict[str, Page]:
    """The pages by title that the diffs of a feed may start from (--base)."""
    base = getattr(arguments, "base", None)
    return {page.title: page for page in read(base, None)} if base else {}


def starts_from(arguments: Namespace, content: Path) -> bool:
    """Whether the source of `arguments` is a feed; then its diffs start from the pages in `content`, where nothing else is named (--base)."""
    from runbook import sources
    from runbook.takeover import is_own

    path = Path(arguments.file)
    found = arguments.file != "-" and path.is_file() and not is_own(path) and sources.is_feed(path)
    if found and arguments.base is None and content.is_dir() and any(sources.source_files(content)):
        arguments.base = str(content)
    return found


def _fetch(arguments: Namespace | None) -> sources.Fetch | None:
    """The wiki that gives what a feed doesn't (--wiki)."""
    name = getattr(arguments, "wiki", None)
    if name is None:
        return None
    from runbook.cli import pulling

    return pulling.connect(name, pulling.chosen(name)[name]).fetch_entries


def everything(arguments: Namespace) -> sources.Selection:
    """The selection of `arguments`, of pages for whatever they are there."""
    import msgspec

    from runbook.sources import selection

    return msgspec.structs.replace(_selection(arguments) or selection.EVERYTHING, roles=selection.EVERYTHING.roles)


def with_templates(arguments: Namespace) -> sources.Selection:
    """The selection of `arguments`, with the templates of the source, which pages need to be read as they are there."""
    import msgspec

    from runbook.sources import Selection

    found = _selection(arguments) or Selection()
    return msgspec.structs.replace(found, roles=found.roles | {"template"})


def is_selecting(arguments: Namespace) -> bool:
    """Whether `arguments` leave pages out."""
    return _selection(arguments) is not None


def _selection(arguments: Namespace | None) -> sources.Selection | None:
    """Which pages are meant (--namespace, --category, --title, --since, --until)."""
    from runbook.sources import selection

    given = {name: getattr(arguments, name, None) for name in ("namespace", "category", "title", "since", "until")}
    if not any(given.values()):
        return None
    spaces = [name.replace("_", " ").strip().casefold() for name in given["namespace"] or ()]
    numbers = frozenset(int(name) for name in spaces if name.isascii() and name.isdigit())
    names = frozenset(name for name in spaces if not name.isdigit())
    upper = (name.replace("_", " ").strip() for name in given["category"] or ())
    return selection.Selection(
        namespaces=numbers,
        spaces=names,
        titles=tuple(title.replace("_", " ") for title in given["title"] or ()),
        categories=frozenset(name[:1].upper() + name[1:] for name in upper),
        since=given["since"] or "",
        until=given["until"] or "",
        roles=selection.PAGES if spaces else frozenset({"page"}),
    )


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
    stem = Path(source).stem.strip("<>")
    return source if _folded(stem).casefold() == _folded(title).casefold() else f"{source}: {title}"


def worth_telling(diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    return (each for each in diagnostics if each.severity != "info")


def runbooks(file: str, markup: Any, title: str | None, arguments: Namespace | None = None) -> Iterator[Runbook]:
    """The runbooks of a source, of those pages that `arguments` select; what is odd about a page is told on standard error."""
    locked = _lock(arguments)
    return (runbook for _, runbook in extracted(only(read(file, markup, arguments), title, file), file, locked))


def _lock(arguments: Namespace | None) -> lock.Lock | None:
    """The lock that was named (--lock)."""
    name = getattr(arguments, "lock", None)
    if name is None:
        return None
    from runbook import lock

    return lock.read(Path(name))


def extracted(
    pages: Iterable[Page],
    file: str,
    locked: lock.Lock | None = None,
    *,
    alone: bool = False,
    revisions: int | None = None,
    known: Project | None = None,
    quiet: bool = False,
) -> Iterator[tuple[Page, Runbook]]:
    """Each page with its runbook; steps have the ids of `locked`, without it those of a lock beside the file. `alone`: without what the
    page's history tells; `revisions`: how many older ones are looked at, whatever the project says;
    `known` stands for the project of `file`; `quiet`: what was odd is not told, it stands in the runbooks."""
    from msgspec.structs import replace

    from runbook import history, project
    from runbook.extract import extract_many, workers

    known = known or project.load(Path(), None if file == "-" else Path(file), locked=locked)
    known = known if revisions is None else replace(known, revisions=revisions)
    waiting: deque[Page] = deque()

    def remembered() -> Iterator[Page]:
        for page in pages:
            waiting.append(page)
            yield page

    whole = (read.runbook for read in history.extract_many(remembered(), known, workers()))
    for runbook in extract_many(remembered(), known, workers()) if alone else whole:
        page = waiting.popleft()
        if not quiet:
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
