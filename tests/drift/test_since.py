"""Drift since the lock, with the committed copy at hand and without it, and its formats."""

from __future__ import annotations

import json
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
from msgspec.structs import replace
from runbook import lock
from runbook.cli import main
from runbook.drift import compare
from runbook.extract import extract_many
from runbook.model import Diagnostic, Page, Revision
from runbook.project import Used
from runbook.report.changes_formats import FORMATS
from runbook.report.sides import sides
from runbook.since import News, compare_with_lock

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


def test_every_sarif_result_is_one_of_its_own(taken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (run,) = json.loads(formats(taken, capsys, "sarif"))["runs"]
    places = [result["locations"][0]["physicalLocation"] for result in run["results"]]
    assert {place["artifactLocation"]["uri"] for place in places} == {"new/Shop.wiki"}
    assert len({str(result["partialFingerprints"]) for result in run["results"]}) == len(run["results"]) > 1


def test_junit_counts_what_fails(taken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    root = ElementTree.fromstring(formats(taken, capsys, "junit"))
    (suite,) = root
    assert suite.get("failures") == str(len(suite.findall("testcase/failure"))) == "2"


def test_annotations_are_escaped(taken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = formats(taken, capsys, "github", title="50%25%0A::error::x")  # the title is decoded: 50%, a line end, a command
    places = [
        re.match(r"::(error|warning) file=[^,:]+,(line=\d+,endLine=\d+,)?title=[^,:]+::", line) for line in out.splitlines()
    ]
    assert all(places)
    assert "file=new/50%2525%250A%3A%3Aerror%3A%3Ax.wiki," in out
    assert "50%25%0A::error::x" in out


def test_annotations_stand_at_the_file_and_the_line(taken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert formats(taken, capsys, "github").startswith("::error file=new/Shop.wiki,line=3,endLine=3,title=effects raised::Shop, ")


def test_a_comment_says_who_and_where_to_look(taken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    who = Revision(id=8, user="Ada @all", timestamp="2026-01-31T08:00:00Z", comment="# tidy")
    wiki = "https://wiki.example/index.php"
    old = Page(title="Shop", text=OLD, wiki=wiki, revision=Revision(id=7))
    found = compare(*(list(extract_many([page])) for page in (old, replace(old, text=RAISED, revision=who))))
    told = FORMATS["markdown"](found, "warning")
    assert "([difference](<https://wiki.example/index.php?diff=8&oldid=7>))" in told
    assert "@all" not in told
    assert "Ada" in told
    hostile = replace(found.pages[0], diff="https://a.example/>)[x](javascript:y)")
    assert "javascript" not in FORMATS["markdown"](replace(found, pages=(hostile,)), "warning")


def test_sides_stand_beside_each_other_where_there_is_room() -> None:
    (beside,) = sides(["rsync -a x y"], ["rsync -az x y"], "", 120)
    assert re.fullmatch(r"  rsync -a x y +│ rsync -az x y", beside.text)
    assert [beside.text[a:b] for a, b in beside.marks] == ["a", "az"]
    above = list(sides(["rsync -a x y"], ["rsync -az x y"], "", 80))
    assert [line.text for line in above] == ["  - rsync -a x y", "  + rsync -az x y"]
    assert [line.text[a:b] for line in above for a, b in line.marks] == ["a", "az"]
    assert not any(line.marks for line in sides(["rsync -a x y"], ["rsync -az x y"], "", 0))
    assert all(len(line.text) <= 120 for line in sides(["x" * 50], ["y" * 200], "", 120) if "│" in line.text)


def test_news_of_a_wiki_are_told(taken: Path) -> None:
    known = lock.read(taken / lock.FILE)
    page = Page(title="The shop", text=OLD)
    new = list(zip([page], extract_many([page]), strict=True))
    moved = compare_with_lock(
        known, taken, new, lambda _: iter(()), news=News(moved={"The shop": "Shop"}, protected={"The shop": "edit=sysop"})
    )
    (drifted,) = moved.pages
    assert {(change.kind, change.new) for change in drifted.changes} == {
        ("page-moved", ("The shop",)),
        ("page-protected", ("edit=sysop",)),
    }
    gone = compare_with_lock(known, taken, [], lambda _: iter(()), whole=lambda _: True, news=News(deleted=frozenset(["Shop"])))
    assert [change.kind for change in gone.pages[0].changes] == ["page-deleted"]
    unknown = replace(page, title="Shop", diagnostics=(Diagnostic("newer-revision-unknown", "warning", "x"),))
    told = compare_with_lock(known, taken, list(zip([unknown], extract_many([unknown]), strict=True)), lambda _: iter(()))
    assert [change.kind for change in told.pages[0].changes] == ["page-unknown"]


def test_offline_asks_no_wiki(taken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (taken.parent / "runbook.toml").write_text(
        '[wikis.ops]\nurl = "https://wiki.example/"\ncontact = "a@example.org"\nall = true\n'
    )
    assert main(["drift", "ops", "--offline"]) == 2
    assert "--offline forbids it" in capsys.readouterr().err


def test_a_comment_has_no_markup_of_the_page(taken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = formats(taken, capsys, "markdown", title="@all <b>x [a](http:b) www.example.org")
    heading = out.splitlines()[0]
    assert not re.search(r"[@<\[(]|www\.|http:", heading)


FEED = """<feed xmlns="http://www.w3.org/2005/Atom"><title>Wiki - Recent changes</title>
<entry><id>https://w.example/index.php?title=Shop&amp;diff=9&amp;oldid=8</id><title>Shop</title>
<link rel="alternate" type="text/html" href="https://w.example/index.php?title=Shop&amp;diff=9&amp;oldid=8"/>
<updated>2026-01-01T00:00:00Z</updated>
<summary type="html">&lt;p&gt;much&lt;/p&gt;&lt;a href="https://w.example/index.php?title=Shop&amp;amp;diff=9&amp;amp;oldid=8"&gt;Show changes&lt;/a&gt;</summary>
<author><name>Bob</name></author></entry></feed>"""


def test_a_change_that_a_feed_only_names_is_drift(taken: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("changes.atom").write_text(FEED)
    code, out = drift(capsys, "changes.atom", "--format", "json")
    (page,) = json.loads(out)["pages"]
    assert (code, page["new"]["title"], [each["kind"] for each in page["changes"]]) == (1, "Shop", ["page-unknown"])


@pytest.fixture
def templated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Path:
    """content/ with a page that uses a template by way of another one, a page that doesn't, overrides, and its lock."""
    monkeypatch.chdir(tmp_path)
    content = tmp_path / "content"
    content.mkdir()
    (content / "Uses.wiki").write_text("1. Look:\n\n{{Look at|/srv}}\n\n2. Go on:\n\n # touch /srv/x\n")
    (content / "Alone.wiki").write_text(OLD)
    (content / "Template:Look at.wiki").write_text(" # {{lister}} {{{1}}}\n")
    (content / "Template:Lister.wiki").write_text("ls")
    (content / "overrides.toml").write_text('["Uses".steps.go-on]\nskip = true\n')
    assert main(["update"]) == 0
    capsys.readouterr()
    assert drift(capsys)[0] == 0
    return content


def kinds(out: str) -> dict[str, set[str]]:
    return {
        page["new"]["title"]: {each["kind"] for part in (page, *page["steps"]) for each in part["changes"]}
        for page in json.loads(out)["pages"]
    }


def test_a_template_that_was_edited_changes_the_pages_that_use_it(templated: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (templated / "Template:Lister.wiki").write_text("rm -r")
    code, out = drift(capsys, "--format", "json", "--page", "Uses")
    assert (code, kinds(out)) == (1, {"Uses": {"effect-raised", "command-changed"}})
    assert drift(capsys, "--page", "Alone")[0] == 0
    assert main(["update"]) == 0
    capsys.readouterr()
    assert drift(capsys)[0] == 0


def test_a_template_that_no_page_uses_changes_nothing(templated: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (templated / "Template:Other.wiki").write_text("rm -r")
    assert drift(capsys, "--page", "Uses")[0] == 0


def test_pages_elsewhere_are_read_with_the_templates_and_overrides_that_are_here(
    templated: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new = templated.parent / "new"
    new.mkdir()
    (new / "Uses.wiki").write_text((templated / "Uses.wiki").read_text().replace("Look:", "Look here:"))
    code, out = drift(capsys, "new/Uses.wiki", "--format", "json")
    assert (code, kinds(out)) == (1, {"Uses": {"step-renamed"}})


def test_calls_that_never_end_are_looked_through_in_no_time() -> None:
    used = Used({"A": "x"})
    assert used("{{" * 100_000 + " " * 100_000 + "{{a" + " " * 100_000) == ""
    assert used("{{a}}") == used("{{ A |b}}") == used("{{Template:A}}") != ""
