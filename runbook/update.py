"""Taking pages over: content/ becomes what a source says, and runbook.lock says what that is; docs/reference/lock.md describes it.

Everything is written beside its place first. Then folders and files are put in place, each in one step, and the lock last: whatever is
killed, the pages are whole, and the next update finds the same end.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Literal

from msgspec import Struct, structs

from runbook import atomic, history, lock, project
from runbook.drift import Drift
from runbook.extract import Project, extract_many
from runbook.extract.overrides import pageless
from runbook.lock import Lock, LockedPage
from runbook.model import Diagnostic, Page, Runbook, SourceError
from runbook.since import News, compare_with_lock
from runbook.sources import pulled
from runbook.takeover import Plan, Wrote

Tell = Callable[[Page, Runbook], object]
_ORPHANS = frozenset({"override-without-step", "override-without-command"})
_STAGE = ".update-"


class Outcome(Struct, frozen=True):
    """What an update did, or would do: the drift that it took over (null where there was no lock), the files that it wrote, whether it
    wrote the lock, of how many pages, what `notes` tell (a page older than the one that is here, overrides that fit nothing)."""

    drift: Drift | None
    wrote: tuple[Wrote, ...]
    lock: Literal["new", "changed", "same"]
    pages: int
    notes: tuple[Diagnostic, ...] = ()

    @property
    def changes(self) -> bool:
        return bool(self.wrote) or self.lock != "same"


def update(
    content: Path, plan: Callable[[], Plan], *, processes: int = 1, dry: bool = False, tell: Tell = lambda *_: None
) -> Outcome:
    """Makes `content` what `plan` (worked out when nobody else writes there) says, and its lock what it is then; `dry`: only tells what
    would be done. `tell` gets each page with its runbook. Raises SourceError; then nothing has changed, or the next update ends it.
    """
    path = content / lock.FILE
    if dry:
        return _told(content, plan(), _known(path), processes, tell)[0]
    with _there(content), pulled.alone(content):
        _sweep(content)
        wanted = plan()
        outcome, new = _told(content, wanted, _known(path), processes, tell)
        if outcome.changes:
            _write(content, wanted, new, path)
        return outcome


@contextmanager
def _there(folder: Path) -> Iterator[None]:
    """Makes a folder; what was made for nothing goes again."""
    made = [path for path in (folder, *folder.parents) if not path.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield
    except BaseException:
        with suppress(OSError):  # something is in it
            for path in made:
                path.rmdir()
        raise


def _known(path: Path) -> Lock | None:
    return lock.read(path) if path.exists() else None


def _sweep(content: Path) -> None:
    """Removes what an update that was killed left behind."""
    for left in content.glob(f"{_STAGE}*"):
        shutil.rmtree(left)
    for left in content.glob(f".{lock.FILE}.*"):
        left.unlink()


# --- what it comes to -------------------------------------------------------------------------------------------------


def _told(content: Path, plan: Plan, known: Lock | None, processes: int, tell: Tell) -> tuple[Outcome, Lock]:
    """What an update comes to, and the new lock; only pages that changed are held with their runbooks."""
    ids = _renamed(known, plan.moved) if known else None
    rules = _project(content, plan, ids)
    used = project.Used(rules.definitions)
    before = lock.Ids.of(known) if known else None
    locked: list[LockedPage] = []
    differing: list[tuple[Page, Runbook]] = []
    orphans: list[Diagnostic] = []
    met = set()
    for page, read in zip(plan.pages, history.extract_many(plan.pages, rules, processes), strict=True):
        runbook = read.plain
        tell(page, runbook)
        orphans += [each for each in runbook.diagnostics if each.code in _ORPHANS]
        locked.append(lock.locked(page, runbook, content, read.runbook, used(page.text)))
        old = before.page(plan.moved.get(page.title, page.title), page.wiki) if before else None
        if old is not None:
            met.add(old.key)
        if before and (old is None or _is_other(old, locked[-1])):
            differing.append((page, runbook))
    new = lock.joined(locked, content)
    drift = _drift(content, known, plan, rules, differing, met) if known else None
    state: Literal["new", "changed", "same"] = "new" if known is None else "same" if _same(content, new) else "changed"
    notes = (*plan.notes, *orphans, *pageless(rules.overrides, {page.title for page in plan.pages}))
    return Outcome(drift, plan.wrote, state, len(locked), notes), new


def _is_other(old: LockedPage, new: LockedPage) -> bool:
    return (old.sha1, old.title, old.templates) != (new.sha1, new.title, new.templates)


def _same(content: Path, new: Lock) -> bool:
    return (content / lock.FILE).read_bytes() == lock.encode(new)


def _project(content: Path, plan: Plan, known: Lock | None) -> Project:
    there = content if content.is_dir() else None
    return project.load(Path(), there, plan.templates, locked=known)


def _renamed(known: Lock, moved: Mapping[str, str]) -> Lock:
    """The lock with the titles that its pages have now."""
    now = {before: title for title, before in moved.items()}
    return Lock(tuple(structs.replace(page, title=now.get(page.title, page.title)) for page in known.pages))


def _extracted(pages: Iterable[Page], rules: Project) -> Iterator[tuple[Page, Runbook]]:
    held = list(pages)
    return zip(held, extract_many(held, rules), strict=True)


def _drift(
    content: Path,
    known: Lock,
    plan: Plan,
    rules: Project,
    differing: Sequence[tuple[Page, Runbook]],
    met: set[tuple[str, str, str]],
) -> Drift:
    gone = {page.key for page in known.pages} - met
    found = compare_with_lock(
        known,
        content,
        differing,
        lambda copies: _extracted(copies, rules),
        whole=lambda page: page.key in gone,
        news=News(moved=plan.moved),
        templates=project.Used(rules.definitions),
    )
    return structs.replace(found, same=len(plan.pages) - sum(each.new is not None for each in found.pages))


# --- writing ----------------------------------------------------------------------------------------------------------


def _write(content: Path, plan: Plan, new: Lock, path: Path) -> None:
    try:
        with ExitStack() as stack:
            # What is entered first is put in place last.
            stack.enter_context(atomic.replacing(path)).write(lock.encode(new))
            moves = _staged_files(content, plan, stack)
            folders = [(_staged_folder(content / name, state, plan, stack), content / name) for name, state in plan.folders]
            for staged, folder in folders:
                pulled.put(staged, folder)
            for staged, file in moves:
                staged.replace(file)
            for file in plan.removed:
                file.unlink()
    except OSError as error:
        raise SourceError(str(error.filename or content), error.strerror or str(error)) from None


def _staged_files(content: Path, plan: Plan, stack: ExitStack) -> list[tuple[Path, Path]]:
    """The new texts of files that stand in no index, with their places."""
    if not plan.files:
        return []
    stage = Path(tempfile.mkdtemp(prefix=_STAGE, dir=content))
    stack.callback(shutil.rmtree, stage, ignore_errors=True)
    moves = []
    for number, (file, data) in enumerate(plan.files.items()):
        staged = stage / str(number)
        with atomic.naming(file):
            staged.write_bytes(data)
            staged.chmod(file.stat().st_mode & 0o777)
        moves.append((staged, file))
    return moves


def _staged_folder(folder: Path, state: pulled.State, plan: Plan, stack: ExitStack) -> Path:
    """A whole new folder of pages beside the old one."""
    new = stack.enter_context(pulled.staging(folder))
    for page in state.pages:
        data = plan.texts.get(folder / page.file)
        with atomic.naming(folder / page.file):
            if data is None:
                pulled.keep(folder / page.file, new / page.file)
            else:
                (new / page.file).write_bytes(data)
    pulled.complete(new, folder, state)
    return new
