"""Stand-ins: what holds one is not run, nor looked for, before it has a value."""

from __future__ import annotations

from pathlib import Path

import pytest
from runbook.extract import extract_many
from runbook.model import Page, Parameter, Revision, Runbook
from runbook.stand_ins import holds
from script_books import Run, command, runbook

PAGE = """
1. Make it:
   ```
   touch {begin}/x-<version>.txt
   touch {begin}/$FIELD.conf
   rm -rf {begin}/$FIELD/
   ```
"""


def of(text: str) -> Runbook:
    """The runbook of a Markdown page."""
    (found,) = extract_many([Page("Mill", text, "markdown", None, None, Revision(1))])
    return found


@pytest.fixture
def begin(tmp_path: Path) -> Path:
    made = tmp_path / "begin"
    (made / "kept").mkdir(parents=True)
    return made


def names(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.iterdir())


YES = ("--apply", "--yes=create,modify,delete")


def test_apply_stops_and_says_how_to_go_on(run: Run, begin: Path) -> None:
    book = of(PAGE.format(begin=begin))
    first = run(book, *YES)
    assert (first.status, names(begin)) == (3, ["kept"])
    assert "waiting at 1.1: VERSION is not set" in first.out
    assert "--set VERSION=VALUE" in first.out
    second = run(book, *YES, "--set=VERSION=2")
    assert (second.status, names(begin)) == (3, ["kept", "x-2.txt"])
    assert "--set VERSION=2 --after 1.1 --set FIELD=VALUE" in second.out
    third = run(
        book,
        "--apply",
        "--yes=create,modify,delete",
        "--yes=1",
        "--set=VERSION=2",
        "--set=FIELD=kept",
        how=("env", "-C", str(begin), "bash"),
    )
    assert third.status == 0, third.out
    assert names(begin) == ["kept.conf", "x-2.txt"]


def test_a_variable_of_the_environment_is_a_value(run: Run, begin: Path) -> None:
    book = of(f"```\ntouch {begin}/$FIELD.conf\n```\n")
    assert run(book, *YES, env={"FIELD": ""}).status == 3
    assert run(book, *YES, env={"FIELD": "oats"}).status == 0
    assert names(begin) == ["kept", "oats.conf"]


def test_check_looks_for_nothing_that_is_not_set(run: Run, begin: Path) -> None:
    book = of(f"```\ntouch {begin}/x-<version>.txt\n```\n")
    told = run(book, "--format=json")
    assert told.verdicts() == {"1.1": "skips", "1.1+": "skips"}
    assert told.results()[1]["reason"] == "VERSION is not set: --set VERSION=VALUE"
    assert run(book, "--set=VERSION=2").status == 1
    (begin / "x-2.txt").touch()
    assert run(book, "--set=VERSION=2").status == 0


def test_what_reads_is_not_run_either(run: Run, begin: Path) -> None:
    parameters = (Parameter("X", "YOUR_FILE", "string", False, (1,)),)
    book = runbook(command(f"ls {begin}/YOUR_FILE", "x"), parameters=parameters)
    assert run(book, "--format=json").verdicts() == {"1.1": "skips"}
    assert run(book, "--set=X=y").status == 1


def test_a_variable_that_is_only_read_may_be_missing(run: Run) -> None:
    """Whether it is set may be what the page wants to know; but another stand-in beside it counts."""
    book = of("```\n$ echo $OATS_HOME\n/opt/oats\n```\n")
    assert run(book).status == 1
    assert run(book, env={"OATS_HOME": "/opt/oats"}).status == 0
    assert run(of("```\n$ echo $OATS_HOME <name>\n/opt/oats joe\n```\n"), env={"OATS_HOME": "/opt/oats"}).status == 3


def test_a_file_is_not_written(run: Run, begin: Path) -> None:
    book = of(f"Create the file {begin}/mill.conf:\n\n```\nname = <name>\n```\n")
    stopped = run(book, "--apply", "--yes=modify")
    assert "NAME is not set" in stopped.out
    assert names(begin) == ["kept"]
    run(book, "--apply", "--yes=modify", "--set=NAME=oak")
    assert (begin / "mill.conf").read_text() == "name = oak\n"


def test_a_whole_path_in_the_place_of_a_name(run: Run, begin: Path) -> None:
    book = of("```\nmkdir <name>\n```\n")
    assert run(book, f"--set=NAME={begin}/oak", "--in", str(begin / "kept")).status == 1
    assert run(book, *YES, f"--set=NAME={begin}/oak", "--in", str(begin / "kept")).status == 0
    assert run(book, f"--set=NAME={begin}/oak", "--in", str(begin / "kept")).status == 0
    assert names(begin) == ["kept", "oak"]


def test_dry_run_says_it(run: Run, begin: Path) -> None:
    assert "[stops, VERSION is not set: --set VERSION=VALUE]" in run(of(PAGE.format(begin=begin)), "--dry-run").out


