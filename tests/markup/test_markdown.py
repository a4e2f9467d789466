"""Markdown into the tree of blocks: kinds, lines, places, and text that tries to hurt."""

from __future__ import annotations

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from runbook.inlines import plain
from runbook.line_index import LineIndex
from runbook.markup import parse
from runbook.markup.outline import outline
from runbook.model import (
    Container,
    Document,
    Heading,
    Hidden,
    Image,
    Link,
    ListBlock,
    Page,
    Paragraph,
    Preformatted,
    Row,
    Styled,
    Table,
    Text,
    to_json,
)
from runbook.sources import read_bytes


def read(text: str) -> Document:
    return parse(Page("T", text, "markdown"), reading="author")


def only(text: str) -> object:
    (block,) = read(text).blocks
    return block


def uncovered(document: Document) -> list[int]:
    seen = {n for block in document.blocks for n in range(block.lines[0], block.lines[1] + 1)}
    return [n for n, line in enumerate(document.page.text.split("\n"), 1) if line.strip() and n not in seen]


@pytest.mark.parametrize(("text", "level", "lines"), [("## Set up ##\n", 2, (1, 1)), ("Set up\n======\n", 1, (1, 2))])
def test_headings(text: str, level: int, lines: tuple[int, int]) -> None:
    block = only(text)
    assert isinstance(block, Heading)
    assert (block.level, plain(block.children), block.lines) == (level, "Set up", lines)


def test_fence_has_language_info_and_numbered_rows() -> None:
    block = only('\n~~~INI title="/etc/app.ini" {.numbers}\na = 1\n\n  b = 2\n~~~\n')
    assert block == Preformatted(
        "fence", (Row(3, "a = 1"), Row(4, ""), Row(5, "  b = 2")), (2, 6), "ini", 'title="/etc/app.ini" {.numbers}'
    )


def test_indented_code_loses_four_columns() -> None:
    block = only("    make\n    \tinstall\n")
    assert block == Preformatted("indented", (Row(1, "make"), Row(2, "\tinstall")), (1, 2))


def test_list_keeps_numbers_blocks_and_nesting() -> None:
    block = only("4. Open\n\n   ```sh\n   ls\n   ```\n5. Close\n   - one\n")
    assert isinstance(block, ListBlock)
    assert [item.number for item in block.items] == [4, 5]
    code, inner = block.items[0].blocks[1], block.items[1].blocks[1]
    assert isinstance(code, Preformatted)
    assert code.rows == (Row(4, "ls"),)
    assert isinstance(inner, ListBlock)
    assert inner.lines == (7, 7)


def test_table_rows_are_lines() -> None:
    block = only("| Name | Say |\n|---|---|\n| `a` | b \\| `c` |\n| d | e |\n")
    assert isinstance(block, Table)
    assert [row.lines for row in block.rows] == [(1, 1), (3, 3), (4, 4)]
    assert [cell.header for cell in block.rows[0].cells] == [True, True]
    (text,) = block.rows[1].cells[1].blocks
    assert isinstance(text, Paragraph)
    assert plain(text.children) == "b | c"


@pytest.mark.parametrize(
    ("text", "name", "title"),
    [
        ('!!! warning "Take care"\n    Stop.\n', "warning", "Take care"),
        ("??? tip\n    Stop.\n", "tip", ""),
        ('=== "Debian"\n\n    Stop.\n', "tab", "Debian"),
        ("> [!NOTE]\n> Stop.\n", "note", ""),
        ("> Stop.\n", "blockquote", ""),
        ("<details>\n<summary>More</summary>\n\nStop.\n\n</details>\n", "details", "More"),
    ],
)
def test_containers(text: str, name: str, title: str) -> None:
    block = only(text)
    assert isinstance(block, Container)
    assert (block.name, block.title) == (name, title)
    (inner,) = block.blocks
    assert isinstance(inner, Paragraph)
    assert plain(inner.children) == "Stop."
    assert block.lines == (1, len(text.rstrip().split("\n")))


