"""The site of rich pages before the judges: axe-core in light and dark on a desktop and a phone, the Nu Html Checker, links, requests, the policy."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from runbook import plugin

from browser import auditors, chromium, rich
from browser.chromium import Browser

pytestmark = pytest.mark.xdist_group("audit")  # one site, one browser
PAGES = ("/", "/state/", "/move-the-mail-server/", "/terms-of-the-mail-server/", "/نقل-خادم-البريد/")
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPEN = """(() => { document.querySelectorAll('details').forEach((e) => { e.open = true; });
    document.querySelectorAll('.rb-more, .rb-tick input, .rb-tabs button:last-child').forEach((e) => e.click());
    const input = document.querySelector('.rb-values input'); input.value = 'x; rm -rf /'; input.dispatchEvent(new Event('input'));
    const other = document.querySelectorAll('.rb-values input')[1]; other.value = 'mail.example.net'; other.dispatchEvent(new Event('input')); })()"""
"""What a reader may do to a page: open all, fold out all, tick all off, choose the last alternatives, write a wrong value and a right one."""


@pytest.fixture(scope="module")
def audit() -> auditors.Auditors:
    try:
        return auditors.prepare()
    except auditors.Unavailable as why:
        pytest.skip(f"no audit here: {why}")


@pytest.fixture(scope="module")
def rich_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    config = rich.project(tmp_path_factory.mktemp("rich") / "project")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SOURCE_DATE_EPOCH", rich.NOW)
        plugin.build(config)
    return config.parent / "site"


@pytest.fixture(scope="module")
def rich_address(rich_site: Path) -> Iterator[str]:
    with chromium.served(rich_site) as base:
        yield base


def show(browser: Browser, url: str, scheme: str, width: int) -> None:
    """Opens a page in a colour scheme and a width."""
    browser.call("Emulation.setEmulatedMedia", features=[{"name": "prefers-color-scheme", "value": scheme}])
    browser.call("Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=width < 500)
    browser.goto("about:blank")
    browser.goto(url)


def violations(browser: Browser, audit: auditors.Auditors) -> list[str]:
    """What axe-core finds on the page that is shown."""
    browser.run(audit.axe.read_text("utf-8") + "; true")
    options = {"resultTypes": ["violations"], "runOnly": RULES}
    found = browser.run(
        f"axe.run(document, {json.dumps(options)}).then((r) => r.violations.flatMap((v) => v.nodes.map((n) => `${{v.id}}: ${{n.html}}`)))"
    )
    return list(found)


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(browser: Browser, rich_address: str, audit: auditors.Auditors, scheme: str, width: int) -> None:
    try:
        for page in PAGES:
            show(browser, rich_address + page, scheme, width)
            assert violations(browser, audit) == [], page
            assert browser.run("document.documentElement.scrollWidth") <= width, page
            dark = browser.run("getComputedStyle(document.body).getPropertyValue('--rb-paper').trim()") != "#fff"
            assert dark == (scheme == "dark")
        show(browser, rich_address + PAGES[2], scheme, width)
        browser.run(OPEN)
        assert violations(browser, audit) == []
        assert browser.errors == [], "the policy forbids something, or a script failed"
        assert all(request.startswith((rich_address, "data:", "about:")) for request in browser.requests)
    finally:
        browser.call("Emulation.setEmulatedMedia", features=[])
        browser.call("Emulation.clearDeviceMetricsOverride")
        browser.run("localStorage.clear()")


def test_axe_finds_what_is_wrong(browser: Browser, rich_address: str, audit: auditors.Auditors) -> None:
    browser.goto(rich_address + PAGES[2])
    browser.run("document.querySelector('h1').innerHTML = '<input>'")
    assert any(found.startswith("label: ") for found in violations(browser, audit))


def test_the_html_is_valid(rich_site: Path, audit: auditors.Auditors) -> None:
    command = [
        "java",
        "-jar",
        str(audit.vnu),
        "--skip-non-html",
        "--format",
        "json",
        "--exit-zero-always",
        "--errors-only",
        str(rich_site),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    messages = json.loads(done.stderr)["messages"]
    assert [f"{each['url']}:{each['lastLine']}: {each['message']}" for each in messages] == []


def test_a_redirect_leads_on(browser: Browser, rich_address: str) -> None:
    browser.goto(rich_address + "/mail-migration/")
    browser.wait("Page.loadEventFired")  # of the page that it leads to
    assert browser.run("location.pathname") == "/move-the-mail-server/"


def test_tables_sort_by_any_column(browser: Browser, rich_address: str) -> None:
    browser.goto(rich_address + "/state/")
    titles = "[...document.querySelectorAll('tbody th')].map((e) => e.textContent)"
    before = browser.run(titles)
    browser.run("document.querySelector('thead button').click()")
    assert browser.run(titles) == sorted(before, key=str.casefold) != before
    assert browser.run("document.querySelector('thead th').ariaSort") == "ascending"
    browser.run("[...document.querySelectorAll('thead button')].at(-1).click()")
    shares = browser.run("[...document.querySelectorAll('tbody td:last-child')].map((e) => parseInt(e.textContent))")
    assert shares == sorted(shares)


class _Page(HTMLParser):
    """The ids of a page, and what it refers to."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.inline: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.ids |= {given["id"]} if given.get("id") else set()
        if tag == "a" and given.get("href"):
            self.links.append(given["href"] or "")
        loads = given.get("src") or (given.get("href") if tag == "link" and given.get("rel") != "canonical" else None)
        self.loads += [loads] if loads else []
        data = tag == "script" and given.get("type") == "application/json"
        if (tag == "style") or (tag == "script" and not given.get("src") and not data) or any(name[:2] == "on" for name in given):
            self.inline.append(self.get_starttag_text() or tag)


def test_no_link_is_broken_and_nothing_is_inline_or_from_elsewhere(rich_site: Path) -> None:
    pages = {path: _Page(path.read_text("utf-8")) for path in rich_site.rglob("*.html")}
    assert len(pages) > 10
    checked = 0
    for path, page in pages.items():
        assert page.inline == [], path
        for link in (*page.links, *page.loads):
            address = urlsplit(link)
            if address.scheme in ("http", "https", "mailto"):
                assert link in page.links, f"{path} loads {link}"
                continue
            root = rich_site if address.path.startswith("/") else path.parent
            target = (root / unquote(address.path).lstrip("/")).resolve() if address.path else path
            target = target / "index.html" if target.is_dir() else target
            assert target.is_file(), f"{path}: {link}"
            if address.fragment and target.suffix == ".html":
                assert unquote(address.fragment) in pages[target].ids | {"__top", "__tabbed"}, f"{path}: {link}"
            checked += 1
    assert checked > 200


def test_our_assets_are_small_and_named_by_what_they_hold(rich_site: Path) -> None:
    ours = [path for path in (rich_site / "assets").iterdir() if path.is_file()]
    assert {path.name.split(".")[0] for path in ours} == {"runbook", "theme", "palette"}
    assert all(len(path.name.split(".")) == 3 for path in ours)
    assert sum(path.stat().st_size for path in ours if path.suffix == ".js") < 20_000
    assert sum(path.stat().st_size for path in ours if path.suffix == ".css") < 20_000
