"""Which branches of a page's choices things stand in: of two branches of one choice, a person takes one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from typing import TypeAlias

from runbook.model import Branch, Choice, Node, Step

Route: TypeAlias = tuple[tuple[int, int], ...]
"""The choices around a node, outermost first: the how manyth of the page, and the how manyth of its branches."""


def labelled(choice: Choice) -> Iterator[tuple[str, Branch]]:
    """The branches of a choice, each with the name that it is taken by: its label, else what kind of branch it is, and the how manyth."""
    for n, branch in enumerate(choice.branches, 1):
        yield branch.label or f"{choice.kind} {n}", branch


def routed(nodes: Sequence[Node]) -> Iterator[tuple[Node, Route]]:
    """All nodes as `walking.walk` gives them, each with its route."""
    yield from _routed(nodes, (), count())


def _routed(nodes: Sequence[Node], route: Route, choices: Iterator[int]) -> Iterator[tuple[Node, Route]]:
    for node in nodes:
        yield node, route
        if type(node) is Step:
            yield from _routed(node.body, route, choices)
        elif type(node) is Choice:
            choice = next(choices)
            for n, branch in enumerate(node.branches):
                yield from _routed(branch.body, (*route, (choice, n)), choices)


def parted(one: Route, other: Route) -> int | None:
    """The choice that leads whoever does what stands at one route past what stands at the other; None where both may be done."""
    for (choice, branch), (other_choice, other_branch) in zip(one, other, strict=False):
        if choice != other_choice:
            return None
        if branch != other_branch:
            return choice
    return None


def apart(one: Route, other: Route) -> bool:
    """Whether what stands at one route is left out by whoever does what stands at the other."""
    return parted(one, other) is not None
