"""Databases and their users, in the words of SQL: of a server on this host, as far as who looks may ask it without a password."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from runbook.checks.arguments import Call, Maker
from runbook.checks.kinds import Result, check, gone
from runbook.patterns import pattern

_NAME: Final = r"[`\"']?([A-Za-z_][\w$-]*)[`\"']?"
_STATEMENT: Final = pattern(
    rf"\s*+(CREATE|DROP)\s++(DATABASE|SCHEMA|USER|ROLE)\s++(?:IF\s++(?:NOT\s++)?EXISTS\s++)?{_NAME}(@[`'\"]?[\w.%:-]+[`'\"]?)?(?=[\s;]|\Z)",
    re.IGNORECASE,
)


def of_sql(server: str, text: str) -> Iterator[Result]:
    """What the statements of a text make and drop on a server ("PostgreSQL", "MySQL"): only those that begin its lines, or the text."""
    for line in text.split("\n"):
        found = _STATEMENT.match(line)
        if found is None or (server == "PostgreSQL" and (found[2].upper() == "SCHEMA" or found[4])):
            continue
        sort, name = found[2].upper(), found[3]
        if server == "PostgreSQL":
            name = name if '"' in found[0] else name.lower()
            sort = "PostgreSQL database" if sort == "DATABASE" else "PostgreSQL role"
        elif sort == "ROLE":
            continue
        else:
            sort = "MySQL database" if sort in ("DATABASE", "SCHEMA") else "MySQL user"
        if found[1].upper() == "CREATE":
            yield check("thing", sort, name)
        elif sort != "MySQL user":  # there may be the same name from another host
            yield gone("thing", sort, name)


_LOCAL: Final = (None, "localhost", "127.0.0.1", "::1", "/var/run/postgresql", "/tmp")  # noqa: S108 - a socket's directory
_SINGLE: Final = pattern(r"[^;]*;?\s*")


def local_client(call: Call) -> str | None:
    """The server that a client talks to on this host, None for one elsewhere."""
    if (
        call.value("-h", "--host") not in _LOCAL
        or call.has("-P", "--port", "-S", "--socket")
        and call.name != "psql"
        or call.has("--help")
    ):
        return None
    if call.name == "psql":
        return (
            None if call.has("-p", "--port") or any("://" in word or "host=" in word for word in call.known()) else "PostgreSQL"
        )
    return "MySQL"


def _client(call: Call) -> Iterator[Result]:
    server = local_client(call)
    text = call.value("-c", "--command") if call.name == "psql" else call.value("-e", "--execute")
    if server is not None and text is not None and _SINGLE.fullmatch(text):
        yield from of_sql(server, text)


MYSQL: Final = (
    "-e --execute -u --user -h --host -P --port -S --socket -D --database --defaults-file --defaults-extra-file --protocol"
)
PSQL: Final = "-c --command -f --file -U --username -h --host -p --port -d --dbname -o --output -v --set -L -P"

MAKERS: Final[dict[str, tuple[Maker, str]]] = {
    "psql": (_client, PSQL),
    **dict.fromkeys(("mysql", "mariadb"), (_client, MYSQL)),
}
