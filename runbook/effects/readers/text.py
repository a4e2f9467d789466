"""grep, sed and awk: whether they only read, and whether they wait for a terminal."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from runbook.effects import options
from runbook.effects.programs import awk_effects, sed_effects
from runbook.effects.readers.reading import IDENTIFIER, texts
from runbook.effects.run import Reader, Run
from runbook.effects.table import Row
from runbook.shell import Word


def _grep(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    given = options.read(row, words)
    needed = 1 if given.has("-e -f --regexp --file") else 2
    if given.has("-P --perl-regexp") and any("(?{" in each for each in texts(words)):
        return {"unknown"}
    enough = run.fed or len(given.operands) >= needed or any(word.splits for word in words)
    return {"read"} if enough or given.has("-r -R --recursive --dereference-recursive -V --version") else {"read", "interactive"}


_SED_ROW: Final = Row(
    values="-e -f -l --expression --file --line-length",
    flags="-n -E -r -s -u -z --quiet --silent --regexp-extended --separate --unbuffered --null-data --posix --debug --sandbox --follow-symlinks --binary -b",
    modes={"-i --in-place -I": "modify", "-f --file": "unknown"},
    strict=True,
)


def _sed(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    given = options.read(_SED_ROW, words)
    found = {"read"}
    if given.vague or options.stray(_SED_ROW, given):
        found.add("unknown")
    if given.has("-i --in-place -I"):
        found |= {"modify"}
    if given.has("-f --file"):
        found.add("unknown")
    scripts = given.all_values("-e --expression")
    operands = list(given.operands)
    if not scripts and not given.has("-f --file"):
        if not operands:
            return found | {"unknown"}
        scripts = [operands.pop(0)]
    for script in scripts:
        found |= {"unknown"} if script is None or script.value is None else sed_effects(script.value)
    if len(scripts) > 1 and any(s and s.value and re.search(r"(?:\\|[aicrRwW][ \t]*)$", s.value) for s in scripts):
        found.add("unknown")
    return found if operands or run.fed else found | {"interactive"}


_AWK_ROW: Final = Row(
    values="-F -v --field-separator --assign", flags="-F -v --field-separator --assign --posix --traditional --re-interval -r"
)


def _awk(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    given = options.read(_AWK_ROW, words, stop=True)
    found = {"read"}
    if given.vague or any(each not in _AWK_ROW.flags.split() and each[:2] not in ("-F", "-v") for each in given.longs):
        found.add("unknown")
    for value in given.all_values("-v --assign"):
        if value is None or not IDENTIFIER.match(value.value or value.prefix) or "=" not in (value.value or value.prefix):
            found.add("unknown")
    rest = words[given.rest :]
    if not rest or rest[0].value is None:
        return {"unknown"}
    program = rest[0].value
    found |= awk_effects(program)
    needs = not re.fullmatch(r"\s*+BEGIN\s*+\{[^{}]*+\}\s*+", program)
    return found if len(rest) > 1 or run.fed or not needs else found | {"interactive"}


READERS: Final[dict[str, Reader]] = {
    "awk": _awk,
    "grep": _grep,
    "sed": _sed,
}
