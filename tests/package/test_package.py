"""What people install: wheel and sdist are built, the wheel is installed by pip into an environment of its own, and is used there, with
tests of the sdist and no source of ours beside them. RUNBOOK_PYTHONS (a list as PATH is) names the interpreters; `make pythons`
takes all that are there."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PYTHONS = os.environ.get("RUNBOOK_PYTHONS", sys.executable).split(os.pathsep)
TESTED = ("tests/test_spec.py", "tests/test_names.py", "tests/cli/test_starting.py")
"""Tests that need nothing but the package, pytest and hypothesis; together seconds."""

pytestmark = pytest.mark.xdist_group("package")


class Built(NamedTuple):
    wheel: Path
    sdist: Path


class Installed(NamedTuple):
    bin: Path
    folder: Path
    """What the sdist has beside the package: tests, pages, documents."""

    def run(self, *words: str, cwd: Path) -> subprocess.CompletedProcess[str]:
        env = {
            name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST", "COV", "VIRTUAL_ENV"))
        }
        env |= {"PATH": f"{self.bin}:{env['PATH']}", "XDG_CACHE_HOME": str(self.folder / ".cache")}
        return subprocess.run(
            [str(self.bin / words[0]), *words[1:]], cwd=cwd, env=env, capture_output=True, text=True, check=False
        )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    """The wheel as made from the sdist, so that both are complete or neither."""
    out = tmp_path_factory.mktemp("dist")
    words = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(out), str(ROOT)]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return Built(next(out.glob("*.whl")), next(out.glob("*.tar.gz")))


@pytest.fixture(scope="module", params=PYTHONS, ids=lambda path: Path(path).name)
def installed(built: Built, request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run([request.param, "-m", "venv", str(folder / "env")], check=True)
    binaries = folder / "env" / "bin"
    pip = [str(binaries / "python"), "-m", "pip", "--disable-pip-version-check", "--retries", "1", "install", "--quiet"]
    done = subprocess.run(
        [*pip, str(built.wheel), "pytest", "hypothesis", "jsonschema"], capture_output=True, text=True, check=False
    )
    skip_without_index(done.stderr)
    assert done.returncode == 0, done.stderr
    with tarfile.open(built.sdist) as archive:
        archive.extractall(folder, filter="data")
    source = next(path for path in folder.glob("wiki_runbook-*") if path.is_dir())
    for name in ("runbook", "templates"):
        shutil.rmtree(source / name)
    return Installed(binaries, source)


def skip_without_index(said: str) -> None:
    """Skips where pip says that it reaches no package index."""
    if "No matching distribution" in said and "connection" in said.lower():
        pytest.skip("pip reaches no package index, so what the wheel depends on can't be installed")


def tracked(*folders: str) -> set[str]:
    """Files of the source tree, without what tools leave behind."""
    return {
        str(path.relative_to(ROOT))
        for folder in folders
        for path in (ROOT / folder).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_the_whole_package_and_nothing_else(built: Built) -> None:
    with zipfile.ZipFile(built.wheel) as archive:
        names = {name for name in archive.namelist() if ".dist-info/" not in name}
    wanted = tracked("runbook") | {f"runbook/{name}" for name in tracked("templates")}
    assert names == wanted
    assert {"runbook/py.typed", "runbook/data/effects.toml", "runbook/templates/verify.sh.j2"} <= names


def test_the_sdist_holds_what_the_package_is_made_and_tested_from(built: Built) -> None:
    with tarfile.open(built.sdist) as archive:
        names = {member.name.partition("/")[2] for member in archive if member.isfile()}
    assert tracked("runbook", "templates", "tests", "bench", "ci", "docs", "content") - names == set()
    assert {"pyproject.toml", "Makefile", "README.md", "CHANGELOG.md", "LICENSE", "mkdocs.yml", "runbook.toml"} <= names


def test_what_is_installed_is_not_the_source_tree(installed: Installed) -> None:
    where = installed.run("python", "-c", "import runbook; print(runbook.__file__)", cwd=installed.folder).stdout
    assert where.startswith(str(installed.bin.parent))


def test_a_fresh_project_from_the_wheel(installed: Installed, tmp_path: Path) -> None:
    assert installed.run("runbook", "--version", cwd=tmp_path).stdout.startswith("runbook ")
    assert installed.run("runbook", "doctor", cwd=tmp_path).returncode == 0
    assert installed.run("runbook", "new", "a", cwd=tmp_path).returncode == 0
    project = tmp_path / "a"
    built = installed.run("runbook", "build", cwd=project)
    assert (built.returncode, built.stderr) == (0, "")
    assert (project / "site" / "index.html").is_file()
    assert installed.run("mkdocs", "build", "--strict", "--quiet", cwd=project).returncode == 0
    assert installed.run("runbook", "lint", "content", cwd=project).returncode == 0
    assert installed.run("runbook", "verify", "content", cwd=project).returncode == 0
    assert installed.run("runbook", "completion", "bash", cwd=project).returncode == 0


def test_schemas_of_the_wheel_are_those_of_the_reference(installed: Installed) -> None:
    for what in ("runbook", "report", "tree"):
        printed = installed.run("runbook", "schema", what, cwd=installed.folder).stdout
        assert json.loads(printed) == json.loads((ROOT / f"docs/reference/{what}.schema.json").read_text())


def test_pipx_runs_the_program_by_the_name_of_the_package(built: Built, tmp_path: Path) -> None:
    """Both ways in which the documents say it, into an empty home: nothing but the wheel, and what pip finds for it."""
    env = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "PYTEST", "COV", "VIRTUAL_ENV"))}
    env |= {"PIPX_HOME": str(tmp_path / "pipx"), "PIPX_BIN_DIR": str(tmp_path / "bin"), "PIP_FIND_LINKS": str(built.wheel.parent)}
    done = [
        subprocess.run([sys.executable, "-m", "pipx", *words], env=env, capture_output=True, text=True, check=False)
        for words in (["run", "wiki-runbook", "--version"], ["install", "wiki-runbook"])
    ]
    skip_without_index(done[0].stderr)
    assert done[0].stdout.startswith("runbook "), done[0].stderr
    assert done[1].returncode == 0, done[1].stderr
    printed = subprocess.run([tmp_path / "bin" / "runbook", "--version"], capture_output=True, text=True, check=False).stdout
    assert printed == done[0].stdout


def test_tests_pass_against_the_wheel(installed: Installed) -> None:
    done = installed.run("python", "-m", "pytest", "-q", "-p", "no:cacheprovider", *TESTED, cwd=installed.folder)
    assert done.returncode == 0, done.stdout[-3000:]
    assert " passed" in done.stdout


def test_types_are_seen_by_who_imports_it(installed: Installed, tmp_path: Path) -> None:
    (tmp_path / "uses.py").write_text("from runbook.slug import slug\n\nreveal_type(slug('x'))\nslug(1)\n")
    words = [
        sys.executable,
        "-m",
        "mypy",
        "--python-executable",
        str(installed.bin / "python"),
        "--cache-dir",
        str(tmp_path),
        "uses.py",
    ]
    told = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False).stdout
    assert 'Revealed type is "builtins.str"' in told or 'Revealed type is "str"' in told
    assert "arg-type" in told