def test_hidden_parts() -> None:
    assert read("---\nowner: me\n---\n\nText\n<!-- x -->\n").blocks[0] == Hidden("front-matter", "owner: me", (1, 3))
    assert only("<!-- runbook: skip -->\n") == Hidden("comment", "runbook: skip", (1, 1))


def test_inline_nodes() -> None:
    block = only("See [a](b%20c.md#d), [w](https://e.example/x), [[Page]], [[t|Other]], ![p](q.png) and **b** `c` <kbd>k</kbd>\n")
    assert isinstance(block, Paragraph)
    links = [(node.target, node.kind) for node in block.children if isinstance(node, Link)]
    assert links == [("b c.md#d", "page"), ("https://e.example/x", "external"), ("Page", "page"), ("Other", "page")]
    assert [node.target for node in block.children if isinstance(node, Image)] == ["q.png"]
    assert [node.style for node in block.children if isinstance(node, Styled)] == ["bold", "code", "kbd"]


def test_places_are_exact_for_code_and_lines() -> None:
    text = "> - run `make  x` \\*\n>   then `` a`b `` &amp;\n>   and `c`\n\n1. run:\n\tthen `d`\n"
    index = LineIndex(text)
    found: list[tuple[str, int]] = []

    def collect(nodes: tuple[object, ...]) -> None:
        for node in nodes:
            if isinstance(node, Styled):
                inner = node.children[0]
                assert isinstance(inner, Text)
                assert text[inner.at[0] : inner.at[1]] == inner.text
                found.append((inner.text, index.line(node.at[0])))
            for field in ("blocks", "items", "children"):
                collect(getattr(node, field, ()))

    collect(read(text).blocks)
    assert found == [("make  x", 1), ("a`b", 2), ("c", 3), ("d", 6)]


def test_numbers_set_in_belong_to_the_item_before() -> None:
    text = "1. Open\n2. Do:\n  1. a\n    1. b\n  2. c\n3. Close\n"
    block = only(text)
    assert isinstance(block, ListBlock)
    assert [(item.number, item.lines) for item in block.items] == [(1, (1, 1)), (2, (2, 5)), (3, (6, 6))]
    inner = block.items[1].blocks[1]
    assert isinstance(inner, ListBlock)
    assert [(item.number, item.lines) for item in inner.items] == [(1, (3, 4)), (2, (5, 5))]
    (shown,) = parse(Page("T", text, "markdown")).blocks
    assert isinstance(shown, ListBlock)
    assert [item.number for item in shown.items] == [1, 2, 1, 2, 3]


def test_raw_html_is_text_and_scripts_are_no_links() -> None:
    assert plain(only("<script>alert(1)</script>\n").children) == "<script>alert(1)</script>"  # type: ignore[attr-defined]
    assert plain(only("Give <name> here\n").children) == "Give <name> here"  # type: ignore[attr-defined]
    block = only('<a href="javascript:x">a</a> [b](javascript:x)\n')
    assert not any(isinstance(node, Link) for node in block.children)  # type: ignore[attr-defined]


def test_html_pre_is_code() -> None:
    assert only("<pre><code>a &lt;b&gt;\n\nc</code></pre>\n") == Preformatted(
        "pre", (Row(1, "a <b>"), Row(2, ""), Row(3, "c")), (1, 3)
    )


PIECES = [
    "[", "](", "![", "*", "**", "`", "``", "<", ">", "<!--", "-->", "> ", "- ", "1. ", "    ", "|", "a|b\n-|-\n", "!!! x\n", '=== "t"\n',
    "[[", "]]", "\\", "&amp;", "~~", "<details>\n", "</details>\n", "<pre>", "</pre>", "<summary>", "```\n", "\t", "\n: ", ":   ", "[^a]", "[^a]: ", "<table>", "<tr>", "<td>", "</td>", "</table>", "<dl>", "<dd>", "<dt>", "</dl>", "<ol>", "<li>", "</li>", "</ol>", "\r", "\r\n", "\n", "\n\n",
    "[a]: b\n", "<b>", "</b>", "=\n", "---\n", "#", "\0", "\x0b", "a", " ",
]  # fmt: skip


