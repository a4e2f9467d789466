"""Sub-commands that show pages and the runbooks made of them."""

# ruff: noqa: PLC0415  # the imports: `runbook --help` must not wait for what it does not use

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from runbook import model
from runbook.cli.inputs import everything, extracted, name_of, only, place_of, read, runbooks, single, warned, worth_telling
from runbook.cli.terminal import diagnostic_line, output, show, show_diagnostics
from runbook.model import Diagnostic, Page, Runbook, SourceError
from runbook.visible import printable_json


def extract(arguments: Namespace) -> int:
    with output(arguments.output) as stream:
        for runbook in runbooks(arguments.file, arguments.markup, arguments.page, arguments):
            stream.write(printable_json(model.to_json(runbook, indent=arguments.indent)) + "\n")
    return 0


def pages(arguments: Namespace) -> int:
    with output(arguments.output) as stream:
        for row in _entries(arguments) if arguments.entries else ():
            stream.write(printable_json(model.to_json(row)) + "\n")
        for page in () if arguments.entries else warned(read(arguments.file, arguments.markup, arguments), arguments.file):
            row = {"title": page.title, "revision": page.revision, "url": page.url, "markup": page.markup, "text": page.text}
            stream.write(printable_json(model.to_json(row)) + "\n")
    return 0


def _entries(arguments: Namespace) -> Iterator[dict[str, Any]]:
    """What each entry of a feed can give, or what each page of an export is there for."""
    from runbook import sources

    path = Path(arguments.file)
    if sources.is_feed(path):
        found = sources.read_feed(path)
        for entry in found.entries:
            about = {"feed": found.kind, "title": entry.title, "gives": entry.gives, "base": entry.base}
            yield {**about, "revision": entry.revision, "url": entry.url}
        return
    for row in sources.read_entries(path, everything(arguments)):
        role = {
            "title": row.page.title,
            "namespace": row.namespace,
            "role": row.role,
            "redirect": row.redirect,
            "parent": row.parent,
        }
        yield {**role, "revision": row.page.revision, "revisions": len(row.page.history) + 1}


def lint(arguments: Namespace) -> int:
    import msgspec

    from runbook import project
    from runbook.extract import overrides

    every = list(read(arguments.file, arguments.markup))
    titles = [page.title for page in every]
    names = [*titles, *(page.source for page in every)]
    known = project.load(Path(), None if arguments.file == "-" else Path(arguments.file))
    found = extracted(only(every, arguments.page, arguments.file), arguments.file, alone=True, known=known, quiet=True)
    told = [(page, each) for page, runbook in found for each in _findings(page, runbook, names)]
    pageless = list(overrides.pageless(known.overrides, titles)) if Path(arguments.file).is_dir() and not arguments.page else []
    show_diagnostics(name_of(arguments.file), pageless)
    with output(arguments.output) as stream:
        for page, each in told:
            place = place_of(page.source or name_of(arguments.file), page.title)
            if arguments.format == "json":
                row = {"file": page.source or name_of(arguments.file), "page": page.title, **msgspec.structs.asdict(each)}
                stream.write(printable_json(model.to_json(row)) + "\n")
            else:
                stream.write(diagnostic_line(place, each) + "\n")
    return int(bool(pageless) or any(each.severity != "info" for _, each in told))


def _findings(page: Page, runbook: Runbook, names: Sequence[str]) -> list[Diagnostic]:
    """What was odd when a page was read, and what an editor should look at, by line."""
    from runbook.lint import lint as findings

    odd = worth_telling(runbook.diagnostics)
    return sorted([*odd, *findings(runbook, names, page.text, page.source)], key=lambda each: each.lines or (0, 0))


def explain(arguments: Namespace) -> int:
    from runbook.extract.explain import explain as lines_of
    from runbook.report import reading

    page, runbook = single(arguments)
    lines = [line for line in lines_of(runbook, page.text) if arguments.line in (None, line.n)]
    if not lines:
        raise SourceError(name_of(arguments.file), f"has no line {arguments.line}; the page has {page.text.count(chr(10)) + 1}")
    with output(arguments.output) as stream:
        if arguments.format == "json":
            for line in lines:
                stream.write(printable_json(model.to_json(line)) + "\n")
        else:
            show(reading.explained(lines), stream)
    return 0


def schema(arguments: Namespace) -> int:
    import json

    from runbook import convert, outcomes

    known = {
        "runbook": ("A runbook", model.schema),
        "report": ("A report of verification", outcomes.schema),
        "tree": ("A tree of blocks", convert.schema),
    }
    title, made = known[arguments.what]
    with output(arguments.output) as stream:
        stream.write(json.dumps(_published(made(), title), indent=2, sort_keys=True) + "\n")
    return 0


def _published(schema: dict[str, Any], title: str) -> dict[str, Any]:
    """The schema with its dialect named, and docstrings as running text."""

    def tidy(value: Any) -> Any:
        if isinstance(value, dict):
            return {key: tidy(each) for key, each in value.items()}
        if isinstance(value, str):
            return " ".join(value.split())
        return [tidy(each) for each in value] if isinstance(value, list) else value

    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": f"{title}, format 1", **tidy(schema)}
