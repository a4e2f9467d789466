"""What pytest loads of us whenever it runs, so that it imports nothing: the option --runbook and the fixtures."""

from __future__ import annotations

import platform
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from runbook.outcomes import ScriptPage


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.getgroup("runbook", "runbooks of wiki pages").addoption(
        "--runbook",
        action="append",
        default=[],
        metavar="PATH",
        help="a page, a feed or a directory of them: each step is a test, which holds where `runbook verify` says so",
    )


def pytest_configure(config: pytest.Config) -> None:
    if config.getoption("runbook"):
        from runbook.testing.collecting import Runbooks  # noqa: PLC0415  # it is slow to import, and seldom asked for

        config.pluginmanager.register(Runbooks(config), "runbook-pages")


@pytest.fixture(scope="session")
def runbook_values() -> Mapping[str, str]:
    """Your own values in the place of those that pages have for their parameters, by the parameter's name."""
    return {}


@pytest.fixture(scope="session")
def runbook_host() -> str:
    """What the machine that is looked at is called in reports."""
    return platform.node()


@pytest.fixture(scope="session")
def runbook_effects() -> Iterable[str]:
    """What pages may do here. With more than "read" (`create`, `service`, the id of a step …) they are carried out as far as that
    reaches, not only checked: for machines to be thrown away."""
    return ("read",)


@pytest.fixture
def runbook_page(request: pytest.FixtureRequest) -> ScriptPage:
    """The page that the test is a step of: its title, source, revision …"""
    from runbook.testing.collecting import Step  # noqa: PLC0415  # as above

    if not isinstance(request.node, Step):
        raise pytest.UsageError(f"runbook_page is for the steps of runbooks, and {request.node.name} is none")
    return request.node.page.job.page
