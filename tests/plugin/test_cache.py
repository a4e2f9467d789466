"""The cache of the site's pages: whatever it holds, a build gives what it would give without it."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from runbook import history, making, plugin
from runbook.extract import Project
from runbook.model import Runbook
from runbook.render import script, site_assets, site_cache, site_nodes

from plugin import small
from plugin.small import FIRST, STATES

TESTS = Path(__file__).parents[1]
SOURCE = TESTS.parent


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    small.write(root, FIRST)
    return root


@pytest.fixture
def cache(tmp_path: Path) -> Path:
    return tmp_path / "cache"


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The titles of the pages that have been extracted."""
    titles: list[str] = []
    read_jobs = history.read

    def noting(jobs: Sequence[history.Job], known: Project) -> list[history.Read]:
        titles.extend(job.page.title for job in jobs)
        return read_jobs(jobs, known)

    monkeypatch.setattr(history, "read", noting)
    return titles


def entries(cache: Path) -> list[Path]:
    return sorted(path for path in cache.rglob("*") if not path.is_dir())


# --- any state of the cache -------------------------------------------------------------------------------------------

EDIT = st.sampled_from(sorted(STATES)).flatmap(lambda name: st.tuples(st.just(name), st.integers(0, len(STATES[name]) - 1)))
SPOILED: Mapping[str, Callable[[Path, bytes], object]] = {
    "truncated": lambda path, found: path.write_bytes(found[: len(found) // 2]),
    "empty": lambda path, _: path.write_bytes(b""),
    "shorter than its seal": lambda path, found: path.write_bytes(found[:7]),
    "garbage": lambda path, found: path.write_bytes(bytes(byte ^ 0xFF for byte in found)),
    "a bit": lambda path, found: path.write_bytes(found[:-1] + bytes([found[-1] ^ 1]) if found else b""),
    "longer": lambda path, found: path.write_bytes(found + b"\0"),
    "text": lambda path, _: path.write_text("no entry at all", "utf-8"),
    "a directory": lambda path, _: (path.unlink(), path.mkdir(), (path / "file").touch()),
    "a link to itself": lambda path, _: (path.unlink(), path.symlink_to(path)),  # can't be read, not by root either
    "a link to nowhere": lambda path, _: (path.unlink(), path.symlink_to("nowhere")),
    "a pipe": lambda path, _: (path.unlink(), os.mkfifo(path)),
    "forbidden": lambda path, _: path.chmod(0),
    "another entry": lambda path, found: path.write_bytes(
        next((e.read_bytes() for e in entries(path.parent) if e.is_file() and e != path), found)
    ),
}
"""What may have become of a file in the cache."""
SPOIL = st.tuples(st.integers(0, 9), st.sampled_from(sorted(SPOILED)))


def spoil(cache: Path, which: int, how: str) -> None:
    found = [path for path in entries(cache) if path.is_file()]
    if found:
        path = found[which % len(found)]
        SPOILED[how](path, path.read_bytes() or b"\0" * 200)


@settings(max_examples=12, phases=(Phase.reuse, Phase.generate))  # a build takes too long for shrinking
@given(st.lists(st.tuples(st.lists(EDIT, max_size=3), st.lists(SPOIL, max_size=3)), min_size=1, max_size=4))
def test_a_build_gives_the_same_whatever_the_cache_holds(
    rounds: list[tuple[list[tuple[str, int]], list[tuple[int, str]]]],
) -> None:
    with TemporaryDirectory() as name:
        root, cache = Path(name) / "project", Path(name) / "cache"
        state = dict(FIRST)
        for edits, spoils in rounds:
            state |= dict(edits)
            small.write(root, state)
            for which, how in spoils:
                spoil(cache, which, how)
            assert small.built(root, cache) == small.clean(root)


def test_the_states_are_different_sites(project: Path) -> None:
    first = small.clean(project)
    for name, values in STATES.items():
        for at in range(1, len(values)):
            if (name, at) not in {
                ("content/Template:Warn.wiki", 2),
                ("content/overrides.toml", 2),
                ("own/more.html", 1),
                ("options", 3),
            }:
                small.write(project, {**FIRST, name: at})
                assert small.clean(project) != first, (name, at)


@pytest.mark.parametrize("how", sorted(SPOILED))
def test_a_spoiled_entry_is_made_anew(project: Path, cache: Path, read: list[str], how: str) -> None:
    first = small.built(project, cache)
    made = len(read)
    for number in range(len(entries(cache))):
        spoil(cache, number, how)
    read.clear()
    assert small.built(project, cache) == first
    assert how in ("forbidden", "another entry") or len(read) == made  # root may read everything; one of them stays in its place


def test_an_entry_of_another_shape_counts_as_absent(project: Path, cache: Path) -> None:
    first = small.built(project, cache)
    folder = entries(cache)[0].parent
    for path in entries(cache):
        site_cache.write(folder, path.name, b"\0\0\0\1\x93\x01\x02\x03")
        assert site_cache.read(folder, path.name) is not None
    assert small.built(project, cache) == first


# --- what is made again, and what is not ------------------------------------------------------------------------------


def test_unchanged_pages_are_not_made_again(project: Path, cache: Path, read: list[str]) -> None:
    small.built(project, cache)
    assert sorted(read) == ["First", "Second", "third"]
    read.clear()
    small.built(project, cache)
    assert read == []


def test_only_a_changed_page_is_made_again(project: Path, cache: Path, read: list[str]) -> None:
    small.built(project, cache)
    read.clear()
    small.write(project, {**FIRST, "content/First.wiki": 1})
    assert b"mkdir -p" in small.built(project, cache)["first/index.html"]
    assert read == ["First"]


def test_a_page_is_made_again_when_one_that_it_links_to_goes(project: Path, cache: Path, read: list[str]) -> None:
    assert b'href="../second/"' in small.built(project, cache)["first/index.html"]
    read.clear()
    small.write(project, {**FIRST, "content/Second.wiki": 2})
    assert b"../second/" not in small.built(project, cache)["first/index.html"]
    assert read == ["First"]


def test_what_is_edited_while_pages_are_made_is_not_kept(
    project: Path, cache: Path, read: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    scripts = making.scripts

    def editing(runbooks: list[Runbook]) -> object:
        small.write(project, {**FIRST, "own/page.html": 1})
        return scripts(runbooks)

    monkeypatch.setattr(making, "scripts", editing)
    small.built(project, cache)
    assert entries(cache) == []
    monkeypatch.undo()
    assert small.built(project, cache) == small.clean(project)


def test_a_process_whose_code_is_no_longer_that_on_the_disk_keeps_nothing(
    project: Path, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code = tmp_path / "code"
    code.mkdir()
    (code / "one.py").write_text("", "utf-8")
    monkeypatch.setattr(site_cache, "_PACKAGE", code)
    site_cache.generator.cache_clear()
    try:
        (code / "two.py").write_text("", "utf-8")
        small.built(project, cache)
        assert entries(cache)
        shutil.rmtree(cache)
        (code / "one.py").write_text("new", "utf-8")
        small.built(project, cache)
        assert entries(cache) == []
    finally:
        site_cache.generator.cache_clear()


def test_a_cache_that_can_not_be_written_is_none(project: Path, tmp_path: Path, read: list[str]) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    first = small.built(project, tmp_path / "file")
    made = len(read)
    assert small.built(project, tmp_path / "file") == first
    assert len(read) == 2 * made


# --- templates and the generator --------------------------------------------------------------------------------------


@pytest.mark.parametrize("kept", [True, False])
def test_each_build_reads_a_projects_templates_again(project: Path, cache: Path, kept: bool) -> None:
    """As `mkdocs serve` builds: in one process."""

    def first(page: int, more: int) -> bytes:
        small.write(project, {**FIRST, "own/page.html": page, "own/more.html": more})
        return (small.built(project, cache) if kept else small.clean(project))["first/index.html"]

    assert b"How to read this page" in first(0, 0)
    assert b"Ask Ada." in first(1, 0)
    assert b"More." in first(2, 0)
    assert b"Even more." in first(2, 1)
    assert b"How to read this page" in first(0, 1)


def test_serving_looks_at_all_that_a_build_reads(project: Path) -> None:
    small.write(project, {**FIRST, "runbook.toml": 1, "options": 2})
    config = project / "mkdocs.yml"
    config.write_text(
        config.read_text("utf-8").replace("['reports/*.json']", "['reports/*.json', '*.json', 'absent/*']"), "utf-8"
    )
    seen: list[str] = []

    class Server:
        watch = staticmethod(seen.append)

    with plugin.opened(config) as (read, ours, _):
        ours.on_serve(Server(), config=read)  # type: ignore[arg-type]
    assert seen == [str(path) for path in (site_nodes.TEMPLATES, project / "own", project / "runbook.toml", project / "reports")]


def test_each_build_reads_our_templates_again(
    project: Path, cache: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ours = Path(shutil.copytree(site_nodes.TEMPLATES, tmp_path / "ours"))
    for module in (site_nodes, site_cache, site_assets):
        monkeypatch.setattr(module, "TEMPLATES", ours)
    monkeypatch.setattr(script, "templates", lambda: ours)
    try:
        for name, page, word in (
            ("parts.html", "first/index.html", "How to read this page"),
            ("checks.sh", "first/verify.sh", "post_path"),
            ("verify.sh.j2", "first/verify.sh", "steps()"),
            ("rows.html", "index.html", "Coverage"),
            ("assets/runbook.css", "assets/runbook.", "--rb-ink"),
        ):
            other = f"other_{word[-6:]}"
            (ours / name).write_text((ours / name).read_text("utf-8").replace(word, other), "utf-8")
            made = small.built(project, cache)
            assert any(path.startswith(page) and other.encode() in content for path, content in made.items()), name
        assert small.built(project, cache) == small.clean(project)
    finally:
        monkeypatch.undo()
        plugin.site.reread()


def test_another_version_makes_all_pages_anew(project: Path, cache: Path, tmp_path: Path) -> None:
    """A copy of the whole package, edited between builds as a new release would be."""
    ours = tmp_path / "ours"
    shutil.copytree(SOURCE / "runbook", ours / "runbook", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(SOURCE / "templates", ours / "templates")

    def page(home: Path) -> str:
        words = [
            sys.executable,
            "-c",
            "import sys; from runbook import plugin; plugin.build(sys.argv[1])",
            str(project / "mkdocs.yml"),
        ]
        variables = {"PYTHONPATH": str(ours), "PYTHONSAFEPATH": "1", "XDG_CACHE_HOME": str(home), "SOURCE_DATE_EPOCH": small.NOW}
        subprocess.run(words, env=os.environ | variables, check=True, capture_output=True)
        return (project / "site/first/index.html").read_text("utf-8")

    assert "only reads" in page(cache)
    for name, old, new in (
        ("runbook/render/site_views.py", "only reads", "looks around"),
        ("templates/parts.html", "Checked afterwards", "Looked at afterwards"),
    ):
        (ours / name).write_text((ours / name).read_text("utf-8").replace(old, new), "utf-8")
        made = page(cache)
        assert made == page(tmp_path / name.replace("/", "-"))
    assert all(words in made for words in ("looks around", "Looked at afterwards"))


# --- kill -9, and two at once -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("how", ["killed", "held"])
def test_builds_that_are_killed_or_overtaken_leave_nothing_stale(project: Path, cache: Path, tmp_path: Path, how: str) -> None:
    small.built(project, cache)
    small.write(project, {**FIRST, "content/First.wiki": 1, "content/Second.wiki": 1})
    words = [sys.executable, "-m", "plugin.killing", how, str(project), str(cache), str(tmp_path / "work")]
    done = subprocess.run(words, cwd=TESTS, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[0]) >= 3  # it was killed, or held, more than once


def test_many_builds_at_once_give_the_same(project: Path, cache: Path, tmp_path: Path) -> None:
    """Of one project into one site, and of copies, all on one cache that is empty."""
    new = small.clean(project)
    roots = [project, project, *(Path(shutil.copytree(project, tmp_path / f"copy{n}")) for n in range(2))]
    words = "import sys; from pathlib import Path; from plugin import small; print(flush=True); sys.stdin.readline(); small.built(*map(Path, sys.argv[1:]))"
    running = [
        subprocess.Popen(
            [sys.executable, "-c", words, str(root), str(cache)],
            cwd=TESTS,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for root in roots
    ]
    for each in running:
        assert each.stdout
        each.stdout.readline()
    for each in running:
        each.communicate("go\n")
    assert [each.returncode for each in running] == [0] * len(running)
    assert all(small.site(root) == new for root in roots)
    assert small.built(project, cache) == new
