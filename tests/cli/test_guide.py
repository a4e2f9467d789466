"""`runbook guide`: the script that is handed the terminal, where it is kept, and how it goes on."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

PAGE = "1. Look:\n\n # printf 'a 7'\n a 9\n\n2. Look again:\n\n # printf 'b 7'\n b 9\n"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "Page.wiki").write_text(PAGE)
    return tmp_path


def guide(home: Path, *arguments: object, answers: str = "") -> subprocess.CompletedProcess[str]:
    env = {name: value for name, value in os.environ.items() if name != "XDG_STATE_HOME"} | {"HOME": str(home)}
    words = [sys.executable, "-m", "runbook", "guide", str(home / "Page.wiki"), *map(str, arguments)]
    return subprocess.run(words, input=answers, capture_output=True, text=True, check=False, timeout=60, env=env)


def kept(home: Path) -> tuple[Path, Path]:
    folder = home / ".local/state/runbook"
    (script,) = folder.glob("page-*.jsonl.sh")
    return script.with_suffix(""), script


def test_the_script_leads_through_the_page(home: Path) -> None:
    done = guide(home, answers="r\nr\n")
    assert (done.returncode, done.stderr) == (0, "")
    assert "a 7" in done.stdout
    assert "All steps are done" in done.stdout


def test_what_varies_is_shown_by_its_kind_and_braces_of_the_page_as_they_are(home: Path) -> None:
    (home / "Page.wiki").write_text("1. Look:\n\n # lampctl --version\n lampctl 2.4.1 of ${prefix}/{lamps}\n 100%{full} %x\n")
    shown = guide(home, answers="q\n").stdout
    assert "lampctl <version> of ${prefix}/{lamps}\n" in shown
    assert "100%{full} %x\n" in shown


def test_a_page_without_anything_to_do_is_finished_at_once(home: Path) -> None:
    (home / "Page.wiki").write_text("Only words.\n")
    for _ in range(2):
        done = guide(home)
        assert (done.returncode, done.stdout, done.stderr) == (0, "Nothing is left to do.\n", "")


def test_what_is_kept_is_for_its_owner_only(home: Path) -> None:
    old = os.umask(0)
    try:
        guide(home, answers="q\n")
    finally:
        os.umask(old)
    journal, script = kept(home)
    assert [oct(path.stat().st_mode & 0o777) for path in (journal, script, script.parent)] == ["0o600", "0o600", "0o700"]
    assert [path.name for path in script.parent.iterdir() if path.name.startswith(".")] == []


def test_it_goes_on_with_the_same_bytes_though_the_page_changed(home: Path) -> None:
    assert guide(home, answers="r\nq\n").returncode == 3
    before = kept(home)[1].read_bytes()
    (home / "Page.wiki").write_text(PAGE.replace("b 7", "c 7"))
    done = guide(home, "--resume", answers="r\n")
    assert "changed since this guide began" in done.stderr
    assert (done.returncode, "a 7" in done.stdout, "b 7" in done.stdout, "c 7" in done.stdout) == (0, False, True, False)
    assert kept(home)[1].read_bytes() == before


def test_the_words_at_its_end_go_on_without_us(home: Path) -> None:
    told = guide(home, answers="r\nq\n").stdout
    words = told.split("Go on with: ")[1].split()
    done = subprocess.run(words, input="r\n", capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, "b 7" in done.stdout, "a 7" in done.stdout) == (0, True, False)


def test_an_unfinished_guide_is_not_written_over(home: Path) -> None:
    guide(home, answers="r\nq\n")
    refused = guide(home, answers="r\nr\n")
    assert (refused.returncode, refused.stdout) == (3, "")
    assert "--resume goes on with it" in refused.stderr
    assert guide(home, "--anew", answers="r\nr\n").returncode == 0
    assert guide(home, answers="r\nr\n").returncode == 0


def test_there_must_be_something_to_go_on_with(home: Path) -> None:
    refused = guide(home, "--resume")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "no guide of this page to go on with" in refused.stderr


def test_a_script_that_somebody_changed_is_not_run(home: Path) -> None:
    guide(home, answers="q\n")
    script = kept(home)[1]
    text = script.read_text()
    script.write_text(text.replace("a 7", "x 7"))
    refused = guide(home, "--resume", answers="r\n")
    assert (refused.returncode, "its checksum differs" in refused.stderr) == (2, True)
    script.write_text(text)
    script.chmod(0o666)
    refused = guide(home, "--resume", answers="r\n")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "only you can write to" in refused.stderr
    script.unlink()
    script.symlink_to(home / "Page.wiki")
    assert guide(home, "--resume").returncode == 2


def test_options_are_the_scripts(home: Path) -> None:
    journal = home / "here.jsonl"
    done = guide(home, "--only", "2", "--journal", journal, answers="r\n")
    assert (done.returncode, "b 7" in done.stdout, "a 7" in done.stdout) == (0, True, False)
    assert (journal.exists(), (home / "here.jsonl.sh").exists()) == (True, True)
    assert guide(home, "--only", "9", "--journal", home / "x.jsonl").returncode == 2


def test_commands_are_run_where_the_steps_begin(home: Path) -> None:
    (home / "Page.wiki").write_text("1. Make it:\n\n # mkdir mill-<version>\n")
    begin = home / "begin"
    begin.mkdir()
    assert guide(home, "--in", str(begin), answers="r\n2\nr\n").returncode == 0
    assert [path.name for path in begin.iterdir()] == ["mill-2"]
