"""A plan as lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from runbook.plan import Planned
from runbook.report.lines import Line, Style


def planned(rows: Sequence[Planned]) -> Iterator[Line]:
    """A plan as a table: whose consent each thing needs, what it is, and what is looked at afterwards."""
    step = case = ""
    for row in rows:
        if row.step != step:
            step, case = row.step, ""
            yield Line(step, "title")
        if row.case != case:
            case = row.case
            yield Line(f"        in the case: {case}" if case else "        in any case:", "faint")
        needs = _CONSENT[row.consent].format(effects=", ".join(row.effects))
        style: Style = "" if row.consent == "by-hand" else "new" if row.consent == "unasked" else "old"
        yield Line(f"  {row.lines[0]:>4}  {needs:<34}  {row.what.splitlines()[0] if row.what else ''}", style)
        if row.missing:
            yield Line(f"{'':44}first: {', '.join(f'--set {name}=…' for name in row.missing)}", "faint")
        for words in row.checked:
            yield Line(f"{'':44}checked: {words}", "faint")
        if not row.checked and row.consent in ("yes", "by-name"):
            yield Line(f"{'':44}not checked", "faint")


_CONSENT = {
    "unasked": "runs unasked",
    "yes": "needs a yes: {effects}",
    "by-name": "must be named: {effects}",
    "by-hand": "by hand",
}
