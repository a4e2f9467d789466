"""The check mode: what runs, what counts, what is reported, and how it ends."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from runbook.model import Branch, Check, Choice, Command, Expectation, FileEdit, Hole, Manual, Parameter, Prose
from script_books import Run, command, runbook, steps


def exists(path: Path | str, *, negated: bool = False) -> Check:
    return Check("exists", (str(path),), f"{path} is there", negated)


def test_only_what_reads_is_run(run: Run, tmp_path: Path) -> None:
    body = [
        command(f"touch {tmp_path}/{n}", effects=effects)
        for n, effects in enumerate(
            [
                ("create",),
                ("read", "create"),
                ("unknown",),
                ("read", "network"),
                ("read", "interactive"),
                ("exec",),
                ("power",),
                (),
            ]
        )
    ]
    body += [command(f"touch {tmp_path}/inside", context=("ssh x",)), command(f"touch {tmp_path}/sql", shell="mysql")]
    ran = run(runbook(*body), "--format=json")
    assert set(ran.verdicts().values()) == {"skips"}
    assert [path.name for path in tmp_path.iterdir()] == ["verify.sh"]
    assert ran.status == 3
    assert all(line["reason"] for line in ran.results())


def test_exit_statuses(run: Run) -> None:
    assert run(runbook(command("echo a", "a"))).status == 0
    assert run(runbook(command("echo b", "a"))).status == 1
    assert run(runbook(command("echo a; false", "a"))).status == 1
    assert run(runbook(command("no-such-command-anywhere"))).status == 1
    assert run(runbook(command("echo a"))).status == 3
    assert run(runbook(command("echo a", "a")), "--nonsense").status == 2
    assert run(runbook(command("echo a", "a")), "--to", "nowhere").status == 2
    assert run(runbook(command("echo a", "a")), "--timeout", "0").status == 2


def test_what_stands_before_a_change_is_shown_but_does_not_count(run: Run) -> None:
    ran = run(runbook(command("echo now", "then"), command("true", effects=("modify",)), command("echo a", "a")), "--format=json")
    assert ran.verdicts() == {"1.1": "skips", "1.2": "skips", "1.3": "holds"}
    assert "does not count" in ran.results()[0]["reason"]
    assert ran.results()[0]["detail"]
    assert ran.status == 0


def test_a_post_condition_counts_until_it_is_replaced(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "made"
    make = command("make", effects=("create",), checks=(exists(path),))
    remove = command("remove", effects=("delete",), checks=(exists(path, negated=True),))
    assert run(runbook(make)).status == 1
    assert run(steps((make,), (remove,))).status == 0
    assert run(steps((make,), (remove,)), "--to", "step-1").status == 1
    path.touch()
    assert run(steps((make,), (remove,))).status == 1
    assert run(steps((make,), (remove,)), "--to", "1").status == 0


def test_a_program_that_would_be_asked_and_is_not_here_is_named(run: Run) -> None:
    asked = Check("value", ("uci option", "no.such", "x"), "the uci option no.such is x", False)
    ran = run(runbook(command("uci set no.such=x", effects=("modify",), checks=(asked,))), "--format=json")
    assert [(line["verdict"], line["reason"]) for line in ran.results()][1:] == [("skips", "there is no uci here")]


def test_the_furthest_step_is_named(run: Run, tmp_path: Path) -> None:
    book = steps(*((command(f"touch {n}", effects=("create",), checks=(exists(tmp_path / n),)),) for n in "abc"))
    assert "at the end of no step" in run(book).out
    (tmp_path / "a").touch()
    (tmp_path / "b").touch()
    assert "all holds as at the end of step 2: Step 2" in run(book).out


def test_what_fails_later_is_marked_as_following(run: Run) -> None:
    ran = run(runbook(command("echo x", "a"), command("echo y", "b")))
    assert ran.out.count('may follow from: "1.1"') == 1


def test_an_edit_is_looked_at(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a.conf"
    book = runbook(FileEdit((1, 1), "a.conf", str(path), "set", ("B=2",)))
    path.write_text("A=1\nB=1\n")
    ran = run(book)
    assert ran.status == 1
    assert "+B=2" in ran.out
    assert path.read_text() == "A=1\nB=1\n"
    path.write_text("A=1\nB=2\n")
    assert run(book).status == 0


def test_tap(run: Run) -> None:
    ran = run(runbook(Manual((1, 1), "Do # it", None), command("echo '# SKIP' \\\\", "# SKIP \\"), command("echo b", "a")))
    lines = ran.out.splitlines()
    assert lines[:2] == ["TAP version 14", "1..3"]
    assert "ok 2 - 1.2 echo '\\# SKIP' \\\\\\\\" in lines
    assert "not ok 3 - 1.3 echo b" in lines
    assert lines.index("  ---") < lines.index("  ...")
    assert any(line.startswith("ok 1 - 1.1 by hand: Do \\# it # SKIP") for line in lines)


def test_json_tells_which_step_begins(run: Run) -> None:
    book = steps((command("echo a", "a"),), (command("echo b", "b"),))
    told = [json.loads(line) for line in run(book, "--format=json").out.splitlines()]
    assert [(line["number"], line["id"], line["title"]) for line in told if line["event"] == "step"] == [
        (1, "step-1", "Step 1"),
        (2, "step-2", "Step 2"),
    ]
    assert [line["event"] for line in told] == ["start", "step", "result", "step", "result", "end"]


def test_output_reaches_the_report_only_printable(run: Run) -> None:
    nasty = r"printf '\033]0;x\007\001\302\233\342\200\256\303\251\377\n'"
    for arguments in ((), ("--format=json",)):
        ran = run(runbook(command(nasty, "a")), *arguments)
        assert ran.status == 1
        assert not any(byte in ran.raw for byte in (b"\x1b", b"\x07", b"\x01", b"\xc2\x9b", b"\xe2\x80\xae", b"\xff"))


def test_commands_of_other_hosts_are_skipped(run: Run) -> None:
    book = runbook(command("echo a", "a", host="one"), command("echo b", "b", host="two"))
    assert run(book, "--format=json").verdicts() == {"1.1": "skips", "1.2": "skips"}
    assert run(book, "--format=json", "--role", "two").verdicts() == {"1.1": "skips", "1.2": "holds"}


def test_ranges(run: Run) -> None:
    book = steps(*((command(f"echo {n}", n),) for n in "abc"))
    assert set(run(book, "--format=json", "--only", "2").verdicts()) == {"2.1"}
    assert set(run(book, "--format=json", "--from", "step-2").verdicts()) == {"2.1", "3.1"}
    assert set(run(book, "--format=json", "--to=2").verdicts()) == {"1.1", "2.1"}


def test_parameters(run: Run) -> None:
    more = {"parameters": (Parameter("ADDRESS", "192.0.2.1", "ip-address", False, (1,)),)}
    book = runbook(command("echo host 192.0.2.1", "host 192.0.2.1"), **more)
    assert "echo host 192.0.2.7" in run(book, "--list", "--set", "ADDRESS=192.0.2.7").out
    assert run(book, "--set", "ADDRESS=192.0.2.7").status == 0
    assert run(book, "--set", "ADDRESS", env={"ADDRESS": "192.0.2.7"}).status == 0
    for wrong in ("ADDRESS=x", "ADDRESS=1.2.3.4;reboot", "ADDRESS=", "OTHER=1", "ADDRESS"):
        assert run(book, "--set", wrong).status == 2


def test_parameters_are_replaced_as_whole_words_and_all_at_once(run: Run) -> None:
    parameters = tuple(
        Parameter(name, value, "string", False, (1,)) for name, value in (("A", "34"), ("B", "345"), ("P", "/vz/345"))
    )
    book = runbook(
        command("echo 34 345 v345 1345 /vz/345/x", "34 345 v345 1345 /vz/345/x"),
        Command((1, 1), "echo 9", effects=("read",), expected=Expectation((1, 1), ("34",), patterns=((Hole("int"),),))),
        parameters=parameters,
    )
    listed = run(book, "--list", "--set=A=345", "--set=B=34", "--set=P=/srv/345").out
    assert "echo 345 34 v345 1345 /srv/345/x" in listed
    assert run(book, "--set=A=345", "--set=B=34").status == 0
    assert (
        run(runbook(book.steps[0].body[1], parameters=(Parameter("X", "int", "string", False, (1,)),)), "--set=X=a").status == 0
    )


def test_a_secret_is_never_shown(run: Run, tmp_path: Path) -> None:
    """Neither the page's own nor the one that was set, in no mode and no file but the output that was asked for."""
    body = (
        command("echo login with s3cret-0", "login with s3cret-1"),
        Manual((1, 1), "Write s3cret-0 down", None),
        FileEdit((1, 1), "a", str(tmp_path / "a"), "set", ("password=s3cret-0",)),
        command("echo s3cret-0 >&2; false", effects=("modify",)),
    )
    book = runbook(*body, parameters=(Parameter("PASSWORD", "s3cret-0", "string", True, (1,)),))
    journal = tmp_path / "journal"
    for setting in ([], ["--set", "PASSWORD=n3w-pass"]):
        for mode in (["--list"], [], ["--format=json"], ["--dry-run"], ["--apply", "--yes=1"], ["--guide"]):
            ran = run(book, *mode, "--journal", str(journal), *setting, answers="d\nd\nr\ne\necho\nq\n")
            told = ran.out + ran.err + (journal.read_text() if journal.exists() else "")
            assert "s3cret-0" not in told.replace("s3cret-1", "")
            assert "n3w-pass" not in told
            assert "***" in told
    assert (tmp_path / "a").read_text().strip() == "password=n3w-pass"


