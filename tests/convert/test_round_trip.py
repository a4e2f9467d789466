"""Pages as Markdown and back: the same words, the same runbook, the same bytes the second time."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path

import pytest
from runbook import frontmatter, sources
from runbook.convert import Converted, Names, Pictures, convert, same
from runbook.extract.pages import structure
from runbook.extract.units import parted
from runbook.markup import parse
from runbook.model import Block, Hidden, Markup, Page, Paragraph, Template

import spec_cases

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT), str(ROOT / "tests" / "oracle")]

import generate  # noqa: E402

from bench import pages as bench_pages  # noqa: E402

# Where the page's Markdown is taken for other steps, with the reason.
OTHERWISE = {
    "outputs-unmarked: a template that shows output without a command": "the Markdown says that all of them are outputs; the words around tell more",
    "files-prose: a file named by a template nobody told us of": "a template that nobody knows names a step in braces",
    "outputs-machine: a value below a command, where the wiki makes a list of it": "a line right below an item is a paragraph of its own in Markdown",
    "wikitext-code: highlight as a block in a line": "three blocks share a line; in Markdown each has its own",
    "wikitext-html: blockquote in a line": "three blocks share a line; in Markdown each has its own",
    "hybrids: notices made by templates, alone and before words": "a step's only words are a notice; in Markdown that has a block of its own",
    "steps-marked: templates that are steps": "a file's title, which only the template has, names the step",
    "templates-shown: lines for files behind a word alone, and commands that a sentence names": "a template's settings are a block like any other in Markdown",
    "from-other-wikis: root's prompt at the beginning of lines": "the Markdown has the list that the wiki makes of prompts",
    "outputs-in-prose: set in by a colon": "lines that a colon sets in are paragraphs of their own in Markdown",
    "shared-notes: A client's prompt behind root's sign": "the Markdown has the list that the wiki makes of prompts",
    "plain-notes: files whose lines look like what programs print": "what a template shows below a command is an output in Markdown",
    "templates-shown: a template for commands that shows something else": "templates that open a file are only its name in Markdown",
}


def names(*titles: str) -> Names:
    return Names([(title, None) for title in titles], ".md")


def no_pictures() -> Pictures:
    def keep(path: str, data: bytes) -> None:
        raise AssertionError(path)

    return Pictures(None, keep)


@cache
def made(title: str, text: str, markup: Markup) -> Converted:
    return convert(Page(title, text, markup), "markdown", names(title), no_pictures())


def markdown(page: Page) -> str:
    return made(page.title, page.text, page.markup).text


@cache
def cases() -> dict[str, Page]:
    every = [case for path in spec_cases.files() for case in spec_cases.read(path)]
    found = {case.id: Page(case.id, case.blocks[0].text) for case in every if case.blocks[0].info == "wikitext"}
    assert len(found) > 300
    seed = sources.read(ROOT / "content" / "openvz-user-contributions.atom")
    return found | {page.title: page for page in seed} | {f"made {n}": Page(f"made {n}", bench_pages.page(n)) for n in range(3)}


# Pages of Markdown, each with what the wiki's pages don't have.
OF_MARKDOWN = {
    "links without words": "[](#top)\n\n[](index.html)updated: today[](next.html)\n\n# Loom\n\nSee [](#a) [the mill](mill.md).\n\n"
    "| | |\n|--|--|\n| [](#wool) | The wool |\n\n- **[](#b)**\n- [](#c) `loomctl status`\n",
    "code and tags over several lines": "Run the mill again, and `loomctl\npurge` will remove all the wool, too (see <a\n"
    'href="https://e.example/"\ntarget="_blank">its page</a>). It ends with `two\nlines`.\n',
    "code with its operands beside it": "Take it out (with `loomctl user -d `*`user`*) and put it in (with `loomctl user -e`  *`user`*).\n\n"
    "Or run `loomctl list `*`user`*.\n",
    "numbers set in by two": "1. Clean it\n2. Run these:\n  1. `loomctl stop`\n     (it asks)\n  2. `loomctl start`\n3. Look at it.\n",
    "a rule before all words": "\n---\n\nThe mill.\n\n---\n\nRun `loomctl status`.\n",
    "output below a break": "Look at it:\n\n$ loomctl status\\\nrunning with care\n",
    "stars in an address": "See [the looms](https://e.example/*wool*/looms_(old)) or <https://e.example/*wool*>.\n",
}


TOLD_APART = """== Status ==
<pre>
$ loomctl status
# On the warp
#   (use "loomctl weave" to go on)
#
#       wool:   one
$ loomctl log
# and now send it
$ loomctl send
</pre>

