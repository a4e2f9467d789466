"""A site built once, served once, and one browser: shared by the tests here."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from runbook import history, making, plugin
from runbook.model import Page

from browser import chromium
from render.site_samples import FULL, PAYLOADS, REFERENCE, hostile

CONFIG = """\
site_name: Runbook
docs_dir: content
site_dir: site
theme: {name: material, font: false, features: [navigation.prune, navigation.footer, navigation.path, search.highlight]}
plugins: [search, runbook: {cache: false}]
"""


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples and the attacks as a site."""
    root = tmp_path_factory.mktemp("project")
    (root / "content").mkdir()
    (root / "mkdocs.yml").write_text(CONFIG, "utf-8")
    runbooks = [FULL, REFERENCE, *(hostile(payload) for payload in PAYLOADS)]
    pages = [Page(made.page.title, "", wiki=made.page.wiki, source=str(number)) for number, made in enumerate(runbooks)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plugin, "read_directory", lambda *_, **__: pages)
        patch.setattr(history, "read", lambda *_: [history.Read(each) for each in runbooks])
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
