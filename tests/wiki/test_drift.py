"""`runbook drift` against a real MediaWiki as it is now."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from runbook import lock, project, sources
from runbook.cli import main
from runbook.extract import extract_many

HOW_TO = "# Look at {0}:\n#: <pre># ls -l /srv/{0}</pre>\n[[Category:Drifting]]"


def test_what_happened_on_the_wiki_is_told_and_nothing_here_changes(
    site: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("runbook.toml").write_text(
        f'[wikis.main]\nurl = "{site.url}"\napi = "{site.url}/api.php"\ncontact = "me@example.org"\ncategories = ["Drifting"]\n'
    )
    for name in ("Edited", "Moves", "Goes", "Guarded", "Stays"):
        site.ann.edit(f"Drift {name}", HOW_TO.format(name.lower()))
    assert main(["pull"]) == 0
    content = Path("content")
    pages = list(sources.read_directory(content))
    lock.write(
        content / lock.FILE, lock.of(zip(pages, extract_many(pages, project.load(Path(), content, pages)), strict=True), content)
    )
    before = {path: path.read_bytes() for path in content.rglob("*") if path.is_file()}
    capsys.readouterr()
    assert main(["drift", "main"]) == 0
    assert "no drift: 5 pages the same" in capsys.readouterr().out

    site.bob.edit("Drift Edited", HOW_TO.format("edited").replace("ls -l", "rm -r"), summary="tidy up")
    site.admin.post("move", **{"from": "Drift Moves", "to": "Drift Moved", "reason": "its name"})
    site.admin.post("delete", title="Drift Goes")
    site.admin.post("protect", title="Drift Guarded", protections="edit=sysop")
    assert main(["drift", "main", "--format", "json"]) == 1
    found = {
        page["new"]["title"] if page["new"] else page["old"]["title"]: page
        for page in json.loads(capsys.readouterr().out)["pages"]
    }
    kinds = {
        title: {change["kind"] for part in (page, *page["steps"]) for change in part["changes"]} for title, page in found.items()
    }
    assert kinds == {
        "Drift Edited": {"effect-raised", "command-changed"},
        "Drift Moved": {"page-moved"},
        "Drift Goes": {"page-deleted"},
        "Drift Guarded": {"page-protected"},
    }
    edited = found["Drift Edited"]
    assert (edited["new"]["revision"]["user"], edited["new"]["revision"]["comment"]) == ("Bob", "tidy up")
    assert edited["new"]["source"] == "content/main/drift-edited.wiki"
    assert f"diff={edited['new']['revision']['id']}" in edited["diff"]
    assert {path: path.read_bytes() for path in content.rglob("*") if path.is_file()} == before
    assert main(["drift", "main", "--offline"]) == 2
