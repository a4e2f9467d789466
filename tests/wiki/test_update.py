"""`runbook update` and `runbook drift` from what a real MediaWiki hands out: its API, feeds, and dumps."""

from __future__ import annotations

import bz2
import json
import lzma
from pathlib import Path
from typing import Any

import pytest
from runbook import lock, sources
from runbook.cli import main

HOW_TO = "# Look at {0}:\n#: <pre># ls -l /srv/{0}</pre>\n# Finish:\n#: <pre># touch /srv/{0}/done</pre>\n[[Category:{1}]]"
NAMES = ("Edited", "Moves", "Goes", "Guarded", "Hidden", "Stays", "Größe")


def settings(site: Any, category: str) -> None:
    Path("runbook.toml").write_text(
        f'[wikis.main]\nurl = "{site.url}"\napi = "{site.url}/api.php"\ncontact = "me@example.org"\ncategories = ["{category}"]\n'
    )


def drift(capsys: Any, *arguments: str) -> tuple[int, dict[str, set[str]]]:
    """The exit code, and the kinds of change by title."""
    capsys.readouterr()
    code = main(["drift", *arguments, "--format", "json"])
    out, err = capsys.readouterr()
    assert code < 2, err
    pages = json.loads(out)["pages"]
    return code, {
        (page["new"] or page["old"])["title"]: {change["kind"] for part in (page, *page["steps"]) for change in part["changes"]}
        for page in pages
    }


