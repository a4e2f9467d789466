"""How bubblewrap is asked to run a script in a root that is made already."""

from __future__ import annotations

from collections.abc import Sequence

from runbook.sandbox.root import WORK, Root

CAPABILITIES = (
    "CAP_AUDIT_WRITE",
    "CAP_CHOWN",
    "CAP_DAC_OVERRIDE",
    "CAP_FOWNER",
    "CAP_FSETID",
    "CAP_KILL",
    "CAP_MKNOD",
    "CAP_NET_BIND_SERVICE",
    "CAP_SETFCAP",
    "CAP_SETGID",
    "CAP_SETPCAP",
    "CAP_SETUID",
    "CAP_SYS_CHROOT",
)
"""What root may do inside, and in the sandbox's namespaces alone: as in a container of docker's, without raw sockets."""
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_SHARED_MEMORY = 64 * 2**20


FILTER = 3
"""The handle from which bubblewrap reads the filter of calls."""


def words(bwrap: str, root: Root, *, network: bool, filtered: bool, arguments: Sequence[str]) -> list[str]:
    """The words that run the script that lies in the root's working directory. Whoever says them is root in a user namespace of its
    own, so that bubblewrap makes none; the others it does make."""
    variables = {
        "PATH": PATH,
        "HOME": "/root",
        "USER": "root",
        "LOGNAME": "root",
        "SHELL": "/bin/bash",
        "LANG": "C.UTF-8",
        "TERM": "dumb",
        "TMPDIR": f"/{WORK}",
    }
    out = [bwrap, "--unshare-pid", "--unshare-ipc", "--unshare-uts", "--unshare-cgroup-try", "--hostname", "sandbox"]
    out += [] if network else ["--unshare-net"]
    out += ["--die-with-parent", "--new-session", "--clearenv", "--bind", root.path, "/"]
    out += ["--seccomp", str(FILTER)] if filtered else []
    for path in root.fixed:
        out += ["--ro-bind", path, path]
    out += ["--proc", "/proc", "--dev", "/dev"]
    out += ["--perms", "1777", "--size", str(_SHARED_MEMORY), "--tmpfs", "/dev/shm"]  # noqa: S108
    out += ["--remount-ro", "/dev", "--chdir", "/root", "--cap-drop", "ALL"]
    for name in CAPABILITIES:
        out += ["--cap-add", name]
    for name, value in variables.items():
        out += ["--setenv", name, value]
    return [*out, "--", "/bin/bash", "--noprofile", "--norc", f"/{WORK}/verify.sh", *arguments]