; warp
: the warp
"""
"""The language by which a block of code is called makes it something else, so that it and what stands around it are told apart."""


def of_markdown() -> list[Page]:
    return [Page(name, text, "markdown") for name, text in OF_MARKDOWN.items()]


def generated() -> list[Page]:
    return [Page(f"generated {seed}", generate.page(seed)) for seed in range(60)]


def test_the_runbook_is_the_same() -> None:
    other = []
    for name, page in cases().items():
        if parse(page).redirect is not None:  # says where it leads, which the wiki does by itself
            continue
        text = markdown(page)
        back = parse(Page(page.title, text, "markdown"), reading="author")
        if same.essence(structure(back)) != same.essence(structure(parse(page, reading="author"))):
            other.append(name)
        told = any(found.code == "read-differently" for found in made(page.title, page.text, page.markup).diagnostics)
        assert told == (name in other), name
    assert set(other) <= OTHERWISE.keys()


def test_so_is_that_of_pages_of_markdown() -> None:
    for page in of_markdown():
        back = parse(Page(page.title, markdown(page), "markdown"), reading="author")
        assert same.essence(structure(back)) == same.essence(structure(parse(page, reading="author"))), page.title
        assert not made(page.title, page.text, page.markup).diagnostics, page.title


def said(blocks: tuple[Block, ...]) -> list[Block]:
    """The blocks but for templates, which show what they mean and not how they are called."""
    parts = (part for block in blocks for part in (parted(block) if isinstance(block, Paragraph) else (block,)))
    return [part for part in parts if not isinstance(part, Template)]


def test_every_page_keeps_its_words_in_their_order() -> None:
    for page in [*cases().values(), *generated()]:
        ours, back = (parse(each, reading="author") for each in (page, Page(page.title, markdown(page), "markdown")))
        following = iter(same.words(back.blocks))
        lost = [word for word in same.words(said(ours.blocks)) if word not in following]
        assert not lost, (page.title, lost)


def test_a_second_time_gives_the_same_bytes() -> None:
    for page in (*cases().values(), *of_markdown(), Page("Told apart", TOLD_APART)):
        text = markdown(page)
        assert markdown(Page(page.title, text, "markdown")) == text, page.title


def test_what_need_not_be_told_apart_is_written_plainly() -> None:
    text = markdown(Page("Told apart", TOLD_APART))
    assert "<dl" not in text
    assert ":   the warp" in text


def test_comments_that_speak_to_us_are_kept_wherever_they_stand() -> None:
    text = "# Do it:\n<!-- runbook: exit=3 -->\n#: <code>false</code>\n\nRun <tt>ls</tt> <!-- runbook: host=db -->\n\n<!-- runbook: skip -->\n ls\n"
    written = markdown(Page("T", text))
    found = [
        block for block in parse(Page("T", written, "markdown")).blocks if isinstance(block, Hidden) and block.kind == "comment"
    ]
    assert [block.text for block in found] == ["runbook: host=db", "runbook: skip"]
    assert "    <!-- runbook: exit=3 -->" in written


@pytest.mark.parametrize(
    ("wikitext", "written"),
    [
        ("a '''b: '''c", "a **b:** c"),
        ("'''''x'''''", "*__x__*"),
        ("x'''y:'''z", "x<strong>y:</strong>z"),
        ("snake_case a_b * 2 < 3 & [ OK ] 1.5", "snake_case a_b * 2 < 3 & [ OK ] 1.5"),
        ("<your domain> &amp;lt; {{{x}}}", "&lt;your domain> &amp;lt; \\{\\{\\{x}}}"),
        ("2. Edit it", "2\\. Edit it"),
        ("http://e.example/a_b", "<http://e.example/a_b>"),
        ("<code>a`b</code>", "``a`b``"),
        ("one<ref>said</ref>", "one[^1]\n\n[^1]: said"),
        ("; Port : 80\n; Host : h", "Port\n:   80\n\nHost\n:   h"),
        (": indented", "indented"),
        ("* a\n** b\n* c", "- a\n    - b\n- c"),
        ("{{Warning|Do ''not''.}}", "!!! warning\n\n    Do *not*."),
        ("{|\n! a !! b|c\n|-\n| <nowiki>x|y</nowiki> || z\n|}", "| a | c |\n| --- | --- |\n| x\\|y | z |"),
        (" $ ls\n a", "```console\n$ ls\na\n```"),
        ("Edit /etc/hosts:\n<pre>\n::1 a\n</pre>", 'Edit /etc/hosts:\n\n```text title="/etc/hosts"\n::1 a\n```'),
        ("<pre>\n```\n</pre>", "````\n```\n````"),
    ],
)
def test_what_is_written(wikitext: str, written: str) -> None:
    text = markdown(Page("T", wikitext))
    assert text[frontmatter.split(text)[1] :].strip("\n") == written
