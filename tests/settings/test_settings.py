"""runbook.toml."""

from __future__ import annotations

from pathlib import Path

import pytest
from runbook import settings
from runbook.model import SourceError


def test_without_a_file_the_defaults_hold(tmp_path: Path) -> None:
    assert settings.read(tmp_path) == settings.Settings()


def test_harmless_commands(tmp_path: Path) -> None:
    (tmp_path / "runbook.toml").write_text('[effects]\nharmless = ["vzlist"]\n')
    assert settings.read(tmp_path).effects.harmless == ("vzlist",)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[effects\n", "is not TOML"),
        ("\udcff", "is not TOML"),
        ("[effect]\n", "unknown field `effect`"),
        ('[effects]\nharmles = ["ls"]\n', "unknown field `harmles`"),
        ('[effects]\nharmless = "ls"\n', "Expected `array`, got `str`"),
    ],
)
def test_what_nobody_knows_is_refused_with_the_file(text: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "runbook.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(SourceError) as error:
        settings.read(tmp_path)
    assert error.value.where == str(tmp_path / "runbook.toml")
    assert told in error.value.what
