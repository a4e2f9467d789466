"""How far the site says that a page can be relied on: revisions, reports of verification, findings, links."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path
from xml.sax.saxutils import escape

import pytest
from runbook import plugin
from runbook.model import SourceError, text_sha1

CONFIG = """\
site_name: Site
docs_dir: content
site_dir: site
theme: {{name: material, font: false}}
plugins: [search, runbook: {{cache: false, {options}}}]
"""
OLD = "# Look\n <pre>df -h /srv</pre>\n# Go\n <pre>mkdir /srv/shop</pre>\n"
NEW = OLD.replace("mkdir", "mkdir -p")
REVISION = (
    "<revision><id>{}</id><timestamp>{}</timestamp><contributor><username>Ada</username></contributor><comment/>"
    "<model>wikitext</model><format>text/x-wiki</format><text xml:space='preserve'>{}</text></revision>"
)


def dump(**pages: str) -> str:
    """A dump of a wiki: each page with its one revision, but for the first, which had another one before."""
    made = []
    for number, (title, text) in enumerate(pages.items()):
        old = "" if number else REVISION.format(7, "2024-01-01T10:00:00Z", escape(OLD))
        new = REVISION.format(90 + number, "2025-03-01T10:00:00Z", escape(text))
        made.append(f"<page><title>{title.replace('_', ' ')}</title><ns>0</ns><id>{number + 1}</id>{old}{new}</page>")
    site = "<siteinfo><base>https://wiki.example.org/index.php/Main_Page</base><generator>MediaWiki 1.39</generator></siteinfo>"
    return f'<mediawiki xmlns="http://www.mediawiki.org/xml/export-0.11/" version="0.11">{site}{"".join(made)}</mediawiki>'


def report(date: str = "2026-01-20T10:00:00Z", host: str = "web1", title: str = "Move", **page: str) -> str:
    """A report about the page as it is now: its first step holds, the second doesn't."""
    about = {"title": title, "script": "0" * 64, "sha1": text_sha1(NEW)} | page
    steps = [
        {"id": name, "number": n, "title": name, "verdict": verdict, "results": []}
        for n, (name, verdict) in enumerate((("look", "holds"), ("go", "fails")), 1)
    ]
    outcome = {"page": about, "verdict": "fails", "exit": 1, "date": date, "seconds": 1.0, "steps": steps}
    return json.dumps({"format": 1, "generator": "runbook", "date": date, "host": host, "pages": [outcome]})


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):  # type: ignore[no-untyped-def]  # a function with keywords
    """Builds a site on the last day of January 2026 and gives the HTML of pages by slug; `reports` are files."""
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1769860800")

    def made(*reports: str, options: str = "reports: ['r/*.json']", **pages: str) -> dict[str, str]:
        (tmp_path / "content").mkdir(exist_ok=True)
        (tmp_path / "r").mkdir(exist_ok=True)
        (tmp_path / "content/dump.xml").write_text(dump(**(pages or {"Move": NEW})), "utf-8")
        for number, text in enumerate(reports):
            (tmp_path / "r" / f"{number}.json").write_text(text, "utf-8")
        (tmp_path / "mkdocs.yml").write_text(CONFIG.format(options=options), "utf-8")
        plugin.build(tmp_path / "mkdocs.yml")
        return {path.parent.name: path.read_text("utf-8") for path in (tmp_path / "site").rglob("index.html")}

    return made


def badges(html: str) -> list[str]:
    """The words of all badges, those of the page first."""
    found = re.findall(
        r'<li><span class="rb-state rb-state--([\w-]+)">(.*?)</span> on <bdi>(.*?)</bdi>, <time [^>]*>(.*?)<', html
    )
    return [f"{look}: {words} on {host}, {date}" for look, words, host, date in found]


def test_a_report_on_the_page_as_it_is_counts(build) -> None:  # type: ignore[no-untyped-def]
    assert badges(build(report())["move"]) == [
        "fails: fails on web1, 20 January 2026",
        "holds: holds on web1, 20 January 2026",
        "fails: fails on web1, 20 January 2026",
    ]


def test_a_page_that_fails_says_where_first(build) -> None:  # type: ignore[no-untyped-def]
    html = build(report())["move"]
    assert (
        'on <bdi>web1</bdi>, <time datetime="2026-01-20T10:00:00Z">20 January 2026</time><span class="rb-age"></span>, first at <a href="#go">step 2</a>'
        in html
    )
    assert html.count("first at") == 1
    gone = report().replace('"id": "go"', '"id": "gone"')
    assert "first at" not in build(gone)["move"]


