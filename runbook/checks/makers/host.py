"""The host's name and time zone, cron, certificates."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from runbook.checks.arguments import Call, Maker
from runbook.checks.kinds import Result, Unsure, check, gone
from runbook.patterns import pattern


def _hostnamectl(call: Call) -> Iterator[Result]:
    match call.known():
        case ["set-hostname" | "hostname", name]:
            yield check("hostname", name)


def _hostname(call: Call) -> Iterator[Result]:
    match call.operands:
        case (str(name),):
            yield check("hostname", name)


def _timedatectl(call: Call) -> Iterator[Result]:
    match call.known():
        case ["set-timezone", zone]:
            yield check("timezone", zone)
        case ["set-ntp", switch]:
            yield check("value", "setting of timedatectl", "NTP", "yes" if switch in ("1", "yes", "true", "on") else "no")


def _crontab(call: Call) -> Iterator[Result]:
    if call.has("-e"):
        yield Unsure("crontab")
    if call.has("-u", "-l", "-e") or call.user:
        return
    if call.has("-r"):
        yield gone("crontab_any")
    elif (path := call.path(call.operands[0] if call.operands else None)) is not None:
        yield check("crontab", path)


def _certbot(call: Call) -> Iterator[Result]:
    """A certificate is kept under its name, else that of its first domain."""
    if call.operands[:1] == ("renew",) or call.has(
        "--staging", "--test-cert", "--csr", "--config-dir", "--dry-run", "--help", "-h"
    ):
        return
    texts = [text or "" for text in call.raw]
    first = next((n for n, text in enumerate(texts[:-1]) if text in ("-d", "--domain", "--domains")), None)
    name = call.value("--cert-name") or (texts[first + 1].partition(",")[0] if first is not None else None)
    if name and call.operands in ((), ("certonly",), ("run",)):
        yield check("exists", f"/etc/letsencrypt/live/{name.removeprefix('*.')}/fullchain.pem")


_MAP_TYPE: Final = pattern(r"(?:(?:hash|btree|lmdb):)?([^:]+)")


def _postmap(call: Call) -> Iterator[Result]:
    """Postfix's tables, beside the text that they are made of."""
    if not call.has("-q", "-d", "-s", "-i", "-c"):
        for operand in call.known():
            match = _MAP_TYPE.fullmatch(operand)
            path = call.path(match[1]) if match else None
            if path is not None:
                yield check("newer", path + ".db", path, before="any")


MAKERS: Final[dict[str, tuple[Maker, str]]] = {
    "hostnamectl": (_hostnamectl, ""),
    "hostname": (_hostname, "-F --file"),
    "timedatectl": (_timedatectl, ""),
    "crontab": (_crontab, "-u"),
    "postmap": (_postmap, "-q -d -c"),
    "certbot": (_certbot, "-d --domain --domains -m --email -w --webroot-path --cert-name -a --authenticator -i --installer --preferred-challenges --server "
                "--rsa-key-size --key-type --deploy-hook --pre-hook --post-hook"),
}  # fmt: skip
