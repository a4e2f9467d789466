"""render.site: pages of runbooks, as HTML and as Markdown."""

from __future__ import annotations

import json
import re
from pathlib import Path

import markdown
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from msgspec.structs import replace
from runbook.expect.holes import RECOGNISERS
from runbook.model import (
    Branch,
    Check,
    Choice,
    Command,
    Expectation,
    FileEdit,
    Hole,
    Link,
    Listing,
    Manual,
    Node,
    Note,
    Output,
    PageInfo,
    Parameter,
    PatternRow,
    Picture,
    Revision,
    Runbook,
    SectionHeading,
    Text,
    runbook_from_json,
    to_json,
)
from runbook.render import html, script, site, site_views
from runbook.render.site_nodes import MARK, masked, slot
from runbook.render.site_views import HOLE_WORDS

from render.site_samples import FULL, LONG, PATCH, PAYLOADS, REFERENCE, WIKI, L, hostile, paragraph, prose, runbook, step
from render.test_html import Seen, assert_harmless

SITE = site.render([FULL, REFERENCE], script=lambda runbook: f"# {runbook.page.title}\n")
PAGE = str(SITE.pages[1].html)


def test_paths_of_pages_and_downloads() -> None:
    assert [page.slug for page in SITE.pages] == ["index", "install-the-frobnicator", "other-page"]
    assert set(SITE.downloads) == {
        "install-the-frobnicator/runbook.json",
        "install-the-frobnicator/verify.sh",
        "other-page/runbook.json",
    }
    assert runbook_from_json(SITE.downloads["other-page/runbook.json"]()) == REFERENCE
    assert SITE.downloads["install-the-frobnicator/verify.sh"]() == b"# Install the frobnicator\n"


def test_the_page_is_harmless_html_and_has_its_parts() -> None:
    seen = assert_harmless(PAGE.replace('href="verify.sh"', 'href="#"').replace('href="runbook.json"', 'href="#"'))
    for words in ("stub", "This deletes data.", "Reboot the machine.", "loose output", "print('read me')", "the frobnicator"):
        assert words in seen.text
    assert {"kbd", "samp", "h1", "h2", "h3", "section", "table"} <= seen.tags


def test_provenance_links_to_the_revision_and_its_diff() -> None:
    assert f'href="{WIKI}?title=Install_the_frobnicator&amp;oldid=42"' in PAGE
    assert f'href="{WIKI}?title=Install_the_frobnicator&amp;diff=42"' in PAGE
    assert '<time datetime="2024-02-29T12:00:00Z">29 February 2024</time>' in PAGE
    assert "Ada" in PAGE


def test_commands_stand_without_prompt_and_with_their_context() -> None:
    assert "<kbd>df -h /</kbd>" in PAGE
    assert "<kbd>cat &gt; /etc/frob.conf &lt;&lt;EOF\n\tindented\nEOF</kbd>" in PAGE
    for words in ("as root", "as user", "in /etc", "inside chroot /mnt", "mysql"):
        assert f">{words}</span>" in PAGE
    assert 'data-prompt="mysql&gt;"' in PAGE


@pytest.mark.parametrize(
    ("text", "as_root", "prompt", "shown"),
    [
        ("ls", True, None, "#"),
        ("ls", False, None, "$"),
        ("ls", None, None, "$"),
        ("sudo ls", True, None, "$"),
        ("sudo ls", True, "#", "#"),
    ],
)
def test_the_prompt_that_is_shown_is_of_whoever_types(text: str, as_root: bool | None, prompt: str | None, shown: str) -> None:
    assert site_views.shown(Command((1, 1), text, as_root=as_root, prompt=prompt)).prompt == shown


def test_effects_are_words() -> None:
    assert '<span class="rb-badge rb-badge--danger">deletes</span>' in PAGE
    assert '<span class="rb-badge rb-badge--calm">only reads</span>' in PAGE


def test_output_is_apart_and_its_volatile_parts_are_marked() -> None:
    assert '<var data-value="disk">/dev/sda1</var>   <span class="rb-varies" title="varies: size">17G</span>' in PAGE
    assert '<span class="rb-varies" title="varies: left out">...</span>' in PAGE
    assert "Expected output" in PAGE
    assert f'data-fold="{len(LONG)}"' in PAGE


