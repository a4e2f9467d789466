"""What holds of every page, whatever it says."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from runbook import sources
from runbook.cli import printable
from runbook.drift import compare
from runbook.extract import extract_many
from runbook.markup import parse
from runbook.model import Command, Hidden, Markup, Node, Page, Runbook, Step, runbook_from_json, to_json
from runbook.walking import walk

import spec_cases

ROOT = Path(__file__).parents[1]
SEED = ROOT / "content" / "openvz-user-contributions.atom"

# Pieces of pages, chosen so that any order of them is a page that somebody may have written, or broken.
WIKITEXT = [
    "Some words about ''it''.",
    "Then run <tt>make</tt> and see [[Other page]].",
    "== Install ==",
    "=== Step 2: look ===",
    "1. Install it:",
    "2. Edit /etc/foo.conf:",
    "# Start it.",
    "## Look at it.",
    "* one\n* two",
    ": indented",
    "; term : meaning",
    " # ls -l /etc",
    " $ cd /srv && make\n make: done",
    " total 4\n -rw-r--r-- 1 root root 120 Apr 28 2008 foo",
    "<pre>",
    "</pre>",
    "<code>",
    "</code>",
    "<nowiki>",
    "{{Note|Careful.}}",
    "{{Unknown|a=1|b}}",
    "{{",
    "{|\n! a\n| b\n|}",
    "\n[[Category:Howtos]]\n",
    "[[File:a.png|thumb|A picture]]",
    "<syntaxhighlight lang=bash>\napt install foo\n</syntaxhighlight>",
    "----",
    "Reboot the machine.",
    "x=1\ny=2",
    "...",
    "",
]
MARKDOWN = [
    "Some words about *it*.",
    "# Title",
    "## Step 1: install",
    "1. Install it:",
    "2. Look at it:",
    "- one\n- two",
    "```console\n$ ls -l\ntotal 0\n```",
    "```",
    "    make install",
    "    $ make\n    done",
    "> quoted",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "<div>raw</div>",
    "[a link](http://example.com/) and `code`",
    "---",
    "Reboot the machine.",
    "",
]


def pages(markup: Markup, pieces: list[str]) -> st.SearchStrategy[Page]:
    lines = st.lists(
        st.sampled_from(pieces) | st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\r"), max_size=30),
        max_size=12,
    )
    return lines.map(lambda some: Page(title="Any page", text="\n".join(some), markup=markup))


ANY_PAGE = pages("wikitext", WIKITEXT) | pages("markdown", MARKDOWN)


def runbook_of(page: Page) -> Runbook:
    return next(extract_many([page]))


@cache
def examples() -> list[tuple[Page, Runbook]]:
    """The seed's pages and those of all spec cases, extracted together."""
    some = list(sources.read(SEED))
    markups: tuple[Markup, ...] = ("wikitext", "markdown")
    for path in spec_cases.files():
        for case in spec_cases.read(path):
            some += [Page(title="Case", text=case.blocks[0].text, markup=kind) for kind in markups if case.blocks[0].info == kind]
    return list(zip(some, extract_many(some), strict=True))


@cache
def validator() -> Any:
    return jsonschema.Draft202012Validator(json.loads((ROOT / "docs/reference/runbook.schema.json").read_text()))


def nodes(runbook: Runbook) -> Iterator[Node]:
    return walk((*runbook.preamble, *runbook.steps, *runbook.closing))


_NO_WORDS = re.compile(r"^\s*`{3}.*|\[\[Category:[^\[\]]*\]\]|__[A-Z]+__|<[^<>]*>|\{\||\|\}|\W")
_TAG_OVER_LINES = re.compile(r"</?[A-Za-z][^<>]*>")
_CALL_OPENED = re.compile(r"\s*\{\{[^{}]*=\s*")
_OTHER_FENCE = re.compile(
    r"\s*(?:'''[a-z]*|\[/?code[^\[\]]*\]|\{code[^{}]*\}|\{noformat\}|\{% (?:end)?highlight[^%]*%\})\s*", re.IGNORECASE
)
"""What other markups have above and below code, as it may stand in Markdown."""
_FOREIGN_FENCE = re.compile(r"\[/?code(?:=\w+)?\]|\{\{\{#!.*")
"""The same in wikitext."""
_RETURNED_PROMPT = re.compile(r"\s*\S+[#$>]\s*")


