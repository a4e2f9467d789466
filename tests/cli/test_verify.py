"""`runbook verify`, run as a person runs it, on pages whose commands only print."""

from __future__ import annotations

import json
import os
import pty
import signal
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
from in_process import run
from runbook import lock
from runbook.cli.inputs import extracted, read

HOLDS = "1. Look:\n\n # printf 'a 3 b'\n a 5 b\n"
FAILS = "1. Look:\n\n # printf 'a 7\\nState: stopped\\n'\n a 9\n State: running\n"
NOTHING = "1. Press the button.\n"
WORDS = "This is only to be read.\n"


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "runbook", *map(str, arguments)]


def verify(*arguments: object) -> subprocess.CompletedProcess[str]:
    return run("verify", *arguments)


def page(folder: Path, name: str, text: str) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / f"{name}.wiki"
    path.write_text(text)
    return path


@pytest.mark.parametrize(("text", "code", "told"), [(HOLDS, 0, "holds"), (FAILS, 1, "does not hold"), (NOTHING, 3, "nothing")])
def test_the_exit_code_says_whether_it_holds(text: str, code: int, told: str, tmp_path: Path) -> None:
    done = verify(page(tmp_path, "Page", text))
    assert (done.returncode, done.stderr) == (code, "")
    assert done.stdout.startswith(f"Page: {told}")


def test_what_differs_is_shown_as_a_diff_with_holes_by_name(tmp_path: Path) -> None:
    told = verify(page(tmp_path, "Page", FAILS)).stdout
    assert "             a 7\n           - State: running\n                    ^^^^^^^\n           + State: stopped\n" in told
    row = FAILS.replace("State: running", "a 8 b").replace("State: stopped", "a 8 c")
    assert "- a ‹int› b\n" in verify(page(tmp_path, "Page", row)).stdout


def test_pages_of_several_sources_make_one_report(tmp_path: Path) -> None:
    for name, text in (("A", HOLDS), ("B", FAILS), ("C", WORDS)):
        page(tmp_path / "wiki", name, text)
    one, two = tmp_path / "report.json", tmp_path / "junit.xml"
    done = verify(
        tmp_path / "wiki", page(tmp_path, "D", NOTHING), "--report", one, "--format", "junit", "-o", two, "--host-label", "h"
    )
    assert (done.returncode, done.stdout, done.stderr) == (1, "", "")
    report = json.loads(one.read_text())
    assert (report["format"], report["host"]) == (1, "h")
    assert [(each["page"]["title"], each["verdict"], each["exit"]) for each in report["pages"]] == [
        ("A", "holds", 0),
        ("B", "fails", 1),
        ("D", "not-run", 3),
    ]
    assert [len(each["page"]["script"]) for each in report["pages"]] == [64, 64, 64]
    result = report["pages"][1]["steps"][0]["results"][0]
    assert (result["command"], result["output"]) == ("printf 'a 7\\nState: stopped\\n'", ["a 7", "State: stopped"])
    assert [suite.get("name") for suite in ET.fromstring(two.read_text()).iter("testsuite")] == ["A", "B", "D"]


def test_only_what_is_known_to_read_is_run(tmp_path: Path) -> None:
    mark = tmp_path / "mark"
    text = f"1. Do:\n\n # touch {mark}\n # no-such-tool {mark}\n # echo fine\n fine\n"
    done = verify(page(tmp_path, "Page", text), "--format", "json")
    assert not mark.exists()
    results = json.loads(done.stdout)["pages"][0]["steps"][0]["results"]
    assert [(each["kind"], each["verdict"]) for each in results] == [
        ("command", "not-run"),
        ("check", "fails"),
        ("command", "not-run"),
        ("command", "holds"),
    ]


def test_steps_can_be_chosen_of_a_single_page(tmp_path: Path) -> None:
    path = page(tmp_path / "wiki", "Page", HOLDS + "\n2. Look again:\n\n # echo x\n y\n")
    assert verify(path).returncode == 1
    assert verify(path, "--to", "1").returncode == verify(path, "--only", "look").returncode == 0
    refused = verify(path, "--only", "9")
    assert (refused.returncode, "there is no step 9" in refused.stdout) == (2, True)
    page(tmp_path / "wiki", "Other", HOLDS)
    refused = verify(tmp_path / "wiki", "--to", "1")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "choose one with --page TITLE" in refused.stderr
    assert verify(tmp_path / "wiki", "--to", "1", "--page", "Page").returncode == 0


