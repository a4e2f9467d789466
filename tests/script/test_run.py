"""How commands are run: what carries from one to the next, and what can't bend the run."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest
from runbook.render import script
from script_books import Run, command, environment, runbook


def test_directory_variables_functions_and_aliases_carry(run: Run) -> None:
    ran = run(
        runbook(
            command("cd /usr; A=1; export B=2; f() { echo fn; }; alias zz='echo al'"),
            command("pwd; echo $A; bash -c 'echo $B'", "/usr", "1", "2"),
            command("f", "fn"),
            command("zz", "al"),
        ),
        "--format=json",
    )
    assert ran.verdicts() == {"1.1": "skips", "1.2": "holds", "1.3": "holds", "1.4": "holds"}
    assert ran.status == 0


BENDING = {
    "exit": "exit 3",
    "exec": "exec echo x",
    "set -e": "set -e; false",
    "set -u": "set -u; echo $NOT_SET",
    "set -n": "set -n",
    "set -f": "set -f; set -o posix; set -x; set -C",
    "shopt": "shopt -s nocasematch extdebug failglob",
    "trap": "trap 'echo T; exit' EXIT DEBUG ERR RETURN; trap '' TERM HUP",
    "return": "return 5",
    "break": "break 9; continue 9",
    "kill": "kill -9 $$",
    "stop": "kill -STOP $$",
    "redirect": "exec >/dev/null 2>&1 </dev/null 3>&- 4>&- 7>&- 8>&-",
    "IFS and PATH": "IFS=x; PATH=; unset HOME",
    "functions": "printf() { echo bad; }; eval() { echo bad; }; unset() { :; }; trap() { :; }; builtin() { echo bad; }; set() { :; }",
    "aliases": "alias printf='echo bad' builtin='echo bad' unset=: eval=: set=:",
    "open": "cat <<X",
    "syntax": "echo ) (",
    "NUL": "printf 'a\\0b\\n'",
    "readonly": "readonly PWD OLDPWD IFS HOME; readonly -f f 2>/dev/null",
}


@pytest.mark.parametrize("bending", BENDING.values(), ids=BENDING.keys())
def test_no_command_bends_the_next(run: Run, bending: str) -> None:
    ran = run(
        runbook(
            command("A=1; f() { /bin/echo fn; }"),
            command(bending),
            command("/bin/echo $A", "1"),
            command("f", "fn"),
            command("/bin/echo a; /bin/false", "a", exit=1),
        ),
        "--format=json",
        "--timeout=1",
    )
    verdicts = ran.verdicts()
    assert [verdicts[f"1.{n}"] for n in (3, 4, 5)] == ["holds"] * 3, ran.out
    assert len(verdicts) == 5


def test_input_is_never_eaten(run: Run) -> None:
    """Also when bash reads the script itself from its input, as over ssh."""
    book = runbook(command("cat", ""), command('read -r a; echo "[$a]"', "[]"))
    assert run(book, "--format=json", answers="these\nwords\n").verdicts()["1.2"] == "holds"


def test_over_standard_input(tmp_path: Path) -> None:
    text = script.render(runbook(command("cat; echo a", "a"), command("bash -c cat; echo b", "b")))
    done = subprocess.run(
        ["bash", "-s", "--", "--format=tap"], input=text, capture_output=True, text=True, check=False, env=environment(tmp_path)
    )
    assert "ok 1 - 1.1 cat; echo a" in done.stdout
    assert "ok 2 - 1.2 bash -c cat; echo b" in done.stdout
    assert done.returncode == 0


def test_a_cut_off_script_runs_nothing(tmp_path: Path) -> None:
    text = script.render(runbook(command(f"touch {tmp_path}/ran", "x")))
    for part in (0.3, 0.6, 0.9, 0.995):
        cut = text[: int(len(text) * part)]
        subprocess.run(["bash", "-s"], input=cut.encode(), capture_output=True, check=False, env=environment(tmp_path))
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "bad", ["sleep 60", "sleep 60 & sleep 61", "trap '' TERM INT; while :; do sleep 1; done", "exec sleep 60"]
)
def test_a_hanging_command_is_ended_with_its_children(run: Run, tmp_path: Path, bad: str) -> None:
    mark = f"RUNBOOK_TEST={tmp_path}"
    ran = run(runbook(command(bad, "x"), command("echo a", "a")), "--format=json", "--timeout=1", env=dict([mark.split("=")]))
    assert ran.verdicts() == {"1.1": "fails", "1.2": "holds"}
    assert "no end after 1 s" in ran.results()[0]["reason"]
    left = [path for path in Path("/proc").glob("[0-9]*/environ") if _has(path, mark)]
    assert not left


def test_time_is_over_even_when_nobody_could_look(run: Run, tmp_path: Path) -> None:
    """Where no more processes can be started, looking at what was printed takes until the command has ended by itself."""
    slow = tmp_path / "bin" / "stat"
    slow.parent.mkdir()
    slow.write_text(f'#!/bin/sh\nuntil [ -e {tmp_path}/over ]; do sleep 0.1; done\nPATH=/usr/bin:/bin exec stat "$@"\n')
    slow.chmod(0o755)
    late = command(f"sleep 3; echo a; : >{tmp_path}/over", "a")
    ran = run(runbook(late), "--format=json", "--timeout=1", env={"PATH": f"{slow.parent}:/usr/bin:/bin"})
    assert ran.verdicts() == {"1.1": "fails"}
    assert "no end after 1 s" in ran.results()[0]["reason"]


def _has(path: Path, mark: str) -> bool:
    try:
        return mark.encode() in path.read_bytes()
    except OSError:
        return False


def test_a_flood_is_cut_and_reported(run: Run) -> None:
    ran = run(runbook(command("yes", "y"), command("echo a", "a")), "--format=json", "--timeout=20")
    assert ran.verdicts() == {"1.1": "fails", "1.2": "holds"}
    assert "printed more than" in ran.results()[0]["reason"]
    assert len(ran.raw) < 20_000


def test_both_outputs_are_kept_apart(run: Run, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    ran = run(runbook(command("echo out; echo err >&2", "out")), "--keep-output", str(kept))
    assert ran.status == 0
    assert (kept / "1.1.out").read_text() == "out\n"
    assert (kept / "1.1.err").read_text() == "err\n"


def test_an_error_message_may_be_what_was_recorded(run: Run) -> None:
    ran = run(runbook(command("echo no such thing >&2; false", "no such thing", exit="nonzero")))
    assert ran.status == 0


@pytest.mark.parametrize("how", [("bash", "-u"), ("bash", "-e"), ("bash", "-x"), ("bash", "--posix")])
def test_under_the_options_of_others(run: Run, how: tuple[str, ...]) -> None:
    ran = run(runbook(command("echo a; false", "a", exit=1), command("echo b", "b")), how=how)
    assert (ran.status, ran.out.count("\nok ")) == (0, 2)


@pytest.mark.parametrize(
    "env", [{"LC_ALL": "C"}, {"LC_ALL": "POSIX", "LANG": "tr_TR.UTF-8"}, {"LC_ALL": "C.UTF-8"}, {"POSIXLY_CORRECT": "1"}]
)
def test_in_any_locale(run: Run, env: dict[str, str]) -> None:
    ran = run(runbook(command("echo Grüße ıI", "Grüße ıI")), env=env)
    assert ran.status == 0


def test_commands_see_the_locale_of_the_caller(run: Run) -> None:
    ran = run(runbook(command('echo "[$LC_ALL][$LANG]"', "[C.UTF-8][x]")), env={"LC_ALL": "C.UTF-8", "LANG": "x"})
    assert ran.status == 0
    assert run(runbook(command('echo "[${LC_ALL-none}]"', "[none]"))).status == 0


def test_a_directory_that_can_not_be_written(run: Run) -> None:
    assert run(runbook(command("cd /proc/1 2>/dev/null || cd /; echo a", "a"), command("echo b", "b"))).status == 0


def test_nothing_is_left_behind(run: Run, tmp_path: Path) -> None:
    run(runbook(command("echo a", "a")))
    assert [path.name for path in tmp_path.iterdir()] == ["verify.sh"]
