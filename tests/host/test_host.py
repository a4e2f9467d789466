"""The seed page carried out on a simulated machine: unattended but for the yeses, guided, killed, and with faults."""

from __future__ import annotations

import json
import os
import random
import re
import shutil
import subprocess
import threading
from contextlib import suppress
from pathlib import Path

import pytest
from machine import Machine
from runbook.model import Command, PageInfo, Revision, Runbook, Step
from runbook.render import script

YES = "--yes=1,2,3,4,5"


def verdicts(text: str) -> list[tuple[str, bool]]:
    """(id, held) of what counted, in order."""
    lines = [line.split() for line in text.splitlines() if " # SKIP" not in line]
    return [
        (words[words.index("-") + 1], words[0] == "ok") for words in lines if words[:1] == ["ok"] or words[:2] == ["not", "ok"]
    ]


def applied(machine: Machine, verify: Path, *, to: str = "5") -> None:
    """Carries the page out up to a step, with what a person does between."""
    machine.put(reboot_is_graceful="")
    stages = (
        ("1", "", None),
        ("2", "2.2", machine.install_kernel),
        ("4", "3.1", machine.install_vzctl),
        ("5", "4.9", lambda: None),
    )
    for last, after, by_hand in stages:
        if by_hand is not None:
            by_hand()
            if after != "3.1":
                machine.boot()
        done = machine.run(verify, "--apply", YES, "--to", last, *(["--after", after] if after else []))
        assert done.returncode in (0, 3), done.stdout
        if last >= to:
            return


def test_apply_does_all_of_it(machine: Machine, verify: Path) -> None:
    applied(machine, verify)
    done = machine.run(verify)
    assert done.returncode == 0, done.stdout
    assert "all holds as at the end of step 5" in done.stdout
    assert all(held for _, held in verdicts(done.stdout))
    conf = machine.conf().read_text()
    assert 'ONBOOT="yes"\n' in conf
    assert 'ORIGIN_SAMPLE="vps.basic"\n' in conf
    assert 'ORIGIN_SAMPLE="basic"' not in conf
    assert 'KMEMSIZE="2752512:2936012"\n' in conf


def test_apply_stops_where_a_person_is_needed(machine: Machine, verify: Path) -> None:
    first = machine.run(verify, "--apply")
    assert first.returncode == 3
    assert "waiting at 1.2" in first.stdout
    assert "--apply --after 1.1 --yes service" in first.stdout
    second = machine.run(verify, "--apply", YES)
    assert second.returncode == 3
    assert "waiting at 2.1: by hand: Install the OpenVZ kernel" in second.stdout
    assert not machine.wants_reboot


def test_half_way_check_names_the_step(machine: Machine, verify: Path) -> None:
    applied(machine, verify, to="4")
    done = machine.run(verify)
    assert done.returncode == 1
    assert "all holds as at the end of step 4" in done.stdout


VALUES = {
    "vserver-info": "s/2\\.6\\.17\\.13/2.6.22.19/; s/0\\.30\\.211; Dec  5 2006, 17:10:21/0.30.215; Mar 17 2008, 09:01:59/",
    "vserver-stat": "s/0m58s75/7m01s20/; s/90.9M/115.2M/; s/ 51 / 97 /; s/49153/49200/",
    "vzlist": "s/  5  /  23 /",
    "vzctl-exec": "s/4096/1024/; s/total .*/total 1000/; s/[A-Z][a-z][a-z] .. ..:../Jan  3  2009/",
}


def test_other_values_still_hold(machine: Machine, verify: Path) -> None:
    for name, program in VALUES.items():
        machine.fault(name, program)
    applied(machine, verify)
    assert machine.run(verify).returncode == 0


