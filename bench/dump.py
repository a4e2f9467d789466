"""An export of 100,000 pages, from its bytes to its runbooks on disk, by the commands that a user runs; and one of a tenth of them, which
shows whether memory grows with the pages."""

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
_WITH_XML = 2530
"""The same with its share of the XML."""
_COMMANDS = ("pages", "extract")


def _row(command: str, folder: Path, pages: int) -> Row:
    used = run([*RUNBOOK, command, "export.xml", "-o", "out.jsonl"], folder)
    made = (folder / "out.jsonl").stat().st_size / 1e6
    note = (
        f"{used.seconds:.0f} s, {used.processor:.0f} s of processors; {made:,.0f} MB written; "
        f"memory at most: {used.largest:.0f} MB in one process, {used.megabytes:.0f} MB in all"
    )
    return Row(f"runbook {command}", pages / used.seconds, note)


def tables(*, quick: bool) -> Iterator[Table]:
    """A table for each size: the rates of reading alone and of all."""
    for wanted in (60,) if quick else (PAGES // 10, PAGES):
        with TemporaryDirectory() as name:
            folder = Path(name)
            pages = write(folder / "export.xml", wanted * _WITH_XML, _MEAN)
            size = (folder / "export.xml").stat().st_size / 1e6
            rows = tuple(_row(command, folder, pages) for command in _COMMANDS)
        yield Table(f"An export of {pages:,} pages, {size:,.0f} MB", "pages/s", rows, "All processes together, by the clock.")
