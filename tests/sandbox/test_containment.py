"""What a page may try in a sandbox, and that nothing comes of it. Each command here is harmless even where it is not held."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from caged import MEMORY, Carried, results, running, said
from runbook.sandbox.seccomp import MACHINES, REFUSED

SECRET = f"secret-{uuid4().hex}"


@pytest.fixture
def mark() -> Iterator[str]:
    """A word for the command line of processes that must not be left; whatever is left nevertheless is ended."""
    word = f"mark-{uuid4().hex}"
    yield word
    for process in running(word):
        os.kill(process, signal.SIGKILL)


def test_removing_everything_removes_it_inside_alone(carry: Carried, tmp_path: Path) -> None:
    witness = tmp_path / "witness"
    witness.write_text("here")
    # "/" itself is written so that no shell of this host would take it for its root.
    found = carry(
        'cd / && top=$PWD && rm -rf --no-preserve-root "$top"etc "$top"var "$top"usr "$top"srv "$top"home 2>&1 | tail -n 1'
    )
    assert witness.read_text() == "here"
    assert Path("/etc/passwd").exists()
    assert Path("/usr/bin/env").exists()
    gone = {change.path for step in found.steps for change in step.changes if change.kind == "deleted"}
    assert {"/etc", "/srv", "/home"} <= gone


def test_a_fork_bomb_stays_within_the_limit_and_is_ended(carry: Carried, mark: str) -> None:
    found = carry(f"bomb() {{ bomb | bomb & }}; : {mark}; bomb; bash -c 'sleep 30 && : {mark}'", timeout=3)
    assert found.exit in (1, 2)  # it can't be started, or is ended after its time
    assert running(mark) == []


def test_there_are_no_more_processes_than_the_limit(carry: Carried) -> None:
    call = """
import os, time
started = []
try:
    while len(started) < 200:
        child = os.fork()
        if not child:
            time.sleep(300)
        started.append(child)
except OSError as error:
    print(error.errno == 11, 10 < len(started) < 64)
for child in started:
    os.kill(child, 9)