def test_values_stand_in_elements_of_their_own() -> None:
    assert '<kbd>fsck <var data-value="disk">/dev/sda1</var> /dev/sda12</kbd>' in PAGE
    assert '<dt>disk</dt><dd data-name="disk" data-type="path">/dev/sda1</dd>' in PAGE


@given(st.text("ab1 ", max_size=12), st.lists(st.text("ab1 ", min_size=1, max_size=3), max_size=3))
def test_cutting_at_values_loses_nothing(text: str, values: list[str]) -> None:
    found = site_views.chunks(
        text, [Parameter(f"n{number}", value, "string", False, (1,)) for number, value in enumerate(values)]
    )
    assert "".join(chunk.text for chunk in found) == text
    assert all(chunk.text == values[int(chunk.name[1:])] for chunk in found if chunk.name)


def test_a_value_counts_only_where_its_line_is() -> None:
    parameter = Parameter("n", "v", "string", False, (3, 9))
    assert site_views.standing_in([parameter], (2, 4)) == [parameter]
    assert site_views.standing_in([parameter], (4, 8)) == []


def test_file_edits_name_their_file() -> None:
    assert "Set in file <code>/etc/frob.conf</code>" in PAGE
    assert PAGE.count('<span class="rb-gap"></span>') == 2
    assert '<span class="rb-add">A=1</span>' in PAGE


def test_a_patch_is_shown_as_the_diff_that_it_is() -> None:
    edit = PAGE.partition("/etc/my.cnf</code>")[2].partition("</pre>")[0]
    kinds = re.findall(r'<span class="rb-(\w+)">(.*?)</span>', edit)
    assert kinds == list(zip(("head", "head", "head", "keep", "del", "add", "del"), PATCH, strict=True))


def test_a_secret_stands_nowhere_on_the_page_or_in_what_search_finds() -> None:
    made = SITE.pages[1]
    assert '<kbd>mysql -u root -p<var data-value="PASSWORD" data-secret="">PASSWORD</var></kbd>' in PAGE
    assert "inside mysql -u root -p(secret)</span>" in PAGE
    assert "The password is (secret)." in PAGE
    assert '<dd data-name="PASSWORD" data-type="string" data-secret>(secret)</dd>' in PAGE
    everything = PAGE + made.markdown + "".join(text for _, text in made.sections)
    assert "s3cr3t" not in everything


@given(st.text(st.characters(codec="utf-8"), min_size=2, max_size=6), st.text("01 <>&\"'ab", max_size=8))
def test_masking_changes_no_markup(value: str, words: str) -> None:
    body = str(html.element("p", words + value + words, title=value)) + f"{MARK}12{MARK}" + str(slot("step:12"))
    parameter = Parameter("n", value, "string", True, (1,))
    made = masked(body, [parameter])
    tags = re.compile(f"<[^>]*>|{MARK}.*?{MARK}|\x02.*?\x02")
    assert tags.findall(made) == tags.findall(body)
    if not value.startswith(("<", "$")) and html.visible(value) == value:
        text = Markup(tags.sub("", made)).unescape().replace("(secret)", "\0")
        plain = re.fullmatch(r"[a-z]+\d?", value, re.ASCII)  # part of many a longer word
        assert re.search(rf"(?<!\w){value}(?!\w)", text) is None if plain else value not in text


def test_what_varies_in_an_output_is_told_in_words() -> None:
    output = PAGE.partition('<p class="rb-output__label">')[2].partition("</p>")[0]
    assert output == "Expected output <span>varies: size</span>"
    assert set(HOLE_WORDS) <= set(RECOGNISERS), "words for holes that there are not"


def test_prose_runs_in_its_own_direction() -> None:
    hebrew, mixed = "\u05e9\u05dc\u05d5\u05dd server", "Server \u05e9\u05dc\u05d5\u05dd"
    made = site.render([runbook(hebrew, step(hebrew, prose(hebrew), prose(mixed), Note(L, "note", (paragraph(hebrew),))))]).pages[
        1
    ]
    assert '<h1 id="' in str(made.html)
    assert (
        str(made.html).count('dir="rtl"') == 6
    )  # the title, the step's heading and card, a paragraph, a notice and its paragraph
    assert f"<p>{mixed}</p>" in made.html
    assert 'dir="rtl"' not in PAGE
    assert ' dir="rtl"}' in made.markdown.partition("\n")[0]


