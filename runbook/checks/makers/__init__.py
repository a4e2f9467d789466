"""From one command to its post-conditions: a function for each command, in a registry by subject."""

from __future__ import annotations

from typing import Final

from runbook.checks.arguments import Maker
from runbook.checks.makers import archives, builds, containers, databases, files, git, host, network, packages, services, users

MAKERS: Final[dict[str, tuple[Maker, str]]] = {
    **archives.MAKERS,
    **builds.MAKERS,
    **containers.MAKERS,
    **databases.MAKERS,
    **files.MAKERS,
    **git.MAKERS,
    **host.MAKERS,
    **network.MAKERS,
    **packages.MAKERS,
    **services.MAKERS,
    **users.MAKERS,
}
"""Command to its maker and the options that take a value."""


def maker(name: str) -> tuple[Maker, str] | None:
    """The maker for a command's name; an init script is one of its service."""
    if name.startswith(("/etc/init.d/", "/etc/rc.d/init.d/", "/etc/rc.d/rc.")):
        return services.init_script, ""
    return MAKERS.get(name)
