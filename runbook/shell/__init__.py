"""Shell command lines: quoting, whether they go on, their syntax trees (shfmt, many at a time), ShellCheck."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import tempfile
from collections import OrderedDict
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from runbook.patterns import pattern
from runbook.shell.completeness import Growing, complete
from runbook.shell.quick import common, plain
from runbook.shell.quoting import quote
from runbook.shell.records import Assignment, Json, Problem, Redirect, Script, Simple, Word
from runbook.shell.tree import script, shape

__all__ = [
    "Assignment",
    "Growing",
    "Problem",
    "Redirect",
    "Script",
    "Simple",
    "Word",
    "complete",
    "parse_many",
    "quote",
    "shape",
    "shellcheck",
]

MAX_SIZE: Final = 100_000
"""Characters of one command line that are still parsed."""

MAX_DEPTH: Final = 60
"""Brackets, substitutions and compounds that may be open at once."""

_CACHED: Final = 2_000
"""Trees that are kept, about 4 KB each."""
_CHUNK: Final = 400
_SEPARATOR: Final = b"\n:\n"
_cache: OrderedDict[str, Script | Problem] = OrderedDict()
_decoder = msgspec.json.Decoder(dict[str, msgspec.Raw])
_statements = msgspec.json.Decoder(list[Json])


@cache
def program(name: str) -> str:
    """The path of a program that came with a Python package: beside the interpreter, else on PATH. Raises FileNotFoundError."""
    beside = Path(sys.executable).parent / name
    found = str(beside) if beside.exists() else shutil.which(name)
    if found is None:
        raise FileNotFoundError(f"{name} is not installed; the Python package {name}-py brings it")
    return found


def parse_many(texts: Sequence[str]) -> list[Script | Problem]:
    """The syntax trees of many command lines, each on its own, in the order given; a Problem where there is none.

    One shfmt process parses many texts; a text whose statements are not exactly its own is parsed alone.
    """
    wanted = [text for text in dict.fromkeys(texts) if text not in _cache]
    if not wanted:
        return [_remembered(text) for text in texts]
    fresh: dict[str, Script | Problem] = {}
    sound: list[str] = []
    for text in wanted:
        known = plain(text) or common(text)
        if type(known) is not Script:
            known = _refused(text) or known
        if known is None:
            sound.append(text)
        else:
            fresh[text] = known
    chunks = [sound[at : at + _CHUNK] for at in range(0, len(sound), _CHUNK)]
    for each in _workers().map(_parse_chunk, chunks) if len(chunks) > 1 else map(_parse_chunk, chunks):
        fresh.update(each)
    result = [fresh[text] if text in fresh else _remembered(text) for text in texts]
    for text, value in fresh.items():
        _cache[text] = value
    while len(_cache) > _CACHED:
        _cache.popitem(last=False)
    return result


def _remembered(text: str) -> Script | Problem:
    _cache.move_to_end(text)
    return _cache[text]


@cache
def _workers() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(2, "shfmt")


_BRACKET: Final = pattern(r"[({`]|\b(?:if|for|while|until|case|select)\b|(?:!\s*+){8}")

_SURROGATE: Final = pattern(r"[\ud800-\udfff]")


def _refused(text: str) -> Problem | None:
    if "\0" in text:
        return Problem("nul", "the command holds a NUL")
    if len(text) > MAX_SIZE:
        return Problem("size", f"the command is longer than {MAX_SIZE} characters")
    if not text.isascii() and _SURROGATE.search(text):
        return Problem("encoding", "the command holds bytes that are not UTF-8")
    if len(_BRACKET.findall(text)) > MAX_DEPTH and _depth(text) > MAX_DEPTH:
        return Problem("depth", f"more than {MAX_DEPTH} brackets are open at once")
    if not complete(text):
        return Problem("incomplete", "the command goes on: something is left open")
    return None


_QUOTED_FIRST: Final = pattern(r"(?:[^'\"\\`$#<]++|\\.|'[^']*+')++", re.DOTALL)
_ESCAPED_OR_QUOTED: Final = pattern(r"\\.|'[^']*+'", re.DOTALL)
"""Text in simple quotes, up to where something else may open them: a page's text in a script is nothing but that."""


def _depth(text: str) -> int:
    """An upper bound of how deep brackets nest: never closed ones count as open, reserved words and backquotes too."""
    deepest = depth = 0
    told = _QUOTED_FIRST.match(text)
    if told is not None:
        text = _ESCAPED_OR_QUOTED.sub("", told[0]) + text[told.end() :]
    for match in re.finditer(r"[({`]|[)}]|\b(?:if|for|while|until|case|select)\b|\b(?:fi|done|esac)\b|!", text):
        if match[0] in ")}" or match[0] in ("fi", "done", "esac"):
            depth = max(0, depth - 1)
        else:
            depth += 1
            deepest = max(deepest, depth)
    return deepest


