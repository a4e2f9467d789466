"""The site in a real browser: what it does for a reader, and that nothing of a page's text is ever run."""

from __future__ import annotations

from pathlib import Path

import pytest
from runbook import plugin
from runbook.render import site_views

from browser import chromium
from browser.chromium import Browser
from render.site_samples import LONG, PATCH

PAGE = "/install-the-frobnicator/"


@pytest.fixture
def page(browser: Browser, address: str) -> Browser:
    """The sample page as on the first visit."""
    browser.goto(address + PAGE)
    browser.run("localStorage.clear()")
    browser.reload()
    return browser


def click(browser: Browser, selector: str) -> None:
    browser.run(f"document.querySelector({selector!r}).click()")


def search(browser: Browser, query: str) -> None:
    """Writes into the search field of the theme."""
    browser.run("document.querySelector('[data-md-toggle=search]:not(:checked)')?.click()")
    browser.run(
        f"(() => {{ const box = document.querySelector('.md-search__input'); box.focus(); box.value = {query!r};"
        "box.dispatchEvent(new KeyboardEvent('keyup', { bubbles: true })); box.dispatchEvent(new Event('input', { bubbles: true })); })()"
    )


def copied(browser: Browser, selector: str) -> str:
    """What the copy button in the first element that fits puts on the clipboard."""
    browser.run("navigator.clipboard.writeText = async (text) => { window.copied = text; }")
    click(browser, f"{selector} .rb-copy")
    return str(browser.until("window.copied"))


def test_copying_takes_the_command_without_its_prompt(page: Browser) -> None:
    assert copied(page, ".rb-typed") == "df -h /"
    assert copied(page, "#change-things + section .rb-typed") == "cat > /etc/frob.conf <<EOF\n\tindented\nEOF"
    assert copied(page, ".rb-edit") == "A=1\nB=2\n"
    assert copied(page, ".rb-edit:has(.rb-patch)") == "\n".join(PATCH) + "\n"


def test_selecting_by_hand_takes_no_prompt_and_no_badge(page: Browser) -> None:
    script = "(() => { getSelection().selectAllChildren(document.querySelector('.rb-typed pre')); return getSelection().toString(); })()"
    assert page.run(script) == "df -h /"
    drag = """(() => { const [first, second] = document.querySelectorAll('#change-things + section kbd'); const range = document.createRange();
        range.setStart(first, 0); range.setEnd(second, 1); getSelection().removeAllRanges(); getSelection().addRange(range);
        return getSelection().toString(); })()"""
    taken = page.run(drag)
    assert "rm -rf /var/tmp/old" in taken
    assert not any(line.startswith(("#", "$")) for line in taken.splitlines())


def test_a_long_command_is_shown_whole(page: Browser) -> None:
    page.run(
        "document.querySelector('kbd').textContent = 'openssl req ' + '-addext subjectAltName=DNS:host.example.org '.repeat(20)"
    )
    assert page.run("(() => { const e = document.querySelector('.rb-typed pre'); return e.scrollWidth <= e.clientWidth; })()")


def test_a_long_output_unfolds_and_print_shows_it_whole(page: Browser) -> None:
    box = "document.querySelector('.rb-output[data-fold] pre')"
    assert page.run(f"{box}.clientHeight < {box}.scrollHeight")
    page.call("Emulation.setEmulatedMedia", media="print")
    assert page.run(f"{box}.clientHeight >= {box}.scrollHeight - 1")
    assert page.run("getComputedStyle(document.querySelector('.rb-copy')).display") == "none"
    assert page.run("getComputedStyle(document.querySelectorAll('.rb-branch')[1]).display") == "block"
    page.call("Emulation.setEmulatedMedia", media="")
    click(page, ".rb-more")
    assert page.run(f"{box}.clientHeight >= {box}.scrollHeight - 1")
    assert page.run(f"{box}.innerText.trim().split('\\n').length") == len(LONG)


