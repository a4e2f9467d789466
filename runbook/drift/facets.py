"""How two things of the same kind differ: a comparison for each kind of thing that stands in a step."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from runbook import expect
from runbook.drift.align import Thing, align, words
from runbook.drift.items import Item
from runbook.drift.records import Change, change
from runbook.drift.sides import Sides
from runbook.model import Command, Effect, Expectation, FileEdit, Output

_GRAVITY: dict[Effect, int] = {
    "read": 0,
    "network": 1,
    "create": 2,
    "interactive": 2,
    "modify": 3,
    "package": 4,
    "service": 4,
    "exec": 5,
    "unknown": 5,
    "kernel": 6,
    "delete": 7,
    "power": 7,
}
"""How much an effect asks for a second look; an effect is raised when one comes that is graver than all there were."""

_OF_DOING = ("command", "output", "file-edit", "manual")


def compared(old: Item, new: Item, sides: Sides) -> Iterator[Change]:
    """How two items that stand for each other differ; nothing when they don't."""
    yield from _COMPARISONS.get(old.facet, _wording)(old, new, sides)


def lone(item: Item, sides: Sides, *, added: bool) -> Iterator[Change]:
    """That an item is new or gone."""
    at = (None, item.lines) if added else (item.lines, None)
    shown = sides.masked(item.shown)
    kind = f"{item.facet}-{'added' if added else 'removed'}" if item.facet in _OF_DOING else _worded(item)
    yield change(kind, at=at, old=() if added else shown, new=shown if added else (), note=_note(item))


def moved(old: Item, new: Item, sides: Sides, note: str) -> Change:
    """That an item stands elsewhere."""
    kind = f"{new.facet}-moved" if new.facet in _OF_DOING[:3] else _worded(new)
    return change(kind, at=(old.lines, new.lines), old=sides.masked(old.shown), new=sides.masked(new.shown), note=f"moved {note}")


def _worded(item: Item) -> str:
    return "reworded" if item.facet in ("prose", "manual") else f"{item.facet}-changed"


def _note(item: Item) -> str:
    """What else is worth knowing of a thing that is new or gone."""
    match item.node:
        case Command(effects=effects) if effects:
            return f"effects: {', '.join(effects)}"
        case FileEdit(op=op, path=path):
            return f"{op} {path or 'a file without a name'}"
        case _:
            return ""


def _wording(old: Item, new: Item, sides: Sides) -> Iterator[Change]:
    if old.identity != new.identity:
        yield _differing(_worded(new), old, new, sides)


def _differing(kind: str, old: Item, new: Item, sides: Sides, note: str = "") -> Change:
    """A change that shows only the lines that differ, and is no more than a note where only values of parameters do."""
    if sides.same_but_values(old.shown, new.shown) and not note:
        kind = "parameter-value"
    before, after = _differing_lines(old.shown, new.shown)
    return change(kind, at=(old.lines, new.lines), old=sides.masked(before), new=sides.masked(after), note=note)


