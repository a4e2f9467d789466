"""All nodes of a runbook, in reading order."""

from __future__ import annotations

from collections.abc import Iterator

from runbook.model import Choice, Command, Node, Runbook, Step


def walk(nodes: tuple[Node, ...]) -> Iterator[Node]:
    """All nodes in reading order, those of steps and choices included, parents first."""
    for node in nodes:
        yield node
        if type(node) is Step:
            yield from walk(node.body)
        elif type(node) is Choice:
            for branch in node.branches:
                yield from walk(branch.body)


def commands(runbook: Runbook) -> Iterator[Command]:
    """All commands of a runbook in reading order."""
    for node in walk((*runbook.preamble, *runbook.steps, *runbook.closing)):
        if type(node) is Command:
            yield node
