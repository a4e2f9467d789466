"""`runbook accept`: what a real run printed, shown, asked about, written to the overrides, and expected from then on."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from in_process import run as runbook

STATE = "printf 'State: running 7\\n'"
PAGE = (
    f"1. Look:\n\n # {STATE}\n State: stopped 9\n\n"
    "2. Count:\n\n # printf 'n 1\\nn 2\\n'\n n 1\n n 3\n\n # printf 'n 1\\nn 2\\n'\n n 7\n"
)


@pytest.fixture
def wiki(tmp_path: Path) -> Path:
    folder = tmp_path / "wiki"
    folder.mkdir()
    (folder / "Page.wiki").write_text(PAGE)
    return folder


def report_of(wiki: Path, *arguments: object) -> Path:
    path = wiki.parent / "report.json"
    runbook("verify", wiki, "--report", path, "--host-label", "web1", *arguments)
    return path


def accept(wiki: Path, *arguments: object) -> subprocess.CompletedProcess[str]:
    return runbook("accept", wiki / "Page.wiki", *arguments)


def test_without_a_yes_it_shows_what_would_change_and_writes_nothing(wiki: Path) -> None:
    done = accept(wiki, "--report", report_of(wiki))
    assert done.returncode == 3
    assert "     - State: stopped ‹int›\n" in done.stdout
    assert "     + State: running 7\n" in done.stdout
    assert "     + State: ‹word› ‹int›\n" in done.stdout
    assert "becomes a hole: stopped -> ‹word›" in done.stdout
    assert "say --yes" in done.stderr
    assert not (wiki / "overrides.toml").exists()


@pytest.mark.parametrize("instead", [(), ("--instead",)])
def test_what_is_accepted_is_expected_from_then_on(instead: tuple[str, ...], wiki: Path) -> None:
    assert runbook("verify", wiki).returncode == 1
    assert accept(wiki, "--report", report_of(wiki), "--yes", *instead).returncode == 0
    assert runbook("verify", wiki).returncode == 0
    script = runbook("script", wiki / "Page.wiki").stdout
    assert ("= State: running %{int}" if instead else "= State: %{word} %{int}") in script
    written = tomllib.loads((wiki / "overrides.toml").read_text())["Page"]["steps"]
    assert written["look"]["outputs"] == [
        {"command": STATE, **({"instead": True} if instead else {}), "recordings": ["\nState: running 7".lstrip("\n")]}
    ]
    assert [each.get("occurrence", 1) for each in written["count"]["outputs"]] == [2]
    assert "# web1, 20" in (wiki / "overrides.toml").read_text()
    again = accept(wiki, "--report", report_of(wiki), "--yes")
    assert (again.returncode, "nothing printed something else" in again.stderr) == (0, True)


def test_all_else_in_the_overrides_stays_byte_for_byte(wiki: Path) -> None:
    before = (
        '# ours\n["Page".steps.look]   # why\nhost = "db1"\n\n[Page.parameters]\nX = {value = "y"}\n[Other.steps.a]\nexpect="any"'
    )
    (wiki / "overrides.toml").write_text(before)
    assert accept(wiki, "--report", report_of(wiki), "--yes").returncode == 0
    after = (wiki / "overrides.toml").read_text()
    assert after.startswith(before + "\n")
    assert [path.name for path in sorted(wiki.iterdir())] == ["Page.wiki", "overrides.toml"]
    assert runbook("verify", wiki).returncode == 0


def test_recordings_add_up(wiki: Path) -> None:
    accept(wiki, "--report", report_of(wiki), "--yes", "--instead")
    (wiki / "Page.wiki").write_text(PAGE)
    assert accept(wiki, "--report", report_of(wiki), "--step", "look", "--yes").returncode == 0
    outputs = tomllib.loads((wiki / "overrides.toml").read_text())["Page"]["steps"]["look"]["outputs"]
    assert [each.get("instead", False) for each in outputs] == [True, False]


def test_one_step_is_chosen_by_id_number_or_thing_done(wiki: Path) -> None:
    report = report_of(wiki)
    for step in ("count", "2", "2.1"):
        told = accept(wiki, "--report", report, "--step", step).stdout
        assert ("2.1  printf" in told, "State" in told) == (True, False)
    refused = accept(wiki, "--report", report, "--step", "nowhere", "--yes")
    assert (refused.returncode, "'nowhere' has no output" in refused.stderr) == (2, True)


def test_another_revision_or_command_is_refused_with_its_place(wiki: Path) -> None:
    report = report_of(wiki)
    rows = json.loads(report.read_text())
    rows["pages"][0]["steps"][0]["results"][0]["command"] = "id"
    other = wiki.parent / "other.json"
    other.write_text(json.dumps(rows))
    refused = accept(wiki, "--report", other, "--yes")
    assert (refused.returncode, refused.stderr.startswith(f"runbook: {other}: 1.1: ran 'id', and line 3 of the source")) == (
        2,
        True,
    )
    (wiki / "Page.wiki").write_text(PAGE + "\nMore.\n")
    refused = accept(wiki, "--report", report, "--yes")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith(f"runbook: {report}: is of another text of 'Page'")
    assert not (wiki / "overrides.toml").exists()


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"format": 2}', '{"format": 1, "generator": "", "date": "", "host": "", "pages": []}']
)
def test_what_is_no_report_of_the_page_is_refused(text: str, wiki: Path) -> None:
    path = wiki.parent / "report.json"
    path.write_text(text)
    refused = accept(wiki, "--report", path, "--yes")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith(f"runbook: {path}: ")


def test_outputs_that_a_script_kept_are_taken_too(wiki: Path) -> None:
    kept, script = wiki.parent / "kept", wiki.parent / "verify.sh"
    runbook("script", wiki / "Page.wiki", "-o", script)
    subprocess.run(["bash", script, "--keep-output", kept], check=False, capture_output=True)
    assert oct((kept / "1.1.out").stat().st_mode & 0o777) == "0o600"
    assert accept(wiki, "--keep", kept, "--yes").returncode == 0
    assert runbook("verify", wiki).returncode == 0
    (kept / "1.1.command").write_text("id\n")
    assert "1.1: ran 'id'" in accept(wiki, "--keep", kept, "--yes").stderr
    (kept / "page").write_text("Other\n\n")
    assert accept(wiki, "--keep", kept, "--yes").returncode == 2
    refused = accept(wiki, "--keep", wiki, "--yes")
    assert (refused.returncode, "Errno" in refused.stderr) == (2, False)


def test_an_output_that_would_not_hold_is_refused(wiki: Path) -> None:
    (wiki / "overrides.toml").write_text('[Page.steps.look]\nexpect = "exact"\n')
    refused = accept(wiki, "--report", report_of(wiki), "--yes")
    assert (refused.returncode, "says more exactly what to expect" in refused.stderr) == (2, True)
    assert (wiki / "overrides.toml").read_text() == '[Page.steps.look]\nexpect = "exact"\n'


def test_overrides_that_can_not_be_added_to_are_refused(wiki: Path) -> None:
    text = 'Page = {steps = {look = {host = "a"}}}\n'
    (wiki / "overrides.toml").write_text(text)
    refused = accept(wiki, "--report", report_of(wiki), "--yes")
    assert (refused.returncode, "overrides.toml: can't be added to" in refused.stderr) == (2, True)
    assert (wiki / "overrides.toml").read_text() == text


def test_hostile_outputs_come_back_as_they_were(wiki: Path) -> None:
    nasty = r"""printf 'a\033[31m\342\200\256b """ + '""""' + r""" \\ q"\n\n"""  # escapes, bidi, quotes, backslashes
    (wiki / "Page.wiki").write_text(f"1. Look:\n\n # {nasty}x'\n State: stopped\n")
    done = accept(wiki, "--report", report_of(wiki), "--yes")
    assert (done.returncode, done.stderr) == (0, "")
    written = (wiki / "overrides.toml").read_text()
    for told in (done.stdout, written):
        assert not any(char in told for char in ("\x1b", "\u202e"))
    (one,) = tomllib.loads(written)["Page"]["steps"]["look"]["outputs"]
    assert one["recordings"] == ['a\x1b[31m\u202eb """" \\ q"\n\nx']
    assert runbook("verify", wiki).returncode == 0


