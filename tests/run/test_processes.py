"""Scripts as processes: bounded, not bent by the environment, and gone with all that they started."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from runbook.run.processes import Ended, Running

LONG = 30.0


def run(script: str, tmp_path: Path, *, silence: float = LONG) -> tuple[Ended, list[bytes]]:
    path = tmp_path / "script.sh"
    path.write_text(script)
    lines: list[bytes] = []
    return Running().run([str(path)], lines.append, silence=silence), lines


def gone(pid: int) -> bool:
    """Whether a process has ended (a zombie has)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def test_lines_status_and_complaints_come_back(tmp_path: Path) -> None:
    ended, lines = run("echo one; echo two; echo oh >&2; exit 3", tmp_path)
    assert (ended, lines) == (Ended(3, "oh\n"), [b"one", b"two"])


def test_a_script_that_says_nothing_is_ended_with_all_that_it_started(tmp_path: Path) -> None:
    ended, lines = run("trap 'echo cleared; exit 9' TERM\nsleep 600 &\necho $!\nwait", tmp_path, silence=0.5)
    assert "said nothing" in ended.cut
    assert ended.status == 9
    assert gone(int(lines[0]))


def test_a_script_that_will_not_end_is_killed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runbook.run.processes._GRACE", 0.2)
    ended, _ = run("trap '' TERM\nwhile :; do sleep 1; done", tmp_path, silence=0.3)
    assert ended.status == -9


def test_what_is_left_in_the_background_does_not_outlive_the_script(tmp_path: Path) -> None:
    ended, lines = run("set -m\nsleep 600 >/dev/null &\necho $!", tmp_path)
    assert ended.status == 0
    assert gone(int(lines[0]))


def test_endless_output_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runbook.run.processes._MOST_OUTPUT", 100_000)
    ended, _ = run("while :; do echo y; done", tmp_path)
    assert "printed more than" in ended.cut


def test_the_environment_does_not_bend_the_script(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    start = tmp_path / "start.sh"
    start.write_text("echo bent\n")
    monkeypatch.setenv("BASH_ENV", str(start))
    monkeypatch.setenv("BASH_FUNC_echo%%", "() { printf bent; }")
    monkeypatch.setenv("SHELLOPTS", "xtrace:noexec")
    monkeypatch.setenv("KEPT", "kept")
    assert run('echo "$KEPT"', tmp_path) == (Ended(0, ""), [b"kept"])


def test_core_files_and_huge_files_are_not_written(tmp_path: Path) -> None:
    _, lines = run("ulimit -c; ulimit -f", tmp_path)
    assert lines == [b"0", b"65536"]


def test_closing_ends_what_runs_and_starts_no_more(tmp_path: Path) -> None:
    fifo, path = tmp_path / "fifo", tmp_path / "script.sh"
    os.mkfifo(fifo)
    path.write_text(f"sleep 600 &\necho up >{fifo}\nwait")
    running = Running()
    ended: list[Ended] = []
    thread = threading.Thread(target=lambda: ended.append(running.run([str(path)], lambda _: None, silence=LONG)))
    thread.start()
    assert fifo.read_text() == "up\n"
    running.close()
    thread.join()
    assert ended[0].status != 0
    path.write_text(f"touch {tmp_path}/started")
    assert "interrupted" in running.run([str(path)], lambda _: None, silence=LONG).cut
    assert not (tmp_path / "started").exists()
