"""Diff tables in the three markups that are in use, applied to their base."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from html import escape
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from runbook import sources
from runbook.sources import tablediff

NBSP = "\u00a0"
MARKUPS = ("old", "new", "wikidiff2")
words = st.sampled_from(["a", "b", "  ", " ", "<br />", "&amp;", "&#160;", "'''x'''", "é", "# rm", "</td>", "<tr>", "\t", '"'])
lines = st.lists(words, max_size=5).map("".join)
bodies = st.lists(lines, min_size=1, max_size=12).map("\n".join)


def shown(html: str, markup: str) -> str:
    """TableDiffFormatter::escapeWhiteSpace; wikidiff2 leaves blanks as they are."""
    if markup == "wikidiff2":
        return html
    blank = "&#160;" if markup == "old" else NBSP
    html = re.sub("^ ", blank + " ", html, flags=re.MULTILINE)
    html = re.sub(" $", " " + blank, html, flags=re.MULTILINE)
    return html.replace("  ", blank + " ")


def cell(line: str, marker: str, markup: str, change: str = "") -> str:
    html = shown(f'<{change} class="diffchange">{escape(line)}</{change}>' if change and line else escape(line), markup)
    if markup == "old":
        return f'<td class="diff-marker">{marker or "&#160;"}</td><td style="color:black;"><div>{html}</div></td>'
    if markup == "new":
        told = f' data-marker="{marker}"' if marker else ""
        return f'<td class="diff-marker"{told}></td><td style="color: #202122;">{f"<div>{html}</div>" if html else "<br />"}</td>'
    return f'<td class="diff-marker">{marker or "&#160;"}</td><td class="diff-x"><div>{html}</div></td>'


def table(old: str, new: str, markup: str, language: str = "Line {}:") -> str:
    """A diff as DifferenceEngine shows it, with two lines of context."""
    before, after = old.split("\n"), new.split("\n")
    empty = '<td colspan="2">&#160;</td>' if markup == "old" else '<td colspan="2" class="diff-empty"></td>'
    rows = ['<tr class="diff-title"><td colspan="2">Older</td><td colspan="2">Newer</td></tr>']
    for group in SequenceMatcher(None, before, after, autojunk=False).get_grouped_opcodes(2):
        number = group[0][1] + 1
        identity = f' id="mw-diff-left-l{number}"' if markup == "new" else ""
        label = language.format(f"{number:,}")
        rows.append(
            f'<tr><td colspan="2" class="diff-lineno"{identity}>{label}</td><td colspan="2" class="diff-lineno">{label}</td></tr>'
        )
        for what, a, b, c, d in group:
            if what == "equal":
                rows += [f"<tr>{cell(line, '', markup)}{cell(line, '', markup)}</tr>" for line in before[a:b]]
                continue
            for at in range(max(b - a, d - c)):
                left = cell(before[a + at], "−", markup, "del") if a + at < b else empty
                right = cell(after[c + at], "+", markup, "ins") if c + at < d else empty
                rows.append(f"<tr>{left}{right}</tr>")
    return f"<table>{''.join(rows)}</table>"


@pytest.mark.parametrize("markup", MARKUPS)
@given(old=bodies, new=bodies)
@example(old="a", new=" a \n  b  \n   c")
@example(old="x\n\n\ny", new="")
def test_a_diff_with_its_base_gives_the_newer_text(markup: str, old: str, new: str) -> None:
    if old != new:
        assert tablediff.apply(table(old, new, markup), old) == new


@pytest.mark.parametrize("markup", MARKUPS)
def test_line_numbers_of_any_language_are_found(markup: str) -> None:
    old = "\n".join(f"line {number}" for number in range(1500))
    new = old.replace("line 1400", "changed")
    assert tablediff.apply(table(old, new, markup, "Zeile {}:"), old) == new
    arabic = table(old, new, markup).replace("Line 1,399:", "سطر ١٬٣٩٩:")
    assert "١" in arabic
    assert tablediff.apply(arabic, old) == new


def test_moved_paragraphs_of_wikidiff2() -> None:
    left = '<td class="diff-marker"><a class="mw-diff-movedpara-left" href="#m_1">&#x26AB;</a></td>'
    right = '<td class="diff-marker"><a class="mw-diff-movedpara-right" href="#m_0">&#x26AB;</a></td>'
    gone, come = f'{left}<td><div><a name="m_0"></a>moved</div></td>', f'{right}<td><div><a name="m_1"></a>moved</div></td>'
    empty = '<td colspan="2" class="diff-empty">&#160;</td>'
    same = cell("stays", "", "wikidiff2") * 2
    number = '<tr><td colspan="2" class="diff-lineno">Line 1:</td><td colspan="2" class="diff-lineno">Line 1:</td></tr>'
    html = f"<table>{number}<tr>{gone}{empty}</tr><tr>{same}</tr><tr>{empty}{come}</tr></table>"
    assert tablediff.apply(html, "moved\nstays") == "stays\nmoved"


@pytest.mark.parametrize("markup", MARKUPS)
def test_an_other_base_is_refused(markup: str) -> None:
    html = table("a\nb\nc", "a\nX\nc", markup)
    for base in ("a\nb\nC", "a\nB\nc", "", "a\nb"):
        with pytest.raises(tablediff.DiffError):
            tablediff.apply(html, base)


@pytest.mark.parametrize(
    "html", ["", "<table></table>", "<tr>" * 50_000, "<tr><td " * 20_000, "<tr><td class='diff-marker'>" * 20_000]
)
def test_tables_without_sense_are_refused(html: str) -> None:
    with pytest.raises(tablediff.DiffError):
        tablediff.apply(html, "text")


STYLES = {"diff-deletedline": "background: #ffa;", "diff-addedline": "background: #cfc;", "diffchange": "color: red;"}


@pytest.mark.parametrize("markup", MARKUPS)
@pytest.mark.parametrize("link", ["&diff={0}&oldid=prev", "&diff=prev&oldid=prev"])
def test_a_history_feed_in_each_markup_is_rebuilt(write: Any, markup: str, link: str) -> None:
    """As FeedUtils::formatDiffRow2 writes it, with applyDiffStyle's styles in place of classes."""
    texts = ["one\n two  x\n\nthree", "one\n 2  x\n\nthree\n<b>four</b> ", "2  x\n\nthree\n<b>4</b> &amp;\n"]
    first = f"<p>made it</p>\n<p><b>New page</b></p><div>{write.php_html(texts[0]).replace(chr(10), '<br />' + chr(10))}</div>"
    bodies = [first]
    for old, new in pairwise(texts):
        html = table(old, new, markup, "Zeile {}:")
        for name, style in STYLES.items():
            html = html.replace(f'class="{name}"', f'style="{style}"')
        bodies.append(f"<p>changed</p>\n{html}")
    root = "https://wiki.example/w/index.php?title=How_to"
    entries = [
        write.entry(f"Revision {number}", body, link=root + link.format(number), time=f"2024-01-0{number}T00:00:00Z")
        for number, body in enumerate(bodies, 4)
    ]
    feed = write.atom(reversed(entries), own=f"{root}&action=history&feed=atom")
    [page] = sources.read_bytes(feed, "feed.atom")
    assert [each.text for each in (*reversed(page.history), page)] == texts
    numbers = [each.revision.id for each in (*reversed(page.history), page)]
    assert numbers == ([4, 5, 6] if "{0}" in link else [None] * 3)  # without them, their order says what a diff starts from
