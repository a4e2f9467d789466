"""What each line of a page was taken for, and by which rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from runbook.directories import START
from runbook.masks import Mask
from runbook.model import Choice, Command, FileEdit, Listing, Manual, Node, Note, Output, Runbook, SectionHeading, Step


class Explained(Struct, frozen=True):
    """One source line: its number and text, what it was taken for, the rule that says so (a name out of `rules`), the step it is in."""

    n: int
    text: str
    kind: str
    rule: str = ""
    step: str = ""
    detail: str = ""


def explain(runbook: Runbook, text: str) -> list[Explained]:
    """All lines of a page's source, each with what it was taken for; values of secrets are left out."""
    mask = Mask(runbook.parameters)
    source = [mask.over(line) for line in text.split("\n")]
    taken: dict[int, Explained] = {}
    for one in _explained((*runbook.preamble, *runbook.steps, *runbook.closing), "", ""):
        before = taken.get(one.n)
        if before is not None and before.kind == "step":
            if one.kind in ("prose", "step"):
                continue
            title = f"begins the step {before.detail!r}"
            one = replace(one, detail=f"{title}; {one.detail}" if one.detail else title)
        if 0 < one.n <= len(source):
            taken[one.n] = replace(one, text=source[one.n - 1], detail=mask.over(one.detail))
    return [taken.get(n) or _unread(n, line) for n, line in enumerate(source, 1)]


def _unread(n: int, line: str) -> Explained:
    kind = "markup" if line.strip() else "blank"
    return Explained(n, line, kind, kind)


def _explained(nodes: Sequence[Node], step: str, choice: str) -> Iterator[Explained]:
    """What nodes say of lines, the innermost last; `choice` is the kind of the choice whose branch they begin."""
    for i, node in enumerate(nodes):
        opening = choice if i == 0 else ""
        match node:
            case Step():
                yield Explained(node.lines[0], "", "step", node.rule, node.id, node.title)
                yield from _explained(node.body, node.id, "")
            case Choice():
                for branch in node.branches:
                    yield from _explained(branch.body, step, node.kind)
            case Command():
                yield from _command(node, step)
            case FileEdit():
                yield from _lines(
                    node.lines, "file", node.rule, step, f"{node.op} {node.target or node.path or 'a file not named'}"
                )
            case Output() | Listing():
                kind = "output" if isinstance(node, Output) else "to-read"
                yield from _lines(node.lines, kind, node.rule, step, "")
            case _:
                kind = _KINDS.get(type(node), "prose")
                yield from _lines(node.lines, kind, opening or kind, step, getattr(node, "action", None) or "")


_KINDS: Final[dict[type, str]] = {SectionHeading: "heading", Note: "notice", Manual: "by-hand"}


def _command(node: Command, step: str) -> Iterator[Explained]:
    place = f"in {' > '.join(node.context)}" if node.context else ""
    host = f"on {node.host}" if node.host else ""
    language = node.shell if node.shell != "sh" else ""
    detail = "; ".join(
        part for part in (language, host, f"at {node.cwd}" if node.cwd not in (None, START) else "", place) if part
    )
    yield from _lines(node.lines, "command", node.rule, step, detail)
    if node.expected is not None:
        for span in node.expected.spans or (node.expected.lines,):
            if span != node.lines:
                yield from _lines(span, "output", node.expected.rule, step, f"of {node.text.split(chr(10))[0]}")


def _lines(lines: tuple[int, int], kind: str, rule: str, step: str, detail: str) -> Iterator[Explained]:
    return (Explained(n, "", kind, rule, step, detail) for n in range(lines[0], lines[1] + 1))
