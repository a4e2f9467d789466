"""The site as plain pages, for engines that can't run our plugin: Markdown whose blocks of HTML they pass untouched.

The pages, downloads and assets are those that the plugin gives MkDocs, so the cards are the same under every engine.
"""

from __future__ import annotations

from collections.abc import Set
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import Files, get_files

from runbook import plugin
from runbook.atomic import replacing_folder
from runbook.model import SourceError

MARK = "# Staged by `runbook stage`"
"""How the configuration begins in a directory that may be written again."""
_HEAD = f"""{MARK}: what stands here is overwritten when it is run again.
#
# The pages are complete, and no plugin of Runbook takes part any more. Don't add "runbook" to plugins here: Zensical and others ignore
# plugins that they don't know, without a word, and nothing would be read again. To change a page: change its source, stage again.
"""


class Staged(NamedTuple):
    """The directory's configuration file, how many pages there are, and what was odd."""

    start: Path
    pages: int
    warnings: tuple[plugin.Warned, ...]
    messages: tuple[str, ...]


def stage(config_path: str | Path, into: Path) -> Staged:
    """Writes the site that `config_path` describes into the directory `into` as mkdocs.yml and content/.

    Raises SourceError when a source can't be read, the configuration is wrong, or `into` holds anything that was not staged.
    """
    _refuse_others(into)
    with plugin.opened(config_path) as (config, ours, messages):
        config.plugins.on_startup(command="build", dirty=False)
        config = config.plugins.on_config(config)
        files = config.plugins.on_files(get_files(config), config=config)
        with replacing_folder(into) as folder:
            _write(folder, files, {f"{page.slug}.md" for page in ours.site.pages}, config)
        config.plugins.on_shutdown()
    return Staged(into / "mkdocs.yml", len(ours.site.pages), ours.warnings, tuple(messages))


def _refuse_others(into: Path) -> None:
    known = into / "mkdocs.yml"
    if not into.exists() or (known.is_file() and known.read_text("utf-8", "replace").startswith(MARK)):
        return
    if not into.is_dir() or any(into.iterdir()):
        raise SourceError(str(into), "is not empty and was not staged; name a new directory")


def _write(folder: Path, files: Files, pages: Set[str], config: MkDocsConfig) -> None:
    for file in files:
        path = folder / "content" / (_beside(file.src_uri) if file.src_uri in pages else file.src_uri)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(file.content_bytes)
    said = yaml.safe_dump(settings(config, pages), sort_keys=False, allow_unicode=True)
    (folder / "mkdocs.yml").write_text(_HEAD + said, "utf-8")


def _beside(name: str) -> str:
    """Where a page of ours stands: its links are the same from its source and from its HTML, whether or not an engine rewrites them."""
    return name if name == "index.md" else f"{name.removesuffix('.md')}/index.md"


def settings(config: MkDocsConfig, pages: Set[str]) -> dict[str, Any]:
    """What an engine must know to show the pages: all that both MkDocs and Zensical read."""
    said = {"site_name": config.site_name, "site_url": config.site_url, "site_description": config.site_description}
    return {key: str(value) for key, value in said.items() if value} | {
        "docs_dir": "content",
        "site_dir": "site",
        "use_directory_urls": True,
        "theme": {"name": "material", "font": False, "features": ["navigation.prune", "navigation.footer"]},
        "nav": _plain(config.nav, pages),
        "plugins": ["search"],
        "markdown_extensions": ["attr_list"],
        "extra_css": [str(path) for path in config.extra_css],
        "extra_javascript": [str(path) for path in config.extra_javascript],
    }


def _plain(nav: Any, pages: Set[str]) -> Any:
    """A navigation as plain text, without MarkupSafe's kind of it, and with our pages where they stand."""
    if isinstance(nav, dict):
        return {str(title): _plain(value, pages) for title, value in nav.items()}
    if isinstance(nav, list):
        return [_plain(item, pages) for item in nav]
    return _beside(str(nav)) if nav in pages else str(nav)
