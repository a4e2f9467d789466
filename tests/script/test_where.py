"""Relative paths: looked for from where the page's steps begin, and where that isn't known nothing is claimed."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
from runbook.checks import KINDS
from runbook.checks.kinds import places_of
from runbook.extract import extract_many
from runbook.model import Page, Revision, Runbook, msgspec
from runbook.render import script
from runbook.walking import commands
from script_books import Ran, Run, command, runbook, steps

PAGE = """
1. Make it:
   ```
   mkdir mill
   cd mill
   mkdir wheel && cd wheel
   echo oak > wood
   cd ..
   rm -r wheel
   ```
2. Look at it:
   ```
   $ pwd -P | grep -o 'mill$'
   mill
   ```
"""


def of(text: str, **more: Any) -> Runbook:
    """The runbook of a Markdown page."""
    (found,) = extract_many([Page("Mill", text, "markdown", None, None, Revision(1), **more)])
    return found


def here(directory: Path) -> tuple[str, ...]:
    """A way to run a script in a directory."""
    return ("env", "-C", str(directory), "bash")


@pytest.fixture
def begin(tmp_path: Path) -> Path:
    made = tmp_path / "begin"
    made.mkdir()
    return made


@pytest.fixture
def elsewhere(tmp_path: Path) -> Path:
    made = tmp_path / "elsewhere"
    made.mkdir()
    return made


def test_where_commands_are_typed() -> None:
    assert [one.cwd for one in commands(of(PAGE))] == [".", ".", "./mill", "./mill/wheel", "./mill/wheel", "./mill", "./mill"]


@pytest.mark.parametrize("option", [True, False])
def test_applied_and_checked(run: Run, begin: Path, elsewhere: Path, option: bool) -> None:
    """In the directory, or from another one with --in; a second time nothing is done again, and all runs in the right place."""
    words, how = (["--in", str(begin)], here(elsewhere)) if option else ([], here(begin))
    assert run(of(PAGE), *words, how=how).status == (1 if option else 3)
    applied = run(of(PAGE), "--apply", "--yes=create,modify,delete", *words, how=how)
    assert applied.status == 0, applied.out
    assert [path.relative_to(begin).as_posix() for path in begin.rglob("*")] == ["mill"]
    assert not list(elsewhere.iterdir())
    assert run(of(PAGE), *words, how=how).status == 0


def test_what_is_so_already_is_left_out_and_the_rest_is_typed_where_it_belongs(run: Run, begin: Path) -> None:
    (begin / "mill" / "wheel").mkdir(parents=True)
    book = of("```\nmkdir mill && cd mill\nmkdir wheel && cd wheel\ntouch oak\n```\n")
    assert run(book, "--apply", "--yes=create", "--format=json", how=here(begin)).verdicts() == {
        "1.1": "skips",
        "1.2": "skips",
        "1.3": "holds",
    }
    assert (begin / "mill/wheel/oak").exists()


def test_nothing_is_claimed_of_another_directory(run: Run, begin: Path, elsewhere: Path) -> None:
    """What is missing here may be elsewhere, and what is gone here may never have been here."""
    book = of("```\nmkdir mill\nrm -r old\nmkdir /nowhere-at-all\n```\n")
    ran = run(book, "--format=json", how=here(elsewhere))
    assert [line["verdict"] for line in posts(ran)] == ["skips", "skips", "fails"]
    assert ["--in DIR" in line["reason"] for line in posts(ran)] == [True, True, False]
    said = run(book, "--in", str(begin), "--format=json")
    assert [line["verdict"] for line in posts(said)] == ["fails", "holds", "fails"]
    (begin / "mill").mkdir()
    found = run(book, "--format=json", how=here(begin))
    assert [line["verdict"] for line in posts(found)] == ["holds", "skips", "fails"]


def test_a_command_of_a_directory_that_is_not_here_is_not_run(run: Run, begin: Path) -> None:
    book = steps((command("cd mill"), command("ls", "wheel", cwd="./mill")))
    ran = run(book, "--format=json", how=here(begin))
    assert ran.verdicts() == {"1.1": "skips", "1.2": "skips"}
    assert "./mill, which is not here" in ran.results()[1]["reason"]
    assert run(book, "--in", str(begin)).status == 1
    (begin / "mill" / "wheel").mkdir(parents=True)
    assert run(book, how=here(begin)).status == 0


def test_a_guide_goes_where_the_page_goes(run: Run, begin: Path) -> None:
    """What a person leaves out leads nowhere; but where a command of their own led, what comes after follows."""
    (begin / "mill").mkdir()
    book = of("```\ncd mill\ntouch oak\n```\n")
    run(book, "--guide", answers="s\nr\n", how=here(begin))
    assert (begin / "mill" / "oak").exists()
    (begin / "barn").mkdir()
    run(book, "--guide", "--journal", str(begin / "journal"), answers="e\ncd barn\nr\nr\n", how=here(begin))
    assert (begin / "barn" / "oak").exists()


def test_no_directory(run: Run) -> None:
    ran = run(of(PAGE), "--in", "/nowhere-at-all")
    assert (ran.status, ran.out) == (2, "")
    assert "--in wants a directory, and /nowhere-at-all is none" in ran.err


def test_what_was_done_on_another_host_is_not_looked_for_here(run: Run, begin: Path) -> None:
    (begin / "a").mkdir()
    made = [next(iter(commands(of(f"```\nmkdir {begin}/{name}\n```\n")))) for name in "ab"]
    book = runbook(*(msgspec.structs.replace(each, host=name) for each, name in zip(made, "ab", strict=True)))
    assert run(book, "--role=a", "--format=json").verdicts() == {"1.1": "skips", "1.1+": "holds", "1.2": "skips", "1.2+": "skips"}
    assert run(book, "--role=b").status == 1


def test_the_script_says_where_only_once_it_matters() -> None:
    assert "cwd" not in words_of(of("```\nmkdir mill\ntouch mill/oak\n```\n"))
    assert words_of(of("```\ncd mill\ntouch oak\ncd ..\nls\n```\n")) == ["cwd ./mill", "cwd ./mill", "cwd ."]


def words_of(book: Runbook) -> list[str]:
    """Where a script's commands are typed, as far as it says."""
    return [line.strip() for line in script.render(book).partition("\n}\n")[0].splitlines() if line.strip().startswith("cwd ")]


def posts(ran: Ran) -> list[dict[str, Any]]:
    """The results of post-conditions, in order."""
    return [line for line in ran.results() if line["what"].startswith("then: ")]


FUNCTIONS = re.search(
    r"^is_relative.*?^}$", (Path(__file__).parents[2] / "templates/runtime_match.sh").read_text(), re.DOTALL | re.MULTILINE
)


@pytest.mark.parametrize("kind", KINDS)
def test_the_script_knows_which_operands_are_paths(kind: str) -> None:
    """Of each kind of post-condition the ones that we know of: one from where the steps begin may be elsewhere."""
    assert FUNCTIONS
    told = []
    for at in range(4):
        operands = ["/x"] * 4
        operands[at] = "./x"
        state = f"MODE=check START_SAID=0 ASTRAY=0 POST_KIND=({kind}) POST_NOT=('') GOT=({' '.join(operands)})"
        done = subprocess.run(["bash", "-c", f"{FUNCTIONS[0]}\n{state}\nis_elsewhere 0 1"], check=False)
        told.append(done.returncode == 0)
    assert {at for at in range(4) if told[at]} >= set(places_of(kind))
