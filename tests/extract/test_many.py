"""Many pages: in order, the same in several processes as in one, with a bounded number of them in memory."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import sysconfig
from collections.abc import Iterator
from contextlib import suppress
from importlib.machinery import ModuleSpec
from pathlib import Path
from types import ModuleType

import pytest
from runbook.extract import Project, extract_many, many
from runbook.model import Page, Runbook, SourceError

PAGES = 3 * many.BATCH + 5


def _pages(count: int = PAGES) -> Iterator[Page]:
    for number in range(count):
        yield Page(
            f"Page {number}", f"# Look, and then go on:\n#: <pre># ls -l /srv/{number}\ntotal {number}</pre>\n# {{{{Shout}}}}\n"
        )


def _failing(count: int) -> Iterator[Page]:
    yield from _pages(count)
    raise SourceError("dump.xml:7", "ends in the middle of a page")


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many processes were asked for, each time that others were started; they are from the second batch on."""
    asked: list[int] = []
    real = many._side_by_side

    def noted(batches: Iterator[many.Batch], work: many.Work, processes: int, passing: many.Passing) -> Iterator[list[Runbook]]:
        asked.append(processes)
        yield from real(batches, work, processes, passing)

    monkeypatch.setattr(many, "ENOUGH", 2000)
    monkeypatch.setattr(many, "_side_by_side", noted)
    return asked


def test_several_processes_give_what_one_gives(started: list[int]) -> None:
    project = Project(definitions={"Shout": "Reboot the machine now."}, harmless=("nothing",))
    alone = list(extract_many(_pages(), project))
    assert [runbook.page.title for runbook in alone] == [f"Page {number}" for number in range(PAGES)]
    assert not started
    assert list(extract_many(_pages(), project, 2)) == alone
    assert started == [2]
    assert "Reboot the machine now." in str(alone[0])


def test_few_pages_start_no_process(started: list[int]) -> None:
    assert len(list(extract_many(_pages(5), processes=2))) == 5
    assert not started


@pytest.mark.parametrize("processes", [1, 2])
@pytest.mark.parametrize("count", [3, many.BATCH, PAGES])
def test_what_reading_raises_comes_behind_the_pages_before_it(started: list[int], count: int, processes: int) -> None:
    found: list[Runbook] = []
    with pytest.raises(SourceError, match="in the middle of a page"):
        found.extend(extract_many(_failing(count), processes=processes))
    assert [runbook.page.title for runbook in found] == [f"Page {number}" for number in range(count)]


@pytest.mark.parametrize("processes", [1, 2])
def test_pages_are_read_as_they_are_needed(started: list[int], processes: int) -> None:
    """However many pages there are, only some are read ahead of the runbooks taken."""
    read = 0

    def counted() -> Iterator[Page]:
        nonlocal read
        for page in _pages(40 * many.BATCH):
            read += 1
            yield page

    runbooks = extract_many(counted(), processes=processes)
    for taken in range(1, many.BATCH + 2):
        next(runbooks)
        assert read <= taken + (many._IN_FLIGHT * processes + 2) * many.BATCH
    runbooks.close()  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("name", "file", "many_processes"),
    [
        ("", "build.py", False),
        ("", "<stdin>", False),
        ("tools.build", "tools/build.py", False),
        ("runbook.__main__", "runbook/__main__.py", True),
        ("", None, True),
        ("", str(Path(sysconfig.get_path("scripts")) / "mkdocs"), True),
    ],
)
def test_others_are_started_only_where_the_program_can_be_imported(
    name: str, file: str | None, many_processes: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    main = ModuleType("__main__")
    main.__spec__ = ModuleSpec(name, None) if name else None
    if file is not None:
        main.__file__ = file
    monkeypatch.setitem(sys.modules, "__main__", main)
    monkeypatch.setattr(many, "processors", lambda: 8)
    assert many.workers() == (8 if many_processes else 1)


def test_a_plain_script_may_ask_for_many_pages(tmp_path: Path) -> None:
    script = tmp_path / "build.py"
    script.write_text(
        "from runbook.extract import extract_many, many\n"
        "from runbook.model import Page\n"
        "many.ENOUGH = many.BATCH = 1\n"
        "print(len(list(extract_many([Page(str(n), 'text') for n in range(5)], processes=many.workers()))))\n"
    )
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("5\n", "")


def wait_for_ever(_: object) -> None:
    """What the other processes of the next test do."""
    os.write(1, b"working\n")  # at once, as print() does not promise: others write there too
    signal.pause()


def test_other_processes_end_with_the_one_that_started_them() -> None:
    """Killed by kill -9, it can't tell them."""
    words = (
        "from runbook.extract import many; from extract import test_many; many.ENOUGH = 0;"
        "list(many.spread(range(100), test_many.wait_for_ever, 2, size=int))"
    )
    command = [sys.executable, "-c", words]
    with subprocess.Popen(
        command, cwd=Path(__file__).parents[1], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    ) as program:
        assert program.stdout
        try:
            assert program.stdout.readline() == b"working\n"
            program.kill()
            program.communicate(timeout=120)  # until nobody is left who holds the other end
        finally:
            with suppress(ProcessLookupError):
                os.killpg(program.pid, signal.SIGKILL)
