"""runbook update: content/ becomes what a source says, exactly; the lock is last, and no kill leaves half a page."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import shutil
import signal
import sys
from pathlib import Path

import pytest
from runbook import lock, takeover, update
from runbook.model import Page, Revision, SourceError, text_sha1
from runbook.sources import pulled

from cli.in_process import run

WIKI = "https://wiki.example.org/index.php"
TEXT = """1. Install the tools:

 # apt-get install rsync

2. Look at the disks:

 # df -h
 Filesystem      Size  Used Avail Use% Mounted on
 /dev/sda1        20G  4.0G   15G  22% /
"""


def page(title: str, text: str = TEXT, revision: int | None = 7, wiki: str | None = WIKI) -> Page:
    made = Revision(revision, None, "2026-01-02T03:04:05Z" if revision else None, "Ann" if revision else None)
    return Page(title, text, wiki=wiki, revision=made)


def take(content: Path, *pages: Page, whole: bool = False, dry: bool = False) -> update.Outcome:
    return update.update(content, lambda: takeover.plan(content, takeover.Taken(pages, whole)), dry=dry)


def relock(content: Path) -> update.Outcome:
    return update.update(content, lambda: takeover.plan(content, None))


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def wrote(outcome: update.Outcome) -> list[tuple[str, str]]:
    return [(each.what, each.file) for each in outcome.wrote]


@pytest.fixture
def content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "content"


# --- what is written --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["", "\n", "a\r\nb\r", "\ufeffx", "tab\there\u202e\n", "no end", "é\u2028\n\n\n", "<nowiki>"])
def test_pages_stand_there_with_their_exact_bytes(content: Path, text: str) -> None:
    take(content, page("A/b: c", text))
    assert (content / "wiki-example-org" / "a-b-c.wiki").read_bytes() == text.encode()
    entry = pulled.read_state(content / "wiki-example-org").pages[0]
    assert (entry.title, entry.revision.id, entry.revision.user, entry.revision.sha1) == ("A/b: c", 7, "Ann", text_sha1(text))


def test_the_lock_is_that_of_what_stands_there(content: Path) -> None:
    take(content, page("Disks"), page("Other", "only words"))
    first = files(content)
    outcome = relock(content)
    assert (outcome.lock, outcome.wrote, files(content)) == ("same", (), first)
    locked = lock.read(content / lock.FILE).pages
    assert [(each.title, each.source, each.revision.id) for each in locked] == [
        ("Disks", "wiki-example-org/disks.wiki", 7),
        ("Other", "wiki-example-org/other.wiki", 7),
    ]


def test_taking_the_same_over_again_writes_nothing(content: Path) -> None:
    take(content, page("Disks"))
    stamps = {path: path.stat().st_mtime_ns for path in content.rglob("*")}
    assert not take(content, page("Disks")).changes
    assert {path: path.stat().st_mtime_ns for path in content.rglob("*")} == stamps


def test_a_changed_step_keeps_its_id_and_is_told(content: Path) -> None:
    take(content, page("Disks"))
    changed = TEXT.replace("Look at the disks", "See how full it is").replace("# df -h", "# df -h /")
    outcome = take(content, page("Disks", changed, 8))
    assert wrote(outcome) == [("changed", "wiki-example-org/disks.wiki")]
    assert outcome.drift is not None
    assert {change.kind for each in outcome.drift.pages for change in each.all_changes()} >= {"command-changed"}
    assert [step.id for step in lock.read(content / lock.FILE).pages[0].steps] == ["install-the-tools", "look-at-the-disks"]


def test_a_dry_run_tells_the_same_and_writes_nothing(content: Path) -> None:
    take(content, page("Disks"))
    before = files(content)
    news = (page("Disks", TEXT + "\nMore.\n", 8), page("New", "x"))
    dry = take(content, *news, dry=True)
    assert files(content) == before
    assert dry == take(content, *news)
    assert not (content.parent / "none").exists()
    take(content.parent / "none", *news, dry=True)
    assert not (content.parent / "none").exists()


def test_files_that_were_put_there_by_hand_stay_where_they_are(content: Path) -> None:
    (content / "team").mkdir(parents=True)
    (content / "team" / "Disks.wiki").write_text(TEXT)
    (content / "team" / "notes.txt").write_text("ours")
    outcome = take(content, page("Disks", TEXT + "\nMore.\n", None, None), whole=True)
    assert wrote(outcome) == [("changed", "team/Disks.wiki")]
    assert (content / "team" / "Disks.wiki").read_text() == TEXT + "\nMore.\n"
    assert (content / "team" / "notes.txt").read_text() == "ours"
    assert not list(content.rglob(".*"))


def test_a_feed_whose_page_changed_becomes_files(content: Path) -> None:
    content.mkdir()
    shutil.copy(Path(__file__).parents[2] / "content" / "openvz-user-contributions.atom", content)
    relock(content)
    (feature,) = (each for each in takeover.plan(content, None).pages if each.title == "Features")
    newer = Page("Features", feature.text + "\nMore.\n", wiki=feature.wiki, revision=Revision(9999))
    outcome = take(content, newer)
    assert ("removed", "openvz-user-contributions.atom") in wrote(outcome)
    assert sorted(each.title for each in outcome.drift.pages) == ["Features"]  # type: ignore[union-attr]
    after = {each.title: each for each in takeover.plan(content, None).pages}
    assert after["Features"].text == newer.text
    assert after["Migration from Linux-VServer to OpenVZ"].revision.user == "Toutoune25"
    assert relock(content).lock == "same"


def test_an_older_revision_is_left_alone_and_told(content: Path) -> None:
    take(content, page("Disks", revision=7))
    outcome = take(content, page("Disks", "old", 6))
    assert not outcome.changes
    assert [note.code for note in outcome.notes] == ["older-revision"]


def test_only_a_whole_source_makes_pages_go_and_only_those_of_its_wiki(content: Path) -> None:
    other = page("Theirs", wiki="https://other.example/index.php")
    take(content, page("Disks"), page("Gone"), other)
    assert not take(content, page("Disks")).changes
    outcome = take(content, page("Disks"), whole=True)
    assert wrote(outcome) == [("removed", "wiki-example-org/gone.wiki")]
    assert [each.title for each in lock.read(content / lock.FILE).pages] == ["Disks", "Theirs"]
    assert [change.kind for each in outcome.drift.pages for change in each.changes] == ["page-removed"]  # type: ignore[union-attr]


def test_a_source_that_has_a_page_twice_is_refused_unless_one_is_newer(content: Path) -> None:
    with pytest.raises(SourceError, match="has the page 'Disks' twice"):
        take(content, page("Disks", revision=None), page("Disks", "other", None))
    take(content, page("Disks", "new", 8), page("Disks", "old", 7))
    assert (content / "wiki-example-org" / "disks.wiki").read_text() == "new"


# --- overrides --------------------------------------------------------------------------------------------------------

OVERRIDES = """# ours
["Disks".steps.look-at-the-disks]
expect = "any"

