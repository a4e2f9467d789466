"""What a project says for all its pages: runbook.toml, and overrides.toml and runbook.lock beside the pages."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from runbook import lock, names, settings, sources
from runbook.drift.digests import digest
from runbook.extract import Project
from runbook.extract.overrides import Overrides, parse
from runbook.markup.wikitext.templates import key
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


_CALL = re.compile(r"\{\{([^{}|<>\[\]]{1,255})(?=[|}])")


class Used:
    """Gives a digest of the templates that a text uses, with those that they use, of some definitions by name; "" for none of them."""

    def __init__(self, definitions: Mapping[str, str]) -> None:
        self._texts = {key(name): text for name, text in definitions.items()}
        self._called: dict[str, tuple[str, ...]] = {}

    def __call__(self, text: str) -> str:
        found: dict[str, None] = {}
        waiting = list(self._names(text))
        while waiting:
            name = waiting.pop()
            if name not in found:
                found[name] = None
                if name not in self._called:
                    self._called[name] = tuple(self._names(self._texts[name]))
                waiting += self._called[name]
        return digest(*(part for name in sorted(found) for part in (name, self._texts[name]))) if found else ""

    def _names(self, text: str) -> Iterator[str]:
        if self._texts:
            yield from (name for name in map(key, dict.fromkeys(_CALL.findall(text))) if name in self._texts)


def definitions_of(pages: Iterable[Page]) -> dict[str, str]:
    """The wikitext of the templates among some pages, by name without namespace."""
    return {page.title.partition(":")[2]: page.text for page in pages if names.of_title(page.title) == "template"}
