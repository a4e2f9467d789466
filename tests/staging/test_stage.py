"""Staged pages: the same cards under our plugin, plain MkDocs and Zensical, and nothing of anybody else's is overwritten."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from hashlib import sha256
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml
from runbook import plugin, staging
from runbook.model import SourceError

CONFIG = """\
site_name: Site
docs_dir: content
theme: {name: material, font: false}
plugins: [search, runbook: {cache: false}]
"""
PAGE = """\
Look & see<script>alert(1)</script>, then see [[Other page]].

# First <b>bold</b> *stars* _and_ `ticks`
#: <pre># ls -l /srv\ttotal\n\n    * indented\n1. one</pre>
# Append this to <code>/etc/foo.conf</code>:
#: <pre>\n# heading\nport = 1\n\n</pre>
# Install it. On Debian:
#: <pre># apt-get install foo</pre>
#: or on Fedora:
#: <pre># dnf install foo</pre>
# Enter the container, and look around there:
#: <pre>[root@web1 /srv]# vzctl enter 101\n[root@ct /]# df -h /srv
Filesystem  Size\n/dev/sda1   17G\n[root@ct /]# seq 20
1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n17\n18\n19\n20</pre>
# Reboot the machine.
# Apply this patch to <code>/etc/foo.conf</code>:
#: <pre>--- foo.conf.orig\n+++ foo.conf\n@@ -1,2 +1,2 @@\n # heading\n-port = 1\n+port = 2</pre>
# Write to <code>/srv/<hostname>/motd</code> with the password <code>hunter2</code>:
#: <pre>mysql -u root -phunter2 < /srv/&lt;hostname&gt;/motd</pre>

{{Warning|Mind the gap.}}

{| class="wikitable"
! Option !! Meaning
|-
| a || <nowiki>**b**</nowiki>
|}
"""
PAGES = ("index.html", "page/index.html", "other-page/index.html")
_VOID = {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}


class Cards(HTMLParser):
    """The tags, attributes and text of each element whose class is one of ours and which stands in no other such: all of a card, byte for
    byte, but for the order of attributes and how characters are escaped, in which engines that parse HTML may differ and browsers don't."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: list[list[object]] = []
        self._depth = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._depth:
            if not any(word.startswith("rb-") for word in (dict(attrs).get("class") or "").split()) or tag == "span":
                return  # the number in a heading is a span; what an engine does around headings is its own
            self.found.append([])
        # what is meant for an engine's search is taken out by Zensical once it has read it
        self.found[-1].append((tag, sorted((pair for pair in attrs if pair[0] != "data-search-exclude"), key=str)))
        self._depth += tag not in _VOID

    def handle_endtag(self, tag: str) -> None:
        if self._depth and tag not in _VOID:
            self._depth -= 1
            self.found[-1].append(tag)

    def handle_data(self, data: str) -> None:
        if self._depth:
            self.found[-1].append(data)


