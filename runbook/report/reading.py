"""How a page was read, as lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from runbook.extract.explain import Explained
from runbook.report.lines import Line, Style


def explained(lines: Sequence[Explained]) -> Iterator[Line]:
    """What each line was taken for, in columns, with the line behind."""
    width = max((len(f"{line.n}") for line in lines), default=1)
    kinds = max((len(line.kind) for line in lines), default=1)
    for line in lines:
        told = f"id {line.step}" if line.kind == "step" else line.detail
        why = ", ".join(each for each in (line.rule if line.rule != line.kind else "", told) if each)
        style: Style = _STYLES.get(line.kind, "")
        yield Line(f"{line.n:{width}}  {line.kind:{kinds}}  {line.text}" + (f"  <- {why}" if why else ""), style)


_STYLES: dict[str, Style] = {
    "command": "new",
    "output": "faint",
    "blank": "faint",
    "markup": "faint",
    "step": "title",
    "heading": "title",
    "file": "written",
    "notice": "notice",
    "by-hand": "notice",
}
