"""`runbook verify --inventory` against real sshd's."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

sys.path.insert(0, str(Path(__file__).parent))
sys.path.insert(0, str(Path(__file__).parent.parent / "cli"))
from farm import Farm, Host, free_port
from in_process import run

STATE = "1. Look:\n\n # cat /mnt/state\n running\n\n2. Then:\n\n # cat /mnt/slow\n done\n\n # uname -s\n Linux\n"
CONTAINER = "1. Look:\n\n # cat '/mnt/<CTID>.conf'\n on <CTID>\n"
ROLES = "1. On <tt>db1</tt>:\n\n [root@db1 ~]# cat /mnt/state\n running\n [root@web1 ~]# cat /mnt/state\n running\n"
SECRET = "1. Look:\n\n # cat '/mnt/<PASSWORD>'\n hello you\n"


@dataclass
class Done:
    code: int
    out: str
    err: str
    report: dict[str, Any]

    def cell(self, host: str, title: str) -> dict[str, Any]:
        (found,) = (each for each in self.report["pages"] if (each["host"], each["page"]["title"]) == (host, title))
        return dict(found)


def verify(farm: Farm, inventory: object, pages: dict[str, str], *options: object) -> Done:
    """Verifies the pages, by title, on the hosts."""
    folder = farm.folder / "pages"
    folder.mkdir(exist_ok=True)
    paths = []
    for number, (title, text) in enumerate(pages.items()):
        path = folder / f"{number}.md" if text.startswith("---") else folder / f"{title}.wiki"
        path.write_text(text)
        paths.append(path)
    report = farm.folder / "report.json"
    report.unlink(missing_ok=True)
    done = run("verify", "--inventory", inventory, "--report", report, *options, *paths)
    return Done(done.returncode, done.stdout, done.stderr, json.loads(report.read_text()) if report.exists() else {})


def verdicts(done: Done, title: str) -> dict[str, list[str]]:
    """By host what was found on a page, thing by thing."""
    return {
        each["host"]: [f"{result['id']} {result['verdict']}" for step in each.get("steps", []) for result in step["results"]]
        for each in done.report["pages"]
        if each["page"]["title"] == title
    }


@pytest.fixture(scope="module")
def three(farm: Farm) -> list[Host]:
    hosts = [farm.start(name) for name in ("web1", "web2", "db1")]
    for host in hosts:
        (host.files / "state").write_text("stopped\n" if host.name == "web2" else "running\n")
        (host.files / "slow").write_text("done\n")
    return hosts


def test_each_host_is_asked_and_told_of(farm: Farm, three: list[Host]) -> None:
    inventory = farm.inventory(
        "".join(host.line() for host in three) + f"gone ansible_host=127.0.0.1 ansible_port={free_port()}\n"
    )
    done = verify(farm, inventory, {"State": STATE, "Kernel": "1. Look:\n\n # uname -s\n Linux\n"}, "--forks", "2")
    assert (done.code, done.err, done.report["host"]) == (2, "", "hosts.ini")
    assert verdicts(done, "State") == {
        "web1": ["1.1 holds", "2.1 holds", "2.2 holds"],
        "web2": ["1.1 fails", "2.1 holds", "2.2 holds"],
        "db1": ["1.1 holds", "2.1 holds", "2.2 holds"],
        "gone": [],
    }
    assert done.cell("web2", "State")["steps"][0]["results"][0]["output"] == ["stopped"]
    for title in ("State", "Kernel"):
        lost = done.cell("gone", title)
        assert (lost["verdict"], lost["exit"]) == ("not-run", 2)
        assert lost["problem"].startswith("unreachable: ")
        assert "Connection refused" in lost["problem"]
    assert done.out.startswith(" 1 2\n ✓ ✓  web1\n ✗ ✓  web2\n ✓ ✓  db1\n ! !  gone\n")
    for host in three:
        assert [path for path in host.scratch.rglob("*") if path.name != "ansible"] == [], "something was left behind"


def test_the_inventory_says_what_differs_between_hosts(farm: Farm, three: list[Host]) -> None:
    numbers = (346, 347, 348)
    for host, number in zip(three, numbers, strict=True):
        (host.files / f"{number}.conf").write_text(f"on {number}\n")
        (host.files / "400.conf").write_text("on 400\n")
    lines = [
        host.line(runbook_set=f'\'{{"CTID": {number}, "OTHER": "x-y"}}\'', runbook_role=host.name)
        for host, number in zip(three, numbers, strict=True)
    ]
    inventory = farm.inventory("".join(lines))
    pages = {"Container": CONTAINER, "Other": "1. Look:\n\n # printf '%s' '<OTHER>'\n <OTHER>\n", "Roles": ROLES}
    done = verify(farm, inventory, pages)
    assert verdicts(done, "Container") == {name: ["1.1 holds"] for name in ("web1", "web2", "db1")}
    assert done.cell("web2", "Container")["steps"][0]["results"][0]["output"] == ["on 347"]
    assert verdicts(done, "Roles")["db1"] == ["1.1 holds", "1.2 not-run"]
    assert verdicts(done, "Roles")["web1"] == ["1.1 not-run", "1.2 holds"]
    # What the command line says goes before the inventory.
    done = verify(farm, inventory, {"Container": CONTAINER, "Other": pages["Other"]}, "--set", "CTID=400", "--limit", "web1")
    assert done.cell("web1", "Container")["steps"][0]["results"][0]["output"] == ["on 400"]
    # A name that no page has is a mistake, not to be passed over.
    done = verify(farm, inventory, {"Container": CONTAINER}, "--limit", "db1")
    assert done.code == 2
    assert done.cell("db1", "Container")["problem"] == "runbook_set names what no page has as a parameter: OTHER"


def test_no_text_of_a_page_is_run_by_ansible(farm: Farm, three: list[Host]) -> None:
    """Lookups run on the machine that Ansible runs on, as the user."""
    mark = farm.folder / "lookup-ran"
    lookup = f"{{{{ lookup('pipe', 'touch {mark}') }}}}"
    inventory = farm.inventory(three[0].line(runbook_set="oops") + three[1].line())
    text = f'---\ntitle: "{lookup}"\n---\n\n1. {lookup} {{% raw %}}\n\n    ```console\n    $ printf \'%s\' "{lookup}"\n    {lookup}\n    ```\n'
    done = verify(farm, inventory, {lookup: text})
    assert {each["page"]["title"] for each in done.report.get("pages", [])} == {lookup}, done.err
    assert verdicts(done, lookup)["web2"] == ["1.1 holds"]
    assert "runbook_set" in done.cell("web1", lookup)["problem"] or done.cell("web1", lookup)["exit"] == 2
    assert not mark.exists()


def test_secrets_of_the_inventory_are_masked(farm: Farm, three: list[Host]) -> None:
    value = "hunter2-Zebra"
    (three[0].files / value).write_text(f"hello {value}\n")
    inventory = farm.inventory(three[0].line(runbook_set=f'"{{\\"PASSWORD\\": \\"{value}\\"}}"'))
    for form in ("text", "tap", "junit", "json"):
        done = verify(farm, inventory, {"Secret": SECRET}, "--format", form)
        assert done.cell("web1", "Secret")["steps"], done.out
        assert value not in done.out + done.err + json.dumps(done.report)
        assert "hello (secret)" in done.out


def test_one_host_dies_while_its_script_runs(farm: Farm, three: list[Host]) -> None:
    doomed = farm.start("doomed")
    (doomed.files / "state").write_text("running\n")
    os.mkfifo(doomed.files / "slow")

    def kill() -> None:
        with (doomed.files / "slow").open("w"):  # opens when the script reads it
            doomed.die()

    inventory = farm.inventory("".join(host.line() for host in (three[0], doomed, three[2])))
    thread = threading.Thread(target=kill)
    thread.start()
    done = verify(farm, inventory, {"Before": "1. Look:\n\n # cat /mnt/state\n running\n", "State": STATE, "After": STATE})
    thread.join()
    assert done.code == 2
    assert done.cell("doomed", "Before")["verdict"] == "holds"
    for title in ("State", "After"):
        assert done.cell("doomed", title)["verdict"] == "not-run"
        assert done.cell("doomed", title)["problem"].startswith("unreachable: ")
        assert [done.cell(name, title)["exit"] for name in ("web1", "db1")] == [0, 0]


def test_groups_and_become_are_ansibles(farm: Farm, three: list[Host], monkeypatch: pytest.MonkeyPatch) -> None:
    sudo = farm.folder / "sudo"  # what it was asked stands in the environment of what it runs
    sudo.write_text('#!/bin/sh\nwhile [ "$1" != /bin/sh ]; do shift; done\nexport BECAME=yes\nexec "$@"\n')
    sudo.chmod(0o755)
    monkeypatch.setenv("ANSIBLE_BECOME_ALLOW_SAME_USER", "1")
    lines = f"[all:vars]\nansible_become_exe={sudo}\n[web]\n" + "".join(host.line() for host in three[:2])
    inventory = farm.inventory(lines + "[db]\n" + three[2].line())
    page = {"Became": '1. Look:\n\n # echo "became: $BECAME"\n became: yes\n'}
    done = verify(farm, inventory, page, "--limit", "web", "--become")
    assert verdicts(done, "Became") == {"web1": ["1.1 holds"], "web2": ["1.1 holds"]}
    assert verdicts(verify(farm, inventory, page, "--limit", "db1"), "Became") == {"db1": ["1.1 fails"]}


def test_what_is_wrong_is_told_before_anything_is_run(farm: Farm, tmp_path: Path) -> None:
    page = {"Kernel": "1. Look:\n\n # uname -s\n Linux\n"}
    empty = tmp_path / "empty.ini"
    empty.write_text("")
    assert verify(farm, tmp_path / "none.ini", page).err.endswith("none.ini: there is no such inventory\n")
    found = verify(farm, empty, page)
    assert (found.code, found.report) == (2, {})
    assert "Ansible finds no host in it" in found.err
    assert "Traceback" not in found.err
    assert "--jobs: is for this host" in verify(farm, empty, page, "--jobs", "2").err


def test_options_of_a_fleet_want_one(tmp_path: Path) -> None:
    page = tmp_path / "Page.wiki"
    page.write_text(STATE)
    for option in (["--limit", "web"], ["--forks", "2"], ["--become"]):
        done = run("verify", *option, page)
        assert (done.returncode, done.stderr) == (2, f"runbook: {option[0]}: is for hosts of an --inventory\n")


def test_without_ansible_it_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(name: str) -> str:
        raise FileNotFoundError(name)

    monkeypatch.setattr("runbook.fleet.ansible.program", nowhere)
    page = tmp_path / "Page.wiki"
    page.write_text(STATE)
    done = run("verify", "--inventory", "web1,", page)
    assert (done.returncode, done.stderr[:40]) == (2, "runbook: --inventory: there is no ansible-pl"[:40])
    assert "pip install 'wiki-runbook[fleet]'" in done.stderr


def test_an_interrupted_run_ends_ansible(farm: Farm) -> None:
    """What ansible-playbook started is gone with it."""
    stuck = farm.start("stuck")
    os.mkfifo(stuck.files / "slow")
    (stuck.files / "state").write_text("running\n")
    inventory = farm.inventory(stuck.line())
    page = farm.folder / "Stuck.wiki"
    page.write_text(STATE)
    process = subprocess.Popen([sys.executable, "-m", "runbook", "verify", "--inventory", str(inventory), str(page)])
    with (stuck.files / "slow").open("w"):
        process.terminate()
        assert process.wait() == 143
    running = [path.read_bytes() for path in Path("/proc").glob("[0-9]*/cmdline") if path.exists()]
    assert not any(b"ansible-playbook" in line and str(inventory).encode() in line for line in running)
