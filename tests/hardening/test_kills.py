"""A process that is killed (SIGKILL) at any of its writes leaves all of the old or all of the new, and the next run goes on from there.

Each sub-command runs in a process of its own, which kills itself at its n-th write: nothing depends on how fast it is.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from hashlib import sha256
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryFile
from typing import NamedTuple

import pytest
from runbook.cli import main
from runbook.run import guides

from hardening.projects import environment, project, run

LAST = "the last one\n"
PAGE = "content/Page 0.wiki"
MOST = 8
"""Writes of each sub-command at which it is killed, spread over all; the last ones, in which the new takes the old's place, are among them."""
_WRITES = frozenset(
    "os.rename os.remove os.rmdir os.mkdir os.chmod os.link os.truncate ctypes.dlsym tempfile.mkstemp tempfile.mkdtemp".split()
)


def files(folder: Path) -> dict[str, str]:
    """What all files of a folder hold, as digests, by path."""
    return {
        str(path.relative_to(folder)): sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        # The build's own date is no part of its state.
        if path.is_file() and not path.name.startswith("sitemap.")
    }


def edit(folder: Path) -> None:
    for path in (folder / "content").glob("*.wiki"):
        path.write_text(path.read_text().replace("Words", "Others"))


class Writer(NamedTuple):
    """A sub-command that writes. `begin` makes what is there before; `state` is what of it may be all old or all new; `again`: its words
    once it was killed, where they differ."""

    words: tuple[str, ...]
    state: Callable[[Path], object]
    begin: Callable[[Path], None] = lambda _: None
    code: int = 0
    again: tuple[str, ...] = ()


def file(name: str) -> Callable[[Path], object]:
    def state(folder: Path) -> object:
        return (folder / name).read_text() if (folder / name).exists() else None

    return state


def tree(name: str) -> Callable[[Path], object]:
    return lambda folder: files(folder / name)


def to_file(*words: str) -> Writer:
    return Writer((*words, "-o", "out"), file("out"), lambda folder: (folder / "out").write_text(LAST) and None)


def reported(folder: Path) -> object:
    """A report has times in it: what counts is that it is all there."""
    text = (folder / "out").read_text()
    return text if text == LAST else len(json.loads(text)["pages"])


def guided(folder: Path) -> object:
    """The script of a guide, which the terminal is handed to."""
    return [guides.whole(path.read_text()) for path in folder.glob("state/runbook/*.sh")]


def locked(folder: Path) -> None:
    assert run(folder, "update").returncode == 0
    edit(folder)


def staged(folder: Path) -> None:
    assert run(folder, "stage", "out").returncode == 0
    edit(folder)


def built(folder: Path) -> None:
    assert run(folder, "build").returncode == 0
    edit(folder)


def verified(folder: Path) -> None:
    assert run(folder, "verify", PAGE, "--report", "report.json").returncode == 1


WRITERS = {
    "extract": to_file("extract", "content"),
    "script": to_file("script", PAGE),
    "schema": to_file("schema"),
    "lock": Writer(("update",), file("content/runbook.lock"), locked),
    "accept": Writer(("accept", "--yes", "--report", "report.json", PAGE), file("content/overrides.toml"), verified),
    "report": Writer(("verify", "--report", "out", PAGE), reported, lambda folder: (folder / "out").write_text(LAST) and None, code=1),
    "convert": to_file("convert", "--to", "json", PAGE),
    "new": Writer(("new", "fresh"), tree("fresh")),
    "guide": Writer(("guide", PAGE), guided, code=3, again=("guide", "--anew", PAGE)),
    "stage": Writer(("stage", "out"), tree("out"), staged),
    "build": Writer(("build",), tree("site"), built),
}  # fmt: skip


def _run_to(step: int, words: tuple[str, ...], folder: Path, counter: int) -> None:
    """What a child does: the sub-command, up to its write with that number. `counter` is a file that gets the number of writes so far."""
    os.chdir(folder)
    os.environ.update(environment(folder))
    count = 0

    def hook(event: str, values: tuple[object, ...]) -> None:
        nonlocal count
        opened = event == "open" and isinstance(values[2], int) and values[2] & (os.O_WRONLY | os.O_RDWR)
        if event in _WRITES or (opened and values[0] != os.devnull):
            count += 1
            os.pwrite(counter, b"%d" % count, 0)
            if count == step:
                os.kill(os.getpid(), signal.SIGKILL)

    null = os.open(os.devnull, os.O_RDWR)
    for number in (0, 1, 2):
        os.dup2(null, number)
    sys.addaudithook(hook)
    os._exit(main(words))


def killed_at(step: int, words: tuple[str, ...], folder: Path) -> tuple[int, int]:
    """Runs a sub-command that is killed at its `step`th write (0: never): its exit status and how many writes there were."""
    with TemporaryFile() as counter:
        child = os.fork()
        if not child:
            try:
                _run_to(step, words, folder, counter.fileno())
            finally:
                os._exit(99)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return status, int(os.pread(counter.fileno(), 20, 0) or 0)


@pytest.fixture(scope="module", autouse=True)
def _loaded() -> None:
    """What the sub-commands import when they run, once for all children."""
    for name in ("accept", "convert", "report.outcomes", "run.scripts", "staging", "update"):
        import_module(f"runbook.{name}")


@pytest.mark.parametrize("name", WRITERS)
def test_a_kill_at_any_write_leaves_the_old_or_the_new(name: str, tmp_path: Path) -> None:
    writer = WRITERS[name]
    folder, before = project(tmp_path / "project"), tmp_path / "before"
    writer.begin(folder)
    old = writer.state(folder)
    shutil.copytree(folder, before)
    code, writes = killed_at(0, writer.words, folder)
    assert code == writer.code
    new = writer.state(folder)
    assert old != new
    seen = []
    for step in sorted({*range(max(1, writes - MOST // 2), writes + 1), *range(1, writes + 1, max(1, 2 * writes // MOST))}):
        shutil.rmtree(folder)
        shutil.copytree(before, folder)
        assert killed_at(step, writer.words, folder)[0] == -signal.SIGKILL
        found = writer.state(folder)
        assert found in (old, new), step
        seen.append(found == new)
        assert killed_at(0, writer.again or writer.words, folder)[0] == writer.code, step  # what was left is no hindrance
        assert writer.state(folder) == new
    assert False in seen
    assert {path.name for path in folder.iterdir()} - {path.name for path in before.iterdir()} <= {
        "out",
        "fresh",
        "state",
        "cache",
    }


def test_the_kills_are_seen_where_something_is_written_as_it_comes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the test above would hold for whatever writes nothing."""
    folder = project(tmp_path / "project")
    assert killed_at(0, ("schema", "-o", "out"), folder)[1] >= 3
    assert killed_at(1, ("schema", "-o", "out"), folder)[0] == -signal.SIGKILL
