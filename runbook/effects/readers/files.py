"""find, date, dd, archives."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from runbook.effects import options
from runbook.effects.options import effects_of, may_be_option
from runbook.effects.readers.reading import only_reads
from runbook.effects.run import Reader, Run
from runbook.effects.table import Row, endless, path_effects
from runbook.shell import Word

_FIND_FLAGS: Final = frozenset(
    "-H -L -P -O0 -O1 -O2 -O3 -a -o -and -or -not ! ( ) , -print -print0 -ls -prune -quit -true -false -depth -d -mount -xdev -daystart -follow -empty "
    "-executable -readable -writable -nouser -nogroup -noleaf -ignore_readdir_race -noignore_readdir_race -nowarn -warn -help -version --help --version".split()
)
_FIND_TAKES: Final = frozenset(
    "-name -iname -path -ipath -wholename -iwholename -lname -ilname -regex -iregex -regextype -type -xtype -size -mtime -atime -ctime -mmin -amin "
    "-cmin -newer -anewer -cnewer -newermt -newerat -newerct -newermm -user -group -uid -gid -perm -maxdepth -mindepth -inum -links -samefile -fstype "
    "-used -printf -context -files0-from -D".split()
)
_FIND_WRITES: Final = frozenset({"-fprint", "-fprint0", "-fls", "-fprintf"})
_FOUND: Final = Word(None, "./", dynamic=frozenset({"parameter"}))


def _find(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    found = {"read"}
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        value = word.value
        if value is None:
            if may_be_option(word) or word.prefix[:1] in ("(", "!"):
                found.add("unknown")
            continue
        if value in _FIND_TAKES:
            if at < len(words) and words[at].splits and not words[at].dynamic <= {"glob"}:
                found.add("unknown")
            elif at < len(words) and "glob" in words[at].dynamic and not words[at].prefix:
                pass  # an unquoted pattern that matches nothing here; several matches are an error of find
            at += 1
        elif value in ("-exec", "-execdir", "-ok", "-okdir"):
            at = _find_command(run, words, at, found)
            found |= {"interactive"} if value.startswith("-ok") else set()
        elif value == "-delete":
            found.add("delete")
        elif value in _FIND_WRITES:
            found |= {"create", "modify"}
            at += 1
        elif value.startswith("-") and value not in _FIND_FLAGS:
            found.add("unknown")
    return found


def _find_command(run: Run, words: Sequence[Word], at: int, found: set[str]) -> int:
    """The effects of -exec's command; where its words end."""
    inner: list[Word] = []
    while at < len(words):
        word = words[at]
        at += 1
        if word.value == ";" or (word.value == "+" and inner and inner[-1] is _FOUND):
            break
        if word.value == "{}":
            inner.append(_FOUND)
        elif word.value is not None and "{}" in word.value:
            inner.append(Word(None, word.value.partition("{}")[0], dynamic=frozenset({"parameter"})))
        else:
            inner.append(word)
    else:
        found.add("unknown")
    if not inner:
        found.add("unknown")
        return at
    fed, run.fed = run.fed, True
    found |= run.words(inner) | ({"exec"} if not only_reads(run.words(inner)) else set())
    run.fed = fed
    return at


def _date(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    given = options.read(row, words)
    found = run.given(row, given)
    for word in given.operands:
        if not (word.value if word.value is not None else word.prefix).startswith("+"):
            found.add("modify")
    return found


def _dd(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    found = {"read"}
    outputs = [word for word in words if (word.value or word.prefix).startswith("of=")]
    if any(word.value not in ("of=/dev/null", "of=/dev/stdout") for word in outputs):
        found |= {"create", "modify", "delete"}
    if any(word.value is None and not re.match(r"(?:if|bs|count|skip)=", word.prefix) for word in words):
        found.add("unknown")
    if not any((word.value or word.prefix).startswith("if=") for word in words) and not run.fed:
        found.add("interactive")
    counted = any((word.value or word.prefix).startswith("count=") for word in words)
    for word in words:
        if word.value and word.value.startswith("if="):
            found |= effects_of([path_effects(word.value[3:])])
            found |= {"interactive"} if word.value[3:] in endless() and not counted and not run.pipes else set()
    return found


_TAR_HARM: Final = {
    "--checkpoint-action --to-command --use-compress-program -I --rsh-command --rmt-command -F --info-script --new-volume-script": "exec",
    "--index-file --remove-files --delete -g --listed-incremental -G --totals-file": "modify",
}
_TAR_ROW: Final = Row(
    flags="--list",
    values="-f -C -X -T -b -V -L -K -N -H --file --directory --exclude --exclude-from --files-from --strip-components --transform",
    harm=_TAR_HARM,
)
_TAR_MODES: Final = (
    ("-x --extract --get", "create modify"),
    ("-c --create", "create modify"),
    ("-r --append", "modify"),
    ("-u --update", "modify"),
    ("-A --catenate --concatenate", "modify"),
    ("--delete", "modify"),
)


def _tar(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    listed = list(words)
    old = bool(listed and listed[0].value and re.fullmatch(r"[A-Za-z]++", listed[0].value))
    if old:  # the old style, without a dash: the letters' values follow in order
        letters = listed[0].value or ""
        modern = Row(harm=_TAR_HARM)
        given = options.read(modern, listed[1:])
        given.letters |= set(letters)
    else:
        given = options.read(_TAR_ROW, listed)
    found: set[str] = set()
    for option, effects in _TAR_HARM.items():
        if given.has(option):
            found |= effects_of([effects])
    if given.vague:
        found.add("unknown")
    archives = given.all_values("-f --file") or ([listed[1]] if old and len(listed) > 1 else [])
    if any(":" in (value and (value.value or value.prefix) or "") for value in archives):
        found |= {"network", "unknown"}
    changes = [effects for option, effects in _TAR_MODES if given.has(option)]
    to_stdout = given.has("-O --to-stdout") and given.has("-x --extract") and len(changes) == 1
    if changes and not to_stdout:
        return found | effects_of(changes)
    lists = given.has("-t --list -d --diff --compare") or to_stdout
    return found | ({"read"} if lists else {"unknown"})


_LIST_IS_LONG: Final = frozenset({"lz4", "pbzip2", "bzip2", "bunzip2", "compress", "uncompress"})
"""Whose -l is another option."""


def _compressor(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    given = options.read(Row(values="-S --suffix -T --threads -o"), words)
    if given.vague:
        return {"unknown"}
    if given.has("-o --output"):
        return {"create", "modify"}
    lists = "--list" if name in _LIST_IS_LONG else "-l --list"
    if given.has(lists + " -t --test -c --stdout --to-stdout") or (not given.operands and run.fed):
        return {"read"}
    return effects_of([row.effects])


READERS: Final[dict[str, Reader]] = {
    "compressor": _compressor,
    "date": _date,
    "dd": _dd,
    "find": _find,
    "tar": _tar,
}
