"""Exports: exact texts, roles, selections, archives; the quick way of reading gives what expat gives."""

from __future__ import annotations

import bz2
import gzip
import json
import lzma
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from runbook import sources
from runbook.cli import main
from runbook.model import Diagnostic, Page, SourceError
from runbook.sources import Selection, dump, selection, xmlstream

characters = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff") | st.sampled_from("\n\t<>&\"'")
texts = st.text(characters, min_size=1, max_size=200)


def read(data: bytes, selection: Selection | None = None, **wishes: Any) -> list[Page]:
    return list(sources.read_bytes(data, "dump.xml", selection=selection, **wishes))


@given(st.lists(texts, min_size=1, max_size=4))
@example(["&lt; &amp;lt; &#65; ]]> <!-- x --> <![CDATA[", "é" * 70])
def test_texts_come_back_exactly(write: Any, bodies: list[str]) -> None:
    pages = [write.page(f"P{number}", write.revision(body)) for number, body in enumerate(bodies)]
    read_back = read(write.export(*pages))
    assert [page.text for page in read_back] == bodies
    assert not any(page.diagnostics for page in read_back)  # their SHA-1 was compared with the wiki's


@given(st.lists(texts, min_size=1, max_size=3), st.integers(5, 400))
def test_reading_from_the_bytes_gives_what_expat_gives(write: Any, bodies: list[str], size: int) -> None:
    pages = [write.page(f"P & {number}", write.revision(body)) for number, body in enumerate(bodies)]
    plain = write.export(*pages)
    commented = plain.replace(b"<siteinfo>", b"<siteinfo><!-- from here on expat reads all -->", 1)

    def events(data: bytes) -> list[tuple[str, object, str]]:
        pieces = (data[at : at + size] for at in range(0, len(data), size))
        found = xmlstream.events(pieces, "x", {*dump.STARTS}, dump.ENDS | dump.FIELDS)
        return [(event.tag, event.attributes, event.text) for event in found]

    assert events(plain) == events(commented)


@pytest.mark.parametrize("size", [1, 7, 1 << 20])
def test_markup_in_comments_and_sections_is_no_markup(write: Any, size: int) -> None:
    hidden = "<page><title>Evil</title><revision><id>1</id><text>evil</text></revision></page>"
    good = write.page("Good", write.revision("text"))
    for before in (f"<!--{hidden}-->", f"<?x {hidden}?>", f"<title><![CDATA[{hidden}]]></title>"):
        data = write.export(before + good)
        pieces = [data[at : at + size] for at in range(0, len(data), size)]
        events = xmlstream.events(pieces, "x", {*dump.STARTS}, dump.ENDS | dump.FIELDS)
        entries = list(dump.read_dump(next(events), events, "x", selection.EVERYTHING, sources.ignore))
        assert [entry.page.title for entry in entries] == ["Good"]


def test_what_is_known_of_a_revision(write: Any) -> None:
    [page] = read(write.export(write.page("A & B", write.revision("text", 8))))
    assert page.wiki == "https://wiki.example/wiki/"
    assert page.url == "https://wiki.example/wiki/A_%26_B?oldid=8"
    revision = page.revision
    assert (revision.id, revision.parent, revision.user, revision.comment) == (8, 7, "Ann", "R&D")
    assert revision.sha1 == "372ea08cab33e71c02c651dbc83a474d32c676ea"


@pytest.mark.parametrize(
    ("base", "wiki"),
    [
        ("https://w.example/index.php/Main_Page", "https://w.example/index.php/"),
        ("https://w.example/index.php?title=Main_Page", "https://w.example/index.php"),
        ("javascript:alert(1)", None),
        ("http://w.example/Hauptseite", "http://w.example/"),
    ],
)
def test_the_wiki_comes_from_the_base(write: Any, base: str, wiki: str | None) -> None:
    assert read(write.export(write.page("P", write.revision("t")), base=base))[0].wiki == wiki


@pytest.fixture
def mixed(write: Any, tmp_path: Path) -> Path:
    path = tmp_path / "mixed.xml"
    pages = [
        write.page("Guide", write.revision("do [[Kategorie:how_to|x]] it", time="2024-03-01T00:00:00Z")),
        write.page("Guide/Part", write.revision("part [[category: Other ]]", time="2023-01-01T00:00:00Z")),
        write.page("Old", write.revision("#REDIRECT [[Guide]]"), redirect="Guide"),
        write.page("Template:Cmd", write.revision("<code>{{{1}}}</code>"), ns=10),
        write.page("Module:X", write.revision("return 1", model="Scribunto"), ns=828),
        write.page("Talk:Guide", write.revision("hm"), ns=1),
        write.page("MediaWiki:Common.css", write.revision("x{}", model="css"), ns=8),
        write.page("Runbook:Ops", write.revision("ops"), ns=3000),
    ]
    path.write_bytes(write.export(*pages))
    return path


