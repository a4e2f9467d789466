"""Sub-commands about what changed on the wiki."""

# ruff: noqa: PLC0415  # the imports: `runbook --help` must not wait for what it does not use

from __future__ import annotations

import shutil
from argparse import Namespace
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from runbook import model
from runbook.cli.inputs import extracted, name_of, only, read, starts_from
from runbook.cli.pulling import is_wiki, live_histories, pulled_aside
from runbook.cli.terminal import STDIN, output, show
from runbook.model import Page, Runbook, SourceError
from runbook.visible import printable_json
from runbook.walking import commands

if TYPE_CHECKING:
    from runbook.drift import Drift
    from runbook.extract import Project
    from runbook.lock import LockedPage
    from runbook.since import News

_LOCK = "content/runbook.lock"
_Extracted = list[tuple[Page, Runbook]]


def drift(arguments: Namespace) -> int:
    from runbook.drift import SEVERITIES
    from runbook.report import changes, changes_formats

    if arguments.offline and arguments.wiki:
        raise SourceError(f"wiki {arguments.wiki!r}", "would have to be asked, and --offline forbids it")
    with ExitStack() as stack:
        found = _between(arguments) if arguments.against else _since(arguments, stack)
    with output(arguments.output) as stream:
        if arguments.format == "json":
            stream.write(printable_json(model.to_json(found, indent=2)) + "\n")
        elif arguments.format == "text":
            width = shutil.get_terminal_size().columns if stream.isatty() else 0
            show(changes.drift(found, width), stream)
        else:
            stream.write(changes_formats.FORMATS[arguments.format](found, arguments.severity))
    return int(any(SEVERITIES.index(each) >= SEVERITIES.index(arguments.severity) for each in found.severities()))


def _between(arguments: Namespace) -> Drift:
    from runbook.drift import compare
    from runbook.drift.records import with_sources

    if arguments.against == arguments.file == "-":
        raise SourceError(STDIN, "OLD and SOURCE can't both be standard input")
    old = _pages(arguments.against, arguments, None)
    new = _pages(arguments.file, arguments, None, asked=arguments)
    found = compare([runbook for _, runbook in old], [runbook for _, runbook in new])
    return with_sources(found, _files(old), _files(new))


def _since(arguments: Namespace, stack: ExitStack) -> Drift:
    from runbook import lock, project
    from runbook.drift.records import with_sources
    from runbook.since import NO_NEWS, compare_with_lock
    from runbook.takeover import is_own

    path = Path(arguments.lock or _LOCK)
    locked = lock.read(path)
    folder = path.parent
    rules = project.load(Path(), folder, locked=locked)
    if is_wiki(arguments.file):
        new, news, site, rules = _live(arguments, rules, folder, stack)
        gone = _all_of(site) if arguments.page is None else _none
    else:
        starts_from(arguments, folder)
        rules = _with_templates(rules, arguments.file, folder)
        new, news = _pages(arguments.file, arguments, rules, asked=arguments), NO_NEWS
        gone = _all_of(None) if Path(arguments.file).is_dir() and arguments.page is None else _none
    found = compare_with_lock(
        locked,
        folder,
        new,
        lambda copies: extracted(copies, str(folder), locked, alone=True),
        whole=gone,
        news=news,
        templates=project.Used(rules.definitions),
    )
    files = {(page.title, page.wiki): str(folder / page.source) for page in locked.pages if is_own(Path(page.source))}
    return with_sources(found, files, files if is_wiki(arguments.file) else _files(new))


def _with_templates(rules: Project, file: str, folder: Path) -> Project:
    """The project of the committed pages, with the templates that a source has besides, or in another state."""
    from runbook import sources

    if file == "-" or Path(file).resolve() == folder.resolve():
        return rules
    return msgspec.structs.replace(rules, definitions={**rules.definitions, **sources.templates(Path(file))})