def test_the_first_of_alternatives_is_named_by_the_words_before_it() -> None:
    def labels(before: str, *given: str) -> list[str]:
        return site_views.branch_labels(Choice("alternative", tuple(Branch(label, (), L) for label in given), L), before)

    assert labels("Install it. On Debian:", "", "or on Fedora") == ["On Debian", "On Fedora"]
    assert labels("Install it.", "", "Otherwise, with pip") == ["Choice 1", "With pip"]
    assert labels("x" * 60 + ":", "", "orbit") == ["Choice 1", "Orbit"]


def test_what_may_be_left_out_is_called_so() -> None:
    typed = tuple(Branch(f"{text} to stop it", (Command(L, text),), L) for text in ("systemctl stop mill", "kill"))
    assert site_views.branch_labels(Choice("alternative", typed, L), "") == ["systemctl stop mill to stop it", "kill to stop it"]
    assert site_views.branch_labels(Choice("optional", (Branch("", (), L),), L), "Edit it:") == ["Optional"]
    assert site_views.branch_labels(Choice("optional", (Branch("if you like", (), L),), L), "") == ["If you like"]


def test_checks_are_words() -> None:
    assert "<li>/etc/frob.conf is there</li>" in PAGE


def test_choices_have_their_labels() -> None:
    assert 'data-label="Debian"' in PAGE
    assert "<kbd>dnf install frob</kbd>" in PAGE


def test_nothing_has_an_id_that_the_theme_would_replace() -> None:
    assert not re.search(r"<(?:pre|code|table)\b[^>]*\sid=", PAGE)


def test_links_lead_here_or_to_the_wiki() -> None:
    assert '<a href="../other-page/">the other page</a>' in PAGE
    assert f'href="{WIKI}?title=Not_here"' in PAGE


def test_anchors_are_the_steps_own_and_unique() -> None:
    ids = [value for name, value in Seen(PAGE).attributes if name == "id"]
    assert len(ids) == len(set(ids))
    assert {"look-around", "change-things", "a-part-of-it"} <= set(ids)


def test_a_heading_can_not_take_a_steps_anchor() -> None:
    made = runbook("T", step("Same", number="1"), preamble=(prose("x"), *REFERENCE.preamble[1:2]))
    taken = runbook("Same", step("Same", number="1"))
    assert 'aria-labelledby="same"' in site.render([taken]).pages[1].html
    assert made.steps[0].id == "same"


def test_a_page_without_steps_is_a_reference_page() -> None:
    page = SITE.pages[2]
    assert page.counts.steps == 0
    assert "reference page" in page.html
    assert "verify.sh" not in page.html
    assert [heading.level for heading in page.headings] == [1, 2, 3]


def test_the_index_lists_all_with_their_counts() -> None:
    text = str(SITE.pages[0].html)
    assert (
        '<a href="install-the-frobnicator/"><bdi>Install the frobnicator</bdi></a></th><td>not verified</td><td>3</td><td>10</td><td>67 %</td>'
        in text
    )
    assert text.index("Reference pages") < text.index('href="other-page/"')


def test_by_way_of_markdown_the_page_is_the_same() -> None:
    for page in SITE.pages:
        made = markdown.markdown(page.markdown, extensions=["toc", "attr_list", "tables", "fenced_code"])
        direct = page.html
        assert Seen(made).text.split() == Seen(str(direct).replace(">#</a>", "></a>")).text.split()
        assert cards(made) == cards(str(direct))


def cards(text: str) -> list[str]:
    """The cards of a page as any engine must leave them: attributes and text, character references resolved."""
    out = []
    for piece in text.split("<section")[1:]:
        seen = Seen("<section" + piece.partition("</section>")[0] + "</section>") if "rb-substep" not in piece else None
        out.append(f"{seen.attributes}{seen.text}" if seen else "")
    return out


