"""What is shipped to a host for one page, and what comes back: templates/fleet.sh around the verification script."""

from __future__ import annotations

import base64
import binascii
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from hashlib import sha256

import msgspec
from msgspec import Struct

from runbook.render.script import templates
from runbook.run.scripts import Event, read_event
from runbook.shell import quote

_KEPT = re.compile(r"[0-9]+(?:\.[0-9]+)*\.(?:out|err)")


def carrier(script: str, names: Iterable[str], words: Iterable[str]) -> str:
    """The file for a page: its verification script, the names of its parameters, and the arguments that are the same on every host."""
    end = f"END-{sha256(script.encode()).hexdigest()}"
    assert end not in script
    return "\n".join(
        (
            (templates() / "fleet.sh").read_text(encoding="utf-8"),
            f"NAMES=({' '.join(map(quote, names))})",
            f"WORDS=({' '.join(map(quote, words))})",
            f"page() {{\n  cat <<'{end}'",
            script + ("" if script.endswith("\n") else "\n") + end,
            '}\n\ncarry "$@"',
            "",
        )
    )


class Sent(Struct, frozen=True):
    """What a carrier sent back: the values that the host's own variables set, the script's report, its complaints and, by the names
    of their files, the outputs that it kept."""

    values: tuple[tuple[str, str], ...]
    events: tuple[Event, ...]
    complaints: str
    kept: Mapping[str, bytes]


def received(text: str) -> Sent:
    """Reads what a carrier printed; what is no line of a report is taken for a complaint. A host may send anything: raises ValueError
    for what is not as a carrier writes it."""
    events: list[Event] = []
    data: dict[str, bytes] = {}
    others: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if not line.startswith('{"event":'):
            others += [line] if line.strip() else []
        elif line.startswith(_OURS):
            found = json.loads(line)
            data[found["event"]] = _decoded(found["data"])
        else:
            events.append(_event(line))
    complaints = data.get("complaints", b"").decode("utf-8", "replace")
    return Sent(
        values=tuple(_values(data.get("arguments", b""))),
        events=tuple(events),
        complaints="\n".join([*others, complaints]),
        kept=_files(data.get("kept", b"\n\n")),
    )


_OURS = tuple(f'{{"event":"{name}","data":"' for name in ("arguments", "complaints", "kept"))


def _decoded(text: object) -> bytes:
    try:
        return base64.b64decode(str(text), validate=True)
    except binascii.Error as error:
        raise ValueError(f"what it sent is damaged: {error}") from error


def _event(line: str) -> Event:
    try:
        return read_event(line.encode("utf-8", "surrogateescape"))
    except (msgspec.DecodeError, UnicodeEncodeError) as error:
        raise ValueError(f"it printed what is no report: {error}") from error


def _values(data: bytes) -> Iterable[tuple[str, str]]:
    for word in data.decode("utf-8", "surrogateescape").split("\0"):
        if word.startswith("--set="):
            name, _, value = word.removeprefix("--set=").partition("=")
            yield name, value


def _files(data: bytes) -> dict[str, bytes]:
    """Files out of their sizes (as `wc -c` writes them), an empty line, and their bytes one after the other."""
    head, _, rest = data.partition(b"\n\n")
    out: dict[str, bytes] = {}
    at = 0
    for size, name in _sizes(head.decode("utf-8", "replace").splitlines()):
        if _KEPT.fullmatch(name):
            out[name] = rest[at : at + size]
        at += size
    return out


def _sizes(lines: Sequence[str]) -> Iterable[tuple[int, str]]:
    for line in lines:
        size, _, name = line.strip().partition(" ")
        if name != "total":
            yield int(size), name
