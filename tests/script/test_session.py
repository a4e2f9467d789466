"""Commands inside another program: fed to it and to nothing else, and what an interrupt leaves behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
from pathlib import Path

import pytest
from runbook.model import Effect, Expectation
from runbook.render import script
from script_books import Run, command, environment, runbook

EXEC: tuple[Effect, ...] = ("exec",)

# Programs as a host may have them: each writes down how it was called, and answers what it is fed.
DOCKER = """#!/bin/bash
echo "docker $*" >>"$HOME/called"
case " $* " in *' -t '* | *' -it '*) echo 'the input device is not a TTY' >&2; exit 1 ;; esac
exec bash --noprofile --norc
"""
MYSQL = r"""#!/bin/bash
echo "mysql $*" >>"$HOME/called"
while IFS= read -r line; do
  case $line in
    '\! '*) eval "${line#??}" ;;
    'select 1;') printf '+---+\n| 1 |\n+---+\n| 1 |\n+---+\n' ;;
    'quit' | '\q') exit 0 ;;
    *) echo "ERROR 1064 (42000) at line 1: You have an error in your SQL syntax" >&2 ;;
  esac
done
"""


@pytest.fixture
def programs(tmp_path: Path) -> dict[str, str]:
    """The environment in which `docker` and `mysql` are those above."""
    folder = tmp_path / "programs"
    folder.mkdir()
    for name, text in (("docker", DOCKER), ("mysql", MYSQL)):
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    return {"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}


def test_a_container_is_entered_without_a_terminal_and_left_again(run: Run, tmp_path: Path, programs: dict[str, str]) -> None:
    enter = "docker exec -it web bash"
    book = runbook(
        command("WHERE=outside; echo $WHERE", "outside"),
        command(enter, effects=EXEC),
        command("WHERE=inside; echo $WHERE", "inside", effects=EXEC, context=(enter,)),
        command("cat; echo again $WHERE", "again inside", effects=EXEC, context=(enter,)),
        command("echo $WHERE", "outside"),
    )
    ran = run(book, "--apply", "--yes=1", env=programs)
    assert ran.status == 0, ran.out
    assert "run as: docker exec -i web bash" in ran.out
    assert (tmp_path / "called").read_text() == "docker exec -i web bash\n"


def test_shells_are_nested(run: Run, programs: dict[str, str]) -> None:
    outer, inner = "docker exec -it a sh", "docker exec -it b sh"
    book = runbook(
        command(outer, effects=EXEC),
        command("A=1; echo $A$B", "1", effects=EXEC, context=(outer,)),
        command(inner, effects=EXEC, context=(outer,)),
        command("B=2; echo $A$B", "2", effects=EXEC, context=(outer, inner)),
        command("echo $A$B", "1", effects=EXEC, context=(outer,)),
        command("echo [$A$B]", "[]"),
    )
    ran = run(book, "--apply", "--yes=1", env=programs)
    assert ran.status == 0, ran.out
    assert ran.out.count("\nok ") == 6


def test_a_data_base_is_fed_its_own_language(run: Run, tmp_path: Path, programs: dict[str, str]) -> None:
    enter = "mysql -u root shop"
    table = ("+---+", "| 1 |", "+---+", "| 1 |", "+---+")
    book = runbook(
        command(enter, effects=EXEC),
        command("select 1;", *table, effects=EXEC, context=(enter,), shell="mysql"),
        command("echo a", "a"),
    )
    ran = run(book, "--apply", "--yes=1", env=programs)
    assert ran.status == 0, ran.out
    assert (tmp_path / "called").read_text() == "mysql --unbuffered --table --force -u root shop\n"
    wrong = runbook(command(enter, effects=EXEC), command("selec 1;", *table, effects=EXEC, context=(enter,), shell="mysql"))
    failed = run(wrong, "--apply", "--yes=1", env=programs)
    assert failed.status == 1
    assert "ERROR 1064" in failed.out


def test_a_program_that_can_not_be_entered_stops_the_run(run: Run) -> None:
    enter = "docker exec -it web bash"
    book = runbook(command(enter, effects=EXEC), command("rm -rf data", effects=EXEC, context=(enter,)))
    ran = run(book, "--apply", "--yes=1", "--format=json", env={"PATH": "/usr/bin:/bin"})
    assert ran.status == 1
    assert ran.verdicts() == {"1.1": "fails"}


@pytest.mark.parametrize("mode", ["check", "apply", "guide"])
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_an_interrupt_ends_what_runs_and_is_written_down(tmp_path: Path, mode: str, number: int, status: int) -> None:
    began, path, journal = tmp_path / "began", tmp_path / "verify.sh", tmp_path / "journal"
    os.mkfifo(began)
    path.write_text(script.render(runbook(command(f"echo >{began}; sleep 70", "x"), command("echo after", "after"))))
    words = ["bash", str(path), *([f"--{mode}"] if mode != "check" else []), "--journal", str(journal)]
    env = environment(tmp_path, {"RUNBOOK_TEST": str(tmp_path)})
    with subprocess.Popen(
        words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=env, start_new_session=True
    ) as process:
        assert process.stdin is not None
        process.stdin.write("r\n")
        process.stdin.flush()
        began.read_text()
        process.send_signal(number)
        out, err = process.communicate(timeout=50)
    assert process.returncode == status
    assert "ended by signal" in out
    assert "after" not in out
    assert err == ""
    assert not [each for each in tmp_path.iterdir() if each.name.startswith("verify.") and each != path]
    if mode != "check":
        events = [json.loads(line) for line in journal.read_text().splitlines()]
        assert [event["event"] for event in events] == ["start", "begin", "interrupted"]
        assert not journal.with_name("journal.lock").exists()
    mark = f"RUNBOOK_TEST={tmp_path}".encode()
    assert not [each for each in Path("/proc").glob("[0-9]*/environ") if _holds(each, mark)]


def _holds(path: Path, mark: bytes) -> bool:
    try:
        return mark in path.read_bytes()
    except OSError:
        return False


def test_a_returned_error_of_the_inner_shell_is_told_apart(run: Run, programs: dict[str, str]) -> None:
    enter = "docker exec -it web bash"
    expected = Expectation((1, 1), ("no",), patterns=(("no",),), exit="nonzero")
    inner = command("echo no; false", effects=EXEC, context=(enter,))
    book = runbook(
        command(enter, effects=EXEC), type(inner)((1, 1), inner.text, effects=EXEC, context=(enter,), expected=expected)
    )
    assert run(book, "--apply", "--yes=1", env=programs).status == 0
