"""The MkDocs plugin `runbook`: the sources in docs_dir become pages of the site, in memory.

Everything is read, extracted and rendered in `on_config`, before MkDocs empties site_dir: whatever fails there leaves the last
good site as it was. The pages bypass Markdown, which would change them (Python-Markdown ends a numbered list at a fence and
makes a heading of a root prompt); only when another plugin has changed a page's Markdown does Python-Markdown read it.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Literal, NamedTuple

from markupsafe import Markup, escape
from mkdocs.commands import build as mkdocs_build
from mkdocs.config import base, load_config
from mkdocs.config import config_options as option
from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import Abort, ConfigurationError, PluginError
from mkdocs.livereload import LiveReloadServer
from mkdocs.plugins import BasePlugin, get_plugin_logger
from mkdocs.structure.files import File, Files, InclusionLevel
from mkdocs.structure.pages import Page as MkDocsPage
from mkdocs.structure.toc import AnchorLink, TableOfContents

from runbook import lock, making, navigation, project, trust
from runbook.atomic import replacing_folder
from runbook.model import Diagnostic, Page, SourceError
from runbook.render import site, site_assets, site_cache
from runbook.render.site_nodes import TEMPLATES, Heading
from runbook.sources import is_source, read_directory

log = get_plugin_logger("runbook")

_OUR_FILES = {".toml", ".lock"}
"""Suffixes of files in docs_dir that are ours: corrections of single pages, and what is known of them."""

_FAULTS = (
    ('id="__drawer" autocomplete="off">', 'id="__drawer">'),
    ('id="__search" autocomplete="off">', 'id="__search">'),
    ('data-md-component="search" role="dialog">', 'data-md-component="search" role="dialog" aria-label="Search">'),
    ('<nav class="md-path" aria-label="Navigation"', '<nav class="md-path" aria-label="Breadcrumbs"'),
)
"""Faults in Material's HTML which no template block lets us mend, and what is right. Where the theme has mended them itself,
nothing is found and nothing changes."""


class Options(base.Config):  # type: ignore[no-untyped-call]
    """The plugin's options in mkdocs.yml."""

    publish_sources = option.Type(bool, default=False)
    templates = option.Optional(option.Dir(exists=True))
    cache = option.Type(bool, default=True)
    reports = option.Type(list, default=[])
    stale_after = option.Type(int, default=90)
    lint = option.Type(bool, default=False)
    licence = option.Type(str, default="")
    index_title = option.Type(str, default="All runbooks")


class Warned(NamedTuple):
    """A diagnostic and the page it is about."""

    page: str
    diagnostic: Diagnostic


class Built(NamedTuple):
    """Where to look after a build, how many pages there are, and what was odd."""

    start: Path
    pages: int
    warnings: tuple[Warned, ...]
    messages: tuple[str, ...]
    """What MkDocs and other plugins warned of."""


