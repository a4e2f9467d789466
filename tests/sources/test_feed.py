"""Feeds: exact texts, kinds, what each entry gives, and what is told of odd ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from runbook import sources
from runbook.model import Diagnostic, Page, Revision, SourceError, text_sha1

SEED = Path(__file__).parents[2] / "content" / "openvz-user-contributions.atom"
TOKENS = [
    "<br />",
    "<br />\n",
    "\n",
    "\n\n",
    "&lt;",
    "&amp;lt;",
    "&",
    '"',
    "'",
    "&quot;",
    "&#039;",
    "&#39;",
    "</div>",
    "</p>\n<hr />\n<div>",
]
TOKENS += [
    "<p>",
    "]]>",
    "<![CDATA[",
    "<!-- ",
    " -->",
    "  ",
    "\t",
    "\u00a0",
    "é",
    "日本",
    "\U0001f600",
    "\u202e",
    "<nowiki>",
    "{{x|y}}",
    "x",
]
characters = st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\ufffe\uffff") | st.sampled_from("\n\t")
hostile = st.lists(st.sampled_from(TOKENS) | st.text(characters, max_size=8), min_size=1, max_size=30).map("".join).filter(bool)


def read(data: bytes, **wishes: Any) -> list[Page]:
    return list(sources.read_bytes(data, "feed.atom", **wishes))


def codes(page: Page) -> set[str]:
    return {diagnostic.code for diagnostic in page.diagnostics}


@settings(max_examples=200)
@given(hostile, st.booleans(), st.sampled_from([": ", "：", "\u00a0: "]))
@example("a<br />\nb", False, ": ")
@example("ends\n\n", True, ": ")
def test_any_text_comes_back_exactly(write: Any, text: str, single: bool, colon: str) -> None:
    html = write.source_html(text, comment="a: b", colon=colon, single=single)
    [page] = read(write.atom([write.entry("Page", html)]))
    assert page.text == text
    assert page.revision.sha1 == text_sha1(text)
    assert (page.revision.user, page.revision.comment) == ("Ann", "a: b")


def test_the_seed_is_read_exactly() -> None:
    migration, features = sources.read(SEED)
    assert (migration.title, features.title) == ("Migration from Linux-VServer to OpenVZ", "Features")
    assert migration.wiki == "https://wiki.openvz.org/index.php"
    assert migration.url == "https://wiki.openvz.org/index.php?title=Migration_from_Linux-VServer_to_OpenVZ&oldid=5843"
    assert migration.revision == Revision(5843, None, "2008-04-28T10:46:13Z", "Toutoune25", "wikif", text_sha1(migration.text))
    assert migration.text.startswith("{{Roughstub}}\n\nCurrent document")
    assert migration.text.endswith("[[Category:HOWTO]]")
    assert "CPPFLAGS: ''" in migration.text
    assert (len(migration.text), len(features.text)) == (7130, 7643)
    assert features.revision.id == 5841
    assert not migration.diagnostics


KINDS = {
    "history-1.39.atom": ("history", ["diff", "diff", "text"]),
    "watchlist-1.39.atom": ("watchlist", ["nothing"] * 11),
    "new-pages-1.39.atom": ("new pages", ["text", "nothing", "text", "text", "text", "text"]),
    "contributions-1.39.rss": ("contributions", ["text"] * 7),
    "recent-changes-1.39.rss": (
        "recent changes",
        "nothing nothing text text text nothing nothing link diff text link text text nothing nothing text".split(),
    ),
}


@pytest.mark.parametrize("name", KINDS)
def test_the_kind_and_what_each_entry_gives_come_from_the_content(data: Path, name: str) -> None:
    feed = sources.read_feed(data / name)
    assert (feed.kind, [entry.gives for entry in feed.entries]) == KINDS[name]


def test_history_is_rebuilt_from_its_first_revision_on(data: Path) -> None:
    truth = json.loads((data / "how-to-x.json").read_text())
    [page] = sources.read(data / "history-1.39.atom")
    revisions = (page, *page.history)
    assert [revision.revision.id for revision in revisions] == [4, 3, 2]
    assert [revision.text for revision in revisions] == [truth[str(revision.revision.id)] for revision in revisions]
    assert page.title == "How to: X"


def test_a_history_without_its_beginning_needs_a_known_base(data: Path, tmp_path: Path) -> None:
    truth = json.loads((data / "how-to-x.json").read_text())
    whole = (data / "history-1.39.atom").read_text()
    last = whole.rindex("<entry>")
    cut = (whole[:last] + "</feed>").encode()
    with pytest.raises(SourceError, match="only a diff"):
        read(cut)
    third = Page("How to: X", truth["3"], revision=Revision(3))
    assert read(cut, known={"How to: X": third})[0].text == truth["4"]
    older = Page("How to: X", truth["2"], revision=Revision(2))
    [page] = read(cut, known={"How to: X": older})  # revision 3 may have come between
    assert (page.text, page.revision.id) == (truth["2"], 2)
    assert "newer-revision-unknown" in codes(page)


def test_a_known_page_of_which_only_the_change_is_told_is_marked(data: Path) -> None:
    feed = (data / "watchlist-1.39.atom").read_bytes()
    title = sources.read_feed(data / "watchlist-1.39.atom").entries[0].title
    [page] = read(feed, known={title: Page(title, "as it was", revision=Revision(1, timestamp="2001-01-01T00:00:00Z"))})
    assert (page.text, codes(page)) == ("as it was", {"newer-revision-unknown"})
    later = Page(title, "as it is", revision=Revision(10**6, timestamp="2999-01-01T00:00:00Z"))
    with pytest.raises(SourceError, match="tells only that something happened"):
        read(feed, known={title: later})


def test_a_history_names_the_revision_before_each(data: Path) -> None:
    [page] = sources.read(data / "history-1.39.atom")
    assert [(each.revision.id, each.revision.parent) for each in (page, *page.history)] == [(4, 3), (3, 2), (2, None)]


def test_a_diff_that_does_not_fit_is_told_and_not_applied(data: Path) -> None:
    page = Page("How to: X", "quite another text", revision=Revision(3))
    told: list[Diagnostic] = []
    pages = read((data / "history-1.39.atom").read_bytes(), known={"How to: X": page}, tell=told.append)
    assert [revision.revision.id for revision in (pages[0], *pages[0].history)] == [3, 2]
    assert "doesn't fit" in told[0].message


def test_new_page_entries_have_the_latest_text_and_no_revision(data: Path) -> None:
    pages = {page.title: page for page in sources.read(data / "new-pages-1.39.atom")}
    page = pages["How to: X"]
    assert page.revision.id is None
    assert (page.revision.user, page.revision.timestamp) == ("Bob Two", None)
    assert page.wiki == "http://127.0.0.1:8041/index.php"


def test_a_move_is_no_new_page(data: Path) -> None:
    moved = [
        entry
        for entry in sources.read_feed(data / "recent-changes-1.39.rss").entries
        if "moved page" in (entry.revision.comment or "")
    ]
    assert [(entry.title, entry.gives) for entry in moved] == [("Moved page", "nothing")]


def test_an_older_text_is_marked_when_the_newer_is_unknown(data: Path) -> None:
    pages = {page.title: page for page in sources.read(data / "recent-changes-1.39.rss")}
    assert pages["How to: X"].revision.id == 2
    assert "newer-revision-unknown" in codes(pages["How to: X"])
    assert "newer-revision-unknown" not in codes(pages["Redir"])


def test_a_watchlist_gives_no_page_and_says_so(data: Path) -> None:
    with pytest.raises(SourceError, match=r"watchlist.*gives a page's text"):
        list(sources.read(data / "watchlist-1.39.atom"))
    with pytest.raises(SourceError, match="Please log in"):
        list(sources.read(data / "watchlist-error-1.39.atom"))


def test_feeds_of_one_shape_are_told_apart_without_diff_links(write: Any) -> None:
    link = "https://old.example/wiki/Page"  # 1.19 links contributions without diff=
    entry = write.entry("Page", write.source_html("x"), link=link)
    contributions = read_kind(write.atom([entry]))
    assert contributions == "contributions"
    assert read_kind(write.atom([entry], own="https://old.example/w/index.php?title=Special:NewPages&feed=atom")) == "new pages"


def read_kind(feed: bytes) -> str:
    from runbook.sources import _ENDS, _STARTS, xmlstream
    from runbook.sources.feed import read_feed

    events = xmlstream.events([feed], "feed.atom", _STARTS, _ENDS)
    return read_feed(next(events), events, "feed.atom").kind


def test_rss_says_the_same_as_atom(write: Any) -> None:
    html = write.php_html(write.source_html("a\n<b>"))
    link = "https://wiki.example/w/index.php?title=A_B&amp;diff=12"
    rss = (
        '<?xml version="1.0"?><rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>W</title>'
        "<link>https://wiki.example/wiki/Special:Contributions/Ann</link><description>d</description><language>en</language>"
        f'<item><title>A B</title><link>{link}</link><guid isPermaLink="false">{link}</guid><description>{html}</description>'
        "<pubDate>Mon, 06 May 2024 07:08:09 GMT</pubDate><dc:creator>Ann</dc:creator></item></channel></rss>"
    )
    [from_rss] = sources.read_bytes(rss.encode(), "feed.rss")
    entry = write.entry("A B", write.source_html("a\n<b>"), link=link.replace("&amp;", "&"))
    [from_atom] = sources.read_bytes(write.atom([entry]), "feed.rss")
    assert from_rss == from_atom
    assert from_rss.revision.timestamp == "2024-05-06T07:08:09Z"


def test_the_newest_of_two_entries_wins_and_the_other_is_history(write: Any) -> None:
    link = "https://wiki.example/w/index.php?title=Page&diff="
    old = write.entry("Page", write.source_html("old"), link=link + "3", time="2024-01-01T00:00:00Z")
    new = write.entry("Page", write.source_html("new"), link=link + "4", time="2024-01-01T00:00:00Z")
    for entries in ([old, new], [new, old]):
        [page] = read(write.atom(entries))
        assert (page.text, [older.text for older in page.history]) == ("new", ["old"])
        assert any("'Page'" in diagnostic.message for diagnostic in page.diagnostics if diagnostic.code == "several-revisions")


@pytest.mark.parametrize("title", ["../../etc/passwd", "/etc/passwd", "<script>", "", "x" * 300, "שלום", "a\u202eb", "a|b"])
def test_odd_titles_are_kept_with_a_warning_that_names_the_entry(write: Any, title: str) -> None:
    [page] = read(write.atom([write.entry(title, write.source_html("text"))]))
    assert page.title == title
    [warning] = [diagnostic for diagnostic in page.diagnostics if diagnostic.code == "odd-title"]
    assert (warning.severity, "entry 1" in warning.message) == ("warning", True)


@pytest.mark.parametrize(
    ("title", "lang"), [("שלום", "he"), ("How to: X/Y (z)", "en"), ("日本 é", "en"), ("-rf", "en"), ("CON", "en")]
)
def test_other_titles_are_no_cause_for_a_warning(write: Any, title: str, lang: str) -> None:
    [page] = read(write.atom([write.entry(title, write.source_html("text"))], lang=lang))
    assert "odd-title" not in codes(page)


@pytest.mark.parametrize(
    "link", ["javascript:alert(1)", "file:///etc/passwd", "https://u:p@wiki.example/", "https://[x", "//x", "http://a b/"]
)
def test_only_web_addresses_are_taken_over(write: Any, link: str) -> None:
    [page] = read(write.atom([write.entry("Page", write.source_html("text"), link=link)]))
    assert (page.url, page.wiki) == (None, None)
    assert "link-dropped" in codes(page)


def test_entries_without_text_are_told_by_name(write: Any) -> None:
    told: list[Diagnostic] = []
    blank = write.entry("Blank", write.source_html(""))
    table = write.entry(
        "Table", "<p>c</p>\n<table><tr><td class='diff-marker'>-</td><td>x</td><td colspan='2'></td></tr></table>"
    )
    [page] = read(write.atom([write.entry("Page", write.source_html("text")), blank, table]), tell=told.append)
    assert page.title == "Page"
    assert [diagnostic.code for diagnostic in told] == ["entry-without-text"] * 2
    assert "'Blank'" in told[0].message
    assert "'Table'" in told[1].message


def test_a_comment_can_not_pose_as_text(write: Any) -> None:
    comment = "x</p>\n<hr />\n<div>evil</div>"
    [page] = read(write.atom([write.entry("Page", write.source_html("good", comment=comment))]))
    assert (page.text, page.revision.comment) == ("good", comment)


def test_edits_of_one_second_may_stand_in_any_order(write: Any) -> None:
    new = "<p>made</p>\n<p><b>New page</b></p><div>one<br />\ntwo</div>"
    cells = '<td class="diff-marker">−</td><td>two</td><td class="diff-marker">+</td><td>2</td>'
    number = '<td colspan="2" class="diff-lineno">Line 2:</td>' * 2
    diff = f"<p>edit</p>\n<table><tr>{number}</tr><tr>{cells}</tr></table>"
    root = "https://wiki.example/w/index.php?title=Page"
    entries = [write.entry("Page", new, link=f"{root}&diff=7"), write.entry("Page", diff, link=f"{root}&diff=8&oldid=7")]
    for feed in (entries, entries[::-1]):
        [page] = read(write.atom(feed, own=f"{root}&feed=atom"))
        assert (page.text, page.revision.id, [older.text for older in page.history]) == ("one\n2", 8, ["one\ntwo"])
