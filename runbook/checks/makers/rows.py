"""What data/checks.toml says of a command."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from runbook.checks.arguments import Call, read_call
from runbook.checks.kinds import KINDS, Result, Unsure, check, gone
from runbook.checks.table import Program, Row
from runbook.patterns import pattern
from runbook.shell import Word

_HOLE: Final = pattern(r"\{([^{}]*)\}")
_ONLY_ASKS: Final = ("--help", "--version", "--usage", "--dry-run")
_NEEDED: Final = {"thing": 2, "value": 3, "link": 2, "setting": 3, "contains": 2, "newer": 2}
"""How many arguments a kind has at least."""
_NUMBER: Final = pattern(r"[1-9]")


def of_program(name: str, program: Program, words: Sequence[Word], cwd: str | None, user: str) -> Iterator[Result]:
    """The results of a command by its rows. An option that the table doesn't know may take the next word, which counts for nothing then."""
    known = frozenset(f"{program.values} {program.flags} {program.never} {' '.join(row.only for row in program.row)}".split())
    call = read_call(words, cwd, program.values, user)
    if call is not None and not call.options <= known:
        call = read_call(words, cwd, " ".join((program.values, *(call.options - known))), user)
    if call is None or call.has(*_ONLY_ASKS, *program.never.split()):
        return
    if program.users and (user or "own") not in program.users.split():
        return
    for row in program.row:
        operands = _after(row.sub, call.operands)
        if operands is not None and _applies(row, call):
            yield from _made(row, name, call, operands)


def _after(sub: str, operands: Sequence[str | None]) -> Sequence[str | None] | None:
    """The operands behind a sub-command; None when it is another one."""
    wanted = sub.split()
    if len(operands) < len(wanted):
        return None
    for each, operand in zip(wanted, operands, strict=False):
        if operand not in each.split("|"):
            return None
    return operands[len(wanted) :]


def _applies(row: Row, call: Call) -> bool:
    return (not row.only or call.has(*row.only.split())) and not call.has(*row.never.split())


def _made(row: Row, name: str, call: Call, operands: Sequence[str | None]) -> Iterator[Result]:
    if row.unsure:
        yield Unsure(KINDS[row.unsure.partition(" ")[0]].domain, row.unsure.partition(" ")[2].replace("{name}", name) or None)
    for operand in _chosen(row, operands):
        form, negated = (row.gone, True) if row.gone else (row.makes, False)
        args = [_filled(part, name, call, operand, operands) for part in form[1:]]
        made = _resolved(form, args, call) if form else None
        if made is not None and negated:
            yield gone(form[0], *made, before=row.before or "present")
        elif made is not None:
            yield check(form[0], *made, before=row.before or "absent")


def _chosen(row: Row, operands: Sequence[str | None]) -> Iterator[str]:
    """The operands that a row makes something of."""
    if row.of == "once":
        yield ""
        return
    if row.of == "one" and len(operands) != 1:
        return
    several = {"last": operands[-1:], "first": operands[:1]}.get(row.of, operands)
    for operand in several:
        if operand is None:
            continue
        short = re.split(f"[{re.escape(row.cut)}]", operand[1:], maxsplit=1)[0] if row.cut else operand[1:]
        text = (operand[:1] + short).removesuffix(row.strip)
        if text and (not row.like or re.fullmatch(row.like, text)):
            yield text


def _filled(part: str, name: str, call: Call, operand: str, operands: Sequence[str | None]) -> str | None:
    """An argument with its holes filled; None when something that it needs isn't known."""
    out, at = "", 0
    for hole in _HOLE.finditer(part):
        value = _value(hole[1], name, call, operand, operands)
        if value is None:
            return None
        out += part[at : hole.start()] + value
        at = hole.end()
    return out + part[at:]


def _value(hole: str, name: str, call: Call, operand: str, operands: Sequence[str | None]) -> str | None:
    if hole == "":
        return operand
    if hole == "name":
        return name
    if hole == ".":
        return name.rpartition(".")[2]
    if hole in ("key", "rest"):
        key, _, rest = operand.partition("=")
        return key.strip() if hole == "key" else rest.strip()
    if _NUMBER.fullmatch(hole):
        return operands[int(hole) - 1] if int(hole) <= len(operands) else None
    options = hole.removesuffix("?").split("|")
    value = call.value(*options)
    return "" if value is None and hole.endswith("?") and not call.has(*options) else value


def _resolved(form: Sequence[str], args: Sequence[str | None], call: Call) -> list[str] | None:
    """The arguments of a check, its path absolute, without empty ones at the end; None when one isn't known. Whose home "~" is can't
    be told for another user."""
    known = [arg for arg in args if arg is not None]
    if len(known) < len(args) or (call.user and any(part.startswith("~") for part in form)):
        return None
    kind = KINDS[form[0]]
    if kind.domain == "path":
        path = call.path(known[kind.operand])
        if path is None:
            return None
        known[kind.operand] = path
    while known and not known[-1]:
        known.pop()
    return known if len(known) >= _NEEDED.get(form[0], 1) and all(known) else None
