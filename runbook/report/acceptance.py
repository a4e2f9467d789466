"""What accepting an output would change, as lines for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher

from runbook.accept import Observed
from runbook.expect import DiffLine, Pattern, diff, rows_of
from runbook.report.lines import Line
from runbook.report.outcomes import diff_lines


def acceptance(found: Observed, new: Pattern, *, instead: bool) -> Iterator[Line]:
    """A command, its recorded output against the new one, what will be expected from now on, and what became a hole or a word."""
    lines = found.command.lines
    yield Line(f"{found.id}  {found.command.text.splitlines()[0]}", "title")
    yield Line(f"     line {lines[0]}, step {found.title!r}", "faint")
    told = diff(found.pattern, found.output)
    yield Line("     recorded, and printed now:" if told else "     it printed what was expected")
    yield from diff_lines(told, "     ")
    old, rows = rows_of(found.pattern), rows_of(new)
    if old == rows:
        yield Line("     expected from now on: the same")
        return
    yield Line(f"     expected from now on, {'in the place of' if instead else 'beside'} the page's own recording:")
    yield from diff_lines(_rows(old, rows), "     ")
    for sentence in dict.fromkeys(_sentences(old, rows)):
        yield Line(f"     {sentence}")


def _rows(old: Sequence[str], new: Sequence[str]) -> tuple[DiffLine, ...]:
    out: list[DiffLine] = []
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            out += [DiffLine(" ", row) for row in old[a:b]]
        else:
            out += [DiffLine("-", row) for row in old[a:b]] + [DiffLine("+", row) for row in new[c:d]]
    return tuple(out)


def _sentences(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    """What became a hole, a word, or free."""
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        if "…" in new[c:d] and "…" not in old[a:b]:
            yield "becomes free: any lines may stand at …"
        if b - a == d - c:
            for was, now in zip(old[a:b], new[c:d], strict=True):
                yield from _words(was.split(), now.split())


def _words(old: Sequence[str], new: Sequence[str]) -> Iterator[str]:
    for kind, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        was, now = " ".join(old[a:b]), " ".join(new[c:d])
        if kind == "equal":
            continue
        if now.count("‹") > was.count("‹"):
            yield f"becomes a hole: {was or 'nothing'} -> {now}"
        elif now.count("‹") < was.count("‹"):
            yield f"becomes a word: {was} -> {now or 'nothing'}"
