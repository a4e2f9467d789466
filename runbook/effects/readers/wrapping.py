"""Programs that run others, and programs that are servers or interpreters."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from runbook.effects import options
from runbook.effects.options import effects_of
from runbook.effects.readers.reading import only_reads
from runbook.effects.run import Reader, Run
from runbook.effects.table import Row
from runbook.patterns import pattern
from runbook.shell import Word

_FORWARDED: Final = Word(None, "", splits=True, dynamic=frozenset({"parameter"}))

_VERSION_ONLY: Final = {
    **dict.fromkeys(
        ("perl", "ruby", "node", "nodejs", "php", "lua", "gcc", "g++", "clang", "julia"), frozenset({"-v", "--version"})
    ),
    **dict.fromkeys(
        ("perl", "python", "python2", "python3", "psql", "mysql", "mysqldump", "mariadb"), frozenset({"-V", "--version"})
    ),
}


def _interpreter(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    """Asked for their version they read; else what they do stands in a program."""
    values = [word.value for word in words]
    if len(values) == 1 and (
        values[0] == "--version" or values[0] in _VERSION_ONLY.get(name, ()) or (name == "java" and values[0] == "-version")
    ):
        return {"read"}
    if (
        name == "javac"
        and values == ["-version"]
        or name == "php"
        and values in (["-m"], ["-i"])
        or name == "perl"
        and values in (["-v"], ["-V"])
    ):
        return {"read"}
    return effects_of([row.effects]) | (set() if words or run.fed else {"interactive"})


_DAEMON_READS: Final = {
    "nginx": {"-v", "-V", "-t", "-T", "-h"},
    "httpd": {"-v", "-V", "-t", "-S", "-l", "-M", "-L"},
    "apache2": {"-v", "-V", "-l", "-L"},
    "apachectl": {"-v", "-V", "-t", "-S", "-M", "configtest", "status"},
    "apache2ctl": {"-v", "-V", "-t", "-S", "-M", "configtest", "status"},
    "sshd": {"-t", "-T", "-V"},
    "named": {"-v", "-V"},
    "haproxy": {"-v", "-vv"},
    "postfix": {"status"},
    "dovecot": {"-n", "--version"},
    "php-fpm": {"-v", "-t", "-m", "-i"},
    "squid": {"-v"},
    "lighttpd": {"-v", "-V"},
}


def _daemon(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    values = [word.value for word in words]
    return {"read"} if len(values) == 1 and values[0] in _DAEMON_READS.get(name, set()) else effects_of([row.effects])


_XARGS_ROW: Final = Row(
    values="-n -I -L -P -d -a -E -s --max-args --max-lines_ --max-procs --delimiter --arg-file --max-chars --replace_",
    flags="-0 -r -t -x --null --no-run-if-empty --verbose --exit",
    strict=True,
)


def _xargs(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    given = options.read(_XARGS_ROW, words, stop=True)
    found: set[str] = set()
    if given.vague or options.stray(_XARGS_ROW, given):
        found.add("unknown")
    rest = list(words[given.rest :])
    if not run.fed and not given.has("-a --arg-file"):
        found.add("interactive")
    if not rest:
        return found | {"read"}
    replaced = given.value("-I")
    if replaced is not None:
        mark = replaced.value or ""
        if not mark:
            return found | {"unknown"}
        rest = [
            Word(None, (word.value or "").partition(mark)[0], dynamic=frozenset({"parameter"}))
            if word.value and mark in word.value
            else word
            for word in rest
        ]
    else:
        rest.append(_FORWARDED)
    fed, run.fed = run.fed, True
    inner = run.words(rest)
    run.fed = fed
    return found | inner | (set() if only_reads(inner) else {"exec"})


def _su(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    given = options.read(Row(values="-c -s -g -G -u -w --command --shell --group --user"), words)
    if given.vague or given.has("-s --shell -p_"):
        return {"unknown"}
    if name == "runuser" and given.has("-u --user"):
        late = options.read(Row(values="-u -g -G --user --group"), words, stop=True)
        rest = words[late.rest :]
        return run.words(rest) if rest else {"interactive"}
    command = given.value("-c --command")
    if command is None:
        return {"interactive"}
    return run.text(command.value) if command.value is not None else {"unknown"}


_SHELL_FLAGS: Final = pattern(r"-[celuxvil]*+")


def _shell(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    values = [word.value for word in words]
    found: set[str] = set()
    for at, value in enumerate(values):
        if value is None:
            return {"exec", "unknown"}
        if value == "-n" and len(values) == 2 and values[1] is not None and values[1][:1] != "-":
            return {"read"}
        if not _SHELL_FLAGS.fullmatch(value) or value == "-":
            return {"exec", "unknown"} if value != "--version" else {"read"}
        if "c" in value:
            script = words[at + 1] if at + 1 < len(words) else None
            if script is None or script.value is None:
                return {"exec", "unknown"}
            if "l" in value or "i" in value:
                found.add("exec")
            return found | run.text(script.value)
    return {"exec", "unknown"} if run.fed else {"interactive", "exec"}


def _scheduling(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    """chrt, ionice, taskset: of a process they show what nothing else is given for, else they run a command."""
    given = options.read(row, words)
    if not given.has("-p --pid -P --pgid -u --uid"):
        return run.wrapper(row, words)
    sets = given.has("-c --class -n --classdata") if name == "ionice" else len(given.operands) > 1
    return {"modify"} if sets or given.vague or any(word.splits for word in given.operands) else {"read"}


READERS: Final[dict[str, Reader]] = {
    "daemon": _daemon,
    "interpreter": _interpreter,
    "scheduling": _scheduling,
    "shell": _shell,
    "su": _su,
    "xargs": _xargs,
}