class RunbookPlugin(BasePlugin[Options]):  # type: ignore[no-untyped-call]
    """Sources in, pages out. `site` and `warnings` are those of the last build."""

    def __init__(self) -> None:
        self.site = site.Site((), {})
        self.warnings: tuple[Warned, ...] = ()

    def on_config(self, config: MkDocsConfig) -> MkDocsConfig:
        """Reads, extracts and renders all; raises PluginError with the source's place when something can't be read."""
        warnings: list[Warned] = []
        site.reread()
        try:
            sources = _newest(read_pages(Path(config.docs_dir), warnings), warnings)
            known = project.load(Path(config.config_file_path or "").parent, Path(config.docs_dir), sources)
            own = Path(self.config.templates) if self.config.templates else None
            store = site_cache.folder() if self.config.cache else None
            pages, moved = site.without_redirects(sources)
            names = site.names(pages, moved)
            made = making.make(pages, names, making.Making(known, names.here, own, self.config.lint), store)
            warnings += (Warned(leaf.title, Diagnostic("no-script", "warning", leaf.refused)) for leaf, _ in made if leaf.refused)
            trusts = trust.assess(made, self._measures(config))
            self.site = site.assemble(made, self.config.index_title, own, trusts, names.moved)
        except SourceError as error:
            raise PluginError(str(error)) from error
        self.warnings = tuple(warnings)
        for warned in self.warnings:
            log.warning("%s: %s", warned.page, warned.diagnostic.message)
        config.theme.dirs.insert(1 if config.theme.custom_dir else 0, str(TEMPLATES / "overrides"))
        _dress(config)
        config.extra_css.insert(0, site_assets.address("runbook.css"))
        config.extra_javascript.insert(0, site_assets.address("runbook.js"))
        if config.nav is None:
            config.nav = navigation.tree(self.site)
        return config

    def _measures(self, config: MkDocsConfig) -> trust.Measures:
        folder, content = Path(config.config_file_path or "").parent, Path(config.docs_dir)
        reports = trust.read_reports(self.config.reports, folder)
        locked = lock.read(content / lock.FILE) if (content / lock.FILE).exists() else None
        now = datetime.fromtimestamp(int(os.environ.get("SOURCE_DATE_EPOCH") or time.time()), UTC)
        return trust.Measures(tuple(reports), now, self.config.stale_after, {None: self.config.licence}, locked)

    def on_files(self, files: Files, config: MkDocsConfig) -> Files:
        """Takes the sources out, unless they are to be published, and puts the generated pages and downloads in."""
        for file in list(files):
            if is_source(Path(file.src_uri)) or Path(file.src_uri).suffix.lower() in _OUR_FILES:
                files.remove(file)
                if self.config.publish_sources and file.abs_src_path:
                    files.append(File.generated(config, f"sources/{file.src_uri}.txt", abs_src_path=file.abs_src_path))
        for page in self.site.pages:
            file = LateFile.made(config, f"{page.slug}.md", partial(_markdown, page), InclusionLevel.INCLUDED)
            _put(files, file)
            SitePage(page, file, config)
        for path, download in self.site.downloads.items():
            _put(files, LateFile.made(config, path, download, InclusionLevel.UNDEFINED))
        for name in site_assets.ASSETS:
            _put(files, File.generated(config, site_assets.address(name), content=site_assets.content(name)))
        return files

    def on_env(self, env: Any, **_: Any) -> Any:
        """MkDocs' templates do not escape: what `striptags` gives back is text again, and must be escaped like any other."""
        env.globals["runbook_assets"] = {name: site_assets.address(name) for name in site_assets.ASSETS}
        env.globals["runbook_nav"] = navigation.Remembered()
        env.filters["striptags"] = lambda value: escape(Markup(value).striptags())  # noqa: S704 - stripped at once
        return env

    def on_post_page(self, output: str, page: MkDocsPage | None = None, **_: Any) -> str:
        """Mends what checkers find in the theme's own HTML."""
        if isinstance(page, SitePage):
            page.forget()
        for fault, mended in _FAULTS:
            output = output.replace(fault, mended)
        return output

    def on_post_template(self, output_content: str, **_: Any) -> str:
        """The same for the page that says that there is none."""
        return self.on_post_page(output_content)

    def on_serve(self, server: LiveReloadServer, config: MkDocsConfig, **_: Any) -> None:
        """`mkdocs serve` also looks at templates, at reports and at runbook.toml."""
        root, built = Path(config.config_file_path or "").parent.absolute(), Path(config.site_dir).absolute()
        own = [Path(self.config.templates)] if self.config.templates else []
        for path in (TEMPLATES, *own, root / "runbook.toml", *trust.places(self.config.reports, root)):
            if path.exists() and not built.is_relative_to(path):  # else each build would lead to the next
                server.watch(str(path))


class LateFile(File):
    """A generated file whose content is made whenever it is asked for; what another plugin puts in its place is kept as it is."""

    _late: Callable[[], bytes] | None = None
    _other: str | bytes | None = None

    @classmethod
    def made(cls, config: MkDocsConfig, path: str, content: Callable[[], bytes], inclusion: InclusionLevel) -> LateFile:
        """The file of that path whose content is what `content` gives."""
        file = cls.generated(config, path, content=b"", inclusion=inclusion)
        assert isinstance(file, cls)
        file._late = content
        return file

    @property
    def _content(self) -> str | bytes | None:
        return self._late() if self._late else self._other

    @_content.setter
    def _content(self, value: str | bytes | None) -> None:
        self._late, self._other = None, value


def _markdown(page: site.SitePage) -> bytes:
    return page.markdown.encode("utf-8", "replace")