@pytest.mark.parametrize("payload", PAYLOADS)
def test_hostile_pages_stay_text(payload: str) -> None:
    made = site.render([hostile(payload)])
    for page in made.pages:
        assert_harmless(str(page.html).replace('href="runbook.json"', 'href="#"'))
        by_markdown = markdown.markdown(page.markdown, extensions=["toc", "attr_list", "tables", "fenced_code"])
        assert_harmless(by_markdown.replace('href="runbook.json"', 'href="#"'))


def test_hostile_titles_get_safe_and_unique_paths() -> None:
    made = site.pages([hostile(payload) for payload in PAYLOADS] + [hostile(PAYLOADS[-1])])
    assert len([path for path in made if path.endswith(".md")]) == len(PAYLOADS) + 2
    for path in made:
        parts = Path(path).parts
        assert not Path(path).is_absolute()
        assert ".." not in parts
        assert len(parts) <= 2
        assert all(not part.startswith(("-", ".")) and len(part.encode()) < 100 for part in parts)


def test_titles_are_compared_as_wikis_do() -> None:
    assert site.canonical("foo_bar  baz#Section") == "Foo bar baz"
    assert site.canonical(":Category:X") == "Category:X"


@pytest.mark.parametrize(
    ("wiki", "address"),
    [
        ("https://w.example/index.php", "https://w.example/index.php?title=A_b%26c#S_1"),
        ("https://w.example/wiki/", "https://w.example/wiki/A_b%26c#S_1"),
        ("javascript:alert(1)", None),
        ("mailto:a@example.org", None),
        (None, None),
    ],
)
def test_addresses_on_the_wiki(wiki: str | None, address: str | None) -> None:
    assert site_views.wiki_address(wiki, "A b&c#S 1") == address


def test_pages_of_another_wiki_are_not_meant() -> None:
    other = Runbook(
        page=PageInfo("Not here", "https://else.example/", None, "wikitext", Revision()), preamble=(), steps=(), closing=()
    )
    assert "../not-here/" not in str(site.render([FULL, other]).pages[1].html)


@pytest.mark.parametrize(
    ("line", "row", "marked"),
    [
        ("total 44", ("total ", Hole("int")), "total <44>"),
        ("a   17  b", ("a ", Hole("int"), " b"), "a   <17>  b"),
        ("pid 7", (Hole("path"), " 7"), "<pid> 7"),
        ("no match", ("other ", Hole("int")), "no match"),
        ("1 2", (Hole("int"), " ", Hole("int")), "<1> <2>"),
    ],
)
def test_where_holes_stand(line: str, row: PatternRow, marked: str) -> None:
    pieces = site_views.output_pieces(Expectation(L, ("first", line), patterns=(("first",), row)))
    shown = "".join(f"<{piece.text}>" if piece.varies else piece.text for piece in pieces)
    assert shown == "first\n" + marked


def test_the_text_of_an_output_never_changes() -> None:
    expected = Expectation(L, ("a  1 x", "..."), patterns=(("a ", Hole("int"), " x"), ("zzz",)))
    assert "".join(piece.text for piece in site_views.output_pieces(expected)) == "a  1 x\n..."


def test_only_reads_is_said_of_what_does_no_more() -> None:
    assert [each.words for each in site_views.effects(("read",))] == ["only reads"]
    assert [each.words for each in site_views.effects(("read", "service", "delete"))] == ["deletes", "services"]


def test_a_line_drawn_is_not_marked_as_varying() -> None:
    expected = Expectation(L, ("+---+", "2 rows"), patterns=(("+", Hole("bar"), "+"), (Hole("int"), " row", Hole("plural"))))
    pieces = site_views.output_pieces(expected)
    assert [(piece.text, piece.varies) for piece in pieces] == [("+---+\n", ""), ("2", "number"), (" rows", "")]


def test_dates_in_words() -> None:
    assert site_views.spoken_date("2008-04-28T10:46:13Z") == ("28 April 2008", "2008-04-28T10:46:13Z")
    assert site_views.spoken_date("yesterday") == ("yesterday", None)
    assert site_views.spoken_date("2008-99-28T10:46:13Z") == ("2008-99-28T10:46:13Z", None)
    assert site_views.spoken_date(None) == (None, None)


