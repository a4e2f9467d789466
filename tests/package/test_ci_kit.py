"""The kit for CI, run: the steps of the action and of the pipelines in throw-away repositories, the hooks by pre-commit itself."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from runbook.sandbox.available import bubblewrap, why_not

ROOT = Path(__file__).parents[2]
SHIPPED = ROOT / "runbook" / "data" / "project"
BIN = Path(sys.executable).parent
WORKFLOWS = ("ci/github-nightly.yml", "ci/github-sandbox.yml", "runbook/data/project/dot-github/workflows/runbook.yml")
INSTALL = re.compile(r"(python -m )?pip install")


def load(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


def git(folder: Path, *words: str) -> str:
    who = [
        "-c",
        "user.name=Ann",
        "-c",
        "user.email=ann@example.org",
        "-c",
        "init.defaultBranch=main",
        "-c",
        "commit.gpgsign=false",
    ]
    return subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True, text=True).stdout.strip()


def commit(folder: Path) -> str:
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "state")
    return git(folder, "rev-parse", "HEAD")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """The project that `runbook new` makes, committed."""
    folder = tmp_path / "project"
    subprocess.run([BIN / "runbook", "new", folder], check=True, capture_output=True)
    git(folder, "init", "-q")
    commit(folder)
    return folder


def page(project: Path) -> Path:
    return project / "content" / "Look at a host.wiki"


def change(project: Path) -> None:
    page(project).write_text(page(project).read_text().replace("uname -s", "uname -o"))


def run(script: str, folder: Path, **env: str) -> subprocess.CompletedProcess[str]:
    """As both CIs run a step: bash, ended by the first failure."""
    given = {"PATH": f"{BIN}:{os.environ['PATH']}", "HOME": str(folder.parent), "GITHUB_ACTION_PATH": str(ROOT)}
    words = ["bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", script]
    return subprocess.run(words, cwd=folder, env={**given, **env}, capture_output=True, text=True, check=False)


# --- the forms, by the schemas of who reads them ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("schema", "names"),
    [("github-actions", ("action.yml",)), ("github-workflows", WORKFLOWS), ("gitlab-ci", ("ci/gitlab-ci.yml",))],
)
def test_files_are_of_the_form_that_is_asked_for(schema: str, names: tuple[str, ...]) -> None:
    words = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        f"vendor.{schema}",
        *(str(ROOT / name) for name in names),
    ]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_expression_is_part_of_a_script() -> None:
    """A title or a branch name put into a script's text would run."""
    for name in ("action.yml", *WORKFLOWS):
        assert re.findall(r"run:.*\$\{\{", (ROOT / name).read_text()) == []
        for step in steps(load(ROOT / name)):
            assert "${{" not in step.get("run", "")


def steps(file: Any) -> list[Any]:
    return [*file.get("runs", {}).get("steps", ()), *(step for job in file.get("jobs", {}).values() for step in job["steps"])]


# --- the action -------------------------------------------------------------------------------------------------------


def act(project: Path, **inputs: str) -> tuple[dict[str, int], str, str, str]:
    """Runs the action's steps but the installation; what each ended with, what was printed, the summary, the outputs."""
    action = load(ROOT / "action.yml")
    values = {name: entry["default"] for name, entry in action["inputs"].items()} | {"base": ""} | inputs
    summary, output = project.parent / "summary", project.parent / "output"
    for path in (summary, output):
        path.write_text("")
    codes, printed = {}, ""
    for step in action["runs"]["steps"]:
        if "run" not in step or INSTALL.search(step["run"]):
            continue
        env = {
            name: re.sub(r"\$\{\{ inputs\.([\w-]+) \}\}", lambda found: values[found[1]], text)
            for name, text in step.get("env", {}).items()
        }
        done = run(step["run"], project, GITHUB_STEP_SUMMARY=str(summary), GITHUB_OUTPUT=str(output), **env)
        codes[step["name"]] = done.returncode
        printed += done.stdout + done.stderr
    return codes, printed, summary.read_text(), output.read_text()


def test_the_action_is_content_with_a_new_project(project: Path) -> None:
    codes, printed, summary, _ = act(project)
    assert codes == {"Lint": 0, "Compare": 0, "Build": 0}, printed
    assert "nothing to compare with" in printed
    assert summary == ""