def test_a_tick_is_kept_and_a_changed_step_loses_it(page: Browser) -> None:
    tick = "document.querySelector('#look-around + section .rb-tick input')"
    page.run(f"{tick}.click()")
    assert "1 of 3 steps done" in page.run("document.querySelector('.rb-follow').textContent")
    page.reload()
    assert page.run(f"{tick}.checked")
    assert page.run("document.querySelector('.rb-next').hash") == "#change-things"
    assert page.run("document.querySelector('.rb-next').textContent") == "Continue with 2. Change things"
    assert page.run("[...document.querySelectorAll('h2.rb-now')].map((e) => e.id)") == ["change-things"]
    assert set(page.run("[...document.querySelectorAll('nav a.rb-done')].map((e) => e.hash)")) == {"#look-around"}
    page.run(
        "(() => { const key = Object.keys(localStorage).find((k) => k.startsWith('runbook:done'));"
        "localStorage.setItem(key, JSON.stringify({'look-around': 'another digest'})); })()"
    )
    page.reload()
    assert not page.run(f"{tick}.checked")
    assert page.run("document.querySelector('.rb-changed').textContent") == "This step has changed since it was ticked off."


CHANGED = """\
1. Look:

 # df -h /srv

2. Go:

 # mkdir {}
"""


def test_a_tick_outlives_another_version_but_no_other_words_of_the_author(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "content").mkdir()
    (tmp_path / "mkdocs.yml").write_text(
        "site_name: S\ndocs_dir: content\ntheme: material\nplugins: [runbook: {cache: false}]\n", "utf-8"
    )
    shown = "[...document.querySelectorAll('.rb-tick input')].map((e) => e.checked)"

    def build(folder: str) -> None:
        (tmp_path / "content/page.wiki").write_text(CHANGED.format(folder), "utf-8")
        plugin.build(tmp_path / "mkdocs.yml")

    build("/srv/shop")
    with chromium.served(tmp_path / "site") as base:
        browser.goto(f"{base}/page/")
        browser.run("document.querySelectorAll('.rb-tick input').forEach((e) => e.click())")
        assert "creates" in browser.run("document.body.innerText")
        monkeypatch.setitem(site_views.EFFECT_WORDS, "create", ("brings about", "change"))
        build("/srv/shop")
        browser.reload()
        assert "brings about" in browser.run("document.body.innerText")
        assert browser.run(shown) == [True, True]
        build("/srv/store")
        browser.reload()
        assert browser.run(shown) == [True, False]


def test_progress_stays_in_sight(page: Browser) -> None:
    seen = "(() => { const r = document.querySelector('.rb-follow').getBoundingClientRect(); return r.top > 0 && r.bottom <= innerHeight + 1; })()"
    assert page.run(seen)
    page.run("document.querySelector('#change-things').scrollIntoView()")
    assert page.run(seen)


def test_keys_go_from_step_to_step_and_can_be_switched_off(page: Browser) -> None:
    page.key("j")
    assert page.run("document.activeElement.id") == "look-around"
    page.key("j")
    assert page.run("document.activeElement.id") == "change-things"
    page.key("x")
    assert page.run("document.querySelector('#change-things + section .rb-tick input').checked")
    click(page, ".rb-keys input")
    page.key("x")
    assert page.run("document.querySelector('#change-things + section .rb-tick input').checked")


def test_alternatives_are_tabs_that_remember_the_choice(page: Browser) -> None:
    shown = "[...document.querySelectorAll('.rb-branch')].filter((b) => b.checkVisibility()).map((b) => b.dataset.label).join()"
    assert page.run(shown) == "Debian"
    click(page, "[role=tab]:nth-child(2)")
    assert page.run(shown) == "Fedora"
    page.reload()
    assert page.run(shown) == "Fedora"


FORM = """(value) => { const input = document.querySelector('.rb-values input'); input.value = value;
    input.dispatchEvent(new Event('input')); return [...document.querySelectorAll('kbd, samp, .rb-set code')]
    .map((e) => e.textContent).filter((text) => text.includes('/dev/') || text.includes('--set')).join('|'); }"""


def test_a_value_goes_into_commands_outputs_and_the_scripts_line(page: Browser, address: str) -> None:
    made = page.run(f"({FORM})('/dev/vdb1')")
    assert "fsck /dev/vdb1 /dev/sda12" in made
    assert "/dev/vdb1   17G" in made
    assert made.startswith("bash verify.sh --set disk=/dev/vdb1|")
    assert copied(page, "#use-the-database + section .rb-command:nth-child(2) .rb-typed") == "fsck /dev/vdb1 /dev/sda12"
    page.run("navigator.clipboard.writeText = async (text) => { window.link = text; }")
    click(page, ".rb-link")
    link = page.until("window.link")
    assert link == f"{address}{PAGE}#values?disk=%2Fdev%2Fvdb1"
    page.goto("about:blank")
    page.goto(link)
    assert "fsck /dev/vdb1" in page.run("document.body.innerText")