def uncovered(page: Page, runbook: Runbook) -> list[tuple[int, str]]:
    """The lines with words in them that no node, no diagnostic and nothing unseen (a comment, a category) covers; a prompt that came
    back is left out too. A step covers by itself only what stands before its body."""
    covered: set[int] = set()
    for node in nodes(runbook):
        last = node.lines[1]
        if isinstance(node, Step) and node.body:
            last = max(node.lines[0], node.body[0].lines[0] - 1)
        if isinstance(node, Command) and node.expected:
            last = max(last, node.expected.lines[1])
        covered.update(range(node.lines[0], last + 1))
    unseen = [block for block in parse(page, reading="author").blocks if isinstance(block, Hidden)]
    for place in [found.lines for found in runbook.diagnostics if found.lines] + [block.lines for block in unseen]:
        covered.update(range(place[0], place[1] + 1))
    shown = _TAG_OVER_LINES.sub(lambda tag: "\n" * tag[0].count("\n"), page.text)
    lines = enumerate(shown.split("\n"), 1)
    told = [(number, line) for number, line in lines if number not in covered and _NO_WORDS.sub("", line)]
    # A line that only opens a template's call is markup, like the fence above a block.
    markup = (_RETURNED_PROMPT, _CALL_OPENED, _OTHER_FENCE if page.markup == "markdown" else _FOREIGN_FENCE)
    return [(number, line) for number, line in told if not any(form.fullmatch(line) for form in markup)]


def check_all(page: Page, runbook: Runbook) -> None:
    text = to_json(runbook)
    assert runbook_from_json(text) == runbook
    assert to_json(runbook_from_json(text)) == text
    validator().validate(json.loads(text))
    assert not uncovered(page, runbook)
    last = page.text.count("\n") + 1
    for node in nodes(runbook):
        assert 1 <= node.lines[0] <= node.lines[1] <= last
    ids = [node.id for node in nodes(runbook) if isinstance(node, Step)]
    assert len(set(ids)) == len(ids)
    assert compare([runbook], [runbook]).pages == ()


def test_the_examples_keep_every_promise() -> None:
    for page, runbook in examples():
        check_all(page, runbook)


@settings(max_examples=60, derandomize=True)
@given(ANY_PAGE)
def test_any_page_keeps_every_promise(page: Page) -> None:
    check_all(page, runbook_of(page))


@pytest.mark.parametrize(
    ("markup", "text"),
    [
        ("wikitext", "One.\n<!-- not seen -->\nTwo."),
        ("wikitext", "One.\n[[Category:A]]\nTwo."),
        ("wikitext", "{|\nSome ''it''.\n<code>"),
        ("wikitext", "<pre>\n__NOTOC__\n''it''."),
        ("markdown", "> quoted\n`\nSome words.\nand `code`"),
        ("markdown", "Run `sudo apt\ninstall\nlampd` now."),
    ],
)
def test_what_is_unseen_inside_a_paragraph_keeps_its_line(markup: Markup, text: str) -> None:
    page = Page(title="Any page", text=text, markup=markup)
    check_all(page, runbook_of(page))


@settings(max_examples=20, derandomize=True)
@given(st.lists(ANY_PAGE, min_size=2, max_size=4))
def test_pages_extracted_together_are_those_extracted_alone(some: list[Page]) -> None:
    assert list(extract_many(some)) == [runbook_of(page) for page in some]


@settings(max_examples=40, derandomize=True)
@given(ANY_PAGE, ANY_PAGE)
def test_drift_never_fails_and_is_seen_from_both_sides(a: Page, b: Page) -> None:
    old, new = extract_many([a, b])
    there, back = compare([old], [new]), compare([new], [old])
    assert bool(there.pages) == bool(back.pages)
    assert printable(to_json(there)) is not None


def test_the_schema_refuses_another_format() -> None:
    good = json.loads(to_json(runbook_of(Page(title="a", text="1. Look:\n\n # ls\n"))))
    validator().validate(good)
    with pytest.raises(jsonschema.ValidationError):
        validator().validate({**good, "format": 2})
