"""The MkDocs plugin: one result by every way of building, and the last good site when a source is bad."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
from runbook import history, making, plugin
from runbook.model import Diagnostic, Page, Revision, Runbook, SourceError, to_json
from runbook.render.script import ScriptError

from render.site_samples import FULL, PAYLOADS, REFERENCE, hostile, runbook, step

CONFIG = """\
site_name: Site
docs_dir: content
site_dir: site
theme: {{name: material, font: false, features: [navigation.prune, navigation.footer]}}
plugins: [search, runbook: {{cache: false{options}}}]
"""


def project(root: Path, options: str = "") -> Path:
    (root / "content").mkdir()
    (root / "content" / "page.wiki").write_text("text", "utf-8")
    (root / "content" / "notes.txt").write_text("published", "utf-8")
    config = root / "mkdocs.yml"
    config.write_text(CONFIG.format(options=options), "utf-8")
    return config


def page_of(runbook: Runbook, number: int) -> Page:
    return Page(runbook.page.title, to_json(runbook), wiki=runbook.page.wiki, source=str(number), revision=runbook.page.revision)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Runbook]:
    """The runbooks that extraction gives, to be changed by a test."""
    runbooks: list[Runbook] = [FULL, REFERENCE]
    monkeypatch.setattr(plugin, "read_directory", lambda *_, **__: map(page_of, runbooks, range(len(runbooks))))
    monkeypatch.setattr(history, "read", lambda jobs, _: [history.Read(runbooks[int(job.page.source)]) for job in jobs])
    monkeypatch.setattr(making, "scripts", lambda runbooks: ["#!/bin/bash\n"] * len(runbooks))
    return runbooks


def files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_each_page_says_what_it_is(tmp_path: Path, made: list[Runbook]) -> None:
    made.append(hostile(PAYLOADS[1]))
    plugin.build(project(tmp_path))
    found = {path.parent.name: path.read_text("utf-8") for path in (tmp_path / "site").rglob("index.html")}
    said = {name: re.findall(r'<meta name="description" content="(.*?)">', html) for name, html in found.items()}
    assert said["install-the-frobnicator"] == [
        "Install the frobnicator: a runbook of 3 steps, with 10 commands; 2 of its steps can be checked."
    ]
    assert said["other-page"] == ["Other page: a page to read, nothing to run."]
    assert said["site"] == ["All runbooks: what there is, how far it is checked, and what state it is in."]
    assert all(len(each) == 1 for each in said.values())


def test_pages_and_downloads_are_built_and_sources_are_not(tmp_path: Path, made: list[Runbook]) -> None:
    built = plugin.build(project(tmp_path))
    assert built.start == tmp_path / "site" / "index.html"
    assert (built.pages, built.warnings, built.messages) == (3, (), ())
    found = files(tmp_path / "site")
    assert {"index.html", "install-the-frobnicator/index.html", "install-the-frobnicator/verify.sh", "notes.txt"} <= found
    assert json.loads((tmp_path / "site/other-page/runbook.json").read_text("utf-8"))["page"]["title"] == "Other page"
    assert not any(name.endswith((".wiki", ".md")) for name in found)


def test_sources_are_published_when_asked(tmp_path: Path, made: list[Runbook]) -> None:
    plugin.build(project(tmp_path, ", publish_sources: true"))
    assert (tmp_path / "site/sources/page.wiki.txt").read_text("utf-8") == "text"


def test_nothing_is_printed_and_nothing_left_in_the_tree(
    tmp_path: Path, made: list[Runbook], capfd: pytest.CaptureFixture[str]
) -> None:
    plugin.build(project(tmp_path))
    assert capfd.readouterr() == ("", "")
    assert {path.name for path in tmp_path.iterdir()} == {"content", "site", "mkdocs.yml"}
    assert files(tmp_path / "content") == {"page.wiki", "notes.txt"}


def test_a_bad_source_leaves_the_last_good_site(tmp_path: Path, made: list[Runbook], monkeypatch: pytest.MonkeyPatch) -> None:
    config = project(tmp_path)
    plugin.build(config)
    before = {name: (tmp_path / "site" / name).read_bytes() for name in files(tmp_path / "site")}

    def broken(*_: object, **__: object) -> list[Page]:
        raise SourceError("content/feed.atom:3", "not XML")

    monkeypatch.setattr(plugin, "read_directory", broken)
    with pytest.raises(SourceError, match=r"content/feed\.atom:3: not XML"):
        plugin.build(config)
    assert {name: (tmp_path / "site" / name).read_bytes() for name in files(tmp_path / "site")} == before


@pytest.mark.parametrize("text", ["site_name: [", "site_name: x\nplugins: [search]\n", "site_name: x\nplugins: [nonesuch]\n"])
def test_a_bad_configuration_is_named(tmp_path: Path, text: str) -> None:
    config = project(tmp_path)
    config.write_text(text, "utf-8")
    with pytest.raises(SourceError, match=re.escape(str(config))):
        plugin.build(config)
    with pytest.raises(SourceError, match="absent"):
        plugin.build(tmp_path / "absent.yml")


def test_mkdocs_build_does_the_same(tmp_path: Path) -> None:
    config = project(tmp_path)
    (tmp_path / "content/page.wiki").write_text("Intro.\n\n# First\n# Second\n <pre>ls</pre>\n", "utf-8")
    plugin.build(config)
    ours = {name: (tmp_path / "site" / name).read_bytes() for name in files(tmp_path / "site") if not name.startswith("sitemap")}
    command = [sys.executable, "-m", "mkdocs", "build", "-q", "-d", "theirs"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert {name: (tmp_path / "theirs" / name).read_bytes() for name in ours} == ours


def test_what_is_odd_is_told(tmp_path: Path, made: list[Runbook], monkeypatch: pytest.MonkeyPatch) -> None:
    odd, fine = Diagnostic("empty-entry", "warning", "no text in it"), Diagnostic("fine", "info", "nothing")

    def read(_: Path, *, tell: object) -> list[Page]:
        tell(odd)  # type: ignore[operator]
        return [Page("T", "", source="0", diagnostics=(odd, fine))]

    monkeypatch.setattr(plugin, "read_directory", read)
    built = plugin.build(project(tmp_path))
    assert built.warnings == (plugin.Warned("content", odd), plugin.Warned("0: T", odd))


def test_the_newest_of_two_revisions_is_shown(tmp_path: Path, made: list[Runbook], monkeypatch: pytest.MonkeyPatch) -> None:
    twice = [Page("X", "", wiki="https://w.example/", source=f"{n}.atom", revision=Revision(n)) for n in (7, 9, 8)]
    monkeypatch.setattr(plugin, "read_directory", lambda *_, **__: twice)
    monkeypatch.setattr(
        history, "read", lambda jobs, _: [history.Read(runbook(f"from {job.page.source}", step("S"))) for job in jobs]
    )
    built = plugin.build(project(tmp_path))
    assert built.pages == 2
    assert "from 9.atom" in (tmp_path / "site/x/index.html").read_text("utf-8")
    assert [warned.diagnostic.code for warned in built.warnings] == ["page-twice", "page-twice"]


def test_a_page_whose_script_is_refused_has_none(tmp_path: Path, made: list[Runbook], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(making, "scripts", lambda runbooks: [ScriptError("refused")] * len(runbooks))
    built = plugin.build(project(tmp_path))
    assert [warned.diagnostic.code for warned in built.warnings] == ["no-script"]
    assert "verify.sh" not in (tmp_path / "site/install-the-frobnicator/index.html").read_text("utf-8")


def test_titles_are_escaped_wherever_they_stand(tmp_path: Path, made: list[Runbook]) -> None:
    made[:] = [hostile(payload) for payload in PAYLOADS]
    built = plugin.build(project(tmp_path))
    assert built.messages == ()
    site = tmp_path / "site"
    for path in site.rglob("*.html"):
        text = path.read_text("utf-8")
        assert not re.search(r"<(?:script(?! src| id)|iframe|svg [^>]*onload|img|style)", text), path
        assert "</title><script" not in text
        assert 'href="javascript:' not in text
    for entry in json.loads((site / "search/search_index.json").read_text("utf-8"))["docs"]:
        assert not re.search(r"<(?!/?(?:p|code|pre|li|ol|ul|sub|sup)>)", entry["title"] + entry["text"])
    assert all(path.resolve().is_relative_to(site) for path in tmp_path.rglob("*") if path.name == "index.html")


def test_other_plugins_may_change_the_markdown(tmp_path: Path, made: list[Runbook], monkeypatch: pytest.MonkeyPatch) -> None:
    config = project(tmp_path)
    config.write_text(config.read_text("utf-8") + "hooks: [hook.py]\nmarkdown_extensions: [attr_list]\n", "utf-8")
    (tmp_path / "hook.py").write_text(
        "def on_page_markdown(markdown, **_):\n    return markdown + '\\n\\nadded by *a hook*\\n'\n", "utf-8"
    )
    plugin.build(config)
    text = (tmp_path / "site/install-the-frobnicator/index.html").read_text("utf-8")
    assert "added by <em>a hook</em>" in text
    assert "<kbd>df -h /</kbd>" in text
    assert 'id="look-around"' in text


def test_headings_are_in_contents_and_search(tmp_path: Path, made: list[Runbook]) -> None:
    plugin.build(project(tmp_path))
    text = (tmp_path / "site/install-the-frobnicator/index.html").read_text("utf-8")
    assert '<a href="#look-around" class="md-nav__link">' in text
    entries = json.loads((tmp_path / "site/search/search_index.json").read_text("utf-8"))["docs"]
    found = {entry["location"]: entry for entry in entries}
    assert "df -h /" in found["install-the-frobnicator/#look-around"]["text"]


def test_navigation_of_many_pages_is_in_sections(tmp_path: Path, made: list[Runbook]) -> None:
    made[:] = [runbook(f"Page {n:03}", step("S")) for n in range(150)]
    plugin.build(project(tmp_path))
    text = (tmp_path / "site/page-000/index.html").read_text("utf-8")
    assert "../page-001/" in text
    assert "../page-149/" not in text