["Disks".steps.install-the-tools]
skip = true

["Lost".steps.x]
skip = true
"""


def test_overrides_stay_as_they_are_and_those_that_fit_nothing_are_named(content: Path) -> None:
    take(content, page("Disks"))
    (content / "overrides.toml").write_text(OVERRIDES)
    outcome = take(content, page("Disks", TEXT.partition("2. ")[2].replace("Look", "1. Look", 1), 8))
    assert (content / "overrides.toml").read_text() == OVERRIDES
    assert [note.code for note in outcome.notes] == ["override-without-step", "override-without-page"]
    assert "overrides.toml:5: no step 'install-the-tools'" in outcome.notes[0].message
    assert "'Lost'" in outcome.notes[1].message


# --- kills, full disks, two at once -----------------------------------------------------------------------------------

_GROWS = {"os.mkdir", "os.link", "tempfile.mkstemp"}
_WRITES = {*_GROWS, "os.rename", "os.remove", "os.rmdir", "os.chmod", "ctypes.dlsym"}


def _writes(event: str, arguments: tuple[object, ...], events: set[str]) -> bool:
    return event in events or (
        event == "open" and isinstance(arguments[2], int) and bool(arguments[2] & (os.O_WRONLY | os.O_RDWR))
    )


_NO_SUCH = 6


def _child(content: Path, number: int, *, kill: bool) -> int:
    """Takes pages over in another process, in which the write with that number ends it, or finds no room: its exit status, 3 when
    it told the want of room."""
    started = os.fork()
    if not started:
        count = 0

        def hook(event: str, arguments: tuple[object, ...]) -> None:
            nonlocal count
            if not _writes(event, arguments, _WRITES if kill else _GROWS) or (
                event == "open" and str(content) not in str(arguments[0])
            ):
                return
            count += 1
            if count == number and kill:
                os.kill(os.getpid(), signal.SIGKILL)
            if count == number:
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

        status = 0
        try:
            sys.addaudithook(hook)
            take(content, *NEW, whole=True)
            status = 0 if count >= number else _NO_SUCH
        except SourceError as error:
            status = 3 if "No space" in str(error) else 4
        except BaseException:
            status = 5
        os._exit(status)
    _, ended = os.waitpid(started, 0)
    return -os.WTERMSIG(ended) if os.WIFSIGNALED(ended) else os.WEXITSTATUS(ended)


# No command in them: the shell's parser would take most of the time.
OLD = (page("Disks", "1. Look."), page("Gone", "x"), page("Same", "x"), page("B", "b", wiki="https://b.example/index.php"))
NEW = (
    page("Disks", "1. Look again.", 8),
    page("Same", "x"),
    page("New", "y"),
    page("B", "b2", 9, "https://b.example/index.php"),
    page("by-hand", "1. Look.\n2. Look.", None, None),
)


@pytest.fixture
def states(content: Path) -> tuple[Path, dict[str, bytes], dict[str, bytes]]:
    """A folder with an update's start, and the files before and after it."""
    take(content, *OLD)
    (content / "by-hand.wiki").write_text("1. Look.")
    relock(content)
    before = files(content)
    end = content.parent / "end"
    shutil.copytree(content, end)
    take(end, *NEW, whole=True)
    return content, before, files(end)


