"""What was pulled from a wiki, on disk: a folder of page texts, and beside them `pulled.lock`, which says what they are.

A folder is replaced as a whole: whoever reads it, and whatever is killed, finds either all of the old or all of the new. Where the file
system can't exchange two names in one step, the folder is away for a moment, and what was killed in it is mended by the next pull.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import lru_cache
from hashlib import sha1
from pathlib import Path
from typing import Literal

import msgspec
from msgspec import Struct, structs

from runbook import atomic
from runbook.model import Diagnostic, Page, Revision, SourceError

from . import address

INDEX = "pulled.lock"
TEMPLATE = 10
"""The number of the namespace of templates, on every wiki."""


class Pulled(Struct, frozen=True, omit_defaults=True):
    """One page: `file` is its text's name in the folder, `id` the page's number on the wiki, which a move doesn't change, and
    `revision` the one whose text it is. `touched` is when the wiki last rendered it anew, `protection` what is protected for whom
    ("edit=sysop"), `templates` the titles of those that it uses."""

    file: str
    title: str
    id: int
    revision: Revision
    namespace: int = 0
    touched: str = ""
    categories: tuple[str, ...] = ()
    protection: tuple[str, ...] = ()
    templates: tuple[str, ...] = ()


class State(Struct, frozen=True):
    """All that was pulled from the wiki whose index.php is `wiki`."""

    wiki: str | None = None
    pages: tuple[Pulled, ...] = ()
    format: Literal[1] = 1


def read_state(folder: Path) -> State:
    """What stands in a folder; nothing where nothing was pulled. Raises SourceError for an index that can't be read."""
    path = folder / INDEX
    try:
        return _decoded(path, path.stat().st_mtime_ns)
    except (FileNotFoundError, NotADirectoryError):
        return State()
    except OSError as error:
        raise SourceError(str(path), error.strerror or str(error)) from None


@lru_cache(maxsize=16)
def _decoded(path: Path, _changed: int) -> State:
    try:
        return msgspec.json.decode(path.read_bytes(), type=State)
    except msgspec.DecodeError as error:
        raise SourceError(
            str(path), f"is no index of pulled pages: {error}; `runbook pull` writes it anew once it is away"
        ) from None


def encode(state: State) -> bytes:
    """The index as it is written: a page a line, sorted, so that a version control system shows what changed."""
    lines = [msgspec.json.encode(page) for page in sorted(state.pages, key=lambda page: page.file)]
    head = b'{"format":1,"wiki":' + msgspec.json.encode(state.wiki) + b',"pages":[\n'
    return head + b",\n".join(lines) + b"\n]}\n"


@lru_cache(maxsize=16)
def _by_file(state: State) -> dict[str, Pulled]:
    return {page.file: page for page in state.pages}


def entry_of(path: Path) -> Pulled | None:
    """What the index beside a file says of it; None without one."""
    return _by_file(read_state(path.parent)).get(path.name)


def role(entry: Pulled) -> Literal["page", "template"]:
    """What a pulled page is there for."""
    return "template" if entry.namespace == TEMPLATE else "page"


def described(page: Page, path: Path, data: bytes) -> Page:
    """A page that was read from a file, with what the index beside it says of its title and revision; with a warning in place of
    the revision when the file is no longer what was pulled."""
    entry = entry_of(path)
    return page if entry is None else told(page, data, entry, read_state(path.parent).wiki)


def told(page: Page, data: bytes, entry: Pulled, wiki: str | None) -> Page:
    """The page of a file's bytes with what an index of `wiki` says of it."""
    wiki = address.web(wiki)
    page = structs.replace(page, title=entry.title, wiki=wiki)
    if sha1(data, usedforsecurity=False).hexdigest() != entry.revision.sha1:
        what = f"{page.source}: not the text that was pulled (revision {entry.revision.id}): changed here since"
        note = Diagnostic("pulled-page-changed", "warning", what)
        return structs.replace(page, diagnostics=(*page.diagnostics, note))
    url = address.permalink(wiki, entry.title, entry.revision.id)
    return structs.replace(page, url=url, revision=structs.replace(entry.revision, sha1=page.revision.sha1))


@contextmanager
def replacing(folder: Path) -> Iterator[Path]:
    """A new folder beside `folder` to be filled, empty at first; `commit` puts it in the other's place. What was not committed
    is removed at the end. Raises SourceError when another pull works beside it."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with alone(folder.parent), staging(folder) as new:
        yield new


@contextmanager
def staging(folder: Path) -> Iterator[Path]:
    """As `replacing`, for whoever is `alone` there."""
    new = Path(tempfile.mkdtemp(prefix=f".{folder.name}.pull-", dir=folder.parent))
    new.chmod(0o777 & ~atomic.umask())
    try:
        yield new
    finally:
        shutil.rmtree(new, ignore_errors=True)


def commit(new: Path, folder: Path, state: State) -> None:
    """Writes the index into the folder `new`, adds what else stands in `folder` (nothing that was pulled), and exchanges the two.
    Raises SourceError where that is not permitted."""
    complete(new, folder, state)
    put(new, folder)


def complete(new: Path, folder: Path, state: State) -> None:
    """The first part of `commit`, after which nothing more is written."""
    files = {page.file for page in read_state(folder).pages} | {INDEX}
    if folder.is_dir():
        for other in folder.iterdir():
            if other.name not in files and not (new / other.name).exists():
                keep(other, new / other.name)
    with atomic.replacing(new / INDEX) as stream:
        stream.write(encode(state))


def put(new: Path, folder: Path) -> None:
    """The second part of `commit`: `new` takes the place of `folder`."""
    if not folder.exists():
        new.rename(folder)
        return
    try:
        atomic.exchange(new, folder)
    except OSError as error:
        if error.errno not in atomic.UNABLE:
            raise SourceError(str(folder), f"can't be exchanged for the new state: {error.strerror}") from None
        folder.rename(_aside(folder))
        new.rename(folder)
        shutil.rmtree(_aside(folder))


def _aside(folder: Path) -> Path:
    """Where the old state is for a moment, on file systems that can't exchange two names in one step."""
    return folder.with_name(f".{folder.name}.last")


def keep(source: Path, target: Path) -> None:
    """The same file or folder under another name: linked where that works, copied elsewhere."""
    if source.is_dir() and not source.is_symlink():
        shutil.copytree(source, target, symlinks=True, copy_function=_link)
    else:
        _link(source, target)


def _link(source: str | Path, target: str | Path) -> None:
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        shutil.copy2(source, target, follow_symlinks=False)


@contextmanager
def alone(parent: Path) -> Iterator[None]:
    """While it lasts nobody else replaces folders in `parent`; what was killed in doing so is mended first. Raises SourceError when
    somebody else does now."""
    try:
        with atomic.alone(parent, wait=False):
            _mend(parent)
            yield
    except BlockingIOError:
        raise SourceError(str(parent), "another pull or update writes here; wait for its end") from None


def _mend(parent: Path) -> None:
    """Puts back what a pull that was killed between two steps took away, and removes what one left behind."""
    for aside in parent.glob(".*.last"):
        folder = aside.with_name(aside.name.removeprefix(".").removesuffix(".last"))
        if folder.exists():
            shutil.rmtree(aside)
        else:
            aside.rename(folder)
    for left in parent.glob(".*.pull-*"):
        shutil.rmtree(left)
