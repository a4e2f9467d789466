"""render.html: what a page's blocks become, and what never gets through."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runbook.model import (
    Break,
    Cell,
    Container,
    Footnote,
    Heading,
    Image,
    Inline,
    Item,
    Link,
    ListBlock,
    Meaning,
    Preformatted,
    Prose,
    Row,
    Styled,
    Table,
    TableRow,
    Template,
    Text,
)
from runbook.render import html

from render.site_samples import PAYLOADS, L, hostile, paragraph, prose

VOID = {"br", "hr", "img", "input", "link", "meta"}
ALLOWED = {
    "a", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del", "details", "div", "dl", "dt",
    "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "ins", "kbd", "li",
    "mark", "ol", "p", "pre", "q", "s", "samp", "section", "small", "span", "strong", "sub",
    "sup", "table", "tbody", "td", "th", "thead", "time", "tr", "u", "ul", "var", "bdi", "summary",
}  # fmt: skip


class Seen(HTMLParser):
    """What an HTML parser finds: elements, attributes, and whether all are closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: list[tuple[str, str]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes += [(name, value or "") for name, value in attrs]
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data}")


def assert_harmless(text: str) -> Seen:
    seen = Seen(text)
    assert seen.tags <= ALLOWED
    for name, value in seen.attributes:
        assert not name.startswith("on")
        assert name not in ("style", "src", "srcdoc")
        if name == "href":
            assert value.startswith(("http://", "https://", "ftp://", "mailto:", "#", "../")) or value.endswith("/"), value
    assert not any(ord(c) < 32 and c not in "\n\t" for c in text)
    return seen


def resolve(target: str) -> str | None:
    return {"Here": "../here/"}.get(target)


def one(*children: Inline) -> str:
    return str(html.blocks([paragraph(*children)], resolve))


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_text_stays_text(payload: str) -> None:
    nodes = [block for node in hostile(payload).preamble if isinstance(node, Prose) for block in node.blocks]
    seen = assert_harmless(str(html.blocks(nodes, lambda _: None)))
    assert html.visible(payload).strip() in seen.text


@given(st.text(max_size=40))
def test_any_text_is_read_back(text: str) -> None:
    seen = assert_harmless(one(Text(f"({text})"), Styled("code", (Text(text),))))
    assert seen.text == html.visible(f"({text}){text}")


@pytest.mark.parametrize(
    ("address", "href"),
    [
        ("https://example.org/a?b=c&d#e", "https://example.org/a?b=c&d#e"),
        ("//example.org/", "https://example.org/"),
        ("ftp://example.org/x", "ftp://example.org/x"),
        ("mailto:a@example.org", "mailto:a@example.org"),
        ("https://example.org/[x]|y%zz%41", "https://example.org/%5Bx%5D%7Cy%25zz%41"),
        ("javascript:alert(1)", None),
        ("JavaScript:alert(1)", None),
        (" javascript:alert(1)", None),
        ("java\nscript:alert(1)", None),
        ("data:text/html,x", None),
        ("vbscript:x", None),
        ("file:///etc/passwd", None),
        ("https://", None),
        ("https://exa mple.org", None),
        ("https://example.org/\x00", None),
        ("", None),
    ],
)
def test_only_some_addresses_are_links(address: str, href: str | None) -> None:
    assert html.external(address) == href
    seen = Seen(one(Link(address, (Text("words"),), "external")))
    assert dict(seen.attributes).get("href") == href
    assert seen.text == "words"


def test_wiki_links_go_where_the_resolver_says() -> None:
    assert one(Link("Here", (Text("x"),))) == '<p><a href="../here/">x</a></p>'
    assert one(Link("Nowhere", (Text("x"),))) == "<p>x</p>"


def test_nobody_sees_a_link_without_words() -> None:
    assert one(Link("Here", ()), Link("https://example.org/", ()), Text("x")) == "<p>x</p>"


def test_no_link_stands_in_a_link() -> None:
    inner = Link("Here", (Text("b"),))
    assert one(Link("Here", (Text("a"), inner, Image("P.png", "picture")))).count("<a ") == 1


