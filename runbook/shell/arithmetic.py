"""Which names an arithmetic expression reads and sets."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from runbook.patterns import pattern
from runbook.shell.records import Json

POSITIONS: Final = frozenset({"Pos", "End", "ValuePos", "ValueEnd", "Position", "OpPos", "Semicolon", "Left", "Right"})
"""Keys of shfmt's nodes that say where they stand."""

_NAME: Final = pattern(r"[A-Za-z_]\w*")
_ASSIGNING: Final = frozenset({"=", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "<<=", ">>="})


def arithmetic_names(node: Any, reads: set[str], sets: set[str]) -> None:
    """Adds the names that an arithmetic expression reads and sets."""
    if isinstance(node, list):
        for child in node:
            arithmetic_names(child, reads, sets)
    if not isinstance(node, dict) or node.get("Type") in ("CmdSubst", "ProcSubst"):
        return
    if node.get("Op") in _ASSIGNING and node.get("Type") == "BinaryArithm":
        sets.update(_literal_names(node["X"]))
        if node["Op"] != "=":
            reads.update(_literal_names(node["X"]))
        arithmetic_names(node.get("Y"), reads, sets)
        return
    if node.get("Type") == "ParamExp":
        name = (node.get("Param") or {}).get("Value", "")
        reads.update({name} if _NAME.fullmatch(name) else ())
        return
    if node.get("Type") in ("Lit", "SglQuoted"):
        reads.update(_NAME.findall(node.get("Value", "")))
    for key, child in node.items():
        if key not in POSITIONS:
            arithmetic_names(child, reads, sets)


def _literal_names(node: Json) -> set[str]:
    names: set[str] = set()
    arithmetic_names(node, names, set())
    return names


def numeric_tests(node: Any) -> Iterator[tuple[str, Any]]:
    """The tests of numbers in `[[ … ]]` with their operands, and those of variables (-v)."""
    if isinstance(node, list):
        for child in node:
            yield from numeric_tests(child)
    if not isinstance(node, dict):
        return
    if node.get("Type") == "BinaryTest" and node.get("Op") in ("-eq", "-ne", "-lt", "-le", "-gt", "-ge"):
        yield node["Op"], [node.get("X"), node.get("Y")]
    if node.get("Type") == "UnaryTest" and node.get("Op") == "-v":
        yield "-v", None
    for key, child in node.items():
        if key not in POSITIONS:
            yield from numeric_tests(child)
