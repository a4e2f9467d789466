"""An export of 100,000 pages, from its bytes to its runbooks on disk, by the command that a user runs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.processes import RUNBOOK, run
from bench.sources import write
from bench.tables import Row, Table

PAGES = 100_000
_MEAN = 1750
"""Bytes of a page in the mean, as wikis have them."""


def tables(*, quick: bool) -> Iterator[Table]:
    """One table: the rates of reading alone and of all."""
    wanted = 60 if quick else PAGES
    with TemporaryDirectory() as name:
        folder = Path(name)
        pages = write(folder / "export.xml", wanted * 2530, _MEAN)
        size = (folder / "export.xml").stat().st_size / 1e6
        rows = []
        for label, words in (("runbook pages", "pages"), ("runbook extract", "extract")):
            used = run([*RUNBOOK, words, "export.xml", "-o", "out.jsonl"], folder)
            made = (folder / "out.jsonl").stat().st_size / 1e6
            note = f"{used.seconds:.0f} s, {made:,.0f} MB written, {used.megabytes:.0f} MB of memory at most"
            rows.append(Row(label, pages / used.seconds, note))
    yield Table(f"An export of {pages:,} pages, {size:,.0f} MB", "pages/s", tuple(rows), "All processes together, by the clock.")
