"""Lists of which one entry is done: "Start it with one of these:" and what stands below it are alternatives, no sequence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from typing import Final

from runbook.extract.prose import last_sentence
from runbook.extract.systems import acts, apart, lines_of, run_end, text_of
from runbook.extract.tongues import Tongue
from runbook.model import Branch, Choice, Command, ListBlock, Manual, Node, Output, Prose, Step
from runbook.words import AnyCase, alternation

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
        branches = _branches(nodes, at, tongue) if lets_choose(said, tongue, listed=_is_item(nodes[at])) else []
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


def lets_choose(sentence: str, tongue: Tongue, *, listed: bool) -> bool:
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
            if not isinstance(nodes[at], Command) or (out and apart(nodes[at - 1], nodes[at])):
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
    block = node.blocks[0] if (type(node) is Prose or type(node) is Manual) and len(node.blocks) == 1 else None
    return type(block) is ListBlock and len(block.items) == 1


@cache
def _option() -> re.Pattern[str]:
    return re.compile(
        rf"\W*(?P<word>{alternation('option_words')})\s*(?:#|n[\u00b0o]\.?)?\s*(?P<which>\d{{1,2}}|[a-z]|i{{1,3}}|iv|v)(?![\w.])",
        re.IGNORECASE,
    )


def options(nodes: Sequence[Node], before: str) -> list[Node]:
    """The nodes with neighbouring steps that are options by their titles ("Method A", "Option 2: …"), or that words before them count as
    ways to do something ("There are two ways."), as a choice; `before` is what is said in front of all."""
    out: list[Node] = []
    chosen, at = 0, 0
    while at < len(nodes):
        if _is_unmarked(nodes[at]):
            said = before if at == 0 else "" if at == chosen else last_sentence(text_of(nodes[at - 1]))
            end = _options_end(nodes, at, said)
            if end > at + 1:
                steps = nodes[at:end]
                branches = tuple(Branch(node.title, (node,), node.lines) for node in steps if isinstance(node, Step))
                out.append(Choice("alternative", branches, lines_of(steps)))
                chosen = at = end
                continue
        out.append(nodes[at])
        at += 1
    return out


def _is_unmarked(node: Node) -> bool:
    return type(node) is Step and not node.marked


def _options_end(nodes: Sequence[Node], start: int, said: str) -> int:
    """Where steps end that are options, and begin with a node."""
    end, seen = start, set[str]()
    word = ""
    while end < len(nodes) and (node := nodes[end]) and isinstance(node, Step) and not node.marked:
        match = _option().match(node.title)
        if match is None or match["which"].casefold() in seen or (word and match["word"].casefold() != word):
            break
        word = match["word"].casefold()
        seen.add(match["which"].casefold())
        end += 1
    if end > start:
        return end
    counted = _COUNTED.search(said[-200:]) if said else None
    ways = 2 + ("two", "three", "four").index(counted[1].casefold()) if counted is not None else 0
    following = nodes[start : start + ways]
    alike = len(following) == ways and all(map(_is_unmarked, following))
    return start + ways if ways and alike else start


_COUNTED: Final = AnyCase(
    r"\b(two|three|four)\s+(?:[\w\-]+\s+){0,2}?(?:ways|methods|options|possibilities|alternatives)\b[^.:]{0,80}[.:]?\s*\Z"
)
"""Ways to do something that are counted: "There are two ways to install it."."""