def digests(path: Path) -> list[str]:
    return [sha256(repr(card).encode()).hexdigest() for card in Cards(path.read_text("utf-8")).found]


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A project with its pages staged, and built by our plugin."""
    root = tmp_path_factory.mktemp("project")
    (root / "content/pictures").mkdir(parents=True)
    (root / "content/Page.wiki").write_text(PAGE, "utf-8")
    (root / "content/Other page.wiki").write_text("Only words.", "utf-8")
    (root / "content/pictures/one.txt").write_text("kept", "utf-8")
    (root / "mkdocs.yml").write_text(CONFIG, "utf-8")
    plugin.build(root / "mkdocs.yml")
    staging.stage(root / "mkdocs.yml", root / "staged")
    return root


def built(folder: Path, engine: str) -> Path:
    done = subprocess.run(
        [sys.executable, "-m", engine, "build"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=False,
        env=os.environ | {"NO_MKDOCS_2_WARNING": "1"},
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "WARNING" not in done.stderr
    return folder / "site"


SHOWN = (
    "rb-command",
    "rb-context",
    "rb-output",
    "data-fold",
    "rb-varies",
    "rb-edit",
    "rb-patch",
    "rb-choice",
    "rb-manual",
    "rb-checks",
    "rb-values",
    "rb-note",
    "rb-table",
    "rb-provenance",
    "rb-badge--danger",
    "rb-legend",
    "rb-backlinks",
)
"""What cards are made of, so that all of it is compared."""


def test_all_kinds_of_cards_are_compared(project: Path) -> None:
    pages = [(project / "site" / page).read_text("utf-8") for page in PAGES]
    assert [name for name in SHOWN if not any(name in page for page in pages)] == []


@pytest.mark.parametrize(
    ("engine", "theme"), [("mkdocs", "material"), ("mkdocs", "mkdocs"), ("mkdocs", "readthedocs"), ("zensical", "material")]
)
def test_an_engine_shows_the_cards_that_our_plugin_shows(project: Path, tmp_path: Path, engine: str, theme: str) -> None:
    if not find_spec(engine):
        pytest.skip(f"needs {engine} (pip install {engine})")
    folder = Path(shutil.copytree(project / "staged", tmp_path / "staged"))
    _with_theme(folder / "mkdocs.yml", theme)
    site = built(folder, engine)
    for page in PAGES:
        ours = digests(project / "site" / page)
        assert ours
        assert digests(site / page) == ours, page
    text = (site / "page/index.html").read_text("utf-8")
    for link in re.findall(r'(?:href|src)="([^"#?:]+)"', text):
        target = (site / "page" / link).resolve()
        assert target.is_file() or (target / "index.html").is_file(), link
    for kept in ("page/verify.sh", "page/runbook.json", "pictures/one.txt"):
        assert (site / kept).read_bytes() == (project / "site" / kept).read_bytes()


@pytest.mark.parametrize("theme", ["mkdocs", "readthedocs"])
def test_the_plugin_shows_the_same_cards_under_another_theme(project: Path, tmp_path: Path, theme: str) -> None:
    shutil.copytree(project / "content", tmp_path / "content")
    shutil.copy(project / "mkdocs.yml", tmp_path)
    _with_theme(tmp_path / "mkdocs.yml", theme)
    plugin.build(tmp_path / "mkdocs.yml")
    for page in PAGES:
        assert digests(tmp_path / "site" / page) == digests(project / "site" / page), page


def _with_theme(config: Path, name: str) -> None:
    said = yaml.safe_load(config.read_text("utf-8"))
    if said["theme"]["name"] != name:
        config.write_text(yaml.safe_dump(said | {"theme": name}), "utf-8")


def test_the_configuration_has_no_plugin_of_ours_and_says_so(project: Path) -> None:
    text = (project / "staged/mkdocs.yml").read_text("utf-8")
    assert "Zensical and others ignore" in text
    said = yaml.safe_load(text)
    assert said["plugins"] == ["search"]
    assert all((project / "staged/content" / path).is_file() for path in said["extra_css"] + said["extra_javascript"])


def test_what_was_staged_is_staged_again_and_nothing_else_is_overwritten(project: Path, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/mkdocs.yml").write_text("site_name: mine\n", "utf-8")
    (tmp_path / "file").write_text("mine", "utf-8")
    for name in ("mine", "file"):
        with pytest.raises(SourceError, match="was not staged"):
            staging.stage(project / "mkdocs.yml", tmp_path / name)
    assert (tmp_path / "mine/mkdocs.yml").read_text("utf-8") == "site_name: mine\n"
    (tmp_path / "empty").mkdir()
    staging.stage(project / "mkdocs.yml", tmp_path / "empty")
    (tmp_path / "empty/content/page/index.md").write_text("changed", "utf-8")
    staging.stage(project / "mkdocs.yml", tmp_path / "empty")
    assert "changed" not in (tmp_path / "empty/content/page/index.md").read_text("utf-8")


def test_a_bad_source_leaves_what_was_staged(project: Path, tmp_path: Path) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "mkdocs.yml").write_text(CONFIG, "utf-8")
    (tmp_path / "content/page.wiki").write_text("Words.", "utf-8")
    staging.stage(tmp_path / "mkdocs.yml", tmp_path / "staged")
    (tmp_path / "content/feed.atom").write_text("<feed", "utf-8")
    with pytest.raises(SourceError, match=r"feed\.atom"):
        staging.stage(tmp_path / "mkdocs.yml", tmp_path / "staged")
    assert (tmp_path / "staged/content/page/index.md").is_file()
