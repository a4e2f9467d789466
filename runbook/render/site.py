"""Runbooks as the pages of a site: HTML from templates/, headings apart from it so that any engine can list them.

A page goes out in one of two forms with the same content: HTML for an engine that takes it (the MkDocs plugin), or Markdown
lines for the headings and blocks of HTML between them (`pages`), which Python-Markdown passes untouched.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Literal, NamedTuple

from markupsafe import Markup

from runbook.masks import Mask
from runbook.model import Node, Page, PageInfo, Runbook, SectionHeading, Step, to_json
from runbook.names import redirect
from runbook.render import html, site_lists, site_trust
from runbook.render.script import ScriptError, common_end
from runbook.render.script import reread as reread_scripts
from runbook.render.site_lists import INDEX, STATE, Row
from runbook.render.site_nodes import MARK, Heading, Sheet, environment, fill, masked, slot, steps, top_level
from runbook.render.site_trust import UNREVIEWED, Pasts, Review, Trust
from runbook.render.site_views import Counts, Provenance, counts, provenance, wiki_address
from runbook.slug import slug, unique
from runbook.walking import walk

Script = Callable[[Runbook], str | None]

_MARKED = re.compile(f"{MARK}(\\d+){MARK}")
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_SPACES = re.compile(r"\s+")
NOWHERE: Mapping[str, str] = {}


class Content(NamedTuple):
    """What a page and its downloads consist of, each packed: its HTML with marks where headings and slots go; the texts between its
    headings, which search looks through; runbook.json and verify.sh, where there are any."""

    body: bytes
    texts: bytes
    json: bytes = b""
    script: bytes | None = None


class SitePage(NamedTuple):
    """One page. `content` gives what it consists of whenever it is asked for: all of a thousand pages would fill the memory. `plain` is its
    title without any markup, `headings` are in the order in which they stand."""

    slug: str
    plain: str
    headings: tuple[Heading, ...]
    content: Callable[[], Content]
    categories: tuple[str, ...] = ()
    counts: Counts = Counts(0, 0, 0, 0, 0)
    provenance: Provenance | None = None
    listed: bool = False
    """Whether it only lists other pages, whose words search must not find here."""
    filling: Mapping[str, str] = {}
    """What goes into its slots, which search doesn't look through."""

    @property
    def sections(self) -> list[tuple[Heading, str]]:
        """The page's headings, each with the plain text up to the next: what search looks through."""
        texts = unpack(self.content().texts).decode().split(MARK) if self.headings else []
        return list(zip(self.headings, texts, strict=True))

    @property
    def html(self) -> Markup:
        """The page's content as HTML."""
        body = fill(self._body, self.filling)
        return Markup(_MARKED.sub(lambda m: heading_html(self.headings[int(m[1])]), body))  # noqa: S704 - from templates

    @property
    def markdown(self) -> str:
        """The page's content as Markdown lines for the headings and one line of HTML for what is between them."""
        pieces = _MARKED.split(fill(self._body, self.filling))
        return "\n\n".join(
            heading_markdown(self.headings[int(piece)]) if at % 2 else _one_line(piece)
            for at, piece in enumerate(pieces)
            if piece.strip()
        )

    @property
    def _body(self) -> str:
        return unpack(self.content().body).decode()


Download = Callable[[], bytes]


def summary(page: SitePage) -> str:
    """A page in a sentence, as search engines show it."""
    if page.listed:
        return f"{page.plain}: what there is, how far it is checked, and what state it is in."
    if not page.counts.steps:
        return f"{page.plain}: a page to read, nothing to run."
    steps, commands = (
        f"{n} {word}{'s' if n != 1 else ''}" for n, word in ((page.counts.steps, "step"), (page.counts.commands, "command"))
    )
    return f"{page.plain}: a runbook of {steps}, with {commands}; {page.counts.covered} of its steps can be checked."


class Site(NamedTuple):
    """All pages (the index first, other lists last), and what gives each file to download, by path."""

    pages: tuple[SitePage, ...]
    downloads: dict[str, Download]


_WHOLE, _SHARED = b"=", b"+"


def pack(text: str) -> bytes:
    """A text as it is kept: without the end that all scripts share."""
    own = text.removesuffix(common_end())
    return (_WHOLE if own == text else _SHARED) + zlib.compress(own.encode("utf-8", "replace"), 1)