def _digest(*body: Node, parameters: tuple[Parameter, ...] = ()) -> str:
    html = str(site.render([runbook("T", step("S", *body), parameters=parameters)]).pages[1].html)
    return html.partition('data-digest="')[2].partition('"')[0]


def test_a_steps_digest_changes_with_what_its_author_wrote() -> None:
    command = Command(L, "ls", prompt="$", expected=Expectation(L, ("a 1",)))
    edit = FileEdit(L, "/etc/a", "a", "set", ("A=1",))
    choice = Choice("alternative", (Branch("Debian", (command,), L), Branch("Fedora", (edit,), L)), L)
    changed: list[Node] = [
        replace(command, text="ls -l"),
        replace(command, prompt="#"),
        replace(command, expected=Expectation(L, ("a 2",))),
        replace(command, expected=None),
        edit,
        replace(edit, target="b"),
        replace(edit, content=("A=2",)),
        Output(L, ("a",)),
        Output(L, ("a", "b")),
        prose("See ", Link("Other", (Text("here"),))),
        prose("See ", Link("Another", (Text("here"),))),
        choice,
        replace(choice, branches=choice.branches[:1]),
        Note(L, "warning", (paragraph("Mind the gap."),)),
        Manual(L, "Reboot.", "reboot", (paragraph("Reboot."),)),
        Listing(L, ("x = 1",)),
        Picture(L, "A.png", "a picture"),
        step("Nested", command),
    ]
    digests = [_digest(node) for node in (command, *changed)]
    assert len(set(digests)) == len(digests)
    assert digests[0] == _digest(command)


def test_a_steps_digest_is_the_same_whatever_we_make_of_it() -> None:
    command, edit = Command(L, "ls", expected=Expectation(L, ("a 1",))), FileEdit(L, None, "a", "set", ("A=1",))
    checks = (Check("path_exists", ("/a",), "a is there"),)
    patterns = (("a ", Hole("int")),)
    pairs: list[tuple[Node, Node]] = [
        (
            command,
            replace(command, effects=("delete",), checks=checks, cwd="/srv", as_root=True, host="db1", rule="B1", lines=(7, 8)),
        ),
        (command, replace(command, expected=Expectation(L, ("a 1",), patterns=patterns, unordered=((0, 1),), exit=1))),
        (edit, replace(edit, path="/etc/a", op="append", checks=checks, rule="E2")),
    ]
    assert all(_digest(one) == _digest(other) for one, other in pairs)


def test_a_steps_digest_tells_nothing_of_secrets() -> None:
    found = {
        _digest(prose(f"It is {word}."), parameters=(Parameter("P", word, "string", True, (1,)),))
        for word in ("hunter2", "other")
    }
    assert len(found) == 1


def test_a_project_can_override_a_block(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(
        '{% extends "ours/page.html" %}{% block closing %}<p>our footer</p>{% endblock %}', "utf-8"
    )
    assert "our footer" in site.render([FULL], templates=tmp_path).pages[1].html


def test_listing_languages_and_json_are_shown() -> None:
    page = site.render([runbook("T", step("S", Listing(L, ("x",), "python")))]).pages[1]
    assert '<p class="rb-listing__label">python</p>' in page.html
    assert json.loads(to_json(FULL))["format"] == 1


def test_a_script_is_kept_without_what_all_scripts_share() -> None:
    text = script.render(runbook("T", step("S")))
    packed = site.pack(text)
    assert site.unpack(packed) == text.encode()
    assert len(packed) < len(text) / 10
    assert site.unpack(site.pack("another end\n")) == b"another end\n"


def test_a_heading_that_only_repeats_the_title_is_left_out() -> None:
    def headings(title: str) -> list[str]:
        book = replace(runbook(title, step("Go")), preamble=(SectionHeading(L, 1, "Move the shop"),))
        page = next(page for page in site.render([book]).pages if page.slug != "index")
        return re.findall(r"<h(\d)", str(page.html))

    assert headings("Move the shop") == ["1", "2"]
    assert headings("Another title") == ["1", "2", "2"]
