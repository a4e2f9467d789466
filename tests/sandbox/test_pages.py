"""Pages carried out in a sandbox: what is done, what is left out, what the files say, and how it is reported."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from uuid import uuid4

import pytest
from caged import MEMORY, Carried, command, job_of, results, running, said
from runbook import sandbox, shell
from runbook.model import Manual
from runbook.outcomes import report_from_json
from runbook.render.script import templates as script_templates
from runbook.sandbox.check import in_sandbox

MARK = f"mark-{uuid4().hex}"
PAGE = """\
1. Make a place for it:

 # mkdir -p /srv/shop/data
 # ls -d /srv/shop/data
 /srv/shop/data

2. Create the file <code>/etc/shop.conf</code> with:

 port = 8080

3. Tidy up:

 # echo 'shop soft nofile 4096' >> /etc/hosts
 # rm /etc/hostname-of-old; true

4. Restart it:

 # systemctl restart shop

5. See what it says:

 # grep port /etc/shop.conf
 port = 8080
 # cat /srv/shop/version
 1.2
"""
WHOLE = PAGE.partition("4. ")[0]


def verify(*arguments: object) -> subprocess.CompletedProcess[str]:
    words = [sys.executable, "-m", "runbook", "verify", "--sandbox", *map(str, arguments)]
    return subprocess.run(words, capture_output=True, text=True, check=False)


@pytest.fixture
def page(tmp_path: Path, bwrap: str) -> Path:
    path = tmp_path / "Shop.wiki"
    path.write_text(PAGE)
    return path


def test_what_each_step_changes_is_told_and_confirms_its_checks(carry: Carried) -> None:
    found = carry(
        command("mkdir -p /srv/a/b", ("create",)),
        command("echo x >>/etc/hosts", ("modify",)),
        command("rm /etc/passwd", ("delete",)),
        command("touch /usr/local/bin/tool", ("create",)),
        command("rm -f /usr/bin/env", ("delete",)),
    )
    told = [[(change.kind, change.path) for change in step.changes] for step in found.steps]
    assert told == [
        [("added", "/srv/a"), ("added", "/srv/a/b")],
        [("modified", "/etc/hosts")],
        [("deleted", "/etc/passwd")],
        [("added", "/usr/local/bin/tool")],
        [("deleted", "/usr/bin/env")],
    ]
    checks = [result for step in found.steps for result in step.results if result.kind == "check"]
    assert [result.files for result in checks] == ["confirm"] * len(checks)
    assert len(checks) >= 5
    assert (found.exit, found.verdict, found.sandbox) == (0, "holds", "bubblewrap")
    assert Path("/usr/bin/env").exists()


def test_what_was_there_before_is_no_proof(carry: Carried) -> None:
    found = carry(command("mkdir -p /etc", ("create",)))
    check = found.steps[0].results[1]
    assert (check.kind, check.verdict, check.files, found.steps[0].changes) == ("check", "holds", None, ())


def test_a_check_that_the_files_contradict_fails(carry: Carried, monkeypatch: pytest.MonkeyPatch) -> None:
    # What looks inside is the host's own, which says the same as the files: here the files are made to say something else.
    monkeypatch.setattr("runbook.sandbox.check.of_files", lambda looked, changes: "contradict")
    found = carry(command("mkdir /srv/a", ("create",)))
    check = found.steps[0].results[1]
    assert (check.verdict, check.files, found.verdict, found.exit) == ("fails", "contradict", "fails", 1)
    assert check.reason == "it was said to hold, and the changes of files say otherwise"


def test_users_and_owners_are_the_sandboxs_own(carry: Carried) -> None:
    if os.geteuid():
        pytest.skip("only root can give a sandbox users besides its own")
    found = carry("useradd bob && mkdir /srv/bob && chown bob: /srv/bob && stat -c %U /srv/bob")
    assert results(found)["1.1"].output == ("bob",)


@pytest.mark.parametrize(
    ("text", "effects", "why"),
    [
        ("systemctl restart nginx", ("service",), "effect: service"),
        ("modprobe loop", ("kernel",), "effect: kernel"),
        ("reboot", ("power",), "effect: power"),
        ("curl https://example.org", ("network",), "effect: network"),
        ("apt-get install -y nginx", ("package", "network"), "effect: network"),
        ("vi /etc/hosts", ("modify", "interactive"), "it asks at a terminal"),
        ("mount /dev/sdb1 /mnt", ("modify",), "then /dev/sdb1 is mounted on /mnt"),
        ("vzlist -a", ("read",), "it needs a program that this host does not have"),
    ],
)
def test_what_has_no_meaning_in_a_sandbox_is_left_out(carry: Carried, text: str, effects: tuple[str, ...], why: str) -> None:
    found = carry(command(text, effects), "cat /srv/none", "echo on")
    told = results(found)
    assert (told["1.1"].verdict, told["1.1"].reason) == ("not-run", f"not provable in a sandbox: {why}")
    # What fails after it may fail because of it; what holds, holds.
    assert told["2.1"].reason.startswith("not provable in a sandbox: it fails, and 1.1 was left out; ")
    assert (told["3.1"].verdict, found.exit) == ("holds", 3)


def test_a_program_that_nobody_knows_fails(carry: Carried) -> None:
    found = carry("mkdri /srv/x")
    assert (found.exit, results(found)["1.1"].verdict) == (1, "fails")


def test_a_page_goes_on_after_what_a_person_does(carry: Carried) -> None:
    found = carry(Manual((1, 1), "Insert the disk.", "hardware"), "echo on")
    assert [(each.kind, each.verdict) for each in results(found).values()].count(("manual", "not-run")) == 1
    assert (results(found)["2.1"].verdict, found.exit) == ("holds", 3)


def test_state_carries_from_step_to_step(carry: Carried) -> None:
    found = carry("cd /srv; x=5", "echo $PWD $x")
    assert results(found)["2.1"].output == ("/srv 5",)


def test_where_there_is_no_overlay_programs_can_only_be_read_and_that_is_told(page: Path) -> None:
    if os.geteuid() or not Path("/usr/games").is_dir():
        pytest.skip("only root can mount something in /usr, for itself alone, that stands in an overlay's way")
    page.write_text("1. Do:\n\n # mkdir /srv/a\n # touch /usr/local/x 2>&1; true\n ...\n")
    words = ["unshare", "--mount", "sh", "-c", 'mount -t tmpfs none /usr/games && exec "$@"', "sh"]
    words += [sys.executable, "-m", "runbook", "verify", "--sandbox", str(page)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert "      + /srv/a  (directory)\n" in done.stdout, done.stdout + done.stderr
    assert "  /usr could only be read: the kernel gives no overlay there\n" in done.stdout


def test_packages_can_be_installed(carry: Carried) -> None:
    if shutil.which("dpkg-deb") is None:
        pytest.skip("this host has no dpkg")
    control = "Package: made-here\\nVersion: 1.0\\nArchitecture: all\\nMaintainer: x <x@example.org>\\nDescription: x\\n"
    found = carry(
        "mkdir -p /tmp/p/DEBIAN /tmp/p/usr/share/locale/xx/LC_MESSAGES",
        f"printf '{control}' >/tmp/p/DEBIAN/control; touch /tmp/p/usr/share/locale/xx/LC_MESSAGES/made-here.mo; dpkg-deb -b /tmp/p /tmp/x.deb",
        command("dpkg -i /tmp/x.deb", ("create",)),
        "dpkg-query -W made-here",
    )
    assert found.exit == 0, said(found)
    assert results(found)["4.1"].output == ("made-here\t1.0",)
    changed = {(change.kind, change.path) for change in found.steps[2].changes}
    assert ("modified", "/var/lib/dpkg/status") in changed
    assert ("added", "/usr/share/locale/xx/LC_MESSAGES/made-here.mo") in changed


def test_sudo_becomes_whom_it_is_asked_to_become(carry: Carried) -> None:
    found = carry(
        command("sudo mkdir -p /srv/a", ("create",)),
        "sudo -n -E A=1 printenv A",
        "echo 'id -u; pwd' | sudo -i",
        "echo x | sudo tee /etc/x",
        "sudo -u nobody id -un 2>&1",
    )
    told = results(found)
    assert [told[f"{n}.1"].output for n in (2, 3, 4)] == [("1",), ("0", "/root"), ("x",)]
    assert found.steps[0].results[1].files == "confirm"
    if not os.geteuid():  # only root can give a sandbox users besides its own
        assert told["5.1"].output == ("nobody",)


def signalled(page: Path, number: int) -> None:
    """Ends `runbook verify --sandbox` once its page runs."""
    words = [sys.executable, "-m", "runbook", "verify", "--sandbox", str(page)]
    with subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while not running(MARK):
            assert process.poll() is None
        process.send_signal(number)
        process.wait(60)


def groups() -> set[Path]:
    """The control groups that there are of sandboxes, whosever they are."""
    return {path for path in Path("/sys/fs/cgroup").glob("**/runbook-*") if path.is_dir()}


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_nothing_outlives_the_command_however_it_ends(
    page: Path, number: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.write_text(f"1. Wait:\n\n # setsid bash -c 'sleep 300; : {MARK}'\n")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    signalled(page, number)
    until = time.monotonic() + 60  # after SIGKILL the keeper is told by the kernel, and ends by itself
    while running(MARK) and time.monotonic() < until:
        time.sleep(0.05)
    assert running(MARK) == []
    # What a SIGKILL leaves is a directory with nothing of the page in it.
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [page]


def test_no_control_group_is_left(carry: Carried) -> None:
    before = groups()
    carry("setsid sleep 300 & true")

    def left() -> list[Path]:
        return [path for path in groups() - before if path.exists() and not (path / "cgroup.procs").read_text()]

    until = time.monotonic() + 10  # one of another sandbox may just begin
    while left() and time.monotonic() < until:
        time.sleep(0.05)
    assert left() == []


def test_on_the_command_line(page: Path, tmp_path: Path) -> None:
    report, junit = tmp_path / "r.json", tmp_path / "j.xml"
    done = verify(page, "--report", report)
    assert (done.returncode, done.stderr) == (3, "")
    lines = done.stdout.splitlines()
    assert lines[0] == "Shop: holds as far as a sandbox shows it"
    for line in (
        "  ✓ 1  Make a place for it: 3 hold (1 confirmed by the files)",
        "      + /srv/shop/data  (directory)",
        "      + /etc/shop.conf",
        "      ~ /etc/hosts",
        "      4.1  systemctl restart shop: effect: service",
        "  ✓ 5  See what it says: 1 holds, 1 not provable in a sandbox",
    ):
        assert line in lines
    assert not Path("/etc/shop.conf").exists()
    found = report_from_json(report.read_bytes())
    assert found.host.startswith("a sandbox on ")
    assert found.pages[0].sandbox == "bubblewrap"
    assert verify(page, "--format", "junit", "-o", junit).returncode == 3
    suite = next(ET.fromstring(junit.read_text()).iter("testsuite"))
    assert "+ /etc/shop.conf" in (suite.findtext("system-out") or "")
    assert {each.get("name"): each.get("value") for each in suite.iter("property")}["sandbox"] == "bubblewrap"
    assert "#   + /etc/shop.conf\n" in verify(page, "--format", "tap").stdout


def test_the_exit_code_says_whether_all_of_it_could_be_shown(page: Path) -> None:
    page.write_text(WHOLE)
    assert verify(page).returncode == 0
    page.write_text(WHOLE + "4. Look:\n\n # echo one\n two\n")
    assert verify(page).returncode == 1
    page.write_text("1. Press the button.\n")
    done = verify(page)
    assert (done.returncode, done.stdout.splitlines()[0]) == (3, "Shop: nothing could be checked")


def test_secrets_are_left_out_of_what_files_are_told(page: Path) -> None:
    page.write_text("<!-- runbook: param PASS=hunter2 secret -->\n1. Do:\n\n # touch /srv/hunter2\n")
    for form in ("text", "json", "tap", "junit"):
        done = verify(page, "--format", form)
        assert "/srv/" in done.stdout
        assert "hunter2" not in done.stdout


def test_options_that_have_no_meaning_are_refused(page: Path) -> None:
    refused = verify(page, "--inventory", "hosts")
    assert (refused.returncode, "--sandbox: is a throw-away root on this host" in refused.stderr) == (2, True)
    plain = [sys.executable, "-m", "runbook", "verify", "--network", str(page)]
    refused = subprocess.run(plain, capture_output=True, text=True, check=False)
    assert (refused.returncode, "--network: is for a --sandbox" in refused.stderr) == (2, True)


def test_without_anything_to_hold_it_nothing_is_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    page, mark = tmp_path / "Page.wiki", tmp_path / "mark"
    page.write_text(f"1. Do:\n\n # touch {mark}\n")
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "bash").symlink_to(shutil.which("bash") or "/bin/bash")
    monkeypatch.setenv("PATH", str(programs))
    done = verify(page)
    assert (done.returncode, done.stdout) == (2, "")
    assert "bubblewrap is not installed; `runbook doctor` says what to do" in done.stderr
    assert not mark.exists()


def keeper_alone(bwrap: str, folder: Path, script: str, *before: str) -> subprocess.CompletedProcess[str]:
    """The keeper, run by somebody who is not root: with Debian's Python, since that of the tests may lie where nobody else may look."""
    python = Path("/usr/bin/python3")
    if os.geteuid() or not python.exists():
        pytest.skip("another user can be tried by root alone, with a Python that everybody may run")
    source = Path(sandbox.__file__).parent
    folder.mkdir(exist_ok=True)
    shutil.copytree(source, folder / "runbook" / "sandbox", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(source.parent / "__init__.py", folder / "runbook")
    limits = {"network": False, "memory": MEMORY, "disk": 2**26, "processes": 64, "pauses": 1}
    asked = {"parent": os.getpid(), "program": bwrap, "sudo": "", "arguments": [], "script": script, **limits}
    (folder / "asked.json").write_text(json.dumps(asked))
    begin = f"import sys; sys.path.append({str(folder)!r}); from runbook.sandbox.keeper import main; main()"
    words = [str(python), "-I", "-S", "-c", begin, str(folder / "asked.json")]
    nobody = ["setpriv", "--reuid", "65534", "--regid", "65534", "--clear-groups"]
    return subprocess.run([*before, *nobody, *words], capture_output=True, text=True, check=False, cwd="/")


@pytest.fixture
def open_folder() -> Iterator[Path]:
    """A folder that everybody may look into; those of pytest are the owner's alone."""
    with TemporaryDirectory(prefix="runbook-test-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


def test_it_works_for_whoever_is_not_root(bwrap: str, open_folder: Path) -> None:
    script = 'id -u; touch /etc/new; printf \'{"event":"pause","id":"1.1"}\\n\'; read -r _'
    done = keeper_alone(bwrap, open_folder, script)
    assert "S 0\n" in done.stdout, done.stdout + done.stderr
    assert '"changes": [["added", "/etc/new", "file"]]' in done.stdout


def test_users_besides_its_own_come_from_subuid(bwrap: str, open_folder: Path) -> None:
    if shutil.which("newuidmap") is None:
        pytest.skip("there is no newuidmap here: install uidmap")
    (open_folder / "ids").write_text("nobody:1700000000:1000\n")
    # In mounts of its own: the host's files stay as they are.
    places = " && ".join(f"mount --bind {open_folder}/ids /etc/{name}" for name in ("subuid", "subgid"))
    before = ("unshare", "--mount", "sh", "-c", f'{places} && exec "$@"', "sh")
    script = "touch /srv/x && chown 33:44 /srv/x && stat -c '%u %g' /srv/x; head -n 2 /proc/self/uid_map"
    done = keeper_alone(bwrap, open_folder, script, *before)
    lines = [line.split()[1:] for line in done.stdout.splitlines() if line.startswith("S ")]
    assert lines == [["33", "44"], ["0", "65534", "1"], ["1", "1700000000", "1000"]], done.stdout + done.stderr
    single = keeper_alone(bwrap, open_folder / "single", script)
    assert "S 33" not in single.stdout


def test_memory_of_all_together_is_limited_without_a_control_group_too(bwrap: str, open_folder: Path) -> None:
    # Each has less than it may have, both together more.
    one = f"python3 -c 'x = bytearray({MEMORY * 2 // 3}); import time; time.sleep(300)'"
    done = keeper_alone(bwrap, open_folder, f"{one} & {one} & wait; echo ended")
    assert '"limits": "process"' in done.stdout, done.stdout + done.stderr
    assert "it used more than 256 MiB of memory and was ended" in done.stdout
    assert "S ended" not in done.stdout


def test_shellcheck_has_nothing_against_what_runs_inside(tmp_path: Path) -> None:
    script = tmp_path / "verify.sh"
    script.write_text(in_sandbox(job_of(["true"]).script, network=False))
    for path in (script, script_templates() / "sudo.sh"):
        words = [shell.program("shellcheck"), "-o", "all", "-e", "SC2312,SC2310,SC2250,SC2249", str(path)]
        assert subprocess.run(words, capture_output=True, text=True, check=False).stdout == ""