def unpack(packed: bytes) -> bytes:
    """The inverse of `pack`, in UTF-8."""
    own = zlib.decompress(packed[1:])
    return own + _common_end() if packed[:1] == _SHARED else own


@cache
def _common_end() -> bytes:
    return common_end().encode()


def reread() -> None:
    """Forgets all templates, so that they are read again when they are needed: what was made of the old ones can't be unpacked any more."""
    reread_scripts()
    environment.cache_clear()
    _common_end.cache_clear()


def _content(body: str, headings: Sequence[Heading], *, listed: bool = False) -> tuple[tuple[Heading, ...], Content]:
    """A page's headings as they stand in its HTML, of which a project's template may have left some out; and that HTML, packed."""
    order = iter(range(len(headings) + 1))
    standing = tuple(headings[int(number)] for number in _MARKED.findall(body))
    numbered = _MARKED.sub(lambda _: f"{MARK}{next(order)}{MARK}", body)
    _, *pieces = _MARKED.split(fill(body, {}))
    texts = MARK.join("" if listed else Markup(piece).striptags() for piece in pieces[1::2])  # noqa: S704 - stripped at once
    return standing, Content(pack(numbered), pack(texts))


def heading_html(heading: Heading) -> str:
    """A heading with its anchor and a link to itself."""
    link = html.element("a", "#", class_="headerlink", href=f"#{heading.id}", aria_label="Link to this heading")
    shown = _numbered(heading, html.text(heading.title)) + (Markup(" ") + link if heading.level > 1 else Markup(""))
    return f"\n{html.element(f'h{heading.level}', shown, id=heading.id, dir=html.direction(heading.title))}\n"


def heading_markdown(heading: Heading) -> str:
    """A heading as one Markdown line that nothing in its title can change: all punctuation goes out as character references."""
    attributes = f"#{heading.id}" + (' dir="rtl"' if html.direction(heading.title) else "")
    return f"{'#' * heading.level} {_numbered(heading, Markup(_inert(heading.title)))} {{{attributes}}}"  # noqa: S704 - made inert


def _numbered(heading: Heading, title: Markup) -> Markup:
    if not heading.number:
        return title
    number = Markup(_inert(heading.number))  # noqa: S704 - made inert
    return html.element("span", number + Markup("<i>.</i>"), class_="rb-number") + Markup(" ") + title


def _inert(title: str) -> str:
    return _PUNCTUATION.sub(lambda m: f"&#{ord(m[0])};", title)


def _one_line(piece: str) -> str:
    """HTML as one element on one line: nothing in it can be taken for a line of Markdown, and no tab is expanded."""
    return f"<div>{piece.strip()}</div>".replace("\t", "&#9;").replace("\n", "&#10;")


# --- titles and links -------------------------------------------------------------------------------------------------


def canonical(title: str) -> str:
    """A title as wikis compare it: no section, blanks for underscores, the first letter large."""
    name = _SPACES.sub(" ", title.partition("#")[0].replace("_", " ")).strip().lstrip(":").strip()
    return name[:1].upper() + name[1:]


def resolver(page: PageInfo | Page, here: Mapping[tuple[str | None, str], str], up: str) -> html.Resolver:
    """Links of `page`: to a page of this site, else to its wiki, else nowhere. `up` leads to the site's root."""

    def resolve(target: str) -> str | None:
        name = canonical(target)
        if not name:
            return None
        found = here.get((page.wiki, name)) or (here.get((None, name)) if page.wiki is None else None)
        return f"{up}{found}/" if found else wiki_address(page.wiki, target)

    return resolve


# --- pages ------------------------------------------------------------------------------------------------------------


class Leaf(NamedTuple):
    """What is known of a page without its content, and what its links led to when it was made. `digest` is the SHA-256 of its script,
    `sha1` that of its source's text; `refused` says why it has no script although it has steps."""

    slug: str
    plain: str
    headings: tuple[Heading, ...]
    categories: tuple[str, ...]
    counts: Counts
    provenance: Provenance
    links: dict[str, str | None]
    title: str
    wiki: str | None
    sha1: str | None
    digest: str
    review: Review
    scripted: bool
    refused: str = ""


class Made(NamedTuple):
    """A leaf, and what gives the page's content."""

    leaf: Leaf
    content: Callable[[], Content]


class Names(NamedTuple):
    """The slugs of some pages in their order; and by wiki and title, those that lead to one of them too."""

    slugs: list[str]
    here: dict[tuple[str | None, str], str]
    moved: dict[str, str] = {}  # noqa: RUF012 - never changed
    """The slugs of pages that only lead to another one, and where they lead."""


