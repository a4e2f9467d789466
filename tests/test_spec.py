"""Every case of tests/spec/*.md, found by glob: a file dropped there is tested, and one without a case fails."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import spec_cases
from spec_cases import Case
from spec_forms import FORMS

FILES = spec_cases.files()
CASES = [case for path in FILES for case in spec_cases.read(path)]


def test_there_are_cases() -> None:
    assert FILES, "tests/spec holds no case files"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_every_file_has_cases_and_their_names_differ(path: Path) -> None:
    names = [case.name for case in CASES if case.path == path]
    assert names, f"{path.name} has no case: a case is a heading '## name', an input block and at least one expected block"
    assert len(set(names)) == len(names), f"{path.name} names two cases alike"


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_case(case: Case, request: pytest.FixtureRequest) -> None:
    where = f"{case.path.name}:{case.line}"
    assert len(case.blocks) > 1, f"{where}: a case needs an input block and at least one expected block"
    source, *expected = case.blocks
    unknown = [block.info for block in expected if (source.info, block.info) not in FORMS]
    assert not unknown, f"{where}: nothing makes {unknown} of {source.info!r}; what there is: {sorted(FORMS)}"
    given = [FORMS[source.info, block.info](source.text) for block in expected]
    if request.config.getoption("--accept"):
        spec_cases.accept(case.path, case.name, given)
    else:
        for block, text in zip(expected, given, strict=True):
            assert text == block.text, f"{where}: {block.info} differs (pytest --accept takes what is given now)"


ROWS = re.compile(r"^\| ([A-F]\d*) \|", re.MULTILINE)


def rows_of(case: Case) -> set[str]:
    """The styles that a case says it shows."""
    prose = case.path.read_text(encoding="utf-8").split("\n")[case.line : case.blocks[0].first]
    return {row for line in prose if line.startswith("Rows: ") for row in line.split()[1:]}


def test_every_style_has_a_case_and_every_case_a_style() -> None:
    known = set(ROWS.findall((spec_cases.FOLDER / "README.md").read_text(encoding="utf-8")))
    named = {case.id: rows_of(case) for case in CASES if any(block.info == "runbook" for block in case.blocks)}
    assert len(known) > 40
    assert not [name for name, rows in named.items() if not rows], "cases without a line 'Rows: …'"
    assert set().union(*named.values()) == known


def test_accept_rewrites_only_what_is_expected(tmp_path: Path) -> None:
    path = tmp_path / "a.md"
    path.write_text("# A\n\n## one\nwhy\n\n```x\nin\n```\n\n```y\nold\n```\n\n## two\n```x\nin\n```\n```y\n```\nend\n")
    spec_cases.accept(path, "one", ["new\n```\nline"])
    spec_cases.accept(path, "two", ["more"])
    assert path.read_text() == (
        "# A\n\n## one\nwhy\n\n```x\nin\n```\n\n````y\nnew\n```\nline\n````\n\n## two\n```x\nin\n```\n```y\nmore\n```\nend\n"
    )
    assert [block.text for block in spec_cases.read(path)[0].blocks] == ["in", "new\n```\nline"]


@pytest.mark.parametrize("text", ["## a\n```x\nnever closed\n", "```x\n```\n"])
def test_a_broken_file_is_refused_with_its_line(tmp_path: Path, text: str) -> None:
    path = tmp_path / "a.md"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"a\.md:[12]: "):
        spec_cases.read(path)
