"""Arguments, messages and exit codes, run as a person runs them."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from runbook import __version__
from runbook.cli import main
from runbook.cli.subcommands import SUBCOMMANDS
from runbook.model import runbook_from_json

from cli.as_program import HOWTO, runbook

ROOT = Path(__file__).parents[2]
SEED = ROOT / "content" / "openvz-user-contributions.atom"
MIGRATION = "Migration from Linux-VServer to OpenVZ"


# --- help -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("row", SUBCOMMANDS, ids=lambda row: row.name)
def test_each_subcommand_has_help_with_an_example_and_a_function(row: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([row.name, "--help"]) == 0
    told = capsys.readouterr().out
    assert row.text.splitlines()[0] in told
    assert f"runbook {row.name}" in told.split("examples:")[1]
    module, function = row.run.split(".")
    assert callable(getattr(import_module(f"runbook.cli.{module}"), function))


def test_help_names_every_subcommand_and_the_exit_codes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--help"]) == 0
    told = capsys.readouterr().out
    for row in SUBCOMMANDS:
        assert row.name in told
        assert row.summary in told
    assert "Exit codes: 0 fine" in told


_SLOW = "msgspec mkdocs jinja2 mwparserfromhell markdown_it requests yaml ansible shtab subprocess tomllib".split()


@pytest.mark.parametrize("words", [["--help"], ["--version"], ["extract", "--help"], ["extrct"]])
def test_what_only_tells_imports_nothing_slow(words: list[str]) -> None:
    """Modules are counted, not seconds."""
    code = "import sys\nbefore = set(sys.modules)\nimport runbook.cli\nrunbook.cli.main(sys.argv[1:])\nprint(*set(sys.modules) - before, file=sys.stderr)"
    done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True)
    loaded = done.stderr.splitlines()[-1].split()
    assert "runbook.cli" in loaded
    assert not set(_SLOW) & set(loaded)
    assert sum(name.startswith("runbook") for name in loaded) <= 10, loaded
    if words != ["--version"]:  # which asks the installed package
        assert "importlib.metadata" not in loaded
        assert len(loaded) <= 90, loaded


def test_a_runbook_needs_nothing_of_a_site(tmp_path: Path) -> None:
    page = tmp_path / "Look.wiki"
    page.write_text("# Look:\n#: <pre>$ ls</pre>\n", encoding="utf-8")
    code = "import sys, runbook.cli\nassert runbook.cli.main(sys.argv[1:]) == 0\nprint(sorted(sys.modules), file=sys.stderr)"
    loaded = subprocess.run([sys.executable, "-c", code, "extract", str(page)], capture_output=True, text=True, check=True).stderr
    assert "'runbook.extract'" in loaded
    for module in ("mkdocs", "jinja2", "mwparserfromhell", "markdown_it", "yaml", "multiprocessing", "asyncio"):
        assert f"'{module}'" not in loaded


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"runbook {__version__}\n"


# --- extract, pages ---------------------------------------------------------------------------------------------------


def test_extract_prints_one_object_for_one_page(howto: Path) -> None:
    done = runbook("extract", howto)
    assert (done.returncode, done.stderr, done.stdout.count("\n")) == (0, "", 1)
    found = runbook_from_json(done.stdout)
    assert [step.lines[0] for step in found.steps] == [3, 7]


def test_extract_prints_json_lines_for_several_and_one_for_page() -> None:
    both = runbook("extract", SEED).stdout.splitlines()
    assert sorted(runbook_from_json(line).page.title for line in both) == ["Features", MIGRATION]
    assert [runbook_from_json(runbook("extract", "--page", "Features", SEED).stdout)] == [
        found for found in map(runbook_from_json, both) if found.page.title == "Features"
    ]


def test_extract_reads_standard_input(howto: Path) -> None:
    done = runbook("extract", "--markup", "wikitext", "-", stdin=HOWTO)
    assert done.returncode == 0
    assert runbook_from_json(done.stdout).steps == runbook_from_json(runbook("extract", howto).stdout).steps


def test_extract_reads_a_directory(howto: Path) -> None:
    (howto.parent / "Other.wiki").write_text("Only words.\n")
    titles = [runbook_from_json(line).page.title for line in runbook("extract", howto.parent).stdout.splitlines()]
    assert sorted(titles) == ["Howto", "Other"]


def test_extract_indents_and_writes_to_a_file(howto: Path) -> None:
    target = howto.parent / "out.json"
    assert runbook("extract", howto, "--indent", "2", "-o", target).stdout == ""
    assert json.loads(target.read_text())["format"] == 1
    assert '\n  "page": {' in target.read_text()


def test_pages_gives_the_exact_text(howto: Path) -> None:
    rows = [json.loads(line) for line in runbook("pages", SEED).stdout.splitlines()]
    assert {row["title"]: row["revision"]["id"] for row in rows} == {"Features": 5844, MIGRATION: 5843} or len(rows) == 2
    (row,) = [json.loads(line) for line in runbook("pages", howto).stdout.splitlines()]
    assert (row["title"], row["text"], row["markup"]) == ("Howto", HOWTO, "wikitext")


def test_a_title_that_is_not_there_is_told_with_those_that_are() -> None:
    done = runbook("extract", "--page", "Featurs", SEED)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == f"runbook: {SEED}: no page has the title 'Featurs'; did you mean 'Features'?\n"
    assert "there are 'Features', 'Migration" in runbook("extract", "--page", "Zzz", SEED).stderr.replace(
        f"there are '{MIGRATION}', 'Features'", f"there are 'Features', '{MIGRATION}'"
    )


def test_a_title_may_have_underscores() -> None:
    assert runbook("extract", "--page", MIGRATION.replace(" ", "_"), SEED).returncode == 0


def test_what_is_odd_about_a_page_is_told_with_file_and_line(howto: Path) -> None:
    howto.write_text("1. Look:\n\n # ls\n\n<pre>never closed\n")
    told = runbook("extract", howto)
    found = [each for each in runbook_from_json(told.stdout).diagnostics if each.severity != "info"]
    assert told.stderr.splitlines() == [
        f"{howto}:{each.lines[0] if each.lines else 0}: {each.severity}: {each.message} [{each.code}]" for each in found
    ]


# --- lint, explain ----------------------------------------------------------------------------------------------------


def test_lint_tells_with_file_and_line_and_by_its_exit_code(howto: Path) -> None:
    howto.write_text("1. Make it:\n\n # mkdir /srv/never-used\n\n2. Look at it:\n\n # ls -l /srv/new/never-used\n total 0\n")
    done = runbook("lint", howto)
    assert (done.returncode, done.stderr) == (1, "")
    assert f"{howto}:3: warning: " in done.stdout
    assert done.stdout.splitlines()[0].endswith("[directory-never-used]")
    rows = [json.loads(line) for line in runbook("lint", howto, "--format", "json").stdout.splitlines()]
    assert rows[0]["code"] == "directory-never-used"
    assert (rows[0]["file"], rows[0]["page"], rows[0]["lines"]) == (str(howto), "Howto", [3, 3])


def test_lint_of_a_page_with_nothing_to_mend_is_fine(howto: Path) -> None:
    howto.write_text("Only words.\n")
    done = runbook("lint", howto)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_explain_shows_every_line_and_what_it_was_taken_for(howto: Path) -> None:
    told = runbook("explain", howto).stdout.splitlines()
    numbered = [line for line in told if line.split(maxsplit=1)[0].isdigit()]
    assert len(numbered) == HOWTO.count("\n") + 1
    assert next(line for line in told if "# ls -l /srv" in line).split()[1] == "command"
    assert next(line for line in told if "total 4" in line).split()[1] == "output"
    row = json.loads(runbook("explain", howto, "--line", "5", "--format", "json").stdout)
    assert (row["n"], row["kind"], row["text"]) == (5, "command", " # mkdir -p /srv/app")
    refused = runbook("explain", howto, "--line", "99")
    assert (refused.returncode, refused.stdout) == (2, "")


# --- script, drift, schema --------------------------------------------------------------------------------------------


def test_script_prints_a_script_and_asks_which_page() -> None:
    done = runbook("script", "--page", MIGRATION, SEED)
    assert (done.returncode, done.stdout.splitlines()[0]) == (0, "#!/usr/bin/env bash")
    refused = runbook("script", SEED)
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.startswith(f"runbook: {SEED}: choose one page with --page TITLE; there are ")


def test_drift_of_a_source_with_itself_is_none() -> None:
    done = runbook("drift", SEED, "--against", SEED)
    assert (done.returncode, done.stdout) == (0, "no drift: 2 pages the same\n")


@pytest.mark.parametrize(
    ("edit", "code"),
    [(("mkdir -p", "mkdir -m 700 -p"), 1), (("Look at it", "Look at this"), 1), (("Apr 28 2008", "May  3 2009"), 0)],
)
def test_drift_tells_by_its_exit_code(edit: tuple[str, str], code: int, howto: Path, tmp_path: Path) -> None:
    new = tmp_path / "new" / "Howto.wiki"
    new.parent.mkdir()
    new.write_text(HOWTO.replace(*edit))
    done = runbook("drift", new, "--against", howto)
    assert (done.returncode, done.stderr) == (code, "")
    found = json.loads(runbook("drift", new, "--against", howto, "--format", "json").stdout)
    assert (found["format"], len(found["pages"])) == (1, 1)
    assert runbook("drift", new, "--against", howto, "--severity", "info").returncode == 1


def test_drift_of_standard_input_with_itself_is_refused() -> None:
    done = runbook("drift", "-", "--against", "-", stdin="x")
    assert (done.returncode, done.stdout) == (2, "")
    assert "both be standard input" in done.stderr


def test_drift_of_bad_input_is_trouble(howto: Path) -> None:
    done = runbook("drift", howto.parent / "missing.wiki", "--against", howto)
    assert (done.returncode, done.stdout) == (2, "")


@pytest.mark.parametrize("what", ["runbook", "report", "tree"])
def test_the_committed_schema_is_current(what: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["schema", what]) == 0
    assert (ROOT / f"docs/reference/{what}.schema.json").read_text() == capsys.readouterr().out, "run: make reference"


# --- in bulk ----------------------------------------------------------------------------------------------------------


def test_effects_answers_line_by_line() -> None:
    lines = [{"text": "ls -l /etc"}, {"text": "rm -rf /"}, {"text": "no-such-tool"}]
    done = runbook("effects", stdin="".join(json.dumps(line) + "\n" for line in lines))
    answers = [json.loads(line)["effects"] for line in done.stdout.splitlines()]
    assert done.returncode == 0
    assert answers[0] == ["read"]
    assert "delete" in answers[1]
    assert "unknown" in answers[2]


def test_expect_answers_line_by_line() -> None:
    rows = [{"command": "date +%F", "recorded": "2008-04-28", "actual": actual} for actual in ("2026-01-31", "never")]
    done = runbook("expect", stdin="".join(json.dumps(row) + "\n" for row in rows))
    assert [json.loads(line)["holds"] for line in done.stdout.splitlines()] == [True, False]


@pytest.mark.parametrize("name", ["effects", "expect"])
@pytest.mark.parametrize("line", ["not json", "[1]", '{"text": 1}', "{}"])
def test_a_bad_line_in_bulk_is_refused_with_its_number(name: str, line: str) -> None:
    done = runbook(name, stdin=line + "\n")
    assert done.returncode == 2
    assert done.stderr.startswith("runbook: <stdin>:1: ")
    assert list(json.loads(done.stdout)) == ["error"]


def test_what_is_not_utf_8_in_bulk_is_an_error_of_its_line() -> None:
    done = runbook("effects", stdin=b'{"text": "ls \xff"}\n{"text": "ls"}\n')
    assert (done.returncode, [list(json.loads(line)) for line in done.stdout.splitlines()]) == (2, [["error"], ["effects"]])
    assert done.stderr.startswith("runbook: <stdin>:1: ")
