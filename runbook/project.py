"""What a project says for all its pages: runbook.toml, and overrides.toml beside the pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path

from runbook import settings, sources
from runbook.extract import Project
from runbook.extract.overrides import Overrides, parse
from runbook.model import Page, SourceError
from runbook.sources import pulled

OVERRIDES = "overrides.toml"
_TEMPLATE = "Template:"


def load(folder: Path, content: Path | None = None, pages: Iterable[Page] = ()) -> Project:
    """The project in `folder` (runbook.toml), whose pages are in `content` (overrides.toml; a file or a directory); templates defined
    among `pages` or pulled into `content` are known by name. Raises SourceError with the place for what can't be read."""
    said = settings.read(folder)
    return Project(
        harmless=said.effects.harmless,
        meanings=said.templates,
        words=said.words.by_role(),
        definitions={**_pulled(content), **definitions_of(pages)},
        overrides=_overrides(content) if content is not None else Overrides(),
    )


def _pulled(content: Path | None) -> Mapping[str, str]:
    """The wikitext of the templates that were pulled into a directory, or beside a file."""
    if content is None:
        return {}
    folder = content if content.is_dir() else content.parent
    return sources.templates(folder) if content.is_dir() or pulled.entry_of(content) else {}


def _overrides(content: Path) -> Overrides:
    path = (content if content.is_dir() else content.parent) / OVERRIDES
    try:
        text = path.read_text("utf-8")
    except FileNotFoundError:
        return Overrides()
    except (UnicodeDecodeError, OSError) as error:
        raise SourceError(str(path), f"can't be read: {error}") from error
    return parse(text, str(path))


def definitions_of(pages: Iterable[Page]) -> Mapping[str, str]:
    """The wikitext of the templates among some pages, by name without "Template:"."""
    return {page.title[len(_TEMPLATE) :]: page.text for page in pages if page.title.startswith(_TEMPLATE)}
