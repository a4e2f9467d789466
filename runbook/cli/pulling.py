"""Sub-commands that ask a wiki. The only ones that use the network."""

# ruff: noqa: PLC0415  # the imports: `runbook --help` must not wait for what it does not use

from __future__ import annotations

import os
import shutil
from argparse import Namespace
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from runbook import model
from runbook.cli.terminal import STDIN, output, show, show_diagnostics, standard_input
from runbook.model import Page, SourceError
from runbook.visible import printable, printable_json

if TYPE_CHECKING:
    from runbook import settings
    from runbook.pull import Outcome
    from runbook.sources import api, api_records


def pull(arguments: Namespace) -> int:
    from runbook.pull import pull as bring
    from runbook.report import pulls

    outcomes = []
    with output(arguments.output) as stream:  # what can't be written is known before anything changes
        for name, said in chosen(arguments.wiki).items():
            asked = _asked(arguments)
            wanted = _wanted(arguments, said) if asked else configured(said, name)
            folder = Path(arguments.content) / name
            templates = arguments.templates or said.templates
            outcomes.append(bring(connect(name, said), folder, wanted, templates=templates, prune=not asked))
            show_diagnostics(f"wiki {name!r}", outcomes[-1].diagnostics)
        for outcome in outcomes:
            if arguments.format == "json":
                stream.write(printable_json(model.to_json(outcome)) + "\n")
            else:
                show(pulls.pulled(outcome), stream)
    lost = any(outcome.missing or any(each.what == "not readable" for each in outcome.changes) for outcome in outcomes)
    return int(lost)


def is_wiki(name: str) -> bool:
    """Whether a SOURCE is the name of a wiki in runbook.toml, and no file."""
    from runbook import settings

    return name != "-" and not Path(name).exists() and name in settings.read(Path()).wikis


def pulled_aside(name: str, content: Path, stack: ExitStack) -> tuple[Path, Outcome]:
    """A wiki as it is now, pulled into a copy of what stands in `content`, which is gone with `stack`; and what the pull did."""
    from runbook.pull import pull as bring

    said = chosen(name)[name]
    copy = Path(stack.enter_context(TemporaryDirectory(prefix="runbook-"))) / name
    if (content / name).is_dir():
        shutil.copytree(content / name, copy)
    return copy, bring(connect(name, said), copy, configured(said, name), templates=said.templates, prune=True)


def live_histories(name: str, title: str | None, revisions: int) -> Iterator[Page]:
    """The pages of a wiki, or the one with that title, each with so many of its older revisions."""
    from runbook.pull import checked_title
    from runbook.sources.api_records import Wanted

    said = chosen(name)[name]
    wanted = configured(said, name) if title is None else Wanted(titles=(checked_title(title, "--page"),))
    wiki = connect(name, said)
    for info in wiki.infos(wanted):
        page = None if info.missing or info.invalid else wiki.fetch_history(info.pageid, revisions)
        if page is not None:
            yield page
        elif title is not None:
            raise SourceError(f"wiki {name!r}", f"has no page {printable(title)!r} whose text may be read")


def connect(name: str, said: settings.Wiki) -> api.Wiki:
    """A wiki as runbook.toml has it, with its credentials from the environment."""
    from runbook import __version__
    from runbook.sources import api, api_records

    start = api.variable(name)
    user, password, token = (os.environ.get(f"{start}_{part}", "") for part in ("USER", "PASSWORD", "TOKEN"))
    if bool(user) != bool(password):
        raise SourceError(f"wiki {name!r}", f"set both {start}_USER and {start}_PASSWORD, or neither")
    agent = f"runbook/{__version__}"
    return api.Wiki(api_records.Access(name, said.url, said.contact, agent, said.api, user, password, token))


def chosen(name: str | None) -> dict[str, settings.Wiki]:
    """The wiki with that name in runbook.toml; without a name, every one."""
    from runbook import settings

    known = settings.read(Path()).wikis
    if not known:
        raise SourceError(settings.FILE, "names no wiki to pull from: add a table [wikis.NAME] with url and contact")
    if name is not None and name not in known:
        raise SourceError(settings.FILE, f"has no wiki {name!r}; there are {', '.join(sorted(known))}")
    return known if name is None else {name: known[name]}


def _asked(arguments: Namespace) -> bool:
    return bool(arguments.category or arguments.prefix or arguments.title or arguments.list or arguments.all)


def configured(said: settings.Wiki, name: str) -> api_records.Wanted:
    """The pages that runbook.toml wants of a wiki."""
    from runbook.sources.api_records import Wanted

    if not (said.categories or said.prefixes or said.titles or said.all):
        raise SourceError(
            f"wiki {name!r}",
            "which pages? Say so in runbook.toml with categories, prefixes, titles or all; of `runbook pull` also as options",
        )
    return Wanted(said.categories, said.prefixes, said.titles, said.all, said.namespaces)


def _wanted(arguments: Namespace, said: settings.Wiki) -> api_records.Wanted:
    from runbook.pull import checked_titles, titles_in
    from runbook.sources.api_records import Wanted

    listed = list(titles_in(_text_of(arguments.list), arguments.list)) if arguments.list else []
    titles = checked_titles((*arguments.title, *listed), "--title")
    return Wanted(tuple(arguments.category), tuple(arguments.prefix), titles, arguments.all, tuple(said.namespaces))


def _text_of(file: str) -> str:
    from runbook.sources import files

    try:
        data = standard_input() if file == "-" else Path(file).read_bytes()
    except OSError as error:
        raise SourceError(file, error.strerror or str(error)) from None
    return files.decode(data, STDIN if file == "-" else file)
