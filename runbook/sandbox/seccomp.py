"""Calls of the kernel that nothing in a sandbox needs, refused before they get there: of those that few programs make, most of the holes
are that a kernel ever had. A filter of seccomp(2), written down as its instructions, so that no library is needed for it."""

from __future__ import annotations

import errno
import struct

_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06
"""BPF_LD | BPF_W | BPF_ABS, BPF_JMP | BPF_JEQ | BPF_K, BPF_JMP | BPF_JGE | BPF_K, BPF_RET | BPF_K."""
_NUMBER, _MACHINE = 0, 4
"""Where they stand in struct seccomp_data."""
_ALLOW, _ERROR = 0x7FFF0000, 0x00050000
_X32 = 0x40000000
"""On x86-64, the bit of calls in another of its two tables."""

MACHINES = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}
"""Values of AUDIT_ARCH_…: a program for another machine finds no calls at all."""
REFUSED: dict[str, dict[str, int]] = {
    "x86_64": {
        "acct": 163,
        "add_key": 248,
        "adjtimex": 159,
        "bpf": 321,
        "clock_adjtime": 305,
        "clock_settime": 227,
        "delete_module": 176,
        "finit_module": 313,
        "fsconfig": 431,
        "fsmount": 432,
        "fsopen": 430,
        "fspick": 433,
        "init_module": 175,
        "io_uring_enter": 426,
        "io_uring_register": 427,
        "io_uring_setup": 425,
        "ioperm": 173,
        "iopl": 172,
        "kexec_file_load": 320,
        "kexec_load": 246,
        "keyctl": 250,
        "lookup_dcookie": 212,
        "mount": 165,
        "mount_setattr": 442,
        "move_mount": 429,
        "nfsservctl": 180,
        "open_by_handle_at": 304,
        "open_tree": 428,
        "perf_event_open": 298,
        "pivot_root": 155,
        "quotactl": 179,
        "quotactl_fd": 443,
        "reboot": 169,
        "request_key": 249,
        "setns": 308,
        "settimeofday": 164,
        "swapoff": 168,
        "swapon": 167,
        "syslog": 103,
        "umount2": 166,
        "unshare": 272,
        "userfaultfd": 323,
        "vhangup": 153,
    },
    "aarch64": {
        "acct": 89,
        "add_key": 217,
        "adjtimex": 171,
        "bpf": 280,
        "clock_adjtime": 266,
        "clock_settime": 112,
        "delete_module": 106,
        "finit_module": 273,
        "fsconfig": 431,
        "fsmount": 432,
        "fsopen": 430,
        "fspick": 433,
        "init_module": 105,
        "io_uring_enter": 426,
        "io_uring_register": 427,
        "io_uring_setup": 425,
        "kexec_file_load": 294,
        "kexec_load": 104,
        "keyctl": 219,
        "lookup_dcookie": 18,
        "mount": 40,
        "mount_setattr": 442,
        "move_mount": 429,
        "nfsservctl": 42,
        "open_by_handle_at": 265,
        "open_tree": 428,
        "perf_event_open": 241,
        "pivot_root": 41,
        "quotactl": 60,
        "quotactl_fd": 443,
        "reboot": 142,
        "request_key": 218,
        "setns": 268,
        "settimeofday": 170,
        "swapoff": 225,
        "swapon": 224,
        "syslog": 116,
        "umount2": 39,
        "unshare": 97,
        "userfaultfd": 282,
        "vhangup": 58,
    },
}
"""Numbers of calls by name (asm/unistd.h)."""


def program(machine: str) -> bytes | None:
    """The filter for a machine by its name (uname -m), None for one whose calls are not known here."""
    if machine not in MACHINES:
        return None
    foreign = _ERROR | errno.ENOSYS
    out = [
        _line(_LOAD, _MACHINE),
        _line(_EQUAL, MACHINES[machine], yes=1),
        _line(_RETURN, foreign),
        _line(_LOAD, _NUMBER),
        _line(_AT_LEAST, _X32, no=1),
        _line(_RETURN, foreign),
    ]
    for number in REFUSED[machine].values():
        out += [_line(_EQUAL, number, no=1), _line(_RETURN, _ERROR | errno.EPERM)]
    return b"".join([*out, _line(_RETURN, _ALLOW)])


def _line(code: int, operand: int, yes: int = 0, no: int = 0) -> bytes:
    """A struct sock_filter: what to do, how many instructions to leave out then, and the operand."""
    return struct.pack("=HBBI", code, yes, no, operand)
