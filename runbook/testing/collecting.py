"""Pages collected as tests, a test for each step: the page's script is run once, and each step tells what it found of it."""

from __future__ import annotations

import os
from collections.abc import Generator, Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, NoReturn

import pytest
from msgspec.structs import replace

from runbook import __version__, history, project, sources
from runbook.extract import Project
from runbook.masks import Mask
from runbook.model import Page as SourcePage
from runbook.model import SourceError
from runbook.outcomes import PageOutcome, Report, StepOutcome
from runbook.render.script import ScriptError
from runbook.render.script_lines import Section, sections
from runbook.report.lines import plain
from runbook.report.outcomes import head, outcomes
from runbook.run.processes import Running
from runbook.run.scripts import Job, Options, check, job, own
from runbook.slug import slug, unique
from runbook.visible import printable


class Root:
    """A PATH of --runbook, and what is said there of the pages in it. Raises UsageError when nothing is there."""

    def __init__(self, path: Path, settings: Path) -> None:
        self.path, self._settings = path, settings
        if not path.exists():
            raise pytest.UsageError(f"--runbook {path}: no such file or directory")
        self.files = frozenset(sources.source_files(path) if path.is_dir() else [path])
        if not self.files:
            raise pytest.UsageError(f"--runbook {path}: no sources of pages in it")

    @cached_property
    def project(self) -> Project:
        return project.load(self._settings, self.path)


class Runbooks:
    """The hooks that pytest needs once somebody asks for runbooks."""

    def __init__(self, config: pytest.Config) -> None:
        folder = config.invocation_params.dir
        paths = [Path(os.path.normpath(folder / path)) for path in config.getoption("runbook")]
        self._roots = [Root(path, folder) for path in paths]
        # Who names a file or a test in it wants that alone; who names nothing in it wants all.
        named = [Path(os.path.normpath(folder / argument.partition("::")[0])) for argument in config.args]
        config.args += [str(path) for path in paths if not any(_meet(path, other) for other in named)]

    def pytest_collect_file(self, file_path: Path, parent: pytest.Collector) -> Source | None:
        root = next((root for root in self._roots if file_path in root.files), None)
        return Source.from_parent(parent, path=file_path, root=root) if root is not None else None

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        report = yield
        if isinstance(item, Step) and report.skipped and isinstance(report.longrepr, tuple):
            path, line, _ = item.reportinfo()  # the page is where it is skipped, not our code
            report.longrepr = (str(path), line + 1, report.longrepr[2])
        return report


def _meet(one: Path, other: Path) -> bool:
    return one.is_relative_to(other) or other.is_relative_to(one)


class Source(pytest.File):
    """A file with pages."""

    def __init__(self, *, root: Root, **given: Any) -> None:
        super().__init__(**given)
        self._root = root

    def collect(self) -> Iterator[Page]:
        try:
            taken: set[str] = set()
            for page, made in self._jobs():
                name = unique(slug(Mask(made.runbook.parameters if made.runbook else ()).over(page.title)), taken)
                taken.add(name)
                yield Page.from_parent(self, name=name, job=made)
        except (SourceError, ScriptError) as error:
            raise self.CollectError(printable(str(error))) from None

    def _jobs(self) -> Iterator[tuple[SourcePage, Job]]:
        try:
            pages = list(sources.read(self.path))
        except sources.NothingSelectedError:  # a template, a redirect
            return
        for page, found in zip(pages, history.extract_many(pages, self._root.project), strict=True):
            if made := job(page, found.runbook, page.source or str(self.path)):
                yield page, made


class Page(pytest.Collector):
    """A page in which something is to be done."""

    def __init__(self, *, job: Job, **given: Any) -> None:
        super().__init__(**given)
        self.job = job
        self._found: dict[Options, PageOutcome] = {}
        if self.config.pluginmanager.hasplugin("xdist"):  # --dist loadgroup keeps it in one process
            self.add_marker(pytest.mark.xdist_group(self.nodeid))

    def collect(self) -> Iterator[Step]:
        assert self.job.runbook is not None
        mask, taken = Mask(self.job.runbook.parameters), set[str]()
        for section in sections(self.job.runbook):
            if section.is_done:
                name = unique(mask.over_slug(section.id), taken)
                taken.add(name)
                yield Step.of(self, section, name)

    def outcome(self, options: Options) -> PageOutcome:
        """What the page's script finds when it is asked that, run at the first call."""
        wanted = own(options, self.job)
        if wanted not in self._found:
            self._found[wanted] = check(self.job, wanted, Running())
        return self._found[wanted]


_FIXTURES = ("runbook_values", "runbook_host", "runbook_effects")


class StepFailed(Exception):
    """A step that does not hold, or that could not be verified: what `runbook verify` says of it."""


class Step(pytest.Function):
    """A step of a page as a test; a function of pytest's, so that fixtures come to it as to any test."""

    section: Section

    @classmethod
    def of(cls, page: Page, section: Section, name: str) -> Step:
        step = cls.from_parent(page, name=name, callobj=_wanted)
        step.section = section
        return step

    @property
    def page(self) -> Page:
        assert isinstance(self.parent, Page)
        return self.parent

    def reportinfo(self) -> tuple[Path, int, str]:
        return self.path, self.section.line - 1, self.nodeid.partition("::")[2]

    def runtest(self) -> None:
        options, host = _wanted(**{name: self.funcargs[name] for name in _FIXTURES})
        if options.allowed and hasattr(self.config, "workerinput"):
            raise StepFailed("with -n the page would be carried out by several processes at once: run without it")
        found = self.page.outcome(options)
        self.user_properties += [("host", printable(host)), ("revision", found.page.revision or "")]
        step = next((step for step in found.steps if step.number == self.section.ordinal), None)
        if found.problem or (step is not None and step.verdict in ("fails", "follows")):
            raise StepFailed("\n".join(_told(found, step, host)))
        if step is None or step.verdict == "not-run":
            _skip(found, step)

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        return str(excinfo.value) if isinstance(excinfo.value, StepFailed) else super().repr_failure(excinfo)


def _wanted(runbook_values: Any, runbook_host: Any, runbook_effects: Any) -> tuple[Options, str]:
    """The options that the fixtures ask for, and the host's name. Raises StepFailed for what is none."""
    if isinstance(runbook_effects, str) or not all(isinstance(each, str) for each in runbook_effects):
        raise StepFailed(f"the fixture runbook_effects should give a list of words, not {runbook_effects!r}")
    if not isinstance(runbook_values, Mapping) or not all(
        isinstance(each, str) for pair in runbook_values.items() for each in pair
    ):
        raise StepFailed("the fixture runbook_values should give a text for each name")
    if not isinstance(runbook_host, str):
        raise StepFailed(f"the fixture runbook_host should give a name, not {runbook_host!r}")
    allowed = tuple(sorted(set(runbook_effects) - {"read"}))
    return Options(values=tuple(sorted(runbook_values.items())), allowed=allowed), runbook_host


def _told(found: PageOutcome, step: StepOutcome | None, host: str) -> Iterator[str]:
    """What verify says of one step of a page."""
    alone = replace(found, steps=(step,) if step is not None else (), summary=())
    report = Report(generator=f"runbook {__version__}", date=found.date, host=host, pages=(alone,))
    yield printable(f"{head(alone)} on {host}")
    for line in outcomes(report):
        yield from plain(line)


def _skip(found: PageOutcome, step: StepOutcome | None) -> NoReturn:
    reasons = [result.reason for result in step.results if result.reason] if step is not None else list(found.summary[:1])
    pytest.skip(printable("; ".join(dict.fromkeys(reasons)) or "nothing in it can be checked"))
