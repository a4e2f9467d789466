"""What all tests share: options, and the guard that none of them leaves this machine."""

from __future__ import annotations

import socket
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

from oracle import jenkins as jenkins_schemas

if TYPE_CHECKING:
    import xmlschema

# Two cores may be shared by much: how long one example takes says nothing.
settings.register_profile("project", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("project")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="write what the spec cases give now into tests/spec/*.md")


@pytest.fixture(autouse=True, scope="session")
def _only_loopback() -> Any:
    """Refuses connections to any other machine: a test that reaches out is a mistake."""
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and address[0] not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test tried to reach {address!r}")
        connect(self, address)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded)
        yield


@pytest.fixture(scope="session")
def jenkins() -> list[xmlschema.XMLSchema]:
    """What Jenkins accepts of JUnit XML."""
    import xmlschema  # the tests of the wheel do without it

    try:
        return [xmlschema.XMLSchema(str(path)) for path in jenkins_schemas.prepare()]
    except jenkins_schemas.Unavailable as error:
        pytest.skip(f"no schemas of Jenkins here: {error}")
