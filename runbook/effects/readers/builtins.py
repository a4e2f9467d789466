"""The shell's own commands: what they set, and what they evaluate."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from runbook.effects import options
from runbook.effects.options import may_be_option
from runbook.effects.readers.reading import IDENTIFIER
from runbook.effects.run import Reader, Run
from runbook.effects.table import Row, changes_what_runs
from runbook.patterns import pattern
from runbook.shell import Word


def _test(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    """`test -v` evaluates subscripts; words that split at run time could become that."""
    if any(word.value in {"-v", "-R"} for word in words):
        return {"unknown"}
    if any(word.splits and word.dynamic & {"parameter", "substitution"} and not _is_count(run, word) for word in words):
        return {"unknown"}
    return {"read"}


def _is_count(run: Run, word: Word) -> bool:
    return bool(word.parameters) and all(each in "?#$!" or each in run.trusted for each in word.parameters)


def _printf(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    if not words:
        return {"read"}
    if words[0].value == "-v":
        return _variables(words[1:2])
    return {"unknown"} if may_be_option(words[0]) else {"read"}


def _variables(words: Sequence[Word]) -> set[str]:
    """Names of variables that are set: subscripts are evaluated, some names change what runs."""
    for word in words:
        if word.value is None or not IDENTIFIER.fullmatch(word.value) or changes_what_runs(word.value):
            return {"unknown"}
    return {"read"}


_SET: Final = pattern(r"[-+][abefhmnuvxBCETP]*+")
_SET_NAMES: Final = frozenset(
    {"errexit", "nounset", "pipefail", "xtrace", "verbose", "noglob", "noclobber", "errtrace", "functrace", "notify", "physical"}
)


def _set(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    at = 0
    while at < len(words):
        value = words[at].value
        if value is None:
            return {"unknown"}
        if value in ("--", "-"):
            return {"read"}
        if value[0] not in "-+":
            return {"read"}
        if value.endswith("o"):
            if at + 1 < len(words) and words[at + 1].value not in _SET_NAMES:
                return {"unknown"}
            value = value[:-1]
            at += 1
        if not _SET.fullmatch(value) and value not in ("-", "+"):
            return {"unknown"}
        at += 1
    return {"read"}


def _declare(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    for word in words:
        if word.value is None or (word.value.startswith("-") and not re.fullmatch(r"-[xrapgAfFlu]*+", word.value)):
            return {"unknown"}
        if not word.value.startswith("-") and word.value != "--":
            return {"unknown"}
    return {"read"}


def _unset(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    return _variables([word for word in words if word.value not in ("-v", "-f", "--")])


def _read(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    """read, mapfile: ask unless their input is given."""
    valued = Row(values="-a -d -i -n -N -p -t -u -O -s -C -c")
    given = options.read(valued, words)
    found = _variables(given.operands) | _variables([word for word in given.all_values("-a") if word])
    if given.vague or (name != "read" and given.has("-C")):
        found = {"unknown"}
    return found if run.fed or given.has("-u") else found | {"interactive"}


def _getopts(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    return _variables([word for word in words if word.value != "--"][1:2])


READERS: Final[dict[str, Reader]] = {
    "declare": _declare,
    "getopts": _getopts,
    "printf": _printf,
    "read": _read,
    "set": _set,
    "test": _test,
    "unset": _unset,
}
