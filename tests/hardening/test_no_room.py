"""A full disk and a read-only tree: each sub-command that writes says so, ends with 2, and leaves what was there before."""

from __future__ import annotations

from pathlib import Path

import pytest

from hardening.projects import NO_NAMESPACES, confined, namespaces, project, run

WRITERS = {
    "extract": "extract content",
    "pages": "pages content",
    "script": "script 'content/Page 0.wiki'",
    "drift": "drift --against content more",
    "lint": "lint content",
    "explain": "explain 'content/Page 0.wiki'",
    "plan": "plan 'content/Page 0.wiki'",
    "convert": "convert --to json 'content/Page 0.wiki'",
    "schema": "schema",
    "verify": "verify --format json content",
}
needs_namespaces = pytest.mark.skipif(not namespaces(), reason=NO_NAMESPACES)


@pytest.mark.parametrize("words", ["schema", "--help", "--version", "extract content"])
def test_standard_output_that_takes_nothing_is_told(words: str, tmp_path: Path) -> None:
    with Path("/dev/full").open("w") as full:
        done = run(project(tmp_path), *words.split(), capture_output=False, stdout=full, stderr=-1)
    assert (done.returncode, done.stderr) == (2, "runbook: standard output: No space left on device\n")


def test_a_device_that_takes_nothing_is_told(tmp_path: Path) -> None:
    done = run(project(tmp_path), "extract", "content", "-o", "/dev/full")
    assert (done.returncode, done.stderr) == (2, "runbook: /dev/full: No space left on device\n")


@needs_namespaces
def test_a_full_disk_leaves_what_was_there(tmp_path: Path) -> None:
    folder = project(tmp_path / "project")
    project(folder / "other")
    script = f"cd {folder}\nmv other/content more\nsed -i 's/Words/Other words/' more/*\n"
    for name, words in WRITERS.items():
        script += (
            f"echo the last one >/mnt/{name}; fallocate -l $(($(stat -f -c '%a*%S' /mnt))) /mnt/filler\n"
            f"$RUNBOOK {words} -o /mnt/{name} >/dev/null 2>err; echo {name} $? $(cat /mnt/{name}) $(ls -A /mnt | grep -v filler | tr '\\n' ' ') $(cat err)\n"
            f"rm /mnt/*\n"
        )
    done = confined(["--size", "65536", "--tmpfs", "/mnt"], script, free=tmp_path)
    expected = [f"{name} 2 the last one {name} runbook: /mnt/{name}: No space left on device" for name in WRITERS]
    assert done.stdout.splitlines() == expected, done.stderr


@needs_namespaces
def test_a_disk_that_is_full_keeps_the_last_site_and_pages(tmp_path: Path) -> None:
    folder = project(tmp_path / "project", pages=1)
    script = f"""
cp -r {folder}/. /mnt; cd /mnt
export XDG_CACHE_HOME=/mnt/cache
$RUNBOOK build || exit
find site -type f -exec sha1sum {{}} + | sort >{tmp_path}/before
sed -i s/Words/Others/ content/*
fallocate -l $(($(stat -f -c '%a*%S' /mnt) - 500000)) /mnt/filler
$RUNBOOK build; echo "build $?"
find site -type f -exec sha1sum {{}} + | sort | cmp - {tmp_path}/before && echo "the last site"
ls -A
rm filler; $RUNBOOK build && grep -c Others site/page-0/index.html
"""
    done = confined(["--size", "30000000", "--tmpfs", "/mnt"], script, free=tmp_path)
    lines = done.stdout.splitlines()
    assert lines[1:3] == ["build 2", "the last site"], done
    assert lines[3:-2] == ["cache", "content", "filler", "mkdocs.yml", "runbook.toml", "site"]
    assert lines[-1] == "1"
    assert done.stderr.count("No space left on device") == 1
    assert "Traceback" not in done.stderr


KEEPERS = {
    "update": "update",
    "accept": "accept --yes --report {free}/report.json 'content/Page 0.wiki'",
    "convert": "convert --to markdown content -o pages",
    "stage": "stage staged",
    "new": "new fresh/project",
    "report": "verify --report report.json content",
    "guide": "guide 'content/Page 0.wiki'",
}
"""What writes more than one file with -o, in a project whose disk is full."""


