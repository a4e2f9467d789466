"""Speed, as ratios in one run: each part beside what else does it. Writes docs/benchmarks.md."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

from bench import conversion, dump, extraction, growth, verification
from bench.tables import Table, machine, store, versions

PAGE = Path(__file__).parents[1] / "docs" / "benchmarks.md"
PARTS: dict[str, tuple[str, Callable[..., Iterator[Table]], tuple[str, ...]]] = {
    "extraction": ("Extraction", extraction.tables, extraction.PEERS),
    "conversion": ("Conversion", conversion.tables, conversion.PEERS),
    "build": ("Build, and growth with the number of pages", growth.tables, growth.PEERS),
    "verification": ("Verification", verification.tables, verification.RELEASES),
    "dump": ("A large export", dump.tables, ()),
}
_COMPILED = "Extraction, compiled"
_TITLES = ("Extraction", _COMPILED, *(title for title, *_ in list(PARTS.values())[1:]))


def _measured(name: str, where: str, measure: Callable[..., Iterator[Table]], releases: tuple[str, ...], *, quick: bool) -> str:
    about = f"Measured {where}. {versions(releases)}".strip().rstrip(".") + "."
    parts = [about]
    for table in measure(quick=quick):
        parts.append(table.markdown())
        print(parts[-1], flush=True)
    if name == "build":
        parts.append(f"![Rate and memory by the number of pages]({growth.PLOT.name})")
    return "\n\n".join(part.strip() for part in parts)


def main() -> int:
    reader = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    reader.add_argument("parts", nargs="*", metavar="PART", help=f"only these: {', '.join(PARTS)}")
    reader.add_argument(
        "--quick", action="store_true", help="as little of everything as shows that it works; nothing is written without -o"
    )
    reader.add_argument("--real", type=Path, metavar="DIR", help="measure extraction on the wikitext pages of a directory, too")
    reader.add_argument("--most", type=int, default=growth.COUNTS[-1], metavar="N", help="build sites of at most N pages")
    reader.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="the page that is written (default: docs/benchmarks.md)"
    )
    asked = reader.parse_args()
    if unknown := set(asked.parts) - PARTS.keys():
        reader.error(f"no part {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    page = asked.output or (None if asked.quick else PAGE)
    for name in asked.parts or PARTS:
        title, measure, releases = PARTS[name]
        if name == "extraction":
            measure = partial(measure, real=asked.real)
            title = _COMPILED if extraction.compiled() else title
        if name == "build":
            measure = partial(measure, most=asked.most)
        section = _measured(name, machine(), measure, releases, quick=asked.quick)
        if page is not None:
            store(page, title, section, _TITLES)
    return 0


if __name__ == "__main__":
    sys.exit(main())
