"""The kit for CI, run: the steps of the action and of the pipelines in throw-away repositories, the hooks by pre-commit itself."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

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
    assert "-uname -s\n" in summary.replace("  ", "")
    assert "+uname -o\n" in summary.replace("  ", "")
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


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """Stand-ins for `gh`, which writes down what it is asked, and for `runbook`, which finds what $FOUND says."""
    folder = tmp_path / "programs"
    folder.mkdir()
    (folder / "gh").write_text('#!/bin/sh\n[ "$2" = list ] && { echo "$ISSUE"; exit; }\necho "$*" >>"$ASKED"\n')
    (folder / "runbook").write_text('#!/bin/sh\necho "## It changed" >drift.md; echo "$*" >>"$ASKED"; exit "$FOUND"\n')
    for path in folder.iterdir():
        path.chmod(0o755)
    return folder


@pytest.mark.parametrize(
    ("found", "issue", "asked"),
    [
        ("0", "", []),
        ("0", "7", ["issue close 7 --comment Nothing differs any more."]),
        ("1", "", ["issue create --title The wiki has changed --body-file drift.md"]),
        ("1", "7", ["issue edit 7 --body-file drift.md"]),
    ],
)
def test_the_nightly_job_keeps_one_issue(found: str, issue: str, asked: list[str], tmp_path: Path, programs: Path) -> None:
    job = load(ROOT / "ci" / "github-nightly.yml")["jobs"]["drift"]
    scripts = {step["name"]: step["run"] for step in job["steps"] if "run" in step}
    log, output, summary = tmp_path / "asked", tmp_path / "output", tmp_path / "summary"
    env = {
        **job["env"],
        "FOUND": found,
        "ISSUE": issue,
        "ASKED": str(log),
        "GITHUB_OUTPUT": str(output),
        "GITHUB_STEP_SUMMARY": str(summary),
    }
    env["PATH"] = f"{programs}:{os.environ['PATH']}"
    assert run(scripts["Compare"], tmp_path, **env).returncode == 0
    assert output.read_text() == f"code={found}\n"
    assert "It changed" in summary.read_text()
    assert run(scripts["Tell"], tmp_path, CODE=found, **env).returncode == 0
    assert log.read_text().splitlines() == ["drift --format markdown -o drift.md main", *asked]


def test_the_nightly_job_fails_when_the_wiki_does_not_answer(tmp_path: Path, programs: Path) -> None:
    job = load(ROOT / "ci" / "github-nightly.yml")["jobs"]["drift"]
    (script,) = (step["run"] for step in job["steps"] if step.get("name") == "Compare")
    env = {"FOUND": "2", "ASKED": str(tmp_path / "asked"), "PATH": f"{programs}:{os.environ['PATH']}", "WIKI": "main"}
    assert run(script, tmp_path, GITHUB_OUTPUT="/dev/null", GITHUB_STEP_SUMMARY="/dev/null", **env).returncode == 2


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
    config = {"repos": [{"repo": str(ours), "rev": commit(ours), "hooks": [{"id": "runbook-lint"}]}]}
    (project / ".pre-commit-config.yaml").write_text(yaml.safe_dump(config))
    git(project, "add", "-A")
    words = f"PRE_COMMIT_HOME={tmp_path / 'cache'} GIT_CONFIG_GLOBAL=/dev/null pre-commit run --all-files"
    kept = {name: value for name, value in os.environ.items() if name.startswith(("PIP_", "SSL_", "REQUESTS_"))}
    done = run(words, project, **kept)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"what makes runbooks hard to follow\.+Passed", done.stdout)
    with page(project).open("a") as stream:
        stream.write("\n3. See [[#Nowhere]].\n")
    git(project, "add", "-A")
    done = run(words, project, **kept)
    assert (done.returncode, "[dead-link]" in done.stdout) == (1, True), done.stdout


def test_the_drift_hook_is_what_the_command_line_takes(project: Path) -> None:
    (hook,) = (hook for hook in load(ROOT / ".pre-commit-hooks.yaml") if hook["id"] == "runbook-drift")
    old = project.parent / "old"
    shutil.copytree(project / "content", old)
    script = " ".join([hook["entry"], "--against", str(old), *hook["args"]])
    assert run(script, project).returncode == 0
    change(project)
    done = run(script, project)
    assert (done.returncode, "uname -o" in done.stdout) == (1, True)