def test_a_report_counts_by_the_script_too(build, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    build()
    script = sha256((tmp_path / "site/move/verify.sh").read_bytes()).hexdigest()
    assert badges(build(report(script=script, sha1="0" * 40))["move"])[0] == "fails: fails on web1, 20 January 2026"


def test_a_report_on_another_revision_or_an_old_one_does_not_count(build) -> None:  # type: ignore[no-untyped-def]
    older = report(sha1="0" * 40)
    stale = report("2025-10-01T00:00:00Z", "db1")
    assert badges(build(older, stale)["move"])[:2] == [
        "unsure: fails, stale on db1, 1 October 2025",
        "unsure: fails, for an older revision on web1, 20 January 2026",
    ]
    assert badges(build(stale, options="reports: [r/0.json], stale_after: 400")["move"])[0].startswith("fails: fails on db1")


def test_the_newest_report_of_a_host_is_the_one(build) -> None:  # type: ignore[no-untyped-def]
    older = report("2026-01-02T00:00:00Z").replace('"fails"', '"holds"')
    html = build(report(), older)["move"]
    assert badges(html)[0] == "fails: fails on web1, 20 January 2026"
    assert len(badges(html)) == 3


def test_a_report_on_a_page_of_another_wiki_is_none_of_ours(build) -> None:  # type: ignore[no-untyped-def]
    assert badges(build(report(wiki="https://other.example.org/index.php"))["move"]) == []


@pytest.mark.parametrize(("text", "words"), [("{", "is no report"), ('{"format": 9}', "is no report")])
def test_a_file_that_is_no_report_is_named(build, text: str, words: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(SourceError, match=rf"0\.json.*{words}"):
        build(text)
    with pytest.raises(SourceError, match=r"absent\.json.*can't be read"):
        build(options="reports: [absent.json]")


def test_what_the_last_revision_changed_is_told_step_by_step(build) -> None:  # type: ignore[no-untyped-def]
    html = build()["move"]
    assert "What changed in this revision, since revision 7 of 1 January 2024: 1 place" in html
    assert '<a href="#go"><bdi>2. Go</bdi></a>' in html
    assert "<del>mkdir /srv/shop\n</del><ins>mkdir -p /srv/shop\n</ins>" in html
    look, go = html.split('<section class="rb-step"')[1:]
    assert "changed in this revision: command changed" in go
    assert "changed in this revision" not in look


def test_findings_are_shown_to_those_who_ask(build) -> None:  # type: ignore[no-untyped-def]
    page = "# Go\n <pre>mkdir /srv/shop</pre>\nSee [[#Nowhere]].\n"
    assert "For editors" not in build(Move=NEW, Other=page)["other"]
    html = build(Move=NEW, Other=page, options="lint: true")["other"]
    assert "there is no section &#39;Nowhere&#39; on this page" in html


def test_the_licence_is_shown_when_it_is_known(build) -> None:  # type: ignore[no-untyped-def]
    assert "licenses" not in build()["move"]
    html = build(options="licence: 'CC BY-SA 4.0 https://example.org/licenses/by-sa'")["move"]
    assert 'href="https://example.org/licenses/by-sa" rel="license noopener noreferrer">CC BY-SA 4.0</a>' in html
    assert "<span>public domain</span>" in build(options="licence: public domain")["move"]


def test_what_links_here(build) -> None:  # type: ignore[no-untyped-def]
    pages = build(Move=NEW, B_two="See [[Move]].", A_one="[[Move|there]] and [[B two]]", Move_2="[[Move 2]]")
    links = re.search(r'<nav class="rb-backlinks".*?</nav>', pages["move"], re.DOTALL)
    assert links
    assert re.findall(r'href="(.*?)"><bdi>(.*?)</bdi>', links[0]) == [("../a-one/", "A one"), ("../b-two/", "B two")]
    assert "rb-backlinks" not in pages["move-2"]


def test_reports_are_as_hostile_as_pages(build) -> None:  # type: ignore[no-untyped-def]
    html = build(report("<script>1</script>", "<img src=x onerror=1>"))["move"]
    assert "<img" not in html.partition("<article")[2]
    assert "<script>1" not in html


def test_the_index_is_by_category(build) -> None:  # type: ignore[no-untyped-def]
    text = build(Move=NEW + "\n[[Category:Zoo]][[Category:Apes]]", Lone=NEW, Read="Only words.")["site"]
    found = re.findall(r'<h2 id=".*?">(.*?) <a|<a href="([\w-]+)/"><bdi>', text)
    assert [a or b for a, b in found] == ["Apes", "move", "Zoo", "move", "Without a category", "lone", "Reference pages", "read"]


def test_many_pages_are_listed_in_parts(build) -> None:  # type: ignore[no-untyped-def]
    pages = build(**{f"Page_{n:03}": "# Go\n <pre>date</pre>\n" for n in range(151)})
    parts = re.findall(r'<li><a href="(list-[\w-]+)/"><bdi>(.*?)</bdi></a> <span>(\d+)<', pages["site"])
    assert [(title, number) for _, title, number in parts] == [
        ("Runbooks, Page 000 – Page 149", "150"),
        ("Runbooks, Page 150 – Page 150", "1"),
    ]
    assert pages[parts[1][0]].count('<a href="../page-150/"><bdi>') == 1


def test_the_state_of_all_is_a_matrix_of_pages_and_hosts(build) -> None:  # type: ignore[no-untyped-def]
    assert "state" not in build(Move=NEW)
    holds = report(host="db1").replace('"fails"', '"holds"')
    page = build(holds, report(), Move=NEW, Bare=NEW)["state"]
    assert "1 fails · 1 not verified" in page
    assert re.findall(r'<th scope="col">(?:<bdi>)?([\w ]+)', page) == ["Runbook", "db1", "web1", "Coverage"]
    rows = re.findall(r'<tr><th scope="row"><a href="../([\w-]+)/">.*?</tr>', page, re.DOTALL)
    assert rows == ["move", "bare"]
    cells = re.findall(r"<td>(?:<span [^>]*>)?([\w –-]+)", page)
    assert cells[:2] == ["holds", "fails"]


def test_a_redirect_leads_on_without_script(build) -> None:  # type: ignore[no-untyped-def]
    pages = build(Move=NEW, Old="#REDIRECT [[Older]]", Older="#redirect [[move#Go]]", Away="#REDIRECT [[Nowhere]]", A="[[Old]]")
    assert '<meta http-equiv="refresh" content="0; url=../move/">' in pages["old"]
    assert '<a href="../move/"><bdi>Move</bdi></a>' in pages["older"]
    assert '<a href="../move/"' in pages["a"].partition("<article")[2]
    assert "http-equiv" not in pages["away"]
    assert "script" not in pages["old"]
    assert "old/" not in re.findall(r'href="([\w-]+/)"', pages["site"])


def test_redirects_in_a_circle_are_pages_to_read(build) -> None:  # type: ignore[no-untyped-def]
    pages = build(Move=NEW, One="#REDIRECT [[Two]]", Two="#REDIRECT [[One]]")
    assert "http-equiv" not in pages["one"] + pages["two"]


# --- history ----------------------------------------------------------------------------------------------------------


def pasts(html: str) -> list[str]:
    """What stands in the histories of steps, as text: tags gone, blanks joined."""
    found = re.findall(r'<details class="rb-details rb-past">(.*?)</details>', html, re.DOTALL)
    return [" ".join(re.sub("<[^>]*>", "", each).split()) for each in found]


def test_each_step_says_since_when_it_is_unchanged(build) -> None:  # type: ignore[no-untyped-def]
    html = build()["move"]
    first, second = pasts(html)
    assert first.startswith("Unchanged in all 2 revisions since 1 January 2024")
    assert second.startswith("Unchanged since 1 March 2025: last changed by Ada in revision 90")
    assert "command changed (compared with revision 7: there may be others in between)" in second
    assert 'href="https://wiki.example.org/index.php/Move?diff=90&amp;oldid=7"' in html
    assert "The history of the steps is that of 2 revisions, back to revision 7" in html


def test_a_page_of_which_one_revision_is_known_says_nothing_of_its_history(build) -> None:  # type: ignore[no-untyped-def]
    html = build(Move=NEW, Stay=NEW)["stay"]
    assert "rb-past" not in html
    assert "The history of the steps" not in html


def test_a_tick_stays_when_only_the_history_grows(build, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    with_history = re.findall('data-digest="(.*?)"', build()["move"])
    alone = re.findall('data-digest="(.*?)"', build(First=OLD, Move=NEW)["move"])
    assert with_history == alone


def test_who_edited_and_why_is_text_and_secrets_stay_secret(build, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    hostile = escape('<img src=x onerror="alert(1)">')
    monkeypatch.setitem(
        globals(), "REVISION", REVISION.replace("Ada", hostile).replace("<comment/>", f"<comment>{hostile}</comment>")
    )
    html = build()["move"]
    assert html.count(f"by <bdi>{hostile}</bdi>".replace('"', "&#34;")) == 2  # the page's, and the step's
    assert "<img src=x" not in html


def test_outputs_that_differ_between_revisions_are_told(build, monkeypatch: pytest.MonkeyPatch) -> None:  # type: ignore[no-untyped-def]
    text = "# Look\n <pre># shop -v\nshop on web{} is {}</pre>\n"
    monkeypatch.setitem(globals(), "OLD", text.format("01", "up"))
    [told] = pasts(build(Move=text.format("02", "up"))["move"])
    assert "the output of shop -v differs in what varies only in revision 7" in told
    [told] = pasts(build(Move=text.format("02", "down"))["move"])
    assert "the output of shop -v was another one in revision 7" in told
