"""What changes in directories whose owner is not to be trusted, seen from outside, from one look to the next.

Nothing is followed: directories are opened by their name in one that is open already and never through a link, nothing is opened but
directories and regular files, and all that is read and kept has a bound.
"""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import NamedTuple

from runbook.sandbox.root import Layer

MOST_DEEP = 200
"""Levels of directories that are looked into."""
_MOST_READ = 4 * 2**20
"""Bytes of a file that are compared; of a larger one any sign of writing counts as a change."""
_READ_IN_ALL = 256 * 2**20
"""Bytes that are compared at one look."""
_IN = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


class Change(NamedTuple):
    """`kind` is added, modified or deleted; `what` is file, directory, link or other."""

    kind: str
    path: bytes
    what: str


class _Entry(NamedTuple):
    what: str
    facts: tuple[object, ...]
    """What makes a change: mode, owner, group, the target of a link; not what is in a file."""
    stamp: tuple[int, ...]
    """Without a change in these (inode and ctime, which nobody can set), a file holds what it held."""
    digest: bytes


_GONE = "gone"
"""What hides a file of the lower layer: a character device 0/0."""


class Watch:
    """The layers of a root as they were at the last look."""

    def __init__(self, layers: Sequence[Layer]) -> None:
        self._layers = layers
        self._left = _READ_IN_ALL
        self._seen: list[dict[bytes, _Entry]] = [{} for _ in layers]
        self._seen = [self._look(layer, {}) for layer in layers]

    def changes(self) -> list[Change]:
        """What is different now, by path; what was in a directory that is gone is not told."""
        self._left = _READ_IN_ALL
        out: list[Change] = []
        for n, layer in enumerate(self._layers):
            now = self._look(layer, self._seen[n])
            out += self._between(layer, self._seen[n], now)
            self._seen[n] = now
        return sorted(out, key=lambda change: change.path)

    def _between(self, layer: Layer, old: dict[bytes, _Entry], new: dict[bytes, _Entry]) -> Iterator[Change]:
        for path, entry in new.items():
            before = old.get(path)
            if before != entry and (told := self._told(layer, path, before, entry)):
                yield told
        for path, entry in old.items():
            if path in new or entry.what == _GONE:
                continue
            above = os.path.dirname(path)
            if not above or (above in new and new[above].what == "directory"):
                yield Change("deleted", _named(layer, path), entry.what)

    def _told(self, layer: Layer, path: bytes, before: _Entry | None, entry: _Entry) -> Change | None:
        name = _named(layer, path)
        if before is None:
            before = self._beneath(layer, path, entry)
        if entry.what == _GONE:
            return Change("deleted", name, before.what) if before and before.what != _GONE else None
        if before is None or before.what == _GONE:
            return Change("added", name, entry.what)
        same = before.what == entry.what and before.facts == entry.facts
        if same and (entry.what != "file" or before.digest == entry.digest != b""):
            return None
        return Change("modified", name, entry.what)

    def _beneath(self, layer: Layer, path: bytes, entry: _Entry) -> _Entry | None:
        """What stood there in the lower layer, which nobody inside can change."""
        if layer.lower is None:
            return None
        below = os.path.join(os.fsencode(layer.lower), path)
        try:
            status = os.lstat(below)
            target = os.readlink(below) if stat.S_ISLNK(status.st_mode) else b""
            digest = b""
            if entry.what == "file" and stat.S_ISREG(status.st_mode):
                handle = os.open(below, _IN)
                with os.fdopen(handle, "rb") as stream:
                    digest = self._digest(stream.fileno(), status)
        except OSError:
            return None
        # Its owner has no number inside; that it has another one now is no change that anybody made.
        return _Entry(_what(status), (status.st_mode, *entry.facts[1:3], target), (), digest)

    def _look(self, layer: Layer, old: dict[bytes, _Entry]) -> dict[bytes, _Entry]:
        """All that lies in the upper layer."""
        out: dict[bytes, _Entry] = {}
        top = os.open(layer.upper, _IN | os.O_DIRECTORY)
        device = os.fstat(top).st_dev
        waiting: list[tuple[int, bytes, list[bytes]]] = [(top, b"", _names(top))]
        while waiting:
            handle, path, names = waiting[-1]
            if not names:
                waiting.pop()
                os.close(handle)
                continue
            name = names.pop()
            full = path + name
            try:
                status = os.stat(name, dir_fd=handle, follow_symlinks=False)
            except OSError:  # it has just gone
                continue
            if status.st_dev != device:  # another layer, which is looked at by itself
                continue
            out[full] = self._entry(handle, name, status, old.get(full))
            if stat.S_ISDIR(status.st_mode) and len(waiting) < MOST_DEEP:
                with suppress(OSError):
                    inner = os.open(name, _IN | os.O_DIRECTORY, dir_fd=handle)
                    waiting.append((inner, full + b"/", _names(inner)))
        return out

    def _entry(self, handle: int, name: bytes, status: os.stat_result, old: _Entry | None) -> _Entry:
        stamp = (status.st_ino, status.st_ctime_ns, status.st_size)
        if old is not None and old.stamp == stamp:
            return old
        what, target, digest = _what(status), b"", b""
        if what == "link":
            with suppress(OSError):
                target = os.readlink(name, dir_fd=handle)
        elif what == "file":
            with suppress(OSError):
                inner = os.open(name, _IN, dir_fd=handle)
                try:
                    digest = self._digest(inner, os.fstat(inner))
                finally:
                    os.close(inner)
        facts = (status.st_mode, status.st_uid, status.st_gid, target)
        return _Entry(what, facts, () if what == "directory" else stamp, digest)

    def _digest(self, handle: int, status: os.stat_result) -> bytes:
        """What a regular file holds, empty when it is too large to be compared."""
        if not stat.S_ISREG(status.st_mode) or status.st_size > min(_MOST_READ, self._left):
            return b""
        data = b""
        while len(data) <= _MOST_READ and (piece := os.read(handle, _MOST_READ + 1 - len(data))):
            data += piece
        self._left -= len(data)
        return hashlib.sha256(data).digest() if len(data) <= _MOST_READ else b""


def _names(handle: int) -> list[bytes]:
    return [os.fsencode(name) for name in os.listdir(handle)]


def _named(layer: Layer, path: bytes) -> bytes:
    return os.path.join(os.fsencode(layer.path), path)


def _what(status: os.stat_result) -> str:
    mode = status.st_mode
    if stat.S_ISCHR(mode) and status.st_rdev == 0:
        return _GONE
    kinds = ((stat.S_ISREG, "file"), (stat.S_ISDIR, "directory"), (stat.S_ISLNK, "link"))
    return next((word for test, word in kinds if test(mode)), "other")
