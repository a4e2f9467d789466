"""What steps and branches are called by: ids that stand in addresses, reports and scripts, and labels that are chosen by. No secret is in them."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from runbook.masks import Mask
from runbook.model import Choice, Node, Step
from runbook.slug import slug, unique


class Naming:
    """Names what a page's steps are: the slug of each title, numbered when it repeats. `secrets` is put over what is a name."""

    def __init__(self, secrets: Mask) -> None:
        self._secrets = secrets
        self._taken: set[str] = set()
        self._free: dict[str, int] = {}

    def named(self, nodes: Iterable[Node]) -> tuple[Node, ...]:
        """The nodes with the ids of the steps in them."""
        return tuple(map(self._node, nodes))

    def steps(self, steps: Iterable[Step]) -> tuple[Step, ...]:
        """The same for a page's steps."""
        return tuple(node for node in self.named(steps) if isinstance(node, Step))

    def _node(self, node: Node) -> Node:
        if type(node) is Choice:
            branches = (replace(one, label=self._secrets.over(one.label), body=self.named(one.body)) for one in node.branches)
            return replace(node, branches=tuple(branches))
        if type(node) is not Step:
            return node
        name = self._name(slug(self._secrets.over(node.title), limit=48, fallback="step", digest=False))
        return replace(node, id=name, body=self.named(node.body))

    def _name(self, base: str) -> str:
        name = unique(base, self._taken, self._free.get(base, 2))
        if name != base:
            self._free[base] = int(name.rpartition("-")[2]) + 1
        self._taken.add(name)
        return name
