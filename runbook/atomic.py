"""Files and folders that appear whole or not at all: the one place where what the user keeps is written.

Whatever is killed, finds no room or may not write leaves all of the old.
"""

from __future__ import annotations

import ctypes
import io
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from errno import EACCES, EDQUOT, EFBIG, EINVAL, EIO, ENOSPC, ENOSYS, ENOTDIR, ENOTSUP, EOPNOTSUPP, EPERM, EROFS
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TextIO

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

UNABLE = frozenset({EINVAL, ENOSYS, ENOTSUP, EOPNOTSUPP})
"""Error numbers of `exchange` where the file system or the system has no such thing."""
_NO_PLACE = frozenset({EDQUOT, EFBIG, EIO, ENOSPC})
"""Error numbers of a write, which names no file."""
_AT_FDCWD, _EXCHANGE = -100, 2  # linux/fcntl.h, linux/fs.h


@contextmanager
def replacing(path: Path, *, durable: bool = True, mode: int | None = None) -> Iterator[BinaryIO]:
    """A stream whose bytes are the file `path` once all went well, with the `mode` given, else that of the old file; `durable`: on disk
    by then, so that a power cut loses nothing. Raises OSError, which names `path`."""
    if not path.parent.is_dir():
        raise NotADirectoryError(ENOTDIR, "its directory does not exist", str(path))
    with naming(path):
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", dir=path.parent)
    new = Path(name)
    try:
        with io.BufferedWriter(_Named(handle, path)) as stream:
            yield stream
            with naming(path):
                stream.flush()
                if durable:
                    os.fsync(handle)
        with naming(path):
            new.chmod(_mode(path) if mode is None else mode)
            new.replace(path)
    finally:
        new.unlink(missing_ok=True)


@contextmanager
def replacing_text(path: Path, *, durable: bool = True, mode: int | None = None) -> Iterator[TextIO]:
    """The same for text, in UTF-8; lines end as they are written."""
    with replacing(path, durable=durable, mode=mode) as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8", errors="surrogatepass", newline="")
        yield text
        text.flush()
        text.detach()


@contextmanager
def replacing_folder(folder: Path) -> Iterator[Path]:
    """A new folder to be filled, which is `folder` once all went well, with what was hidden in the old one; several may work at it at
    once, and the last one stays. Where none can stand beside it (it is a mount point, or what it is in can't be written to) that is
    `folder` itself. Raises OSError."""
    folder = folder.resolve()
    with _held_beside(folder) as new:
        if new is None:
            yield folder
            return
        try:
            with _as_of(folder, new):
                yield new
            _take_over(folder, new)
        finally:
            shutil.rmtree(new, ignore_errors=True)


@contextmanager
def making_folder(folder: Path) -> Iterator[Path]:
    """A new folder to be filled, which is `folder` once all went well, unless something is there by then: FileExistsError or, as the
    system has it, OSError with ENOTEMPTY. Raises OSError."""
    folder = folder.resolve()
    with _held_beside(folder) as new:
        assert new is not None, "only what is there already can be a mount point"
        try:
            with _as_of(folder, new):
                yield new
            new.chmod(0o777 & ~umask())
            with naming(folder):
                new.rename(folder)
        finally:
            shutil.rmtree(new, ignore_errors=True)


@contextmanager
def into(path: Path) -> Iterator[TextIO]:
    """Text written to what is no file (a device, a pipe), which is never replaced. Raises OSError, which names `path`."""
    with naming(path):
        handle = os.open(path, os.O_WRONLY | os.O_CLOEXEC)
    with io.BufferedWriter(_Named(handle, path)) as stream:
        text = io.TextIOWrapper(stream, encoding="utf-8", errors="surrogatepass", newline="")
        yield text
        text.flush()
        text.detach()


@contextmanager
def naming(path: Path | str) -> Iterator[None]:
    """Makes every OSError that comes up name `path`: those of writing name nothing, those of a temporary name say nothing to a user."""
    try:
        yield
    except OSError as error:
        error.filename, error.filename2 = str(path), None
        raise