FAULTS = [
    ("1.1", "vserver-info", "s/0x00020002/0x00020003/"),
    ("1.1", "vserver-info", "/vserver-Rootdir/d"),
    ("1.2", "vserver-start", "s/crond: l:\\(.*\\)\\[  OK  \\]/crond: l:\\1[FAILED]/"),
    ("1.2", "vserver-start", "/atd/d"),
    ("1.2", "vserver-start", "$aStarting sshd: [FAILED]"),
    ("1.6", "vserver-stat", "s/v345/v346/"),
    ("1.6", "vserver-stat", "/v345/d"),
    ("2.3", "vserver-stat-2", "s/compat/compatible/"),
    ("3.2", "service", "1d"),
    ("3.2", "service", "s/venet0: *\\[  OK  \\]/venet0: [FAILED]/"),
    ("3.3", "vzlist-none", "s/not found/found/"),
    ("5.1", "vzlist", "s/running/stopped/"),
    ("5.1", "vzlist", "s/192.168.0.145/192.168.0.146/"),
    ("5.1", "vzlist", "1d"),
    ("5.1", "vzlist", "s/^345 /346 /"),
    ("5.1", "vzlist", "s/test345/test346/"),
    ("5.2", "vzctl-exec", "/ etc$/d"),
    ("5.2", "vzctl-exec", "$aerror: the file system is read-only"),
    ("5.2", "vzctl-exec", "s/drwxrwxrwt/drwxr-xr-x/"),
]


def first_failure(machine: Machine, verify: Path) -> tuple[str, str]:
    """Carries the page out until something does not hold, then checks the end: the id that failed first, and all that was reported."""
    reports = []
    for by_hand, words in (
        (lambda: None, ["--to", "1"]),
        (lambda: (machine.install_kernel(), machine.boot()), ["--to", "2", "--after", "2.2"]),
        (machine.install_vzctl, ["--to", "4", "--after", "3.1"]),
        (machine.boot, []),
    ):
        by_hand()
        done = machine.run(verify, *(["--apply", YES] if words else []), *words)
        reports.append(done.stdout)
        failed = [name for name, held in verdicts(done.stdout) if not held]
        if failed:
            assert done.returncode == 1
            assert done.stdout.count("may follow from") == len(failed) - 1
            return failed[0], done.stdout
    raise AssertionError("\n".join(reports))


@pytest.mark.parametrize(("where", "command", "program"), FAULTS)
def test_the_faulty_step_is_reported_first(machine: Machine, verify: Path, where: str, command: str, program: str) -> None:
    machine.put(reboot_is_graceful="")
    machine.fault(command, program)
    failed, report = first_failure(machine, verify)
    assert failed == where, report


@pytest.mark.parametrize(("where", "line"), [("4.7", "ONBOOT"), ("4.8", "IP_ADDRESS"), ("4.8", "VE_ROOT")])
def test_an_edit_left_out(machine: Machine, verify: Path, where: str, line: str) -> None:
    applied(machine, verify)
    conf = machine.conf()
    conf.write_text("".join(each for each in conf.read_text().splitlines(keepends=True) if not each.startswith(line)))
    done = machine.run(verify)
    failed = [name for name, held in verdicts(done.stdout) if not held]
    assert done.returncode == 1
    assert failed[0] == where
    assert done.stdout.count("may follow from") == len(failed) - 1


def test_guide_across_both_reboots(machine: Machine, verify: Path) -> None:
    """The first reboot is a person's, the second the page's: it kills the guide."""
    assert machine.run(verify, "--guide", answers="r\n" * 6 + "d\n").returncode == 3
    machine.install_kernel()
    machine.boot()
    second = machine.run(verify, "--guide", "--resume", answers="r\nq\n")
    assert "The host was restarted: 2.2" in second.stdout
    machine.install_vzctl()
    machine.run(verify, "--guide", "--resume", answers="d\n" + "r\n" * 11)
    assert machine.wants_reboot
    machine.boot()
    last = machine.run(verify, "--guide", "--resume", answers="r\n" * 2)
    assert "The host was restarted: 4.9" in last.stdout
    assert "All steps are done" in last.stdout
    assert last.returncode == 0, last.stdout
    assert machine.run(verify).returncode == 0


