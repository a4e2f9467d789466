"""Outputs that are longer than anybody reads: what is compared of them ends somewhere, the page says where, and the script is written."""

from __future__ import annotations

from pathlib import Path

import pytest
from runbook import expect
from runbook.model import Elision

from hardening.projects import run


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        ([f"line {number} of an output that goes on" for number in range(4000)], "its first 1,"),
        (["x" * 200_000], "nothing of it"),
        (["\u00e9" * 100, *["日本" * 9000] * 3], "its first 1 of 4 lines"),
    ],
)
def test_a_long_output_is_cut_and_the_page_says_so(lines: list[str], told: str, tmp_path: Path) -> None:
    page = tmp_path / "Long.wiki"
    page.write_text("1. Look:\n\n # frob --all\n" + "".join(f" {line}\n" for line in lines))
    script = run(tmp_path, "script", page)
    assert (script.returncode, len(script.stdout) < 300_000) == (0, True)
    assert f"Long.wiki:4: warning: this output is long: {told}" in run(tmp_path, "lint", page).stdout + script.stderr


def test_what_is_behind_the_cut_may_be_anything_and_what_is_before_may_not() -> None:
    recorded = [f"line {number} says so" for number in range(9000)]
    pattern = expect.infer([recorded])
    many = expect.compared(recorded)
    assert 1000 < many < len(recorded)
    assert pattern.rows[many:] == (Elision(),)
    assert expect.match(pattern, recorded) is None
    assert expect.match(pattern, [*recorded[:many], "anything"]) is None
    assert expect.match(pattern, [*recorded[: many - 1], "anything"]) is not None
    short = recorded[:many]
    assert len(expect.infer([short]).rows) == many