"""
    assert results(carry(f"python3 -c '{call}'"))["1.1"].output == ("True True",)


def test_a_disk_that_fills_up_is_the_sandboxs_own(carry: Carried) -> None:
    found = carry("dd if=/dev/zero of=/big bs=1M count=200 2>&1; stat -c %s /big", "rm /big", "echo x >/small")
    first = results(found)["1.1"]
    assert "No space left on device" in "\n".join(first.output or ())
    assert int((first.output or ())[-1]) <= 64 * 2**20
    assert results(found)["3.1"].verdict == "holds"


@pytest.mark.parametrize("folder", ["/dev", "/dev/shm", "/run", "/run/lock", "/dev/pts", "/proc"])
def test_no_directory_takes_more_than_the_limit(carry: Carried, folder: str) -> None:
    # Several files, since a single one has a limit of its own.
    fill = f"for n in 1 2 3; do head -c 40M /dev/zero >{folder}/x$n; done 2>/dev/null"
    found = carry(f"{fill}; cat {folder}/x[123] 2>/dev/null | wc -c")
    assert int((results(found)["1.1"].output or ("",))[0]) <= 64 * 2**20


def test_memory_has_a_limit(carry: Carried) -> None:
    found = carry(f"python3 -c 'x = bytearray({2 * MEMORY}); print(len(x))'; echo status $?; true")
    assert "status 0" not in said(found)


def test_what_hangs_is_ended(carry: Carried) -> None:
    found = carry("sleep 600", "echo on", timeout=2)
    told = results(found)
    assert told["1.1"].reason.startswith("no end after 2 s")
    assert told["2.1"].verdict == "holds"


def test_endless_output_is_cut(carry: Carried) -> None:
    # Slower than `yes`, which on some machines fills the disk, and fails by that, before anybody looks.
    assert "it printed more than" in results(carry("while :; do printf '%01000d\\n' 0; done"))["1.1"].reason


def test_a_restart_of_the_machine_is_refused(carry: Carried) -> None:
    # LINUX_REBOOT_CMD_CAD_OFF wants the same right as a restart, and does nothing that could be noticed.
    call = "import ctypes; c = ctypes.CDLL(None, use_errno=True); print(c.reboot(0), ctypes.get_errno())"
    assert results(carry(f'python3 -c "{call}"'))["1.1"].output == ("-1 1",)


def test_secrets_of_the_host_are_not_there(carry: Carried, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOKEN", SECRET)
    for folder in (tmp_path, Path("/tmp")):  # what anybody may read
        (folder / SECRET).write_text(SECRET)
        (folder / SECRET).chmod(0o644)
    try:
        found = carry(
            "env; cat /proc/[0-9]*/environ | tr '\\0' '\\n'; true",
            f"find / -xdev -name {SECRET} 2>/dev/null; cat {tmp_path}/{SECRET} /tmp/{SECRET}; true",
            "ls -A /root /home /run /tmp /var/log /var/tmp /mnt /media",
            "cut -d : -f 2 /etc/shadow | sort -u",
            "find / -name '*_key' -path '*ssh*' 2>/dev/null; find / -type s 2>/dev/null; true",
        )
    finally:
        (Path("/tmp") / SECRET).unlink()
    told = results(found)
    assert all(SECRET not in line for line in told["1.1"].output or ())
    assert told["2.1"].output == ()
    assert set(told["3.1"].output or ()) - {""} == {
        *(f"{name}:" for name in ("/root", "/home", "/run", "/tmp", "/var/log", "/var/tmp", "/mnt", "/media")),
        "lock",
        "verify",
    }
    assert told["4.1"].output == ("*",)
    assert told["5.1"].output == ()


@pytest.mark.parametrize(
    "name", ["kernel/panic", "vm/swappiness", "fs/file-max", "kernel/core_pattern", "user/max_user_namespaces"]
)
def test_settings_of_the_kernel_can_not_be_written(carry: Carried, name: str) -> None:
    # The same value again: nothing changes even if it is written.
    found = carry(f'cd /proc/sys; value=$(cat {name}); {{ printf %s "$value" >{name}; }} 2>&1; true')
    assert "Permission denied" in said(found)


@pytest.mark.skipif(os.uname().machine not in MACHINES, reason="the calls of this machine are not known")
def test_calls_that_nothing_needs_are_refused(carry: Carried) -> None:
    # Each without arguments, which the kernel itself would refuse with another error, or as harmless.
    names = ("keyctl", "io_uring_setup", "bpf", "perf_event_open", "userfaultfd", "add_key", "finit_module", "getpid")
    numbers = [REFUSED[os.uname().machine].get(name, -1) for name in names]
    call = f"import ctypes; c = ctypes.CDLL(None, use_errno=True); print([(c.syscall(n, 0, 0, 0, 0, 0), ctypes.get_errno()) for n in {numbers}])"
    assert results(carry(f'python3 -c "{call}"'))["1.1"].output == (str([*[(-1, 1)] * 7, (-1, 38)]),)


@pytest.mark.parametrize(
    ("machine", "header", "pattern"),
    [
        ("x86_64", "/usr/include/x86_64-linux-gnu/asm/unistd_64.h", r"#define __NR_(\w+) (\d+)"),
        ("aarch64", "/usr/include/asm-generic/unistd.h", r"#define __NR(?:3264)?_(\w+)\s+(\d+)"),
    ],
)
def test_numbers_of_calls_are_those_of_the_kernels_headers(machine: str, header: str, pattern: str) -> None:
    if not Path(header).exists():
        pytest.skip(f"there is no {header}: install linux-libc-dev")
    known = dict(re.findall(pattern, Path(header).read_text()))
    assert {name: str(number) for name, number in REFUSED[machine].items()} == {name: known[name] for name in REFUSED[machine]}


def test_more_rights_are_not_to_be_had(carry: Carried) -> None:
    tries = ("unshare -U true", "mount -t tmpfs none /mnt", "mknod /tmp/disk b 8 0", "chroot / mount -t proc none /mnt")
    found = carry("; ".join(f"{each} 2>/dev/null && echo done || echo refused" for each in tries))
    assert results(found)["1.1"].output == ("refused",) * len(tries)


def test_processes_left_behind_end_with_the_page(carry: Carried, mark: str) -> None:
    left = f"setsid nohup bash -c 'touch /srv/up; sleep 300; : {mark}' >/dev/null 2>&1 &"
    found = carry(f"{left} until [ -e /srv/up ]; do :; done; grep -l {mark} /proc/[0-9]*/cmdline | grep -vc self")
    assert int((results(found)["1.1"].output or ("0",))[0]) >= 1
    assert running(mark) == []


def test_processes_of_the_host_are_out_of_reach(carry: Carried) -> None:
    with subprocess.Popen(["sleep", "300"]) as other:
        try:
            found = carry(f"kill -0 {other.pid} 2>&1; kill -CONT -1 2>&1; ls -d /proc/{other.pid} 2>&1; true")
            assert other.poll() is None
        finally:
            other.kill()
    assert "No such process" in said(found)
    assert "No such file" in said(found)


def test_there_is_no_network_unless_it_is_asked_for(carry: Carried) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        call = f"bash -c ': </dev/tcp/127.0.0.1/{port}' 2>/dev/null && echo reached || echo not"
        assert results(carry(call))["1.1"].output == ("not",)
        assert results(carry(call, network=True))["1.1"].output == ("reached",)


def test_pages_do_not_see_each_other(carry: Carried) -> None:
    carry("touch /srv/one")
    assert results(carry("ls -A /srv"))["1.1"].output == ()


def test_links_lead_nowhere_on_the_host(carry: Carried, tmp_path: Path) -> None:
    witness = tmp_path / "witness"
    witness.write_text(SECRET)
    witness.chmod(0o644)
    found = carry(
        f"rm -rf /run/verify/kept; ln -s {tmp_path} /run/verify/kept; true",
        f"rm -f /run/verify/kept; mkdir -p /run/verify/kept; ln -s {witness} /run/verify/kept/9.9.out; ln -s {witness} /srv/x; mkfifo /srv/pipe",
    )
    assert SECRET not in said(found)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["witness"]
    assert {(change.path, change.what) for change in found.steps[-1].changes} == {("/srv/x", "link"), ("/srv/pipe", "other")}


def test_results_can_not_be_put_in_for_steps_that_have_none(carry: Carried) -> None:
    forged = '{"event":"result","id":"9.1","verdict":"holds","what":"x","reason":"","detail":[]}'
    found = carry(f"for p in /proc/[0-9]*; do echo '{forged}' >$p/fd/1; done 2>/dev/null; true")
    assert found.exit == 2
    assert "a result for '9.1' is out of place" in (found.problem or "")


def test_lines_that_are_no_report_are_trouble(carry: Carried) -> None:
    found = carry("for p in /proc/[0-9]*; do echo 'K {\"status\": 0}' >$p/fd/1; done 2>/dev/null; true")
    assert found.exit == 2
    assert "no report" in (found.problem or "")