def test_the_action_shows_what_a_pull_request_changes(project: Path) -> None:
    base = git(project, "rev-parse", "HEAD")
    change(project)
    commit(project)
    codes, printed, summary, output = act(project, base=base)
    assert codes["Compare"] == 0
    assert re.search(r"^::(error|warning) file=content/Look at a host\.wiki,", printed, re.MULTILINE), printed
    assert "  - uname -s\n  + uname -o\n" in summary
    assert output == "drift=true\n"
    assert act(project, **{"base": base, "fail-on-drift": "true"})[0]["Compare"] == 1


def test_the_action_sees_no_drift_where_there_is_none(project: Path) -> None:
    codes, _, _, output = act(project, **{"base": git(project, "rev-parse", "HEAD"), "fail-on-drift": "true"})
    assert (codes["Compare"], output) == (0, "drift=false\n")


def test_the_action_fails_for_a_page_that_lacks_something(project: Path) -> None:
    with page(project).open("a") as stream:
        stream.write("\n3. See [[#Nowhere]].\n")
    assert act(project)[0]["Lint"] == 1


def test_the_action_fetches_the_base_of_a_shallow_clone(project: Path, tmp_path: Path) -> None:
    base = git(project, "rev-parse", "HEAD")
    change(project)
    commit(project)
    git(project, "config", "uploadpack.allowAnySHA1InWant", "true")
    git(tmp_path, "clone", "-q", "--depth", "1", f"file://{project}", "shallow")
    assert act(tmp_path / "shallow", base=base)[3] == "drift=true\n"


def test_a_hostile_folder_name_stays_a_name(project: Path) -> None:
    name = "a $(touch ran); touch ran"
    (project / "content").rename(project / name)
    base = commit(project)
    assert act(project, content=name, base=base)[3] == "drift=false\n"
    assert not (project / "ran").exists()


# --- the pipelines ----------------------------------------------------------------------------------------------------


def test_the_gitlab_jobs_of_a_merge_request(project: Path) -> None:
    jobs = load(ROOT / "ci" / "gitlab-ci.yml")
    base = git(project, "rev-parse", "HEAD")
    git(project, "remote", "add", "origin", str(project))
    change(project)
    ended = {
        name: run("\n".join(jobs[name]["script"]), project, CI_MERGE_REQUEST_DIFF_BASE_SHA=base).returncode
        for name in ("lint", "drift", "build")
    }
    assert ended == {"lint": 0, "drift": jobs["drift"]["allow_failure"]["exit_codes"], "build": 0}
    assert "command changed" in (project / jobs["drift"]["artifacts"]["reports"]["junit"]).read_text()


def test_the_workflow_of_a_new_project_passes_in_it(project: Path) -> None:
    scripts = [step["run"] for step in steps(load(project / ".github/workflows/runbook.yml")) if "run" in step]
    assert [run(script, project).returncode for script in scripts if not INSTALL.search(script)] == [0, 0]


def nightly(project: Path, wiki: Path, issue: str) -> tuple[dict[str, int], list[str], str]:
    """Runs the nightly job in a project whose pages are locked, with a directory in the place of the wiki, and a stand-in for `gh` that
    knows the number of an open issue, if any. What its steps ended with, what `gh` was asked to do, and the job's summary."""
    job = load(ROOT / "ci" / "github-nightly.yml")["jobs"]["drift"]
    folder = project.parent / "programs"
    folder.mkdir()
    (folder / "gh").write_text('#!/bin/sh\n[ "$2" = list ] && { echo "$ISSUE"; exit; }\necho "$*" >>"$ASKED"\n')
    (folder / "gh").chmod(0o755)
    asked, output, summary = folder / "asked", folder / "output", folder / "summary"
    asked.touch()
    env = {**job["env"], "WIKI": str(wiki), "ISSUE": issue, "ASKED": str(asked), "PATH": f"{folder}:{BIN}:{os.environ['PATH']}"}
    env |= {"GITHUB_OUTPUT": str(output), "GITHUB_STEP_SUMMARY": str(summary)}
    codes = {}
    for step in job["steps"]:
        if "run" not in step or INSTALL.search(step["run"]):
            continue
        if step["name"] == "Tell":
            env["CODE"] = output.read_text().removeprefix("code=").strip()
        codes[step["name"]] = run(step["run"], project, **env).returncode
        if codes[step["name"]]:
            break
    return codes, asked.read_text().splitlines(), summary.read_text() if summary.exists() else ""


