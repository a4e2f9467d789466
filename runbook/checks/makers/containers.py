"""Containers, projects of them, and what is in a cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from runbook.checks.arguments import Call, Maker
from runbook.checks.kinds import Result, check, gone
from runbook.model import Check

_CONTAINER_VALUES: Final = (
    "-v --volume -p --publish -e --env --name --network --net --restart -h --hostname -w --workdir -u --user --entrypoint --env-file -l --label "
    "--mount -m --memory --cpus --link --ip --dns --add-host --device --cap-add --cap-drop --log-driver --log-opt --platform --pull --ulimit --shm-size"
)


def _docker(call: Call) -> Iterator[Result]:
    known = list(call.operands)
    if call.has("-H", "--host", "--context", "--url", "--connection"):
        return
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
    elif verb == "tag" and len(names) == 2:
        yield check("image", program, names[1], before="any")
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


_COMPOSE_ELSEWHERE: Final = ("-H", "--host", "-c", "--context", "--dry-run", "--help", "--env-file")
_COMPOSE_OPTIONS: Final = ("-f", "--file", "-p", "--project-name", "--profile", "--project-directory")


def _compose(call: Call) -> Iterator[Result]:
    """A project of containers, by the directory of its file and the options that say which it is; without services all of them."""
    where = call.path(".")
    if where is None or call.has(*_COMPOSE_ELSEWHERE) or None in call.operands or not call.operands:
        return
    if sum(text in ("-f", "--file", "--profile") for text in call.raw) > 1:
        return
    verb, *services = call.known()
    options = [text for option in _COMPOSE_OPTIONS if option in call.values for text in (option, call.values[option])]
    if (verb == "up" and call.has("-d", "--detach")) or verb in ("start", "restart", "unpause"):
        yield check("compose", where, call.name, *options, *services, before="any")
    elif verb in ("down", "stop", "kill") and (not services or verb != "down"):
        yield gone("compose", where, call.name, *options, *services)


_SHORT: Final = {
    "ns": "namespace", "po": "pod", "svc": "service", "deploy": "deployment", "cm": "configmap", "sa": "serviceaccount", "pv": "persistentvolume",
    "pvc": "persistentvolumeclaim", "ing": "ingress", "ds": "daemonset", "sts": "statefulset", "rs": "replicaset", "cj": "cronjob", "no": "node",
}  # fmt: skip
_SUBTYPES: Final = frozenset({"secret", "service"})
_KUBECTL_ELSEWHERE: Final = (
    "--context", "--cluster", "--kubeconfig", "-s", "--server", "--dry-run", "-k", "--kustomize", "--help", "-A", "--all-namespaces", "--user",
    "--as",
)  # fmt: skip


def _kubectl(call: Call) -> Iterator[Result]:
    """What is made in the current cluster, by name or as a file has it."""
    if call.has(*_KUBECTL_ELSEWHERE) or None in call.operands or not call.operands or call.user not in ("", "root"):
        return
    verb, *names = call.known()
    space = [each for each in (call.value("-n", "--namespace"),) if each]
    if verb in ("apply", "create", "delete", "replace") and (file := call.value("-f", "--filename")) is not None:
        yield from _described(call, verb, file, space)
    elif verb == "create" and len(names) > 1:
        sort = _sort(names[0])
        rest = names[2:] if sort in _SUBTYPES and len(names) > 2 else names[1:]
        if rest:
            yield _object(sort, rest[0], space, False)
    elif verb == "delete" and names and not call.has("-l", "--selector", "--all", "--field-selector"):
        pairs = (
            [(each.partition("/")[0], each.partition("/")[2]) for each in names]
            if "/" in names[0]
            else [(names[0], each) for each in names[1:]]
        )
        yield from (_object(_sort(sort), name, space, True) for sort, name in pairs if name)


def _sort(word: str) -> str:
    """The name of a type of objects, from its short form or its plural."""
    word = word.lower()
    plain = "ingress" if word in ("ingress", "ingresses") else word.removesuffix("s")
    return _SHORT.get(word) or plain


def _object(sort: str, name: str, space: Sequence[str], negated: bool) -> Check:
    within = space if sort != "namespace" else ()
    return (gone if negated else check)("thing", f"kubernetes {sort}", name, *within)


def _described(call: Call, verb: str, file: str, space: list[str]) -> Iterator[Result]:
    path = call.path(file) if "://" not in file and file != "-" else None
    if path is None or sum(text in ("-f", "--filename") for text in call.raw) > 1:
        return
    yield (
        gone("applied", path, *space)
        if verb == "delete"
        else check("applied", path, *space, before="absent" if verb == "create" else "any")
    )


_COMPOSE_VALUES: Final = (
    "-f --file -p --project-name --profile --project-directory --env-file --ansi --parallel --progress --scale -t --timeout --wait-timeout --pull "
    "-H --host -c --context"
)
_KUBECTL_VALUES: Final = (
    "-n --namespace -f --filename -l --selector -o --output --context --cluster --kubeconfig -s --server --user --as -k --kustomize --timeout --image "
    "--replicas --port --from-literal --from-file --from-env-file --type --field-selector --grace-period --field-manager --schedule --clusterrole --role "
    "--serviceaccount --group --verb --resource --cert --key --docker-server --docker-username --docker-password --docker-email --tcp --hard --class --rule"
)

MAKERS: Final[dict[str, tuple[Maker, str]]] = {
    **dict.fromkeys(("docker", "podman"), (_docker, _CONTAINER_VALUES + " -t --tag")),
    **dict.fromkeys(("docker-compose", "podman-compose", "docker compose", "podman compose"), (_compose, _COMPOSE_VALUES)),
    "kubectl": (_kubectl, _KUBECTL_VALUES),
}  # fmt: skip
