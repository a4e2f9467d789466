"""Reads and rewrites tests/spec/*.md; the format is described in tests/spec/README.md."""

from __future__ import annotations

import os
import re
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path(__file__).parent / "spec"


@dataclass
class Block:
    """A fenced block: its info string, content, and place [first, last] among the file's lines (fences included, 0-based)."""

    info: str
    text: str
    first: int
    last: int


@dataclass
class Case:
    """A `## name` section: its first block is the input, the others are what is expected of it."""

    path: Path
    name: str
    line: int
    blocks: list[Block] = field(default_factory=list)

    @property
    def id(self) -> str:
        return f"{self.path.stem}: {self.name}"


def files() -> list[Path]:
    return sorted(path for path in FOLDER.glob("*.md") if path.name != "README.md")


def _fence(line: str) -> int:
    """How many backticks a fence has; 0 for a line that is none."""
    found = re.match(r"`{3,}", line)
    return len(found[0]) if found else 0


def read(path: Path) -> list[Case]:
    """All cases of a file. Raises ValueError, with the line, for a fence that is not closed or stands outside of any case."""
    cases: list[Case] = []
    lines = path.read_text(encoding="utf-8").split("\n")
    at = 0
    while at < len(lines):
        line = lines[at]
        length = _fence(line)
        if line.startswith("## "):
            cases.append(Case(path, line[3:].strip(), at + 1))
        elif length:
            if not cases:
                raise ValueError(f"{path.name}:{at + 1}: a block before the first '## name'")
            closing = next((n for n in range(at + 1, len(lines)) if lines[n].rstrip() == "`" * length), None)
            if closing is None:
                raise ValueError(f"{path.name}:{at + 1}: the block is never closed")
            cases[-1].blocks.append(Block(line[length:].strip(), "\n".join(lines[at + 1 : closing]), at, closing))
            at = closing
        at += 1
    return cases


def fenced(info: str, text: str) -> list[str]:
    """A block as lines, its fence longer than any in the text."""
    fence = "`" * max([3, *(_fence(line) + 1 for line in text.split("\n"))])
    return [f"{fence}{info}", *(text.split("\n") if text else []), fence]


def accept(path: Path, name: str, given: list[str]) -> None:
    """Replaces what the case of that name expects, through a temporary file and a rename."""
    lines = path.read_text(encoding="utf-8").split("\n")
    # Read anew: accepting an earlier case may have moved the lines.
    case = next(case for case in read(path) if case.name == name)
    for block, text in reversed(list(zip(case.blocks[1:], given, strict=True))):
        lines[block.first : block.last + 1] = fenced(block.info, text)
    handle, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    with os.fdopen(handle, "w", encoding="utf-8") as stream:
        stream.write("\n".join(lines))
    Path(temporary).chmod(path.stat().st_mode & 0o777)
    Path(temporary).replace(path)
