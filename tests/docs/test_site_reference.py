"""docs/reference/site.md against what there is: every option, every block that can be changed, the policy that the tests serve the site under."""

from __future__ import annotations

import re
from functools import cache, partial
from pathlib import Path

import pytest
from runbook import plugin
from runbook.render import site
from runbook.render.site_nodes import environment
from runbook.render.site_trust import Review, Trust, Verified

from browser.chromium import CSP
from render.site_samples import FULL, REFERENCE, runbook, step

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "docs/reference/site.md").read_text("utf-8")
BLOCKS = {
    name: re.findall(r"`(\w+)`", blocks) for name, blocks in re.findall(r"^\| `(\w+\.html)`[^|]*\| (.*) \|$", TEXT, re.MULTILINE)
}


def test_every_option_is_told_with_its_default() -> None:
    told = dict(
        re.findall(r"^\| `(\w+)` \| [^|]* \| (.*?) \|", TEXT.partition("## Options")[2].partition("## What")[0], re.MULTILINE)
    )
    options = plugin.Options()
    options.load_dict({})
    options.validate()
    assert told.keys() == {name for name, _ in options._schema}
    for name, default in told.items():
        value = options[name]
        written = str(value).lower() if isinstance(value, bool) else str(value)
        assert default == (f"`{written}`" if value not in (None, "") else "none"), name


def test_the_policy_is_the_one_that_is_tested() -> None:
    for page in ("docs/reference/site.md", "docs/how-to/publish.md"):
        assert CSP in (ROOT / page).read_text("utf-8"), page


def test_every_block_is_told() -> None:
    templates = environment()
    assert len(BLOCKS) == 4
    for name, blocks in BLOCKS.items():
        assert blocks == list(templates.get_template(name).blocks), name


def _same(content: site.Content) -> site.Content:
    return content


@cache
def rendered(templates: Path, *, many: bool = False) -> dict[str, str]:
    """A site that uses every template: a page with all that a page can have, a state, and with `many` pages lists in parts."""
    books = [FULL, REFERENCE, *(runbook(f"Page {n:03}", step("Go")) for n in range(150 * many))]
    known = site.names([book.page for book in books])
    leaves = []
    for book, name in zip(books, known.slugs, strict=True):
        links = site.resolver(book.page, known.here, "../")
        leaf, content = site.leaf(book, name, links, None, templates=templates, review=Review((), "", ()))
        leaves.append(site.Made(leaf, partial(_same, content)))
    trust = Trust((Verified("web1", "holds", "now", "1 May 2025"),), backlinks=(("Other", "other"),))
    made = site.assemble(leaves, "All", templates, [trust] * len(leaves))
    return {page.slug: str(page.html) for page in made.pages}


@pytest.mark.parametrize(("name", "block"), [(name, block) for name, blocks in BLOCKS.items() for block in blocks])
def test_each_block_can_be_changed_alone(tmp_path: Path, name: str, block: str) -> None:
    mine = f'{{% extends "ours/{name}" %}}{{% block {block} %}}<p>mine</p>{{{{ super() }}}}{{% endblock %}}'
    (tmp_path / name).write_text(mine, "utf-8")
    slug = {"page.html": "install-the-frobnicator", "index.html": "index", "list.html": "list-1-howto", "state.html": "state"}[
        name
    ]
    many = name == "list.html"
    changed, ours = rendered(tmp_path, many=many)[slug], rendered(ROOT / "templates", many=many)[slug]
    assert changed.count("<p>mine</p>") == 1
    assert changed.replace("<p>mine</p>", "") == ours


def test_a_macro_can_be_changed_alone(tmp_path: Path) -> None:
    names = re.findall(r"{% macro (\w+)\(", (ROOT / "templates/parts.html").read_text("utf-8"))
    others = [name for name in names if name != "session"]
    (tmp_path / "parts.html").write_text(
        '{% import "ours/parts.html" as ours %}\n'
        f"{{% set {', '.join(others)} = {', '.join('ours.' + name for name in others)} %}}\n"
        '{% macro session(body) %}<div class="mine">{{ body }}</div>{% endmacro %}\n',
        "utf-8",
    )
    page = rendered(tmp_path)["install-the-frobnicator"]
    assert '<div class="mine">' in page
    assert "rb-session" not in page
    assert "rb-edit" in page