def test_values_of_ones_own_stand_in_for_the_pages(tmp_path: Path) -> None:
    text = "<!-- runbook: param NAME=alpha type=hostname -->\n1. Look:\n\n # printf 'alpha: up'\n alpha: up\n"
    path = page(tmp_path, "Page", text)
    done = verify(path, "--set", "NAME=beta", "--format", "json")
    assert (done.returncode, "printf 'beta: up'" in done.stdout) == (0, True)
    for wrong in ("NAME", "=x", "OTHER=x"):
        refused = verify(path, "--set", wrong)
        assert (refused.returncode, refused.stdout) == (2, "")
        assert refused.stderr.startswith("runbook: --set: ")
    refused = verify(path, "--set", "NAME=$(id)")
    assert (refused.returncode, "wants a value of type" in refused.stdout) == (2, True)


@pytest.mark.parametrize("form", ["text", "tap", "junit", "json"])
def test_secrets_are_in_no_report(form: str, tmp_path: Path) -> None:
    text = "<!-- runbook: param PASS=hunter2 secret -->\n1. Log in with hunter2:\n\n # echo pass hunter2 then x\n pass hunter2 then y\n"
    report = tmp_path / "report.json"
    done = verify(page(tmp_path, "Page", text), "--format", form, "--report", report, "--set", "PASS=tr0ub4dor")
    assert done.returncode == 1
    for told in (done.stdout, done.stderr, report.read_text()):
        assert "hunter2" not in told
        assert "tr0ub4dor" not in told
    assert "(secret)" in done.stdout


@pytest.mark.parametrize("form", ["text", "tap", "junit", "json"])
def test_what_a_program_printed_as_a_secret_is_in_no_report(form: str, tmp_path: Path) -> None:
    (tmp_path / "lamp.env").write_text("LAMP_TOKEN=zebra4711\nlit = no\n")
    text = f"1. Look:\n\n # cat {tmp_path}/lamp.env\n LAMP_TOKEN=other1234\n lit = yes\n"
    report = tmp_path / "report.json"
    done = verify(page(tmp_path, "Page", text), "--format", form, "--report", report)
    assert done.returncode == 1
    for told in (done.stdout, done.stderr, report.read_text()):
        assert "zebra4711" not in told
        assert "other1234" not in told
    assert "lit = no" in report.read_text()


@pytest.mark.parametrize("command", ["seq 60000", "seq 60000 | cut -c 1"])
def test_a_flood_is_told_and_kept_out_of_the_report(command: str, tmp_path: Path) -> None:
    done = verify(page(tmp_path, "Page", f"1. Look:\n\n # {command}\n 1\n"), "--format", "json")
    assert done.returncode == 1
    assert len(done.stdout) < 20_000
    assert "output" not in json.loads(done.stdout)["pages"][0]["steps"][0]["results"][0]


def locked(folder: Path) -> tuple[Path, Path]:
    """A rendered script of a page that does not hold, and the lock that knows it."""
    source, script = page(folder, "Page", FAILS), folder / "verify.sh"
    assert run("script", source, "-o", script).returncode == 0
    found = lock.of(extracted(read(str(source), None), str(source)), folder)
    lock.write(folder / lock.FILE, found)
    return script, folder / lock.FILE


def test_a_script_that_the_lock_knows_is_run(tmp_path: Path) -> None:
    script, known = locked(tmp_path / "wiki")
    done = verify(script, "--lock", known)
    assert (done.returncode, done.stderr) == (1, "")
    assert "           + State: stopped\n" in done.stdout
    (tmp_path / "wiki/Page.wiki").unlink()  # the script itself is all there is
    done = verify(script, "--lock", known)
    assert (done.returncode, done.stdout.startswith("Page: does not hold")) == (1, True)
    assert 'expected "running", found "stopped"' in done.stdout


def test_a_script_whose_page_says_something_else_by_now_is_drift_and_not_run(tmp_path: Path) -> None:
    script, known = locked(tmp_path / "wiki")
    other = page(tmp_path, "Other", HOLDS)
    (tmp_path / "wiki/Page.wiki").write_text(HOLDS)
    done = verify(script, other, "--lock", known)
    assert (done.returncode, done.stdout) == (1, "")
    assert "Page.wiki changed since this script was locked, so that nothing is run" in done.stderr


def test_a_script_that_the_lock_does_not_know_is_not_run(tmp_path: Path) -> None:
    script, known = locked(tmp_path / "wiki")
    mark = tmp_path / "mark"
    script.write_text(script.read_text().replace("set -u", f"touch {mark}; set -u", 1))
    done = verify(script, "--lock", known)
    assert (done.returncode, done.stdout, mark.exists()) == (2, "", False)
    assert done.stderr.startswith(f"runbook: {script}: {known} does not know this script")
    assert verify(script, "--lock", tmp_path / "none.lock").returncode == 2


