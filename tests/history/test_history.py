"""What the revisions of a page tell: when each step changed, and what of its outputs varies."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from runbook import history
from runbook.cli import main
from runbook.expect import Pattern, match
from runbook.extract import Project, pages
from runbook.extract.overrides import parse
from runbook.model import Expectation, Page, Revision, Runbook, StepChange, runbook_from_json, to_json
from runbook.walking import commands

WIKI = "https://wiki.example.org/w/index.php"
PAGE = """1. Install what is needed:

 # apt-get install nginx

2. See how much room is left:

 # df -h /srv
 Filesystem      Size  Used Avail Use% Mounted on
 /dev/sda1        20G  4.0G   15G  22% /srv

3. Ask for the version:

 # shop --version
 shop 2.2 on web01 is ready

4. Reboot the machine.
"""


def page(texts: Sequence[str], *, missing: Sequence[int] = (), wiki: str | None = WIKI) -> Page:
    """A page with these revisions, oldest first and numbered from 1, each by a user of its own; those `missing` are not at hand."""
    made = [
        Page(
            "The shop",
            text,
            wiki=wiki,
            revision=Revision(n, n - 1 or None, f"2024-01-{n:02}T10:00:00Z", f"User {n}", f"why {n}"),
        )
        for n, text in enumerate(texts, 1)
        if n not in missing
    ]
    *older, newest = made
    return Page(**{**{f: getattr(newest, f) for f in newest.__struct_fields__}, "history": tuple(reversed(older))})


def read(*texts: str, project: Project = pages.NO_PROJECT, **more: Any) -> Runbook:
    [found] = history.extract_many([page(texts, **more)], project)
    return found.runbook


def changes(runbook: Runbook, step: str) -> list[tuple[int | None, tuple[str, ...]]]:
    """The revisions in which a step changed, with the kinds of change."""
    return [(each.revision.id, each.changes) for each in every(runbook, step)]


def every(runbook: Runbook, step: str) -> tuple[StepChange, ...]:
    assert runbook.history
    [found] = [each for each in runbook.history.steps if each.id == step]
    return found.changes


def expected(runbook: Runbook, command: str) -> Expectation:
    [found] = [each.expected for each in commands(runbook) if each.text == command]
    assert found
    return found


def holds(runbook: Runbook, command: str, output: str) -> bool:
    found = expected(runbook, command)
    return match(Pattern(found.patterns, found.unordered, found.exit), output.split("\n")) is None


# --- steps ------------------------------------------------------------------------------------------------------------

FLAG = PAGE.replace("install nginx", "install -y nginx")
TYPO = FLAG.replace("how much room", "how much space")


def test_each_step_knows_the_revisions_in_which_it_changed() -> None:
    runbook = read(PAGE, FLAG, TYPO)
    assert runbook.history
    assert (runbook.history.revisions, runbook.history.left_out, runbook.history.oldest.id) == (3, 0, 1)
    assert changes(runbook, "install-what-is-needed") == [(2, ("command-changed",))]
    assert changes(runbook, "see-how-much-space-is-left") == [(3, ("step-renamed",))]
    assert changes(runbook, "ask-for-the-version") == []
    [change] = every(runbook, "install-what-is-needed")
    assert (change.revision.user, change.revision.comment, change.after, change.sole) == ("User 2", "why 2", 1, True)
    assert change.diff == f"{WIKI}?diff=2&oldid=1"


def test_a_step_is_followed_over_new_numbers_and_titles() -> None:
    inserted = (
        TYPO.replace("1. Install", "1. Log in as root.\n\n2. Install").replace("2. See", "3. See").replace("3. Ask", "4. Ask")
    )
    runbook = read(PAGE, FLAG, TYPO, inserted)
    assert [number for number, _ in changes(runbook, "install-what-is-needed")] == [2]
    assert [number for number, _ in changes(runbook, "see-how-much-space-is-left")] == [3]
    assert changes(runbook, "log-in-as-root")[0][0] == 4
    assert "step-added" in changes(runbook, "log-in-as-root")[0][1]


def test_another_number_is_no_change() -> None:
    runbook = read(
        PAGE, "".join(f"{int(line[0]) - 1}{line[1:]}" if line[0].isdigit() else line for line in PAGE.splitlines(keepends=True))
    )
    assert runbook.history
    assert [step.number for step in runbook.steps] == ["0", "1", "2", "3"]
    assert not any(step.changes for step in runbook.history.steps)


def test_a_change_taken_back_is_two_changes() -> None:
    assert [number for number, _ in changes(read(PAGE, FLAG, PAGE), "install-what-is-needed")] == [3, 2]


def test_a_revision_that_is_not_at_hand_is_told() -> None:
    [change] = every(read(PAGE, PAGE, FLAG, missing=[2]), "install-what-is-needed")
    assert (change.revision.id, change.after, change.sole) == (3, 1, False)
    unknown = page([PAGE, FLAG])
    blind = Page(unknown.title, FLAG, revision=Revision(2), history=unknown.history)
    [found] = history.extract_many([blind])
    [change] = every(found.runbook, "install-what-is-needed")
    assert (change.sole, change.diff) == (None, None)


def test_what_stands_around_the_steps_has_a_history_too() -> None:
    runbook = read("It is simple.\n\n" + PAGE, "It is very simple.\n\n" + PAGE)
    assert runbook.history
    assert (runbook.history.steps[0].part, runbook.history.steps[0].id) == ("preamble", "")
    assert [each.changes for each in runbook.history.steps[0].changes] == [("reworded",)]


def test_equal_texts_are_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[str] = []
    parse_page = history.parse
    monkeypatch.setattr(history, "parse", lambda page, **more: (seen.append(page.text), parse_page(page, **more))[1])
    runbook = read(PAGE, FLAG, PAGE, FLAG, PAGE)
    assert sorted(seen) == sorted([PAGE, FLAG])
    assert [number for number, _ in changes(runbook, "install-what-is-needed")] == [5, 4, 3, 2]


def test_only_so_many_revisions_are_looked_at() -> None:
    texts = [PAGE.replace("nginx", f"nginx-{n}") for n in range(30)]
    [few] = history.extract_many([page(texts)], Project(revisions=4))
    assert few.runbook.history
    assert (few.runbook.history.revisions, few.runbook.history.left_out, few.runbook.history.oldest.id) == (5, 25, 26)
    [none] = history.extract_many([page(texts)], Project(revisions=0))
    assert none.runbook.history is None
    assert none.before
    assert none.before.page.revision.id == 29


def test_a_page_without_older_revisions_has_no_history() -> None:
    [found] = history.extract_many([page([PAGE])])
    assert found.runbook.history is None
    assert (found.before, found.plain) == (None, found.runbook)


def test_corrections_of_the_project_are_no_change_of_the_page() -> None:
    overrides = parse('["The shop".steps.install-what-is-needed]\nskip = true\n', "overrides.toml")
    runbook = read(PAGE.replace("Install what", "Get what"), PAGE, project=Project(overrides=overrides))
    assert not any(each.text.startswith("apt-get") for each in commands(runbook))
    assert changes(runbook, "install-what-is-needed") == [(2, ("step-renamed",))]


def test_the_json_is_read_back() -> None:
    runbook = read(PAGE, FLAG, PAGE.replace("20G", "30G"))
    assert runbook_from_json(to_json(runbook)) == runbook


# --- outputs ----------------------------------------------------------------------------------------------------------

VERSION = "shop --version"


def test_a_value_that_differs_between_revisions_varies() -> None:
    assert not holds(read(PAGE), VERSION, "shop 2.9 on web07 is ready")
    runbook = read(PAGE, PAGE.replace("shop 2.2 on web01", "shop 2.4 on web03"))
    assert holds(runbook, VERSION, "shop 2.9 on web07 is ready")
    assert not holds(runbook, VERSION, "shop 2.9 on web07 is broken")
    [recording] = expected(runbook, VERSION).recordings
    assert (recording.text, recording.revision, recording.taught) == (("shop 2.2 on web01 is ready",), 1, True)


@pytest.mark.parametrize(
    "old",
    [
        "shop 2.2 on web01 is broken",
        "shop 2.2 on the web01 is ready",
        "shop 2.2 on web01 is ready\n done",
        "shop two on web01 is ready",
    ],
)
def test_a_word_or_row_that_differs_was_corrected_and_teaches_nothing(old: str) -> None:
    runbook = read(PAGE.replace("shop 2.2 on web01 is ready", old), PAGE)
    assert expected(runbook, VERSION).patterns == expected(read(PAGE), VERSION).patterns
    [recording] = expected(runbook, VERSION).recordings
    assert not recording.taught


def test_recordings_only_widen_what_is_expected() -> None:
    """Two revisions are not two runs: that a value is the same in both may be because nobody typed it anew."""
    room = "df -h /srv"
    runbook = read(PAGE, PAGE.replace(" 20G  4.0G ", " 40G  4.0G "))
    assert expected(runbook, room).recordings[0].taught
    assert holds(runbook, room, "Filesystem Size Used Avail Use% Mounted on\n/dev/sda1 9G 5.5G 1G 3% /srv")


def test_another_command_is_the_end_of_what_it_tells() -> None:
    other = PAGE.replace("shop --version\n shop 2.2", "shop -v\n shop 1.1")
    runbook = read(PAGE.replace("2.2", "2.1"), other, PAGE)
    assert expected(runbook, VERSION).recordings == ()


def test_a_value_that_the_reader_replaces_stays_a_word() -> None:
    """The old value of a parameter stands for the new one; that the author chose another says nothing of runs."""
    text = "<!-- runbook: param HOST=alpha7 type=hostname -->\n1. Ask:\n\n # shop --host alpha7\n asked alpha7 at 10\n"
    runbook = read(text, text.replace("alpha7", "beta9").replace("at 10", "at 12"))
    found = expected(runbook, "shop --host beta9")
    assert [recording.text for recording in found.recordings] == [("asked beta9 at 10",)]
    assert not holds(runbook, "shop --host beta9", "asked alpha7 at 12")


def test_what_somebody_said_of_an_output_stands() -> None:
    said = PAGE.replace("3. Ask", "<!-- runbook: expect=exact -->\n3. Ask")
    runbook = read(said.replace("2.2", "2.1"), said)
    assert not holds(runbook, VERSION, "shop 2.1 on web01 is ready")
    accepted = parse(
        '[["The shop".steps.ask-for-the-version.outputs]]\ncommand = "shop --version"\nrecordings = ["shop 2.3 on web01 is ready"]\n',
        "overrides.toml",
    )
    runbook = read(PAGE.replace("web01", "web02"), PAGE, project=Project(overrides=accepted))
    assert not holds(runbook, VERSION, "shop 2.2 on web09 is ready")


def test_what_shows_settings_teaches_nothing() -> None:
    text = "1. Look:\n\n # cat /etc/shop.conf\n port 80\n"
    runbook = read(text.replace("80", "90"), text)
    assert not holds(runbook, "cat /etc/shop.conf", "port 90")


def test_secrets_of_older_revisions_are_not_kept() -> None:
    text = "<!-- runbook: secret hunter22 -->\n1. Ask:\n\n # shop --status\n ready with hunter22 at 10\n"
    new = text.replace("hunter22", "swordfish").replace("at 10", "at 12")
    assert "hunter22" not in to_json(read(text, new))
    assert "hunter22" not in to_json(read(text, "1. Ask:\n\n # shop --status\n ready at 12\n"))


def test_a_few_recordings_are_kept() -> None:
    texts = [PAGE.replace("shop 2.2", f"shop 2.{n}") for n in range(15)]
    assert len(expected(read(*texts), VERSION).recordings) == history.RECORDINGS


# --- the terminal -----------------------------------------------------------------------------------------------------


def export(texts: Sequence[str], user: str = "Ann", comment: str = "why") -> str:
    rows = "".join(
        f"<revision><id>{n}</id>{f'<parentid>{n - 1}</parentid>' if n > 1 else ''}<timestamp>2024-01-{n:02}T10:00:00Z</timestamp>"
        f"<contributor><username>{user}</username></contributor><comment>{comment}</comment><text>{text}</text></revision>"
        for n, text in enumerate(texts, 1)
    )
    base = "<siteinfo><base>https://wiki.example.org/w/index.php?title=Main</base></siteinfo>"
    return f"<mediawiki>{base}<page><title>The shop</title><ns>0</ns><id>1</id>{rows}</page></mediawiki>"


def test_the_history_is_told_on_the_terminal(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "export.xml"
    path.write_text(export([PAGE, FLAG, FLAG.replace("web01", "web02")]))
    assert main(["history", str(path)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "The shop: 3 revisions, back to revision 1 of 2024-01-01T10:00:00Z by Ann",
        "  Step 1 'Install what is needed': last changed in revision 2 of 2024-01-02T10:00:00Z by Ann",
        "    revision 2: command changed (why)",
        f"      {WIKI}?diff=2&oldid=1",
        "  Step 2 'See how much room is left': unchanged in all 3 revisions",
        "  Step 3 'Ask for the version': last changed in revision 3 of 2024-01-03T10:00:00Z by Ann",
        "    revision 3: expected output changed (why)",
        f"      {WIKI}?diff=3&oldid=2",
        "    line 13: the output of 'shop --version' differs in what varies only, in revision 2",
        "  Step 4 'Reboot the machine': unchanged in all 3 revisions",
        "",
    ]
    assert main(["history", str(path), "--format", "json", "--revisions", "1"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["title"], told["history"]["revisions"], told["history"]["left_out"]) == ("The shop", 2, 1)
    assert [(row["command"], row["recordings"][0]["revision"]) for row in told["outputs"]] == [("shop --version", 2)]


def test_hostile_names_reach_the_terminal_as_escapes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "export.xml"
    path.write_text(export([PAGE, FLAG], user="\u202eAnn\u009b31m", comment="\u2066x"), "utf-8")
    assert main(["history", str(path)]) == 0
    out = capsys.readouterr().out
    assert "\\u202eAnn\\x9b31m" in out
    assert not any(char in out for char in "\u202e\u009b\u2066")


def test_a_source_with_one_revision_of_each_page_has_no_history(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "page.wiki"
    path.write_text(PAGE)
    assert main(["history", str(path)]) == 2
    assert "page.wiki: holds one revision of each page: take an export with history" in capsys.readouterr().err


def test_extraction_and_script_know_what_history_teaches(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "export.xml"
    path.write_text(export([PAGE, PAGE.replace("web01", "web02")]))
    assert main(["extract", str(path)]) == 0
    runbook = runbook_from_json(capsys.readouterr().out)
    assert holds(runbook, VERSION, "shop 2.2 on web09 is ready")
    assert runbook.history
    assert main(["script", str(path), "-o", str(tmp_path / "verify.sh")]) == 0
    assert "web01" not in (tmp_path / "verify.sh").read_text()


def test_drift_is_not_blind_for_what_history_teaches(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("old.xml").write_text(export([PAGE]))
    Path("new.xml").write_text(export([PAGE, PAGE.replace("web01", "web02")]))
    assert main(["drift", "new.xml", "--against", "old.xml"]) == 1
    assert "expected output changed" in capsys.readouterr().out
