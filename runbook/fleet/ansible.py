"""ansible-playbook as a process: the playbook it gets, and what it tells while it runs."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from msgspec import Struct

from runbook.model import SourceError
from runbook.run.processes import Running
from runbook.shell import program

_ARGUMENTS = (
    "{% for name, value in (runbook_set | default({}, true)).items() %}{{ ('--set=' ~ name ~ '=' ~ value) | quote }} {% endfor %}"
    "{% if runbook_role is defined %}{{ ('--role=' ~ runbook_role) | quote }}{% endif %}"
)
"""A host's own arguments, out of variables of the inventory."""
_MOST_SAID = 600
"""Characters of Ansible's own complaint that are shown."""
_LEAD = b'{"runbook": '


class Inventory(Struct, frozen=True):
    """Which hosts, as Ansible takes it: a path or a list with a comma; a pattern that limits them; how many at once (None: as Ansible
    is configured); whether as another user."""

    name: str
    limit: str = ""
    forks: int | None = None
    become: bool = False


class Told(Struct, frozen=True):
    """Something that happened to a host: `event` is start, ok, failed or unreachable, `page` the place among the files, from 0; the
    rest is what Ansible says of a result: exit status, what was printed, why it failed."""

    event: str
    host: str
    page: int
    status: int | None = None
    stdout: str = ""
    stderr: str = ""
    message: str = ""


class Shipped(Struct, frozen=True):
    """A file for the hosts, and how many seconds it may take."""

    text: str
    seconds: int


def run(files: Sequence[Shipped], inventory: Inventory, running: Running, tell: Callable[[list[str] | Told], None]) -> str:
    """Ships the files and runs each on every host with bash. `tell` is given the hosts, then what happens to them. Returns why the
    whole ended early, empty if it did not. Raises SourceError when there is no Ansible, or no host."""
    if "," not in inventory.name and not Path(inventory.name).exists():
        raise SourceError(inventory.name, "there is no such inventory")
    ansible = _program()
    hosts = 0

    def listen(line: bytes) -> None:
        nonlocal hosts
        if line.startswith(_LEAD):
            found = json.loads(line)
            hosts += len(found.get("hosts", ()))
            tell(found["hosts"] if found["runbook"] == "hosts" else _told(found))

    with TemporaryDirectory(prefix="runbook-fleet-") as name:
        playbook = _written(Path(name), files)
        ended = running.program([ansible, *_words(inventory), str(playbook)], listen, variables=_variables())
    said = " ".join(ended.complaints.partition("Traceback (")[0].split())[:_MOST_SAID]
    if not hosts:
        raise SourceError(inventory.name, f"Ansible finds no host in it: {said or 'it says nothing more'}")
    # 2: something failed, 4: a host was unreachable, 6: both. They are told host by host.
    if ended.cut or ended.status not in (0, 2, 4, 6):
        return ended.cut or f"ansible-playbook ended with status {ended.status}: {said}"
    return ""


def _program() -> str:
    try:
        return program("ansible-playbook")
    except FileNotFoundError as error:
        raise SourceError("--inventory", "there is no ansible-playbook: pip install 'wiki-runbook[fleet]'") from error


def _written(folder: Path, files: Sequence[Shipped]) -> Path:
    """The playbook and the files beside it. Nothing of a page stands in the playbook. The files' names are made so that they can't
    stand in an argument: the `script` module puts the path on the host wherever it finds the name."""
    token = secrets.token_hex(8)
    tasks = []
    for number, file in enumerate(files):
        name = f"runbook-{token}-{number}.sh"
        (folder / name).write_text(file.text, encoding="utf-8")
        task: dict[str, Any] = {
            "name": str(number),
            "ansible.builtin.script": {"cmd": f"{name} {_ARGUMENTS}", "executable": "bash"},
            "ignore_errors": True,  # a page that does not hold is no reason to leave out the next
            "timeout": file.seconds,
        }
        tasks.append(task)
    play = {"hosts": "all", "gather_facts": False, "strategy": "free", "tasks": tasks}
    path = folder / "playbook.yml"
    path.write_text(json.dumps([play], indent=1), encoding="utf-8")  # JSON is YAML
    return path


def _words(inventory: Inventory) -> list[str]:
    out = [f"--inventory={inventory.name}"]
    out += [f"--limit={inventory.limit}"] if inventory.limit else []
    out += [f"--forks={inventory.forks}"] if inventory.forks else []
    return out + (["--become"] if inventory.become else [])


def _variables() -> dict[str, str]:
    """What we need of Ansible, over what the user configured: our results on standard output, and no other plugin, log or verbosity
    that would write down values of secrets. Ansible refuses a locale that is not UTF-8."""
    variables = {
        "ANSIBLE_CALLBACK_PLUGINS": str(Path(__file__).parent / "callbacks"),
        "ANSIBLE_STDOUT_CALLBACK": "runbook_results",
        "ANSIBLE_CALLBACKS_ENABLED": "runbook_results",
        "ANSIBLE_LOG_PATH": os.devnull,
        "ANSIBLE_VERBOSITY": "0",
        "ANSIBLE_DEBUG": "0",
        "ANSIBLE_DEPRECATION_WARNINGS": "0",
        "ANSIBLE_RETRY_FILES_ENABLED": "0",
        "ANSIBLE_NOCOLOR": "1",
    }
    if os.environ.get("LC_ALL") in ("C", "POSIX"):
        variables["LC_ALL"] = "C.UTF-8"
    return variables


def _told(found: dict[str, Any]) -> Told:
    return Told(
        event=found["runbook"],
        host=found["host"],
        page=int(found["task"]),
        status=found.get("rc"),
        stdout=str(found.get("stdout", "")),
        stderr=str(found.get("stderr", "")),
        message=str(found.get("msg", "")),
    )
