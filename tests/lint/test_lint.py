"""Each rule of the linter finds its fault, and keeps silent where the fault is mended."""

from __future__ import annotations

import pytest
from runbook.extract import extract
from runbook.lint import lint
from runbook.markup import parse
from runbook.model import Page

FAULTS = [
    ("directory-never-used", "== A ==\n # cd /srv\n # mkdir n\n # mv /o /srv/d\n", "== A ==\n # cd /srv\n # mkdir n\n # mv /o n\n"),
    ("file-never-created", "== A ==\nAdd this line to local.conf:\n a=1\n", "== A ==\n # cp local.conf-sample local.conf\nAdd this line to local.conf:\n a=1\n"),
    ("relative-after-reboot", "== A ==\n # cd /opt/x\n # reboot\n # ./start.sh\n", "== A ==\n # cd /opt/x\n # reboot\n # cd /opt/x\n # ./start.sh\n"),
    ("step-without-check", "== A ==\n # ./frobnicate --all\n", "== A ==\n # ./frobnicate --all\n frobnicated 3 things\n"),
    ("dead-link", "== A ==\nSee [[#Nowhere]].\n # ls\n", "== A ==\nSee [[#A]].\n # ls\n"),
    ("link-outside", "== A ==\nSee [[Elsewhere]].\n # ls\n", "== A ==\nSee [[Case]].\n # ls\n"),
    ("placeholder-unexplained", "== A ==\n # ping <gateway>\n", "== A ==\nThe gateway is your router's address.\n # ping <gateway>\n"),
    ("shellcheck", "== A ==\n # ls -l > > /tmp/x\n", "== A ==\n # ls -l > /tmp/x\n"),
]  # fmt: skip


def codes(text: str) -> set[str]:
    runbook = extract(parse(Page("Case", text), reading="author"))
    return {found.code for found in lint(runbook, ["Case", "Other"])}


@pytest.mark.parametrize(("code", "faulty", "mended"), FAULTS, ids=[fault[0] for fault in FAULTS])
def test_rule(code: str, faulty: str, mended: str) -> None:
    assert code in codes(faulty)
    assert code not in codes(mended)


def test_findings_have_lines_in_order() -> None:
    text = "".join(faulty for _, faulty, _ in FAULTS)
    found = lint(extract(parse(Page("Case", text), reading="author")), ["Case"])
    lines = [finding.lines for finding in found]
    assert None not in lines
    assert lines == sorted(lines, key=lambda each: each or (0, 0))
