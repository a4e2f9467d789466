"""Instructions without any mark, taken for steps where a page has no others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from runbook.extract.cues import cue_of
from runbook.extract.marks import title_of
from runbook.extract.one_of import one_of
from runbook.extract.platforms import only_system
from runbook.extract.systems import text_of
from runbook.extract.tongues import Tongue
from runbook.inlines import plain
from runbook.model import (
    Choice,
    Command,
    FileEdit,
    Lines,
    Listing,
    Manual,
    Node,
    Note,
    Paragraph,
    Prose,
    SectionHeading,
    Step,
)

_ACTS: Final = frozenset((Step, Command, FileEdit, Manual, Choice))


def acts(node: Node) -> bool:
    return type(node) in _ACTS


def title_from(nodes: Sequence[Node]) -> str:
    """A title for a step that has no words of its own: its first command, the file it edits, or a line that it shows."""
    for node in [node for node in nodes if not isinstance(node, Note)] or nodes:
        if isinstance(node, Command):
            return node.text.split("\n")[0]
        if isinstance(node, FileEdit):
            return node.path or "Edit a file"
        if isinstance(node, Choice):
            return " / ".join(branch.label for branch in node.branches if branch.label) or "Step"
        if isinstance(node, (Prose, Manual, Note)) and node.blocks and isinstance(node.blocks[0], Paragraph):
            return title_of(plain(node.blocks[0].children))[0]
        if isinstance(node, Listing) and len(node.text) == 1:
            return title_of(node.text[0])[0]
    return "Step"


def loose_as_steps(nodes: Sequence[Node], tongue: Tongue) -> list[Node]:
    """Commands and edits that stand at the page's top level outside of any step: each instruction paragraph with its blocks is one."""
    out: list[Node] = []
    group: list[Node] = []

    def close() -> None:
        acting = [i for i, node in enumerate(group) if type(node) is Command or type(node) is FileEdit or type(node) is Choice]
        if acting:
            out.extend(_instructions(one_of(group, "", tongue), tongue))
        else:
            out.extend(group)
        group.clear()

    for node in nodes:
        if type(node) is Step or type(node) is SectionHeading:
            close()
            out.append(node)
        else:
            group.append(node)
    close()
    return out


def _instructions(nodes: Sequence[Node], tongue: Tongue) -> Iterator[Node]:
    """Loose nodes cut into steps: prose that follows something done begins the next; what comes after the last stays loose."""
    current: list[Node] = []
    did = False
    for node in nodes:
        telling = isinstance(node, (Prose, Manual))
        if telling and did and not _goes_on(node, tongue):
            yield _loose_step(current)
            current, did = [], False
        current.append(node)
        did = did or isinstance(node, (Command, FileEdit, Choice))
    if did:
        yield _loose_step(current)
    else:
        yield from current


def _goes_on(node: Node, tongue: Tongue) -> bool:
    """Whether prose goes on with what was done before it: it begins with a small letter, or announces what that printed."""
    block = node.blocks[0] if isinstance(node, (Prose, Manual)) and node.blocks else None
    if not isinstance(block, Paragraph):
        return False
    text = plain(block.children).strip()
    if text[:1].islower():
        return True
    cue = cue_of(text, tongue)
    return cue.leads and cue.see and not (cue.run or cue.file) and text.count("\n") < 2


def _loose_step(nodes: Sequence[Node]) -> Step:
    body = list(nodes)
    lines: Lines = (body[0].lines[0], max(node.lines[1] for node in body))
    telling = next((node for node in reversed(body) if isinstance(node, Prose) and node.lines[0] <= _first_act(body)), None)
    block = telling.blocks[0] if telling is not None and telling.blocks else None
    words = plain(block.children) if isinstance(block, Paragraph) else _system(telling)
    title = title_of(words.strip().split("\n")[-1])[0] if words.strip() else title_from([node for node in body if acts(node)])
    return Step("", None, title, False, lines, tuple(body), "instruction-paragraph")


def _system(node: Prose | None) -> str:
    """The words of an item that says no more than for which system it is."""
    text = text_of(node) if node is not None else ""
    return text if only_system(text) else ""


def _first_act(nodes: Sequence[Node]) -> int:
    return next((node.lines[0] for node in nodes if acts(node)), 0)
