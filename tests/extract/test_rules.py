"""The rules are few and named: the table has them all, the documentation shows the table, and each has a spec case."""

from __future__ import annotations

import re
from pathlib import Path

from runbook.extract import extract_many
from runbook.extract.blocks import RULES
from runbook.extract.explain import Explained, explain
from runbook.extract.rules import BLOCKS, GROUPS, table
from runbook.model import Page

import spec_cases

DOCUMENTED = Path(__file__).parents[2] / "docs" / "reference" / "rules.md"
KNOWN = {name for rules in GROUPS.values() for name in rules}


def explained() -> list[Explained]:
    inputs = [case.blocks[0] for path in spec_cases.files() for case in spec_cases.read(path)]
    pages = [Page("Case", block.text, markup=block.info) for block in inputs if block.info in ("wikitext", "markdown")]  # type: ignore[arg-type]
    return [line for page, runbook in zip(pages, extract_many(pages), strict=True) for line in explain(runbook, page.text)]


def test_the_table_has_the_rules_for_blocks_in_their_order() -> None:
    assert [name for name, _ in RULES] == [
        name for name in BLOCKS if name not in ("author", "template", "only-to-be-read", "weighed")
    ]


def test_every_line_has_a_rule_of_the_table_and_every_rule_a_case() -> None:
    lines = explained()
    assert not [line for line in lines if line.rule not in KNOWN]
    # Overrides stand in a file beside the pages: tests/extract/test_author.py has their cases.
    assert {line.rule for line in lines} == KNOWN - {"override"}


def test_the_documentation_shows_the_table() -> None:
    text = DOCUMENTED.read_text(encoding="utf-8")
    shown = text[text.index("## ") :].rstrip("\n")
    assert shown == "\n".join(table()).rstrip("\n")
    assert re.match(r"# \w", text)
