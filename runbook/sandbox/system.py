"""System calls that Python has no words for, by way of the C library: unshare(2), mount(2), prctl(2)."""

from __future__ import annotations

import ctypes
import os
import signal

NEW_NAMES = 0x00020000
"""CLONE_NEWNS: mounts of its own."""
NEW_USERS = 0x10000000
"""CLONE_NEWUSER: users of its own."""
PRIVATE = 0x40000 | 0x4000
"""MS_PRIVATE | MS_REC: mounts that others don't see, and the other way round."""
NO_DEVICES = 0x2 | 0x4
"""MS_NOSUID | MS_NODEV."""
_DEATH_SIGNAL = 1
"""PR_SET_PDEATHSIG."""

_libc = ctypes.CDLL(None, use_errno=True)


def _checked(result: int, what: str) -> None:
    if result != 0:
        number = ctypes.get_errno()
        raise OSError(number, f"{what}: {os.strerror(number)}")


def unshare(flags: int) -> None:
    """Namespaces of its own for this process. Raises OSError."""
    _checked(_libc.unshare(flags), "unshare")


def mount(source: str, target: str, kind: str, flags: int = 0, data: str = "") -> None:
    """As mount(2). Raises OSError."""
    words = [os.fsencode(word) for word in (source, target, kind)]
    _checked(_libc.mount(*words, ctypes.c_ulong(flags), os.fsencode(data)), f"mount {kind} on {target}")


def die_with(parent: int, number: int = signal.SIGKILL) -> None:
    """This process gets a signal when `parent`, which must be its parent, ends."""
    _checked(_libc.prctl(_DEATH_SIGNAL, number, 0, 0, 0), "prctl")
    if os.getppid() != parent:
        os.kill(os.getpid(), number)
