"""What the tests of post-conditions share."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))


@pytest.fixture(scope="session")
def etc(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("etc")
    for name in (
        "passwd",
        "group",
        "shadow",
        "gshadow",
        "login.defs",
        "nsswitch.conf",
        "hosts",
        "mtab",
        "default",
        "subuid",
        "subgid",
        "alternatives",
        "ld.so.cache",
        "dpkg",
    ):
        source = Path("/etc") / name
        try:
            if source.is_dir():
                shutil.copytree(source, copy / name, symlinks=True)
            elif source.exists():
                shutil.copy(source, copy / name)
        except OSError:  # what can't be read isn't needed
            continue
    (copy / "init.d").mkdir()
    for name in ("shadow", "gshadow"):
        (copy / name).touch()
    return copy