class Moved(NamedTuple):
    """A page that only says where another one is."""

    wiki: str | None
    title: str
    target: str


def without_redirects(pages: Sequence[Page]) -> tuple[list[Page], list[Moved]]:
    """The pages but for those that lead, maybe by way of others, to one of them; and these."""
    found: dict[tuple[str | None, str], Moved] = {}
    for page in pages:
        match = redirect().match(page.text) if page.markup == "wikitext" else None
        if match:
            found[page.wiki, canonical(page.title)] = Moved(page.wiki, page.title, canonical(match[1]))
    if not found:
        return list(pages), []
    there = {(page.wiki, canonical(page.title)) for page in pages} - found.keys()
    moved: dict[tuple[str | None, str], Moved] = {}
    for key, first in found.items():
        target, seen = first.target, {key}
        while (first.wiki, target) in found and (first.wiki, target) not in seen:
            seen.add((first.wiki, target))
            target = found[first.wiki, target].target
        if (first.wiki, target) in there:
            moved[key] = first._replace(target=target)
    return [page for page in pages if (page.wiki, canonical(page.title)) not in moved], list(moved.values())


def names(pages: Sequence[PageInfo | Page], moved: Sequence[Moved] = ()) -> Names:
    """A safe and unique path segment for each page, in order, and for those that lead to one of them."""
    found: list[str] = []
    taken = {INDEX, STATE}
    for page in pages:
        name = unique(slug(page.title), taken)
        taken.add(name)
        found.append(name)
    here = {(page.wiki, canonical(page.title)): name for page, name in zip(pages, found, strict=True)}
    leading: dict[str, str] = {}
    for each in moved:
        name = unique(slug(each.title), taken)
        taken.add(name)
        leading[name] = here[each.wiki, canonical(each.title)] = here[each.wiki, each.target]
    return Names(found, here, leading)


def leaf(
    runbook: Runbook,
    name: str,
    links: html.Resolver,
    text: str | ScriptError | None,
    *,
    templates: Path | None = None,
    review: Review = UNREVIEWED,
    past: Pasts | None = None,
) -> tuple[Leaf, Content]:
    """One page of the site with its downloads, its `review` and its `past`; what its links lead to is noted. `text` is its script, or why
    there may be none."""
    used: dict[str, str | None] = {}

    def noted(target: str) -> str | None:
        used[target] = links(target)
        return used[target]

    script = text if isinstance(text, str) else None
    body, drawn, title = _drawn(runbook, name, noted, script=script is not None, templates=templates, told=(review, past))
    headings, content = _content(body, drawn)
    content = content._replace(json=pack(to_json(runbook, indent=1) + "\n"), script=None if script is None else pack(script))
    info = runbook.page
    made = Leaf(
        slug=name,
        plain=title,
        headings=headings,
        categories=info.categories,
        counts=counts(runbook),
        provenance=provenance(info),
        links=used,
        title=info.title,
        wiki=info.wiki,
        sha1=info.revision.sha1,
        digest=sha256((script or "").encode("utf-8", "surrogatepass")).hexdigest(),
        review=review,
        scripted=script is not None,
        refused=str(text) if isinstance(text, ScriptError) else "",
    )
    return made, content


def still_true(leaf: Leaf, name: str, links: html.Resolver) -> bool:
    """Whether a page made before has the same name and all its links lead where they did."""
    return leaf.slug == name and all(links(target) == href for target, href in leaf.links.items())


def assemble(
    made: Sequence[Made],
    name: str,
    templates: Path | None = None,
    trusts: Sequence[Trust] = (),
    moved: Mapping[str, str] = NOWHERE,
) -> Site:
    """The site of some pages, with an index called `name`; `trusts` is what is known of each of them, in the same order,
    `moved` the slugs of pages that lead to others."""
    downloads: dict[str, Download] = {f"{each.leaf.slug}/runbook.json": partial(_download, each.content, "json") for each in made}
    downloads |= {
        f"{each.leaf.slug}/verify.sh": partial(_download, each.content, "script") for each in made if each.leaf.scripted
    }
    titles = {each.leaf.slug: each.leaf.plain for each in made}
    lead = environment(templates).get_template("moved.html")
    downloads |= {f"{old}/index.html": lead.render(slug=new, title=titles[new]).encode for old, new in moved.items()}
    trusts = trusts or [site_trust.NOTHING] * len(made)
    pages = [_page(each, trust, templates) for each, trust in zip(made, trusts, strict=True)]
    rows = [
        Row(page.plain, page.slug, page.counts, page.provenance, page.categories, trust, each.leaf.review)
        for each, page, trust in zip(made, pages, trusts, strict=True)
    ]
    index, *lists = map(_list, site_lists.lists(rows, name, templates))
    return Site((index, *pages, *lists), downloads)


