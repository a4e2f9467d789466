"""The bench runs, part by part, and writes its page and its plot."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree as ET

ROOT = Path(__file__).parents[2]


def bench(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "bench", *map(str, words)], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_every_part_writes_its_tables(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    done = bench("--quick", "-o", page)
    assert (done.returncode, done.stderr) == (0, "")
    first = page.read_text()
    titles = ["Extraction", "Conversion", "Build, and growth with the number of pages", "Verification", "A large export"]
    assert re.findall("^## (.*)", first, re.MULTILINE) == titles
    ours = re.findall(r"^\| [^|]*(?:runbook|plain mkdocs)[^|]* \| [\d.,]+ \| [\d.,]+ \|", first, re.MULTILINE)
    assert len(ours) == 11
    for section in first.split("\n## ")[1:]:
        assert re.search(r"Measured \d{4}-\d\d-\d\d, .*, Python 3\.", section)
    assert bench("--quick", "-o", page, "verification").returncode == 0
    again = page.read_text()
    assert again != first
    assert [part for part in again.split("\n## ") if part[:6] != "Verifi"] == [
        part for part in first.split("\n## ") if part[:6] != "Verifi"
    ]


def test_a_part_that_is_none_is_told() -> None:
    done = bench("speed")
    assert (done.returncode, done.stdout) == (2, "")
    assert "no part speed; there are extraction, " in done.stderr


def test_the_plot_is_svg_with_all_points_inside() -> None:
    from bench.plot import Curve, draw

    drawn = ET.fromstring(
        draw([("a < b", [Curve("x & y", [(10, 3), (10_000, 900)])]), ("MB", [Curve("z", [(10, 1), (100, 1)])])])
    )
    name = "{http://www.w3.org/2000/svg}"
    panels = drawn.findall(f"{name}g")
    assert [panel.findtext(f"{name}text") for panel in panels] == ["a < b", "MB"]
    places = [[(float(dot.get("cx", 0)), float(dot.get("cy", 0))) for dot in panel.iter(f"{name}circle")] for panel in panels]
    assert drawn.get("aria-label") == "a < b and MB by the number of pages: x & y"
    assert all(60 <= x <= 410 and 30 <= y <= 260 for dots in places for x, y in dots)
    (left, low), (right, high) = places[0]
    assert left < right
    assert low > high  # y grows downwards
