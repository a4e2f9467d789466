"""Containers: what docker or podman is asked, and what is made of what it says. No engine runs where these tests do, so that a stand-in
answers for it, which runs nothing: it plays what a script would print."""

from __future__ import annotations

import json
import subprocess
import sys
import tarfile
from io import BytesIO
from pathlib import Path

import pytest
from caged import command, job_of
from runbook.outcomes import PageOutcome
from runbook.run.processes import Running
from runbook.run.scripts import Options
from runbook.sandbox import container
from runbook.sandbox.check import Cage, check

STAND_IN = """#!/bin/bash
cd "$(dirname "$0")/state" || exit 70
printf '%s\\n' "$*" >>asked
case "$1 $2" in
  info*) ;;
  create*) [ ! -e refuses ] || { echo 'no such image' >&2; exit 125; } ;;
  diff*) echo >>looks; cat "diff.$(wc -l <looks)" ;;
  cp\\ runbook-*) cat kept.tar ;;
  cp*) cat "$2" >script ;;
  start*)
    while IFS= read -r line; do
      printf '%s\\n' "$line"
      case $line in *pause*) IFS= read -r _ || exit 9 ;; esac
    done 3<&0 <played
    ;;
esac
"""


class Engine:
    """The stand-in: what it plays, and what it was asked."""

    def __init__(self, folder: Path) -> None:
        self.program = folder / "docker"
        # The script is played from one file while it waits on another.
        self.program.write_text(STAND_IN.replace("IFS= read -r _ ||", "IFS= read -r _ <&3 ||"))
        self.program.chmod(0o755)
        self.state = folder / "state"
        self.state.mkdir()
        self.keeps({})

    def plays(self, *events: dict[str, object]) -> None:
        (self.state / "played").write_text("".join(json.dumps(event, separators=(",", ":")) + "\n" for event in events))

    def differs(self, *looks: str) -> None:
        for n, text in enumerate(looks, 1):
            (self.state / f"diff.{n}").write_text(text)

    def keeps(self, files: dict[str, bytes]) -> None:
        with tarfile.open(self.state / "kept.tar", "w") as archive:
            for name, data in files.items():
                member = tarfile.TarInfo(name)
                member.size = len(data)
                archive.addfile(member, BytesIO(data))

    @property
    def asked(self) -> list[str]:
        return (self.state / "asked").read_text().splitlines()

    def carries(self, *commands: str, network: bool = False) -> PageOutcome:
        job = job_of([command(each) for each in commands])
        return check(job, Options(timeout=5), Cage(str(self.program), "debian:12", network), Running())


@pytest.fixture
def engine(tmp_path: Path) -> Engine:
    return Engine(tmp_path)


def result(name: str, what: str, verdict: str = "holds") -> dict[str, object]:
    return {"event": "result", "id": name, "verdict": verdict, "what": what, "reason": "", "detail": []}


def pause(name: str) -> dict[str, object]:
    return {"event": "pause", "id": name}


END: dict[str, object] = {"event": "end", "words": "done"}


def test_what_differs_from_one_look_to_the_next_is_what_a_step_changed(engine: Engine) -> None:
    engine.plays(
        result("1.1", "mkdir /srv/a"),
        result("1.1", "then"),
        pause("1.1"),
        result("2.1", "rm /etc/motd"),
        result("2.1", "then"),
        pause("2.1"),
        END,
    )
    first = "C /run\nA /run/verify\nA /run/verify/kept\nA /verify.sh\nC /srv\nA /srv/a\n"
    engine.differs(first, first + "C /etc\nD /etc/motd\nC /etc/hosts\n")
    engine.keeps({"kept/1.1.out": b"made\n", "kept/1.1.err": b"", "kept/../evil": b"x", "/etc/passwd": b"x"})
    found = engine.carries("mkdir /srv/a", "rm /etc/motd")
    assert [[(change.kind, change.path) for change in step.changes] for step in found.steps] == [
        [("added", "/srv/a")],
        [("modified", "/etc/hosts"), ("deleted", "/etc/motd")],
    ]
    assert [result.files for step in found.steps for result in step.results] == [None, "confirm", None, "confirm"]
    assert found.steps[0].results[0].output == ("made",)
    assert (found.exit, found.sandbox, found.problem) == (0, "docker", None)


def test_it_is_held_and_removed(engine: Engine) -> None:
    engine.plays(result("1.1", "true"), pause("1.1"), END)
    engine.differs("")
    engine.carries("true")
    words = [line.split()[0] for line in engine.asked]
    assert words == ["create", "cp", "start", "diff", "cp", "rm"]
    create = engine.asked[0]
    for word in ("--network none", "--cap-drop ALL", "--security-opt no-new-privileges", "--pids-limit 256", "--memory "):
        assert word in create
    assert "SYS_ADMIN" not in create
    assert create.split(" --entrypoint ")[1].startswith("/bin/bash debian:12 -c ")
    assert 'main "$@"' in (engine.state / "script").read_text().splitlines()


def test_a_network_is_there_when_it_is_asked_for(engine: Engine) -> None:
    engine.plays(result("1.1", "true"), pause("1.1"), END)
    engine.differs("")
    engine.carries("true", network=True)
    assert "--network" not in engine.asked[0]


def test_a_script_that_ends_early_is_trouble_and_the_container_goes(engine: Engine) -> None:
    engine.plays(result("1.1", "true"))
    found = engine.carries("true")
    assert (found.exit, "before its report was complete" in (found.problem or "")) == (2, True)
    assert engine.asked[-1].startswith("rm --force")


@pytest.mark.parametrize(
    "events",
    [(result("7.1", "true"),), (pause("1.1"), pause("1.1")), ({"event": 5},), (result("2.1", "true"), result("1.1", "true"))],
)
def test_what_is_no_report_is_trouble_and_the_container_goes(engine: Engine, events: tuple[dict[str, object], ...]) -> None:
    engine.plays(*events, END)
    engine.differs("", "")
    found = engine.carries("true")
    assert (found.exit, "no report" in (found.problem or "")) == (2, True)
    assert engine.asked[-1].startswith("rm --force")


def test_names_with_newlines_stay_whole() -> None:
    assert list(container.changes("A /srv/a\nb\nC /srv\n")) == [("added", "/srv/a\nb")]


def test_the_engine_is_chosen_on_the_command_line(engine: Engine, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    page = tmp_path / "Page.wiki"
    page.write_text("1. Make it:\n\n # mkdir /srv/a\n")
    engine.plays(result("1.1", "mkdir /srv/a"), pause("1.1"), END)
    engine.differs("A /srv/a\n")
    words = [sys.executable, "-m", "runbook", "verify", "--sandbox", "--image", "debian:12", str(page)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert "      + /srv/a\n" in done.stdout
    (engine.state / "refuses").touch()
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (2, "")
    assert "runbook: --sandbox: docker create fails: no such image" in done.stderr
    engine.program.unlink()
    monkeypatch.setenv("PATH", str(tmp_path))
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert (done.returncode, "neither docker nor podman answers here" in done.stderr) == (2, True)