@pytest.fixture
def wiki(project: Path) -> Path:
    """What the pages of a project are taken from, locked there."""
    folder = project.parent / "wiki"
    shutil.copytree(project / "content", folder)
    assert run("runbook update", project).returncode == 0
    return folder


@pytest.mark.parametrize(
    ("changed", "issue", "asked"),
    [
        (False, "", []),
        (False, "7", ["issue close 7 --comment Nothing differs any more."]),
        (True, "", ["issue create --title The wiki has changed --body-file drift.md"]),
        (True, "7", ["issue edit 7 --body-file drift.md"]),
    ],
)
def test_the_nightly_job_keeps_one_issue(changed: bool, issue: str, asked: list[str], project: Path, wiki: Path) -> None:
    (source,) = wiki.glob("*.wiki")
    if changed:
        source.write_text(source.read_text().replace("uname -s", "uname -o"))
    codes, done, summary = nightly(project, wiki, issue)
    assert (codes, done) == ({"Compare": 0, "Tell": 0}, asked)
    assert summary == (project / "drift.md").read_text()
    assert ("**1 page changed**" in summary, "  - uname -s\n  + uname -o\n" in summary) == (changed, changed)


def test_the_nightly_job_fails_when_the_wiki_does_not_answer(project: Path, wiki: Path) -> None:
    shutil.rmtree(wiki)
    assert nightly(project, wiki, "7") == ({"Compare": 2}, [], "")


def test_the_nightly_sandbox_fails_for_a_page_that_fails_in_it(project: Path) -> None:
    found = bubblewrap()
    if why := why_not(found) if found else "bubblewrap is not installed":
        pytest.skip(f"no sandbox can be held here: {why}")
    job = load(ROOT / "ci" / "github-sandbox.yml")["jobs"]["sandbox"]
    (script,) = (step["run"] for step in job["steps"] if step.get("name") == "Carry out")
    (kept,) = (step["with"]["path"] for step in job["steps"] if "upload-artifact" in step.get("uses", ""))
    assert run(script, project).returncode == 0
    assert json.loads((project / kept).read_text())["pages"][0]["sandbox"]
    page(project).write_text("1. Look:\n\n # cat /etc/no-such-file\n something\n")
    assert run(script, project).returncode == 1
    assert json.loads((project / kept).read_text())["pages"][0]["verdict"] == "fails"


# --- pre-commit -------------------------------------------------------------------------------------------------------


@pytest.mark.xdist_group("package")
def test_pre_commit_runs_the_hooks(project: Path, tmp_path: Path) -> None:
    ours = tmp_path / "ours"
    ours.mkdir()
    for name in ("runbook", "templates"):
        shutil.copytree(ROOT / name, ours / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE", ".pre-commit-hooks.yaml"):
        shutil.copy(ROOT / name, ours / name)
    git(ours, "init", "-q")
    hooks = [{"id": hook["id"]} for hook in load(ROOT / ".pre-commit-hooks.yaml")]
    config = {"repos": [{"repo": str(ours), "rev": commit(ours), "hooks": hooks}]}
    (project / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    assert run("runbook update", project).returncode == 0
    git(project, "add", "-A")
    words = f"PRE_COMMIT_HOME={tmp_path / 'cache'} GIT_CONFIG_GLOBAL=/dev/null pre-commit run --all-files"
    kept = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "REQUESTS_"))}
    done = run(words, project, **kept)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"what makes runbooks hard to follow\.+Passed", done.stdout)
    assert re.search(r"what changed since pages were taken over\.+Passed", done.stdout)
    with page(project).open("a") as stream:
        stream.write("\n3. See [[#Nowhere]].\n")
    git(project, "add", "-A")
    done = run(words, project, **kept)
    assert (done.returncode, "[dead-link]" in done.stdout, "step added" in done.stdout) == (1, True, True), done.stdout
    assert run("runbook update", project).returncode == 0  # taken over: the link is dead still
    git(project, "add", "-A")
    done = run(words, project, **kept)
    assert (done.returncode, "[dead-link]" in done.stdout, "step added" in done.stdout) == (1, True, False), done.stdout
