"""What each sub-command does. A function per row of `arguments.SUBCOMMANDS`; everything slow to import is imported inside."""

# ruff: noqa: PLC0415  # the imports: `runbook --help` must not wait for what it does not use

from __future__ import annotations

import sys
from argparse import Namespace
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runbook import model
from runbook.cli.terminal import complain, diagnostic_line, has_colours, output, printable, printable_json, show_diagnostics
from runbook.model import Diagnostic, Page, Runbook, SourceError

if TYPE_CHECKING:
    from runbook.report import Line

STDIN = "<stdin>"


# --- sources ----------------------------------------------------------------------------------------------------------


def _name(file: str) -> str:
    return STDIN if file == "-" else file


def _read(file: str, markup: Any) -> Iterator[Page]:
    """The pages of a file, a directory, or (with "-") standard input."""
    from runbook import sources

    def tell(found: Diagnostic) -> None:
        show_diagnostics(_name(file), [found])

    if file == "-":
        return sources.read_bytes(sys.stdin.buffer.read(), STDIN, markup=markup, tell=tell)
    if Path(file).is_dir():
        return sources.read_directory(Path(file), tell=tell)
    return sources.read(Path(file), markup=markup, tell=tell)


def _folded(title: str) -> str:
    """A title as MediaWiki compares it: underscores are blanks."""
    return " ".join(title.replace("_", " ").split())


def _only(pages: Iterable[Page], title: str | None, file: str) -> Iterator[Page]:
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
    raise SourceError(_name(file), f"no page has the title {printable(title)!r}; {hint}")


def _titles(titles: list[str]) -> str:
    if not titles:
        return "are no pages"
    shown = ", ".join(repr(printable(title)) for title in titles[:10])
    more = f" and {len(titles) - 10} more" if len(titles) > 10 else ""
    return f"{'is' if len(titles) == 1 else 'are'} {shown}{more}"


def _warned(pages: Iterable[Page], file: str) -> Iterator[Page]:
    """The same pages, with what was odd in reading them told on the way."""
    for page in pages:
        show_diagnostics(_place(page.source or _name(file), page.title), _worth_telling(page.diagnostics))
        yield page


def _place(source: str, title: str) -> str:
    """Where a diagnostic is: the file, and the page where the file's name is not its own."""
    stem = Path(source).stem
    return source if _folded(stem).casefold() == _folded(title).casefold() else f"{source}: {title}"


def _worth_telling(diagnostics: Iterable[Diagnostic]) -> Iterator[Diagnostic]:
    return (each for each in diagnostics if each.severity != "info")


def _runbooks(file: str, markup: Any, title: str | None) -> Iterator[Runbook]:
    """The runbooks of a source; what is odd about a page is told on standard error."""
    return (runbook for _, runbook in _extracted(_only(_read(file, markup), title, file), file))


def _extracted(pages: Iterable[Page], file: str) -> Iterator[tuple[Page, Runbook]]:
    """Each page with its runbook."""
    from runbook import project
    from runbook.extract import extract_many

    known = project.load(Path(), None if file == "-" else Path(file))
    waiting: deque[Page] = deque()

    def remembered() -> Iterator[Page]:
        for page in pages:
            waiting.append(page)
            yield page

    for runbook in extract_many(remembered(), known):
        page = waiting.popleft()
        show_diagnostics(_place(page.source or _name(file), page.title), _worth_telling(runbook.diagnostics))
        yield page, runbook


def _single(arguments: Namespace) -> tuple[Page, Runbook]:
    """The one page that is meant, extracted. Raises SourceError when it is not told which."""
    found = list(_only(_read(arguments.file, arguments.markup), arguments.page, arguments.file))
    if len(found) != 1:
        raise SourceError(
            _name(arguments.file), f"choose one page with --page TITLE; there {_titles([page.title for page in found])}"
        )
    return next(_extracted(found, arguments.file))


# --- sub-commands -----------------------------------------------------------------------------------------------------


def build(arguments: Namespace) -> int:
    from runbook import plugin

    built = plugin.build(arguments.config)
    for warned in built.warnings:
        show_diagnostics(warned.page, [warned.diagnostic])
    for message in built.messages:
        complain(f"warning: {message}")
    start = _short(built.start)
    print(
        f"{built.pages} {'page' if built.pages == 1 else 'pages'} rendered; open {start}, or `make serve` and http://127.0.0.1:8000/"
    )
    return 0


def _short(path: Path) -> str:
    """A path as short as it can be said from here."""
    here = Path.cwd()
    return printable(path.relative_to(here) if path.is_relative_to(here) else path)


def extract(arguments: Namespace) -> int:
    with output(arguments.output) as stream:
        for runbook in _runbooks(arguments.file, arguments.markup, arguments.page):
            stream.write(printable_json(model.to_json(runbook, indent=arguments.indent)) + "\n")
    return 0


