"""The matcher of the script is the matcher of the package."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from runbook import expect
from runbook.expect.holes import RECOGNISERS, awk_table
from runbook.model import Elision, Hole, PatternRow

from expect.awks import AWKS, SCRIPT, ask_many, environment, missing

WORDS = [
    "a",
    "b",
    "running",
    "[  OK  ]",
    "[FAILED]",
    "é",
    "x%",
    "50%",
    "/tmp",
    "Dec",
    "8",
    "1.2",
    "{int}",
    "s",
    ",",
    ":",
    "(",
    "'",
    "\\",
    "-",
]
VALUES = {
    "int": ["0", "-12", "1,234", "12345,678", "+3"],
    "float": ["1", "1.5", "1,234.5", ".5", "1..5"],
    "percent": ["1%", "99.9%", "-", "5 %"],
    "size": ["0", "4.0K", "12 kB", "1.5 MiB/s", "3 b", "12 Mary", "7Gi", "--.-K/s", "64 bytes"],
    "duration": ["0m58s75", "1h2m", "3 days", "3 days, 2:01", "46 min", "1-02:03:04", "About a minute", "5", "2.5 s", "an hour"],
    "date": [
        "Oct 26  2004", "Dec  8 17:16", "2024-01-02T10:11:12Z", "Tue Nov 24 00:01:51 UTC 2026", "Nov23", "2025", "10:42", "5/Dec/2006:17:10:21 +0100",
        "Tue, 05 Dec 2006 17:10:21 GMT", "Dec  5 2006, 17:10:21", "2024-01-02 10:11:12.123 +0200", "20041212", "Mon10", "Dec 8 17:16 README",
    ],
    "time": ["10:11", "1:02:03.5", "10:11 PM", "10:11:12 +0000"],
    "version": ["2.6.17.13-vs2.0.2.1", "1:2.3~rc1+b1", "3.4.3-9.EL4", "1", "1.2.i386"],
    "ip": ["10.0.0.1", "1.2.3", "1.2.3.4.5"],
    "ip6": ["fe80::1", "::1", "::", "2001:db8::10.0.0.1", "fe80::1%eth0"],
    "mac": ["00:11:22:aa:bb:cc", "00:11:22:aa:bb"],
    "hash": ["1a2b3c4", "abc=", "x/y+z"],
    "tty": ["pts/0", "tty1", "?", ":0.0", "console", "-"],
    "host": ["web01", "a.b.org", "a-", "a:1"],
    "bar": ["####", "===>", "----", "|", "=>"],
    "plural": ["", "s", "ss"],
    "word": ["x", "éa", "1"],
    "text": ["", "a b  c", "é"],
    "hex": ["0x1f", "ff", "0x"],
    "pid": ["1", "22"],
    "path": ["/a/b", "x"],
    "user": ["root", "www-data", "x$"],
    "url": ["http://a/b?c", "http:/"],
    "uuid": ["123e4567-e89b-12d3-a456-426614174000", "123e4567"],
}  # fmt: skip
NOISE = [
    "",
    " ",
    "\x1b[32mOK\x1b[0m",
    "a\rb",
    "50%\r100%\r",
    "x\bx",
    "\x1b]0;t\x07z",
    "\t",
    "\x1b[",
    "a\r",
    "12\u00a0345",
    "\u00e9\b\u00e9",
    "\x1b(B",
    "_\bb_",
    "\v\f",
]


def _row(rng: random.Random) -> tuple[tuple[str | Hole, ...], str]:
    """A row and a line that it may or may not stand for."""
    pieces: list[str | Hole] = []
    line = ""
    for _ in range(rng.randint(1, 5)):
        if rng.random() < 0.5:
            word = rng.choice(WORDS)
            pieces.append(word)
            line += word if rng.random() < 0.95 else rng.choice(WORDS)
        else:
            kind = rng.choice(list(VALUES))
            pieces.append(Hole(kind))
            line += rng.choice(VALUES[kind])
        if rng.random() < 0.7:
            pieces.append(" " * rng.randint(1, 3))
            line += rng.choice([" ", "  ", "\t"])
    return tuple(pieces), line


def _pair(rng: random.Random) -> tuple[expect.Pattern, list[str]]:
    rows: list[PatternRow] = []
    lines: list[str] = []
    few = [_row(rng) for _ in range(3)]
    for _ in range(rng.randint(0, 7)):
        if rng.random() < 0.2:
            rows.append(Elision())
            lines += [rng.choice(few)[1] for _ in range(rng.randint(0, 2))]
            continue
        row, line = rng.choice(few) if rng.random() < 0.5 else _row(rng)
        rows.append(row)
        if rng.random() < 0.95:
            lines.append(line)
        if rng.random() < 0.1:
            lines.append(rng.choice(NOISE))
    unordered = []
    if len(rows) > 1 and rng.random() < 0.5:
        start = rng.randrange(len(rows) - 1)
        unordered.append((start, rng.randint(start + 1, len(rows))))
        middle = lines[start:]
        rng.shuffle(middle)
        lines[start:] = middle
    return expect.Pattern(tuple(rows), tuple(unordered)), lines


def _pairs(count: int) -> Iterator[tuple[expect.Pattern, list[str]]]:
    rng = random.Random(5)
    for _ in range(count):
        yield _pair(rng)


def _holes() -> Iterator[tuple[expect.Pattern, list[str]]]:
    """Each type against each value, bare and with something after it."""
    for kind in RECOGNISERS:
        for values in VALUES.values():
            for value in values:
                yield expect.Pattern(((Hole(kind),),)), [value]
                yield expect.Pattern((("<", Hole(kind), " x"),)), [f"<{value} x"]
                yield expect.Pattern(((Hole(kind), "s, 1:"),)), [f"{value}s, 1:"]


@pytest.mark.parametrize("name", AWKS)
def test_awk_and_python_say_the_same(name: str, tmp_path: Path) -> None:
    if reason := missing(name):
        pytest.skip(reason)
    pairs = [*_pairs(3000), *_holes()]
    here = [expect.match(pattern, actual) is None for pattern, actual in pairs]
    there = ask_many(name, [(expect.encode(pattern), actual) for pattern, actual in pairs], tmp_path)
    assert len(there) == len(here)
    differ = [(pairs[i], here[i]) for i in range(len(here)) if here[i] != there[i]]
    assert not differ, differ[:3]
    assert min(sum(here), len(here) - sum(here)) > 500


def test_the_table_of_the_script_is_that_of_the_package() -> None:
    assert awk_table() in SCRIPT.read_text("ascii")


@pytest.mark.parametrize("name", AWKS)
def test_the_script_tells_what_differs(name: str, tmp_path: Path) -> None:
    if reason := missing(name):
        pytest.skip(reason)
    pattern = expect.infer([["Starting atd:  [  OK  ]", "pid 12 is running", "done"]])
    (tmp_path / "pattern").write_text(expect.encode(pattern) + "\n", "ascii")

    def run(actual: str) -> tuple[int, str]:
        (tmp_path / "actual").write_text(actual, "utf-8")
        command = [*AWKS[name], "-f", str(SCRIPT), str(tmp_path / "pattern"), str(tmp_path / "actual")]
        done = subprocess.run(command, capture_output=True, text=True, env=environment(), check=False)
        return done.returncode, done.stdout

    assert run("Starting atd: [  OK  ]\npid 7 is running\ndone\n") == (0, "")
    status, out = run("Starting atd: [FAILED]\n\npid 7 is running\nextra\x1b[2J\x07\n")
    assert status == 1
    assert out.splitlines() == [
        'line 1: expected "[", found "[FAILED]", in "Starting atd: [FAILED]" (expected: Starting atd: [ OK ])',
        "missing: done",
        "line 4: not expected: extra?",
    ]


def test_an_empty_pattern_wants_an_empty_output(tmp_path: Path) -> None:
    if reason := missing("awk"):
        pytest.skip(reason)
    assert ask_many("awk", [("", []), ("", [""]), ("", ["x"]), ("*", ["x"]), ("*\n*", [])], tmp_path) == [
        True,
        True,
        False,
        True,
        True,
    ]
