"""Pages in other forms: links, pictures, HTML as the wiki shows it, JSON by its schema, text that tries to hurt, whole directories."""

from __future__ import annotations

import json
import re
import sys
from html.parser import HTMLParser
from pathlib import Path

import jsonschema
import pytest
from runbook import frontmatter
from runbook.cli import main
from runbook.convert import Names, Pictures, convert, schema
from runbook.markup import parse
from runbook.model import Container, Page, Template

sys.path[:0] = [str(Path(__file__).parents[1] / "oracle")]

import generate  # noqa: E402
import structure  # noqa: E402


def converted(text: str, form: str, *, title: str = "T", names: Names | None = None, wiki: str | None = None) -> str:
    suffix = {"markdown": ".md", "html": ".html", "json": ".json"}[form]
    page = Page(title, text, wiki=wiki)
    return convert(page, form, names or Names([(title, None)], suffix), Pictures(None, lambda *_: None)).text  # type: ignore[arg-type]


# --- names ------------------------------------------------------------------------------------------------------------


def test_files_have_names_of_their_own_and_subpages_folders() -> None:
    names = Names([("A b", None), ("A-b", None), ("A b/C", None), ("../../etc/passwd", None), ("Index", None)], ".md")
    files = [names.file(title) for title in ("A_b", "a-b", "A b/C", "../../etc/passwd", "Index")]
    assert files[:3] == ["a-b.md", "a-b-2.md", "a-b/c.md"]
    assert not any(part in ("..", "") for file in files for part in file.split("/"))
    assert files[4] != "index.md"


@pytest.mark.parametrize(
    ("target", "page", "address"),
    [
        ("B", "A", "b.md"),
        ("b#Two words", "A", "b.md#two-words"),
        ("A", "Sub/C", "../a.md"),
        ("Sub/C", "A", "sub/c.md"),
        ("#Here it is", "A", "#here-it-is"),
        ("Old", "A", "b.md#part"),
        ("Old#Other", "A", "b.md#other"),
        ("Ring", "A", "ring-2.md"),
        ("Else where#X y", "A", "https://e.example/index.php?title=Else_where#X_y"),
    ],
)
def test_links_between_pages(target: str, page: str, address: str) -> None:
    names = Names([("A", None), ("B", None), ("Sub/C", None), ("Old", "B#Part"), ("Ring", "Ring 2"), ("Ring 2", "Ring")], ".md")
    assert names.link(target, page, "https://e.example/index.php")[0] == address


def test_a_link_that_leads_nowhere_is_known_as_such() -> None:
    assert Names([("A", None)], ".md").link("B", "A", None) == ("b.md", False)


def test_pictures_are_fetched_once_and_kept_under_harmless_names() -> None:
    asked: list[str] = []
    kept: dict[str, bytes] = {}

    def fetch(name: str) -> bytes | None:
        asked.append(name)
        return None if name.startswith("No") else b"bytes"

    pictures = Pictures(fetch, kept.__setitem__)
    found = [pictures.link(name, "sub/c.md", None) for name in ("A b.PNG", "A_b.PNG", "../x/y.sh;rm", "No.png")]
    assert found[0] == found[1] == ("../images/a-b.png", True)
    assert found[3] == ("../images/no.png", False)
    assert len(asked) == 3
    assert all(re.fullmatch(r"images/[\w-]+\.[\w-]+", path) for path in kept)


# --- HTML and JSON ----------------------------------------------------------------------------------------------------


def body(text: str) -> str:
    made = converted(text, "html")
    return made[made.index("</h1>") + 5 : made.rindex("</body>")]


def test_html_has_the_elements_of_the_tree() -> None:
    compared = 0
    for seed in range(200):
        document = parse(Page("T", generate.page(seed)))
        wanted = structure.of_document(document)
        if (
            any(isinstance(block, Template) for block in document.blocks)
            or "{{" in document.page.text
            or "[[File" in document.page.text
        ):
            continue
        compared += 1
        found = structure.of_html(body(document.page.text))
        assert found["structure"] == wanted["structure"], seed
        assert found["pre"] == wanted["pre"], seed
    assert compared > 20


def test_json_holds_to_its_schema_which_is_the_committed_one() -> None:
    committed = json.loads((Path(__file__).parents[2] / "docs/reference/tree.schema.json").read_text())
    assert committed["$defs"].keys() == schema()["$defs"].keys()
    check = jsonschema.Draft202012Validator(committed)
    for seed in range(20):
        data = json.loads(converted(generate.page(seed), "json"))
        check.validate(data)
        assert data["format"] == 1
    with pytest.raises(jsonschema.ValidationError):
        check.validate({**data, "format": 2})


# --- hostile text -----------------------------------------------------------------------------------------------------

