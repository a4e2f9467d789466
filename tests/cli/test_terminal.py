"""Nothing that a wiki wrote reaches a terminal as it is."""

from __future__ import annotations

import io
import json
import stat
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runbook.cli.terminal import has_colours, output, show_diagnostics
from runbook.model import Diagnostic
from runbook.visible import printable, printable_json


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain\ttext – Käse 漢字 עברית", "plain\ttext – Käse 漢字 עברית"),
        ("\x1b[2Jgone", "\\x1b[2Jgone"),
        ("a\x9b31mb", "a\\x9b31mb"),
        ("a\rb\nc", "a\\rb\\nc"),
        ("safe\u202etxt.exe\u202c", "safe\\u202etxt.exe\\u202c"),
        ("\u2066x\u2069\u200e\u061c", "\\u2066x\\u2069\\u200e\\u061c"),
        ("a\u200bb\ufeffc\u2028d", "a\\u200bb\\ufeffc\\u2028d"),
        ("\U000e0041tag", "\\U000e0041tag"),
        ("\udc80", "\\udc80"),
        ("\x7f\x00", "\\x7f\\x00"),
    ],
)
def test_printable_shows_what_cannot_be_seen(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(st.text(st.characters()))
def test_printable_leaves_no_control_and_no_format_of_direction(text: str) -> None:
    for char in printable(text):
        assert unicodedata.category(char) not in ("Cc", "Cs", "Zl", "Zp") or char == "\t"
        assert unicodedata.bidirectional(char) not in ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
    assert printable(text) == printable(printable(text))


@given(st.text())
def test_printable_json_says_the_same(text: str) -> None:
    told = printable_json(json.dumps({text: [text]}, ensure_ascii=False))
    assert json.loads(told) == {text: [text]}
    assert "\x1b" not in told
    assert "\u202e" not in told


def test_a_diagnostic_is_one_line_with_its_place(capsys: pytest.CaptureFixture[str]) -> None:
    show_diagnostics(
        "a\x1b.wiki", [Diagnostic("odd-thing", "warning", "what\nis wrong", (3, 4)), Diagnostic("x", "error", "all")]
    )
    assert capsys.readouterr().err == "a\\x1b.wiki:3: warning: what\\nis wrong [odd-thing]\na\\x1b.wiki: error: all [x]\n"


def test_a_file_is_replaced_only_when_all_went_well(tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    target.write_text("before")
    target.chmod(0o640)

    def fail() -> None:
        with output(str(target)) as stream:
            stream.write("half")
            raise ValueError("half")

    with pytest.raises(ValueError, match="half"):
        fail()
    assert target.read_text() == "before"
    with output(str(target)) as stream:
        stream.write("whole\n")
    assert target.read_text() == "whole\n"
    assert stat.S_IMODE(target.stat().st_mode) == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["out.json"]


def test_a_device_is_written_to_and_a_link_followed(tmp_path: Path) -> None:
    with output("/dev/null") as stream:
        stream.write("x")
    assert Path("/dev/null").is_char_device()
    (tmp_path / "link").symlink_to(tmp_path / "target")
    with output(str(tmp_path / "link")) as stream:
        stream.write("x")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_text() == "x"


def test_a_file_in_no_directory_is_refused_by_its_own_name(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError) as error, output(str(tmp_path / "none" / "x")):
        pass
    assert error.value.filename == str(tmp_path / "none" / "x")


def test_colours_only_on_a_terminal_that_wants_them(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.delenv("NO_COLOR", raising=False)
    monkeypatch.setenv("TERM", "xterm")
    assert has_colours(Terminal())
    assert not has_colours(io.StringIO())
    monkeypatch.setenv("NO_COLOR", "1")
    assert not has_colours(Terminal())