@contextmanager
def _as_of(folder: Path, new: Path) -> Iterator[None]:
    """Makes every OSError of writing in `new` name what is in `folder`."""
    try:
        yield
    except OSError as error:
        if error.filename is None and error.errno in _NO_PLACE:
            error.filename = str(folder)
        elif isinstance(error.filename, str) and Path(error.filename).is_relative_to(new):
            error.filename = str(folder / Path(error.filename).relative_to(new))
        raise


def umask() -> int:
    """The permissions that new files of this process do not get."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask


def exchange(one: Path, other: Path) -> None:
    """Exchanges two names in one step: renameat2(2) of Linux, renamex_np(2) of macOS. Raises OSError, its number one of UNABLE where
    there is no such thing."""
    library = ctypes.CDLL(None, use_errno=True)
    names = os.fsencode(one), os.fsencode(other)
    if sys.platform == "darwin":
        failed = library.renamex_np(*names, _EXCHANGE)
    elif hasattr(library, "renameat2"):
        failed = library.renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _EXCHANGE)
    else:
        raise OSError(ENOSYS, os.strerror(ENOSYS))
    if failed:
        code = ctypes.get_errno()
        raise OSError(code, os.strerror(code))


@contextmanager
def _held_beside(folder: Path) -> Iterator[Path | None]:
    """A new folder beside `folder` that is this process's alone. One that begins at the same time may take it for a killed one's and
    remove it before it is held: then another one is made."""
    with ExitStack() as stack:
        while (new := _beside(folder)) is not None:
            with suppress(FileNotFoundError):
                stack.enter_context(alone(new))
                if new.is_dir():
                    break
        yield new


def _beside(folder: Path) -> Path | None:
    """A new folder in the same place as `folder`, after those that killed processes left there are removed."""
    if os.path.ismount(folder):
        return None
    for left in folder.parent.glob(f".{folder.name}.new-*"):
        with suppress(BlockingIOError, FileNotFoundError), alone(left, wait=False):
            shutil.rmtree(left, ignore_errors=True)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=f".{folder.name}.new-", dir=folder.parent))
    except OSError as error:
        if folder.is_dir() and error.errno in {EACCES, EPERM, EROFS}:
            return None
        error.filename = str(folder)
        raise


@contextmanager
def alone(folder: Path, *, wait: bool = True) -> Iterator[None]:
    """Marks a folder as in use while its process lives; waits until no other one uses it, or else raises BlockingIOError."""
    import fcntl  # noqa: PLC0415  # there is none on Windows

    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    finally:
        os.close(handle)


def _take_over(folder: Path, new: Path) -> None:
    """Puts `new` in the place of `folder`, which has its name afterwards."""
    new.chmod(folder.stat().st_mode & 0o777 if folder.exists() else 0o777 & ~umask())
    for other in folder.glob(".*") if folder.exists() else ():
        if not (new / other.name).exists():
            (shutil.copytree if other.is_dir() else shutil.copy2)(other, new / other.name)
    with naming(folder):
        try:
            exchange(new, folder)
        except OSError as error:
            if error.errno not in UNABLE and not isinstance(error, FileNotFoundError):
                raise
            with suppress(FileNotFoundError):
                folder.rename(new.with_name(new.name + ".old"))
            new.rename(folder)
            shutil.rmtree(new.with_name(new.name + ".old"), ignore_errors=True)


class _Named(io.FileIO):
    """A file of which every failure to write says whose it is."""

    def __init__(self, handle: int, path: Path) -> None:
        super().__init__(handle, "wb")
        self.path = path

    def write(self, data: ReadableBuffer, /) -> int:
        with naming(self.path):
            return super().write(data)


def _mode(path: Path) -> int:
    return path.stat().st_mode & 0o777 if path.exists() else 0o666 & ~umask()
