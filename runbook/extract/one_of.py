"""Lists of which one entry is done: "Start it with one of these:" and what stands below it are alternatives, no sequence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from runbook.extract.prose import last_sentence
from runbook.extract.systems import acts, lines_of, run_end, text_of
from runbook.extract.tongues import Tongue
from runbook.model import Branch, Choice, Command, ListBlock, Manual, Node, Output, Prose
from runbook.words import AnyCase

_ONE_OF: Final = AnyCase(
    r"\b(?:one|either|any)\s+of\s+(?:the\s+)?(?:following|these|those|two|three|four|several|\w+\s+below)\b|\bone\s+of\s*:\s*\Z|"
    r"\b(?:choose|pick|select)\s+(?:only\s+)?one\b|\beither\b[^.:]{0,40}:?\s*\Z"
)
_WAYS: Final = AnyCase(
    r"\bdepending\s+on\b[^.:]{0,80}:?\s*\Z|"
    r"\b(?:two|three|four|several|different|various|multiple)\s+(?:[\w\-]+\s+){0,2}?(?:ways|methods|options|possibilities|alternatives)\b"
)
_NOT_ONE: Final = AnyCase(r"\b(?:if|when|unless|whether)\b[^.,:]{0,60}\bof\b|\bor\s+more\s+of\b|\b(?:not|never|n't)\b")
"""Here no entry is chosen: "if one of these fails"."""

_ENDS: Final = ".,;: \uff1a\u3002\uff0c"


def one_of(nodes: Sequence[Node], before: str, tongue: Tongue) -> list[Node]:
    """The nodes with each list below words that let the reader choose as a choice; `before` is what a step says in front of all."""
    out: list[Node] = []
    said, at = before, 0
    while at < len(nodes):
        branches = _branches(nodes, at, tongue) if _lets_choose(said, tongue, listed=_is_item(nodes[at])) else []
        if len(branches) > 1:
            out.append(Choice("alternative", tuple(branches), (branches[0].lines[0], branches[-1].lines[1])))
            at += sum(len(branch.body) for branch in branches)
            said = ""
            continue
        node = nodes[at]
        said = last_sentence(text_of(node))
        out.append(node)
        at += 1
    return out


def _lets_choose(sentence: str, tongue: Tongue, *, listed: bool) -> bool:
    """Whether one of what follows is to be done; words on ways to do something tell so of a list only."""
    if not sentence or len(sentence) > 200:
        return False
    told = _ONE_OF.search(sentence) is not None or (listed and _WAYS.search(sentence) is not None)
    return (told and _NOT_ONE.search(sentence) is None) or tongue.says("one_of", sentence)


def _branches(nodes: Sequence[Node], start: int, tongue: Tongue) -> list[Branch]:
    """The entries of the list that begins with a node: items with what they lead to, or commands in lines right below each other; none
    when it is neither, or fewer than two do anything."""
    out: list[Branch] = []
    at = start
    items = start < len(nodes) and _is_item(nodes[start])
    while at < len(nodes):
        if items:
            if not _is_item(nodes[at]):
                break
            end = run_end(nodes, at + 1)
        else:
            if not isinstance(nodes[at], Command) or (out and nodes[at].lines[0] != out[-1].lines[1] + 1):
                break
            end = at + 1
            while end < len(nodes) and isinstance(nodes[end], Output):
                end += 1
        body, entry = tuple(nodes[at:end]), nodes[at]
        label = entry.text.partition("\n")[0] if isinstance(entry, Command) else _label(text_of(entry), tongue)
        out.append(Branch(label, body, lines_of(body)))
        at = end
    doing = sum(any(acts(node) or isinstance(node, Manual) for node in branch.body) for branch in out)
    return out if doing > 1 else []


def _label(text: str, tongue: Tongue) -> str:
    """What an item says, without the "or" that leads to the next one."""
    label = text.rstrip(_ENDS)
    before, _, last = label.rpartition(" ")
    return before.rstrip(_ENDS) if before and (last.casefold() == "or" or tongue.opens("or", last) == len(last)) else label


def _is_item(node: Node) -> bool:
    block = node.blocks[0] if isinstance(node, (Prose, Manual)) and len(node.blocks) == 1 else None
    return isinstance(block, ListBlock) and block.kind != "ol" and len(block.items) == 1
