"""Drift since the lock, with the committed copy at hand and without it, and its formats."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from runbook import lock
from runbook.cli import main
from runbook.extract import extract_many
from runbook.model import Page

OLD = """1. Look at the shop:

 # ls -l /srv/shop

2. Edit it:

 # mkdir -p /srv/shop
 # date
 Mon Apr 28 10:46:13 UTC 2008
"""
RAISED = OLD.replace("ls -l /srv/shop", "rm -r /srv/shop")


@pytest.fixture
def taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    content = tmp_path / "content"
    content.mkdir()
    (content / "Shop.wiki").write_text(OLD)
    page = Page(title="Shop", text=OLD, source=str(content / "Shop.wiki"))
    lock.write(content / lock.FILE, lock.of(zip([page], extract_many([page]), strict=True), content))
    return content


def drift(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str]:
    code = main(["drift", *arguments])
    return code, capsys.readouterr().out


def test_what_was_taken_over_does_not_drift(taken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert drift(capsys) == (0, "no drift: 1 page the same\n")


@pytest.mark.parametrize("copy", [True, False])
def test_a_raised_effect_stands_first_with_and_without_the_copy(
    taken: Path, capsys: pytest.CaptureFixture[str], *, copy: bool
) -> None:
    new = taken.parent / "new"
    new.mkdir()
    (new / "Shop.wiki").write_text(RAISED)
    if not copy:
        (taken / "Shop.wiki").write_text("something else")
    code, out = drift(capsys, "new", "--format", "json")
    (page,) = json.loads(out)["pages"]
    (step,) = page["steps"]
    assert code == 1
    assert step["new"]["id"] == "look-at-the-shop"
    assert [each["kind"] for each in step["changes"]] == ["effect-raised", "command-changed"]
    assert (step["changes"][1]["old"] == ["ls -l /srv/shop"]) == copy


def test_a_date_in_an_output_is_no_drift_without_the_copy_either(taken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (taken / "Shop.wiki").write_text(OLD.replace("Mon Apr 28 10:46:13 UTC 2008", "Sat Jan 31 08:00:01 UTC 2026"))
    code, out = drift(capsys, "--format", "json")
    kinds = [each["kind"] for step in json.loads(out)["pages"][0]["steps"] for each in step["changes"]]
    assert (code, kinds) == (0, ["output-varies"])


def test_a_page_that_is_gone_is_told_of_a_whole_directory_only(taken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    new = taken.parent / "new"
    new.mkdir()
    (new / "Other.wiki").write_text("# ls\n")
    assert "page gone" in drift(capsys, "new")[1]
    assert "page gone" not in drift(capsys, "new/Other.wiki")[1]


def formats(taken: Path, capsys: pytest.CaptureFixture[str], kind: str, title: str = "Shop", text: str = RAISED) -> str:
    new = taken.parent / "new"
    new.mkdir()
    (new / f"{title}.wiki").write_text(text)
    return drift(capsys, f"new/{title}.wiki", "--format", kind)[1]


def test_sarif_names_a_rule_of_its_own_and_a_line_of_the_page(taken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = json.loads(formats(taken, capsys, "sarif"))
    (run,) = log["runs"]
    assert log["version"] == "2.1.0"
    first = run["results"][0]
    assert run["tool"]["driver"]["rules"][first["ruleIndex"]]["id"] == first["ruleId"] == "effect-raised"
    region = first["locations"][0]["physicalLocation"]["region"]
    assert RAISED.split("\n")[region["startLine"] - 1] == " # rm -r /srv/shop"


def test_junit_counts_what_fails(taken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = ElementTree.fromstring(formats(taken, capsys, "junit"))
    (suite,) = root
    assert suite.get("failures") == str(len(suite.findall("testcase/failure"))) == "2"


def test_annotations_are_escaped(taken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = formats(taken, capsys, "github", title="50%25%0A::error::x")  # the title is decoded: 50%, a line end, a command
    assert all(line.startswith(("::error title=", "::warning title=")) for line in out.splitlines())
    assert "50%25%0A::error::x" in out


def test_a_comment_has_no_markup_of_the_page(taken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = formats(taken, capsys, "markdown", title="@all <b>x [a](http:b) www.example.org")
    heading = out.splitlines()[0]
    assert not re.search(r"[@<\[(]|www\.|http:", heading)
