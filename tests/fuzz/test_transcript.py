"""Fuzz target: any block of code, read as a terminal's session and as lines to be typed."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from runbook import shell, typed
from runbook.model import Row
from runbook.shell import Growing
from runbook.transcript import read_session
from runbook.typed import Entry, Printed, Returned, Typed, mend
from runbook.unprompted import read_commands

from counting import work
from fuzz.budget import budget

PROMPTS = (
    "# ", "$ ", "% ", "> ", "#", "$", "[root@web etc]# ", "web ~ # ", "ann@web:/tmp$ ", "mysql> ", "    -> ", "MariaDB [(none)]> ", "postgres=# ", "mininet> ",
    ">>> ", "... ", "C:\\> ", "PS C:\\> ", "sh-2.05b# ", "router# ", "router(config)# ", "sqlite> ", "quote> ", "admin> ",
)  # fmt: skip
TYPED = (
    "ls -l", "cd /srv", "echo 'a", 'echo "a', "cat <<EOF", "cat <<-'E'", "EOF", "\tE", "for i in 1 2; do", "done", "make \\", "  all", "mysql -u root", "exit",
    "select 1;", "select *", "print(1)", "def f():", "vi /etc/fstab", "# comment", "a  # remark", "ls \u2013l", "echo \u201cx\u201d", "frobnicate now", "reboot",
    "if true; then", "fi", "(", ")", "{", "}", "`", "'", '"', "a <- this", "echo $(", "echo ${a", "case x in", "esac", "ls |", "&&", "[[ -f", "a=(1", "f() {", "$((1",
)  # fmt: skip
SHOWN = (
    "total 4", "-rw-r--r-- 1 root root 1 Jan  1 2020 a", "Starting x: [  OK  ]", "", "   ", "\t", "You should see:", "Some prose that says a thing.", "key = value",
    "|a|b|", "...", "<snip>", "<<< note >>>", "\u202eabc", "\x1b[31mred", "\r", "\xa0", "x" * 300, "File -> Open", "#!/bin/sh", "don't", "1.", "* ls",
)  # fmt: skip
LINE = st.tuples(
    st.sampled_from(("", "", "", " ", "  ", "\t")),
    st.sampled_from(("", *PROMPTS)),
    st.sampled_from((*TYPED, *SHOWN)) | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\n"), max_size=12),
).map("".join)
BLOCK = st.lists(LINE, max_size=14)
LANGUAGES = st.sampled_from(("", "console", "sh", "bash", "python", "ini", "sql"))


def rows_of(lines: Sequence[str]) -> tuple[Row, ...]:
    """Rows as a page has them: the first is never line 1, and lines between may be missing."""
    return tuple(Row(3 + 2 * n, line) for n, line in enumerate(lines))


def taken(entries: Sequence[Entry]) -> list[Row]:
    return [row for entry in entries for row in ((entry.row,) if isinstance(entry, Returned) else entry.rows)]


def check(rows: Sequence[Row], entries: Sequence[Entry]) -> None:
    found = taken(entries)
    assert [row.n for row in found] == sorted({row.n for row in found}), "a line is taken twice, or out of order"
    assert set(found) <= set(rows), "a line is changed"
    assert [row for row in rows if row.text.strip() and row not in found] == [], "lines are lost"
    for entry in entries:
        if isinstance(entry, Typed):
            check_typed(entry)
        elif isinstance(entry, Printed):
            assert entry.rows[0].text.strip() or any(row.text.strip() for row in entry.rows)
            assert entry.rows[-1].text.strip(), "blank lines at an output's end part it from what follows"


def check_typed(entry: Typed) -> None:
    """Nothing is typed that does not stand there: each line of the text is part of its row."""
    assert entry.text.strip()
    as_written = entry.original or entry.text
    lines = as_written.split("\n")
    assert len(lines) <= len(entry.rows)
    for line, row in zip(lines, entry.rows, strict=False):
        assert line.strip() in row.text
    if entry.remark:
        assert entry.remark in entry.rows[0].text
    if not entry.original:
        assert mend(entry.text) == entry.text or entry.shell != "sh"


@budget(600)
@given(BLOCK, LANGUAGES, st.booleans())
def test_a_session_accounts_for_each_line_once(lines: list[str], language: str, asked: bool) -> None:
    rows = rows_of(lines)
    check(rows, read_session(rows, language, asked=asked))


@budget(600)
@given(BLOCK, st.sampled_from(("sh", "mysql", "python", "device")), st.booleans())
def test_lines_to_be_typed_are_accounted_for_once(lines: list[str], kind: str, told: bool) -> None:
    rows = rows_of(lines)
    check(rows, read_commands(rows, told=told, shell=kind))


@budget(400)
@given(st.lists(LINE, min_size=1, max_size=8))
def test_a_command_that_grows_is_complete_where_the_whole_of_it_is(lines: list[str]) -> None:
    so_far = [shell.complete("\n".join(lines[:end])) for end in range(1, len(lines) + 1)]
    end = so_far.index(True) if True in so_far else len(lines)
    if end == 0:
        return
    growing = Growing(lines[0])
    assert [growing.add(line) for line in lines[1 : end + 1]] == so_far[1 : end + 1]


MOST = 4000
"""Calls of functions for each line of a block, in both readings together; a block of nothing but slips takes about half."""


def spent(lines: Sequence[str]) -> float:
    rows = rows_of(lines)
    return work(lambda: (read_session(rows), read_commands(rows, told=True))) / len(rows)


@budget(25)
@given(st.lists(LINE, min_size=1, max_size=3), st.booleans())
def test_no_block_costs_much(unit: list[str], numbered: bool) -> None:
    assert spent([f"{unit[n % len(unit)]}{n if numbered else ''}" for n in range(150)]) < MOST


@pytest.mark.parametrize("unit", ["cat <<EOF", "# cat <<E", "echo $(a", "for i", "f() { "])
def test_a_block_of_slips_costs_little(unit: str) -> None:
    """Each line opens what no later one closes."""
    assert spent([f"{unit}{n}" for n in range(500)]) < MOST


def test_the_target_sees_what_is_lost_and_what_is_made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = rows_of(["$ ls", "total 4"])
    entries = read_session(rows)
    check(rows, entries)
    for wrong in (entries[:1], entries[::-1], (*entries, entries[-1])):
        with pytest.raises(AssertionError):
            check(rows, wrong)
    monkeypatch.setattr(typed, "split_remark", lambda text: (text + " -a", ""))
    with pytest.raises(AssertionError):
        check(rows, read_session(rows))
