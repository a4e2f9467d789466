"""A project with rich pages, as a new user would have it: a wiki's export with revisions, a Markdown page, reports, a lock."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from xml.sax.saxutils import escape

from runbook.model import text_sha1

PAGES = Path(__file__).parent / "pages"
CONFIG = """\
site_name: Runbooks
docs_dir: content
theme: material
plugins:
  - search
  - runbook:
      cache: false
      lint: true
      licence: CC BY-SA 4.0 https://creativecommons.org/licenses/by-sa/4.0/
      reports: ["reports/*.json"]
"""
MAIL = "Move the mail server"
NOW = "1769860800"
"""The last day of January 2026, as SOURCE_DATE_EPOCH has it."""
_REVISION = (
    "<revision><id>{}</id><timestamp>{}</timestamp><contributor><username>Ada</username></contributor><comment>{}</comment>"
    "<model>wikitext</model><format>text/x-wiki</format><text xml:space='preserve'>{}</text></revision>"
)


def texts() -> dict[str, str]:
    """The pages in wikitext, by title."""
    found = {path.stem: path.read_text("utf-8") for path in sorted(PAGES.glob("*.wiki"))}
    assert MAIL in found
    return found | {"A hundred disks": _hundred_steps()}


def project(root: Path) -> Path:
    """Makes a project in `root`, and gives its configuration."""
    (root / "content").mkdir(parents=True)
    (root / "reports").mkdir()
    (root / "content/export.xml").write_text(_export(texts()), "utf-8")
    for path in PAGES.glob("*.md"):
        (root / "content" / path.name).write_bytes(path.read_bytes())
    for name, report in _reports():
        (root / "reports" / f"{name}.json").write_text(json.dumps(report), "utf-8")
    (root / "mkdocs.yml").write_text(CONFIG, "utf-8")
    return root / "mkdocs.yml"


def _hundred_steps() -> str:
    steps = (
        f"{n}. Put disk {n:03} back:\n\n # smartctl -H /dev/disk/by-slot/{n:03}\n SMART overall-health self-assessment test result: PASSED\n"
        f" # mdadm /dev/md0 --re-add /dev/disk/by-slot/{n:03}\n mdadm: re-added /dev/disk/by-slot/{n:03}\n"
        for n in range(1, 101)
    )
    return "How to go through the disks of an array, one by one.\n\n" + "\n".join(steps) + "\n[[Category:Storage]]\n"


def _export(pages: dict[str, str]) -> str:
    made = []
    for number, (title, text) in enumerate(pages.items(), 1):
        old = text.replace("rsync -a --delete", "rsync -a").replace("two hours", "one hour")
        revisions = [(10 * number, "2025-06-01T09:00:00Z", "first", old)] if old != text else []
        revisions.append((10 * number + 1, "2025-12-24T18:30:00Z", "delete what is gone", text))
        body = "".join(_REVISION.format(*map(escape, map(str, revision))) for revision in revisions)
        made.append(f"<page><title>{escape(title)}</title><ns>0</ns><id>{number}</id>{body}</page>")
    site = "<siteinfo><base>https://wiki.example.org/index.php/Main_Page</base><generator>MediaWiki 1.39</generator></siteinfo>"
    return f'<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11">{site}{"".join(made)}</mediawiki>'


def _reports() -> Iterator[tuple[str, object]]:
    for host, date, verdict in (("mail-new", "2026-01-20T10:00:00Z", "fails"), ("mail-old", "2025-02-01T10:00:00Z", "holds")):
        steps = [
            {"id": name, "number": number, "title": name, "verdict": verdict if number == 2 else "holds", "results": []}
            for number, name in enumerate(("look-at-what-is-there", "copy-the-mail"), 1)
        ]
        page = {"title": MAIL, "script": "0" * 64, "sha1": text_sha1(texts()[MAIL])}
        outcome = {"page": page, "verdict": verdict, "exit": 1, "date": date, "seconds": 1.0, "steps": steps}
        yield host, {"format": 1, "generator": "runbook", "date": date, "host": host, "pages": [outcome]}
