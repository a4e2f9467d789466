"""How fast wikitext becomes another form: our Markdown, which is read back before it counts, our HTML, and what others make."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from statistics import median

from runbook.convert import Names, Pictures, convert
from runbook.model import Page

from bench.pages import page
from bench.tables import Row, Table

PEERS = ("pypandoc-binary", "mwcomposerfromhell", "wikitextparser")


def _ours(target: str) -> Callable[[Sequence[Page]], None]:
    def work(pages: Sequence[Page]) -> None:
        names = Names(((one.title, None) for one in pages), ".md")
        pictures = Pictures(None, lambda *_: None)
        for one in pages:
            convert(one, target, names, pictures)  # type: ignore[arg-type]

    return work


def _pandoc(pages: Sequence[Page]) -> None:
    """One process for all pages, which is how pandoc is fastest."""
    import pypandoc  # noqa: PLC0415  # an extra

    pypandoc.convert_text("\n\n".join(one.text for one in pages), "gfm", format="mediawiki")


def _composer(pages: Sequence[Page]) -> None:
    import mwparserfromhell  # noqa: PLC0415
    from mwcomposerfromhell import WikicodeToHtmlComposer  # noqa: PLC0415  # an extra

    for one in pages:
        WikicodeToHtmlComposer().compose(mwparserfromhell.parse(one.text))


def _plain(pages: Sequence[Page]) -> None:
    import wikitextparser  # noqa: PLC0415  # an extra

    for one in pages:
        wikitextparser.parse(one.text).plain_text()


_WORK = (
    ("pandoc to GitHub's Markdown", "pypandoc", _pandoc, "all pages as one text, one process"),
    ("runbook to Markdown", "runbook", _ours("markdown"), "each page read back and compared before it counts"),
    ("runbook to HTML", "runbook", _ours("html"), ""),
    ("mwcomposerfromhell to HTML", "mwcomposerfromhell", _composer, ""),
    ("wikitextparser to plain text", "wikitextparser", _plain, "no form at all is left"),
)


def tables(*, quick: bool) -> Iterator[Table]:
    """One table. Pages are new in each round: what was seen before is remembered, and would be read faster."""
    rounds, count = (1, 10) if quick else (5, 60)
    rates: dict[str, list[float]] = {name: [] for name, *_ in _WORK}
    failed: dict[str, str] = {}
    for number in range(rounds):
        pages = [Page(f"Page {n}", page(n)) for n in range(number * count, (number + 1) * count)]
        for name, module, work, _ in _WORK:
            if find_spec(module) is None or name in failed:
                continue
            start = time.perf_counter()
            try:
                work(pages)
            except Exception as error:  # of a peer: it is told, and the others go on
                if module == "runbook":
                    raise
                failed[name] = f"fails: {type(error).__name__}"
            rates[name].append(count / (time.perf_counter() - start))
    rows = (
        Row(name, None if name in failed or not rates[name] else median(rates[name]), failed.get(name, note))
        for name, _, _, note in _WORK
    )
    yield Table("Wikitext to another form", "pages/s", tuple(rows), "Made-up pages of 8 kB in the mean; one core, by the clock.")
