"""Scripts made of harmless commands, and a way to run them as a host would."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

from runbook.model import Command, Effect, Expectation, Node, PageInfo, Revision, Runbook, Step

READ: tuple[Effect, ...] = ("read",)


def command(text: str, *rows: str, effects: tuple[Effect, ...] = READ, **more: Any) -> Command:
    """A command, and the output that was recorded for it."""
    exit_status = more.pop("exit", None)
    expected = Expectation((1, 1), rows, patterns=tuple((row,) for row in rows), exit=exit_status) if rows else None
    return Command((1, 1), text, effects=effects, expected=expected, **more)


def steps(*bodies: tuple[Node, ...], title: str = "A page", **more: Any) -> Runbook:
    """A runbook with a step for each body: ids step-1, step-2 …"""
    page = PageInfo(title, "https://wiki.example/index.php", "https://wiki.example/A", "wikitext", Revision(42))
    listed = tuple(Step(f"step-{n}", str(n), f"Step {n}", True, (n, n), body) for n, body in enumerate(bodies, 1))
    return Runbook(page=page, preamble=(), steps=listed, closing=(), **more)


def runbook(*body: Node, **more: Any) -> Runbook:
    """A runbook of one step."""
    return steps(body, **more)


class Ran:
    """What a script printed and how it ended."""

    def __init__(self, done: subprocess.CompletedProcess[bytes]) -> None:
        self.status = done.returncode
        self.raw = done.stdout
        self.out = done.stdout.decode(errors="replace")
        self.err = done.stderr.decode(errors="replace")

    def verdicts(self) -> dict[str, str]:
        """The verdicts of a JSON report by id; a second one of the same id is that of a post-condition ("1.1+")."""
        out: dict[str, str] = {}
        for line in self.results():
            key = line["id"]
            while key in out:
                key += "+"
            out[key] = line["verdict"]
        return out

    def results(self) -> list[dict[str, Any]]:
        parsed = [json.loads(line) for line in self.out.splitlines()]
        return [line for line in parsed if line["event"] == "result"]


Run = Callable[..., Ran]


def environment(home: Path, more: dict[str, str] | None = None) -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "HOME": str(home), "LANG": "C.UTF-8", "TMPDIR": str(home), **(more or {})}
