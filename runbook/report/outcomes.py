"""Outcomes of verification as lines for people: a line for each step, and beneath it what does not hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from runbook.expect import DiffLine
from runbook.outcomes import LEFT_OUT, PageOutcome, Report, Result, StepOutcome, Verdict, left_out
from runbook.report.lines import Line, Style, count

_AROUND = 2
"""Lines as expected that are shown before and after one that is not."""
_SHOWN = 40
"""Lines of a diff, or of what else is said of one result, that are shown."""
_WIDEST = 400
"""Characters of a line of output that are shown."""
_SIGNS: dict[Verdict, str] = {"holds": "✓", "fails": "✗", "follows": "✗", "not-run": "·"}
_STYLES: dict[Verdict, Style] = {"holds": "new", "fails": "grave", "follows": "old", "not-run": "faint"}
_CHANGES: dict[str, tuple[str, Style]] = {"added": ("+", "new"), "modified": ("~", ""), "deleted": ("-", "old")}
_SHOWN_IN_PART = "holds as far as a sandbox shows it"
_HEADS = {0: "holds", 1: "does not hold", 2: "could not be verified", 3: "nothing could be checked"}


def outcomes(report: Report) -> Iterator[Line]:
    """A report, page by page."""
    for page in report.pages:
        yield from _page(page)
        if len(report.pages) > 1:
            yield Line("")
    if len(report.pages) != 1:
        where = f"{'in' if any(page.sandbox for page in report.pages) else 'on'} {report.host}"
        yield Line(f"{count(len(report.pages), 'page')} {where}: {tally(report.pages) or 'nothing to check'}")


def tally(pages: Sequence[PageOutcome]) -> str:
    """How many of them hold, and so on."""
    heads = Counter(head(page) for page in pages)
    return ", ".join(f"{heads[head]} {head}" for head in (*_HEADS.values(), _SHOWN_IN_PART) if heads[head])


def head(page: PageOutcome) -> str:
    """What came of a page, in a few words."""
    if page.sandbox and page.exit == 3 and any(result.verdict == "holds" for step in page.steps for result in step.results):
        return _SHOWN_IN_PART
    return _HEADS.get(page.exit, _HEADS[2])


def _page(page: PageOutcome) -> Iterator[Line]:
    style: Style = "title" if page.exit in (0, 3) else "grave"
    revision = "" if page.page.revision is None else f" (revision {page.page.revision})"
    yield Line(f"{page.page.title}{revision}: {head(page)}", style)
    for step in page.steps:
        yield from _step(step)
        yield from changes(step)
    if page.exit == 3 and not page.sandbox:
        yield from reasons(page)
    if page.problem:
        yield Line(f"  {page.problem}", "grave")
    for words in page.summary:
        yield Line(f"  {words}")


def _step(step: StepOutcome) -> Iterator[Line]:
    counts = Counter[str]("fails" if one.verdict == "follows" else one.verdict for one in step.results)
    counts["left-out"] = sum(map(left_out, step.results))
    counts["not-run"] -= counts["left-out"]
    words = {
        "holds": ("holds", "hold"),
        "fails": ("does not hold", "do not hold"),
        "not-run": ("not checked", "not checked"),
        "left-out": ("not provable in a sandbox", "not provable in a sandbox"),
    }
    told = ", ".join(f"{counts[key]} {words[key][counts[key] != 1]}" for key in words if counts[key])
    confirmed = sum(one.files == "confirm" for one in step.results)
    told += f" ({confirmed} confirmed by the files)" if confirmed else ""
    yield Line(f"  {_SIGNS[step.verdict]} {step.number}  {step.title}: {told}", _STYLES[step.verdict])
    for result in step.results:
        if result.verdict in ("fails", "follows"):
            yield from result_lines(result)
        elif left_out(result):
            yield Line(f"      {result.id}  {result.what}: {result.reason.removeprefix(LEFT_OUT + ': ')}", "faint")


def changes(step: StepOutcome) -> Iterator[Line]:
    """The changes of files that were seen of a step."""
    for change in step.changes[:_SHOWN]:
        sign, style = _CHANGES[change.kind]
        what = "" if change.what in ("file", "") else f"  ({change.what})"
        yield Line(f"      {sign} {change.path}{what}", style)
    more = len(step.changes[_SHOWN:]) + step.more_changes
    if more:
        yield Line(f"        … {count(more, 'more file')}", "faint")


def result_lines(result: Result) -> Iterator[Line]:
    """What does not hold, and why."""
    why = result.reason + (f" (may follow from {result.follows_from})" if result.follows_from else "")
    if not (result.diff or result.messages):
        yield Line(f"      {result.id}  {result.what}: {why}", _STYLES[result.verdict])
        return
    yield Line(f"      {result.id}  {result.what}", _STYLES[result.verdict])
    yield Line(f"           {why}")
    yield from shown(result, "           ")


def shown(result: Result, indent: str) -> Iterator[Line]:
    """What there is to see of a result: its diff, else what its script said of it."""
    if result.diff:
        yield from diff_lines(result.diff, indent)
        return
    for message in result.messages[:_SHOWN]:
        style: Style = "new" if message.startswith("+") else "old" if message.startswith("-") else ""
        yield Line(indent + message, style if result.kind == "edit" else "")


def diff_lines(diff: Sequence[DiffLine], indent: str) -> Iterator[Line]:
    """A diff: what was expected in front of "-", what came in front of "+", a few lines around."""
    near = [n for n in range(len(diff)) if any(line.sign != " " for line in diff[max(0, n - _AROUND) : n + _AROUND + 1])]
    before = -1
    for n in near[:_SHOWN]:
        if n != before + 1:
            yield Line(f"{indent}  …", "faint")
        before = n
        line, lead = diff[n], f"{indent}{diff[n].sign} "
        style: Style = {" ": "faint", "-": "old", "+": "new"}[line.sign]  # type: ignore[assignment]  # a Style each
        marks = tuple((a + len(lead), min(b, _WIDEST) + len(lead)) for a, b in line.marks if a < _WIDEST)
        cut = f" … ({len(line.text)} characters)" if len(line.text) > _WIDEST else ""
        yield Line(lead + line.text[:_WIDEST] + cut, style, marks)
    if len(near) > _SHOWN:
        yield Line(f"{indent}… {count(len(near) - _SHOWN, 'more line')}", "faint")
    elif before < len(diff) - 1:
        yield Line(f"{indent}  …", "faint")


def reasons(page: PageOutcome) -> Iterator[Line]:
    """Why nothing was checked, each reason once."""
    reasons = Counter(result.reason for step in page.steps for result in step.results)
    for reason, number in reasons.most_common(10):
        yield Line(f"      {number} x {reason}", "faint")
