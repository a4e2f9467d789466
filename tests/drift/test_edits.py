"""Edits of a how-to page as people make them, each with the verdict that a person would give."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import pytest
from runbook.drift import Drift, Severity, compare
from runbook.extract import extract_many
from runbook.model import Page, Revision
from runbook.report import changes as report

PAGE = """{{Warning|Make a backup before you begin.}}

This page moves the ''shop'' to another host. It takes about an hour.

1. Install what is needed:

 # apt-get install nginx rsync

The packages come from the distribution.

2. Copy the data from the old host:

 # mkdir -p /srv/shop
 # rsync -a backup.example.org:/srv/shop/ /srv/shop/
 # ls -l /srv/shop
 total 8
 drwxr-xr-x 2 root root 4096 Apr 28 2008 data
 -rw-r--r-- 1 root root  120 Apr 28 2008 shop.conf

Nothing should be missing there.

Look at the database:

 # sqlite3 /srv/shop/data/shop.db .tables
 customers
 orders

3. Edit <tt>/etc/nginx/conf.d/shop.conf</tt>:

<pre>
server {
    listen 8080;
    root /srv/shop/data;
}
</pre>

4. Start the server and look whether it runs:

 # systemctl restart nginx
 # systemctl status nginx
 nginx.service - A high performance web server
    Active: active (running) since Mon 2008-04-28 10:46:13 UTC; 5min ago
  Main PID: 4711 (nginx)

5. See how much room is left:

 # df -h /srv
 Filesystem      Size  Used Avail Use% Mounted on
 /dev/sda1        20G  4.0G   15G  22% /srv

Old files may be moved away, see [[Cleaning up]].

6. Reboot the machine.
"""


def replaced(*pairs: tuple[str, str]) -> Callable[[str], str]:
    def edit(text: str) -> str:
        for old, new in pairs:
            assert old in text, f"the page has no {old!r}"
            text = text.replace(old, new)
        return text

    return edit


def section(number: int) -> str:
    """The text of a step, from its number to the next one's."""
    start = PAGE.index(f"\n{number}. ") + 1
    end = PAGE.find(f"\n{number + 1}. ") + 1
    return PAGE[start : end or None]


def renumbered(text: str) -> str:
    """The steps numbered anew, in the order in which they stand."""
    out, number = [], 0
    for line in text.split("\n"):
        if line[:1].isdigit() and line[1:3] == ". ":
            number += 1
            line = f"{number}{line[1:]}"
        out.append(line)
    return "\n".join(out)


def swapped(first: int, second: int) -> Callable[[str], str]:
    def edit(text: str) -> str:
        a, b = section(first), section(second)
        return renumbered(text.replace(a, "\0").replace(b, a).replace("\0", b))

    return edit


def without(number: int) -> Callable[[str], str]:
    return lambda text: renumbered(text.replace(section(number), ""))


def inserted(before: str, new: str) -> Callable[[str], str]:
    return lambda text: renumbered(replaced((before, new + before))(text))


class Edit(NamedTuple):
    """What somebody did, how, which kinds of change are told, and how grave the whole is (None: no change at all)."""

    name: str
    edit: Callable[[str], str]
    kinds: set[str]
    gravest: Severity | None


