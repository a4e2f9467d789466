"""Alternatives, options and conditions among the nodes of a step: kept as choices, not as a sequence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from msgspec.structs import replace

from runbook.extract.one_of import one_of
from runbook.extract.paths import is_file_name
from runbook.extract.platforms import platform_of, title_words
from runbook.extract.prose import last_sentence, sentences
from runbook.extract.systems import acts, by_system, is_remark, lines_of, run_end, text_of
from runbook.extract.tongues import ENGLISH, Tongue
from runbook.extract.units import Tab
from runbook.model import Branch, Choice, Command, FileEdit, ListBlock, Manual, Node, Paragraph, Prose, Step, plain

_OR: Final = re.compile(
    r"\A\W*(?:or|alternatively|otherwise)\b(?!\s+(?:later|newer|above|higher|more|less|so)\b)[^.]{0,160}:?\s*\Z",
    re.IGNORECASE,
)
_EITHER: Final = re.compile(r"\W*either\b", re.IGNORECASE)
_CONDITION: Final = re.compile(
    r"\A\W*(?:(?:if|in case|unless)\b|when (?:using|you (?:use|see|get|need|want|find|run into|encounter)\b|you are using|"
    r"you're using|you have|your|this happens|it fails|"
    r"building (?:for|on|with)|installing (?:on|from|for))\b)",
    re.IGNORECASE,
)
_FOR: Final = re.compile(r"\A\W*for\b(?!\s+(?:example|instance))", re.IGNORECASE)
_SENTENCE_WORDS: Final = frozenset("i you we they this that more now".split())
_FEW: Final = 8
"""Words of "For the fish shell:" that still name a case, and are no sentence about why."""
_IF: Final = re.compile(r"\A\W*(?:if|in case|unless)\b(?!\s+not\b)", re.IGNORECASE)
_IF_LAST: Final = re.compile(
    r"(?!\W*(?:also\s+|then\s+)?(?:check|see|verify|test|ask|know|determine|decide|find|make\s+sure|tell|confirm|look|specify|choose)\b)"
    r"[^.:;]*[^\s,]\s+(?:if|unless)\s+(?:needed|necessary|required|desired|wanted|applicable|not\s+(?:already\s+)?\w+(?:\s+(?:already|yet))?|"
    r"you\s+(?:use|have|want|need|are|don['\u2019]?t|do\s+not|haven['\u2019]?t|have\s+not)\b[^.]{0,80})\W*",
    re.IGNORECASE,
)
"""A title that ends in its condition: "Restart the mill if needed"."""
_OPTIONAL: Final = re.compile(r"\A\W*(?:optional(?:ly)?|if you (?:like|wish|want|prefer))\b", re.IGNORECASE)
_SAID_OPTIONAL: Final = re.compile(r"[(\[\uff08]\s*(?P<said>[^)\]\uff09]{2,30})\s*[)\]\uff09]|\boptional\W*\Z", re.IGNORECASE)


_RUNNING: Final = re.compile(
    r"\W*when\s+(?:running|executing|typing|issuing|entering|you\s+(?:run|execute|type|issue|enter))\b", re.IGNORECASE
)
"""What comes when something is run that is run anyway: no condition."""


Tabs = Sequence[Sequence[Tab]]


def with_choices(nodes: Sequence[Node], tongue: Tongue = ENGLISH, tabs: Tabs = (), before: str = "") -> list[Node]:
    """The nodes with their choices: what stands on both sides of an "or", what an "if …:" leads to, lists of which one entry is done,
    sections for different systems, tabs beside each other, optional steps. `before` is what a step says in front of them."""
    inner = [_in_step(node, tongue, tabs) if isinstance(node, Step) else node for node in tabbed(nodes, tongue, tabs)]
    nodes = _terms(_platforms(inner))
    if not any(map(acts, nodes)):
        return nodes
    return _conditions(_alternatives(one_of(by_system(nodes), before, tongue), tongue), tongue)


def _in_step(step: Step, tongue: Tongue, tabs: Tabs) -> Step:
    inside = [group for group in tabs if group[0].lines[0] <= step.lines[1] and step.lines[0] <= group[-1].lines[1]]
    body = tuple(with_choices(step.body, tongue, inside, step.title))
    whole = len(body) == 1 and isinstance(body[0], Choice) and body[0].kind == "optional"
    if body and not whole and (_opens(_OPTIONAL, "optional", step.title, tongue) or _said_optional(step.title, tongue)):
        return replace(step, body=(Choice("optional", (Branch("", body, lines_of(body)),), lines_of(body)),))
    said = body[0] if body and isinstance(body[0], (Prose, Manual)) and body[0].lines[0] == step.lines[0] else None
    more = said is not None and not (isinstance(said, Prose) and len(sentences(text_of(said))) == 1)
    conditional = not more and _conditional(step.title, tongue) and any(map(_does, body))
    if conditional and not (Choice in map(type, body) or platform_of(step.title)):
        return replace(step, body=(Choice("condition", (Branch(step.title, body, lines_of(body)),), lines_of(body)),))
    return replace(step, body=body)


def _said_optional(title: str, tongue: Tongue) -> bool:
    """Whether a title says behind its words, or in parentheses, that the step may be left out."""
    for match in _SAID_OPTIONAL.finditer(title):
        said = match["said"]
        if said is None or _OPTIONAL.match(said) or tongue.opens("optional", said):
            return True
    return False


def _conditional(title: str, tongue: Tongue) -> bool:
    """Whether a step's title, all that its prose says, begins with an "if", or ends with one."""
    if _IF.match(title) is not None or (("if " in title or "unless " in title) and _IF_LAST.fullmatch(title[-300:]) is not None):
        return True
    whole = len(title) < 200 and "\u3002" not in title.rstrip("\u3002")
    return whole and (tongue.opens("if", title) > 0 or tongue.says("if_within", title))


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
        inner = [each for each in tabs if each is not group and _within(each, group)]
        branches = tuple(
            Branch(tab.label, tuple(with_choices(_unlabelled(body, tab), tongue, inner)), lines_of(body))
            for tab, body in zip(group, bodies, strict=True)
            if body
        )
        out[held[0] : held[-1] + 1] = [Choice("alternative", branches, lines_of(out[held[0] : held[-1] + 1]))]
    return out