def test_values_are_kept_but_for_secrets(page: Browser) -> None:
    page.run(f"({FORM})('/dev/vdb1')")
    secret = "document.querySelector('.rb-values input[type=password]')"
    page.run(f"(() => {{ {secret}.value = 'hunter2!'; {secret}.dispatchEvent(new Event('input')); }})()")
    assert "mysql -u root -phunter2!" in page.run("[...document.querySelectorAll('kbd')].map((e) => e.textContent)")
    line = page.run("document.querySelector('.rb-set code').textContent")
    assert line == "read -rsp 'PASSWORD: ' PASSWORD; export PASSWORD; bash verify.sh --set disk=/dev/vdb1 --set PASSWORD"
    page.run("navigator.clipboard.writeText = async (text) => { window.link = text; }")
    click(page, ".rb-link")
    assert page.until("window.link").endswith("#values?disk=%2Fdev%2Fvdb1")
    assert "hunter2" not in page.run(
        "JSON.stringify(localStorage) + JSON.stringify(sessionStorage) + document.cookie + location.href"
    )
    page.reload()
    assert page.run("document.querySelector('.rb-values input').value") == "/dev/vdb1"
    assert page.run(f"{secret}.value") == ""
    click(page, ".rb-clear")
    page.reload()
    assert page.run("document.querySelector('.rb-values input').value") == ""
    assert not any("hunter2" in request for request in page.requests)


@pytest.mark.parametrize("value", ["x; rm -rf /", "$(reboot)", "-rf", "a b", "`id`", "<img src=x onerror=1>", "a'b"])
def test_a_value_that_is_no_path_is_refused(page: Browser, value: str) -> None:
    made = page.run(f"({FORM})({value!r})")
    assert "fsck /dev/sda1 /dev/sda12" in made
    assert value not in made
    assert page.run("document.querySelector('.rb-values input').getAttribute('aria-invalid')") == "true"
    assert "page's own value stays" in page.run("document.querySelector('.rb-wrong').textContent")


def test_a_link_can_not_bring_a_bad_value(browser: Browser, address: str) -> None:
    browser.goto("about:blank")
    browser.goto(f"{address}{PAGE}#values?disk=%24(reboot)")
    assert "fsck /dev/sda1 /dev/sda12" in browser.run("document.body.innerText")


def test_everything_can_be_read_without_javascript(page: Browser) -> None:
    page.call("Emulation.setScriptExecutionDisabled", value=True)
    try:
        page.reload()
        article = page.call("DOM.getOuterHTML", nodeId=page.call("DOM.getDocument")["root"]["nodeId"])["outerHTML"]
        assert "rb-tick" not in article
        assert "rb-folded" not in article
        parts = ".rb-step :is(kbd, samp, .rb-add, .rb-branch, .rb-checks li), .rb-values dd, .rb-provenance"
        seen = page.run(f"[...document.querySelectorAll({parts!r})].map((e) => e.checkVisibility())")
        assert len(seen) > 15
        assert all(seen)
        assert page.run("document.querySelector('.rb-values dd').innerText") == "/dev/sda1"
    finally:
        page.call("Emulation.setScriptExecutionDisabled", value=False)


