"""What the bench found, as tables of Markdown."""

from __future__ import annotations

import os
import platform
import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple


class Row(NamedTuple):
    """One competitor: `rate` in the table's unit, None when it is not installed; `note` says more."""

    name: str
    rate: float | None
    note: str = ""


class Table(NamedTuple):
    """Rows that were measured in one run, in turns; the ratios are those to the first row that was measured."""

    title: str
    unit: str
    rows: tuple[Row, ...]
    about: str = ""

    def markdown(self) -> str:
        """A table with a ratio in each row."""
        first = next((row.rate for row in self.rows if row.rate), None)
        lines = [
            f"### {self.title}",
            "",
            *([self.about, ""] if self.about else []),
            f"| | {self.unit} | ratio | |",
            "|---|---:|---:|---|",
        ]
        for row in self.rows:
            if row.rate is None or not first:
                lines.append(f"| {row.name} | not installed | | {row.note} |")
            else:
                lines.append(f"| {row.name} | {_number(row.rate)} | {_number(row.rate / first)} | {row.note} |")
        return "\n".join(lines) + "\n"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value >= 100 else f"{value:.3g}"


def machine() -> str:
    """What this was measured on."""
    try:
        model = re.search(r"^model name\s*: (.*)$", Path("/proc/cpuinfo").read_text(encoding="utf-8"), re.MULTILINE)
    except OSError:
        model = None
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return (
        f"{datetime.now(UTC):%Y-%m-%d}, {platform.system()} {platform.machine()}, {cores} × {model[1] if model else 'unknown processor'}, "
        f"Python {platform.python_version()}, load {os.getloadavg()[0]:.1f} at the beginning"
    )


def versions(names: Iterable[str]) -> str:
    """The releases of distributions that are installed."""
    found = []
    for name in names:
        try:
            found.append(f"{name} {version(name)}")
        except PackageNotFoundError:
            found.append(f"{name} not installed")
    return ", ".join(found)


_HEAD = """# Benchmarks

`make bench` measures all of this side by side in one run and writes this page; `python -m bench PART…` runs parts of it. Only the
ratios tell much: the rates are those of one machine, and what else ran there.
"""


def store(path: Path, title: str, text: str, order: Sequence[str]) -> None:
    """Puts a section into a page, in the place of the one of that title; the others stay."""
    old = path.read_text(encoding="utf-8") if path.exists() else ""
    found: dict[str, str] = dict(re.findall(r"^## (.*)\n((?:(?!## ).*\n?)*)", old, re.MULTILINE))
    found[title] = text
    parts = [f"## {each}\n\n{found[each].strip()}\n" for each in order if each in found]
    path.write_text("\n".join([_HEAD, *parts]), encoding="utf-8")