class SitePage(MkDocsPage):
    """A page whose content is known: HTML and contents as rendered, a title that is escaped as MkDocs' templates want it."""

    def __init__(self, page: site.SitePage, file: File, config: MkDocsConfig) -> None:
        self.rendered = page
        self._read = False
        self._shown: str | None = None
        self._other: str | None = None
        super().__init__(escape(page.plain), file, config)

    @property
    def content(self) -> str | None:
        """The page's HTML: as we made it, and then made whenever it is asked for, or what a plugin or theme has put in its place."""
        if self._other is not None:
            return self._other
        if self._shown is None:
            self._shown = str(self.rendered.html)
        return self._shown

    @content.setter
    def content(self, value: str | None) -> None:
        self._other = None if value is self._shown else value
        self._shown = self._shown or None

    def forget(self) -> None:
        """Lets go of what is made again whenever it is asked for."""
        self._shown = None

    def read_source(self, config: MkDocsConfig) -> None:
        """Reads the page's Markdown, which is made only when a plugin or hook asks for it."""
        self._read = any(config.plugins.events[event] for event in _READERS)
        if self._read:
            super().read_source(config)
        else:
            self.markdown = ""

    def render(self, config: MkDocsConfig, files: Files) -> None:
        """The page as it was rendered; by way of Markdown only when a plugin changed that."""
        if self._read and self.markdown != self.rendered.markdown:
            super().render(config, files)
            return
        self.markdown = ""  # it has been shown to the plugins, and a thousand of them would fill the memory
        if not config.plugins.events["page_content"]:
            self._shown = ""  # nobody looks at it before it is written
        self.index(config)
        self.toc = contents(self.rendered.headings)
        self.present_anchor_ids = {heading.id for heading in self.rendered.headings}
        self.meta["description"] = str(escape(site.summary(self.rendered)))
        if self.rendered.listed and len(self.rendered.headings) == 1:
            self.meta["hide"] = ["toc"]  # nothing to list, and a wide table to show

    def index(self, config: MkDocsConfig) -> None:
        """Gives Material's search our own entries, which it would else parse out of the HTML; any other search reads that."""
        search = config.plugins.get("material/search")
        entries = getattr(getattr(search, "search_index", None), "entries", None)
        if isinstance(entries, list):
            self.meta["search"] = {"exclude": True}
            for heading, text in self.rendered.sections:
                location = self.url + (f"#{heading.id}" if heading.level > 1 else "")
                entries.append({"location": location, "title": str(escape(_labelled(heading))), "text": str(escape(text))})


_READERS: tuple[Literal["page_read_source", "page_markdown"], ...] = ("page_read_source", "page_markdown")
"""The events at which a plugin sees a page's Markdown."""


_FONTS = {"text": "Roboto", "code": "Roboto Mono"}
"""Those that Material takes, from elsewhere, when a project names none."""


def _dress(config: MkDocsConfig) -> None:
    """Gives Material our colours, light and dark, and no fonts from elsewhere, where the project says nothing of them."""
    theme = config.theme
    if theme.name == "material":
        theme["palette"] = theme.get("palette") or _palette()
        theme["font"] = False if theme.get("font") == _FONTS else theme.get("font")


def _palette() -> list[dict[str, Any]]:
    """As the reader's system has it, from one hour to the next, unless the reader says otherwise."""
    return [
        {
            "media": f"(prefers-color-scheme{scheme})",
            "scheme": "slate" if scheme == ": dark" else "default",
            "primary": "custom",
            "accent": "custom",
            "toggle": {"icon": f"material/{icon}", "name": name},
        }
        for scheme, icon, name in (
            ("", "brightness-auto", "Switch to light"),
            (": light", "weather-sunny", "Switch to dark"),
            (": dark", "weather-night", "Switch to the system's choice"),
        )
    ]


def _labelled(heading: Heading) -> str:
    return f"{heading.number}. {heading.title}" if heading.number else heading.title


def contents(headings: tuple[Heading, ...]) -> TableOfContents:
    """The table of contents as MkDocs wants it: nested by level, titles as HTML."""
    top: list[AnchorLink] = []
    path: list[AnchorLink] = []
    for heading in headings:
        link = AnchorLink(escape(_labelled(heading)), heading.id, heading.level)
        while path and path[-1].level >= link.level:
            path.pop()
        (path[-1].children if path else top).append(link)
        path.append(link)
    if top:
        top[0].active = True  # type: ignore[attr-defined]
    return TableOfContents(top)