def _download(content: Callable[[], Content], name: Literal["json", "script"]) -> bytes:
    return unpack(getattr(content(), name))


def _page(made: Made, trust: Trust, templates: Path | None) -> SitePage:
    leaf = made.leaf
    filling = site_trust.filling(trust, templates)
    return SitePage(
        leaf.slug, leaf.plain, leaf.headings, made.content, leaf.categories, leaf.counts, leaf.provenance, filling=filling
    )


def _list(made: site_lists.ListPage) -> SitePage:
    headings, content = _content(made.body, made.headings, listed=True)
    return SitePage(made.slug, made.title, headings, lambda: content, listed=True)


def render(
    runbooks: Sequence[Runbook], *, script: Script | None = None, templates: Path | None = None, name: str = "Runbooks"
) -> Site:
    """The site of some runbooks: an index called `name`, a page each, and their downloads. `script` makes verify.sh of a runbook;
    without it, or where a runbook has no steps, there is none. Files of `templates` stand before ours."""
    known = names([runbook.page for runbook in runbooks])
    made: list[Made] = []
    for runbook, found in zip(runbooks, known.slugs, strict=True):
        text = script(runbook) if script and runbook.steps else None
        each, content = leaf(runbook, found, resolver(runbook.page, known.here, "../"), text, templates=templates)
        made.append(Made(each, partial(_same, content)))
    return assemble(made, name, templates)


def _same(content: Content) -> Content:
    return content


def pages(runbooks: Sequence[Runbook], *, script: Script | None = None, templates: Path | None = None) -> dict[str, str]:
    """The same as files for an engine without our plugin: path to text, all pages as Markdown with HTML blocks."""
    site = render(runbooks, script=script, templates=templates)
    return {f"{page.slug}.md": page.markdown + "\n" for page in site.pages} | {
        path: download().decode() for path, download in site.downloads.items()
    }


def _untitled(runbook: Runbook) -> tuple[Node, ...]:
    """What stands before the first step, without the heading that only says the page's title once more."""
    first = runbook.preamble[0] if runbook.preamble else None
    return runbook.preamble[isinstance(first, SectionHeading) and first.text == runbook.page.title :]


def _drawn(
    runbook: Runbook, name: str, links: html.Resolver, *, script: bool, templates: Path | None, told: tuple[Review, Pasts | None]
) -> tuple[str, tuple[Heading, ...], str]:
    """The page of one runbook as HTML with marks, its headings, its title; `name` is its slug, `script` whether there is a verify.sh to download."""
    env = environment(templates)
    sheet = Sheet(env.get_template("parts.html").module, links, parameters=runbook.parameters)
    mask = Mask(runbook.parameters)
    review, past = told
    title = mask.over(html.visible(_SPACES.sub(" ", runbook.page.title).strip())) or "(a page without a title)"
    nodes = walk((*runbook.preamble, *runbook.steps, *runbook.closing))
    sheet.steps = iter([sheet.anchor(node.id, "step") for node in nodes if isinstance(node, Step)])
    sheet.changed = {place.anchor: place.words for place in review.changes if place.anchor}
    sheet.past = site_trust.past_parts(past, templates)
    top = sheet.heading(1, title)
    origin, size = provenance(runbook.page), counts(runbook)
    shown = {"title": title, "slug": name, "files": "", "provenance": origin, "counts": size, "script": script, "review": review}
    shown["past"] = past
    shown["parameters"] = runbook.parameters if runbook.steps else ()
    body = env.get_template("page.html").render(
        page=shown,
        heading=top,
        slot=slot,
        preamble=top_level(_untitled(runbook), sheet),
        steps=steps(runbook.steps, sheet),
        closing=top_level(runbook.closing, sheet),
    )
    headings = tuple(heading._replace(title=mask.over(heading.title)) for heading in sheet.headings)
    return masked(body, runbook.parameters), headings, title
