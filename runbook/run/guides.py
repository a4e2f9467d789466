"""Where a guided run keeps its script: beside its journal, so that after a reboot the same bytes go on."""

from __future__ import annotations

import json
import os
import stat
from hashlib import sha256
from pathlib import Path

from msgspec import Struct

from runbook.atomic import replacing_text
from runbook.model import PageInfo, SourceError
from runbook.slug import slug

_NO_FOLLOW = os.O_NOFOLLOW | os.O_CLOEXEC


class Place(Struct, frozen=True):
    """The journal of a guided run, and the script that it is of."""

    journal: Path
    script: Path


def place(page: PageInfo, journal: str | None = None) -> Place:
    """Where the guide of a page is kept: the journal where the user wants it, else in the user's state directory (XDG Base Directory
    Specification), which a reboot does not clear. The script lies beside it."""
    if journal is not None:
        path = Path(journal).absolute()
    else:
        state = os.environ.get("XDG_STATE_HOME") or f"{os.environ.get('HOME') or '/var/lib'}/.local/state"
        apart = sha256(f"{page.wiki}\n{page.title}".encode("utf-8", "surrogatepass")).hexdigest()[:8]
        path = Path(state).absolute() / "runbook" / f"{slug(page.title)}-{apart}.jsonl"
    return Place(path, path.with_name(path.name + ".sh"))


def store(found: Place, text: str) -> None:
    """Writes the script, for its owner only, on disk when this returns. Raises OSError."""
    folder = found.script.parent
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with replacing_text(found.script, mode=0o600) as stream:
        stream.write(text)
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def stored(found: Place) -> str:
    """The script of a run that is to be gone on with. Raises SourceError when there is none, or when somebody else could have
    changed it."""
    try:
        handle = os.open(found.script, os.O_RDONLY | _NO_FOLLOW)
    except FileNotFoundError:
        raise SourceError(str(found.script), "there is no guide of this page to go on with; begin one without --resume") from None
    with os.fdopen(handle, encoding="utf-8") as stream:
        status = os.fstat(stream.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_uid != os.geteuid() or status.st_mode & 0o022:
            raise SourceError(str(found.script), "is not a file that only you can write to, so that it is not run")
        text = stream.read()
    if not whole(text):
        raise SourceError(
            str(found.script), "is not the script that was written there (its checksum differs), so that it is not run"
        )
    return text


def whole(text: str) -> bool:
    """Whether a rendered script is what its own head says."""
    head, found, rest = text.partition("# checksum: sha256 of all below this line: ")
    digest, _, body = rest.partition("\n")
    return bool(head and found) and sha256(body.encode()).hexdigest() == digest


def unfinished(journal: Path) -> bool:
    """Whether a journal is of a run that has begun and not come to its end."""
    try:
        lines = journal.read_bytes().splitlines()
    except FileNotFoundError:
        return False
    for line in reversed(lines):
        try:
            return bool(json.loads(line)["event"] != "end")
        except (ValueError, KeyError, TypeError):  # cut off by a crash
            continue
    return False
