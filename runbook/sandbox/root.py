"""The throw-away root: all that can be written is one tmpfs, in front of what anybody on the host may read of its programs.

Of the host there is only what is named here. Programs and their data (/usr, the package database) lie beneath an overlay; files that
an administrator edits (/etc) are copied, since nobody but their owner could write to them in place. Directories stand in the upper layer
from the beginning, so that they belong to who is root inside.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from runbook.sandbox.system import NO_DEVICES, mount

PROGRAMS = ("usr", "bin", "sbin", "lib", "lib32", "lib64", "libx32")
"""Of the host's root: links as they are, directories beneath an overlay."""
DATABASES = ("var/lib/dpkg", "var/lib/rpm", "var/lib/pacman")
EMPTY = (
    ("boot", 0o755),
    ("dev", 0o755),
    ("etc", 0o755),
    ("home", 0o755),
    ("media", 0o755),
    ("mnt", 0o755),
    ("opt", 0o755),
    ("proc", 0o555),
    ("root", 0o700),
    ("run", 0o755),
    ("run/lock", 0o1777),
    ("run/verify", 0o700),
    ("srv", 0o755),
    ("sys", 0o555),
    ("tmp", 0o1777),
    ("var", 0o755),
    ("var/backups", 0o755),
    ("var/cache", 0o755),
    ("var/lib", 0o755),
    ("var/local", 0o755),
    ("var/log", 0o755),
    ("var/mail", 0o1777),
    ("var/opt", 0o755),
    ("var/spool", 0o755),
    ("var/spool/cron", 0o755),
    ("var/spool/cron/crontabs", 0o1730),
    ("var/tmp", 0o1777),
)
LINKS = (("var/run", "/run"), ("var/lock", "/run/lock"))
WORK = "run/verify"
"""Where the script keeps what commands printed: a tmpfs of its own, that no page's disk use can fill."""

_DEEP = 4
"""Levels below an overlay down to which directories belong to root inside; below, only new ones do."""
_LARGEST = 2**20
"""Bytes of a file of /etc that is copied."""
_MOST = 32 * 2**20
"""Bytes that are copied in all."""
_NO_SERVICES = b"#!/bin/sh\nexit 101\n"
"""What Debian's packages ask before they start a service: it may not be started."""
_INODES = 120_000
_WORK_SIZE = 160 * 2**20


class Layer(NamedTuple):
    """A part of the root that can be written: `path` is its name inside, `upper` where what is written lies, `lower` what stands
    beneath, None for nothing."""

    path: str
    upper: str
    lower: str | None


class Root(NamedTuple):
    """`path` is to become /, `work` is WORK in it, `fixed` are directories of the host that are only to be read, since the kernel gives
    no overlay for them."""

    path: str
    work: str
    layers: tuple[Layer, ...]
    fixed: tuple[str, ...]


def build(place: str, disk: int, network: bool, sudo: str) -> Root:
    """Makes the root on a tmpfs of `disk` bytes over the directory `place`, in mounts of this process's own; `sudo` is the text of what
    stands in for it there. Raises OSError."""
    mount("tmpfs", place, "tmpfs", NO_DEVICES, f"mode=0755,size={disk},nr_inodes={_INODES}")
    root = f"{place}/root"
    os.mkdir(root, 0o755)
    for name, mode in EMPTY:
        _directory(f"{root}/{name}", mode)
    for name, target in LINKS:
        os.symlink(target, f"{root}/{name}")
    mount("tmpfs", f"{root}/{WORK}", "tmpfs", NO_DEVICES, f"mode=0700,size={_WORK_SIZE},nr_inodes=20000")
    layers, fixed = [Layer("/", root, None)], []
    for name in (*PROGRAMS, *DATABASES):
        lower = f"/{name}"
        if os.path.islink(lower):
            os.symlink(os.readlink(lower), f"{root}/{name}")
        elif os.path.isdir(lower):
            _directory(f"{root}/{name}", 0o755)
            layer = _overlay(place, root, name)
            if layer:
                layers.append(layer)
            else:
                fixed.append(lower)
    _copy("/etc", f"{root}/etc", network)
    _accounts(f"{root}/etc")
    if any(layer.path == "/usr" for layer in layers):
        _write(f"{root}/usr/bin/sudo", sudo.encode(), 0o755)
        _write(f"{root}/usr/sbin/policy-rc.d", _NO_SERVICES, 0o755)
    return Root(root, f"{root}/{WORK}", tuple(layers), tuple(fixed))


