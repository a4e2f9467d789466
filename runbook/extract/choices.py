"""Alternatives, options and conditions among the nodes of a step: kept as choices, not as a sequence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from runbook.extract.cases import Kind, case_of, conditional, is_optional, leads_to_case, opens, said_optional, wished
from runbook.extract.one_of import one_of, options
from runbook.extract.paths import is_file_name
from runbook.extract.platforms import platform_of, title_words
from runbook.extract.prose import last_sentence, sentences
from runbook.extract.systems import acts, by_system, is_remark, lines_of, run_end, text_of
from runbook.extract.tongues import ENGLISH, Tongue
from runbook.extract.units import Tab
from runbook.inlines import plain
from runbook.model import Branch, Choice, Command, FileEdit, ListBlock, Manual, Node, Paragraph, Prose, Step
from runbook.patterns import pattern

_OR: Final = re.compile(
    r"\A\W*(?:or|alternatively|otherwise)\b(?!\s+(?:later|newer|above|higher|more|less|so)\b)[^.]{0,160}:?\s*\Z",
    re.IGNORECASE,
)
_EITHER: Final = pattern(r"\W*either\b", re.IGNORECASE)
Tabs = Sequence[Sequence[Tab]]


def with_choices(nodes: Sequence[Node], tongue: Tongue = ENGLISH, tabs: Tabs = (), before: str = "") -> list[Node]:
    """The nodes with their choices: what stands on both sides of an "or", what an "if …:" leads to, lists of which one entry is done,
    sections for different systems, tabs beside each other, optional steps. `before` is what a step says in front of them."""
    inner = [_in_step(node, tongue, tabs) if type(node) is Step else node for node in tabbed(nodes, tongue, tabs)]
    nodes = _terms(options(_platforms(inner), before))
    if not any(map(acts, nodes)):
        return nodes
    return _conditions(_alternatives(one_of(by_system(nodes), before, tongue), tongue), tongue)


def _in_step(step: Step, tongue: Tongue, tabs: Tabs) -> Step:
    inside = [group for group in tabs if group[0].lines[0] <= step.lines[1] and step.lines[0] <= group[-1].lines[1]]
    body = tuple(with_choices(step.body, tongue, inside, step.title))
    whole = len(body) == 1 and type(body[0]) is Choice and body[0].kind == "optional"
    said = body[0] if body and (type(body[0]) is Prose or type(body[0]) is Manual) and body[0].lines[0] == step.lines[0] else None
    more = said is not None and not (type(said) is Prose and len(sentences(text_of(said))) == 1)
    if more and wished(step.title):
        return replace(step, body=body)
    if body and not whole and (is_optional(step.title, tongue) or said_optional(step.title, tongue)):
        return replace(step, body=(Choice("optional", (Branch("", body, lines_of(body)),), lines_of(body)),))
    only_if = not more and conditional(step.title, tongue) and any(map(_does, body))
    if only_if and not (Choice in map(type, body) or platform_of(step.title)):
        return replace(step, body=(Choice("condition", (Branch(step.title, body, lines_of(body)),), lines_of(body)),))
    return replace(step, body=body)


def tabbed(nodes: Sequence[Node], tongue: Tongue, tabs: Tabs) -> list[Node]:
    """The nodes with tabs that stand beside each other as alternatives, where something is done in at least two of them. Files that are
    each shown in a tab of their own name are no alternatives: all of them are needed."""
    out = list(nodes)
    for group in tabs:
        places = [next((at for at, tab in enumerate(group) if _inside(node, tab)), -1) for node in out]
        held = [i for i, at in enumerate(places) if at >= 0]
        if not held or held[-1] - held[0] != len(held) - 1 or all(is_file_name(tab.label) for tab in group):
            continue
        bodies = [[out[i] for i in held if places[i] == at] for at in range(len(group))]
        if sum(any(map(_does, body)) for body in bodies) < 2:
            continue
        inner = [each for each in tabs if each is not group and _tab_within(each, group)]
        branches = tuple(
            Branch(tab.label, tuple(with_choices(_unlabelled(body, tab), tongue, inner)), lines_of(body))
            for tab, body in zip(group, bodies, strict=True)
            if body
        )
        out[held[0] : held[-1] + 1] = [Choice("alternative", branches, lines_of(out[held[0] : held[-1] + 1]))]
    return out


def _inside(node: Node, tab: Tab) -> bool:
    return tab.lines[0] <= node.lines[0] and node.lines[1] <= tab.lines[1]


def _tab_within(group: Sequence[Tab], outer: Sequence[Tab]) -> bool:
    return outer[0].lines[0] <= group[0].lines[0] and group[-1].lines[1] <= outer[-1].lines[1]


_DONE: Final = (Command, FileEdit, Manual, Step, Choice)
"""What a person does."""


def _does(node: Node) -> bool:
    return isinstance(node, _DONE)


def _unlabelled(body: Sequence[Node], tab: Tab) -> Sequence[Node]:
    """What a tab holds without the words of its label, which the branch has."""
    return body[1:] if len(body) > 1 and text_of(body[0]) == tab.label else body


def opens_alternative(text: str, tongue: Tongue) -> bool:
    """Whether a text says no more than that another way follows: "or", "Alternatively:"."""
    return opens(_OR, "or", text, tongue)


def _alternatives(nodes: Sequence[Node], tongue: Tongue) -> list[Node]:
    out: list[Node] = []
    i = 0
    while i < len(nodes):
        node = nodes[i]
        chosen = node.branches if isinstance(node, Choice) and node.kind == "alternative" else ()
        end = i + 1 if chosen else run_end(nodes, i)
        branches: list[Branch] = []
        first = end
        while (
            end > i
            and first < len(nodes)
            and opens(_OR, "or", text_of(nodes[first]), tongue)
            and run_end(nodes, first + 1) > first + 1
        ):
            following = run_end(nodes, first + 1)
            body = tuple(nodes[first:following])
            branches.append(Branch(text_of(nodes[first]).rstrip(": \uff1a"), body, lines_of(body)))
            first = following
        if branches:
            start = i
            if is_remark(nodes[end]) and not chosen:  # in a row of commands, as many before the "or" as behind it
                others = branches[0].body[1:]
                many = max(i, end - len(others))
                each = all(_alike(*pair) for pair in zip(nodes[many:end], others, strict=False))
                i = end - 1 if not each and _alike(nodes[end - 1], others[0]) else many
                if len(branches) == 1 and text_of(nodes[end]).casefold().strip(":. ") == "or":
                    first = end + 1 + end - i
                    body = tuple(nodes[end:first])
                    branches = [Branch(branches[0].label, body, lines_of(body))]
            out.extend(nodes[start:i])
            before = tuple(nodes[i:end])
            last = last_sentence(text_of(nodes[i - 1])) if i else ""
            first_label = last.rstrip(": \uff1a") if leads_to_case(last, tongue) or _EITHER.match(last) else ""
            all_branches = (*(chosen or (Branch(first_label, before, lines_of(before)),)), *branches)
            out.append(Choice("alternative", all_branches, (before[0].lines[0], branches[-1].lines[1])))
            i = first
            continue
        out.extend(nodes[i : max(end, i + 1)])
        i = max(end, i + 1)
    return out


def _alike(node: Node, other: Node) -> bool:
    """Whether two commands have more than half of their words in common: one is another way of the other."""
    if not (isinstance(node, Command) and isinstance(other, Command)):
        return False
    mine, its = set(node.text.split()), set(other.text.split())
    return 2 * len(mine & its) > min(len(mine), len(its))


def _conditions(nodes: Sequence[Node], tongue: Tongue) -> list[Node]:
    out: list[Node] = []
    i = 0
    while i < len(nodes):
        kind, start, end, label = _case_at(nodes, i, tongue)
        if not kind:
            out.append(nodes[i])
            i += 1
            continue
        out.extend(nodes[i:start])
        body = tuple(nodes[start:end])
        out.append(Choice(kind, (Branch(label, body, lines_of(body)),), lines_of(body)))
        i = end
    return out


def _case_at(nodes: Sequence[Node], i: int, tongue: Tongue) -> tuple[Kind, int, int, str]:
    """What is done in one case only, or may be left out, as a node says: where that begins and ends among the nodes, and its label."""
    node = nodes[i]
    if i + 1 >= len(nodes) or not acts(nodes[i + 1]):
        return "", i, i, ""
    own = i + 1
    while own < len(nodes) and type(nodes[own]) is Command and node.lines[0] <= nodes[own].lines[0] <= node.lines[1]:
        own += 1
    last = last_sentence(text_of(node))
    if own > i + 1 and (type(node) is Prose or type(node) is Manual) and not last.endswith((":", "\uff1a")):
        return _within(node, nodes[i + 1 : own], i, tongue)
    if is_remark(node) and (conditional(last, ENGLISH) or is_optional(last, ENGLISH)):
        last = f"{last.rstrip(':')}:"
    if not leads_to_case(last, tongue):
        return "", i, i, ""
    kind: Kind = "optional" if is_optional(last, tongue) else "condition"
    return kind, i, run_end(nodes, i + 1), last.rstrip(".: \uff1a\u3002")


def _within(node: Prose | Manual, own: Sequence[Node], i: int, tongue: Tongue) -> tuple[Kind, int, int, str]:
    """The same for commands in the midst of a paragraph: one of its sentences holds all of them, and says in which case."""
    said = sentences(text_of(node))
    typed = [each.text for each in own if isinstance(each, Command)]
    holding = [sentence for sentence in said if any(text in sentence for text in typed)]
    if len(holding) != 1 or not all(text in holding[0] for text in typed):
        return "", i, i, ""
    kind = case_of(holding[0], typed[0], tongue)
    start = i if len(said) == 1 else i + 1
    return kind, start, i + 1 + len(own), holding[0].rstrip(".: \uff1a\u3002")


def _is_term(node: Node) -> bool:
    block = node.blocks[0] if type(node) is Prose and len(node.blocks) == 1 else None
    return type(block) is ListBlock and block.kind == "dl" and len(block.items) == 1 and block.items[0].kind == "dt"


def _terms(nodes: Sequence[Node]) -> list[Node]:
    """Definition terms with something to do under each: variants of which one is done."""
    starts = [i for i, node in enumerate(nodes) if _is_term(node)]
    if len(starts) < 2:
        return list(nodes)
    branches: list[Branch] = []
    for start, end in zip(starts, [*starts[1:], len(nodes)], strict=True):
        body = tuple(nodes[start + 1 : end])
        if not any(isinstance(node, (Command, FileEdit)) for node in body):
            return list(nodes)
        label = plain_term(nodes[start])
        branches.append(Branch(label, (nodes[start], *body), lines_of((nodes[start], *body))))
    choice = Choice("alternative", tuple(branches), (branches[0].lines[0], branches[-1].lines[1]))
    return [*nodes[: starts[0]], choice]


def plain_term(node: Node) -> str:
    """The words of a definition term."""
    block = node.blocks[0] if isinstance(node, Prose) else None
    inner = block.items[0].blocks[0] if isinstance(block, ListBlock) and block.items[0].blocks else None
    return plain(inner.children).strip() if isinstance(inner, Paragraph) else ""


def _platforms(nodes: Sequence[Node]) -> list[Node]:
    """Neighbouring unmarked sections for different systems as alternatives."""
    if not any(type(node) is Step for node in nodes):
        return list(nodes)
    out: list[Node] = []
    run: list[Step] = []
    taken: set[str] = set()

    def close() -> None:
        if len({platform_of(step.title) for step in run}) > 1:
            branches = tuple(Branch(step.title, (_unconditioned(step),), step.lines) for step in run)
            out.append(Choice("alternative", branches, lines_of(run)))
        else:
            out.extend(run)
        run.clear()
        taken.clear()

    for node in nodes:
        if (
            type(node) is Step
            and not node.marked
            and platform_of(node.title)
            and not (_is_command(node) or _has_role(node.title))
        ):
            if node.title in taken:
                close()  # the first system again
            run.append(node)
            taken.add(node.title)
        else:
            close()
            out.append(node)
    close()
    return out


def _unconditioned(step: Step) -> Step:
    """A step of which only the system that it is for is a condition: the branch that it becomes says so."""
    only = step.body[0] if len(step.body) == 1 else None
    alone = isinstance(only, Choice) and only.kind == "condition" and only.branches[0].label == step.title
    return replace(step, body=only.branches[0].body) if isinstance(only, Choice) and alone else step


def _has_role(title: str) -> bool:
    """Whether a title says what a machine does ("Master server (CentOS 5)"): what is done on another is no alternative to it."""
    return any(word.endswith(("server", "client", "node", "nodes", "servers", "clients")) for word in title_words(title))


def _is_command(step: Step) -> bool:
    """Whether a step has no title of its own but that of the command it begins with."""
    return any(isinstance(node, Command) and node.text.startswith(step.title) for node in step.body)


def step_of(choice: Choice) -> Step:
    """The step that a choice among steps is."""
    title = " / ".join(branch.label for branch in choice.branches)
    return Step("", None, title, False, choice.lines, (choice,), "sections-for-systems")


def group_platform_steps(nodes: Sequence[Node]) -> list[Step]:
    """The steps of a page: where sections for different systems became a choice, one step that holds it."""
    out: list[Step] = []
    for node in nodes:
        if type(node) is Choice:
            out.append(step_of(node))
        elif type(node) is Step:
            out.append(node)
    return out
