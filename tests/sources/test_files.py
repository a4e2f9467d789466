"""Plain files, directories, and standard input."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from runbook import sources
from runbook.extract import extract_many
from runbook.long_lines import KEPT, LONGEST
from runbook.model import Command, SourceError, text_sha1
from runbook.sources import files
from runbook.walking import walk


@pytest.mark.parametrize(
    ("name", "title", "markup"),
    [
        ("How_to.wiki", "How to", "wikitext"),
        ("a.b.mediawiki", "a.b", "wikitext"),
        ("X.MW", "X", "wikitext"),
        ("x.wikitext", "x", "wikitext"),
        ("README.md", "README", "markdown"),
        ("Part%3A_one%2Ftwo.markdown", "Part: one/two", "markdown"),
        ("日本.wiki", "日本", "wikitext"),
    ],
)
def test_title_and_markup_come_from_the_name(tmp_path: Path, name: str, title: str, markup: str) -> None:
    path = tmp_path / name
    path.write_text("#x\n\n", encoding="utf-8")
    [page] = sources.read(path)
    assert (page.title, page.markup, page.text, page.source) == (title, markup, "#x\n\n", str(path))
    assert page.revision.sha1 == text_sha1("#x\n\n")


def test_markup_can_be_said(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("x")
    assert next(sources.read(path, markup="markdown")).markup == "markdown"
    assert next(sources.read_bytes(b"x", "-", markup="markdown")).markup == "markdown"
    assert next(sources.read_bytes(b"<feed>", "-", markup="wikitext")).text == "<feed>"


def test_standard_input_is_told_by_its_content(write: Any) -> None:
    assert next(sources.read_bytes(b"== x ==", "-")).markup == "wikitext"
    feed = write.atom([write.entry("Page", write.source_html("text"))])
    assert next(sources.read_bytes(b"\xef\xbb\xbf" + feed, "-")).text == "text"


def test_marks_and_carriage_returns_are_left_out_and_told() -> None:
    [page] = sources.read_bytes(b"\xef\xbb\xbfa\r\nb\rc\n", "x.wiki")
    assert page.text == "a\nb\nc\n"
    assert [(diagnostic.code, diagnostic.lines) for diagnostic in page.diagnostics] == [
        ("byte-order-mark", (1, 1)),
        ("carriage-returns", (1, 1)),
    ]


def test_directories_are_walked_in_order_without_what_is_no_source(tmp_path: Path, write: Any) -> None:
    inside = tmp_path / "content"
    (inside / "b").mkdir(parents=True)
    (inside / ".git").mkdir()
    outside = tmp_path / "secret.wiki"
    outside.write_text("secret")
    (inside / "link.wiki").symlink_to(outside)
    for name in ("z.wiki", "b/c.md", ".hidden.wiki", ".git/x.wiki", "overrides.toml", "runbook.lock", "picture.png"):
        (inside / name).write_text("text")
    (inside / "a.atom").write_bytes(write.atom([write.entry("Page", write.source_html("text"))]))
    assert [page.title for page in sources.read_directory(inside)] == ["Page", "c", "z"]


def test_nothing_is_read_twice_and_nothing_is_fetched(tmp_path: Path, write: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fetch(*_: Any, **__: Any) -> None:
        raise AssertionError("an address was opened")

    monkeypatch.setattr("socket.socket.connect", fetch)
    monkeypatch.setattr("socket.getaddrinfo", fetch)
    link = "http://169.254.169.254/latest/meta-data/?title=Page&diff=3"
    [page] = sources.read_bytes(write.atom([write.entry("Page", write.source_html("text"), link=link)]), "x.atom")
    assert page.wiki == "http://169.254.169.254/latest/meta-data/"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("# Move the shop\n\nText\n", "Move the shop"),
        ("\n\n  #  Move the shop ##\n", "Move the shop"),
        ("# Learn C#\n", "Learn C#"),
        ("---\ncategories: [a]\n---\n# Move the shop\n", "Move the shop"),
        ("---\ntitle: Another\n---\n# Move the shop\n", "Another"),
        ("Text\n\n# Move the shop\n", "page"),
        ("## Move the shop\n", "page"),
        ("    # Move the shop\n", "page"),
        ("# Move [the](shop) `now`\n", "page"),
        ("#\n", "page"),
        ("# ##\n", "page"),
        ("", "page"),
    ],
)
def test_a_markdown_page_is_called_what_it_begins_with(tmp_path: Path, text: str, title: str) -> None:
    path = tmp_path / "page.md"
    path.write_text(text)
    [page] = sources.read(path)
    assert (page.title, page.text) == (title, text)


def test_a_file_may_be_large_by_the_ends_of_its_overlong_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Short lines beyond the limit are no page; a line that nobody reads to its end is no reason to refuse one, and its output says so."""
    monkeypatch.setattr(files, "SIZE_LIMIT", 200_000)
    text = f"== List ==\n # vzlist\n {'x' * (LONGEST + 1)}\n # uptime\n up 3 days\n"
    page = files.read_text(text.encode(), "List.wiki", "wikitext")
    assert page.text == text
    runbook = next(extract_many([page]))
    assert [(found.code, found.lines) for found in runbook.diagnostics] == [("line-cut", (3, 3)), ("output-cut", (3, 3))]
    first, second = (node for node in walk(runbook.steps) if isinstance(node, Command))
    assert first.expected is not None
    assert len(first.expected.text[0]) < KEPT
    assert second.text == "uptime"
    with pytest.raises(SourceError, match="overlong lines left out"):
        files.read_text(b"x\n" * 100_001, "List.wiki", "wikitext")
