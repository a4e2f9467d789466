"""A fresh project, what a machine lacks, completion in the shell."""

from __future__ import annotations

import json
import os
import pty
import select
import shutil
import subprocess
from pathlib import Path

import pytest
from runbook.cli import starting
from runbook.cli.subcommands import SUBCOMMANDS
from runbook.run import machine
from runbook.sandbox import available

from cli.in_process import run


def tree(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


# --- new --------------------------------------------------------------------------------------------------------------


def test_a_new_project_builds_lints_and_holds_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("new", tmp_path / "a" / "b").returncode == 0
    monkeypatch.chdir(tmp_path / "a" / "b")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    assert tree(Path()) == {
        ".github/workflows/runbook.yml",
        ".gitignore",
        "content/Look at a host.wiki",
        "mkdocs.yml",
        "runbook.toml",
    }
    built = run("build")
    assert (built.returncode, built.stderr) == (0, "")
    assert "Look at a host" in Path("site/index.html").read_text()
    linted = run("lint", "content")
    assert (linted.returncode, linted.stdout, linted.stderr) == (0, "", "")
    assert run("verify", "content").returncode == 0
    # every part of it is used: the page's three commands are checked, each against its output
    (found,) = json.loads(run("verify", "--format", "json", "content").stdout)["pages"]
    assert [[each["verdict"] for each in step["results"]] for step in found["steps"]] == [["holds"], ["holds", "holds"]]


def test_new_in_an_empty_directory_and_in_the_current_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    done = run("new", ".")
    assert (done.returncode, "go there" in done.stdout) == (0, False)
    assert (tmp_path / "mkdocs.yml").is_file()


@pytest.mark.parametrize("name", [".hidden", "file.txt"])
def test_new_refuses_what_is_not_empty_and_leaves_it(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_text("mine")
    done = run("new", tmp_path)
    assert done.returncode == 2
    assert done.stderr == f"runbook: {tmp_path}: is not empty: '{name}' is there; name a new directory\n"
    assert tree(tmp_path) == {name}


@pytest.mark.parametrize("there", [True, False])
def test_new_leaves_what_another_run_makes_meanwhile(there: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "fresh"
    if there:
        folder.mkdir()
    copy = starting._copy

    def meanwhile(source: Path, target: Path) -> None:
        copy(source, target)
        if target.parent in (tmp_path, folder):  # the copy is whole; what the other run made is there first
            (folder / ".github").mkdir(parents=True)
            (folder / ".github" / "theirs").touch()

    monkeypatch.setattr(starting, "_copy", meanwhile)
    done = run("new", folder)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(f"runbook: {folder}: is not empty: another run has just made a project there")
    assert tree(tmp_path) == {"fresh/.github/theirs"}
    assert {path.name for path in tmp_path.iterdir()} == {"fresh"}


def test_new_refuses_a_file(tmp_path: Path) -> None:
    (tmp_path / "x").write_text("mine")
    done = run("new", tmp_path / "x")
    assert (done.returncode, "is no directory" in done.stderr) == (2, True)


def test_new_leaves_nothing_when_it_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real = starting._copy

    def half(source: Path, target: Path) -> None:
        real(source, target)
        raise OSError(28, "No space left on device", str(target))

    monkeypatch.setattr(starting, "_copy", half)
    done = run("new", tmp_path / "a" / "b")
    assert (done.returncode, "No space left" in done.stderr) == (2, True)
    assert list(tmp_path.iterdir()) == []


# --- doctor -----------------------------------------------------------------------------------------------------------


@pytest.fixture
def bin_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A PATH with a few programs and nothing else."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in ("bash", "awk", "grep"):
        found = shutil.which(name)
        assert found is not None
        (folder / name).symlink_to(found)
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return folder


def test_doctor_is_content_with_what_is_needed_and_tells_the_rest(bin_only: Path) -> None:
    done = run("doctor")
    assert done.returncode == 0
    assert f"✓ awk              {bin_only}/awk\n" in done.stdout
    for name in ("bubblewrap", "user namespaces", "container", "chromium", "php"):
        assert f"- {name:15}  missing, for" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("all that Runbook needs is here; ")


def test_doctor_names_what_is_missing_and_what_to_do(bin_only: Path) -> None:
    (bin_only / "awk").unlink()
    done = run("doctor")
    assert done.returncode == 1
    assert "✗ awk              missing, for verification scripts\n                   install awk: any" in done.stdout
    assert done.stdout.endswith("1 thing that Runbook needs is missing\n")


@pytest.mark.parametrize(("said", "found"), [("GNU bash, version 3.2.57(1)-release", ""), ("GNU bash, version 5.2.15", "5.2.15")])
def test_an_old_bash_is_none(bin_only: Path, said: str, found: str) -> None:
    (bin_only / "bash").unlink()
    (bin_only / "bash").write_text(f"#!/bin/sh\necho '{said}'\n")
    (bin_only / "bash").chmod(0o755)
    assert {part.name: part.found for part in machine.look()}["bash 4"] == found


def test_a_bubblewrap_that_may_not_make_namespaces_is_told(bin_only: Path) -> None:
    (bin_only / "bwrap").write_text('#!/bin/sh\n[ "$1" = --version ] && echo bubblewrap 0.8.0\n')
    (bin_only / "bwrap").chmod(0o755)
    found = {part.name: part for part in available.parts()}
    assert (found["bubblewrap"].found, found["user namespaces"].found) == ("0.8.0", "")
    assert "with bubblewrap there, allow them: sysctl" in found["user namespaces"].remedy


def test_a_cache_that_cannot_be_written_is_told(bin_only: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", "/proc/none")  # not even root writes there
    assert {part.name: part.found for part in machine.look()}["cache"] == ""


# --- completion -------------------------------------------------------------------------------------------------------


def completed(script: Path, *words: str) -> list[str]:
    """What bash offers for the last of `words`."""
    line = " ".join(f"'{word}'" for word in words)
    ask = f'. {script}; COMP_WORDS=({line}) COMP_CWORD={len(words) - 1}; "$(complete -p runbook | sed "s/.*-F //;s/ .*//")"'
    done = subprocess.run(
        ["bash", "-c", f'{ask}; printf "%s\\n" "${{COMPREPLY[@]}}"'],
        capture_output=True,
        text=True,
        check=True,
        cwd=script.parent,
    )
    return done.stdout.split()


def test_bash_completes_subcommands_options_values_and_files(tmp_path: Path) -> None:
    script = tmp_path / "completion.sh"
    script.write_text(run("completion", "bash").stdout)
    (tmp_path / "page.wiki").write_text("")
    assert set(completed(script, "runbook", "")) >= {row.name for row in SUBCOMMANDS}
    assert completed(script, "runbook", "ver") == ["verify"]
    assert "--host-label" in completed(script, "runbook", "verify", "--ho")
    assert completed(script, "runbook", "schema", "rep") == ["report"]
    assert completed(script, "runbook", "lint", "pa") == ["page.wiki"]


@pytest.mark.parametrize("shell", ["zsh", "fish"])
def test_other_shells_know_every_subcommand_by_its_summary(shell: str) -> None:
    done = run("completion", shell)
    assert done.returncode == 0
    for row in SUBCOMMANDS:
        assert row.name in done.stdout
        assert row.summary in done.stdout.replace("'\"'\"'", "'")


ASKED = [
    ("ver", "verify"),
    ("verify --ho", "--host-label"),
    ("schema rep", "report"),
    ("lint pa", "page.wiki"),
    ("stage ad", "adir/"),
]


@pytest.fixture(params=["zsh", "fish"])
def other_shell(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A shell, with its script of completion and something to complete in `tmp_path`."""
    shell = str(request.param)
    if shutil.which(shell) is None:
        pytest.skip(f"no {shell} on this machine")
    (tmp_path / "_runbook").write_text(run("completion", shell).stdout)
    (tmp_path / "page.wiki").write_text("")
    (tmp_path / "adir").mkdir()
    return shell


@pytest.mark.parametrize(("typed", "completed"), ASKED)
def test_other_shells_complete_as_bash_does(other_shell: str, typed: str, completed: str, tmp_path: Path) -> None:
    if other_shell == "fish":
        ask = f"source _runbook; complete -C 'runbook {typed}'"
        offered = subprocess.run(
            ["fish", "--private", "-c", ask], capture_output=True, text=True, check=True, cwd=tmp_path
        ).stdout
        assert [line.partition("\t")[0] for line in offered.splitlines()] == [completed]
    else:
        before = f"runbook {typed}".rpartition(" ")[0]
        assert f"{before} {completed}" in typed_in_zsh(f"runbook {typed}\t", f"{before} {completed}", tmp_path)


def typed_in_zsh(keys: str, awaited: str, folder: Path) -> str:
    """What an interactive zsh shows after `keys`, on a terminal of its own: until that is `awaited`, or for 30 seconds."""
    terminal, other = pty.openpty()
    zsh = subprocess.Popen(
        ["zsh", "-f", "-i"],
        stdin=other,
        stdout=other,
        stderr=other,
        cwd=folder,
        env={**os.environ, "TERM": "dumb"},
        start_new_session=True,
    )
    os.close(other)
    shown = ""

    def wait(text: str) -> None:
        nonlocal shown
        while text not in shown and select.select([terminal], [], [], 30)[0]:
            shown += os.read(terminal, 4096).decode()

    try:
        os.write(terminal, b'PS1=; fpath=("$PWD" $fpath); autoload -Uz compinit; compinit -D -u; print rea""dy\n')
        wait("ready")
        os.write(terminal, keys.encode())
        wait(awaited)
    finally:
        zsh.kill()
        zsh.wait()
        os.close(terminal)
    return shown


def test_an_unknown_shell_is_trouble() -> None:
    assert run("completion", "cmd").returncode == 2
