"""Fits tables of weights to labelled pages: the project's own cases and the labelled pages given."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from runbook import atomic
from runbook.weights import Weights

from training import blocks, inline, steps
from training.fitting import fit
from training.labels import read

TABLES = {
    "blocks": (blocks.of_page, blocks.of_cases, 10, 0.2),
    "steps": (steps.of_page, steps.of_cases, 5, 0.3),
    "inline": (inline.of_page, inline.of_cases, 3, 2),
}
"""Where the examples of a table come from, how many must have a feature, and the strength of the fit: of 0.03 to 4, what is right on most
pages that no rule was fitted to."""
FOLDER = Path(__file__).parents[1] / "runbook" / "data" / "weights"


def main() -> int:
    reader = argparse.ArgumentParser(prog="python -m training", description=__doc__)
    reader.add_argument("table", choices=TABLES)
    reader.add_argument("folders", nargs="*", metavar="LABELS:PAGES", help="a folder of labels, and that of their pages")
    reader.add_argument("-o", "--output", type=Path, metavar="FILE", help="instead of the package's own table")
    arguments = reader.parse_args()
    of_page, of_cases, common, strength = TABLES[arguments.table]
    found, pages = [], {}
    for pair in arguments.folders:
        labels, _, texts = pair.partition(":")
        for page in read(Path(labels), Path(texts)):
            if pages.setdefault(page.path.read_bytes(), page.path) == page.path:  # the same page may be in several folders
                found += of_page(page)
    found += of_cases()
    table = fit(found, common, strength)
    write(arguments.output or FOLDER / f"{arguments.table}.json", table)
    print(f"{arguments.table}: {len(table.weights)} features, {len(found)} examples on {len(pages)} pages")
    return 0


def write(path: Path, table: Weights) -> None:
    """Writes a table, a feature a line in their order, so that a change of it can be read."""
    rows = ",\n".join(
        f"{json.dumps(name)}:{json.dumps(row, separators=(',', ':'))}" for name, row in sorted(table.weights.items())
    )
    kinds, bias = json.dumps(table.kinds), json.dumps(table.bias)
    with atomic.replacing_text(path) as stream:
        stream.write(f'{{"kinds":{kinds},\n"bias":{bias},\n"weights":{{\n{rows}\n}}}}\n')


if __name__ == "__main__":
    sys.exit(main())