def test_a_picture_is_a_link_and_is_not_loaded() -> None:
    made = one(Image("https://example.org/p.png", "a picture"))
    assert "<img" not in made
    assert 'href="https://example.org/p.png"' in made
    assert "a picture" in made


def test_inline_nodes() -> None:
    made = one(
        Styled("bold", (Text("b"),)), Break(), Styled("tt", (Text("t"),)), Styled("blink", (Text("x"),)), Footnote((Text("f"),))
    )
    assert made == '<p><strong>b</strong><br><code>t</code><span>x</span><small class="rb-footnote">f</small></p>'


def test_templates() -> None:
    unknown = Template("Foo", (), L, (0, 0))
    assert "{{Foo}}" in one(unknown)
    assert one(Template("Foo", (), L, (0, 0), Meaning("hidden"))) == ""
    assert "<div" in str(html.blocks([Template("Foo", (), L, (0, 0), Meaning("notice", notice="warning"))], resolve))


def test_code_keeps_its_lines() -> None:
    pre = Preformatted("pre", (Row(1, ""), Row(2, "  a\tb"), Row(3, "</pre>")), L)
    assert Seen(str(html.blocks([pre], resolve))).text == "\n\n  a\tb\n</pre>"


def test_lists_are_what_html_wants() -> None:
    tight = ListBlock("ol", (Item("li", (paragraph("one"),), L, 3), Item("li", (paragraph("two"), paragraph("more")), L)), L)
    assert str(html.blocks([tight], resolve)) == '<ol><li value="3">one</li><li><p>two</p>\n<p>more</p></li></ol>'
    dd = Item("dd", (paragraph("d"),), L)
    dt = Item("dt", (paragraph("t"),), L)
    assert str(html.blocks([ListBlock("dl", (dd,), L)], resolve)) == '<div class="rb-indent">d</div>'
    assert (
        str(html.blocks([ListBlock("dl", (dt, dd, dt), L)], resolve)) == "<dl><dt>t</dt><dd>d</dd></dl><p><strong>t</strong></p>"
    )


def cell(text: str, colspan: int = 1, rowspan: int = 1, *, header: bool = False) -> Cell:
    return Cell(header, (paragraph(text),) if text else (), L, colspan, rowspan)


def rendered(*rows: tuple[Cell, ...]) -> str:
    return str(html.blocks([Table(tuple(TableRow(row, L) for row in rows), L)], resolve))


def test_spans_that_html_allows_stay() -> None:
    made = rendered((cell("a", rowspan=2), cell("b"), cell("c")), (cell("d", colspan=2),))
    assert '<td rowspan="2">a</td>' in made
    assert '<td colspan="2">d</td>' in made


def test_spans_that_html_forbids_go() -> None:
    assert "span=" not in rendered((cell("a", 900, 900),))
    assert "span=" not in rendered((cell("a", 3),), (cell("b", 3),), ())
    overlapping = rendered((cell("a"), cell("b", rowspan=2)), (cell("c", colspan=2),))
    assert 'colspan="2"' not in overlapping


def test_empty_headers_are_cells() -> None:
    assert "<th" not in rendered((cell("", header=True),))
    assert "<th>x</th>" in rendered((cell("x", header=True),))


def test_headings_begin_where_they_are_told() -> None:
    assert str(html.blocks([Heading(1, (Text("x"),), L)], resolve, level=4)) == "<h4>x</h4>"


def test_deep_nesting_ends() -> None:
    blocks: tuple[Container, ...] = (Container("div", (), L),)
    inline: Inline = Text("end")
    for _ in range(5000):
        blocks = (Container("div", blocks, L),)  # type: ignore[arg-type]
    for _ in range(60):
        inline = Styled("bold", (inline,))
    assert len(str(html.blocks(blocks, resolve))) < 2000
    assert "end" in one(inline)


def test_what_reorders_text_is_shown() -> None:
    assert one(Text("ls\u202e-rf\x1b[0m\x00")) == "<p>ls[U+202E]-rf␛[0m␀</p>"


def test_prose_of_the_samples_is_harmless() -> None:
    assert_harmless(str(html.blocks(prose("a").blocks, resolve)))
