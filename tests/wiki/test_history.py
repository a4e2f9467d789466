"""The history of a page out of a real MediaWiki: by its API, an export and feeds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from runbook.cli import main
from runbook.sources.api import Wiki

TITLE = "History of größe"
FIRST = "# Look at it:\n#: <pre># shop --version\nshop 2.2 on web01 is ready</pre>\n# Go on:\n#: <pre># shop start</pre>"
SECOND = FIRST.replace("shop start", "shop start --all")
THIRD = SECOND.replace("web01", "web02")
FOURTH = THIRD.replace("Go on", "Go on then")


@pytest.fixture(scope="module")
def numbers(site: Any) -> list[int]:
    """The page's revisions: by Ann, by Bob, by Bob but hidden, by Ann."""
    made = [
        user.edit(TITLE, text, summary=f"why {n}")["newrevid"]
        for n, (user, text) in enumerate(((site.ann, FIRST), (site.bob, SECOND), (site.bob, THIRD), (site.ann, FOURTH)), 1)
    ]
    site.admin.post("revisiondelete", type="revision", ids=made[2], hide="content|user|comment")
    return made


def told(capsys: Any, *arguments: str) -> dict[str, Any]:
    assert main(["history", *arguments, "--format", "json"]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


def changes(found: dict[str, Any]) -> list[tuple[str, int, str, int, bool | None]]:
    return [
        (step["id"], each["revision"]["id"], each["revision"]["user"], each["after"], each["sole"])
        for step in found["history"]["steps"]
        for each in step["changes"]
    ]


def test_a_live_wiki_and_an_export_tell_the_same(
    site: Any, numbers: list[int], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    first, second, _, fourth = numbers
    Path("runbook.toml").write_text(
        f'[wikis.main]\nurl = "{site.url}"\napi = "{site.url}/api.php"\ncontact = "me@example.org"\ntitles = ["{TITLE}"]\n'
    )
    Path("export.xml").write_bytes(site.ann.get("index.php", title=f"Special:Export/{TITLE}", history=1))
    live = told(capsys, "main", "--page", TITLE)
    assert changes(live) == [
        ("look-at-it", fourth, "Ann", second, False),  # the hidden revision may have made it
        ("go-on-then", fourth, "Ann", second, False),
        ("go-on-then", second, "Bob", first, True),
    ]
    assert live["outputs"][0]["recordings"] == [{"text": ["shop 2.2 on web01 is ready"], "revision": second, "taught": True}]
    change = live["history"]["steps"][0]["changes"][0]
    assert change["diff"] == f"{site.url}/index.php?diff={fourth}&oldid={second}"
    assert b"diff-addedline" in site.ann.get("index.php", diff=fourth, oldid=second)
    assert changes(told(capsys, "export.xml")) == changes(live)
    assert changes(told(capsys, "main")) == changes(live)
    assert told(capsys, "main", "--revisions", "1")["history"]["oldest"]["id"] == second
    assert main(["history", "main", "--page", "Not there"]) == 2
    assert "has no page 'Not there' whose text may be read" in capsys.readouterr().err


def test_a_feed_of_the_history_tells_it_with_its_base(
    site: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    title = "History by feed"
    first = site.ann.edit(title, FIRST, summary="one")["newrevid"]
    second = site.bob.edit(title, SECOND, summary="two")["newrevid"]
    Path("feed.atom").write_bytes(site.ann.get("index.php", title=title, action="history", feed="atom"))
    assert changes(told(capsys, "feed.atom")) == [("go-on", second, "Bob", first, True)]
    site.ann.edit(title, FOURTH)
    Path("ann.atom").write_bytes(site.ann.get("api.php", action="feedcontributions", user="Ann", feedformat="atom"))
    found = changes(told(capsys, "ann.atom", "--page", title))
    assert [(step, sole) for step, _, _, _, sole in found] == [("look-at-it", None), ("go-on-then", None)]


def test_a_long_history_is_asked_for_in_parts(site: Any) -> None:
    rows = "".join(
        f"<revision><timestamp>2020-01-01T{n // 60:02}:{n % 60:02}:00Z</timestamp><contributor><username>Ann</username></contributor>"
        f"<text>version {n}</text></revision>"
        for n in range(120)
    )
    xml = f"<mediawiki><page><title>Looked back at</title>{rows}</page></mediawiki>".encode()
    site.admin.post("import", {"xml": xml}, interwikiprefix="old", summary="x")
    wiki = Wiki(site.access())
    wiki.site()  # asked for once, so that requests can be counted
    [info] = wiki.named(["Looked back at"])
    requests = wiki.requests
    page = wiki.fetch_history(info.pageid, 99)
    assert page
    assert len(page.history) == 99
    assert wiki.requests - requests == 2
    # MediaWiki adds a revision of its own when it imports.
    assert [each.text for each in page.history] == [f"version {n}" for n in range(119, 20, -1)]
    assert wiki.fetch_history(10**8, 5) is None
