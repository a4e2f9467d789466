"""Sub-commands that build the site."""

# ruff: noqa: PLC0415  # the imports: `runbook --help` must not wait for what it does not use

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from runbook.cli.terminal import complain, show_diagnostics
from runbook.visible import printable


def build(arguments: Namespace) -> int:
    from runbook import plugin

    built = plugin.build(arguments.config)
    for warned in built.warnings:
        show_diagnostics(warned.page, [warned.diagnostic])
    for message in built.messages:
        complain(f"warning: {message}")
    start = _short(built.start)
    print(
        f"{built.pages} {'page' if built.pages == 1 else 'pages'} rendered; open {start}, or `mkdocs serve` and http://127.0.0.1:8000/"
    )
    return 0


def _short(path: Path) -> str:
    """A path as short as it can be said from here."""
    here = Path.cwd()
    return printable(path.relative_to(here) if path.is_relative_to(here) else path)
