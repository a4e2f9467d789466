"""What a project says for all its pages: runbook.toml, and overrides.toml and runbook.lock beside the pages."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from runbook import lock, names, settings, sources
from runbook.extract import Project
from runbook.extract.overrides import Overrides, parse
from runbook.model import Page, SourceError

OVERRIDES = "overrides.toml"


def load(folder: Path, content: Path | None = None, pages: Iterable[Page] = (), *, locked: lock.Lock | None = None) -> Project:
    """The project in `folder` (runbook.toml), whose pages are in `content` (overrides.toml, runbook.lock; a file or a directory);
    templates defined among `pages`, in `content` or beside it are known by name. `locked` is used in place of the lock there.

    Raises SourceError with the place for what can't be read."""
    said = settings.read(folder)
    return Project(
        harmless=said.effects.harmless,
        meanings=said.templates,
        words=said.words.by_role(),
        definitions=(sources.templates(content) if content is not None else {}) | definitions_of(pages),
        overrides=_overrides(content) if content is not None else Overrides(),
        identify=_identify(locked, content),
        revisions=said.history.revisions,
    )


def overrides_path(content: Path) -> Path:
    """Where the overrides of pages in a directory, or in one file, stand."""
    return beside(content) / OVERRIDES


def beside(content: Path) -> Path:
    """The folder in which what is said of pages stands."""
    return content if content.is_dir() else content.parent


def _identify(locked: lock.Lock | None, content: Path | None) -> lock.Ids | None:
    if locked is None and content is not None:
        path = beside(content) / lock.FILE
        locked = lock.read(path) if path.exists() else None
    return lock.Ids.of(locked) if locked is not None else None


def _overrides(content: Path) -> Overrides:
    path = overrides_path(content)
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return Overrides()
    except (UnicodeDecodeError, OSError) as error:
        raise SourceError(str(path), f"can't be read: {error}") from error
    return parse(text, str(path))


def definitions_of(pages: Iterable[Page]) -> dict[str, str]:
    """The wikitext of the templates among some pages, by name without namespace."""
    return {page.title.partition(":")[2]: page.text for page in pages if names.of_title(page.title) == "template"}
