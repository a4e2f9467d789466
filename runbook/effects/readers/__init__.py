"""Commands whose arguments decide in ways that no row of options can tell: one function each, chosen by `reader` of the row."""

from __future__ import annotations

from typing import Final

from runbook.effects.readers import builtins, clouds, files, git, network, openssl, packages, system, text, wrapping
from runbook.effects.run import Reader

READERS: Final[dict[str, Reader]] = {
    **builtins.READERS,
    **clouds.READERS,
    **files.READERS,
    **git.READERS,
    **network.READERS,
    **openssl.READERS,
    **packages.READERS,
    **system.READERS,
    **text.READERS,
    **wrapping.READERS,
}