def _parse_chunk(texts: list[str]) -> dict[str, Script | Problem]:
    """Parses texts together; the ones an error points at are parsed alone and left out of the next try."""
    result: dict[str, Script | Problem] = {}
    rest = texts
    while len(rest) > 1:
        source, starts = _joined(rest)
        output, error = _shfmt(source)
        if error is None:
            result.update(_assigned(rest, source, starts, output))
            rest = [text for text in rest if text not in result]
            break
        culprit = _culprit(error, rest)
        result[rest[culprit]] = _parse_alone(rest[culprit])
        rest = rest[:culprit] + rest[culprit + 1 :]
    for text in rest:
        result[text] = _parse_alone(text)
    return result


def _joined(texts: list[str]) -> tuple[bytes, list[int]]:
    pieces: list[bytes] = []
    starts: list[int] = []
    at = 0
    for text in texts:
        piece = text.encode() + _SEPARATOR
        starts.append(at)
        pieces.append(piece)
        at += len(piece)
    return b"".join(pieces), starts


def _shfmt(source: bytes) -> tuple[bytes, str | None]:
    done = subprocess.run([program("shfmt"), "-ln=bash", "--to-json"], input=source, capture_output=True, check=False, timeout=60)
    if done.returncode == 0:
        return done.stdout, None
    return b"", done.stderr.decode(errors="replace").strip() or f"shfmt ended with {done.returncode}"


_AT: Final = pattern(r"(?:<standard input>:)?(\d+):\d+: ")


def _culprit(error: str, texts: list[str]) -> int:
    match = _AT.search(error)
    line = int(match[1]) if match else 1
    at = 1
    for index, text in enumerate(texts):
        at += text.count("\n") + 2
        if line < at:
            return index
    return len(texts) - 1


def _parse_alone(text: str) -> Script | Problem:
    output, error = _shfmt(text.encode() + b"\n")
    if error is not None:
        return Problem("syntax", _AT.sub("", error.splitlines()[0]))
    return _script(text, _statements.decode(_decoder.decode(output).get("Stmts", b"[]")))


def _script(text: str, statements: list[Json]) -> Script | Problem:
    try:
        return script(text, statements)
    except RecursionError:
        return Problem("depth", "the command is nested too deep")


def _assigned(texts: list[str], source: bytes, starts: list[int], output: bytes) -> dict[str, Script | Problem]:
    """The statements that stand between two separators belong to the text between them, if the separators stand where they were put."""
    statements = _statements.decode(_decoder.decode(output).get("Stmts", b"[]"))
    ends = [start - 2 for start in starts[1:]] + [len(source) - 2]
    by_start = {each["Pos"]["Offset"]: index for index, each in enumerate(statements)}
    result: dict[str, Script | Problem] = {}
    first: int | None = 0
    for text, end in zip(texts, ends, strict=True):
        last = by_start.get(end)
        separated = last is not None and _is_separator(statements[last])
        if first is not None and last is not None and separated:
            result[text] = _script(text, statements[first:last])
        first = last + 1 if last is not None and separated else None
    return result


def _is_separator(statement: Json) -> bool:
    command = statement.get("Cmd") or {}
    return (
        command.get("Type") == "CallExpr"
        and statement.keys() <= {"Pos", "End", "Cmd", "Position", "Comments"}
        and not command.get("Assigns")
        and [[part.get("Value") for part in each.get("Parts", ())] for each in command.get("Args", ())] == [[":"]]
    )


class Remark(msgspec.Struct, frozen=True, gc=False):
    """What ShellCheck says of a place: `level` is "error", "warning", "info" or "style"."""

    line: int
    column: int
    level: str
    code: int
    message: str
    file: str = "-"


_remarks = msgspec.json.Decoder(list[Remark])


def shellcheck(text: str, *, exclude: Sequence[str] = ()) -> list[Remark]:
    """ShellCheck's remarks on a bash script. `exclude`: codes such as "SC2016" that are not looked for."""
    return _shellcheck(["-"], exclude, text.encode("utf-8", "surrogateescape"))


def _shellcheck(files: Sequence[str], exclude: Sequence[str], text: bytes) -> list[Remark]:
    options = [f"--exclude={','.join(exclude)}"] if exclude else []
    done = subprocess.run(
        [program("shellcheck"), "--shell=bash", "--norc", "--format=json", *options, *files],
        input=text,
        capture_output=True,
        check=False,
        timeout=120,
    )
    if done.returncode not in (0, 1):
        raise RuntimeError(f"shellcheck: {done.stderr.decode(errors='replace').strip()}")
    return _remarks.decode(done.stdout)


def shellcheck_each(texts: Sequence[str], *, exclude: Sequence[str] = ()) -> list[list[Remark]]:
    """ShellCheck's remarks on each of several scripts, which know nothing of each other: one process for all of them."""
    found: list[list[Remark]] = [[] for _ in texts]
    with tempfile.TemporaryDirectory(prefix="runbook-") as folder:
        for start in range(0, len(texts), _FILES):
            names = {str(Path(folder, f"{n}.sh")): n for n in range(start, min(start + _FILES, len(texts)))}
            for name, n in names.items():
                Path(name).write_text(texts[n] + "\n", encoding="utf-8", errors="surrogateescape")
            for remark in _shellcheck([*names], exclude, b""):
                found[names[remark.file]].append(remark)
    return found


_FILES: Final = 400
"""How many scripts one process looks at: their names must fit a command line."""
