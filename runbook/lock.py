"""runbook.lock: what was last taken over of each page, committed beside the pages; docs/reference/lock.md describes it.

JSON lines: one for each page, followed by one for each of its steps and parameters. So a diff of two states is a line for each step
that changed, two branches merge where they changed different steps, and 10,000 pages are read in a second, which TOML is not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from runbook.atomic import replacing
from runbook.drift import ids
from runbook.drift.digests import ParameterDigest, StepDigest, parameter_digests, step_digests
from runbook.model import Page, Runbook, SourceError, text_sha1

FILE = "runbook.lock"
FORMAT = 1
_CONFLICT = (b"<<<<<<<", b"=======", b">>>>>>>", b"|||||||")


class LockedRevision(Struct, frozen=True, omit_defaults=True):
    """The revision that was taken over, as far as its source told it."""

    id: int | None = None
    timestamp: str | None = None
    user: str | None = None


class LockedPage(Struct, frozen=True, omit_defaults=True):
    """A page as it was taken over. `source` is its file relative to the lock's folder, `sha1` that of its text, `script` the SHA-256 of
    its verification script, hexadecimal, null where nothing is to be done on the page; `templates` a digest of the templates that it uses
    and that are known, "" for none."""

    title: str
    sha1: str
    source: str = ""
    wiki: str | None = None
    url: str | None = None
    revision: LockedRevision = LockedRevision()
    script: str | None = None
    steps: tuple[StepDigest, ...] = ()
    parameters: tuple[ParameterDigest, ...] = ()
    templates: str = ""

    @property
    def key(self) -> tuple[str, str, str]:
        """What the lock is sorted by; no two pages have the same."""
        return self.title, self.wiki or "", self.source


class Lock(Struct, frozen=True):
    """Pages in the order of their keys."""

    pages: tuple[LockedPage, ...] = ()

    def scripts(self) -> Mapping[str, LockedPage]:
        """The pages by the digests of their verification scripts."""
        return {page.script: page for page in self.pages if page.script}


class Ids(Struct, frozen=True):
    """Gives the steps of a page the ids that the lock knows them by; `titles` are the locked pages by title."""

    titles: dict[str, tuple[LockedPage, ...]]

    @classmethod
    def of(cls, lock: Lock) -> Ids:
        titles: dict[str, list[LockedPage]] = {}
        for page in lock.pages:
            titles.setdefault(page.title, []).append(page)
        return cls({title: tuple(pages) for title, pages in titles.items()})

    def __call__(self, runbook: Runbook) -> Runbook:
        page = self.page(runbook.page.title, runbook.page.wiki)
        return ids.kept(runbook, page.steps) if page else runbook

    def basis(self, page: Page) -> tuple[StepDigest, ...]:
        known = self.page(page.title, page.wiki)
        return known.steps if known else ()

    def page(self, title: str, wiki: str | None) -> LockedPage | None:
        """The page with that title: of that wiki where several have one; where either names no wiki, any fits."""
        there = self.titles.get(title, ())
        return next((page for page in there if page.wiki == wiki), None) or next(
            (page for page in there if None in (wiki, page.wiki)), None
        )


def of(pages: Iterable[tuple[Page, Runbook]], folder: Path) -> Lock:
    """The lock of some pages with their runbooks, for a lock file in `folder`. Raises SourceError where two of them are the same one."""
    return joined((locked(page, runbook, folder) for page, runbook in pages), folder)


def joined(pages: Iterable[LockedPage], folder: Path) -> Lock:
    """The lock of locked pages. Raises as `of` does."""
    found = sorted(pages, key=lambda page: page.key)
    for one, other in pairwise(found):
        if one.key == other.key:
            raise SourceError(one.source or str(folder), f"has the page {one.title!r} twice; one of them must go")
    return Lock(tuple(found))


def locked(page: Page, runbook: Runbook, folder: Path, run: Runbook | None = None, templates: str = "") -> LockedPage:
    """What the lock keeps of a page: of what its text says, and of the script for the runbook that is `run`, where that is another."""
    revision = page.revision
    return LockedPage(
        title=page.title,
        sha1=text_sha1(page.text),
        source=_relative(page.source, folder),
        wiki=page.wiki,
        url=page.url,
        revision=LockedRevision(revision.id, revision.timestamp, revision.user),
        script=_script(run or runbook),
        steps=step_digests(runbook),
        parameters=parameter_digests(runbook.parameters),
        templates=templates,
    )


def _script(runbook: Runbook) -> str | None:
    from runbook.render import script  # noqa: PLC0415  # whoever reads a lock makes no scripts
    from runbook.render.script_lines import places  # noqa: PLC0415

    if next(places(runbook), None) is None:
        return None
    try:
        return sha256(script.render(runbook).encode("utf-8", "surrogatepass")).hexdigest()
    except script.ScriptError:
        return None  # no script is written either


def _relative(source: str, folder: Path) -> str:
    """A path below the lock's folder as it is the same on every machine; what lies elsewhere by its name alone."""
    path, root = Path(source).resolve(), folder.resolve()
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else Path(source).name