def test_a_secret_is_not_asked_for_and_not_shown(wiki: Path) -> None:
    (wiki / "Page.wiki").write_text(
        "<!-- runbook: param PASS=hunter2 secret -->\n\n1. Look:\n\n # printf 'pass hunter2: fine'\n pass hunter2: bad\n"
    )
    report = report_of(wiki)
    assert "hunter2" not in report.read_text()
    assert accept(wiki, "--report", report, "--yes").returncode == 0
    assert runbook("verify", wiki).returncode == 0


def test_an_accepted_output_whose_command_is_gone_is_told(wiki: Path) -> None:
    accept(wiki, "--report", report_of(wiki), "--yes")
    (wiki / "Page.wiki").write_text(PAGE.replace("running", "up"))
    told = runbook("extract", wiki / "Page.wiki").stderr
    assert "[override-without-command]" in told
    assert "overrides.toml:1: step 'look' of 'Page' has no command" in told


@pytest.mark.parametrize(
    ("answer", "code", "word"), [("yes", 0, "%{word}"), ("no", 3, "stopped"), ("instead\nyes", 0, "running"), ("", 3, "stopped")]
)
def test_it_asks_on_a_terminal(answer: str, code: int, word: str, wiki: Path) -> None:
    report = report_of(wiki)
    ours, theirs = pty.openpty()
    words = [sys.executable, "-m", "runbook", "accept", str(wiki / "Page.wiki"), "--report", str(report), "--step", "look"]
    process = subprocess.Popen(words, stdin=theirs, stdout=theirs, stderr=theirs, env={**os.environ, "TERM": "xterm"})
    os.close(theirs)
    os.write(ours, (answer + "\n").encode())
    seen = b""
    try:
        while data := os.read(ours, 2**16):
            seen += data
    except OSError:  # Linux: the other side is closed
        pass
    os.close(ours)
    assert process.wait(timeout=60) == code
    assert b"accept it? [yes, no, instead" in seen
    assert f"State: {word} " in runbook("script", wiki / "Page.wiki").stdout
