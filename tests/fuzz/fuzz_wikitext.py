"""Feeds made-up pages to the wikitext parser: no exception, no page slower than a second a 64 KB.

    python tests/fuzz/fuzz_wikitext.py [SECONDS] [SEED]

Prints each page that fails, as a Python string; ends with 1 when there was one.
"""

from __future__ import annotations

import random
import sys
import time

from runbook import markup
from runbook.model import Page

PIECES = (
    "{{ }} {{{ }}} | = [[ ]] [ ] <pre> </pre> <code> </code> <nowiki> <!-- --> {| |} |- ! !! || '' ''' ''''' <b> </b> <i> <div> </div> <li> <ul> <td> "
    "<table> </p> <p> # * : ; == http://a <ref> <source> </source> & &lt; __TOC__ [[Category:a]] [[File:a| {{bc| {{Box|text= x "
    "[[: [[a| [//a *a <s> <u> <tt>"
).split() + ["[http://x ", "''a", "<i><b>\n*a\n", "\n", "\n\n", " ", "\t", "\r\n", "\0", "\U000f0000"]


def page(source: random.Random) -> str:
    if source.random() < 0.3:
        unit = "".join(source.choices(PIECES, k=source.randint(1, 4)))
        return (unit * (65536 // len(unit) + 1))[: source.choice([4096, 65536])]
    return "".join(source.choices(PIECES, k=source.randint(1, 400)))


def main(budget: float, seed: int) -> int:
    source = random.Random(seed)
    failed, pages, end = 0, 0, time.monotonic() + budget
    while time.monotonic() < end:
        text = page(source)
        for reading in ("author", "mediawiki"):
            start = time.monotonic()
            try:
                markup.parse(Page("Fuzz", text), reading=reading)  # type: ignore[arg-type]
                why = "slow" if time.monotonic() - start > 1 else ""
            except Exception as error:
                why = repr(error)
            if why:
                failed += 1
                print(why, reading, repr(text[:200]), len(text))
        pages += 1
    print(f"{pages} pages, {failed} failures, seed {seed}")
    return 1 if failed else 0


if __name__ == "__main__":
    numbers = [int(word) for word in sys.argv[1:]]
    sys.exit(main(*(numbers + [10, 1][len(numbers) :])))
