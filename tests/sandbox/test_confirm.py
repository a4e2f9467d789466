"""What changes of files say of post-conditions."""

from __future__ import annotations

from typing import Literal

import pytest
from runbook.checks.kinds import check, gone
from runbook.outcomes import FileChange
from runbook.sandbox.confirm import NOT_SHOWN, of_files


def change(kind: Literal["added", "modified", "deleted"], path: str) -> FileChange:
    return FileChange("1.1", kind, path, "file")


@pytest.mark.parametrize(
    ("looked", "changes", "said"),
    [
        (check("directory", "/srv/x"), [change("added", "/srv/x")], "confirm"),
        (check("directory", "/srv/x"), [change("added", "/srv/xy")], None),
        (check("directory", "/srv/x"), [], None),
        (check("file", "/srv/x"), [change("added", "/srv/x"), change("deleted", "/srv/x")], "contradict"),
        (check("file", "/srv/x/y"), [change("added", "/srv/x/y"), change("deleted", "/srv/x")], "contradict"),
        (check("file", "/srv/x"), [change("deleted", "/srv/x"), change("added", "/srv/x")], "confirm"),
        (check("unpacked", "/tmp/a.tar", "/srv/x"), [change("added", "/srv/x/a")], "confirm"),
        (gone("exists", "/srv/x"), [change("deleted", "/srv/x")], "confirm"),
        (gone("exists", "/srv/x"), [change("deleted", "/srv")], "confirm"),
        (gone("exists", "/srv/x"), [change("added", "/srv/x")], "contradict"),
        (gone("exists", "/srv/x"), [], None),
        (check("file", "~/x"), [change("added", "/root/x")], "confirm"),
        (check("file", "/var/run/x"), [change("added", "/run/x")], "confirm"),
        (check("file", "/srv/../srv/x"), [change("added", "/srv/x")], "confirm"),
        (check("user", "bob"), [change("modified", "/etc/passwd")], "confirm"),
        (check("user", "bob"), [change("modified", "/etc/passwd-")], None),
        (check("group", "staff"), [change("modified", "/etc/group")], "confirm"),
        (check("package", "nginx"), [change("modified", "/var/lib/dpkg/status")], "confirm"),
        (check("timezone", "Europe/Paris"), [change("modified", "/etc/localtime")], "confirm"),
        (check("mounted", "/mnt"), [change("added", "/mnt/x")], None),
    ],
)
def test_files_confirm_or_contradict_or_can_not_tell(looked: object, changes: list[FileChange], said: str | None) -> None:
    assert of_files(looked, changes) == said


def test_what_has_to_do_with_the_machine_itself_is_not_shown() -> None:
    assert {"active", "enabled", "module", "mounted", "rebooted", "kernel", "interface", "container"} <= set(NOT_SHOWN)
    assert not {"exists", "file", "content", "user", "package", "timezone"} & set(NOT_SHOWN)
