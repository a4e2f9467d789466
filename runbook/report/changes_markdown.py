"""A drift as Markdown, for an issue or a comment: what a page says is text in it, never markup, a mention or a link."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from runbook.drift import KINDS, Change, Drift, PageDrift, Severity
from runbook.report.changes import by, headline, name_of, place, tally
from runbook.report.lines import count
from runbook.visible import printable

_LIMIT = 60_000
"""Characters of a comment; GitHub takes 65,536."""
_LINES = 12
"""Lines shown of each side of a change."""


def markdown(found: Drift, severity: Severity) -> str:
    """What changed in a sentence, then page by page and step by step; a page that is too much for a comment is only counted."""
    del severity
    if not found.pages:
        return "No drift.\n"
    out = f"**{count(len(found.pages), 'page')} changed**, {found.same} the same: {tally(found)}.\n\n"
    left = 0
    for page in found.pages:
        text = "\n".join(_page(page)) + "\n\n"
        if len(text) > _LIMIT // 2:
            text = "\n".join([*_head(page), f"{count(len(list(page.all_changes())), 'change')}, too much for a comment", "", ""])
        if len(out) + len(text) > _LIMIT:
            left += 1
        else:
            out += text
    return out + (f"… and {count(left, 'more changed page')}, too much for a comment\n" if left else "")


def _page(page: PageDrift) -> Iterator[str]:
    yield from _head(page)
    yield from _changes(page.changes)
    for step in page.steps:
        yield f"**{_text(name_of(step))}**"
        yield ""
        yield from _changes(step.changes)


def _head(page: PageDrift) -> Iterator[str]:
    yield f"### {_text(page.title)}: {headline(page)}"
    yield ""
    if told := by(page):
        yield _text(told) + _link(page.diff)
        yield ""


def _changes(changes: Sequence[Change]) -> Iterator[str]:
    for change in changes:
        grave = change.kind == "effect-raised"
        words = _text(KINDS[change.kind].words + (f" ({change.note})" if change.note else ""))
        where = place(change.old_lines, change.new_lines)
        counts = "" if change.severity != "info" else ", which does not count"
        yield f"- {where}{f'**{words}: look at this first**' if grave else words}{counts}"
        shown = [f"{sign} {line}" for sign, side in (("-", change.old), ("+", change.new)) for line in _some(side)]
        yield from _fenced(shown) if shown else ()
    if changes:
        yield ""


def _some(side: Sequence[str]) -> list[str]:
    """Its first lines, with how many more there are."""
    more = len(side) - _LINES
    return [*side[:_LINES], *([f"… {count(more, 'more line')}"] if more > 0 else [])]


def _text(text: str) -> str:
    """Text with every sign that means something in Markdown, HTML or to GitHub (@mention, #1, an address) made plain. What means nothing
    where it stands is left, so that the source can be read, too."""
    plain = re.sub(r"[^\w\s/.,;:'()]|(?<!\w)[.:]|:(?=/)", lambda found: f"&#{ord(found[0])};", printable(text))
    return plain.replace("_", "&#95;").replace("www", "w&#119;w")


def _link(address: str | None) -> str:
    """A link to where the wiki shows the change, when its address is a plain one."""
    plain = address and re.fullmatch(r"https?://[\w.:/%?=&;~+-]+", address, re.ASCII)
    return f" ([difference](<{address}>))" if plain else ""


def _fenced(lines: list[str]) -> list[str]:
    shown = [printable(line) for line in lines]
    longest = max((len(run) for line in shown for run in re.findall(r"`+", line)), default=0)
    fence = "`" * max(3, longest + 1)
    return [f"  {fence}diff", *(f"  {line}" for line in shown), f"  {fence}"]