@given(st.lists(st.sampled_from(PIECES), max_size=40).map("".join))
def test_any_text_is_read_and_covered(text: str) -> None:
    document = read(text)
    to_json(document)
    assert uncovered(document) == []
    last = text.count("\n") + 1
    assert all(1 <= block.lines[0] <= block.lines[1] <= last for block in document.blocks)


@pytest.mark.parametrize(
    "piece",
    [
        "> ",
        "- ",
        "> - ",
        "1. ",
        "![",
        "[[",
        "<details>\n\n",
        "**a ",
        "!!! a\n    ",
        ":   ",
        "a\n: ",
        "[^a]: ",
        "<table><td>",
        "<dl>\n<dd>\n\n",
        "<ol>\n<li>\n\n",
    ],
)
def test_deep_nesting_neither_raises_nor_loses_text(piece: str) -> None:
    document = read(piece * 2000 + "END\n")
    assert b"END" in msgspec.json.encode(document.blocks)
    assert uncovered(document) == []


def test_definition_lists_tables_and_footnotes() -> None:
    text = (
        "Port\nAddress\n:   Where it *listens*.\n\n    - one\n\n:   Or here\n\nNext\n\n: last[^1]\n\nEnd\n\n"
        '<table markdown="block">\n<tr><td colspan="2" markdown="block">\n\n- **a**\n\n</td><th>x <b>y</b></th></tr>\n</table>\n\n'
        "[^1]: Said\n  elsewhere\n"
    )
    assert outline(read(text)).split("\n") == [
        "1-11 dl",
        "  1 dt",
        "    1 text Port",
        "  2 dt",
        "    2 text Address",
        "  3-5 dd",
        "    3 p Where it (italic listens).",
        "    5 ul",
        "      5 li",
        "        5 text one",
        "  7 dd",
        "    7 p Or here",
        "  9 dt",
        "    9 text Next",
        "  11 dd",
        "    11 p last(note Said\\nelsewhere)",
        "13 p End",
        "15-21 table",
        "  16-20 tr",
        "    16-20 td 2x1",
        "      18 ul",
        "        18 li",
        "          18 text (bold a)",
        "    20 th",
        "      20 p x (bold y)",
        "23-24 hidden footnote '1'",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "<td>a</td></table>b</dl>",
        "<table>a<tr>b<td>c<table>d<td>e",
        "<dl>a<dd>b<dt>c",
        "<ol>a<li>b</ol>c<li>d</li></ul>",
        "<table><caption>a</caption></table>b",
    ],
)
def test_html_out_of_place_loses_no_text(text: str) -> None:
    shown = re.findall(r"text (.)$|p (.)$", outline(read(text + "\n")), re.MULTILINE)
    assert sorted("".join(map("".join, shown))) == sorted(re.sub(r"<[^>]*>", "", text))


def test_a_picture_has_its_words_without_markup() -> None:
    block = only("![a *b* \\*](c.png)\n")
    assert isinstance(block, Paragraph)
    assert block.children == (Image("c.png", "a b *", (0, 18)),)


def test_front_matter_names_title_and_categories() -> None:
    page = next(read_bytes(b'---\ntitle: "A: b"\ncategories: [x]\ntags: [y]\n---\n\nText\n', "a.md"))
    assert page.title == "A: b"
    assert parse(page).categories == ("x", "y")


@pytest.mark.parametrize("front", ["a: &x [*x]", "- a", "a: [", "a: !!python/object:os.system {}", "{" * 3000, "? {a: 1}\n: 2"])
def test_front_matter_that_says_nothing_is_left_alone(front: str) -> None:
    page = next(read_bytes(f"---\n{front}\n---\nText\n".encode(), "Some_page.md"))
    assert page.title == "Some page"
    assert parse(page).categories == ()
    assert [type(block) for block in parse(page).blocks] == [Hidden, Paragraph]
