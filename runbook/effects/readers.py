"""Commands whose arguments decide in ways that no row of options can tell: one function each, chosen by `reader` of the row.

Each takes the run, the row and the words after the name, and gives effects. In doubt it gives "unknown".
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, TypeAlias

from runbook.effects import options
from runbook.effects.options import effects_of, may_be_option
from runbook.effects.programs import awk_effects, sed_effects
from runbook.effects.table import Row, changes_what_runs
from runbook.shell import Word

if TYPE_CHECKING:
    from runbook.effects.run import Run

Reader: TypeAlias = "Callable[[Run, Row, Sequence[Word], str], set[str]]"

_IDENTIFIER = re.compile(r"[A-Za-z_]\w*+")
_UNIT = re.compile(r"[A-Za-z0-9_.@+-]++")
_FORWARDED = Word(None, "", splits=True, dynamic=frozenset({"parameter"}))


def _values(words: Sequence[Word]) -> list[str]:
    return [word.value if word.value is not None else word.prefix for word in words]


# --- the shell's own --------------------------------------------------------------------------------------------------


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
        if word.value is None or not _IDENTIFIER.fullmatch(word.value) or changes_what_runs(word.value):
            return {"unknown"}
    return {"read"}


_SET = re.compile(r"[-+][abefhmnuvxBCETP]*+")
_SET_NAMES = frozenset(
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


# --- text and files ---------------------------------------------------------------------------------------------------


def _grep(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    given = options.read(row, words)
    needed = 1 if given.has("-e -f --regexp --file") else 2
    if given.has("-P --perl-regexp") and any("(?{" in each for each in _values(words)):
        return {"unknown"}
    enough = run.fed or len(given.operands) >= needed or any(word.splits for word in words)
    return {"read"} if enough or given.has("-r -R --recursive --dereference-recursive -V --version") else {"read", "interactive"}


_SED_ROW = Row(
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


_AWK_ROW = Row(
    values="-F -v --field-separator --assign", flags="-F -v --field-separator --assign --posix --traditional --re-interval -r"
)


def _awk(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    given = options.read(_AWK_ROW, words, stop=True)
    found = {"read"}
    if given.vague or any(each not in _AWK_ROW.flags.split() and each[:2] not in ("-F", "-v") for each in given.longs):
        found.add("unknown")
    for value in given.all_values("-v --assign"):
        if value is None or not _IDENTIFIER.match(value.value or value.prefix) or "=" not in (value.value or value.prefix):
            found.add("unknown")
    rest = words[given.rest :]
    if not rest or rest[0].value is None:
        return {"unknown"}
    program = rest[0].value
    found |= awk_effects(program)
    needs = not re.fullmatch(r"\s*+BEGIN\s*+\{[^{}]*+\}\s*+", program)
    return found if len(rest) > 1 or run.fed or not needs else found | {"interactive"}


_FIND_FLAGS = frozenset(
    "-H -L -P -O0 -O1 -O2 -O3 -a -o -and -or -not ! ( ) , -print -print0 -ls -prune -quit -true -false -depth -d -mount -xdev -daystart -follow -empty "
    "-executable -readable -writable -nouser -nogroup -noleaf -ignore_readdir_race -noignore_readdir_race -nowarn -warn -help -version --help --version".split()
)
_FIND_TAKES = frozenset(
    "-name -iname -path -ipath -wholename -iwholename -lname -ilname -regex -iregex -regextype -type -xtype -size -mtime -atime -ctime -mmin -amin "
    "-cmin -newer -anewer -cnewer -newermt -newerat -newerct -newermm -user -group -uid -gid -perm -maxdepth -mindepth -inum -links -samefile -fstype "
    "-used -printf -context -files0-from -D".split()
)
_FIND_WRITES = frozenset({"-fprint", "-fprint0", "-fls", "-fprintf"})
_FOUND = Word(None, "./", dynamic=frozenset({"parameter"}))


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
    found |= run.words(inner) | ({"exec"} if not _reads(run.words(inner)) else set())
    run.fed = fed
    return at


def _reads(found: set[str]) -> bool:
    return found <= {"read", "network"}


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
    for word in words:
        if word.value and word.value.startswith("if=") and word.value.startswith("if=/dev/watch"):
            found.add("unknown")
    return found


_TAR_HARM = {
    "--checkpoint-action --to-command --use-compress-program -I --rsh-command --rmt-command -F --info-script --new-volume-script": "exec",
    "--index-file --remove-files --delete -g --listed-incremental -G --totals-file": "modify",
}
_TAR_ROW = Row(
    values="-f -C -X -T -b -V -L -K -N -H --file --directory --exclude --exclude-from --files-from --strip-components --transform",
    harm=_TAR_HARM,
)
_TAR_MODES = (
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
    if given.has("-f --file") and any(
        ":" in (value and (value.value or value.prefix) or "") for value in given.all_values("-f --file")
    ):
        found |= {"network", "unknown"}
    changes = [effects for option, effects in _TAR_MODES if given.has(option)]
    to_stdout = given.has("-O --to-stdout") and given.has("-x --extract") and len(changes) == 1
    if changes and not to_stdout:
        return found | effects_of(changes)
    lists = given.has("-t --list -d --diff --compare") or to_stdout
    return found | ({"read"} if lists else {"unknown"})


def _compressor(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    given = options.read(Row(values="-S --suffix -T --threads -o"), words)
    if given.vague:
        return {"unknown"}
    if given.has("-o --output"):
        return {"create", "modify"}
    if given.has("-l --list -t --test -c --stdout --to-stdout") or (not given.operands and run.fed):
        return {"read"}
    return effects_of([row.effects])


# --- processes, kernel, services --------------------------------------------------------------------------------------


def _top(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    given = options.read(Row(values="-n -d -p -u -U -o -w -E -e"), words)
    batch = given.has("-b --batch-mode --batch") and (
        given.has("-n --iterations") or any("n" in each for each in given.longs if "b" in each)
    )
    return {"read"} if batch and not given.vague else {"read", "interactive"}


def _interval(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    """vmstat, iostat …: an interval without a count goes on for ever."""
    given = options.read(Row(values="-p -g -j -P -u -f -s -e -S -o -T -I"), words)
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
    if name != "parted" and rest in (["-p"], ["--print"]):
        return {"read"}
    return effects_of([row.effects])


_SYSCTL_ROW = Row(
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


def _analyze(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    values = _values(words)
    bad = {
        "log-level",
        "log-target",
        "service-watchdogs",
        "set-log-level",
        "set-log-target",
        "unit-gdb",
        "edit",
        "--root",
        "exit-status",
    }
    if any(may_be_option(word) for word in words) or any(value in bad or value.startswith(("-H", "--host")) for value in values):
        return {"unknown"}
    return {"read"}


_SERVICE_ASKS = frozenset({"status"})
_SERVICE_ACTS = frozenset(
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


# --- network ----------------------------------------------------------------------------------------------------------

_IP_VALUES = frozenset({"-f", "-family", "-l", "-loops", "-rc", "-rcvbuf"})
_IP_OBJECTS = {
    "address": "", "addrlabel": "", "link": "", "route": "", "rule": "", "neighbour": "", "neighbor": "", "maddress": "", "mroute": "", "tunnel": "",
    "ntable": "", "tcpmetrics": "", "token": "", "xfrm": "unknown", "netns": "", "netconf": "", "vrf": "", "macsec": "", "sr": "", "l2tp": "unknown",
    "monitor": "interactive", "fdb": "", "vlan": "", "mdb": "", "qdisc": "", "class": "", "filter": "", "nexthop": "", "help": "", "actions": "unknown",
    "fou": "unknown", "ila": "unknown", "mptcp": "unknown", "ioam": "unknown", "stats": "", "exec": "unknown", "chain": "",
}  # fmt: skip
_IP_READS = ("show", "list", "lst", "ls", "get", "help", "identify", "pids")
_IP_ACTS = (
    "add", "del", "delete", "change", "replace", "set", "flush", "append", "prepend", "exec", "attach", "save", "restore", "monitor", "showdump",
    "update", "up", "down", "link", "test", "property", "afstats", "xstats", "swap",
)  # fmt: skip


def _ip(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    """ip, bridge, tc: OBJECT and COMMAND may be abbreviated; without a command they show."""
    values = [word.value for word in words]
    at = 0
    while at < len(values) and (value := values[at]) is not None and value.startswith("-"):
        if (
            value.lstrip("-")
            and any(("-" + value.lstrip("-")).startswith(bad) or bad.startswith(value) for bad in ("-batch", "-force"))
            and (value in ("-b", "-ba", "-bat", "-batc", "-batch") or value.startswith("-force"))
        ):
            return {"exec"}
        if value in ("-n", "-netns", "-N"):
            return {"unknown"}
        at += 2 if value in _IP_VALUES else 1
    if at == len(values):
        return {"read"}
    subject, verb = values[at], values[at + 1] if at + 1 < len(values) else "show"
    if subject is None or verb is None:
        return {"unknown"}
    chosen = [effects for each, effects in _IP_OBJECTS.items() if each.startswith(subject)]
    if not chosen:
        return {"unknown"}
    acts = any(each.startswith(verb) for each in _IP_ACTS)
    reads = any(each.startswith(verb) for each in _IP_READS)
    exact = verb in _IP_READS or verb in ("s", "sh", "sho", "l", "li", "lis", "g", "ge")
    if "m".startswith(subject) or subject.startswith("mon"):
        return {"read", "interactive"}
    if reads and (exact or not acts):
        return {"read"} | effects_of(
            each for each in chosen if "monitor".startswith(subject) or each == "unknown" and len(chosen) == 1
        )
    if verb == "exec" or subject.startswith("netns") and "exec".startswith(verb):
        return {"exec", "network"}
    return {"network", "modify"}


_FIREWALL_VALUES = frozenset({"--zone", "--service", "--ipset", "--helper", "--icmptype", "--policy", "--family"})
_FIREWALL_READS = re.compile(
    r"--(?:state|version|get-[\w-]+|list-[\w-]+|query-[\w-]+=?.*|info-[\w-]+(?:=.*)?|permanent|direct|zone=.*|service=.*|ipset=.*|policy=.*|check-config)"
)


def _firewall(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    values = [word.value for word in words]
    reads = all(
        value is not None and (_FIREWALL_READS.fullmatch(value) or not value.startswith("-") or value in _FIREWALL_VALUES)
        for value in values
    )
    asks = any(value and re.match(r"--(?:state|version|get-|list-|query-|info-)", value) for value in values)
    return {"read"} if reads and asks else {"network", "modify"}


def _nslookup(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    operands = [word for word in words if not (word.value or word.prefix).startswith("-")]
    return {"read", "network"} if operands or run.fed else {"read", "network", "interactive"}


_CURL_ROW = Row(
    values=(
        "-A -b -c -C -d -D -e -E -F -h -H -K -m -o -P -Q -r -t -T -u -U -w -x -X -y -Y -z --user-agent --cookie --cookie-jar --continue-at --data "
        "--dump-header --referer --cert --form --header --config --max-time --output --range --upload-file --user --proxy-user --write-out --proxy "
        "--request --speed-limit --speed-time --connect-timeout --retry --retry-delay --retry-max-time --resolve --cacert --capath --key --interface "
        "--max-redirs --limit-rate --noproxy --ciphers --connect-to --dns-servers --tls-max --url --max-filesize --keepalive-time --oauth2-bearer "
        "--socks5 --socks5-hostname --output-dir --unix-socket --trace --trace-ascii --stderr --libcurl --hsts --alt-svc --etag-save --data-raw "
        "--data-binary --data-urlencode --json --form-string --proto --proto-default"
    ),
)
_CURL_WRITES = (
    "-O --remote-name --remote-name-all -J --remote-header-name --output-dir -c --cookie-jar -D --dump-header --trace --trace-ascii --stderr --libcurl "
    "--hsts --alt-svc --etag-save --create-file-mode --create-dirs"
)
_CURL_SENDS = (
    "-d --data --data-raw --data-binary --data-urlencode --data-ascii -F --form --form-string -T --upload-file --json "
    "-Q --quote --prequote --postquote"
)
_CURL_ODD = (
    "-K --config --unix-socket --abstract-unix-socket --engine --proto-default --mail-from --mail-rcpt -t --telnet-option "
    "--krb --delegation --doh-url_ -E_"
)
_CURL_ADDRESS = re.compile(r"(?i)(?:(?:https?|ftps?|file)://)?[^:/?#@\s]+(?::\d+)?(?:[/?#].*)?|(?:https?|ftps?)://.*", re.DOTALL)
_DISCARDED = frozenset({"/dev/null", "-", "/dev/stdout", "/dev/stderr"})


def _curl(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    given = options.read(_CURL_ROW, words)
    found = {"read", "network"}
    if given.vague or given.has(_CURL_ODD):
        found.add("unknown")
    if any(value is None or value.value not in _DISCARDED for value in given.all_values("-o --output")):
        found |= {"create", "modify"}
    if any(option for option in _CURL_WRITES.split() if given.has(option) and not _goes_nowhere(given, option)):
        found |= {"create", "modify"}
    if given.has(_CURL_SENDS) and not given.has("-G --get"):
        found |= {"modify", "unknown"}
    if any(
        (value and value.value or "POST").upper() not in ("GET", "HEAD", "OPTIONS") for value in given.all_values("-X --request")
    ):
        found |= {"modify", "unknown"}
    if any(re.search(r"%\{?output|^@", value.value or "%output") for value in given.all_values("-w --write-out") if value):
        found.add("unknown")
    for word in given.operands:
        if word.value is not None and not _CURL_ADDRESS.fullmatch(word.value):
            found.add("unknown")
    if not given.operands and not given.has("--url -V --version -h --help -M --manual"):
        found.add("unknown")
    return found


def _goes_nowhere(given: options.Given, option: str) -> bool:
    if option not in ("-D", "--dump-header", "-c", "--cookie-jar", "--stderr", "--trace", "--trace-ascii"):
        return False
    values = given.all_values(option)
    return bool(values) and all(value is not None and value.value in _DISCARDED for value in values)


_WGET_ROW = Row(
    values=(
        "-o -a -e -i -B -t -O -T -w -Q -P -U -l -A -R -D -I -X --output-file --append-output --execute --input-file --base --tries --output-document "
        "--timeout --wait --quota --directory-prefix --user-agent --user --password --header --method --limit-rate"
    )
)


def _wget(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    given = options.read(_WGET_ROW, words)
    found = {"network"}
    if given.vague or given.has(
        "-e --execute --config --use-askpass --post-data --post-file --body-data --body-file --method -b --background"
    ):
        found.add("unknown")
    documents = given.all_values("-O --output-document")
    to_nowhere = documents and all(value is not None and value.value in _DISCARDED for value in documents)
    logs = given.all_values("-o -a --output-file --append-output")
    if any(value is None or value.value not in _DISCARDED for value in logs):
        found |= {"create", "modify"}
    if given.has(
        "--save-cookies --warc-file --rejected-log --hsts-file -r --recursive -m --mirror -p --page-requisites -i --input-file -N"
    ):
        found |= {"create", "modify"}
    reads = to_nowhere or given.has("--spider -V --version -h --help")
    return found | ({"read"} if reads else {"create", "modify"})


def _ssh(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    values = "-b -c -D -E -e -F -I -i -J -L -l -m -O -o -p -Q -R -S -W -w -B"
    given = options.read(Row(values=values), words, stop=True, skip=1)
    found = {"network"}
    if given.vague or given.has("-f -N -L -R -D -w -W -E -F -S -O -M -I -Y -X -A"):
        found.add("unknown")
    if any(value is None or not _SSH_OPTION.fullmatch(value.value or "") for value in given.all_values("-o")):
        found |= {"unknown", "exec"}
    if not given.operands or (given.operands[0].value or given.operands[0].prefix).startswith("-"):
        return found | ({"read"} if given.has("-V") else {"unknown"})
    rest = words[given.rest :]
    if not rest:
        return found | {"interactive"}
    return found | run.joined(rest)


_SSH_OPTION = re.compile(
    r"(?i)(?:BatchMode|ConnectTimeout|StrictHostKeyChecking|ServerAlive\w+|Port|User|LogLevel|ConnectionAttempts|PasswordAuthentication"
    r"|IdentitiesOnly|UserKnownHostsFile=/dev/null)(?:[= ][\w./-]*)?"
)


# --- packages, git, openssl --------------------------------------------------------------------------------------------


def _rpm(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    given = options.read(row, words)
    found = run.given(row, given)
    if given.has("-q --query") and "read" in found:
        texts = _values(words)
        if any("%(" in text or "%{lua" in text or re.search(r"%\{[^}]*:", text) and "lua" in text for text in texts):
            found.add("exec")
        if any("://" in text for text in texts):
            found.add("network")
    return found


_GIT_GLOBAL = Row(
    values="-C --git-dir --work-tree --namespace",
    flags="-P --no-pager --no-replace-objects --bare --literal-pathspecs --glob-pathspecs --no-optional-locks --version -v --help --exec-path --html-path",
)
_GIT_READS = frozenset(
    "status log show diff shortlog describe blame annotate ls-files ls-tree rev-parse rev-list cat-file merge-base name-rev show-ref for-each-ref "
    "whatchanged grep cherry range-diff diff-tree diff-index diff-files count-objects check-ignore check-attr check-ref-format verify-commit verify-tag "
    "var version fsck show-branch diff-stat get-tar-commit-id".split()
)
_GIT_ACTS = {
    "network create modify": "clone fetch pull submodule",
    "network modify": "push send-email",
    "create modify": "init add commit merge rebase cherry-pick revert am apply checkout switch restore reset mv worktree replace update-ref symbolic-ref gc "
    "repack prune pack-refs update-index write-tree read-tree commit-tree format-patch notes sparse-checkout maintenance archive bundle",
    "delete modify": "rm clean",
    "exec": "bisect filter-branch filter-repo difftool mergetool daemon instaweb gui",
}
_GIT_EFFECTS = {name: effects for effects, names in _GIT_ACTS.items() for name in names.split()}
_GIT_HARM = "--output --ext-diff --textconv --open-files-in-pager -O --upload-pack --exec --receive-pack --exec-path --recurse-submodules_ --lost-found"


def _git(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    given = options.read(_GIT_GLOBAL, words, stop=True)
    known = {*_GIT_GLOBAL.values.split(), *_GIT_GLOBAL.flags.split()}
    if (
        given.vague
        or any(each not in known for each in given.longs)
        or given.has("--exec-path")
        and words[0].value != "--exec-path"
    ):
        return {"unknown"}
    rest = words[given.rest :]
    if not rest:
        return {"read"} if given.longs else {"unknown"}
    sub, arguments = rest[0].value, rest[1:]
    if sub is None or rest[0].dynamic:
        return {"unknown"}
    if sub in _GIT_EFFECTS:
        return effects_of([_GIT_EFFECTS[sub]]) if sub not in ("stash",) else {"unknown"}
    reader = _GIT_SUBS.get(sub)
    if reader is not None:
        return reader(arguments)
    if sub not in _GIT_READS:
        return {"unknown"}
    late = options.read(Row(values="-n --format --pretty --since --until --author --grep -S -G -L --max-count"), arguments)
    if late.vague or _git_harm(late, sub):
        return {"unknown"}
    return {"read"}


def _git_harm(given: options.Given, sub: str) -> bool:
    if any(
        option for option in _GIT_HARM.split() if option != "-O" and given.has(option) and not _git_false_friend(given, option)
    ):
        return True
    return sub == "grep" and "O" in given.letters or sub == "fsck" and given.has("--lost-found")


def _git_false_friend(given: options.Given, option: str) -> bool:
    """Abbreviations that belong to other options: git takes an unambiguous beginning only."""
    return not any(
        option.startswith(each) and each not in ("--e", "--exclude", "--text", "--o", "--re", "--r", "--l", "--not")
        for each in given.longs
    )


def _git_branch(words: Sequence[Word]) -> set[str]:
    given = options.read(Row(values="--sort --format --contains --no-contains --merged --no-merged --points-at"), words)
    if given.vague:
        return {"unknown"}
    lists = given.has(
        "-a --all -r --remotes -l --list -v -vv --verbose --show-current --contains --no-contains --merged --no-merged --points-at"
    )
    if given.has(
        "-d -D -m -M -c -C -f -u -t --delete --move --copy --force --set-upstream-to --unset-upstream --edit-description --track"
    ):
        return {"modify", "delete"} if given.has("-d -D --delete") else {"modify"}
    if given.operands and not given.has("-l --list --contains --no-contains --merged --no-merged --points-at"):
        return {"create"}
    return {"read"} if lists or not words or not given.operands else {"create"}


def _git_tag(words: Sequence[Word]) -> set[str]:
    given = options.read(Row(values="--sort --format --contains --no-contains --merged --points-at -n_"), words)
    if given.vague or given.has(
        "-d -a -s -f -m -F -u --delete --annotate --sign --force --message --file --local-user -e --edit"
    ):
        return {"modify", "create"} if not given.vague else {"unknown"}
    lists = given.has("-l --list --contains --no-contains --merged --points-at -v --verify") or "n" in given.letters
    return {"read"} if lists or not given.operands else {"create"}


def _git_remote(words: Sequence[Word]) -> set[str]:
    values = [word.value for word in words]
    if None in values:
        return {"unknown"}
    rest = [value for value in values if value not in ("-v", "--verbose")]
    if not rest or rest[0] == "get-url":
        return {"read"}
    if rest[0] == "show":
        return {"read", "network"} if len(rest) > 1 and "-n" not in rest else {"read"}
    return (
        {"modify", "network"}
        if rest[0] in ("add", "remove", "rm", "rename", "set-url", "set-head", "set-branches", "prune", "update")
        else {"unknown"}
    )


_GIT_CONFIG_READS = "--get --get-all --get-regexp --get-urlmatch --list -l --get-color --get-colorbool"


def _git_config(words: Sequence[Word]) -> set[str]:
    given = options.read(Row(values="-f --file --blob --type --default"), words)
    if given.vague:
        return {"unknown"}
    if given.has("--edit -e"):
        return {"interactive", "modify"}
    changing = "--add --replace-all --unset --unset-all --rename-section --remove-section"
    if any(each in changing.split() for each in given.longs):
        return {"modify"}
    if any(each in _GIT_CONFIG_READS.split() for each in given.longs):
        return {"read"}
    first = given.operands[0].value if given.operands else None
    if first in ("list", "get"):
        return {"read"}
    if first in ("set", "unset", "edit", "rename-section", "remove-section"):
        return {"modify"}
    return {"read"} if len(given.operands) == 1 and not given.operands[0].splits else {"modify"}


def _git_stash(words: Sequence[Word]) -> set[str]:
    first = words[0].value if words else "push"
    return {"read"} if first in ("list", "show") and not any(may_be_option(word) for word in words) else {"modify", "create"}


def _git_reflog(words: Sequence[Word]) -> set[str]:
    first = words[0].value if words else "show"
    if first is None or any(may_be_option(word) for word in words):
        return {"unknown"}
    return {"modify", "delete"} if first in ("expire", "delete", "write", "drop") else {"read"}


def _git_ls_remote(words: Sequence[Word]) -> set[str]:
    for word in words:
        text = word.value
        if text is None or text.startswith(("--upload-pack", "--exec", "--u", "--e")) or "::" in text:
            return {"unknown"}
    return {"read", "network"}


_GIT_SUBS: dict[str, Callable[[Sequence[Word]], set[str]]] = {
    "branch": _git_branch,
    "tag": _git_tag,
    "remote": _git_remote,
    "config": _git_config,
    "stash": _git_stash,
    "reflog": _git_reflog,
    "ls-remote": _git_ls_remote,
    "help": lambda words: {"read", "interactive"},
}

_OPENSSL_READS = frozenset(
    "x509 req rsa dsa ec pkey crl dgst md5 sha1 sha256 sha512 verify version ciphers asn1parse pkcs7 pkcs8 pkcs12 dhparam ecparam rand prime errstr "
    "list speed base64 enc crl2pkcs7 sess_id ocsp ts nseq pkeyparam help storeutl rsautl pkeyutl cms smime s_client passwd genrsa genpkey gendsa".split()
)
_OPENSSL_HARM = frozenset(
    "-engine -config -provider -provider-path -provider_path -keyform_ -rand_ -writerand -CAcreateserial -sess_out -keylogfile -msgfile -nbio_ -out -keyout "
    "-outdir -serial_out -sign_ -cert_chain_ -xcert_ -inkey_ -propquery_ -srpvfile -C -CAserial -newcerts -trace_ -respout -reqout -tsout -starttls_ -index "
    "-signature_ -prexit_ -asn1_ -noout_".split()
)
_OPENSSL_ASKS = frozenset({"enc", "pkcs12", "passwd", "pkcs8", "rsa", "dsa", "ec", "pkey", "rsautl", "pkeyutl", "cms", "smime"})


def _openssl(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    if not words:
        return {"interactive"}
    sub = words[0].value
    if sub is None or any(may_be_option(word) for word in words[1:]):
        return {"unknown"}
    if sub not in _OPENSSL_READS:
        return {"create", "modify"} if sub in ("ca", "srp", "rehash", "CA.pl") else {"network", "unknown"}
    values = _values(words[1:])
    flags = {value for value in values if value.startswith("-")}
    found = {"read"}
    if flags & {"-engine", "-config", "-provider", "-provider-path"}:
        found |= {"exec"}
    at_null = "-out" in flags and values[values.index("-out") + 1 : values.index("-out") + 2] in (["/dev/null"], ["/dev/stdout"])
    if flags & _OPENSSL_HARM - ({"-out"} if at_null else set()):
        found |= {"create", "modify"}
    if sub == "s_client":
        return found | {"network"} | (set() if run.fed else {"interactive"})
    if sub == "ocsp" and flags & {"-url", "-host", "-port"}:
        return found | {"network"} | ({"unknown"} if "-port" in flags else set())
    if sub in ("genrsa", "genpkey", "gendsa") or (sub == "req" and flags & {"-new", "-newkey", "-x509"}):
        found |= set() if sub != "req" else {"create", "interactive"}
    if any(value[:5] == "stdin" or value == "-" for value in values):
        found |= set() if run.fed else {"interactive"}
    if sub in _OPENSSL_ASKS and not _openssl_password_given(sub, flags, values):
        found.add("interactive")
    if sub in ("x509", "req", "crl", "asn1parse", "pkcs7", "base64", "dgst", "verify") and not run.fed:
        inputs = [value for value in values if not value.startswith("-")]
        found |= set() if inputs else {"interactive"}
    return found


def _openssl_password_given(sub: str, flags: set[str], values: Sequence[str]) -> bool:
    if flags & {"-passin", "-pass", "-k", "-K", "-nodes_", "-pubin", "-nosalt_", "-kfile", "-password"}:
        return True
    if sub == "passwd":
        return any(not value.startswith("-") for value in values) or "-stdin" in flags
    return (
        sub in ("rsa", "dsa", "ec", "pkey")
        and "-in" in flags
        and "-des3" not in flags
        and "-aes256" not in flags
        or sub == "enc"
        and bool(flags & {"-base64", "-a", "-list", "-ciphers"})
    )


# --- programs that run others -----------------------------------------------------------------------------------------

_VERSIONS = frozenset({"--version", "-V", "-version", "--help"})
_VERSION_ONLY = {
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


_DAEMON_READS = {
    "nginx": {"-v", "-V", "-t", "-T", "-h"},
    "httpd": {"-v", "-V", "-t", "-S", "-l", "-M", "-L"},
    "apache2": {"-v", "-V", "-l", "-L"},
    "apachectl": {"-v", "-V", "-t", "-S", "-M", "configtest", "status"},
    "apache2ctl": {"-v", "-V", "-t", "-S", "-M", "configtest", "status"},
    "sshd": {"-t", "-T", "-V"},
    "named": {"-v", "-V"},
    "haproxy": {"-v", "-vv"},
    "postfix": {"check", "status"},
    "dovecot": {"-n", "--version"},
    "php-fpm": {"-v", "-t", "-m", "-i"},
    "squid": {"-v"},
    "lighttpd": {"-v", "-V"},
}


def _daemon(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    values = [word.value for word in words]
    return {"read"} if len(values) == 1 and values[0] in _DAEMON_READS.get(name, set()) else effects_of([row.effects])


_XARGS_ROW = Row(
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
    return found | inner | (set() if _reads(inner) else {"exec"})


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


_SHELL_FLAGS = re.compile(r"-[celuxvil]*+")


def _shell(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    values = [word.value for word in words]
    found: set[str] = set()
    for at, value in enumerate(values):
        if value is None:
            return {"exec", "unknown"}
        if value == "-n" and len(values) == 2 and values[1] is not None:
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


READERS: dict[str, Reader] = {
    "analyze": _analyze,
    "awk": _awk,
    "compressor": _compressor,
    "curl": _curl,
    "daemon": _daemon,
    "date": _date,
    "dd": _dd,
    "declare": _declare,
    "find": _find,
    "firewall": _firewall,
    "git": _git,
    "grep": _grep,
    "interpreter": _interpreter,
    "interval": _interval,
    "ip": _ip,
    "nslookup": _nslookup,
    "openssl": _openssl,
    "parted": _parted,
    "printf": _printf,
    "read": _read,
    "rpm": _rpm,
    "sed": _sed,
    "service": _service,
    "set": _set,
    "shell": _shell,
    "ssh": _ssh,
    "su": _su,
    "sysctl": _sysctl,
    "tar": _tar,
    "test": _test,
    "top": _top,
    "unset": _unset,
    "wget": _wget,
    "xargs": _xargs,
}