def test_a_case_is_chosen(run: Run) -> None:
    branches = (Branch("Debian", (command("echo deb", "deb"),), (1, 1)), Branch("Fedora", (command("echo rpm", "deb"),), (2, 2)))
    book = runbook(Choice("alternative", branches, (1, 2)), command("echo a", "a"))
    assert run(book, "--format=json").verdicts() == {"1.1": "skips", "1.2": "skips", "1.3": "holds"}
    assert run(book, "--format=json", "--case", "debian").verdicts() == {"1.1": "holds", "1.2": "skips", "1.3": "holds"}
    assert run(book, "--case", "Fedora").status == 1
    assert run(book, "--case", "Gentoo").status == 2
    assert "only in the case: Debian" in run(book, "--list").out


@pytest.mark.parametrize("arguments", [("--list",), ("--help",)])
def test_listing_needs_nothing(run: Run, arguments: tuple[str, ...]) -> None:
    ran = run(steps((command("echo a", "a"),), (Manual((1, 1), "Sit down", None),)), *arguments)
    assert ran.status == 0
    assert ran.err == ""


PLAIN = (
    "echo a",
    "echo 'b  c'",
    'echo "d; e"',
    "echo f g",
    "pwd",
    "true",
    "echo h | cat",
    "x=1",
    "echo() { exit 3; }",
    "echo i; false",
)


