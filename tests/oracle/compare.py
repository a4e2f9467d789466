"""Compares our tree with MediaWiki's HTML: over generated pages, or over the pages and spec cases of the files that are named.

    python tests/oracle/compare.py [--pages 2000] [--first 0] [--show 5] [FILE...]

Ends with 0 when at least 99 % of the pages have equal structure, text and preformatted lines, 1 when fewer, 2 without a MediaWiki.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parent))

import generate
import mediawiki
import structure
from runbook import markup
from runbook.model import Page

import spec_cases

ENOUGH = 0.99
"""The share of generated pages that must be equal."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A page that we read otherwise than MediaWiki: its name, the part that differs first, ours and MediaWiki's."""

    name: str
    text: str
    part: str
    ours: Any
    wanted: Any

    def __str__(self) -> str:
        return f"--- {self.name}: {self.part}\n{self.text}\n  ours   {self.ours!r}\n  wanted {self.wanted!r}"


def generated(first: int, count: int) -> dict[str, str]:
    """Pages by name, one for each seed from `first` on."""
    return {f"page {seed}": generate.page(seed) for seed in range(first, first + count)}


def of_files(paths: list[Path]) -> dict[str, str]:
    """Pages by name: a spec file's wikitext inputs, the whole text of any other file."""
    found: dict[str, str] = {}
    for path in paths:
        if path.suffix == ".md":
            inputs = [(case.id, case.blocks[0]) for case in spec_cases.read(path) if case.blocks]
            found.update({name: block.text for name, block in inputs if block.info == "wikitext"})
        else:
            found[str(path)] = path.read_text("utf-8")
    return found


def differences(pages: dict[str, str], wiki: Path, templates: Mapping[str, str] | None = None) -> list[Difference]:
    """What differs, in order; `templates` are those that the wiki has, by name."""
    templates = templates or {}
    out: list[Difference] = []
    answers = mediawiki.render((mediawiki.Asked(text, templates=templates) for text in pages.values()), wiki)
    for (name, text), html in zip(pages.items(), answers, strict=True):
        wanted = structure.of_html(html)
        ours = structure.of_document(markup.parse(Page("Oracle", text), definitions=templates))
        part = next((part for part in ("structure", "text", "pre") if ours[part] != wanted[part]), None)
        if part:
            out.append(Difference(name, text, part, ours[part], wanted[part]))
    return out


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("files", nargs="*", type=Path)
    arguments.add_argument("--pages", type=int, default=2000)
    arguments.add_argument("--first", type=int, default=0)
    arguments.add_argument("--show", type=int, default=0)
    options = arguments.parse_args()
    try:
        wiki = mediawiki.prepare()
    except mediawiki.Unavailable as why:
        print(f"no MediaWiki to compare with: {why}", file=sys.stderr)
        return 2
    pages = of_files(options.files) if options.files else generated(options.first, options.pages)
    found = differences(pages, wiki)
    for difference in found[: options.show]:
        print(difference)
    equal = len(pages) - len(found)
    print(f"{equal} of {len(pages)} pages equal, {100 * equal / len(pages):.2f} %")
    if found:
        print("differ:", "; ".join(difference.name for difference in found[:60]))
    return 0 if equal >= ENOUGH * len(pages) else 1


if __name__ == "__main__":
    sys.exit(main())
