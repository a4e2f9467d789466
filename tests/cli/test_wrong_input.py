"""Wrong arguments, bad input, and every way in which a run can end: what is told, and the exit code."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from runbook.cli import main, pages
from runbook.model import SourceError, runbook_from_json

from cli.as_program import HOWTO, runbook
from cli.in_process import run

# --- usage -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments", [[], ["no-such"], ["extract"], ["extract", "--no-such", "x"], ["extract", "--mark", "wikitext", "x"]]
)
def test_usage_is_trouble(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert "usage: runbook" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([], "the following arguments are required: SUBCOMMAND; `runbook --help` lists them"),
        (["verifi", "x"], "did you mean verify?"),
        (["verify", "--repot", "y", "x"], "runbook verify: error: unrecognized arguments: --repot; did you mean --report?"),
        (["zzz"], "'completion')"),
        (["verify", "x", "--zzz"], "runbook verify: error: unrecognized arguments: --zzz"),
        (["verify", ""], "argument PATH: the name is empty"),
        (["extract", "x", "-o", ""], "argument -o/--output: the name is empty"),
        (["build", "--config="], "argument --config: the name is empty"),
    ],
)
def test_usage_tells_what_was_most_likely_meant(arguments: list[str], told: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments) == 2
    assert capsys.readouterr().err.endswith(f"{told}\n")


# --- how a run can end ------------------------------------------------------------------------------------------------


def ends_with(monkeypatch: pytest.MonkeyPatch, error: BaseException) -> int:
    def run(_: object) -> int:
        raise error

    monkeypatch.setattr(pages, "schema", run)
    return main(["schema"])


@pytest.mark.parametrize(
    ("error", "code", "told"),
    [
        (SourceError("a.wiki:3", "is no\x1b good"), 2, "runbook: a.wiki:3: is no\\x1b good\n"),
        (FileNotFoundError(2, "No such file or directory", "x"), 2, "runbook: x: No such file or directory\n"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_how_errors_are_told(
    error: BaseException, code: int, told: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ends_with(monkeypatch, error) == code
    assert capsys.readouterr().err == told


def test_a_mistake_of_ours_is_said_as_such(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("RUNBOOK_TRACEBACK", raising=False)
    assert ends_with(monkeypatch, ZeroDivisionError("boo\x1b")) == 2
    told = capsys.readouterr().err
    assert told.startswith("runbook: this is a mistake in Runbook itself: ZeroDivisionError: boo\\x1b (test_wrong_input.py:")
    assert told.count("\n") == 1
    monkeypatch.setenv("RUNBOOK_TRACEBACK", "1")
    assert ends_with(monkeypatch, ZeroDivisionError("boo")) == 2
    assert "Traceback (most recent call last)" in capsys.readouterr().err


def test_a_reader_that_goes_away_is_no_complaint() -> None:
    writer = subprocess.Popen([sys.executable, "-m", "runbook", "schema"], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert writer.stdout is not None
    assert writer.stderr is not None
    writer.stdout.close()
    assert writer.stderr.read() == b""
    writer.stderr.close()
    assert writer.wait(timeout=60) == 128 + signal.SIGPIPE


@pytest.mark.parametrize(
    ("closed", "arguments", "told"),
    [
        (">&-", ["schema"], "runbook: standard output: Bad file descriptor\n"),
        (">&-", ["--version"], "runbook: standard output: Bad file descriptor\n"),
        ("<&-", ["extract", "-"], "runbook: <stdin>: Bad file descriptor\n"),
        ("<&-", ["effects"], "runbook: <stdin>: Bad file descriptor\n"),
        ("2>&-", ["extract", "no-such.wiki"], ""),
        (">&- 2>&- <&-", ["schema"], ""),
    ],
)
def test_streams_that_the_caller_closed_are_trouble(closed: str, arguments: list[str], told: str) -> None:
    words = ["bash", "-c", f'"$@" {closed}', "bash", sys.executable, "-m", "runbook", *arguments]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (2, "", told)


def test_no_file_takes_the_place_of_a_closed_stream(howto: Path) -> None:
    """What is opened first would get the number of standard error, and the messages."""
    target = howto.parent / "out.json"
    words = ["bash", "-c", '"$@" <&- >&- 2>&-', "bash", sys.executable, "-m", "runbook", "extract", str(howto), "-o", str(target)]
    assert subprocess.run(words, check=False).returncode == 0
    assert runbook_from_json(target.read_text()).page.title == "Howto"


def test_output_into_a_pipe_by_its_name(howto: Path) -> None:
    assert runbook("extract", howto, "-o", "/dev/stdout").stdout == runbook("extract", howto).stdout


def test_where_nothing_can_be_written_is_told_before_anything_is_done(howto: Path, tmp_path: Path) -> None:
    nowhere, content = tmp_path / "none" / "x", tmp_path / "taken"
    for words in (
        ["verify", howto, "--report", nowhere],
        ["verify", howto, "-o", nowhere],
        ["update", "--content", content, howto, "-o", nowhere],
    ):
        done = runbook(*words)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr == f"runbook: {nowhere}: its directory does not exist\n"
    assert not content.exists()


def test_a_report_is_whole_though_nobody_reads_the_rest(howto: Path, tmp_path: Path) -> None:
    report = tmp_path / "report.json"
    words = ["bash", "-c", '"$@" | true', "bash", sys.executable, "-m", "runbook", "verify", str(howto), "--report", str(report)]
    assert subprocess.run(words, check=False).returncode == 0
    assert json.loads(report.read_text())["pages"]


def test_output_is_utf_8_whatever_the_locale(howto: Path) -> None:
    howto.write_text("1. Käse 漢字:\n\n # ls\n")
    done = runbook("extract", howto, env={**os.environ, "LC_ALL": "en_US.ISO-8859-1", "PYTHONIOENCODING": "ascii"})
    assert (done.returncode, done.stderr) == (0, "")
    assert "Käse 漢字" in done.stdout


# --- bad input ---------------------------------------------------------------------------------------------------------

BAD_INPUT: dict[str, bytes] = {
    "no-xml.atom": b"not a feed at all",
    "empty.atom": b"",
    "doctype.atom": b'<?xml version="1.0"?>\n<!DOCTYPE feed [<!ENTITY a "b">]>\n<feed xmlns="http://www.w3.org/2005/Atom"/>',
    "page.atom": b"<!DOCTYPE html>\n<html><head><title>Error</title></head><body>Internal error</body></html>",
    "no-entries.atom": b'<?xml version="1.0"?>\n<feed xmlns="http://www.w3.org/2005/Atom"><title>t</title></feed>',
    "latin1.wiki": "1. Käse:\n\n # ls\n".encode("latin-1"),
    "unknown.xyz": b"text",
}


@pytest.mark.parametrize("name", BAD_INPUT)
def test_bad_input_is_refused_with_its_place(name: str, tmp_path: Path) -> None:
    path, target = tmp_path / name, tmp_path / "out.json"
    path.write_bytes(BAD_INPUT[name])
    done = runbook("extract", path, "-o", target)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"runbook: {path}")
    assert done.stderr.count("\n") == 1
    assert "mistake in Runbook" not in done.stderr
    assert not target.exists()


def test_no_file_and_no_source_are_refused(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.wiki", tmp_path):
        done = runbook("extract", path)
        assert (done.returncode, done.stdout) == (2, "")
        assert done.stderr.startswith(f"runbook: {path}: ")
        assert "mistake in Runbook" not in done.stderr


def test_a_name_that_tells_nothing_is_told_with_what_to_say(tmp_path: Path) -> None:
    path = tmp_path / "page.txt"
    path.write_text(HOWTO)
    done = runbook("extract", path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"runbook: {path}: neither a feed nor an export")
    assert done.stderr.endswith("say which with --markup\n")
    assert runbook("extract", "--markup", "wikitext", path).returncode == 0


def test_a_page_on_standard_input_has_no_odd_title() -> None:
    done = runbook("lint", "-", stdin=HOWTO)
    assert "title" not in done.stderr
    assert runbook_from_json(runbook("extract", "-", stdin=HOWTO).stdout).page.title == "stdin"


OTHER: dict[str, list[str]] = {
    "drift": ["--against", "{ok}"],
    "update": ["--content", "{taken}"],
    "convert": ["--to", "markdown"],
}
READING = ("extract", "pages", "script", "lint", "explain", "plan", "verify", "guide", *OTHER)
"""Sub-commands that read a source, with what else they must be told."""


@pytest.mark.parametrize("name", READING)
def test_every_subcommand_refuses_what_is_no_source(name: str, howto: Path, tmp_path: Path) -> None:
    for file, data in BAD_INPUT.items():
        (tmp_path / file).write_bytes(data)
    (tmp_path / "empty").mkdir()
    taken = tmp_path / "taken"
    more = [word.format(ok=howto, taken=taken) for word in OTHER.get(name, ())]
    for file in (*BAD_INPUT, "empty", "missing.wiki", "Howto.wiki/x", "x" * 300):
        done = run(name, *more, tmp_path / file)
        assert (done.returncode, done.stdout) == (2, ""), file
        assert done.stderr.startswith(f"runbook: {tmp_path / file}"), done.stderr
        assert done.stderr.count("\n") == 1
        assert "mistake in Runbook" not in done.stderr
    assert not taken.exists()