def test_a_source_with_nothing_to_do_is_said_and_no_success(tmp_path: Path) -> None:
    done = verify(page(tmp_path, "Page", WORDS))
    assert done.returncode == 3
    assert "no page asks for anything to be done" in done.stderr


def waiting(folder: Path, name: str) -> tuple[Path, Path]:
    """A page whose command waits until somebody writes into a pipe, and the pipe."""
    fifo = folder / f"{name}.pipe"
    os.mkfifo(fifo)
    return page(folder, name, f"1. Wait:\n\n # cat {fifo}\n go\n"), fifo


def test_pages_run_at_once(tmp_path: Path) -> None:
    (one, first), (two, second) = waiting(tmp_path, "One"), waiting(tmp_path, "Two")
    process = subprocess.Popen(command("verify", "--jobs", 2, one, two), stdout=subprocess.PIPE, text=True)
    # Each open waits for the command that reads there: one after the other, the second would never come.
    with first.open("w") as here, second.open("w") as there:
        there.write("go\n")
        here.write("go\n")
    told, _ = process.communicate(timeout=60)
    assert (process.returncode, told.index("One: holds") < told.index("Two: holds")) == (0, True)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupted_run_leaves_nothing_behind(number: signal.Signals, code: int, tmp_path: Path) -> None:
    path, fifo = waiting(tmp_path, "Page")
    output = tmp_path / "out.tap"
    process = subprocess.Popen(command("verify", path, "-o", output), env={**os.environ, "TMPDIR": str(tmp_path)})
    with fifo.open("w"):  # it runs
        process.send_signal(number)
        assert process.wait(timeout=60) == code
    assert sorted(each.name for each in tmp_path.iterdir()) == ["Page.pipe", "Page.wiki"]


def on_a_terminal(term: str, *arguments: object) -> str:
    """What is seen on a terminal of that kind."""
    ours, theirs = pty.openpty()
    process = subprocess.Popen(command(*arguments), stdin=theirs, stdout=theirs, stderr=theirs, env={**os.environ, "TERM": term})
    os.close(theirs)
    seen = b""
    try:
        while data := os.read(ours, 2**16):
            seen += data
    except OSError:  # Linux: the other side is closed
        pass
    os.close(ours)
    process.wait(timeout=60)
    return seen.decode()


def test_progress_and_colours_on_a_terminal_and_none_on_a_dumb_one(tmp_path: Path) -> None:
    path = page(tmp_path, "Page", FAILS)
    seen = on_a_terminal("xterm", "verify", path)
    assert "s  Page: Look" in seen
    assert "\x1b[1A\x1b[J" in seen
    assert "\x1b[31m           - State: \x1b[7mrunning\x1b[27m\x1b[0m" in seen
    seen = on_a_terminal("dumb", "verify", path)
    assert "\x1b" not in seen
    assert seen.startswith("Page: checking\r\nPage: fails\r\nPage: does not hold")


def test_a_case_of_the_page_is_taken_when_it_is_named(tmp_path: Path) -> None:
    text = "1. Make it.\n\nOn Debian:\n\n # echo one\n one\n\nOn Fedora:\n\n # echo two\n three\n"
    path = page(tmp_path / "wiki", "Page", text)
    page(tmp_path / "wiki", "Other", HOLDS)
    assert verify(path).returncode == 3
    assert verify(path, "--case", "on debian").returncode == 0
    assert verify(path, "--case", "On Fedora").returncode == 1
    assert verify(tmp_path / "wiki", "--case", "On Debian").returncode == 0  # the other page has none
    refused = verify(path, "--case", "Gentoo")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "--case: no page has a case 'Gentoo'; there is On Debian, On Fedora" in refused.stderr


def test_relative_paths_are_looked_for_where_the_steps_begin(tmp_path: Path) -> None:
    path = page(tmp_path / "wiki", "Page", "1. Make it:\n\n # mkdir mill\n")
    begin = tmp_path / "begin"
    begin.mkdir()
    assert verify(path, "--in", begin).returncode == 1
    (begin / "mill").mkdir()
    assert verify(path, "--in", begin).returncode == 0
    refused = verify(path, "--in", tmp_path / "nowhere")
    assert refused.returncode == 2
    assert f"--in wants a directory, and {tmp_path}/nowhere is none" in refused.stdout
