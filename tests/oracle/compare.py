"""Compares our tree with MediaWiki's HTML over many generated pages.

    python tests/oracle/compare.py [--pages 2000] [--first 0] [--show 5] [--cases FILE.json]

Ends with 0 when at least 99 % of the pages have equal structure, text and preformatted lines, 1 when fewer, 2 without a MediaWiki.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parent))

import generate
import mediawiki
import structure
from runbook import markup
from runbook.model import Page


def differences(texts: list[str], wiki: Path) -> list[tuple[int, str, Any, Any]]:
    """For each text that differs: its number, what differs first, ours, MediaWiki's."""
    out: list[tuple[int, str, Any, Any]] = []
    for number, html in enumerate(mediawiki.render(texts, wiki)):
        wanted = structure.of_html(html)
        ours = structure.of_document(markup.parse(Page("Oracle", texts[number])))
        part = next((part for part in ("structure", "text", "pre") if ours[part] != wanted[part]), None)
        if part:
            out.append((number, part, ours[part], wanted[part]))
    return out


def main() -> int:
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--pages", type=int, default=2000)
    arguments.add_argument("--first", type=int, default=0)
    arguments.add_argument("--show", type=int, default=0)
    options = arguments.parse_args()
    try:
        wiki = mediawiki.prepare()
    except mediawiki.Unavailable as why:
        print(f"no MediaWiki to compare with: {why}", file=sys.stderr)
        return 2
    texts = [generate.page(seed) for seed in range(options.first, options.first + options.pages)]
    found = differences(texts, wiki)
    for number, part, ours, wanted in found[: options.show]:
        print(f"--- page {options.first + number}: {part}\n{texts[number]}\n  ours   {ours!r}\n  wanted {wanted!r}")
    equal = len(texts) - len(found)
    print(
        f"{equal} of {len(texts)} pages equal, {100 * equal / len(texts):.2f} %; differ: {[options.first + f[0] for f in found][:60]}"
    )
    return 0 if equal >= 0.99 * len(texts) else 1


if __name__ == "__main__":
    sys.exit(main())
