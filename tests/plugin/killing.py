"""Builds that are killed, or held, right before they change a file: run as a program with a project, a cache and a folder to work in.

A process of its own, which has imported everything, forks for each build: the children are killed at the first change of a file, at
the second, and so on, until one gets through.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from plugin import small

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_CHANGES = {
    "os.rename",
    "os.remove",
    "os.mkdir",
    "os.rmdir",
    "os.chmod",
    "os.utime",
    "os.link",
    "shutil.copyfile",
    "ctypes.call_function",
}


def watch(at: int, there: Callable[[], object], below: Path | None = None) -> None:
    """Calls `there` right before the change of a file number `at` from now on, in this process; of those `below` a folder, if one is given."""
    left = [at]

    def look(event: str, values: tuple[Any, ...]) -> None:
        if event != "open" and event not in _CHANGES:
            return
        if event == "open" and not (isinstance(values[2], int) and values[2] & _WRITING):
            return
        if below and not str(values[0]).startswith(f"{below}/"):
            return
        left[0] -= 1
        if left[0] == -1:
            there()

    sys.addaudithook(look)


def forked(root: Path, cache: Path, *, before: Callable[[], object] = lambda: None) -> int:
    """Starts a build in a child, after `before` there, and gives its id."""
    child = os.fork()
    if not child:
        try:
            before()
            small.built(root, cache)
        except BaseException as error:
            print(f"{root}: {error!r}", file=sys.stderr)
            os._exit(1)
        os._exit(0)
    return child


def ended(child: int) -> int:
    """How a child has ended: its exit code, or the signal that ended it as a negative number."""
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def restored(work: Path, root: Path, cache: Path) -> tuple[Path, Path]:
    """A copy of a project and its cache, as they were."""
    shutil.rmtree(work, ignore_errors=True)
    return Path(shutil.copytree(root, work / "project")), Path(shutil.copytree(cache, work / "cache"))


def killed(root: Path, cache: Path, work: Path) -> Iterator[str]:
    """Kills a build at each change in the cache in turn, then at every seventh change of any file: the site is the old or the new one, and
    the next build makes the new one."""
    old, new = small.site(root), small.clean(root)
    assert old != new
    for below, step in ((work / "cache", 1), (None, 7)):
        yield from _killed(root, cache, work, below, step, old, new)


def _killed(root: Path, cache: Path, work: Path, below: Path | None, step: int, *sites: dict[str, bytes]) -> Iterator[str]:
    new = sites[1]
    for at in range(0, 10_000, step):
        project, kept = restored(work, root, cache)
        code = ended(forked(project, kept, before=lambda: watch(at, lambda: os.kill(os.getpid(), signal.SIGKILL), below)))  # noqa: B023
        assert code in (0, -signal.SIGKILL), code
        assert small.site(project) in sites, f"half a site after {at} changes"
        assert ended(forked(project, kept)) == 0
        assert small.site(project) == new, f"another site after a build was killed after {at} changes"
        assert {path.name for path in project.iterdir()} == {path.name for path in root.iterdir()}, "something was left behind"
        if code == 0:
            yield f"{at} changes"
            return


def held(root: Path, cache: Path, work: Path) -> Iterator[str]:
    """Holds a build at each change in the cache in turn, until another one of the same pages has come and gone."""
    new = small.clean(root)
    for at in range(10_000):
        project, kept = restored(work, root, cache)
        other = Path(shutil.copytree(root, work / "other"))
        (there, here), (wait, go) = os.pipe(), os.pipe()

        def stand() -> None:
            os.write(here, b"!")  # noqa: B023
            os.read(wait, 1)  # noqa: B023

        child = forked(project, kept, before=lambda: (os.close(there), watch(at, stand, kept)))  # noqa: B023
        os.close(here)
        got_through = not os.read(there, 1)  # it stands there, or has ended
        assert ended(forked(other, kept)) == 0
        os.write(go, b"!")
        assert ended(child) == 0
        assert small.site(project) == small.site(other) == new
        for end in (there, wait, go):
            os.close(end)
        if got_through:
            yield f"{at} changes"
            return


if __name__ == "__main__":
    for found in {"killed": killed, "held": held}[sys.argv[1]](*map(Path, sys.argv[2:])):
        print(found)
