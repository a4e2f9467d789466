"""runbook.toml."""

from __future__ import annotations

from pathlib import Path

import pytest
from runbook import settings
from runbook.extract import Project, extract_many
from runbook.extract.tongues import ROLES
from runbook.model import Page, SourceError
from runbook.walking import commands


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
        ("[effect]\n", ":1: Object contains unknown field `effect` (did you mean `effects`?)"),
        (
            '\n[effects]\nharmles = ["ls"]\n',
            ":3: Object contains unknown field `harmles` - at `$.effects` (did you mean `harmless`?)",
        ),
        ('[effects]\n\nharmless = "ls"\n', ":3: Expected `array`, got `str`"),
        (
            '[words]\nrun = ["go"]\nseee = ["x"]\n',
            ":3: Object contains unknown field `seee` - at `$.words` (did you mean `see`?)",
        ),
        ('[words]\nrun = ["go"]\nsee = "x"\n', ":3: Expected `array`, got `str`"),
    ],
)
def test_what_nobody_knows_is_refused_with_its_line(text: str, told: str, tmp_path: Path) -> None:
    (tmp_path / "runbook.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(SourceError) as error:
        settings.read(tmp_path)
    assert error.value.where.startswith(str(tmp_path / "runbook.toml"))
    assert told in f"{error.value.where}: {error.value.what}"


def test_a_project_has_words_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "runbook.toml").write_text('[words]\nsee = ["readback*"]\nor = ["else_try"]\n')
    given = settings.read(tmp_path).words.by_role()
    assert given == {"see": ("readback*",), "or": ("else_try",)}
    assert set(settings.Wording.__struct_encode_fields__) == set(ROLES)
    page = Page("Case", "== A ==\n # ls -l\nThe readbacks:\n<pre>\nfoo bar\n</pre>\n")
    without, with_words = (next(extract_many([page], project)) for project in (Project(), Project(words=given)))
    assert [command.text for command in commands(without)] == ["ls -l", "foo bar"]
    (command,) = commands(with_words)
    assert command.expected is not None
    assert command.expected.text == ("foo bar",)


@pytest.mark.parametrize(
    ("wiki", "words"),
    [
        (
            '[wikis.main]\nurl = "https://a.example"\ncontact = "nobody"',
            ":3: [wikis.main]: `contact` should be an address of mail or web",
        ),
        (
            '[wikis.main]\nurl = "ftp://a"\ncontact = "a@b"',
            ":2: [wikis.main]: `url` should be an address that begins with https://",
        ),
        ('[wikis.main]\nurl = "https://a"\napi = "x y"\ncontact = "a@b"', "`api` should be the address of the wiki's api.php"),
        ('[wikis.Main_x]\nurl = "https://a"\ncontact = "a@b"', "a wiki's name should be of lower-case letters"),
    ],
)
def test_what_has_no_use_for_a_wiki_is_told_in_words(tmp_path: Path, wiki: str, words: str) -> None:
    (tmp_path / "runbook.toml").write_text(wiki)
    with pytest.raises(SourceError) as told:
        settings.read(tmp_path)
    assert words in str(told.value)
    assert "regex" not in str(told.value)