EDITS = [
    Edit("nothing", lambda text: text, set(), None),
    Edit(
        "blank lines", replaced(("before you begin.}}\n", "before you begin.}}\n\n"), ("orders\n\n", "orders\n\n\n")), set(), None
    ),
    Edit("bold for italic", replaced(("''shop''", "'''shop'''")), set(), None),
    Edit("a comment for other authors", replaced(("This page", "<!-- see talk -->\nThis page")), set(), None),
    Edit("a category", lambda text: text + "\n[[Category:Web]]\n", set(), None),
    Edit(
        "a pre for leading blanks",
        replaced((" # apt-get install nginx rsync\n", "<pre>\n# apt-get install nginx rsync\n</pre>\n")),
        set(),
        None,
    ),
    Edit("a typo in prose", replaced(("should be missing", "should be mising")), {"reworded"}, "warning"),
    Edit("a typo in what a step says first", replaced(("Install what is", "Instal what is")), {"step-renamed"}, "warning"),
    Edit(
        "a sentence more", replaced(("from the distribution.", "from the distribution. They are old.")), {"reworded"}, "warning"
    ),
    Edit("a paragraph less", replaced(("The packages come from the distribution.\n\n", "")), {"reworded"}, "warning"),
    Edit(
        "a link to another page",
        replaced(("[[Cleaning up]]", "[[Archive|Cleaning up]]")),
        {"reworded", "link-removed"},
        "warning",
    ),
    Edit("a link gone, the words stay", replaced(("[[Cleaning up]]", "Cleaning up")), {"link-removed"}, "warning"),
    Edit("the text in a template", replaced(("Make a backup", "Make two backups")), {"notice-changed"}, "warning"),
    Edit("a warning for a note", replaced(("{{Warning|", "{{Note|")), {"notice-changed"}, "warning"),
    Edit(
        "a picture",
        replaced(("Nothing should", "[[File:Shop.png|frame|The folder]]\n\nNothing should")),
        {"picture-changed"},
        "warning",
    ),
    Edit("one flag of a command", replaced(("rsync -a ", "rsync -az ")), {"command-changed"}, "error"),
    Edit("an argument more", replaced(("nginx rsync", "nginx rsync sqlite3")), {"command-changed"}, "error"),
    Edit("another tool for the same", replaced(("apt-get install", "dnf install")), {"command-changed"}, "error"),
    Edit("a user's prompt for root's", replaced(("# df -h", "$ df -h")), {"command-changed"}, "error"),
    Edit("a command more", replaced((" # mkdir -p", " # id shop\n # mkdir -p")), {"command-added"}, "error"),
    Edit("a command less", replaced((" # systemctl restart nginx\n", "")), {"command-removed"}, "error"),
    Edit(
        "two commands in the other order",
        replaced((" # mkdir -p /srv/shop\n", ""), (" # ls -l /srv", " # mkdir -p /srv/shop\n # ls -l /srv")),
        {"command-moved"},
        "error",
    ),
    Edit(
        "a command goes to another step",
        replaced((" # mkdir -p /srv/shop\n", ""), ("nginx rsync\n", "nginx rsync\n # mkdir -p /srv/shop\n")),
        {"command-moved"},
        "error",
    ),
    Edit(
        "reading becomes deleting",
        replaced(("# ls -l /srv/shop", "# rm -r /srv/shop")),
        {"effect-raised", "command-changed"},
        "error",
    ),
    Edit(
        "the date in an output",
        replaced(("Mon 2008-04-28 10:46:13 UTC; 5min", "Sat 2026-01-31 08:00:01 UTC; 2h")),
        {"output-varies"},
        "info",
    ),
    Edit("a process id in an output", replaced(("4711", "815")), {"output-varies"}, "info"),
    Edit(
        "dates and sizes in a listing", replaced(("Apr 28 2008", "Jan 31 2026"), ("  120 ", " 4711 ")), {"output-varies"}, "info"
    ),
    Edit("sizes in a table", replaced(("20G  4.0G   15G  22%", "40G  8.0G   30G  22%")), {"output-varies"}, "info"),
    Edit("running becomes dead", replaced(("active (running)", "inactive (dead)")), {"output-changed"}, "error"),
    Edit("a row of an output less", replaced((" orders\n", "")), {"output-changed"}, "error"),
    Edit("a word of an output", replaced((" customers\n", " clients\n")), {"output-changed"}, "error"),
    Edit(
        "an output newly recorded",
        replaced(("restart nginx\n", "restart nginx\n Restarting nginx: done\n")),
        {"output-added"},
        "error",
    ),
    Edit("a value in a file", replaced(("listen 8080", "listen 9090")), {"file-edit-changed"}, "error"),
    Edit(
        "a line more in a file",
        replaced(("listen 8080;\n", "listen 8080;\n    server_name shop;\n")),
        {"file-edit-changed"},
        "error",
    ),
    Edit(
        "another file", replaced(("conf.d/shop.conf", "sites-enabled/shop.conf")), {"file-edit-changed", "step-renamed"}, "error"
    ),
    Edit("two steps swapped", swapped(4, 5), {"step-moved"}, "error"),
    Edit("a step less", without(5), {"step-removed", "command-removed", "link-removed"}, "error"),
    Edit(
        "a step in between",
        inserted("5. See", "5. Warm the cache:\n\n # curl -s http://localhost:8080/\n\n"),
        {"step-added", "command-added"},
        "error",
    ),
    Edit(
        "a step at the end",
        lambda text: text + "\n7. Tell the others:\n\n # wall moved\n",
        {"step-added", "command-added"},
        "error",
    ),
    Edit("a step split", inserted("Look at the database", "3. "), {"step-split"}, "warning"),
    Edit("two steps merged", lambda text: renumbered(replaced(("3. Edit <tt>", "Edit <tt>"))(text)), {"step-merged"}, "warning"),
    Edit("no reboot any more", replaced(("\n6. Reboot the machine.\n", "")), {"step-removed", "manual-removed"}, "error"),
    Edit(
        "another host everywhere",
        replaced(("backup.example.org", "store.example.org")),
        {"parameter-changed", "parameter-value"},
        "error",
    ),
]


@pytest.fixture(scope="module")
def verdicts() -> dict[str, Drift]:
    texts = [PAGE, *(row.edit(PAGE) for row in EDITS)]
    pages = [Page(title="Moving the shop", text=text, revision=Revision(id=n)) for n, text in enumerate(texts, 1)]
    old, *new = extract_many(pages)
    assert [step.number for step in old.steps] == list("123456")
    return {row.name: compare([old], [each]) for row, each in zip(EDITS, new, strict=True)}


@pytest.mark.parametrize("row", EDITS, ids=lambda row: row.name)
def test_the_verdict_is_a_persons(row: Edit, verdicts: dict[str, Drift]) -> None:
    found = verdicts[row.name]
    told = "\n".join(line.text for line in report.drift(found))
    assert {change.kind for page in found.pages for change in page.all_changes()} == row.kinds, told
    assert max(found.severities(), key=("info", "warning", "error").index, default=None) == row.gravest
    assert found.same == (row.gravest is None)
