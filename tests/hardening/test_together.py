"""Two runs at once of what writes: each is whole, and neither takes the other's work away unseen."""

from __future__ import annotations

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