def test_redirects_subpages_templates_and_modules_are_kept_apart(mixed: Path) -> None:
    entries = {entry.page.title: entry for entry in sources.read_entries(mixed)}
    assert {title: entry.role for title, entry in entries.items()} == {
        "Guide": "page",
        "Guide/Part": "page",
        "Old": "redirect",
        "Template:Cmd": "template",
        "Module:X": "module",
        "Talk:Guide": "talk",
        "MediaWiki:Common.css": "other",
        "Runbook:Ops": "page",
    }
    assert entries["Old"].redirect == "Guide"
    assert (entries["Guide/Part"].parent, entries["Guide"].parent) == ("Guide", None)
    assert [page.title for page in sources.read(mixed)] == ["Guide", "Guide/Part", "Runbook:Ops"]
    assert sources.templates(mixed) == {"Cmd": "<code>{{{1}}}</code>"}


@pytest.mark.parametrize(
    ("selection", "titles"),
    [
        (Selection(namespaces=frozenset({3000})), ["Runbook:Ops"]),
        (Selection(titles=("Gui*",)), ["Guide", "Guide/Part"]),
        (Selection(titles=("*t", "Run*")), ["Guide/Part", "Runbook:Ops"]),
        (Selection(prefix="Guide/"), ["Guide/Part"]),
        (Selection(categories=frozenset({"How to"})), ["Guide"]),
        (Selection(categories=frozenset({"Other"})), ["Guide/Part"]),
        (Selection(since="2024-02"), ["Guide"]),
        (Selection(until="2023"), ["Guide/Part"]),
        (Selection(roles=frozenset({"redirect", "module"})), ["Old", "Module:X"]),
    ],
)
def test_selections(mixed: Path, selection: Selection, titles: list[str]) -> None:
    assert [page.title for page in sources.read(mixed, selection=selection)] == titles


def test_a_selection_that_leaves_nothing_says_what_there_was(mixed: Path) -> None:
    with pytest.raises(SourceError, match=r"no page is selected \(8 not selected\)"):
        list(sources.read(mixed, selection=Selection(titles=("nothing",), roles=frozenset({"page"}))))
    with pytest.raises(SourceError, match=r"1 module, 5 not selected, 1 other, 1 redirect"):
        list(sources.read(mixed, selection=Selection(titles=("[!T]*",), since="2030")))


def test_exports_without_namespace_numbers_go_by_the_names(write: Any) -> None:
    data = write.export(write.page("Template:Cmd", write.revision("x")), write.page("P: Q", write.revision("y")))
    assert [page.title for page in read(data.replace(b"    <ns>0</ns>\n", b""))] == ["P: Q"]


def test_the_newest_revision_is_the_page(write: Any) -> None:
    times = ["2024-01-02T00:00:00Z", "2024-01-03T00:00:00Z", "2024-01-01T00:00:00Z"]
    revisions = [write.revision(f"t{number}", number, time=time) for number, time in enumerate(times, 1)]
    [page] = read(write.export(write.page("P", *revisions)))
    assert (page.text, [older.text for older in page.history]) == ("t2", ["t1", "t3"])
    [page] = read(write.export(write.page("P", *revisions)), Selection(history=False))
    assert (page.text, page.history) == ("t2", ())


def test_histories_are_cut_before_memory_is(write: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dump, "HISTORY_LIMIT", 2500)
    revisions = [write.revision("x" * 1000 + str(number), number) for number in range(1, 9)]
    [page] = read(write.export(write.page("P", *revisions)))
    assert [revision.revision.id for revision in (page, *page.history)] == [8, 7]
    assert [diagnostic.code for diagnostic in page.diagnostics] == ["history-shortened"]


def test_a_text_that_was_changed_on_the_way_is_told(write: Any) -> None:
    [page] = read(write.export(write.page("P", write.revision("text", sha1="0" * 30 + "1"))))
    assert [diagnostic.code for diagnostic in page.diagnostics] == ["text-changed-on-the-way"]
    [page] = read(write.export(write.page("P", write.revision("a\r\nb"))))
    assert (page.text, [diagnostic.code for diagnostic in page.diagnostics]) == ("a\nb", ["text-changed-on-the-way"])


def test_hidden_revisions_are_no_blank_pages(write: Any) -> None:
    told: list[Diagnostic] = []
    hidden = '<revision><id>5</id><timestamp>2024-05-05T00:00:00Z</timestamp><text bytes="9" deleted="deleted" /></revision>'
    blank = write.page("Blank", write.revision(""))
    pages = read(write.export(write.page("P", write.revision("x", 4), hidden), blank), tell=told.append)
    assert [(page.title, page.text, page.revision.id) for page in pages] == [("P", "x", 4), ("Blank", "", 1)]
    assert "revision 5 has no text" in told[0].message


def test_texts_of_other_slots_are_not_the_page(write: Any) -> None:
    slot = "<content><role>aux</role><model>json</model><text>{}</text></content></revision>"
    [page] = read(write.export(write.page("P", write.revision("main").replace("</revision>", slot))))
    assert page.text == "main"


