"""Which later result of a runbook undoes or replaces an earlier one, found by what both are about: a page may have thousands of each."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import Final, TypeAlias

from runbook.branches import Route, parted
from runbook.checks.kinds import (
    CONTENT,
    DESTROYING,
    KINDS,
    WRITING,
    Result,
    Unsure,
    lost_at_boot,
    object_of,
    paths_of,
    replaces,
)
from runbook.model import Check

_Key: TypeAlias = tuple[str, ...]

_BOOT: Final = ("boot",)
_BELOW: Final = "below"
_EACH: Final = ("thing", "member", "address", "rule")
"""Aspects of which an object has as many as there are arguments."""
_HELD_AGAINST: Final = ("copied", "fetched", "fstab", "newer", "reloaded", "sysctls")
"""Kinds that compare what there is with what is in their paths, or below them."""
_DETAILS: Final = frozenset(
    {
        "lines",
        "setting",
        "text",
        "field",
        "acl",
        "attribute",
        "policy",
        "entry",
        "ref",
        "git setting",
        "history",
        "merged",
        "node package",
        *_EACH,
    }
)
"""Aspects of which an object has several: a later result replaces the same one, or what it makes of the whole."""
_PATH_MAX: Final = 4096


class Later:
    """The results of a runbook's commands and edits, put in from the last one backwards.

    Each is kept by what an earlier one must be about to be replaced by it (`_about`), and looked for by what that one is about
    (`_asked`): a key in common is needed for `kinds.replaces` to hold, and few that have one don't hold.
    """

    def __init__(self) -> None:
        self._by_key: dict[_Key, list[tuple[int, Result, Route]]] = defaultdict(list)
        self._begins: dict[tuple[_Key, int], int] = {}
        """Where the results of a choice begin among those of a key."""
        self._below = False
        """Whether any is about all that lies below something."""

    def add(self, at: int, result: Result, route: Route) -> None:
        """A result of the command or edit with the number `at`, which is not above that of any added before."""
        for key in set(_about(result)):
            kept = self._by_key[key]
            for choice, _branch in route:
                self._begins.setdefault((key, choice), len(kept))
            kept.append((at, result, route))
            self._below = self._below or key[0] == _BELOW

    def first(self, earlier: Check, route: Route) -> int | None:
        """The number of the first result that replaces `earlier`, a result before all that were added, and isn't left out by whoever
        takes its route."""
        found: int | None = None
        for key in dict.fromkeys(_asked(earlier, below=self._below)):
            kept = self._by_key.get(key, ())
            next_one = len(kept) - 1
            while next_one >= 0:
                at, result, its_route = kept[next_one]
                if found is not None and at >= found:
                    break
                choice = parted(route, its_route)
                if choice is not None:  # so are all before it in that choice: its own branch is the last that was added
                    next_one = self._begins[key, choice] - 1
                    continue
                if replaces(result, earlier):
                    found = at
                    break
                next_one -= 1
        return found


def _about(later: Result) -> Iterator[_Key]:
    if type(later) is Unsure:
        yield from _about_unsure(later)
        return
    kind, of = KINDS[later.kind], object_of(later)
    if later.kind == "rebooted":
        yield _BOOT
    gone = later.negated and later.kind in DESTROYING
    lost = of if gone else later.args[0] if later.kind == "moved" else None
    if kind.domain == "path":
        if lost is not None:
            yield _BELOW, _plain(lost), ""
            yield from (("holds", above) for above in and_above(lost))
        if kind.aspect in CONTENT:
            yield from (("holds content", above) for above in and_above(of))
    elif kind.domain == "mount":
        yield _BELOW, _plain(of), ""
        yield "at", _plain(later.args[0]), ""
    if kind.aspect in _DETAILS:
        yield "at", _plain(of), kind.aspect, *_detail(later)
        if kind.domain == "path":
            yield "at", _plain(of), "whole"
        if kind.aspect == "text":
            yield from (("at", _plain(of), each) for each in ("lines", "setting"))
    elif gone or later.kind in WRITING:
        yield "at", _plain(of), ""
    else:
        yield "at", _plain(of), kind.aspect


def _about_unsure(later: Unsure) -> Iterator[_Key]:
    aspects = later.aspects or ("",)
    if later.name is None:
        yield from (("all", later.domain, each) for each in aspects)
        return
    for each in aspects:
        yield "at", _plain(later.name), each
        if later.below:
            yield _BELOW, _plain(later.name), each
    if later.domain == "path" and (not later.aspects or "content" in later.aspects):
        yield "at", _plain(later.name), "unpacked"
        yield from (("holds content", above) for above in and_above(later.name))


def _asked(earlier: Check, *, below: bool) -> Iterator[_Key]:
    """Those first that most often hold: what is found later than something that was found already isn't looked at. `below` says whether
    those of the directories above are wanted."""
    kind, of = KINDS[earlier.kind], object_of(earlier)
    named = earlier.args[:2]
    names = {_plain(of), *map(_plain, named)}
    if kind.aspect in _DETAILS:
        yield "at", _plain(of), kind.aspect, *_detail(earlier)
    for aspect in (kind.aspect, ""):
        yield from (("at", name, aspect) for name in names)
        yield "all", kind.domain, aspect
        if below and kind.domain == "path":
            yield from ((_BELOW, above, aspect) for path in paths_of(earlier) for above in and_above(path))
    if lost_at_boot(earlier):
        yield _BOOT
    if earlier.kind in ("copied", "unpacked"):
        yield from (("holds", _plain(path)) for path in named)
    if earlier.kind in _HELD_AGAINST:
        yield from (("holds content", _plain(path)) for path in earlier.args)
    if kind.aspect == "content" or earlier.kind == "unpacked":
        yield from (("at", _plain(path), "whole") for path in named)


def _detail(each: Check) -> tuple[str, ...]:
    return each.args[1:] if KINDS[each.kind].aspect in _EACH else each.args[1:2]


def _plain(path: str) -> str:
    return path.rstrip("/")


def and_above(path: str) -> Iterator[str]:
    """A name, and when it is a path the directories above it, without slashes at their ends; of a longer one than there can be
    (PATH_MAX of Linux) only itself."""
    yield _plain(path)
    at = path.find("/") if len(path) < _PATH_MAX else -1
    while at >= 0:
        yield path[:at]
        at = path.find("/", at + 1)
