"""What drift is told in: immutable records with a JSON form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from runbook.model import Lines, Revision

Severity = Literal["info", "warning", "error"]
SEVERITIES: tuple[Severity, ...] = ("info", "warning", "error")
"""From the least: info changes nothing (what varies by nature, a number), warning is wording, error is what is done or expected."""


class Kind(Struct, frozen=True):
    """A kind of change: how grave it is, and what a person calls it."""

    severity: Severity
    words: str


KINDS: dict[str, Kind] = {
    "effect-raised": Kind("error", "effects raised"),
    "page-added": Kind("warning", "new page"),
    "page-removed": Kind("error", "page gone"),
    "page-deleted": Kind("error", "page deleted on the wiki"),
    "page-moved": Kind("warning", "page renamed"),
    "page-protected": Kind("warning", "page protected"),
    "page-unknown": Kind("warning", "page changed, the source does not give its new text"),
    "link-removed": Kind("warning", "link gone"),
    "parameter-added": Kind("warning", "parameter added"),
    "parameter-removed": Kind("warning", "parameter removed"),
    "parameter-changed": Kind("error", "parameter value changed"),
    "parameter-value": Kind("info", "follows a parameter"),
    "step-added": Kind("error", "step added"),
    "step-removed": Kind("error", "step removed"),
    "step-moved": Kind("error", "step moved"),
    "step-split": Kind("warning", "step split off"),
    "step-merged": Kind("warning", "step merged"),
    "step-renamed": Kind("warning", "step renamed"),
    "step-renumbered": Kind("info", "step renumbered"),
    "reworded": Kind("warning", "reworded"),
    "notice-changed": Kind("warning", "notice changed"),
    "picture-changed": Kind("warning", "picture changed"),
    "listing-changed": Kind("warning", "listing changed"),
    "manual-added": Kind("error", "manual action added"),
    "manual-removed": Kind("error", "manual action removed"),
    "command-added": Kind("error", "command added"),
    "command-removed": Kind("error", "command removed"),
    "command-changed": Kind("error", "command changed"),
    "command-moved": Kind("error", "command moved"),
    "output-added": Kind("error", "expected output added"),
    "output-removed": Kind("error", "expected output removed"),
    "output-changed": Kind("error", "expected output changed"),
    "output-moved": Kind("error", "expected output moved"),
    "output-varies": Kind("info", "expected output changed in what varies only"),
    "file-edit-added": Kind("error", "file edit added"),
    "file-edit-removed": Kind("error", "file edit removed"),
    "file-edit-changed": Kind("error", "file edit changed"),
    "file-edit-moved": Kind("error", "file edit moved"),
}


class Change(Struct, frozen=True):
    """One change. `old` and `new` are what stood there, a line each, secrets masked; `note` what else is worth knowing."""

    kind: str
    severity: Severity
    old_lines: Lines | None = None
    new_lines: Lines | None = None
    old: tuple[str, ...] = ()
    new: tuple[str, ...] = ()
    note: str = ""


class StepState(Struct, frozen=True):
    """A step on one side; `part` says which: a step, or what stands before the first or after the last one (then without an id).
    `place` counts the steps of the page from 1, nested ones too."""

    part: Literal["preamble", "step", "closing"]
    id: str
    number: str | None
    title: str
    place: int
    lines: Lines | None


class StepDrift(Struct, frozen=True):
    """What changed in a step: `old` null for a new one, `new` null for one that is gone. The gravest changes stand first."""

    status: Literal["added", "removed", "changed"]
    old: StepState | None
    new: StepState | None
    changes: tuple[Change, ...]


class PageState(Struct, frozen=True):
    """A page on one side, with who made that revision, when, and why; `source` is the file that holds this very text, empty where
    none does (a feed or an export holds many)."""

    title: str
    wiki: str | None
    url: str | None
    revision: Revision
    source: str = ""


class PageDrift(Struct, frozen=True):
    """What changed in a page; `diff` is where the wiki shows it. `changes` are those that belong to no step."""

    status: Literal["added", "removed", "changed"]
    old: PageState | None
    new: PageState | None
    diff: str | None
    changes: tuple[Change, ...]
    steps: tuple[StepDrift, ...]

    @property
    def title(self) -> str:
        state = self.new or self.old
        return state.title if state else ""

    def all_changes(self) -> Iterator[Change]:
        """Those of the page, then those of its steps."""
        yield from self.changes
        for step in self.steps:
            yield from step.changes


class Drift(Struct, frozen=True, kw_only=True):
    """What changed between two states of some pages. `pages` are those that differ, `same` counts the others."""

    format: Literal[1] = 1
    pages: tuple[PageDrift, ...]
    same: int

    def severities(self) -> Iterator[Severity]:
        """How grave each change is."""
        return (change.severity for page in self.pages for change in page.all_changes())


def change(
    kind: str,
    *,
    at: tuple[Lines | None, Lines | None] = (None, None),
    old: tuple[str, ...] = (),
    new: tuple[str, ...] = (),
    note: str = "",
    severity: Severity | None = None,
) -> Change:
    """A change of a known kind, as grave as its kind unless told otherwise."""
    return Change(kind, severity or KINDS[kind].severity, at[0], at[1], old, new, note)


def with_sources(found: Drift, old: Mapping[tuple[str, str | None], str], new: Mapping[tuple[str, str | None], str]) -> Drift:
    """The drift with the files of its pages, by title and wiki, on either side."""

    def placed(state: PageState | None, files: Mapping[tuple[str, str | None], str]) -> PageState | None:
        return replace(state, source=files.get((state.title, state.wiki), "")) if state else None

    pages = tuple(replace(page, old=placed(page.old, old), new=placed(page.new, new)) for page in found.pages)
    return replace(found, pages=pages)


def from_json(data: str | bytes) -> Drift:
    """The inverse of `model.to_json` for a drift. Raises msgspec.ValidationError for another format or shape."""
    return msgspec.json.decode(data, type=Drift)