def _inside(node: Node, tab: Tab) -> bool:
    return tab.lines[0] <= node.lines[0] and node.lines[1] <= tab.lines[1]


def _within(group: Sequence[Tab], outer: Sequence[Tab]) -> bool:
    return outer[0].lines[0] <= group[0].lines[0] and group[-1].lines[1] <= outer[-1].lines[1]


_DONE: Final = (Command, FileEdit, Manual, Step, Choice)
"""What a person does."""


def _does(node: Node) -> bool:
    return isinstance(node, _DONE)


def _unlabelled(body: Sequence[Node], tab: Tab) -> Sequence[Node]:
    """What a tab holds without the words of its label, which the branch has."""
    return body[1:] if len(body) > 1 and text_of(body[0]) == tab.label else body


def _opens(english: re.Pattern[str], role: str, text: str, tongue: Tongue) -> bool:
    """Whether a text opens with an "or", "if" or "optional", in English or in the page's language; a long "or" is a sentence about it."""
    return english.match(text) is not None or (len(text) < 200 and tongue.opens(role, text) > 0)


def opens_alternative(text: str, tongue: Tongue) -> bool:
    """Whether a text says no more than that another way follows: "or", "Alternatively:"."""
    return _opens(_OR, "or", text, tongue)


def _alternatives(nodes: Sequence[Node], tongue: Tongue) -> list[Node]:
    out: list[Node] = []
    i = 0
    while i < len(nodes):
        end = run_end(nodes, i)
        branches: list[Branch] = []
        first = end
        while (
            end > i
            and first < len(nodes)
            and _opens(_OR, "or", text_of(nodes[first]), tongue)
            and run_end(nodes, first + 1) > first + 1
        ):
            following = run_end(nodes, first + 1)
            body = tuple(nodes[first:following])
            branches.append(Branch(text_of(nodes[first]).rstrip(": \uff1a"), body, lines_of(body)))
            first = following
        if branches:
            start = i
            if is_remark(nodes[end]):  # in a row of commands, as many before the "or" as behind it
                alike = _alike(nodes[end - 1], nodes[end + 1])
                i = end - 1 if alike else max(i, end - len(branches[0].body) + 1)
                if len(branches) == 1 and text_of(nodes[end]).casefold().strip(":. ") == "or":
                    first = end + 1 + end - i
                    body = tuple(nodes[end:first])
                    branches = [Branch(branches[0].label, body, lines_of(body))]
            out.extend(nodes[start:i])
            before = tuple(nodes[i:end])
            last = last_sentence(text_of(nodes[i - 1])) if i else ""
            first_label = last.rstrip(": \uff1a") if _leads_to_case(last, tongue) or _EITHER.match(last) else ""
            all_branches = (Branch(first_label, before, lines_of(before)), *branches)
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
        leads = i + 1 < len(nodes) and acts(nodes[i + 1])
        last = last_sentence(text_of(nodes[i])) if leads else ""
        if is_remark(nodes[i]) and (_IF.match(last) or _OPTIONAL.match(last)):
            last = f"{last.rstrip(':')}:"
        if _leads_to_case(last, tongue):
            end = run_end(nodes, i + 1)
            body = tuple(nodes[i:end])
            kind = "optional" if _opens(_OPTIONAL, "optional", last, tongue) else "condition"
            out.append(Choice(kind, (Branch(last.rstrip(": \uff1a"), body, lines_of(body)),), lines_of(body)))  # type: ignore[arg-type]
            i = end
            continue
        out.append(nodes[i])
        i += 1
    return out


def _leads_to_case(sentence: str, tongue: Tongue) -> bool:
    """Whether a sentence leads to what is done in one case only: "If you use SELinux:"."""
    leads = sentence.endswith((":", "\uff1a")) and not _RUNNING.match(sentence)
    return leads and (
        _opens(_CONDITION, "if", sentence, tongue)
        or _opens(_OPTIONAL, "optional", sentence, tongue)
        or _is_for_case(sentence)
        or (len(sentence) < 200 and tongue.says("if_within", sentence))
    )


def _is_for_case(sentence: str) -> bool:
    """Whether a sentence only says for what the next lines are: "For the fish shell:", not "For convenience, add a name:"."""
    if _FOR.match(sentence) is None or "," in sentence:
        return False
    said = sentence.split()
    return len(said) <= _FEW and _SENTENCE_WORDS.isdisjoint(word.strip(":.()").casefold() for word in said)


def _is_term(node: Node) -> bool:
    block = node.blocks[0] if isinstance(node, Prose) and len(node.blocks) == 1 else None
    return isinstance(block, ListBlock) and block.kind == "dl" and len(block.items) == 1 and block.items[0].kind == "dt"


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
    if not any(isinstance(node, Step) for node in nodes):
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
            isinstance(node, Step)
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
        if isinstance(node, Choice):
            out.append(step_of(node))
        elif isinstance(node, Step):
            out.append(node)
    return out
