"""Containers, projects of them, and what is in a cluster."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from runbook.checks.arguments import Call, Maker
from runbook.checks.kinds import Result, check, gone
from runbook.model import Check

_RUN_VALUES: Final = frozenset(
    "-a --attach --add-host --annotation --blkio-weight --blkio-weight-device -c --cap-add --cap-drop --cgroup-parent --cgroupns --cidfile "
    "--cpu-count --cpu-percent --cpu-period --cpu-quota --cpu-rt-period --cpu-rt-runtime --cpu-shares --cpus --cpuset-cpus --cpuset-mems "
    "--detach-keys --device --device-cgroup-rule --device-read-bps --device-read-iops --device-write-bps --device-write-iops --dns "
    "--dns-opt --dns-option --dns-search --domainname -e --entrypoint --env --env-file --expose --gpus --group-add -h --health-cmd "
    "--health-interval --health-retries --health-start-interval --health-start-period --health-timeout --hostname --io-maxbandwidth "
    "--io-maxiops --ip --ip6 --ipc --isolation --kernel-memory -l --label --label-file --link --link-local-ip --log-driver --log-opt -m "
    "--mac-address --memory --memory-reservation --memory-swap --memory-swappiness --mount --name --net --net-alias --network "
    "--network-alias --oom-score-adj -p --pid --pids-limit --platform --publish --pull --restart --runtime --security-opt --shm-size "
    "--stop-signal --stop-timeout --storage-opt --sysctl --tmpfs -u --ulimit --user --userns --uts -v --volume --volume-driver "
    "--volumes-from -w --workdir".split()
)
"""docker-run(1): options with a value; "-t" and "-i" have none here."""
_VALUES: Final = "-t --time --timeout --tag -s --signal"


def _docker(call: Call) -> Iterator[Result]:
    known = list(call.operands)
    if call.has("-H", "--host", "--context", "--url", "--connection"):
        return
    if known[:1] == ["container"] or known[:1] == ["image"]:
        known = known[1:]
    verb, names = (known[0], [name for name in known[1:] if name is not None]) if known else (None, [])
    program = call.name
    if verb in ("run", "create"):
        yield from _docker_run(call, verb)
    elif verb in ("start", "restart", "unpause"):
        yield from (check("container", program, name, before="any" if verb == "restart" else "absent") for name in names)
    elif verb == "stop" or (verb == "kill" and (call.value("-s", "--signal") or "KILL").upper() in _ENDING):
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


_ENDING: Final = frozenset({"KILL", "SIGKILL", "9"})
"""Signals that a container can't take for something else than its end."""
_SOON_OVER: Final = frozenset(
    {
        "cat",
        "date",
        "df",
        "echo",
        "env",
        "false",
        "hostname",
        "id",
        "ls",
        "printenv",
        "printf",
        "ps",
        "pwd",
        "true",
        "uname",
        "whoami",
    }
)
"""Programs after which a container doesn't run any more."""


def _docker_run(call: Call, verb: str) -> Iterator[Result]:
    read = _run_words(call, verb)
    if read is None:
        return
    options, image, command = read
    name = options.get("--name")
    lasts = verb == "run" and ("-d" in options or "--detach" in options) and not (command and command[0] in _SOON_OVER)
    if name and lasts:
        yield check("container", call.name, name)
    elif name and "--rm" not in options:
        yield check("container_exists", call.name, name)
    elif lasts and image and "--name" not in options:
        yield check("container_of", call.name, image)


def _run_words(call: Call, verb: str) -> tuple[dict[str, str], str | None, Sequence[str | None]] | None:
    """The options of `docker run`, which stand before the image, the image, and the command that follows it; None when they can't
    be told."""
    words = call.raw[call.raw.index(verb) + 1 :]
    options: dict[str, str] = {}
    at = 0
    while at < len(words):
        word = words[at]
        if word is None:
            return options, None, words[at + 1 :]
        if not word.startswith("-"):
            return options, word, words[at + 1 :]
        at += 1
        name, equals, value = word.partition("=")
        if name.startswith("--"):
            names = [name]
        else:
            names = ["-" + letter for letter in name[1:]]
            first = next((k for k, each in enumerate(names) if each in _RUN_VALUES), len(names))
            equals, names = equals or word[first + 2 :], names[: first + 1]
        options |= dict.fromkeys(names, "")
        if names and names[-1] in _RUN_VALUES:
            if not equals:
                if at == len(words):
                    return None
                value, at = words[at] or "", at + 1
            options[names[-1]] = value
    return None


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
    **dict.fromkeys(("docker", "podman"), (_docker, _VALUES)),
    **dict.fromkeys(("docker-compose", "podman-compose", "docker compose", "podman compose"), (_compose, _COMPOSE_VALUES)),
    "kubectl": (_kubectl, _KUBECTL_VALUES),
}  # fmt: skip