def _differing_lines(old: tuple[str, ...], new: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    pairs = align([_line(line) for line in old], [_line(line) for line in new])
    gone = {pair.old for pair in pairs if pair.new is None or pair.moved or pair.old is None or old[pair.old] != new[pair.new]}
    come = {pair.new for pair in pairs if pair.old is None or pair.moved or pair.new is None or old[pair.old] != new[pair.new]}
    return tuple(line for n, line in enumerate(old) if n in gone), tuple(line for n, line in enumerate(new) if n in come)


def _line(line: str) -> Thing:
    return Thing(line, words((line,)))


# --- commands ---------------------------------------------------------------------------------------------------------


def _command(old: Item, new: Item, sides: Sides) -> Iterator[Change]:
    if not isinstance(old.node, Command) or not isinstance(new.node, Command):
        return
    at = (old.lines, new.lines)
    if old.identity != new.identity:
        same = old.shown != new.shown and sides.same_but_values(old.shown, new.shown)
        note = _who(old.node, new.node)
        kind = "parameter-value" if same and not note else "command-changed"
        yield change(kind, at=at, old=sides.masked(old.shown), new=sides.masked(new.shown), note=note)
    if raised(old.node.effects, new.node.effects):
        note = sides.masked(new.shown[:1])[0]
        yield change("effect-raised", at=at, old=(", ".join(old.node.effects),), new=(", ".join(new.node.effects),), note=note)
    yield from _expected(old.node.expected, new.node.expected, sides)


def _who(old: Command, new: Command) -> str:
    """What changed about who types a command, and where."""
    told = {None: "anybody", True: "root", False: "a user"}
    facts = [
        (f"as {told[old.as_root]}", f"as {told[new.as_root]}"),
        (f"on {old.host}", f"on {new.host}"),
        (f"in {old.shell}", f"in {new.shell}"),
    ]
    return "; ".join(f"was {a}, is {b}" for a, b in facts if a != b)


def raised(old: Sequence[Effect], new: Sequence[Effect]) -> bool:
    """Whether effects are graver than all there were."""
    return bool(old) and bool(new) and max(map(_GRAVITY.__getitem__, new)) > max(map(_GRAVITY.__getitem__, old))


def brings_graver(item: Item, others: Sequence[Item], sides: Sides) -> Iterator[Change]:
    """That a command which is new in a step is graver than all that the step had."""
    before: list[Effect] = [effect for other in others if isinstance(other.node, Command) for effect in other.node.effects]
    if isinstance(item.node, Command) and raised(before, item.node.effects):
        had = ", ".join(effect for effect in _GRAVITY if effect in before)
        yield change(
            "effect-raised",
            at=(None, item.lines),
            old=(had,),
            new=(", ".join(item.node.effects),),
            note=sides.masked(item.shown[:1])[0],
        )


# --- outputs ----------------------------------------------------------------------------------------------------------


def _expected(old: Expectation | None, new: Expectation | None, sides: Sides) -> Iterator[Change]:
    if old is None or new is None:
        if new is not None:
            yield change("output-added", at=(None, new.lines), new=sides.masked(new.text))
        elif old is not None:
            yield change("output-removed", at=(old.lines, None), old=sides.masked(old.text))
        return
    if old.text == new.text and old.exit == new.exit:
        return
    items = (Item("output", old.text, old.text, old.lines), Item("output", new.text, new.text, new.lines))
    note = f"exit status was {old.exit or 0}, is {new.exit or 0}" if old.exit != new.exit else ""
    kind = "output-varies" if old.exit == new.exit and _varies_only(old, new) else "output-changed"
    yield _differing(kind, *items, sides, note)


def _varies_only(old: Expectation, new: Expectation) -> bool:
    """Whether each side's recording is what the other side expects."""
    if not old.patterns or not new.patterns:
        return False
    before, after = (expect.Pattern(side.patterns, side.unordered, side.exit) for side in (old, new))
    return expect.match(before, new.text) is None and expect.match(after, old.text) is None


def _output(old: Item, new: Item, sides: Sides) -> Iterator[Change]:
    """An output of no single command has no pattern yet: one is inferred as if it had."""
    if isinstance(old.node, Output) and isinstance(new.node, Output) and old.identity != new.identity:
        before, after = (_as_expectation(node) for node in (old.node, new.node))
        yield _differing("output-varies" if _varies_only(before, after) else "output-changed", old, new, sides)


def _as_expectation(node: Output) -> Expectation:
    pattern = expect.infer([node.text], command=node.after or "")
    return Expectation(node.lines, node.text, patterns=pattern.rows, unordered=pattern.unordered)


# --- file edits -------------------------------------------------------------------------------------------------------


def _file_edit(old: Item, new: Item, sides: Sides) -> Iterator[Change]:
    if old.identity == new.identity or not isinstance(old.node, FileEdit) or not isinstance(new.node, FileEdit):
        return
    facts = ((old.node.path, new.node.path), (old.node.op, new.node.op))
    note = "; ".join(f"was {a}, is {b}" for a, b in facts if a != b)
    yield _differing("file-edit-changed", old, new, sides, note)


_COMPARISONS: dict[str, Callable[[Item, Item, Sides], Iterator[Change]]] = {
    "command": _command,
    "output": _output,
    "file-edit": _file_edit,
}
