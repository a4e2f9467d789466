"""Directories as a page tells them: whole paths, paths from a home ("~/src"), and paths from where its steps begin ("./src")."""

from __future__ import annotations

import posixpath
from typing import Final

from runbook.patterns import pattern

START: Final = "."
"""The directory in which a reader begins: where that is, no page says."""


def joined(cwd: str | None, path: str) -> str | None:
    """`path`, seen from the directory `cwd`; null when that isn't known, the path leaves a home whose name isn't, or is on a disk of
    Windows."""
    if path[1:3] == ":\\":
        return None
    if path.startswith("/"):
        return "/" + posixpath.normpath(path).lstrip("/")
    if path == "~" or path.startswith("~"):
        return posixpath.normpath(path)
    if cwd is None:
        return None
    found = posixpath.normpath(posixpath.join(cwd, path))
    if is_whole(cwd):
        return found if is_whole(found) else None
    return found if found in (".", "..") or found.startswith("../") else f"./{found}"


def is_whole(path: str) -> bool:
    """Whether a path says by itself where it leads: from the root, or from a home."""
    return path.startswith(("/", "~"))


_SHELLS: Final = frozenset("su bash sh dash ash zsh ksh csh tcsh fish newgrp sg scl screen tmux byobu".split())
_AS: Final = frozenset(("sudo", "doas"))
_WITH_VALUE: Final = frozenset(("-u", "-g", "-U", "-p", "-h", "-C", "-r", "-t", "--user", "--group"))
_CLUSTER: Final = pattern(r"-[A-Za-z]+[ugUphCrt]")
_USER: Final = pattern(r"-[A-Za-z]*u|--user")
_LOGIN: Final = pattern(r"-[a-z]*[il][a-z]*|-|--login")


def stays_here(entering: str) -> bool:
    """Whether a command that enters a shell enters one on the same host, with the same files: another user's, or a shell's own."""
    words = _without_sudo(entering.split())
    return words is not None and (not words or posixpath.basename(words[0]) in _SHELLS)


def keeps_directory(entering: str) -> bool:
    """Whether a shell that was entered on the same host is in the directory where one was: not a login shell, which goes home."""
    words = entering.split()
    return stays_here(entering) and not any(map(_LOGIN.fullmatch, words[1:]))


def entered_user(entering: str) -> str:
    """Whose shell a command enters that stays on this host, "" for one of whoever types it."""
    words = entering.split()
    inner = _without_sudo(words) or []
    if inner and posixpath.basename(inner[0]) == "su":
        named = [word for word in inner[1:] if not word.startswith("-")]
        return named[0] if named else "root"
    given = words[: len(words) - len(inner)]
    for at, option in enumerate(given[:-1]):
        if _USER.fullmatch(option):
            return given[at + 1]
    return "root" if given else ""


def _without_sudo(words: list[str]) -> list[str] | None:
    """The words of the command that sudo runs, none when it enters a shell itself; None for no command at all."""
    if not words or posixpath.basename(words[0]) not in _AS:
        return words or None
    at = 1
    while at < len(words) and words[at].startswith("-"):
        at += 2 if words[at] in _WITH_VALUE or _CLUSTER.fullmatch(words[at]) else 1
    return words[at:]