# --- the file ---------------------------------------------------------------------------------------------------------


class _Head(Struct, forbid_unknown_fields=True):
    lock: int


class _PageLine(Struct, omit_defaults=True, forbid_unknown_fields=True):
    page: str
    sha1: str
    source: str = ""
    wiki: str | None = None
    url: str | None = None
    revision: LockedRevision = LockedRevision()
    script: str | None = None
    templates: str = ""


class _StepLine(Struct, forbid_unknown_fields=True):
    step: StepDigest


class _ParameterLine(Struct, forbid_unknown_fields=True):
    parameter: ParameterDigest


_decoders: dict[bytes, msgspec.json.Decoder[Any]] = {
    b'{"page"': msgspec.json.Decoder(_PageLine),
    b'{"step"': msgspec.json.Decoder(_StepLine),
    b'{"parameter"': msgspec.json.Decoder(_ParameterLine),
}
_encode = msgspec.json.Encoder().encode


def read(path: Path) -> Lock:
    """A lock. Raises SourceError, with the line, for what is none, was written by a newer version, or was merged by half."""
    try:
        return decode(path.read_bytes(), str(path))
    except FileNotFoundError:
        raise SourceError(
            str(path),
            "no such lock: `runbook update` writes it; or name another one (--lock), or a source to compare with (--against)",
        ) from None
    except OSError as error:
        raise SourceError(str(path), error.strerror or str(error)) from None


def decode(data: bytes, name: str) -> Lock:
    """As `read`, of the file's bytes."""
    lines = data.split(b"\n")
    for number, line in enumerate(lines, 1):
        if line.startswith(_CONFLICT):
            what = "a merge left a conflict here: take one of the sides whole"
            raise SourceError(f"{name}:{number}", what)
    _check_head(lines[0], f"{name}:1")
    pages: list[LockedPage] = []
    open_page: _PageLine | None = None
    steps: list[StepDigest] = []
    parameters: list[ParameterDigest] = []

    def close() -> None:
        if open_page is not None:
            fields = msgspec.structs.asdict(open_page)
            title = fields.pop("page")
            pages.append(LockedPage(title, **fields, steps=tuple(steps), parameters=tuple(parameters)))
            steps.clear()
            parameters.clear()

    for number, line in enumerate(lines[1:], 2):
        if not line.strip():
            continue
        row = _decoded(line, f"{name}:{number}")
        if isinstance(row, _PageLine):
            close()
            open_page = row
        elif open_page is None:
            raise SourceError(f"{name}:{number}", "a step or parameter before the first page; take the file as it was committed")
        elif isinstance(row, _StepLine):
            steps.append(row.step)
        else:
            parameters.append(row.parameter)
    close()
    return _checked(pages, name)


def _check_head(line: bytes, where: str) -> None:
    try:
        head = msgspec.json.decode(line, type=_Head)
    except msgspec.DecodeError:
        raise SourceError(where, 'is no runbook.lock: its first line should be {"lock":1}') from None
    if head.lock > FORMAT:
        raise SourceError(where, f"written by a newer Runbook (format {head.lock}, known is {FORMAT}); update Runbook to read it")
    if head.lock < FORMAT:
        raise SourceError(where, f"there is no format {head.lock}")


def _decoded(line: bytes, where: str) -> Any:
    decoder = next((decoder for start, decoder in _decoders.items() if line.startswith(start)), None)
    if decoder is None:
        raise SourceError(where, "neither a page, a step nor a parameter; take the file as it was committed")
    try:
        return decoder.decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise SourceError(where, f"can't be read: {error}; take the file as it was committed") from None


def _checked(pages: list[LockedPage], name: str) -> Lock:
    seen: set[tuple[str, str, str]] = set()
    for page in pages:
        if page.key in seen:
            raise SourceError(name, f"has the page {page.title!r} twice: a merge took both sides; drop one")
        seen.add(page.key)
    return Lock(tuple(sorted(pages, key=lambda page: page.key)))


def encode(lock: Lock) -> bytes:
    """The file's bytes, the same for the same lock."""
    return b"".join(line + b"\n" for line in _lines(lock))


def _lines(lock: Lock) -> Iterator[bytes]:
    yield _encode(_Head(FORMAT))
    for page in sorted(lock.pages, key=lambda page: page.key):
        yield _encode(
            _PageLine(page.title, page.sha1, page.source, page.wiki, page.url, page.revision, page.script, page.templates)
        )
        yield from (_encode(_ParameterLine(each)) for each in page.parameters)
        yield from (_encode(_StepLine(each)) for each in page.steps)


def write(path: Path, lock: Lock) -> None:
    """Puts a lock in a file's place: after a kill at any moment there is all of the old or all of the new."""
    with replacing(path) as stream:
        stream.write(encode(lock))
