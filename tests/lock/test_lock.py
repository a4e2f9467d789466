"""runbook.lock: read back as written, a line for a step, refused with its place; the ids in it stay with their steps."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path

import pytest
from runbook import lock, project
from runbook.cli import main
from runbook.extract import Project, extract_many
from runbook.model import Page, Revision, Runbook, SourceError, Step
from runbook.render.script import render
from runbook.walking import walk

TEXT = """1. Install the tools:

 # apt-get install rsync

2. Look at the disks:

 # df -h
 Filesystem      Size  Used Avail Use% Mounted on
 /dev/sda1        20G  4.0G   15G  22% /

3. Log in, the password is <tt>--password=geheim77</tt>:

 # mysql --user=root --password=geheim77 shop

4. Reboot the machine.
"""


def page(text: str = TEXT, title: str = "Disks", **more: object) -> Page:
    return Page(title=title, text=text, revision=Revision(7, None, "2026-01-02T03:04:05Z", "Ann"), **more)  # type: ignore[arg-type]


def lock_of(*pages: Page, folder: Path = Path()) -> lock.Lock:
    return lock.of(zip(pages, extract_many(pages), strict=True), folder)


def ids(runbook: Runbook) -> list[str]:
    return [node.id for node in walk(runbook.steps) if isinstance(node, Step)]


def again(text: str, known: lock.Lock) -> Runbook:
    return next(extract_many([page(text)], Project(identify=lock.Ids.of(known))))


def test_a_lock_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    made = lock_of(page(title="B"), page(title="A", wiki="https://wiki.example/index.php", source="x/A.wiki"), page(title="É"))
    lock.write(tmp_path / lock.FILE, made)
    assert lock.read(tmp_path / lock.FILE) == made
    assert [each.title for each in made.pages] == ["A", "B", "É"]
    assert [path.name for path in tmp_path.iterdir()] == [lock.FILE]


def test_the_same_pages_in_any_order_give_the_same_bytes() -> None:
    pages = [page(title=title) for title in "CAB"]
    assert lock.encode(lock_of(*pages)) == lock.encode(lock_of(*reversed(pages)))


def test_a_changed_step_is_one_changed_line_besides_its_page() -> None:
    before, after = (
        lock.encode(lock_of(page(text))).split(b"\n") for text in (TEXT, TEXT.replace("install rsync", "install -y rsync"))
    )
    assert len(before) == len(after)
    differing = [b for a, b in zip(before, after, strict=True) if a != b]
    assert [next(iter(json.loads(line))) for line in differing] == ["page", "step"]


def test_a_line_inserted_above_changes_no_step() -> None:
    before, after = (lock.encode(lock_of(page(text))).split(b"\n") for text in (TEXT, "\n\n" + TEXT))
    assert [json.loads(b)["page"] for a, b in zip(before, after, strict=True) if a != b] == ["Disks"]


def test_a_page_is_known_by_the_script_that_is_rendered_of_it() -> None:
    (runbook,) = extract_many([page()])
    digest = sha256(render(runbook).encode()).hexdigest()
    assert lock_of(page()).scripts()[digest].title == "Disks"
    assert lock_of(page("Only words.")).scripts() == {}


def test_no_secret_and_no_digest_of_one_is_kept() -> None:
    (runbook,) = extract_many([page()])
    assert any(each.secret and each.value == "geheim77" for each in runbook.parameters)
    one, other = (lock_of(page(TEXT.replace("geheim77", word))).pages[0] for word in ("geheim77", "ander5word"))
    assert "geheim77" not in lock.encode(lock.Lock((one,))).decode()
    assert (one.steps, one.parameters) == (other.steps, other.parameters)


def test_a_source_is_named_from_the_locks_folder(tmp_path: Path) -> None:
    made = lock_of(
        page(source=str(tmp_path / "main" / "disks.wiki")), page(title="B", source="/elsewhere/b.wiki"), folder=tmp_path
    )
    assert {each.source for each in made.pages} == {"main/disks.wiki", "b.wiki"}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (lambda data: data.replace(b'{"lock":1}', b'{"lock":2}'), r":1: written by a newer Runbook .*update Runbook"),
        (lambda data: b"hello\n" + data, r":1: is no runbook.lock"),
        (lambda _: b"", r":1: is no runbook.lock"),
        (lambda data: data.replace(b'{"step"', b'<<<<<<< HEAD\n{"step"', 1), r":4: a merge left a conflict here"),
        (lambda data: data.replace(b'{"step"', b'=======\n{"step"', 1), r":4: a merge left a conflict"),
        (lambda data: data.replace(b'"sha1":"', b'"sha1":["', 1), r":2: can't be read"),
        (lambda data: data.replace(b'{"page"', b'{"paeg"', 1), r":2: neither a page, a step nor a parameter"),
        (lambda data: b'{"lock":1}\n' + data[data.index(b'{"step"') :], r":2: a step or parameter before the first page"),
        (lambda data: data + data[data.index(b'{"page"') :], r"has the page 'Disks' twice"),
        (lambda data: data[: len(data) // 2], r"can't be read"),
        (lambda data: data + b"\xff\n", r"neither a page"),
    ],
)
def test_what_is_no_lock_is_refused_with_its_place(change, told: str) -> None:  # type: ignore[no-untyped-def]
    data = change(lock.encode(lock_of(page())))
    with pytest.raises(SourceError, match=told):
        lock.decode(data, "runbook.lock")


def test_a_kill_while_writing_leaves_the_old_lock(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / lock.FILE
    lock.write(path, lock_of(page()))
    before = path.read_bytes()

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(Path, "replace", killed)
    with pytest.raises(KeyboardInterrupt):
        lock.write(path, lock_of(page("other")))
    assert path.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == [lock.FILE]


# --- ids --------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edit", "new"),
    [
        (("Look at the disks:", "See how full it is:"), None),
        (("df -h", "df --human"), None),
        (("1. Install the tools:\n\n # apt-get install rsync\n", "1. Get what is needed:\n\n # dnf install rsync2\n"), None),
        (("4. Reboot the machine.", "4. Warm up:\n\n # uptime\n\n5. Reboot the machine."), "warm-up"),
        (("2. Look at the disks:", "2. Install the tools:"), None),
    ],
)
def test_changed_steps_keep_their_ids(edit: tuple[str, str], new: str | None) -> None:
    known = lock_of(page())
    before = ids(next(extract_many([page()])))
    assert edit[0] in TEXT
    after = ids(again(TEXT.replace(*edit), known))
    assert [each for each in after if each != new] == before
    assert (new is None) == (len(after) == len(before))


_DISKS = TEXT[TEXT.index("2. Look") : TEXT.index("3. Log in")]
# What an editor may make of one step: another title, command, output or order of words, more, less, nothing, another one before it.
TEN_EDITS = {
    "a slip mended in its title": _DISKS.replace("disks", "discs"),
    "another title": _DISKS.replace("Look at the disks:", "How full is it?"),
    "the title of the step before": _DISKS.replace("Look at the disks:", "Install the tools:"),
    "an option": _DISKS.replace("df -h", "df -h --total"),
    "another command": _DISKS.replace("df -h", "lsblk"),
    "another output": _DISKS.replace("4.0G", "9.9G"),
    "no output": _DISKS[: _DISKS.index(" Filesystem")] + "\n",
    "a warning and a file": _DISKS
    + "Warning: it may take long.\n\nAdd to /etc/fstab:\n<pre>\n/dev/sdb1 /srv ext4 defaults 0 2\n</pre>\n\n",
    "a step more before it": "2. Warm up:\n\n # uptime\n\n" + _DISKS.replace("2.", "3."),
    "the step itself gone": "",
}


@pytest.mark.parametrize("written", TEN_EDITS.values(), ids=TEN_EDITS.keys())
def test_ten_edits_of_a_step_leave_the_ids_of_all_others(written: str) -> None:
    known = lock_of(page())
    text = TEXT.replace(_DISKS, written)
    before = ids(next(extract_many([page()])))
    others = [each for each in before if each != "look-at-the-disks"]
    alone, locked = ids(next(extract_many([page(text)]))), ids(again(text, known))
    assert len(set(alone)) == len(alone)
    assert len(set(locked)) == len(locked)
    assert [each for each in alone if each in others] == [each for each in locked if each in others] == others


def test_a_new_step_with_an_old_ones_title_gets_an_id_of_its_own() -> None:
    known = lock_of(page())
    text = "1. Install the tools:\n\n # make tools\n\n" + TEXT
    after = ids(again(text, known))
    assert len(set(after)) == len(after)
    assert after[1] == "install-the-tools"
    assert after[0] != "install-the-tools"


def test_without_a_change_nothing_changes() -> None:
    (runbook,) = extract_many([page()])
    assert again(TEXT, lock_of(page())) == runbook


def test_a_page_of_another_wiki_is_another_page() -> None:
    known = lock_of(page(wiki="https://one.example/index.php"))
    ids_of = lock.Ids.of(known)
    assert ids_of.page("Disks", "https://two.example/index.php") is None
    assert ids_of.page("Disks", None) is not None


def test_the_lock_beside_a_page_is_obeyed_and_another_when_it_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    text = TEXT.replace("Look at the disks:", "See how full it is:")
    Path("Disks.wiki").write_text(text)

    def titled(*more: str) -> str:
        assert main(["extract", "Disks.wiki", *more]) == 0
        return str(json.loads(capsys.readouterr().out)["steps"][1]["id"])

    assert titled() == "see-how-full-it-is"
    lock.write(Path("other.lock"), lock_of(page()))
    assert titled("--lock", "other.lock") == "look-at-the-disks"
    lock.write(Path(lock.FILE), lock_of(page()))
    assert titled() == "look-at-the-disks"
    Path(lock.FILE).write_text("<<<<<<< HEAD\n")
    assert main(["extract", "Disks.wiki"]) == 2
    assert "runbook.lock:1: a merge left a conflict" in capsys.readouterr().err


def test_the_overrides_of_a_project_go_by_the_ids_of_the_lock(tmp_path: Path) -> None:
    (tmp_path / project.OVERRIDES).write_text('["Disks".steps.look-at-the-disks]\nskip = true\n')
    lock.write(tmp_path / lock.FILE, lock_of(page()))
    known = project.load(tmp_path, tmp_path)
    (runbook,) = extract_many([page(TEXT.replace("Look at the disks:", "See how full it is:"))], known)
    assert not [each for each in runbook.diagnostics if each.code == "override-without-step"]
    assert not any(node.t == "command" for node in walk(runbook.steps[1].body) if hasattr(node, "t"))