@needs_namespaces
def test_a_full_disk_leaves_a_project_as_it_was(tmp_path: Path) -> None:
    folder = project(tmp_path / "project")
    run(folder, "verify", "content/Page 0.wiki", "--report", tmp_path / "report.json")
    assert run(folder, "update").returncode == 0
    (folder / "content/overrides.toml").write_text("# ours\n")
    (folder / "content/Page 1.wiki").write_text("1. Something else.\n")
    state = "find . -path ./filler -prune -o -type f -exec sha1sum {} + | sort"
    script = f"""
cp -r {folder}/. /mnt; cd /mnt; export XDG_STATE_HOME=/mnt/state XDG_CACHE_HOME={tmp_path}/cache
fallocate -l $(($(stat -f -c '%a*%S' /mnt))) /mnt/filler
{state} >{tmp_path}/before
"""
    for name, words in KEEPERS.items():
        script += (
            f"$RUNBOOK {words.format(free=tmp_path)} >{tmp_path}/out 2>{tmp_path}/err; echo {name} $? $(cat {tmp_path}/err)\n"
        )
        script += f"{state} | diff {tmp_path}/before - | sed 's/^/{name} leaves /'\n"
    done = confined(["--size", "1000000", "--tmpfs", "/mnt"], script, free=tmp_path)
    found = done.stdout.splitlines()
    assert [line.split()[:2] for line in found] == [[name, "2"] for name in KEEPERS], done
    places = [
        "content/runbook.lock",
        "content/overrides.toml",
        "pages/page-0.md",
        "staged",
        "fresh/project",
        "report.json",
        ".jsonl.sh",
    ]
    assert [place in line for place, line in zip(places, found, strict=True)] == [True] * len(KEEPERS), found
    assert all(line.endswith(": No space left on device") for line in found), found


@needs_namespaces
def test_no_room_for_what_a_script_keeps_is_trouble_and_no_finding(tmp_path: Path) -> None:
    folder = project(tmp_path / "project", pages=1)
    script = len(run(folder, "script", "content/Page 0.wiki").stdout) // 4096 * 4096
    for room, told in ((8192, "verify.sh: No space left on device"), (script + 8192, "no space left in /mnt ")):
        words = (
            f"fallocate -l $(($(stat -f -c '%a*%S' /mnt) - {room})) /mnt/filler; cd {folder}; TMPDIR=/mnt $RUNBOOK verify content"
        )
        done = confined(["--size", "1000000", "--tmpfs", "/mnt"], words, free=tmp_path)
        assert (done.returncode, told in done.stdout + done.stderr) == (2, True), (room, done)
        assert "Traceback" not in done.stderr
        assert "does not hold" not in done.stdout


@needs_namespaces
def test_a_read_only_tree_is_told(tmp_path: Path) -> None:
    folder = project(tmp_path / "project")
    run(folder, "verify", "content/Page 0.wiki", "--report", tmp_path / "report.json")
    words = {
        "build": "build",
        "extract": "extract content -o out",
        "convert": f"convert --to markdown content -o {folder}/out",
        "accept": f"accept --yes --report {tmp_path}/report.json 'content/Page 0.wiki'",
        "report": "verify --report out content",
        "guide": "guide 'content/Page 0.wiki'",
        "update": f"update --content {folder}/content",
        "stage": "stage staged",
        "new": f"new {folder}/fresh",
    }
    script = f"cd {folder}; export XDG_STATE_HOME={folder}\n"
    script += "".join(f"$RUNBOOK {each} >/dev/null; echo {name} $?\n" for name, each in words.items())
    done = confined(["--ro-bind", str(folder), str(folder)], script, free=tmp_path)
    assert done.stdout.splitlines() == [f"{name} 2" for name in words], done.stderr
    assert done.stderr.count("Read-only file system") == len(words)
    assert all(line.startswith(f"runbook: {folder}") for line in done.stderr.splitlines()), done.stderr
    reads = confined(["--ro-bind", str(folder), str(folder)], f"cd {folder}; $RUNBOOK lint content", free=tmp_path)
    assert reads.returncode in {0, 1}
