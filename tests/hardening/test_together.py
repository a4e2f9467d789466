"""Two runs at once of what writes: each is whole, and neither takes the other's work away unseen."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

from hardening.projects import COMMAND, environment, project, run


def together(folder: Path, count: int, *words: object) -> list[tuple[int, str]]:
    """Exit codes and complaints of so many at once."""
    processes = [
        subprocess.Popen(
            [*COMMAND, *map(str, words)], cwd=folder, env=environment(folder), stdout=-3, stderr=-1, stdin=-3, text=True
        )
        for _ in range(count)
    ]
    told = [process.communicate()[1] for process in processes]
    return [(process.returncode, text) for process, text in zip(processes, told, strict=True)]


def test_builds_at_once_leave_one_whole_site(tmp_path: Path) -> None:
    folder = project(tmp_path / "project")
    assert together(folder, 3, "build") == [(0, "")] * 3
    names = {path.name for path in folder.iterdir()}
    assert names == {"cache", "content", "mkdocs.yml", "runbook.toml", "site"}
    for number in range(3):
        assert "State" in (folder / f"site/page-{number}/index.html").read_text()
    assert "</html>" in (folder / "site/index.html").read_text()


def test_accepting_at_once_takes_the_output_once(tmp_path: Path) -> None:
    folder = project(tmp_path / "project")
    run(folder, "verify", "content/Page 0.wiki", "--report", "report.json")
    found = together(folder, 3, "accept", "--yes", "--report", "report.json", "content/Page 0.wiki")
    assert {code for code, _ in found} <= {0, 2}
    assert [code for code, _ in found].count(0) >= 1
    assert all("changed meanwhile" in text for code, text in found if code == 2), found
    assert (folder / "content/overrides.toml").read_text().count("recordings = ") == 1
    again = run(folder, "accept", "--yes", "--report", "report.json", "content/Page 0.wiki")
    assert (again.returncode, again.stderr) == (
        0,
        "runbook: report.json: nothing printed something else than the page recorded\n",
    )


def test_writing_the_same_file_at_once_leaves_one_of_them(tmp_path: Path) -> None:
    folder = project(tmp_path / "project")
    assert [code for code, _ in together(folder, 3, "extract", "content", "-o", "out.jsonl")] == [0, 0, 0]
    assert (folder / "out.jsonl").read_text() == run(folder, "extract", "content").stdout


def test_updates_at_once_leave_a_whole_lock(tmp_path: Path) -> None:
    folder = project(tmp_path / "project")
    found = together(folder, 3, "update")
    assert {code for code, _ in found} <= {0, 2}
    assert 0 in {code for code, _ in found}
    assert all("another pull or update writes here" in text for code, text in found if code == 2), found
    assert run(folder, "update", "--dry-run").returncode == 0  # nothing is left to do
    assert not list(folder.rglob(".*"))


def test_folders_written_at_once_are_one_of_them(tmp_path: Path) -> None:
    folder = project(tmp_path / "project")
    for words in (("stage", "out"), ("convert", "--to", "markdown", "content", "-o", "pages"), ("new", "fresh")):
        found = together(folder, 3, *words)
        # A project that another run has just made is not filled again.
        refused = "fresh: is not empty" if words[0] == "new" else "\0"
        assert all(code == 0 or (code == 2 and refused in text) for code, text in found), found
        assert 0 in {code for code, _ in found}
        made = {
            path.relative_to(folder / words[-1]): path.read_bytes() for path in (folder / words[-1]).rglob("*") if path.is_file()
        }
        alone = tmp_path / words[0]
        assert run(folder, *words[:-1], alone).returncode == 0
        assert made == {path.relative_to(alone): path.read_bytes() for path in alone.rglob("*") if path.is_file()}
    assert not [path for path in folder.iterdir() if path.name.startswith(".")]


def test_reports_written_at_once_leave_one_of_them(tmp_path: Path) -> None:
    folder = project(tmp_path / "project")
    assert [code for code, _ in together(folder, 3, "verify", "--report", "out", "content/Page 0.wiki")] == [1, 1, 1]
    assert len(json.loads((folder / "out").read_text())["pages"]) == 1
    assert {path.name for path in folder.iterdir()} == {"content", "mkdocs.yml", "out", "runbook.toml"}


def test_one_guide_of_a_page_at_a_time(tmp_path: Path) -> None:
    """The second finds the first's journal: it is told, and nothing of the first is lost."""
    folder = project(tmp_path / "project")
    words = [*COMMAND, "guide", "content/Page 0.wiki"]
    pipes = {"cwd": folder, "env": environment(folder), "stdin": -1, "stdout": -1, "stderr": -1, "text": True}
    with subprocess.Popen(words, **pipes) as first:  # type: ignore[call-overload]
        assert first.stdout is not None
        assert first.stdout.readline()  # it leads: its journal is open
        (journal,) = (folder / "state/runbook").glob("*.jsonl")
        before = journal.read_bytes()
        second = run(folder, "guide", "content/Page 0.wiki")
        third = run(folder, "guide", "--anew", "content/Page 0.wiki")
        assert [second.returncode, third.returncode] == [3, 2], (second, third)
        assert "--resume goes on with it" in second.stderr
        assert "another guide" in third.stderr
        assert journal.read_bytes() == before
        first.communicate("q\n")
    assert first.returncode == 3
