"""How-to pages for real software, applied for real in a throw-away root under bubblewrap: before, the check finds nothing done;
after, everything holds."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from machine import jailed, missing
from runbook.extract import extract_many
from runbook.render import script
from runbook.sources import read

PAGES = Path(__file__).parent / "pages"
SBIN = "/usr/sbin:/usr/bin:/sbin:/bin"
NEEDED = {
    "nginx": ("nginx", "curl"),
    "openssh": ("/usr/sbin/sshd", "ssh", "ssh-keygen"),
    "postgresql": ("/usr/lib/postgresql/15/bin/initdb", "psql"),
    "redis": ("redis-server", "redis-cli"),
    "sqlite": ("sqlite3",),
}
ALL_IN_ONE = """
cd /
bash /page/verify.sh >/page/before 2>&1; echo $? >>/page/statuses
bash /page/verify.sh --apply --yes="$1" --timeout 60 >/page/applied 2>&1; echo $? >>/page/statuses
bash /page/verify.sh >/page/after 2>&1; echo $? >>/page/statuses
"""


@pytest.mark.parametrize("name", sorted(path.stem for path in PAGES.glob("*.wiki")))
def test_a_page_is_carried_out(name: str, tmp_path: Path) -> None:
    if reason := missing():
        pytest.skip(reason)
    if absent := [program for program in NEEDED[name] if shutil.which(program, path=SBIN) is None]:
        pytest.skip(f"not installed here: {', '.join(absent)}")
    home, page = tmp_path / "home", tmp_path / "page"
    home.mkdir()
    page.mkdir()
    (book,) = extract_many(read(PAGES / f"{name}.wiki"))
    (page / "verify.sh").write_text(script.render(book))
    steps = ",".join(str(number) for number in range(1, len(book.steps) + 1))
    etc = page / "etc"
    (etc / "alternatives").mkdir(parents=True)
    (etc / "passwd").write_text("ops:x:1000:1000::/home/ops:/bin/bash\n")
    (etc / "hosts").write_text("127.0.0.1 localhost\n")
    (etc / "group").write_text("ops:x:1000:\n")
    binds = f"--bind {home} /home/ops --bind {page} /page --ro-bind {etc} /etc --ro-bind-try /etc/alternatives /etc/alternatives"
    words = jailed([*binds.split(), "--setenv", "HOME", "/home/ops", "--setenv", "PATH", SBIN], user=1000)
    subprocess.run([*words, "bash", "-c", ALL_IN_ONE, "all", steps], check=True, timeout=100, capture_output=True)
    before, applied, after = ((page / part).read_text() for part in ("before", "applied", "after"))
    statuses = [int(line) for line in (page / "statuses").read_text().split()]
    assert statuses == [1, 0, 0], before + applied + after
    assert "not ok" not in applied + after
    assert "# all of it is done" in applied
