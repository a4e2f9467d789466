"""What is done in the same place for one system or another."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from runbook.extract.platforms import in_sentence, only_system
from runbook.extract.prose import last_sentence
from runbook.inlines import plain
from runbook.looks import first_word
from runbook.model import (
    Branch,
    Choice,
    Command,
    FileEdit,
    Lines,
    ListBlock,
    Listing,
    Manual,
    Node,
    Output,
    Paragraph,
    Prose,
)
from runbook.patterns import pattern
from runbook.words import words


def lines_of(nodes: Sequence[Node]) -> Lines:
    return min(node.lines[0] for node in nodes), max(node.lines[1] for node in nodes)


_AROUND: Final = " \t#/*;:-=\u2013"
_BEHIND: Final = " \t#/*;-=\u2013"
"""What stands around the words of a comment."""


def is_remark(node: Node) -> bool:
    """Whether a node is a comment among commands."""
    return type(node) is Listing and node.rule == "remark-in-code"


def text_of(node: Node) -> str:
    """The words of a prose node, one paragraph or one item, or of the last line of a comment among commands."""
    if type(node) is Listing:
        said = [line.lstrip(_AROUND).rstrip(_BEHIND) for line in node.text] if is_remark(node) else []
        return next((line for line in reversed(said) if line), "")
    if not (type(node) is Prose or type(node) is Manual) or len(node.blocks) != 1:
        return ""
    block = node.blocks[0]
    if type(block) is ListBlock and len(block.items) == 1 and len(block.items[0].blocks) == 1:
        block = block.items[0].blocks[0]
    return plain(block.children).strip() if type(block) is Paragraph else ""


_ACTS: Final = frozenset((Command, FileEdit, Output))
"""What stands in the branches of a choice."""


def acts(node: Node) -> bool:
    return type(node) in _ACTS


def run_end(nodes: Sequence[Node], start: int) -> int:
    """Where what is done from a node on ends; what a comment is about ends at an empty line."""
    within = start > 0 and is_remark(nodes[start - 1])
    end = start
    while end < len(nodes) and acts(nodes[end]) and not (within and end > start and apart(nodes[end - 1], nodes[end])):
        end += 1
    return end


def apart(node: Node, after: Node) -> bool:
    """Whether something, or an empty line, stands between two nodes."""
    expected = node.expected if isinstance(node, Command) else None
    return after.lines[0] > max(node.lines[1], expected.lines[1] if expected is not None else 0) + 1


def by_system(nodes: Sequence[Node]) -> list[Node]:
    """What is done under one label for each system ("On Debian:", "Fedora"), or behind one sentence but for the system that it names, as
    alternatives, where those for different systems follow each other."""
    labels = [_system(nodes, i) if acts(after) else ("", _NOTHING) for i, (_, after) in enumerate(pairwise(nodes))]
    if len({system for system, _ in labels if system}) < 2:
        return list(nodes)
    out: list[Node] = []
    run: list[tuple[str, Branch]] = []
    taken: set[str] = set()
    known = _NOTHING
    i = 0

    def close() -> None:
        branches = tuple(branch for _, branch in run)
        if len({name for name, _ in run}) > 1:
            out.append(Choice("alternative", branches, (branches[0].lines[0], branches[-1].lines[1])))
        else:
            out.extend(node for branch in branches for node in branch.body)
        run.clear()
        taken.clear()

    while i < len(nodes):
        system, said = labels[i] if i < len(labels) else ("", _NOTHING)
        label = last_sentence(_label(nodes, i)).strip(": \uff1a-\u2013,") if system else ""
        if run and (label in taken or not (system and (not said or (known and (said <= known or known <= said))))):
            close()
        if not system:
            out.append(nodes[i])
            i += 1
            continue
        known = known if run else said
        end = run_end(nodes, i + 1)
        body = tuple(nodes[i:end])
        run.append((system, Branch(label, body, lines_of(body))))
        taken.add(label)
        i = end
    close()
    return out


def _label(nodes: Sequence[Node], at: int) -> str:
    """The words of a paragraph or item but for the commands in its own lines, which come after it."""
    text = text_of(nodes[at])
    for node in nodes[at + 1 : run_end(nodes, at + 1)] if text else ():
        if type(node) is Command and node.lines[0] <= nodes[at].lines[1]:
            text = text.replace(node.text, " ", 1)
    return text.strip()


_NOTHING: Final[frozenset[str]] = frozenset()


_FIRST: Final = pattern(r"\A(?:for (?:example|instance)|similarly|likewise|e\.g\.),?\s+", re.IGNORECASE)
"""Words before a label that say nothing of what it is for."""


def _system(nodes: Sequence[Node], at: int) -> tuple[str, frozenset[str]]:
    """The system that a paragraph or item names, and what else it says: nothing, where it is a label ("On Debian:"); "" where it does
    not lead up to what is done on a system."""
    text = _FIRST.sub("", last_sentence(_label(nodes, at)))
    if not 0 < len(text) < 140:
        return "", _NOTHING
    named = only_system(text) if len(text) < 80 else ""
    if is_remark(nodes[at]):
        after = nodes[at + 1]
        runs = isinstance(after, Command) and first_word(after.text) == named
        return (named if runs or named in words("platforms") else "", _NOTHING)
    return (named, _NOTHING) if named else in_sentence(text)