def pages(arguments: Namespace) -> int:
    with output(arguments.output) as stream:
        for page in _warned(_read(arguments.file, arguments.markup), arguments.file):
            row = {"title": page.title, "revision": page.revision, "url": page.url, "markup": page.markup, "text": page.text}
            stream.write(printable_json(model.to_json(row)) + "\n")
    return 0


def script(arguments: Namespace) -> int:
    from runbook.render.script import ScriptError, render

    _, chosen = _single(arguments)
    try:
        text = render(chosen)
    except ScriptError as error:
        raise SourceError(_place(_name(arguments.file), chosen.page.title), str(error)) from error
    with output(arguments.output) as stream:
        if stream is sys.stdout and stream.isatty():
            text = "".join(printable(line) + "\n" for line in text.splitlines())
        stream.write(text)
    return 0


def lint(arguments: Namespace) -> int:
    import msgspec

    from runbook.lint import lint as findings

    every = list(_read(arguments.file, arguments.markup))
    titles = [page.title for page in every]
    found = _extracted(_only(every, arguments.page, arguments.file), arguments.file)
    told = [(page, each) for page, runbook in found for each in findings(runbook, titles)]
    with output(arguments.output) as stream:
        for page, each in told:
            place = _place(page.source or _name(arguments.file), page.title)
            if arguments.format == "json":
                row = {"file": page.source or _name(arguments.file), "page": page.title, **msgspec.structs.asdict(each)}
                stream.write(printable_json(model.to_json(row)) + "\n")
            else:
                stream.write(diagnostic_line(place, each) + "\n")
    return int(any(each.severity != "info" for _, each in told))


def explain(arguments: Namespace) -> int:
    from runbook import report
    from runbook.extract.explain import explain as lines_of

    page, runbook = _single(arguments)
    lines = [line for line in lines_of(runbook, page.text) if arguments.line in (None, line.n)]
    if not lines:
        raise SourceError(_name(arguments.file), f"has no line {arguments.line}; the page has {page.text.count(chr(10)) + 1}")
    with output(arguments.output) as stream:
        if arguments.format == "json":
            for line in lines:
                stream.write(printable_json(model.to_json(line)) + "\n")
        else:
            _show(report.explained(lines), stream)
    return 0


def plan(arguments: Namespace) -> int:
    from runbook import report
    from runbook.plan import plan as planned

    _, runbook = _single(arguments)
    rows = planned(runbook)
    with output(arguments.output) as stream:
        if arguments.format == "json":
            for row in rows:
                stream.write(printable_json(model.to_json(row)) + "\n")
        else:
            _show(report.planned(rows), stream)
    return 0


def drift(arguments: Namespace) -> int:
    from runbook import report
    from runbook.drift import SEVERITIES, compare

    if arguments.old == arguments.new == "-":
        raise SourceError(STDIN, "OLD and NEW can't both be standard input")
    old, new = (list(_runbooks(file, arguments.markup, arguments.page)) for file in (arguments.old, arguments.new))
    found = compare(old, new)
    with output(arguments.output) as stream:
        if arguments.format == "json":
            stream.write(printable_json(model.to_json(found, indent=2)) + "\n")
        else:
            _show(report.drift(found), stream)
    return int(any(SEVERITIES.index(each) >= SEVERITIES.index(arguments.severity) for each in found.severities()))


def schema(arguments: Namespace) -> int:
    import json

    with output(arguments.output) as stream:
        stream.write(json.dumps(_published(model.schema()), indent=2, sort_keys=True) + "\n")
    return 0


def _published(schema: dict[str, Any]) -> dict[str, Any]:
    """The schema with its dialect named, and docstrings as running text."""

    def tidy(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: tidy(each) for key, each in value.items()}
        if isinstance(value, str):
            return " ".join(value.split())
        return [tidy(each) for each in value] if isinstance(value, list) else value

    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "A runbook, format 1", **tidy(schema)}


def effects(_: Namespace) -> int:
    from runbook import settings
    from runbook.effects import answer_lines

    return _answer(partial(answer_lines, harmless=settings.read(Path()).effects.harmless))


def expect(_: Namespace) -> int:
    from runbook.expect import answer_lines

    return _answer(answer_lines)


def _answer(answer_lines: Callable[[Iterable[str]], Iterable[str]]) -> int:
    """Answers standard input line by line; a line that is no question is answered with an error, and makes the whole trouble."""
    import msgspec

    trouble = 0
    for number, line in enumerate(answer_lines(sys.stdin), 1):
        sys.stdout.write(printable_json(line) + "\n")
        if line.startswith('{"error"'):
            complain(f"{STDIN}:{number}: {msgspec.json.decode(line)['error']}")
            trouble = 2
    return trouble


def _show(lines: Iterable[Line], stream: Any) -> None:
    """Lines of a report, each made printable, coloured where that is seen."""
    colours = _COLOURS if has_colours(stream) else {}
    for line in lines:
        on = colours.get(line.style)
        stream.write(f"\x1b[{on}m{printable(line.text)}\x1b[0m\n" if on else printable(line.text) + "\n")


_COLOURS = {"title": "1", "old": "31", "new": "32", "grave": "1;31", "faint": "2"}