def test_all_that_happens_on_a_wiki_is_taken_over(
    site: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    settings(site, "Updating")
    for name in NAMES:
        site.ann.edit(f"Update {name}", HOW_TO.format(name.lower(), "Updating"))
    assert main(["update", "main"]) == 0
    content = Path("content")
    assert {page.title for page in lock.read(content / lock.FILE).pages} == {f"Update {name}" for name in NAMES}
    Path("content/overrides.toml").write_text('["Update Edited".steps.finish]\nexpect = "any"\n')
    assert main(["update"]) == 0
    assert drift(capsys, "main") == (0, {})

    site.bob.edit("Update Edited", HOW_TO.format("edited", "Updating").replace("Finish", "Wipe").replace("touch", "rm -r"))
    site.admin.post("move", **{"from": "Update Moves", "to": "Update Moved", "reason": "its name"})
    site.admin.post("delete", title="Update Goes")
    site.admin.post("protect", title="Update Guarded", protections="edit=sysop")
    number = site.bob.edit("Update Hidden", "the password is x [[Category:Updating]]")["newrevid"]
    site.ann.edit("Update Hidden", HOW_TO.format("hidden", "Updating"))
    site.admin.post("revisiondelete", type="revision", ids=number, hide="content|user|comment")
    site.ann.edit("Update New", HOW_TO.format("new", "Updating"))
    code, kinds = drift(capsys, "main")
    assert code == 1
    assert kinds == {
        "Update Edited": {"effect-raised", "command-changed", "step-renamed"},
        "Update Moved": {"page-moved"},
        "Update Goes": {"page-deleted"},
        "Update Guarded": {"page-protected"},
        "Update New": {"page-added"},
    }
    assert main(["update", "main"]) == 0
    pages = {page.title: page for page in lock.read(content / lock.FILE).pages}
    assert set(pages) == {f"Update {name}" for name in ("Edited", "Moved", "Guarded", "Hidden", "Stays", "Größe", "New")}
    assert pages["Update Edited"].revision.user == "Bob"
    assert not any(b"the password is x" in path.read_bytes() for path in content.rglob("*") if path.is_file())
    assert drift(capsys, "main")[0] == 0
    assert drift(capsys) == (0, {})


def feed_of(site: Any, user: str, *titles: str) -> str:
    """What the wiki's feed of its last changes says of a user's edits of some pages. The wiki writes them down after it has answered, those
    of one second in any order, and remembers its feed: asked for another number of entries it makes a new one."""
    for limit in range(20, 50):
        feed: str = site.ann.get("api.php", action="feedrecentchanges", feedformat="atom", limit=limit, days=30).decode()
        head, *entries = feed.rstrip().removesuffix("</feed>").split("<entry>")
        own = [entry for entry in entries if f"<name>{user}</name>" in entry]
        found = [entry for title in titles for entry in own if f"<title>{title}</title>" in entry]
        if len(found) == len(titles):
            return "<entry>".join((head, *found)).removesuffix("</feed>") + "</feed>"
    raise AssertionError(f"the wiki's feed says nothing of {user}'s edits of {titles}")


def test_a_feed_against_the_lock_starts_from_the_committed_copies(
    site: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    settings(site, "Fed")
    for name in ("Edited", "Large"):
        site.ann.edit(f"Feed {name}", HOW_TO.format(name.lower(), "Fed"))
    assert main(["update", "main"]) == 0
    site.bob.edit("Feed Edited", HOW_TO.format("edited", "Fed").replace("ls -l", "ls -la"))
    site.bob.edit("Feed Large", HOW_TO.format("large", "Fed") + "\nmuch" * 9000)
    Path("changes.atom").write_text(feed_of(site, "Bob", "Feed Edited", "Feed Large"))
    code, kinds = drift(capsys, "changes.atom")
    assert (code, kinds) == (1, {"Feed Edited": {"command-changed"}, "Feed Large": {"page-unknown"}})
    code, kinds = drift(capsys, "changes.atom", "--wiki", "main")
    assert (code, kinds) == (1, {"Feed Edited": {"command-changed"}, "Feed Large": {"reworded"}})
    assert main(["update", "changes.atom"]) == 0
    assert "ls -la" in Path("content/main/feed-edited.wiki").read_text()
    assert "much" not in Path("content/main/feed-large.wiki").read_text()
    assert drift(capsys, "changes.atom", "--wiki", "main")[1] == {"Feed Large": {"reworded"}}


@pytest.mark.parametrize("kind", ["full", "current"])
def test_what_dumpbackup_writes_is_read_exactly(site: Any, tmp_path: Path, kind: str) -> None:
    title = f"Dumped {kind} データ"
    texts = [f"text {number} & <pre>\n  x</pre>" for number in range(3)]
    for text in texts:
        site.ann.edit(title, text)
    site.ann.edit(f"Template:Dumped {kind}", "a template")
    site.run("dumpBackup.php", f"--{kind}", f"--output=file:{tmp_path}/dump.xml", "--quiet")
    data = (tmp_path / "dump.xml").read_bytes()
    packed = {"dump.xml": data, "dump.xml.bz2": bz2.compress(data), "dump.xml.xz": lzma.compress(data)}
    for name, content in packed.items():
        (tmp_path / name).write_bytes(content)
        pages = {page.title: page for page in sources.read(tmp_path / name)}
        found = [each.text for each in (*reversed(pages[title].history), pages[title])]
        assert found == (texts if kind == "full" else texts[-1:])
        assert not any(name.startswith("Template:") for name in pages)


def test_a_template_edited_on_the_wiki_changes_steps_of_pages_that_use_it(
    site: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    settings(site, "Templated")
    Path("runbook.toml").write_text(Path("runbook.toml").read_text() + "templates = true\n")
    site.ann.edit("Template:Shop lister", " # ls -l {{{1}}}")
    site.ann.edit("Templated page", "# Look:\n{{Shop lister|/srv}}\n[[Category:Templated]]")
    assert main(["update", "main"]) == 0
    assert drift(capsys, "main") == (0, {})
    site.bob.edit("Template:Shop lister", " # rm -r {{{1}}}")
    assert drift(capsys, "main") == (1, {"Templated page": {"effect-raised", "command-changed"}})
    assert main(["update", "main"]) == 0
    assert drift(capsys, "main") == (0, {})
