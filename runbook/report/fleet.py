"""Outcomes of a fleet as lines for people: a matrix of pages and hosts, then what does not hold, and on which hosts."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from textwrap import wrap

from msgspec.structs import replace

from runbook.outcomes import PageOutcome, Report, Result, StepOutcome
from runbook.report.lines import Line, Style, count
from runbook.report.outcomes import head, reasons, result_lines, tally
from runbook.visible import fitted, printable

_SIGNS = {0: "✓", 1: "✗", 2: "!", 3: "·"}
_NAME = 24
"""Columns that the names beside the matrix have at least."""

Cells = dict[tuple[str, str], PageOutcome]
"""By host and page."""


def matrix(report: Report, columns: int) -> Iterator[Line]:
    """A report with several hosts, in so many columns of a terminal."""
    cells: Cells = {(page.host, _name(page)): page for page in report.pages}
    hosts, pages = list(dict.fromkeys(host for host, _ in cells)), list(dict.fromkeys(page for _, page in cells))
    yield from _grid(cells, hosts, pages, columns)
    for name in pages:
        yield from _page([cells[host, name] for host in hosts if (host, name) in cells], columns)
    yield Line("")
    yield Line(f"{count(len(pages), 'page')} on {count(len(hosts), 'host')} of {report.host}: {tally(report.pages)}")


def _name(page: PageOutcome) -> str:
    """What tells a page from others: pages of two wikis may have the same title."""
    return f"{page.page.title}\n{page.page.wiki or ''}\n{page.page.source}"


# --- the matrix -------------------------------------------------------------------------------------------------------


def _grid(cells: Cells, hosts: Sequence[str], pages: Sequence[str], columns: int) -> Iterator[Line]:
    """Whatever there is less of goes across, as numbers told below; in several blocks when it is too wide."""
    hosts_down = len(hosts) >= len(pages)
    down, across = (hosts, pages) if hosts_down else (pages, hosts)
    wide = len(str(len(across))) + 1
    most = max(1, (columns - _NAME) // wide)
    for start in range(0, len(across), most):
        shown = range(start, min(start + most, len(across)))
        yield Line("".join(f"{n + 1:>{wide}}" for n in shown), "faint")
        for row in down:
            found = [cells.get((row, across[n]) if hosts_down else (across[n], row)) for n in shown]
            signs = "".join(f"{_sign(page):>{wide}}" for page in found)
            yield Line(f"{signs}  {_fits(row, columns - len(signs) - 2)}", _style(found))
    for n, each in enumerate(across):
        yield Line(f"{n + 1:>{wide}}  {_fits(each, columns - wide - 2)}", "faint")
    seen = {page.exit if page.exit in _SIGNS else 2: head(page) for page in cells.values()}
    yield Line("   ".join(f"{_SIGNS[key]} {seen[key]}" for key in sorted(seen)), "faint")


def _sign(page: PageOutcome | None) -> str:
    return " " if page is None else _SIGNS.get(page.exit, _SIGNS[2])


def _style(found: Sequence[PageOutcome | None]) -> Style:
    return "grave" if any(page is not None and page.exit not in (0, 3) for page in found) else ""


def _fits(name: str, columns: int) -> str:
    return fitted(printable(name.partition("\n")[0]), columns)


# --- what does not hold, and where ------------------------------------------------------------------------------------


def _page(runs: Sequence[PageOutcome], columns: int) -> Iterator[Line]:
    """One page: what does not hold on any host, each thing once with the hosts that it is the same on."""
    if all(page.exit == 0 for page in runs):
        return
    yield Line("")
    yield Line(runs[0].page.title, "title")
    last = None
    for (step, result), hosts in sorted(_failures(runs).items(), key=lambda item: item[0][0].number):
        if step != last:
            yield Line(f"  ✗ {step.number}  {step.title}", "grave")
        last = step
        yield from _where(hosts, len(runs), columns)
        yield from result_lines(result)
    for problem in dict.fromkeys(page.problem for page in runs if page.problem):
        hosts = [page.host for page in runs if page.problem == problem]
        yield Line(f"  ! {', '.join(hosts)}: {problem}", "grave")
    idle = [page for page in runs if page.exit == 3]
    if idle:
        yield Line(f"  · {', '.join(page.host for page in idle)}: {head(idle[0])}")
        yield from reasons(idle[0])


def _failures(runs: Sequence[PageOutcome]) -> dict[tuple[StepOutcome, Result], list[str]]:
    """What failed, without what tells one host from another, and the hosts."""
    found: dict[tuple[StepOutcome, Result], list[str]] = {}
    for page in runs:
        for step in page.steps:
            for result in step.results:
                if result.verdict in ("fails", "follows"):
                    key = (replace(step, verdict="fails", results=()), replace(result, output=None))
                    found.setdefault(key, []).append(page.host)
    return found


def _where(hosts: Sequence[str], total: int, columns: int) -> Iterator[Line]:
    told = f"on all {total} hosts:" if len(hosts) == total > 1 else f"on {', '.join(hosts)}:"
    for line in wrap(told, max(20, columns - 6), break_long_words=False, break_on_hyphens=False):
        yield Line(f"      {line}", "faint")
