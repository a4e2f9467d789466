"""A page carried out in a container: docker or podman make it, run its script, and say what changed in it.

The script is copied in, and what it kept is copied out, so that the engine may be on another machine.
"""

from __future__ import annotations

import io
import re
import secrets
import tarfile
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec
from msgspec import Struct

from runbook.model import SourceError
from runbook.run.processes import Ended, Listener, Running, answer, output
from runbook.sandbox.bubblewrap import CAPABILITIES, PATH
from runbook.sandbox.heard import Heard
from runbook.sandbox.root import WORK

ENGINES = ("docker", "podman")
_PAUSE = re.compile(rb'\{"event":"pause","id":"([0-9]{1,6}\.[0-9]{1,6})"\}')
_KEPT = re.compile(r"(?:\./)?kept/([0-9]+(?:\.[0-9]+)*\.(?:out|err))")
_LARGEST_KEPT = 2**20
_MOST = 256 * 2**20
_MOST_CHANGES = 5000
_KINDS = {"A": "added", "C": "modified", "D": "deleted"}
_SECONDS = 120
"""For the engine to make, copy, or remove something; an image may have to be fetched."""


class Container(Struct, frozen=True):
    """What is asked of the engine: `program` is docker or podman; the limits are as those of a cage."""

    program: str
    image: str
    network: bool
    memory: int
    processes: int


def engine() -> str:
    """The one that answers here, empty for none."""
    return next((name for name in ENGINES if answer((name, "info")) is not None), "")


class Ran(Struct, frozen=True):
    """How it ended, and what the script kept."""

    ended: Ended
    kept: dict[str, bytes]


class Limits(Struct, frozen=True):
    """Seconds that it may say nothing, seconds in all, and how often it may wait."""

    silence: int
    seconds: int
    pauses: int


def carried(asked: Container, script: Path, arguments: Sequence[str], limits: Limits, running: Running, heard: Heard) -> Ran:
    """Runs a script in a container of its own, which is removed however that ends. `heard` is told what it reports and, whenever it
    waits, what is different since. Raises SourceError when the engine refuses, DecodeError for what is no report."""
    name = f"runbook-{secrets.token_hex(8)}"
    _engine(asked, *create(asked, name, arguments))
    try:
        _engine(asked, "cp", str(script), f"{name}:/verify.sh")
        ended = running.program(
            [asked.program, "start", "--attach", "--interactive", name],
            _listener(asked, name, limits, heard),
            silence=limits.silence,
            most=_MOST,
            seconds=limits.seconds,
            talks=True,
        )
        _, kept = output((asked.program, "cp", f"{name}:/{WORK}/kept", "-"), seconds=_SECONDS, most=_MOST)
        return Ran(ended, dict(_kept(kept)))
    finally:
        output((asked.program, "rm", "--force", "--volumes", name), seconds=_SECONDS, most=_MOST)


def _listener(asked: Container, name: str, limits: Limits, heard: Heard) -> Listener:
    seen: set[tuple[str, str]] = set()
    left = limits.pauses

    def listen(line: bytes) -> bytes | None:
        nonlocal left
        found = _PAUSE.fullmatch(line)
        if not found:
            heard.reported(line)
            return None
        left -= 1
        if left < 0:
            raise msgspec.DecodeError("it waits more often than a script does")
        now = set(changes(_engine(asked, "diff", name).decode("utf-8", "backslashreplace")))
        new = sorted(now - seen, key=lambda change: change[1])
        heard.changed(found[1].decode(), [(kind, path, "") for kind, path in new[:_MOST_CHANGES]], len(new[_MOST_CHANGES:]))
        seen.update(now)
        return b"\n"

    return listen


def create(asked: Container, name: str, arguments: Sequence[str]) -> list[str]:
    """The words that make the container."""
    out = ["create", "--name", name, "--interactive", "--hostname", "sandbox", "--workdir", "/root", "--user", "0:0"]
    out += [] if asked.network else ["--network", "none"]
    out += ["--cap-drop", "ALL", *(f"--cap-add={capability.removeprefix('CAP_')}" for capability in CAPABILITIES)]
    out += ["--security-opt", "no-new-privileges", "--pids-limit", str(asked.processes), "--ulimit", "core=0"]
    out += ["--memory", str(asked.memory), "--memory-swap", str(asked.memory)]
    for variable in (f"PATH={PATH}", "HOME=/root", "USER=root", "LANG=C.UTF-8", "TERM=dumb", f"TMPDIR=/{WORK}"):
        out += ["--env", variable]
    begin = f'mkdir -m 700 -p /{WORK} && exec /bin/bash --noprofile --norc /verify.sh "$@"'
    return [*out, "--entrypoint", "/bin/bash", asked.image, "-c", begin, "verify", *arguments]


def changes(text: str) -> Iterator[tuple[str, str]]:
    """What `diff` says, without the script's own, and without the directories that changed only in what is in them."""
    found: list[tuple[str, str]] = []
    for line in text.splitlines():
        kind, blank, path = line.partition(" ")
        if kind in _KINDS and blank and path.startswith("/"):
            found.append((_KINDS[kind], path))
        elif found:  # a name with a newline
            found[-1] = (found[-1][0], f"{found[-1][1]}\n{line}")
    found = [change for change in found if not _ours(change[1])]
    parents = {str(above) for _, path in found for above in Path(path).parents}
    yield from (change for change in found if change[0] != "modified" or change[1] not in parents)


def _ours(path: str) -> bool:
    return path in ("/run", "/verify.sh", f"/{WORK}") or path.startswith(f"/{WORK}/")


def _kept(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The outputs in what was copied out; whatever it is, it was made inside."""
    left = _MOST
    try:
        with tarfile.open(fileobj=io.BytesIO(data), mode="r|") as archive:
            for member in archive:
                found = _KEPT.fullmatch(member.name)
                stream = archive.extractfile(member) if found and member.isreg() else None
                if found and stream and left > 0:
                    kept = stream.read(min(_LARGEST_KEPT, left))
                    left -= len(kept)
                    yield found[1], kept
    except tarfile.TarError:  # the directory is not there, or not one
        return


def _engine(asked: Container, *words: str) -> bytes:
    status, printed = output((asked.program, *words), seconds=_SECONDS, most=_MOST)
    if status:
        said = " ".join(printed.decode("utf-8", "replace").split())[-500:]
        raise SourceError("--sandbox", f"{asked.program} {words[0]} fails: {said}")
    return printed