def test_print_is_dark_on_light_and_has_boxes_to_tick(page: Browser) -> None:
    page.run("document.body.setAttribute('data-md-color-scheme', 'slate')")
    page.call("Emulation.setEmulatedMedia", media="print")
    try:
        assert page.run("getComputedStyle(document.querySelector('kbd')).color") == "rgb(0, 0, 0)"
        colours = page.run(
            "[...document.querySelectorAll('.rb-badge')].map((e) => getComputedStyle(e).color.match(/\\d+/g).map(Number))"
        )
        assert all(sum(colour) < 400 for colour in colours)
        assert page.run("document.querySelector('.rb-tick').checkVisibility()")
        assert page.run("document.querySelector('.rb-legend dd').checkVisibility({ contentVisibilityAuto: true })")
        assert not page.run("document.querySelector('.rb-follow').checkVisibility()")
        assert page.call("Page.printToPDF")["data"].startswith("JVBERi0")  # %PDF-
    finally:
        page.call("Emulation.setEmulatedMedia", media="")


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_moves_when_the_script_comes(page: Browser, width: int) -> None:
    """But what stands behind alternatives: without the script all of them are shown."""
    places = """[...document.querySelectorAll('.rb-head *, .rb-values, .rb-details, .rb-step *')].filter((e) => !e.closest('.rb-choice')
        && !(document.querySelector('.rb-choice').compareDocumentPosition(e) & 4) && e.matches('p, ul, pre, details, .rb-values, .rb-box'))
        .filter((e) => !e.matches('.rb-set, .rb-wrong')).map((e) => [e.className, Math.round(e.getBoundingClientRect().top + scrollY)])"""
    page.call("Emulation.setDeviceMetricsOverride", width=width, height=844, deviceScaleFactor=1, mobile=width < 500)
    try:
        page.call("Network.setBlockedURLs", urls=["*/assets/runbook.*.js"])
        page.reload()
        assert not page.run("!!document.querySelector('.rb-tick')")
        before = page.run(places)
        page.call("Network.setBlockedURLs", urls=[])
        page.reload()
        assert page.run("!!document.querySelector('.rb-tick')")
        after = page.run(places)
        assert len(before) > 15
        assert [name for name, _ in after] == [name.replace(" rb-folded", "") for name, _ in before]
        assert [pair for pair in zip(before, after, strict=True) if abs(pair[0][1] - pair[1][1]) > 3] == []
    finally:
        page.call("Network.setBlockedURLs", urls=[])
        page.call("Emulation.clearDeviceMetricsOverride")
        page.errors.clear()


def test_how_long_ago_stands_behind_dates(page: Browser) -> None:
    assert "29 February 2024\u00a0(" in page.run("document.querySelector('.rb-provenance').innerText")
    assert " ago)" in page.run("document.querySelector('.rb-provenance').innerText")


def test_arrows_go_from_tab_to_tab(page: Browser) -> None:
    page.run("document.querySelector('[role=tab]').focus()")
    page.key("ArrowRight")
    assert page.run("document.activeElement.textContent + document.activeElement.getAttribute('aria-selected')") == "Fedoratrue"
    page.key("ArrowRight")
    assert page.run("document.activeElement.textContent") == "Debian"


@pytest.mark.parametrize("words", ["fsck", "loose output", "dnf"])
def test_search_finds_commands_and_outputs(browser: Browser, address: str, words: str) -> None:
    browser.goto(address)
    search(browser, words)
    found = browser.until("[...document.querySelectorAll('.md-search-result__link')].map((e) => new URL(e.href).pathname)[0]")
    assert found == PAGE


def test_nothing_leaves_the_site_and_the_policy_holds(page: Browser, address: str) -> None:
    assert page.requests
    assert all(request.startswith((address, "data:")) for request in page.requests)
    assert page.errors == []


def test_pages_fit_on_a_phone(browser: Browser, address: str) -> None:
    browser.call("Emulation.setDeviceMetricsOverride", width=390, height=844, deviceScaleFactor=1, mobile=True)
    try:
        browser.goto(address + PAGE)
        assert browser.run("document.documentElement.scrollWidth") <= 390
    finally:
        browser.call("Emulation.clearDeviceMetricsOverride")


def test_nothing_hostile_runs_on_any_page(browser: Browser, address: str, site: Path) -> None:
    paths = sorted(str(path.parent.relative_to(site)) for path in site.rglob("index.html"))
    assert len(paths) > 20
    for path in paths:
        browser.goto(f"{address}/{path}/")
        assert browser.run("document.documentElement.dataset.pwned ?? ''") == "", path
        assert browser.run("document.querySelectorAll('iframe, object, embed, svg[onload], img[onerror]').length") == 0, path
    assert browser.errors == []
    assert all(request.startswith((address, "data:")) for request in browser.requests)


def test_nothing_hostile_runs_in_search_results(browser: Browser, address: str) -> None:
    browser.goto(address)
    browser.run("document.querySelector('[data-md-toggle=search]').click()")
    for query in ("*pwned*", "*script*", "frobnicator"):
        search(browser, query)
        browser.until(f"document.querySelector('.md-search-result__list').innerText.includes({query.strip('*')!r})")
        assert browser.run("document.documentElement.dataset.pwned ?? ''") == ""
        assert (
            browser.run("document.querySelectorAll('.md-search-result :is(script, iframe, img, style, svg[onload])').length") == 0
        )
    assert browser.errors == []