@pytest.mark.parametrize("kill", [True, False], ids=["killed", "no room"])
def test_whatever_write_fails_every_page_is_whole_and_the_next_update_ends_it(
    states: tuple[Path, dict[str, bytes], dict[str, bytes]], kill: bool
) -> None:
    content, before, after = states
    seen, number = set(), 0
    start = content.parent / "start"
    shutil.copytree(content, start)
    while True:
        number += 1
        shutil.rmtree(content)
        shutil.copytree(start, content)
        status = _child(content, number, kill=kill)
        if status == _NO_SUCH:
            break
        if status == 0 and not kill:
            assert files(content) == after, number  # done in another way
            continue
        assert status == (-signal.SIGKILL if kill else 3), (number, status)
        found = {name: data for name, data in files(content).items() if not name.startswith(".") and "/." not in name}
        for name, data in found.items():
            assert data in (before.get(name), after.get(name)), (number, name)
        assert found[lock.FILE] == before[lock.FILE] or found == after
        seen.add("old" if found == before else "between" if found[lock.FILE] == before[lock.FILE] else "new")
        take(content, *NEW, whole=True)
        assert files(content) == after, number
    assert number > (25 if kill else 10)
    assert "old" in seen


def test_two_at_once_is_refused(content: Path) -> None:
    take(content, page("Disks"))
    before = files(content)
    handle = os.open(content, os.O_RDONLY)
    fcntl.flock(handle, fcntl.LOCK_EX)
    try:
        with pytest.raises(SourceError, match="another pull or update writes here"):
            take(content, page("Disks", "new", 8))
    finally:
        os.close(handle)
    assert files(content) == before


# --- the command line -------------------------------------------------------------------------------------------------


def test_from_the_first_lock_to_a_script_that_is_known(content: Path) -> None:
    source = content.parent / "theirs"
    source.mkdir()
    (source / "Look.wiki").write_text("1. Look:\n\n # echo fine\n fine\n")
    done = run("update", source)
    assert (done.returncode, done.stdout.splitlines()) == (
        0,
        ["new: content/pages/look.wiki (Look)", "content/runbook.lock: new, 1 page"],
    )
    assert run("script", "content", "-o", "x.sh").returncode == 0
    told = run("verify", "x.sh")
    assert (told.returncode, told.stdout.splitlines()[0]) == (0, "Look: holds")
    with Path("x.sh").open("a") as stream:
        stream.write("echo more\n")
    refused = run("verify", "x.sh")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "does not know this script" in refused.stderr


def test_a_dry_run_ends_with_1_where_there_is_something_to_do(content: Path) -> None:
    content.mkdir()
    (content / "Look.wiki").write_text("1. Look:\n\n # uptime\n")
    assert run("update", "--dry-run").returncode == 1
    assert not (content / lock.FILE).exists()
    assert run("update").returncode == 0
    assert run("update", "--dry-run").returncode == 0
    (content / "Look.wiki").write_text("1. Look:\n\n # rm -rf /srv/x\n")
    assert run("drift").returncode == 1
    told = json.loads(run("update", "--format", "json").stdout)
    assert [each["t"] if "t" in each else each["status"] for each in told["drift"]["pages"]] == ["changed"]
    assert run("drift").returncode == 0


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "no pages in it; name a SOURCE"),
        (("--page", "X"), "the lock is of all pages"),
        (("--part",), "the lock is of all pages"),
        (("nowhere",), "nowhere"),
        (("content/x.wiki",), "stands in content itself"),
    ],
)
def test_what_can_not_be_taken_over_is_told(content: Path, arguments: tuple[str, ...], told: str) -> None:
    done = run("update", *arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert not (content / lock.FILE).exists()


def test_a_part_of_a_directory_makes_nothing_go(content: Path) -> None:
    source = content.parent / "theirs"
    source.mkdir()
    for name in "ab":
        (source / f"{name}.wiki").write_text(name)
    run("update", source)
    (source / "a.wiki").unlink()
    assert run("update", "--part", source).stdout.count("removed") == 0
    assert run("update", "--page", "b", source).stdout.count("removed:") == 0
    assert "removed: content/pages/a.wiki (a)" in run("update", source).stdout
