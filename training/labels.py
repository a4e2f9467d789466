"""Pages with labels: what each line is, by people who read them.

Labels lie in a folder of JSON files, one a page: `page`, the page's path in the folder of pages; `lines`, each with `n`, a number of a line
or `[first, last]`, and `l`, what these are: C a command, with its `text`, K more lines of it, O what was printed, F a file's content, S the
mark of a step, X code that is only to be read; `doubt` says that they count as nothing. Lines without a label are prose.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple


class Labelled(NamedTuple):
    """A page with its labels: letters by the number of a line, "?" for what is in doubt; and the lines with a step's mark, whatever else
    stands in them. `commands` are the lines in which commands begin, each with what `as_typed` makes of one."""

    path: Path
    labels: dict[int, str]
    steps: frozenset[int]
    commands: frozenset[tuple[int, str]]


def as_typed(text: str) -> str:
    """The first line of a command, blanks and what makes it go on in the next left aside."""
    return " ".join(text.split("\n", maxsplit=1)[0].rstrip("\\ ").split())


def read(labels: Path, pages: Path) -> Iterator[Labelled]:
    """The labelled pages of two folders. Raises OSError, and ValueError for what has another form."""
    for folder in (labels, pages):
        if not folder.is_dir():
            raise NotADirectoryError(f"{folder}: no folder of labels or pages")
    for file in sorted(labels.rglob("*.json")):
        try:
            page = json.loads(file.read_text("utf-8"))
        except ValueError as error:
            raise ValueError(f"{file}: {error}") from None
        found: dict[int, str] = {}
        steps: set[int] = set()
        commands: set[tuple[int, str]] = set()
        for entry in page["lines"]:
            first, last = (entry["n"], entry["n"]) if isinstance(entry["n"], int) else entry["n"]
            letter = "?" if entry.get("doubt") else "C" if entry["l"] == "K" else entry["l"]
            if letter == "S":
                steps.update(range(first, last + 1))
            for number in range(first, last + 1):
                if letter != "S" or number not in found:  # a command may stand in the line in which a step begins
                    found[number] = letter if found.get(number) != "?" else "?"
            if entry["l"] == "C":
                if "text" not in entry:
                    raise ValueError(f"{file}: no text of the command in line {first}")
                commands.add((first, as_typed(entry["text"])))
        yield Labelled(pages / page["page"], found, frozenset(steps), frozenset(commands))