def build(config_path: str | Path = "mkdocs.yml", **overrules: Any) -> Built:
    """Builds the site that `config_path` describes and says where to look; `overrules` overrule the file's.

    Prints nothing. The site is built beside the last one, and takes its place when it is whole. Raises SourceError when a source can't
    be read, the configuration is wrong or the build fails, OSError when it can't be written.
    """
    with opened(config_path, **overrules) as (config, plugin, messages):
        site_dir = Path(config.site_dir)
        config.plugins.on_startup(command="build", dirty=False)
        with replacing_folder(site_dir) as folder:
            config.site_dir = str(folder)
            mkdocs_build.build(config)
        config.plugins.on_shutdown()
    return Built(site_dir / "index.html", len(plugin.site.pages), plugin.warnings, tuple(messages))


@contextmanager
def opened(config_path: str | Path, **overrules: Any) -> Iterator[tuple[MkDocsConfig, RunbookPlugin, list[str]]]:
    """The site's configuration, our plugin in it, and what MkDocs warns of meanwhile; what MkDocs raises becomes SourceError."""
    with _messages() as messages:
        try:
            config = load_config(str(config_path), **overrules)
            plugin = next((p for p in config.plugins.values() if isinstance(p, RunbookPlugin)), None)
            if plugin is None:
                raise SourceError(str(config_path), 'the plugin is missing: add "runbook" to plugins')
            yield config, plugin, messages
        except ConfigurationError as error:
            raise SourceError(str(config_path), str(error) or "; ".join(messages)) from error
        except (Abort, PluginError) as error:
            raise _cause(error) or SourceError(str(config_path), "; ".join(messages) or str(error)) from error


def _cause(error: BaseException) -> SourceError | None:
    cause: BaseException | None = error
    while cause is not None and not isinstance(cause, SourceError):
        cause = cause.__cause__ or cause.__context__
    return cause


@contextmanager
def _messages() -> Iterator[list[str]]:
    """Collects what is logged by MkDocs meanwhile, our own warnings apart, and keeps it from being printed."""
    found: list[str] = []
    handler = logging.Handler(logging.WARNING)
    handler.emit = lambda record: None if record.name.endswith("plugins.runbook") else found.append(record.getMessage())  # type: ignore[method-assign]
    logger = logging.getLogger("mkdocs")
    before = logger.propagate
    logger.addHandler(handler)
    logger.propagate = False
    try:
        yield found
    finally:
        logger.removeHandler(handler)
        logger.propagate = before


def read_pages(folder: Path, warnings: list[Warned]) -> Iterator[Page]:
    """The pages of a directory; what is odd about them, or about what is no page, is added to `warnings`."""

    def tell(diagnostic: Diagnostic) -> None:
        if diagnostic.severity != "info":
            warnings.append(Warned(folder.name, diagnostic))

    for page in read_directory(folder, tell=tell):
        place = f"{page.source}: {page.title}" if page.title else page.source
        warnings += (Warned(place, diagnostic) for diagnostic in page.diagnostics if diagnostic.severity != "info")
        yield page


def _newest(pages: Iterable[Page], warnings: list[Warned]) -> list[Page]:
    """One page for each title of a wiki, the newest where several sources have it."""
    found: dict[tuple[str | None, str, str], Page] = {}
    for page in pages:
        key = (page.wiki, site.canonical(page.title), "" if page.wiki else page.source)
        other = found.get(key)
        if other is not None:
            old, page = sorted((other, page), key=_age)
            message = f"also in {page.source}, which has the newer revision: that one is shown"
            warnings.append(Warned(f"{old.source}: {old.title}", Diagnostic("page-twice", "warning", message)))
        found[key] = page
    return list(found.values())


def _age(page: Page) -> tuple[int, str]:
    return page.revision.id or 0, page.revision.timestamp or ""


def _put(files: Files, file: File) -> None:
    """Adds a generated file, in place of one of docs_dir with the same path."""
    existing = files.get_file_from_path(file.src_uri)
    if existing is not None:
        files.remove(existing)
    files.append(file)