def zstd(data: bytes) -> bytes:
    module = pytest.importorskip("zstandard", reason="the package zstandard is not installed")
    return bytes(module.ZstdCompressor().compress(data))


@pytest.mark.parametrize(
    ("suffix", "pack"),
    [(".gz", gzip.compress), (".bz2", bz2.compress), (".xz", lzma.compress), (".zst", zstd)],
    ids=["gz", "bz2", "xz", "zst"],
)
def test_archives_are_read_as_what_is_in_them(write: Any, tmp_path: Path, suffix: str, pack: Any) -> None:
    data = write.export(*(write.page(f"P{number}", write.revision("text " * number)) for number in range(1, 400)))
    half = len(data) // 2
    plain = read(data)
    path = tmp_path / f"dump.xml{suffix}"
    for packed in (pack(data), pack(data[:half]) + pack(data[half:])):
        path.write_bytes(packed)
        assert [page.text for page in sources.read(path)] == [page.text for page in plain]
        assert len(list(sources.read_bytes(packed, "-"))) == 399


def test_zst_without_its_package_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(name: str) -> Any:
        raise ImportError(name)

    monkeypatch.setattr("runbook.sources.unpack.importlib.import_module", missing)
    with pytest.raises(SourceError, match=r"pip install wiki-runbook\[zstd\]"):
        list(sources.read_bytes(b"\x28\xb5\x2f\xfd\0\0\0\0", "x.xml.zst"))


def test_memory_does_not_grow_with_the_export(write: Any) -> None:
    def export(pages: int) -> Iterator[bytes]:
        head, tail = write.export(write.page("x", write.revision("y"))).split(b"  <page>")[0], b"</mediawiki>"
        yield head
        for number in range(pages):
            yield write.page(f"P{number}", write.revision("line & line\n" * 2000)).encode()
        yield tail

    def peak(pages: int) -> int:
        tracemalloc.start()
        events = xmlstream.events(export(pages), "x", {*dump.STARTS}, dump.ENDS | dump.FIELDS)
        assert sum(1 for _ in dump.read_dump(next(events), events, "x", Selection(), sources.ignore)) == pages
        found = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        return found

    assert peak(300) < peak(30) + (1 << 20)


SELECTIONS = {
    ("--namespace", "template"): ["Template:Cmd"],
    ("--namespace", "10"): ["Template:Cmd"],
    ("--namespace", "3000", "--namespace", "TALK"): ["Talk:Guide", "Runbook:Ops"],
    ("--category", "how_to"): ["Guide"],
    ("--title", "Guide*"): ["Guide", "Guide/Part"],
    ("--title", "*_x", "--title", "?uide"): ["Guide"],
    ("--since", "2024-02", "--until", "2024-03"): ["Guide"],
    ("--until", "2023"): ["Guide/Part"],
}


@pytest.mark.parametrize("options", SELECTIONS)
def test_pages_are_selected_on_the_command_line(mixed: Path, options: tuple[str, ...], capsys: Any) -> None:
    assert main(["pages", str(mixed), *options]) == 0
    assert [json.loads(line)["title"] for line in capsys.readouterr().out.splitlines()] == SELECTIONS[options]
    assert main(["extract", str(mixed), *options]) == 0
    assert [json.loads(line)["page"]["title"] for line in capsys.readouterr().out.splitlines()] == SELECTIONS[options]


def test_directories_and_feeds_are_selected_alike(mixed: Path, write: Any, tmp_path: Path, capsys: Any) -> None:
    folder = tmp_path / "all"
    folder.mkdir()
    mixed.rename(folder / "mixed.xml")
    (folder / "Guide to x.wiki").write_text("[[Category:How to]]")
    entry = write.entry("Guided", write.source_html("tour"), time="2024-03-31T00:00:00Z")
    (folder / "feed.atom").write_bytes(write.atom([entry]))
    for options, titles in [
        (["--title", "Guide*"], ["Guide to x", "Guided", "Guide", "Guide/Part"]),
        (["--category", "How to"], ["Guide to x", "Guide"]),
        (["--since", "2024-03"], ["Guided", "Guide"]),
    ]:
        assert main(["pages", str(folder), *options]) == 0
        assert [json.loads(line)["title"] for line in capsys.readouterr().out.splitlines()] == titles
    assert main(["pages", str(folder), "--title", "None"]) == 2
    assert "no page in it is selected" in capsys.readouterr().err
    assert main(["pages", str(folder), "--since", "yesterday"]) == 2
    assert "no date: 'yesterday'" in capsys.readouterr().err


def test_what_pages_are_for_is_told(mixed: Path, capsys: Any) -> None:
    assert main(["pages", "--entries", str(mixed)]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["title"]: row["role"] for row in rows}["Module:X"] == "module"
    assert {row["title"]: row["redirect"] for row in rows}["Old"] == "Guide"
    assert {row["title"]: row["parent"] for row in rows}["Guide/Part"] == "Guide"
