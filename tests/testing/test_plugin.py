"""`pytest --runbook PATH`: in process where that shows it, as a process of its own with xdist and JUnit where people run it so."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from textwrap import dedent

import pytest
import runbook.testing.collecting  # before pytester forgets, after each run, what was imported in it
from runbook.cli import main

pytest_plugins = ["pytester"]
assert runbook.testing.collecting

HOLDS = "1. Look:\n\n # printf 'a 3 b'\n a 5 b\n\n2. Look again:\n\n # echo fine\n fine\n"
FAILS = "1. Press the button.\n\n2. Look:\n\n # printf 'a 7\\nState: stopped\\n'\n a 9\n State: running\n"
MAKES = "1. Make it:\n\n # mkdir made\n\n2. Look:\n\n # ls -d made\n made\n\n3. Start it:\n\n # no-such-tool\n"
SETS = "<!-- runbook: param HOST=db1.example.org -->\n1. Ask:\n\n # echo db1.example.org\n db1.example.org\n"
SECRET = "<!-- runbook: param PASS=hunter2 secret -->\n1. Log in with hunter2:\n\n # echo hunter2 then x\n hunter2 then y\n"
TEMPLATE = "Only a template.\n"


@pytest.fixture
def content(pytester: pytest.Pytester) -> Path:
    folder = pytester.mkdir("content")
    (folder / "Holds.wiki").write_text(HOLDS)
    (folder / "Fails.wiki").write_text(FAILS)
    (folder / "Template:Box.wiki").write_text(TEMPLATE)
    (folder / "To read.wiki").write_text("Nothing is to be done.\n")
    return folder


def only(pytester: pytest.Pytester, name: str, text: str, conftest: str = "") -> Path:
    if conftest:
        pytester.makeconftest("import pytest\n\n" + dedent(conftest))
    path = pytester.path / f"{name}.wiki"
    path.write_text(text)
    return path


def test_each_step_is_a_test(pytester: pytest.Pytester, content: Path) -> None:
    done = pytester.runpytest("--runbook", "content", "-v")
    done.assert_outcomes(passed=2, failed=1, skipped=1)
    done.stdout.re_match_lines_random(
        [
            r"content/Holds\.wiki::holds::look PASSED.*",
            r"content/Holds\.wiki::holds::look-again PASSED.*",
            r"content/Fails\.wiki::fails::look FAILED.*",
            r"content/Fails\.wiki::fails::press-the-button SKIPPED \(a person does it\).*",
        ]
    )


def test_a_failure_shows_what_verify_shows(pytester: pytest.Pytester, content: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "content/Fails.wiki"]) == 1
    shown = capsys.readouterr().out.split("\n")
    diff = [line for line in shown if line.startswith("           ")]
    assert len(diff) == 6  # the reason, a line that holds, what was expected and what came, and where they differ
    done = pytester.runpytest("--runbook", "content/Fails.wiki")
    text = done.stdout.str()
    assert "\n".join(diff) in text
    assert "Traceback" not in text
    assert "collecting.py" not in text


def test_it_is_added_to_what_is_collected_anyhow(pytester: pytest.Pytester, content: Path) -> None:
    pytester.mkdir("tests").joinpath("test_own.py").write_text("def test_own(): pass\n")
    pytester.makeini("[pytest]\ntestpaths = tests\n")
    pytester.runpytest("--runbook", "content/Holds.wiki").assert_outcomes(passed=3)
    pytester.runpytest("--runbook", "content/Holds.wiki", "tests").assert_outcomes(passed=3)
    pytester.runpytest().assert_outcomes(passed=1)


def test_naming_a_step_runs_that_alone(pytester: pytest.Pytester, content: Path) -> None:
    pytester.runpytest("--runbook", "content", "content/Holds.wiki::holds::look-again").assert_outcomes(passed=1)
    pytester.runpytest("--runbook", "content", "--lf", "-p", "cacheprovider").assert_outcomes(passed=2, failed=1, skipped=1)
    pytester.runpytest("--runbook", "content", "--lf", "-p", "cacheprovider").assert_outcomes(failed=1)


def test_pages_that_are_not_asked_for_are_no_tests(pytester: pytest.Pytester, content: Path) -> None:
    assert pytester.runpytest("content").ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_it_runs_only_what_reads(pytester: pytest.Pytester) -> None:
    only(pytester, "Page", MAKES)
    done = pytester.runpytest("--runbook", "Page.wiki", "-rs")
    done.assert_outcomes(skipped=3)
    assert not (pytester.path / "made").exists()
    done.stdout.fnmatch_lines(["SKIPPED * Page.wiki:5: does not count, what comes later changes the host*"])


def test_what_is_allowed_is_done_as_far_as_it_reaches(pytester: pytest.Pytester) -> None:
    only(pytester, "Page", MAKES, "@pytest.fixture\ndef runbook_effects():\n    return {'read', 'create'}\n")
    done = pytester.runpytest("--runbook", "Page.wiki", "-rs")
    done.assert_outcomes(passed=2, skipped=1)
    assert (pytester.path / "made").is_dir()
    done.stdout.fnmatch_lines(["SKIPPED * Page.wiki:10: waiting at 3.1: it needs a yes: no-such-tool*"])


def test_nothing_is_carried_out_by_several_processes(pytester: pytest.Pytester) -> None:
    only(pytester, "Page", MAKES, "@pytest.fixture\ndef runbook_effects():\n    return {'create'}\n")
    done = pytester.runpytest_subprocess("--runbook", "Page.wiki", "-n", "1")
    done.assert_outcomes(failed=3)
    done.stdout.fnmatch_lines(["*run without it"])
    assert not (pytester.path / "made").exists()


def test_values_and_the_name_of_the_host_come_from_fixtures(pytester: pytest.Pytester) -> None:
    conftest = """
        @pytest.fixture
        def runbook_values(runbook_page):
            assert runbook_page.title == "Page"
            return {"HOST": "web1.example.org", "OTHER": "for another page"}

        @pytest.fixture(scope="session")
        def runbook_host():
            return "web\\x1b[1m1"
    """
    only(pytester, "Page", SETS + "\n2. Fail:\n\n # echo x\n y\n", conftest)
    done = pytester.runpytest("--runbook", "Page.wiki", "--junitxml", "j.xml")
    done.assert_outcomes(passed=1, failed=1)
    done.stdout.fnmatch_lines(["does not hold on web\\x1b[[]1m1"])
    names = {each.get("name"): each.get("value") for each in ET.parse(pytester.path / "j.xml").iter("property")}
    assert names["host"] == "web\\x1b[1m1"


def test_a_value_that_fits_nowhere_is_trouble(pytester: pytest.Pytester) -> None:
    only(pytester, "Page", SETS, "@pytest.fixture\ndef runbook_values():\n    return {'HOST': '$(touch made)'}\n")
    done = pytester.runpytest("--runbook", "Page.wiki")
    done.assert_outcomes(failed=1)
    done.stdout.fnmatch_lines(["could not be verified on *", "*HOST wants a value of type*"])
    assert not (pytester.path / "made").exists()


@pytest.mark.parametrize(
    ("fixture", "given"), [("values", "['HOST']"), ("values", "{'HOST': 1}"), ("effects", "'create'"), ("host", "None")]
)
def test_a_fixture_that_gives_something_else_is_told(pytester: pytest.Pytester, fixture: str, given: str) -> None:
    only(pytester, "Page", HOLDS, f"@pytest.fixture\ndef runbook_{fixture}():\n    return {given}\n")
    done = pytester.runpytest("--runbook", "Page.wiki")
    done.assert_outcomes(failed=2)
    done.stdout.fnmatch_lines([f"the fixture runbook_{fixture} should give a*"])


def test_secrets_are_in_no_report(pytester: pytest.Pytester) -> None:
    only(pytester, "Log in with hunter2", SECRET)
    done = pytester.runpytest("--runbook", pytester.path, "-v", "--junitxml", "j.xml")
    done.assert_outcomes(failed=1)
    text = done.stdout.str().replace("Log in with hunter2.wiki", "")  # the name of the file is its owner's
    assert "(secret)" in text
    assert "hunter2" not in text
    assert "hunter2" not in (pytester.path / "j.xml").read_text().replace("Log in with hunter2.wiki", "")


def test_what_pages_print_is_harmless(pytester: pytest.Pytester) -> None:
    only(pytester, "Page", "1. A \u202e step:\n\n # printf 'x\\342\\200\\256y\\n'\n y\n")
    text = pytester.runpytest("--runbook", "Page.wiki", "-v").stdout.str()
    assert "+ x\\u202ey" in text
    assert "\u202e" not in text


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("none", "ERROR: --runbook */none: no such file or directory"),
        ("empty", "ERROR: --runbook */empty: no sources of pages in it"),
    ],
)
def test_a_path_without_pages_is_a_mistake(pytester: pytest.Pytester, path: str, told: str) -> None:
    pytester.mkdir("empty")
    done = pytester.runpytest("--runbook", path)
    assert done.ret == pytest.ExitCode.USAGE_ERROR
    done.stderr.fnmatch_lines([told])


def test_a_page_that_cannot_be_read_is_an_error_with_its_place(pytester: pytest.Pytester, content: Path) -> None:
    (content / "Broken.wiki").write_bytes(b"one\ntw\xff\n")
    done = pytester.runpytest("--runbook", "content")
    done.assert_outcomes(errors=1)
    done.stdout.fnmatch_lines(["*content/Broken.wiki:2: not UTF-8*"])


def test_what_the_project_says_of_its_pages_counts(pytester: pytest.Pytester, content: Path) -> None:
    (pytester.path / "runbook.toml").write_text('[effects]\nharmless = ["true-tool"]\n')
    (content / "below").mkdir()
    (content / "below" / "Tool.wiki").write_text("1. Look:\n\n # true-tool\n fine\n")
    (pytester.path / "bin").mkdir()
    tool = pytester.path / "bin" / "true-tool"
    tool.write_text("#!/bin/sh\necho fine\n")
    tool.chmod(0o755)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", f"{tool.parent}:{os.environ['PATH']}")
        pytester.runpytest("--runbook", "content", "-k", "tool").assert_outcomes(passed=1, deselected=4)


def test_with_xdist_and_junit(pytester: pytest.Pytester, content: Path) -> None:
    plain = pytester.runpytest("--runbook", "content", "--junitxml", "plain.xml")
    done = pytester.runpytest_subprocess("--runbook", "content", "--junitxml", "spread.xml", "-n", "2", "--dist", "loadgroup")
    for each in (plain, done):
        each.assert_outcomes(passed=2, failed=1, skipped=1)

    def cases(name: str) -> list[tuple[str | None, ...]]:
        root = ET.parse(pytester.path / name).getroot()
        return sorted(
            (
                case.get("classname"),
                (case.get("name") or "").partition("@")[0],
                *((each.tag, each.text) for each in case if each.tag != "properties"),
            )
            for case in root.iter("testcase")
        )

    assert cases("spread.xml") == cases("plain.xml")
    failures = [text for *_, told in cases("plain.xml") if isinstance(told, tuple) and told[0] == "failure" for text in told[1:]]
    assert len(failures) == 1
    assert "- State: running" in failures[0]


def test_it_costs_nothing_when_it_is_not_used(tmp_path: Path) -> None:
    code = (
        "import sys, json, pytest; pytest.main(['-q', '-p', 'no:cacheprovider', '-p', 'no:hypothesispytest', '.']); "
        "print(json.dumps(sorted(name for name in sys.modules if name.partition('.')[0] in "
        "('runbook', 'msgspec', 'jinja2', 'mkdocs', 'markdown_it', 'yaml', 'requests'))))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert json.loads(done.stdout.splitlines()[-1]) == ["runbook", "runbook.testing", "runbook.testing.plugin"]
