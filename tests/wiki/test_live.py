"""`runbook pull` from a real MediaWiki: exact bytes, only what changed, and whatever can happen to a page in between."""

from __future__ import annotations

import hashlib
import json
import struct
import threading
import zlib
from pathlib import Path
from typing import Any

import pytest
from runbook import sources
from runbook.cli import main
from runbook.model import SourceError
from runbook.pull import Outcome, pull
from runbook.sources.api import Wiki
from runbook.sources.api_records import Wanted

CATEGORY = "[[Category:Pulled]]"
BOT_PASSWORD = "0123456789abcdefghijklmnopqrstuv"
TITLES = {
    "Plain": f"do it\n{CATEGORY}",
    "Größe & Maß": f"ä\u00a0b {CATEGORY}",
    "日本語の手引き": f"# 実行 {{{{pull cmd|x}}}}\n{CATEGORY}",
    "دليل": f"نص {CATEGORY}",
    "A/B/C": f"<pre>\n\n x </pre>\n{CATEGORY}",
    "Con": f"  leading\t{CATEGORY}",
    "Large": "0123456789abcde\n" * 32_000 + CATEGORY,
    "Runbook:Ops": f"in a namespace of its own {CATEGORY}",
}
WANTED = Wanted(categories=("Pulled",), namespaces=(0, 3000))


@pytest.fixture(scope="module")
def wiki(site: Any) -> Wiki:
    site.ann.edit("Template:Pull cmd", "<code>{{{1}}}</code>{{pull inner}}")
    site.ann.edit("Template:Pull inner", "inner")
    for title, text in TITLES.items():
        site.ann.edit(title, text)
    made = Wiki(site.access())
    made.site()  # asked for once, so that requests can be counted
    return made


@pytest.fixture
def folder(wiki: Wiki, tmp_path: Path) -> Path:
    """What a first pull leaves."""
    outcome = pull(wiki, tmp_path / "main", WANTED, templates=True)
    assert {change.what for change in outcome.changes} == {"new"}
    return tmp_path / "main"


def told(outcome: Outcome) -> set[tuple[str, str]]:
    return {(change.what, change.title) for change in outcome.changes}


def texts(folder: Path) -> dict[str, str]:
    return {page.title: page.text for page in sources.read_directory(folder)}


def test_pages_come_with_their_exact_bytes_and_what_is_known_of_them(site: Any, folder: Path) -> None:
    assert texts(folder) == TITLES
    pages = {page.title: page for page in sources.read_directory(folder)}
    page = pages["Größe & Maß"]
    truth = json.loads(
        site.ann.get(
            "api.php", action="query", titles=page.title, prop="revisions", rvprop="ids|sha1|user", format="json", formatversion=2
        )
    )["query"]["pages"][0]["revisions"][0]
    revision = page.revision
    assert (revision.id, revision.user, revision.sha1) == (truth["revid"], "Ann", truth["sha1"])
    assert page.wiki == f"{site.url}/index.php"
    assert page.url == f"{site.url}/index.php?title=Gr%C3%B6%C3%9Fe_%26_Ma%C3%9F&oldid={truth['revid']}"


def test_templates_come_too_and_are_no_pages(folder: Path) -> None:
    assert sources.templates(folder) == {"Pull cmd": TITLES_OF_TEMPLATES[0], "Pull inner": TITLES_OF_TEMPLATES[1]}
    assert not any(title.startswith("Template:") for title in texts(folder))


TITLES_OF_TEMPLATES = ("<code>{{{1}}}</code>{{pull inner}}", "inner")


def test_what_is_the_same_is_not_fetched_again(wiki: Wiki, folder: Path) -> None:
    before, requests = folder.stat().st_ino, wiki.requests
    outcome = pull(wiki, folder, WANTED, templates=True, prune=True)
    assert (outcome.changes, outcome.same, outcome.pages) == ((), 10, 10)
    assert wiki.requests - requests == 2  # the category's pages, and the templates
    assert folder.stat().st_ino == before


def test_every_kind_of_change_is_told(site: Any, wiki: Wiki, tmp_path: Path) -> None:
    names = ["Edited", "Moves", "Goes", "Guarded", "Leaves", "Hidden"]
    for name in names:
        site.ann.edit(f"Change {name}", f"first {name} [[Category:Changes]]")
    wanted = Wanted(categories=("Changes",))
    folder = tmp_path / "main"
    pull(wiki, folder, wanted)
    (folder / "overrides.toml").write_text("# ours")
    site.bob.edit("Change Edited", "second [[Category:Changes]]", summary="better")
    site.admin.post("move", **{"from": "Change Moves", "to": "Change Moved", "reason": "its name"})
    site.admin.post("delete", title="Change Goes")
    site.admin.post("protect", title="Change Guarded", protections="edit=sysop")
    site.ann.edit("Change Leaves", "no category")
    site.ann.edit("Change New", "new [[Category:Changes]]")
    outcome = pull(wiki, folder, wanted, prune=True)
    assert told(outcome) == {
        ("changed", "Change Edited"),
        ("moved", "Change Moved"),
        ("deleted", "Change Goes"),
        ("protected", "Change Guarded"),
        ("changed", "Change Guarded"),  # MediaWiki adds a revision that says so
        ("no longer selected", "Change Leaves"),
        ("new", "Change New"),
    }
    edited = next(change for change in outcome.changes if change.title == "Change Edited")
    assert (edited.revision.user, edited.revision.comment) == ("Bob", "better")
    assert sorted(path.name for path in folder.iterdir()) == sorted(
        [
            "change-edited.wiki",
            "change-guarded.wiki",
            "change-hidden.wiki",
            "change-moved.wiki",
            "change-new.wiki",
            "overrides.toml",
            "pulled.lock",
        ]
    )
    assert texts(folder)["Change Edited"] == "second [[Category:Changes]]"


