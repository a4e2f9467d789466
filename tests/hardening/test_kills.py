"""A process that is killed (SIGKILL) at any moment leaves all of the old or all of the new, and the next run goes on from there."""

from __future__ import annotations

import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from hardening.projects import COMMAND, environment, project, run

KILLS = 4
"""Of each sub-command, at moments of chance; a run of each measures how long it takes, and where its writing begins."""


def files(folder: Path, *without: str) -> dict[str, str]:
    """What all files of a folder hold, as digests, by path."""
    paths = (path for path in folder.rglob("*") if path.is_file() and path.name not in without)
    return {str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest() for path in paths}


def killed(folder: Path, after: float, *words: object) -> bool:
    """Whether `runbook WORDS…` was still running so many seconds after its begin, when it was killed."""
    process = subprocess.Popen(
        [*COMMAND, *map(str, words)],
        cwd=folder,
        env=environment(folder),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        stdin=-3,
    )
    try:
        process.wait(after)
    except subprocess.TimeoutExpired:
        process.kill()
    return process.wait() == -signal.SIGKILL


def edit(folder: Path, word: str) -> None:
    for path in (folder / "content").glob("*.wiki"):
        path.write_text(path.read_text().replace("Words", word))


Target = tuple[tuple[str, ...], Callable[[Path], dict[str, str]]]


def target(name: str, folder: Path) -> Target:
    """The words of a sub-command that writes, and what it leaves."""
    if name == "build":
        # The build's own date is no part of its state.
        return ("build",), lambda where: files(where / "site", "sitemap.xml", "sitemap.xml.gz")
    assert run(folder, "verify", "content/Page 0.wiki", "--report", "report.json").returncode == 1
    words = ("accept", "--yes", "--report", "report.json", "content/Page 0.wiki")
    return words, lambda where: {
        "out": (where / "content/overrides.toml").read_text() if (where / "content/overrides.toml").exists() else ""
    }


@pytest.mark.parametrize("name", ["build", "accept"])
def test_a_kill_at_any_moment_leaves_the_old_or_the_new(name: str, tmp_path: Path) -> None:
    folder = project(tmp_path / "project", pages=4)
    words, state = target(name, folder)
    if name == "build":
        assert run(folder, *words).returncode == 0
        edit(folder, "Others")
    old = state(folder)
    before = tmp_path / "before"
    shutil.copytree(folder, before)
    begin = time.monotonic()
    assert run(folder, *words).returncode == 0
    whole = time.monotonic() - begin
    new = state(folder)
    assert old != new
    chance = random.Random(name)
    alive = 0
    for _ in range(KILLS):
        shutil.rmtree(folder)
        shutil.copytree(before, folder)
        alive += killed(folder, chance.uniform(0.4, 1) * whole, *words)
        assert state(folder) in (old, new)
    assert alive  # else nothing was shown
    assert run(folder, *words).returncode == 0  # what was left is no hindrance
    assert state(folder) == new
    assert not list(folder.glob(".site.*"))


def killed_at(step: int, words: list[str], folder: Path) -> int:
    """A run in a process of its own, which ends as if killed when it writes to the file system for the `step`th time."""
    code = (
        "import os, sys\n"
        "left = [int(sys.argv.pop(1))]\n"
        "writes = ('os.rename', 'os.remove', 'os.rmdir', 'os.mkdir', 'os.chmod', 'os.link', 'ctypes.dlsym', 'tempfile.mkstemp', 'tempfile.mkdtemp')\n"
        "def audit(event, values):\n"
        "    if event in writes or (event == 'open' and isinstance(values[2], int) and values[2] & 3):\n"
        "        left[0] -= 1\n"
        "        if not left[0]: os._exit(9)\n"
        "from runbook.cli import main\n"
        "sys.addaudithook(audit)\n"
        "sys.exit(main(sys.argv[1:]))\n"
    )
    done = subprocess.run(
        [COMMAND[0], "-c", code, str(step), *words],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode


def test_accepting_killed_between_any_two_writes(tmp_path: Path) -> None:
    folder = project(tmp_path / "accept", pages=1)
    words, state = target("accept", folder)
    assert run(folder, *words).returncode == 0
    new = state(folder)
    overrides = folder / "content/overrides.toml"
    seen = set()
    for step in range(1, 40):
        overrides.unlink(missing_ok=True)
        code = killed_at(step, list(words), folder)
        assert code in {0, 9}
        found = state(folder)
        assert found in ({"out": ""}, new)
        seen.add(found == new)
        if code == 0:
            break
    assert (code, seen) == (0, {False, True})
