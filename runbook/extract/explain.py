"""What each line of a page was taken for, and by which rule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from runbook.model import Choice, Command, FileEdit, Listing, Manual, Node, Note, Output, Runbook, SectionHeading, Step, Table


class Explained(Struct, frozen=True):
    """One source line: its number and text, what it was taken for, the rule that says so ("" where none is needed), the step it is in."""

    n: int
    text: str
    kind: str
    rule: str = ""
    step: str = ""
    detail: str = ""


def explain(runbook: Runbook, text: str) -> list[Explained]:
    """All lines of a page's source, each with what it was taken for."""
    source = text.split("\n")
    taken: dict[int, Explained] = {}
    for one in _explained((*runbook.preamble, *runbook.steps, *runbook.closing), ""):
        if 0 < one.n <= len(source):
            taken[one.n] = Explained(one.n, source[one.n - 1], one.kind, one.rule, one.step, one.detail)
    return [taken.get(n) or Explained(n, line, "blank" if not line.strip() else "markup") for n, line in enumerate(source, 1)]


def _explained(nodes: Sequence[Node], step: str) -> Iterator[Explained]:
    """What nodes say of lines, the innermost last."""
    for node in nodes:
        match node:
            case Step():
                rule = f"marked-{node.number}" if node.marked else "imperative-section" if node.body else ""
                yield Explained(node.lines[0], "", "step", rule, node.id, node.title)
                yield from _explained(node.body, node.id)
            case Choice():
                for branch in node.branches:
                    yield from _explained(branch.body, step)
            case Command():
                yield from _command(node, step)
            case FileEdit():
                yield from _lines(node.lines, "file", node.rule, step, node.target or node.path or "file not named")
            case Output() | Listing():
                kind = "output" if isinstance(node, Output) else "to-read"
                yield from _lines(node.lines, kind, node.rule, step, "")
            case _:
                yield from _lines(node.lines, _KINDS.get(type(node), "prose"), "", step, getattr(node, "action", None) or "")


_KINDS: dict[type, str] = {SectionHeading: "heading", Note: "notice", Manual: "by-hand", Table: "table"}


def _command(node: Command, step: str) -> Iterator[Explained]:
    place = f"in {' > '.join(node.context)}" if node.context else ""
    detail = "; ".join(
        part for part in (node.shell if node.shell != "sh" else "", f"at {node.cwd}" if node.cwd else "", place) if part
    )
    yield from _lines(node.lines, "command", node.rule, step, detail)
    if node.expected is not None:
        for span in node.expected.spans or (node.expected.lines,):
            if span != node.lines:
                yield from _lines(span, "output", node.rule, step, f"of {node.text.split(chr(10))[0]}")


def _lines(lines: tuple[int, int], kind: str, rule: str, step: str, detail: str) -> Iterator[Explained]:
    return (Explained(n, "", kind, rule, step, detail) for n in range(lines[0], lines[1] + 1))
