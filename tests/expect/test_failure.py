"""Which recordings show that a command failed: its exit status is then expected not to be 0."""

from __future__ import annotations

import pytest
from runbook import expect


@pytest.mark.parametrize(
    ("command", "recorded"),
    [
        ("chcontext --ctx 1 ls", "can not change context: migrate kernel feature missing"),
        ("vzlist 345", "Containers not found"),
        ("ls /nowhere", "ls: cannot access '/nowhere': No such file or directory"),
        ("cat /etc/shadow", "cat: /etc/shadow: Permission denied"),
        ("sudo /bin/cat /etc/shadow", "cat: /etc/shadow: No such file or directory"),
        ("tail x.log", "bash: tail: command not found"),
        ("frob", "bash: frob: command not found"),
        ("rpm -q foo", "package foo is not installed"),
        ("apt-get install foo", "Reading package lists... Done\nE: Unable to locate package foo"),
        ("make", "make: *** No targets specified and no makefile found.  Stop."),
        ("gcc x.c", "x.c:3: note: here\nx.c:4:1: error: expected ';' before '}' token\nfatal error: too many errors"),
        ("service foo start", "Starting foo: [FAILED]"),
        ("mount /dev/sdz /mnt", "mount: /mnt: special device /dev/sdz does not exist."),
        ("ping -c1 nowhere", "ping: nowhere: Name or service not known"),
        ("modprobe nope", "FATAL: Module nope not found."),
    ],
)
def test_what_tells_of_a_failure(command: str, recorded: str) -> None:
    assert expect.infer([recorded.split("\n")], command=command).exit == "nonzero"


@pytest.mark.parametrize(
    ("command", "recorded"),
    [
        ("ls", "error.log"),
        ("make", "0 errors, 3 warnings"),
        ("service foo start", "Starting foo: [  OK  ]"),
        ("grep error log", "the error count is 3"),
        ("sudo cat /var/log/lamp.log", "lampd|INFO|started\nlamp|WARN|no light: Permission denied"),
        ("grep -i denied x.log", "10:00 lampd: wire: permission denied"),
        # What is recorded may look like a failure: the line as a whole ends with status 0 all the same.
        ("ls /nowhere || true", "ls: cannot access '/nowhere': No such file or directory"),
        ("dmesg | tail -1", "usb 1-1: device descriptor read/64, error -71"),
        ("gcc x.c", "x.c:3: warning: unused variable 'a'"),
        ("systemctl status foo", "   Active: active (running) since Mon 2020-01-06 10:00:00 UTC"),
        ("fsck -n disk", "disk: clean, 11/2048 files, 1230/8192 blocks"),
        ("echo done", "done"),
        ("true", ""),
    ],
)
def test_what_does_not(command: str, recorded: str) -> None:
    assert expect.infer([recorded.split("\n")], command=command).exit is None
