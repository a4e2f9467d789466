"""A small project whose site is built in a moment: real pages, a theme of one line. What of it changes is a choice of a few states."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path

from runbook import plugin
from runbook.model import text_sha1

NOW = "1769860800"
"""The last day of January 2026, as SOURCE_DATE_EPOCH has it."""
LOOK = "# Look\n <pre># df -h /srv\nFilesystem  Size\n/dev/sda1   17G</pre>\n# Go\n <pre>mkdir /srv/shop</pre>\nSee [[Second]], [[third]].\n"
STATES: dict[str, tuple[str | None, ...]] = {
    "content/First.wiki": (
        LOOK,
        LOOK.replace("mkdir", "mkdir -p"),
        LOOK.replace("Go", "Gone\u202e <b>"),
        "Only words, and {{Warn|x}}. [[Nowhere]]",
    ),
    "content/Second.wiki": ("1. Ask.\n\n # foo --list\n one\n\nBack to [[First]].\n", "#REDIRECT [[First]]", None),
    "content/third.md": ("# third\n\n1. Go on:\n\n       rm -rf /srv/shop\n", None),
    "content/Template:Warn.wiki": (None, "Beware of {{{1}}}!", "'''Beware''' of {{{1}}}"),
    "content/overrides.toml": (None, '["First".steps.go]\neffect = ["delete"]\n', '["First".steps.look]\nskip = true\n'),
    "runbook.toml": (None, '[effects]\nharmless = ["foo"]\n'),
    "own/page.html": (
        None,
        '{% extends "ours/page.html" %}{% block closing %}{{ super() }}<p>Ask Ada.</p>{% endblock %}',
        '{% extends "ours/page.html" %}{% import "more.html" as more %}{% block legend %}{{ more.words() }}{% endblock %}',
    ),
    "own/more.html": ("{% macro words() %}More.{% endmacro %}", "{% macro words() %}Even more.{% endmacro %}"),
    "reports/web1.json": (None, "holds", "fails"),
    "options": ("", ", lint: true", ", licence: CC0, index_title: Everything", ", stale_after: 400"),
}
"""What each file of the project may hold, None for nothing; of a report its verdict; and what options the plugin may be given."""
FIRST: Mapping[str, int] = dict.fromkeys(STATES, 0)


def write(root: Path, state: Mapping[str, int]) -> Path:
    """Puts a project into a state, and gives its configuration."""
    (root / "theme").mkdir(parents=True, exist_ok=True)
    (root / "theme/main.html").write_text(
        "{{ page.title }}{{ page.content }}{% for h in page.toc %}{{ h.title }}{% endfor %}\n", "utf-8"
    )
    for name, at in state.items():
        if name != "options":
            _put(root / name, STATES[name][at], root)
    options = STATES["options"][state["options"]]
    config = root / "mkdocs.yml"
    config.write_text(
        f"site_name: Site\ndocs_dir: content\ntheme: {{name: null, custom_dir: theme}}\n"
        f"plugins: [search, runbook: {{templates: own, reports: ['reports/*.json']{options}}}]\n",
        "utf-8",
    )
    return config


def _put(path: Path, text: str | None, root: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    if text is None:
        path.unlink(missing_ok=True)
    else:
        path.write_text(_report(root, text) if path.parent.name == "reports" else text, "utf-8")


def _report(root: Path, verdict: str) -> str:
    about = {"title": "First", "script": "0" * 64, "sha1": text_sha1((root / "content/First.wiki").read_text("utf-8"))}
    steps = [{"id": "look", "number": 1, "title": "Look", "verdict": verdict, "results": []}]
    date = "2025-06-20T10:00:00Z"
    page = {"page": about, "verdict": verdict, "exit": 0, "date": date, "seconds": 1.0, "steps": steps}
    return json.dumps({"format": 1, "generator": "runbook", "date": date, "host": "web1", "pages": [page]})


def built(root: Path, cache: Path) -> dict[str, bytes]:
    """The files of the site that a build makes with a cache; the gzipped site map apart, which holds the time."""
    os.environ |= {"XDG_CACHE_HOME": str(cache), "SOURCE_DATE_EPOCH": NOW}
    plugin.build(root / "mkdocs.yml")
    return site(root)


def site(root: Path) -> dict[str, bytes]:
    """The files of the site that stands there."""
    folder = root / "site"
    found = (path for path in folder.rglob("*") if path.is_file() and path.suffix != ".gz")
    return {str(path.relative_to(folder)): path.read_bytes() for path in found}


def clean(root: Path) -> dict[str, bytes]:
    """The files of the site that a build makes with nothing kept."""
    nothing = root / "nothing-kept"
    try:
        return built(root, nothing)
    finally:
        shutil.rmtree(nothing)
