"""The seed page "Migration from Linux-VServer to OpenVZ" as a runbook written by hand: what the simulated host is proved with,
independent of how well the page is read."""

from __future__ import annotations

from typing import Literal

from runbook.model import (
    Check,
    Command,
    Effect,
    Elision,
    Expectation,
    FileEdit,
    Hole,
    Manual,
    Node,
    PageInfo,
    Paragraph,
    PatternRow,
    Prose,
    Revision,
    Runbook,
    Step,
    Text,
)

CONF = "/etc/sysconfig/vz-scripts/345.conf"
INSIDE = ("vserver v345 enter",)
OK = "[  OK  ]"


def _rows(*rows: str | tuple[str | Hole, ...]) -> tuple[PatternRow, ...]:
    return tuple(Elision() if row == "..." else (row,) if isinstance(row, str) else row for row in rows)


def _run(
    text: str,
    effects: tuple[Effect, ...],
    *rows: str | tuple[str | Hole, ...],
    inside: tuple[str, ...] = (),
    cwd: str | None = None,
    checks: tuple[Check, ...] = (),
    exit_status: Literal["nonzero"] | None = None,
) -> Command:
    expected = Expectation((1, 1), tuple(map(str, rows)), patterns=_rows(*rows), exit=exit_status) if rows else None
    return Command((1, 1), text, effects=effects, expected=expected, context=inside, cwd=cwd, checks=checks, as_root=True)


def _path(path: str, *, gone: bool = False) -> Check:
    words = f"{path} is gone" if gone else f"{path} is there"
    return Check("exists", (path,), words, negated=gone, before="present" if gone else "absent")


def _prose(text: str) -> Prose:
    return Prose((1, 1), (Paragraph((Text(text),), (1, 1)),))


SIZE = Hole("size")
INT = Hole("int")
DATE = Hole("date")
DURATION = Hole("duration")


def _listed(mode: str, name: str) -> tuple[str | Hole, ...]:
    return (f"{mode} ", INT, " root root ", INT, " ", DATE, f" {name}")


DIRECTORY = "drwxr-xr-x"
BEFORE = (
    _listed(DIRECTORY, "bin"),
    _listed(DIRECTORY, "dev"),
    _listed(DIRECTORY, "etc"),
    _listed("-rw-r--r--", "halt"),
    _listed(DIRECTORY, "home"),
    _listed(DIRECTORY, "lib"),
    _listed(DIRECTORY, "mnt"),
    _listed(DIRECTORY, "opt"),
    _listed("-rw-r--r--", "poweroff"),
    _listed("dr-xr-xr-x", "proc"),
    _listed("drwxr-x---", "root"),
    _listed(DIRECTORY, "sbin"),
    _listed("drwxrwxrwt", "tmp"),
    _listed(DIRECTORY, "usr"),
    _listed(DIRECTORY, "var"),
)
AFTER = (*BEFORE[:3], _listed("-rw-r--r--", "fastboot"), *BEFORE[3:])

INITIAL: tuple[Node, ...] = (
    _prose("the following example of Linux-VServer based solution was used for the experiment"),
    _run(
        "vserver-info",
        ("read",),
        "Versions:",
        ("Kernel: ", Hole("version"), "-vs", Hole("version")),
        "VS-API: 0x00020002",
        ("util-vserver: ", Hole("version"), "; ", DATE, ", ", Hole("time")),
        "",
        "Features:",
        "...",
        "CPPFLAGS: ''",
        "...",
        "vserver-Rootdir: /vservers",
    ),
    _run(
        "vserver v345 start",
        ("service",),
        f"Starting system logger:  {OK}",
        f"Initializing random number generator:  {OK}",
        f"Starting crond: l:  {OK}",
        f"Starting atd:  {OK}",
    ),
    _run("vserver v345 enter", ("interactive", "exec")),
    _run("ls -l", ("read",), ("total ", INT), *BEFORE, inside=INSIDE),
    _run("sh", ("interactive", "exec"), inside=INSIDE),
    _run(
        "vserver-stat",
        ("read",),
        "CTX   PROC    VSZ    RSS  userTIME   sysTIME    UPTIME NAME",
        ("0 ", INT, " ", SIZE, " ", SIZE, " ", DURATION, " ", DURATION, " ", DURATION, " root server"),
        (INT, " ", INT, " ", SIZE, " ", SIZE, " ", DURATION, " ", DURATION, " ", DURATION, " v345"),
    ),
)