def test_a_page_whose_text_was_hidden_keeps_its_last_one(site: Any, wiki: Wiki, tmp_path: Path) -> None:
    site.ann.edit("Secret", "shown once")
    wanted = Wanted(titles=("Secret",))
    pull(wiki, tmp_path / "main", wanted)
    number = site.ann.edit("Secret", "the password is x")["newrevid"]
    site.ann.edit("Secret", "the password is y")
    site.admin.post("revisiondelete", type="revision", ids=number, hide="content|user|comment")
    assert [page.text for page in wiki.fetch_revisions([number])] == []
    assert told(pull(wiki, tmp_path / "main", wanted)) == {("changed", "Secret")}
    assert texts(tmp_path / "main") == {"Secret": "the password is y"}


def test_files_that_were_changed_here_are_told_and_restored(wiki: Wiki, folder: Path) -> None:
    path = next(folder.glob("plain*"))
    path.write_text("changed here")
    [page] = sources.read(path)
    assert page.revision.id is None
    assert "pulled-page-changed" in {diagnostic.code for diagnostic in page.diagnostics}
    assert told(pull(wiki, folder, WANTED)) == {("restored", "Plain")}
    assert texts(folder) == TITLES


def test_titles_that_lead_elsewhere_and_those_that_are_not_there(site: Any, wiki: Wiki, tmp_path: Path) -> None:
    site.ann.edit("Shortcut", "#REDIRECT [[Plain]]")
    long = [f"{'長' * 80} {number}" for number in range(60)]
    assert {info.title for info in wiki.infos(Wanted(titles=(*long, "Plain"))) if not info.missing} == {"Plain"}
    outcome = pull(wiki, tmp_path / "main", Wanted(titles=("Shortcut", "plain", "Nowhere", "<bad>")))
    assert texts(tmp_path / "main") == {"Plain": TITLES["Plain"]}
    assert set(outcome.missing) == {"Nowhere", "<bad>"}
    with pytest.raises(SourceError, match="gives none of the pages"):
        pull(wiki, tmp_path / "main", Wanted(titles=("Nowhere",)), prune=True)
    assert texts(tmp_path / "main") == {"Plain": TITLES["Plain"]}


def test_pages_by_prefix_and_all(site: Any, wiki: Wiki) -> None:
    assert {info.title for info in wiki.infos(Wanted(prefixes=("A/",)))} == {"A/B/C"}
    assert {info.title for info in wiki.infos(Wanted(prefixes=("runbook:O",)))} == {"Runbook:Ops"}
    everything = {info.title for info in wiki.infos(Wanted(everything=True))}
    assert {"Plain", "Main Page", "دليل"} <= everything
    assert "Shortcut" not in everything  # a redirect
    assert "Runbook:Ops" not in everything  # no namespace of content


def test_more_pages_than_one_answer_holds(site: Any, wiki: Wiki, tmp_path: Path) -> None:
    pages = "".join(
        f"<page><title>Many {number}</title><revision><timestamp>2020-01-01T00:00:00Z</timestamp><contributor><username>Ann</username>"
        f"</contributor><text>text {number}</text></revision></page>"
        for number in range(60)
    )
    site.admin.post("import", {"xml": f"<mediawiki>{pages}</mediawiki>".encode()}, interwikiprefix="old", summary="x")
    requests = wiki.requests
    outcome = pull(wiki, tmp_path / "main", Wanted(prefixes=("Many ",)))
    assert outcome.pages == 60
    assert texts(tmp_path / "main") == {f"Many {number}": f"text {number}" for number in range(60)}
    assert wiki.requests - requests == 1 + 2  # one list, 50 texts at a time


