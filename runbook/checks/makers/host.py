"""The host's name and time zone, containers, cron."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from runbook.checks.arguments import Call, Maker
from runbook.checks.kinds import Result, Unsure, check, gone


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


_CONTAINER_VALUES: Final = (
    "-v --volume -p --publish -e --env --name --network --net --restart -h --hostname -w --workdir -u --user --entrypoint --env-file -l --label "
    "--mount -m --memory --cpus --link --ip --dns --add-host --device --cap-add --cap-drop --log-driver --log-opt --platform --pull --ulimit --shm-size"
)


def _docker(call: Call) -> Iterator[Result]:
    known = list(call.operands)
    if known[:1] == ["container"] or known[:1] == ["image"]:
        known = known[1:]
    verb, names = (known[0], [name for name in known[1:] if name is not None]) if known else (None, [])
    program = call.name
    if verb == "run" and names:
        yield from _docker_run(call, names[0])
    elif verb in ("start", "restart", "unpause"):
        yield from (check("container", program, name, before="any" if verb == "restart" else "absent") for name in names)
    elif verb in ("stop", "kill"):
        yield from (gone("container", program, name) for name in names)
    elif verb == "rm":
        yield from (gone("container_exists", program, name) for name in names)
    elif verb == "pull":
        yield from (check("image", program, name, before="any") for name in names[:1])
    elif verb == "rmi":
        yield from (gone("image", program, name) for name in names)
    elif verb == "build" and (tag := call.value("-t", "--tag")):
        yield check("image", program, tag, before="any")
    elif verb == "create" and (name := call.value("--name")):
        yield check("container_exists", program, name)


def _docker_run(call: Call, image: str) -> Iterator[Result]:
    name = call.value("--name")
    if not call.has("-d", "--detach"):
        if name is not None and not call.has("--rm"):
            yield check("container_exists", call.name, name)
    elif name is not None:
        yield check("container", call.name, name)
    else:
        yield check("container_of", call.name, image)


def _crontab(call: Call) -> Iterator[Result]:
    if call.has("-e"):
        yield Unsure("crontab")
    if call.has("-u", "-l", "-e"):
        return
    if call.has("-r"):
        yield gone("crontab_any")
    elif (path := call.path(call.operands[0] if call.operands else None)) is not None:
        yield check("crontab", path)


MAKERS: Final[dict[str, tuple[Maker, str]]] = {
    "hostnamectl": (_hostnamectl, ""),
    "hostname": (_hostname, "-F --file"),
    "timedatectl": (_timedatectl, ""),
    **dict.fromkeys(("docker", "podman"), (_docker, _CONTAINER_VALUES + " -t --tag")),
    "crontab": (_crontab, "-u"),
}  # fmt: skip