def _directory(path: str, mode: int) -> None:
    with suppress(FileExistsError):
        os.mkdir(path)
    os.chmod(path, mode)  # whatever the umask is


def _overlay(place: str, root: str, name: str) -> Layer | None:
    """An overlay over a directory of the host, None where there can be none: an old kernel, or other mounts in it."""
    upper, work = f"{place}/upper-{name.replace('/', '-')}", f"{place}/work-{name.replace('/', '-')}"
    os.mkdir(upper)
    os.mkdir(work)
    _skeleton(f"/{name}", upper, _DEEP, locks=name in DATABASES)
    if name in DATABASES:
        for entry in _entries(f"/{name}"):  # written in place, or linked, which only their owner may
            if entry.is_file(follow_symlinks=False) and 0 < entry.stat().st_size <= _MOST:
                _copied(entry.path, f"{upper}/{entry.name}", _mode(entry.stat()), _MOST)
    try:
        mount("overlay", f"{root}/{name}", "overlay", NO_DEVICES, f"lowerdir=/{name},upperdir={upper},workdir={work},userxattr")
    except OSError:
        return None
    return Layer(f"/{name}", upper, f"/{name}")


def _skeleton(lower: str, upper: str, deep: int, *, locks: bool) -> None:
    """The same directories, empty and our own; with `locks` also the empty files, which package managers open in place."""
    os.chmod(upper, _mode(os.lstat(lower)))
    for entry in _entries(lower) if deep else ():
        new = f"{upper}/{entry.name}"
        if entry.is_dir(follow_symlinks=False):
            if os.access(entry.path, os.R_OK | os.X_OK):
                os.mkdir(new)
                _skeleton(entry.path, new, deep - 1, locks=locks)
        elif locks and entry.is_file(follow_symlinks=False) and not entry.stat(follow_symlinks=False).st_size:
            _write(new, b"", _mode(entry.stat(follow_symlinks=False)))


def _mode(status: os.stat_result) -> int:
    return stat.S_IMODE(status.st_mode) & 0o1777


def _entries(path: str) -> Iterator[os.DirEntry[str]]:
    with suppress(OSError), os.scandir(path) as entries:
        yield from entries


def _copy(source: str, target: str, network: bool) -> None:
    """The regular files and links that everybody on the host may read, as far as they are small."""
    left = _MOST
    waiting = [(source, target)]
    while waiting:
        source, target = waiting.pop()
        for entry in _entries(source):
            new, status = f"{target}/{entry.name}", entry.stat(follow_symlinks=False)
            if entry.name == "resolv.conf" and not network:
                continue
            if stat.S_ISLNK(status.st_mode):
                os.symlink(os.readlink(entry.path), new)
            elif stat.S_ISDIR(status.st_mode) and status.st_mode & 0o005 == 0o005:
                _directory(new, _mode(status))
                waiting.append((entry.path, new))
            elif stat.S_ISREG(status.st_mode) and status.st_mode & 0o004 and status.st_size <= min(_LARGEST, left):
                left -= _copied(entry.path, new, _mode(status))
    if network and os.path.islink("/etc/resolv.conf"):  # into /run, which is not there
        with suppress(OSError), open("/etc/resolv.conf", "rb") as stream:
            _write(f"{target}/resolv.conf", stream.read(_LARGEST))


def _copied(source: str, target: str, mode: int, most: int = _LARGEST) -> int:
    try:
        with open(source, "rb") as stream:
            data = stream.read(most)
    except OSError:
        return 0
    _write(target, data, mode)
    return len(data)


def _write(path: str, data: bytes, mode: int = 0o644) -> None:
    with suppress(FileNotFoundError):
        os.unlink(path)
    with open(path, "wb") as stream:
        stream.write(data)
    os.chmod(path, mode)


def _accounts(etc: str) -> None:
    """Accounts have no passwords, whatever the host's have; the tools that add accounts want the file to be there."""
    with suppress(FileNotFoundError), open(f"{etc}/passwd", "rb") as stream:
        names = [line.split(b":")[0] for line in stream.read().splitlines() if line.count(b":") == 6]
        _write(f"{etc}/shadow", b"".join(name + b":*:19000:0:99999:7:::\n" for name in names), 0o640)
