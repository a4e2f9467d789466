"""What made a parser slow once: the work for a page grows as the page does, counted in calls of functions, not in seconds."""

from __future__ import annotations

import pytest
from runbook import markup
from runbook.model import Markup, Page

from counting import work

SMALL, TIMES = 1536, 4
WIKITEXT = (
    "{{a|", "<!--<i>", "[[a|<!--", "<pre>", "<code>", "<ref>", "<b>\n\na", "*", "{|\n|", "'''''", "<div><p>", "{{Box|text=", "{{#if:x|", "{{#switch:a|b=",
    "{{{a|", "{{lc:", "[http://x [[a]] ", "[http://x ", "[[a|b\n", "[[File:a|thumb|", "[[File:a|thumb|[[b]]", "[[a:", "__a", "<i><b>\n*a\n", "<gallery>",
    "<includeonly>", ";a:b", "; [[a|", "<table>x", "<div\n",
)  # fmt: skip
MARKDOWN = (
    "[a]: b\n![", "[a]: b\n[[", ' > === "t"\n=\n', "[a]: b\n>=\n", "a|b\n-|-\n", "> a\n\n", "*a `", "- ", "> ", "> - ", "1. a\n   > b\n", "**a", "_a_*b*",
    "`a", "<b>", "<!--", "[a](", "![a](<", "a\n: b\n\n", "[^a]: b\n", "<details>\n\n", "!!! a\n    ", "<table><td>", "\\\n", ">|\n\n=\n",
    "<ol><li>", "<ol>\n<li>Run it\n", "{{{\na\n", "'''ls\n", "```\nls\n\nNow this:\n\n", "```sh\nls\n\nNow this:\n\n",
)  # fmt: skip
CASES: list[tuple[Markup, str]] = [*(("wikitext", unit) for unit in WIKITEXT), *(("markdown", unit) for unit in MARKDOWN)]


def of_page(text: str, kind: Markup, reading: markup.Reading) -> int:
    """The work of parsing a page."""
    return work(lambda: markup.parse(Page("Case", text, kind), reading=reading))


def of_pages(small: str, large: str, kind: Markup, reading: markup.Reading) -> tuple[int, int]:
    """The work for two pages, without what is kept from page to page and made for the first."""
    markup.parse(Page("Case", small, kind), reading=reading)
    return of_page(small, kind, reading), of_page(large, kind, reading)


@pytest.mark.parametrize(("kind", "unit"), CASES)
def test_work_grows_as_the_page_does(kind: Markup, unit: str) -> None:
    for reading in ("author", "mediawiki") if kind == "wikitext" else ("author",):
        small, large = ((unit * size)[:size] for size in (SMALL, TIMES * SMALL))
        little, much = of_pages(small, large, kind, reading)
        assert much < 1.3 * TIMES * little


@pytest.mark.parametrize("kind", ["wikitext", "markdown"])
def test_the_measure_sees_what_grows_faster(kind: Markup) -> None:
    markup.parse(Page("Case", "a\n", kind), reading="author")
    one, four = (sum(of_page("a\n" * n, kind, "author") for n in range(0, size, 8)) for size in (64, 256))
    assert four > 1.3 * TIMES * one


DEFINITIONS = {
    "laughs": {f"L{n}": f"{{{{L{n + 1}}}}}" * 10 for n in range(9)} | {"L9": "lol"},
    "itself": {"L0": "{{L0}} {{L0}} {{L0}}"},
    "each other": {"L0": "{{L1}}{{L1}}{{L1}}", "L1": "{{L0}}{{L0}}{{L0}}"},
    "arguments": {"L0": "{{L1|{{L1|{{L1|{{L1|x}}}}}}}}", "L1": "{{{1}}}" * 60},
    "defaults": {"L0": "{{{a|" * 30 + "x" * 3000 + "}}}" * 30},
}


@pytest.mark.parametrize("name", DEFINITIONS)
def test_definitions_that_multiply_are_bounded(name: str) -> None:
    document = markup.parse(Page("Case", "{{L0}}" * 50), reading="author", definitions=DEFINITIONS[name])
    shown = sum(len(block.children) for block in document.blocks if hasattr(block, "children"))
    assert shown < 200_000
    assert document.blocks


def test_what_is_left_as_text_is_told() -> None:
    document = markup.parse(Page("Case", "[a]: b\n![" * 500, "markdown"))
    assert [found.code for found in document.diagnostics] == ["left-as-text"]
    document = markup.parse(Page("Case", "> " * 200 + "deep\n", "markdown"))
    assert [(found.code, found.lines) for found in document.diagnostics] == [("left-as-text", (1, 1))]
