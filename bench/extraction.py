"""How fast pages are read, beside other readers of wikitext and on a second processor.

Rates are of processor time, that of other processes included, so that a busy machine changes little; what is compared is done in turns.
"""

from __future__ import annotations

import gc
import os
import resource
import time
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory

import mwparserfromhell
from runbook import shell
from runbook.extract import extract_many, processors
from runbook.markup import parse, wikitext
from runbook.model import Page, to_json
from runbook.sources import read_directory
from runbook.words import word_set

from bench.pages import page
from bench.processes import RUNBOOK, run
from bench.tables import Row, Table

PEERS = ("mwparserfromhell", "wikitextparser")
PAGES = 200
ROUNDS = 7
SIZE = 8000
"""Characters of a page in the mean."""
MANY = 1500
"""Pages on which a second processor is measured."""
_Remembering = type(word_set)
"""What `functools.lru_cache` makes of a function: it remembers the texts that came last, and what was said of them."""


def _spent() -> float:
    """Seconds of processor time of this process and of those that it waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _taken(work: Callable[[Sequence[Page]], object], pages: Sequence[Page]) -> float:
    _forget()
    gc.collect()
    gc.freeze()  # what is measured looks through its own objects, not through all that the measuring has loaded
    start = _spent()
    work(pages)
    taken = _spent() - start
    gc.unfreeze()
    return taken


def _forget() -> None:
    """Empties what is remembered of lines, sentences and commands, which pages that come again would be read faster with. Tables stay."""
    for one in gc.get_objects():
        if isinstance(one, _Remembering) and one.cache_parameters()["maxsize"]:
            one.cache_clear()
    shell._cache.clear()


def _peer(pages: Sequence[Page]) -> None:
    for one in pages:
        mwparserfromhell.parse(one.text)


def _tree(pages: Sequence[Page]) -> None:
    for one in pages:
        parse(one)


def _json(pages: Sequence[Page]) -> None:
    for runbook in extract_many(pages):
        to_json(runbook)


def _peer_in_python(pages: Sequence[Page]) -> None:
    import wikitextparser  # noqa: PLC0415  # an extra

    for one in pages:
        found = wikitextparser.parse(one.text)
        _ = found.templates, found.wikilinks, found.get_lists(), found.tables, found.sections


_WORK = (
    ("mwparserfromhell.parse", "mwparserfromhell", _peer, "a tree of templates and tags; no lists, no paragraphs"),
    ("wikitextparser", "wikitextparser", _peer_in_python, "templates, links, lists, tables and sections asked for"),
    ("runbook: block tree", "runbook", _tree, "as MediaWiki shows it"),
    ("runbook: runbook JSON", "runbook", _json, "steps, commands, effects, expectations, checks"),
)


def _rates(name: str, make: Callable[[int], Sequence[Page]], count: int) -> Table:
    """The rates on pages as if none of their lines had been seen before."""
    work = [row for row in _WORK if find_spec(row[1])]
    rates: dict[str, list[float]] = {row[0]: [] for row in _WORK}
    for number in range(count):
        pages = make(number)
        for label, _, do, _ in work:
            rates[label].append(len(pages) / _taken(do, pages))
    mean = sum(len(one.text) for one in pages) / len(pages)
    rounds = f"{count} round{'s' if count > 1 else ''}"
    about = (
        f"{len(pages)} pages, {mean / 1000:.1f} kB in the mean, {rounds}, one core, processor time; "
        "nothing is remembered of pages read before."
    )
    return Table(
        name, "pages/s", tuple(Row(row[0], median(rates[row[0]]) if rates[row[0]] else None, row[3]) for row in _WORK), about
    )


def compiled() -> bool:
    """Whether what reads pages is compiled (`make compiled`)."""
    return Path(wikitext.__file__).suffix != ".py"


def _generated(number: int, count: int = PAGES) -> list[Page]:
    return [Page(f"Page {n}", page(n)) for n in range(number * count, (number + 1) * count)]


def _joined(pages: Sequence[Page], number: int) -> list[Page]:
    """Pages of `SIZE` in the mean, made of shorter ones in an order of chance; longer ones as they are."""
    order = list(pages)
    Random(number).shuffle(order)
    made: list[Page] = []
    text = ""
    for one in order:
        text += one.text + "\n\n"
        if len(text) > SIZE * 0.65:
            made.append(Page(f"Page {len(made)}", text))
            text = ""
    return made


def _second_core() -> Table:
    """How much faster a second processor reads a directory, by the clock: best of some turns."""
    cores = sorted(os.sched_getaffinity(0))[:2]
    with TemporaryDirectory() as name:
        for number in range(MANY):
            (Path(name) / f"Page {number}.wiki").write_text(page(number), encoding="utf-8")
        turns = [[_program(name, cores[:some]) for some in (1, 2)] for _ in range(3)]
    one, two = (MANY / min(times) for times in zip(*turns, strict=True))
    return Table(
        "A second core", "pages/s", (Row("one core", one), Row("two cores", two)), f"`runbook extract DIR`, {MANY} pages."
    )


def _program(folder: str, cores: Sequence[int]) -> float:
    """Seconds of `runbook extract` on a folder, on some processors."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    try:
        return run([*RUNBOOK, "extract", folder], Path(folder)).seconds
    finally:
        os.sched_setaffinity(0, before)


def tables(*, quick: bool, real: Path | None = None) -> Iterator[Table]:
    """Rates on made-up pages, and on the wikitext pages below `real`; what a second processor gives."""
    if quick:
        yield _rates("Made-up pages", lambda number: _generated(number, 20), 1)
        return
    yield _rates("Made-up pages", _generated, ROUNDS)
    if real is not None:
        pages = [one for one in read_directory(real) if one.markup == "wikitext"]
        yield _rates("Real pages", lambda number: _joined(pages, number), ROUNDS)
    if hasattr(os, "sched_setaffinity") and processors() > 1:
        yield _second_core()
