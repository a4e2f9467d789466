"""Users and groups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from runbook.checks.arguments import Call, Maker
from runbook.checks.kinds import Result, check, gone


def _member_checks(user: str, groups: str | None) -> Iterator[Result]:
    for group in (groups or "").split(","):
        if group:
            yield check("member", user, group)


_USER_FIELDS: Final = {
    "uid": ("-u", "--uid"),
    "shell": ("-s", "--shell"),
    "home": ("-d", "--home", "--home-dir"),
    "group": ("-g", "--gid", "--ingroup"),
}


def _user_fields(call: Call, user: str) -> Iterator[Result]:
    for field, names in _USER_FIELDS.items():
        if (value := call.value(*names)) is not None:
            yield check("user_field", user, field, value)
    yield from _member_checks(user, call.value("-G", "--groups"))


def _useradd(call: Call) -> Iterator[Result]:
    match call.operands:
        case (str(user),):
            yield check("user", user)
            yield from _user_fields(call, user)
        case (str(user), str(group)) if call.name == "adduser":
            yield check("member", user, group)
        case _:
            return


def _usermod(call: Call) -> Iterator[Result]:
    match call.operands:
        case (str(user),):
            login = call.value("-l", "--login")
            if login is not None:
                yield gone("user", user)
                yield check("user", login)
            yield from _user_fields(call, login or user)


def _userdel(call: Call) -> Iterator[Result]:
    match call.operands:
        case (str(user),):
            yield gone("user", user)
        case (str(user), str(group)) if call.name == "deluser":
            yield gone("member", user, group)


def _groupadd(call: Call) -> Iterator[Result]:
    match call.operands:
        case (str(group),):
            yield check("group", group)


def _groupmod(call: Call) -> Iterator[Result]:
    name = call.value("-n", "--new-name")
    match call.operands:
        case (str(group),) if name is not None:
            yield gone("group", group)
            yield check("group", name)


def _groupdel(call: Call) -> Iterator[Result]:
    match call.operands:
        case (str(group),):
            yield gone("group", group)


def _gpasswd(call: Call) -> Iterator[Result]:
    match call.operands:
        case (str(group),):
            if (user := call.value("-a", "--add")) is not None:
                yield check("member", user, group)
            if (user := call.value("-d", "--delete")) is not None:
                yield gone("member", user, group)


MAKERS: Final[dict[str, tuple[Maker, str]]] = {
    "useradd": (_useradd, "-u -g -G -d -s -c -k -e -f -p -b --uid --gid --groups --home --home-dir --shell --comment --password --base-dir"),
    "adduser": (_useradd, "-u -g -G -d -s -c -h --uid --gid --ingroup --home --shell --gecos --groups"),
    "usermod": (_usermod, "-u -g -G -d -s -c -l -e -f -p --uid --gid --groups --home --shell --comment --login"),
    "userdel": (_userdel, ""),
    "deluser": (_userdel, ""),
    "groupadd": (_groupadd, "-g -K -p --gid --password"),
    "addgroup": (_groupadd, "-g --gid"),
    "groupmod": (_groupmod, "-g -n -p --gid --new-name --password"),
    "groupdel": (_groupdel, ""),
    "delgroup": (_groupdel, ""),
    "gpasswd": (_gpasswd, "-a -d --add --delete"),
}  # fmt: skip
