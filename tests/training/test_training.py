"""Tables of weights from labelled pages."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from runbook.weights import Weights, weights

ROOT = Path(__file__).parents[2]


@pytest.fixture
def folders(tmp_path: Path) -> tuple[Path, Path]:
    """Labels and pages: a block of words that are typed, one of what was printed, and one in doubt, on each of twelve."""
    labels, pages = tmp_path / "labels", tmp_path / "pages"
    labels.mkdir()
    pages.mkdir()
    for n in range(12):
        lines = [
            "== Lamps ==",
            "The lamp of the day.",
            "",
            f" zorp the lamp {n}",
            "",
            "Then",
            "",
            f" lamp {n} quuxed",
            "",
            "And",
            "",
            " maybe grault",
        ]
        (pages / f"{n}.wiki").write_text("\n".join(lines))
        found = [{"n": 4, "l": "C", "text": f"zorp the lamp {n}"}, {"n": [8, 8], "l": "O"}, {"n": 12, "l": "F", "doubt": True}]
        (labels / f"{n}.json").write_text(json.dumps({"page": f"{n}.wiki", "lines": found}))
    return labels, pages


def train(*words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "training", *map(str, words)], cwd=ROOT, capture_output=True, text=True, check=False
    )


def test_labels_of_pages_become_weights(folders: tuple[Path, Path], tmp_path: Path) -> None:
    out = tmp_path / "out.json"
    done = train("blocks", f"{folders[0]}:{folders[1]}", "-o", out)
    assert (done.returncode, done.stderr) == (0, "")
    assert "on 12 pages" in done.stdout
    table = msgspec.json.decode(out.read_bytes(), type=Weights)
    assert table.kinds == weights("blocks").kinds  # the same reader reads both

    def heaviest(word: str) -> str:
        row = table.weights[f"top has {word}"]
        return table.kinds[row.index(max(row))]

    assert (heaviest("zorp"), heaviest("quuxed")) == ("commands", "output")
    assert "top has grault" not in table.weights  # what is in doubt teaches nothing


def test_marks_of_pages_become_weights(tmp_path: Path) -> None:
    lines = ["== Lamps ==", "# Zorp the lamp.", "# Zorp the relay.", "", "== Kinds ==", "# Quux, red", "# Quux, blue"]
    for n in range(8):
        (tmp_path / f"{n}.wiki").write_text("\n".join((*lines, f"Page {n}.")))
        (tmp_path / f"{n}.json").write_text(json.dumps({"page": f"{n}.wiki", "lines": [{"n": [2, 3], "l": "S"}]}))
    out = tmp_path / "out" / "steps.json"
    out.parent.mkdir()
    done = train("steps", f"{tmp_path}:{tmp_path}", "-o", out)
    assert (done.returncode, done.stderr) == (0, "")
    table = msgspec.json.decode(out.read_bytes(), type=Weights)
    assert table.kinds == weights("steps").kinds == ("other", "steps")
    assert table.weights["begins zorp"][1] > 0 > table.weights["begins quux"][1]


def test_code_in_sentences_that_is_labelled_is_to_be_run(tmp_path: Path) -> None:
    for n in range(5):
        lines = ["== Lamps ==", f"We zorp `lampctl turn {n}` here.", "", f"We quux `lampctl halt {n}` here."]
        (tmp_path / f"{n}.wiki").write_text("\n".join(lines))
        found = [{"n": 2, "l": "C", "text": f"lampctl  turn {n}"}]
        (tmp_path / f"{n}.json").write_text(json.dumps({"page": f"{n}.wiki", "lines": found}))
    out = tmp_path / "out"
    done = train("inline", f"{tmp_path}:{tmp_path}", "-o", out)
    assert (done.returncode, done.stderr) == (0, "")
    table = msgspec.json.decode(out.read_bytes(), type=Weights)
    assert table.kinds == weights("inline").kinds
    run = table.kinds.index("run")
    assert table.shares(["before 0 zorp"])[run] > table.shares([])[run] > table.shares(["before 0 quux"])[run]


@pytest.mark.parametrize("text", ["{", '{"page": "nowhere.wiki", "lines": []}'])
def test_labels_of_no_page_are_trouble_and_leave_the_table(text: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(text)
    out = tmp_path / "out.json"
    out.write_text("old")
    done = train("blocks", f"{tmp_path}:{tmp_path}", "-o", out)
    assert (done.returncode, out.read_text()) == (1, "old")
    assert str(tmp_path / ("a.json" if text == "{" else "nowhere.wiki")) in done.stderr


def test_folders_that_are_not_there_are_trouble(tmp_path: Path) -> None:
    done = train("blocks", f"{tmp_path}:{tmp_path / 'nowhere'}", "-o", tmp_path / "out.json")
    assert (done.returncode, (tmp_path / "out.json").exists()) == (1, False)
    assert f"{tmp_path / 'nowhere'}: no folder of labels or pages" in done.stderr
