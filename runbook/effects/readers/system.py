"""Processes, disks, kernel parameters, services."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from runbook.effects import options
from runbook.effects.options import effects_of
from runbook.effects.run import Reader, Run
from runbook.effects.table import Row
from runbook.patterns import pattern
from runbook.shell import Word

_UNIT: Final = pattern(r"[A-Za-z0-9_.@+-]++")


def _top(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    given = options.read(Row(values="-n -d -p -u -U -o -w -E -e"), words)
    batch = given.has("-b --batch-mode --batch") and (
        given.has("-n --iterations") or any("n" in each for each in given.longs if "b" in each)
    )
    return {"read"} if batch and not given.vague else {"read", "interactive"}


_INTERVAL_VALUES: Final = {"sar": "-f -s -e -i -o -P -I -n -j -m"}


def _interval(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    """vmstat, iostat …: an interval without a count goes on for ever."""
    given = options.read(Row(values=_INTERVAL_VALUES.get(name, "-p -g -j -P -f -S -o -T -I -C -G -U")), words)
    numbers = [word for word in given.operands if word.value is None or word.value.replace(".", "").isdigit()]
    if given.vague or (given.has("-o") and name in ("sar", "dstat")):
        return {"unknown"}
    return {"read", "interactive"} if len(numbers) == 1 or name == "dstat" and len(numbers) < 2 else {"read"}


def _parted(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    values = [word.value for word in words]
    if None in values:
        return {"unknown", "modify"}
    rest = [
        value
        for value in values
        if value and value not in ("-s", "--script", "-m", "--machine") and not value.startswith("/dev/")
    ]
    if rest in (["-l"], ["--list"]) or (
        rest and rest[0] in ("print", "p") and len(rest) <= 2 and rest[1:] in ([], ["free"], ["all"])
    ):
        return {"read"}
    if name == "sgdisk" and rest in (["-p"], ["--print"]):
        return {"read"}
    return effects_of([row.effects])


_SYSCTL_ROW: Final = Row(
    values="-r -E --pattern",
    flags="-a -A -X -n -N -e -b -q -x -d -r --all --names --values --ignore --binary --quiet --deprecated --pattern -V -h",
    harm={"-w --write -p --load --system -f": "kernel modify"},
    strict=True,
)


def _sysctl(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    given = options.read(_SYSCTL_ROW, words)
    found = run.given(_SYSCTL_ROW, given, "read")
    if any(word.value is None or "=" in word.value for word in given.operands):
        found |= {"kernel", "modify"}
    return found


_ANALYZE_READS: Final = frozenset(
    "time blame critical-chain plot dot dump unit-files unit-paths capability condition syscall-filter filesystems calendar timestamp timespan "
    "cat-config compare-versions verify security inspect-elf fdstore pcrs srk has-tpm2 architectures".split()
)


def _analyze(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    """systemd-analyze and its kin; all but the first have options only."""
    given = options.read(row, words)
    if given.vague or given.has("-H --host --root --image"):
        return {"unknown"}
    verb = given.operands[0].value if given.operands else None
    if name == "systemd-analyze" and given.operands and verb not in _ANALYZE_READS:
        return {"unknown"}
    return {"read"}


_SERVICE_ASKS: Final = frozenset({"status"})
_SERVICE_ACTS: Final = frozenset(
    "start stop restart reload force-reload try-restart condrestart condstop cond-restart full-restart graceful force-restart force-stop".split()
)


def _service(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    values = [word.value for word in words]
    if values == ["--status-all"]:
        return {"read"}
    if name == "rc-service" and values in (["-l"], ["--list"]):
        return {"read"}
    while values and values[0] and values[0].startswith("-"):
        values = values[1:]
    if len(values) >= 2 and values[0] and _UNIT.fullmatch(values[0]):
        if values[1] in _SERVICE_ASKS and len(values) == 2:
            return {"read"}
        if values[1] in _SERVICE_ACTS:
            return {"service"}
    return {"service", "exec", "unknown"}


def _kill(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    """Only a first option that lists keeps it from sending signals."""
    return {"read"} if words and words[0].value in ("-l", "-L", "--list", "--table") else {"modify"}


_STTY_READS: Final = frozenset({"-a", "--all", "-g", "--save", "size", "speed", "--help", "--version"})


def _stty(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    return {"read"} if all(word.value in _STTY_READS for word in words) else {"modify"}


READERS: Final[dict[str, Reader]] = {
    "analyze": _analyze,
    "interval": _interval,
    "kill": _kill,
    "parted": _parted,
    "service": _service,
    "stty": _stty,
    "sysctl": _sysctl,
    "top": _top,
}
