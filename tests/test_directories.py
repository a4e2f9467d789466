"""Directories as a page tells them."""

from __future__ import annotations

import posixpath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runbook import checks
from runbook.directories import is_whole, joined, keeps_directory, stays_here
from runbook.model import Command

JOINED = [
    ("/srv", "a/../b", "/srv/b"),
    ("/srv", "/x//y/", "/x/y"),
    ("/srv", "//x", "/x"),
    ("/", "..", "/"),
    ("~", "src", "~/src"),
    ("~", "..", None),
    ("~", "../other", None),
    (".", "src", "./src"),
    (".", ".", "."),
    (".", "-rf", "./-rf"),
    (".", ".hidden", "./.hidden"),
    (".", "...", "./..."),
    ("./src", "..", "."),
    ("./src", "../..", ".."),
    ("./src", "../../x", "../x"),
    ("./src", "~/x", "~/x"),
    ("./src", "/x", "/x"),
    (None, "src", None),
    (None, "/src", "/src"),
]


@pytest.mark.parametrize(("cwd", "path", "expected"), JOINED)
def test_joined(cwd: str | None, path: str, expected: str | None) -> None:
    assert joined(cwd, path) == expected


@given(st.lists(st.sampled_from(["..", ".", "a", "~", "-x", "b c", ".a"]), min_size=1, max_size=6))
def test_a_relative_path_stays_one(parts: list[str]) -> None:
    """It leads where it led, can't be taken for an option, nor for a path from a home."""
    path = "/".join(["x", *parts])
    found = joined(".", path)
    assert found is not None
    assert not is_whole(found)
    assert found in (".", "..") or found.startswith(("./", "../"))
    assert posixpath.normpath(f"/a/b/c/d/e/f/{found}") == posixpath.normpath(f"/a/b/c/d/e/f/{path}")


@pytest.mark.parametrize(
    ("entering", "here", "there"),
    [
        ("su", True, True),
        ("su -", True, False),
        ("su - postgres", True, False),
        ("sudo -s", True, True),
        ("sudo -i", True, False),
        ("sudo -iu postgres", True, False),
        ("sudo -u postgres -s", True, True),
        ("sudo bash", True, True),
        ("/bin/bash", True, True),
        ("tmux", True, True),
        ("ssh root@db", False, False),
        ("sudo chroot /mnt bash", False, False),
        ("docker exec -it web bash", False, False),
        ("vserver v1 enter", False, False),
        ("fakeroot", False, False),
    ],
)
def test_shells_on_the_same_host(entering: str, here: bool, there: bool) -> None:
    """In another user's shell the host's files are the same, but not the home; in a container or on another machine none are."""
    assert (stays_here(entering), keeps_directory(entering)) == (here, there)
    command = Command((1, 1), "mkdir /srv/mill; mkdir ~/mill", context=(entering,))
    own = [("~/mill",)] if entering in ("/bin/bash", "tmux") else []
    assert [check.args for check in checks.post_conditions(command)] == ([("/srv/mill",), *own] if here else [])