def test_five_hundred_revisions_come_exactly(site: Any, wiki: Wiki) -> None:
    revisions = "".join(
        f"<revision><timestamp>2020-01-01T{number // 60:02}:{number % 60:02}:00Z</timestamp><contributor><username>Ann</username>"
        f"</contributor><text>version {number}</text></revision>"
        for number in range(500)
    )
    xml = f"<mediawiki><page><title>Long history</title>{revisions}</page></mediawiki>".encode()
    site.admin.post("import", {"xml": xml}, interwikiprefix="old", summary="x")
    export = site.ann.get("index.php", title="Special:Export/Long_history", history=1)
    [page] = sources.read_bytes(export, "export.xml")
    made = [*reversed(page.history), page]
    assert [revision.text for revision in made][:500] == [f"version {number}" for number in range(500)]
    numbers = [revision.revision.id or 0 for revision in made]
    fetched = {found.revision.id: found for found in wiki.fetch_revisions(numbers)}
    assert [fetched[number].text for number in numbers] == [revision.text for revision in made]


def test_uploaded_files_come_exactly_up_to_a_size(site: Any, wiki: Wiki) -> None:
    rows = zlib.compress(bytes(range(256)) * 12)
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", 3, 4, 8, 2, 0, 0, 0)), (b"IDAT", rows), (b"IEND", b"")]
    body = b"".join(struct.pack(">I", len(d)) + k + d + struct.pack(">I", zlib.crc32(k + d)) for k, d in chunks)
    image = b"\x89PNG\r\n\x1a\n" + body
    site.ann.post("upload", {"file": image}, filename="Plan.png", ignorewarnings=1, text="a plan")
    assert wiki.fetch_file("Plan.png") == image
    assert wiki.fetch_file("Plan.png", limit=10) is None
    assert wiki.fetch_file("No plan.png") is None


def test_a_private_wiki_needs_a_bot_password(site: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any) -> None:
    site.run("createBotPassword.php", "--appid", "runbook", "--grants", "basic,editpage,highvolume", "Ann", BOT_PASSWORD)
    monkeypatch.chdir(tmp_path)
    with site.serve(TEST_WIKI_PRIVATE="1") as url:
        Path("runbook.toml").write_text(f'[wikis.main]\nurl = "{url}"\napi = "{url}/api.php"\ncontact = "me@example.org"\n')
        command = ["pull", "--title", "Plain"]
        assert main(command) == 2
        assert "Set RUNBOOK_MAIN_USER and RUNBOOK_MAIN_PASSWORD" in capsys.readouterr().err
        monkeypatch.setenv("RUNBOOK_MAIN_USER", "Ann@runbook")
        assert main(command) == 2
        assert "set both" in capsys.readouterr().err
        monkeypatch.setenv("RUNBOOK_MAIN_PASSWORD", BOT_PASSWORD[::-1])
        assert main(command) == 2
        message = capsys.readouterr().err
        assert "the login as 'Ann@runbook' failed" in message
        assert BOT_PASSWORD[::-1] not in message
        assert not Path("content/main").exists()
        monkeypatch.setenv("RUNBOOK_MAIN_PASSWORD", BOT_PASSWORD)
        capsys.readouterr()
        assert main(command) == 0
        assert capsys.readouterr().out.startswith("new: Plain (revision ")
        assert main([*command, "--title", "None of this", "--format", "json"]) == 1
        told = json.loads(capsys.readouterr().out)
        assert (told["missing"], told["pages"], told["same"], told["changes"]) == (["None of this"], 1, 1, [])
    assert texts(Path("content/main")) == {"Plain": TITLES["Plain"]}
    written = b"".join(path.read_bytes() for path in Path().rglob("*") if path.is_file())
    assert BOT_PASSWORD.encode() not in written + capsys.readouterr().out.encode()


def test_a_lagging_wiki_is_waited_for_and_then_left_alone(site: Any) -> None:
    pauses: list[float] = []
    wiki = Wiki(site.access(), maxlag=-2, sleep=pauses.append)
    with pytest.raises(SourceError, match=r"busy \(maxlag: .*given up after 7 attempts"):
        wiki.site()
    assert pauses == [5, 5, 5, 8, 16, 32]  # Retry-After is 5


def test_a_rate_limit_is_waited_for(site: Any) -> None:
    site.run("createBotPassword.php", "--appid", "edits", "--grants", "basic,editpage,createeditmovepage", "Bob", BOT_PASSWORD)
    pauses: list[float] = []

    def wait(seconds: float) -> None:
        pauses.append(seconds)
        threading.Event().wait(seconds)

    with site.serve(TEST_WIKI_LIMITED="1") as url:
        access = site.access(url, user="Bob@edits", password=BOT_PASSWORD)
        wiki = Wiki(access, sleep=wait)
        token = wiki.ask({"action": "query", "meta": "tokens"})["query"]["tokens"]["csrftoken"]
        for number in range(3):
            edit = {"action": "edit", "title": f"Limited {number}", "text": "x", "token": token}
            assert wiki.ask(edit, post=True)["edit"]["result"] == "Success"
    assert pauses


def test_the_sha1_of_a_text_is_that_of_its_file(folder: Path) -> None:
    index = json.loads((folder / "pulled.lock").read_text())
    for row in index["pages"]:
        assert hashlib.sha1((folder / row["file"]).read_bytes()).hexdigest() == row["revision"]["sha1"]
