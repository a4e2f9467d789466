"""The pages of a site made of a wiki's pages: from the cache what stands there as it would be made now, the others anew, side by side
on all processors.

What a page consists of never stays in memory: it is made, or read, and laid on a shelf, from where it is taken when it is written.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from runbook import history, trust
from runbook.extract import Project, spread, workers
from runbook.model import Page, Runbook
from runbook.render import script, site, site_cache


class Job(NamedTuple):
    """A page to be made, and what it is called."""

    read: history.Job
    slug: str

    @property
    def size(self) -> int:
        """Characters to be read."""
        return self.read.size


class Making(Struct, frozen=True):
    """How the pages of a site are made: the project, where titles lead, the project's own templates, whether findings are wanted. Called
    with jobs, it gives their entries."""

    known: Project
    here: Mapping[tuple[str | None, str], str]
    own: Path | None = None
    judged: bool = False

    def __call__(self, jobs: Sequence[Job]) -> list[bytes]:
        found = history.read([job.read for job in jobs], self.known)
        texts = iter(scripts([read.runbook for read in found if read.runbook.steps]))
        return [
            self._entry(read, job, next(texts) if read.runbook.steps else None) for read, job in zip(found, jobs, strict=True)
        ]

    def _entry(self, read: history.Read, job: Job, text: str | script.ScriptError | None) -> bytes:
        told = trust.review(read.plain, read.before, judged=self.judged)
        links, past = site.resolver(job.read.page, self.here, "../"), trust.past(read.runbook)
        return site_cache.entry(*site.leaf(read.runbook, job.slug, links, text, templates=self.own, review=told, past=past))


def scripts(runbooks: Sequence[Runbook]) -> list[str | script.ScriptError]:
    """The scripts of runbooks, or why one may not be written."""
    return script.render_many(runbooks)


def make(sources: Sequence[Page], names: site.Names, making: Making, store: Path | None) -> list[site.Made]:
    """The pages of the site, in order. `store` is the cache, None where there is none. Raises OSError when there is no room for them."""
    shelf = site_cache.Shelf()
    keys = _Keys(making) if store else None
    if keys and not keys.hold():
        store = None  # this process doesn't run the code that stands on the disk
    found, missing = _kept(sources, names, keys, store, shelf)
    jobs = (Job(history.job(sources[at], making.known), names.slugs[at]) for at in missing)
    made: Iterator[list[bytes]] = spread(jobs, making, workers(), size=lambda job: job.size)
    places = iter(missing.items())
    for batch in made:
        keep = store if keys and keys.hold() else None
        for entry, (at, key) in zip(batch, places, strict=False):
            site_cache.write(keep, key, entry)
            found[at] = _made(entry, shelf)
    if missing:
        site_cache.forget(store)
    return [each for each in found if each]


class _Keys:
    """What each page is kept under: of the ids that are known, only its own matter."""

    def __init__(self, making: Making) -> None:
        self._known = making.known
        self._keys = site_cache.Keys(replace(making.known, identify=None), making.judged, own=making.own)
        self.hold = self._keys.hold

    def __call__(self, page: Page) -> str:
        basis = self._known.identify.basis(page) if self._known.identify else None
        return self._keys(*history.job(page, self._known), basis)


def _kept(
    sources: Sequence[Page], names: site.Names, keys: _Keys | None, store: Path | None, shelf: site_cache.Shelf
) -> tuple[list[site.Made | None], dict[int, str]]:
    """What the cache has of the pages; and the places of the others, each with the key that it is to be kept under."""
    found: list[site.Made | None] = []
    missing: dict[int, str] = {}
    for at, page in enumerate(sources):
        key = keys(page) if keys else ""
        entry = site_cache.read(store, key)
        made = _made(entry, shelf) if entry else None
        links = site.resolver(page, names.here, "../")
        sound = made is not None and site.still_true(made.leaf, names.slugs[at], links)
        found.append(made if sound else None)
        if not sound:
            missing[at] = key
    return found, missing


def _made(entry: bytes, shelf: site_cache.Shelf) -> site.Made | None:
    leaf = site_cache.leaf_of(entry)
    return site.Made(leaf, shelf.put(entry)) if leaf else None
