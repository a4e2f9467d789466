"""Interfaces, firewalls, downloads, remote shells."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from runbook.effects import options
from runbook.effects.options import effects_of
from runbook.effects.run import Reader, Run
from runbook.effects.table import Row
from runbook.patterns import pattern
from runbook.shell import Word

_IP_VALUES: Final = frozenset({"-f", "-family", "-l", "-loops", "-rc", "-rcvbuf"})
_IP_OBJECTS: Final = {
    "address": "", "addrlabel": "", "link": "", "route": "", "rule": "", "neighbour": "", "neighbor": "", "maddress": "", "mroute": "", "tunnel": "",
    "ntable": "", "tcpmetrics": "", "token": "", "xfrm": "unknown", "netns": "", "netconf": "", "vrf": "", "macsec": "", "sr": "", "l2tp": "unknown",
    "monitor": "interactive", "fdb": "", "vlan": "", "mdb": "", "qdisc": "", "class": "", "filter": "", "nexthop": "", "help": "", "actions": "unknown",
    "fou": "unknown", "ila": "unknown", "mptcp": "unknown", "ioam": "unknown", "stats": "", "exec": "unknown", "chain": "",
}  # fmt: skip
_IP_READS: Final = ("show", "list", "lst", "ls", "get", "help", "identify", "pids")
_IP_ACTS: Final = (
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
    if _sets_by_one_letter(name, subject, verb) and len(values) - at > 2:
        return {"network", "modify"}
    if reads and (exact or not acts):
        return {"read"} | effects_of(
            each for each in chosen if "monitor".startswith(subject) or each == "unknown" and len(chosen) == 1
        )
    if verb == "exec" or subject.startswith("netns") and "exec".startswith(verb):
        return {"exec", "network"}
    return {"network", "modify"}


def _sets_by_one_letter(name: str, subject: str, verb: str) -> bool:
    """Where an abbreviation of a verb that shows is one of a verb that sets, which is tried first (iplink.c, bridge/link.c, tc_qdisc.c)."""
    if name == "tc":
        return "link".startswith(verb)
    return "link".startswith(subject) and verb == "s"


_FIREWALL_VALUES: Final = frozenset({"--zone", "--service", "--ipset", "--helper", "--icmptype", "--policy", "--family"})
_FIREWALL_READS: Final = pattern(
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


_CURL_ROW: Final = Row(
    values=(
        "-A -b -c -C -d -D -e -E -F -h -H -K -m -o -P -Q -r -t -T -u -U -w -x -X -y -Y -z --user-agent --cookie --cookie-jar --continue-at --data "
        "--dump-header --referer --cert --form --header --config --max-time --output --range --upload-file --user --proxy-user --write-out --proxy "
        "--request --speed-limit --speed-time --connect-timeout --retry --retry-delay --retry-max-time --resolve --cacert --capath --key --interface "
        "--max-redirs --limit-rate --noproxy --ciphers --connect-to --dns-servers --tls-max --url --max-filesize --keepalive-time --oauth2-bearer "
        "--socks5 --socks5-hostname --output-dir --unix-socket --trace --trace-ascii --stderr --libcurl --hsts --alt-svc --etag-save --data-raw "
        "--data-binary --data-urlencode --json --form-string --proto --proto-default"
    ),
)
_CURL_WRITES: Final = (
    "-O --remote-name --remote-name-all -J --remote-header-name --output-dir -c --cookie-jar -D --dump-header --trace --trace-ascii --stderr --libcurl "
    "--hsts --alt-svc --etag-save --create-file-mode --create-dirs"
)
_CURL_DATA: Final = "-d --data --data-raw --data-binary --data-urlencode --data-ascii"
_CURL_SENDS: Final = "-F --form --form-string -T --upload-file --json -Q --quote --prequote --postquote"
_CURL_ODD: Final = (
    "-K --config --unix-socket --abstract-unix-socket --engine --proto-default --mail-from --mail-rcpt -t --telnet-option "
    "--krb --delegation --doh-url_ -E_"
)
_CURL_ADDRESS: Final = pattern(
    r"(?i)(?:(?:https?|ftps?|file)://)?[^:/?#@\s]+(?::\d+)?(?:[/?#].*)?|(?:https?|ftps?)://.*", re.DOTALL
)
_DISCARDED: Final = frozenset({"/dev/null", "-", "/dev/stdout", "/dev/stderr"})


def _curl(run: Run, row: Row, words: Sequence[Word], name: str) -> set[str]:
    given = options.read(_CURL_ROW, words)
    found = {"read", "network"}
    if given.vague or given.has(_CURL_ODD):
        found.add("unknown")
    if any(value is None or value.value not in _DISCARDED for value in given.all_values("-o --output")):
        found |= {"create", "modify"}
    if any(option for option in _CURL_WRITES.split() if given.has(option) and not _goes_nowhere(given, option)):
        found |= {"create", "modify"}
    if given.has(_CURL_SENDS) or (given.has(_CURL_DATA) and not given.has("-G --get")):
        found |= {"modify", "unknown"}
    if any(name.startswith("--expand-") for name in given.longs):
        found.add("unknown")
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


_WGET_ROW: Final = Row(
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


_SSH_OPTION: Final = pattern(
    r"(?i)(?:BatchMode|ConnectTimeout|StrictHostKeyChecking|ServerAlive\w+|Port|User|LogLevel|ConnectionAttempts|PasswordAuthentication"
    r"|IdentitiesOnly|UserKnownHostsFile=/dev/null)(?:[= ][\w./-]*)?"
)


READERS: Final[dict[str, Reader]] = {
    "curl": _curl,
    "firewall": _firewall,
    "ip": _ip,
    "nslookup": _nslookup,
    "ssh": _ssh,
    "wget": _wget,
}
