"""Sub-commands that build the site."""

# ruff: noqa: PLC0415  # the imports: `runbook --help` must not wait for what it does not use

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from runbook.cli.terminal import complain, show_diagnostics
from runbook.visible import printable

if TYPE_CHECKING:
    from runbook.plugin import Built
    from runbook.staging import Staged


def build(arguments: Namespace) -> int:
    from runbook import plugin

    built = plugin.build(arguments.config)
    _show_warnings(built)
    start = _short(built.start)
    print(
        f"{built.pages} {'page' if built.pages == 1 else 'pages'} rendered; open {start}, or `mkdocs serve` and http://127.0.0.1:8000/"
    )
    return 0


def stage(arguments: Namespace) -> int:
    from runbook import staging
    from runbook.shell import quote

    staged = staging.stage(arguments.config, Path(arguments.directory))
    _show_warnings(staged)
    complain(
        "note: no plugin works on staged pages, and Zensical ignores plugins that it does not know without a word: stage again after each change"
    )
    folder = _short(staged.start.parent)
    print(
        f"{staged.pages} {'page' if staged.pages == 1 else 'pages'} staged; now `cd {quote(folder)}` and `zensical build` or `mkdocs build`"
    )
    return 0


def _show_warnings(built: Built | Staged) -> None:
    for warned in built.warnings:
        show_diagnostics(warned.page, [warned.diagnostic])
    for message in built.messages:
        complain(f"warning: {message}")


def _short(path: Path) -> str:
    """A path as short as it can be said from here."""
    here = Path.cwd()
    return printable(path.relative_to(here) if path.is_relative_to(here) else path)
