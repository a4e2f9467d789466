"""One MediaWiki for all tests here, with the people who edit it; all these tests run in one process, so that it starts once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from runbook.sources.api_records import Access

from wiki.server import PASSWORD, Session, Unavailable, Wiki


class Site:
    """The running wiki: `admin`, `ann` and `bob` edit it; `serve` answers for the same pages under other settings."""

    def __init__(self, wiki: Wiki, url: str) -> None:
        self.url = url
        self.serve: Callable[..., AbstractContextManager[str]] = wiki.serve
        self.run = wiki.run
        self.admin = self.login("Admin")
        for name in ("Ann", "Bob"):
            self.admin.post(
                "createaccount", username=name, password=PASSWORD, retype=PASSWORD, createreturnurl=url, reason="to edit"
            )
        self.ann, self.bob = self.login("Ann"), self.login("Bob")

    def login(self, name: str, url: str | None = None) -> Session:
        session = Session(url or self.url)
        assert session.post("login", lgname=name, lgpassword=PASSWORD)["login"]["result"] == "Success"
        return session

    def access(self, url: str | None = None, **more: str) -> Access:
        return Access("test", f"{url or self.url}/Main_Page", "tests@example.org", "runbook-tests", **more)


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    try:
        wiki = Wiki(tmp_path_factory.mktemp("wiki") / "own")
        with wiki.serve(wiki.port, PHP_CLI_SERVER_WORKERS="2") as url:
            yield Site(wiki, url)
    except Unavailable as error:
        pytest.skip(f"no MediaWiki here: {error}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("mediawiki"))
