"""What of the host's files gets into a sandbox."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from runbook.sandbox import root


@pytest.fixture
def etc(tmp_path: Path) -> Path:
    folder = tmp_path / "etc"
    folder.mkdir(mode=0o755)
    for name, text, mode in (("open", "x", 0o644), ("group", "x", 0o640), ("own", "x", 0o600), ("tool", "x", 0o755)):
        (folder / name).write_text(text)
        (folder / name).chmod(mode)
    return folder


def copied(etc: Path) -> set[str]:
    into = etc.with_name("copy")
    into.mkdir()
    root._copy(str(etc), str(into), network=False)
    return {str(path.relative_to(into)) for path in into.rglob("*")}


def test_only_what_anybody_may_read_is_copied(etc: Path) -> None:
    (etc / "private").mkdir(mode=0o700)
    (etc / "private" / "open").write_text("x")
    (etc / "shared").mkdir(mode=0o755)
    (etc / "shared" / "open").write_text("x")
    (etc / "shared" / "open").chmod(0o644)
    os.mkfifo(etc / "pipe", 0o644)
    (etc / "link").symlink_to("own")
    assert copied(etc) == {"open", "tool", "shared", "shared/open", "link"}
    assert (etc.with_name("copy") / "link").is_symlink()
    assert (etc.with_name("copy") / "tool").stat().st_mode & 0o777 == 0o755


def test_what_is_large_is_left_out(etc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(root, "_LARGEST", 10)
    (etc / "open").write_text("x" * 11)
    assert copied(etc) == {"tool"}


def test_no_more_is_copied_than_there_is_room_for(etc: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(root, "_MOST", 1)
    assert len(copied(etc)) == 1


def test_accounts_have_no_passwords(etc: Path) -> None:
    (etc / "passwd").write_text("root:secret:0:0:root:/root:/bin/bash\nbroken\nbob:x:1000:1000::/home/bob:/bin/sh\n")
    root._accounts(str(etc))
    assert [line.split(":")[:2] for line in (etc / "shadow").read_text().splitlines()] == [["root", "*"], ["bob", "*"]]