@given(data=st.data())
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_run_at_once_gets_the_verdicts_of_what_is_run_alone(run: Run, tmp_path: Path, data: st.DataObject) -> None:
    """--keep-output, which needs each command's own output, makes the script run them one by one."""
    texts = data.draw(st.lists(st.sampled_from(PLAIN), min_size=2, max_size=6))
    rows = [data.draw(st.sampled_from([("a",), ("b c",), ("b  c",), ("d; e",), ("f g",), ("h",), ()])) for _ in texts]
    book = runbook(*(command(text, *row) for text, row in zip(texts, rows, strict=True)))
    at_once, alone = run(book), run(book, "--keep-output", str(tmp_path / "kept"))
    assert (at_once.out, at_once.status) == (alone.out, alone.status)


def test_a_function_of_the_environment_can_not_bend_what_is_run_at_once(run: Run) -> None:
    book = runbook(command("echo a", "a"), command("echo b", "b"), command("echo c", "c"))
    assert run(book, env={"BASH_FUNC_echo%%": "() { exit 0; }"}).status == 1
    assert run(book).status == 0


def test_the_furthest_step_follows_what_was_replaced(run: Run, tmp_path: Path) -> None:
    """What a step left counts for the steps up to the one that replaces it."""
    made, other = tmp_path / "made", tmp_path / "other"
    book = steps(
        (command("make", effects=("create",), checks=(exists(made),)),),
        (command("more", effects=("create",), checks=(exists(other),)), command("echo a", "a")),
        (command("remove", effects=("delete",), checks=(exists(made, negated=True),)),),
    )
    assert "at the end of no step" in run(book).out
    made.touch()
    assert "as at the end of step 1:" in run(book).out
    other.touch()
    assert "as at the end of step 2:" in run(book).out
    made.unlink()
    assert "as at the end of step 3:" in run(book).out


def test_a_step_without_a_command_is_for_a_person(run: Run) -> None:
    book = steps((command("echo a", "a"),), (Prose((2, 2), ()),), ())
    assert "2.1   by hand: Step 2" in run(book, "--list").out
    ran = run(book, "--apply", "--format=json")
    assert ran.status == 3
    assert "waiting at 2.1" in ran.out
