"""Every kind of feed and export of a real MediaWiki, against the texts that were written to it."""

from __future__ import annotations

import gzip
import itertools
import json
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import pytest
from runbook import sources
from runbook.cli import main
from runbook.model import Diagnostic, Page, SourceError
from runbook.sources.api import Wiki

from wiki import hostile
from wiki.server import PASSWORD

PAGES, REVISIONS = 5, 100


def import_history(site: Any, user: str, title: str, texts: list[str], year: int) -> None:
    revisions = "".join(
        f"<revision><timestamp>{year}-01-{1 + number // 1440:02}T{number // 60 % 24:02}:{number % 60:02}:00Z</timestamp>"
        f"<contributor><username>{user}</username></contributor><text>{escape(text)}</text></revision>"
        for number, text in enumerate(texts)
    )
    xml = f"<mediawiki><page><title>{title}</title>{revisions}</page></mediawiki>".encode()
    site.admin.post("import", {"xml": xml}, interwikiprefix="old", assignknownusers=1, summary="x")


@pytest.fixture(scope="module")
def written(site: Any) -> dict[str, list[str]]:
    """Pages of a user of their own, by title, with the text of each revision, oldest first."""
    site.admin.post("createaccount", username="Mallory", password=PASSWORD, retype=PASSWORD, createreturnurl=site.url, reason="x")
    texts = hostile.texts(PAGES * REVISIONS, 7)
    pages = {f"Hostile {number}": texts[number * REVISIONS : (number + 1) * REVISIONS] for number in range(PAGES)}
    for number, (title, revisions) in enumerate(pages.items()):
        import_history(site, "Mallory", title, revisions, 2001 + number)
    return pages


def revisions(pages: list[Page]) -> dict[int | None, str]:
    return {each.revision.id: each.text for page in pages for each in (page, *page.history)}


def in_order(page: Page) -> list[str]:
    return [each.text for each in (*reversed(page.history), page)]


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_contributions_give_every_text_exactly(site: Any, written: dict[str, list[str]], form: str) -> None:
    feed = site.ann.get("api.php", action="feedcontributions", user="Mallory", feedformat=form, limit=1000)
    pages = {page.title: page for page in sources.read_bytes(feed, f"feed.{form}")}
    assert {title: in_order(page) for title, page in pages.items()} == written


def test_exports_give_every_text_exactly(site: Any, written: dict[str, list[str]], tmp_path: Path) -> None:
    export = site.ann.get("index.php", title="Special:Export", pages="\n".join(written), history=1)
    for name, data in (("export.xml", export), ("export.xml.gz", gzip.compress(export))):
        (tmp_path / name).write_bytes(data)
        found = {entry.page.title: entry.page for entry in sources.read_entries(tmp_path / name)}
        assert {title: in_order(page)[:REVISIONS] for title, page in found.items()} == written  # the import adds a revision
        assert not any(page.diagnostics for page in found.values())
        assert not any(older.diagnostics for page in found.values() for older in page.history)


def test_the_api_gives_every_text_exactly(site: Any, written: dict[str, list[str]]) -> None:
    feed = site.ann.get("api.php", action="feedcontributions", user="Mallory", feedformat="atom", limit=1000)
    truth = revisions(list(sources.read_bytes(feed, "feed.atom")))
    fetched = list(Wiki(site.access()).fetch_revisions(number for number in truth if number))
    assert {page.revision.id: page.text for page in fetched} == truth
    assert not any(page.diagnostics for page in fetched)
    assert len(truth) == PAGES * REVISIONS


def history(site: Any, title: str, form: str) -> bytes:
    return bytes(site.ann.get("index.php", title=title, action="history", feed=form, limit=1000))


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_a_history_is_rebuilt_from_its_diffs(site: Any, form: str) -> None:
    texts = hostile.edits(60, 11)
    title = f"Rebuilt {form}"
    import_history(site, "Mallory", title, texts, 2011)
    feed = history(site, title, form)
    [page] = sources.read_bytes(feed, f"feed.{form}")
    assert in_order(page)[:60] == texts
    gives = [entry.gives for entry in _feed(feed).entries]
    assert gives.count("diff") >= 59  # what the import itself added changes nothing


def test_a_diff_starts_from_the_copy_at_hand(site: Any, tmp_path: Path, capsys: Any) -> None:
    site.ann.edit("Copied", "one\ntwo\nthree")
    Path(tmp_path / "copies").mkdir()
    (tmp_path / "copies" / "copied.xml").write_bytes(site.ann.get("index.php", title="Special:Export/Copied"))
    site.bob.edit("Copied", "one\n2\nthree", summary="digits")
    feed = tmp_path / "changes.atom"
    whole = site.ann.get("api.php", action="feedrecentchanges", feedformat="atom", limit=10).decode()
    head, *entries = whole.removesuffix("</feed>").split("<entry>")
    feed.write_text(f"{head}<entry>{next(entry for entry in entries if 'digits' in entry)}</feed>")
    assert main(["pages", str(feed)]) == 2
    assert "only a diff" in capsys.readouterr().err
    assert main(["pages", str(feed), "--base", str(tmp_path / "copies")]) == 0
    row = json.loads(capsys.readouterr().out)
    assert (row["text"], row["revision"]["user"], row["revision"]["comment"]) == ("one\n2\nthree", "Bob", "digits")


def _feed(data: bytes) -> sources.Feed:
    import tempfile

    with tempfile.NamedTemporaryFile(suffix=".atom") as file:
        Path(file.name).write_bytes(data)
        return sources.read_feed(Path(file.name))


