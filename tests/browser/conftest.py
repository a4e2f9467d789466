"""A site built once, served once, and one browser: shared by the tests here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from runbook import history, making, plugin
from runbook.model import History, Page, Revision, Runbook, StepChange, StepHistory

from browser import chromium
from render.site_samples import FULL, PAYLOADS, REFERENCE, hostile

CONFIG = """\
site_name: Runbook
docs_dir: content
site_dir: site
theme: {name: material, font: false, features: [navigation.prune, navigation.footer, navigation.path, search.highlight]}
plugins: [search, runbook: {cache: false}]
"""


def with_history(runbook: Runbook) -> Runbook:
    """The runbook, each of its steps changed once, by somebody with a hostile name, and the first never."""
    attack = PAYLOADS[0]
    revision = Revision(12, 11, "2024-05-06T07:08:09Z", attack, attack)
    change = StepChange(revision, ("command-changed",), 9, False, "https://wiki.example.org/index.php?diff=12&oldid=9")
    steps = tuple(StepHistory("step", step.id, (change,) if at else ()) for at, step in enumerate(runbook.steps))
    return replace(runbook, history=History(3, 4, Revision(9, None, "2024-01-02T03:04:05Z"), steps))


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples and the attacks as a site."""
    root = tmp_path_factory.mktemp("project")
    (root / "content").mkdir()
    (root / "mkdocs.yml").write_text(CONFIG, "utf-8")
    runbooks = [FULL, REFERENCE, *(hostile(payload) for payload in PAYLOADS)]
    pages = [Page(made.page.title, "", wiki=made.page.wiki, source=str(number)) for number, made in enumerate(runbooks)]

    def read(jobs: list[history.Job], _: object) -> list[history.Read]:
        return [history.Read(with_history(runbooks[int(job.page.source)])) for job in jobs]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plugin, "read_directory", lambda *_, **__: pages)
        patch.setattr(history, "read", read)
        patch.setattr(making, "scripts", lambda books: ["#!/bin/bash\n"] * len(books))
        plugin.build(root / "mkdocs.yml")
    return root / "site"


@pytest.fixture(scope="session")
def address(site: Path) -> Iterator[str]:
    with chromium.served(site) as base:
        yield base


@pytest.fixture(scope="session")
def _process() -> Iterator[chromium.Browser]:
    if not chromium.PROGRAM:
        pytest.skip("needs Chromium (apt-get install chromium)")
    with chromium.chromium() as found:
        yield found


@pytest.fixture
def browser(_process: chromium.Browser) -> chromium.Browser:
    """The browser, with nothing remembered of what it did before."""
    _process.requests.clear()
    _process.errors.clear()
    return _process