def _pages(file: str, arguments: Namespace, rules: Project | None, *, asked: Namespace | None = None) -> _Extracted:
    pages = only(read(file, arguments.markup, asked), arguments.page, file)
    return list(extracted(pages, file, alone=True, known=rules))


def _files(pages: Iterable[tuple[Page, Runbook]]) -> dict[tuple[str, str | None], str]:
    """The files that hold a page's very text, by its title and wiki."""
    from runbook.takeover import is_own

    return {(page.title, page.wiki): _short(page.source) for page, _ in pages if is_own(Path(page.source))}


def _short(source: str) -> str:
    path = Path(source)
    return path.relative_to(Path.cwd()).as_posix() if path.is_absolute() and path.is_relative_to(Path.cwd()) else source


def _all_of(wiki: str | None) -> Callable[[LockedPage], bool]:
    """Which locked pages must be among those of a whole source: those of its wiki, where it has one."""
    return lambda page: wiki is None or page.wiki == wiki


def _none(page: LockedPage) -> bool:
    del page
    return False


# --- the history of pages ---------------------------------------------------------------------------------------------


def history(arguments: Namespace) -> int:
    from runbook.report import histories

    found = 0
    with output(arguments.output) as stream:
        for runbook in _pasts(arguments):
            found += runbook.history is not None
            if arguments.format == "json":
                stream.write(printable_json(model.to_json(_told(runbook))) + "\n")
            else:
                show(histories.history(runbook), stream)
    if not found:
        what = (
            "holds one revision of each page: take an export with history, a feed of contributions or history, or a wiki's name"
        )
        raise SourceError(name_of(arguments.file), what)
    return 0


def _pasts(arguments: Namespace) -> Iterator[Runbook]:
    if not is_wiki(arguments.file):
        pages = only(read(arguments.file, arguments.markup, arguments), arguments.page, arguments.file)
        yield from (runbook for _, runbook in extracted(pages, arguments.file, revisions=arguments.revisions))
        return
    pages = live_histories(arguments.file, arguments.page, arguments.revisions)
    yield from (runbook for _, runbook in extracted(pages, "-", revisions=arguments.revisions))


def _told(runbook: Runbook) -> dict[str, object]:
    """What is told of a page to a program, secrets masked."""
    from runbook.masks import Mask

    mask = Mask(runbook.parameters)
    outputs = []
    for command in commands(runbook):
        recordings = command.expected.recordings if command.expected else ()
        if recordings:
            rows = [msgspec.structs.replace(each, text=tuple(map(mask.over, each.text))) for each in recordings]
            outputs.append({"lines": command.lines, "command": mask.over(command.text), "recordings": rows})
    page = {"title": runbook.page.title, "wiki": runbook.page.wiki, "revision": runbook.page.revision}
    return {**page, "history": runbook.history, "outputs": outputs}


# --- a wiki, as it is now ---------------------------------------------------------------------------------------------


def _live(arguments: Namespace, rules: Project, folder: Path, stack: ExitStack) -> tuple[_Extracted, News, str | None, Project]:
    """The pages of a wiki of runbook.toml, pulled into a copy of what stands here; which wiki that is, and how they were read."""
    from runbook.since import News
    from runbook.sources import pulled

    name = arguments.file
    if arguments.offline:
        raise SourceError(f"wiki {name!r}", "would have to be asked, and --offline forbids it")
    copy, outcome = pulled_aside(name, folder, stack)
    by = {what: [change for change in outcome.changes if change.what == what] for what in ("moved", "deleted", "protected")}
    news = News(
        moved={change.title: change.before for change in by["moved"] if change.before},
        deleted=frozenset(change.title for change in by["deleted"]),
        protected={change.title: change.why for change in by["protected"]},
    )
    rules = _with_templates(rules, str(copy), folder)
    return _pages(str(copy), arguments, rules, asked=arguments), news, pulled.read_state(copy).wiki, rules
