"""Python's virtual environments: what pip installs lies in the one that was entered, and is looked for there."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from runbook.branches import Route, apart
from runbook.checks.arguments import resolve
from runbook.checks.kinds import Entered, Result, check
from runbook.model import Check
from runbook.patterns import pattern
from runbook.shell import Word

_ACTIVATE: Final = pattern(r"(.+)/bin/activate")
_OWN_PIP: Final = pattern(r"(.+)/bin/pip[\d.]*")
_UNKNOWN: Final = {
    ("conda", "activate"),
    ("mamba", "activate"),
    ("poetry", "shell"),
    ("pipenv", "shell"),
    ("pyenv", "activate"),
    ("pyenv", "shell"),
}
_LEFT: Final = {("conda", "deactivate"), ("mamba", "deactivate"), ("deactivate", ""), ("pyenv", "deactivate")}
_PIP: Final = ("thing", "pip package")


def entered(name: str, words: Sequence[Word], cwd: str | None) -> Iterator[Entered]:
    """The environment that a command makes that of its shell."""
    first = words[1].value if len(words) > 1 else ""
    if name in (".", "source"):
        match = _ACTIVATE.fullmatch(first or "/bin/activate")
        if match or first is None:
            yield Entered(resolve(match[1], cwd) if match and first else None)
    elif name == "workon" or (name, first) in _UNKNOWN:
        yield Entered(None)
    elif (name, first) in _LEFT:
        yield Entered("")


def own_pip(word: Word, cwd: str | None) -> str | None:
    """The environment whose pip a word names by its path."""
    match = _OWN_PIP.fullmatch(word.value) if word.value is not None else None
    return resolve(match[1], cwd) if match else None


class Environments:
    """Goes through the results of a runbook in reading order, and says of what pip installs where it lies."""

    def __init__(self, inside: str = "") -> None:
        self._inside: str | None = inside
        self._since: Route = ()

    def placed(self, every: Sequence[Result | Entered], route: Route) -> list[Result]:
        """The results of a command on its way through choices; those of an environment that isn't known are left out."""
        inside = "" if apart(self._since, route) else self._inside
        found: list[Result] = []
        for each in every:
            if type(each) is Entered:
                inside = self._inside = each.directory
                self._since = route
            elif type(each) is not Check or inside == "" or (each.kind, *each.args[:1]) != _PIP or len(each.args) > 2:
                found.append(each)
            elif inside is not None:
                found.append(check(each.kind, *each.args, inside, negated=each.negated, before=each.before))
        return found
