"""How fast pages are read, as ratios in one run: beside mwparserfromhell, on a second processor, and how much memory many pages take.

All times are processor time, that of other processes included, so that a busy machine changes little; what is compared is done in
turns, and the median of the turns' ratios is told.
"""

from __future__ import annotations

import argparse
import gc
import os
import platform
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory

import mwparserfromhell
from runbook.convert import Names, Pictures, convert
from runbook.extract import extract_many, processors
from runbook.markup import parse, wikitext
from runbook.model import Page, to_json
from runbook.sources import read_directory

from bench.pages import page

PAGES = 200
ROUNDS = 7
SIZE = 8000
"""Characters of a page in the mean."""
MANY = 1500
"""Pages on which a second processor is measured."""


def _spent() -> float:
    """Seconds of processor time of this process and of those that it waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def _taken(work: Callable[[Sequence[Page]], object], pages: Sequence[Page]) -> float:
    gc.collect()
    start = _spent()
    work(pages)
    return _spent() - start


def _peer(pages: Sequence[Page]) -> None:
    for one in pages:
        mwparserfromhell.parse(one.text)


def _tree(pages: Sequence[Page]) -> None:
    for one in pages:
        parse(one)


def _json(pages: Sequence[Page]) -> None:
    for runbook in extract_many(pages):
        to_json(runbook)


_WORK = (("mwparserfromhell.parse alone", _peer), ("wikitext to block tree", _tree), ("wikitext to runbook JSON", _json))


def _rates(name: str, make: Callable[[int], Sequence[Page]]) -> None:
    """Prints the rates on pages that are new in each round: what was seen before is remembered, and would be read faster."""
    rounds = []
    for number in range(ROUNDS):
        pages = make(number)
        rounds.append((len(pages), [_taken(work, pages) for _, work in _WORK]))
    mean = sum(len(one.text) for one in pages) / len(pages)
    print(f"{name}: {len(pages)} pages, {mean / 1000:.1f} kB in the mean, {ROUNDS} rounds, one core")
    for at, (label, _) in enumerate(_WORK):
        rate = median(count / times[at] for count, times in rounds)
        ratio = median(times[0] / times[at] for _, times in rounds)
        print(f"  {label:32} {rate:8.0f} pages/s   {ratio:5.2f} of the first")


def _generated(number: int) -> list[Page]:
    return [Page(f"Page {n}", page(n)) for n in range(number * PAGES, (number + 1) * PAGES)]


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


def _conversion() -> None:
    """Prints how fast pages become Markdown, each read back before it counts."""
    pages = _generated(ROUNDS)
    names = Names(((one.title, None) for one in pages), ".md")
    pictures = Pictures(None, lambda *_: None)
    taken = _taken(lambda some: [convert(one, "markdown", names, pictures) for one in some], pages)
    print(f"  {'wikitext to Markdown and back':32} {len(pages) / taken:8.0f} pages/s")


# --- whole processes ---------------------------------------------------------------------------------------------------


def _program(folder: Path, cores: Sequence[int]) -> tuple[float, int]:
    """Seconds on the clock and the largest resident kB of `runbook extract` on a folder, on some processors."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, cores)
    start = time.perf_counter()
    child = subprocess.Popen([sys.executable, "-m", "runbook", "extract", str(folder)], stdout=subprocess.DEVNULL)
    os.sched_setaffinity(0, before)
    _, status, usage = os.wait4(child.pid, 0)
    if status:
        sys.exit(f"runbook extract ended with {os.waitstatus_to_exitcode(status)}")
    return time.perf_counter() - start, usage.ru_maxrss


def _second_core() -> None:
    """Prints how much faster a second processor reads a directory, by the clock: best of some turns."""
    if processors() < 2:
        print("second core: this machine has one")
        return
    cores = sorted(os.sched_getaffinity(0))[:2]
    with TemporaryDirectory() as folder:
        _write(Path(folder), MANY)
        turns = [(_program(Path(folder), cores[:1])[0], _program(Path(folder), cores)[0]) for _ in range(3)]
    one, two = (min(times) for times in zip(*turns, strict=True))
    print(f"second core: {MANY} pages in {one:.1f} s on one, {two:.1f} s on two: {one / two:.2f} times as fast")


def _memory() -> None:
    """Prints the largest resident size of one process by the number of pages."""
    core = sorted(os.sched_getaffinity(0))[:1]
    print("memory of `runbook extract DIR` on one core:", end="")
    for count in (10, 100, 1000):
        with TemporaryDirectory() as folder:
            _write(Path(folder), count)
            print(f"  {count} pages {_program(Path(folder), core)[1] / 1024:.0f} MB", end="", flush=True)
    print()


def _write(folder: Path, count: int) -> None:
    for number in range(count):
        (folder / f"Page {number}.wiki").write_text(page(number), encoding="utf-8")


def main() -> int:
    reader = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    reader.add_argument("--real", type=Path, metavar="DIR", help="measure the rates on the wikitext pages of a directory, too")
    real: Path | None = reader.parse_args().real
    form = "as Python" if Path(wikitext.__file__).suffix == ".py" else "compiled"
    print(f"Python {platform.python_version()}, {platform.machine()}; what reads pages is {form}")
    _rates("made-up pages", _generated)
    _conversion()
    if real is not None:
        pages = [one for one in read_directory(real) if one.markup == "wikitext"]
        _rates(str(real), lambda number: _joined(pages, number))
    _second_core()
    _memory()
    return 0


if __name__ == "__main__":
    sys.exit(main())
