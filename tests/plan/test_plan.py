"""A plan says of everything whose consent it needs."""

from __future__ import annotations

import pytest
from runbook.extract import extract
from runbook.markup import parse
from runbook.model import Page
from runbook.plan import Planned, plan


def planned(text: str) -> list[Planned]:
    return plan(extract(parse(Page("Case", f"1. Do\n\n{text}\n"), reading="author")))


@pytest.mark.parametrize(
    ("line", "consent"),
    [
        (" # ls -l /etc", "unasked"),
        (" # mkdir /srv/x", "yes"),
        (" # systemctl restart foo", "yes"),
        (" # reboot", "yes"),
        (" # ./frobnicate", "by-name"),
        (" # vi /etc/fstab", "by-name"),
        (" mysql> SELECT 1;", "by-name"),
        ("Reboot the machine.", "by-hand"),
        ("Add this line to /etc/x.conf:\n a=1", "by-hand"),
    ],
)
def test_consent(line: str, consent: str) -> None:
    assert [row.consent for row in planned(line)] == [consent]


def test_what_is_inside_an_entered_shell_never_runs_unasked() -> None:
    rows = planned(" # chroot /mnt /bin/bash\n bash-5.1# ls /")
    assert [row.consent for row in rows if row.what == "ls /"] != ["unasked"]


def test_what_is_checked_is_said_in_words() -> None:
    (row,) = planned(" # uname -r\n 5.10.0")
    assert row.checked == ("its output: 1 line as recorded",)
    (made,) = planned(" # mkdir /srv/x")
    assert made.checked == ("the directory /srv/x exists, and not before",)
    (again,) = planned(" # mkdir -p /srv/x")
    assert again.checked == ("the directory /srv/x exists",)
    (edited,) = planned("Create the file /etc/x.conf:\n a=1")
    assert edited.checked == ("the file /etc/x.conf holds exactly the lines that were written, and not before",)


def test_things_in_branches_name_their_case() -> None:
    rows = planned("On Debian:\n # apt-get install foo\n\nOn Fedora:\n # dnf install foo\n\nThen go on.\n # uptime")
    assert [row.case for row in rows] == ["On Debian", "On Fedora", ""]


def test_what_must_be_set_first() -> None:
    first, second = planned(" # mkdir /srv/<name> /vz/$CTID\n # mkdir /srv/mill")
    assert (first.missing, second.missing) == (("NAME", "CTID"), ())
    (edit,) = planned("Create the file /etc/x.conf:\n a=<name>")
    assert edit.missing == ("NAME",)
