"""The wikitext parser: what its author's reading adds, places in the source, and that no page can hurt it."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from runbook import markup
from runbook.model import Document, ListBlock, Page, Preformatted, Row, Styled, Template, Text

PIECES = [
    "{{a|", "}}", "[[", "]]", "|", "=", "<code>", "</code>", "<pre>", "</pre>", "\n", "\n\n", "# ", "* ", ": ", ";", "''", "'''", "<!--", "-->", "{|",
    "|}", "|-", "! ", "<b>", "</b>", "<div>", "</div>", "<li>", " x", "\t", "&lt;", "http://a.b", "== h ==", "<nowiki>", "</nowiki>", "\U000f0000",
    "[[Category:a]]", "__NOTOC__", "<td>", "\r\n", "```\n", "<ref>", "{{!}}", "<br>", "text",
]  # fmt: skip


def author(text: str, **more: Any) -> Document:
    return markup.parse(Page("Case", text), reading="author", **more)


def covered(document: Document) -> set[int]:
    return {n for block in document.blocks for n in range(block.lines[0], block.lines[1] + 1)}


def test_a_code_element_over_lines_is_a_block_with_exact_rows() -> None:
    (block,) = author("<code>\n# cd /vz\n\n  CFLAGS: '' &lt;x&gt;<br>\n</code>\n").blocks
    assert isinstance(block, Preformatted)
    assert block.rows == (Row(2, "# cd /vz"), Row(3, ""), Row(4, "  CFLAGS: '' <x>"))
    assert block.lines == (1, 5)


def test_lines_that_begin_with_a_tab_are_code_to_their_author() -> None:
    (block,) = author("\tls\n\tpwd\n").blocks
    assert block == Preformatted("indented", (Row(1, "ls"), Row(2, "pwd")), (1, 2))


def test_a_pre_that_starts_in_an_item_belongs_to_it() -> None:
    (block,) = author("# one <pre>\nls\n</pre>\n# two\n").blocks
    assert isinstance(block, ListBlock)
    assert [type(part) for part in block.items[0].blocks][1:] == [Preformatted]
    assert len(block.items) == 2


def test_inline_places_are_exact() -> None:
    text = "Run <!-- c --> <code>ls -l</code> now\n"
    (block,) = author(text).blocks
    (code,) = [node for node in block.children if isinstance(node, Styled)]  # type: ignore[union-attr]
    assert text[slice(*code.at)] == "<code>ls -l</code>"
    (inner,) = code.children
    assert isinstance(inner, Text)
    assert text[slice(*inner.at)] == "ls -l"


@pytest.mark.parametrize(
    ("call", "name", "value"),
    [
        ("{{CodeSelect|code=ls | wc}}", "code", "ls | wc"),
        ("{{bc|FOO=1 make}}", "1", "FOO=1 make"),
        ("{{hc|a|b | c}}", "2", "b | c"),
    ],
)
def test_split_code_arguments_are_mended(call: str, name: str, value: str) -> None:
    (block,) = author(call).blocks
    assert isinstance(block, Template)
    assert {argument.name: argument.rows[0].text for argument in block.arguments}[name] == value


def test_definitions_are_expanded_and_unknown_calls_stay_with_a_diagnostic() -> None:
    document = author("{{Foo|a}} {{Bar}}\n", definitions={"Foo": "<noinclude>doc</noinclude>{{{1}}}-{{{2|d}}}"})
    (block,) = document.blocks
    assert "".join(node.text for node in block.children if isinstance(node, Text)) == "a-d "  # type: ignore[union-attr]
    assert [found.code for found in document.diagnostics] == ["unknown-template"]


def test_a_template_that_calls_itself_ends() -> None:
    assert "template-loop" in {d.code for d in author("{{A}}", definitions={"A": "{{A}}{{A}}"}).diagnostics}


@pytest.mark.parametrize(
    "unit", ["{{a|", "<!--<i>", "[[a|<!--", "<pre>", "<code>", "<b>\n\na", "*", "{|\n|", "'''''", "<div><p>", "{{Box|text="]
)
def test_known_hostile_pages_are_read(unit: str) -> None:
    text = unit * (8192 // len(unit))
    for reading in ("author", "mediawiki"):
        assert markup.parse(Page("Case", text), reading=reading).blocks  # type: ignore[arg-type]


SHOWN = [piece for piece in PIECES if piece not in {"<!--", "{|", "|-", "|", "! ", "http://a.b"}]
"""The pieces after which a word is neither a comment, an attribute, nor a part of an address."""


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(SHOWN), max_size=30))
def test_no_word_is_lost(pieces: list[str]) -> None:
    text = "".join(f"{piece} w{n}q " for n, piece in enumerate(pieces))
    for reading in ("author", "mediawiki"):
        kept = msgspec.json.encode(markup.parse(Page("Case", text), reading=reading).blocks)  # type: ignore[arg-type]
        assert [n for n in range(len(pieces)) if f"w{n}q".encode() not in kept] == []


@settings(max_examples=300, deadline=None)
@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_page_is_read_and_every_line_covered(text: str) -> None:
    for reading in ("author", "mediawiki"):
        document = markup.parse(Page("Case", text), reading=reading)  # type: ignore[arg-type]
        wanted = {n for n, line in enumerate(text.split("\n"), 1) if line.strip()}
        assert wanted <= covered(document)