KERNEL: tuple[Node, ...] = (
    Manual((94, 94), "Install the OpenVZ kernel, as described in quick installation.", "install"),
    Manual((96, 96), "After the kernel is installed, reboot the machine.", "reboot"),
    Command(
        (99, 99),
        "vserver-stat",
        effects=("read",),
        expected=Expectation(
            (100, 100),
            ("can not change context",),
            patterns=_rows(
                "can not change context: migrate kernel feature missing and 'compat' API disabled: Function not implemented"
            ),
            exit="nonzero",
        ),
    ),
)

VZCTL: tuple[Node, ...] = (
    Manual((109, 109), "Install vzctl and vzquota packages, as described in quick installation.", "install"),
    _run(
        "/sbin/service vz start",
        ("service",),
        f"Starting OpenVZ:  {OK}",
        f"Bringing up interface venet0:  {OK}",
        f"Configuring interface venet0:  {OK}",
    ),
    _run("vzlist", ("read",), "Containers not found", exit_status="nonzero"),
)

CONFIGURE: tuple[Node, ...] = (
    _run("cd /vz", ("read",)),
    _run("mkdir private", ("create",), cwd="/vz", checks=(_path("/vz/private"),)),
    _run("mkdir 345", ("create",), cwd="/vz", checks=(_path("/vz/345"),)),
    _run(
        "mv /vservers/v345 /vz/private/345",
        ("modify",),
        cwd="/vz",
        checks=(_path("/vservers/v345", gone=True), _path("/vz/private/345")),
    ),
    _run("cd /etc/sysconfig/vz-scripts", ("read",), cwd="/vz"),
    _run("cp ve-vps.basic.conf-sample 345.conf", ("create",), cwd="/etc/sysconfig/vz-scripts", checks=(_path(CONF),)),
    FileEdit((152, 154), "345.conf", CONF, "set", ('ONBOOT="yes"',), gaps=(0, 1)),
    FileEdit(
        (159, 165),
        "345.conf",
        CONF,
        "set",
        (
            'VE_ROOT="/vz/root/345"',
            'VE_PRIVATE="/vz/private/345"',
            'ORIGIN_SAMPLE="vps.basic"',
            'HOSTNAME="test345.my.org"',
            'IP_ADDRESS="192.168.0.145"',
        ),
        gaps=(0, 5),
    ),
    _run("reboot", ("power",), cwd="/etc/sysconfig/vz-scripts"),
)

TESTING: tuple[Node, ...] = (
    _run(
        "vzlist -a",
        ("read",),
        "CTID NPROC STATUS IP_ADDR HOSTNAME",
        ("345 ", INT, " running 192.168.0.145 test345.my.org"),
    ),
    _run("vzctl exec 345 ls -l", ("read",), ("total ", INT), *AFTER),
)

TITLES = (
    ("initial-conditions", "Initial conditions", INITIAL),
    ("kernel", "Starting migration to OpenVZ: downloading and installing the stable OpenVZ kernel.", KERNEL),
    ("vzctl", "Downloading and installing vzctl package", VZCTL),
    ("configure", "Updating different configurations in purpose to make existing templates work", CONFIGURE),
    ("testing", "Testing how the guest OSs successfully work over OpenVZ.", TESTING),
)


def seed() -> Runbook:
    """Five steps, 18 commands, two edits."""
    page = PageInfo("Migration from Linux-VServer to OpenVZ", None, None, "wikitext", Revision(3231))
    steps = tuple(Step(name, str(n), title, True, (n, n), body) for n, (name, title, body) in enumerate(TITLES, 1))
    return Runbook(page=page, preamble=(), steps=steps, closing=())
