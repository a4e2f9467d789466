"""A runbook as digests: what is kept of it where its words are not, enough to tell later which step changed, and in what.

Secrets go into no digest: a short one could be found by trying. What stands beside a secret is digested with the secret left out.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Literal

from msgspec import Struct

from runbook.drift.items import Item, StepView, views
from runbook.masks import Mask
from runbook.model import Command, Effect, Expectation, Output, Parameter, Runbook

_LENGTH = 16
"""Hexadecimal digits: 64 bits, enough to tell the items of one page apart; nothing here is proof against forgery."""


class CommandDigest(Struct, frozen=True, array_like=True):
    """A command, with all that makes it another (its shell, host, who types it); `effects` in the model's order."""

    text: str
    effects: tuple[Effect, ...] = ()


class OutputDigest(Struct, frozen=True, array_like=True):
    """A recorded output: its text, and what of it must hold again ("" without a pattern)."""

    text: str
    pattern: str = ""


class StepDigest(Struct, frozen=True, omit_defaults=True):
    """A step; `id` is "" for what stands before the first step (`part` "preamble") and after the last ("closing"). The digests are in
    the order of the page; nested steps have records of their own. `rest` are pictures, notices and listings."""

    id: str
    part: Literal["preamble", "step", "closing"] = "step"
    number: str | None = None
    title: str = ""
    parent: str = ""
    commands: tuple[CommandDigest, ...] = ()
    outputs: tuple[OutputDigest, ...] = ()
    edits: tuple[str, ...] = ()
    manual: tuple[str, ...] = ()
    prose: tuple[str, ...] = ()
    rest: tuple[str, ...] = ()

    def is_empty(self) -> bool:
        return not (self.commands or self.outputs or self.edits or self.manual or self.prose or self.rest)


class ParameterDigest(Struct, frozen=True, omit_defaults=True):
    """A parameter; `value` is null for a secret."""

    name: str
    type: str
    value: str | None = None


def digest(*texts: str) -> str:
    """What stands for some texts."""
    return sha256("\0".join(texts).encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]


def step_digests(runbook: Runbook) -> tuple[StepDigest, ...]:
    """The steps of a runbook in reading order; what stands around them, where there is anything."""
    mask = Mask(runbook.parameters)
    every = views(runbook)
    found = (_step(view, every, mask) for view in every)
    return tuple(each for each in found if each.part == "step" or not each.is_empty())


def parameter_digests(parameters: tuple[Parameter, ...]) -> tuple[ParameterDigest, ...]:
    """Parameters by name."""
    return tuple(
        ParameterDigest(each.name, each.type, None if each.secret else digest(each.value))
        for each in sorted(parameters, key=lambda each: each.name)
    )


def _step(view: StepView, every: list[StepView], mask: Mask) -> StepDigest:
    state = view.state
    by_facet: dict[str, list[Item]] = {}
    for item in view.items:
        by_facet.setdefault(item.facet, []).append(item)

    def of(*facets: str) -> tuple[str, ...]:
        return tuple(_item(item, mask) for facet in facets for item in by_facet.get(facet, ()))

    return StepDigest(
        id=mask.over_slug(state.id),
        part=state.part,
        number=state.number,
        title=mask.over(state.title),
        parent=mask.over_slug(every[view.parent].state.id) if view.parent is not None else "",
        commands=tuple(_command(item, mask) for item in by_facet.get("command", ())),
        outputs=tuple(each for item in view.items for each in _outputs(item, mask)),
        edits=of("file-edit"),
        manual=of("manual"),
        prose=of("prose"),
        rest=of("notice", "picture", "listing"),
    )


def _item(item: Item, mask: Mask) -> str:
    return digest(item.facet, *map(mask.over, item.identity))


def _command(item: Item, mask: Mask) -> CommandDigest:
    return CommandDigest(_item(item, mask), item.node.effects if isinstance(item.node, Command) else ())


def _outputs(item: Item, mask: Mask) -> tuple[OutputDigest, ...]:
    match item.node:
        case Command(expected=Expectation() as expected):
            pattern = repr((expected.patterns, expected.unordered, expected.exit)) if expected.patterns or expected.exit else ""
            return (OutputDigest(digest(*map(mask.over, expected.text)), digest(mask.over(pattern)) if pattern else ""),)
        case Output(text=text):
            return (OutputDigest(digest(*map(mask.over, text))),)
        case _:
            return ()
