"""From ten pages to ten thousand: how fast they are read and built, and in how much memory, beside plain MkDocs on the same pages.

Draws docs/benchmarks-growth.svg.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

from runbook.convert import Names, Pictures, convert
from runbook.model import Page

from bench.pages import page
from bench.plot import Curve, draw
from bench.processes import RUNBOOK, Used, run
from bench.tables import Row, Table

COUNTS = (10, 100, 1000, 10_000)
PLAIN_COUNTS = (10, 100, 1000)
PEERS = ("mkdocs", "mkdocs-material")
PLOT = Path(__file__).parents[1] / "docs" / "benchmarks-growth.svg"
_CONFIG = "site_name: Bench\ndocs_dir: {docs}\nsite_dir: site\ntheme: {{name: material, font: false}}\nplugins: [search{ours}]\n"


def _project(folder: Path, count: int) -> None:
    """The same pages as wikitext, and as the Markdown that runbook makes of them."""
    (folder / "content").mkdir()
    (folder / "docs").mkdir()
    pages = [Page(f"Page {number}", page(number)) for number in range(count)]
    names, pictures = Names(((one.title, None) for one in pages), ".md"), Pictures(None, lambda *_: None)
    for one in pages:
        (folder / "content" / f"{one.title}.wiki").write_text(one.text, encoding="utf-8")
        if count in PLAIN_COUNTS:
            text = convert(one, "markdown", names, pictures).text
            (folder / "docs" / names.file(one.title)).write_text(text, encoding="utf-8")
    (folder / "ours.yml").write_text(_CONFIG.format(docs="content", ours=", runbook"))
    (folder / "plain.yml").write_text(_CONFIG.format(docs="docs", ours=""))
    (folder / "runbook.toml").write_text("")


def _measured(count: int) -> Iterator[tuple[str, Used]]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        _project(folder, count)
        cache = {"XDG_CACHE_HOME": str(folder / "cache")}
        yield "runbook extract", run([*RUNBOOK, "extract", "content", "-o", "out.jsonl"], folder)
        if count in PLAIN_COUNTS:
            yield "plain mkdocs", run([RUNBOOK[0], "-m", "mkdocs", "build", "-q", "-f", "plain.yml"], folder)
        yield "runbook build", run([*RUNBOOK, "build", "--config", "ours.yml"], folder, cache)
        yield "runbook build again", run([*RUNBOOK, "build", "--config", "ours.yml"], folder, cache)


def tables(*, quick: bool) -> Iterator[Table]:
    """A table for each number of pages; the plot of all of them, unless it is quick."""
    curves: dict[str, list[tuple[int, Used]]] = {}
    for count in (10,) if quick else COUNTS:
        found = dict(_measured(count))
        for name, used in found.items():
            curves.setdefault(name, []).append((count, used))
        order = sorted(found.items(), key=lambda item: item[0] != "plain mkdocs")
        rows = tuple(
            Row(name, count / used.seconds, f"{used.seconds:.1f} s, {used.megabytes:,.0f} MB at most") for name, used in order
        )
        yield Table(f"{count:,} pages", "pages/s", rows)
    if not quick:
        PLOT.write_text(
            draw(
                [
                    ("pages/s", [Curve(name, [(n, n / used.seconds) for n, used in points]) for name, points in curves.items()]),
                    ("MB at most", [Curve(name, [(n, used.megabytes) for n, used in points]) for name, points in curves.items()]),
                ]
            ),
            encoding="utf-8",
        )
