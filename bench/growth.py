"""From ten pages to ten thousand: how fast they are read and built, and in how much memory, beside plain MkDocs on the same pages.

Draws docs/benchmarks-growth.svg.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from runbook.convert import Names, Pictures, convert
from runbook.model import Page

from bench.pages import SMALL, page
from bench.plot import Curve, draw
from bench.processes import RUNBOOK, Used, run
from bench.tables import Row, Table

COUNTS = (10, 100, 1000, 10_000)
PLAIN_COUNTS = (10, 100, 1000)
_DISTINCT = 100
PEERS = ("mkdocs", "mkdocs-material")
PLOT = Path(__file__).parents[1] / "docs" / "benchmarks-growth.svg"
_PLAIN, _SECTIONS = "plain mkdocs", "mkdocs, in sections"
_SECTION = 30
_CONFIG = (
    "site_name: Bench\ndocs_dir: {docs}\nsite_dir: {site}\ntheme: {{name: material, font: false, features: [navigation.prune]}}\n"
    "plugins: [search{ours}]\n{nav}"
)


_ABOUT = (
    "Pages of 4.5 kB in the mean; Material with `navigation.prune` for all; by the clock. Memory of all processes is the sum of their "
    "proportional set sizes. Plain MkDocs lists all pages in the navigation of each, unless it is told sections; ours makes them."
)


def _project(folder: Path, count: int) -> None:
    """The same pages as wikitext, and as the Markdown that runbook makes of them; of the first hundred, which come again, since making it
    takes longer than all else."""
    (folder / "content").mkdir()
    (folder / "docs").mkdir()
    pages = [Page(f"Page {number}", page(number, SMALL)) for number in range(count)]
    names, pictures = Names(((one.title, None) for one in pages), ".md"), Pictures(None, lambda *_: None)
    files = [names.file(one.title) for one in pages]
    plain = [convert(one, "markdown", names, pictures).text for one in pages[:_DISTINCT]] if count in PLAIN_COUNTS else []
    for number, one in enumerate(pages):
        (folder / "content" / f"{one.title}.wiki").write_text(one.text, encoding="utf-8")
        if plain:
            (folder / "docs" / files[number]).write_text(plain[number % _DISTINCT], encoding="utf-8")
    for name, docs, ours, nav in (
        ("ours", "content", ", runbook", ""),
        ("plain", "docs", "", ""),
        ("sections", "docs", "", _nav(files)),
    ):
        (folder / f"{name}.yml").write_text(_CONFIG.format(docs=docs, site=name, ours=ours, nav=nav))
    (folder / "runbook.toml").write_text("")


def _nav(files: list[str]) -> str:
    starts = range(0, len(files), _SECTION)
    return "nav:\n" + "".join(
        f"  - Section {start}:\n" + "".join(f"    - {file}\n" for file in files[start : start + _SECTION]) for start in starts
    )


class Measured(NamedTuple):
    """What a run took, and the site that it made, if it made one: bytes of the largest page, and of what search reads."""

    used: Used
    page: int = 0
    search: int = 0

    def words(self) -> str:
        """All but the rate."""
        used = self.used
        said = f"{used.seconds:.1f} s, {used.processor:.1f} s of processors; {used.largest:,.0f} MB the largest process, {used.megabytes:,.0f} MB all"
        return said + (
            f"; {self.page / 1000:,.0f} kB the largest page, {self.search / 1000:,.0f} kB for search" if self.page else ""
        )


def _built(used: Used, site: Path) -> Measured:
    pages = [path.stat().st_size for path in site.rglob("*.html")]
    return Measured(used, max(pages), (site / "search/search_index.json").stat().st_size)


def _measured(count: int) -> Iterator[tuple[str, Measured]]:
    with TemporaryDirectory() as name:
        folder = Path(name)
        _project(folder, count)
        cache = {"XDG_CACHE_HOME": str(folder / "cache")}
        yield "runbook extract", Measured(run([*RUNBOOK, "extract", "content", "-o", "out.jsonl"], folder))
        if count in PLAIN_COUNTS:
            for title, config in ((_PLAIN, "plain"), (_SECTIONS, "sections")):
                used = run([RUNBOOK[0], "-m", "mkdocs", "build", "-q", "-f", f"{config}.yml"], folder)
                yield title, _built(used, folder / config)
        for title in ("runbook build", "runbook build again"):
            used = run([*RUNBOOK, "build", "--config", "ours.yml"], folder, cache)
            yield title, _built(used, folder / "ours")


def tables(*, quick: bool, most: int = COUNTS[-1]) -> Iterator[Table]:
    """A table for each number of pages up to `most`; the plot of all of them, unless it is quick."""
    curves: dict[str, list[tuple[int, Measured]]] = {}
    for count in (10,) if quick else (count for count in COUNTS if count <= most):
        found = dict(_measured(count))
        for name, made in found.items():
            curves.setdefault(name, []).append((count, made))
        order = sorted(found.items(), key=lambda item: item[0] != _PLAIN)
        rows = tuple(Row(name, count / made.used.seconds, made.words()) for name, made in order)
        yield Table(f"{count:,} pages", "pages/s", rows, _ABOUT)
    if not quick:
        PLOT.write_text(
            draw(
                [
                    (
                        "pages/s",
                        [Curve(name, [(n, n / made.used.seconds) for n, made in points]) for name, points in curves.items()],
                    ),
                    (
                        "MB at most",
                        [Curve(name, [(n, made.used.megabytes) for n, made in points]) for name, points in curves.items()],
                    ),
                ]
            ),
            encoding="utf-8",
        )
