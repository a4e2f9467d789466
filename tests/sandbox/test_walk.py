"""Changes of files seen from outside, on directories of this test's own."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from runbook.sandbox import walk
from runbook.sandbox.root import Layer
from runbook.sandbox.walk import Watch


@pytest.fixture
def top(tmp_path: Path) -> Path:
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "file").write_text("one")
    (tmp_path / "a" / "other").write_text("two")
    return tmp_path


def told(watch: Watch) -> list[tuple[str, str, str]]:
    return [(change.kind, change.path.decode(errors="backslashreplace"), change.what) for change in watch.changes()]


def of(top: Path) -> Watch:
    return Watch([Layer("/", str(top), None)])


def test_what_is_added_modified_and_deleted_is_told_once(top: Path) -> None:
    watch = of(top)
    assert told(watch) == []
    (top / "a" / "file").write_text("ONE")
    (top / "a" / "other").unlink()
    (top / "b").mkdir()
    (top / "b" / "new").write_text("")
    (top / "link").symlink_to("b")
    assert told(watch) == [
        ("modified", "/a/file", "file"),
        ("deleted", "/a/other", "file"),
        ("added", "/b", "directory"),
        ("added", "/b/new", "file"),
        ("added", "/link", "link"),
    ]
    assert told(watch) == []


def test_a_file_written_again_with_what_it_held_has_not_changed(top: Path) -> None:
    watch = of(top)
    new = top / "a" / "new"
    new.write_text("one")
    new.rename(top / "a" / "file")
    os.utime(top / "a" / "other", ns=(1, 1))
    assert told(watch) == []


def test_the_same_size_and_time_do_not_hide_a_change(top: Path) -> None:
    watch = of(top)
    file = top / "a" / "file"
    before = file.stat()
    file.write_text("ONE")
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert told(watch) == [("modified", "/a/file", "file")]


def test_modes_and_targets_count(top: Path) -> None:
    (top / "link").symlink_to("a")
    watch = of(top)
    (top / "a").chmod(0o700)
    (top / "a" / "file").chmod(0o600)
    (top / "link").unlink()
    (top / "link").symlink_to("b")
    assert told(watch) == [("modified", "/a", "directory"), ("modified", "/a/file", "file"), ("modified", "/link", "link")]


def test_of_a_directory_that_is_gone_only_itself_is_told(top: Path) -> None:
    watch = of(top)
    for name in ("file", "other"):
        (top / "a" / name).unlink()
    (top / "a").rmdir()
    assert told(watch) == [("deleted", "/a", "directory")]


def test_nothing_is_followed_or_waited_for(top: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (elsewhere / "file").write_text("x")
    watch = of(top)
    (top / "link").symlink_to(elsewhere)
    os.mkfifo(top / "pipe")
    assert told(watch) == [("added", "/link", "link"), ("added", "/pipe", "other")]


def test_any_name_is_told(top: Path) -> None:
    watch = of(top)
    names = [b"\x1b[31m", b"a\nb", b"x" * 255, b"\xff\xfe"]
    for name in names:
        (top / os.fsdecode(name)).write_text("")
    assert [change.path for change in watch.changes()] == [b"/" + name for name in names]
    assert told(watch) == []


def test_a_deep_tree_is_looked_at_as_far_as_there_are_handles_for(top: Path) -> None:
    watch = of(top)
    here = os.open(top, os.O_RDONLY)
    for _ in range(300):  # longer than any path may be
        os.mkdir("deep-directory", dir_fd=here)
        inner = os.open("deep-directory", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = inner
    os.close(here)
    handles = Path("/proc/self/fd")
    before = sum(1 for _ in handles.iterdir())
    assert len(told(watch)) == walk.MOST_DEEP
    assert sum(1 for _ in handles.iterdir()) == before


def test_large_files_count_as_changed_when_they_were_written_to(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walk, "_MOST_READ", 2)
    watch = of(top)
    assert told(watch) == []
    (top / "a" / "file").write_text("one")
    assert told(watch) == [("modified", "/a/file", "file")]