def test_guide_shows_and_undoes_an_edit(machine: Machine, verify: Path) -> None:
    conf = machine.conf()
    conf.write_text('ONBOOT="no"\n')
    done = machine.run(verify, "--guide", "--from", "4", answers="s\n" * 6 + "r\nb\nu\nq\n")
    assert '-ONBOOT="no"' in done.stdout
    assert '+ONBOOT="yes"' in done.stdout
    assert "undone" in done.stdout
    assert conf.read_text() == 'ONBOOT="no"\n'
    assert [path.name for path in conf.parent.glob("345*")] == ["345.conf"]


def journal(machine: Machine) -> list[dict[str, str]]:
    (path,) = (machine.root / "root/.local/state/runbook").glob("*.jsonl")
    assert path.stat().st_mode & 0o777 == 0o600
    events = []
    for line in path.read_text().splitlines():
        try:
            events.append(json.loads(line))
        except ValueError:
            assert '"event"' in line or not line or line.startswith("{")
    return events


COUNTED = 8
KILLS = int(os.environ.get("RUNBOOK_KILLS", "30"))


def counting() -> str:
    """The script of a page whose commands each leave one line behind."""
    commands = (
        Command((n, n), f"sleep 0.02; echo {n} >>/root/log; sleep 0.02", effects=("modify",)) for n in range(1, COUNTED + 1)
    )
    page = PageInfo("Counting", "https://wiki.example/index.php", "https://wiki.example/A", "wikitext", Revision(1))
    listed = tuple(Step(f"step-{n}", str(n), f"Step {n}", True, (n, n), (each,)) for n, each in enumerate(commands, 1))
    return script.render(Runbook(page=page, preamble=(), steps=listed, closing=()))


def answer(process: subprocess.Popen[bytes], log: Path) -> list[str]:
    """Plays a person until the guide ends: runs what is asked for, but for what had begun and left its line; the ids asked for."""
    asked: list[str] = []
    seen = b""
    assert process.stdout is not None
    assert process.stdin is not None
    while part := os.read(process.stdout.fileno(), 4096):
        seen += part
        if not seen.endswith(b"] > "):
            continue
        told = seen.decode()
        (number,) = re.findall(r"^(\d+)\.1  ", told, re.MULTILINE)[-1:]
        done = number in (log.read_text().split() if log.exists() else ())
        assert not done or "had begun when the guide was ended" in told, "a command that had ended is asked for again"
        asked.append(number)
        seen = b""
        with suppress(BrokenPipeError):
            process.stdin.write(b"d\n" if done else b"r\n")
            process.stdin.flush()
    return asked


def test_killed_at_any_moment_no_step_is_lost_or_run_twice_unasked(machine: Machine) -> None:
    """A guide is killed (SIGKILL) at random moments and resumed until it ends; RUNBOOK_KILLS says how often, in how many guides it takes."""
    moments = random.Random(6)
    (machine.root / "root/verify.sh").write_text(counting())
    log = machine.root / "root/log"
    killed = 0
    while killed < KILLS:
        log.unlink(missing_ok=True)
        shutil.rmtree(machine.root / "root/.local", ignore_errors=True)
        status = None
        while status != 0:
            resume = (
                ["--resume"] if list((machine.root / "root").glob(".local/state/runbook/*.jsonl")) and journal(machine) else []
            )
            words = machine.command("bash", "/root/verify.sh", "--guide", *resume)
            with subprocess.Popen(
                words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, bufsize=0
            ) as process:
                timer = threading.Timer(moments.uniform(0.01, 0.6), process.kill)
                timer.start()
                answer(process, log)
                timer.cancel()
                status = process.wait()
            killed += status < 0
        assert sorted(log.read_text().split()) == [str(n) for n in range(1, COUNTED + 1)]