@pytest.fixture(scope="module")
def happenings(site: Any) -> dict[str, str]:
    """What happens on a wiki, and the latest text of each page that it happened to."""
    ann, bob, admin = site.ann, site.bob, site.admin
    ann.edit("Event new", "brand new\n  page")
    ann.edit("Event edited", "first\ntext")
    bob.edit("Event edited", "second\ntext & <b>")
    ann.edit("Event moves", "moved text")
    admin.post("move", **{"from": "Event moves", "to": "Event moved", "reason": "r"})
    ann.edit("Event gone", "gone")
    admin.post("delete", title="Event gone")
    ann.edit("Event hidden", "kept")
    number = bob.edit("Event hidden", "hide me")["newrevid"]
    ann.edit("Event hidden", "kept again")
    admin.post("revisiondelete", type="revision", ids=number, hide="content|user|comment")
    ann.edit("Event large", "much\n" * 9000)
    bob.edit("Event large", "more\n" * 9000)
    ann.edit("Event blank", "x")
    ann.edit("Event blank", "")
    return {"Event new": "brand new\n  page", "Event edited": "second\ntext & <b>", "Event moved": "moved text", "Event hidden": "kept again",
            "Event large": "more\n" * 8999 + "more"}  # fmt: skip


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_recent_changes_tell_what_they_can(site: Any, happenings: dict[str, str], form: str) -> None:
    data = site.ann.get("api.php", action="feedrecentchanges", feedformat=form, limit=50, days=30)
    feed = _feed(data)
    assert feed.kind == "recent changes"
    told: list[Diagnostic] = []
    pages = {page.title: page for page in sources.read_bytes(data, f"feed.{form}", tell=told.append)}
    assert pages["Event new"].text == happenings["Event new"]
    assert pages["Event edited"].text == happenings["Event edited"]  # rebuilt from the new page and the diff
    assert "Event gone" not in pages or not pages["Event gone"].text
    assert not any(page.text == "hide me" for page in pages.values())
    assert any("'Event large'" in note.message and "link" in note.message for note in told)


def test_what_recent_changes_do_not_tell_comes_from_the_wiki(
    site: Any, happenings: dict[str, str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("runbook.toml").write_text(f'[wikis.main]\nurl = "{site.url}/Main_Page"\ncontact = "me@example.org"\n')
    Path("changes.atom").write_bytes(site.ann.get("api.php", action="feedrecentchanges", feedformat="atom", limit=50, days=30))
    assert main(["pages", "changes.atom", "--wiki", "main", "--title", "Event*"]) == 0
    found = {row["title"]: row["text"] for row in map(json.loads, capsys.readouterr().out.splitlines())}
    assert {title: found[title] for title in happenings if title != "Event moved"} == {
        title: text
        for title, text in happenings.items()
        if title != "Event moved"  # only its old title stands in the feed
    }
    foreign = Path("changes.atom").read_text().replace(site.url, "http://127.0.0.1:9")
    Path("changes.atom").write_text(foreign)
    assert main(["pages", "changes.atom", "--wiki", "main", "--title", "Event large"]) == 2  # of another wiki: not asked


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_new_pages_have_their_latest_text(site: Any, happenings: dict[str, str], form: str) -> None:
    data = site.ann.get("index.php", title="Special:NewPages", feed=form, limit=200)
    assert _feed(data).kind == "new pages"
    pages = {page.title: page for page in sources.read_bytes(data, f"feed.{form}")}
    assert {title: pages[title].text for title in ("Event new", "Event edited", "Event hidden", "Event large")} == {
        title: happenings[title] for title in ("Event new", "Event edited", "Event hidden", "Event large")
    }


@pytest.mark.parametrize("form", ["atom", "rss"])
def test_a_watchlist_says_that_something_changed(site: Any, happenings: dict[str, str], form: str) -> None:
    data = site.ann.get("api.php", action="feedwatchlist", feedformat=form, hours=72, allrev=1)
    feed = _feed(data)
    assert feed.kind == "watchlist"
    assert {entry.gives for entry in feed.entries} == {"nothing"}
    with pytest.raises(SourceError, match="tells only that something happened"):
        list(sources.read_bytes(data, f"feed.{form}"))
    wiki = Wiki(site.access())
    pages = {page.title: page for page in sources.read_bytes(data, f"feed.{form}", fetch=wiki.fetch_entries)}
    watched = set(pages) & set(happenings)
    assert watched
    assert all(pages[title].text == happenings[title] for title in watched)


def test_errors_are_told_as_such(site: Any) -> None:
    for data, words in [
        (
            site.login("Bob").get("index.php", title="No such page", feed="atom", action="history"),
            "no edit history",
        ),
        (
            site.ann.get("api.php", action="feedwatchlist", wlowner="Bob", wltoken="wrong", feedformat="atom"),
            "error told as a feed",
        ),
        (site.ann.get("api.php", action="nothing", format="xml"), "API"),
    ]:
        with pytest.raises(SourceError, match=words):
            list(sources.read_bytes(data, "feed.atom"))


def test_hostile_texts_are_what_they_should_be() -> None:
    texts = hostile.texts(500, 7)
    assert len(set(texts)) == 500
    assert all(any(token in text for text in texts) for token in ("]]>", "</p>\n<hr />\n<div>", "\u00a0", "<br />\n", "&amp;lt;"))
    assert all(old != new for old, new in itertools.pairwise(hostile.edits(60, 11)))