HOSTILE = [
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "[javascript:alert(1) x]", "[[javascript:alert(1)|x]]", "<a href='javascript:x'>x</a>",
    "[[File:x.png|alt=\" onerror=\"alert(1)]]", "<!-- --!><script>alert(1)</script> -->", "{{Note|<script>alert(1)</script>}}", "'''<iframe src=x>'''",
    "<pre></pre><script>alert(1)</script>", "{{Tab|title=<svg onload=alert(1)>|text=\n* x\n}}", "{|\n|+ <script>x</script>\n| <script>y</script>\n|}",
    "<syntaxhighlight lang='x\" onload=\"y'>\n```\n<script>\n</syntaxhighlight>", "{{evil|{{7*7}}}} {% raw %} {: onclick=x }", "; <svg/onload=x> : <b onclick=x>y</b>",
    "&lt;script&gt;alert(1)&lt;/script&gt;", "<nowiki><script>alert(1)</script></nowiki>", "<b onmouseover=x>y</b>", "== <script>x</script> {#a onclick=x} ==",
    "<ref><script>x</script></ref>", "<!-- runbook: param A='--><script>x</script>' -->", "[http://e.example/\"onclick=x y]",
]  # fmt: skip
ALLOWED = frozenset(
    "html head meta title body h1 h2 h3 h4 h5 h6 p a b i em strong code kbd samp var u s sub sup small del ins mark q cite br hr ul ol li dl dt dd div "
    "span pre table caption tbody thead tr th td blockquote details summary img".split()
)


class _Elements(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, list[tuple[str, str | None]]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, attrs))


def dangers(html: str) -> list[object]:
    reader = _Elements()
    reader.feed(html)
    reader.close()
    bad: list[object] = []
    for tag, attributes in reader.found:
        wrong = [
            name
            for name, value in attributes
            if name.startswith("on") or (value or "").strip().lower().startswith(("javascript:", "data:"))
        ]
        bad += [tag] if tag not in ALLOWED else []
        bad += wrong
    return bad


@pytest.mark.parametrize("text", HOSTILE)
def test_nothing_that_a_page_says_is_executed(text: str) -> None:
    from markdown import Markdown

    assert dangers(converted(text, "html")) == []
    written = converted(text, "markdown")
    extensions = [
        "admonition",
        "attr_list",
        "def_list",
        "footnotes",
        "md_in_html",
        "tables",
        "pymdownx.superfences",
        "pymdownx.tabbed",
    ]
    shown = Markdown(extensions=extensions, extension_configs={"pymdownx.tabbed": {"alternate_style": True}}).convert(
        written[frontmatter.split(written)[1] :]
    )
    assert [each for each in dangers(shown) if each not in ("input", "label", "section")] == []
    assert "{{" not in re.sub(r"`[^`]*`", "", written)


@pytest.mark.parametrize(
    "title",
    [
        "a: b",
        "---\nx: 1",
        "!!python/object:os.system",
        "'\"",
        "&a *a",
        "- x",
        "{{x}}",
        "<script>x</script>",
        "\u202e\x85",
        "null",
        "2008-04-28",
    ],
)
def test_front_matter_holds_any_title(title: str) -> None:
    written = converted("x", "markdown", title=title)
    source, _ = frontmatter.split(written)
    assert source is not None
    assert frontmatter.plain(str(frontmatter.read(source)["title"])) == title
    assert "<" not in source


# --- the command line -------------------------------------------------------------------------------------------------


def test_a_directory(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pages = tmp_path / "in"
    pages.mkdir()
    (pages / "First page.wiki").write_text("See [[Old#A b]], [[Sub/Page]], [[Nowhere]].\n[[File:Shot.png]]\n")
    (pages / "Old.wiki").write_text("#REDIRECT [[Sub/Page]]\n")
    (pages / "Sub%2FPage.wiki").write_text("[[First page]] {{Hello|you}}\n")
    (pages / "Template:Hello.wiki").write_text("Hello, {{{1}}}!")
    (pages / "Bad.md").write_text("---\n- no mapping\n---\nText\n")
    out = tmp_path / "out"
    assert main(["convert", "--to", "markdown", "-o", str(out), str(pages)]) == 2
    told = capsys.readouterr().err
    assert re.search(r"Bad\.md:1: error: .*front matter.*\[not-converted\]", told)
    assert "3 of 4 pages written" in told
    assert sorted(str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()) == [
        "first-page.md",
        "old.md",
        "sub/page.md",
    ]
    assert "[Old#A b](sub/page.md#a-b), [Sub/Page](sub/page.md), [Nowhere](nowhere.md)" in (out / "first-page.md").read_text()
    assert "[Sub/Page](sub/page.md)" in (out / "old.md").read_text()
    assert "[First page](../first-page.md) Hello, you!" in (out / "sub/page.md").read_text()


def test_several_pages_need_a_directory(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    seed = str(Path(__file__).parents[2] / "content" / "openvz-user-contributions.atom")
    assert main(["convert", "--to", "html", seed]) == 2
    assert "-o DIR" in capsys.readouterr().err
    assert main(["convert", "--to", "html", "--page", "Features", seed, "-o", str(tmp_path / "f.html")]) == 0
    assert "<h2 id=" in (tmp_path / "f.html").read_text()


def test_an_admonition_has_the_words_of_its_title_without_markup() -> None:
    (block,) = parse(Page("T", '!!! note "a \\* &lt;b>"\n    x\n', "markdown")).blocks
    assert isinstance(block, Container)
    assert block.title == "a * <b>"