def test_the_guide_asks_and_shows_before_it_runs(run: Run, begin: Path) -> None:
    book = of(f"```\ntouch {begin}/x-<version>.txt\n```\n")
    refused = run(book, "--guide", answers="r\n; rm -rf x\nq\n")
    assert "it wants a value of type string" in refused.out
    assert names(begin) == ["kept"]
    done = run(book, "--guide", "--journal", str(begin / "j"), answers="r\n3\nr\n")
    assert f"1.1  touch {begin}/x-3.txt" in done.out
    assert (begin / "x-3.txt").exists()
    left = run(book, "--guide", "--journal", str(begin / "k"), answers="r\n4\nq\n")
    assert left.out.rstrip().endswith(f"--guide --resume --journal {begin}/k")


RESUMED = "```\necho loom-<version>\necho pw-<password>\necho done-<version>\n```\n"


def test_a_guide_goes_on_with_the_values_it_was_given(run: Run, begin: Path) -> None:
    """Whether they are said again or not; a secret is in no journal, and asked for again."""
    book, journal = of(RESUMED), ["--guide", "--journal", str(begin / "j")]
    left = run(book, *journal, answers="r\n4\nr\nsecret9\nq\n")
    assert "--set" not in left.out.rpartition("Go on with:")[2]
    for said in ([], ["--set=VERSION=4"]):
        on = run(book, *journal, "--resume", *said, answers="q\n")
        assert "pw-<password>" in on.out
        assert "not set yet: PASSWORD" in on.out
    on = run(book, *journal, "--resume", answers="r\nsecret9\nr\nr\n")
    assert "1.3  echo done-4" in on.out
    assert "VERSION, for" not in on.out
    assert "secret9" not in (begin / "j").read_text()


def test_a_value_said_anew_wins(run: Run, begin: Path) -> None:
    book, journal = of(RESUMED), ["--guide", "--journal", str(begin / "j")]
    run(book, *journal, "--set=VERSION=4", answers="r\nq\n")
    assert "done-5" in run(book, *journal, "--resume", "--set=VERSION=5", answers="s\nq\n").out
    assert "done-5" in run(book, *journal, "--resume", answers="q\n").out


def test_a_journal_puts_nothing_into_a_command_that_means_something_to_a_shell(run: Run, begin: Path) -> None:
    book, journal = of(RESUMED), ["--guide", "--journal", str(begin / "j")]
    run(book, *journal, "--set=VERSION=4", answers="r\ns\nq\n")
    kept = (begin / "j").read_text()
    (begin / "j").write_text(kept.replace('"value":"4"', '"value":"4; touch x"'))
    assert "not set yet: VERSION" in run(book, *journal, "--resume", answers="q\n").out


def test_a_directory_with_a_stand_in_in_its_name(run: Run, begin: Path) -> None:
    """What is typed in it waits for the value as well, and is looked for there."""
    book = of("```\nmkdir mill-<version>\ncd mill-<version>\ntouch oak\n```\n")
    assert run(book, *YES, "--in", str(begin), "--after", "1.2").out.count("VERSION is not set") == 1
    assert run(book, *YES, "--in", str(begin), "--set=VERSION=2").status == 0
    assert (begin / "mill-2" / "oak").exists()
    assert run(book, "--in", str(begin), "--set=VERSION=2").status == 0
    assert run(book, "--in", str(begin), "--set=VERSION=3").status == 1


def test_a_secret_is_not_said_again(run: Run, begin: Path) -> None:
    book = of(f"```\nmkdir {begin}/<password>\ntouch {begin}/<version>\n```\n")
    told = run(book, *YES, "--set=PASSWORD=s3cret-one")
    assert "VERSION is not set" in told.out
    assert "--set PASSWORD " in told.out
    assert "s3cret-one" not in told.out + told.err


WORDS = [
    ("touch <v>", "<v>"),
    ("touch a<v>b", "<v>"),
    ("echo $NAME", "$NAME"),
    ("echo $NAMES", "$NAME"),
    ("echo $NAME_X", "$NAME"),
    ("echo $NAME.x", "$NAME"),
    ("echo ${NAME}x", "${NAME}"),
    ("echo YOUR_FILES", "YOUR_FILE"),
    ("echo xYOUR_FILE", "YOUR_FILE"),
    ("echo YOUR_FILE.x", "YOUR_FILE"),
    ("echo my_YOUR_FILE", "YOUR_FILE"),
]


@pytest.mark.parametrize(("text", "value"), WORDS)
def test_the_script_and_we_see_the_same_stand_ins(run: Run, text: str, value: str) -> None:
    book = runbook(command(text), parameters=(Parameter("P", value, "string", False, (1,)),))
    assert holds(text, value) == (text not in run(book, "--list", "--set=P=zz").out)
