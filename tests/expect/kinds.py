"""Kinds of command output: honest outputs of another day or machine, and faults in them, both from a seed.

A kind is a section of outputs_*.txt: `=== name`, `$ command`, `& parameter=value` lines, then the output. `«type arguments»` is a value
that varies by nature, `>n` and `<n` at its end a width, `label:` before it says that the same value comes again in the output. A line
after `~` may change places with the lines like it beside it.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple


class Kind(NamedTuple):
    """A kind of output: `rows` are templates."""

    name: str
    command: str
    parameters: Mapping[str, str]
    rows: tuple[str, ...]


class Output(NamedTuple):
    """Lines, each in parts (text, whether it varies)."""

    rows: tuple[tuple[tuple[str, bool], ...], ...]

    @property
    def lines(self) -> list[str]:
        return ["".join(text for text, _ in row) for row in self.rows]


def kinds() -> list[Kind]:
    files = sorted(Path(__file__).parent.glob("outputs_*.txt"))
    return [_kind(part) for file in files for part in re.split(r"^=== ", file.read_text("utf-8"), flags=re.M)[1:]]


def _kind(section: str) -> Kind:
    name, command, *rows = section.rstrip("\n").split("\n")
    given = [row[2:].split("=", 1) for row in rows if row.startswith("& ")]
    return Kind(name, command[2:], dict(given), tuple(row for row in rows if not row.startswith("& ")))


# --- honest outputs ---------------------------------------------------------------------------------------------------

Rng = random.Random


def _date(rng: Rng, form: str) -> str:
    return (datetime(2006, 1, 1) + timedelta(seconds=rng.randrange(20 * 365 * 86400))).strftime(form)


def _letters(rng: Rng, count: int, alphabet: str) -> str:
    return "".join(rng.choice(alphabet) for _ in range(count))


def _hex(rng: Rng, count: int) -> str:
    return _letters(rng, count, "0123456789abcdef")


def _host(rng: Rng) -> str:
    return rng.choice(["web", "db", "mail", "node", "alpha", "build-", "kvm"]) + str(rng.randint(1, 40))


def _ip(rng: Rng, last: int | None = None) -> str:
    return f"{rng.choice(['10', '192', '172'])}.{rng.randint(1, 250)}.{rng.randint(0, 250)}.{rng.randint(2, 250) if last is None else last}"


def _print(rng: Rng, count: int) -> str:
    return ":".join(_hex(rng, 2).upper() for _ in range(count))


_SAFE = "bcdfghjklmnpqrstvwxz2456789"
VALUES: dict[str, Callable[[Rng, str], str]] = {
    "int": lambda rng, a: str(rng.randint(*map(int, a.split()))),
    "dec": lambda rng, a: f"{rng.uniform(int(a.split()[0]), int(a.split()[1])):.{a.split()[2]}f}",
    "date": _date,
    "ls": lambda rng, _: _date(rng, rng.choice(["%b %e %H:%M", "%b %e  %Y"])),
    "start": lambda rng, _: _date(rng, rng.choice(["%H:%M", "%b%d"])),
    "cpu": lambda rng, _: f"{rng.uniform(0, 9):4.1f}",
    "gb": lambda rng, _: f"{rng.choice([str(rng.randint(10, 900)), f'{rng.uniform(1, 9):.1f}']):>5}{rng.choice('MGT')}",
    "gi": lambda rng, _: f"{f'{rng.uniform(1, 60):.1f}Gi':>11}",
    "mi": lambda rng, _: f"{rng.randint(1, 900)}Mi".rjust(11),
    "pct": lambda rng, _: f"{rng.randint(1, 99)}%",
    "host": lambda rng, _: _host(rng),
    "fqdn": lambda rng, _: f"{_host(rng)}.lan{rng.randint(1, 9)}.example.{rng.choice(['org', 'net', 'com'])}",
    "ip": lambda rng, _: _ip(rng),
    "net": lambda rng, _: _ip(rng, 0),
    "mac": lambda rng, _: "52:54:" + ":".join(_hex(rng, 2) for _ in range(4)),
    "uuid": lambda rng, _: "-".join(_hex(rng, n) for n in (8, 4, 4, 4, 12)),
    "hex": lambda rng, a: _hex(rng, int(a)),
    "HEX": lambda rng, a: _hex(rng, int(a)).upper(),
    "print": lambda rng, a: _print(rng, int(a)),
    "b64": lambda rng, a: _letters(rng, int(a), "ABCDEFGHabcdefgh0123456789+/"),
    "ver": lambda rng, _: f"{rng.randint(1, 9)}.{rng.randint(0, 20)}.{rng.randint(0, 20)}",
    "kver": lambda rng, _: f"{rng.randint(2, 6)}.{rng.randint(1, 19)}.{rng.randint(0, 200)}-{rng.randint(1, 90)}-generic",
    "pick": lambda rng, a: rng.choice(a.split()),
    "podhash": lambda rng, _: "5" + _letters(rng, 8, _SAFE) + "4",
    "podtail": lambda rng, _: _letters(rng, 4, _SAFE) + "2",
}
_HOLE = re.compile(r"«(?:(\w+):)?(\w+) ?([^»]*?)(?:([<>])(\d+))?»")


def honest(kind: Kind, seed: int) -> Output:
    """An output of the kind; another seed is another day, or another machine."""
    rng = random.Random(f"{kind.name} {seed}")
    known: dict[str, str] = {}
    rows = [tuple(_parts(row.removeprefix("~"), rng, known)) for row in kind.rows]
    start = 0
    for i in range(len(rows) + 1):
        if i < len(rows) and kind.rows[i].startswith("~"):
            continue
        loose = rows[start:i]
        rng.shuffle(loose)
        rows[start:i] = loose
        start = i + 1
    return Output(tuple(rows))


def _parts(row: str, rng: Rng, known: dict[str, str]) -> Iterator[tuple[str, bool]]:
    at = 0
    for m in _HOLE.finditer(row):
        yield row[at : m.start()], False
        value = known.get(m[1] or "") or VALUES[m[2]](rng, m[3])
        if m[1]:
            known[m[1]] = value
        yield f"{value:{m[4]}{m[5]}}" if m[4] else value, True
        at = m.end()
    yield row[at:], False


# --- faults -----------------------------------------------------------------------------------------------------------

_TURNED = {
    "OK": "FAILED", "ok": "failed", "running": "stopped", "Running": "CrashLoopBackOff", "active": "inactive", "enabled": "disabled", "Up": "Exited",
    "UP": "DOWN", "yes": "no", "on": "off", "done": "failed", "Done": "Failed", "Ready": "NotReady", "ONLINE": "DEGRADED", "clean": "degraded",
    "PASSED": "FAILED", "LISTEN": "CLOSED", "succeeded": "failed", "successful": "failed", "successfully": "partly", "Complete": "Failed",
    "connected": "refused", "installed": "broken", "loaded": "masked", "complete": "failed", "NOERROR": "NXDOMAIN", "ACCEPT": "DROP",
    "created": "rejected", "Active": "Idle", "Normal": "Unsynchronised", "ALLOW": "DENY", "synchronized": "unsynchronized", "active,": "failed,",
    "200 OK": "503 Busy", "0 vulnerabilities": "3 vulnerabilities", "0 errors": "4 errors", "0% packet loss": "50% packet loss", "[UU]": "[U_]",
    "errors:0": "errors:7", "Failed Devices : 0": "Failed Devices : 1", "(rw,": "(ro,", "rw-r--r--": "rw-rw-rw-", "DROP": "ACCEPT",
    "Warnings: 0": "Warnings: 2", "Failed requests:        0": "Failed requests:        9", "ip_forward = 1": "ip_forward = 0",
}  # fmt: skip
_ERRORS = (
    "error: could not reach the server",
    "bash: line 1: command not found",
    "Segmentation fault",
    "WARNING: the disk is full",
    "E: Unable to lock the administration directory",
    "cannot open file: Permission denied",
)
Fault = Callable[[Kind, Output, Rng], list[str] | None]


def _changed(output: Output, pattern: str, turn: Callable[[str], str], rng: Rng) -> list[str] | None:
    """The lines with one literal text turned; None where there is none."""
    places = [
        (i, k, m)
        for i, row in enumerate(output.rows)
        for k, (text, varies) in enumerate(row)
        if not varies
        for m in re.finditer(pattern, text)
    ]
    if not places:
        return None
    i, k, m = rng.choice(places)
    lines = output.lines
    row = [text for text, _ in output.rows[i]]
    row[k] = row[k][: m.start()] + turn(m[0]) + row[k][m.end() :]
    lines[i] = "".join(row)
    return lines


def _word(_kind: Kind, output: Output, rng: Rng) -> list[str] | None:
    return _changed(output, r"(?<!\w)[A-Za-z][a-z]{2,}(?!\w)", lambda word: "q" + word[2:] + "ard", rng)


def _state(_kind: Kind, output: Output, rng: Rng) -> list[str] | None:
    words = "|".join(map(re.escape, sorted(_TURNED, key=len, reverse=True)))
    return _changed(output, rf"(?<![\w-])(?:{words})(?![\w-])", lambda word: _TURNED[word], rng)


def _row_missing(_kind: Kind, output: Output, rng: Rng) -> list[str] | None:
    lines = output.lines
    full = [i for i, line in enumerate(lines) if line.strip()]
    gone = rng.choice(full)
    return lines[:gone] + lines[gone + 1 :]


def _other(value: str) -> str:
    """Another value of the same look."""
    if value[-1].isdigit():
        return value[:-1] + ("3" if value[-1] == "7" else "7")
    return value + "x"


def _parameter(kind: Kind, output: Output, rng: Rng) -> list[str] | None:
    if not kind.parameters:
        return None
    values = "|".join(map(re.escape, kind.parameters.values()))
    return _changed(output, rf"(?<![\w.-])(?:{values})(?![\w-])", _other, rng)


def _error_added(_kind: Kind, output: Output, rng: Rng) -> list[str] | None:
    lines = output.lines
    at = rng.randint(0, len(lines))
    return [*lines[:at], rng.choice(_ERRORS), *lines[at:]]


def _truncated(_kind: Kind, output: Output, rng: Rng) -> list[str] | None:
    lines = output.lines
    full = [i for i, line in enumerate(lines) if line.strip()]
    if len(full) < 2:
        return []
    return lines[: rng.choice(full[1:])]


FAULTS: dict[str, Fault] = {
    "a word changed": _word,
    "a state turned": _state,
    "a row missing": _row_missing,
    "a parameter's value wrong": _parameter,
    "an error line added": _error_added,
    "truncated": _truncated,
}


def faulty(kind: Kind, output: Output, seed: int) -> Iterator[tuple[str, list[str]]]:
    """The output with each fault that it can have."""
    rng = random.Random(f"fault {kind.name} {seed}")
    for name, fault in FAULTS.items():
        lines = fault(kind, output, rng)
        if lines is not None and lines != output.lines:
            yield name, lines
